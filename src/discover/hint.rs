//! Dates beside links: hints by which old articles are left out of a crawl, never an article's own date.

use chrono::{DateTime, Utc};

use crate::newspaper::{DateOrder, Newspaper};
use crate::page::Page;
use crate::text::date::{self, DateOrderHint};
use crate::when::When;

/// The longest text read as a date, in bytes; what is longer is prose.
const DATE_BYTES_MAX: usize = 100;

/// How dates on a page are to be read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hints {
    order: DateOrderHint,
    fetched_at: DateTime<Utc>,
}

impl Hints {
    pub(super) fn new(newspaper: &Newspaper, page: &Page) -> Hints {
        let layout = newspaper.layout_on(page.fetched_at.date_naive());
        let order = match layout.and_then(|layout| layout.date_order) {
            Some(DateOrder::MonthFirst) => DateOrderHint::MonthFirst,
            Some(DateOrder::DayFirst) | None => DateOrderHint::DayFirst,
        };
        Hints { order, fetched_at: page.fetched_at }
    }

    /// The date that a machine wrote: in a feed, a sitemap, JSON or an attribute.
    pub(super) fn written(&self, text: &str) -> Option<When> {
        self.read(text, self.order)
    }

    /// The date that is printed for readers, which has the day first everywhere.
    pub(super) fn printed(&self, text: &str) -> Option<When> {
        self.read(text, DateOrderHint::DayFirst)
    }

    fn read(&self, text: &str, order: DateOrderHint) -> Option<When> {
        let text = text.trim();
        if text.is_empty() || text.len() > DATE_BYTES_MAX {
            return None;
        }
        date::printed(text, order, Some(self.fetched_at))
    }
}
