//! Progress where nobody watches a terminal: a line now and again, as a log wants it.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::crawl::{Event, Watcher};

/// How often a line is written.
const TOLD_EVERY: Duration = Duration::from_mins(1);

/// Tells progress now and again.
pub(super) struct Lines {
    told_at: Mutex<Instant>,
}

impl Lines {
    pub(super) fn new() -> Lines {
        Lines { told_at: Mutex::new(Instant::now()) }
    }

    /// Whether it is time for a line.
    fn is_time(&self) -> bool {
        let mut told_at = self.told_at.lock().unwrap_or_else(PoisonError::into_inner);
        let is_time = told_at.elapsed() >= TOLD_EVERY;
        if is_time {
            *told_at = Instant::now();
        }
        is_time
    }
}

impl Watcher for Lines {
    fn see(&self, event: &Event<'_>) {
        match event {
            Event::Visited { newspaper, tally, .. } if self.is_time() => {
                anstream::eprintln!("khobao: {tally} (at {newspaper})");
            }
            Event::Resting { until } => {
                anstream::eprintln!("khobao: resting until {}", until.format("%Y-%m-%d %H:%M:%SZ"));
            }
            _ => {}
        }
    }
}
