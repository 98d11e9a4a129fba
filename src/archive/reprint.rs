//! Reprints: the same text in two newspapers, such as an agency's piece that many print, each with its own cuts.
//!
//! Of each article some of the smallest hashes of its runs of words are kept. Articles of other newspapers that
//! share several of them are compared whole, and what is alike enough is a pair. What very many articles share (a
//! disclaimer, a form of words) tells nothing and is passed over, so that it cannot make everything a candidate.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, params};

use super::blob::count;
use super::{Archive, ArchiveError};
use crate::text::runs::{likeness, runs};

/// The least share of runs that two articles must have in common to be called reprints: about half of the text.
pub const LIKENESS_MIN: f64 = 0.5;
/// Hashes kept of an article. Of two articles that share half their runs, nineteen in twenty share two of these.
const HASHES_KEPT: usize = 8;
/// Kept hashes that an article must share to be compared.
const HASHES_SHARED_MIN: usize = 2;
/// Articles that may share a kept hash: twice as many as there are newspapers. More is a form of words.
const HASH_ARTICLES_MAX: usize = 128;
/// Hashes looked at to find enough that are not forms of words.
const HASHES_TRIED_MAX: usize = 64;
/// Articles that one is compared with, those first that share most.
const CANDIDATES_MAX: usize = 64;
/// Shorter articles are not compared: the caption of a photo is soon the same.
const RUNS_MIN: usize = 30;
/// Articles compared in one transaction of [`Archive::compare_articles`].
const BATCH: usize = 64;

/// Takes an article out of all comparison.
pub(super) fn remove(connection: &Connection, article: i64) -> rusqlite::Result<()> {
    for sql in [
        "DELETE FROM shingle WHERE article = ?1",
        "DELETE FROM reprint WHERE article = ?1",
        "DELETE FROM reprint WHERE other = ?1",
    ] {
        connection.prepare_cached(sql)?.execute([article])?;
    }
    Ok(())
}

/// Compares an article with those of other newspapers; it must not be compared yet, or have been removed.
pub(super) fn add(
    connection: &Connection,
    article: i64,
    lead_folded: Option<&str>,
    body_folded: &str,
) -> rusqlite::Result<()> {
    let own = runs(lead_folded.into_iter().chain([body_folded]));
    if own.len() < RUNS_MIN {
        return Ok(());
    }
    let newspaper: i64 = connection
        .prepare_cached("SELECT newspaper FROM article WHERE id = ?1")?
        .query_row([article], |row| row.get(0))?;
    for other in candidates(connection, article, newspaper, &own)? {
        let Some(other_runs) = runs_of(connection, other)? else { continue };
        let likeness = likeness(&own, &other_runs);
        if likeness >= LIKENESS_MIN {
            connection
                .prepare_cached(
                    "INSERT OR REPLACE INTO reprint (article, other, likeness) VALUES (?1, ?2, ?3)",
                )?
                .execute(params![article.min(other), article.max(other), likeness])?;
        }
    }
    Ok(())
}

/// Keeps an article's hashes and gives the articles of other newspapers that share several.
fn candidates(
    connection: &Connection,
    article: i64,
    newspaper: i64,
    own: &[u64],
) -> rusqlite::Result<Vec<i64>> {
    let mut shared: BTreeMap<i64, usize> = BTreeMap::new();
    let mut kept = 0;
    for hash in own.iter().take(HASHES_TRIED_MAX) {
        let hash = hash.cast_signed();
        let holders: Vec<(i64, i64)> = connection
            .prepare_cached(
                "SELECT s.article, a.newspaper FROM shingle s JOIN article a ON a.id = s.article
                 WHERE s.hash = ?1 LIMIT ?2",
            )?
            .query_map(params![hash, count(HASH_ARTICLES_MAX)], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        if holders.len() >= HASH_ARTICLES_MAX {
            continue;
        }
        for (other, _) in holders.into_iter().filter(|(_, other)| *other != newspaper) {
            *shared.entry(other).or_default() += 1;
        }
        connection
            .prepare_cached("INSERT OR IGNORE INTO shingle (hash, article) VALUES (?1, ?2)")?
            .execute(params![hash, article])?;
        kept += 1;
        if kept == HASHES_KEPT {
            break;
        }
    }
    let mut found: Vec<(usize, i64)> = shared
        .into_iter()
        .filter(|(_, count)| *count >= HASHES_SHARED_MIN)
        .map(|(other, count)| (count, other))
        .collect();
    found.sort_unstable_by(|a, b| b.cmp(a));
    found.truncate(CANDIDATES_MAX);
    Ok(found.into_iter().map(|(_, other)| other).collect())
}

fn runs_of(connection: &Connection, article: i64) -> rusqlite::Result<Option<Vec<u64>>> {
    connection
        .prepare_cached("SELECT lead_folded, body_folded FROM search_text WHERE article = ?1")?
        .query_row([article], |row| {
            let (lead, body) = (row.get_ref(0)?.as_str_or_null()?, row.get_ref(1)?.as_str()?);
            Ok(runs(lead.into_iter().chain([body])))
        })
        .optional()
}

impl Archive {
    /// Compares articles that were never compared, some of those after `last`; gives the last of these and their
    /// number, or none where no more are left.
    pub(super) fn compare_articles(&mut self, last: i64) -> Result<Option<(i64, u64)>, ArchiveError> {
        self.transaction(|connection| {
            let batch: Vec<i64> = connection
                .prepare_cached(
                    "SELECT s.article FROM search_text s WHERE s.article > ?1
                       AND NOT EXISTS (SELECT 1 FROM shingle h WHERE h.article = s.article)
                     ORDER BY s.article LIMIT ?2",
                )?
                .query_map(params![last, count(BATCH)], |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            for article in &batch {
                let (lead, body): (Option<String>, String) = connection
                    .prepare_cached("SELECT lead_folded, body_folded FROM search_text WHERE article = ?1")?
                    .query_row([article], |row| Ok((row.get(0)?, row.get(1)?)))?;
                add(connection, *article, lead.as_deref(), &body)?;
            }
            Ok(batch.last().map(|last| (*last, batch.len() as u64)))
        })
    }
}
