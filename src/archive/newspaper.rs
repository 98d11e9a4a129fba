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

/// Notes that one of a newspaper's pages was asked for.
pub(super) fn visited(connection: &Connection, no: i64, now: DateTime<Utc>) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE newspaper SET last_visit_at = ?2 WHERE no = ?1")?
        .execute(params![no, moment::text(now)])?;
    Ok(())
}
