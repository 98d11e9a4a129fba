//! Making ready: digests and compression, the long part of recording, done beside the writer. Each [`Preparer`] has
//! a connection of its own for reading and its own compressors, so that several pages can be made ready at once
//! while one is written.

use std::path::PathBuf;

use rusqlite::Connection;

use super::capture::{self, Prepared};
use super::press::{CRAWL_LEVEL, Press};
use super::record::group_name;
use super::{Archive, ArchiveError, group, newspaper, open};
use crate::outcome::{Due, Outcome};
use crate::target::TargetKind;

/// What SQLite may keep of the file for one preparer, in KiB: it reads little but rows of groups and dictionaries.
const CACHE_KIB: u32 = 1024;

/// Makes visits ready to be recorded.
#[derive(Debug)]
pub struct Preparer {
    path: PathBuf,
    connection: Connection,
    press: Press,
}

/// A visit that is ready to be recorded.
#[derive(Debug)]
pub struct Ready {
    /// The payloads of its exchanges, in their order.
    pub(super) payloads: Vec<Prepared>,
}

impl Archive {
    /// One that makes visits ready for this archive.
    pub fn preparer(&self) -> Result<Preparer, ArchiveError> {
        let connection = open::reader(&self.path)?;
        connection
            .execute_batch(&format!("PRAGMA cache_size = -{CACHE_KIB}"))
            .map_err(|error| self.fault(error))?;
        let press = Press::new(CRAWL_LEVEL).map_err(|source| ArchiveError::io(&self.path, source))?;
        Ok(Preparer { path: self.path.clone(), connection, press })
    }
}

impl Preparer {
    /// Digests and compresses what a visit brought. Of one newspaper, one visit at a time may be between this and
    /// its recording: the next page is compressed by what the one before has settled.
    pub fn prepare(&mut self, due: &Due, outcome: &Outcome) -> Result<Ready, ArchiveError> {
        prepare(&self.connection, &mut self.press, due, outcome)
            .map_err(|error| ArchiveError::sql(&self.path, error))
    }
}

pub(super) fn prepare(
    connection: &Connection,
    press: &mut Press,
    due: &Due,
    outcome: &Outcome,
) -> rusqlite::Result<Ready> {
    // Photos are compressed already, and one is never like another: no dictionary serves them.
    let number = match due.target.kind {
        TargetKind::Photo => None,
        _ => newspaper::number(connection, &due.target.newspaper)?,
    };
    let group =
        number.map(|no| group::find(connection, no, &group_name(due, outcome))).transpose()?.flatten();
    capture::prepare(connection, press, group, &outcome.exchanges).map(|payloads| Ready { payloads })
}
