//! Fixity: everything in the archive held against what it should be, and every fault named.
//!
//! Each file here checks one part: the file's length, the stored bytes against their digests, the texts against theirs,
//! the search index and the reprints against the texts, every reference, and the database by SQLite's own checks.
//! Nothing here repairs anything. When each payload was last seen sound is written down, and how far the headers and
//! texts came, so that a large archive can be checked a slice at a time.

mod database;
mod file;
mod index;
mod manifest;
mod payloads;
mod reprints;
mod slice;
mod texts;
mod unpack;

use std::fmt;
use std::ops::ControlFlow;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, ErrorCode, InterruptHandle, params};
use schemars::JsonSchema;
use serde::Serialize;

pub use file::length_fault;

use super::press::Shelf;
use super::{Archive, ArchiveError, Reader, moment};

/// How much to check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Everything.
    Whole,
    /// All references and dictionaries, and a share of everything else but what [`LEFT_OUT`] names: of the payloads
    /// those first that were not checked for longest, of headers and texts those that come after the last slice.
    Slice {
        /// How many of a thousand.
        per_mille: u32,
    },
}

/// What a slice leaves out, since it can be checked as a whole only.
pub const LEFT_OUT: [Part; 3] = [Part::Database, Part::Index, Part::Reprint];

/// What was checked so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Verified {
    /// Payloads to be checked.
    pub payloads: u64,
    /// Payloads checked.
    pub checked: u64,
    /// Bytes of these, unpacked.
    pub bytes: u64,
    /// Captures whose headers were checked.
    pub headers: u64,
    /// Versions of articles whose text was checked.
    pub versions: u64,
    /// Pairs of reprints checked.
    pub reprints: u64,
    /// Faults found.
    pub faults: u64,
    /// Whether all that was to be checked has been.
    pub is_done: bool,
}

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Fault {
    /// What kind of thing it is.
    pub part: Part,
    /// Its number in the archive, where it has one.
    pub id: Option<i64>,
    /// What is wrong with it.
    pub what: String,
}

/// The kinds of things that are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// The database file, by SQLite's own checks.
    Database,
    /// A row that another row refers to.
    Reference,
    /// A dictionary that payloads or headers are compressed with.
    Dictionary,
    /// A payload as received.
    Payload,
    /// The headers of a capture.
    Headers,
    /// A version of an article.
    Version,
    /// An article's entry in the search index.
    Index,
    /// A pair of articles with the same text, or what an article is compared by.
    Reprint,
    /// A line of a manifest.
    Manifest,
}

/// What is heard of while verifying.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event<'a> {
    /// A fault was found.
    Fault(&'a Fault),
    /// Some more was checked.
    Step(&'a Verified),
}

/// A verification under way.
struct Run<'a> {
    connection: &'a Connection,
    shelf: &'a Shelf,
    /// Where what was checked is written down; none for an archive that is only read.
    record: Option<(i64, String)>,
    verified: Verified,
    /// The last capture whose headers, and the last version whose text, was checked.
    last_capture: i64,
    last_version: i64,
    on_event: &'a mut dyn FnMut(Event<'_>) -> ControlFlow<()>,
}

/// What a check comes to: to go on, or the listener's wish to stop.
type Flow = ControlFlow<()>;

impl Archive {
    /// Verifies the archive and records that it was done. `on_event` hears of every fault and of the progress, and
    /// may end it at any step; then the next slice goes on from there.
    pub fn verify(
        &mut self,
        scope: Scope,
        now: DateTime<Utc>,
        mut on_event: impl FnMut(Event<'_>) -> ControlFlow<()>,
    ) -> Result<Verified, ArchiveError> {
        let started_at = moment::text(now);
        let name = match scope {
            Scope::Whole => "whole".to_owned(),
            Scope::Slice { per_mille } => format!("{per_mille} of 1000 payloads"),
        };
        let begun = self.transaction(|connection| {
            connection.execute(
                "INSERT INTO verify_run (started_at, scope) VALUES (?1, ?2)",
                params![started_at, name],
            )?;
            Ok(connection.last_insert_rowid())
        })?;
        // A shelf of its own: what is remembered from earlier is not what is stored.
        let mut run = Run {
            connection: &self.connection,
            shelf: &Shelf::default(),
            record: Some((begun, started_at)),
            verified: Verified::default(),
            last_capture: 0,
            last_version: 0,
            on_event: &mut on_event,
        };
        run.all(scope);
        Ok(run.verified)
    }

    /// Ends the record of the last verification: when, and why.
    pub fn finish_verify(&mut self, stopped_by: &str, now: DateTime<Utc>) -> Result<(), ArchiveError> {
        self.transaction(|connection| {
            connection.execute(
                "UPDATE verify_run SET ended_at = ?1, stopped_by = ?2
                 WHERE id = (SELECT max(id) FROM verify_run) AND ended_at IS NULL",
                params![moment::text(now), stopped_by],
            )?;
            Ok(())
        })
    }
}

impl Reader {
    /// Verifies the archive and leaves no trace in it: for copies on media that cannot be written.
    pub fn verify(&self, scope: Scope, mut on_event: impl FnMut(Event<'_>) -> ControlFlow<()>) -> Verified {
        let mut run = Run {
            connection: &self.connection,
            shelf: &Shelf::default(),
            record: None,
            verified: Verified::default(),
            last_capture: 0,
            last_version: 0,
            on_event: &mut on_event,
        };
        run.all(scope);
        run.verified
    }
}

/// Stops a verification from another thread, even while SQLite is at work.
pub struct Interrupter(InterruptHandle);

impl fmt::Debug for Interrupter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Interrupter").finish_non_exhaustive()
    }
}

impl Interrupter {
    /// Stops it.
    pub fn interrupt(&self) {
        self.0.interrupt();
    }
}

impl Archive {
    /// What stops a verification of this archive.
    pub fn interrupter(&self) -> Interrupter {
        Interrupter(self.connection.get_interrupt_handle())
    }
}

impl Reader {
    /// What stops a verification by this reader.
    pub fn interrupter(&self) -> Interrupter {
        Interrupter(self.connection.get_interrupt_handle())
    }
}

impl Run<'_> {
    fn all(&mut self, scope: Scope) {
        let checks: &[fn(&mut Self, Scope) -> rusqlite::Result<Flow>] = match scope {
            Scope::Whole => &[
                Run::check_file,
                Run::check_database,
                Run::check_references,
                Run::check_dictionaries,
                Run::check_payloads,
                Run::check_headers,
                Run::check_versions,
                Run::check_index,
                Run::check_reprints,
            ],
            Scope::Slice { .. } => &[Run::check_references, Run::check_dictionaries, Run::check_slice],
        };
        for check in checks {
            let flow = match check(self, scope) {
                Ok(flow) => flow,
                // The listener's wish, sent while SQLite was at work.
                Err(error) if error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) => {
                    Flow::Break(())
                }
                // The file is so damaged that a part cannot even be listed; the other parts may be.
                Err(error) => self.fault(Part::Database, None, format!("cannot be read on: {error}")),
            };
            if flow.is_break() {
                self.note();
                return;
            }
        }
        self.verified.is_done = true;
        self.note();
    }

    /// Tells of a fault.
    fn fault(&mut self, part: Part, id: Option<i64>, what: impl Into<String>) -> Flow {
        self.verified.faults += 1;
        let fault = Fault { part, id, what: what.into() };
        (self.on_event)(Event::Fault(&fault))
    }

    /// Tells of the progress.
    fn step(&mut self) -> Flow {
        (self.on_event)(Event::Step(&self.verified))
    }

    /// Writes down how far the verification came. That it cannot be is no fault of what is verified.
    fn note(&mut self) {
        let Some((id, _)) = &self.record else { return };
        let verified = self.verified;
        let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let noted = self.connection.execute(
            "UPDATE verify_run SET blobs = ?2, bytes = ?3, captures = ?4, versions = ?5, faults = ?6,
               last_capture = ?7, last_version = ?8 WHERE id = ?1",
            params![
                id,
                number(verified.checked),
                number(verified.bytes),
                number(verified.headers),
                number(verified.versions),
                number(verified.faults),
                self.last_capture,
                self.last_version
            ],
        );
        if noted.is_err() {
            self.record = None;
        }
    }
}
