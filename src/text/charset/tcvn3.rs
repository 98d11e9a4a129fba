//! TCVN3 (ABC), the letters of the `.VnTime` fonts: TCVN 5712:1993, VN3, a single byte a letter.
//!
//! The fonts drew Vietnamese letters in the places of other characters, so a page in them shows `x· héi` for
//! `xã hội` wherever the font is missing. Capitals with tones had no places: they were small letters in a font of
//! capitals, and come back as small letters.

/// Each letter with the byte that stood for it. Bytes from 0xA0 up are the same characters in Latin-1 and
/// Windows-1252, so the byte is also the code point of the character shown instead.
pub(super) const LETTERS: [(u8, char); 74] = [
    (0xA1, 'Ă'),
    (0xA2, 'Â'),
    (0xA3, 'Ê'),
    (0xA4, 'Ô'),
    (0xA5, 'Ơ'),
    (0xA6, 'Ư'),
    (0xA7, 'Đ'),
    (0xA8, 'ă'),
    (0xA9, 'â'),
    (0xAA, 'ê'),
    (0xAB, 'ô'),
    (0xAC, 'ơ'),
    (0xAD, 'ư'),
    (0xAE, 'đ'),
    (0xB5, 'à'),
    (0xB6, 'ả'),
    (0xB7, 'ã'),
    (0xB8, 'á'),
    (0xB9, 'ạ'),
    (0xBB, 'ằ'),
    (0xBC, 'ẳ'),
    (0xBD, 'ẵ'),
    (0xBE, 'ắ'),
    (0xC6, 'ặ'),
    (0xC7, 'ầ'),
    (0xC8, 'ẩ'),
    (0xC9, 'ẫ'),
    (0xCA, 'ấ'),
    (0xCB, 'ậ'),
    (0xCC, 'è'),
    (0xCE, 'ẻ'),
    (0xCF, 'ẽ'),
    (0xD0, 'é'),
    (0xD1, 'ẹ'),
    (0xD2, 'ề'),
    (0xD3, 'ể'),
    (0xD4, 'ễ'),
    (0xD5, 'ế'),
    (0xD6, 'ệ'),
    (0xD7, 'ì'),
    (0xD8, 'ỉ'),
    (0xDC, 'ĩ'),
    (0xDD, 'í'),
    (0xDE, 'ị'),
    (0xDF, 'ò'),
    (0xE1, 'ỏ'),
    (0xE2, 'õ'),
    (0xE3, 'ó'),
    (0xE4, 'ọ'),
    (0xE5, 'ồ'),
    (0xE6, 'ổ'),
    (0xE7, 'ỗ'),
    (0xE8, 'ố'),
    (0xE9, 'ộ'),
    (0xEA, 'ờ'),
    (0xEB, 'ở'),
    (0xEC, 'ỡ'),
    (0xED, 'ớ'),
    (0xEE, 'ợ'),
    (0xEF, 'ù'),
    (0xF1, 'ủ'),
    (0xF2, 'ũ'),
    (0xF3, 'ú'),
    (0xF4, 'ụ'),
    (0xF5, 'ừ'),
    (0xF6, 'ử'),
    (0xF7, 'ữ'),
    (0xF8, 'ứ'),
    (0xF9, 'ự'),
    (0xFA, 'ỳ'),
    (0xFB, 'ỷ'),
    (0xFC, 'ỹ'),
    (0xFD, 'ý'),
    (0xFE, 'ỵ'),
];

/// The text that was meant.
pub(super) fn convert(shown: &str) -> String {
    shown.chars().map(letter).collect()
}

fn letter(shown: char) -> char {
    u8::try_from(u32::from(shown))
        .ok()
        .and_then(|byte| LETTERS.binary_search_by_key(&byte, |(of, _)| *of).ok())
        .map_or(shown, |found| LETTERS[found].1)
}

/// What a page in the font shows for a text; letters without a place stay.
#[cfg(test)]
pub(super) fn shown(text: &str) -> String {
    text.chars()
        .map(|c| LETTERS.iter().find(|(_, of)| *of == c).map_or(c, |(byte, _)| char::from(*byte)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_says_everything_once() {
        assert!(LETTERS.is_sorted_by(|a, b| a.0 < b.0));
        let mut letters: Vec<char> = LETTERS.iter().map(|(_, of)| *of).collect();
        letters.sort_unstable();
        letters.dedup();
        assert_eq!(letters.len(), LETTERS.len());
        // All small letters with marks or a stroke: 12 vowels with 5 tones each, ă â ê ô ơ ư without, đ.
        assert_eq!(letters.iter().filter(|c| c.is_lowercase()).count(), 12 * 5 + 6 + 1);
    }

    #[test]
    fn the_way_there_is_the_way_back() {
        let text =
            "Đồng chí Ủy viên nghe: trường học, bệnh viện, đường sá, khuỷu tay, nỗi niềm, lẫn lộn, bữa trưa";
        assert_eq!(convert(&shown(text)), text);
        assert_eq!(shown("xã hội, văn hoá, Đảng"), "x· héi, v¨n ho¸, §¶ng");
    }
}
