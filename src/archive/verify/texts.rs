//! The articles: each version can be put together again, and its text has the digest it was stored with.

use data_encoding::HEXLOWER;
use rusqlite::{Row, params};

use super::{Flow, Part, Run, Scope};
use crate::archive::stored::{self, BODY_COLUMN, Body, COLUMN_COUNT, COLUMNS};
use crate::archive::{blob, substance};
use crate::article::Article;

/// Versions checked between two steps.
pub(super) const BATCH: usize = 256;

impl Run<'_> {
    pub(super) fn check_versions(&mut self, _: Scope) -> rusqlite::Result<Flow> {
        loop {
            let (count, flow) = self.version_batch(BATCH)?;
            if count == 0 || flow.is_break() || self.step().is_break() {
                return Ok(if count == 0 { self.step() } else { Flow::Break(()) });
            }
        }
    }

    /// Checks the texts of the next few versions and gives their number.
    pub(super) fn version_batch(&mut self, count: usize) -> rusqlite::Result<(usize, Flow)> {
        let connection = self.connection;
        let mut statement = connection.prepare_cached(&format!(
            "SELECT {COLUMNS}, v.id, v.article, v.number, v.text_sha256
             FROM version v JOIN article a ON a.id = v.article JOIN newspaper n ON n.no = a.newspaper
             WHERE v.id > ?1 ORDER BY v.id LIMIT ?2"
        ))?;
        let mut rows = statement.query(params![self.last_version, blob::count(count)])?;
        let mut checked = 0;
        while let Some(row) = rows.next()? {
            checked += 1;
            self.verified.versions += 1;
            self.last_version = row.get(COLUMN_COUNT)?;
            let (article, number): (i64, u32) = (row.get(COLUMN_COUNT + 1)?, row.get(COLUMN_COUNT + 2)?);
            let what = match stored::article(row) {
                Ok(read) => wrong(row, &read)?,
                Err(error) => Some(error.to_string()),
            };
            if let Some(what) = what {
                let what = format!("article {article}, version {number}: {what}");
                if self.fault(Part::Version, Some(article), what).is_break() {
                    return Ok((checked, Flow::Break(())));
                }
            }
        }
        Ok((checked, Flow::Continue(())))
    }
}

/// What is wrong with the text of a version, if anything is.
fn wrong(row: &Row<'_>, read: &Article) -> rusqlite::Result<Option<String>> {
    let body = row.get_ref(BODY_COLUMN)?.as_str()?;
    let should = row.get_ref(COLUMN_COUNT + 3)?.as_blob()?;
    let found = substance::text_sha256(&read.title, read.lead.as_deref(), body, &read.captions);
    if found != should {
        let (found, should) = (HEXLOWER.encode(&found), HEXLOWER.encode(should));
        return Ok(Some(format!("the digest of its text is {found} and should be {should}")));
    }
    Ok((Body::of(read).text != body).then(|| "its blocks do not make up its text".to_owned()))
}
