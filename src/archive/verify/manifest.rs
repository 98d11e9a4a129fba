//! Manifests: the digests of everything, to be kept elsewhere and held against the archive later.

use std::io::{self, BufRead, Write};
use std::ops::ControlFlow;

use data_encoding::HEXLOWER_PERMISSIVE;
use rusqlite::{Connection, params};

use super::{Fault, Part};
use crate::archive::{ArchiveError, Reader};

/// A longer line is no line of a manifest.
const LINE_BYTES_MAX: usize = 16_384;

/// Every capture by its payload's digest, every version by its text's.
const LINES: &[&str] = &[
    "SELECT 'capture' || char(9) || sha256 || char(9) || size || char(9) || fetched_at || char(9) || url
     FROM captures ORDER BY id",
    "SELECT 'version' || char(9) || lower(hex(v.text_sha256)) || char(9) || length(CAST(v.body AS BLOB)) || char(9) ||
       v.captured_at || char(9) || v.url
     FROM version v ORDER BY v.id",
];

impl Reader {
    /// Writes a line for every capture and every version: its kind, SHA-256 in hex, bytes, moment, and address,
    /// parted by tabs.
    pub fn write_manifest(&self, to: &mut dyn Write) -> Result<u64, ArchiveError> {
        let mut lines = 0;
        for sql in LINES {
            let mut statement = self.connection.prepare(sql).map_err(|error| self.fault(error))?;
            let mut rows = statement.query([]).map_err(|error| self.fault(error))?;
            while let Some(row) = rows.next().map_err(|error| self.fault(error))? {
                let line: String = row.get(0).map_err(|error| self.fault(error))?;
                writeln!(to, "{line}").map_err(|error| ArchiveError::io(self.path(), error))?;
                lines += 1;
            }
        }
        Ok(lines)
    }

    /// Holds a manifest against the archive: `on_fault` hears of every line that the archive does not bear out.
    /// Gives the number of lines.
    pub fn check_manifest(
        &self,
        from: &mut dyn BufRead,
        mut on_fault: impl FnMut(&Fault) -> ControlFlow<()>,
    ) -> Result<u64, ArchiveError> {
        let mut number = 0;
        while let Some(line) = next_line(from).map_err(|error| ArchiveError::io(self.path(), error))? {
            number += 1;
            let what = match line_holds(&self.connection, &line).map_err(|error| self.fault(error))? {
                Some(true) => continue,
                Some(false) => format!("line {number}: the archive has no such {line}").replace('\t', " "),
                None => format!("line {number} is no line of a manifest"),
            };
            let fault = Fault { part: Part::Manifest, id: None, what };
            if on_fault(&fault).is_break() {
                break;
            }
        }
        Ok(number)
    }
}

/// The next line, cut where it is longer than any line of a manifest; what is no UTF-8 makes it no such line.
fn next_line(from: &mut dyn BufRead) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    let read = io::Read::take(&mut *from, LINE_BYTES_MAX as u64).read_until(b'\n', &mut line)?;
    if read == 0 {
        return Ok(None);
    }
    Ok(Some(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned()))
}

/// Whether the archive has what a line says; none where the line says nothing.
fn line_holds(connection: &Connection, line: &str) -> rusqlite::Result<Option<bool>> {
    let parts: Vec<&str> = line.splitn(5, '\t').collect();
    let [kind, sha256, size, moment, url] = parts[..] else { return Ok(None) };
    let (Ok(sha256), Ok(size)) = (HEXLOWER_PERMISSIVE.decode(sha256.as_bytes()), size.parse::<i64>()) else {
        return Ok(None);
    };
    let sql = match kind {
        "capture" if size == 0 => {
            "SELECT 1 FROM capture WHERE url = ?1 AND fetched_at = ?2 AND blob IS NULL AND ?3 = 0 AND length(?4) = 32"
        }
        "capture" => {
            "SELECT 1 FROM capture c JOIN blob b ON b.id = c.blob
             WHERE c.url = ?1 AND c.fetched_at = ?2 AND b.size = ?3 AND b.sha256 = ?4"
        }
        "version" => {
            "SELECT 1 FROM version WHERE url = ?1 AND captured_at = ?2 AND length(CAST(body AS BLOB)) = ?3
               AND text_sha256 = ?4"
        }
        _ => return Ok(None),
    };
    connection.prepare_cached(sql)?.exists(params![url, moment, size, sha256]).map(Some)
}
