//! `BagIt` 1.0 (RFC 8493): a folder that a library takes in as it is. It holds the captures as a WACZ, the articles as
//! JSON Lines, what they are (Dublin Core) and what was done with them (PREMIS), and the digests of it all.

mod dublin_core;
mod manifest;
mod premis;
mod xml;

use std::io::Write;
use std::path::Path;

use super::digest::{Digests, digests};
use super::folder::Folder;
use super::{ExportError, Format, Job, Report, jsonl, wacz};
use crate::archive::Outgoing;

/// The captures.
const CAPTURES: &str = "data/captures.wacz";
/// The articles.
const ARTICLES: &str = "data/articles.jsonl";

/// A file of the bag with its digests.
struct Member {
    name: &'static str,
    digests: Digests,
}

pub(super) fn write(job: &Job<'_>, path: &Path) -> Result<Report, ExportError> {
    let report = Report::new(Format::Bagit);
    if job.reader.choose(&job.selection.choice, job.reader.newest_capture()?)?.count()? == 0 {
        return Ok(report);
    }
    let mut folder = job.folder(path, "")?;
    let mut report = Report { kept: folder.kept() as u64, ..report };
    if !folder.has(CAPTURES) {
        let made = wacz::to_file(job, &folder.place_for(CAPTURES)?, Some(folder.newest_capture()))?;
        (report.bytes, report.kept_bytes) = (made.bytes, made.kept_bytes);
        folder.finished(CAPTURES, 0)?;
    }
    report.articles = job.selection.articles.len() as u64;
    if !folder.has(ARTICLES) {
        let made = jsonl::to_file(job, &folder.place_for(ARTICLES)?)?;
        report.bytes += made.bytes;
        report.kept_bytes += made.kept_bytes;
        folder.finished(ARTICLES, 0)?;
    }
    let members = [member(path, CAPTURES)?, member(path, ARTICLES)?];
    let outgoing = job.reader.choose(&job.selection.choice, folder.newest_capture())?;
    report.bytes += describe(job, &folder, &outgoing, &members)?;
    report.bytes += manifest::write(job, path, &folder, &outgoing, &members)?;
    report.captures = outgoing.count()?;
    report.files = manifest::FILES;
    folder.finish()?;
    Ok(report)
}

/// Reads a file of the bag back from the disk: what the manifest tells is what lies there.
fn member(bag: &Path, name: &'static str) -> Result<Member, ExportError> {
    let path = bag.join(name);
    let file = std::fs::File::open(&path).map_err(ExportError::io(&path))?;
    Ok(Member { name, digests: digests(file).map_err(ExportError::io(&path))? })
}

/// Writes the metadata, which are tag files: they tell of the payload and are no part of it.
fn describe(
    job: &Job<'_>,
    folder: &Folder,
    outgoing: &Outgoing<'_>,
    members: &[Member],
) -> Result<u64, ExportError> {
    let core = dublin_core::document(job, outgoing, members)?;
    let mut bytes = put(folder, manifest::DUBLIN_CORE, core.as_bytes())?;
    let mut file = folder.create(manifest::PREMIS)?;
    premis::write(job, members, &mut file)?;
    bytes += file.finish()?;
    Ok(bytes)
}

/// Writes a small file of the bag.
fn put(folder: &Folder, name: &str, bytes: &[u8]) -> Result<u64, ExportError> {
    let mut file = folder.create(name)?;
    let path = file.path().to_owned();
    file.write_all(bytes).map_err(ExportError::io(&path))?;
    file.finish()
}
