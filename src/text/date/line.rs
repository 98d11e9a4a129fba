//! Printed date lines: a date and perhaps a clock among weekdays, labels and signs.
//!
//! The date is found first; the clock is the one that stands right before or right behind it with nothing but
//! signs, `ngày`, `lúc` and a weekday between. So a telephone number or another article's time is not drawn in.

use chrono::{Datelike, NaiveDate, NaiveTime};

use super::{DateOrderHint, clock, machine, words};
use crate::text::scan::{DASHES, Number, Scan};
use crate::when::When;

/// Two-digit years up to this one are of this century.
const SHORT_YEAR_MAX: u32 = 69;

/// The words that may stand between a date and its clock.
const FILLERS: &[&str] = &[
    "ngày",
    "lúc",
    "vào lúc",
    "vào",
    "hồi",
    "thứ hai",
    "thứ ba",
    "thứ tư",
    "thứ năm",
    "thứ sáu",
    "thứ bảy",
    "thứ bẩy",
    "chủ nhật",
    "thứ 2",
    "thứ 3",
    "thứ 4",
    "thứ 5",
    "thứ 6",
    "thứ 7",
    "cn",
    "at",
    "giờ",
];

/// The signs that may.
const SIGNS: [char; 18] =
    [' ', ',', '.', '|', '-', '–', '—', '•', '·', ';', '/', '(', ')', '[', ']', ':', '@', '\''];

/// The most words and signs that may stand between.
const GAP_MAX: usize = 12;

/// How lines begin that give the day of a document, as mastheads do: `Giấy phép số 12/GP-BTTTT cấp ngày 10/05/2023`.
const DOCUMENTS: &[&str] = &[
    "giấy phép",
    "số giấy phép",
    "giấy chứng nhận",
    "gpxb",
    "quyết định số",
    "nghị định số",
    "thông tư số",
    "công văn số",
    "theo giấy phép",
    "theo quyết định",
];

/// A date with where it begins and ends.
#[derive(Clone, Copy)]
struct Found<'a> {
    date: NaiveDate,
    start: usize,
    end: Scan<'a>,
}

/// Reads the first date of a line and its clock.
pub(super) fn read(line: &str, order: DateOrderHint, fetched: Option<When>) -> Option<When> {
    let scan = Scan::new(line);
    if scan.blanks().one_of(DOCUMENTS).is_some() {
        return None;
    }
    let found = first(scan, order, fetched)?;
    if let Some((time, end)) = clock_before(scan, &found) {
        let behind = if crate::text::date::offset::read(end).is_some() { end } else { found.end };
        return Some(machine::moment(found.date, time, behind));
    }
    match behind(found.end) {
        Some((time, end)) => Some(machine::moment(found.date, time, end)),
        None => Some(When::Day(found.date)),
    }
}

/// The first date of a line.
fn first(scan: Scan<'_>, order: DateOrderHint, fetched: Option<When>) -> Option<Found<'_>> {
    let line = scan.text();
    let mut at = scan.at();
    loop {
        at += line.get(at..)?.find(|c: char| c.is_ascii_digit())?;
        let here = scan.moved_to(at);
        let is_inside = here.before().is_some_and(char::is_alphanumeric);
        if !is_inside && let Some((date, end)) = date(here, order, fetched) {
            return Some(Found { date, start: at, end });
        }
        at += line[at..].bytes().take_while(u8::is_ascii_digit).count();
    }
}

/// A date that begins with a number.
fn date(scan: Scan<'_>, order: DateOrderHint, fetched: Option<When>) -> Option<(NaiveDate, Scan<'_>)> {
    let (first, behind) = scan.number().filter(|(first, _)| matches!(first.digits, 1 | 2 | 4))?;
    if first.digits != 4
        && let Some(found) = worded(first, behind)
    {
        return Some(found);
    }
    let (separator, at) = separator(behind)?;
    let (second, behind) = at.number().filter(|(second, _)| second.digits <= 2)?;
    let (again, at) = self::separator(behind).or_else(|| year_word(behind))?;
    let (third, end) = at.number()?;
    if again != separator && again != ' ' && !(third.digits == 4 && first.digits <= 2) || !ends(end) {
        return None;
    }
    let date = if first.digits == 4 {
        (third.digits <= 2).then(|| ymd(first, second, third))?
    } else {
        dmy(first, second, third, order, end, fetched)
    };
    Some((date?, end))
}

/// Whether no digit runs on behind a date, as in `1.200.000.000`.
fn ends(scan: Scan<'_>) -> bool {
    let is_digit = |scan: Scan<'_>| scan.peek().is_some_and(|c| c.is_ascii_digit());
    !(is_digit(scan) || scan.eat(&['.', '/', '%']).is_some_and(is_digit))
}

fn separator(scan: Scan<'_>) -> Option<(char, Scan<'_>)> {
    let at = scan.blanks();
    let sign = at.peek().filter(|c| matches!(c, '/' | '.') || DASHES.contains(c))?;
    Some((if DASHES.contains(&sign) { '-' } else { sign }, at.bump().blanks()))
}

/// `27/3 năm 2019`
fn year_word(scan: Scan<'_>) -> Option<(char, Scan<'_>)> {
    let at = scan.blanks();
    let at = at.eat(&[',']).unwrap_or(at).blanks();
    Some((' ', at.phrase("năm")?.blanks()))
}

fn ymd(year: Number, month: Number, day: Number) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(i32::try_from(year.value).ok()?, month.value, day.value)
}

/// A date with the year last. The order is the one hinted at; the other is read where that one is impossible. Behind
/// an English clock (`3:00 PM`) nothing more is known: Vietnamese systems print those too.
fn dmy(
    first: Number,
    second: Number,
    third: Number,
    order: DateOrderHint,
    end: Scan<'_>,
    fetched: Option<When>,
) -> Option<NaiveDate> {
    let year = match third.digits {
        4 => i32::try_from(third.value).ok()?,
        2 if end.peek().is_none_or(|c| !c.is_alphanumeric()) => century(third.value, fetched)?,
        _ => return None,
    };
    let day_first = NaiveDate::from_ymd_opt(year, second.value, first.value);
    let month_first = NaiveDate::from_ymd_opt(year, first.value, second.value);
    match order {
        DateOrderHint::DayFirst => day_first.or(month_first),
        DateOrderHint::MonthFirst => month_first.or(day_first),
    }
}

/// A year of two digits: of this century unless that lies ahead.
fn century(short: u32, fetched: Option<When>) -> Option<i32> {
    let short_year = i32::try_from(short).ok()?;
    let latest =
        fetched.map_or(2000 + i32::try_from(SHORT_YEAR_MAX).ok()?, |fetched| fetched.day().year() + 1);
    Some(if 2000 + short_year <= latest { 2000 + short_year } else { 1900 + short_year })
}

/// `25 Tháng 6, 2025`, `12 Tháng Năm, 2020`, `13 tháng 11 năm 2019`, `10 tháng 5/2023`.
fn worded(day: Number, scan: Scan<'_>) -> Option<(NaiveDate, Scan<'_>)> {
    let at = scan.blanks();
    let (month, behind) = words::named_month(at)?;
    let at = behind.eat(&[',', '/', '-', '.']).unwrap_or(behind).blanks();
    let at = at.phrase("năm").map_or(at, Scan::blanks);
    let (year, end) = at.number().filter(|(year, _)| year.digits == 4)?;
    Some((NaiveDate::from_ymd_opt(i32::try_from(year.value).ok()?, month, day.value)?, end))
}

/// The clock right before a date: `17:54, 08/04/2024`, `12:01 AM - 17/09/2021`, `15:00 ngày 09/02/2024`.
fn clock_before<'a>(scan: Scan<'a>, found: &Found<'a>) -> Option<(NaiveTime, Scan<'a>)> {
    let before = scan.text().get(..found.start)?;
    let mut clocks = before.char_indices().rev().filter(|(_, c)| c.is_ascii_digit()).map(|(at, _)| at);
    clocks.find_map(|at| {
        let here = scan.moved_to(at);
        if here.before().is_some_and(|c| c.is_alphanumeric() || matches!(c, ':' | '/' | '.')) {
            return None;
        }
        let (time, end) = clock::read(here)?;
        let (time, end) = clock::halved(time, end);
        let gap_end = passed_offset(end);
        (gap_end.at() <= found.start && gap(gap_end).at() >= found.start).then_some((time, end))
    })
}

/// Behind `(GMT+7)` between a clock and its date.
fn passed_offset(scan: Scan<'_>) -> Scan<'_> {
    let Some((_, behind)) = scan.blanks().eat(&['(', '[']).and_then(|at| at.one_of(&["gmt", "utc"])) else {
        return scan;
    };
    behind
        .rest()
        .find([')', ']'])
        .filter(|length| *length < 8)
        .map_or(scan, |length| behind.moved_to(behind.at() + length + 1))
}

/// The clock right behind a date.
fn behind(scan: Scan<'_>) -> Option<(NaiveTime, Scan<'_>)> {
    let (time, end) = clock::read(gap(scan))?;
    // `… 09:00 10/05/2023`: that clock is the next date's.
    let next = gap(end);
    let is_next_date = next.at() > end.at() && date(next, DateOrderHint::DayFirst, None).is_some();
    (!is_next_date).then(|| clock::halved(time, end))
}

/// Behind the signs and words that may part a date from its clock.
fn gap(mut scan: Scan<'_>) -> Scan<'_> {
    for _ in 0..GAP_MAX {
        if let Some(next) = scan.eat(&SIGNS) {
            scan = next;
        } else if let Some((_, next)) = scan.one_of(FILLERS) {
            scan = next;
        } else {
            break;
        }
    }
    scan
}

/// The label of the time of the last change.
const UPDATE_LABELS: &[&str] = &["cập nhật", "sửa lần cuối", "chỉnh sửa", "updated"];

/// A line before and behind the label of an update.
pub(super) fn parted_by_update(line: &str) -> Option<(&str, &str)> {
    let scan = Scan::new(line);
    line.char_indices().filter(|(at, _)| *at > 0).find_map(|(at, _)| {
        let here = scan.moved_to(at);
        let is_start = here.before().is_some_and(|c| !c.is_alphabetic());
        let (_, behind) = here.one_of(UPDATE_LABELS).filter(|_| is_start)?;
        Some((line.get(..at)?, behind.rest()))
    })
}

/// A day with its year in digits, right here: the page's date before an opening.
pub(in crate::text) fn whole_day(scan: Scan<'_>) -> Option<(NaiveDate, Scan<'_>)> {
    date(scan, DateOrderHint::DayFirst, None)
}

/// Behind the clock that stands right behind a page's date, if one does.
pub(in crate::text) fn clock_behind(scan: Scan<'_>) -> Scan<'_> {
    behind(scan).map_or(scan, |(_, end)| end)
}
