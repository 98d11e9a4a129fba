//! JSON Lines: one article a line, the same object that `show --json` prints.

use std::io::Write;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::draft::{Growing, Lineage, Trail};
use super::{Destination, ExportError, Format, Job, Report};

/// How far the file is for certain.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct State {
    /// How many of the selected articles were looked at.
    place: usize,
    /// How many of them were written.
    articles: u64,
    bytes: u64,
    /// The articles looked at, each in its version.
    lineage: String,
}

pub(super) fn write(job: &Job<'_>, destination: Destination<'_>) -> Result<Report, ExportError> {
    let report = Report::new(Format::Jsonl);
    if job.selection.articles.is_empty() {
        return Ok(report);
    }
    match destination {
        Destination::Stream(stream) => {
            let (articles, bytes) = to_stream(job, stream)?;
            Ok(Report { articles, bytes, ..report })
        }
        Destination::Path(path) => {
            job.claim(path)?;
            let Written { articles, bytes, kept_bytes } = to_file(job, path)?;
            Ok(Report { articles, bytes, kept_bytes, files: 1, ..report })
        }
    }
}

fn to_stream(job: &Job<'_>, stream: &mut dyn Write) -> Result<(u64, u64), ExportError> {
    let mut bytes = 0;
    let articles = job.each_article(0, |_, stored| {
        let mut line =
            serde_json::to_vec(&stored.article).map_err(|error| ExportError::Stream(error.into()))?;
        line.push(b'\n');
        bytes += line.len() as u64;
        stream.write_all(&line).map_err(ExportError::Stream)
    })?;
    stream.flush().map_err(ExportError::Stream)?;
    Ok((articles, bytes))
}

/// What a file came to.
pub(super) struct Written {
    /// Its articles.
    pub(super) articles: u64,
    /// What this run wrote.
    pub(super) bytes: u64,
    /// What an earlier run had written.
    pub(super) kept_bytes: u64,
}

/// Writes a file, or goes on with one that a run before left.
pub(super) fn to_file(job: &Job<'_>, path: &Path) -> Result<Written, ExportError> {
    let mut lines = Lines::open(job, path)?;
    let kept_bytes = lines.state.bytes;
    let written = lines.write(job, path);
    if let Ok(()) | Err(ExportError::Stopped) = written {
        lines.mark()?;
    }
    written?;
    let Lines { trail, file, state, .. } = lines;
    let bytes = file.finish(path)? - kept_bytes;
    trail.clear();
    Ok(Written { articles: state.articles, bytes, kept_bytes })
}

/// A file of lines in the making.
struct Lines {
    trail: Trail,
    file: Growing,
    state: State,
    lineage: Lineage,
}

impl Lines {
    fn open(job: &Job<'_>, path: &Path) -> Result<Lines, ExportError> {
        let trail = job.trail(path, "");
        if let Some(state) = trail.state::<State>()? {
            match lineage(job, state.place)? {
                Some(lineage) if lineage.digest() == state.lineage => {
                    if let Some(file) = Growing::open(&trail.part(), state.bytes)? {
                        return Ok(Lines { trail, file, state, lineage });
                    }
                    trail.anew("it is shorter than its note says");
                }
                _ => trail.anew("articles in it have changed since, or are no longer selected"),
            }
        }
        trail.clear();
        let file = Growing::begin(&trail.part())?;
        Ok(Lines { trail, file, state: State::default(), lineage: Lineage::default() })
    }

    fn write(&mut self, job: &Job<'_>, path: &Path) -> Result<(), ExportError> {
        let all = job.selection.articles.len() as u64;
        for id in job.selection.articles.iter().skip(self.state.place) {
            // The version is asked for first: where a crawl writes one meanwhile, the line is of a later version than
            // is noted, and a later run begins anew rather than keep it.
            enter(job, &mut self.lineage, *id)?;
            if let Some(stored) = job.reader.article(*id)? {
                let mut line =
                    serde_json::to_vec(&stored.article).map_err(|error| ExportError::format(path, error))?;
                line.push(b'\n');
                self.file.put(&line)?;
                self.state.articles += 1;
            }
            self.state.place += 1;
            if self.file.bytes() - self.state.bytes >= job.options.mark_bytes {
                self.mark()?;
            }
            job.step(self.state.place as u64, all)?;
        }
        Ok(())
    }

    fn mark(&mut self) -> Result<(), ExportError> {
        self.file.sync()?;
        self.state.bytes = self.file.bytes();
        self.state.lineage = self.lineage.digest();
        self.trail.mark(&self.state)
    }
}

/// The first of the selected articles as they are now; none where there are not so many.
fn lineage(job: &Job<'_>, count: usize) -> Result<Option<Lineage>, ExportError> {
    let Some(articles) = job.selection.articles.get(..count) else { return Ok(None) };
    let mut lineage = Lineage::default();
    articles.iter().try_for_each(|id| enter(job, &mut lineage, *id))?;
    Ok(Some(lineage))
}

fn enter(job: &Job<'_>, lineage: &mut Lineage, id: i64) -> Result<(), ExportError> {
    lineage.add(id);
    lineage.add(job.reader.current_version(id)?.unwrap_or_default());
    Ok(())
}
