//! What the words of a listing's markup and text tell: titles, dates, pagers, labels, and walls.

use scraper::ElementRef;

use crate::text::fold;

/// Texts of links that are no titles, folded.
const LABELS: [&str; 22] = [
    "xem them",
    "xem tiep",
    "xem chi tiet",
    "chi tiet",
    "doc them",
    "doc tiep",
    "tiep",
    "tiep theo",
    "trang sau",
    "trang truoc",
    "binh luan",
    "chia se",
    "video",
    "anh",
    "audio",
    "infographic",
    "moi",
    "hot",
    "more",
    "read more",
    "next",
    "previous",
];

/// Marks of a page that stands before the page, with what it is. All in lower case.
const WALLS: [(&str, &str); 7] = [
    ("cf-browser-verification", "a Cloudflare challenge"),
    ("/cdn-cgi/challenge-platform/", "a Cloudflare challenge"),
    ("<title>just a moment", "a Cloudflare challenge"),
    ("g-recaptcha", "a captcha"),
    ("h-captcha", "a captcha"),
    ("document.cookie=", "a page that only sets a cookie by script"),
    ("enable javascript", "a page that asks for JavaScript"),
];

/// How much of a page is searched for a wall, in bytes; walls are short.
const WALL_BYTES_MAX: usize = 64 * 1024;

/// What hides a page that has no links.
pub(super) fn hidden(text: &str) -> Option<&'static str> {
    let head = text[..text.floor_char_boundary(WALL_BYTES_MAX)].to_ascii_lowercase();
    WALLS.iter().find(|(mark, _)| head.contains(mark)).map(|(_, what)| *what)
}

/// Whether a text is no title: nothing, a number, or a label such as `Xem thêm`.
pub(super) fn is_label(text: &str) -> bool {
    let bare = text.trim_matches(|c: char| !c.is_alphanumeric());
    bare.chars().all(|c| c.is_ascii_digit()) || LABELS.contains(&fold::fold(bare).as_str())
}

/// Whether an element is named as a title.
pub(super) fn names_title(element: ElementRef<'_>) -> bool {
    is_named(element, &["title", "tit", "heading", "headline", "tieude"])
}

/// Whether an element is named as a summary.
pub(super) fn names_teaser(element: ElementRef<'_>) -> bool {
    is_named(element, &["desc", "des", "description", "sapo", "summary", "lead", "excerpt"])
}

/// Whether an element is named as a date.
pub(super) fn names_date(element: ElementRef<'_>) -> bool {
    is_named(element, &["date", "time", "datetime", "pubdate", "publish", "ngay", "ngaydang", "meta"])
}

/// Whether a link stands in a row of page numbers and looks like one of them: a number, an arrow, `Trang sau`.
pub(super) fn is_in_pager(element: ElementRef<'_>) -> bool {
    let mut around = element.ancestors().filter_map(ElementRef::wrap).take(4);
    let in_row =
        around.any(|element| is_named(element, &["pagination", "paging", "pager", "phantrang", "paginate"]));
    in_row && is_label(&element.text().collect::<String>())
}

/// Whether a word of an element's classes or id is one of these; a number at its end does not count (`title3`).
fn is_named(element: ElementRef<'_>, words: &[&str]) -> bool {
    let value = element.value();
    value.classes().chain(value.id()).any(|name| {
        name.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| {
            let word = word.trim_end_matches(|c: char| c.is_ascii_digit());
            words.iter().any(|sought| word.eq_ignore_ascii_case(sought))
        })
    })
}
