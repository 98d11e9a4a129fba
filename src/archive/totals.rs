//! What is in the archive, in numbers: for `stats` and for whoever wants an overview.

use rusqlite::Row;
use schemars::JsonSchema;
use serde::Serialize;

use super::{ArchiveError, Reader};

/// The whole archive in numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Totals {
    /// Newspapers with at least one capture.
    pub newspapers: i64,
    /// Articles.
    pub articles: i64,
    /// Captures: every request that was answered.
    pub captures: i64,
    /// Bytes of all distinct payloads as received.
    pub received_bytes: i64,
    /// Bytes that they take in the archive.
    pub stored_bytes: i64,
}

/// One newspaper in numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NewspaperTotals {
    /// The newspaper's id.
    pub newspaper: String,
    /// Articles.
    pub articles: i64,
    /// Articles with more than one version.
    pub edited: i64,
    /// Articles whose page is gone.
    pub gone: i64,
    /// Captions.
    pub captions: i64,
    /// The earliest publication.
    pub first_published: Option<String>,
    /// The latest publication.
    pub last_published: Option<String>,
    /// Targets that wait for a visit, now or later.
    pub waiting: i64,
    /// Targets whose last visit failed.
    pub failing: i64,
}

/// The articles of one newspaper and month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MonthRow {
    /// The newspaper's id.
    pub newspaper: String,
    /// The month of publication, `2023-05`; none for articles without a date.
    pub month: Option<String>,
    /// Articles.
    pub articles: i64,
}

/// One article in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArticleRow {
    /// Its number in the archive.
    pub id: i64,
    /// Its title.
    pub title: String,
    /// When it was published, as in the view `articles`.
    pub published_at: Option<String>,
    /// Its dateline.
    pub dateline: Option<String>,
    /// The day of the event.
    pub event_date: Option<String>,
    /// How many captions it has.
    pub caption_count: i64,
}

const TOTALS: &str = "
    SELECT (SELECT count(DISTINCT newspaper) FROM capture), (SELECT count(*) FROM article),
      (SELECT count(*) FROM capture), (SELECT coalesce(sum(size), 0) FROM blob),
      (SELECT coalesce(sum(length(stored) + coalesce(length(notes), 0)), 0) FROM blob)
      + (SELECT coalesce(sum(length(stored)), 0) FROM dictionary)";

const NEWSPAPERS: &str = "
    SELECT n.id, count(a.id), coalesce(sum(a.version_count > 1), 0), count(a.gone_at),
      coalesce(sum(json_array_length(v.captions)), 0), min(a.published_at), max(a.published_at),
      (SELECT count(*) FROM target t WHERE t.newspaper = n.no AND t.next_at IS NOT NULL),
      (SELECT count(*) FROM target t WHERE t.newspaper = n.no AND t.failing_since IS NOT NULL)
    FROM newspaper n LEFT JOIN article a ON a.newspaper = n.no LEFT JOIN version v ON v.id = a.version
    WHERE n.last_visit_at IS NOT NULL OR a.id IS NOT NULL
    GROUP BY n.no ORDER BY n.id";

const MONTHS: &str = "
    SELECT n.id, substr(a.published_at, 1, 7) AS month, count(*)
    FROM article a JOIN newspaper n ON n.no = a.newspaper GROUP BY n.no, month ORDER BY n.id, month";

const ARTICLES: &str = "
    SELECT a.id, v.title, v.published_at, v.dateline, v.event_date, json_array_length(v.captions)
    FROM article a JOIN version v ON v.id = a.version ORDER BY a.published_at, a.id";

impl Reader {
    /// The whole archive in numbers.
    pub fn totals(&self) -> Result<Totals, ArchiveError> {
        let rows = self.rows(TOTALS, |row| {
            Ok(Totals {
                newspapers: row.get(0)?,
                articles: row.get(1)?,
                captures: row.get(2)?,
                received_bytes: row.get(3)?,
                stored_bytes: row.get(4)?,
            })
        })?;
        // A query without FROM has exactly one row.
        rows.into_iter().next().ok_or_else(|| self.fault(rusqlite::Error::QueryReturnedNoRows))
    }

    /// Each newspaper that was ever visited, in numbers.
    pub fn newspaper_totals(&self) -> Result<Vec<NewspaperTotals>, ArchiveError> {
        self.rows(NEWSPAPERS, |row| {
            Ok(NewspaperTotals {
                newspaper: row.get(0)?,
                articles: row.get(1)?,
                edited: row.get(2)?,
                gone: row.get(3)?,
                captions: row.get(4)?,
                first_published: row.get(5)?,
                last_published: row.get(6)?,
                waiting: row.get(7)?,
                failing: row.get(8)?,
            })
        })
    }

    /// The articles by newspaper and month of publication.
    pub fn months(&self) -> Result<Vec<MonthRow>, ArchiveError> {
        self.rows(MONTHS, |row| {
            Ok(MonthRow { newspaper: row.get(0)?, month: row.get(1)?, articles: row.get(2)? })
        })
    }

    /// Every article in the order of publication; for archives that fit on a screen.
    pub fn articles(&self) -> Result<Vec<ArticleRow>, ArchiveError> {
        self.rows(ARTICLES, |row| {
            Ok(ArticleRow {
                id: row.get(0)?,
                title: row.get(1)?,
                published_at: row.get(2)?,
                dateline: row.get(3)?,
                event_date: row.get(4)?,
                caption_count: row.get(5)?,
            })
        })
    }

    fn rows<T>(&self, sql: &str, read: fn(&Row<'_>) -> rusqlite::Result<T>) -> Result<Vec<T>, ArchiveError> {
        let load = || {
            self.connection.prepare_cached(sql)?.query_map([], read)?.collect::<rusqlite::Result<Vec<T>>>()
        };
        load().map_err(|error| self.fault(error))
    }
}
