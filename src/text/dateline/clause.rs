//! The date behind a phrase that leads in: `Nhân dịp Năm mới, sáng 5/2, Chủ tịch …`, `Thực hiện kế hoạch của Sở, sáng
//! nay (20/11) đoàn …`.
//!
//! It must begin a clause of the first sentence. A part of the day is enough; a bare `ngày 5/2`
//! counts only behind a phrase that cannot be the subject, for `Là người còn lại sau trận đánh, ngày 16/10/1968 ông …`
//! tells of long ago, and `Theo báo cáo, trong ngày 12.12 …` of a day of counting.

use super::occasion::{self, Occasion};
use super::resolve::Around;
use crate::text::scan::Scan;

/// How far into a text its first sentence is looked through.
const PHRASE_BYTES_MAX: usize = 600;

/// The most clauses that are looked at.
const CLAUSES_MAX: usize = 8;

/// Phrases that give the reason or the setting of what follows, and cannot be its subject.
const SETTINGS: &[&str] = &[
    "nhân dịp",
    "nhân kỷ niệm",
    "nhân kỉ niệm",
    "nhân ngày",
    "nhân tháng",
    "nhân lễ",
    "nhân chuyến",
    "kỷ niệm",
    "kỉ niệm",
    "chào mừng",
    "hưởng ứng",
    "thực hiện",
    "triển khai",
    "thiết thực",
    "tiếp tục",
    "tiếp nối",
    "trong khuôn khổ",
    "trong chương trình",
    "trong không khí",
    "trong chuyến",
    "nằm trong",
    "nhằm",
    "để",
    "sau",
    "trước thềm",
    "trước",
    "với",
    "hòa chung",
    "hoà chung",
    "hướng tới",
    "hướng về",
    "chuẩn bị",
    "căn cứ",
    "được sự",
    "cùng với",
    "bên lề",
    "ngay sau",
    "qua",
    "phát huy",
    "tại",
    "ở",
    "liên quan",
    "mới đây",
    "vừa qua",
    "dưới sự",
    "góp phần",
    "thể hiện",
    "đáp ứng",
    "tham dự",
    "tham gia",
    "đúng dịp",
    "nối tiếp",
    "thông qua",
    "theo chương trình",
    "theo kế hoạch",
    "đầu tuần",
    "giữa tuần",
    "cuối tuần",
    "trong tuần",
    "tuần qua",
    "tuần trước",
    "những ngày qua",
];

/// A printed year this far from the publication tells of long ago.
const YEARS_APART_MAX: i32 = 1;

/// Finds the date behind a phrase that leads in, and the place in the text behind it.
pub(super) fn later(scan: Scan<'_>, around: Option<Around>) -> Option<(Occasion, Scan<'_>)> {
    let is_setting = scan.one_of(SETTINGS).is_some();
    clauses(scan).take(CLAUSES_MAX).find_map(|at| {
        let (occasion, end) = occasion::read(at)?;
        // Behind a bracket the sentence itself goes on: `vùng Lục Khu (Hà Quảng) hôm nay đã khác`.
        let is_dated = occasion.days.is_some() || at.text()[..at.at()].ends_with(", ");
        if !is_dated {
            return None;
        }
        (goes_on(end) && !is_of_document(end) && fits(&occasion, is_setting, around))
            .then_some((occasion, end))
    })
}

/// Whether the sentence goes on behind the date; one that ends it is no opening.
fn goes_on(end: Scan<'_>) -> bool {
    end.rest().chars().take(2).any(|c| c.is_alphanumeric() || matches!(c, ',' | '(' | '“' | '-' | '–'))
}

/// Whether the day is a document's: `Thực hiện Kế hoạch số 12, ngày 5/2 của UBND tỉnh …`.
fn is_of_document(end: Scan<'_>) -> bool {
    let at = end.blanks();
    at.eat(&[',']).unwrap_or(at).blanks().one_of(&["của", "về", "do", "ban hành"]).is_some()
}

fn fits(occasion: &Occasion, is_setting: bool, around: Option<Around>) -> bool {
    if occasion.is_naked {
        return false;
    }
    let year = occasion.days.and_then(|days| days.first.year);
    let is_old = match (year, around) {
        (Some(year), Some(around)) => (around.year() - year).abs() > YEARS_APART_MAX,
        (Some(_), None) => !is_setting,
        (None, _) => false,
    };
    let is_marked = occasion.part.is_some() || occasion.has_clock;
    !is_old && (is_marked || is_setting)
}

/// The places in the first sentence where a clause begins: behind commas and behind brackets.
fn clauses(scan: Scan<'_>) -> impl Iterator<Item = Scan<'_>> {
    let rest = scan.rest();
    let end = sentence_end(&rest[..rest.floor_char_boundary(PHRASE_BYTES_MAX)]);
    let mut depth = 0_i32;
    let mut chars = rest[..end].char_indices();
    std::iter::from_fn(move || {
        loop {
            let (at, c) = chars.next()?;
            depth += i32::from(c == '(') - i32::from(c == ')');
            let next = scan.moved_to(scan.at() + at + c.len_utf8());
            if depth <= 0 && matches!(c, ',' | ')') && next.peek() == Some(' ') {
                return Some(next.blanks());
            }
        }
    })
}

/// Where the first sentence ends: a mark with a blank behind it that no abbreviation carries.
fn sentence_end(text: &str) -> usize {
    let ends = text.match_indices(['.', '!', '?', ';', '…']);
    ends.map(|(at, mark)| (at, at + mark.len()))
        .find(|(at, end)| {
            let word = text[..*at].rsplit(' ').next().unwrap_or_default();
            let is_short = word.chars().count() <= 3 && word.starts_with(char::is_uppercase);
            text[*end..].starts_with(' ') && !is_short
        })
        .map_or(text.len(), |(at, _)| at)
}
