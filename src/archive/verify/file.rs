//! The file itself: whether it is as long as its own header says.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::{Fault, Flow, Part, Run, Scope};

/// The header of a database file (sqlite.org/fileformat2.html §1.3).
const HEADER_BYTES: usize = 100;
/// What it begins with.
const MAGIC: &[u8] = b"SQLite format 3\0";

/// What is wrong with the length of an archive's file; nothing where it is sound, or where a write-ahead log beside
/// it holds what the file does not have yet.
///
/// It needs no database that opens: a file that was cut may not.
pub fn length_fault(path: &Path) -> io::Result<Option<Fault>> {
    let mut header = [0; HEADER_BYTES];
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    if file.read_exact(&mut header).is_err() || !header.starts_with(MAGIC) || has_log(path) {
        return Ok(None);
    }
    let page_bytes = match u16::from_be_bytes([header[16], header[17]]) {
        1 => 65_536,
        bytes => u64::from(bytes),
    };
    let pages = u64::from(u32::from_be_bytes([header[28], header[29], header[30], header[31]]));
    let expected = pages * page_bytes;
    if length >= expected {
        return Ok(None);
    }
    let what = format!(
        "the file is cut off: it has {length} bytes and should have {expected}; {} of {pages} pages are missing",
        (expected - length).div_ceil(page_bytes)
    );
    Ok(Some(Fault { part: Part::Database, id: None, what }))
}

fn has_log(path: &Path) -> bool {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    std::fs::metadata(log).is_ok_and(|metadata| metadata.len() > 0)
}

impl Run<'_> {
    #[allow(clippy::unnecessary_wraps)] // One check among others, which can fail.
    pub(super) fn check_file(&mut self, _: Scope) -> rusqlite::Result<Flow> {
        let path = self.connection.path().map(Path::new).filter(|path| path.is_file());
        // A file that cannot be looked at but was opened is no fault of what is in it.
        match path.and_then(|path| length_fault(path).ok().flatten()) {
            Some(fault) => Ok(self.fault(fault.part, fault.id, fault.what)),
            None => Ok(self.step()),
        }
    }
}
