//! What lanes hand in to the writer, and what they get for it.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::archive::{self, Ready};
use crate::outcome::{Due, Fate, Outcome};
use crate::page::Exchange;
use crate::target::Link;

/// What a link takes in memory, with its address and title.
const LINK_BYTES: usize = 400;

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
    pub(super) fn is_none(&self) -> bool {
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

    /// Whether it has to be recorded before the next page of its newspaper is made ready.
    pub(super) fn settles(&self) -> bool {
        self.read.as_ref().is_some_and(|read| read.ready.settles())
    }

    /// What it takes in memory, more or less: its payloads, and the links of a list.
    pub(super) fn bytes(&self) -> usize {
        let asked = self.news.robots_asked.iter().flatten();
        let read = self.read.iter().flat_map(|read| &read.outcome.exchanges);
        let payloads: usize = asked.chain(read).map(|exchange| exchange.payload.len()).sum();
        let links = match self.read.as_ref().map(|read| &read.outcome.fate) {
            Some(Fate::Links(links)) => links.len(),
            _ => 0,
        };
        payloads + links * LINK_BYTES
    }
}
