//! Desks: where pages are read and made ready for the archive. There are as many as the machine has cores, so that
//! all cores work and no more pages are unfolded in memory than they can work on.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinHandle;

use crate::archive::{ArchiveError, Preparer, Ready};
use crate::outcome::{Due, Outcome};

/// How long a thread without work is kept.
const THREAD_KEPT: Duration = Duration::from_mins(1);

/// The desks of a crawl.
#[derive(Debug)]
pub(super) struct Desks {
    free: Arc<Semaphore>,
    /// How many are taken.
    taken: Arc<watch::Sender<usize>>,
    visits: AtomicU64,
    /// The tools of the desks that nobody sits at.
    tools: Arc<Mutex<Vec<Preparer>>>,
    /// Where the work is done; none once the desks are gone.
    threads: Option<Runtime>,
}

/// A desk, taken until it is dropped.
#[derive(Debug)]
pub(super) struct Desk {
    tools: Arc<Mutex<Vec<Preparer>>>,
    taken: Arc<watch::Sender<usize>>,
    _seat: Option<OwnedSemaphorePermit>,
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.taken.send_modify(|taken| *taken -= 1);
    }
}

impl Desks {
    /// So many desks, with a thread for each and one for the writer. These are apart from the threads on which names
    /// are looked up, which may hang, and they are few: each keeps memory for the next page.
    pub(super) fn new(count: usize) -> std::io::Result<Desks> {
        let count = count.max(1);
        let threads = Builder::new_current_thread()
            .max_blocking_threads(count + 1)
            .thread_keep_alive(THREAD_KEPT)
            .thread_name("desk")
            .build()?;
        Ok(Desks {
            free: Arc::new(Semaphore::new(count)),
            taken: Arc::default(),
            visits: AtomicU64::new(0),
            tools: Arc::default(),
            threads: Some(threads),
        })
    }

    /// Works on a thread of the desks.
    pub(super) fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
        match &self.threads {
            Some(threads) => threads.spawn_blocking(work),
            None => tokio::task::spawn_blocking(work),
        }
    }

    /// How often a desk was taken so far.
    pub(super) fn visits(&self) -> u64 {
        self.visits.load(Ordering::Relaxed)
    }

    /// Whether nobody sits at any desk.
    pub(super) fn are_all_free(&self) -> bool {
        *self.taken.borrow() == 0
    }

    /// Waits until nobody sits at any desk.
    pub(super) async fn all_free(&self) {
        // The sender is kept as long as the desks, so the wait ends by the condition alone.
        let _ = self.taken.subscribe().wait_for(|taken| *taken == 0).await;
    }

    /// Waits for a desk.
    pub(super) async fn free(&self) -> Desk {
        // The semaphore is never closed, so a seat always comes.
        let seat = Arc::clone(&self.free).acquire_owned().await.ok();
        self.taken.send_modify(|taken| *taken += 1);
        self.visits.fetch_add(1, Ordering::Relaxed);
        Desk { tools: Arc::clone(&self.tools), taken: Arc::clone(&self.taken), _seat: seat }
    }
}

impl Drop for Desks {
    fn drop(&mut self) {
        // In the middle of the crawl's own threads these cannot be waited for; by now they have nothing to do.
        if let Some(threads) = self.threads.take() {
            threads.shutdown_background();
        }
    }
}

impl Desk {
    /// Makes a visit ready for the archive, with tools that are made where there are none free.
    pub(super) fn prepare(
        &self,
        make: impl FnOnce() -> Result<Preparer, ArchiveError>,
        due: &Due,
        outcome: &Outcome,
    ) -> Result<Ready, ArchiveError> {
        let kept = self.tools().pop();
        let mut preparer = match kept {
            Some(preparer) => preparer,
            None => make()?,
        };
        let ready = preparer.prepare(due, outcome);
        self.tools().push(preparer);
        ready
    }

    fn tools(&self) -> MutexGuard<'_, Vec<Preparer>> {
        self.tools.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
