//! The selectors of a layout, sorted by what an element must have for them to be worth trying on it.

use std::collections::HashMap;

use html5ever::local_name;
use scraper::ElementRef;

use crate::newspaper::{Anchor, Field, Layout, Pick};

/// One selector with its place in the layout.
struct Entry<'l> {
    field: Field,
    rank: usize,
    pick: &'l Pick,
}

/// The selectors by their anchors.
#[derive(Default)]
pub(super) struct Anchors<'l> {
    ids: HashMap<&'l str, Vec<Entry<'l>>>,
    classes: HashMap<&'l str, Vec<Entry<'l>>>,
    tags: HashMap<&'l str, Vec<Entry<'l>>>,
    anything: Vec<Entry<'l>>,
    sieve: Sieve,
}

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
        let mut anchors = Anchors::default();
        for field in FIELDS {
            for (rank, pick) in layout.field(field).iter().enumerate() {
                anchors.add(Entry { field, rank, pick });
            }
        }
        anchors
    }

    fn add(&mut self, entry: Entry<'l>) {
        let (map, name) = match &entry.pick.anchor {
            Anchor::Id(name) => (&mut self.ids, name),
            Anchor::Class(name) => (&mut self.classes, name),
            Anchor::Tag(name) => (&mut self.tags, name),
            Anchor::Any => return self.anything.push(entry),
        };
        self.sieve.add(name);
        map.entry(name.as_str()).or_default().push(entry);
    }

    /// Calls `found` with the field and rank of every selector that the element matches.
    pub(super) fn matching(&self, element: ElementRef<'_>, mut found: impl FnMut(Field, usize)) {
        let mut hits = |entries: &[Entry<'l>]| {
            for entry in entries {
                if entry.pick.matches(element) {
                    found(entry.field, entry.rank);
                }
            }
        };
        hits(&self.anything);
        let mut look = |map: &HashMap<&'l str, Vec<Entry<'l>>>, name: &str| {
            if self.sieve.may_hold(name)
                && let Some(entries) = map.get(name)
            {
                hits(entries);
            }
        };
        look(&self.tags, element.value().name());
        for (name, value) in &element.value().attrs {
            if name.local == local_name!("class") {
                for class in value.split_ascii_whitespace() {
                    look(&self.classes, class);
                }
            } else if name.local == local_name!("id") {
                look(&self.ids, value);
            }
        }
    }
}

/// A Bloom filter of one hash over short names: nearly every class on a page is asked for by no selector, and is
/// turned away here for the price of a few instructions.
#[derive(Default)]
struct Sieve {
    bits: [u64; SIEVE_WORDS],
}

/// The sieve's size in words of 64 bits.
const SIEVE_WORDS: usize = 16;

impl Sieve {
    /// The name's bit: by its length and the bytes at its start, middle and end.
    fn place(name: &str) -> (usize, u64) {
        let bytes = name.as_bytes();
        let at = |index: usize| usize::from(bytes.get(index).copied().unwrap_or_default());
        let sum =
            at(0) * 31 + at(bytes.len() / 2) * 7 + at(bytes.len().saturating_sub(1)) * 3 + bytes.len() * 131;
        let bit = sum % (SIEVE_WORDS * 64);
        (bit / 64, 1 << (bit % 64))
    }

    fn add(&mut self, name: &str) {
        let (word, bit) = Sieve::place(name);
        self.bits[word] |= bit;
    }

    fn may_hold(&self, name: &str) -> bool {
        let (word, bit) = Sieve::place(name);
        self.bits[word] & bit != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sieve_never_turns_away_what_it_holds() {
        let mut sieve = Sieve::default();
        let held = ["article__body", "td", "content", "p", "c-news-detail"];
        for name in held {
            sieve.add(name);
        }
        assert!(held.iter().all(|name| sieve.may_hold(name)));
        let others = ["header", "swiper-slide", "footer__nav", "nav-link", "x", ""];
        assert!(others.iter().filter(|name| sieve.may_hold(name)).count() <= 1);
    }
}
