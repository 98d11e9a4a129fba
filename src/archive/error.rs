//! What can stop work on an archive, in words for its user.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

/// Why an archive could not be opened, read or written.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// There is no file.
    #[error("{}: there is no archive here (a crawl makes one; or name another file with --archive)", path.display())]
    Missing {
        /// The file asked for.
        path: PathBuf,
    },
    /// The file is something else.
    #[error("{}: not an archive: the file is no SQLite database (it was left as it is; name another file with --archive)", path.display())]
    NotADatabase {
        /// The file.
        path: PathBuf,
    },
    /// A database, but of another program.
    #[error("{}: not an archive of khobao but another program's database (it was left as it is; name another file with --archive)", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// Written by a later version.
    #[error("{}: the archive has schema {found} and this version of khobao knows up to {known} (it was left as it is; update khobao)", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// The schema of the file.
        found: i64,
        /// The newest schema that this version knows.
        known: i64,
    },
    /// Another process writes to the archive.
    #[error("{}: another run is writing to this archive{} (wait for it to end, or stop it)", path.display(), holder.as_deref().map(|who| format!(": {who}")).unwrap_or_default())]
    AnotherCrawl {
        /// The archive.
        path: PathBuf,
        /// What the other run says of itself.
        holder: Option<String>,
    },
    /// Another program holds the database.
    #[error("{}: the archive is locked by another program (close what has it open for writing, then try again)", path.display())]
    Locked {
        /// The archive.
        path: PathBuf,
    },
    /// No space left.
    #[error("{}: the disk is full (make room; what was recorded so far is safe)", path.display())]
    Full {
        /// The archive.
        path: PathBuf,
    },
    /// The file or its folder may not be written.
    #[error("{}: the archive cannot be written (check the permissions of the file and of its folder, and that the disk is not mounted read-only)", path.display())]
    ReadOnly {
        /// The archive.
        path: PathBuf,
    },
    /// The file contradicts itself.
    #[error("{}: the archive is damaged: {what} (`khobao verify` names what is damaged; restore it from a backup)", path.display())]
    Corrupt {
        /// The archive.
        path: PathBuf,
        /// What was found.
        what: String,
    },
    /// The operating system refuses.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Its reason.
        source: io::Error,
    },
    /// Something in the archive that was asked for is not there.
    #[error("{}: {what}", path.display())]
    Unknown {
        /// The archive.
        path: PathBuf,
        /// What was asked for.
        what: String,
    },
    /// Anything else that SQLite reports.
    #[error("{}: {source}", path.display())]
    Sql {
        /// The archive.
        path: PathBuf,
        /// Its report.
        source: rusqlite::Error,
    },
}

impl ArchiveError {
    /// Sorts what SQLite reports by what its user can do about it.
    pub(super) fn sql(path: &Path, source: rusqlite::Error) -> ArchiveError {
        let path = path.to_owned();
        if is_content_fault(&source) {
            return ArchiveError::Corrupt { path, what: source.to_string() };
        }
        match source.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => ArchiveError::Full { path },
            // The index of the WAL that finds no room is told as a fault of the disk.
            Some(ErrorCode::SystemIoFailure) if has_no_room(&path) => ArchiveError::Full { path },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => ArchiveError::Locked { path },
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
                ArchiveError::ReadOnly { path }
            }
            Some(ErrorCode::DatabaseCorrupt) => ArchiveError::Corrupt { path, what: source.to_string() },
            Some(ErrorCode::NotADatabase) => ArchiveError::NotADatabase { path },
            _ => ArchiveError::Sql { path, source },
        }
    }

    /// Sorts what the operating system reports.
    pub(super) fn io(path: &Path, source: io::Error) -> ArchiveError {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::NotFound => ArchiveError::Missing { path },
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                ArchiveError::ReadOnly { path }
            }
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => ArchiveError::Full { path },
            _ => ArchiveError::Io { path, source },
        }
    }
}

/// Whether the disk has not even room for what SQLite needs to read: its shared memory grows by 32 KiB at a time.
fn has_no_room(path: &Path) -> bool {
    /// In bytes.
    const ROOM_MIN: u64 = 64 << 10;
    super::space(path).is_ok_and(|space| space.free < ROOM_MIN)
}

/// Tells whether a value in the database is not what the schema promises.
fn is_content_fault(error: &rusqlite::Error) -> bool {
    matches!(
        error,
        rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::Utf8Error(..)
            | rusqlite::Error::InvalidColumnType(..)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(code: i32) -> String {
        let source = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None);
        ArchiveError::sql(Path::new("k.db"), source).to_string()
    }

    #[test]
    fn what_sqlite_reports_is_told_by_what_can_be_done() {
        assert!(said(rusqlite::ffi::SQLITE_FULL).contains("the disk is full"));
        assert!(said(rusqlite::ffi::SQLITE_BUSY).contains("locked by another program"));
        assert!(said(rusqlite::ffi::SQLITE_READONLY).contains("cannot be written"));
        assert!(said(rusqlite::ffi::SQLITE_CORRUPT).contains("damaged"));
        assert!(said(rusqlite::ffi::SQLITE_NOTADB).contains("no SQLite database"));
    }
}
