//! JSON Lines: one article a line, the same object that `show --json` prints.

use std::io::Write;
use std::path::Path;

use super::{Destination, ExportError, Format, Job, Report};

pub(super) fn write(job: &Job<'_>, destination: Destination<'_>) -> Result<Report, ExportError> {
    let report = Report::new(Format::Jsonl);
    if job.selection.articles.is_empty() {
        return Ok(report);
    }
    match destination {
        Destination::Stream(stream) => {
            let (articles, bytes) = lines(job, stream, None)?;
            stream.flush().map_err(ExportError::Stream)?;
            Ok(Report { articles, bytes, ..report })
        }
        Destination::Path(path) => {
            let mut file = job.create(path)?;
            let (articles, _) = lines(job, &mut file, Some(path))?;
            let bytes = file.finish()?;
            Ok(Report { articles, bytes, files: 1, ..report })
        }
    }
}

/// Writes the lines and gives their number and bytes.
pub(super) fn lines(
    job: &Job<'_>,
    out: &mut dyn Write,
    path: Option<&Path>,
) -> Result<(u64, u64), ExportError> {
    let mut bytes = 0;
    let fault = |error: std::io::Error| match path {
        Some(path) => ExportError::io(path)(error),
        None => ExportError::Stream(error),
    };
    let articles = job.each_article(0, |_, stored| {
        let mut line = serde_json::to_vec(&stored.article).map_err(|error| fault(error.into()))?;
        line.push(b'\n');
        bytes += line.len() as u64;
        out.write_all(&line).map_err(fault)
    })?;
    Ok((articles, bytes))
}
