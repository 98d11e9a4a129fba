//! The search index against the texts.
//!
//! For each article a sum over all its words and their places is taken twice: once from the index as it stands,
//! once from its text, put through the same tokenizer. Both see one state of the database, however a crawl goes on
//! meanwhile, and where the sums differ the article is named.

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

/// A sum for each article, the same in whatever order its words come.
type Sums = HashMap<i64, u64>;

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
             CREATE VIRTUAL TABLE temp.probed USING fts5vocab(temp, probe, instance);"
        ))?;
        let mut indexed = sums(snapshot, "indexed")?;
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
                let what = match (indexed.remove(&id), texts.get(&id)) {
                    (Some(found), Some(should)) if found == *should => continue,
                    (None, None) => format!("article {id} has no words at all"),
                    (None, _) => format!("article {id} is not in the search index"),
                    (Some(_), _) => {
                        format!("article {id} is in the search index with other words than its text has")
                    }
                };
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

fn clear(snapshot: &Connection) -> rusqlite::Result<()> {
    snapshot.execute_batch(
        "DROP TABLE IF EXISTS temp.indexed; DROP TABLE IF EXISTS temp.probed; DROP TABLE IF EXISTS temp.probe;",
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
    }
    sums(snapshot, "probed")
}

/// The sum for each article of an index, read through its vocabulary: one row for each place of each word.
fn sums(snapshot: &Connection, vocabulary: &str) -> rusqlite::Result<Sums> {
    let hasher = BuildHasherDefault::<DefaultHasher>::default();
    let mut sums = Sums::new();
    let mut statement = snapshot.prepare(&format!("SELECT term, doc, col, offset FROM temp.{vocabulary}"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let term = row.get_ref(0)?.as_bytes()?;
        let column = row.get_ref(2)?.as_bytes()?;
        let place: i64 = row.get(3)?;
        let sum = sums.entry(row.get(1)?).or_default();
        *sum = sum.wrapping_add(hasher.hash_one((term, column, place)));
    }
    Ok(sums)
}
