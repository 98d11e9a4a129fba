//! An article's versions, from the first to the current one.

use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;
use schemars::JsonSchema;
use serde::Serialize;

use super::{ArchiveError, Reader, moment};

/// One version, without its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct VersionRow {
    /// Its number, from 1.
    pub version: u32,
    /// When the page it was read from was fetched.
    pub captured_at: DateTime<Utc>,
    /// Why there is this version: `first`, `edited` or `reread`.
    pub reason: String,
    /// Its headline.
    pub title: String,
    /// Words of its body.
    pub word_count: u32,
    /// SHA-256 in hex of its title, lead, body and captions.
    pub text_sha256: String,
    /// The capture it was read from.
    pub capture_id: Option<i64>,
    /// The version of khobao that read it.
    pub khobao: String,
    /// The layout it was read by.
    pub layout: String,
}

impl Reader {
    /// The versions of an article in their order; empty where there is no such article.
    pub fn history(&self, article_id: i64) -> Result<Vec<VersionRow>, ArchiveError> {
        let rows = || -> rusqlite::Result<Vec<VersionRow>> {
            self.connection
                .prepare_cached(
                    "SELECT number, captured_at, reason, title, word_count, text_sha256, capture, khobao, layout
                     FROM version WHERE article = ?1 ORDER BY number",
                )?
                .query_map([article_id], |row| {
                    Ok(VersionRow {
                        version: row.get(0)?,
                        captured_at: moment::read(1, &row.get::<_, String>(1)?)?,
                        reason: row.get(2)?,
                        title: row.get(3)?,
                        word_count: row.get(4)?,
                        text_sha256: HEXLOWER.encode(row.get_ref(5)?.as_blob()?),
                        capture_id: row.get(6)?,
                        khobao: row.get(7)?,
                        layout: row.get(8)?,
                    })
                })?
                .collect()
        };
        rows().map_err(|error| self.fault(error))
    }
}
