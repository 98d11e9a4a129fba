//! What a crawl has before it, for those who only look: how much is due at each newspaper, and which pages.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use rusqlite::{named_params, params};
use url::Url;

use super::queue::{IN_WINDOW, address, kind};
use super::{ArchiveError, Lane, Reader, moment};
use crate::target::TargetKind;

/// A page that is to be visited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coming {
    /// The newspaper's id.
    pub newspaper: String,
    /// What it is for.
    pub kind: TargetKind,
    /// Its address.
    pub url: Url,
    /// When it is due.
    pub at: DateTime<Utc>,
    /// How often it was visited.
    pub visits: u32,
    /// Visits in a row that failed.
    pub tries: u32,
}

/// What a lane leaves alone, as the queue itself does: what lies outside of its days, and photos where they are not
/// asked for.
fn within() -> String {
    format!("(:photos OR t.kind <> 'photo') AND {IN_WINDOW}")
}

impl Reader {
    /// How many pages of each newspaper of the lane are due.
    pub fn due_counts(&self, lane: &Lane, now: DateTime<Utc>) -> Result<BTreeMap<String, u64>, ArchiveError> {
        let (newspapers, since, until) = lane.bounds();
        let within = within();
        let sql = format!(
            "SELECT n.id, (SELECT count(*) FROM target t WHERE t.newspaper = n.no AND t.next_at <= :now AND {within})
             FROM json_each(:newspapers) j JOIN newspaper n ON n.id = j.value"
        );
        let load = || {
            self.connection
                .prepare_cached(&sql)?
                .query_map(
                    named_params! {":newspapers": newspapers, ":since": since, ":until": until, ":now": moment::text(now),
                    ":photos": lane.photos},
                    |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs())),
                )?
                .collect::<rusqlite::Result<_>>()
        };
        load().map_err(|error| self.fault(error))
    }

    /// Hands out the pages of a lane that are to be visited up to `latest`, soonest first, until `take` has enough.
    pub fn agenda(
        &self,
        lane: &Lane,
        latest: DateTime<Utc>,
        mut take: impl FnMut(Coming) -> bool,
    ) -> Result<(), ArchiveError> {
        let (newspapers, since, until) = lane.bounds();
        let within = within();
        let sql = format!(
            "SELECT n.id, t.kind, t.url, t.next_at, t.visits, t.tries
             FROM json_each(:newspapers) j JOIN newspaper n ON n.id = j.value JOIN target t ON t.newspaper = n.no
             WHERE t.next_at <= :latest AND {within} ORDER BY t.next_at, n.id, t.rank, t.id"
        );
        let mut walk = || -> rusqlite::Result<()> {
            let mut statement = self.connection.prepare_cached(&sql)?;
            let mut rows = statement.query(
                named_params! {":newspapers": newspapers, ":since": since, ":until": until, ":latest": moment::text(latest),
                    ":photos": lane.photos},
            )?;
            while let Some(row) = rows.next()? {
                let coming = Coming {
                    newspaper: row.get(0)?,
                    kind: kind(row, 1)?,
                    url: address(row, 2)?,
                    at: moment::read(3, &row.get::<_, String>(3)?)?,
                    visits: row.get(4)?,
                    tries: row.get(5)?,
                };
                if !take(coming) {
                    break;
                }
            }
            Ok(())
        };
        walk().map_err(|error| self.fault(error))
    }

    /// When the first page of a newspaper is due, photos not counted; none where all of them rest.
    pub fn next_due(&self, newspaper: &str) -> Result<Option<DateTime<Utc>>, ArchiveError> {
        let load = || -> rusqlite::Result<Option<DateTime<Utc>>> {
            let text: Option<String> = self
                .connection
                .prepare_cached(
                    "SELECT min(t.next_at) FROM target t
                     WHERE t.newspaper = (SELECT no FROM newspaper WHERE id = ?1) AND t.next_at IS NOT NULL AND t.kind <> 'photo'",
                )?
                .query_row(params![newspaper], |row| row.get(0))?;
            moment::read_optional(0, text)
        };
        load().map_err(|error| self.fault(error))
    }
}
