//! Bylines (tác giả, bút danh) and the signatures under an article.
//!
//! A line may hold persons, the roles they had (`Tin, ảnh:`, `(thực hiện)`), their titles (`BS`, `Luật sư`), and
//! those who are no persons: collectives (`PV`, `Nhóm phóng viên`), agencies (`TTXVN`), newspapers and their
//! codes (`Báo Sơn La`, `GLO`). Persons are authors; the rest is a note of the source; roles and titles are taken
//! off. What systems write where a name should stand (`admin`, `Bút danh`, a login) is nothing at all.
//!
//! Under an article a signature is known by its shape: a name and nothing else, a label, a source, brackets round
//! an agency. A sentence that merely begins like one (`Theo kế hoạch, …`) is text.

mod line;
mod name;
mod parted;
mod signature;
mod words;

use super::fold::fold;

pub use signature::{ending, glued, opening};
pub(super) use words::PAPERS;

/// The longest text that is looked at as a byline.
const BYLINE_BYTES_MAX: usize = 1_000;

/// The longest note of a source.
const NOTE_CHARS_MAX: usize = 130;

/// What a byline says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Byline {
    /// Names and pen names as printed, without roles and titles, each once.
    pub persons: Vec<String>,
    /// Collectives, agencies, newspapers and codes as printed; `Theo …` and `Nguồn …` whole.
    pub source_note: Option<String>,
}

impl Byline {
    /// Whether it names neither a person nor a source.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.persons.is_empty() && self.source_note.is_none()
    }

    /// Adds what another byline says: names once, however they are set; the first note stays first.
    pub fn add(&mut self, other: Byline) {
        for person in other.persons {
            self.add_person(person);
        }
        if let Some(note) = other.source_note {
            self.add_note(&note);
        }
    }

    fn add_person(&mut self, person: String) {
        let key = fold(&person);
        if !self.persons.iter().any(|known| fold(known) == key) {
            self.persons.push(person);
        }
    }

    fn add_note(&mut self, note: &str) {
        match &mut self.source_note {
            None => self.source_note = Some(note.to_owned()),
            Some(known) => {
                let (old, new) = (fold(known), fold(note));
                if new.contains(&old) {
                    note.clone_into(known);
                } else if !old.contains(&new) {
                    known.push_str("; ");
                    known.push_str(note);
                }
            }
        }
    }
}

/// Reads a text that is known to be a byline: from a page's place for the author, from metadata.
///
/// ```
/// use khobao::text::byline;
///
/// let byline = byline::read("Tin, ảnh: THU HIỀN - B.Sơn");
/// assert_eq!(byline.persons, ["THU HIỀN", "B.Sơn"]);
/// ```
#[must_use]
pub fn read(text: &str) -> Byline {
    let mut byline = Byline::default();
    if text.len() > BYLINE_BYTES_MAX {
        return byline;
    }
    for line in line::lines(text) {
        let found = line::analyse(&line);
        let is_alone = found.persons.is_empty() && found.notes.is_empty();
        if is_alone
            && let [unknown] = found.unknown.as_slice()
            && line::can_be_source(unknown)
        {
            byline.add_note(&line);
        }
        byline.add(found.into());
    }
    byline
}

#[cfg(test)]
mod tests;
