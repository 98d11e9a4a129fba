//! The pages of a WACZ: what a reader may begin with, each with its title and its text, by which replay tools search.

use serde_json::json;

use super::super::csv::moment;
use super::super::{ExportError, Job};
use super::package::Package;
use crate::archive::Outgoing;
use crate::article::Article;

/// Writes the articles whose pages are among the captures, and gives their number.
pub(super) fn write(
    job: &Job<'_>,
    package: &mut Package,
    outgoing: &Outgoing<'_>,
) -> Result<u64, ExportError> {
    package.begin("pages/pages.jsonl")?;
    let head = json!({"format": "json-pages-1.0", "id": "pages", "title": "All Pages", "hasText": true});
    package.put(format!("{head}\n").as_bytes())?;
    let (mut place, mut articles) = (0, 0);
    while let Some(page) = outgoing.page_after(place)? {
        place = page.place;
        let Some(stored) = job.reader.article(page.article_id)? else { continue };
        let line = json!({
            "id": format!("article-{}", stored.id),
            "url": page.url,
            "ts": moment(page.fetched_at),
            "title": stored.article.title,
            "text": text(&stored.article),
        });
        package.put(format!("{line}\n").as_bytes())?;
        articles += 1;
    }
    package.end()?;
    Ok(articles)
}

/// The text of an article in reading order.
fn text(article: &Article) -> String {
    let lead = article.lead.iter().map(String::as_str);
    let body = article.body.iter().map(|block| block.text.as_str());
    let captions = article.captions.iter().map(String::as_str);
    lead.chain(body).chain(captions).collect::<Vec<_>>().join("\n")
}
