//! One payload after the other, group by group, in the order in which they came.

use std::io;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params};

use super::Packing;
use crate::archive::blob::{self, Form, Written};
use crate::archive::group::{self, Group, Squeezed};
use crate::archive::press::{Press, expand};
use crate::archive::remake;

/// Longer texts stay at the level of the crawl: they are lists of addresses, and one step must not last for seconds.
pub(super) const TEXT_BYTES_MAX: usize = 2 << 20;

/// Packs step by step; where it is stands in it, and what is packed stands in the archive.
#[derive(Debug)]
pub struct Packer {
    press: Press,
    newspapers: Vec<String>,
    /// The groups still to come, the next one last; none before they are listed.
    groups: Option<Vec<i64>>,
    place: Option<Place>,
}

/// Where packing is in a group.
#[derive(Debug)]
struct Place {
    group: Group,
    /// The level of the payloads that it goes through now.
    level: Option<i32>,
    /// The payload it looked at last.
    payload: i64,
    /// The level and number of the dictionary that it looked at last.
    dictionary: (i32, i64),
}

/// What one step did.
#[derive(Debug, Default)]
pub(super) struct Step {
    pub(super) group: i64,
    pub(super) is_payload: bool,
    pub(super) is_rewritten: bool,
    pub(super) is_dictionary_made: bool,
    pub(super) bytes_before: u64,
    pub(super) bytes_after: u64,
}

/// A payload as it lies in the archive.
pub(super) struct Lying {
    pub(super) id: i64,
    pub(super) form: String,
    pub(super) dictionary: Option<i64>,
    level: Option<i32>,
    pub(super) bytes: u64,
}

impl Lying {
    /// Of a row with these columns.
    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Lying> {
        Ok(Lying {
            id: row.get(0)?,
            form: row.get(1)?,
            dictionary: row.get(2)?,
            level: row.get(3)?,
            bytes: row.get::<_, i64>(4)?.unsigned_abs(),
        })
    }
}

impl Packer {
    /// A packer that has done nothing yet.
    pub fn new(packing: &Packing) -> io::Result<Packer> {
        let press = Press::new(packing.level)?;
        Ok(Packer { press, newspapers: packing.newspapers.clone(), groups: None, place: None })
    }

    /// Packs one payload or dictionary; none where nothing waits any more. The next step after that looks anew.
    pub(super) fn step(
        &mut self,
        connection: &mut Connection,
        now: DateTime<Utc>,
    ) -> rusqlite::Result<Option<Step>> {
        let step = self.next(connection, now);
        if step.is_err() {
            // Dictionaries made in a transaction that failed are none.
            self.press.forget();
        }
        step
    }

    fn next(&mut self, connection: &mut Connection, now: DateTime<Utc>) -> rusqlite::Result<Option<Step>> {
        loop {
            if self.groups.is_none() {
                self.groups = Some(waiting_groups(connection, &self.newspapers)?);
            }
            let Some(place) = &mut self.place else {
                let Some(id) = self.groups.as_mut().and_then(Vec::pop) else {
                    self.groups = None;
                    return Ok(None);
                };
                self.place =
                    Some(Place { group: Group::new(id), level: None, payload: 0, dictionary: (-1, 0) });
                continue;
            };
            if let Some(lying) = place.next_payload(connection, self.press.level())? {
                return place.pack(connection, &mut self.press, &lying, now).map(Some);
            }
            if let Some(dictionary) = place.next_dictionary(connection, self.press.level())? {
                return pack_dictionary(connection, &mut self.press, place.group.id, dictionary).map(Some);
            }
            self.place = None;
        }
    }
}

fn waiting_groups(connection: &Connection, newspapers: &[String]) -> rusqlite::Result<Vec<i64>> {
    connection
        .prepare_cached(
            "SELECT g.id FROM page_group g LEFT JOIN newspaper n ON n.no = g.newspaper
             WHERE g.name <> 'photo' -- packed as they are
               AND (json_array_length(?1) = 0 OR n.id IN (SELECT value FROM json_each(?1))) ORDER BY g.id DESC",
        )?
        .query_map([serde_json::Value::from(newspapers.to_vec()).to_string()], |row| row.get(0))?
        .collect()
}

impl Place {
    /// The next payload that is stored at a lower level: level by level, and in each in the order of their coming,
    /// both by steps down the index.
    fn next_payload(&mut self, connection: &Connection, below: i32) -> rusqlite::Result<Option<Lying>> {
        loop {
            if let Some(level) = self.level {
                let next = connection
                    .prepare_cached(
                        "SELECT id, form, dictionary, level, length(stored) + coalesce(length(notes), 0) FROM blob
                         WHERE page_group = ?1 AND level = ?2 AND id > ?3 ORDER BY id LIMIT 1",
                    )?
                    .query_row(params![self.group.id, level, self.payload], Lying::read)
                    .optional()?;
                if let Some(lying) = next {
                    self.payload = lying.id;
                    return Ok(Some(lying));
                }
            }
            let level: Option<i32> = connection
                .prepare_cached(
                    "SELECT min(level) FROM blob WHERE page_group = ?1 AND level > ?2 AND level < ?3",
                )?
                .query_row(params![self.group.id, self.level.unwrap_or(-1), below], |row| row.get(0))?;
            if level.is_none() {
                return Ok(None);
            }
            (self.level, self.payload) = (level, 0);
        }
    }

    /// The next dictionary that is stored at a lower level, likewise by steps down an index.
    fn next_dictionary(&mut self, connection: &Connection, below: i32) -> rusqlite::Result<Option<i64>> {
        let (level, id) = self.dictionary;
        let next: Option<(i32, i64)> = connection
            .prepare_cached(
                "SELECT level, id FROM dictionary
                 WHERE page_group = ?1 AND (level, id) > (?2, ?3) AND level < ?4 AND page IS NOT NULL
                 ORDER BY level, id LIMIT 1",
            )?
            .query_row(params![self.group.id, level, id, below], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some(next) = next else { return Ok(None) };
        self.dictionary = next;
        Ok(Some(next.1))
    }

    fn pack(
        &mut self,
        connection: &mut Connection,
        press: &mut Press,
        lying: &Lying,
        now: DateTime<Utc>,
    ) -> rusqlite::Result<Step> {
        let step = Step {
            group: self.group.id,
            is_payload: true,
            bytes_before: lying.bytes,
            bytes_after: lying.bytes,
            ..Step::default()
        };
        let content = match blob::content(connection, &press.shelf, lying.id) {
            Ok(content) => content,
            // What is damaged is left as it is, for `verify` to tell.
            Err(error) if blob::is_damage(&error) => return Ok(step),
            Err(error) => return Err(error),
        };
        if content.bytes.len() > TEXT_BYTES_MAX {
            return write(connection, lying, None, step);
        }
        if let ("zstd", Some(dictionary)) = (lying.form.as_str(), lying.dictionary) {
            return again(connection, press, lying, dictionary, &content, step);
        }
        let apart = if lying.form == "raw" { remake::take_apart(&content.bytes) } else { None };
        let (bytes, notes) = match apart {
            Some(apart) => (apart.content, Some(apart.notes)),
            None if lying.form == "raw" && !blob::is_text(&content.bytes) => {
                return write(connection, lying, None, step);
            }
            None => (content.bytes, content.notes),
        };
        self.house(connection, press, lying, (&bytes, notes.as_deref()), step, now)
    }

    /// Compresses a payload that has no dictionary with the one made last before it came.
    fn house(
        &mut self,
        connection: &mut Connection,
        press: &mut Press,
        lying: &Lying,
        (bytes, notes): (&[u8], Option<&[u8]>),
        step: Step,
        now: DateTime<Utc>,
    ) -> rusqlite::Result<Step> {
        let nearest = nearest(connection, self.group.id, lying.id)?;
        if nearest != self.group.dictionary {
            self.group = Group { dictionary: nearest, other: None, pages: 0, ..self.group };
        }
        let squeezed = group::squeeze(connection, press, Some(self.group), bytes)?;
        if !comes_out(connection, press, &squeezed, bytes)? {
            return Ok(step);
        }
        let as_dictionary = squeezed.choice.as_ref().map_or(0, |choice| choice.stored.len());
        let total = squeezed.stored.len() + as_dictionary + notes.map_or(0, <[u8]>::len);
        if total as u64 >= lying.bytes {
            return write(connection, lying, None, step);
        }
        let form = if squeezed.choice.is_some() { Form::Dictionary } else { Form::Zstd };
        let level = Some(press.level()).filter(|_| form == Form::Zstd);
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if !still_lies(&transaction, lying)? {
            return Ok(step);
        }
        let dictionary = group::settle(&transaction, &squeezed, lying.id, press.level(), now)?;
        let stored = squeezed.stored.as_slice();
        let written = Written { form, dictionary, level, content_size: bytes.len(), notes, stored };
        blob::rewrite(&transaction, lying.id, &written)?;
        transaction.commit()?;
        if let Some(after) = squeezed.group {
            let dictionary = if form == Form::Dictionary { dictionary } else { after.dictionary };
            self.group = Group { dictionary, ..after };
        }
        Ok(Step {
            is_rewritten: true,
            is_dictionary_made: form == Form::Dictionary,
            bytes_after: total as u64,
            ..step
        })
    }
}

/// The dictionary of a group that was made last from a page before another.
pub(super) fn nearest(connection: &Connection, group: i64, before: i64) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached(
            "SELECT id FROM dictionary WHERE page_group = ?1 AND page < ?2 ORDER BY page DESC LIMIT 1",
        )?
        .query_row(params![group, before], |row| row.get(0))
        .optional()
}

/// Whether a text comes out again of what it was compressed to.
fn comes_out(
    connection: &Connection,
    press: &Press,
    squeezed: &Squeezed,
    text: &[u8],
) -> rusqlite::Result<bool> {
    let (stored, dictionary) = match &squeezed.choice {
        Some(choice) => (choice.stored.as_slice(), choice.base),
        None => (squeezed.stored.as_slice(), squeezed.dictionary),
    };
    let dictionary = dictionary.map(|id| press.shelf.take(connection, id)).transpose()?;
    Ok(expand(stored, dictionary.as_deref(), text.len())? == text)
}

/// Compresses a payload again with the dictionary it has.
fn again(
    connection: &mut Connection,
    press: &mut Press,
    lying: &Lying,
    dictionary: i64,
    content: &blob::Content,
    step: Step,
) -> rusqlite::Result<Step> {
    let stored = press.squeeze_with(connection, &content.bytes, dictionary)?;
    let notes = content.notes.as_deref();
    let total = (stored.len() + notes.map_or(0, <[u8]>::len)) as u64;
    let like = press.shelf.take(connection, dictionary)?;
    if total >= lying.bytes || expand(&stored, Some(&like), content.bytes.len())? != content.bytes {
        return write(connection, lying, Some(press.level()), step);
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if !still_lies(&transaction, lying)? {
        return Ok(step);
    }
    let written = Written {
        form: Form::Zstd,
        dictionary: Some(dictionary),
        level: Some(press.level()),
        content_size: content.bytes.len(),
        notes,
        stored: &stored,
    };
    blob::rewrite(&transaction, lying.id, &written)?;
    transaction.commit()?;
    Ok(Step { is_rewritten: true, bytes_after: total, ..step })
}

/// Whether a payload is stored as it was when it was looked at: another process may pack too.
fn still_lies(connection: &Connection, lying: &Lying) -> rusqlite::Result<bool> {
    connection
        .prepare_cached(
            "SELECT 1 FROM blob WHERE id = ?1 AND form = ?2 AND dictionary IS ?3 AND level IS ?4",
        )?
        .exists(params![lying.id, lying.form, lying.dictionary, lying.level])
}

/// Notes that a payload was looked at and is best left as it is.
fn write(connection: &Connection, lying: &Lying, level: Option<i32>, step: Step) -> rusqlite::Result<Step> {
    connection
        .prepare_cached("UPDATE blob SET level = ?2 WHERE id = ?1 AND level IS ?3")?
        .execute(params![lying.id, level, lying.level])?;
    Ok(step)
}

/// Compresses a dictionary again with the one it stands on.
fn pack_dictionary(
    connection: &mut Connection,
    press: &mut Press,
    group: i64,
    id: i64,
) -> rusqlite::Result<Step> {
    let (base, level, bytes): (Option<i64>, i32, i64) = connection
        .prepare_cached("SELECT base, level, length(stored) FROM dictionary WHERE id = ?1")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let before = bytes.unsigned_abs();
    let step = Step { group, bytes_before: before, bytes_after: before, ..Step::default() };
    let content = match press.shelf.take(connection, id) {
        Ok(content) => content,
        Err(error) if blob::is_damage(&error) => return Ok(step),
        Err(error) => return Err(error),
    };
    let stored = match base {
        Some(base) => press.squeeze_with(connection, &content, base)?,
        None => press.squeeze(&content)?,
    };
    let like = base.map(|base| press.shelf.take(connection, base)).transpose()?;
    let is_better =
        (stored.len() as u64) < before && *expand(&stored, like.as_deref(), content.len())? == *content;
    let rewritten = connection
        .prepare_cached(
            "UPDATE dictionary SET level = ?2, stored = CASE WHEN ?4 THEN ?5 ELSE stored END
             WHERE id = ?1 AND level = ?3",
        )?
        .execute(params![id, press.level(), level, is_better, stored])?;
    let is_rewritten = is_better && rewritten > 0;
    Ok(Step { is_rewritten, bytes_after: if is_rewritten { stored.len() as u64 } else { before }, ..step })
}
