//! One run: the newspapers made known to the archive, the lanes started, their end awaited, the run's row closed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use chrono::NaiveDate;
use tracing::{info, warn};

use super::desks::Desks;
use super::lane::Lane;
use super::ledger::{Ledger, NewspaperReport};
use super::manners::still_held;
use super::servers::Servers;
use super::writer::Writer;
use super::{Clock, Event, Stop, StopReason, Tally, Watcher, idle, room, schedule};
use crate::archive::{self, Archive, ArchiveError, NewspaperRow, Reader, Recorded, RunId};
use crate::fetch::Client;
use crate::newspaper::Newspaper;
use crate::outcome::{Due, Outcome};
use crate::target::{Link, TargetKind};

/// How often the lock of another run is tried.
const LOCK_ASKED_EVERY: Duration = Duration::from_secs(1);
/// How often those who watch are told how much is due.
const QUEUE_TOLD_EVERY: Duration = Duration::from_secs(5);

/// What to crawl.
#[derive(Clone, Debug)]
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
    /// Look at the start pages now, though their time has not come.
    pub wakes: bool,
    /// Wait for another run on the archive to end, instead of giving up.
    pub waits: bool,
    /// Stop when the archive's disk has fewer free bytes than this; see [`super::room::floor`] for the default.
    pub min_free: Option<u64>,
    /// Fetch the photos of articles too.
    pub photos: bool,
}

impl Plan {
    /// A crawl of these newspapers until nothing is due.
    #[must_use]
    pub fn of(newspapers: Vec<Arc<Newspaper>>, command: impl Into<String>) -> Plan {
        Plan {
            newspapers,
            since: None,
            until: None,
            duration: None,
            command: command.into(),
            wakes: true,
            waits: false,
            min_free: None,
            photos: false,
        }
    }

    /// All its newspapers as one lane, for counting.
    pub(super) fn lane(&self) -> archive::Lane {
        archive::Lane {
            newspapers: self.newspapers.iter().map(|newspaper| newspaper.id.clone()).collect(),
            since: self.since,
            until: self.until,
            photos: self.photos,
        }
    }
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
    /// What it did at each newspaper.
    pub newspapers: Vec<NewspaperReport>,
}

/// What keeps a crawl from running.
#[derive(Debug, thiserror::Error)]
pub enum CrawlError {
    /// The archive cannot be read or written.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The order to stop came while another run was waited for.
    #[error("another run was writing to the archive all the time: {0}")]
    Waited(StopReason),
    /// The threads for reading cannot be started.
    #[error("the threads cannot be started: {0}")]
    Threads(#[source] std::io::Error),
    /// A thread died; what it had recorded stays.
    #[error("a lane broke down: {0}")]
    Lane(#[from] tokio::task::JoinError),
}

/// What the lanes share.
pub(super) struct Shared {
    pub(super) client: Client,
    reader: Mutex<Reader>,
    ledger: Mutex<Ledger>,
    pub(super) desks: Desks,
    pub(super) servers: Servers,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) stop: Arc<Stop>,
    pub(super) watcher: Arc<dyn Watcher>,
    pub(super) run: RunId,
    pub(super) since: Option<NaiveDate>,
    pub(super) until: Option<NaiveDate>,
    pub(super) photos: bool,
    /// Closed last, as the fields are dropped in their order: only a connection that writes takes the log away.
    archive: Mutex<Archive>,
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

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Does `work`; none where a user stops the crawl and the work takes too long for that.
    pub(super) async fn in_time<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        // Boxed, since a request is a large future and lanes are many.
        self.stop.in_time(self.clock.as_ref(), Box::pin(work)).await
    }

    /// Enters a visit that was recorded into the run's counts, and tells who watches.
    pub(super) fn visited(&self, due: &Due, outcome: &Outcome, recorded: Recorded) {
        let (fate, url) = (outcome.fate.as_str(), &due.target.url);
        info!(url = %url, fate, reason = outcome.fate.reason(), "visited");
        let (bytes, tally, own_tally) = {
            let mut ledger = self.ledger();
            let bytes = ledger.enter(due, outcome, recorded);
            (bytes, ledger.total, ledger.of_newspaper(&due.target.newspaper))
        };
        let newspaper = due.target.newspaper.as_str();
        self.watcher.see(&Event::Visited {
            newspaper,
            url,
            fate,
            bytes,
            is_new: recorded.is_new,
            is_edited: recorded.is_edited,
            tally: &tally,
            own_tally: &own_tally,
        });
    }

    /// The report of the run so far.
    fn report(&self) -> Report {
        let mut newspapers: Vec<NewspaperReport> = self.ledger().newspapers().cloned().collect();
        let reader = self.reader();
        for report in &mut newspapers {
            // The report is worth having without this.
            report.next_due = reader.next_due(&report.newspaper).unwrap_or_default();
        }
        let tally = self.ledger().total;
        Report { run: self.run.0, tally, stopped_by: self.stop.reason(), newspapers }
    }
}

/// Tasks beside the lanes that end with the value.
struct Beside(Vec<tokio::task::JoinHandle<()>>);

impl Drop for Beside {
    fn drop(&mut self) {
        self.0.iter().for_each(tokio::task::JoinHandle::abort);
    }
}

/// Crawls until nothing is due or the order to stop comes, and closes the run's row.
pub async fn crawl(plan: Plan, crew: Crew) -> Result<Report, CrawlError> {
    let mut beside = Beside(Vec::new());
    let (clock, stop) = (Arc::clone(&crew.clock), Arc::clone(&crew.stop));
    if let Some(duration) = plan.duration {
        beside.0.push(tokio::spawn(stop_after(duration, Arc::clone(&clock), Arc::clone(&stop))));
    }
    let shared = Arc::new(begin(&plan, crew).await?);
    shared.watcher.see(&Event::Began { run: shared.run.0, newspapers: &plan.newspapers });
    let path = shared.archive().path().to_owned();
    room::check(&path, plan.min_free, &stop);
    beside.0.push(tokio::spawn(idle::pack(Arc::clone(&shared), path.clone())));
    beside.0.push(tokio::spawn(room::watch(path, plan.min_free, Arc::clone(&clock), Arc::clone(&stop))));
    if shared.watcher.wants_queue() {
        beside.0.push(tokio::spawn(tell_queue(Arc::clone(&shared), plan.lane())));
    }
    let lanes = lanes(&plan.newspapers);
    let (writer, writing) = Writer::start(Arc::clone(&shared), lanes.len());
    // All servers are known before the first lane asks one.
    let lanes: Vec<Lane> = lanes
        .into_iter()
        .map(|newspapers| Lane::new(newspapers, Arc::clone(&shared), writer.clone()))
        .collect();
    // The writer ends when the last lane has.
    drop(writer);
    let mut tasks: Vec<_> = lanes.into_iter().map(|lane| tokio::spawn(lane.run())).collect();
    tasks.push(writing);
    let mut broken = None;
    for task in tasks {
        if let Err(error) = task.await {
            broken = Some(error);
        }
    }
    drop(beside);
    finish(&shared, broken)
}

/// Closes the run's row with its report. A report that the archive has no room for is still told.
fn finish(shared: &Shared, broken: Option<tokio::task::JoinError>) -> Result<Report, CrawlError> {
    let mut report = shared.report();
    let stopped_by = broken.as_ref().map_or_else(|| report.stopped_by.to_string(), ToString::to_string);
    let text = serde_json::json!({"tally": report.tally, "newspapers": report.newspapers}).to_string();
    let closed = shared.archive().finish_run_with(shared.run, &stopped_by, Some(&text), shared.clock.now());
    if let Err(error) = closed {
        let reason = StopReason::Archive(error.to_string());
        shared.stop.order(reason.clone());
        report.stopped_by = if report.stopped_by.goes_on() { reason } else { report.stopped_by };
    }
    shared.watcher.see(&Event::Ended { report: &report });
    broken.map_or(Ok(report), |error| Err(error.into()))
}

/// Begins the run, after another one where that is wanted.
async fn begin(plan: &Plan, crew: Crew) -> Result<Shared, CrawlError> {
    let Crew { client, mut archive, clock, stop, watcher } = crew;
    let mut is_told = false;
    let run = loop {
        match open(&mut archive, plan, clock.as_ref()) {
            Err(ArchiveError::AnotherCrawl { holder, .. }) if plan.waits => {
                if !is_told {
                    warn!(holder, "another run is writing to this archive: waiting for it to end");
                    is_told = true;
                }
                tokio::select! {
                    () = clock.sleep(LOCK_ASKED_EVERY) => {}
                    () = stop.ordered() => if !stop.rearm() { return Err(CrawlError::Waited(stop.reason())); },
                }
            }
            opened => break opened?,
        }
    };
    let reader = archive.reader()?;
    let held = archive.foreign_holds(clock.now())?;
    let held = held.into_iter().filter_map(|(host, until)| Some((host, still_held(until, clock.as_ref())?)));
    let servers = Servers::new(clock.instant(), held.collect());
    let ledger = Ledger::of(plan.newspapers.iter().map(|newspaper| newspaper.id.clone()));
    Ok(Shared {
        client,
        archive: Mutex::new(archive),
        reader: Mutex::new(reader),
        ledger: Mutex::new(ledger),
        desks: Desks::new(std::thread::available_parallelism().map_or(2, usize::from))
            .map_err(CrawlError::Threads)?,
        servers,
        clock,
        stop,
        watcher,
        run,
        since: plan.since,
        until: plan.until,
        photos: plan.photos,
    })
}

/// Tells who watches how much is due, now and again.
async fn tell_queue(shared: Arc<Shared>, lane: archive::Lane) {
    loop {
        let (asked, lane) = (Arc::clone(&shared), lane.clone());
        let counting = tokio::task::spawn_blocking(move || {
            let due = asked.reader().due_counts(&lane, asked.clock.now());
            // Who watches can do without; what is wrong with the archive, the lanes will tell.
            if let Ok(due) = due {
                asked.watcher.see(&Event::Queue { due: &due });
            }
        });
        if counting.await.is_err() {
            return;
        }
        shared.clock.sleep(QUEUE_TOLD_EVERY).await;
    }
}

/// Opens the run's row, makes the newspapers known, and wakes their start pages where the plan says so: a crawl that
/// somebody asks for always looks at the front page.
fn open(archive: &mut Archive, plan: &Plan, clock: &dyn Clock) -> Result<RunId, ArchiveError> {
    const START_KINDS: [TargetKind; 3] = [TargetKind::Listing, TargetKind::Feed, TargetKind::Sitemap];
    let now = clock.now();
    let run = archive.begin_run(&plan.command, now)?;
    let rows: Vec<NewspaperRow> = plan.newspapers.iter().map(|newspaper| row(newspaper)).collect();
    archive.sync_newspapers(&rows)?;
    let seeds: Vec<Link> = plan
        .newspapers
        .iter()
        .flat_map(|newspaper| newspaper.seeds())
        .map(|target| Link { target, title: None, date: None })
        .collect();
    archive.seed(&seeds, now)?;
    let recalled = archive.recall(now + schedule::WAIT_MAX, now)?;
    if recalled > 0 {
        warn!(recalled, "visits were put off by a clock that ran ahead: they are due now");
    }
    for newspaper in plan.newspapers.iter().filter(|_| plan.photos) {
        archive.take_past_photos(&newspaper.id, now)?;
    }
    for newspaper in plan.newspapers.iter().filter(|_| plan.wakes) {
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
