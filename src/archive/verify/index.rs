//! The search index against the texts.
//!
//! For each article a sum over all its words and their places is taken twice: once from the index as it stands (and
//! that of the headlines), once from its text, put through the same tokenizer. Both see one state of the database,
//! however a crawl goes on meanwhile, and where the sums differ the article is named.

use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use rusqlite::{Connection, params};

use super::{Flow, Part, Run, Scope};
use crate::archive::{blob, index};

/// Articles whose texts are put through the tokenizer at once.
const BATCH: usize = 500;

/// The texts that an article should have in the index, and those it has.
const COLUMNS: &str =
    "title, lead, body, captions, title_folded, lead_folded, body_folded, captions_folded, filters";

/// Likewise in the index of the headlines.
const TITLE_COLUMNS: &str = "title, title_folded";

/// The vocabularies of the indexes as they stand, and of those made anew from the texts.
const INDEXED: [&str; 2] = ["indexed", "indexed_title"];
const PROBED: [&str; 2] = ["probed", "probed_title"];

/// A sum for each article in each of the indexes, the same in whatever order its words come; 0 where it has none.
type Sums = HashMap<i64, [u64; 2]>;

impl Run<'_> {
    pub(super) fn check_index(&mut self, _: Scope) -> rusqlite::Result<Flow> {
        // One state of the database for everything that is read here.
        let snapshot = self.connection.unchecked_transaction()?;
        let flow = self.check_snapshot(&snapshot);
        let cleared = clear(&snapshot);
        snapshot.finish()?;
        cleared?;
        flow
    }

    fn check_snapshot(&mut self, snapshot: &Connection) -> rusqlite::Result<Flow> {
        snapshot.execute_batch(&format!(
            "CREATE VIRTUAL TABLE temp.indexed USING fts5vocab(main, searchable, instance);
             CREATE VIRTUAL TABLE temp.probe USING fts5(
               {COLUMNS}, content = '', tokenize = 'unicode61 remove_diacritics 0');
             CREATE VIRTUAL TABLE temp.probed USING fts5vocab(temp, probe, instance);
             CREATE VIRTUAL TABLE temp.indexed_title USING fts5vocab(main, search_title, instance);
             CREATE VIRTUAL TABLE temp.probe_title USING fts5(
               {TITLE_COLUMNS}, content = '', tokenize = 'unicode61 remove_diacritics 0');
             CREATE VIRTUAL TABLE temp.probed_title USING fts5vocab(temp, probe_title, instance);"
        ))?;
        let mut indexed = sums(snapshot, INDEXED)?;
        if self.step().is_break() {
            return Ok(Flow::Break(()));
        }
        let mut last = 0;
        loop {
            let batch = articles(snapshot, last)?;
            let Some(end) = batch.last() else { break };
            last = *end;
            let texts = texts(snapshot, &batch)?;
            for id in batch {
                let (found, should) = (indexed.remove(&id).unwrap_or_default(), texts.get(&id));
                let Some(what) = fault(id, found, should.copied().unwrap_or_default()) else { continue };
                if self.fault(Part::Index, Some(id), what).is_break() {
                    return Ok(Flow::Break(()));
                }
            }
            if self.step().is_break() {
                return Ok(Flow::Break(()));
            }
        }
        let mut strays: Vec<i64> = indexed.into_keys().collect();
        strays.sort_unstable();
        for id in strays {
            let what = format!("the search index has an entry {id}, and there is no such article");
            if self.fault(Part::Index, Some(id), what).is_break() {
                return Ok(Flow::Break(()));
            }
        }
        Ok(self.step())
    }
}

/// What is wrong with an article's entries, if anything is.
fn fault(id: i64, found: [u64; 2], should: [u64; 2]) -> Option<String> {
    let what = match (found, should) {
        ([0, _], [0, _]) => "has no words at all",
        (found, should) if found == should => return None,
        ([0, _], _) => "is not in the search index",
        ([own, _], [should, _]) if own != should => {
            "is in the search index with other words than its text has"
        }
        ([_, 0], _) => "is not in the index of the headlines",
        _ => "is in the index of the headlines with other words than its headline has",
    };
    Some(format!("article {id} {what}"))
}

fn clear(snapshot: &Connection) -> rusqlite::Result<()> {
    snapshot.execute_batch(
        "DROP TABLE IF EXISTS temp.indexed; DROP TABLE IF EXISTS temp.probed; DROP TABLE IF EXISTS temp.probe;
         DROP TABLE IF EXISTS temp.indexed_title; DROP TABLE IF EXISTS temp.probed_title;
         DROP TABLE IF EXISTS temp.probe_title;",
    )
}

fn articles(snapshot: &Connection, last: i64) -> rusqlite::Result<Vec<i64>> {
    snapshot
        .prepare_cached("SELECT id FROM article WHERE id > ?1 ORDER BY id LIMIT ?2")?
        .query_map(params![last, blob::count(BATCH)], |row| row.get(0))?
        .collect()
}

/// The sums of what the index should hold for these articles.
fn texts(snapshot: &Connection, batch: &[i64]) -> rusqlite::Result<Sums> {
    snapshot.execute("INSERT INTO temp.probe (probe) VALUES ('delete-all')", [])?;
    snapshot.execute("INSERT INTO temp.probe_title (probe_title) VALUES ('delete-all')", [])?;
    for id in batch {
        let Some(entry) = index::entry(snapshot, *id)? else { continue };
        snapshot
            .prepare_cached(&format!(
                "INSERT INTO temp.probe (rowid, {COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
            ))?
            .execute(params![
                id,
                entry.title,
                entry.lead,
                entry.body,
                entry.captions,
                entry.title_folded,
                entry.lead_folded,
                entry.body_folded,
                entry.captions_folded,
                entry.filters
            ])?;
        snapshot
            .prepare_cached(&format!(
                "INSERT INTO temp.probe_title (rowid, {TITLE_COLUMNS}) VALUES (?1, ?2, ?3)"
            ))?
            .execute(params![id, entry.title, entry.title_folded])?;
    }
    sums(snapshot, PROBED)
}

/// The sum for each article of both indexes, read through their vocabularies: one row for each place of each word.
fn sums(snapshot: &Connection, vocabularies: [&str; 2]) -> rusqlite::Result<Sums> {
    let hasher = BuildHasherDefault::<DefaultHasher>::default();
    let mut sums = Sums::new();
    for (which, vocabulary) in vocabularies.into_iter().enumerate() {
        let mut statement =
            snapshot.prepare(&format!("SELECT term, doc, col, offset FROM temp.{vocabulary}"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let term = row.get_ref(0)?.as_bytes()?;
            let column = row.get_ref(2)?.as_bytes()?;
            let place: i64 = row.get(3)?;
            let sum = &mut sums.entry(row.get(1)?).or_default()[which];
            *sum = sum.wrapping_add(hasher.hash_one((term, column, place)));
        }
    }
    Ok(sums)
}
