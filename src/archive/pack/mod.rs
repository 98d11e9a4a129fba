//! Packing: what is stored is compressed again, better than there was time for while crawling.
//!
//! A crawl compresses at a low level, and keeps what servers send as deflate streams as it came. Here pages get the
//! highest level, and streams are taken apart so that their pages can be compressed by likeness too. Everything is
//! read back and compared before it takes the place of what was there. One payload is one short transaction and none
//! is held while compressing, so a crawl can go on meanwhile; what is packed says so, and packing that was broken
//! off goes on from there.

mod packer;
mod room;
mod sample;

use std::ops::ControlFlow;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, params};
use schemars::JsonSchema;
use serde::Serialize;

pub use packer::Packer;

use super::press::PACK_LEVEL;
use super::{Archive, ArchiveError, Reader};

/// What to pack, and how hard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packing {
    /// The newspapers; all where none is named.
    pub newspapers: Vec<String>,
    /// zstd's level, 1 to 22. What was stored at this level or a higher one is left as it is.
    pub level: i32,
}

impl Default for Packing {
    fn default() -> Packing {
        Packing { newspapers: Vec::new(), level: PACK_LEVEL }
    }
}

/// The pages of one newspaper and kind, and what they take.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GroupPacked {
    #[serde(skip)]
    id: i64,
    /// The newspaper.
    pub newspaper: Option<String>,
    /// What the pages have in common: the kind, and of articles the layout.
    pub group: String,
    /// Payloads in the group.
    pub payloads: u64,
    /// Payloads that are stored at a lower level than the one asked for.
    pub waiting: u64,
    /// Bytes of the payloads as received.
    pub received_bytes: u64,
    /// Bytes that they took before, their dictionaries included.
    pub bytes_before: u64,
    /// Bytes that they take now; before anything is packed, those that they would take by a sample.
    pub bytes_after: u64,
}

impl GroupPacked {
    /// The sum of two groups.
    #[must_use]
    pub fn with(mut self, other: &GroupPacked) -> GroupPacked {
        self.payloads += other.payloads;
        self.waiting += other.waiting;
        self.received_bytes += other.received_bytes;
        self.bytes_before += other.bytes_before;
        self.bytes_after += other.bytes_after;
        self
    }
}

/// What packing has done so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Packed {
    /// Payloads and dictionaries that were to be packed.
    pub waiting: u64,
    /// Of these, those looked at.
    pub seen: u64,
    /// Of these, those that are stored anew.
    pub rewritten: u64,
    /// Dictionaries made.
    pub dictionaries_made: u64,
    /// Dictionaries that nothing needs any more, taken out.
    pub dictionaries_removed: u64,
    /// Articles that had not been compared with those of other newspapers yet, and were.
    pub articles_compared: u64,
    /// Payloads that were packed for trial only, to find what packing would win.
    pub sampled: u64,
    /// Whether everything was looked at.
    pub is_done: bool,
    /// By group.
    pub groups: Vec<GroupPacked>,
}

impl Archive {
    /// Packs the archive; `on_step` hears of the progress after each transaction and may end it there.
    pub fn pack(
        &mut self,
        packing: &Packing,
        now: DateTime<Utc>,
        mut on_step: impl FnMut(&Packed) -> ControlFlow<()>,
    ) -> Result<Packed, ArchiveError> {
        let mut worker = Packer::new(packing).map_err(|error| ArchiveError::io(&self.path, error))?;
        let (groups, waiting) = groups(&self.connection, packing).map_err(|error| self.fault(error))?;
        let mut packed = Packed { waiting, groups, ..Packed::default() };
        while let Some(step) =
            worker.step(&mut self.connection, now).map_err(|error| ArchiveError::sql(&self.path, error))?
        {
            packed.count(&step);
            if on_step(&packed).is_break() {
                return Ok(packed);
            }
        }
        let mut last = 0;
        while let Some((article, count)) = self.compare_articles(last)? {
            last = article;
            packed.articles_compared += count;
            if on_step(&packed).is_break() {
                return Ok(packed);
            }
        }
        packed.dictionaries_removed = room::remove_unused(&mut self.connection)
            .map_err(|error| ArchiveError::sql(&self.path, error))?;
        while room::free_pages(&self.connection).map_err(|error| self.fault(error))? > 0 {
            if on_step(&packed).is_break() {
                return Ok(packed);
            }
            room::give_back(&self.connection).map_err(|error| self.fault(error))?;
        }
        packed.is_done = true;
        Ok(packed)
    }

    /// Packs one payload, or tells that none waits: for the idle moments of a crawl.
    pub fn pack_one(&mut self, worker: &mut Packer, now: DateTime<Utc>) -> Result<bool, ArchiveError> {
        worker.step(&mut self.connection, now).map(|step| step.is_some()).map_err(|error| self.fault(error))
    }

    /// Writes the whole file anew, without gaps and in order. Nobody else may write meanwhile, so the archive's lock
    /// is taken; the disk must have room for a second file.
    pub fn vacuum(&mut self) -> Result<(), ArchiveError> {
        let _lock = super::lock::Lock::take(&self.path, &format!("process {}: vacuum", std::process::id()))?;
        room::vacuum(&self.connection).map_err(|error| self.fault(error))
    }
}

impl Reader {
    /// The groups as they are, with what waits to be packed.
    pub fn page_groups(&self, packing: &Packing) -> Result<Vec<GroupPacked>, ArchiveError> {
        groups(&self.connection, packing).map(|(groups, _)| groups).map_err(|error| self.fault(error))
    }
}

impl Packed {
    fn count(&mut self, step: &packer::Step) {
        self.seen += 1;
        self.rewritten += u64::from(step.is_rewritten);
        self.dictionaries_made += u64::from(step.is_dictionary_made);
        if let Some(group) = self.groups.iter_mut().find(|group| group.id == step.group) {
            group.bytes_after = (group.bytes_after + step.bytes_after).saturating_sub(step.bytes_before);
            group.waiting = group.waiting.saturating_sub(u64::from(step.is_payload));
        }
    }
}

/// The groups with payloads in them, and how many payloads and dictionaries wait in all.
fn groups(connection: &Connection, packing: &Packing) -> rusqlite::Result<(Vec<GroupPacked>, u64)> {
    let mut statement = connection.prepare_cached(
        "SELECT g.id, n.id, g.name, p.payloads, p.waiting, p.received, p.bytes + coalesce(d.bytes, 0),
           coalesce(d.waiting, 0)
         FROM page_group g LEFT JOIN newspaper n ON n.no = g.newspaper
         JOIN (SELECT page_group, count(*) AS payloads, count(*) FILTER (WHERE level < ?1) AS waiting,
                 sum(size) AS received, sum(length(stored) + coalesce(length(notes), 0)) AS bytes
               FROM blob GROUP BY page_group) p ON p.page_group = g.id
         LEFT JOIN (SELECT page_group, sum(length(stored)) AS bytes,
                      count(*) FILTER (WHERE level < ?1 AND page IS NOT NULL) AS waiting
                    FROM dictionary GROUP BY page_group) d ON d.page_group = g.id
         WHERE json_array_length(?2) = 0 OR n.id IN (SELECT value FROM json_each(?2))
         ORDER BY n.id, g.name",
    )?;
    let newspapers = serde_json::Value::from(packing.newspapers.clone()).to_string();
    let mut rows = statement.query(params![packing.level, newspapers])?;
    let (mut groups, mut waiting) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let number =
            |column: usize| row.get::<_, i64>(column).map(|number| u64::try_from(number).unwrap_or(0));
        let group = GroupPacked {
            id: row.get(0)?,
            newspaper: row.get(1)?,
            group: row.get(2)?,
            payloads: number(3)?,
            waiting: number(4)?,
            received_bytes: number(5)?,
            bytes_before: number(6)?,
            bytes_after: number(6)?,
        };
        waiting += group.waiting + number(7)?;
        groups.push(group);
    }
    Ok((groups, waiting))
}
