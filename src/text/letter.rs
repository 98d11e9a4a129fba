//! Letters: whether a character is one, and its small form.
//!
//! The standard library asks large tables of Unicode for every character beyond ASCII. Reading asks it of every
//! character of an article several times, and nearly all of them lie in the few blocks that Vietnamese is written
//! with, where simple rules give the same answers. Everything else is asked of the tables.

/// Whether a character is a letter or a digit, as [`char::is_alphanumeric`] says.
#[inline]
pub(crate) fn is_alphanumeric(c: char) -> bool {
    c.is_ascii_digit() || is_alphabetic(c) || is_rare(c) && c.is_alphanumeric()
}

/// Whether a character is a letter, as [`char::is_alphabetic`] says.
#[inline]
pub(crate) fn is_alphabetic(c: char) -> bool {
    match c {
        '\0'..='\x7f' => c.is_ascii_alphabetic(),
        '\u{C0}'..='\u{24F}' => !matches!(c, '×' | '÷'),
        '\u{1E00}'..='\u{1EFF}' => true,
        '\u{2010}'..='\u{2027}' => false,
        _ => c.is_alphabetic(),
    }
}

/// Whether a character lies outside of the blocks that the rules know.
#[inline]
fn is_rare(c: char) -> bool {
    !matches!(c, '\0'..='\x7f' | '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' | '\u{2010}'..='\u{2027}')
}

/// The small form of a character where the rules know it.
#[inline]
fn known_lower(c: char) -> Option<char> {
    let next = |by: u32| char::from_u32(u32::from(c) + by);
    match c {
        '\0'..='\x7f' => Some(c.to_ascii_lowercase()),
        'À'..='Ö' | 'Ø'..='Þ' => next(32),
        'ß'..='ÿ' | 'ư' | '×' | '\u{2010}'..='\u{2027}' => Some(c),
        // Here the capitals have the even numbers, and the small letters stand behind them.
        '\u{1EA0}'..='\u{1EFF}' | 'Ă' | 'ă' | 'Đ' | 'đ' | 'Ĩ' | 'ĩ' | 'Ũ' | 'ũ' | 'Ơ' | 'ơ' => {
            char::from_u32(u32::from(c) | 1)
        }
        'Ư' => Some('ư'),
        _ => None,
    }
}

/// The small form of a character; the first character of it where it is several (`İ`).
#[inline]
pub(crate) fn lower(c: char) -> char {
    known_lower(c).unwrap_or_else(|| c.to_lowercase().next().unwrap_or(c))
}

/// Adds the small form of a character to a text.
#[inline]
pub(crate) fn push_lower(c: char, out: &mut String) {
    match known_lower(c) {
        Some(lower) => out.push(lower),
        None => out.extend(c.to_lowercase()),
    }
}

/// A text in lower case, as [`str::to_lowercase`] gives it.
pub(crate) fn lowercase(text: &str) -> String {
    // The one letter whose small form depends on where it stands.
    if text.contains('Σ') {
        return text.to_lowercase();
    }
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|c| push_lower(c, &mut out));
    out
}

/// Whether a text is composed, as [`unicode_normalization::is_nfc`] says.
pub(crate) fn is_composed(text: &str) -> bool {
    let is_known =
        |c: char| matches!(c, '\0'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' | '\u{2010}'..='\u{2027}');
    text.chars().all(is_known) || unicode_normalization::is_nfc(text)
}

/// Whether a text begins with a phrase that is given in lower case.
pub(crate) fn begins(text: &str, phrase: &str) -> bool {
    let mut chars = text.chars();
    phrase.chars().all(|wanted| chars.next().is_some_and(|c| c == wanted || lower(c) == wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_say_what_the_tables_say() {
        for c in (0..0x3_0000).filter_map(char::from_u32) {
            assert_eq!(is_alphabetic(c), c.is_alphabetic(), "{c:?}");
            assert_eq!(is_alphanumeric(c), c.is_alphanumeric(), "{c:?}");
            let text = c.to_string();
            assert_eq!(is_composed(&text), unicode_normalization::is_nfc(&text), "{c:?}");
            let mut lowered = String::new();
            push_lower(c, &mut lowered);
            assert_eq!(lowered, c.to_lowercase().to_string(), "{c:?}");
            assert!(lowered.starts_with(lower(c)), "{c:?}");
        }
    }

    #[test]
    fn a_text_is_lowered_as_a_whole() {
        for text in ["ĐÀ NẴNG", "ΟΔΟΣ", "İstanbul", "Trường Sơn – 2024"] {
            assert_eq!(lowercase(text), text.to_lowercase());
        }
        assert!(begins("THEO DÕI báo", "theo dõi") && !begins("Theo", "theo dõi"));
    }
}
