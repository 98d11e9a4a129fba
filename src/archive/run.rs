//! Runs: who wrote when, and how it went. A run holds the archive's lock from its beginning to its end.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, params};
use serde::Serialize;
use tracing::debug;

use super::lock::Lock;
use super::{Archive, ArchiveError, moment, newspaper};

/// The number of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RunId(pub i64);

/// What a run counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct RunCounts {
    /// Pages that were visited and answered.
    pub fetched: u32,
    /// Pages that were as before.
    pub unchanged: u32,
    /// Articles read for the first time.
    pub new_articles: u32,
    /// Articles that got a new version: their text had changed, or reads better now.
    pub edited: u32,
    /// Visits that brought nothing usable.
    pub failed: u32,
    /// Pages that robots.txt does not allow.
    pub denied: u32,
}

impl Archive {
    /// Begins a run, or says that another one is writing. A run that a kill left open is closed.
    pub fn begin_run(&mut self, command: &str, now: DateTime<Utc>) -> Result<RunId, ArchiveError> {
        if self.lock.is_none() {
            let holder = format!("process {}: {command}", std::process::id());
            self.lock = Some(Lock::take(&self.path, &holder)?);
        }
        let begun = self.transaction(|connection| {
            close_abandoned(connection, now)?;
            connection
                .prepare_cached("INSERT INTO run (command, started_at) VALUES (?1, ?2)")?
                .execute(params![command, moment::text(now)])?;
            Ok(RunId(connection.last_insert_rowid()))
        });
        if begun.is_err() {
            self.lock = None;
        }
        begun
    }

    /// Ends a run, says why it ended (`nothing is due`, `limit`, `interrupted` …), and gives up the lock.
    pub fn finish_run(
        &mut self,
        run: RunId,
        stopped_by: &str,
        now: DateTime<Utc>,
    ) -> Result<RunCounts, ArchiveError> {
        self.finish_run_with(run, stopped_by, None, now)
    }

    /// The same with the run's report, a JSON object.
    pub fn finish_run_with(
        &mut self,
        run: RunId,
        stopped_by: &str,
        report: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<RunCounts, ArchiveError> {
        let counts = self.transaction(|connection| {
            connection
                .prepare_cached("UPDATE run SET ended_at = ?2, stopped_by = ?3, report = ?4 WHERE id = ?1")?
                .execute(params![run.0, moment::text(now), stopped_by, report])?;
            counts(connection, run)
        })?;
        self.fold_log();
        self.lock = None;
        Ok(counts)
    }

    /// Brings what stands in the log into the file, so that the file alone is the archive. Without waiting: where
    /// somebody reads just now or the disk is full, it stays in the log, where it is as safe.
    fn fold_log(&self) {
        if let Err(error) = self.connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())) {
            debug!("the log stays beside the archive: {error}");
        }
    }

    /// What a run has counted so far.
    pub fn run_counts(&self, run: RunId) -> Result<RunCounts, ArchiveError> {
        counts(&self.connection, run).map_err(|error| self.fault(error))
    }
}

/// The lock is ours, so a run without an end belongs to a process that was killed. Its last page tells its end.
fn close_abandoned(connection: &Connection, now: DateTime<Utc>) -> rusqlite::Result<()> {
    let closed = connection.execute(
        "UPDATE run SET stopped_by = 'killed', ended_at = coalesce(recorded_at, started_at) WHERE ended_at IS NULL",
        [],
    )?;
    if closed > 0 { newspaper::touch_all(connection, now) } else { Ok(()) }
}

fn counts(connection: &Connection, run: RunId) -> rusqlite::Result<RunCounts> {
    connection
        .prepare_cached(
            "SELECT fetched, unchanged, new_articles, edited, failed, denied FROM run WHERE id = ?1",
        )?
        .query_row([run.0], |row| {
            Ok(RunCounts {
                fetched: row.get(0)?,
                unchanged: row.get(1)?,
                new_articles: row.get(2)?,
                edited: row.get(3)?,
                failed: row.get(4)?,
                denied: row.get(5)?,
            })
        })
}

/// Adds one visit's counts to its run.
pub(super) fn count(
    connection: &Connection,
    run: RunId,
    more: RunCounts,
    now: DateTime<Utc>,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "UPDATE run SET fetched = fetched + ?2, unchanged = unchanged + ?3, new_articles = new_articles + ?4,
               edited = edited + ?5, failed = failed + ?6, denied = denied + ?7, recorded_at = ?8 WHERE id = ?1",
        )?
        .execute(params![
            run.0,
            more.fetched,
            more.unchanged,
            more.new_articles,
            more.edited,
            more.failed,
            more.denied,
            moment::text(now)
        ])?;
    Ok(())
}
