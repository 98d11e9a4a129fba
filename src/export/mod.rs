//! Exports: what the archive holds, in the formats of those who take it on.
//!
//! Two kinds leave. Articles as they were read: `jsonl`, `csv`, `markdown`, `parquet`. Captures as they came over the
//! wire: `warc`, `wacz`, `cdxj`, and the bag that holds both. Each is written one article or capture at a time under
//! a temporary name; what was left unfinished is gone on with.

mod articles;
mod bagit;
mod cdxj;
mod csv;
mod digest;
mod draft;
mod error;
mod file;
mod folder;
mod jsonl;
pub mod markdown;
#[cfg_attr(not(feature = "parquet"), path = "no_parquet.rs")]
mod parquet;
mod selection;
mod sort;
mod surt;
mod wacz;
mod warc;

use std::io::Write;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;

use crate::archive::Reader;
use crate::archive::search::Search;

pub use error::ExportError;

use selection::Selection;

/// The formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// One article a line, as `show --json` prints it.
    Jsonl,
    /// Articles, captions and paragraphs as three tables.
    Csv,
    /// One file an article.
    Markdown,
    /// Captures in WARC/1.1 files.
    Warc,
    /// Captures with index and pages in one WACZ file.
    Wacz,
    /// The index of the WARC files.
    Cdxj,
    /// A bag with WACZ, JSON Lines and metadata.
    Bagit,
    /// Articles in columns.
    Parquet,
}

impl Format {
    /// The format's name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Format::Jsonl => "jsonl",
            Format::Csv => "csv",
            Format::Markdown => "markdown",
            Format::Warc => "warc",
            Format::Wacz => "wacz",
            Format::Cdxj => "cdxj",
            Format::Bagit => "bagit",
            Format::Parquet => "parquet",
        }
    }

    /// Whether the format is one stream, which can be written without going back.
    #[must_use]
    pub fn is_stream(self) -> bool {
        matches!(self, Format::Jsonl | Format::Warc | Format::Cdxj)
    }
}

/// Where an export goes.
pub enum Destination<'a> {
    /// A file, or a folder where the format makes several files.
    Path(&'a Path),
    /// A stream.
    Stream(&'a mut dyn Write),
}

/// How an export is made.
pub struct Options<'a> {
    /// What stands at the destination is written over.
    pub force: bool,
    /// CSV files open with a byte order mark, by which spreadsheets know UTF-8.
    pub bom: bool,
    /// The size at which a WARC file is ended, in bytes; none for one file a newspaper and month.
    pub size: Option<u64>,
    /// After how many bytes it is made certain that a file can be gone on with from there.
    pub mark_bytes: u64,
    /// The moment that stands in the export as its own.
    pub now: DateTime<Utc>,
    /// A folder for what is set aside while an index is sorted.
    pub temporary: PathBuf,
    /// Is told how many articles or captures are done, of how many.
    pub watch: &'a dyn Fn(u64, u64),
    /// Whether the user has asked for the end.
    pub is_stopped: &'a dyn Fn() -> bool,
}

/// What an export came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Report {
    /// The format.
    pub format: Format,
    /// Articles that were written, or whose pages were.
    pub articles: u64,
    /// Captures that were written.
    pub captures: u64,
    /// Files that the export consists of; none for a stream.
    pub files: u64,
    /// Files that an earlier, unfinished run had written already.
    pub kept: u64,
    /// Bytes that this run wrote.
    pub bytes: u64,
    /// Bytes of files that an earlier, unfinished run had begun, and this one went on with.
    pub kept_bytes: u64,
}

impl Report {
    fn new(format: Format) -> Report {
        Report { format, articles: 0, captures: 0, files: 0, kept: 0, bytes: 0, kept_bytes: 0 }
    }

    /// Whether nothing was selected.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.articles == 0 && self.captures == 0
    }
}

/// One export under way.
struct Job<'a> {
    reader: &'a Reader,
    format: Format,
    selection: Selection,
    options: &'a Options<'a>,
}

/// Exports what a search finds. A search without query, days and limit takes whole newspapers, and captures that
/// belong to no article with them.
pub fn export(
    reader: &Reader,
    search: &Search,
    format: Format,
    destination: Destination<'_>,
    options: &Options<'_>,
) -> Result<Report, ExportError> {
    let selection = Selection::of(reader, search)?;
    let job = Job { reader, format, selection, options };
    match (format, destination) {
        (Format::Jsonl, destination) => jsonl::write(&job, destination),
        (Format::Warc, destination) => warc::write(&job, destination),
        (Format::Cdxj, destination) => cdxj::write(&job, destination),
        (Format::Csv, Destination::Path(path)) => csv::write(&job, path),
        (Format::Markdown, Destination::Path(path)) => markdown::write(&job, path),
        (Format::Wacz, Destination::Path(path)) => wacz::write(&job, path),
        (Format::Bagit, Destination::Path(path)) => bagit::write(&job, path),
        (Format::Parquet, Destination::Path(path)) => parquet::write(&job, path),
        (_, Destination::Stream(_)) => Err(ExportError::NotAStream(format.as_str())),
    }
}

impl Job<'_> {
    /// Tells how far the export is. Fails where the user has asked for the end.
    fn step(&self, done: u64, all: u64) -> Result<(), ExportError> {
        (self.options.watch)(done, all);
        if (self.options.is_stopped)() { Err(ExportError::Stopped) } else { Ok(()) }
    }

    /// Fails where something stands at the destination that may not be written over.
    fn claim(&self, path: &Path) -> Result<(), ExportError> {
        if path.exists() && !self.options.force || path.is_dir() {
            return Err(ExportError::Exists(path.to_owned()));
        }
        Ok(())
    }

    /// Begins a folder or goes on with it. `form` is what tells this export from others of its format.
    fn folder(&self, path: &Path, form: &str) -> Result<folder::Folder, ExportError> {
        let newest = self.reader.newest_capture()?;
        folder::Folder::open(path, self.identity(form), newest, self.options.force)
    }

    /// What is exported.
    fn identity(&self, form: &str) -> folder::Identity {
        folder::Identity {
            format: format!("{}{form}", self.format.as_str()),
            archive: std::path::absolute(self.reader.path())
                .unwrap_or_else(|_| self.reader.path().to_owned()),
            filters: self.selection.filters.clone(),
        }
    }
}
