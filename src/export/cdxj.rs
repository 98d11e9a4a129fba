//! CDXJ: the index by which replay tools find a record, one line a capture, in the order of sort-friendly addresses.
//!
//! Captures that only said 304 are not in it: replay goes to those that they stand for.
//!
//! Alone it is the index of the files that the export `warc` makes of the same captures with the same `--size`.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;

use chrono::{DateTime, Utc};
use serde::Serialize;
use url::Url;

use super::draft::beside;
use super::file::NewFile;
use super::sort::Sorter;
use super::surt::surt;
use super::warc::{Cut, FileShelf, Pass, Reached, Shelf, Takes};
use super::{Destination, ExportError, Format, Job, Report};

/// What an index tells of a record.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) url: Url,
    pub(super) at: DateTime<Utc>,
    /// The media type without parameters; `warc/revisit` for a revisit.
    pub(super) mime: Option<String>,
    pub(super) status: u16,
    /// `sha1:` and base32.
    pub(super) digest: String,
    /// Bytes of the record in its file.
    pub(super) length: u64,
    /// Where it begins in its file.
    pub(super) offset: u64,
    pub(super) file: String,
}

/// The object of a line; numbers are written as texts, as all tools have it.
#[derive(Serialize)]
struct Fields<'a> {
    url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    mime: Option<&'a str>,
    status: String,
    digest: &'a str,
    length: String,
    offset: String,
    filename: &'a str,
}

impl Entry {
    /// The line, without its end.
    pub(super) fn line(&self) -> String {
        let fields = Fields {
            url: self.url.as_str(),
            mime: self.mime.as_deref(),
            status: self.status.to_string(),
            digest: &self.digest,
            length: self.length.to_string(),
            offset: self.offset.to_string(),
            filename: &self.file,
        };
        // Texts and numbers always have a JSON form.
        let json = serde_json::to_string(&fields).unwrap_or_default();
        format!("{} {} {json}", surt(&self.url), self.at.format("%Y%m%d%H%M%S"))
    }
}

/// Keeps the lines and lets the records go.
struct IndexShelf {
    sorter: Sorter,
}

impl Shelf for IndexShelf {
    fn begin(&mut self, _name: &str) -> Result<(), ExportError> {
        Ok(())
    }

    fn put(&mut self, _bytes: &[u8]) -> Result<(), ExportError> {
        Ok(())
    }

    fn end(&mut self, _place: i64) -> Result<(), ExportError> {
        Ok(())
    }

    fn index(&mut self, entry: &Entry) -> Result<(), ExportError> {
        self.sorter.push(entry.line())
    }
}

pub(super) fn write(job: &Job<'_>, destination: Destination<'_>) -> Result<Report, ExportError> {
    let newest = job.reader.newest_capture()?;
    let outgoing = job.reader.choose(&job.selection.choice, newest)?;
    let report = Report::new(Format::Cdxj);
    if outgoing.count()? == 0 {
        return Ok(report);
    }
    let report = Report { articles: job.selection.articles.len() as u64, ..report };
    match destination {
        Destination::Stream(stream) => {
            let mut shelf = IndexShelf { sorter: Sorter::new(&job.options.temporary) };
            let (cut, reached) = (Cut::of(job, &outgoing)?, Reached::nothing(job, newest));
            let captures = Pass { outgoing, cut, reached, is_packed: true }.run(job, &mut shelf)?;
            let mut bytes = 0;
            shelf.sorter.drain(|line| {
                bytes += line.len() as u64 + 1;
                writeln!(stream, "{line}").map_err(ExportError::Stream)
            })?;
            stream.flush().map_err(ExportError::Stream)?;
            Ok(Report { captures, bytes, ..report })
        }
        Destination::Path(path) => to_file(job, path, report),
    }
}

/// The lines as they come stand in a file of their own, which is gone on with; they are sorted at the end.
fn to_file(job: &Job<'_>, path: &Path, report: Report) -> Result<Report, ExportError> {
    job.claim(path)?;
    let lines = beside(path, ".lines");
    let form = job.options.size.map(|size| format!(" by {size} bytes")).unwrap_or_default();
    let (mut shelf, outgoing) = FileShelf::open(job, &lines, &form, Takes::Lines)?;
    let (reached, kept_bytes) = shelf.marked();
    let pass = Pass { cut: Cut::of(job, &outgoing)?, outgoing, reached: reached.clone(), is_packed: true };
    let captures = pass.run(job, &mut shelf)?;
    shelf.mark()?;
    let bytes = sorted(job, &beside(&lines, ".part"), path)?;
    // Under its name for a moment, so that the note goes with it.
    shelf.finish(&lines)?;
    std::fs::remove_file(&lines).map_err(ExportError::io(&lines))?;
    Ok(Report { captures, files: 1, bytes, kept_bytes, ..report })
}

/// Writes the lines of a file into another, sorted. Gives its size.
fn sorted(job: &Job<'_>, lines: &Path, path: &Path) -> Result<u64, ExportError> {
    let mut file = NewFile::create(path)?;
    sorter_of(job, lines)?.drain(|line| writeln!(file, "{line}").map_err(ExportError::io(path)))?;
    file.finish()
}

/// A sorter with the lines of a file.
pub(super) fn sorter_of(job: &Job<'_>, lines: &Path) -> Result<Sorter, ExportError> {
    let mut sorter = Sorter::new(&job.options.temporary);
    let file = File::open(lines).map_err(ExportError::io(lines))?;
    for line in BufReader::new(file).lines() {
        sorter.push(line.map_err(ExportError::io(lines))?)?;
    }
    Ok(sorter)
}
