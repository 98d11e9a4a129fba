//! The `<meta>` elements of a page by their names.

use crate::extract::document::{Document, Mark, attribute};
use crate::text::clean;

/// How many `<meta>` elements of a page are looked at.
const METAS_MAX: usize = 400;

/// The longest content that is looked at.
const CONTENT_BYTES_MAX: usize = 8_000;

/// The `<meta>` elements with a name and a content, in document order. One element may have several names: `name`,
/// `property` and `itemprop` are used for each other by nearly every site.
pub(super) struct Head<'d> {
    entries: Vec<(String, &'d str)>,
}

impl<'d> Head<'d> {
    pub(super) fn of(document: &'d Document) -> Head<'d> {
        let mut entries = Vec::new();
        for element in document.marked(Mark::Meta).take(METAS_MAX) {
            let Some(content) = attribute(element, "content").filter(|content| !content.trim().is_empty())
            else {
                continue;
            };
            let content = &content[..content.floor_char_boundary(CONTENT_BYTES_MAX)];
            for key in ["property", "name", "itemprop"] {
                if let Some(name) = attribute(element, key) {
                    entries.push((name.trim().to_ascii_lowercase(), content));
                }
            }
        }
        Head { entries }
    }

    /// All contents under a name (in lower case), as written.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &'d str> {
        self.entries.iter().filter(move |(key, _)| key == name).map(|(_, content)| *content)
    }

    /// The first content under a name that is not empty, cleaned.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        self.all(name).map(clean::line).find(|content| !content.is_empty())
    }

    /// The same for the first of several names that has one.
    pub(super) fn first(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.get(name))
    }
}
