//! The state of a crawl as an outsider's instruments want it: counters that only grow, and whether it still moves.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::{Clock, Event, Watcher};

/// A crawl in which nothing happens for longer than this is stuck, unless it waits by plan. It is longer than any
/// fetch may take with its redirects.
const STILL_MAX: Duration = Duration::from_mins(10);

/// What became of the pages of one newspaper since the program began.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Counters {
    pub(super) fates: BTreeMap<&'static str, u64>,
    pub(super) bytes: u64,
    pub(super) new_articles: u64,
    pub(super) edited: u64,
    pub(super) due: u64,
    pub(super) last_success: Option<DateTime<Utc>>,
}

/// The state.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    pub(super) newspapers: BTreeMap<String, Counters>,
    pub(super) rounds: u64,
    pub(super) started_at: Option<DateTime<Utc>>,
    pub(super) last_page_at: Option<DateTime<Utc>>,
    pub(super) resting_until: Option<DateTime<Utc>>,
    /// By when something will have happened, if all goes well.
    pub(super) expected_by: Option<DateTime<Utc>>,
}

/// Watches a crawl and keeps its state for whoever asks. Its size is bounded by the number of selector files.
pub struct Gauge {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

impl fmt::Debug for Gauge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gauge").field("state", &self.state).finish_non_exhaustive()
    }
}

impl Gauge {
    /// A gauge of a crawl that has not begun.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Gauge {
        let now = clock.now();
        let state = State { started_at: Some(now), expected_by: Some(now + STILL_MAX), ..State::default() };
        Gauge { clock, state: Mutex::new(state) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn snapshot(&self) -> State {
        self.state().clone()
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Whether the crawl makes progress or waits by plan; else what is wrong.
    pub fn is_well(&self) -> Result<(), String> {
        let (now, state) = (self.clock.now(), self.state());
        match state.expected_by {
            Some(by) if by < now => {
                let last = state.last_page_at.or(state.started_at).unwrap_or(now);
                let minutes = (now - last).num_minutes();
                Err(format!("nothing has happened for {minutes} minutes, and nothing is waited for"))
            }
            _ => Ok(()),
        }
    }
}

impl State {
    /// Something happened; the next thing is expected within a while after `wait`.
    fn moved(&mut self, now: DateTime<Utc>, wait: Duration) {
        let by = now + wait.min(Duration::from_hours(24 * 366)) + STILL_MAX;
        // A lane that waits for long does not make the others late.
        self.expected_by = Some(self.expected_by.map_or(by, |before| before.max(by)));
    }

    fn newspaper(&mut self, id: &str) -> &mut Counters {
        self.newspapers.entry(id.to_owned()).or_default()
    }
}

impl Watcher for Gauge {
    fn see(&self, event: &Event<'_>) {
        let now = self.clock.now();
        let mut state = self.state();
        match event {
            Event::Began { newspapers, .. } => {
                state.rounds += 1;
                state.resting_until = None;
                state.expected_by = None;
                state.moved(now, Duration::ZERO);
                // Newspapers that no file names any more are not told for ever.
                let named: BTreeSet<&str> =
                    newspapers.iter().map(|newspaper| newspaper.id.as_str()).collect();
                state.newspapers.retain(|id, _| named.contains(id.as_str()));
                for id in named {
                    state.newspaper(id);
                }
            }
            Event::Visited { newspaper, fate, bytes, is_new, is_edited, .. } => {
                state.moved(now, Duration::ZERO);
                state.last_page_at = Some(now);
                let counters = state.newspaper(newspaper);
                *counters.fates.entry(fate).or_default() += 1;
                counters.bytes += bytes;
                counters.new_articles += u64::from(*is_new);
                counters.edited += u64::from(*is_edited);
                if matches!(*fate, "read" | "unchanged") {
                    counters.last_success = Some(now);
                }
            }
            Event::Waiting { wait, .. } => state.moved(now, *wait),
            Event::Queue { due } => {
                for (id, count) in *due {
                    state.newspaper(id).due = *count;
                }
            }
            Event::Ended { .. } => state.moved(now, Duration::ZERO),
            Event::Resting { until } => {
                state.resting_until = Some(*until);
                state.expected_by = None;
                state.moved(now, (*until - now).to_std().unwrap_or_default());
            }
        }
    }

    fn wants_queue(&self) -> bool {
        true
    }
}
