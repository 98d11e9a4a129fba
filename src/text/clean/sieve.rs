//! The pass over single characters: what is dropped, what is a blank, and references that a page escaped twice.

use html_escape::NAMED_ENTITIES;
use unicode_normalization::char::compose;

/// The longest name of a reference, `CounterClockwiseContourIntegral`, and the `&` before it, in bytes.
const REFERENCE_BYTES_MAX: usize = 32;

/// What a lone high control stands for in a numeric reference: Windows-1252, as HTML's parsing rules have it.
const WINDOWS_1252_HIGH: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
];

/// The separators that stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keep {
    /// All blanks become spaces.
    Nothing,
    /// Line breaks stay.
    Lines,
    /// Line breaks and tabs stay.
    LinesAndTabs,
}

/// What a character is to the sieve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Invisible,
    Blank,
    Tab,
    LineBreak,
    /// A stroke through the character before it: only kept as part of a sign such as `≠`.
    Slash,
    /// A character, or the plain one that it stands for.
    Plain(char),
}

fn class(c: char) -> Class {
    match c {
        '\t' => Class::Tab,
        '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Class::LineBreak,
        '!'..='~' => Class::Plain(c),
        '\u{338}' => Class::Slash,
        // The Greek question mark and the Kelvin sign are a semicolon and a K by NFC; here already, since
        // references are made of both. The forked sign holds a slash by NFC.
        '\u{37E}' => Class::Plain(';'),
        '\u{212A}' => Class::Plain('K'),
        '\u{2ADC}' => Class::Plain('\u{2ADD}'),
        '\u{1D400}'..='\u{1D7FF}' => Class::Plain(plain_mathematical(c)),
        // A blank pattern of Braille and the fillers of Hangul print nothing.
        ' ' | '\u{2800}' | '\u{3164}' | '\u{FFA0}' | '\u{115F}' | '\u{1160}' => Class::Blank,
        _ if is_invisible(c) => Class::Invisible,
        _ if c.is_whitespace() => Class::Blank,
        _ => Class::Plain(c),
    }
}

/// Controls, zero-width and bidi characters, and marks that no living orthography writes.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\0'..='\u{1F}' | '\u{7F}'..='\u{9F}'
            // Soft hyphen, Arabic letter mark, Khmer inherent vowels, Mongolian separators.
            | '\u{AD}' | '\u{61C}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
            // Zero-width space and joiners, bidi marks, word joiner, invisible operators, deprecated controls.
            | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            // Variation selectors, byte order mark, anchors of embedded objects, non-characters, tags.
            | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFF0}'..='\u{FFFC}' | '\u{FFFE}' | '\u{FFFF}'
            | '\u{E0000}'..='\u{E0FFF}'
            // Combining marks that no alphabet uses: lines over and under, overlays, grapheme joiner, letters above.
            | '\u{305}' | '\u{30D}' | '\u{30E}' | '\u{310}' | '\u{315}'..='\u{31A}' | '\u{31C}'..='\u{322}'
            | '\u{329}'..='\u{32C}' | '\u{32F}' | '\u{332}'..='\u{337}' | '\u{339}'..='\u{33F}'
            | '\u{346}'..='\u{357}' | '\u{359}'..='\u{36F}' | '\u{483}'..='\u{489}'
            | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20E2}' | '\u{20E4}'..='\u{20FF}'
            | '\u{FE20}'..='\u{FE2F}'
    )
}

/// The plain letter or digit of a mathematical one: `𝟷` is 1, `𝐓` is T. Greek ones stay mathematical.
fn plain_mathematical(c: char) -> char {
    let mut plain = c;
    unicode_normalization::char::decompose_compatible(c, |part| {
        if part.is_ascii_alphanumeric() {
            plain = part;
        }
    });
    plain
}

/// Tells whether a text would pass the sieve, the composing and the mending of Đ unchanged.
///
/// It knows only the common characters; a wrong "no" costs time and nothing else.
pub(super) fn is_settled(text: &str, keep: Keep) -> bool {
    let bytes = text.as_bytes();
    let mut after_blank = true;
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if IS_SIGN[usize::from(*byte)] {
            after_blank = false;
            at += 1;
            continue;
        }
        let width = match bytes[at..] {
            [b' ', ..] if after_blank => return false,
            [b' ', ..] => 0,
            [b'\n', ..] if keep == Keep::Lines && !after_blank => 0,
            // U+00A1 to U+024F without the soft hyphen and the look-alikes of Đ.
            [0xC2, 0xAD, ..] | [0xC3, 0x90 | 0xB0, ..] | [0xC6, 0x89, ..] => return false,
            [0xC2, 0xA1..=0xBF, ..] | [0xC3..=0xC8, ..] | [0xC9, 0x80..=0x8F, ..] => 2,
            // Latin Extended Additional; dashes, quotes and dots; the euro.
            [0xE1, 0xB8..=0xBB, ..] | [0xE2, 0x80, 0x90..=0xA7, ..] | [0xE2, 0x82, 0xAC, ..] => 3,
            _ => return false,
        };
        after_blank = width == 0;
        at += width.max(1);
    }
    !after_blank || text.is_empty()
}

/// The bytes that are a letter, a digit or a sign of ASCII by themselves, but for the one that begins a reference.
const IS_SIGN: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = b'!';
    while byte <= b'~' {
        table[byte as usize] = byte != b'&';
        byte += 1;
    }
    table
};

/// Passes a text through the sieve.
pub(super) fn sieve(text: &str, keep: Keep) -> String {
    // A text that was escaped twice has no bare bracket left; one that has shows its `&lt;` on purpose.
    let shows_brackets = text.contains(['<', '>']);
    let mut sieve = Sieve { out: String::with_capacity(text.len()), keep, shows_brackets };
    for c in text.chars() {
        sieve.push(c);
    }
    let trimmed = sieve.out.trim_end_matches([' ', '\n']).len();
    sieve.out.truncate(trimmed);
    sieve.out
}

struct Sieve {
    out: String,
    keep: Keep,
    shows_brackets: bool,
}

impl Sieve {
    fn push(&mut self, c: char) {
        match class(c) {
            Class::Plain(c) => {
                self.out.push(c);
                if c == ';' {
                    self.resolve();
                }
            }
            Class::Invisible => {}
            Class::Tab if self.keep == Keep::LinesAndTabs => {
                self.trim_end();
                self.out.push('\t');
            }
            Class::LineBreak if self.keep != Keep::Nothing => {
                self.trim_end();
                if !self.out.is_empty() && !self.out.ends_with('\n') {
                    self.out.push('\n');
                }
            }
            Class::Blank | Class::Tab | Class::LineBreak => {
                if !self.out.is_empty() && !self.out.ends_with([' ', '\n', '\t']) {
                    self.out.push(' ');
                }
            }
            Class::Slash => self.strike(),
        }
    }

    fn trim_end(&mut self) {
        let trimmed = self.out.trim_end_matches(' ').len();
        self.out.truncate(trimmed);
    }

    /// Joins a slash with a sign that it makes another of; brackets are left bare, see `sieve`.
    fn strike(&mut self) {
        let last = self.out.chars().last().filter(|last| !matches!(last, '<' | '>'));
        if let Some(struck) = last.and_then(|last| compose(last, '\u{338}')) {
            self.out.pop();
            self.out.push(struck);
        }
    }

    /// Resolves the reference that the text now ends with, if it does.
    ///
    /// What a reference stands for is pushed like any character, and may end another reference: `&#38;lt;` and
    /// `&amp;amp;lt;` need no second pass. Each resolution shortens the text, so this ends.
    fn resolve(&mut self) {
        let body_end = self.out.len() - 1;
        let window = self.out.as_bytes()[..body_end].iter().rev().take(REFERENCE_BYTES_MAX);
        let Some(length) = window
            .clone()
            .position(|&byte| byte == b'&')
            .filter(|&length| window.take(length).all(|&byte| byte.is_ascii_alphanumeric() || byte == b'#'))
        else {
            return;
        };
        let start = body_end - length - 1;
        let Some(meaning) = meaning(&self.out[start + 1..body_end]) else { return };
        if self.shows_brackets && matches!(meaning, Meaning::One('<' | '>')) {
            return;
        }
        self.out.truncate(start);
        match meaning {
            Meaning::One(c) => self.push(c),
            Meaning::Several(text) => text.chars().for_each(|c| self.push(c)),
        }
    }
}

/// What a reference stands for.
#[derive(Clone, Copy)]
enum Meaning {
    One(char),
    Several(&'static str),
}

/// The meaning of what stands between `&` and `;`.
fn meaning(body: &str) -> Option<Meaning> {
    if let Some(number) = body.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16).ok()?,
            None => number.parse().ok()?,
        };
        let c = match code {
            0x80..=0x9F => WINDOWS_1252_HIGH[(code - 0x80) as usize],
            _ => char::from_u32(code)?,
        };
        return Some(Meaning::One(c));
    }
    let found = NAMED_ENTITIES.binary_search_by(|(name, _)| (*name).cmp(body.as_bytes())).ok()?;
    let text = NAMED_ENTITIES[found].1;
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (Some(c), None) => Some(Meaning::One(c)),
        _ => Some(Meaning::Several(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_references_are_sorted_as_the_search_needs_them() {
        assert!(NAMED_ENTITIES.is_sorted_by_key(|(name, _)| *name));
        assert!(NAMED_ENTITIES.iter().all(|(name, _)| name.len() < REFERENCE_BYTES_MAX));
    }

    #[test]
    fn common_text_is_settled_and_odd_text_is_not() {
        assert!(is_settled("Kỳ họp thứ 8, HĐND tỉnh", Keep::Nothing));
        for odd in [" đầu", "cuối ", "a  b", "a\u{301}", "Ðảng", "A&B", "a\u{a0}b", "hai\ndòng", "\u{FEFF}x"]
        {
            assert!(!is_settled(odd, Keep::Nothing), "{odd:?}");
        }
        assert!(is_settled("hai\ndòng", Keep::Lines));
    }
}
