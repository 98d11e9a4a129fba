//! What was done with the archive, for those who hand it on: runs that captured pages, runs that checked them.

use chrono::{DateTime, Utc};
use rusqlite::Row;

use super::{ArchiveError, Reader, moment};

/// The kinds of what was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProvenanceKind {
    /// Pages were fetched or taken in.
    Capture,
    /// Stored bytes were held against their digests.
    FixityCheck,
}

/// One thing that was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// What it was.
    pub kind: ProvenanceKind,
    /// The number of its row, among those of its kind.
    pub id: i64,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended; none while it goes on, or after a kill.
    pub ended_at: Option<DateTime<Utc>>,
    /// The command line of a capture, the scope of a check.
    pub what: String,
    /// How it came out, in words.
    pub outcome: String,
    /// Whether nothing was amiss.
    pub is_sound: bool,
}

const CAPTURES: &str = "
    SELECT id, started_at, ended_at, command,
      fetched || ' pages, ' || new_articles || ' new articles, ' || edited || ' edited, ' || failed || ' failed'
        || coalesce('; ' || stopped_by, ''), 1
    FROM run WHERE EXISTS (SELECT 1 FROM capture c WHERE c.run = run.id) ORDER BY id";

const CHECKS: &str = "
    SELECT id, started_at, ended_at, scope, blobs || ' payloads checked, ' || faults || ' faults', faults = 0
    FROM verify_run ORDER BY id";

impl Reader {
    /// Calls `see` with everything that was done, captures first, each kind in its order.
    pub fn each_provenance<E: From<ArchiveError>>(
        &self,
        mut see: impl FnMut(Provenance) -> Result<(), E>,
    ) -> Result<(), E> {
        for (kind, sql) in [(ProvenanceKind::Capture, CAPTURES), (ProvenanceKind::FixityCheck, CHECKS)] {
            let fault = |error| E::from(self.fault(error));
            let mut statement = self.connection.prepare(sql).map_err(fault)?;
            let mut rows = statement.query([]).map_err(fault)?;
            while let Some(row) = rows.next().map_err(fault)? {
                see(read(kind, row).map_err(fault)?)?;
            }
        }
        Ok(())
    }
}

fn read(kind: ProvenanceKind, row: &Row<'_>) -> rusqlite::Result<Provenance> {
    Ok(Provenance {
        kind,
        id: row.get(0)?,
        started_at: moment::read(1, &row.get::<_, String>(1)?)?,
        ended_at: moment::read_optional(2, row.get(2)?)?,
        what: row.get(3)?,
        outcome: row.get(4)?,
        is_sound: row.get(5)?,
    })
}
