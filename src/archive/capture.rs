//! Captures: every exchange as it stood on the wire, with its place in a chain of redirects.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, params};

use super::blob::{self, Payload, damaged};
use super::group::{self, Group};
use super::press::{Press, Shelf, expand};
use super::{RunId, moment};
use crate::coding;
use crate::page::{Exchange, Headers, header};

/// The headers of one exchange never take more, written as JSON.
const HEADS_BYTES_MAX: usize = 1 << 22;
/// The status that says: as before.
const NOT_MODIFIED: u16 = 304;

/// An exchange made ready to be stored, outside of any transaction.
#[derive(Debug)]
pub(super) struct Prepared {
    payload: Payload,
    heads: Vec<u8>,
}

/// Digests and compresses the exchanges of a visit; the last answer looks like its group.
pub(super) fn prepare(
    connection: &Connection,
    press: &mut Press,
    group: Option<Group>,
    exchanges: &[Exchange],
) -> rusqlite::Result<Vec<Prepared>> {
    let last = exchanges.len().saturating_sub(1);
    let prepare = |(index, exchange): (usize, &Exchange)| {
        let group = group.filter(|_| index == last);
        let coding = coding::declared(&exchange.response_headers);
        let payload = blob::prepare(connection, press, group, &exchange.payload, coding.as_deref())?;
        let heads = serde_json::to_vec(&(&exchange.request_headers, &exchange.response_headers))
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
        Ok(Prepared { payload, heads })
    };
    exchanges.iter().enumerate().map(prepare).collect()
}

/// What the captures of one visit belong to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) run: RunId,
    pub(super) target: Option<i64>,
    pub(super) newspaper: Option<i64>,
    /// What the last answer looks like; redirects belong to no group.
    pub(super) group: Option<i64>,
    pub(super) now: DateTime<Utc>,
}

/// Stores a visit's exchanges in their order, each with what [`prepare`] made of it, and gives the last one's row.
pub(super) fn store(
    connection: &Connection,
    press: &mut Press,
    place: Place,
    exchanges: &[Exchange],
    prepared: &[Prepared],
) -> rusqlite::Result<Option<i64>> {
    let mut last = None;
    for (index, one) in exchanges.iter().zip(prepared).enumerate() {
        let group = place.group.filter(|_| index + 1 == exchanges.len());
        last = Some(store_one(connection, press, Place { group, ..place }, one, last)?);
    }
    Ok(last)
}

fn store_one(
    connection: &Connection,
    press: &mut Press,
    place: Place,
    (exchange, prepared): (&Exchange, &Prepared),
    redirected_from: Option<i64>,
) -> rusqlite::Result<i64> {
    let blob = match &prepared.payload {
        Payload::Empty => None,
        Payload::Known(id) => Some(*id),
        Payload::New(pressed) => {
            Some(blob::store(connection, pressed, &exchange.payload, place.group, place.now)?)
        }
    };
    let (heads_dictionary, heads) = match place.newspaper {
        Some(no) => {
            let (dictionary, heads) =
                group::squeeze_heads(connection, press, no, &prepared.heads, place.now)?;
            (Some(dictionary), heads)
        }
        None => (None, press.squeeze(&prepared.heads)?),
    };
    let revisit_of = match blob {
        Some(blob) => first_with(connection, blob)?,
        None if exchange.status == NOT_MODIFIED => last_full(connection, exchange.url.as_str())?,
        None => None,
    };
    let of_response = |name| header(&exchange.response_headers, name);
    connection
        .prepare_cached(
            "INSERT INTO capture (run, target, newspaper, url, fetched_at, status, protocol, remote_address,
               content_type, etag, last_modified, blob, revisit_of, redirected_from, heads_dictionary, heads)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
        )?
        .execute(params![
            place.run.0,
            place.target,
            place.newspaper,
            exchange.url.as_str(),
            moment::text(exchange.requested_at),
            exchange.status,
            exchange.protocol,
            exchange.remote_address,
            of_response("content-type"),
            of_response("etag"),
            of_response("last-modified"),
            blob,
            revisit_of,
            redirected_from,
            heads_dictionary,
            heads,
        ])?;
    Ok(connection.last_insert_rowid())
}

/// The capture that brought a payload first.
fn first_with(connection: &Connection, blob: i64) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached("SELECT min(id) FROM capture WHERE blob = ?1")?
        .query_row([blob], |row| row.get(0))
}

/// The last capture of an address that brought a payload of its own: what a 304 stands for.
fn last_full(connection: &Connection, url: &str) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached(
            "SELECT id FROM capture WHERE url = ?1 AND blob IS NOT NULL AND status = 200
             ORDER BY fetched_at DESC, id DESC LIMIT 1",
        )?
        .query_row([url], |row| row.get(0))
        .optional()
}

/// The request's and the response's headers of a capture.
pub(super) fn heads(connection: &Connection, shelf: &Shelf, id: i64) -> rusqlite::Result<(Headers, Headers)> {
    let (dictionary, stored): (Option<i64>, Vec<u8>) = connection
        .prepare_cached("SELECT heads_dictionary, heads FROM capture WHERE id = ?1")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let dictionary = dictionary.map(|id| shelf.take(connection, id)).transpose()?;
    let json = expand(&stored, dictionary.as_deref(), HEADS_BYTES_MAX)
        .map_err(|error| damaged(format!("headers of capture {id}: {error}")))?;
    serde_json::from_slice(&json).map_err(|error| damaged(format!("headers of capture {id}: {error}")))
}
