//! Captions (chú thích ảnh): what is one, its credit, and when two are the same.
//!
//! Systems print a caption twice or three times: as text, as `alt`, as `title`. The copies differ in dashes, in
//! blanks, in a final dot, or in how the credit is set (`(Ảnh: X/Y)` beside `. Ảnh: X – Y`).

mod sort;

use std::sync::LazyLock;

use regex::Regex;

use super::{clean, credit, letter};

/// A caption with its credit told apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caption {
    /// The caption as printed, the credit included.
    pub text: String,
    /// Who took the photo, or where it comes from, without the label: `Khánh Du`, `TTXVN`.
    pub credit: Option<String>,
}

/// A caption made by a machine: `Tên bài - Ảnh 1`, `- Hình 12.`
static GENERATED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:^|[-–—|.,\s]\s*)(?:ảnh|hình|photo|image|picture|pic)\s*(?:số\s*)?\d{1,3}\s*\.?$").ok()
});

/// The name that a camera or a screen gives, or one long word.
static FILE_NAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:(?:img|dsc[nf]?|image|photo|picture|screenshot|untitled|zalo|fb_img)[-_ ]?[\w-]*\d[\w-]*|[a-z0-9_-]{12,})$").ok()
});

/// What a caption's field says while nobody has filled it.
const UNFILLED: [&str; 7] = [
    "nhập chú thích ảnh",
    "chú thích ảnh",
    "nhập mô tả ảnh",
    "mô tả ảnh",
    "image description",
    "no caption",
    "caption",
];

/// The longest text that is looked at as a caption.
const CAPTION_BYTES_MAX: usize = 4_000;

/// The longest of [`UNFILLED`], in bytes, with room for capitals.
const UNFILLED_BYTES_MAX: usize = 60;

/// How files of pictures end.
const ENDINGS: [&str; 11] =
    ["jpg", "jpeg", "png", "gif", "webp", "bmp", "jfif", "heic", "tif", "tiff", "avif"];

/// A file's name is no longer before its ending, in characters.
const FILE_NAME_CHARS_MAX: usize = 200;

/// Reads a text known to stand as a caption. None where it is no caption: nothing, only a credit, a file's name,
/// a text made by a machine.
#[must_use]
pub fn read(text: &str) -> Option<Caption> {
    let text = clean::line(text);
    if text.len() > CAPTION_BYTES_MAX || !text.chars().any(char::is_alphabetic) {
        return None;
    }
    if is_unfilled(&text)
        || is_file_name(&text)
        || text.trim_end_matches([' ', '.']).ends_with(|c: char| c.is_numeric()) && matches(&GENERATED, &text)
    {
        return None;
    }
    let (before, credit) = part(&text);
    if !before.contains(letter::is_alphanumeric) {
        return None;
    }
    Some(Caption { credit: credit.map(str::to_owned), text })
}

fn is_unfilled(text: &str) -> bool {
    let bare = text.trim_end_matches('.');
    bare.len() <= UNFILLED_BYTES_MAX && UNFILLED.contains(&letter::lowercase(bare).as_str())
}

/// Whether a text is a file's name: it has an ending, or is one word or two such as cameras make.
fn is_file_name(text: &str) -> bool {
    let has_ending = text.rsplit_once('.').is_some_and(|(name, ending)| {
        let is_known = ENDINGS.iter().any(|known| known.eq_ignore_ascii_case(ending));
        is_known && name.chars().count() <= FILE_NAME_CHARS_MAX
    });
    has_ending || text.bytes().filter(|byte| *byte == b' ').take(2).count() < 2 && matches(&FILE_NAME, text)
}

/// The credit of a text known to stand as a caption, also where it is all there is.
#[must_use]
pub fn credit(text: &str) -> Option<String> {
    part(text).1.map(str::to_owned)
}

/// The text before the credit, and the credit.
fn part(text: &str) -> (&str, Option<&str>) {
    if let Some(sort) = sort::read(text) {
        return ("", sort.source);
    }
    credit::at_end(text).map_or((text, None), |credit| (&text[..credit.start], Some(credit.name)))
}

fn matches(pattern: &LazyLock<Option<Regex>>, text: &str) -> bool {
    LazyLock::force(pattern).as_ref().is_some_and(|pattern| pattern.is_match(text))
}

/// What makes two captions the same: their letters and digits in lower case. Blanks, dashes, quotes, dots and the
/// setting of the credit do not count.
#[must_use]
pub fn key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    text.chars().filter(|c| letter::is_alphanumeric(*c)).for_each(|c| letter::push_lower(c, &mut key));
    key
}

/// Whether a text has this key. Nearly all texts part from it at their first letters, and cost no more than that.
#[must_use]
pub fn has_key(text: &str, key: &str) -> bool {
    begins_like(text, key.chars().filter(|c| letter::is_alphanumeric(*c))) && self::key(text) == key
}

/// Whether the first letters of a text are these in lower case.
fn begins_like(text: &str, letters: impl Iterator<Item = char>) -> bool {
    let own = text.chars().filter(|c| letter::is_alphanumeric(*c)).map(letter::lower);
    own.take(START_LETTERS).eq(letters.take(START_LETTERS))
}

/// The first letter of a text's key.
#[must_use]
pub fn opening(text: &str) -> Option<char> {
    text.chars().find(|c| letter::is_alphanumeric(*c)).map(letter::lower)
}

/// Whether two texts have one key.
#[must_use]
pub fn is_same(text: &str, other: &str) -> bool {
    let letters = other.chars().filter(|c| letter::is_alphanumeric(*c)).map(letter::lower);
    begins_like(text, letters) && key(text) == key(other)
}

/// By so many letters texts are compared before their keys are made.
const START_LETTERS: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    fn credit_of(text: &str) -> Option<String> {
        read(text).unwrap().credit
    }

    #[test]
    fn the_credit_is_told_apart_and_stays_in_the_text() {
        let read = read("Bà con thu hoạch mận sớm.  Ảnh: Nông Khánh ").unwrap();
        assert_eq!(read.text, "Bà con thu hoạch mận sớm. Ảnh: Nông Khánh");
        assert_eq!(read.credit.as_deref(), Some("Nông Khánh"));
        assert_eq!(credit_of("Cầu mới nối hai bờ (Ảnh: H.T)").as_deref(), Some("H.T"));
        assert_eq!(credit_of("Cầu mới nối hai bờ - Ảnh: M.THU").as_deref(), Some("M.THU"));
        assert_eq!(credit_of("Cầu mới (Ảnh TN)").as_deref(), Some("TN"));
        assert_eq!(
            credit_of("Đo nước ở trạm bơm. Nguồn ảnh: Trạm bơm Nà Lầu.").as_deref(),
            Some("Trạm bơm Nà Lầu")
        );
        assert_eq!(credit_of("Khám bệnh cho người già vùng BHYT.Ảnh: Thu Hà").as_deref(), Some("Thu Hà"));
        assert_eq!(credit_of("Quang cảnh buổi lễ."), None);
        assert_eq!(credit_of("Ông Sấn cho xem bức ảnh chụp năm 1970."), None);
        assert_eq!(credit_of("Nước lấy từ hai nguồn: suối Nậm và giếng khoan"), None);
        assert_eq!(
            credit_of("Bếp lửa vùng cao Ảnh tư liệu: Bảo tàng tỉnh").as_deref(),
            Some("Bảo tàng tỉnh")
        );
        assert_eq!(credit_of("Bếp lửa vùng cao - nguồn: baohoason.vn").as_deref(), Some("baohoason.vn"));
    }

    #[test]
    fn what_is_no_caption_is_none() {
        for text in [
            "",
            " \u{a0} ",
            "Ảnh: TTXVN",
            "(Ảnh: Thu Hà)",
            "phoi-lua-120916.jpg",
            "Ảnh màn hình 2026-03-06 lúc 23.12.56.png",
            "Xã Bình Trung mở chợ phiên - Ảnh 1.",
            "Xã Bình Trung mở chợ phiên- Hình 12",
            "IMG_2044",
            "Nhập chú thích ảnh",
            "...",
            "Ảnh minh họa",
            "(Ảnh minh hoạ)",
            "Hình minh họa.",
            "ẢNH MINH HỌA",
            "Ảnh minh họa (nguồn Internet)",
            "Ảnh minh họa: Internet",
            "Ảnh chỉ mang tính minh họa. Nguồn: TTXVN",
            "Ảnh tư liệu",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn what_says_of_which_sort_a_photo_is_or_when_it_was_taken_is_no_credit() {
        assert_eq!(credit("Ảnh minh họa"), None);
        assert_eq!(credit_of("Bà con gặt lúa (ảnh minh họa)"), None);
        assert_eq!(credit_of("Bà con gặt lúa (ảnh chụp màn hình)").as_deref(), Some("chụp màn hình"));
        let taken = "(Ảnh chụp lúc 7 giờ 10 phút ngày 31-8-2020 tại ngã tư Bản Vén)";
        assert_eq!(credit_of(taken), None);
        assert_eq!(read(taken).unwrap().text, taken);
    }

    #[test]
    fn copies_of_one_caption_have_one_key() {
        assert_eq!(key("Hồ ở giữa thị trấn - Ảnh: M.THU"), key("Hồ ở giữa thị trấn – Ảnh: M.THU."));
        assert_eq!(
            key("Lúa chín vàng. (Ảnh: Trần Lê Hà/TTXVN)"),
            key("Lúa chín vàng . Ảnh: Trần Lê Hà – TTXVN")
        );
        assert_ne!(key("Trao quà cho hộ thứ 9"), key("Trao quà cho hộ thứ 6"));
    }
}
