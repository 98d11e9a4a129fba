//! Captures: every exchange as it stood on the wire, with its place in a chain of redirects.

use rusqlite::{Connection, OptionalExtension, params};

use super::blob::{self, Press, Pressed};
use super::{RunId, moment};
use crate::page::{Exchange, Headers, header};

/// The headers of one exchange never take more, written as JSON.
const HEADS_BYTES_MAX: usize = 1 << 22;
/// The status that says: as before.
const NOT_MODIFIED: u16 = 304;

/// An exchange made ready to be stored, outside of any transaction.
#[derive(Debug)]
pub(super) struct Prepared<'a> {
    exchange: &'a Exchange,
    known_blob: Option<i64>,
    new_blob: Option<Pressed>,
    heads: Vec<u8>,
}

/// Digests and compresses the exchanges of a visit.
pub(super) fn prepare<'a>(
    connection: &Connection,
    press: &mut Press,
    exchanges: &'a [Exchange],
) -> rusqlite::Result<Vec<Prepared<'a>>> {
    exchanges
        .iter()
        .map(|exchange| {
            let (known_blob, new_blob) = press.payload(connection, &exchange.payload)?;
            let heads = serde_json::to_vec(&(&exchange.request_headers, &exchange.response_headers))
                .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
            let heads = press
                .squeeze(&heads)
                .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
            Ok(Prepared { exchange, known_blob, new_blob, heads })
        })
        .collect()
}

/// What the captures of one visit belong to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) run: RunId,
    pub(super) target: Option<i64>,
    pub(super) newspaper: Option<i64>,
    /// What the last answer looks like; redirects belong to no group.
    pub(super) group: Option<i64>,
}

/// Stores a visit's exchanges in their order and gives the last one's row.
pub(super) fn store(
    connection: &Connection,
    place: Place,
    exchanges: &[Prepared<'_>],
) -> rusqlite::Result<Option<i64>> {
    let mut last = None;
    for (index, prepared) in exchanges.iter().enumerate() {
        let group = place.group.filter(|_| index + 1 == exchanges.len());
        last = Some(store_one(connection, Place { group, ..place }, prepared, last)?);
    }
    Ok(last)
}

fn store_one(
    connection: &Connection,
    place: Place,
    prepared: &Prepared<'_>,
    redirected_from: Option<i64>,
) -> rusqlite::Result<i64> {
    let exchange = prepared.exchange;
    let blob = match &prepared.new_blob {
        Some(pressed) => Some(blob::store(connection, pressed, place.group)?),
        None => prepared.known_blob,
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
               content_type, etag, last_modified, blob, revisit_of, redirected_from, heads)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
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
            prepared.heads,
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
pub(super) fn heads(connection: &Connection, id: i64) -> rusqlite::Result<(Headers, Headers)> {
    let stored: Vec<u8> = connection
        .prepare_cached("SELECT heads FROM capture WHERE id = ?1")?
        .query_row([id], |row| row.get(0))?;
    let json = blob::expand(&stored, HEADS_BYTES_MAX)?;
    serde_json::from_slice(&json).map_err(|error| blob::damaged(format!("headers of capture {id}: {error}")))
}
