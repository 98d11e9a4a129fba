//! A lane: one page after the other of one newspaper, or of the newspapers on one server.

use std::sync::Arc;
use std::time::Duration;

use tracing::debug;

use super::StopReason;
use super::judge::judge;
use super::manners::Manners;
use super::run::Shared;
use super::schedule::{self, Habits};
use crate::archive::{self, ArchiveError};
use crate::fetch::robots::Verdict;
use crate::fetch::{Answer, Conditions, Fetched, Request};
use crate::newspaper::{Newspaper, Status};
use crate::outcome::{Due, Fate, Outcome};
use crate::page::Exchange;
use crate::target::{Link, TargetKind};

/// A lane with nothing due waits this long at most for a target whose next try is near; what is due later is left
/// for the next run.
const PATIENCE: Duration = Duration::from_secs(15);

/// What a lane found in the archive when it asked for work.
enum Work {
    Visit(Box<Due>),
    Wait(Duration),
    Nothing,
}

/// What a visit brought, on its way into the archive.
struct Visit {
    due: Due,
    newspaper: Arc<Newspaper>,
    fetched: Fetched,
    robots_asked: Vec<Vec<Exchange>>,
}

pub(super) struct Lane {
    newspapers: Vec<Arc<Newspaper>>,
    manners: Manners,
    shared: Arc<Shared>,
}

impl Lane {
    pub(super) fn new(newspapers: Vec<Arc<Newspaper>>, shared: Arc<Shared>) -> Lane {
        // Newspapers on one server: the slowest of them sets the pace.
        let delay = newspapers.iter().map(|newspaper| newspaper.crawl.delay).max().unwrap_or_default();
        let manners = Manners::new(&shared.client, delay);
        Lane { newspapers, manners, shared }
    }

    /// Visits what is due until nothing is, or until the order to stop comes.
    pub(super) async fn run(mut self) {
        let mut visit = None;
        while !self.shared.stop.is_ordered() {
            let work = match self.record_and_ask(visit.take()).await {
                Ok(work) => work,
                Err(error) => return self.shared.stop.order(StopReason::Archive(error.to_string())),
            };
            match work {
                Work::Visit(due) => visit = self.visit(*due).await,
                Work::Wait(wait) => self.wait(wait).await,
                Work::Nothing => return,
            }
        }
        // The page in flight when the order came is still recorded.
        if let Err(error) = self.record_and_ask(visit).await {
            self.shared.stop.order(StopReason::Archive(error.to_string()));
        }
    }

    async fn wait(&self, wait: Duration) {
        tokio::select! {
            () = self.shared.clock.sleep(wait) => {}
            () = self.shared.stop.ordered() => {}
        }
    }

    /// The one blocking hop of a page: decode, read, record, and ask what is due next.
    async fn record_and_ask(&self, visit: Option<Visit>) -> Result<Work, ArchiveError> {
        let shared = Arc::clone(&self.shared);
        let lane = archive::Lane {
            newspapers: self.newspapers.iter().map(|newspaper| newspaper.id.clone()).collect(),
            since: shared.since,
            until: shared.until,
        };
        let hop = tokio::task::spawn_blocking(move || {
            if let Some(visit) = visit {
                record(&shared, visit)?;
            }
            ask(&shared, &lane)
        });
        match hop.await {
            Ok(work) => work,
            // A reader that panicked on one page would panic again on the next visit; the run ends and says so.
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }

    /// Fetches one page; none where the order to stop came before it was asked for.
    async fn visit(&mut self, due: Due) -> Option<Visit> {
        let shared = Arc::clone(&self.shared);
        let newspaper =
            self.newspapers.iter().find(|newspaper| newspaper.id == due.target.newspaper)?.clone();
        let verdict = self.manners.verdict(&shared, &newspaper.id, &due.target.url).await;
        let fetched = match verdict {
            Verdict::Denied(line) => denied(line),
            Verdict::Unreadable { what, .. } => denied(what),
            Verdict::Unasked => return None,
            Verdict::Allowed => {
                if !shared.stop.take_page() {
                    return None;
                }
                debug!(url = %due.target.url, "visiting");
                let hosts = |host: &str| newspaper.owns_host(host);
                let request = Request {
                    url: &due.target.url,
                    kind: due.target.kind,
                    conditions: Conditions {
                        etag: due.etag.as_deref(),
                        last_modified: due.last_modified.as_deref(),
                    },
                    hosts: &hosts,
                };
                let mut gate = self.manners.gate(&shared, &newspaper.id);
                let fetched = shared.in_time(shared.client.get(&request, &mut gate)).await;
                if gate.stopped {
                    return None;
                }
                fetched?
            }
        };
        let robots_asked = std::mem::take(&mut self.manners.robots_asked);
        Some(Visit { due, newspaper, fetched, robots_asked })
    }
}

fn denied(why: String) -> Fetched {
    Fetched { exchanges: Vec::new(), answer: Answer::Denied(why) }
}

fn ask(shared: &Shared, lane: &archive::Lane) -> Result<Work, ArchiveError> {
    let now = shared.clock.now();
    let archive = shared.archive();
    if let Some(due) = archive.due(lane, now)? {
        return Ok(Work::Visit(Box::new(due)));
    }
    let wait = archive.next_due_at(lane)?.and_then(|next| (next - now).to_std().ok());
    Ok(wait.filter(|wait| *wait <= PATIENCE).map_or(Work::Nothing, Work::Wait))
}

fn record(shared: &Shared, visit: Visit) -> Result<(), ArchiveError> {
    let Visit { due, newspaper, fetched, robots_asked } = visit;
    let exchanges = fetched.exchanges.clone();
    let (fate, body) = judge(&newspaper, &due, fetched);
    let now = shared.clock.now();
    let habits = Habits { still: newspaper.status != Status::Live };
    let next_at = schedule::next_visit(&due, &fate, habits, now, shared.clock.chance());
    let outcome = Outcome { exchanges, body, fate, next_at };
    let moved = moved_to(&newspaper, &outcome.fate);
    let recorded = {
        let mut archive = shared.archive();
        for exchanges in &robots_asked {
            archive.record_exchanges(shared.run, Some(&newspaper.id), "robots", exchanges)?;
        }
        if let Some(link) = moved {
            archive.enqueue(&due, &[link], now)?;
        }
        archive.record(shared.run, &due, &outcome, now)?
    };
    shared.visited(&due, &outcome, recorded);
    Ok(())
}

/// A page of the same newspaper to which visitors are sent is a target of its own.
fn moved_to(newspaper: &Newspaper, fate: &Fate) -> Option<Link> {
    let Fate::Moved(url) = fate else { return None };
    let target = newspaper.target(url).filter(|target| target.kind == TargetKind::Article)?;
    Some(Link { target, title: None, date: None })
}
