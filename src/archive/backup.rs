//! A consistent copy of the archive while others write to it.

use std::path::Path;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::{ArchiveError, Reader};

/// Pages copied between two steps: 4 MiB, some milliseconds.
const PAGES_A_STEP: i32 = 1024;

/// How far a copy is, in pages of the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copied {
    /// Pages copied.
    pub pages: u32,
    /// Pages in all.
    pub total: u32,
}

impl Reader {
    /// Copies the archive, as it is at this moment, into a new file; a crawl goes on meanwhile and is not in it.
    ///
    /// The copy is in rollback-journal mode, so that it is one file by itself and opens from media that cannot be
    /// written. `on_step` hears of the progress and says whether to go on; false comes back where it said no, and
    /// then the file is no copy.
    pub fn copy_to(
        &self,
        file: &Path,
        mut on_step: impl FnMut(Copied) -> bool,
    ) -> Result<bool, ArchiveError> {
        let here = |error| self.fault(error);
        let there = |error| ArchiveError::sql(file, error);
        // The snapshot: one transaction from the first page to the last, or every commit would begin the copy anew.
        let snapshot = self.connection.unchecked_transaction().map_err(here)?;
        snapshot.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())).map_err(here)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut copy = Connection::open_with_flags(file, flags).map_err(there)?;
        {
            let backup = Backup::new(&snapshot, &mut copy).map_err(there)?;
            loop {
                let result = backup.step(PAGES_A_STEP).map_err(|error| whose(self.path(), file, error))?;
                let progress = backup.progress();
                let number = |pages: i32| u32::try_from(pages).unwrap_or_default();
                let total = number(progress.pagecount);
                let copied = Copied { pages: total.saturating_sub(number(progress.remaining)), total };
                if result == StepResult::Done {
                    break;
                }
                if !on_step(copied) {
                    return Ok(false);
                }
            }
        }
        snapshot.finish().map_err(here)?;
        let mode: String =
            copy.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get(0)).map_err(there)?;
        debug_assert_eq!(mode, "delete");
        copy.close().map_err(|(_, error)| there(error))?;
        let synced = std::fs::File::open(file).and_then(|file| file.sync_all());
        synced.map_err(|error| ArchiveError::io(file, error))?;
        Ok(true)
    }
}

/// A step reads one file and writes the other; what cannot be read is the archive's fault.
fn whose(archive: &Path, copy: &Path, error: rusqlite::Error) -> ArchiveError {
    let is_reading =
        matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase));
    ArchiveError::sql(if is_reading { archive } else { copy }, error)
}
