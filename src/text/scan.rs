//! A place in a line of text, and the small steps of which the readers of dates and datelines are made.
//!
//! Every step is a function from a place to a later place, or to nothing: a reader tries one, and on nothing is
//! where it was. The text is clean (NFC, single spaces), and words are compared without regard to case.

use super::letter;

/// A number in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Number {
    /// Its value.
    pub(super) value: u32,
    /// How many digits it is printed with: `05` has two.
    pub(super) digits: usize,
}

/// The longest number that is read; a longer run of digits is none.
const DIGITS_MAX: usize = 9;

/// A place in a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scan<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scan<'a> {
    pub(super) fn new(text: &'a str) -> Scan<'a> {
        Scan { text, at: 0 }
    }

    /// The same text at another place, which must lie between characters.
    pub(super) fn moved_to(self, at: usize) -> Scan<'a> {
        Scan { text: self.text, at }
    }

    /// The place in bytes from the start of the text.
    pub(super) fn at(self) -> usize {
        self.at
    }

    /// The whole text.
    pub(super) fn text(self) -> &'a str {
        self.text
    }

    /// What follows.
    pub(super) fn rest(self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The text from this place to a later one.
    pub(super) fn until(self, end: usize) -> &'a str {
        self.text.get(self.at..end).unwrap_or_default()
    }

    pub(super) fn is_end(self) -> bool {
        self.at >= self.text.len()
    }

    pub(super) fn peek(self) -> Option<char> {
        self.rest().chars().next()
    }

    /// The character before this place.
    pub(super) fn before(self) -> Option<char> {
        self.text.get(..self.at).and_then(|before| before.chars().next_back())
    }

    /// One character on.
    pub(super) fn bump(self) -> Scan<'a> {
        self.moved_to(self.at + self.peek().map_or(0, char::len_utf8))
    }

    /// Behind the spaces here, if any.
    pub(super) fn blanks(self) -> Scan<'a> {
        let rest = self.rest();
        self.moved_to(self.at + (rest.len() - rest.trim_start_matches(' ').len()))
    }

    /// Behind one of the characters.
    pub(super) fn eat(self, chars: &[char]) -> Option<Scan<'a>> {
        self.peek().filter(|c| chars.contains(c)).map(|_| self.bump())
    }

    /// Behind a run of letters, which may be empty.
    pub(super) fn letters(self) -> (&'a str, Scan<'a>) {
        let rest = self.rest();
        let length = rest.find(|c: char| !letter::is_alphabetic(c)).unwrap_or(rest.len());
        (&rest[..length], self.moved_to(self.at + length))
    }

    /// A number, and the place behind it. A longer run of digits than a date or a clock can have is none.
    pub(super) fn number(self) -> Option<(Number, Scan<'a>)> {
        let rest = self.rest().as_bytes();
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 || digits > DIGITS_MAX {
            return None;
        }
        let value = rest[..digits].iter().fold(0, |value, byte| value * 10 + u32::from(byte - b'0'));
        Some((Number { value, digits }, self.moved_to(self.at + digits)))
    }

    /// Behind a phrase, given in lower case with single spaces. It ends where a word ends.
    pub(super) fn phrase(self, phrase: &str) -> Option<Scan<'a>> {
        let mut found = self.rest().chars();
        for wanted in phrase.chars() {
            let c = found.next()?;
            if c != wanted && !is_capital_of(c, wanted) {
                return None;
            }
        }
        let end = self.moved_to(self.text.len() - found.as_str().len());
        end.peek().is_none_or(|c| !letter::is_alphabetic(c)).then_some(end)
    }

    /// Behind the first of the phrases that stands here. Longer ones come first in a table.
    pub(super) fn one_of(self, phrases: &[&'static str]) -> Option<(&'static str, Scan<'a>)> {
        // Nearly all phrases of a table part from the text at their first letter.
        let mut bytes = [0; 4];
        letter::lower(self.peek()?).encode_utf8(&mut bytes);
        phrases
            .iter()
            .filter(|phrase| phrase.as_bytes().first() == Some(&bytes[0]))
            .find_map(|phrase| Some((*phrase, self.phrase(phrase)?)))
    }
}

/// Whether a character is the capital of a small letter.
fn is_capital_of(c: char, small: char) -> bool {
    letter::lower(c) == small && c != 'İ'
}

/// Hyphen, en dash, em dash and their rarer kin.
pub(super) const DASHES: [char; 7] = ['-', '–', '—', '‐', '‑', '−', '―'];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_ends_where_a_word_ends_and_case_does_not_count() {
        let scan = Scan::new("SÁNG nay 5/2");
        assert_eq!(scan.phrase("sáng nay").map(Scan::rest), Some(" 5/2"));
        assert!(scan.phrase("sán").is_none());
        assert!(Scan::new("hômnay").phrase("hôm").is_none());
        assert_eq!(Scan::new("Sáng5/2").phrase("sáng").map(Scan::rest), Some("5/2"));
    }

    #[test]
    fn a_number_keeps_its_digits_and_a_phone_is_none() {
        let (number, behind) = Scan::new("05/2").number().unwrap();
        assert_eq!((number.value, number.digits, behind.rest()), (5, 2, "/2"));
        assert!(Scan::new("0206385212377").number().is_none());
    }
}
