//! Names of tags and attributes, remembered: a page has few, each hundreds of times.

use html5ever::LocalName;

/// How many names are remembered at once; a power of two.
const PLACES: usize = 256;

/// The names met last, each at the one place where its letters put it.
pub(super) struct Names {
    places: Vec<Option<LocalName>>,
}

impl Names {
    pub(super) fn new() -> Names {
        Names { places: vec![None; PLACES] }
    }

    /// The interned form of a name.
    pub(super) fn get(&mut self, name: &str) -> LocalName {
        let slot = &mut self.places[place(name)];
        match slot {
            Some(known) if **known == *name => known.clone(),
            _ => slot.insert(LocalName::from(name)).clone(),
        }
    }
}

/// A name's place, by its length and the letters at its start, in its middle and at its end.
fn place(name: &str) -> usize {
    let bytes = name.as_bytes();
    let at = |index: usize| bytes.get(index).map_or(0, |byte| usize::from(*byte));
    let last = bytes.len().saturating_sub(1);
    (at(0) * 7 + at(bytes.len() / 2) * 31 + at(last) * 3 + bytes.len() * 17) % PLACES
}
