//! Transactions: all of a piece of work or nothing, whatever happens in between; and several pieces as one, which
//! costs the file's log and the search index little more than one piece.

use rusqlite::Connection;

use super::index::Waiting;
use super::press::Press;
use super::{Archive, ArchiveError};

/// What an archive keeps in memory for its transactions.
pub(super) struct Kept<'a> {
    pub(super) press: &'a mut Press,
    pub(super) index: &'a mut Waiting,
}

impl Archive {
    /// Runs `work` as one transaction: all of it or nothing.
    pub(super) fn transaction<T>(
        &mut self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, ArchiveError> {
        self.transaction_with(|connection, _| work(connection))
    }

    /// Runs `work` as one transaction with what is kept for it. Within [`Archive::together`] it is a part of that.
    pub(super) fn transaction_with<T>(
        &mut self,
        work: impl FnOnce(&Connection, Kept<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, ArchiveError> {
        if self.connection.is_autocommit() {
            self.together(|archive| archive.part(work))
        } else {
            self.part(work)
        }
    }

    /// Runs all that `work` does with the archive as one transaction: the file changes when it is done, or, where any
    /// part of it fails, not at all.
    pub fn together<T>(
        &mut self,
        work: impl FnOnce(&mut Archive) -> Result<T, ArchiveError>,
    ) -> Result<T, ArchiveError> {
        let open = Open::begin(self)?;
        let done = work(open.archive)?;
        open.commit()?;
        Ok(done)
    }

    fn part<T>(
        &mut self,
        work: impl FnOnce(&Connection, Kept<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, ArchiveError> {
        let Archive { path, connection, press, index, .. } = self;
        work(connection, Kept { press, index }).map_err(|error| ArchiveError::sql(path, error))
    }

    fn run(&self, sql: &str) -> Result<(), ArchiveError> {
        let done = self.connection.prepare_cached(sql).and_then(|mut statement| statement.execute([]));
        done.map(drop).map_err(|error| self.fault(error))
    }
}

/// A transaction under way; one that is dropped before its commit, by a panic too, is taken back.
struct Open<'a> {
    archive: &'a mut Archive,
    is_done: bool,
}

impl Open<'_> {
    /// Begins as a writer, so that it waits for another one here and not in its middle.
    fn begin(archive: &mut Archive) -> Result<Open<'_>, ArchiveError> {
        archive.run("BEGIN IMMEDIATE")?;
        Ok(Open { archive, is_done: false })
    }

    fn commit(mut self) -> Result<(), ArchiveError> {
        let Archive { path, connection, index, .. } = &mut *self.archive;
        index.enter(connection).map_err(|error| ArchiveError::sql(path, error))?;
        self.archive.run("COMMIT")?;
        self.is_done = true;
        Ok(())
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        if self.is_done {
            return;
        }
        // Where the disk is full SQLite has taken it back by itself; where even this fails it does so when the file is
        // opened next.
        if !self.archive.connection.is_autocommit() {
            let _ = self.archive.run("ROLLBACK");
        }
        self.archive.index.forget();
        // Dictionaries made in it: their numbers may be given to others.
        self.archive.press.forget();
    }
}
