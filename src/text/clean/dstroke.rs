//! `Đ` typed as one of its look-alikes.
//!
//! Unicode has three capital letters of one shape: Vietnamese `Đ` (U+0110), Icelandic `Ð` (U+00D0), which old
//! keyboards and Windows-1252 left in Vietnamese pages, and African `Ɖ` (U+0189). Lower-cased they are `đ`, `ð` and
//! `ɖ`, so a search for one never finds another. The letters of the word tell which is meant.

use crate::text::syllable::{is_marked_letter, is_own_letter, is_syllable};

/// The longest abbreviation looked at, in letters: `BCHQSÐP`.
const ABBREVIATION_LETTERS_MAX: usize = 8;

/// Mends every look-alike in the words that are Vietnamese.
pub(super) fn mend(text: String) -> String {
    if !text.contains(is_look_alike) {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(found) = rest.find(is_look_alike) {
        let start = rest[..found].rfind(|c| !is_of_a_word(c)).map_or(0, |at| at + width_at(rest, at));
        let length = rest[start..].find(|c| !is_of_a_word(c)).unwrap_or(rest.len() - start);
        out.push_str(&rest[..start]);
        mend_word(&rest[start..start + length], &mut out);
        rest = &rest[start + length..];
    }
    out.push_str(rest);
    out
}

fn width_at(text: &str, at: usize) -> usize {
    text[at..].chars().next().map_or(0, char::len_utf8)
}

fn is_look_alike(c: char) -> bool {
    matches!(c, 'Ð' | 'ð' | 'Ɖ' | 'ɖ')
}

fn is_of_a_word(c: char) -> bool {
    c.is_alphabetic() || matches!(c, '\u{300}'..='\u{36F}')
}

fn mended(c: char) -> char {
    match c {
        'Ð' | 'Ɖ' => 'Đ',
        'ð' | 'ɖ' => 'đ',
        _ => c,
    }
}

fn mend_word(word: &str, out: &mut String) {
    if is_abbreviation(word) {
        out.extend(word.chars().map(mended));
        return;
    }
    // Words that were written together (`BáoÐiệnBiên`) part where a capital follows a small letter.
    let mut start = 0;
    let mut before = None;
    for (at, c) in word.char_indices() {
        if c.is_uppercase() && before.is_some_and(char::is_lowercase) {
            mend_part(&word[start..at], out);
            start = at;
        }
        before = Some(c);
    }
    mend_part(&word[start..], out);
}

fn mend_part(part: &str, out: &mut String) {
    if is_vietnamese(part) { out.extend(part.chars().map(mended)) } else { out.push_str(part) }
}

/// Tells whether a part of a word, with a look-alike somewhere, is Vietnamese.
fn is_vietnamese(part: &str) -> bool {
    let whole: String = part.chars().map(mended).collect();
    if is_syllable(&whole) || whole.chars().count() == 1 {
        return true;
    }
    if !whole.chars().all(is_written_in_vietnam) {
        return false;
    }
    if part.starts_with(['Ð', 'ð']) {
        // No Icelandic or Faroese word begins with the letter; names of the Central Highlands do (`Ðakrông`).
        return !part.chars().skip(1).any(is_look_alike);
    }
    // Two syllables run together (`củaðảng`): only with a letter that no Icelandic word has.
    whole.char_indices().skip(1).any(|(at, c)| {
        matches!(c, 'Đ' | 'đ')
            && whole.chars().any(|c| is_own_letter(c) && !matches!(c, 'Đ' | 'đ'))
            && is_syllable(&whole[..at])
            && is_syllable(&whole[at..])
    })
}

fn is_written_in_vietnam(c: char) -> bool {
    c.is_ascii_alphabetic() || is_marked_letter(c)
}

/// Tells whether a word is a Vietnamese abbreviation in capitals: it has no vowel (`HÐND`, `QÐ`, `LÐLÐ`), or its
/// look-alikes stand at the front or behind consonants that no Icelandic word has before the letter (`BCÐATGT`,
/// `VPÐU`; Icelandic has it behind vowels, `F`, `G` and `R`).
fn is_abbreviation(word: &str) -> bool {
    let is_plain = word.chars().all(|c| matches!(c, 'Ð' | 'Ɖ' | 'Đ' | 'A'..='Z'));
    if !is_plain || word.chars().count() > ABBREVIATION_LETTERS_MAX {
        return false;
    }
    let mut before = None;
    let is_behind_consonant = word.chars().all(|c| {
        let before = before.replace(c);
        !is_look_alike(c) || !before.is_some_and(|before| "AEIOUYFGR".contains(before))
    });
    is_behind_consonant || !word.contains(['A', 'E', 'I', 'O', 'U', 'Y'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vietnamese_words_are_mended() {
        for (written, meant) in [
            ("Ðảng bộ Ðiện Biên, Lâm Ðồng", "Đảng bộ Điện Biên, Lâm Đồng"),
            ("NÓI VỀ ÐẢNG", "NÓI VỀ ĐẢNG"),
            ("HÐND, QÐ-UBND, LÐLÐ, BÐBP", "HĐND, QĐ-UBND, LĐLĐ, BĐBP"),
            ("VPÐU, BCÐATGT, PGÐ, ÐUQSTW", "VPĐU, BCĐATGT, PGĐ, ĐUQSTW"),
            ("ÐBQH Ðinh Văn Ða", "ĐBQH Đinh Văn Đa"),
            ("500.000ð và Ð/c Ðông", "500.000đ và Đ/c Đông"),
            ("Ðakrông, Ðắk Lắk, Ðăk Glei", "Đakrông, Đắk Lắk, Đăk Glei"),
            ("BáoÐiệnBiên củaðảng", "BáoĐiệnBiên củađảng"),
            ("Ɖà Nẵng ɖược", "Đà Nẵng được"),
        ] {
            assert_eq!(mend(written.to_owned()), meant);
        }
    }

    #[test]
    fn words_of_other_languages_keep_their_letter() {
        for text in [
            "Sigurður Guðmundsson",
            "SIGURÐUR",
            "Hafþór Davíðsson",
            "GUÐ",
            "Þórður",
            "góða",
            "Ɖevu",
            "leiðin",
            "bæði",
        ] {
            assert_eq!(mend(text.to_owned()), text);
        }
    }
}
