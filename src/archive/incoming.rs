//! Captures that come from elsewhere: WARC files, saved pages. Each is recorded at its own time, once, and leaves the
//! queue as it is: importing makes nothing due.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

use super::capture::{self, Place, Prepared};
use super::index::Waiting;
use super::run::{self, RunCounts, RunId};
use super::version::{Reason, Source};
use super::{Archive, ArchiveError, blob, group, moment, newspaper, past};
use crate::outcome::Fate;
use crate::page::{BodyDigest, Exchange, header};
use crate::target::{Target, TargetKind};

/// How deep an imported article lies: as deep as a link that was found last.
const DEPTH: u32 = 15;

/// A capture on its way in.
#[derive(Clone, Debug, PartialEq)]
pub struct Incoming {
    /// The newspaper's id; none for a page of no newspaper.
    pub newspaper: Option<String>,
    /// What the address is to the newspaper.
    pub target: Option<Target>,
    /// The exchange.
    pub exchange: Exchange,
    /// The SHA-256 of its body with the content coding undone, where there is a good one.
    pub body_digest: Option<BodyDigest>,
    /// What it amounts to.
    pub fate: Fate,
    /// The capture whose answer led here.
    pub redirected_from: Option<i64>,
}

/// What taking a capture in changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TakenIn {
    /// The capture's number.
    pub capture_id: i64,
    /// Whether the archive had it already; then nothing was changed.
    pub is_known: bool,
    /// Whether its article was read for the first time.
    pub is_new: bool,
    /// Whether its article got a version.
    pub is_edited: bool,
}

impl Archive {
    /// Records a capture from elsewhere, unless it is there already.
    pub fn take_in(
        &mut self,
        run: RunId,
        incoming: &Incoming,
        now: DateTime<Utc>,
    ) -> Result<TakenIn, ArchiveError> {
        let known = known(&self.connection, &incoming.exchange).map_err(|error| self.fault(error))?;
        if let Some(capture_id) = known {
            return Ok(TakenIn { capture_id, is_known: true, ..TakenIn::default() });
        }
        let exchanges = std::slice::from_ref(&incoming.exchange);
        let name = group_name(incoming);
        let prepared = self.prepare_incoming(incoming, &name)?;
        self.transaction_with(|connection, kept| {
            let newspaper = incoming
                .newspaper
                .as_deref()
                .map(|id| newspaper::number_or_new(connection, id))
                .transpose()?;
            let group = newspaper.map(|no| group::find_or_make(connection, no, &name)).transpose()?;
            let target = target(connection, incoming)?;
            let place = Place { run, target, newspaper, group: group.map(|group| group.id), now };
            let last = capture::store(connection, kept.press, place, exchanges, &prepared)?;
            let capture_id = last.unwrap_or_default();
            amend(connection, incoming, capture_id)?;
            let mut taken = TakenIn { capture_id, ..TakenIn::default() };
            take_fate(connection, kept.index, incoming, (target, newspaper), &mut taken)?;
            count(connection, run, &taken, now)?;
            Ok(taken)
        })
    }

    /// Digests and compresses a capture from elsewhere.
    fn prepare_incoming(&mut self, incoming: &Incoming, name: &str) -> Result<Vec<Prepared>, ArchiveError> {
        let Archive { path, connection, press, .. } = self;
        let mut prepare = || {
            let no = incoming.newspaper.as_deref().map(|id| newspaper::number(connection, id)).transpose()?;
            let like = no.flatten().map(|no| group::find(connection, no, name)).transpose()?.flatten();
            capture::prepare(connection, press, like, std::slice::from_ref(&incoming.exchange))
        };
        prepare().map_err(|error| ArchiveError::sql(path, error))
    }

    /// The capture of an address at a time, with its payload: what a revisit record refers to.
    pub fn exchange_at(
        &self,
        url: &str,
        fetched_at: DateTime<Utc>,
    ) -> Result<Option<Exchange>, ArchiveError> {
        let find = || -> rusqlite::Result<Option<i64>> {
            self.connection
                .prepare_cached(
                    "SELECT id FROM capture WHERE url = ?1 AND fetched_at = ?2 AND blob IS NOT NULL ORDER BY id LIMIT 1",
                )?
                .query_row(params![url, moment::text(fetched_at)], |row| row.get(0))
                .optional()
        };
        match find().map_err(|error| self.fault(error))? {
            Some(id) => self.exchange(id),
            None => Ok(None),
        }
    }

    /// The exchange of a capture, with its payload.
    pub fn exchange(&self, capture_id: i64) -> Result<Option<Exchange>, ArchiveError> {
        let dictionaries = &self.press.shelf;
        let load = || -> rusqlite::Result<Option<Exchange>> {
            let row = self
                .connection
                .prepare_cached(
                    "SELECT url, fetched_at, protocol, status, remote_address, blob FROM capture WHERE id = ?1",
                )?
                .query_row([capture_id], |row| {
                    let exchange = Exchange {
                        url: super::queue::address(row, 0)?,
                        requested_at: moment::read(1, &row.get::<_, String>(1)?)?,
                        request_headers: Vec::new(),
                        protocol: row.get(2)?,
                        status: row.get(3)?,
                        response_headers: Vec::new(),
                        payload: bytes::Bytes::new(),
                        remote_address: row.get(4)?,
                    };
                    Ok((exchange, row.get::<_, Option<i64>>(5)?))
                })
                .optional()?;
            let Some((exchange, blob)) = row else { return Ok(None) };
            let (request_headers, response_headers) =
                capture::heads(&self.connection, dictionaries, capture_id)?;
            let payload = blob.map(|blob| blob::load(&self.connection, dictionaries, blob)).transpose()?;
            let payload = payload.unwrap_or_default().into();
            Ok(Some(Exchange { request_headers, response_headers, payload, ..exchange }))
        };
        load().map_err(|error| self.fault(error))
    }
}

/// The same request with the same answer, where it is there already.
fn known(connection: &Connection, exchange: &Exchange) -> rusqlite::Result<Option<i64>> {
    let sha256: Option<[u8; 32]> =
        (!exchange.payload.is_empty()).then(|| Sha256::digest(&exchange.payload).into());
    connection
        .prepare_cached(
            "SELECT c.id FROM capture c LEFT JOIN blob b ON b.id = c.blob
             WHERE c.url = ?1 AND c.fetched_at = ?2 AND c.status = ?3 AND b.sha256 IS ?4 LIMIT 1",
        )?
        .query_row(
            params![exchange.url.as_str(), moment::text(exchange.requested_at), exchange.status, sha256],
            |row| row.get(0),
        )
        .optional()
}

/// The name of what a page looks like, as a crawl gives it.
fn group_name(incoming: &Incoming) -> String {
    match (&incoming.fate, &incoming.target) {
        (Fate::Article(article), _) => format!("article {}", article.read_by.layout),
        (_, Some(target)) => target.kind.to_string(),
        (_, None) => "other".to_owned(),
    }
}

/// The row of a capture's target. Only an article that was read gets a new one: what a crawl has not visited is for
/// the crawl to find.
fn target(connection: &Connection, incoming: &Incoming) -> rusqlite::Result<Option<i64>> {
    let Some(target) = &incoming.target else { return Ok(None) };
    let no = newspaper::number_or_new(connection, &target.newspaper)?;
    let known = connection
        .prepare_cached("SELECT id FROM target WHERE newspaper = ?1 AND key = ?2")?
        .query_row(params![no, target.key()], |row| row.get(0))
        .optional()?;
    if known.is_some() || !matches!(incoming.fate, Fate::Article(_)) || target.kind != TargetKind::Article {
        return Ok(known);
    }
    let of_response = |name| header(&incoming.exchange.response_headers, name);
    connection
        .prepare_cached(
            "INSERT INTO target (newspaper, key, kind, url, id_in_newspaper, depth, first_seen_at, visited_at,
               visits, fate, changed_at, etag, last_modified, last_digest)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, 1, ?8, ?7, ?9, ?10, ?11)",
        )?
        .execute(params![
            no,
            target.key(),
            target.kind.as_str(),
            target.url.as_str(),
            target.id_in_newspaper,
            DEPTH,
            moment::text(incoming.exchange.requested_at),
            incoming.fate.as_str(),
            of_response("etag"),
            of_response("last-modified"),
            incoming.body_digest,
        ])?;
    Ok(Some(connection.last_insert_rowid()))
}

/// What a crawl knows by the order of its visits, an import knows by the times: what led to a capture, and what a 304
/// stands for.
fn amend(connection: &Connection, incoming: &Incoming, capture_id: i64) -> rusqlite::Result<()> {
    if let Some(from) = incoming.redirected_from {
        connection
            .prepare_cached("UPDATE capture SET redirected_from = ?2 WHERE id = ?1")?
            .execute(params![capture_id, from])?;
    }
    connection
        .prepare_cached(
            "UPDATE capture SET revisit_of = (
               SELECT o.id FROM capture o WHERE o.url = capture.url AND o.blob IS NOT NULL AND o.status = 200
                 AND o.fetched_at <= capture.fetched_at ORDER BY o.fetched_at DESC, o.id DESC LIMIT 1)
             WHERE id = ?1 AND status = 304 AND blob IS NULL",
        )?
        .execute([capture_id])?;
    Ok(())
}

fn take_fate(
    connection: &Connection,
    index: &mut Waiting,
    incoming: &Incoming,
    (target, newspaper): (Option<i64>, Option<i64>),
    taken: &mut TakenIn,
) -> rusqlite::Result<()> {
    let at = incoming.exchange.requested_at;
    match (&incoming.fate, target, newspaper) {
        (Fate::Article(article), Some(target_id), Some(newspaper)) => {
            let Some(target) = &incoming.target else { return Ok(()) };
            let capture = Some(taken.capture_id);
            let source = Source { newspaper, target, capture, captured_at: at, is_reread: false };
            let kept = past::keep(connection, index, source, article)?;
            taken.is_new = kept.reason == Some(Reason::First)
                && kept.number == 1
                && is_only(connection, kept.article_id)?;
            taken.is_edited = kept.reason.is_some() && !taken.is_new;
            connection
                .prepare_cached("UPDATE target SET article = coalesce(article, ?2) WHERE id = ?1")?
                .execute(params![target_id, kept.article_id])?;
        }
        (Fate::Unchanged, Some(target), _) => {
            if let Some(article) = article_of(connection, target)? {
                past::seen(connection, article, at)?;
            }
        }
        (Fate::Gone(_), Some(target), _) => {
            if let Some(article) = article_of(connection, target)? {
                past::gone(connection, article, at)?;
            }
        }
        _ => {}
    }
    Ok(())
}

fn is_only(connection: &Connection, article: i64) -> rusqlite::Result<bool> {
    let sql = "SELECT version_count = 1 FROM article WHERE id = ?1";
    connection.prepare_cached(sql)?.query_row([article], |row| row.get(0))
}

fn article_of(connection: &Connection, target: i64) -> rusqlite::Result<Option<i64>> {
    let sql = "SELECT article FROM target WHERE id = ?1";
    connection.prepare_cached(sql)?.query_row([target], |row| row.get(0))
}

fn count(connection: &Connection, run: RunId, taken: &TakenIn, now: DateTime<Utc>) -> rusqlite::Result<()> {
    let counts = RunCounts {
        fetched: 1,
        new_articles: u32::from(taken.is_new),
        edited: u32::from(taken.is_edited),
        ..RunCounts::default()
    };
    run::count(connection, run, counts, now)
}
