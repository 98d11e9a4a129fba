//! Times counted from now: `4 giờ trước`, `24 phút trước`, `hôm qua`, `247 ngày`.
//!
//! Minutes and hours give a moment, days and weeks a day. Months and years ago are too vague to be a date.

use chrono::{DateTime, Days, FixedOffset, NaiveTime, TimeDelta};

use super::{clock, machine};
use crate::text::scan::Scan;
use crate::when::When;

/// The most that is counted in a unit; a larger number is something else.
const COUNT_MAX: u32 = 9_999;

const SECONDS: &[&str] = &["giây", "seconds", "second"];
const MINUTES: &[&str] = &["phút", "minutes", "minute"];
const HOURS: &[&str] = &["giờ", "tiếng", "hours", "hour"];
const DAYS: &[&str] = &["ngày", "days", "day"];
const WEEKS: &[&str] = &["tuần", "weeks", "week"];

/// Reads a relative time, counted from when the page was fetched.
pub(super) fn read(line: &str, fetched: When) -> Option<When> {
    let scan = Scan::new(line);
    named(scan, fetched).or_else(|| counted(scan, fetched))
}

/// `Hôm nay`, `Hôm qua, 17:45`, `Vừa xong`.
fn named(scan: Scan<'_>, fetched: When) -> Option<When> {
    let days = [("hôm nay", 0), ("hôm qua", 1), ("hôm kia", 2), ("today", 0), ("yesterday", 1)];
    if let Some((back, end)) = days.iter().find_map(|(word, back)| Some((*back, scan.phrase(word)?))) {
        let day = fetched.day().checked_sub_days(Days::new(back))?;
        let at = end.blanks();
        let at = at.eat(&[',', '-', '|']).unwrap_or(at).blanks();
        let at = at.one_of(&["lúc", "at"]).map_or(at, |(_, end)| end.blanks());
        return match clock::read(at) {
            Some((time, end)) => Some(machine::moment(day, time, end)),
            None => at.is_end().then_some(When::Day(day)),
        };
    }
    let just = scan.one_of(&["vừa xong", "vừa mới đăng", "mới đây", "vài giây trước", "just now"])?;
    just.1.blanks().is_end().then_some(fetched)
}

/// The first count of a unit of time with `trước` behind it, or with nothing behind it.
fn counted(scan: Scan<'_>, fetched: When) -> Option<When> {
    let line = scan.text();
    let mut at = 0;
    loop {
        at += line.get(at..)?.find(|c: char| c.is_ascii_digit())?;
        let here = scan.moved_to(at);
        if let Some((count, behind)) = here.number().filter(|(count, _)| count.value <= COUNT_MAX)
            && let Some(when) = ago(count.value, behind.blanks(), fetched)
        {
            return Some(when);
        }
        at += line[at..].bytes().take_while(u8::is_ascii_digit).count();
    }
}

fn ago(count: u32, unit: Scan<'_>, fetched: When) -> Option<When> {
    let is_past = |end: Scan<'_>| {
        let at = end.blanks();
        at.is_end() || at.one_of(&["trước", "ago"]).is_some()
    };
    let days = |table: &[&'static str], length: u64| {
        unit.one_of(table).filter(|(_, end)| is_past(*end)).map(|_| u64::from(count) * length)
    };
    if let Some(back) = days(DAYS, 1).or_else(|| days(WEEKS, 7)) {
        return Some(When::Day(fetched.day().checked_sub_days(Days::new(back))?));
    }
    let moment = fetched.moment()?;
    let back = [(SECONDS, 1), (MINUTES, 60), (HOURS, 3600)].iter().find_map(|(table, length)| {
        unit.one_of(table).filter(|(_, end)| is_past(*end)).map(|_| i64::from(count) * length)
    })?;
    Some(When::Moment(whole_minute(moment.checked_sub_signed(TimeDelta::seconds(back))?)))
}

/// A time told in minutes or hours has no seconds.
fn whole_minute(moment: DateTime<FixedOffset>) -> DateTime<FixedOffset> {
    use chrono::Timelike;
    let time = NaiveTime::from_hms_opt(moment.hour(), moment.minute(), 0).unwrap_or_else(|| moment.time());
    moment.with_time(time).single().unwrap_or(moment)
}
