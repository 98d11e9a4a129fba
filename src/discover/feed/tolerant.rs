//! Feeds that break the rules: items are taken one by one, and what is whole is kept.

use quick_xml::events::BytesStart;

use super::Item;
use crate::discover::LINKS_MAX;
use crate::discover::hint::Hints;
use crate::discover::xml::{self, Piece};

/// Reads the items of a feed; none where nothing in it is one.
pub(super) fn items(text: &str, hints: Hints) -> Option<Vec<Item>> {
    let mut reader = Items { hints, open: None, whole: Vec::new(), seen_any: false };
    xml::read(text, ["<item", "<entry"], |path, piece| {
        reader.take(path, &piece);
        reader.whole.len() < LINKS_MAX
    });
    (reader.seen_any || is_feed(text)).then_some(reader.whole)
}

/// Whether a document without items is a feed all the same.
fn is_feed(text: &str) -> bool {
    ["<rss", "<feed", "<rdf:RDF", "<channel"].iter().any(|tag| text.starts_with(tag))
}

struct Items {
    hints: Hints,
    open: Option<Open>,
    whole: Vec<Item>,
    seen_any: bool,
}

/// An item that is being read.
#[derive(Default)]
struct Open {
    /// How many elements are open where its fields stand.
    depth: usize,
    link: String,
    id: String,
    title: String,
    published: String,
    updated: String,
}

impl Items {
    fn take(&mut self, path: &[String], piece: &Piece<'_, '_>) {
        let is_item = matches!(path.last().map(String::as_str), Some("item" | "entry"));
        match piece {
            Piece::Open(_) if is_item => {
                self.seen_any = true;
                self.open = Some(Open { depth: path.len() + 1, ..Open::default() });
            }
            Piece::Open(tag) => {
                if let Some(open) = &mut self.open {
                    open.link_of(tag, path);
                }
            }
            Piece::Text(text) => {
                if let Some(field) = self.open.as_mut().and_then(|open| open.field(path)) {
                    field.push_str(text);
                }
            }
            Piece::Close if is_item => self.finish(),
            Piece::Close => {}
            // What breaks inside an item breaks the item; its address, where it is whole, is still good.
            Piece::Broken => {
                if path.last().is_some_and(|name| name != "link" && name != "guid") {
                    self.finish();
                }
                self.open = None;
            }
        }
    }

    fn finish(&mut self) {
        let Some(open) = self.open.take() else { return };
        let date = self.hints.written(&open.published).or_else(|| self.hints.written(&open.updated));
        let addresses: Vec<String> = [open.link, open.id]
            .into_iter()
            .map(|address| crate::text::clean::line(&address))
            .filter(|address| !address.is_empty())
            .collect();
        if !addresses.is_empty() {
            self.whole.push(Item { addresses, title: open.title, date });
        }
    }
}

impl Open {
    /// The field whose text stands at a path; markup within a title belongs to it.
    fn field(&mut self, path: &[String]) -> Option<&mut String> {
        match path.last()?.as_str() {
            // These have no namesakes in other vocabularies, so an element left open before them is no hindrance.
            "guid" => Some(&mut self.id),
            "pubDate" => Some(&mut self.published),
            _ if path.get(self.depth - 1)? == "title" => Some(&mut self.title),
            _ if path.len() != self.depth => None,
            "link" => Some(&mut self.link),
            "id" => Some(&mut self.id),
            "published" | "date" => Some(&mut self.published),
            "updated" | "modified" => Some(&mut self.updated),
            _ => None,
        }
    }

    /// Atom's links stand in an attribute.
    fn link_of(&mut self, tag: &BytesStart<'_>, path: &[String]) {
        if path.len() != self.depth || path.last().is_none_or(|name| name != "link") {
            return;
        }
        let value = |name: &str| {
            tag.html_attributes()
                .flatten()
                .find(|attribute| attribute.key.as_ref().eq_ignore_ascii_case(name))
                .map(|attribute| attribute.value.to_string())
        };
        let is_page = value("rel").is_none_or(|rel| rel == "alternate");
        if let Some(href) = value("href").filter(|_| is_page && self.link.is_empty()) {
            self.link = href;
        }
    }
}
