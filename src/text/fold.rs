//! The forms that search compares.
//!
//! A reader who types `bac kan` wants `Bắc Kạn`, and one who types `đường` does not want `Dương`. So the archive's
//! index holds every text twice: without marks ([`fold`]), and with them but in one spelling ([`tone_placement`]).
//! A query goes through the same functions.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{compose, decompose_canonical, decompose_compatible, is_combining_mark};

use super::{letter, syllable};

/// The form without marks: lower case, no tones, no quality marks, `đ`, `ð` and `ɖ` as `d`, letters in their plain
/// width. Where the tone stands makes no difference: `hoà` and `hòa` are both `hoa`. Doing it twice changes nothing.
///
/// ```
/// use khobao::text::fold::fold;
///
/// assert_eq!(fold("Đường Hoà Bình"), "duong hoa binh");
/// ```
#[must_use]
pub fn fold(text: &str) -> String {
    let plain = &*PLAIN;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\0'..='\x7f' => out.push(c.to_ascii_lowercase()),
            // Dashes, quotes and dots are their own form.
            '\u{2010}'..='\u{2027}' => out.push(c),
            _ => match plain.of(c) {
                Some(letter) => out.push(letter),
                None => fold_one(c, &mut out),
            },
        }
    }
    out
}

/// The forms of the letters that Vietnamese is written with, so that the tables of Unicode need not be asked for
/// each letter of an article; 0 where the form is no single ASCII character.
struct Plain {
    latin: [u8; LATIN_END - LATIN_START],
    additional: [u8; ADDITIONAL_END - ADDITIONAL_START],
}

/// Latin-1's letters to the end of Latin Extended-B.
const LATIN_START: usize = 0xC0;
const LATIN_END: usize = 0x250;

/// Latin Extended Additional.
const ADDITIONAL_START: usize = 0x1E00;
const ADDITIONAL_END: usize = 0x1F00;

static PLAIN: LazyLock<Plain> = LazyLock::new(|| Plain {
    latin: std::array::from_fn(|index| plain_form(LATIN_START + index)),
    additional: std::array::from_fn(|index| plain_form(ADDITIONAL_START + index)),
});

impl Plain {
    fn of(&self, c: char) -> Option<char> {
        let number = c as usize;
        let form = match number {
            LATIN_START..LATIN_END => self.latin[number - LATIN_START],
            ADDITIONAL_START..ADDITIONAL_END => self.additional[number - ADDITIONAL_START],
            _ => 0,
        };
        (form != 0).then_some(char::from(form))
    }
}

fn plain_form(number: usize) -> u8 {
    let mut folded = String::new();
    if let Some(c) = u32::try_from(number).ok().and_then(char::from_u32) {
        fold_one(c, &mut folded);
    }
    match *folded.as_bytes() {
        [form] => form,
        _ => 0,
    }
}

fn fold_one(c: char, out: &mut String) {
    let mut lower = |part: char| {
        for part in part.to_lowercase() {
            // Lower-casing may give a mark of its own: `İ` is `i` and a dot.
            decompose_canonical(part, |part| push_plain(part, out));
        }
    };
    if c.is_alphanumeric() { decompose_compatible(c, &mut lower) } else { decompose_canonical(c, &mut lower) }
}

fn push_plain(c: char, out: &mut String) {
    match c {
        'đ' | 'ð' | 'ɖ' => out.push('d'),
        'ø' => out.push('o'),
        'ł' => out.push('l'),
        'ı' => out.push('i'),
        'æ' => out.push_str("ae"),
        'œ' => out.push_str("oe"),
        'ß' => out.push_str("ss"),
        'þ' => out.push_str("th"),
        // Zero-width characters and soft hyphens part no words.
        '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' => {}
        _ if is_combining_mark(c) => {}
        _ => out.push(c),
    }
}

/// The form with marks in one spelling: NFC, and the tone of the open rimes `oa`, `oe` and `uy` on their first
/// letter, as most newspapers print it: `hoà` becomes `hòa`, `khoẻ` `khỏe`, `thuỷ` `thủy`, `uỷ` `ủy`.
///
/// Where the placement says something it stays: `quý` (its `u` belongs to the onset), `hoàn` (closed), `giá`. Case
/// is kept.
#[must_use]
pub fn tone_placement(text: &str) -> String {
    let mut out: String = if letter::is_composed(text) { text.to_owned() } else { text.nfc().collect() };
    let mut from = 0;
    while let Some(found) = out[from..].find(is_late_toned) {
        let at = from + found;
        from = at + width(&out[at..]);
        if let Some((start, replacement)) = moved(&out, at) {
            // Both spellings have the same letters; only their bytes may differ in number.
            out.replace_range(start..from, &replacement);
            from = start + replacement.len();
        }
    }
    out
}

fn width(text: &str) -> usize {
    text.chars().next().map_or(0, char::len_utf8)
}

/// The letters that carry a misplaced tone: `a`, `e`, `y` with one, of either case.
fn is_late_toned(c: char) -> bool {
    matches!(
        c,
        'À' | 'Á'
            | 'Ã'
            | 'Ả'
            | 'Ạ'
            | 'à'
            | 'á'
            | 'ã'
            | 'ả'
            | 'ạ'
            | 'È'
            | 'É'
            | 'Ẽ'
            | 'Ẻ'
            | 'Ẹ'
            | 'è'
            | 'é'
            | 'ẽ'
            | 'ẻ'
            | 'ẹ'
            | 'Ỳ'
            | 'Ý'
            | 'Ỹ'
            | 'Ỷ'
            | 'Ỵ'
            | 'ỳ'
            | 'ý'
            | 'ỹ'
            | 'ỷ'
            | 'ỵ'
    )
}

/// Moves the tone of the letter at `at` one letter to the front, where the rime is `oa`, `oe` or `uy`, the word ends
/// there and what stands before is an onset; gives the place of the first letter and the two letters.
fn moved(text: &str, at: usize) -> Option<(usize, String)> {
    let late = text[at..].chars().next()?;
    let first = text[..at].chars().next_back()?;
    // Nearly all toned letters stand behind another.
    if !matches!(first, 'o' | 'O' | 'u' | 'U') {
        return None;
    }
    let (plain, tone) = parted(late)?;
    let rime = (first.to_ascii_lowercase(), plain.to_ascii_lowercase());
    if !matches!(rime, ('o', 'a' | 'e') | ('u', 'y')) {
        return None;
    }
    let is_letter = |c: char| letter::is_alphabetic(c) || is_combining_mark(c);
    if text[at + late.len_utf8()..].starts_with(is_letter) {
        return None;
    }
    let start = at - first.len_utf8();
    let word = text[..start].rfind(|c| !is_letter(c)).map_or(0, |before| before + width(&text[before..]));
    // `q` alone is no onset, so that `quý` stays.
    if !syllable::is_onset(&text[word..start].to_lowercase()) {
        return None;
    }
    Some((start, [compose(first, tone)?, plain].iter().collect()))
}

/// A toned letter as its letter and its tone.
fn parted(c: char) -> Option<(char, char)> {
    let mut parts = [None; 2];
    let mut count = 0;
    decompose_canonical(c, |part| {
        if let Some(place) = parts.get_mut(count) {
            *place = Some(part);
        }
        count += 1;
    });
    Some((parts[0]?, parts[1]?)).filter(|_| count == 2)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn marks_case_and_stroke_make_no_difference() {
        for spelled in ["Bắc Kạn", "BẮC KẠN", "Ba\u{306}\u{301}c Ka\u{323}n", "bac kan"] {
            assert_eq!(fold(spelled), "bac kan");
        }
        for spelled in ["Đà Nẵng", "Ðà Nẵng", "Ɖà Nẵng", "đà nẵng", "ðà nẵng", "ɖà nẵng"]
        {
            assert_eq!(fold(spelled), "da nang");
        }
        assert_eq!(fold("Ngày 10/5 – “Về nguồn”"), "ngay 10/5 – “ve nguon”");
        assert_eq!(fold("２０２３ ﬁ İ Łódź Æ"), "2023 fi i lodz ae");
    }

    #[test]
    fn every_letter_of_the_table_has_the_form_that_the_rules_give() {
        for c in (0x80..0x2100).filter_map(char::from_u32) {
            let mut ruled = String::new();
            fold_one(c, &mut ruled);
            assert_eq!(fold(&c.to_string()), ruled, "{c:?}");
        }
    }

    #[test]
    fn the_tone_of_open_rimes_has_one_place() {
        for (written, placed) in [
            ("Hoà Bình", "Hòa Bình"),
            ("HOÀ THUẬN", "HÒA THUẬN"),
            ("Tỉnh uỷ, UỶ BAN", "Tỉnh ủy, ỦY BAN"),
            ("Thuỷ khoẻ, loà xoà, doạ", "Thủy khỏe, lòa xòa, dọa"),
            ("ho\u{61}\u{300}", "hòa"),
            ("xoá-đói", "xóa-đói"),
        ] {
            assert_eq!(tone_placement(written), placed);
            assert_eq!(tone_placement(placed), placed);
        }
    }

    #[test]
    fn a_placement_that_says_something_stays() {
        for word in
            ["quý", "Quỳ", "hoàn", "giá", "già", "khoái", "huỳnh", "thuyền", "Noël", "Chloé", "loáng", "tuý."]
        {
            let placed = tone_placement(word);
            assert_eq!(placed, if word == "tuý." { "túy." } else { word });
        }
    }

    proptest! {
        #[test]
        fn folding_does_not_see_the_placement(text in "[ \\-qhgtkoauyeOUAYEàáảãạèéẻẽẹỳýỷỹỵÀÝỶđĐn\u{300}\u{301}\u{323}]{0,24}") {
            prop_assert_eq!(fold(&tone_placement(&text)), fold(&text));
        }

        #[test]
        fn folding_is_idempotent_and_sees_no_normal_form(text in "\\PC*") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once.clone());
            prop_assert_eq!(fold(&text.nfd().collect::<String>()), once.clone());
            prop_assert_eq!(fold(&tone_placement(&text)), once);
        }

        #[test]
        fn placing_is_idempotent(text in "[ hgtkqoauyeàáảãạèéẻẽẹỳýỷỹỵn\u{300}]{0,24}") {
            let once = tone_placement(&text);
            prop_assert_eq!(tone_placement(&once), once);
        }
    }
}
