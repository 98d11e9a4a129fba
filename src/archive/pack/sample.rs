//! What packing would win, found on a few pages: some that wait are packed for trial, and nothing is written.
//!
//! Pages are taken in runs of neighbours, as a page that has no dictionary yet is packed with one of those that came
//! shortly before it. Dictionaries that wait are left out, so that a little more is won than is told.

use std::io;
use std::ops::ControlFlow;

use rusqlite::{Connection, params};

use super::packer::{Lying, TEXT_BYTES_MAX, nearest};
use super::{GroupPacked, Packed, Packing, groups};
use crate::archive::blob::{self, Content};
use crate::archive::press::Press;
use crate::archive::{ArchiveError, Reader, remake};

/// Neighbours in a run.
const RUN_PAGES: usize = 6;
/// Runs in a group, at most.
const RUNS_MAX: usize = 4;
/// Pages in all, about; of each group at least one run.
const PAGES_MAX: usize = 600;
/// Photos are packed as they are.
const PHOTOS: &str = "photo";

/// What pages took, and would take.
#[derive(Debug, Default)]
struct Tried {
    pages: u64,
    before: u64,
    after: u64,
}

impl Reader {
    /// The groups as they would be when packed, by a sample. `on_step` hears of the progress after each run of pages
    /// and may end it there.
    pub fn estimate_packing(
        &self,
        packing: &Packing,
        mut on_step: impl FnMut(&Packed) -> ControlFlow<()>,
    ) -> Result<Packed, ArchiveError> {
        let mut press =
            Press::new(packing.level).map_err(|error: io::Error| ArchiveError::io(self.path(), error))?;
        let (groups, waiting) = groups(&self.connection, packing).map_err(|error| self.fault(error))?;
        let mut packed = Packed { waiting, groups, ..Packed::default() };
        let is_tried = |group: &GroupPacked| group.waiting > 0 && group.group != PHOTOS;
        let count = packed.groups.iter().filter(|group| is_tried(group)).count();
        let runs = (PAGES_MAX / (RUN_PAGES * count.max(1))).clamp(1, RUNS_MAX);
        for at in 0..packed.groups.len() {
            if !is_tried(&packed.groups[at]) {
                continue;
            }
            let mut tried = Tried::default();
            for run in 0..runs {
                let group = &packed.groups[at];
                let first = group.waiting * run as u64 / runs as u64;
                try_run(&self.connection, &mut press, group.id, first, &mut tried)
                    .map_err(|error| self.fault(error))?;
                if on_step(&packed).is_break() {
                    return Ok(packed);
                }
            }
            packed.sampled += tried.pages;
            let bytes = waiting_bytes(&self.connection, packed.groups[at].id, packing.level)
                .map_err(|error| self.fault(error))?;
            let saved = tried.saved_of(bytes);
            let group = &mut packed.groups[at];
            group.bytes_after = group.bytes_after.saturating_sub(saved);
        }
        packed.is_done = true;
        Ok(packed)
    }
}

impl Tried {
    /// What would be saved of so many bytes.
    fn saved_of(&self, bytes: u64) -> u64 {
        let saved = u128::from(self.before.saturating_sub(self.after));
        let of = u128::from(bytes) * saved / u128::from(self.before.max(1));
        u64::try_from(of).unwrap_or(u64::MAX)
    }
}

fn waiting_bytes(connection: &Connection, group: i64, level: i32) -> rusqlite::Result<u64> {
    connection
        .prepare_cached(
            "SELECT coalesce(sum(length(stored) + coalesce(length(notes), 0)), 0) FROM blob
             WHERE page_group = ?1 AND level < ?2",
        )?
        .query_row(params![group, level], |row| row.get::<_, i64>(0))
        .map(i64::unsigned_abs)
}

/// Packs a run of neighbours for trial, from the `first` of those that wait.
fn try_run(
    connection: &Connection,
    press: &mut Press,
    group: i64,
    first: u64,
    tried: &mut Tried,
) -> rusqlite::Result<()> {
    let run: Vec<Lying> = connection
        .prepare_cached(
            "SELECT id, form, dictionary, level, length(stored) + coalesce(length(notes), 0) FROM blob
             WHERE page_group = ?1 AND level < ?2 ORDER BY id LIMIT ?3 OFFSET ?4",
        )?
        .query_map(params![group, press.level(), blob::count(RUN_PAGES), first.cast_signed()], Lying::read)?
        .collect::<rusqlite::Result<_>>()?;
    let mut before: Option<Vec<u8>> = None;
    for lying in &run {
        let content = match blob::content(connection, &press.shelf, lying.id) {
            Ok(content) => content,
            Err(error) if blob::is_damage(&error) => continue,
            Err(error) => return Err(error),
        };
        let (bytes, after) = try_page(connection, press, group, lying, content, before.as_deref())?;
        before = bytes.or(before);
        let Some(after) = after else { continue };
        tried.pages += 1;
        tried.before += lying.bytes;
        tried.after += lying.bytes.min(after as u64);
    }
    Ok(())
}

/// Packs a page for trial. Gives its text where the next may be packed with it, and what it would take; nothing for
/// the first of a run, which would be packed with a page that is not looked at.
fn try_page(
    connection: &Connection,
    press: &mut Press,
    group: i64,
    lying: &Lying,
    content: Content,
    before: Option<&[u8]>,
) -> rusqlite::Result<(Option<Vec<u8>>, Option<usize>)> {
    let stays = usize::try_from(lying.bytes).ok();
    if content.bytes.len() > TEXT_BYTES_MAX {
        return Ok((None, stays));
    }
    let notes_bytes = |notes: &Option<Vec<u8>>| notes.as_ref().map_or(0, Vec::len);
    if let ("zstd", Some(dictionary)) = (lying.form.as_str(), lying.dictionary) {
        let packed = press.squeeze_with(connection, &content.bytes, dictionary)?.len();
        return Ok((None, Some(packed + notes_bytes(&content.notes))));
    }
    let apart = if lying.form == "raw" { remake::take_apart(&content.bytes) } else { None };
    let (bytes, notes) = match apart {
        Some(apart) => (apart.content, Some(apart.notes)),
        None if lying.form == "raw" && !blob::is_text(&content.bytes) => return Ok((None, stays)),
        None => (content.bytes, content.notes),
    };
    let packed = match (before, nearest(connection, group, lying.id)?) {
        (_, Some(dictionary)) => Some(press.squeeze_with(connection, &bytes, dictionary)?.len()),
        (Some(before), None) => Some(press.squeeze_by(&bytes, before)?.len()),
        (None, None) => None,
    };
    let after = packed.map(|packed| packed + notes_bytes(&notes));
    Ok((Some(bytes), after))
}
