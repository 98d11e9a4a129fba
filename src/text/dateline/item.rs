//! One item of a list of days: `10/5`, `11.12.2021`, `27- 4`, `3-5/4`, `26`, `10 tháng Năm`.
//!
//! A hyphen means two things: `3-5` is 3 May, `3-5/4` is 3 to 5 April, and only what follows tells. What cannot be
//! a day or a month, or runs on into letters and more digits (`16/CT-TTg`, `1.200`, `24/24h`), is no date.

use super::days::Day;
use crate::text::date::words;
use crate::text::scan::{DASHES, Number, Scan};

/// A day, or days joined by a hyphen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    pub(super) first: Day,
    pub(super) last: Option<Day>,
    /// By the moon calendar.
    pub(super) is_lunar: bool,
    /// With `ngày` before it or `tháng` in it, so that it can be no fraction.
    pub(super) is_worded: bool,
}

impl Item {
    pub(super) fn of(first: Day) -> Item {
        Item { first, last: None, is_lunar: false, is_worded: false }
    }

    /// Its last day.
    pub(super) fn end(&self) -> Day {
        self.last.unwrap_or(self.first)
    }

    /// Whether it names its month, or needs none.
    pub(super) fn is_whole(&self) -> bool {
        self.end().month.is_some() || self.is_lunar
    }
}

/// The years that a text about the past and the near future can print.
const YEARS: std::ops::RangeInclusive<u32> = 1800..=2099;

/// Two-digit years up to this one are of this century.
const SHORT_YEAR_MAX: u32 = 49;

/// Reads an item that begins with the number of a day.
pub(super) fn read(scan: Scan<'_>, is_plural: bool) -> Option<(Item, Scan<'_>)> {
    let (day, behind) = scan.number()?;
    if !is_day(day) {
        return None;
    }
    slashed(day, behind)
        .or_else(|| dotted(day, behind))
        .or_else(|| hyphenated(day, behind, is_plural))
        .or_else(|| worded(day, behind))
        .or_else(|| bare(day, behind))
}

/// Reads an item whose day is in words, behind a word for a day: `mùng Một Tết`, `ngày mười lăm tháng Sáu`. Without a
/// month it stands only for the moon's first days (`is_early`).
pub(super) fn in_words(scan: Scan<'_>, is_early: bool) -> Option<(Item, Scan<'_>)> {
    let (value, behind) = words::day(scan)?;
    let day = Number { value, digits: 2 };
    worded(day, behind).or_else(|| bare(day, behind).filter(|_| is_early))
}

fn is_day(number: Number) -> bool {
    number.digits <= 2 && (1..=31).contains(&number.value)
}

fn is_month(number: Number) -> bool {
    number.digits <= 2 && (1..=12).contains(&number.value)
}

fn whole(day: Number, month: Number, year: Option<i32>) -> Item {
    Item::of(Day { number: day.value, month: Some(month.value), year })
}

/// `10/5`, `10 / 5`, `10/5/2021`, `10/5/21`, `10/5-2021`, `10/5 năm 2021`.
fn slashed(day: Number, scan: Scan<'_>) -> Option<(Item, Scan<'_>)> {
    let (month, behind) = scan.blanks().eat(&['/'])?.blanks().number()?;
    if !is_month(month) {
        return None;
    }
    let (year, behind) = year_behind(behind);
    ends_well(behind, false).then_some((whole(day, month, year), behind))
}

/// `11.12`, `11.12.2021`, `11. 12,`.
fn dotted(day: Number, scan: Scan<'_>) -> Option<(Item, Scan<'_>)> {
    let dot = scan.eat(&['.'])?;
    let (month, behind) = dot.blanks().number()?;
    let is_apart = dot.peek() == Some(' ');
    if !is_month(month) || is_apart && !behind.peek().is_none_or(|c| matches!(c, ',' | ')' | '.')) {
        return None;
    }
    let (year, behind) = year_behind(behind);
    ends_well(behind, true).then_some((whole(day, month, year), behind))
}

/// `27-4`, `27- 4`, `1-1-2020`, and the ranges `26 - 30/7`, `14-20-7-2025`, `26-28 tháng 10`.
fn hyphenated(day: Number, scan: Scan<'_>, is_plural: bool) -> Option<(Item, Scan<'_>)> {
    let (style, behind) = dash(scan)?;
    let (second, behind) = behind.number()?;
    if !is_day(second) {
        return None;
    }
    if let Some((third_style, next)) = dash(behind)
        && let Some((third, end)) = next.number()
    {
        return three(day, second, third, style == third_style && !is_plural, end);
    }
    if let Some((item, end)) = slashed(second, behind).or_else(|| dotted(second, behind)) {
        return Some((range(day, item), end));
    }
    if let Some((item, end)) = short_of_year(day, second, behind) {
        return Some((item, end));
    }
    if let Some((item, end)) = worded(second, behind) {
        return Some((Item { is_worded: true, ..range(day, item) }, end));
    }
    let is_open = is_plural && !behind.blanks().peek().is_some_and(char::is_alphanumeric);
    if !is_month(second) || is_open {
        return None;
    }
    let (year, behind) = word_year(behind).map_or((None, behind), |(year, end)| (Some(year), end));
    ends_well(behind, true).then_some((whole(day, second, year), behind))
}

/// `20-5/2025` and `20-5.2025`: a day, a month and a year.
fn short_of_year(day: Number, month: Number, scan: Scan<'_>) -> Option<(Item, Scan<'_>)> {
    let (year, end) = scan.eat(&['/', '.'])?.number()?;
    let year = long_year(year)?;
    (is_month(month) && ends_well(end, true)).then_some((whole(day, month, Some(year)), end))
}

/// `1-1-2020`, `31-12-19`, `14-20-7`, `4-5-7` where several days are announced.
fn three(
    day: Number,
    second: Number,
    third: Number,
    is_uniform: bool,
    end: Scan<'_>,
) -> Option<(Item, Scan<'_>)> {
    if !ends_well(end, true) {
        return None;
    }
    if let Some(year) = long_year(third) {
        return is_month(second).then_some((whole(day, second, Some(year)), end));
    }
    if is_month(third) && second.value > day.value && (!is_uniform || !is_month(second)) {
        let year = dash(end)
            .and_then(|(_, behind)| behind.number())
            .and_then(|(year, end)| Some((long_year(year)?, end)));
        let (year, end) = year.map_or((None, end), |(year, end)| (Some(year), end));
        return Some((range(day, whole(second, third, year)), end));
    }
    let year = short_year(third)?;
    (is_month(second) && is_uniform).then_some((whole(day, second, Some(year)), end))
}

/// Days from the first to an item's.
fn range(day: Number, item: Item) -> Item {
    let first = Day { number: day.value, month: None, year: None };
    Item { first, last: Some(item.first), ..item }
}

/// `10 tháng 5`, `10 tháng Năm năm 2021`, `10 tháng 5/2021`, `25 tháng Chạp`.
fn worded(day: Number, scan: Scan<'_>) -> Option<(Item, Scan<'_>)> {
    let behind = scan.blanks().phrase("tháng")?.blanks();
    if let Some((month, end)) = words::lunar_month(behind) {
        let day = Day { number: day.value, month: Some(month), year: None };
        return Some((Item { is_lunar: true, is_worded: true, ..Item::of(day) }, end));
    }
    let (month, behind) = words::month(behind).filter(|(_, end)| !counts_months(behind, *end))?;
    let (year, behind) = year_behind(behind);
    let year = year.map(|year| (year, behind)).or_else(|| {
        let (year, end) = behind.eat(&[',']).unwrap_or(behind).blanks().number()?;
        let year = long_year(year)?;
        end.peek().is_none_or(|c| matches!(c, ',' | '.' | ')' | ';')).then_some((year, end))
    });
    let (year, behind) = year.map_or((None, behind), |(year, end)| (Some(year), end));
    let day = Day { number: day.value, month: Some(month), year };
    ends_well(behind, false).then_some((Item { is_worded: true, ..Item::of(day) }, behind))
}

/// Whether `tháng năm 2026` are months of the year 2026: `8 tháng năm 2026`. May is written with a capital, or behind
/// `ngày`, or without a year.
fn counts_months(scan: Scan<'_>, end: Scan<'_>) -> bool {
    scan.until(end.at()) == "năm" && end.blanks().number().is_some_and(|(year, _)| year.digits == 4)
}

/// A day alone, whose month stands with a later one.
fn bare(day: Number, scan: Scan<'_>) -> Option<(Item, Scan<'_>)> {
    ends_well(scan, true).then_some((Item::of(Day { number: day.value, month: None, year: None }), scan))
}

/// How a dash is set: which one, and with which blanks.
type Style = (char, bool, bool);

fn dash(scan: Scan<'_>) -> Option<(Style, Scan<'_>)> {
    let at = scan.blanks();
    let behind = at.eat(&DASHES)?;
    let style = (at.peek()?, at.at() > scan.at(), behind.peek() == Some(' '));
    Some((style, behind.blanks()))
}

/// The year behind a day and a month, if one stands there.
fn year_behind(scan: Scan<'_>) -> (Option<i32>, Scan<'_>) {
    let joined = scan.blanks().eat(&['/']).or_else(|| scan.eat(&['.'])).map(Scan::blanks);
    if let Some((number, end)) = joined.and_then(Scan::number)
        && let Some(year) = long_year(number).or_else(|| short_year(number))
    {
        return (Some(year), end);
    }
    if let Some((number, end)) = scan.eat(&DASHES).and_then(Scan::number)
        && let Some(year) = long_year(number)
    {
        return (Some(year), end);
    }
    word_year(scan).map_or((None, scan), |(year, end)| (Some(year), end))
}

/// `năm 2021`, also behind a comma. A range of years (`năm 2020-2021`) is none.
fn word_year(scan: Scan<'_>) -> Option<(i32, Scan<'_>)> {
    let word = scan.blanks();
    let word = word.eat(&[',']).unwrap_or(word).blanks();
    let (number, end) = word.phrase("năm")?.blanks().number()?;
    let is_range = dash(end).is_some_and(|(_, behind)| behind.number().is_some());
    (!is_range && ends_well(end, false)).then_some((long_year(number)?, end))
}

fn long_year(number: Number) -> Option<i32> {
    (number.digits == 4 && YEARS.contains(&number.value)).then(|| i32::try_from(number.value).ok())?
}

fn short_year(number: Number) -> Option<i32> {
    let century = if number.value <= SHORT_YEAR_MAX { 2000 } else { 1900 };
    (number.digits == 2).then(|| i32::try_from(number.value + century).ok())?
}

/// Whether a date can end here: no letter, digit or sign runs on. Behind dots and hyphens a letter glued by a
/// hyphen makes it something else (`26-5-NQ`).
fn ends_well(scan: Scan<'_>, is_loose: bool) -> bool {
    let next = scan.bump().peek();
    match scan.peek() {
        None => true,
        Some('%' | '°' | '+' | '/' | '×' | '*' | '=') => false,
        Some('.' | ':') => !next.is_some_and(|c| c.is_ascii_digit()),
        Some(c) if DASHES.contains(&c) => !(is_loose && next.is_some_and(char::is_alphabetic)),
        Some(c) => !c.is_alphanumeric(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: u32, month: u32, year: Option<i32>) -> Day {
        Day { number: day, month: Some(month), year }
    }

    #[test]
    fn one_day_in_every_form() {
        for (printed, expected) in [
            ("9/4", day(9, 4, None)),
            ("09/04,", day(9, 4, None)),
            ("9 / 4 tại", day(9, 4, None)),
            ("9.4.", day(9, 4, None)),
            ("9. 4,", day(9, 4, None)),
            ("9-4 ở", day(9, 4, None)),
            ("9- 4", day(9, 4, None)),
            ("9 –4", day(9, 4, None)),
            ("9—4", day(9, 4, None)),
            ("9/4/2018", day(9, 4, Some(2018))),
            ("9/4/18,", day(9, 4, Some(2018))),
            ("9.4.1975", day(9, 4, Some(1975))),
            ("9-4-2018", day(9, 4, Some(2018))),
            ("19-12-46", day(19, 12, Some(2046))),
            ("9/4-2018", day(9, 4, Some(2018))),
            ("9-4/2018", day(9, 4, Some(2018))),
            ("9/4 năm 2018", day(9, 4, Some(2018))),
            ("9 tháng 4", day(9, 4, None)),
            ("09 tháng 04 năm 2018", day(9, 4, Some(2018))),
            ("9 tháng Tư năm 2018", day(9, 4, Some(2018))),
            ("9 tháng mười một", day(9, 11, None)),
            ("9 tháng mười", day(9, 10, None)),
            ("9 tháng 4/2018", day(9, 4, Some(2018))),
            ("9 tháng 4, 2018.", day(9, 4, Some(2018))),
            ("9/4 năm học 2018-2019", day(9, 4, None)),
            ("9/4 năm 2018-2019", day(9, 4, None)),
        ] {
            let (item, _) = read(Scan::new(printed), false).unwrap();
            assert_eq!((item.first, item.last), (expected, None), "{printed}");
        }
    }

    #[test]
    fn a_hyphen_before_a_month_is_a_range() {
        for (printed, first, last) in [
            ("7-9/4", 7, day(9, 4, None)),
            ("7 - 9/4", 7, day(9, 4, None)),
            ("7–9.4", 7, day(9, 4, None)),
            ("14-20/7/2024", 14, day(20, 7, Some(2024))),
            ("14-20-7", 14, day(20, 7, None)),
            ("14-20-7-2024", 14, day(20, 7, Some(2024))),
            ("7 – 9-4", 7, day(9, 4, None)),
            ("7-9 tháng 4 năm 2024", 7, day(9, 4, Some(2024))),
        ] {
            let (item, _) = read(Scan::new(printed), false).unwrap();
            assert_eq!((item.first.number, item.last), (first, Some(last)), "{printed}");
        }
        let (item, _) = read(Scan::new("4-5-7,"), true).unwrap();
        assert_eq!((item.first.number, item.last), (4, Some(day(5, 7, None))));
    }

    #[test]
    fn what_runs_on_is_no_date() {
        for printed in [
            "16/CT-TTg",
            "26-NQ/TW",
            "339/339",
            "24/24h",
            "1.200 căn",
            "1/10.000",
            "5/13",
            "32/1",
            "5/2km",
            "5/2%",
            "5/6/QĐ",
            "3-5%",
            "1.5.0.1",
            "2020-2021",
            "0/5",
            "5.2.3000",
        ] {
            let found = read(Scan::new(printed), false).filter(|(item, _)| item.is_whole());
            assert!(found.is_none(), "{printed}: {found:?}");
        }
    }
}
