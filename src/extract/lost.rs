//! The words of pages that are not there: `404 - Không tìm thấy trang`, `The page you requested could not be found`.

use std::sync::LazyLock;

use regex::Regex;

use super::shell::matches;
use crate::text::fold::fold;

/// Lines of not-found pages, folded, whole. What begins otherwise than [`OPENINGS`] is never asked.
const LINES: &str = concat!(
    r"(?:(?:oops|opps|rat tiec|xin loi|thong bao|loi|error|404|ma loi 404)[\s,.!:|–-]*){0,3}(?:",
    r"(?:loi |error |http )?404(?:[\s:.,|–-]+(?:error|not found|page not found|file not found|khong tim thay.{0,40}|trang .{0,60}))?",
    r"|(?:the )?(?:page|article|file|content|resource)(?: (?:that )?you(?:'re| are| were)? (?:requested|looking for|looked for))?(?: you.{0,30})? ?(?:was |is |could |can ?)?(?:not found|not be found|no longer (?:exists?|available)|does(?:n't| not) exist|not exist|unavailable)(?: on .{0,40})?",
    r"|not found|nothing found|page not found",
    r"|khong tim thay (?:trang|bai viet|noi dung|duong dan|du lieu|ket qua|tin bai|thong tin)(?:[,.!]? (?:hoac|tren|nay|ban|ma ban|quy vi|quy doc gia|theo yeu cau|yeu cau|can tim|phu hop|nao|nua|trong|vui long|xin|de nghi)\b.{0,80})?",
    r"|(?:trang|bai viet|noi dung|tin bai|tin|duong dan|lien ket|dia chi|url|duong link)(?: web| bao)?(?: nay| ma ban| ban| quy vi| ma quy vi| quy doc gia| duoc)?(?: (?:dang )?(?:tim|tim kiem|yeu cau|truy cap|can tim|muon xem|muon tim|xem)){0,2}(?: nay)? (?:hien )?(?:khong ton tai|khong (?:duoc )?tim thay|khong co|khong con(?: ton tai)?|khong hop le|da bi (?:xoa|go|an|khoa|go bo)|da (?:xoa|go)|chua duoc xuat ban)(?:[,.!]? (?:hoac|tren|nay|ban|ma ban|quy vi|quy doc gia|theo yeu cau|yeu cau|can tim|phu hop|nao|nua|trong|vui long|xin|de nghi)\b.{0,80})?",
    r")[\s.…!]*",
);

static LINE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(&format!("^{LINES}$")).ok());

/// How lines of not-found pages begin, folded.
const OPENINGS: [&str; 26] = [
    "oops",
    "opps",
    "rat tiec",
    "xin loi",
    "thong bao",
    "loi",
    "error",
    "404",
    "ma loi",
    "http",
    "the ",
    "page",
    "article",
    "file",
    "content",
    "resource",
    "not",
    "khong",
    "trang",
    "bai viet",
    "noi dung",
    "tin",
    "duong",
    "lien ket",
    "dia chi",
    "url",
];

/// So many bytes show how a line begins.
const OPENING_BYTES_MAX: usize = 24;

/// Whether a line is one of a not-found page.
pub(super) fn says_not_found(line: &str) -> bool {
    may_say_not_found(line, &OPENINGS) && matches(&LINE, line)
}

fn may_say_not_found(line: &str, openings: &[&str]) -> bool {
    let opening = fold(&line[..line.floor_char_boundary(OPENING_BYTES_MAX)]);
    let opening = opening.trim_start();
    let first = opening.as_bytes().first();
    let begins = |word: &&str| word.as_bytes().first() == first && opening.starts_with(*word);
    openings.iter().any(begins)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::samples;

    #[test]
    fn the_openings_are_those_of_the_lines_of_not_found_pages() {
        let pattern = LINES.replace(r"\b", "");
        let lines: Vec<String> =
            samples::of(&pattern, 20_000).into_iter().filter(|line| matches(&LINE, line)).collect();
        assert!(lines.len() > 15_000, "{}", lines.len());
        samples::hold(&lines, &OPENINGS, may_say_not_found);
    }
}
