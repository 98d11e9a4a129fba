//! What the health of a newspaper is told from: its articles and pages in order, its start pages, its rhythm.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::archive::moment;

/// The fields that are looked at, in the order of the bits of a [`Sample`].
pub(super) const FIELDS: [&str; 8] =
    ["title", "date", "dateline", "body", "captions", "lead", "authors", "selectors"];
/// The troubles that are looked at, likewise.
pub(super) const TROUBLES: [&str; 4] = ["failed", "blocked", "denied", "not an article"];
/// Samples before the recent ones that make up the past.
const PAST_COUNT_MAX: usize = 2000;
/// An article read within this time after its publication is fresh. Old pages, from backfill, are written otherwise
/// than those of today, and would pass for a change.
const FRESH_DAYS_MAX: i64 = 30;
/// With fewer fresh articles than this, all are looked at.
const FRESH_COUNT_MIN: usize = 28;
/// A failed page is in trouble when it has failed for so long: shorter faults pass by themselves.
const FAILED_FOR_MIN: TimeDelta = TimeDelta::hours(24);
/// Days with articles that make up a rhythm, at most and at least.
const RHYTHM_DAYS_MAX: usize = 200;
const RHYTHM_DAYS_MIN: usize = 10;
/// No newspaper is silent before so many days.
const SILENCE_DAYS_MIN: i64 = 3;
/// A silence is long when it lasts this many times the longest usual gap.
const SILENCE_FACTOR: i64 = 3;
/// The share of gaps that are no longer than the longest usual one.
const USUAL_GAPS_PERCENT: usize = 95;

/// A newspaper that was visited.
pub(super) struct Newspaper {
    pub(super) no: i64,
    pub(super) id: String,
    pub(super) name: String,
}

/// An article or a page, with the day on which it was read or found, and a bit for each sign.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sample {
    pub(super) day: NaiveDate,
    signs: u8,
}

impl Sample {
    pub(super) fn has(self, sign: usize) -> bool {
        self.signs >> sign & 1 == 1
    }
}

/// A start page.
#[derive(Clone, Debug)]
pub(super) struct Start {
    pub(super) url: String,
    pub(super) fate: String,
    pub(super) reason: Option<String>,
    pub(super) visited_at: Option<DateTime<Utc>>,
    pub(super) failing_since: Option<DateTime<Utc>>,
    pub(super) tries: u32,
}

impl Start {
    pub(super) fn is_good(&self) -> bool {
        matches!(self.fate.as_str(), "read" | "unchanged")
    }
}

/// The days on which a newspaper brought articles.
#[derive(Clone, Debug, Default)]
pub(super) struct Rhythm {
    /// Each once, the earliest first.
    pub(super) days: Vec<NaiveDate>,
    /// Articles that were found and not read yet: they may be newer than those read.
    pub(super) has_unread: bool,
}

impl Rhythm {
    pub(super) fn last(&self) -> Option<NaiveDate> {
        self.days.last().copied()
    }

    /// The longest gap between days with articles but for the rarest, in days.
    pub(super) fn usual_gap(&self) -> Option<i64> {
        if self.days.len() < RHYTHM_DAYS_MIN {
            return None;
        }
        let mut gaps: Vec<i64> = self.days.windows(2).map(|pair| (pair[1] - pair[0]).num_days()).collect();
        gaps.sort_unstable();
        let rank = (gaps.len() * USUAL_GAPS_PERCENT).div_ceil(100).max(1);
        gaps.get(rank - 1).copied()
    }

    /// Days without an article that would be long.
    pub(super) fn silence_days_max(&self) -> Option<i64> {
        self.usual_gap().map(|gap| (gap * SILENCE_FACTOR).max(SILENCE_DAYS_MIN))
    }
}

pub(super) fn newspapers(connection: &Connection) -> rusqlite::Result<Vec<Newspaper>> {
    let mut statement = connection
        .prepare("SELECT no, id, name FROM newspaper WHERE last_visit_at IS NOT NULL ORDER BY id")?;
    let read = |row: &Row<'_>| Ok(Newspaper { no: row.get(0)?, id: row.get(1)?, name: row.get(2)? });
    statement.query_map([], read)?.collect()
}

/// The newspaper's articles in the order in which their pages were fetched, the latest last: fresh ones, or all
/// where those are few.
pub(super) fn articles(connection: &Connection, no: i64, recent: usize) -> rusqlite::Result<Vec<Sample>> {
    let fresh = load_articles(connection, no, recent, FRESH_DAYS_MAX)?;
    if fresh.len() >= FRESH_COUNT_MIN {
        return Ok(fresh);
    }
    load_articles(connection, no, recent, i64::from(i32::MAX))
}

fn load_articles(
    connection: &Connection,
    no: i64,
    recent: usize,
    days: i64,
) -> rusqlite::Result<Vec<Sample>> {
    let mut statement = connection.prepare_cached(
        "SELECT substr(v.captured_at, 1, 10), v.title <> '', v.published_at IS NOT NULL, v.dateline IS NOT NULL,
           v.word_count > 0, v.captions <> '[]', coalesce(v.lead, '') <> '', v.authors <> '[]',
           coalesce(json_extract(v.origin, '$.title') = 'selector' AND json_extract(v.origin, '$.body') = 'selector', 0)
         FROM article a JOIN version v ON v.id = a.version
         WHERE a.newspaper = ?1 AND (v.published_at IS NULL
           OR julianday(substr(v.captured_at, 1, 10)) - julianday(substr(v.published_at, 1, 10)) <= ?2)
         ORDER BY v.captured_at DESC, v.id DESC LIMIT ?3",
    )?;
    let read = |row: &Row<'_>| sample(row, FIELDS.len());
    let rows = statement.query_map(params![no, days, window(recent)], read)?;
    oldest_first(rows)
}

/// The pages where an article was expected and that were visited, in the order in which they were found.
pub(super) fn pages(
    connection: &Connection,
    no: i64,
    recent: usize,
    now: DateTime<Utc>,
) -> rusqlite::Result<Vec<Sample>> {
    let mut statement = connection.prepare_cached(
        "SELECT substr(first_seen_at, 1, 10), fate = 'failed' AND failing_since <= ?2, fate = 'blocked',
           fate = 'denied', fate = 'not an article'
         FROM target WHERE newspaper = ?1 AND kind = 'article' AND fate IS NOT NULL ORDER BY id DESC LIMIT ?3",
    )?;
    let read = |row: &Row<'_>| sample(row, TROUBLES.len());
    let rows = statement.query_map(params![no, moment::text(now - FAILED_FOR_MIN), window(recent)], read)?;
    oldest_first(rows)
}

fn window(recent: usize) -> i64 {
    i64::try_from(recent.saturating_add(PAST_COUNT_MAX)).unwrap_or(i64::MAX)
}

fn sample(row: &Row<'_>, count: usize) -> rusqlite::Result<Sample> {
    let mut signs = 0;
    for sign in 0..count {
        signs |= u8::from(row.get::<_, Option<bool>>(sign + 1)?.unwrap_or(false)) << sign;
    }
    Ok(Sample { day: day(row, 0)?, signs })
}

fn day(row: &Row<'_>, column: usize) -> rusqlite::Result<NaiveDate> {
    row.get_ref(column)?.as_str()?.parse().map_err(|error: chrono::ParseError| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error))
    })
}

fn oldest_first(rows: impl Iterator<Item = rusqlite::Result<Sample>>) -> rusqlite::Result<Vec<Sample>> {
    let mut samples = rows.collect::<rusqlite::Result<Vec<Sample>>>()?;
    samples.reverse();
    Ok(samples)
}

/// The start pages that were visited.
pub(super) fn starts(connection: &Connection, no: i64) -> rusqlite::Result<Vec<Start>> {
    let mut statement = connection.prepare_cached(
        "SELECT url, fate, reason, visited_at, failing_since, tries
         FROM target WHERE newspaper = ?1 AND is_start = 1 AND fate IS NOT NULL ORDER BY id",
    )?;
    let read = |row: &Row<'_>| {
        Ok(Start {
            url: row.get(0)?,
            fate: row.get(1)?,
            reason: row.get(2)?,
            visited_at: moment::read_optional(3, row.get(3)?)?,
            failing_since: moment::read_optional(4, row.get(4)?)?,
            tries: row.get(5)?,
        })
    };
    statement.query_map([no], read)?.collect()
}

/// The latest days with articles. A day after tomorrow is a misprint; an article without a date counts for the day
/// on which it was first read.
pub(super) fn rhythm(connection: &Connection, no: i64, now: DateTime<Utc>) -> rusqlite::Result<Rhythm> {
    let mut statement = connection.prepare_cached(
        "SELECT DISTINCT substr(coalesce(published_at, first_seen_at), 1, 10) AS day
         FROM article WHERE newspaper = ?1 AND day <= ?2 ORDER BY day DESC LIMIT ?3",
    )?;
    let tomorrow = (now + TimeDelta::days(1)).date_naive().to_string();
    let limit = i64::try_from(RHYTHM_DAYS_MAX).unwrap_or(i64::MAX);
    let mut days = statement
        .query_map(params![no, tomorrow, limit], |row| day(row, 0))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    days.reverse();
    let unread = "SELECT 1 FROM target WHERE newspaper = ?1 AND kind = 'article' AND fate IS NULL
                  AND next_at IS NOT NULL LIMIT 1";
    let has_unread = connection.prepare_cached(unread)?.query_row([no], |_| Ok(())).optional()?.is_some();
    Ok(Rhythm { days, has_unread })
}
