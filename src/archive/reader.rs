//! Reading the archive: a connection that cannot write, beside which a crawl may go on.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row};
use sha2::{Digest, Sha256};
use url::Url;

use super::press::Shelf;
use super::stored::{self, COLUMN_COUNT, COLUMNS};
use super::{ArchiveError, blob, capture, moment, open};
use crate::article::Article;
use crate::page::{Exchange, Headers};

/// An archive open for reading.
#[derive(Debug)]
pub struct Reader {
    path: PathBuf,
    pub(super) connection: Connection,
    pub(super) shelf: Shelf,
}

/// A version of an article, with where it stands in time.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredArticle {
    /// The article's number in the archive.
    pub id: i64,
    /// The version's number, from 1.
    pub version: u32,
    /// How many versions there are.
    pub version_count: u32,
    /// When the page that this version was read from was fetched.
    pub captured_at: DateTime<Utc>,
    /// That page.
    pub capture_id: Option<i64>,
    /// When the article was first read.
    pub first_seen_at: DateTime<Utc>,
    /// When its page was last there.
    pub last_seen_at: DateTime<Utc>,
    /// When its page was first found gone.
    pub gone_at: Option<DateTime<Utc>>,
    /// What it says.
    pub article: Article,
}

/// One capture without its bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct CaptureRow {
    /// Its number in the archive.
    pub id: i64,
    /// The address asked for.
    pub url: Url,
    /// When the request was sent.
    pub fetched_at: DateTime<Utc>,
    /// The status code.
    pub status: u16,
    /// The headers sent.
    pub request_headers: Headers,
    /// The headers received.
    pub response_headers: Headers,
}

/// How many of an address's visits are looked through for one that went well.
const LOOKED_BACK: u32 = 100;

impl Reader {
    /// Opens the archive at `path` for reading.
    pub fn open(path: &Path) -> Result<Reader, ArchiveError> {
        Ok(Reader { path: path.to_owned(), connection: open::reader(path)?, shelf: Shelf::default() })
    }

    /// Where the archive's file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The current version of an article.
    pub fn article(&self, id: i64) -> Result<Option<StoredArticle>, ArchiveError> {
        self.version_where("a.id = ?1 AND v.id = a.version", [id])
    }

    /// A version of an article by its number.
    pub fn article_version(&self, id: i64, version: u32) -> Result<Option<StoredArticle>, ArchiveError> {
        self.version_where("a.id = ?1 AND v.number = ?2", (id, version))
    }

    /// The article that is, or once was, at an address.
    pub fn article_at(&self, url: &Url) -> Result<Option<StoredArticle>, ArchiveError> {
        self.version_where(
            "v.id = a.version AND a.id = (
               SELECT article FROM (
                 SELECT article, 1 AS place FROM target WHERE url = ?1 AND article IS NOT NULL
                 UNION ALL SELECT article, 2 FROM version WHERE url = ?1
                 UNION ALL SELECT t.article, 3 FROM capture c JOIN target t ON t.id = c.target
                   WHERE c.url = ?1 AND t.article IS NOT NULL)
               ORDER BY place LIMIT 1)",
            [url.as_str()],
        )
    }

    /// The row of an article's current version, whose text never changes; none where there is no such article.
    pub fn current_version(&self, article: i64) -> Result<Option<i64>, ArchiveError> {
        let find = || {
            self.connection
                .prepare_cached("SELECT version FROM article WHERE id = ?1")?
                .query_row([article], |row| row.get(0))
                .optional()
        };
        find().map(Option::flatten).map_err(|error| self.fault(error))
    }

    /// The last capture of an address, if there is one.
    pub fn last_capture(&self, url: &Url) -> Result<Option<CaptureRow>, ArchiveError> {
        let found = || -> rusqlite::Result<Option<CaptureRow>> {
            let id = self
                .connection
                .prepare_cached(
                    "SELECT id FROM capture WHERE url = ?1 ORDER BY fetched_at DESC, id DESC LIMIT 1",
                )?
                .query_row([url.as_str()], |row| row.get(0))
                .optional()?;
            id.map(|id| self.load_capture(id)).transpose().map(Option::flatten)
        };
        found().map_err(|error| self.fault(error))
    }

    /// The last exchange for an address that brought an answer of its own, as it stood on the wire.
    pub fn last_exchange(&self, url: &Url) -> Result<Option<Exchange>, ArchiveError> {
        let found = || -> rusqlite::Result<Option<i64>> {
            self.connection
                .prepare_cached(
                    "SELECT id FROM capture WHERE url = ?1 AND status <> 304
                     ORDER BY fetched_at DESC, id DESC LIMIT 1",
                )?
                .query_row([url.as_str()], |row| row.get(0))
                .optional()
        };
        let id = found().map_err(|error| self.fault(error))?;
        id.map(|id| self.exchange(id)).transpose().map(Option::flatten)
    }

    /// An exchange by the number of its capture.
    fn exchange(&self, id: i64) -> Result<Option<Exchange>, ArchiveError> {
        let found = || -> rusqlite::Result<Option<(String, Option<String>)>> {
            self.connection
                .prepare_cached("SELECT protocol, remote_address FROM capture WHERE id = ?1")?
                .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()
        };
        let Some((protocol, remote_address)) = found().map_err(|error| self.fault(error))? else {
            return Ok(None);
        };
        let Some(row) = self.capture(id)? else { return Ok(None) };
        Ok(Some(Exchange {
            url: row.url,
            requested_at: row.fetched_at,
            request_headers: row.request_headers,
            protocol,
            status: row.status,
            response_headers: row.response_headers,
            payload: self.payload(id)?.into(),
            remote_address,
        }))
    }

    /// The last exchange for an address that ended with an answer from a page or from nowhere (2xx, 4xx but 429),
    /// at the end of its redirects where there were some: what a server said of it when it last had a say.
    pub fn last_word(&self, url: &Url) -> Result<Option<Exchange>, ArchiveError> {
        let found = || -> rusqlite::Result<Option<i64>> {
            let mut statement = self.connection.prepare_cached(
                "WITH RECURSIVE chain (first, id, status) AS (
                   SELECT id, id, status FROM (SELECT id, status FROM capture WHERE url = ?1
                     AND redirected_from IS NULL ORDER BY fetched_at DESC, id DESC LIMIT ?2)
                   UNION ALL
                   -- The exchanges of one visit stand next to each other.
                   SELECT chain.first, c.id, c.status FROM chain JOIN capture c
                     ON c.id BETWEEN chain.id + 1 AND chain.id + 8 AND c.redirected_from = chain.id)
                 SELECT id FROM chain
                 WHERE status BETWEEN 200 AND 299 OR status BETWEEN 400 AND 499 AND status <> 429
                 ORDER BY first DESC LIMIT 1",
            )?;
            statement.query_row(rusqlite::params![url.as_str(), LOOKED_BACK], |row| row.get(0)).optional()
        };
        let id = found().map_err(|error| self.fault(error))?;
        id.map(|id| self.exchange(id)).transpose().map(Option::flatten)
    }

    /// A capture by its number.
    pub fn capture(&self, id: i64) -> Result<Option<CaptureRow>, ArchiveError> {
        self.load_capture(id).map_err(|error| self.fault(error))
    }

    /// The payload of a capture, byte for byte as received; that of a 304 is the payload it stands for.
    pub fn payload(&self, capture_id: i64) -> Result<Vec<u8>, ArchiveError> {
        let load = || -> rusqlite::Result<Vec<u8>> {
            let blob: Option<i64> = self
                .connection
                .prepare_cached(
                    "SELECT coalesce(c.blob, o.blob) FROM capture c
                     LEFT JOIN capture o ON o.id = c.revisit_of WHERE c.id = ?1",
                )?
                .query_row([capture_id], |row| row.get(0))?;
            blob.map_or_else(|| Ok(Vec::new()), |blob| blob::load(&self.connection, &self.shelf, blob))
        };
        load().map_err(|error| self.fault(error))
    }

    /// The payload of a capture, as [`Reader::payload`] gives it, held against the digest of the day it came.
    pub fn sound_payload(&self, capture_id: i64) -> Result<Vec<u8>, ArchiveError> {
        let payload = self.payload(capture_id)?;
        let digest = || -> rusqlite::Result<Option<Vec<u8>>> {
            self.connection
                .prepare_cached(
                    "SELECT b.sha256 FROM capture c LEFT JOIN capture o ON o.id = c.revisit_of
                     JOIN blob b ON b.id = coalesce(c.blob, o.blob) WHERE c.id = ?1",
                )?
                .query_row([capture_id], |row| row.get(0))
                .optional()
        };
        match digest().map_err(|error| self.fault(error))? {
            Some(sha256) if sha256 != Sha256::digest(&payload).as_slice() => Err(ArchiveError::Corrupt {
                path: self.path.clone(),
                what: format!(
                    "the page of capture {capture_id} is not what was received: its digest differs"
                ),
            }),
            _ => Ok(payload),
        }
    }

    fn load_capture(&self, id: i64) -> rusqlite::Result<Option<CaptureRow>> {
        let row = self
            .connection
            .prepare_cached("SELECT url, fetched_at, status FROM capture WHERE id = ?1")?
            .query_row([id], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, u16>(2)?))
            })
            .optional()?;
        let Some((url, fetched_at, status)) = row else { return Ok(None) };
        let url = Url::parse(&url).map_err(|error| blob::damaged(format!("capture {id}: {error}")))?;
        let (request_headers, response_headers) = capture::heads(&self.connection, &self.shelf, id)?;
        let fetched_at = moment::read(1, &fetched_at)?;
        Ok(Some(CaptureRow { id, url, fetched_at, status, request_headers, response_headers }))
    }

    fn version_where(
        &self,
        condition: &str,
        parameters: impl rusqlite::Params,
    ) -> Result<Option<StoredArticle>, ArchiveError> {
        let sql = format!(
            "SELECT {COLUMNS}, a.id, v.number, a.version_count, v.captured_at, v.capture, a.first_seen_at,
               a.last_seen_at, a.gone_at
             FROM article a JOIN version v ON v.article = a.id JOIN newspaper n ON n.no = a.newspaper
             WHERE {condition}"
        );
        let load = || self.connection.prepare_cached(&sql)?.query_row(parameters, stored_article).optional();
        load().map_err(|error| self.fault(error))
    }

    pub(super) fn fault(&self, error: rusqlite::Error) -> ArchiveError {
        ArchiveError::sql(&self.path, error)
    }
}

fn stored_article(row: &Row<'_>) -> rusqlite::Result<StoredArticle> {
    let at = |column: usize| COLUMN_COUNT + column;
    let time = |column: usize| -> rusqlite::Result<DateTime<Utc>> {
        moment::read(at(column), &row.get::<_, String>(at(column))?)
    };
    Ok(StoredArticle {
        id: row.get(at(0))?,
        version: row.get(at(1))?,
        version_count: row.get(at(2))?,
        captured_at: time(3)?,
        capture_id: row.get(at(4))?,
        first_seen_at: time(5)?,
        last_seen_at: time(6)?,
        gone_at: moment::read_optional(at(7), row.get(at(7))?)?,
        article: stored::article(row)?,
    })
}
