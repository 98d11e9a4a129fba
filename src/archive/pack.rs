//! Packing: what is stored is compressed again with what is known by now.
//!
//! A crawl knows only the pages before. Afterwards the dictionary that came next may serve a page better, and pages
//! that were stored before there was a dictionary can have one. Everything is read back and compared before it
//! takes the place of what was there, and every transaction is short, so a crawl can go on meanwhile.

use std::ops::ControlFlow;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use schemars::JsonSchema;
use serde::Serialize;

use super::group::{self, Group};
use super::press::{Press, expand};
use super::{Archive, ArchiveError, blob};

/// Payloads packed in one transaction.
const BATCH: usize = 16;
/// Pages of the file given back to the system in one transaction.
const PAGES_FREED: usize = 256;

/// What packing has done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Packed {
    /// Payloads in the archive.
    pub payloads: u64,
    /// Payloads looked at.
    pub seen: u64,
    /// Payloads that are stored anew.
    pub rewritten: u64,
    /// Bytes that those looked at took before.
    pub bytes_before: u64,
    /// Bytes that they take now.
    pub bytes_after: u64,
    /// Dictionaries made.
    pub dictionaries_made: u64,
    /// Dictionaries that nothing needs any more, taken out.
    pub dictionaries_removed: u64,
    /// Whether everything was looked at.
    pub is_done: bool,
}

/// A dictionary and the payload it was made from.
#[derive(Clone, Copy, Debug)]
struct Served {
    dictionary: i64,
    blob: i64,
}

/// A payload that takes fewer bytes than before.
struct Better {
    id: i64,
    dictionary: i64,
    stored: Vec<u8>,
}

impl Archive {
    /// Packs the archive; `on_step` hears of the progress after each transaction and may end it there.
    pub fn pack(
        &mut self,
        now: DateTime<Utc>,
        mut on_step: impl FnMut(&Packed) -> ControlFlow<()>,
    ) -> Result<Packed, ArchiveError> {
        let path = self.path.clone();
        let mut pack = || -> rusqlite::Result<Packed> {
            let mut packed = Packed { payloads: total(&self.connection)?, ..Packed::default() };
            for id in groups(&self.connection)? {
                if self.pack_group(id, now, &mut packed, &mut on_step)?.is_break() {
                    return Ok(packed);
                }
            }
            packed.dictionaries_removed = self.remove_unused()?;
            while free_pages(&self.connection)? > 0 {
                if on_step(&packed).is_break() {
                    return Ok(packed);
                }
                give_back(&self.connection)?;
            }
            packed.is_done = true;
            Ok(packed)
        };
        pack().map_err(|error| ArchiveError::sql(&path, error))
    }

    fn pack_group(
        &mut self,
        id: i64,
        now: DateTime<Utc>,
        packed: &mut Packed,
        on_step: &mut dyn FnMut(&Packed) -> ControlFlow<()>,
    ) -> rusqlite::Result<ControlFlow<()>> {
        let mut group = Group { id, dictionary: None, pages: 0, first_mean: 0, excess: 0 };
        let mut last = 0;
        loop {
            let batch = batch(&self.connection, id, last)?;
            let Some(end) = batch.last() else { return Ok(ControlFlow::Continue(())) };
            last = *end;
            let served = served(&self.connection, id)?;
            if served.is_empty() {
                // No dictionary in this group yet: the pages choose one as those of a crawl do.
                for id in batch {
                    self.pack_first(&mut group, id, now, packed)?;
                }
            } else {
                self.pack_batch(&batch, &served, packed)?;
            }
            if on_step(packed).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
    }

    /// Packs payloads of a group that has dictionaries.
    fn pack_batch(&mut self, batch: &[i64], served: &[Served], packed: &mut Packed) -> rusqlite::Result<()> {
        let mut better = Vec::new();
        for id in batch {
            let before = stored_size(&self.connection, *id)?;
            packed.seen += 1;
            packed.bytes_before += before;
            let found = best(&self.connection, &mut self.press, *id, served, before)?;
            packed.bytes_after += found.as_ref().map_or(before, |better| better.stored.len() as u64);
            better.extend(found);
        }
        if better.is_empty() {
            return Ok(());
        }
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for better in &better {
            packed.rewritten += rewrite(&transaction, better.id, better.dictionary, &better.stored)?;
        }
        transaction.commit()
    }

    /// Packs a payload of a group without dictionaries, of which it may make the first.
    fn pack_first(
        &mut self,
        group: &mut Group,
        id: i64,
        now: DateTime<Utc>,
        packed: &mut Packed,
    ) -> rusqlite::Result<()> {
        let before = stored_size(&self.connection, id)?;
        packed.seen += 1;
        packed.bytes_before += before;
        packed.bytes_after += before;
        let Some(text) = sound_text(&self.connection, &self.press, id)? else { return Ok(()) };
        let squeezed = group::squeeze(&self.connection, &mut self.press, Some(*group), &text, id)?;
        *group = squeezed.group.unwrap_or(*group);
        let Some(choice) = &squeezed.choice else {
            let Some(dictionary) = squeezed.dictionary else { return Ok(()) };
            let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            packed.rewritten += rewrite(&transaction, id, dictionary, &squeezed.stored)?;
            return transaction.commit();
        };
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let dictionary = group::add(&transaction, group.id, choice, now)?;
        packed.rewritten += 1 + rewrite(&transaction, id, dictionary, &squeezed.stored)?;
        packed.dictionaries_made += 1;
        packed.bytes_after = packed.bytes_after - before + squeezed.stored.len() as u64;
        group.dictionary = Some(dictionary);
        transaction.commit()
    }

    /// Takes out the dictionaries that nothing refers to, but for those that new pages are or may be stored with.
    fn remove_unused(&mut self) -> rusqlite::Result<u64> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let removed = transaction.execute(
            "DELETE FROM dictionary AS d
             WHERE NOT EXISTS (SELECT 1 FROM blob WHERE dictionary = d.id)
               AND NOT EXISTS (SELECT 1 FROM capture WHERE heads_dictionary = d.id)
               AND NOT EXISTS (SELECT 1 FROM page_group WHERE dictionary = d.id)
               AND NOT EXISTS (SELECT 1 FROM dictionary WHERE base = d.id)
               AND (d.base IS NOT NULL OR d.id <> (SELECT max(l.id) FROM dictionary l
                      WHERE l.page_group = d.page_group AND l.base IS NULL))",
            [],
        )?;
        transaction.commit()?;
        Ok(removed as u64)
    }
}

fn total(connection: &Connection) -> rusqlite::Result<u64> {
    connection
        .query_row("SELECT count(*) FROM blob WHERE page_group IS NOT NULL", [], |row| row.get::<_, u32>(0))
        .map(u64::from)
}

fn groups(connection: &Connection) -> rusqlite::Result<Vec<i64>> {
    connection
        .prepare_cached("SELECT id FROM page_group ORDER BY id")?
        .query_map([], |row| row.get(0))?
        .collect()
}

fn batch(connection: &Connection, group: i64, after: i64) -> rusqlite::Result<Vec<i64>> {
    connection
        .prepare_cached("SELECT id FROM blob WHERE page_group = ?1 AND id > ?2 ORDER BY id LIMIT ?3")?
        .query_map(params![group, after, blob::count(BATCH)], |row| row.get(0))?
        .collect()
}

/// The dictionaries of a group in the order of the payloads they were made from.
fn served(connection: &Connection, group: i64) -> rusqlite::Result<Vec<Served>> {
    connection
        .prepare_cached(
            "SELECT d.id, b.id FROM dictionary d JOIN blob b ON b.sha256 = d.sha256
             WHERE d.page_group = ?1 ORDER BY b.id",
        )?
        .query_map([group], |row| Ok(Served { dictionary: row.get(0)?, blob: row.get(1)? }))?
        .collect()
}

fn stored_size(connection: &Connection, id: i64) -> rusqlite::Result<u64> {
    connection
        .prepare_cached("SELECT length(stored) FROM blob WHERE id = ?1")?
        .query_row([id], |row| row.get::<_, u32>(0))
        .map(u64::from)
}

/// A payload that reads back; what is damaged is left as it is, for `verify` to tell.
fn sound_text(connection: &Connection, press: &Press, id: i64) -> rusqlite::Result<Option<Vec<u8>>> {
    match blob::load(connection, &press.shelf, id) {
        Ok(text) => Ok(Some(text)),
        Err(error) if blob::is_damage(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// A payload compressed with the dictionary before or after it, where that is shorter by a twentieth or more.
fn best(
    connection: &Connection,
    press: &mut Press,
    id: i64,
    served: &[Served],
    size: u64,
) -> rusqlite::Result<Option<Better>> {
    let current: Option<i64> = connection
        .prepare_cached("SELECT dictionary FROM blob WHERE id = ?1")?
        .query_row([id], |row| row.get(0))?;
    let after = served.partition_point(|served| served.blob <= id);
    let near = [after.checked_sub(1), Some(after)].into_iter().flatten();
    let candidates: Vec<Served> = near
        .filter_map(|at| served.get(at))
        .filter(|served| Some(served.dictionary) != current && served.blob != id)
        .copied()
        .collect();
    if candidates.is_empty() {
        return Ok(None);
    }
    let Some(text) = sound_text(connection, press, id)? else { return Ok(None) };
    let mut best: Option<Better> = None;
    for candidate in candidates {
        let dictionary = press.shelf.take(connection, candidate.dictionary)?;
        let stored = press.squeeze_with(&text, &dictionary)?;
        let is_better = best.as_ref().is_none_or(|best| stored.len() < best.stored.len());
        if is_better
            && stored.len() as u64 * 20 < size * 19
            && expand(&stored, Some(&dictionary), text.len())? == text
        {
            best = Some(Better { id, dictionary: candidate.dictionary, stored });
        }
    }
    Ok(best)
}

/// Stores a payload anew, where the dictionary is still there.
fn rewrite(connection: &Connection, id: i64, dictionary: i64, stored: &[u8]) -> rusqlite::Result<u64> {
    if !group::has_dictionary(connection, dictionary)? {
        return Ok(0);
    }
    connection
        .prepare_cached("UPDATE blob SET form = 'zstd', dictionary = ?2, stored = ?3 WHERE id = ?1")?
        .execute(params![id, dictionary, stored])
        .map(|rows| rows as u64)
}

fn free_pages(connection: &Connection) -> rusqlite::Result<u32> {
    // A file of another making does not give pages back.
    let mode: u32 = connection.query_row("PRAGMA auto_vacuum", [], |row| row.get(0))?;
    if mode == 0 {
        return Ok(0);
    }
    connection.query_row("PRAGMA freelist_count", [], |row| row.get(0))
}

/// Gives some free pages of the file back to the system.
fn give_back(connection: &Connection) -> rusqlite::Result<()> {
    let mut statement = connection.prepare(&format!("PRAGMA incremental_vacuum({PAGES_FREED})"))?;
    let mut rows = statement.query([])?;
    while rows.next()?.is_some() {}
    connection.query_row("PRAGMA user_version", [], |_| Ok(())).optional().map(|_| ())
}
