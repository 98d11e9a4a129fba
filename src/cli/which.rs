//! Which article is meant: by its number in the archive, or by an address that it has or had.

use anyhow::bail;
use url::Url;

use crate::archive::{Reader, StoredArticle};
use crate::target::canonical;

/// The current version of the article that a number or an address names; none where the archive has none.
pub(super) fn article(reader: &Reader, name: &str) -> anyhow::Result<Option<StoredArticle>> {
    if let Ok(id) = name.parse::<i64>() {
        return Ok(reader.article(id)?);
    }
    let Ok(url) = Url::parse(name) else {
        bail!("'{name}' is neither an article's number nor an address (see `khobao search`)");
    };
    Ok(match reader.article_at(&canonical(&url))? {
        Some(found) => Some(found),
        None => reader.article_at(&url)?,
    })
}

/// What is said where there is no such article.
pub(super) fn missing(name: &str) -> super::Ending {
    super::Ending::fell_short("not found", format!("the archive has no article {name}"))
}
