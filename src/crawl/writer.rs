//! The writer: the one place of a crawl where its archive is written. Lanes hand in what they have read and learnt,
//! and get their next work when it is recorded.
//!
//! What several lanes hand in while pages are being read is recorded in one transaction. That costs the archive not
//! much more than recording one page, and costs a lane nothing: where no page is being read, nobody is waited for.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::entry::{Entry, News, Read, Work};
use super::run::Shared;
use crate::archive::{self, Archive, ArchiveError, Recorded};
use crate::outcome::Fate;

/// A lane with nothing due waits this long at most for a target whose next try is near; what is due later is left
/// for the next run.
const PATIENCE: Duration = Duration::from_secs(15);
/// Entries that are recorded in one transaction: at most so many pages are fetched again after a kill.
const TOGETHER_MAX: usize = 8;

struct HandedIn {
    entry: Entry,
    answer: oneshot::Sender<std::thread::Result<Result<Work, ArchiveError>>>,
}

/// Where lanes hand in.
#[derive(Clone)]
pub(super) struct Writer {
    desk: mpsc::UnboundedSender<HandedIn>,
}

impl Writer {
    /// Starts to write for so many lanes, until the last of them is gone.
    pub(super) fn start(shared: Arc<Shared>, lanes: usize) -> (Writer, JoinHandle<()>) {
        // A lane hands in one entry at a time, so that nothing piles up here.
        let (desk, handed_in) = mpsc::unbounded_channel();
        // Half of the lanes: the others read meanwhile.
        let together = (lanes / 2).clamp(1, TOGETHER_MAX);
        (Writer { desk }, tokio::spawn(run(shared, handed_in, together)))
    }

    /// Hands in at once, and gives what is due next once the entry is recorded. Panics where recording it does.
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

async fn run(shared: Arc<Shared>, mut handed_in: mpsc::UnboundedReceiver<HandedIn>, together: usize) {
    while let Some(first) = handed_in.recv().await {
        let mut batch = vec![first];
        while batch.len() < together {
            tokio::select! {
                biased;
                next = handed_in.recv() => match next {
                    Some(next) => batch.push(next),
                    None => break,
                },
                () = shared.desks.all_free() => break,
            }
        }
        let writing = Arc::clone(&shared);
        if let Err(error) = shared.desks.work(move || write_and_answer(&writing, batch)).await {
            std::panic::resume_unwind(error.into_panic());
        }
    }
}

/// Records a batch, and answers each lane with its next work. Where it fails together each is tried alone, so that one
/// does not take the others with it.
fn write_and_answer(shared: &Shared, batch: Vec<HandedIn>) {
    let entries: Vec<&Entry> = batch.iter().map(|handed_in| &handed_in.entry).collect();
    let together = unbroken(|| write(&mut shared.archive(), shared, &entries));
    let mut together = together.ok().and_then(Result::ok).map(Vec::into_iter);
    for HandedIn { entry, answer } in batch {
        let recorded = together.as_mut().map(|recorded| recorded.next().flatten());
        let done = unbroken(|| {
            let recorded = match recorded {
                Some(recorded) => recorded,
                None => write(&mut shared.archive(), shared, &[&entry])?.pop().flatten(),
            };
            if let (Some(read), Some(recorded)) = (&entry.read, recorded) {
                shared.visited(&read.due, &read.outcome, recorded);
            }
            ask(shared, &entry.lane)
        });
        // A lane that is gone needs no answer.
        let _ = answer.send(done);
    }
}

/// What the work gives, or its panic: a transaction that was under way is taken back, and only the lane whose entry it
/// was breaks down.
fn unbroken<T>(work: impl FnOnce() -> T) -> std::thread::Result<T> {
    catch_unwind(AssertUnwindSafe(work))
}

/// Records entries in one transaction.
fn write(
    archive: &mut Archive,
    shared: &Shared,
    entries: &[&Entry],
) -> Result<Vec<Option<Recorded>>, ArchiveError> {
    if entries.iter().all(|entry| entry.is_empty()) {
        return Ok(vec![None; entries.len()]);
    }
    archive.together(|archive| entries.iter().map(|entry| record(archive, shared, entry)).collect())
}

fn record(archive: &mut Archive, shared: &Shared, entry: &Entry) -> Result<Option<Recorded>, ArchiveError> {
    write_news(archive, shared, &entry.lane, &entry.news)?;
    let Some(Read { due, outcome, ready, moved, now }) = &entry.read else { return Ok(None) };
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
fn write_news(
    archive: &mut Archive,
    shared: &Shared,
    lane: &archive::Lane,
    news: &News,
) -> Result<(), ArchiveError> {
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

fn ask(shared: &Shared, lane: &archive::Lane) -> Result<Work, ArchiveError> {
    let now = shared.clock.now();
    let archive = shared.archive();
    if let Some(due) = archive.due(lane, now)? {
        return Ok(Work::Visit(Box::new(due)));
    }
    let wait = archive.next_due_at(lane)?.and_then(|next| (next - now).to_std().ok());
    Ok(wait.filter(|wait| *wait <= PATIENCE).map_or(Work::Nothing, Work::Wait))
}
