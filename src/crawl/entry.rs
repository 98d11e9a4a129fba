//! What lanes hand in to the writer, and what they get for it.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::archive::{self, Ready};
use crate::outcome::{Due, Outcome};
use crate::page::Exchange;
use crate::target::Link;

/// What a lane found in the archive when it asked for work.
pub(super) enum Work {
    Visit(Box<Due>),
    Wait(Duration),
    Nothing,
}

/// What a lane has learnt of its servers since it was last written down.
pub(super) struct News {
    pub(super) robots_asked: Vec<Vec<Exchange>>,
    pub(super) sitemaps: Vec<Link>,
    pub(super) held_until: Option<DateTime<Utc>>,
    /// When a server was touched last, where no visit will tell.
    pub(super) touched_at: Option<DateTime<Utc>>,
    pub(super) foreign_holds: Vec<(String, DateTime<Utc>)>,
    pub(super) put_off: Option<(i64, DateTime<Utc>)>,
}

impl News {
    fn is_none(&self) -> bool {
        self.robots_asked.is_empty()
            && self.sitemaps.is_empty()
            && self.held_until.is_none()
            && self.touched_at.is_none()
            && self.foreign_holds.is_empty()
            && self.put_off.is_none()
    }
}

/// A visit that was judged and made ready.
pub(super) struct Read {
    pub(super) due: Due,
    pub(super) outcome: Outcome,
    pub(super) ready: Ready,
    /// The page's new address, where it has moved to one that is a target of its own.
    pub(super) moved: Option<Link>,
    pub(super) now: DateTime<Utc>,
}

/// What a lane hands in.
pub(super) struct Entry {
    pub(super) lane: archive::Lane,
    pub(super) news: News,
    pub(super) read: Option<Read>,
}

impl Entry {
    /// Whether there is nothing to write down.
    pub(super) fn is_empty(&self) -> bool {
        self.read.is_none() && self.news.is_none()
    }
}
