//! Payloads, content-addressed: the bytes of a response as received, kept once under their SHA-256.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

use super::group::{self, Group, Squeezed};
use super::press::{Press, Shelf, expand};

/// A payload on its way into the archive.
#[derive(Debug)]
pub(super) enum Payload {
    /// There is none.
    Empty,
    /// The archive has it already.
    Known(i64),
    /// It is to be stored.
    New(Box<Pressed>),
}

/// A payload made ready to be stored, outside of any transaction.
#[derive(Debug)]
pub(super) struct Pressed {
    sha256: [u8; 32],
    size: usize,
    squeezed: Squeezed,
}

/// Digests and compresses a payload.
pub(super) fn prepare(
    connection: &Connection,
    press: &mut Press,
    group: Option<Group>,
    payload: &[u8],
) -> rusqlite::Result<Payload> {
    if payload.is_empty() {
        return Ok(Payload::Empty);
    }
    let sha256: [u8; 32] = Sha256::digest(payload).into();
    if let Some(id) = find(connection, &sha256)? {
        return Ok(Payload::Known(id));
    }
    let squeezed = group::squeeze(connection, press, group, payload, i64::MAX)?;
    Ok(Payload::New(Box::new(Pressed { sha256, size: payload.len(), squeezed })))
}

fn find(connection: &Connection, sha256: &[u8; 32]) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached("SELECT id FROM blob WHERE sha256 = ?1")?
        .query_row([sha256], |row| row.get(0))
        .optional()
}

/// Stores a payload and gives its row; the same payload twice in one chain of redirects is stored once.
pub(super) fn store(
    connection: &Connection,
    pressed: &Pressed,
    payload: &[u8],
    group: Option<i64>,
    now: DateTime<Utc>,
) -> rusqlite::Result<i64> {
    if let Some(id) = find(connection, &pressed.sha256)? {
        return Ok(id);
    }
    let squeezed = &pressed.squeezed;
    let dictionary = group::settle(connection, squeezed, now)?;
    // What is packed already (a gzip body, a JPEG) does not get smaller and is kept as it is; so is a page whose
    // dictionary `pack` has cleared away since it was made ready.
    let has_dictionary = dictionary.map_or(Ok(true), |id| group::has_dictionary(connection, id))?;
    let (form, dictionary, stored) = if has_dictionary && squeezed.stored.len() < payload.len() {
        ("zstd", dictionary, squeezed.stored.as_slice())
    } else {
        ("raw", None, payload)
    };
    connection
        .prepare_cached(
            "INSERT INTO blob (sha256, size, page_group, form, dictionary, stored) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![pressed.sha256, count(pressed.size), group, form, dictionary, stored])?;
    Ok(connection.last_insert_rowid())
}

/// The payload of a row, as received.
pub(super) fn load(connection: &Connection, shelf: &Shelf, id: i64) -> rusqlite::Result<Vec<u8>> {
    let row: Option<(i64, String, Option<i64>, Vec<u8>)> = connection
        .prepare_cached("SELECT size, form, dictionary, stored FROM blob WHERE id = ?1")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .optional()?;
    let (size, form, dictionary, stored) =
        row.ok_or_else(|| damaged(format!("payload {id} is not there")))?;
    match form.as_str() {
        "raw" => Ok(stored),
        "zstd" => {
            let dictionary = dictionary.map(|id| shelf.take(connection, id)).transpose()?;
            expand(&stored, dictionary.as_deref(), usize::try_from(size).unwrap_or(usize::MAX))
                .map_err(|error| damaged(format!("payload {id}: {error}")))
        }
        other => Err(damaged(format!("payload {id} has the unknown form '{other}'"))),
    }
}

/// The payload that was stored last in a group before another.
pub(super) fn last_in(connection: &Connection, group: i64, before: i64) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached("SELECT max(id) FROM blob WHERE page_group = ?1 AND id < ?2")?
        .query_row([group, before], |row| row.get(0))
}

/// A length as the archive's integer.
pub(super) fn count(length: usize) -> i64 {
    // Nothing in memory is longer than this can say.
    i64::try_from(length).unwrap_or(i64::MAX)
}

/// Tells whether an error says that what is stored is not what it should be.
pub(super) fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(error, rusqlite::Error::FromSqlConversionFailure(..))
}

/// An error that says which stored bytes are not what they should be.
pub(super) fn damaged(what: String) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Blob, what.into())
}
