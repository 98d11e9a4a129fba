//! WACZ 1.1.1 (Web Archive Collection Zipped): captures, their index and the list of pages in one file that replay
//! tools open by themselves, even from afar. <https://specs.webrecorder.net/wacz/1.1.1/>

mod index;
mod package;
mod pages;
mod zip;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::cdxj::{Entry, sorter_of};
use super::draft::{Growing, Lineage, Trail, beside};
use super::warc::{Chosen, Cut, Pass, Reached, Shelf, chosen, lineage_of};
use super::{ExportError, Format, Job, Report};
use package::{Package, Packed};

/// The folder of the WARC files.
const ARCHIVE: &str = "archive";

pub(super) fn write(job: &Job<'_>, path: &Path) -> Result<Report, ExportError> {
    let newest = job.reader.newest_capture()?;
    if job.reader.choose(&job.selection.choice, newest)?.count()? == 0 {
        return Ok(Report::new(Format::Wacz));
    }
    job.claim(path)?;
    Ok(Report { files: 1, ..to_file(job, path, None)? })
}

/// Writes the package of the captures up to number `newest` (the newest there is where none is given), or goes on
/// with one that a run before left.
pub(super) fn to_file(job: &Job<'_>, path: &Path, newest: Option<i64>) -> Result<Report, ExportError> {
    let form = job.options.size.map(|size| format!(" by {size} bytes")).unwrap_or_default();
    let trail = job.trail(path, &form);
    let chosen = chosen::<State>(job, &trail, newest, |state| &state.reached)?;
    let lines = beside(path, ".lines.part");
    let (mut shelf, outgoing) = PackageShelf::open(job, path, trail, lines, chosen)?;
    let (kept_bytes, begun) = (shelf.state.package.bytes, shelf.state.reached.begun);
    let cut = Cut::of(job, &outgoing)?;
    let pass = Pass { outgoing, cut, reached: shelf.state.reached.clone(), is_packed: true };
    let captures = pass.run(job, &mut shelf)?;
    shelf.mark()?;
    let PackageShelf { trail, mut package, lines_path, lines, .. } = shelf;
    drop(lines);
    index::write(&mut package, sorter_of(job, &lines_path)?)?;
    let articles = pages::write(job, &mut package, &pass.outgoing)?;
    let bytes = package.finish(begun, &job.selection.filters)? - kept_bytes;
    trail.clear();
    std::fs::remove_file(&lines_path).map_err(ExportError::io(&lines_path))?;
    Ok(Report { articles, captures, bytes, kept_bytes, ..Report::new(Format::Wacz) })
}

/// How far a package is for certain.
#[derive(Debug, Serialize, Deserialize)]
struct State {
    reached: Reached,
    package: Packed,
    /// How long the file with the lines of the index is.
    lines_bytes: u64,
}

impl State {
    fn nothing(job: &Job<'_>, newest: i64) -> State {
        State { reached: Reached::nothing(job, newest), package: Packed::default(), lines_bytes: 0 }
    }
}

/// The WARC files of a package, and the lines of its index as they come.
struct PackageShelf {
    trail: Trail,
    package: Package,
    lines_path: PathBuf,
    lines: Growing,
    mark_bytes: u64,
    state: State,
    /// How far the run is, with what is not on the disk for certain.
    reached: Reached,
    lineage: Lineage,
}

impl PackageShelf {
    fn open<'a>(
        job: &Job<'a>,
        path: &Path,
        trail: Trail,
        lines_path: PathBuf,
        chosen: Chosen<'a, State>,
    ) -> Result<(PackageShelf, crate::archive::Outgoing<'a>), ExportError> {
        let Chosen { outgoing, newest, state } = chosen;
        let mut state = state.unwrap_or_else(|| State::nothing(job, newest));
        let files = (
            Growing::open(&trail.part(), state.package.bytes)?,
            Growing::open(&lines_path, state.lines_bytes)?,
        );
        let (file, lines) = if let (Some(file), Some(lines)) = files {
            (file, lines)
        } else {
            trail.anew("it is shorter than its note says");
            state = State::nothing(job, newest);
            (Growing::begin(&trail.part())?, Growing::begin(&lines_path)?)
        };
        let package = Package::open(path, file, state.reached.begun, &state.package)?;
        let lineage = lineage_of(&outgoing, state.reached.place)?;
        let (mark_bytes, reached) = (job.options.mark_bytes, state.reached.clone());
        let shelf = PackageShelf { trail, package, lines_path, lines, mark_bytes, state, reached, lineage };
        Ok((shelf, outgoing))
    }

    /// Makes it certain how far the package is.
    fn mark(&mut self) -> Result<(), ExportError> {
        self.lines.sync()?;
        let package = self.package.sync()?;
        let reached = Reached { lineage: self.lineage.digest(), ..self.reached.clone() };
        self.state = State { reached, package, lines_bytes: self.lines.bytes() };
        self.trail.mark(&self.state)
    }
}

impl Shelf for PackageShelf {
    fn begin(&mut self, name: &str) -> Result<(), ExportError> {
        self.package.begin(&format!("{ARCHIVE}/{name}"))
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), ExportError> {
        self.package.put(bytes)
    }

    fn end(&mut self, _place: i64) -> Result<(), ExportError> {
        self.package.end()
    }

    fn index(&mut self, entry: &Entry) -> Result<(), ExportError> {
        self.lines.put(format!("{}\n", entry.line()).as_bytes())
    }

    fn reached(&mut self, reached: &Reached, lineage: &Lineage) -> Result<(), ExportError> {
        self.reached.clone_from(reached);
        self.lineage.clone_from(lineage);
        if self.package.bytes() - self.state.package.bytes >= self.mark_bytes { self.mark() } else { Ok(()) }
    }

    fn pause(&mut self) -> Result<(), ExportError> {
        self.mark()
    }
}
