//! From a printed day to a date: the year is mostly not printed.
//!
//! A printed year is taken as it is. Otherwise the publication decides: the latest of the last, this and the next
//! year in which the day lies at most two days after it, since news is of the past and a page may be stamped the
//! evening before. Where the text says that the day is still to come, it is the nearest one from the publication
//! on. A day that lies nearly a year back and may as well be soon to come stays without a year, for pages misprint
//! the month. Where no publication is known, a year printed beside the day may tell.

use chrono::{Datelike, Days as Shift, NaiveDate, Timelike};

use super::days::Day;
use super::occasion::Occasion;
use crate::article::Confidence;
use crate::when::When;

/// A page may be stamped this many days before the event it tells as past.
const DAYS_AHEAD_MAX: u64 = 2;

/// A guess over more days than this is a weak one.
const SURE_DAYS_MAX: i64 = 60;

/// A day of the week of the publication lies no further from it.
const WEEK_DAYS: i64 = 7;

/// Before this hour `tối nay` is the evening before.
const NIGHT_END_HOUR: u32 = 4;

/// The days among which a publication lies: one day, or all of a month where only the month is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Around {
    first: NaiveDate,
    last: NaiveDate,
    /// The hour of the day, in the place of the newspaper.
    hour: Option<u32>,
}

impl Around {
    /// One day.
    #[must_use]
    pub fn day(day: NaiveDate) -> Around {
        Around { first: day, last: day, hour: None }
    }

    /// Any day of a month; none where the month is none.
    #[must_use]
    pub fn month(year: i32, month: u32) -> Option<Around> {
        let first = NaiveDate::from_ymd_opt(year, month, 1)?;
        let last = first.checked_add_months(chrono::Months::new(1))?.pred_opt()?;
        Some(Around { first, last, hour: None })
    }

    /// The year of its last day.
    pub(super) fn year(&self) -> i32 {
        self.last.year()
    }

    fn one_day(&self) -> Option<NaiveDate> {
        (self.first == self.last).then_some(self.first)
    }
}

impl From<When> for Around {
    fn from(when: When) -> Around {
        Around { hour: when.moment().map(|moment| moment.hour()), ..Around::day(when.day()) }
    }
}

/// A date, or two, and how sure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Resolved {
    pub(super) date: Option<NaiveDate>,
    pub(super) end: Option<NaiveDate>,
    pub(super) confidence: Confidence,
    /// A day was printed that no calendar has: 31/4.
    pub(super) is_impossible: bool,
}

impl Resolved {
    /// For an opening whose day is not known.
    pub(super) const NOTHING: Resolved =
        Resolved { date: None, end: None, confidence: Confidence::High, is_impossible: false };
}

/// What helps where the year is not printed.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Aids {
    /// The publication.
    pub(super) around: Option<Around>,
    /// A year that the sentence prints elsewhere, and whether it stands with the very month.
    pub(super) hint: Option<(i32, bool)>,
    /// Whether the sentence says `sẽ`, which may be about the day or about something else.
    pub(super) has_will: bool,
}

/// Resolves an expression of time.
pub(super) fn resolve(occasion: &Occasion, aids: Aids) -> Resolved {
    let resolved = match occasion.days {
        Some(days) if days.is_lunar => Resolved::NOTHING,
        Some(days) => printed(occasion, days.first, days.last, aids),
        None => pointed(occasion, aids.around),
    };
    match resolved.date.filter(|_| occasion.is_overnight && resolved.end.is_none()) {
        // The printed date is the morning's; the word that points is the night's.
        Some(date) if occasion.days.is_some() => {
            Resolved { date: date.pred_opt(), end: Some(date), ..resolved }
        }
        Some(date) => Resolved { end: date.succ_opt(), ..resolved },
        None => resolved,
    }
}

/// The day that a pointing word names.
fn pointed(occasion: &Occasion, around: Option<Around>) -> Resolved {
    let day = around.and_then(|around| around.one_day());
    let (Some(pointer), Some(day)) = (occasion.pointer, day) else { return Resolved::NOTHING };
    let is_night = around.and_then(|around| around.hour).is_some_and(|hour| hour < NIGHT_END_HOUR);
    let is_past_midnight = is_night && pointer == 0 && occasion.part.is_some() && !occasion.is_future;
    let pointer = if is_past_midnight { -1 } else { pointer };
    Resolved { date: moved(day, pointer), ..Resolved::NOTHING }
}

fn moved(day: NaiveDate, by: i64) -> Option<NaiveDate> {
    let shift = Shift::new(by.unsigned_abs());
    if by < 0 { day.checked_sub_days(shift) } else { day.checked_add_days(shift) }
}

/// The date of a printed day, and of the last of several.
fn printed(occasion: &Occasion, first: Day, last: Option<Day>, aids: Aids) -> Resolved {
    if !exists(first) || last.is_some_and(|last| !exists(last)) {
        return Resolved { confidence: Confidence::Low, is_impossible: true, ..Resolved::NOTHING };
    }
    let near = aids.around.filter(|_| occasion.is_this_week && first.year.is_none());
    let near = near.and_then(|around| nearest(first, around)).map(|date| (date, false));
    let Some((date, is_weak)) = near.or_else(|| day(first, occasion.is_future, aids)) else {
        // 29/2 in no year near the publication is as impossible as 31/4; a day that may be of two years is not.
        let is_impossible = aids.around.is_some_and(|around| candidates(first, around).next().is_none());
        let confidence = if aids.around.is_some() { Confidence::Low } else { Confidence::High };
        return Resolved { confidence, is_impossible, ..Resolved::NOTHING };
    };
    let end = last.and_then(|last| end_of(date, last)).filter(|end| *end > date);
    let is_ahead = aids.around.is_some_and(|around| date > around.last);
    let is_told = occasion.is_future || near.is_some() || aids.has_will;
    let confidence = if is_weak || is_ahead && !is_told { Confidence::Low } else { Confidence::High };
    Resolved { date: Some(date), end, confidence, is_impossible: false }
}

/// Whether some year has the day.
fn exists(day: Day) -> bool {
    // A leap year has every day that any year has.
    day.month
        .is_none_or(|month| NaiveDate::from_ymd_opt(day.year.unwrap_or(2000), month, day.number).is_some())
}

/// The last of several days: in its printed year, or the first one from the first day on.
fn end_of(start: NaiveDate, last: Day) -> Option<NaiveDate> {
    let month = last.month?;
    let years = last.year.map_or(start.year()..=start.year() + 1, |year| year..=year);
    years.filter_map(|year| NaiveDate::from_ymd_opt(year, month, last.number)).find(|end| *end >= start)
}

/// A day's date, and whether it is a weak guess.
fn day(day: Day, is_future: bool, aids: Aids) -> Option<(NaiveDate, bool)> {
    let in_year = |year: i32| NaiveDate::from_ymd_opt(year, day.month?, day.number);
    if let Some(year) = day.year {
        return Some((in_year(year)?, false));
    }
    let Some(around) = aids.around else {
        let (year, is_sure) = aids.hint?;
        return Some((in_year(year)?, !is_sure));
    };
    let latest = around.last.checked_add_days(Shift::new(DAYS_AHEAD_MAX))?;
    let past = candidates(day, around).filter(|date| *date <= latest).last();
    let coming = candidates(day, around).find(|date| *date >= around.first);
    let is_near = |date: &NaiveDate| distance(around, *date) <= SURE_DAYS_MAX;
    let is_ahead = !past.as_ref().is_some_and(is_near) && coming.as_ref().is_some_and(is_near);
    if is_ahead && !is_future && !aids.has_will {
        // Nearly a year back, or soon to come: a slip of the pen, or a plan. Nothing says which.
        return None;
    }
    let date = if is_future || is_ahead { coming } else { past }?;
    Some((date, !is_near(&date)))
}

/// The day in the week of the publication; none where it lies further off.
fn nearest(day: Day, around: Around) -> Option<NaiveDate> {
    candidates(day, around).find(|date| distance(around, *date) <= WEEK_DAYS)
}

/// A day in the last, this and the next year, as far as they have it.
fn candidates(day: Day, around: Around) -> impl Iterator<Item = NaiveDate> {
    let years = around.first.year() - 1..=around.last.year() + 1;
    years.filter_map(move |year| NaiveDate::from_ymd_opt(year, day.month?, day.number))
}

/// The days between a date and the publication.
fn distance(around: Around, date: NaiveDate) -> i64 {
    let before = (around.first - date).num_days();
    let after = (date - around.last).num_days();
    before.max(after).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(day: u32, month: u32, published: &str) -> (String, Confidence) {
        let aids = Aids { around: Some(published.parse::<When>().unwrap().into()), ..Aids::default() };
        with(Day { number: day, month: Some(month), year: None }, false, aids)
    }

    fn with(first: Day, is_future: bool, aids: Aids) -> (String, Confidence) {
        let occasion = Occasion {
            days: None,
            part: None,
            pointer: None,
            date_text: (0, 0),
            is_future,
            is_this_week: false,
            is_naked: false,
            is_overnight: false,
            has_clock: false,
        };
        let resolved = printed(&occasion, first, None, aids);
        (resolved.date.map_or_else(|| "none".to_owned(), |date| date.to_string()), resolved.confidence)
    }

    #[test]
    fn the_year_is_that_of_the_latest_such_day_before_the_publication() {
        for (day, month, published, date, confidence) in [
            (10, 5, "2023-05-11", "2023-05-10", Confidence::High),
            (31, 12, "2023-01-02", "2022-12-31", Confidence::High),
            (1, 1, "2022-12-31T22:00:00+07:00", "2023-01-01", Confidence::Low),
            (12, 5, "2023-05-11", "2023-05-12", Confidence::Low),
            (13, 5, "2023-05-11", "2023-05-13", Confidence::Low),
            (14, 5, "2023-05-11", "none", Confidence::Low),
            (10, 7, "2023-05-11", "none", Confidence::Low),
            (11, 7, "2023-05-11", "2022-07-11", Confidence::Low),
            (12, 3, "2023-05-11", "2023-03-12", Confidence::High),
            (11, 3, "2023-05-11", "2023-03-11", Confidence::Low),
            (29, 2, "2024-03-01", "2024-02-29", Confidence::High),
            (29, 2, "2025-03-01", "2024-02-29", Confidence::Low),
            (29, 2, "2023-03-01", "none", Confidence::Low),
            (31, 4, "2023-05-11", "none", Confidence::Low),
        ] {
            assert_eq!(
                resolved(day, month, published),
                (date.to_owned(), confidence),
                "{day}/{month} {published}"
            );
        }
    }

    #[test]
    fn a_day_to_come_is_the_next_one() {
        let aids = Aids { around: Some(Around::day("2020-02-20".parse().unwrap())), ..Aids::default() };
        let day = |day, month| Day { number: day, month: Some(month), year: None };
        assert_eq!(with(day(1, 3), true, aids), ("2020-03-01".to_owned(), Confidence::High));
        assert_eq!(with(day(20, 2), true, aids), ("2020-02-20".to_owned(), Confidence::High));
        assert_eq!(with(day(5, 1), true, aids), ("2021-01-05".to_owned(), Confidence::Low));
    }

    #[test]
    fn will_decides_only_where_the_past_is_far_and_the_future_near() {
        let aids =
            Aids { around: Some(Around::day("2020-02-20".parse().unwrap())), hint: None, has_will: true };
        let day = |day, month| Day { number: day, month: Some(month), year: None };
        assert_eq!(with(day(10, 3), false, aids).0, "2020-03-10");
        assert_eq!(with(day(10, 2), false, aids).0, "2020-02-10");
        assert_eq!(with(day(10, 9), false, aids).0, "2019-09-10");
    }

    #[test]
    fn a_month_of_publication_is_enough() {
        let aids = Aids { around: Around::month(2020, 1), ..Aids::default() };
        let day = |day, month| Day { number: day, month: Some(month), year: None };
        assert_eq!(with(day(31, 12), false, aids), ("2019-12-31".to_owned(), Confidence::High));
        assert_eq!(with(day(31, 1), false, aids), ("2020-01-31".to_owned(), Confidence::High));
        assert_eq!(Around::month(2020, 13), None);
    }
}
