//! The stored bytes: dictionaries, payloads and headers, each unpacked and held against its digest.

use data_encoding::HEXLOWER;
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

use super::{Flow, Part, Run, Scope};
use crate::archive::{blob, capture};

/// Payloads, or headers, checked between two steps.
pub(super) const BATCH: usize = 128;

impl Run<'_> {
    pub(super) fn check_dictionaries(&mut self, _: Scope) -> rusqlite::Result<Flow> {
        for id in ids(self.connection, "SELECT id FROM dictionary WHERE id > ?1 ORDER BY id LIMIT ?2")? {
            let row: (Vec<u8>, i64) = self
                .connection
                .prepare_cached("SELECT sha256, size FROM dictionary WHERE id = ?1")?
                .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let what = match self.shelf.take(self.connection, id) {
                Ok(bytes) => differs(&bytes, &row.0, row.1),
                Err(error) => Some(error.to_string()),
            };
            if let Some(what) = what
                && self.fault(Part::Dictionary, Some(id), format!("dictionary {id}: {what}")).is_break()
            {
                return Ok(Flow::Break(()));
            }
        }
        Ok(self.step())
    }

    pub(super) fn check_payloads(&mut self, scope: Scope) -> rusqlite::Result<Flow> {
        self.count_payloads(scope)?;
        let mut last = 0;
        loop {
            let (count, flow) = self.payload_batch(scope, &mut last)?;
            if count == 0 || flow.is_break() || self.step().is_break() {
                return Ok(if count == 0 { self.step() } else { Flow::Break(()) });
            }
        }
    }

    /// Counts the payloads that are to be checked.
    pub(super) fn count_payloads(&mut self, scope: Scope) -> rusqlite::Result<()> {
        let total: u32 = self.connection.query_row("SELECT count(*) FROM blob", [], |row| row.get(0))?;
        self.verified.payloads = scope.share(total.into());
        Ok(())
    }

    /// Checks the next few payloads after `last`, writes down what was seen, and gives their number.
    pub(super) fn payload_batch(&mut self, scope: Scope, last: &mut i64) -> rusqlite::Result<(usize, Flow)> {
        let left = self.verified.payloads.saturating_sub(self.verified.checked);
        let count = usize::try_from(left).unwrap_or(BATCH).min(BATCH);
        let batch = match scope {
            Scope::Whole => next(self.connection, *last, count)?,
            Scope::Slice { .. } => self.next_of_slice(*last, count)?,
        };
        let mut checked = Vec::with_capacity(batch.len());
        let mut flow = Flow::Continue(());
        for id in batch {
            *last = id.max(*last);
            let (is_sound, wish) = self.check_payload(id)?;
            checked.push((id, is_sound));
            flow = wish;
            if flow.is_break() {
                break;
            }
        }
        self.write_down(&checked);
        Ok((checked.len(), flow))
    }

    fn check_payload(&mut self, id: i64) -> rusqlite::Result<(bool, Flow)> {
        let row: (Vec<u8>, i64) = self
            .connection
            .prepare_cached("SELECT sha256, size FROM blob WHERE id = ?1")?
            .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let what = match blob::load(self.connection, self.shelf, id) {
            Ok(bytes) => {
                self.verified.bytes += bytes.len() as u64;
                differs(&bytes, &row.0, row.1)
            }
            Err(error) => Some(error.to_string()),
        };
        self.verified.checked += 1;
        let Some(what) = what else { return Ok((true, Flow::Continue(()))) };
        let holder = holder(self.connection, id)?;
        Ok((false, self.fault(Part::Payload, Some(id), format!("payload {id} ({holder}): {what}"))))
    }

    /// The payloads that come next where only some are checked: those never checked, then the longest ago.
    fn next_of_slice(&self, last: i64, count: usize) -> rusqlite::Result<Vec<i64>> {
        let count = blob::count(count);
        let unchecked: Vec<i64> = self
            .connection
            .prepare_cached(
                "SELECT b.id FROM blob b WHERE b.id > ?1 AND NOT EXISTS (SELECT 1 FROM fixity f WHERE f.blob = b.id)
                 ORDER BY b.id LIMIT ?2",
            )?
            .query_map(params![last, count], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        // Without a record nothing tells what this run has checked already, so it ends with the unchecked.
        let Some((_, started_at)) = self.record.as_ref().filter(|_| unchecked.is_empty()) else {
            return Ok(unchecked);
        };
        self.connection
            .prepare_cached(
                "SELECT blob FROM fixity WHERE checked_at < ?1 ORDER BY checked_at, blob LIMIT ?2",
            )?
            .query_map(params![started_at, count], |row| row.get(0))?
            .collect()
    }

    /// Remembers when payloads were seen sound, or not.
    fn write_down(&mut self, checked: &[(i64, bool)]) {
        let Some((_, started_at)) = &self.record else { return };
        let write = || -> rusqlite::Result<()> {
            let transaction = self.connection.unchecked_transaction()?;
            for (id, is_sound) in checked {
                transaction
                    .prepare_cached(
                        "INSERT INTO fixity (blob, checked_at, is_sound) VALUES (?1, ?2, ?3)
                         ON CONFLICT (blob) DO UPDATE SET checked_at = excluded.checked_at, is_sound = excluded.is_sound",
                    )?
                    .execute(params![id, started_at, is_sound])?;
            }
            transaction.commit()
        };
        if write().is_err() {
            self.record = None;
        }
        self.note();
    }

    pub(super) fn check_headers(&mut self, _: Scope) -> rusqlite::Result<Flow> {
        loop {
            let (count, flow) = self.header_batch(BATCH)?;
            if count == 0 || flow.is_break() || self.step().is_break() {
                return Ok(if count == 0 { self.step() } else { Flow::Break(()) });
            }
        }
    }

    /// Checks the headers of the next few captures and gives their number.
    pub(super) fn header_batch(&mut self, count: usize) -> rusqlite::Result<(usize, Flow)> {
        let batch: Vec<i64> = self
            .connection
            .prepare_cached("SELECT id FROM capture WHERE id > ?1 ORDER BY id LIMIT ?2")?
            .query_map(params![self.last_capture, blob::count(count)], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        for id in &batch {
            self.last_capture = *id;
            self.verified.headers += 1;
            if let Err(error) = capture::heads(self.connection, self.shelf, *id)
                && self.fault(Part::Headers, Some(*id), error.to_string()).is_break()
            {
                return Ok((batch.len(), Flow::Break(())));
            }
        }
        Ok((batch.len(), Flow::Continue(())))
    }
}

fn next(connection: &Connection, last: i64, count: usize) -> rusqlite::Result<Vec<i64>> {
    connection
        .prepare_cached("SELECT id FROM blob WHERE id > ?1 ORDER BY id LIMIT ?2")?
        .query_map(params![last, blob::count(count)], |row| row.get(0))?
        .collect()
}

fn ids(connection: &Connection, sql: &str) -> rusqlite::Result<Vec<i64>> {
    connection.prepare(sql)?.query_map(params![0, -1], |row| row.get(0))?.collect()
}

/// How bytes differ from what they should be, if they do.
fn differs(bytes: &[u8], sha256: &[u8], size: i64) -> Option<String> {
    if blob::count(bytes.len()) != size {
        return Some(format!("it has {} bytes and should have {size}", bytes.len()));
    }
    let found = Sha256::digest(bytes);
    (found.as_slice() != sha256).then(|| {
        format!("its digest is {} and should be {}", HEXLOWER.encode(&found), HEXLOWER.encode(sha256))
    })
}

/// The first capture with a payload, for its reader.
fn holder(connection: &Connection, id: i64) -> rusqlite::Result<String> {
    let found = connection
        .prepare_cached("SELECT id, url, fetched_at FROM capture WHERE blob = ?1 ORDER BY id LIMIT 1")?
        .query_row([id], |row| {
            let (id, url, at): (i64, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(format!("capture {id}, {url} at {at}"))
        })
        .optional()?;
    Ok(found.unwrap_or_else(|| "no capture".to_owned()))
}
