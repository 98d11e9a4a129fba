//! One writer at a time: a lock of the operating system on a file beside the archive.
//!
//! SQLite's own locks last for one transaction; two crawls that take turns would still ask the same servers twice
//! as fast as is polite. The lock sits on a file of its own, `khobao.db.lock`, because closing a second handle of
//! the database file would drop SQLite's locks on it (POSIX advisory locks belong to the process). It ends with the
//! process, however that ends; the file itself says who holds it and is cleared away at a normal end.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

use super::ArchiveError;

/// How much is read of what a holder says of itself.
const HOLDER_BYTES_MAX: u64 = 200;

/// A held lock.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
    path: PathBuf,
}

impl Lock {
    /// Takes the lock of an archive, or says who has it.
    pub(super) fn take(archive: &Path, holder: &str) -> Result<Lock, ArchiveError> {
        let path = beside(archive).map_err(|error| ArchiveError::io(archive, error))?;
        loop {
            let mut file = OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .open(&path)
                .map_err(|error| ArchiveError::io(&path, error))?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    return Err(ArchiveError::AnotherCrawl {
                        path: archive.to_owned(),
                        holder: said(&mut file),
                    });
                }
                Err(TryLockError::Error(error)) => return Err(ArchiveError::io(&path, error)),
            }
            // The holder before may have cleared the file away between our opening and our locking it; then
            // another process can lock the name anew, and this lock is worth nothing.
            if is_still_there(&file, &path) {
                let written = file.set_len(0).and_then(|()| file.write_all(holder.as_bytes()));
                written.map_err(|error| ArchiveError::io(&path, error))?;
                return Ok(Lock { file, path });
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Cleared away while still held, see `is_still_there`. Where that fails the empty name stays: no harm.
        if cfg!(unix) {
            let _ = std::fs::remove_file(&self.path);
        }
        let _ = self.file.unlock();
    }
}

/// `khobao.db` → `khobao.db.lock`, beside the file that links lead to.
fn beside(archive: &Path) -> std::io::Result<PathBuf> {
    let mut name: OsString = std::fs::canonicalize(archive)?.into_os_string();
    name.push(".lock");
    Ok(name.into())
}

fn said(file: &mut File) -> Option<String> {
    let mut text = String::new();
    file.rewind().ok()?;
    file.take(HOLDER_BYTES_MAX).read_to_string(&mut text).ok()?;
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

#[cfg(unix)]
fn is_still_there(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), std::fs::metadata(path)) {
        (Ok(held), Ok(named)) => held.dev() == named.dev() && held.ino() == named.ino(),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_still_there(_: &File, _: &Path) -> bool {
    true
}
