//! WARC/1.1 (ISO 28500:2017): what went over the wire, in the format that archives exchange.
//!
//! Every capture becomes a `response` with its `request`; one whose payload the same newspaper brought before becomes
//! a `revisit`. Content codings stay as received. The same captures give the same files, but for the date in the
//! first record.

mod capture;
mod head;
mod pass;
mod record;
mod shelf;

use std::path::Path;

use super::{Destination, ExportError, Format, Job, Report};
pub(super) use pass::{Chosen, Cut, Pass, Reached, chosen, lineage_of};
pub(super) use shelf::{FileShelf, Shelf, Takes};
use shelf::{FolderShelf, StreamShelf};

/// The name of a stream in its own first record.
const STREAM_NAME: &str = "khobao.warc.gz";

pub(super) fn write(job: &Job<'_>, destination: Destination<'_>) -> Result<Report, ExportError> {
    match destination {
        Destination::Path(path) => match file_form(path) {
            Some(is_packed) => to_file(job, path, is_packed),
            None => to_folder(job, path),
        },
        Destination::Stream(stream) => {
            let newest = job.reader.newest_capture()?;
            let outgoing = job.reader.choose(&job.selection.choice, newest)?;
            let mut shelf = StreamShelf::new(stream);
            let (cut, reached) = (Cut::Never(STREAM_NAME.into()), Reached::nothing(job, newest));
            let pass = Pass { outgoing, cut, reached, is_packed: true };
            let captures = pass.run(job, &mut shelf)?;
            Ok(Report { bytes: shelf.bytes(), ..report(job, captures) })
        }
    }
}

/// Whether a path names one file, and whether its records are packed.
fn file_form(path: &Path) -> Option<bool> {
    let has_ending = |path: &Path, ending: &str| path.extension().is_some_and(|own| own == ending);
    if has_ending(path, "gz") && has_ending(Path::new(path.file_stem()?), "warc") {
        return Some(true);
    }
    has_ending(path, "warc").then_some(false)
}

fn report(job: &Job<'_>, captures: u64) -> Report {
    let articles = if captures == 0 { 0 } else { job.selection.articles.len() as u64 };
    Report { articles, captures, ..Report::new(Format::Warc) }
}

fn to_file(job: &Job<'_>, path: &Path, is_packed: bool) -> Result<Report, ExportError> {
    if job.reader.choose(&job.selection.choice, job.reader.newest_capture()?)?.count()? == 0 {
        return Ok(report(job, 0));
    }
    job.claim(path)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let (mut shelf, outgoing) = FileShelf::open(job, path, " in one file", Takes::Records)?;
    let (reached, kept_bytes) = shelf.marked();
    let pass = Pass { outgoing, cut: Cut::Never(name), reached: reached.clone(), is_packed };
    let captures = pass.run(job, &mut shelf)?;
    let bytes = shelf.finish(path)? - kept_bytes;
    Ok(Report { files: 1, bytes, kept_bytes, ..report(job, captures) })
}

fn to_folder(job: &Job<'_>, path: &Path) -> Result<Report, ExportError> {
    let newest = job.reader.newest_capture()?;
    if job.reader.choose(&job.selection.choice, newest)?.count()? == 0 {
        return Ok(report(job, 0));
    }
    let form = job.options.size.map(|size| format!(" by {size} bytes")).unwrap_or_default();
    let mut folder = job.folder(path, &form)?;
    // A folder that is gone on with holds what was there when it was begun.
    let mut outgoing = job.reader.choose(&job.selection.choice, folder.newest_capture())?;
    if !folder.has_captures(&lineage_of(&outgoing, folder.place())?.digest()) {
        folder.begin_anew(newest)?;
        outgoing = job.reader.choose(&job.selection.choice, newest)?;
    }
    let mut reached = Reached::nothing(job, folder.newest_capture());
    (reached.place, reached.files) = (folder.place(), folder.files());
    let pass = Pass { cut: Cut::of(job, &outgoing)?, outgoing, reached, is_packed: true };
    let mut shelf = FolderShelf::new(folder);
    let captures = pass.run(job, &mut shelf)?;
    let (files, kept, bytes) = shelf.finish()?;
    Ok(Report { files, kept, bytes, ..report(job, captures) })
}
