//! What a clock that was wrong leaves behind: visits put off to a time that no schedule would choose.

use chrono::{DateTime, Utc};
use rusqlite::params;

use super::{Archive, ArchiveError, moment};

impl Archive {
    /// Makes targets due now whose next visit lies after `latest`, further ahead than any wait: they were put off by
    /// a clock that ran ahead. Gives their number.
    ///
    /// Without this a machine that ran a year ahead for an hour would leave the newspapers alone for a year.
    pub fn recall(&mut self, latest: DateTime<Utc>, now: DateTime<Utc>) -> Result<usize, ArchiveError> {
        self.transaction(|connection| {
            connection
                .prepare_cached("UPDATE target SET next_at = ?2 WHERE next_at > ?1")?
                .execute(params![moment::text(latest), moment::text(now)])
        })
    }
}
