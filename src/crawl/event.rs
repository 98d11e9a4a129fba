//! What a crawl tells while it runs, and to whom.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use url::Url;

use super::{Report, Tally};
use crate::newspaper::Newspaper;

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
        /// Whether an article's text had changed.
        is_edited: bool,
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

/// Several who watch.
pub struct Together(pub Vec<Arc<dyn Watcher>>);

impl std::fmt::Debug for Together {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} watchers", self.0.len())
    }
}

impl Watcher for Together {
    fn see(&self, event: &Event<'_>) {
        self.0.iter().for_each(|watcher| watcher.see(event));
    }

    fn wants_queue(&self) -> bool {
        self.0.iter().any(|watcher| watcher.wants_queue())
    }
}
