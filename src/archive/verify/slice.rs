//! A slice: some payloads, some headers and some texts in turn, so that each is reached however short the time is,
//! going on where the slice before stopped.

use rusqlite::OptionalExtension;

use super::payloads::BATCH as HEADERS_AT_ONCE;
use super::texts::BATCH as VERSIONS_AT_ONCE;
use super::{Flow, Run, Scope};

impl Scope {
    /// How many of `total` are to be checked.
    pub(super) fn share(self, total: u64) -> u64 {
        match self {
            Scope::Whole => total,
            Scope::Slice { per_mille } => (total * u64::from(per_mille)).div_ceil(1000).min(total),
        }
    }
}

/// One pass over rows in the order of their numbers, from some place on and around the end.
struct Round {
    /// Rows still to be checked.
    left: u64,
    /// Whether the end was reached and the beginning is next.
    is_around: bool,
}

impl Round {
    /// How many come next, at most.
    fn next(&self, at_once: usize) -> usize {
        usize::try_from(self.left).unwrap_or(at_once).min(at_once)
    }

    /// Takes note of `count` rows; at the end, `last` goes back to the beginning, once.
    fn take(&mut self, count: usize, last: &mut i64) {
        self.left = self.left.saturating_sub(count as u64);
        if count == 0 && self.is_around {
            self.left = 0;
        } else if count == 0 {
            self.is_around = true;
            *last = 0;
        }
    }
}

impl Run<'_> {
    pub(super) fn check_slice(&mut self, scope: Scope) -> rusqlite::Result<Flow> {
        self.count_payloads(scope)?;
        self.go_on()?;
        let (mut headers, mut versions) = (self.round("capture", scope)?, self.round("version", scope)?);
        let (mut last_payload, mut has_payloads) = (0, true);
        while has_payloads || headers.left > 0 || versions.left > 0 {
            if has_payloads {
                let (count, flow) = self.payload_batch(scope, &mut last_payload)?;
                has_payloads = count > 0;
                if flow.is_break() {
                    return Ok(flow);
                }
            }
            if headers.left > 0 {
                let (count, flow) = self.header_batch(headers.next(HEADERS_AT_ONCE))?;
                headers.take(count, &mut self.last_capture);
                if flow.is_break() {
                    return Ok(flow);
                }
            }
            if versions.left > 0 {
                let (count, flow) = self.version_batch(versions.next(VERSIONS_AT_ONCE))?;
                versions.take(count, &mut self.last_version);
                if flow.is_break() {
                    return Ok(flow);
                }
            }
            if self.step().is_break() {
                return Ok(Flow::Break(()));
            }
        }
        Ok(Flow::Continue(()))
    }

    /// Goes on where the last slice stopped; an archive that is only read has no memory of it.
    fn go_on(&mut self) -> rusqlite::Result<()> {
        let Some((own, _)) = self.record else { return Ok(()) };
        let before = self
            .connection
            .prepare_cached(
                "SELECT last_capture, last_version FROM verify_run
                 WHERE id < ?1 AND scope <> 'whole' ORDER BY id DESC LIMIT 1",
            )?
            .query_row([own], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        (self.last_capture, self.last_version) = before.unwrap_or((0, 0));
        Ok(())
    }

    fn round(&self, table: &str, scope: Scope) -> rusqlite::Result<Round> {
        let total: u32 =
            self.connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))?;
        Ok(Round { left: scope.share(total.into()), is_around: false })
    }
}
