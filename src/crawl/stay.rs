//! Staying up: round after round of one crawl, each with a run of its own, until the time is over, the user stops
//! it, or the archive cannot go on. Selector files that are read anew end a round early, and the next begins with
//! them at once.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::Instant;
use tracing::info;

use super::run::{CrawlError, Crew, Plan, Report, crawl};
use super::{Clock, Event, Every, Stop, StopReason, Tally, Watcher};
use crate::archive::Archive;
use crate::fetch::Client;
use crate::newspaper::Newspaper;

/// Between rounds the clock is looked at this often, so that one that jumps is noticed.
const NAP_MAX: Duration = Duration::from_secs(30);
/// A clock that goes back by less than this is only being set right.
const SET_BACK_MIN: TimeDelta = TimeDelta::seconds(5);

/// Newspapers read anew from their selector files, on their way into the next round.
#[derive(Clone, Debug, Default)]
pub struct Renewed(Arc<Mutex<Option<Vec<Arc<Newspaper>>>>>);

impl Renewed {
    /// Hands over what the next round is to go by.
    pub fn put(&self, newspapers: Vec<Arc<Newspaper>>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(newspapers);
    }

    fn take(&self) -> Option<Vec<Arc<Newspaper>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// A crawl that goes round.
pub struct Stay {
    /// What each round crawls; its `duration` is that of the whole stay.
    pub plan: Plan,
    /// When rounds begin; one round where there is none.
    pub every: Option<Every>,
    /// The archive, opened anew for each round.
    pub archive: PathBuf,
    /// The HTTP client.
    pub client: Client,
    /// Time and chance.
    pub clock: Arc<dyn Clock>,
    /// The order to stop.
    pub stop: Arc<Stop>,
    /// Who watches.
    pub watcher: Arc<dyn Watcher>,
    /// Where newspapers that were read anew are handed in.
    pub renewed: Renewed,
}

impl std::fmt::Debug for Stay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stay").field("plan", &self.plan).field("every", &self.every).finish_non_exhaustive()
    }
}

impl Stay {
    /// Goes round until the end, hands out each round's report, and gives the counts of all rounds and why it ended.
    pub async fn run<E: From<CrawlError>>(
        mut self,
        mut told: impl FnMut(&Report) -> Result<(), E>,
    ) -> Result<(Tally, StopReason), E> {
        let deadline = self.plan.duration.map(|duration| self.clock.instant() + duration);
        let mut total = Tally::default();
        loop {
            let begun = self.clock.now();
            let report = self.round(deadline).await?;
            total.add(&report.tally);
            told(&report)?;
            if !self.stop.rearm() {
                return Ok((total, self.stop.reason()));
            }
            // The schedule of visits says what the further rounds look at, and they wait for another run to end.
            self.plan.wakes = false;
            self.plan.waits = true;
            if report.stopped_by == StopReason::Reload {
                continue;
            }
            let Some(every) = &self.every else { return Ok((total, report.stopped_by)) };
            if !self.rest(every, begun, deadline).await {
                return Ok((total, self.stop.reason()));
            }
        }
    }

    async fn round(&mut self, deadline: Option<Instant>) -> Result<Report, CrawlError> {
        if let Some(newspapers) = self.renewed.take() {
            self.plan.newspapers = newspapers;
        }
        let left = deadline.map(|deadline| deadline.saturating_duration_since(self.clock.instant()));
        let crew = Crew {
            client: self.client.clone(),
            archive: Archive::create_or_open(&self.archive)?,
            clock: Arc::clone(&self.clock),
            stop: Arc::clone(&self.stop),
            watcher: Arc::clone(&self.watcher),
        };
        crawl(Plan { duration: left, ..self.plan.clone() }, crew).await
    }

    /// Waits for the next round; false where there is none.
    async fn rest(&self, every: &Every, begun: DateTime<Utc>, deadline: Option<Instant>) -> bool {
        let mut before = self.clock.now();
        let Some(mut next) = every.next(begun, before, self.clock.chance()) else { return false };
        self.watcher.see(&Event::Resting { until: next });
        info!(next = %next, "resting until the next round");
        loop {
            let now = self.clock.now();
            if now + SET_BACK_MIN < before {
                match every.next(now, now, self.clock.chance()) {
                    Some(anew) => next = anew,
                    None => return false,
                }
                self.watcher.see(&Event::Resting { until: next });
            }
            before = now;
            let Ok(wait) = (next - now).to_std() else { return true };
            if wait.is_zero() {
                return true;
            }
            let left = deadline.map(|deadline| deadline.saturating_duration_since(self.clock.instant()));
            if left.is_some_and(|left| left.is_zero()) {
                self.stop.order(StopReason::Time);
                return false;
            }
            tokio::select! {
                () = self.clock.sleep(wait.min(NAP_MAX).min(left.unwrap_or(NAP_MAX))) => {}
                // New selector files are taken up when the next round begins.
                () = self.stop.ordered() => if !self.stop.rearm() { return false; },
            }
        }
    }
}
