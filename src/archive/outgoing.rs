//! What leaves the archive: which captures an export takes, in which order, and each with what its record needs.
//!
//! The choice is written down once, in a table of the connection's own (temporary tables lie outside of the file, so
//! a connection that cannot write may have them). So an export of millions of captures holds one of them in memory,
//! and what a crawl records meanwhile does not change what was chosen.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row};
use url::Url;

use super::{ArchiveError, NewspaperRow, Reader, blob, capture, moment, queue};
use crate::page::{Exchange, Headers};

/// Which captures to take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// All, those of robots.txt, listings, feeds and sitemaps included.
    All,
    /// All of these newspapers, by id.
    Newspapers(Vec<String>),
    /// The pages of these articles and their photos, with the redirects that led there.
    Articles(Vec<i64>),
}

/// The captures of one newspaper and month, which follow each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutgoingMonth {
    /// The newspaper's id; none for what belongs to none.
    pub newspaper: Option<String>,
    /// `2023-05`
    pub month: String,
    /// The place of its first capture.
    pub first: i64,
    /// The place of its last capture.
    pub last: i64,
}

/// One capture on its way out.
#[derive(Clone, Debug, PartialEq)]
pub struct OutgoingCapture {
    /// Its place in the order of the export, from 1.
    pub place: i64,
    /// Its number in the archive.
    pub id: i64,
    /// The exchange as it stood on the wire; the payload of a 304 is empty.
    pub exchange: Exchange,
    /// The capture that brought the payload before: earlier in this export, or, for a 304, anywhere in the archive.
    pub original: Option<Original>,
}

/// The capture that another one repeats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Original {
    /// Its number in the archive.
    pub id: i64,
    /// The address asked for.
    pub url: Url,
    /// When the request was sent.
    pub fetched_at: DateTime<Utc>,
    /// The payload, whose digest stands in the record.
    pub payload: Bytes,
}

/// An article whose page is among the chosen captures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutgoingPage {
    /// The place of its capture.
    pub place: i64,
    /// The article's number.
    pub article_id: i64,
    /// The address that answered.
    pub url: Url,
    /// When it was fetched.
    pub fetched_at: DateTime<Utc>,
}

/// A first and a last moment.
pub type Span = (DateTime<Utc>, DateTime<Utc>);

/// What was chosen, in the order of the export: by newspaper, month and time.
#[derive(Debug)]
pub struct Outgoing<'a> {
    reader: &'a Reader,
}

const TABLES: &str = "
    DROP TABLE IF EXISTS temp.chosen_article;
    DROP TABLE IF EXISTS temp.chosen_capture;
    DROP TABLE IF EXISTS temp.outgoing;
    CREATE TEMP TABLE chosen_article (id INTEGER PRIMARY KEY);
    CREATE TEMP TABLE chosen_capture (id INTEGER PRIMARY KEY);
    -- `payload` is the row of the payload that the capture brought or, for a 304, stands for.
    CREATE TEMP TABLE outgoing (
      place INTEGER PRIMARY KEY, capture INTEGER NOT NULL, newspaper INTEGER, month TEXT NOT NULL,
      payload INTEGER, is_bringer INTEGER NOT NULL);";

const INDEXES: &str = "
    CREATE INDEX temp.outgoing_payload ON outgoing (payload, newspaper, place) WHERE is_bringer;
    CREATE INDEX temp.outgoing_capture ON outgoing (capture);";

/// The pages and photos of the chosen articles, and what redirected to them.
const CHOOSE_OF_ARTICLES: &str = "
    WITH RECURSIVE chain (id) AS (
      SELECT c.id FROM chosen_article a JOIN target t ON t.article = a.id JOIN capture c ON c.target = t.id
      UNION
      SELECT v.capture FROM chosen_article a JOIN version v ON v.article = a.id WHERE v.capture IS NOT NULL
      UNION
      SELECT c.id FROM chosen_article a JOIN version v ON v.article = a.id
        JOIN json_each(v.photos) p JOIN capture c ON c.url = json_extract(p.value, '$[0]')
      UNION
      SELECT c.id FROM chosen_article a JOIN version v ON v.article = a.id JOIN json_each(v.photos) p
        JOIN target t ON t.url = json_extract(p.value, '$[0]') AND t.kind = 'photo' JOIN capture c ON c.target = t.id
      UNION
      SELECT c.redirected_from FROM chain JOIN capture c ON c.id = chain.id WHERE c.redirected_from IS NOT NULL)
    INSERT INTO chosen_capture SELECT id FROM chain WHERE id <= ?1";

const CHOOSE_OF_NEWSPAPERS: &str = "
    INSERT INTO chosen_capture
    SELECT c.id FROM capture c JOIN newspaper n ON n.no = c.newspaper
    WHERE c.id <= ?1 AND n.id IN (SELECT value FROM json_each(?2))";

const CHOOSE_ALL: &str = "INSERT INTO chosen_capture SELECT id FROM capture WHERE id <= ?1";

const ORDER: &str = "
    INSERT INTO outgoing (capture, newspaper, month, payload, is_bringer)
    SELECT c.id, c.newspaper, substr(c.fetched_at, 1, 7), coalesce(c.blob, o.blob), c.blob IS NOT NULL
    FROM chosen_capture s JOIN capture c ON c.id = s.id
    LEFT JOIN newspaper n ON n.no = c.newspaper LEFT JOIN capture o ON o.id = c.revisit_of
    ORDER BY n.id, 3, c.fetched_at, c.id";

/// The next capture, with the one that brought its payload before.
const NEXT: &str = "
    SELECT o.place, c.id, c.url, c.fetched_at, c.status, c.protocol, c.remote_address, c.blob,
      coalesce((SELECT p.capture FROM outgoing p
                WHERE p.payload = o.payload AND p.newspaper IS o.newspaper AND p.place < o.place AND p.is_bringer
                ORDER BY p.place LIMIT 1),
               CASE WHEN c.blob IS NULL THEN c.revisit_of END),
      o.payload
    FROM outgoing o JOIN capture c ON c.id = o.capture
    WHERE o.place > ?1 ORDER BY o.place LIMIT 1";

const NEXT_PAGE: &str = "
    SELECT o.place, v.article, c.url, c.fetched_at
    FROM outgoing o JOIN version v ON v.capture = o.capture JOIN article a ON a.version = v.id
    JOIN capture c ON c.id = o.capture
    WHERE o.place > ?1 ORDER BY o.place LIMIT 1";

impl Reader {
    /// The number of the newest capture, 0 where there is none.
    pub fn newest_capture(&self) -> Result<i64, ArchiveError> {
        let newest = || {
            let sql = "SELECT coalesce(max(id), 0) FROM capture";
            self.connection.query_row(sql, [], |row| row.get(0))
        };
        newest().map_err(|error| self.fault(error))
    }

    /// Chooses captures up to number `newest`. A connection holds one choice at a time.
    pub fn choose(&self, choice: &Choice, newest: i64) -> Result<Outgoing<'_>, ArchiveError> {
        let choose = || -> rusqlite::Result<()> {
            let connection = &self.connection;
            connection.execute_batch(TABLES)?;
            match choice {
                Choice::All => connection.execute(CHOOSE_ALL, [newest])?,
                Choice::Newspapers(ids) => {
                    let ids = serde_json::Value::from(ids.clone()).to_string();
                    connection.execute(CHOOSE_OF_NEWSPAPERS, (newest, ids))?
                }
                Choice::Articles(ids) => {
                    let mut insert = connection.prepare("INSERT INTO chosen_article VALUES (?1)")?;
                    for id in ids {
                        insert.execute([id])?;
                    }
                    connection.execute(CHOOSE_OF_ARTICLES, [newest])?
                }
            };
            connection.execute(ORDER, [])?;
            connection.execute_batch(INDEXES)
        };
        choose().map_err(|error| self.fault(error))?;
        Ok(Outgoing { reader: self })
    }
}

impl Outgoing<'_> {
    /// How many captures were chosen.
    pub fn count(&self) -> Result<u64, ArchiveError> {
        let count = || {
            self.reader.connection.query_row("SELECT count(*) FROM outgoing", [], |row| row.get::<_, i64>(0))
        };
        Ok(count().map_err(|error| self.reader.fault(error))?.unsigned_abs())
    }

    /// Calls `see` with the numbers of the captures up to a place, in the order of the export.
    pub fn each_until(&self, place: i64, mut see: impl FnMut(i64)) -> Result<(), ArchiveError> {
        let mut each = || -> rusqlite::Result<()> {
            let mut statement = self
                .reader
                .connection
                .prepare_cached("SELECT capture FROM outgoing WHERE place <= ?1 ORDER BY place")?;
            let mut rows = statement.query([place])?;
            while let Some(row) = rows.next()? {
                see(row.get(0)?);
            }
            Ok(())
        };
        each().map_err(|error| self.reader.fault(error))
    }

    /// The newspapers and months that were chosen, in the order of the export.
    pub fn months(&self) -> Result<Vec<OutgoingMonth>, ArchiveError> {
        let list = || -> rusqlite::Result<Vec<OutgoingMonth>> {
            self.reader
                .connection
                .prepare(
                    "SELECT n.id, o.month, min(o.place), max(o.place) FROM outgoing o
                     LEFT JOIN newspaper n ON n.no = o.newspaper GROUP BY o.newspaper, o.month ORDER BY 3",
                )?
                .query_map([], |row| {
                    Ok(OutgoingMonth {
                        newspaper: row.get(0)?,
                        month: row.get(1)?,
                        first: row.get(2)?,
                        last: row.get(3)?,
                    })
                })?
                .collect()
        };
        list().map_err(|error| self.reader.fault(error))
    }

    /// The newspapers that the chosen captures belong to, by id.
    pub fn newspapers(&self) -> Result<Vec<NewspaperRow>, ArchiveError> {
        let list = || -> rusqlite::Result<Vec<NewspaperRow>> {
            self.reader
                .connection
                .prepare(
                    "SELECT id, name, province, province_2025, hosts FROM newspaper
                     WHERE no IN (SELECT newspaper FROM outgoing) ORDER BY id",
                )?
                .query_map([], |row| {
                    Ok(NewspaperRow {
                        id: row.get(0)?,
                        name: row.get(1)?,
                        province: row.get(2)?,
                        province_2025: row.get(3)?,
                        hosts: serde_json::from_str(row.get_ref(4)?.as_str()?)
                            .map_err(|error| blob::damaged(format!("hosts of a newspaper: {error}")))?,
                    })
                })?
                .collect()
        };
        list().map_err(|error| self.reader.fault(error))
    }

    /// When the first and the last of the chosen captures were made; none where none was chosen.
    pub fn span(&self) -> Result<Option<Span>, ArchiveError> {
        let span = || -> rusqlite::Result<Option<Span>> {
            let (first, last) = self.reader.connection.query_row(
                "SELECT min(c.fetched_at), max(c.fetched_at) FROM outgoing o JOIN capture c ON c.id = o.capture",
                [],
                |row| Ok((row.get::<_, Option<String>>(0)?, row.get::<_, Option<String>>(1)?)),
            )?;
            Ok(moment::read_optional(0, first)?.zip(moment::read_optional(1, last)?))
        };
        span().map_err(|error| self.reader.fault(error))
    }

    /// The capture that follows a place (0 for the first).
    pub fn after(&self, place: i64) -> Result<Option<OutgoingCapture>, ArchiveError> {
        let next = || -> rusqlite::Result<Option<OutgoingCapture>> {
            let mut statement = self.reader.connection.prepare_cached(NEXT)?;
            let Some(row) = statement.query_row([place], Slip::read).optional()? else {
                return Ok(None);
            };
            row.fill(self.reader).map(Some)
        };
        next().map_err(|error| self.reader.fault(error))
    }

    /// The article page that follows a place (0 for the first).
    pub fn page_after(&self, place: i64) -> Result<Option<OutgoingPage>, ArchiveError> {
        let next = || {
            self.reader
                .connection
                .prepare_cached(NEXT_PAGE)?
                .query_row([place], |row| {
                    Ok(OutgoingPage {
                        place: row.get(0)?,
                        article_id: row.get(1)?,
                        url: queue::address(row, 2)?,
                        fetched_at: moment::read(3, &row.get::<_, String>(3)?)?,
                    })
                })
                .optional()
        };
        next().map_err(|error| self.reader.fault(error))
    }
}

/// A row of [`NEXT`].
struct Slip {
    place: i64,
    id: i64,
    url: Url,
    fetched_at: DateTime<Utc>,
    status: u16,
    protocol: String,
    remote_address: Option<String>,
    blob: Option<i64>,
    original: Option<i64>,
    original_blob: Option<i64>,
}

impl Slip {
    fn read(row: &Row<'_>) -> rusqlite::Result<Slip> {
        Ok(Slip {
            place: row.get(0)?,
            id: row.get(1)?,
            url: queue::address(row, 2)?,
            fetched_at: moment::read(3, &row.get::<_, String>(3)?)?,
            status: row.get(4)?,
            protocol: row.get(5)?,
            remote_address: row.get(6)?,
            blob: row.get(7)?,
            original: row.get(8)?,
            original_blob: row.get(9)?,
        })
    }

    fn fill(self, reader: &Reader) -> rusqlite::Result<OutgoingCapture> {
        let load = |blob: i64| blob::load(&reader.connection, &reader.shelf, blob).map(Bytes::from);
        let (request_headers, response_headers): (Headers, Headers) =
            capture::heads(&reader.connection, &reader.shelf, self.id)?;
        let payload = self.blob.map(load).transpose()?.unwrap_or_default();
        let original = match (self.original, self.original_blob) {
            (Some(id), Some(blob)) => {
                let bytes = if self.blob.is_some() { payload.clone() } else { load(blob)? };
                Some(original(reader, id, bytes)?)
            }
            _ => None,
        };
        Ok(OutgoingCapture {
            place: self.place,
            id: self.id,
            exchange: Exchange {
                url: self.url,
                requested_at: self.fetched_at,
                request_headers,
                protocol: self.protocol,
                status: self.status,
                response_headers,
                payload,
                remote_address: self.remote_address,
            },
            original,
        })
    }
}

fn original(reader: &Reader, id: i64, payload: Bytes) -> rusqlite::Result<Original> {
    reader.connection.prepare_cached("SELECT url, fetched_at FROM capture WHERE id = ?1")?.query_row(
        [id],
        |row| {
            Ok(Original {
                id,
                url: queue::address(row, 0)?,
                fetched_at: moment::read(1, &row.get::<_, String>(1)?)?,
                payload,
            })
        },
    )
}
