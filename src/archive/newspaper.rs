//! The newspapers that the archive holds pages of, as their selector files describe them.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, params};

use super::{Archive, ArchiveError, index, moment};

/// What the archive keeps of a newspaper's description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewspaperRow {
    /// The name of its selector file.
    pub id: String,
    /// Its printed name.
    pub name: String,
    /// The province it wrote for, in the borders before July 2025.
    pub province: Option<String>,
    /// The province that holds that land since July 2025.
    pub province_2025: Option<String>,
    /// Its hosts, the one of today first.
    pub hosts: Vec<String>,
}

impl Archive {
    /// Writes down the newspapers as they are described now. Those that are not named stay as they are.
    pub fn sync_newspapers(&mut self, rows: &[NewspaperRow]) -> Result<(), ArchiveError> {
        self.transaction(|connection| rows.iter().try_for_each(|row| sync(connection, row)))
    }
}

/// The pace that earlier runs left to a lane.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PaceRow {
    /// When the last answer of its server was here, to the second.
    pub touched_at: Option<DateTime<Utc>>,
    /// Until when its server is to be left alone.
    pub held_until: Option<DateTime<Utc>>,
}

impl Archive {
    /// Writes down until when the server of these newspapers is to be left alone, for a crawl that starts anew.
    pub fn hold(&mut self, newspapers: &[String], until: Option<DateTime<Utc>>) -> Result<(), ArchiveError> {
        self.transaction(|connection| {
            newspapers.iter().try_for_each(|id| {
                connection
                    .prepare_cached("UPDATE newspaper SET held_until = ?2 WHERE id = ?1")?
                    .execute(params![id, until.map(moment::text)])
                    .map(|_| ())
            })
        })
    }

    /// Writes down when the server of these newspapers was touched last, where no visit told: what was asked for
    /// last may have been given up.
    pub fn touch(&mut self, newspapers: &[String], at: DateTime<Utc>) -> Result<(), ArchiveError> {
        self.transaction(|connection| {
            let newspapers = serde_json::Value::from(newspapers.to_vec()).to_string();
            connection
                .prepare_cached(
                    "UPDATE newspaper SET touched_at = max(coalesce(touched_at, ''), ?2)
                     WHERE id IN (SELECT value FROM json_each(?1))",
                )?
                .execute(params![newspapers, moment::text(at)])
                .map(|_| ())
        })
    }

    /// Writes down until when a host that belongs to no newspaper is to be left alone.
    pub fn hold_foreign(&mut self, host: &str, until: DateTime<Utc>) -> Result<(), ArchiveError> {
        self.transaction(|connection| {
            connection
                .prepare_cached(
                    "INSERT INTO foreign_host (host, held_until) VALUES (?1, ?2)
                     ON CONFLICT (host) DO UPDATE SET held_until = excluded.held_until",
                )?
                .execute(params![host, moment::text(until)])
                .map(|_| ())
        })
    }

    /// The hosts that belong to no newspaper and are to be left alone yet; the others are forgotten.
    pub fn foreign_holds(
        &mut self,
        now: DateTime<Utc>,
    ) -> Result<Vec<(String, DateTime<Utc>)>, ArchiveError> {
        self.transaction(|connection| {
            connection.execute("DELETE FROM foreign_host WHERE held_until < ?1", [moment::text(now)])?;
            connection
                .prepare_cached("SELECT host, held_until FROM foreign_host")?
                .query_map([], |row| Ok((row.get(0)?, moment::read(1, &row.get::<_, String>(1)?)?)))?
                .collect()
        })
    }

    /// The pace that earlier runs left to the lane of these newspapers.
    pub fn pace(&self, newspapers: &[String]) -> Result<PaceRow, ArchiveError> {
        let read = || {
            self.connection
                .prepare_cached(
                    "SELECT max(touched_at), max(held_until) FROM newspaper
                     WHERE id IN (SELECT value FROM json_each(?1))",
                )?
                .query_row([serde_json::Value::from(newspapers.to_vec()).to_string()], |row| {
                    Ok(PaceRow {
                        touched_at: moment::read_optional(0, row.get(0)?)?,
                        held_until: moment::read_optional(1, row.get(1)?)?,
                    })
                })
        };
        read().map_err(|error| self.fault(error))
    }
}

fn sync(connection: &Connection, row: &NewspaperRow) -> rusqlite::Result<()> {
    let hosts = serde_json::Value::from(row.hosts.clone()).to_string();
    let before: Option<(i64, Option<String>)> = connection
        .prepare_cached("SELECT no, province FROM newspaper WHERE id = ?1")?
        .query_row([&row.id], |found| Ok((found.get(0)?, found.get(1)?)))
        .optional()?;
    connection
        .prepare_cached(
            "INSERT INTO newspaper (id, name, province, province_2025, hosts) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, province = excluded.province,
               province_2025 = excluded.province_2025, hosts = excluded.hosts
             WHERE (name, province, province_2025, hosts)
               IS NOT (excluded.name, excluded.province, excluded.province_2025, excluded.hosts)",
        )?
        .execute(params![row.id, row.name, row.province, row.province_2025, hosts])?;
    match before {
        // The province is among the tokens of the index.
        Some((no, province)) if province != row.province => index::renew_newspaper(connection, no),
        _ => Ok(()),
    }
}

/// The number of a newspaper by its id.
pub(super) fn number(connection: &Connection, id: &str) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached("SELECT no FROM newspaper WHERE id = ?1")?
        .query_row([id], |row| row.get(0))
        .optional()
}

/// The number of a newspaper; one that was never described is written down by its id alone.
pub(super) fn number_or_new(connection: &Connection, id: &str) -> rusqlite::Result<i64> {
    if let Some(no) = number(connection, id)? {
        return Ok(no);
    }
    connection
        .prepare_cached("INSERT INTO newspaper (id, name, hosts) VALUES (?1, ?1, '[]')")?
        .execute([id])?;
    Ok(connection.last_insert_rowid())
}

/// A run was killed, which may have sent requests up to now that nobody wrote down.
pub(super) fn touch_all(connection: &Connection, now: DateTime<Utc>) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE newspaper SET touched_at = ?1 WHERE touched_at IS NULL OR touched_at < ?1")?
        .execute([moment::text(now)])
        .map(|_| ())
}

/// Notes that one of a newspaper's pages was asked for, and when its answer was here.
pub(super) fn visited(
    connection: &Connection,
    no: i64,
    asked_at: DateTime<Utc>,
    answered_at: DateTime<Utc>,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE newspaper SET last_visit_at = ?2, touched_at = ?3 WHERE no = ?1")?
        .execute(params![no, moment::text(asked_at), moment::text(answered_at)])?;
    Ok(())
}

/// Takes a second look at an article off the day's budget.
pub(super) fn looked_again(connection: &Connection, no: i64, now: DateTime<Utc>) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "UPDATE newspaper SET revisits = CASE WHEN revisit_day = ?2 THEN revisits + 1 ELSE 1 END,
               revisit_day = ?2 WHERE no = ?1",
        )?
        .execute(params![no, now.date_naive().to_string()])?;
    Ok(())
}
