//! One run over the chosen captures: each becomes its records, files are begun and ended where they are cut.

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::archive::{Outgoing, OutgoingCapture, OutgoingMonth};

use super::super::csv::moment;
use super::super::draft::{Lineage, Trail};
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
    Size(u64),
}

impl Cut {
    /// By size where one is asked for, else by newspaper and month.
    pub(in crate::export) fn of(job: &Job<'_>, outgoing: &Outgoing<'_>) -> Result<Cut, ExportError> {
        Ok(match job.options.size {
            Some(bytes) => Cut::Size(bytes),
            None => Cut::Months(outgoing.months()?),
        })
    }
}

/// How far a run is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::export) struct Reached {
    /// The newest capture that belongs to the export.
    pub(in crate::export) newest: i64,
    /// The moment that stands in the files as their own.
    pub(in crate::export) begun: DateTime<Utc>,
    /// The place of the last capture that is written.
    pub(in crate::export) place: i64,
    /// How many were written.
    pub(in crate::export) captures: u64,
    /// How many files were begun.
    pub(in crate::export) files: usize,
    /// The file being written.
    pub(in crate::export) open: Option<Spot>,
    /// The captures that were written, in their order.
    pub(in crate::export) lineage: String,
}

/// A place in a file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::export) struct Spot {
    /// The file's name.
    pub(in crate::export) file: String,
    /// The name of its first record.
    pub(in crate::export) info: String,
    /// How long it is so far.
    pub(in crate::export) bytes: u64,
}

impl Reached {
    /// Nothing yet, of the captures up to number `newest`.
    pub(in crate::export) fn nothing(job: &Job<'_>, newest: i64) -> Reached {
        Reached {
            newest,
            begun: job.options.now,
            place: 0,
            captures: 0,
            files: 0,
            open: None,
            lineage: Lineage::default().digest(),
        }
    }
}

/// The captures of an export that may go on with an earlier one.
pub(in crate::export) struct Chosen<'a, S> {
    /// The captures.
    pub(in crate::export) outgoing: Outgoing<'a>,
    /// Up to which number they were chosen.
    pub(in crate::export) newest: i64,
    /// The earlier run's state.
    pub(in crate::export) state: Option<S>,
}

/// Chooses the captures of an export: those of an earlier run where what that wrote is what would be written now,
/// else those up to number `newest` (the newest there is where none is given).
pub(in crate::export) fn chosen<'a, S: DeserializeOwned>(
    job: &Job<'a>,
    trail: &Trail,
    newest: Option<i64>,
    reached: fn(&S) -> &Reached,
) -> Result<Chosen<'a, S>, ExportError> {
    if let Some(state) = trail.state::<S>()? {
        let Reached { newest: own, place, lineage, .. } = reached(&state);
        let (own, place, lineage) = (*own, *place, lineage.clone());
        if newest.is_none_or(|newest| newest == own) {
            let outgoing = job.reader.choose(&job.selection.choice, own)?;
            if lineage_of(&outgoing, place)?.digest() == lineage {
                return Ok(Chosen { outgoing, newest: own, state: Some(state) });
            }
        }
        trail.anew("the captures in it are no longer those that are selected");
    }
    let newest = newest.map_or_else(|| job.reader.newest_capture(), Ok)?;
    Ok(Chosen { outgoing: job.reader.choose(&job.selection.choice, newest)?, newest, state: None })
}

/// The captures up to a place.
pub(in crate::export) fn lineage_of(outgoing: &Outgoing<'_>, place: i64) -> Result<Lineage, ExportError> {
    let mut lineage = Lineage::default();
    outgoing.each_until(place, |id| lineage.add(id))?;
    Ok(lineage)
}

/// A run over the chosen captures.
pub(in crate::export) struct Pass<'a> {
    /// What was chosen.
    pub(in crate::export) outgoing: Outgoing<'a>,
    /// Where files are cut.
    pub(in crate::export) cut: Cut,
    /// How far an earlier run came.
    pub(in crate::export) reached: Reached,
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
    /// Writes the captures and gives their number, those of the earlier run with them.
    pub(in crate::export) fn run(&self, job: &Job<'_>, out: &mut dyn Shelf) -> Result<u64, ExportError> {
        let all = self.outgoing.count()?;
        let form = if self.is_packed { Form::Gzip } else { Form::Plain };
        let mut reached = self.reached.clone();
        let mut lineage = lineage_of(&self.outgoing, reached.place)?;
        let mut open = reached.open.take().map(|Spot { file, info, bytes }| Open { name: file, info, bytes });
        while let Some(capture) = self.outgoing.after(reached.place)? {
            if let Some(name) = self.next_file(open.as_ref(), capture.place, reached.files) {
                if open.is_some() {
                    out.end(reached.place)?;
                }
                open = Some(self.begin(job, out, name, &capture)?);
                reached.files += 1;
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
                let (file, info) = (open.name.clone(), open.info.clone());
                reached.open = Some(Spot { file, info, bytes: open.bytes });
            }
            lineage.add(capture.id);
            reached.place = capture.place;
            reached.captures += 1;
            out.reached(&reached, &lineage)?;
            if let Err(stopped) = job.step(reached.place.unsigned_abs(), all) {
                out.pause()?;
                return Err(stopped);
            }
        }
        if open.is_some() {
            out.end(reached.place)?;
        }
        Ok(reached.captures)
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
            Cut::Size(bytes) if open.is_some_and(|open| open.bytes < *bytes) => return None,
            Cut::Size(_) => format!("khobao-{:05}.warc.gz", files + 1),
        };
        open.is_none_or(|open| open.name != name).then_some(name)
    }

    /// Begins a file with its own description. Its name stands packed in every record behind it, so it is made of
    /// nothing but what stays: how long these records are must not depend on the day, or an index that is exported
    /// by itself would miss them by a byte.
    fn begin(
        &self,
        job: &Job<'_>,
        out: &mut dyn Shelf,
        file: String,
        first: &OutgoingCapture,
    ) -> Result<Open, ExportError> {
        out.begin(&file)?;
        let info = name(&["warcinfo", &file, &job.selection.filters, &capture::response_name(first)]);
        let mut open = Open { name: file, info, bytes: 0 };
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
        let mut record = Record::new("warcinfo", &open.info);
        record.add("WARC-Date", &moment(self.reached.begun));
        record.add("WARC-Filename", &open.name);
        record.add("WARC-Block-Digest", &digest(&[block.as_bytes()]));
        record.add("Content-Type", "application/warc-fields");
        // Not made smaller, so that where the next record begins does not depend on the day.
        let form = if self.is_packed { Form::GzipStored } else { Form::Plain };
        let bytes = record.pack(&[block.as_bytes()], form);
        out.put(&bytes)?;
        open.bytes = bytes.len() as u64;
        Ok(open)
    }
}
