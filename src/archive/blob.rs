//! Payloads, content-addressed: the bytes of a response as received, kept once under their SHA-256.

use std::fmt;
use std::io;

use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

/// zstd's level for a page on its way into the archive: a few milliseconds for a page of 150 kB.
const LEVEL: i32 = 9;
/// No payload is longer; a row that claims to be is damaged.
const PAYLOAD_BYTES_MAX: usize = 1 << 30;

/// How a blob's bytes are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// As they are: what is packed already (a gzip body, a JPEG) does not get smaller.
    Raw,
    /// zstd.
    Zstd,
}

impl Form {
    fn as_str(self) -> &'static str {
        match self {
            Form::Raw => "raw",
            Form::Zstd => "zstd",
        }
    }
}

/// A payload made ready to be stored, outside of any transaction.
#[derive(Debug)]
pub(super) struct Pressed {
    sha256: [u8; 32],
    size: usize,
    form: Form,
    stored: Vec<u8>,
}

/// Compresses payloads and headers; its working memory is made once.
pub(super) struct Press {
    compressor: zstd::bulk::Compressor<'static>,
}

impl fmt::Debug for Press {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Press").finish_non_exhaustive()
    }
}

impl Press {
    pub(super) fn new() -> io::Result<Press> {
        let mut compressor = zstd::bulk::Compressor::new(LEVEL)?;
        // Four bytes that tell a damaged frame before its content is used.
        compressor.include_checksum(true)?;
        Ok(Press { compressor })
    }

    /// Compresses bytes of any length.
    pub(super) fn squeeze(&mut self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        self.compressor.compress(bytes)
    }

    /// Makes a payload ready; none where the archive has it already.
    pub(super) fn payload(
        &mut self,
        connection: &Connection,
        payload: &[u8],
    ) -> rusqlite::Result<(Option<i64>, Option<Pressed>)> {
        if payload.is_empty() {
            return Ok((None, None));
        }
        let sha256: [u8; 32] = Sha256::digest(payload).into();
        if let Some(id) = find(connection, &sha256)? {
            return Ok((Some(id), None));
        }
        let squeezed = self.squeeze(payload).map_err(not_written)?;
        let (form, stored) = if squeezed.len() < payload.len() {
            (Form::Zstd, squeezed)
        } else {
            (Form::Raw, payload.to_vec())
        };
        Ok((None, Some(Pressed { sha256, size: payload.len(), form, stored })))
    }
}

fn not_written(error: io::Error) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(Box::new(error))
}

fn find(connection: &Connection, sha256: &[u8; 32]) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached("SELECT id FROM blob WHERE sha256 = ?1")?
        .query_row([sha256], |row| row.get(0))
        .optional()
}

/// Stores a payload and gives its row; the same payload twice in one chain of redirects is stored once.
pub(super) fn store(connection: &Connection, blob: &Pressed, group: Option<i64>) -> rusqlite::Result<i64> {
    if let Some(id) = find(connection, &blob.sha256)? {
        return Ok(id);
    }
    connection
        .prepare_cached(
            "INSERT INTO blob (sha256, size, page_group, form, stored) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![blob.sha256, count(blob.size), group, blob.form.as_str(), blob.stored])?;
    Ok(connection.last_insert_rowid())
}

/// The payload of a row, as received.
pub(super) fn load(connection: &Connection, id: i64) -> rusqlite::Result<Vec<u8>> {
    let (size, form, stored): (i64, String, Vec<u8>) = connection
        .prepare_cached("SELECT size, form, stored FROM blob WHERE id = ?1")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    match form.as_str() {
        "raw" => Ok(stored),
        "zstd" => expand(&stored, usize::try_from(size).unwrap_or(usize::MAX)),
        other => Err(damaged(format!("payload {id} has the unknown form '{other}'"))),
    }
}

/// Undoes [`Press::squeeze`]; `size` is what comes out, at most.
pub(super) fn expand(stored: &[u8], size: usize) -> rusqlite::Result<Vec<u8>> {
    if size > PAYLOAD_BYTES_MAX {
        return Err(damaged(format!("{size} bytes are claimed, more than any payload has")));
    }
    zstd::bulk::decompress(stored, size).map_err(|error| damaged(format!("zstd: {error}")))
}

/// A length as the archive's integer.
pub(super) fn count(length: usize) -> i64 {
    // Nothing in memory is longer than this can say.
    i64::try_from(length).unwrap_or(i64::MAX)
}

/// An error that says which stored bytes are not what they should be.
pub(super) fn damaged(what: String) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Blob, what.into())
}

/// The row of what looks alike: a newspaper's pages of one layout.
pub(super) fn group(connection: &Connection, newspaper: i64, name: &str) -> rusqlite::Result<i64> {
    let found = connection
        .prepare_cached("SELECT id FROM page_group WHERE newspaper = ?1 AND name = ?2")?
        .query_row(params![newspaper, name], |row| row.get(0))
        .optional()?;
    if let Some(id) = found {
        return Ok(id);
    }
    connection
        .prepare_cached("INSERT INTO page_group (newspaper, name) VALUES (?1, ?2)")?
        .execute(params![newspaper, name])?;
    Ok(connection.last_insert_rowid())
}
