//! One run: the newspapers made known to the archive, the lanes started, their end awaited, the run's row closed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use chrono::NaiveDate;

use super::lane::Lane;
use super::{Clock, Event, Stop, StopReason, Tally, Watcher};
use crate::archive::{Archive, ArchiveError, NewspaperRow, Reader, RunId};
use crate::fetch::Client;
use crate::newspaper::Newspaper;
use crate::target::{Link, TargetKind};

/// What to crawl.
#[derive(Debug)]
pub struct Plan {
    /// The newspapers.
    pub newspapers: Vec<Arc<Newspaper>>,
    /// Leave out articles that a listing or feed dates before this day.
    pub since: Option<NaiveDate>,
    /// Leave out articles that a listing or feed dates after this day.
    pub until: Option<NaiveDate>,
    /// Stop after this time.
    pub duration: Option<Duration>,
    /// The command line, for the run's row.
    pub command: String,
}

/// What a crawl works with.
pub struct Crew {
    /// The HTTP client.
    pub client: Client,
    /// The archive.
    pub archive: Archive,
    /// Time and chance.
    pub clock: Arc<dyn Clock>,
    /// The order to stop.
    pub stop: Arc<Stop>,
    /// Who watches.
    pub watcher: Arc<dyn Watcher>,
}

impl std::fmt::Debug for Crew {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Crew").field("stop", &self.stop).finish_non_exhaustive()
    }
}

/// What a run came to.
#[derive(Clone, Debug)]
pub struct Report {
    /// The run's row in the archive.
    pub run: i64,
    /// The counts.
    pub tally: Tally,
    /// Why it stopped.
    pub stopped_by: StopReason,
}

/// What keeps a crawl from running.
#[derive(Debug, thiserror::Error)]
pub enum CrawlError {
    /// The archive cannot be read or written.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// A thread died; what it had recorded stays.
    #[error("a lane broke down: {0}")]
    Lane(#[from] tokio::task::JoinError),
}

/// What the lanes share.
pub(super) struct Shared {
    pub(super) client: Client,
    archive: Mutex<Archive>,
    reader: Mutex<Reader>,
    tally: Mutex<Tally>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) stop: Arc<Stop>,
    pub(super) watcher: Arc<dyn Watcher>,
    pub(super) run: RunId,
    pub(super) since: Option<NaiveDate>,
    pub(super) until: Option<NaiveDate>,
}

impl Shared {
    /// The archive; a lane that died while it held it left whole transactions behind, so its lock is taken over.
    pub(super) fn archive(&self) -> MutexGuard<'_, Archive> {
        self.archive.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The archive as a reader sees it, beside the writer.
    pub(super) fn reader(&self) -> MutexGuard<'_, Reader> {
        self.reader.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The counts.
    pub(super) fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// Crawls until nothing is due or the order to stop comes, and closes the run's row.
pub async fn crawl(plan: Plan, crew: Crew) -> Result<Report, CrawlError> {
    let Plan { newspapers, since, until, duration, command } = plan;
    let Crew { client, mut archive, clock, stop, watcher } = crew;
    let run = open(&mut archive, &newspapers, &command, clock.as_ref())?;
    let reader = archive.reader()?;
    let shared = Arc::new(Shared {
        client,
        archive: Mutex::new(archive),
        reader: Mutex::new(reader),
        tally: Mutex::default(),
        clock: Arc::clone(&clock),
        stop: Arc::clone(&stop),
        watcher,
        run,
        since,
        until,
    });
    let timer =
        duration.map(|duration| tokio::spawn(stop_after(duration, Arc::clone(&clock), Arc::clone(&stop))));
    let lanes: Vec<_> = lanes(&newspapers)
        .into_iter()
        .map(|newspapers| tokio::spawn(Lane::new(newspapers, Arc::clone(&shared)).run()))
        .collect();
    let mut broken = None;
    for lane in lanes {
        if let Err(error) = lane.await {
            broken = Some(error);
        }
    }
    if let Some(timer) = timer {
        timer.abort();
    }
    shared.watcher.see(&Event::Ended);
    let report = Report { run: run.0, tally: *shared.tally(), stopped_by: stop.reason() };
    let stopped_by = broken.as_ref().map_or_else(|| report.stopped_by.to_string(), ToString::to_string);
    shared.archive().finish_run(run, &stopped_by, clock.now())?;
    broken.map_or(Ok(report), |error| Err(error.into()))
}

/// Opens the run's row, makes the newspapers known, and wakes their start pages: a crawl that somebody asks for
/// always looks at the front page.
fn open(
    archive: &mut Archive,
    newspapers: &[Arc<Newspaper>],
    command: &str,
    clock: &dyn Clock,
) -> Result<RunId, ArchiveError> {
    const START_KINDS: [TargetKind; 3] = [TargetKind::Listing, TargetKind::Feed, TargetKind::Sitemap];
    let now = clock.now();
    let run = archive.begin_run(command, now)?;
    let rows: Vec<NewspaperRow> = newspapers.iter().map(|newspaper| row(newspaper)).collect();
    archive.sync_newspapers(&rows)?;
    let seeds: Vec<Link> = newspapers
        .iter()
        .flat_map(|newspaper| newspaper.seeds())
        .map(|target| Link { target, title: None, date: None })
        .collect();
    archive.seed(&seeds, now)?;
    for newspaper in newspapers {
        archive.wake(&newspaper.id, &START_KINDS, now)?;
    }
    Ok(run)
}

fn row(newspaper: &Newspaper) -> NewspaperRow {
    NewspaperRow {
        id: newspaper.id.clone(),
        name: newspaper.name.clone(),
        province: newspaper.province.clone(),
        province_2025: newspaper.province_2025.clone(),
        hosts: newspaper.hosts.clone(),
    }
}

async fn stop_after(duration: Duration, clock: Arc<dyn Clock>, stop: Arc<Stop>) {
    clock.sleep(duration).await;
    stop.order(StopReason::Time);
}

/// Newspapers on one server share a lane; every other newspaper has its own.
fn lanes(newspapers: &[Arc<Newspaper>]) -> Vec<Vec<Arc<Newspaper>>> {
    let mut lanes: BTreeMap<String, Vec<Arc<Newspaper>>> = BTreeMap::new();
    for newspaper in newspapers {
        let lane = match &newspaper.server {
            Some(server) => format!("server {server}"),
            None => format!("newspaper {}", newspaper.id),
        };
        lanes.entry(lane).or_default().push(Arc::clone(newspaper));
    }
    lanes.into_values().collect()
}
