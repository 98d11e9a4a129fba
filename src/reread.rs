//! Reading stored pages again with today's selectors, on all cores and with no network.
//!
//! Each thread takes the next page from the list, reads it by the layout of the day it was fetched, and weighs the
//! reading against the article's current version, all on a connection of its own that cannot write. Only what differs
//! goes to the one writer, a page a transaction. How far everything is done, without a gap, is noted now and then, so
//! that a run that was stopped or killed goes on there.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;

use crate::archive::{Archive, ArchiveError, Difference, PlacedPage, Reader, RunId, StoredPage};
use crate::article::Article;
use crate::newspaper::Newspapers;
use crate::read::{Reading, read};

/// Readings that wait for the writer, for each thread; so memory is bounded.
const WAITING_A_THREAD: usize = 4;
/// How far it is is noted after so many pages.
const NOTED_EVERY: usize = 500;

/// What to read again, and how.
#[derive(Clone, Copy, Debug)]
pub struct Plan<'a> {
    /// The newspapers in force.
    pub newspapers: &'a Newspapers,
    /// Those whose pages are read again; all where none is named.
    pub chosen: &'a [String],
    /// Threads that read.
    pub threads: usize,
    /// Names the program's version, the selector files and the choice: a run that was stopped is gone on with by the
    /// same readers only.
    pub readers: &'a str,
    /// From the beginning, wherever an earlier run was stopped.
    pub is_anew: bool,
}

/// What became of the pages of one newspaper.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Tally {
    /// Pages read.
    pub pages: u64,
    /// Articles that read as before.
    pub unchanged: u64,
    /// Articles that differ in nothing that makes a version: tags, a photo's address, how paragraphs are parted.
    pub details: u64,
    /// Articles whose text differs: each gets a new version.
    pub changed: u64,
    /// Pages that were no article before.
    pub new: u64,
    /// Pages that hold an article of the archive in which none is found today; the article stays as it is.
    pub lost: u64,
    /// Pages that hold no article, as before.
    pub none: u64,
    /// Pages that cannot be read at all: stored damaged, or of a newspaper without a selector file.
    pub failed: u64,
    /// How many articles differ in each field, by the names of the article's JSON.
    pub fields: BTreeMap<&'static str, u64>,
}

/// What happened, for whoever watches.
#[derive(Debug)]
pub enum Event<'a> {
    /// An article reads otherwise.
    Differs {
        /// Its newspaper.
        newspaper: &'a str,
        /// Its number, where the archive has it already.
        article_id: Option<i64>,
        /// Its address.
        url: &'a str,
        /// How much differs.
        difference: Difference,
        /// The fields.
        fields: &'a [&'static str],
    },
    /// A page could not be read, and why.
    Failed {
        /// Its newspaper.
        newspaper: &'a str,
        /// What is wrong.
        what: &'a str,
    },
    /// So many pages of so many are done.
    Step {
        /// Done, those of an earlier run included.
        done: usize,
        /// In all.
        total: usize,
    },
}

/// What a rereading came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// By newspaper.
    pub tallies: BTreeMap<String, Tally>,
    /// Pages that an earlier run had done.
    pub done_before: usize,
    /// Whether all pages are done.
    pub is_done: bool,
}

/// One page's reading, weighed.
struct Weighed {
    index: usize,
    newspaper: String,
    outcome: Outcome,
}

enum Outcome {
    Same,
    Differs(Box<Differing>),
    Lost,
    None,
    Failed(String),
}

struct Differing {
    page: StoredPage,
    article: Box<Article>,
    article_id: Option<i64>,
    difference: Difference,
    fields: Vec<&'static str>,
}

/// Says how pages would read today and changes nothing.
///
/// `go_on` is asked after each page; where it says no, the run ends early.
pub fn try_out(
    archive: &Path,
    plan: Plan<'_>,
    go_on: impl Fn() -> bool + Sync,
    on_event: impl FnMut(Event<'_>),
) -> Result<Report, ArchiveError> {
    Job { archive, plan, go_on: &go_on, on_event, writer: None }.run()
}

/// Reads pages again and keeps what reads otherwise; a run of the archive. `now` is the clock.
pub fn reread(
    archive: &mut Archive,
    run: RunId,
    plan: Plan<'_>,
    now: &dyn Fn() -> DateTime<Utc>,
    go_on: impl Fn() -> bool + Sync,
    on_event: impl FnMut(Event<'_>),
) -> Result<Report, ArchiveError> {
    let path = archive.path().to_owned();
    let writer = Some(Writer { archive, run, now, unchanged: 0 });
    Job { archive: &path, plan, go_on: &go_on, on_event, writer }.run()
}

/// Who writes, and what is not written down yet.
struct Writer<'a> {
    archive: &'a mut Archive,
    run: RunId,
    now: &'a dyn Fn() -> DateTime<Utc>,
    unchanged: u32,
}

struct Job<'a, G, E> {
    archive: &'a Path,
    plan: Plan<'a>,
    go_on: &'a G,
    on_event: E,
    writer: Option<Writer<'a>>,
}

impl<G: Fn() -> bool + Sync, E: FnMut(Event<'_>)> Job<'_, G, E> {
    fn run(mut self) -> Result<Report, ArchiveError> {
        let reader = Reader::open(self.archive)?;
        let pages = reader.article_pages(self.plan.chosen)?;
        let stop =
            reader.reread_stop(self.plan.readers)?.filter(|_| self.writer.is_some() && !self.plan.is_anew);
        let begin = pages.partition_point(|page| stop.is_some_and(|stop| page.place <= stop));
        let mut report = Report { done_before: begin, ..Report::default() };
        let next = AtomicUsize::new(begin);
        let threads = self.plan.threads.max(1);
        let mut gaps = Gaps::new(begin);
        std::thread::scope(|scope| {
            let (sender, receiver) = sync_channel(threads * WAITING_A_THREAD);
            for _ in 0..threads {
                let (sender, pages, next) = (sender.clone(), pages.as_slice(), &next);
                let (archive, plan, go_on) = (self.archive, self.plan, self.go_on);
                scope.spawn(move || work(archive, plan, pages, next, go_on, &sender));
            }
            drop(sender);
            let kept = self.keep(&receiver, &pages, &mut gaps, &mut report);
            // Threads that still send must not wait for a writer that is gone.
            drop(receiver);
            kept
        })?;
        self.note(&pages, gaps.end)?;
        report.is_done = gaps.end == pages.len();
        if let Some(writer) = self.writer.as_mut().filter(|_| report.is_done) {
            writer.archive.end_reread()?;
        }
        Ok(report)
    }

    fn keep(
        &mut self,
        receiver: &Receiver<Result<Weighed, ArchiveError>>,
        pages: &[PlacedPage],
        gaps: &mut Gaps,
        report: &mut Report,
    ) -> Result<(), ArchiveError> {
        let mut noted = gaps.end;
        for weighed in receiver {
            let weighed = weighed?;
            gaps.close(weighed.index);
            self.take(weighed, report)?;
            (self.on_event)(Event::Step { done: gaps.end, total: pages.len() });
            if gaps.end >= noted + NOTED_EVERY {
                noted = gaps.end;
                self.note(pages, noted)?;
            }
        }
        Ok(())
    }

    /// Counts a page, and writes what differs.
    fn take(&mut self, weighed: Weighed, report: &mut Report) -> Result<(), ArchiveError> {
        let tally = report.tallies.entry(weighed.newspaper.clone()).or_default();
        tally.pages += 1;
        match weighed.outcome {
            Outcome::Same => {
                tally.unchanged += 1;
                if let Some(writer) = &mut self.writer {
                    writer.unchanged += 1;
                }
            }
            Outcome::Lost => tally.lost += 1,
            Outcome::None => tally.none += 1,
            Outcome::Failed(what) => {
                tally.failed += 1;
                (self.on_event)(Event::Failed { newspaper: &weighed.newspaper, what: &what });
            }
            Outcome::Differs(differing) => {
                let Differing { page, article, article_id, difference, fields } = *differing;
                match difference {
                    Difference::New => tally.new += 1,
                    Difference::Text => tally.changed += 1,
                    Difference::Details | Difference::None => tally.details += 1,
                }
                for field in &fields {
                    *tally.fields.entry(field).or_default() += 1;
                }
                let (newspaper, url) = (weighed.newspaper.as_str(), article.url.as_str());
                (self.on_event)(Event::Differs { newspaper, article_id, url, difference, fields: &fields });
                if let Some(writer) = &mut self.writer {
                    writer.archive.reread(writer.run, &page, &article, (writer.now)())?;
                }
            }
        }
        Ok(())
    }

    /// Notes that the first `end` pages are done.
    fn note(&mut self, pages: &[PlacedPage], end: usize) -> Result<(), ArchiveError> {
        let Some(writer) = &mut self.writer else { return Ok(()) };
        let Some(last) = end.checked_sub(1).and_then(|last| pages.get(last)) else { return Ok(()) };
        let unchanged = std::mem::take(&mut writer.unchanged);
        writer.archive.note_reread(writer.run, self.plan.readers, last.place, unchanged, (writer.now)())
    }
}

/// Up to where everything is done: threads finish pages out of order.
struct Gaps {
    end: usize,
    beyond: BTreeSet<usize>,
}

impl Gaps {
    fn new(end: usize) -> Gaps {
        Gaps { end, beyond: BTreeSet::new() }
    }

    fn close(&mut self, index: usize) {
        self.beyond.insert(index);
        while self.beyond.remove(&self.end) {
            self.end += 1;
        }
    }
}

/// One thread: page after page until none is left, nobody listens, or the end is wished for.
fn work(
    archive: &Path,
    plan: Plan<'_>,
    pages: &[PlacedPage],
    next: &AtomicUsize,
    go_on: &(impl Fn() -> bool + Sync),
    sender: &SyncSender<Result<Weighed, ArchiveError>>,
) {
    let reader = match Reader::open(archive) {
        Ok(reader) => reader,
        Err(error) => {
            // Where nobody listens any more, another thread's error has ended the run.
            let _ = sender.send(Err(error));
            return;
        }
    };
    while go_on() {
        let index = next.fetch_add(1, Ordering::Relaxed);
        let Some(page) = pages.get(index) else { return };
        let weighed = weigh(&reader, plan.newspapers, index, *page);
        let is_last = weighed.is_err();
        if sender.send(weighed).is_err() || is_last {
            return;
        }
    }
}

fn weigh(
    reader: &Reader,
    newspapers: &Newspapers,
    index: usize,
    placed: PlacedPage,
) -> Result<Weighed, ArchiveError> {
    let failed = |newspaper: &str, what: String| {
        let what = format!("capture {}: {what}", placed.capture_id);
        Ok(Weighed { index, newspaper: newspaper.to_owned(), outcome: Outcome::Failed(what) })
    };
    let mut page = match reader.page(placed.capture_id) {
        Ok(Some(page)) => page,
        Ok(None) => return failed("", "its content coding cannot be undone".to_owned()),
        // One damaged page is no reason not to read the others.
        Err(ArchiveError::Corrupt { what, .. }) => return failed("", what),
        Err(error) => return Err(error),
    };
    let id = page.target.newspaper.clone();
    let Some(newspaper) = newspapers.get(&id) else {
        return failed(&id, format!("no selector file for '{id}' (name its folder with --selectors)"));
    };
    let Ok(reading) = catch_unwind(AssertUnwindSafe(|| read(newspaper, &page.page))) else {
        return failed(&id, format!("{} could not be read: the reader broke off", page.page.url));
    };
    page.page.body = Bytes::new();
    let outcome = match reading {
        Reading::Article(article) => {
            let would = reader.would_change(&page, &article)?;
            let (difference, fields) = (would.difference, would.fields);
            match difference {
                Difference::None => Outcome::Same,
                _ => Outcome::Differs(Box::new(Differing {
                    page,
                    article,
                    article_id: would.article_id,
                    difference,
                    fields,
                })),
            }
        }
        _ if placed.place > 0 => Outcome::Lost,
        _ => Outcome::None,
    };
    Ok(Weighed { index, newspaper: id, outcome })
}
