//! When an article was published and changed, among all that a page says of it.

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveTime, Utc};
use url::Url;

use super::Told;
use super::head::Head;
use crate::article::Origin;
use crate::extract::json_ld::Linked;
use crate::newspaper::{DateOrder, Layout};
use crate::text::date::{self, DateOrderHint, Stamp};
use crate::when::{When, vietnam};

/// Names of `<meta>` elements that tell the time of publication. Never `datetimenow`: the time of the fetch.
const PUBLISHED: [&str; 11] = [
    "article:published_time",
    "pubdate",
    "datepublished",
    "og:published_time",
    "article:published",
    "publish-date",
    "publishdate",
    "dc.date.issued",
    "dcterms.issued",
    "parsely-pub-date",
    "sailthru.date",
];

/// Names of those that tell the time of the last change.
const UPDATED: [&str; 6] = [
    "article:modified_time",
    "lastmod",
    "datemodified",
    "og:updated_time",
    "article:modified",
    "dcterms.modified",
];

/// A difference of Vietnam's offset from UTC, in hours: what a local time is off that is marked as UTC.
const FALSE_UTC_HOURS: i64 = 7;

/// The times that a page tells.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dates {
    /// Of publication, the most trusted first.
    pub(crate) published: Vec<Told<When>>,
    /// Of the last change.
    pub(crate) updated: Vec<Told<When>>,
    /// The time in the address.
    stamp: Option<Stamp>,
}

/// Reads the times of JSON-LD and `<meta>`.
pub(super) fn read(
    head: &Head<'_>,
    linked: &Linked,
    layout: Option<&Layout>,
    url: &Url,
    fetched_at: DateTime<Utc>,
) -> Dates {
    let read = |text: &str, origin| Some(Told::new(machine(text, layout, fetched_at)?, origin));
    let metas = |names: &'static [&'static str]| {
        names.iter().flat_map(|name| head.all(name)).filter_map(|text| read(text, Origin::Meta))
    };
    let json_ld = |text: Option<&String>| text.and_then(|text| read(text, Origin::JsonLd));
    Dates {
        published: json_ld(linked.published.as_ref()).into_iter().chain(metas(&PUBLISHED)).collect(),
        updated: json_ld(linked.updated.as_ref()).into_iter().chain(metas(&UPDATED)).collect(),
        stamp: date::stamp(url),
    }
}

/// A machine's date. Where the layout does not say which number is the month, systems that write neither leading
/// zeros nor 24 hours are of American make, and so is their order.
pub(crate) fn machine(text: &str, layout: Option<&Layout>, fetched_at: DateTime<Utc>) -> Option<When> {
    let order = match layout.and_then(|layout| layout.date_order) {
        Some(DateOrder::MonthFirst) => DateOrderHint::MonthFirst,
        None if is_american(text) => DateOrderHint::MonthFirst,
        _ => DateOrderHint::DayFirst,
    };
    let is_false_utc = layout.is_some_and(|layout| layout.false_utc);
    let text = text.trim();
    let text = if is_false_utc { text.strip_suffix(['Z', 'z']).unwrap_or(text) } else { text };
    date::printed(text, order, Some(fetched_at)).map(dayed)
}

/// `9/5/2026 10:17:01 PM`
fn is_american(text: &str) -> bool {
    let mut words = text.split_ascii_whitespace();
    let (Some(day), Some(clock), Some(half), None) = (words.next(), words.next(), words.next(), words.next())
    else {
        return false;
    };
    let has_zero = |part: &str, separator| {
        part.split(separator).take(2).any(|number: &str| number.starts_with('0') && number.len() == 2)
    };
    matches!(half, "AM" | "PM")
        && day.split('/').count() == 3
        && !has_zero(day, '/')
        && clock.split(':').count() == 3
        && !clock.starts_with('0')
}

/// Midnight to the second is what systems write that know only the day.
fn dayed(when: When) -> When {
    match when {
        When::Moment(moment) if moment.with_timezone(&vietnam()).time() == NaiveTime::MIN => {
            When::Day(moment.with_timezone(&vietnam()).date_naive())
        }
        when => when,
    }
}

impl Dates {
    /// Chooses the time of publication. `printed` are times that stand on the page beside the headline, the most
    /// trusted first: they complete a bare day, and they correct a machine that took the day for the month or local
    /// time for UTC.
    pub(crate) fn published(&self, printed: &[Told<When>]) -> Option<Told<When>> {
        let told = self.published.iter().chain(printed);
        let off = |when: &When| self.stamp.map_or(0, |stamp| stamp.days_off(when.day()));
        let nearest = told.clone().map(|told| off(&told.value)).min()?;
        let first = told.clone().find(|told| off(&told.value) == nearest)?;
        if let Some(corrected) = printed.iter().find(|printed| corrects(&printed.value, &first.value)) {
            return Some(corrected.clone());
        }
        if first.value.moment().is_none()
            && let Some(exact) = told
                .clone()
                .find(|told| told.value.moment().is_some() && told.value.day() == first.value.day())
        {
            return Some(exact.clone());
        }
        Some(first.clone())
    }

    /// The day in the address, for a page that tells nothing else.
    pub(crate) fn stamped(&self) -> Option<Told<When>> {
        let day = match self.stamp? {
            Stamp::Day(day) => day,
            Stamp::Moment(moment) => moment.date(),
            Stamp::Month(_) => return None,
        };
        Some(Told::new(When::Day(day), Origin::Url))
    }

    /// The time of the last change, where it lies after the publication.
    pub(crate) fn updated(&self, published: Option<When>) -> Option<Told<When>> {
        let is_after = |told: &&Told<When>| {
            published
                .is_none_or(|published| told.value.instant() > published.instant() && told.value != published)
        };
        self.updated.iter().find(is_after).cloned()
    }
}

/// Whether a printed time shows what is wrong with a machine's: day and month the wrong way round, or a local time
/// marked as UTC.
fn corrects(printed: &When, machine: &When) -> bool {
    let swapped = NaiveDate::from_ymd_opt(machine.day().year(), machine.day().day(), machine.day().month());
    if printed.day() != machine.day() && swapped == Some(printed.day()) {
        return true;
    }
    match (printed.moment(), machine.moment()) {
        (Some(printed), Some(machine)) => {
            let off = machine.signed_duration_since(printed);
            (off - Duration::hours(FALSE_UTC_HOURS)).num_seconds().abs() < 60
        }
        _ => false,
    }
}
