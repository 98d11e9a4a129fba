//! What a manifest names, as files of the same names: for whoever wants to check it with no archive at hand.

use std::path::Path;

use rusqlite::Row;

use crate::archive::stored::{self, BODY_COLUMN, COLUMN_COUNT, COLUMNS};
use crate::archive::{ArchiveError, Reader, blob, substance};

/// Every capture with its payload, if it has one.
const CAPTURES: &str = "SELECT id, blob FROM capture ORDER BY id";

impl Reader {
    /// Writes every payload and every version's text below `folder`, under the names of the manifest. Gives the
    /// number of files. What cannot be read is an error: of a damaged archive [`Reader::verify`] names all faults.
    pub fn unpack(&self, folder: &Path) -> Result<u64, ArchiveError> {
        for name in ["captures", "versions"] {
            let folder = folder.join(name);
            std::fs::create_dir_all(&folder).map_err(|error| ArchiveError::io(&folder, error))?;
        }
        let captures = self.files(CAPTURES, folder, |row| {
            let (id, blob): (i64, Option<i64>) = (row.get(0)?, row.get(1)?);
            let payload = blob.map(|blob| blob::load(&self.connection, &self.shelf, blob)).transpose()?;
            Ok((format!("captures/{id}"), payload.unwrap_or_default()))
        })?;
        let versions = format!(
            "SELECT {COLUMNS}, v.article, v.number
             FROM version v JOIN article a ON a.id = v.article JOIN newspaper n ON n.no = a.newspaper ORDER BY v.id"
        );
        let versions = self.files(&versions, folder, |row| {
            let (article, number): (i64, i64) = (row.get(COLUMN_COUNT)?, row.get(COLUMN_COUNT + 1)?);
            let read = stored::article(row)?;
            let body = row.get_ref(BODY_COLUMN)?.as_str()?;
            let text = substance::text(&read.title, read.lead.as_deref(), body, &read.captions);
            Ok((format!("versions/{article}.{number}.txt"), text.into_bytes()))
        })?;
        Ok(captures + versions)
    }

    /// A file for each row of a query: its name below the folder, and its bytes.
    fn files(
        &self,
        sql: &str,
        folder: &Path,
        file: impl Fn(&Row<'_>) -> rusqlite::Result<(String, Vec<u8>)>,
    ) -> Result<u64, ArchiveError> {
        let mut statement = self.connection.prepare(sql).map_err(|error| self.fault(error))?;
        let mut rows = statement.query([]).map_err(|error| self.fault(error))?;
        let mut count = 0;
        while let Some(row) = rows.next().map_err(|error| self.fault(error))? {
            let (name, bytes) = file(row).map_err(|error| self.fault(error))?;
            let path = folder.join(name);
            std::fs::write(&path, bytes).map_err(|error| ArchiveError::io(&path, error))?;
            count += 1;
        }
        Ok(count)
    }
}
