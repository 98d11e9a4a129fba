//! WACZ 1.1.1 (Web Archive Collection Zipped): captures, their index and the list of pages in one file that replay
//! tools open by themselves, even from afar. <https://specs.webrecorder.net/wacz/1.1.1/>

mod index;
mod package;
mod pages;

use std::path::Path;

use super::cdxj::Entry;
use super::sort::Sorter;
use super::warc::{Cut, Pass, Shelf};
use super::{ExportError, Format, Job, Report};
pub(super) use package::Package;

/// The folder of the WARC files.
const ARCHIVE: &str = "archive";

pub(super) fn write(job: &Job<'_>, path: &Path) -> Result<Report, ExportError> {
    let newest = job.reader.newest_capture()?;
    if job.reader.choose(&job.selection.choice, newest)?.count()? == 0 {
        return Ok(Report::new(Format::Wacz));
    }
    let file = job.create(path)?;
    let report = fill(job, Package::new(file, job.options.now), newest)?;
    Ok(Report { files: 1, ..report })
}

/// Fills a package with the captures up to number `newest`, and ends it.
pub(super) fn fill(job: &Job<'_>, package: Package, newest: i64) -> Result<Report, ExportError> {
    let outgoing = job.reader.choose(&job.selection.choice, newest)?;
    let cut = match job.options.size {
        Some(bytes) => Cut::Size { bytes, files: 0 },
        None => Cut::Months(outgoing.months()?),
    };
    let mut shelf = PackageShelf { package, sorter: Sorter::new(&job.options.temporary) };
    let pass = Pass { outgoing, cut, from: 0, is_packed: true };
    let captures = pass.run(job, &mut shelf)?;
    let PackageShelf { mut package, sorter } = shelf;
    index::write(&mut package, sorter)?;
    let articles = pages::write(job, &mut package, &pass.outgoing)?;
    let bytes = package.finish(&job.selection.filters)?;
    Ok(Report { articles, captures, bytes, ..Report::new(Format::Wacz) })
}

/// The WARC files of a package, and the lines of its index.
struct PackageShelf {
    package: Package,
    sorter: Sorter,
}

impl Shelf for PackageShelf {
    fn begin(&mut self, name: &str) -> Result<(), ExportError> {
        self.package.begin(&format!("{ARCHIVE}/{name}"))
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), ExportError> {
        self.package.put(bytes)
    }

    fn end(&mut self, _place: i64) -> Result<(), ExportError> {
        self.package.end();
        Ok(())
    }

    fn index(&mut self, entry: &Entry) -> Result<(), ExportError> {
        self.sorter.push(entry.line())
    }
}
