//! Transactions: all of a piece of work or nothing, whatever happens in between; and several pieces as one, which
//! costs the file's log and the search index little more than one piece. The pieces may come at once or one by one.

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

    /// Does `work` in the transaction that this left open before, or begins one, and leaves it open: more may follow,
    /// until [`Archive::commit`]. Where the work fails or panics, all that the transaction held is taken back.
    pub fn gather<T>(
        &mut self,
        work: impl FnOnce(&mut Archive) -> Result<T, ArchiveError>,
    ) -> Result<T, ArchiveError> {
        let open = Open::gathering(self)?;
        let done = work(open.archive)?;
        open.leave();
        Ok(done)
    }

    /// Ends what [`Archive::gather`] left open, if it did: the file changes when this is done, or, where it fails, not
    /// at all.
    pub fn commit(&mut self) -> Result<(), ArchiveError> {
        if self.gathers { Open::gathering(self)?.commit() } else { Ok(()) }
    }

    fn part<T>(
        &mut self,
        work: impl FnOnce(&Connection, Kept<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, ArchiveError> {
        let Archive { path, connection, press, index, .. } = self;
        work(connection, Kept { press, index }).map_err(|error| ArchiveError::sql(path, error))
    }

    /// Forgets what was made in a transaction that was taken back.
    fn forget(&mut self) {
        self.index.forget();
        // Dictionaries: their numbers may be given to others.
        self.press.forget();
    }

    fn run(&self, sql: &str) -> Result<(), ArchiveError> {
        let done = self.connection.prepare_cached(sql).and_then(|mut statement| statement.execute([]));
        done.map(drop).map_err(|error| self.fault(error))
    }
}

/// A transaction under way; one that is dropped before its commit, by a panic too, is taken back.
struct Open<'a> {
    archive: &'a mut Archive,
    /// Whether it is the one that [`Archive::gather`] leaves open.
    gathers: bool,
    is_done: bool,
}

impl Open<'_> {
    /// Begins as a writer, so that it waits for another one here and not in its middle.
    fn begin(archive: &mut Archive) -> Result<Open<'_>, ArchiveError> {
        archive.run("BEGIN IMMEDIATE")?;
        if archive.gathers {
            // What had gathered was taken back by SQLite itself, which whoever gathered it will hear at its commit.
            archive.forget();
        }
        Ok(Open { archive, gathers: false, is_done: false })
    }

    /// Goes on with the one that was left open, or begins one.
    fn gathering(archive: &mut Archive) -> Result<Open<'_>, ArchiveError> {
        if !archive.gathers {
            let mut open = Open::begin(archive)?;
            open.gathers = true;
            return Ok(open);
        }
        let open = Open { archive, gathers: true, is_done: false };
        if open.archive.connection.is_autocommit() {
            // Where other work in it met a full disk, SQLite has taken it back by itself; this tells so.
            open.archive.run("COMMIT")?;
        }
        Ok(open)
    }

    fn leave(mut self) {
        self.archive.gathers = true;
        self.is_done = true;
    }

    fn commit(mut self) -> Result<(), ArchiveError> {
        let Archive { path, connection, index, .. } = &mut *self.archive;
        index.enter(connection).map_err(|error| ArchiveError::sql(path, error))?;
        self.archive.run("COMMIT")?;
        self.end();
        Ok(())
    }

    fn end(&mut self) {
        self.is_done = true;
        if self.gathers {
            self.archive.gathers = false;
        }
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        if self.is_done {
            return;
        }
        if !self.archive.connection.is_autocommit() {
            // Where even this fails SQLite has taken it back itself, or does so when the file is opened next.
            let _ = self.archive.run("ROLLBACK");
        }
        self.end();
        self.archive.forget();
    }
}
