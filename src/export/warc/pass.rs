//! One run over the chosen captures: each becomes its records, files are begun and ended where they are cut.

use crate::archive::{Outgoing, OutgoingMonth};

use super::super::csv::moment;
use super::super::{ExportError, Job};
use super::capture;
use super::record::{Form, Record, digest, name};
use super::shelf::Shelf;

/// The documentation of the format.
const CONFORMS_TO: &str = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/";

/// The status that says: as before.
const NOT_MODIFIED: u16 = 304;

/// Where one file ends and the next begins.
#[derive(Clone, Debug)]
pub(in crate::export) enum Cut {
    /// All in one file of this name.
    Never(String),
    /// One a newspaper and month.
    Months(Vec<OutgoingMonth>),
    /// Each ends when it has so many bytes.
    Size {
        /// The size.
        bytes: u64,
        /// How many files there are already.
        files: usize,
    },
}

/// A run over the chosen captures.
pub(in crate::export) struct Pass<'a> {
    /// What was chosen.
    pub(in crate::export) outgoing: Outgoing<'a>,
    /// Where files are cut.
    pub(in crate::export) cut: Cut,
    /// The place of the last capture that is written already.
    pub(in crate::export) from: i64,
    /// Whether records are packed.
    pub(in crate::export) is_packed: bool,
}

/// The file being written.
struct Open {
    name: String,
    /// The name of its first record.
    info: String,
    /// How long it is so far.
    bytes: u64,
}

impl Pass<'_> {
    /// Writes the captures and gives their number.
    pub(in crate::export) fn run(&self, job: &Job<'_>, out: &mut dyn Shelf) -> Result<u64, ExportError> {
        let all = self.outgoing.count()?;
        let form = if self.is_packed { Form::Gzip } else { Form::Plain };
        let (mut place, mut captures, mut files) = (self.from, 0, 0);
        let mut open: Option<Open> = None;
        while let Some(capture) = self.outgoing.after(place)? {
            if let Some(name) = self.next_file(open.as_ref(), capture.place, files) {
                if open.is_some() {
                    out.end(place)?;
                }
                open = Some(self.begin(job, out, name)?);
                files += 1;
            }
            if let Some(open) = &mut open {
                let mut packed = capture::pack(&capture, &open.info, form);
                packed.entry.offset = open.bytes;
                packed.entry.file.clone_from(&open.name);
                out.put(&packed.bytes)?;
                // A replay tool that found a 304 would answer with it, and so with an empty page; without it, it
                // answers with the capture that the 304 stands for.
                if packed.entry.status != NOT_MODIFIED {
                    out.index(&packed.entry)?;
                }
                open.bytes += packed.bytes.len() as u64;
            }
            place = capture.place;
            captures += 1;
            job.step(place.unsigned_abs(), all)?;
        }
        if open.is_some() {
            out.end(place)?;
        }
        Ok(captures)
    }

    /// The name of the file that begins with the capture at `place`; none where the open one goes on.
    fn next_file(&self, open: Option<&Open>, place: i64, files: usize) -> Option<String> {
        let name = match &self.cut {
            Cut::Never(name) => name.clone(),
            Cut::Months(months) => {
                let month = months.get(months.partition_point(|month| month.last < place))?;
                let newspaper = month.newspaper.as_deref().unwrap_or("other");
                format!("{newspaper}-{}.warc.gz", month.month)
            }
            Cut::Size { bytes, .. } if open.is_some_and(|open| open.bytes < *bytes) => return None,
            Cut::Size { files: before, .. } => format!("khobao-{:05}.warc.gz", before + files + 1),
        };
        open.is_none_or(|open| open.name != name).then_some(name)
    }

    /// Begins a file with its own description.
    fn begin(&self, job: &Job<'_>, out: &mut dyn Shelf, file: String) -> Result<Open, ExportError> {
        out.begin(&file)?;
        let id = name(&["warcinfo", &file, &moment(job.options.now)]);
        let description = format!(
            "captures of Vietnamese newspapers, exported from an archive of khobao ({})",
            job.selection.filters.replace(['\r', '\n'], " ")
        );
        let fields = [
            ("software", format!("khobao/{}", env!("CARGO_PKG_VERSION"))),
            ("format", "WARC File Format 1.1".to_owned()),
            ("conformsTo", CONFORMS_TO.to_owned()),
            ("description", description),
            ("robots", "obey".to_owned()),
        ];
        let block = fields.map(|(name, value)| format!("{name}: {value}\r\n")).concat();
        let mut record = Record::new("warcinfo", &id);
        record.add("WARC-Date", &moment(job.options.now));
        record.add("WARC-Filename", &file);
        record.add("WARC-Block-Digest", &digest(&[block.as_bytes()]));
        record.add("Content-Type", "application/warc-fields");
        // Not made smaller, so that where the next record begins does not depend on the day.
        let form = if self.is_packed { Form::GzipStored } else { Form::Plain };
        let bytes = record.pack(&[block.as_bytes()], form);
        out.put(&bytes)?;
        Ok(Open { name: file, info: id, bytes: bytes.len() as u64 })
    }
}
