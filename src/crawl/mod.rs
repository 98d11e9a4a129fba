//! Crawling: one lane for each newspaper, or for the newspapers on one server, each strictly one page at a time.
//!
//! A lane asks the archive what is due, robots.txt whether it may, waits its turn, fetches, reads, records, and asks
//! again. Lanes share the archive and the tally and nothing else. What a kill interrupts was not recorded, and so is
//! due again.

pub mod clock;
mod judge;
mod lane;
mod manners;
pub mod once;
mod run;
mod schedule;
mod stop;
mod tally;

use std::time::Duration;

use url::Url;

pub use clock::{Clock, SystemClock};
pub use run::{CrawlError, Crew, Plan, Report, crawl};
pub use stop::{Stop, StopReason};
pub use tally::Tally;

/// What a crawl tells while it runs.
#[derive(Debug)]
pub enum Event<'a> {
    /// A target was visited and recorded.
    Visited {
        /// The newspaper's id.
        newspaper: &'a str,
        /// The address.
        url: &'a Url,
        /// What became of it.
        fate: &'a str,
        /// The counts so far.
        tally: &'a Tally,
    },
    /// A lane waits its turn.
    Waiting {
        /// The newspaper's id.
        newspaper: &'a str,
        /// How long.
        wait: Duration,
    },
    /// The crawl has ended.
    Ended,
}

/// Somebody who watches a crawl.
pub trait Watcher: Send + Sync {
    /// Takes note of an event; called from the lanes, so it must be quick.
    fn see(&self, event: &Event<'_>);
}
