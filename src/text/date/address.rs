//! Times in addresses: folders of a month (`/202112/`), of a day (`/2021/12/25/`), and the long numbers that systems
//! make of the moment of writing.
//!
//! Known numbers: `20230928095355 26` is year, month, day, hour, minute, second and fractions (tuoitre.vn, danviet.vn);
//! `196 250414092848 101` has three digits of the site before a two-digit year (nld.com.vn and its kin); `22 20193112
//! 202919 815` has two, and day before month (toquoc.vn). Shorter numbers are ids, or seconds in the names of images,
//! and tell nothing.

use chrono::{Datelike, NaiveDate, NaiveDateTime};
use url::Url;

/// A time in an address, as exact as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stamp {
    /// The first day of the month.
    Month(NaiveDate),
    /// The day.
    Day(NaiveDate),
    /// The moment, by Vietnam's clock.
    Moment(NaiveDateTime),
}

/// The years in which a newspaper can have made an address.
const YEARS: std::ops::RangeInclusive<i32> = 1997..=2099;

impl Stamp {
    /// The first and the last day that it allows.
    #[must_use]
    pub fn days(&self) -> (NaiveDate, NaiveDate) {
        match self {
            Stamp::Month(first) => {
                let next = first.checked_add_months(chrono::Months::new(1));
                (*first, next.and_then(|next| next.pred_opt()).unwrap_or(*first))
            }
            Stamp::Day(day) => (*day, *day),
            Stamp::Moment(moment) => (moment.date(), moment.date()),
        }
    }

    /// How many days a day lies off it; 0 where it agrees.
    #[must_use]
    pub fn days_off(&self, day: NaiveDate) -> i64 {
        let (first, last) = self.days();
        (first - day).num_days().max((day - last).num_days()).max(0)
    }
}

/// Reads the time in an address; the most exact where there are several.
#[must_use]
pub fn stamp(url: &Url) -> Option<Stamp> {
    let segments: Vec<&str> = url.path().split('/').filter(|segment| !segment.is_empty()).collect();
    let (last, folders) = segments.split_last()?;
    number_in(last).or_else(|| folder(folders)).or_else(|| folder(&segments))
}

/// The moment in a long number of an address's last part.
fn number_in(segment: &str) -> Option<Stamp> {
    segment.split(|c: char| !c.is_ascii_digit()).rev().find_map(moment).map(Stamp::Moment)
}

fn moment(digits: &str) -> Option<NaiveDateTime> {
    match digits.len() {
        14..=17 => read(digits, "%Y%m%d%H%M%S", 14),
        18 => read(&format!("20{}", digits.get(3..)?), "%Y%m%d%H%M%S", 14),
        19 => read(digits.get(2..)?, "%Y%d%m%H%M%S", 14),
        _ => None,
    }
}

fn read(digits: &str, form: &str, length: usize) -> Option<NaiveDateTime> {
    NaiveDateTime::parse_from_str(digits.get(..length)?, form)
        .ok()
        .filter(|moment| YEARS.contains(&moment.year()))
}

/// The month or the day in the names of folders.
fn folder(segments: &[&str]) -> Option<Stamp> {
    let days = segments.iter().find_map(|segment| named_day(segment));
    days.or_else(|| nested(segments)).or_else(|| segments.iter().find_map(|segment| month(segment)))
}

/// `/20211225/`, `/2021-12-25/`
fn named_day(segment: &str) -> Option<Stamp> {
    let form = match segment.len() {
        8 => "%Y%m%d",
        10 => "%Y-%m-%d",
        _ => return None,
    };
    let is_plain = segment.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let day = NaiveDate::parse_from_str(segment, form).ok().filter(|_| is_plain)?;
    YEARS.contains(&day.year()).then_some(Stamp::Day(day))
}

/// `/2021/12/25/`, `/2021/12/`
fn nested(segments: &[&str]) -> Option<Stamp> {
    segments.windows(2).enumerate().find_map(|(index, pair)| {
        let [year, month] = pair else { return None };
        let year = digits(year, 4..=4).and_then(|year| i32::try_from(year).ok())?;
        let month = digits(month, 1..=2)?;
        let first = NaiveDate::from_ymd_opt(year, month, 1).filter(|_| YEARS.contains(&year))?;
        let day =
            segments.get(index + 2).and_then(|day| digits(day, 1..=2)).and_then(|day| first.with_day(day));
        Some(day.map_or(Stamp::Month(first), Stamp::Day))
    })
}

/// `/202112/`
fn month(segment: &str) -> Option<Stamp> {
    let number = digits(segment, 6..=6)?;
    let year = i32::try_from(number / 100).ok().filter(|year| YEARS.contains(year))?;
    NaiveDate::from_ymd_opt(year, number % 100, 1).map(Stamp::Month)
}

fn digits(text: &str, length: std::ops::RangeInclusive<usize>) -> Option<u32> {
    let is_number = length.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}
