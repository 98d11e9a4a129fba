//! Letters and their combining marks: composed to NFC, with marks in the wrong order set right.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

use crate::text::letter;

/// Composes a text. Text of composed letters alone is handed back.
pub(super) fn compose(text: String) -> String {
    if letter::is_composed(&text) && !text.chars().any(is_tone_or_quality) {
        return text;
    }
    let mut characters: Vec<char> = text.nfd().collect();
    let mut start = 0;
    while start < characters.len() {
        let marks =
            characters[start + 1..].iter().take_while(|&&c| canonical_combining_class(c) != 0).count();
        set_right(characters[start], &mut characters[start + 1..=start + marks]);
        start += 1 + marks;
    }
    characters.dedup_by(|mark, before| mark == before && is_tone_or_quality(*mark));
    characters.into_iter().nfc().collect()
}

/// Moves circumflex and breve before the tones above a letter that can carry them.
///
/// Canonical ordering does not do this: they are of one combining class, so that `á` + circumflex and `â` + acute
/// are different texts, though only the second is a letter.
fn set_right(letter: char, marks: &mut [char]) {
    let carries: &[char] = match letter {
        'a' | 'A' => &['\u{302}', '\u{306}'],
        'e' | 'E' | 'o' | 'O' => &['\u{302}'],
        _ => return,
    };
    let is_tone = |c: &char| matches!(c, '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}');
    let Some(quality) = marks.iter().position(|mark| carries.contains(mark)) else { return };
    if let Some(tone) = marks[..quality].iter().position(is_tone) {
        marks[tone..=quality].rotate_right(1);
    }
}

/// The marks that Vietnamese letters are written with.
fn is_tone_or_quality(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{303}' | '\u{306}' | '\u{309}' | '\u{31B}' | '\u{323}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_all_orders_give_one_letter() {
        for spelled in ["e\u{302}\u{323}", "e\u{323}\u{302}", "ê\u{323}", "ẹ\u{302}", "ệ"] {
            assert_eq!(compose(spelled.to_owned()), "ệ");
        }
        for spelled in ["a\u{306}\u{309}", "ả\u{306}", "ă\u{309}"] {
            assert_eq!(compose(spelled.to_owned()), "ẳ");
        }
    }

    #[test]
    fn letters_that_carry_no_circumflex_keep_their_marks() {
        assert_eq!(compose("u\u{301}\u{302}".to_owned()), "ú\u{302}");
    }
}
