//! The database by SQLite's own checks, and the references between its rows.

use super::{Flow, Part, Run, Scope};

/// SQLite stops to list what is wrong after so many lines.
const LINES_MAX: u32 = 1000;

/// References that a foreign key cannot express; each query lists the rows that break it and says how.
const RULES: &[&str] = &[
    "SELECT a.id, 'article ' || a.id || ' has no current version of its own' FROM article a
     WHERE NOT EXISTS (SELECT 1 FROM version v WHERE v.id = a.version AND v.article = a.id)",
    "SELECT a.id, 'article ' || a.id || ' says it has ' || a.version_count || ' versions, and has ' ||
       (SELECT count(*) FROM version v WHERE v.article = a.id) FROM article a
     WHERE a.version_count <> (SELECT count(*) FROM version v WHERE v.article = a.id)",
    "SELECT a.id, 'article ' || a.id || ' has a gap in the numbers of its versions' FROM article a
     WHERE a.version_count <> (SELECT max(number) FROM version v WHERE v.article = a.id)",
    "SELECT d.id, 'dictionary ' || d.id || ' stands on one that was made after it, or says so of itself wrongly'
     FROM dictionary d LEFT JOIN dictionary b ON b.id = d.base
     WHERE d.base >= d.id OR d.depth <> coalesce(b.depth + 1, 0)",
];

impl Run<'_> {
    pub(super) fn check_database(&mut self, _: Scope) -> rusqlite::Result<Flow> {
        let connection = self.connection;
        let mut statement = connection.prepare(&format!("PRAGMA integrity_check({LINES_MAX})"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let line: String = row.get(0)?;
            if line != "ok" && self.fault(Part::Database, None, line).is_break() {
                return Ok(Flow::Break(()));
            }
        }
        Ok(self.step())
    }

    pub(super) fn check_references(&mut self, _: Scope) -> rusqlite::Result<Flow> {
        let connection = self.connection;
        let mut statement = connection.prepare("PRAGMA foreign_key_check")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (table, id, parent): (String, Option<i64>, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let row = id.map(|id| format!(" {id}")).unwrap_or_default();
            let what = format!("{table}{row} refers to a row of {parent} that is not there");
            if self.fault(Part::Reference, id, what).is_break() {
                return Ok(Flow::Break(()));
            }
        }
        for rule in RULES {
            let mut statement = connection.prepare(rule)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                if self.fault(Part::Reference, row.get(0)?, row.get::<_, String>(1)?).is_break() {
                    return Ok(Flow::Break(()));
                }
            }
        }
        Ok(self.step())
    }
}
