//! CDXJ: the index by which replay tools find a record, one line a capture, in the order of sort-friendly addresses.
//!
//! Captures that only said 304 are not in it: replay goes to those that they stand for.
//!
//! Alone it is the index of the files that the export `warc` makes of the same captures with the same `--size`.

use std::io::Write;

use chrono::{DateTime, Utc};
use serde::Serialize;
use url::Url;

use super::sort::Sorter;
use super::surt::surt;
use super::warc::{Cut, Pass, Shelf};
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
    let report = Report::new(Format::Cdxj);
    let outgoing = job.reader.choose(&job.selection.choice, job.reader.newest_capture()?)?;
    if outgoing.count()? == 0 {
        return Ok(report);
    }
    let cut = match job.options.size {
        Some(bytes) => Cut::Size { bytes, files: 0 },
        None => Cut::Months(outgoing.months()?),
    };
    let mut shelf = IndexShelf { sorter: Sorter::new(&job.options.temporary) };
    let mut file = match &destination {
        Destination::Path(path) => Some(job.create(path)?),
        Destination::Stream(_) => None,
    };
    let captures = Pass { outgoing, cut, from: 0, is_packed: true }.run(job, &mut shelf)?;
    let mut report = Report { captures, articles: job.selection.articles.len() as u64, ..report };
    match (destination, &mut file) {
        (Destination::Stream(stream), _) => {
            shelf.sorter.drain(|line| {
                report.bytes += line.len() as u64 + 1;
                writeln!(stream, "{line}").map_err(ExportError::Stream)
            })?;
            stream.flush().map_err(ExportError::Stream)?;
        }
        (Destination::Path(path), Some(file)) => {
            shelf.sorter.drain(|line| writeln!(file, "{line}").map_err(ExportError::io(path)))?;
        }
        (Destination::Path(_), None) => {}
    }
    if let Some(file) = file {
        report.bytes = file.finish()?;
        report.files = 1;
    }
    Ok(report)
}
