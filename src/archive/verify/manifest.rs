//! Manifests: the digests of everything, to be kept elsewhere and held against the archive later.
//!
//! A manifest is a file of `sha256sum`: SHA-256 in hex, two blanks, a name. Above each such line a line that begins
//! with `#=`, which `sha256sum` passes over, says what has the digest: its kind, bytes, moment and address. By these
//! the archive finds it again, also in a copy in which it has another number.

use std::io::{self, BufRead, Write};
use std::ops::ControlFlow;

use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER_PERMISSIVE;
use rusqlite::{Connection, params};

use super::{Fault, Part};
use crate::archive::{ArchiveError, Reader, moment};

/// A longer line is no line of a manifest.
const LINE_BYTES_MAX: usize = 16_384;
/// What a line that describes the next one begins with.
const DESCRIBES: &str = "#= ";

/// Every capture by its payload's digest, every version by its text's.
const LINES: &[&str] = &[
    "SELECT 'capture' || char(9) || size || char(9) || fetched_at || char(9) || url, sha256 || '  captures/' || id
     FROM captures ORDER BY id",
    "SELECT 'version' || char(9) || length(CAST(v.body AS BLOB)) || char(9) || v.captured_at || char(9) || v.url,
       lower(hex(v.text_sha256)) || '  versions/' || v.article || '.' || v.number || '.txt'
     FROM version v ORDER BY v.id",
];

impl Reader {
    /// Writes the digest of every capture and every version, with what it is the digest of. Gives their number.
    pub fn write_manifest(&self, to: &mut dyn Write, now: DateTime<Utc>) -> Result<u64, ArchiveError> {
        let unwritten = |error| ArchiveError::io(self.path(), error);
        let name = self.path().file_name().unwrap_or_default().to_string_lossy();
        let opening = format!(
            "# The digests of {name}, written by khobao {} at {}.\n\
             # Each is SHA-256 in hex, two blanks and a name, as sha256sum writes it. The line above it says what it is of:\n\
             # capture  the payload of a request as received (transfer coding removed, content coding kept): bytes, when it\n\
             #          was asked for, and the address; captures/N is row N of the view `captures`\n\
             # version  title, lead, body and captions of a version of an article, each that is there, joined by empty\n\
             #          lines, captions among themselves by newlines: bytes of the body, when its page was captured, and\n\
             #          the address; versions/A.N.txt is version N of article A of the view `versions`\n\
             # `khobao verify --check` holds it against an archive, `sha256sum --check` against files of these names, which\n\
             # `khobao verify --manifest FILE --unpack FOLDER` writes.\n",
            env!("CARGO_PKG_VERSION"),
            moment::text(now),
        );
        to.write_all(opening.as_bytes()).map_err(unwritten)?;
        let mut digests = 0;
        for sql in LINES {
            let mut statement = self.connection.prepare(sql).map_err(|error| self.fault(error))?;
            let mut rows = statement.query([]).map_err(|error| self.fault(error))?;
            while let Some(row) = rows.next().map_err(|error| self.fault(error))? {
                let column = |at| row.get::<_, String>(at).map_err(|error| self.fault(error));
                writeln!(to, "{DESCRIBES}{}\n{}", column(0)?, column(1)?).map_err(unwritten)?;
                digests += 1;
            }
        }
        Ok(digests)
    }

    /// Holds a manifest against the archive: `on_fault` hears of every line that the archive does not bear out.
    /// Gives the number of digests.
    pub fn check_manifest(
        &self,
        from: &mut dyn BufRead,
        mut on_fault: impl FnMut(&Fault) -> ControlFlow<()>,
    ) -> Result<u64, ArchiveError> {
        let (mut number, mut digests) = (0, 0);
        let mut described: Option<String> = None;
        while let Some(line) = next_line(from).map_err(|error| ArchiveError::io(self.path(), error))? {
            number += 1;
            if let Some(of) = line.strip_prefix(DESCRIBES) {
                described = Some(of.to_owned());
                continue;
            }
            if line.starts_with('#') || line.is_empty() {
                continue;
            }
            digests += 1;
            let of = described.take();
            let what =
                match holds(&self.connection, of.as_deref(), &line).map_err(|error| self.fault(error))? {
                    Some(true) => continue,
                    Some(false) => {
                        let of = of.unwrap_or_default().replace('\t', " ");
                        format!("line {number}: the archive has no such {of} with the digest {line}")
                    }
                    None => format!("line {number} is no line of a manifest"),
                };
            let fault = Fault { part: Part::Manifest, id: None, what };
            if on_fault(&fault).is_break() {
                break;
            }
        }
        Ok(digests)
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

/// Whether the archive has what a line says with the digest that it gives; none where the line says nothing.
fn holds(connection: &Connection, of: Option<&str>, line: &str) -> rusqlite::Result<Option<bool>> {
    let Some((sha256, _name)) = line.split_once("  ") else { return Ok(None) };
    let parts: Vec<&str> = of.unwrap_or_default().splitn(4, '\t').collect();
    let [kind, size, moment, url] = parts[..] else { return Ok(None) };
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
