//! The writer: the one place of a crawl where its archive is written. Lanes hand in what they have read and learnt,
//! and get their next work when it is written down.
//!
//! What comes in while pages are being read gathers in one transaction, which costs the archive not much more than one
//! page. A lane has its answer as soon as its page stands there, and goes on. The transaction ends when no page is being
//! read, so that on a polite crawl every page is recorded at once; when a lane hands in its next page; when the next page
//! of a newspaper has to see it; and when it holds enough. Then those who watch are told of its pages.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tracing::debug;

use super::StopReason;
use super::entry::{Entry, News, Read, Work};
use super::run::Shared;
use crate::archive::{Archive, ArchiveError, Lane, Recorded};
use crate::outcome::Fate;

/// A lane with nothing due waits this long at most for a target whose next try is near; what is due later is left
/// for the next run.
const PATIENCE: Duration = Duration::from_secs(15);
/// Entries that gather in one transaction, each of another lane.
const GATHERED_MAX: usize = 32;
/// Bytes that gather in one transaction, more or less: the entries stay in memory until it ends.
const GATHERED_BYTES_MAX: usize = 4 << 20;
/// A transaction waits no longer for more, while one page is being read for long: other programs wait for it too.
const GATHERED_FOR: Duration = Duration::from_secs(1);

struct HandedIn {
    entry: Entry,
    answer: oneshot::Sender<Done<Work>>,
}

/// What a piece of work panicked with.
type Panic = Box<dyn Any + Send>;

/// What came of a piece of work with the archive.
type Done<T> = Result<Result<T, ArchiveError>, Panic>;

/// Where lanes hand in.
#[derive(Clone)]
pub(super) struct Writer {
    desk: mpsc::UnboundedSender<HandedIn>,
}

impl Writer {
    /// Starts to write, until the last of the lanes is gone.
    pub(super) fn start(shared: Arc<Shared>) -> (Writer, JoinHandle<()>) {
        // A lane hands in one entry at a time, so that nothing piles up here.
        let (desk, handed_in) = mpsc::unbounded_channel();
        (Writer { desk }, tokio::spawn(run(shared, handed_in)))
    }

    /// Hands in at once, and gives what is due next once the entry is written down. Panics where that does, or where
    /// telling of an earlier entry of the lane did.
    pub(super) fn write(&self, entry: Entry) -> impl Future<Output = Result<Work, ArchiveError>> + use<> {
        let (answer, answered) = oneshot::channel();
        // Where the writer is gone, the answer never comes.
        let _ = self.desk.send(HandedIn { entry, answer });
        async move {
            match answered.await {
                Ok(Ok(work)) => work,
                Ok(Err(panic)) => std::panic::resume_unwind(panic),
                Err(_) => Ok(Work::Nothing),
            }
        }
    }
}

async fn run(shared: Arc<Shared>, mut handed_in: mpsc::UnboundedReceiver<HandedIn>) {
    let mut gathered = Gathered::default();
    let mut is_over = false;
    while !is_over {
        let mut batch = Vec::new();
        let has_gathered = !gathered.entries.is_empty();
        is_over = tokio::select! {
            biased;
            count = handed_in.recv_many(&mut batch, GATHERED_MAX) => count == 0,
            () = shared.desks.all_free(), if has_gathered => false,
            () = shared.clock.sleep(GATHERED_FOR), if has_gathered => false,
        };
        let writing = Arc::clone(&shared);
        let work = move || {
            gathered.take(&writing, batch);
            gathered
        };
        match shared.desks.work(work).await {
            Ok(back) => gathered = back,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
    // Its lane ended before it could hear of it.
    if let Some((_, panic)) = gathered.broken.pop() {
        std::panic::resume_unwind(panic);
    }
}

/// The transaction under way, and what is owed to lanes that went on.
#[derive(Default)]
struct Gathered {
    /// What stands in it.
    entries: Vec<(Entry, Option<Recorded>)>,
    /// The payloads of these.
    bytes: usize,
    /// What broke down when a page was told of, and the newspapers of its lane, which has not heard of it yet.
    broken: Vec<(Vec<String>, Panic)>,
}

impl Gathered {
    /// Writes down what lanes hand in, and answers them. Ends the transaction where that is nothing, and whenever it
    /// holds enough.
    fn take(&mut self, shared: &Shared, batch: Vec<HandedIn>) {
        if batch.is_empty() {
            self.end(shared);
        }
        let mut held = Vec::new();
        for HandedIn { entry, answer } in batch {
            let (lane, settles) = (entry.lane.clone(), entry.settles());
            // So a kill takes back two pages of a lane at most: this one, and the one it goes on to.
            if self.entries.iter().any(|(earlier, _)| earlier.lane.newspapers == lane.newspapers) {
                self.end(shared);
            }
            let written = self.enter(shared, entry);
            if settles {
                held.push((lane, written, answer));
            } else {
                self.answer(shared, &lane, written, answer);
            }
            if self.entries.len() >= GATHERED_MAX || self.bytes >= GATHERED_BYTES_MAX {
                self.end(shared);
            }
        }
        if !held.is_empty() {
            self.end(shared);
        }
        for (lane, written, answer) in held {
            self.answer(shared, &lane, written, answer);
        }
    }

    /// Writes down one entry.
    fn enter(&mut self, shared: &Shared, entry: Entry) -> Done<()> {
        let written = unbroken(|| write(&mut shared.archive(), shared, &entry, Archive::gather));
        if let Ok(Ok(recorded)) = written {
            if !entry.is_empty() {
                self.bytes += entry.bytes();
                self.entries.push((entry, recorded));
            }
            return Ok(Ok(()));
        }
        // All was taken back. Each is tried alone, so that one does not take the others with it.
        self.redo(shared);
        self.write_alone(shared, &entry)
    }

    /// Gives a lane its next work, or what went wrong with what it handed in.
    fn answer(
        &mut self,
        shared: &Shared,
        lane: &Lane,
        written: Done<()>,
        answer: oneshot::Sender<Done<Work>>,
    ) {
        let broken = self.broken.iter().position(|(newspapers, _)| *newspapers == lane.newspapers);
        let work = match (broken, written) {
            (Some(at), _) => Err(self.broken.swap_remove(at).1),
            (None, Ok(Ok(()))) => unbroken(|| ask(shared, lane)),
            (None, Ok(Err(error))) => Ok(Err(error)),
            (None, Err(panic)) => Err(panic),
        };
        // A lane that is gone needs no answer.
        let _ = answer.send(work);
    }

    /// Ends the transaction, and tells of its pages.
    fn end(&mut self, shared: &Shared) {
        let committed = unbroken(|| shared.archive().commit());
        if !matches!(committed, Ok(Ok(()))) {
            return self.redo(shared);
        }
        self.bytes = 0;
        for (entry, recorded) in std::mem::take(&mut self.entries) {
            self.tell(shared, &entry, recorded);
        }
    }

    /// Writes down once more, each by itself, what was taken back. The lanes have gone on, so it is the crawl that
    /// hears of what fails; what is given up is due again at the next one.
    fn redo(&mut self, shared: &Shared) {
        self.bytes = 0;
        for (entry, _) in std::mem::take(&mut self.entries) {
            match self.write_alone(shared, &entry) {
                Ok(Ok(())) => {}
                Ok(Err(error)) => {
                    shared.stop.order(StopReason::Archive(error.to_string()));
                    if !error.is_of_one() {
                        return;
                    }
                }
                Err(panic) => self.broken.push((entry.lane.newspapers, panic)),
            }
        }
    }

    /// Writes down one entry in a transaction of its own, and tells of it.
    fn write_alone(&mut self, shared: &Shared, entry: &Entry) -> Done<()> {
        let written = unbroken(|| write(&mut shared.archive(), shared, entry, Archive::together))?;
        Ok(written.map(|recorded| self.tell(shared, entry, recorded)))
    }

    fn tell(&mut self, shared: &Shared, entry: &Entry, recorded: Option<Recorded>) {
        let (Some(read), Some(recorded)) = (&entry.read, recorded) else { return };
        if let Err(panic) = unbroken(|| shared.visited(&read.due, &read.outcome, recorded)) {
            self.broken.push((entry.lane.newspapers.clone(), panic));
        }
    }
}

/// What the work gives, or its panic: a transaction that was under way is taken back, and only the lane whose entry it
/// was breaks down.
fn unbroken<T>(work: impl FnOnce() -> T) -> Result<T, Panic> {
    catch_unwind(AssertUnwindSafe(work))
}

/// Writes down an entry in a transaction, if there is anything to write.
fn write<'e>(
    archive: &mut Archive,
    shared: &'e Shared,
    entry: &'e Entry,
    transaction: impl FnOnce(&mut Archive, Recording<'e>) -> Result<Option<Recorded>, ArchiveError>,
) -> Result<Option<Recorded>, ArchiveError> {
    if entry.is_empty() {
        return Ok(None);
    }
    transaction(archive, Box::new(move |archive| record(archive, shared, entry)))
}

/// Recording of one entry.
type Recording<'e> = Box<dyn FnOnce(&mut Archive) -> Result<Option<Recorded>, ArchiveError> + 'e>;

fn record(archive: &mut Archive, shared: &Shared, entry: &Entry) -> Result<Option<Recorded>, ArchiveError> {
    write_news(archive, shared, &entry.lane, &entry.news)?;
    let Some(Read { due, outcome, ready, moved, now }) = &entry.read else { return Ok(None) };
    if !archive.still_has(due)? {
        debug!(url = %due.target.url, "its place in the queue was taken back: it is found, and visited, again");
        return Ok(None);
    }
    if let Some(link) = moved {
        archive.enqueue(due, std::slice::from_ref(link), *now)?;
    }
    let recorded = archive.record_ready(shared.run, due, outcome, ready, *now)?;
    if let Fate::Article(article) = &outcome.fate
        && shared.photos
    {
        archive.take_photos(due, article, *now)?;
    }
    Ok(Some(recorded))
}

/// Writes down what was learnt of the servers on the way.
fn write_news(archive: &mut Archive, shared: &Shared, lane: &Lane, news: &News) -> Result<(), ArchiveError> {
    let newspaper = lane.newspapers.first().map(String::as_str);
    for exchanges in &news.robots_asked {
        archive.record_exchanges(shared.run, newspaper, "robots", exchanges)?;
    }
    if !news.sitemaps.is_empty() {
        archive.take_sitemaps(&news.sitemaps, shared.clock.now())?;
    }
    if news.held_until.is_some() {
        archive.hold(&lane.newspapers, news.held_until)?;
    }
    if let Some(at) = news.touched_at {
        archive.touch(&lane.newspapers, at)?;
    }
    for (host, until) in &news.foreign_holds {
        archive.hold_foreign(host, *until)?;
    }
    if let Some((target, until)) = news.put_off {
        archive.put_off(target, until)?;
    }
    Ok(())
}

fn ask(shared: &Shared, lane: &Lane) -> Result<Work, ArchiveError> {
    let now = shared.clock.now();
    let archive = shared.archive();
    if let Some(due) = archive.due(lane, now)? {
        return Ok(Work::Visit(Box::new(due)));
    }
    let wait = archive.next_due_at(lane)?.and_then(|next| (next - now).to_std().ok());
    Ok(wait.filter(|wait| *wait <= PATIENCE).map_or(Work::Nothing, Work::Wait))
}
