//! Printed digests (điểm báo, đón đọc báo): pages that announce what stands in a printed issue. Their paragraphs are
//! the openings of other articles, and the day they name is the issue's; they have no dateline.

use crate::text::letter;

/// How a digest's headline begins.
const TITLES: &[&str] = &[
    "điểm báo",
    "đọc gì trên báo",
    "đón đọc",
    "đón xem",
    "mời đọc",
    "mời bạn đọc",
    "mời độc giả",
    "mời quý",
    "trên số báo",
    "tin trên báo",
    "thông tin báo chí",
    "điểm tin báo",
];

/// What a digest's first lines say.
const OPENINGS: &[&str] = &[
    "thông tin đáng chú ý như sau",
    "đón đọc báo",
    "đón đọc số",
    "đón đọc trên",
    "trên số báo in",
    "(xem trang",
    "(bài trang",
    "số báo ra ngày mai",
];

/// How an opening says that readers are asked to look for an issue.
const INVITATIONS: &[&str] = &["mời độc giả", "mời bạn đọc", "mời quý", "kính mời"];

/// The part of a block that is looked at.
const LOOK_BYTES_MAX: usize = 1_000;

/// Tells whether a page is a digest of a printed issue, by its headline and its first blocks.
#[must_use]
pub fn is_digest<'a>(title: Option<&str>, blocks: impl IntoIterator<Item = &'a str>) -> bool {
    title.is_some_and(is_title) || blocks.into_iter().take(2).any(is_opening)
}

fn lower(text: &str) -> String {
    let text =
        text[..text.floor_char_boundary(LOOK_BYTES_MAX)].trim_start_matches(|c: char| !c.is_alphabetic());
    letter::lowercase(text)
}

fn is_title(title: &str) -> bool {
    let title = lower(title);
    TITLES.iter().any(|start| title.starts_with(start))
        || title.contains("báo") && (title.contains("số ra ngày") || title.contains("số báo in"))
}

fn is_opening(block: &str) -> bool {
    if block.trim_start().starts_with(">>") {
        return true;
    }
    let block = lower(block);
    OPENINGS.iter().any(|said| block.contains(said))
        || INVITATIONS.iter().any(|start| block.starts_with(start)) && block.contains("đón đọc")
}
