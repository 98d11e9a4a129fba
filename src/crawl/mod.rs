//! Crawling: one lane for each newspaper, or for the newspapers on one server, each strictly one page at a time.
//!
//! A lane asks the archive what is due, robots.txt whether it may, waits its turn, fetches, reads, records, and asks
//! again. Lanes share the archive and the tally and nothing else. What a kill interrupts was not recorded, and so is
//! due again.

pub mod clock;
mod desks;
mod every;
mod front;
mod judge;
mod lane;
mod ledger;
mod manners;
pub mod once;
pub mod room;
mod run;
mod schedule;
mod stay;
mod stop;
mod tally;
mod visits;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use url::Url;

use crate::newspaper::Newspaper;

pub use clock::{Clock, SystemClock};
pub use every::{Every, EveryError};
pub use ledger::NewspaperReport;
pub use run::{CrawlError, Crew, Plan, Report, crawl};
pub use stay::{Renewed, Stay};
pub use stop::{Stop, StopReason};
pub use tally::Tally;
pub use visits::Visits;

/// What a crawl tells while it runs.
#[derive(Debug)]
pub enum Event<'a> {
    /// A round has begun.
    Began {
        /// The run's row in the archive.
        run: i64,
        /// The newspapers that it visits.
        newspapers: &'a [Arc<Newspaper>],
    },
    /// A target was visited and recorded.
    Visited {
        /// The newspaper's id.
        newspaper: &'a str,
        /// The address.
        url: &'a Url,
        /// What became of it.
        fate: &'static str,
        /// Bytes of the payloads that came.
        bytes: u64,
        /// Whether an article was read that the archive did not have.
        is_new: bool,
        /// The counts of the round so far.
        tally: &'a Tally,
        /// Those of the newspaper.
        own_tally: &'a Tally,
    },
    /// A lane waits its turn.
    Waiting {
        /// The newspaper's id.
        newspaper: &'a str,
        /// How long.
        wait: Duration,
    },
    /// How much is due, now and again, for those who want it.
    Queue {
        /// Pages that are due, by newspaper.
        due: &'a BTreeMap<String, u64>,
    },
    /// The round has ended.
    Ended {
        /// What it came to.
        report: &'a Report,
    },
    /// The crawl rests between two rounds.
    Resting {
        /// When the next one begins.
        until: DateTime<Utc>,
    },
}

/// Somebody who watches a crawl.
pub trait Watcher: Send + Sync {
    /// Takes note of an event; called from the lanes, so it must be quick.
    fn see(&self, event: &Event<'_>);

    /// Whether the queue is to be counted for this watcher.
    fn wants_queue(&self) -> bool {
        false
    }
}
