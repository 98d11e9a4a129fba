//! Manifests as files: written under another name until they are whole, and read.

use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::super::options::Shared;
use super::Report;
use crate::archive::Reader;

/// Writes the digests of the archive, and what they are of, where that is asked for. Gives their number.
pub(super) fn write(file: &Path, unpack: Option<&Path>, shared: &Shared) -> anyhow::Result<u64> {
    let reader = Reader::open(&shared.archive)?;
    let mut part = file.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    let unwritten = || format!("the manifest {} cannot be written", part.display());
    let mut stream = BufWriter::new(File::create(&part).with_context(unwritten)?);
    let digests = reader.write_manifest(&mut stream, chrono::Utc::now())?;
    stream.flush().with_context(unwritten)?;
    stream
        .into_inner()
        .map_err(std::io::IntoInnerError::into_error)
        .and_then(|file| file.sync_all())
        .with_context(unwritten)?;
    if let Some(folder) = unpack {
        reader.unpack(folder)?;
    }
    std::fs::rename(&part, file).with_context(unwritten)?;
    Ok(digests)
}

/// Holds the digests of a file against the archive, counts what does not hold, and gives the number of digests.
pub(super) fn check(
    file: &Path,
    shared: &Shared,
    report: &mut Report,
    faults: &mut u64,
) -> anyhow::Result<u64> {
    let stream = File::open(file).with_context(|| format!("cannot read the manifest {}", file.display()))?;
    let reader = Reader::open(&shared.archive)?;
    let digests = reader.check_manifest(&mut BufReader::new(stream), |fault| {
        *faults += 1;
        report.fault(fault);
        if report.failed.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    anyhow::ensure!(digests > 0, "{}: is no manifest: it has no digest", file.display());
    report.failed.take().map_or(Ok(digests), Err)
}
