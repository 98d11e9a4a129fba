//! What a page's JSON-LD blocks say of its article (<https://schema.org/NewsArticle>).
//!
//! Newspapers write these blocks by pasting text into a template, so every third one is broken: a line break or a
//! quote in a headline, a comma too many, entities escaped twice, the end missing. What is valid is read by
//! [`serde_json`]; what is not, by a lenient parser that takes what it can ([`lenient`]). The article may stand at
//! the top, in `@graph`, in an array, or within another thing; other articles that the block merely mentions are
//! left alone.

mod graph;
mod lenient;

use serde_json::Value;

pub(crate) use self::graph::is_front_page;

use crate::text::byline::Byline;

/// The longest block that is read.
const BLOCK_BYTES_MAX: usize = 1 << 20;

/// How many blocks of a page are read.
const BLOCKS_MAX: usize = 24;

/// What the blocks of a page say.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Linked {
    /// The headline.
    pub(crate) title: Option<String>,
    /// The description.
    pub(crate) description: Option<String>,
    /// The text, where a block holds it whole.
    pub(crate) body: Option<String>,
    /// The authors that are persons, and what stood there else.
    pub(crate) byline: Byline,
    /// When it was published, as written.
    pub(crate) published: Option<String>,
    /// When it was changed, as written.
    pub(crate) updated: Option<String>,
    /// The section as the article itself names it.
    pub(crate) section: Vec<String>,
    /// The path of sections of the page's breadcrumbs, without the front page and the article itself.
    pub(crate) breadcrumbs: Vec<String>,
    /// Keywords.
    pub(crate) tags: Vec<String>,
    /// The address.
    pub(crate) url: Option<String>,
    /// The name of the publisher.
    pub(crate) publisher: Option<String>,
    /// Whether any block holds an article.
    pub(crate) has_article: bool,
}

/// Reads the texts of a page's JSON-LD scripts.
pub(crate) fn read<'a>(blocks: impl IntoIterator<Item = &'a str>) -> Linked {
    let mut values: Vec<Value> = Vec::new();
    for block in blocks.into_iter().take(BLOCKS_MAX) {
        let block = cut(block, BLOCK_BYTES_MAX);
        match strict(block) {
            Some(found) => values.extend(found),
            None => values.extend(lenient::parse(block)),
        }
    }
    graph::gather(&values)
}

/// The values of a block without faults; it may hold several, one after another.
fn strict(block: &str) -> Option<Vec<Value>> {
    serde_json::Deserializer::from_str(block).into_iter::<Value>().collect::<Result<_, _>>().ok()
}

fn cut(text: &str, bytes_max: usize) -> &str {
    &text[..text.floor_char_boundary(bytes_max)]
}

#[cfg(test)]
mod tests;
