//! The pen that writes one line: it collapses blanks and counts letters as it goes.

use super::pieces::Ink;

/// A line holds no more than this; what is longer goes on in the next line.
const LINE_BYTES_MAX: usize = 1 << 20;

/// The line that is being written.
#[derive(Default)]
pub(super) struct Pen {
    text: String,
    ink: Ink,
    /// A blank is due before the next letter.
    blank: bool,
}

impl Pen {
    /// Nothing but blanks is written yet.
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Adds text in a style.
    pub(super) fn write(&mut self, text: &str, bold: bool, italic: bool, linked: bool) {
        let mut letters = 0;
        for word in text.split_inclusive(is_blank) {
            let letters_of_word = word.trim_end_matches(is_blank);
            if !letters_of_word.is_empty() && self.text.len() < LINE_BYTES_MAX {
                if self.blank && !self.text.is_empty() {
                    self.text.push(' ');
                }
                self.blank = false;
                self.text.push_str(letters_of_word);
                letters += count(letters_of_word);
            }
            self.blank |= letters_of_word.len() < word.len();
        }
        self.ink.letters += letters;
        self.ink.bold += if bold { letters } else { 0 };
        self.ink.italic += if italic { letters } else { 0 };
        self.ink.linked += if linked { letters } else { 0 };
    }

    /// Takes the line away and begins another.
    pub(super) fn take(&mut self) -> (String, Ink) {
        self.blank = false;
        (std::mem::take(&mut self.text), std::mem::take(&mut self.ink))
    }
}

fn is_blank(c: char) -> bool {
    c.is_whitespace()
}

/// Letters and digits, roughly: in Vietnamese every character beyond Latin-1's signs that is no punctuation.
fn count(word: &str) -> usize {
    word.chars()
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
        let (text, ink) = pen.take();
        assert_eq!(text, "BBK - Chiều 10/5,");
        assert_eq!(ink, Ink { letters: 11, bold: 3, italic: 0, linked: 1 });
        assert!(pen.is_empty());
    }
}
