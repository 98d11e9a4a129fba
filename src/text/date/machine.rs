//! Machines' dates: RFC 3339 and its near kin, RFC 2822, JavaScript's, counts of seconds.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};

use super::{clock, offset, words};
use crate::text::scan::Scan;
use crate::when::{When, vietnam};

/// Counts of seconds that are believed: from 1990 to 2099.
const EPOCH_SECONDS: std::ops::Range<i64> = 631_152_000..4_102_444_800;

/// Reads a text that is a machine's date and nothing else.
pub(super) fn read(line: &str) -> Option<When> {
    let scan = Scan::new(line.trim_matches(['"', '\'', ' ']));
    iso(scan).or_else(|| epoch(scan.rest())).or_else(|| compact(scan.rest())).or_else(|| named(scan))
}

/// `2023-05-10T17:45:00+07:00`, `2023-05-10 17:45`, `2023/05/10`, with or without offset.
fn iso(scan: Scan<'_>) -> Option<When> {
    let (year, behind) = scan.number().filter(|(year, _)| year.digits == 4)?;
    let separator = behind.peek().filter(|c| matches!(c, '-' | '/' | '.'))?;
    let (month, behind) = behind.bump().number()?;
    let (day, behind) = behind.eat(&[separator])?.number()?;
    let date = NaiveDate::from_ymd_opt(i32::try_from(year.value).ok()?, month.value, day.value)?;
    let at = behind.blanks();
    let at = at.eat(&['T', 't', ',']).unwrap_or(at).blanks();
    match clock::read(at) {
        Some((time, end)) => {
            let (time, end) = clock::halved(time, end);
            Some(moment(date, time, end))
        }
        None => at.peek().is_none_or(|c| !c.is_ascii_digit()).then_some(When::Day(date)),
    }
}

/// A local time with the offset behind it, Vietnam's where there is none.
pub(super) fn moment(date: NaiveDate, time: NaiveTime, behind: Scan<'_>) -> When {
    let local = NaiveDateTime::new(date, time);
    match offset::read(behind).and_then(|offset| local.and_local_timezone(offset).single()) {
        Some(moment) => When::Moment(moment),
        None => When::vietnamese(local),
    }
}

/// Seconds or thousandths of seconds since 1970, also as `/Date(…)/`.
fn epoch(text: &str) -> Option<When> {
    let digits =
        text.strip_prefix("/Date(").and_then(|rest| rest.split([')', '+', '-']).next()).unwrap_or(text);
    if !matches!(digits.len(), 10 | 13) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let count: i64 = digits.parse().ok()?;
    let seconds = if digits.len() == 13 { count / 1000 } else { count };
    let moment: DateTime<Utc> =
        DateTime::from_timestamp(seconds, 0).filter(|_| EPOCH_SECONDS.contains(&seconds))?;
    Some(When::Moment(moment.with_timezone(&vietnam())))
}

/// `20230510`, `20230510174500`, `20230510T104500Z`.
fn compact(text: &str) -> Option<When> {
    let (digits, rest) = text.split_at(text.bytes().take_while(u8::is_ascii_digit).count());
    let date = |digits: &str| NaiveDate::parse_from_str(digits, "%Y%m%d").ok();
    let time = |digits: &str| NaiveTime::parse_from_str(digits, "%H%M%S").ok();
    match (digits.len(), rest) {
        (8, "") => date(digits).map(When::Day),
        (14, "") => Some(When::vietnamese(NaiveDateTime::new(date(&digits[..8])?, time(&digits[8..])?))),
        (8, rest) => {
            let rest = rest.strip_prefix('T')?;
            let clock = rest.get(..6)?;
            Some(moment(date(digits)?, time(clock)?, Scan::new(rest.get(6..)?)))
        }
        _ => None,
    }
}

/// `Wed, 26 Jul 2017 19:55:20 +0700`, `Wed May 10 2023 17:45:00 GMT+0700`, `May 10, 2023 5:45 PM`, `10 May 2023`.
fn named(scan: Scan<'_>) -> Option<When> {
    let (word, behind) = scan.letters();
    let is_weekday = word.len() >= 3 && words::named_month(scan).is_none() && !word.is_empty();
    let at = if is_weekday { behind.eat(&[',', '.']).unwrap_or(behind).blanks() } else { scan };
    let at = at.eat(&[',']).unwrap_or(at).blanks();
    let (day, month, behind) = day_month(at)?;
    let at = behind.eat(&[',', '-']).unwrap_or(behind).blanks();
    let early = clock::read(at);
    let at = early.map_or(at, |(_, end)| end.blanks());
    let (year, end) = at.number().filter(|(year, _)| matches!(year.digits, 2 | 4))?;
    let year = i32::try_from(if year.digits == 2 { year.value + 2000 } else { year.value }).ok()?;
    let date = NaiveDate::from_ymd_opt(year, month, day)?;
    let at = end.eat(&[',']).unwrap_or(end).blanks();
    let at = at.one_of(&["at", "lúc", "-", "|"]).map_or(at, |(_, end)| end.blanks());
    let at = at.eat(&['-', '|', '–']).unwrap_or(at).blanks();
    match clock::read(at).or(early.map(|(time, _)| (time, at))) {
        Some((time, end)) => {
            let (time, end) = clock::halved(time, end);
            Some(moment(date, time, end))
        }
        None => Some(When::Day(date)),
    }
}

fn day_month(scan: Scan<'_>) -> Option<(u32, u32, Scan<'_>)> {
    if let Some((month, behind)) = words::named_month(scan) {
        let (day, end) = ordinal(behind.blanks())?;
        return Some((day, month, end));
    }
    let (day, behind) = ordinal(scan)?;
    let behind = behind.eat(&['-']).unwrap_or(behind).blanks();
    let (month, end) = words::english_month(behind)?;
    Some((day, month, end))
}

/// `7`, `7th`
fn ordinal(scan: Scan<'_>) -> Option<(u32, Scan<'_>)> {
    let (number, end) = scan.number().filter(|(number, _)| number.digits <= 2)?;
    Some((number.value, end.one_of(&["st", "nd", "rd", "th"]).map_or(end, |(_, end)| end)))
}
