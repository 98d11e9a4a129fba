//! The pen that writes one line: it collapses blanks and counts letters as it goes.

use super::pieces::Ink;

/// A line holds no more than this; what is longer is cut.
const LINE_BYTES_MAX: usize = 1 << 20;

/// So many blanks that do not break push what follows to the right: a signature behind the last sentence.
const GAP_BLANKS_MIN: usize = 10;

/// The line that is being written.
#[derive(Default)]
pub(super) struct Pen {
    text: String,
    ink: Ink,
    /// A blank is due before the next letter.
    blank: bool,
    /// How many blanks that do not break stand there.
    hard_blanks: usize,
    /// Where the text behind the last wide gap begins, and what was written before.
    gap: Option<(usize, Ink)>,
}

/// A line that was written: its text, its ink, and whether a wide gap pushes it to the right.
pub(super) type Written = (String, Ink, bool);

impl Pen {
    /// Nothing but blanks is written yet.
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Adds text in a style.
    pub(super) fn write(&mut self, text: &str, bold: bool, italic: bool, linked: bool) {
        self.text.reserve(text.len().min(LINE_BYTES_MAX) + 1);
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            if is_blank(first) {
                self.blank = true;
                self.hard_blanks += usize::from(!first.is_ascii());
                rest = &rest[first.len_utf8()..];
                continue;
            }
            let (words, behind) =
                rest.split_at(words_length(rest, LINE_BYTES_MAX.saturating_sub(self.text.len())));
            if self.text.len() < LINE_BYTES_MAX {
                self.write_words(words, bold, italic, linked);
            }
            rest = behind;
        }
    }

    fn write_words(&mut self, words: &str, bold: bool, italic: bool, linked: bool) {
        if self.hard_blanks >= GAP_BLANKS_MIN && !self.text.is_empty() {
            self.gap = Some((self.text.len(), self.ink));
        }
        if self.blank && !self.text.is_empty() {
            self.text.push(' ');
        }
        (self.blank, self.hard_blanks) = (false, 0);
        self.text.push_str(words);
        let letters = count(words);
        self.ink.letters += letters;
        self.ink.bold += if bold { letters } else { 0 };
        self.ink.italic += if italic { letters } else { 0 };
        self.ink.linked += if linked { letters } else { 0 };
    }

    /// Takes what is written away, as one line or as two that a wide gap parts, and begins another.
    pub(super) fn take(&mut self) -> (Option<Written>, Option<Written>) {
        let Pen { mut text, ink, gap, .. } = std::mem::take(self);
        let behind = gap.map(|(start, before)| {
            let behind = text.split_off(start);
            ((text.clone(), before, false), (behind, ink.without(before), true))
        });
        let has_letters = |(_, ink, _): &Written| ink.letters > 0;
        match behind {
            Some((first, second)) => (Some(first).filter(has_letters), Some(second).filter(has_letters)),
            None => (Some((text, ink, false)).filter(has_letters), None),
        }
    }
}

/// The length of the words that a text begins with, parted by single spaces: they are written as they stand. Behind
/// `room` bytes no other word begins.
fn words_length(text: &str, room: usize) -> usize {
    let mut end = 0;
    let mut is_parted = false;
    for (at, c) in text.char_indices() {
        if is_blank(c) {
            if c != ' ' || is_parted || end >= room {
                break;
            }
            is_parted = true;
        } else {
            is_parted = false;
            end = at + c.len_utf8();
        }
    }
    end
}

/// Whether a character is a blank, as [`char::is_whitespace`] says; the letters of Vietnamese are told first.
#[inline]
fn is_blank(c: char) -> bool {
    match c {
        '\0'..='\u{A0}' => matches!(c, '\t'..='\r' | ' ' | '\u{85}' | '\u{A0}'),
        '\u{A1}'..='\u{167F}' | '\u{1E00}'..='\u{1EFF}' => false,
        _ => c.is_whitespace(),
    }
}

/// Letters and digits, roughly: in Vietnamese every character beyond Latin-1's signs that is no punctuation.
fn count(words: &str) -> usize {
    words
        .chars()
        .filter(|c| match *c {
            '\0'..='\x7f' => c.is_ascii_alphanumeric(),
            '\u{80}'..='\u{bf}' | '\u{2000}'..='\u{206f}' | '\u{fe00}'..='\u{feff}' => false,
            _ => true,
        })
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_collapse_across_pieces_and_nothing_is_added_between_glued_ones() {
        let mut pen = Pen::default();
        pen.write("  BBK", true, false, false);
        pen.write(" - Chiều\n\u{a0} ", false, false, false);
        pen.write("10", false, false, false);
        pen.write("/5, ", false, false, true);
        let ink = Ink { letters: 11, bold: 3, italic: 0, linked: 1 };
        assert_eq!(pen.take(), (Some(("BBK - Chiều 10/5,".to_owned(), ink, false)), None));
        assert!(pen.is_empty());
    }

    #[test]
    fn a_run_of_hard_blanks_parts_what_is_pushed_to_the_right() {
        let mut pen = Pen::default();
        pen.write(&format!("Mưa tạnh.{}Vũ Hà", "\u{a0} ".repeat(20)), false, false, false);
        let (text, signature) = pen.take();
        assert_eq!(text.unwrap().0, "Mưa tạnh.");
        let (signature, ink, is_right) = signature.unwrap();
        assert_eq!((signature.trim(), ink.letters, is_right), ("Vũ Hà", 4, true));
        pen.write(&format!("Mưa{}tạnh", " ".repeat(90)), false, false, false);
        assert_eq!(pen.take().0.unwrap().0, "Mưa tạnh");
    }
}
