//! The moon calendar (âm lịch): its marks, its full moon, its names of years.
//!
//! Days of the moon are recognised so that they are not taken for days of the sun; they are not converted.

use super::days::Day;
use super::item::Item;
use crate::text::date::words;
use crate::text::scan::Scan;

/// The ten stems (thiên can), the first word of a moon year's name.
const STEMS: [&str; 11] = ["giáp", "ất", "bính", "đinh", "mậu", "kỷ", "kỉ", "canh", "tân", "nhâm", "quý"];

/// The twelve branches (địa chi), its second word.
const BRANCHES: [&str; 16] = [
    "tý", "tí", "sửu", "dần", "mão", "mẹo", "thìn", "tỵ", "tị", "ngọ", "mùi", "thân", "dậu", "tuất", "hợi",
    "mẹo",
];

/// What says that the day before it is the moon's.
const MARKS: [&str; 5] = ["âm lịch", "lịch âm", "âl", "al", "tết"];

/// Behind the marks of the moon, where there are some: `âm lịch`, `(ÂL)`, `Tết`, `năm Giáp Thìn`.
pub(super) fn mark(scan: Scan<'_>) -> Option<Scan<'_>> {
    let mut found = None;
    let mut at = scan;
    for _ in 0..3 {
        let Some(end) = one_mark(at) else { break };
        found = Some(end);
        at = end;
    }
    found
}

fn one_mark(scan: Scan<'_>) -> Option<Scan<'_>> {
    let at = scan.blanks();
    if let Some(inside) = at.eat(&['(', '[']) {
        return inside.blanks().one_of(&MARKS)?.1.blanks().eat(&[')', ']']);
    }
    at.one_of(&MARKS).map(|(_, end)| end).or_else(|| year_name(at.phrase("năm").map_or(at, Scan::blanks)))
}

/// Behind the name of a moon year: `Giáp Thìn`.
fn year_name(scan: Scan<'_>) -> Option<Scan<'_>> {
    let (_, behind) = scan.one_of(&STEMS)?;
    behind.blanks().one_of(&BRANCHES).map(|(_, end)| end)
}

/// The full moon: `rằm tháng Giêng`, `ngày rằm`.
pub(super) fn full_moon(scan: Scan<'_>) -> Option<(Item, Scan<'_>)> {
    let at = scan.phrase("ngày").map_or(scan, Scan::blanks);
    let behind = at.phrase("rằm")?;
    let month = behind
        .blanks()
        .phrase("tháng")
        .map(Scan::blanks)
        .and_then(|at| words::lunar_month(at).or_else(|| words::month(at)));
    let (month, behind) = month.map_or((None, behind), |(month, end)| (Some(month), end));
    let item = Item::of(Day { number: 15, month, year: None });
    Some((Item { is_lunar: true, is_worded: true, ..item }, mark(behind).unwrap_or(behind)))
}
