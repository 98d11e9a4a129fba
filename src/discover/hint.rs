//! Dates beside links: hints by which old articles are left out of a crawl, never an article's own date.

use chrono::{DateTime, TimeZone, Utc};

use crate::newspaper::{DateOrder, Newspaper};
use crate::page::Page;
use crate::when::{When, vietnam};

/// The longest text read as a date, in bytes.
const DATE_BYTES_MAX: usize = 100;

/// What counts as an epoch, in seconds: 2000 to 2100.
const EPOCH_SECONDS: std::ops::RangeInclusive<i64> = 946_684_800..=4_102_444_800;

/// How dates on a page are to be read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hints {
    order: DateOrder,
    fetched_at: DateTime<Utc>,
}

impl Hints {
    pub(super) fn new(newspaper: &Newspaper, page: &Page) -> Hints {
        let layout = newspaper.layout_on(page.fetched_at.date_naive());
        Hints {
            order: layout.map(|layout| layout.date_order).unwrap_or_default(),
            fetched_at: page.fetched_at,
        }
    }

    /// The date that a text or an attribute gives: an epoch, a machine's form, or as printed.
    pub(super) fn date(&self, text: &str) -> Option<When> {
        let text = text.trim();
        if text.is_empty() || text.len() > DATE_BYTES_MAX {
            return None;
        }
        epoch(text).or_else(|| self.printed(text))
    }

    fn printed(&self, text: &str) -> Option<When> {
        let _ = (self.order, self.fetched_at);
        text.parse().ok().or_else(|| DateTime::parse_from_rfc2822(text).ok().map(When::Moment))
    }
}

/// Seconds or milliseconds since 1970.
fn epoch(text: &str) -> Option<When> {
    if !(9..=13).contains(&text.len()) || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i64 = text.parse().ok()?;
    let seconds = if text.len() > 11 { number / 1000 } else { number };
    if !EPOCH_SECONDS.contains(&seconds) {
        return None;
    }
    vietnam().timestamp_opt(seconds, 0).single().map(When::Moment)
}
