//! Payloads, content-addressed: the bytes of a response as received, kept once under their SHA-256.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, named_params, params};
use sha2::{Digest, Sha256};

use super::group::{self, Group, Squeezed};
use super::press::{Press, Shelf, expand};
use super::remake;

/// Beginnings of what is compressed by its own format: JPEG, PNG, GIF, WebP and other RIFF, ZIP, PDF, zstd, WOFF2.
const PACKED_MAGIC: [&[u8]; 9] = [
    &[0xff, 0xd8, 0xff],
    &[0x89, b'P', b'N', b'G'],
    b"GIF8",
    b"RIFF",
    b"PK\x03\x04",
    b"%PDF",
    &[0x28, 0xb5, 0x2f, 0xfd],
    b"wOF2",
    b"wOFF",
];
/// Shorter payloads are not worth a second look.
const WORTH_BYTES_MIN: usize = 512;

/// Bytes by which text is told from what is compressed: one of eight of these would be a control character.
const TEXT_SAMPLE_BYTES: usize = 256;

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
    /// What it was compressed to; none where it is stored as received.
    squeezed: Option<Squeezed>,
    /// The level it was compressed at, or that `pack` may go on from.
    level: Option<i32>,
}

/// How a payload is stored.
#[derive(Debug)]
pub(super) struct Written<'a> {
    pub(super) form: Form,
    pub(super) dictionary: Option<i64>,
    /// The level that was tried on it; none where there is nothing to gain.
    pub(super) level: Option<i32>,
    pub(super) content_size: usize,
    pub(super) notes: Option<&'a [u8]>,
    pub(super) stored: &'a [u8],
}

/// How the stored bytes of a payload are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// As the payload itself.
    Raw,
    /// As zstd of the content.
    Zstd,
    /// Not at all: the content is that of the dictionary.
    Dictionary,
}

impl Form {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Form::Raw => "raw",
            Form::Zstd => "zstd",
            Form::Dictionary => "dictionary",
        }
    }
}

/// A stored payload's content: the payload itself, or what the stream held that was the payload.
#[derive(Debug)]
pub(super) struct Content {
    pub(super) bytes: Vec<u8>,
    /// How the payload is made again from it; none where it is the payload.
    pub(super) notes: Option<Vec<u8>>,
}

/// Digests and compresses a payload. One with a content coding, or in a format that is compressed by itself, does
/// not get smaller and is taken as received; of the codings, `pack` can take deflate streams apart.
pub(super) fn prepare(
    connection: &Connection,
    press: &mut Press,
    group: Option<Group>,
    payload: &[u8],
    coding: Option<&str>,
) -> rusqlite::Result<Payload> {
    if payload.is_empty() {
        return Ok(Payload::Empty);
    }
    let sha256: [u8; 32] = Sha256::digest(payload).into();
    if let Some(id) = find(connection, &sha256)? {
        return Ok(Payload::Known(id));
    }
    let mut pressed = Pressed { sha256, size: payload.len(), squeezed: None, level: None };
    if is_stream(payload, coding) {
        pressed.level = (payload.len() >= WORTH_BYTES_MIN).then_some(0);
    } else if is_text(payload)
        || !is_coded(coding) && !PACKED_MAGIC.iter().any(|magic| payload.starts_with(magic))
    {
        pressed.squeezed = Some(group::squeeze(connection, press, group, payload)?);
        pressed.level = Some(press.level());
    }
    Ok(Payload::New(Box::new(pressed)))
}

/// Whether a payload begins as text does, whatever its coding is said to be.
pub(super) fn is_text(payload: &[u8]) -> bool {
    let is_text = |byte: &u8| *byte >= b' ' || matches!(byte, b'\t' | b'\n' | b'\r');
    let sample = &payload[..payload.len().min(TEXT_SAMPLE_BYTES)];
    sample.iter().all(is_text) && sample.iter().filter(|byte| byte.is_ascii()).count() * 2 > sample.len()
}

/// Whether a payload has a content coding.
fn is_coded(coding: Option<&str>) -> bool {
    coding.is_some_and(|coding| !coding.trim().is_empty() && !coding.trim().eq_ignore_ascii_case("identity"))
}

/// Whether a payload may be a deflate stream.
fn is_stream(payload: &[u8], coding: Option<&str>) -> bool {
    let is_bare = coding.is_some_and(|coding| coding.trim().eq_ignore_ascii_case("deflate"));
    is_bare || remake::looks_like_stream(payload)
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
    let raw = Written {
        form: Form::Raw,
        dictionary: None,
        level: pressed.level,
        content_size: pressed.size,
        notes: None,
        stored: payload,
    };
    let Some(squeezed) = &pressed.squeezed else { return insert(connection, pressed, group, &raw) };
    if let Some(dictionary) = squeezed.dictionary
        && !group::has_dictionary(connection, dictionary)?
    {
        // It was cleared away since the payload was made ready; `pack` finds another.
        return insert(connection, pressed, group, &Written { level: Some(0), ..raw });
    }
    let level = pressed.level.unwrap_or_default();
    let stored = squeezed.stored.as_slice();
    let id = match (&squeezed.choice, squeezed.dictionary) {
        (Some(_), _) => {
            let id = insert(
                connection,
                pressed,
                group,
                &Written { form: Form::Dictionary, level: None, stored, ..raw },
            )?;
            let dictionary = group::settle(connection, squeezed, id, level, now)?;
            connection
                .prepare_cached("UPDATE blob SET dictionary = ?2 WHERE id = ?1")?
                .execute(params![id, dictionary])?;
            return Ok(id);
        }
        (None, dictionary) if stored.len() < payload.len() => {
            insert(connection, pressed, group, &Written { form: Form::Zstd, dictionary, stored, ..raw })?
        }
        (None, _) => insert(connection, pressed, group, &Written { level: None, ..raw })?,
    };
    group::settle(connection, squeezed, id, level, now)?;
    Ok(id)
}

fn insert(
    connection: &Connection,
    pressed: &Pressed,
    group: Option<i64>,
    written: &Written<'_>,
) -> rusqlite::Result<i64> {
    connection
        .prepare_cached(
            "INSERT INTO blob (sha256, size, page_group, form, dictionary, level, content_size, stored)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?2, ?7)",
        )?
        .execute(params![
            pressed.sha256,
            count(pressed.size),
            group,
            written.form.as_str(),
            written.dictionary,
            written.level,
            written.stored,
        ])?;
    Ok(connection.last_insert_rowid())
}

/// Writes anew how a payload is stored.
pub(super) fn rewrite(connection: &Connection, id: i64, written: &Written<'_>) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "UPDATE blob SET form = :form, dictionary = :dictionary, level = :level, content_size = :content_size,
               remade = :remade, notes = :notes, stored = :stored WHERE id = :id",
        )?
        .execute(named_params! {
            ":id": id,
            ":form": written.form.as_str(),
            ":dictionary": written.dictionary,
            ":level": written.level,
            ":content_size": count(written.content_size),
            ":remade": written.notes.map(|_| remake::FORM),
            ":notes": written.notes,
            ":stored": written.stored,
        })?;
    Ok(())
}

/// The payload of a row, as received.
pub(super) fn load(connection: &Connection, shelf: &Shelf, id: i64) -> rusqlite::Result<Vec<u8>> {
    let Content { bytes, notes } = content(connection, shelf, id)?;
    match notes {
        None => Ok(bytes),
        Some(notes) => {
            remake::remake(&bytes, &notes).map_err(|error| damaged(format!("payload {id}: {error}")))
        }
    }
}

/// The content of a row: for most readers as good as the payload, and sooner at hand.
pub(super) fn content(connection: &Connection, shelf: &Shelf, id: i64) -> rusqlite::Result<Content> {
    let row = connection
        .prepare_cached(
            "SELECT content_size, form, dictionary, remade, notes, stored FROM blob WHERE id = ?1",
        )?
        .query_row([id], |row| {
            let remade: Option<String> = row.get(3)?;
            let place: (i64, String, Option<i64>) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok((place, remade, row.get::<_, Option<Vec<u8>>>(4)?, row.get::<_, Vec<u8>>(5)?))
        })
        .optional()?;
    let ((size, form, dictionary), remade, notes, stored) =
        row.ok_or_else(|| damaged(format!("payload {id} is not there")))?;
    let notes = match remade.as_deref() {
        None => None,
        Some(remake::FORM) => Some(notes.unwrap_or_default()),
        Some(other) => return Err(damaged(format!("payload {id} has notes of the unknown form '{other}'"))),
    };
    let within = |error| damaged(format!("payload {id}: {error}"));
    let dictionary = dictionary.map(|id| shelf.take(connection, id)).transpose().map_err(within)?;
    let bytes = match (form.as_str(), dictionary) {
        ("raw", _) => stored,
        ("dictionary", Some(dictionary)) if stored.is_empty() => dictionary.to_vec(),
        ("zstd", dictionary) => {
            expand(&stored, dictionary.as_deref(), usize::try_from(size).unwrap_or(usize::MAX))
                .map_err(within)?
        }
        (other, _) => return Err(damaged(format!("payload {id} cannot be read in the form '{other}'"))),
    };
    Ok(Content { bytes, notes })
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
