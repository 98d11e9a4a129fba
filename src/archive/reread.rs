//! Stored pages, to be read again with today's eyes: what comes out is kept as a new version where it differs.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, params};
use url::Url;

use super::press::Shelf;
use super::run::{self, RunCounts, RunId};
use super::version::{self, Difference, Reason, Source};
use super::{Archive, ArchiveError, Reader, Recorded, blob, capture, moment, newspaper, substance};
use crate::article::{Article, ReadBy};
use crate::coding;
use crate::outcome::Due;
use crate::page::Page;
use crate::target::Target;

/// A page as it was fetched, ready to be read.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredPage {
    /// The capture that holds it.
    pub capture_id: i64,
    /// What it was fetched as.
    pub target: Target,
    /// The page, its content coding undone.
    pub page: Page,
}

/// A page in its place among all that are read again. Places stay the same from run to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlacedPage {
    /// The article's number; the target's, negative, where it has no article yet.
    pub place: i64,
    /// The capture that holds it.
    pub capture_id: i64,
}

/// What keeping a reading of a stored page would change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WouldChange {
    /// The article, where the archive has it.
    pub article_id: Option<i64>,
    /// How much of it.
    pub difference: Difference,
    /// The fields that differ from the current version, by the names of the article's JSON.
    pub fields: Vec<&'static str>,
}

impl Reader {
    /// The captures that hold the last good page of each article, and of each address that was taken for an
    /// article's, of these newspapers or, where none is named, of all; in the order of their places.
    pub fn article_pages(&self, newspapers: &[String]) -> Result<Vec<PlacedPage>, ArchiveError> {
        let list = || -> rusqlite::Result<Vec<PlacedPage>> {
            self.connection
                .prepare_cached(
                    // The bare column is that of the row with the maximum (sqlite.org/lang_select.html §2.5).
                    "SELECT coalesce(t.article, -t.id) , c.id, max(c.fetched_at || printf('%020d', c.id))
                     FROM target t JOIN newspaper n ON n.no = t.newspaper JOIN capture c ON c.target = t.id
                     WHERE t.kind = 'article' AND c.status BETWEEN 200 AND 299 AND c.blob IS NOT NULL
                       AND (json_array_length(?1) = 0 OR n.id IN (SELECT value FROM json_each(?1)))
                     GROUP BY 1 ORDER BY 1",
                )?
                .query_map([serde_json::Value::from(newspapers.to_vec()).to_string()], |row| {
                    Ok(PlacedPage { place: row.get(0)?, capture_id: row.get(1)? })
                })?
                .collect()
        };
        list().map_err(|error| self.fault(error))
    }

    /// Where a rereading by these readers was stopped: places up to there are done. None where none was stopped.
    pub fn reread_stop(&self, readers: &str) -> Result<Option<i64>, ArchiveError> {
        let find = || {
            self.connection
                .prepare_cached("SELECT place FROM reread_stop WHERE readers = ?1")?
                .query_row([readers], |row| row.get(0))
                .optional()
        };
        find().map_err(|error| self.fault(error))
    }

    /// The page that a capture holds; none where it belongs to no target, or its content coding cannot be undone.
    pub fn page(&self, capture_id: i64) -> Result<Option<StoredPage>, ArchiveError> {
        load(&self.connection, &self.shelf, capture_id).map_err(|error| self.fault(error))
    }

    /// What keeping this reading of a stored page would change.
    pub fn would_change(&self, page: &StoredPage, article: &Article) -> Result<WouldChange, ArchiveError> {
        let weigh = || {
            let newspaper = newspaper::number(&self.connection, &page.target.newspaper)?;
            let known = newspaper
                .map(|no| version::current(&self.connection, source(page, no), article))
                .transpose()?
                .flatten();
            Ok(match known {
                None => WouldChange { article_id: None, difference: Difference::New, fields: Vec::new() },
                Some((id, current)) => WouldChange {
                    article_id: Some(id),
                    difference: version::difference(&current, article),
                    fields: substance::changed_fields(&current, article),
                },
            })
        };
        weigh().map_err(|error| self.fault(error))
    }
}

impl Archive {
    /// Keeps today's reading of a stored page: a new version with the reason `reread` where the text differs.
    pub fn reread(
        &mut self,
        run: RunId,
        page: &StoredPage,
        article: &Article,
        now: DateTime<Utc>,
    ) -> Result<Recorded, ArchiveError> {
        self.transaction_with(|connection, held| {
            let newspaper = newspaper::number_or_new(connection, &page.target.newspaper)?;
            let kept = version::keep(connection, held.index, source(page, newspaper), article)?;
            now_readable(connection, page.capture_id, kept.article_id)?;
            let recorded = Recorded {
                capture_id: Some(page.capture_id),
                article_id: Some(kept.article_id),
                version: Some(kept.number),
                is_new: kept.reason == Some(Reason::First),
                is_edited: kept.reason == Some(Reason::Reread),
                links_added: 0,
            };
            let counts = RunCounts {
                unchanged: u32::from(kept.reason.is_none()),
                new_articles: u32::from(recorded.is_new),
                edited: u32::from(recorded.is_edited),
                ..RunCounts::default()
            };
            run::count(connection, run, counts, now)?;
            Ok(recorded)
        })
    }

    /// Notes how far a rereading by these readers is, and how many pages since the last note read as before.
    pub fn note_reread(
        &mut self,
        run: RunId,
        readers: &str,
        place: i64,
        unchanged: u32,
        now: DateTime<Utc>,
    ) -> Result<(), ArchiveError> {
        self.transaction(|connection| {
            connection
                .prepare_cached(
                    "INSERT INTO reread_stop (readers, place, stopped_at) VALUES (?1, ?2, ?3)
                     ON CONFLICT (readers) DO UPDATE SET place = excluded.place, stopped_at = excluded.stopped_at",
                )?
                .execute(params![readers, place, moment::text(now)])?;
            run::count(connection, run, RunCounts { unchanged, ..RunCounts::default() }, now)
        })
    }

    /// Forgets where rereadings were stopped, once one has come to its end.
    pub fn end_reread(&mut self) -> Result<(), ArchiveError> {
        self.transaction(|connection| connection.execute("DELETE FROM reread_stop", []).map(|_| ()))
    }

    /// The page behind an article's current version, where something else than `reader` read it.
    ///
    /// Before a changed page is recorded, the former one is read again by the same reader: then what differs is
    /// the newspaper's doing and not ours.
    pub fn page_read_otherwise(
        &self,
        due: &Due,
        reader: &ReadBy,
    ) -> Result<Option<StoredPage>, ArchiveError> {
        let find = || -> rusqlite::Result<Option<StoredPage>> {
            let capture = self
                .connection
                .prepare_cached(
                    "SELECT v.capture FROM target t JOIN article a ON a.id = t.article
                     JOIN version v ON v.id = a.version
                     WHERE t.id = ?1 AND v.capture IS NOT NULL AND (v.khobao, v.layout) <> (?2, ?3)",
                )?
                .query_row(params![due.target_id, reader.khobao, reader.layout], |row| row.get(0))
                .optional()?;
            capture
                .map(|capture| load(&self.connection, &self.press.shelf, capture))
                .transpose()
                .map(Option::flatten)
        };
        find().map_err(|error| self.fault(error))
    }
}

fn source(page: &StoredPage, newspaper: i64) -> Source<'_> {
    Source {
        newspaper,
        target: &page.target,
        capture: Some(page.capture_id),
        captured_at: page.page.fetched_at,
        is_reread: true,
    }
}

/// Takes a target off the list of failures whose page was no article before and is one now.
fn now_readable(connection: &Connection, capture_id: i64, article_id: i64) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "UPDATE target SET article = ?2, fate = 'read', reason = NULL, failing_since = NULL, tries = 0
             WHERE id = (SELECT target FROM capture WHERE id = ?1) AND fate = 'not an article'",
        )?
        .execute(params![capture_id, article_id])?;
    Ok(())
}

fn load(connection: &Connection, shelf: &Shelf, capture_id: i64) -> rusqlite::Result<Option<StoredPage>> {
    let row = connection
        .prepare_cached(
            "SELECT n.id, t.kind, t.url, t.id_in_newspaper, c.url, c.status, c.fetched_at, c.blob
             FROM capture c JOIN target t ON t.id = c.target JOIN newspaper n ON n.no = t.newspaper
             WHERE c.id = ?1 AND c.blob IS NOT NULL",
        )?
        .query_row([capture_id], |row| {
            let target = Target {
                newspaper: row.get(0)?,
                kind: super::queue::kind(row, 1)?,
                url: super::queue::address(row, 2)?,
                id_in_newspaper: row.get(3)?,
            };
            let url: Url = super::queue::address(row, 4)?;
            let fetched_at = moment::read(6, &row.get::<_, String>(6)?)?;
            Ok((target, url, row.get::<_, u16>(5)?, fetched_at, row.get::<_, i64>(7)?))
        })
        .optional()?;
    let Some((target, url, status, fetched_at, blob)) = row else { return Ok(None) };
    let (_, headers) = capture::heads(connection, shelf, capture_id)?;
    let Some(body) = body(connection, shelf, blob, coding::declared(&headers).as_deref())? else {
        return Ok(None);
    };
    let page = Page { kind: target.kind, url, status, headers, body, fetched_at };
    Ok(Some(StoredPage { capture_id, target, page }))
}

/// A payload with its content coding undone; none where it cannot be.
fn body(
    connection: &Connection,
    shelf: &Shelf,
    blob: i64,
    coding: Option<&str>,
) -> rusqlite::Result<Option<Bytes>> {
    let content = blob::content(connection, shelf, blob)?;
    let is_undone = coding.is_some_and(is_one_deflate_coding);
    let payload = match content.notes {
        // What the stream held is what undoing its coding gives: no need to make the stream again.
        Some(_) if is_undone => return Ok(Some(content.bytes.into())),
        Some(_) => blob::load(connection, shelf, blob)?,
        None => content.bytes,
    };
    Ok(coding::decode(&payload.into(), coding).ok())
}

fn is_one_deflate_coding(coding: &str) -> bool {
    ["gzip", "x-gzip", "deflate"].iter().any(|name| coding.trim().eq_ignore_ascii_case(name))
}
