//! The selectors of a layout, sorted by what an element must have for them to be worth trying on it.

use html5ever::local_name;
use scraper::ElementRef;

use crate::newspaper::{Anchor, Field, Layout, Pick};

/// One selector with its place in the layout.
struct Entry<'l> {
    field: Field,
    rank: usize,
    pick: &'l Pick,
    /// The next entry with a name of the same place.
    next: Link,
}

/// The number of an entry, if there is one.
type Link = Option<u16>;

/// The selectors by the names in their anchors. Nearly every name on a page is asked for by no selector, and is
/// turned away for the price of a few instructions: no entry begins at its place.
pub(super) struct Anchors<'l> {
    entries: Vec<Entry<'l>>,
    /// The first entry of each place.
    places: [Link; PLACES],
    /// The first of those that any element may match.
    anything: Link,
}

/// How many places there are for names.
const PLACES: usize = 1024;

/// The fields that article pages are read by.
const FIELDS: [Field; 12] = [
    Field::Title,
    Field::Lead,
    Field::Body,
    Field::Author,
    Field::Source,
    Field::Published,
    Field::Updated,
    Field::Section,
    Field::Tags,
    Field::Caption,
    Field::Photo,
    Field::Drop,
];

impl<'l> Anchors<'l> {
    /// The anchors of a layout's selectors.
    pub(super) fn of(layout: &'l Layout) -> Anchors<'l> {
        let count = FIELDS.iter().map(|field| layout.field(*field).len()).sum();
        let mut anchors =
            Anchors { entries: Vec::with_capacity(count), places: [None; PLACES], anything: None };
        // The last comes first, so that those of one place stand in the order of the layout.
        for field in FIELDS.into_iter().rev() {
            for (rank, pick) in layout.field(field).iter().enumerate().rev() {
                anchors.add(field, rank, pick);
            }
        }
        anchors
    }

    fn add(&mut self, field: Field, rank: usize, pick: &'l Pick) {
        let first = match &pick.anchor {
            Anchor::Id(name) | Anchor::Class(name) | Anchor::Tag(name) => &mut self.places[place(name)],
            Anchor::Any => &mut self.anything,
        };
        // A selector file holds some dozens.
        if let Ok(number) = u16::try_from(self.entries.len()) {
            self.entries.push(Entry { field, rank, pick, next: first.replace(number) });
        }
    }

    /// Calls `found` with the field and rank of every selector that the element matches.
    pub(super) fn matching(&self, element: ElementRef<'_>, mut found: impl FnMut(Field, usize)) {
        let mut look = |first: Link, is_anchor: &dyn Fn(&Anchor) -> bool| {
            let mut next = first;
            while let Some(entry) = next.and_then(|number| self.entries.get(usize::from(number))) {
                if is_anchor(&entry.pick.anchor) && entry.pick.matches(element) {
                    found(entry.field, entry.rank);
                }
                next = entry.next;
            }
        };
        look(self.anything, &|_| true);
        let tag = element.value().name();
        look(self.places[place(tag)], &|anchor| matches!(anchor, Anchor::Tag(name) if name == tag));
        for (name, value) in &element.value().attrs {
            if name.local == local_name!("class") {
                for class in value.split_ascii_whitespace() {
                    let first = self.places[place(class)];
                    look(first, &|anchor| matches!(anchor, Anchor::Class(name) if name == class));
                }
            } else if name.local == local_name!("id") {
                let id = &**value;
                look(self.places[place(id)], &|anchor| matches!(anchor, Anchor::Id(name) if name == id));
            }
        }
    }
}

/// The place of a name: by its length and the bytes at its start, middle and end.
fn place(name: &str) -> usize {
    let bytes = name.as_bytes();
    let at = |index: usize| usize::from(bytes.get(index).copied().unwrap_or_default());
    let sum =
        at(0) * 31 + at(bytes.len() / 2) * 7 + at(bytes.len().saturating_sub(1)) * 3 + bytes.len() * 131;
    sum % PLACES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_pages_use_seldom_share_a_place() {
        let held = ["article__body", "td", "content", "p", "c-news-detail"].map(place);
        let others = ["header", "swiper-slide", "footer__nav", "nav-link", "x", ""];
        assert!(others.iter().filter(|name| held.contains(&place(name))).count() <= 1);
    }
}
