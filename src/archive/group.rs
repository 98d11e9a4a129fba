//! Groups of pages that look alike, and the choice of the dictionary that serves a group now.
//!
//! What pages of one site share most briefly is what stands in their boxes: the news of the hour. So a dictionary
//! serves a few pages only and the last of them takes over. That costs nothing, as the page is stored but once: it
//! is the dictionary from then on, as it was compressed with the one before. Dictionaries so stand on each other;
//! after some steps the next stands on the first one of its chain again, so that few have to be unpacked to read a
//! page. Where the first one has aged so much that it helps little (another design), a new one stands alone.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

use super::press::{DEPTH_MAX, Press, TRAINED_MAGIC};
use super::{blob, moment};

/// Shorter texts are not worth a dictionary, longer ones not its memory.
const LIKE_BYTES: std::ops::RangeInclusive<usize> = 512..=1_048_576;
/// Pages that a dictionary serves before the last of them takes over.
const PAGES_SERVED: i64 = 4;
/// Up to this a page is never poorly served.
const POOR_BYTES_MIN: i64 = 1024;

/// A group as it stands in the archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) id: i64,
    /// What the next page is compressed with.
    pub(super) dictionary: Option<i64>,
    /// What served before pages of another kind came; they may take turns.
    pub(super) other: Option<i64>,
    /// Pages since the dictionary was chosen.
    pub(super) pages: i64,
    /// Bytes that a page takes, lately; 0 before the first one that a dictionary served.
    pub(super) mean: i64,
}

/// A page that becomes a dictionary.
#[derive(Debug)]
pub(super) struct Choice {
    sha256: [u8; 32],
    size: usize,
    pub(super) base: Option<i64>,
    depth: u32,
    pub(super) stored: Vec<u8>,
}

/// A text compressed as its group suggests.
#[derive(Debug)]
pub(super) struct Squeezed {
    /// The compressed text; empty where the text is the dictionary's.
    pub(super) stored: Vec<u8>,
    pub(super) dictionary: Option<i64>,
    /// The text as a new dictionary.
    pub(super) choice: Option<Choice>,
    /// The group after this page, but for a new dictionary's number.
    pub(super) group: Option<Group>,
}

impl Group {
    /// A group in which nothing is stored yet.
    pub(super) fn new(id: i64) -> Group {
        Group { id, dictionary: None, other: None, pages: 0, mean: 0 }
    }

    /// Whether a page that takes so many bytes may be of another kind than those before.
    fn seems_poor(&self, stored: usize) -> bool {
        let stored = blob::count(stored);
        stored > POOR_BYTES_MIN && stored > 2 * self.mean
    }

    /// The group when one more page took so many bytes.
    fn after(self, stored: usize) -> Group {
        let stored = blob::count(stored);
        let mean = if self.mean == 0 { stored } else { self.mean + (stored - self.mean) / 8 };
        Group { pages: self.pages + 1, mean: mean.max(1), ..self }
    }
}

/// The group of a newspaper and name; none where nothing was stored in it yet.
pub(super) fn find(connection: &Connection, newspaper: i64, name: &str) -> rusqlite::Result<Option<Group>> {
    connection
        .prepare_cached(
            "SELECT id, dictionary, other, pages, mean FROM page_group WHERE newspaper = ?1 AND name = ?2",
        )?
        .query_row(params![newspaper, name], |row| {
            Ok(Group {
                id: row.get(0)?,
                dictionary: row.get(1)?,
                other: row.get(2)?,
                pages: row.get(3)?,
                mean: row.get(4)?,
            })
        })
        .optional()
}

/// The row of a group, made where it is not there.
pub(super) fn find_or_make(connection: &Connection, newspaper: i64, name: &str) -> rusqlite::Result<Group> {
    if let Some(group) = find(connection, newspaper, name)? {
        return Ok(group);
    }
    connection
        .prepare_cached("INSERT INTO page_group (newspaper, name) VALUES (?1, ?2)")?
        .execute(params![newspaper, name])?;
    Ok(Group::new(connection.last_insert_rowid()))
}

/// Compresses a text with the dictionary of its group, and sees whether it is to be the next dictionary.
pub(super) fn squeeze(
    connection: &Connection,
    press: &mut Press,
    group: Option<Group>,
    text: &[u8],
) -> rusqlite::Result<Squeezed> {
    let is_like = LIKE_BYTES.contains(&text.len()) && !text.starts_with(&TRAINED_MAGIC);
    let Some(group) = group.filter(|_| is_like) else {
        return Ok(Squeezed { stored: press.squeeze(text)?, dictionary: None, choice: None, group: None });
    };
    let Some(mut served) = serve(connection, press, group.dictionary, text)? else {
        return first(press, group, text);
    };
    let mut after = group;
    if group.seems_poor(served.stored.len())
        && let Some(other) = serve(connection, press, group.other, text)?
        && other.stored.len() < served.stored.len()
    {
        (after.dictionary, after.other) = (group.other, group.dictionary);
        served = other;
    }
    let alone = if group.seems_poor(served.stored.len()) { Some(press.squeeze(text)?) } else { None };
    let alone = alone.filter(|alone| served.stored.len() * 3 > alone.len());
    if alone.is_some() {
        // Another kind of page: it shall be served from now on too.
        after.other = after.dictionary;
    } else {
        after = after.after(served.stored.len());
        if after.pages < PAGES_SERVED {
            let Served { dictionary, stored } = served;
            return Ok(Squeezed { stored, dictionary: Some(dictionary), choice: None, group: Some(after) });
        }
    }
    let choice = choose(connection, press, served, alone, text)?;
    let after = Group { pages: 0, ..after };
    Ok(Squeezed { stored: Vec::new(), dictionary: None, choice: Some(choice), group: Some(after) })
}

/// A text as one dictionary serves it.
struct Served {
    dictionary: i64,
    stored: Vec<u8>,
}

/// Compresses a text with a dictionary. One that is damaged must not stop a crawl: the group gets another.
fn serve(
    connection: &Connection,
    press: &mut Press,
    dictionary: Option<i64>,
    text: &[u8],
) -> rusqlite::Result<Option<Served>> {
    let Some(dictionary) = dictionary else { return Ok(None) };
    match press.squeeze_with(connection, text, dictionary) {
        Ok(stored) => Ok(Some(Served { dictionary, stored })),
        Err(error) if blob::is_damage(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The first page of a group: it becomes the dictionary if it can be compressed at all.
fn first(press: &mut Press, group: Group, text: &[u8]) -> rusqlite::Result<Squeezed> {
    let plain = press.squeeze(text)?;
    if plain.len() * 10 >= text.len() * 9 {
        return Ok(Squeezed { stored: plain, dictionary: None, choice: None, group: None });
    }
    let after = Group { pages: 0, mean: 0, ..group };
    let choice = Choice::alone(text, plain);
    Ok(Squeezed { stored: Vec::new(), dictionary: None, choice: Some(choice), group: Some(after) })
}

impl Choice {
    fn alone(text: &[u8], stored: Vec<u8>) -> Choice {
        Choice { sha256: Sha256::digest(text).into(), size: text.len(), base: None, depth: 0, stored }
    }
}

/// Makes a text a dictionary that stands on the one that served it, on the first of its chain, or alone. `alone` is
/// the text compressed by itself, where it is known that the dictionary hardly helped.
fn choose(
    connection: &Connection,
    press: &mut Press,
    served: Served,
    alone: Option<Vec<u8>>,
    text: &[u8],
) -> rusqlite::Result<Choice> {
    let on = |base: i64, depth: u32, stored: Vec<u8>| Choice {
        base: Some(base),
        depth,
        ..Choice::alone(text, stored)
    };
    let depth = depth(connection, served.dictionary)? + 1;
    if depth <= DEPTH_MAX && alone.is_none() {
        return Ok(on(served.dictionary, depth, served.stored));
    }
    let based = if depth <= DEPTH_MAX {
        Some(on(served.dictionary, depth, served.stored))
    } else {
        let root = root(connection, served.dictionary)?;
        serve(connection, press, Some(root), text)?.map(|served| on(root, 1, served.stored))
    };
    let alone = alone.map_or_else(|| press.squeeze(text), Ok)?;
    Ok(match based {
        Some(choice) if choice.stored.len() * 2 < alone.len() => choice,
        _ => Choice::alone(text, alone),
    })
}

fn depth(connection: &Connection, dictionary: i64) -> rusqlite::Result<u32> {
    connection
        .prepare_cached("SELECT depth FROM dictionary WHERE id = ?1")?
        .query_row([dictionary], |row| row.get(0))
}

/// The dictionary at the bottom of a chain.
fn root(connection: &Connection, dictionary: i64) -> rusqlite::Result<i64> {
    connection
        .prepare_cached(
            "WITH RECURSIVE below (id, base) AS (
               SELECT id, base FROM dictionary WHERE id = ?1
               UNION SELECT d.id, d.base FROM dictionary d JOIN below ON d.id = below.base)
             SELECT min(id) FROM below",
        )?
        .query_row([dictionary], |row| row.get(0))
}

/// Tells whether a dictionary is there.
pub(super) fn has_dictionary(connection: &Connection, id: i64) -> rusqlite::Result<bool> {
    connection.prepare_cached("SELECT 1 FROM dictionary WHERE id = ?1")?.exists([id])
}

/// Writes down the group as it is after a page, with the dictionary that the page became, and gives the dictionary
/// that the page is stored with. A page of the past leaves the group's own row as it is: new pages are served by
/// what came after.
pub(super) fn settle(
    connection: &Connection,
    squeezed: &Squeezed,
    page: i64,
    level: i32,
    now: DateTime<Utc>,
) -> rusqlite::Result<Option<i64>> {
    let Some(group) = squeezed.group else { return Ok(squeezed.dictionary) };
    let chosen = squeezed
        .choice
        .as_ref()
        .map(|choice| insert(connection, group.id, Some(page), choice, level, now))
        .transpose()?;
    connection
        .prepare_cached(
            "UPDATE page_group SET dictionary = ?2, other = ?3, pages = ?4, mean = ?5 WHERE id = ?1
               AND coalesce((SELECT d.page FROM dictionary d WHERE d.id = page_group.dictionary), 0) <= ?6",
        )?
        .execute(params![
            group.id,
            chosen.or(group.dictionary),
            group.other,
            group.pages,
            group.mean,
            page
        ])?;
    Ok(chosen.or(squeezed.dictionary))
}

/// Stores a dictionary.
fn insert(
    connection: &Connection,
    group: i64,
    page: Option<i64>,
    choice: &Choice,
    level: i32,
    now: DateTime<Utc>,
) -> rusqlite::Result<i64> {
    connection
        .prepare_cached(
            "INSERT INTO dictionary (page_group, page, made_at, sha256, size, base, depth, level, stored)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            group,
            page,
            moment::text(now),
            choice.sha256,
            blob::count(choice.size),
            choice.base,
            choice.depth,
            level,
            choice.stored,
        ])?;
    Ok(connection.last_insert_rowid())
}

/// The name of the group that a newspaper's headers are in.
const HEADS: &str = "heads";

/// Compresses the headers of an exchange with those of another exchange of the newspaper.
pub(super) fn squeeze_heads(
    connection: &Connection,
    press: &mut Press,
    newspaper: i64,
    heads: &[u8],
    now: DateTime<Utc>,
) -> rusqlite::Result<(i64, Vec<u8>)> {
    let group = find_or_make(connection, newspaper, HEADS)?;
    if let Some(served) = serve(connection, press, group.dictionary, heads)?
        // Other servers, other headers: then these serve the next exchanges.
        && served.stored.len() * 3 <= heads.len()
    {
        return Ok((served.dictionary, served.stored));
    }
    let choice = Choice::alone(heads, press.squeeze(heads)?);
    let id = insert(connection, group.id, None, &choice, press.level(), now)?;
    connection
        .prepare_cached("UPDATE page_group SET dictionary = ?2 WHERE id = ?1")?
        .execute(params![group.id, id])?;
    // Not by its number, which the transaction may still take back.
    Ok((id, press.squeeze_by(heads, heads)?))
}
