//! Desks: where pages are read and made ready for the archive. There are as many as the machine has cores, so that
//! all cores work and no more pages are unfolded in memory than they can work on.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::archive::{ArchiveError, Preparer, Ready};
use crate::outcome::{Due, Outcome};

/// The desks of a crawl.
#[derive(Debug)]
pub(super) struct Desks {
    free: Arc<Semaphore>,
    count: usize,
    /// The tools of the desks that nobody sits at.
    tools: Arc<Mutex<Vec<Preparer>>>,
}

/// A desk, taken until it is dropped.
#[derive(Debug)]
pub(super) struct Desk {
    tools: Arc<Mutex<Vec<Preparer>>>,
    _seat: Option<OwnedSemaphorePermit>,
}

impl Desks {
    /// So many desks.
    pub(super) fn new(count: usize) -> Desks {
        let count = count.max(1);
        Desks { free: Arc::new(Semaphore::new(count)), count, tools: Arc::default() }
    }

    /// Whether nobody sits at any desk.
    pub(super) fn are_all_free(&self) -> bool {
        self.free.available_permits() == self.count
    }

    /// Waits for a desk.
    pub(super) async fn free(&self) -> Desk {
        // The semaphore is never closed, so a seat always comes.
        let seat = Arc::clone(&self.free).acquire_owned().await.ok();
        Desk { tools: Arc::clone(&self.tools), _seat: seat }
    }
}

impl Desk {
    /// Makes a visit ready for the archive, with tools that are made where there are none free.
    pub(super) fn prepare<'a>(
        &self,
        make: impl FnOnce() -> Result<Preparer, ArchiveError>,
        due: &Due,
        outcome: &'a Outcome,
    ) -> Result<Ready<'a>, ArchiveError> {
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
