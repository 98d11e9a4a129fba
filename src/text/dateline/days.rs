//! The days that an opening prints, one by one or from one to the other: `10/5`, `26 và 27 tháng 8`,
//! `từ ngày 26 đến 28.10.2020`, `30/12 – 2/1`, `đêm 4 rạng sáng 5/3`, `mùng 3 Tết`.
//!
//! They are a list of items, joined by commas, `và`, `đến` and dashes. A day without a month takes the month of a
//! later one, and so with the year.

use super::item::{self, Item};
use super::{lunar, part};
use crate::text::date::clock;
use crate::text::scan::{DASHES, Scan};

/// One day as printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Day {
    pub(super) number: u32,
    /// None while it stands with a later day: the first of `26 và 27/8`.
    pub(super) month: Option<u32>,
    pub(super) year: Option<i32>,
}

/// One day, two days or a range, as printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Days {
    pub(super) first: Day,
    pub(super) last: Option<Day>,
    /// By the moon calendar (âm lịch), which is not converted.
    pub(super) is_lunar: bool,
    /// With `ngày` before it or `tháng` in it, so that it can be no fraction.
    pub(super) is_worded: bool,
    /// Where the first number begins, and where the last one ends.
    pub(super) start: usize,
    pub(super) end: usize,
}

/// The most days listed one by one: `5, 6, 7 và 8/2`.
const LISTED_DAYS_MAX: usize = 10;

/// The words that stand before the number of a day. The last ones are for the first ten days of a month, and
/// mostly of the moon's.
const DAY_WORDS: [&str; 4] = ["ngày", "hôm", "mùng", "mồng"];

/// Reads the days here, with or without `ngày` before them. `is_plural` says that several are announced (`trong
/// hai ngày`), so that `4-5-7` are the fourth and the fifth of July.
pub(super) fn read(scan: Scan<'_>, is_plural: bool) -> Option<(Days, Scan<'_>)> {
    let (mut item, start, mut scan) = one(scan, is_plural)?;
    let (first, is_worded) = (item.first, item.is_worded);
    let mut last = item.last;
    let mut is_lunar = item.is_lunar;
    for _ in 0..LISTED_DAYS_MAX {
        let Some((next, behind)) = linked(scan, item) else { break };
        last = Some(next.end());
        is_lunar |= next.is_lunar;
        item = next;
        scan = behind;
    }
    let (first, last) = complete(first, last, is_lunar)?;
    Some((Days { first, last, is_lunar, is_worded, start, end: scan.at() }, scan))
}

/// One item with its day word and the moon's marks, and where its number begins.
fn one(scan: Scan<'_>, is_plural: bool) -> Option<(Item, usize, Scan<'_>)> {
    if let Some((item, behind)) = lunar::full_moon(scan) {
        return Some((item, scan.at(), behind));
    }
    let (word, word_start, number) = day_word(scan);
    let is_early = matches!(word, Some("mùng" | "mồng"));
    let in_words = || word.and_then(|_| item::in_words(number, is_early));
    let (mut item, mut behind) = item::read(number, is_plural).or_else(in_words)?;
    item.is_lunar |= is_early && item.is_worded && item.first.year.is_none();
    if let Some(end) = lunar::mark(behind) {
        item.is_lunar = true;
        behind = end;
    }
    item.is_worded |= word.is_some();
    // `mùng 3 Tết` is a name; `ngày` only announces one.
    let start = if is_early { word_start } else { number.at() };
    Some((item, start, behind))
}

/// The last of the words for a day, where it begins, and the place behind it; two may stand together: `ngày mùng 5`.
fn day_word(scan: Scan<'_>) -> (Option<&'static str>, usize, Scan<'_>) {
    let mut found = (None, scan.at(), scan);
    for _ in 0..2 {
        let at = found.2;
        let Some((word, behind)) = at.one_of(&DAY_WORDS) else { break };
        found = (Some(word), at.at(), behind.blanks());
    }
    found
}

/// The next item of the list.
fn linked(scan: Scan<'_>, item: Item) -> Option<(Item, Scan<'_>)> {
    let (link, behind) = link(scan)?;
    let (has_part, behind) = between(behind);
    if link == Link::None && !has_part {
        return None;
    }
    let (next, _, behind) = one(behind, false)?;
    // Behind a whole date a bare number counts something else, and a comma begins something else.
    let runs_on = !item.is_whole() || next.is_whole() && (link != Link::Comma || has_part);
    runs_on.then_some((next, behind))
}

/// What joins two items.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Link {
    None,
    Comma,
    Word,
}

fn link(scan: Scan<'_>) -> Option<(Link, Scan<'_>)> {
    let at = scan.blanks();
    let comma = at.eat(&[',']).map(Scan::blanks);
    let word = comma.unwrap_or(at).one_of(&["cho đến hết", "đến hết", "cho đến", "đến", "tới", "và", "cùng"]);
    if let Some((_, behind)) = word {
        return Some((Link::Word, behind.blanks()));
    }
    if let Some(behind) = comma {
        return Some((Link::Comma, behind));
    }
    if let Some(behind) = at.eat(&DASHES).or_else(|| at.eat(&['&'])) {
        return Some((Link::Word, behind.blanks()));
    }
    (at.at() > scan.at()).then_some((Link::None, at))
}

/// Behind a clock and a part of day that stand before the next item, and whether there was a part of day.
fn between(scan: Scan<'_>) -> (bool, Scan<'_>) {
    let scan = clock::read(scan).map_or(scan, |(_, behind)| behind.blanks());
    let part = part::read(scan).map(|(_, behind)| behind).or_else(|| scan.phrase("rạng"));
    part.map_or((false, scan), |behind| (true, behind.blanks()))
}

/// Gives each day the month and the year of the other where it has none of its own. None where no month is
/// printed at all.
fn complete(mut first: Day, mut last: Option<Day>, is_lunar: bool) -> Option<(Day, Option<Day>)> {
    if let Some(last) = &mut last
        && let Some(last_month) = last.month
    {
        let year = last.year;
        let turns = first.month.is_some_and(|month| month > last_month);
        if first.month.is_none() {
            let is_before = first.number <= last.number;
            first.month = Some(if is_before { last_month } else { (last_month + 10) % 12 + 1 });
            first.year = year.map(|year| if !is_before && last_month == 1 { year - 1 } else { year });
        } else if first.year.is_none() {
            first.year = year.map(|year| year - i32::from(turns));
        } else if year.is_none() {
            last.year = first.year.map(|year| year + i32::from(turns));
        }
    }
    if first.month.is_none() && !is_lunar {
        return None;
    }
    Some((first, last.filter(|last| *last != first && (last.month.is_some() || is_lunar))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(text: &str) -> Option<String> {
        let (days, _) = read(Scan::new(text), false)?;
        let name = |day: Day| match (day.month, day.year) {
            (Some(month), Some(year)) => format!("{}/{month}/{year}", day.number),
            (Some(month), None) => format!("{}/{month}", day.number),
            _ => day.number.to_string(),
        };
        let last = days.last.map_or(String::new(), |last| format!("..{}", name(last)));
        let moon = if days.is_lunar { " lunar" } else { "" };
        Some(format!("{}{last}{moon} = {}", name(days.first), &text[days.start..days.end]))
    }

    #[test]
    fn lists_and_ranges() {
        for (text, expected) in [
            ("ngày 8 và 9/6,", "8/6..9/6 = 8 và 9/6"),
            ("ngày 8, 9 và 10/6", "8/6..10/6 = 8, 9 và 10/6"),
            ("8, 9, 10-6 tại", "8/6..10/6 = 8, 9, 10-6"),
            ("ngày 8 và ngày 9 tháng 6", "8/6..9/6 = 8 và ngày 9 tháng 6"),
            ("8 & 9/6", "8/6..9/6 = 8 & 9/6"),
            ("8/6 đến 10/6/2019", "8/6/2019..10/6/2019 = 8/6 đến 10/6/2019"),
            ("ngày 8 đến hết ngày 10/6", "8/6..10/6 = 8 đến hết ngày 10/6"),
            ("30/12/2019 – 2/1/2020", "30/12/2019..2/1/2020 = 30/12/2019 – 2/1/2020"),
            ("30/12 - 2/1/2020", "30/12/2019..2/1/2020 = 30/12 - 2/1/2020"),
            ("30/12/2019 đến 2/1", "30/12/2019..2/1/2020 = 30/12/2019 đến 2/1"),
            ("28-2 đến 2-3,", "28/2..2/3 = 28-2 đến 2-3"),
            ("31 và 1/6", "31/5..1/6 = 31 và 1/6"),
            ("31 và 1/1/2020", "31/12/2019..1/1/2020 = 31 và 1/1/2020"),
            ("4 rạng sáng 5/3", "4/3..5/3 = 4 rạng sáng 5/3"),
            ("4/3, rạng sáng 5/3", "4/3..5/3 = 4/3, rạng sáng 5/3"),
            ("5/2 đến 17 giờ ngày 7/2", "5/2..7/2 = 5/2 đến 17 giờ ngày 7/2"),
            ("31 tháng 3–ngày 6 tháng 4", "31/3..6/4 = 31 tháng 3–ngày 6 tháng 4"),
        ] {
            assert_eq!(printed(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_follows_a_date_is_not_drawn_into_it() {
        for (text, expected) in [
            ("8/6, 9 hộ dân", "8/6 = 8/6"),
            ("8/6, 9/10 xã", "8/6 = 8/6"),
            ("8/6 và 9 hộ", "8/6 = 8/6"),
            ("8/6 - Tin vui", "8/6 = 8/6"),
            ("8/6 đến nay", "8/6 = 8/6"),
            ("8/6 tới, toàn huyện", "8/6 = 8/6"),
        ] {
            assert_eq!(printed(text).as_deref(), Some(expected), "{text}");
        }
        for text in ["8 và 9 hộ", "8, 9 người", "ngày 8, trời mưa", "ngày nay"] {
            assert_eq!(printed(text), None, "{text}");
        }
    }

    #[test]
    fn days_of_the_moon() {
        for (text, expected) in [
            ("15/8 âm lịch", "15/8 lunar = 15/8 âm lịch"),
            ("15-8 (ÂL)", "15/8 lunar = 15-8 (ÂL)"),
            ("mùng 3 Tết", "3 lunar = mùng 3 Tết"),
            ("ngày mồng 6 tháng Giêng", "6/1 lunar = mồng 6 tháng Giêng"),
            ("23 tháng Chạp", "23/12 lunar = 23 tháng Chạp"),
            ("30 Tết", "30 lunar = 30 Tết"),
            ("rằm tháng bảy", "15/7 lunar = rằm tháng bảy"),
            ("10/3 năm Giáp Thìn", "10/3 lunar = 10/3 năm Giáp Thìn"),
            ("mùng 5 tháng 5", "5/5 lunar = mùng 5 tháng 5"),
            ("mùng 2/9", "2/9 = mùng 2/9"),
            ("mùng 8 tháng 3 năm 2019", "8/3/2019 = mùng 8 tháng 3 năm 2019"),
        ] {
            assert_eq!(printed(text).as_deref(), Some(expected), "{text}");
        }
    }
}
