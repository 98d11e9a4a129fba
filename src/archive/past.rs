//! Readings of pages that were captured before the archive's newest: they take their place in time among an article's
//! versions, and what stands as current stays so.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, params};

use super::index::Waiting;
use super::stored::{self, Body, COLUMN_COUNT, COLUMNS};
use super::version::{self, Kept, Reason, Source};
use super::{moment, substance};
use crate::article::Article;

/// A version beside which a reading comes to stand.
struct Neighbour {
    id: i64,
    number: u32,
    article: Article,
}

/// Keeps a reading at its own time. Where it is newer than the current version, that is as ever.
pub(super) fn keep(
    connection: &Connection,
    index: &mut Waiting,
    source: Source<'_>,
    article: &Article,
) -> rusqlite::Result<Kept> {
    let key = version::key(source.target, article);
    let Some((article_id, _)) = version::known(connection, source, &key)? else {
        return version::keep(connection, index, source, article);
    };
    let (current_at, gone_at): (String, Option<String>) = connection
        .prepare_cached(
            "SELECT v.captured_at, a.gone_at FROM article a JOIN version v ON v.id = a.version WHERE a.id = ?1",
        )?
        .query_row([article_id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if moment::text(source.captured_at) < current_at {
        return insert(connection, index, source, article, article_id);
    }
    let kept = version::keep(connection, index, source, article)?;
    // What was found gone later than this page was seen is gone all the same.
    if let Some(gone_at) = gone_at.filter(|gone_at| *gone_at > moment::text(source.captured_at)) {
        connection
            .prepare_cached("UPDATE article SET gone_at = ?2 WHERE id = ?1")?
            .execute(params![article_id, gone_at])?;
    }
    Ok(kept)
}

/// Puts a reading that is older than the current version in its place.
fn insert(
    connection: &Connection,
    index: &mut Waiting,
    source: Source<'_>,
    article: &Article,
    article_id: i64,
) -> rusqlite::Result<Kept> {
    seen_before(connection, article_id, source.captured_at)?;
    let before = neighbour(connection, article_id, source.captured_at, Side::Before)?;
    let after = neighbour(connection, article_id, source.captured_at, Side::After)?;
    if let Some(before) = before.as_ref().filter(|before| !substance::differs(&before.article, article)) {
        return Ok(Kept { article_id, number: before.number, reason: None });
    }
    let Some(after) = after else { return version::keep(connection, index, source, article) };
    if !substance::differs(&after.article, article) {
        // The same text stood there earlier than was known.
        connection
            .prepare_cached("UPDATE version SET captured_at = ?2, capture = ?3 WHERE id = ?1")?
            .execute(params![after.id, moment::text(source.captured_at), source.capture])?;
        return Ok(Kept { article_id, number: after.number, reason: None });
    }
    make_room(connection, article_id, after.number)?;
    let reason = if before.is_some() { Reason::Edited } else { Reason::First };
    version::write(connection, source, article, &Body::of(article), (article_id, after.number, reason))?;
    if before.is_none() {
        connection
            .prepare_cached("UPDATE version SET reason = 'edited' WHERE id = ?1 AND reason = 'first'")?
            .execute([after.id])?;
    }
    connection
        .prepare_cached(
            "UPDATE article SET version_count = (SELECT count(*) FROM version WHERE article = ?1) WHERE id = ?1",
        )?
        .execute([article_id])?;
    Ok(Kept { article_id, number: after.number, reason: Some(reason) })
}

#[derive(Clone, Copy)]
enum Side {
    Before,
    After,
}

fn neighbour(
    connection: &Connection,
    article_id: i64,
    at: DateTime<Utc>,
    side: Side,
) -> rusqlite::Result<Option<Neighbour>> {
    let (than, order) = match side {
        Side::Before => ("<=", "DESC"),
        Side::After => (">", "ASC"),
    };
    let sql = format!(
        "SELECT {COLUMNS}, v.id, v.number FROM article a JOIN version v ON v.article = a.id
         JOIN newspaper n ON n.no = a.newspaper
         WHERE a.id = ?1 AND v.captured_at {than} ?2 ORDER BY v.captured_at {order}, v.number {order} LIMIT 1"
    );
    connection
        .prepare_cached(&sql)?
        .query_row(params![article_id, moment::text(at)], |row| {
            Ok(Neighbour {
                id: row.get(COLUMN_COUNT)?,
                number: row.get(COLUMN_COUNT + 1)?,
                article: stored::article(row)?,
            })
        })
        .optional()
}

/// Versions from a number on get the next one. Numbers are unique at every step, so they go by way of negative ones.
fn make_room(connection: &Connection, article_id: i64, from: u32) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE version SET number = -number WHERE article = ?1 AND number >= ?2")?
        .execute(params![article_id, from])?;
    connection
        .prepare_cached("UPDATE version SET number = 1 - number WHERE article = ?1 AND number < 0")?
        .execute([article_id])?;
    Ok(())
}

fn seen_before(connection: &Connection, article_id: i64, at: DateTime<Utc>) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "UPDATE article SET first_seen_at = min(first_seen_at, ?2), last_seen_at = max(last_seen_at, ?2)
             WHERE id = ?1",
        )?
        .execute(params![article_id, moment::text(at)])?;
    Ok(())
}

/// Notes that a page was found gone at a time, unless it was seen later.
pub(super) fn gone(connection: &Connection, article_id: i64, at: DateTime<Utc>) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "UPDATE article SET gone_at = min(coalesce(gone_at, ?2), ?2) WHERE id = ?1 AND last_seen_at < ?2",
        )?
        .execute(params![article_id, moment::text(at)])?;
    Ok(())
}

/// Notes that a page stood at a time, unless it was found gone later.
pub(super) fn seen(connection: &Connection, article_id: i64, at: DateTime<Utc>) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "UPDATE article SET first_seen_at = min(first_seen_at, ?2), last_seen_at = max(last_seen_at, ?2),
               gone_at = CASE WHEN gone_at > ?2 THEN gone_at END
             WHERE id = ?1",
        )?
        .execute(params![article_id, moment::text(at)])?;
    Ok(())
}
