//! Publication dates: what a page prints, what its metadata says, and what its address gives away.
//!
//! - [`printed`]: a text known to be a date line, in any of the forms that newspapers print, or a machine's form;
//! - [`stamp`]: the month, day or moment in an address, a cross-check;
//! - [`is_header_clock`]: whether a printed date is only the clock in a page's header.
//!
//! Vietnam writes the day first and a clock of 24 hours, and its time is +07:00; another offset counts where it is
//! printed. A date without a clock stays a day. What no calendar has, and what no newspaper on the web can have
//! been published at, is no date.

mod address;
pub(in crate::text) mod clock;
mod line;
mod machine;
mod offset;
mod relative;
pub(in crate::text) mod words;

use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};

pub use address::{Stamp, stamp};
pub(in crate::text) use line::{clock_behind, whole_day};

use crate::text::clean;
use crate::when::{When, vietnam};

/// Which number of `5/9/2026` is the day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DateOrderHint {
    /// As in Vietnam: 5 September.
    #[default]
    DayFirst,
    /// As some systems print: 9 May.
    MonthFirst,
}

/// The part of a text that is looked at: a date line is short.
const LINE_BYTES_MAX: usize = 400;

/// The first year that is believed; systems print 1900 and 1899 where they know no date.
const YEAR_MIN: i32 = 1901;

/// The last year that is believed where the time of fetching is not known.
const YEAR_MAX: i32 = 2099;

/// A page may be dated this many days ahead: tomorrow's issue, a planned post.
const DAYS_AHEAD_MAX: u64 = 31;

/// Reads a printed date line or a machine's date. Relative times (`4 giờ trước`, `hôm qua`) need `fetched_at`.
///
/// ```
/// use khobao::text::date::{DateOrderHint, printed};
///
/// let read = |text| printed(text, DateOrderHint::DayFirst, None).map(|when| when.to_string());
/// assert_eq!(read("Thứ Tư, 27/3/2019 15:54'(GMT+7)").as_deref(), Some("2019-03-27T15:54:00+07:00"));
/// assert_eq!(read("Thứ tư, ngày 09/09/2020").as_deref(), Some("2020-09-09"));
/// assert_eq!(read("Hotline: 0209 3871 234"), None);
/// ```
#[must_use]
pub fn printed(text: &str, order: DateOrderHint, fetched_at: Option<DateTime<Utc>>) -> Option<When> {
    let now = fetched_at.map(|moment| When::Moment(moment.with_timezone(&vietnam())));
    printed_as_of(text, order, now)
}

/// Reads a date line where the time of fetching may be known only by its day; then hours ago tell nothing.
#[must_use]
pub fn printed_as_of(text: &str, order: DateOrderHint, fetched: Option<When>) -> Option<When> {
    let line = clean::line_cow(&text[..text.floor_char_boundary(LINE_BYTES_MAX)]);
    let line = line.trim();
    machine::read(line)
        .or_else(|| line::read(line, order, fetched))
        .filter(|when| is_believable(when, fetched))
        .or_else(|| relative::read(line, fetched?))
}

/// Reads a machine's date: RFC 3339 and its near kin, RFC 2822, seconds since 1970, and nothing around it.
#[must_use]
pub fn machine(text: &str) -> Option<When> {
    machine::read(text.trim()).filter(|when| is_believable(when, None))
}

/// Reads the time of the last change from a date line that prints it behind the time of publication: `… | Cập nhật:
/// 18:20, 09/04/2024`.
#[must_use]
pub fn updated(text: &str, order: DateOrderHint, fetched_at: Option<DateTime<Utc>>) -> Option<When> {
    let line = clean::line_cow(&text[..text.floor_char_boundary(LINE_BYTES_MAX)]);
    let now = fetched_at.map(|moment| When::Moment(moment.with_timezone(&vietnam())));
    let (before, behind) = line::parted_by_update(&line)?;
    line::read(before, order, now)?;
    line::read(behind, order, now).filter(|when| is_believable(when, now))
}

/// Whether a newspaper on the web can have published then.
fn is_believable(when: &When, fetched: Option<When>) -> bool {
    let day = when.day();
    let latest = fetched.and_then(|fetched| fetched.day().checked_add_days(Days::new(DAYS_AHEAD_MAX)));
    day.year() >= YEAR_MIN && latest.map_or(day.year() <= YEAR_MAX, |latest| day <= latest)
}

/// Tells whether a printed date is the clock of a page's header: it stands before the menu, and shows the day on which
/// the page was fetched, or the day before or after (servers' clocks differ).
#[must_use]
pub fn is_header_clock(when: &When, fetched_at: DateTime<Utc>, is_before_menu: bool) -> bool {
    let fetched: NaiveDate = fetched_at.with_timezone(&vietnam()).date_naive();
    is_before_menu && (when.day() - fetched).num_days().abs() <= 1
}
