//! Imports: captures that others made, in WARC and WACZ files or as saved pages. Each becomes a capture at its own
//! time, and an article page is read by the layout of that time.
//!
//! Only what belongs to a newspaper is taken, by its host; what is damaged is told and passed over. The same file
//! again adds nothing.

mod digest;
mod http;
mod intake;
mod judge;
mod record;
mod saved;
mod stream;
mod warc;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use url::Url;

use crate::archive::{Archive, ArchiveError, RunId};
use crate::newspaper::Newspapers;

use intake::Intake;

/// What is looked at to see what a file is, in bytes.
const SIGNS_BYTES: usize = 1024;

/// How to import.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The address of a saved page, where it does not tell its own.
    pub url: Option<Url>,
    /// The newspaper of a saved page, where its address does not tell.
    pub newspaper: Option<String>,
    /// When a saved page was fetched, where its file's time does not tell.
    pub fetched_at: Option<DateTime<Utc>>,
    /// Take what is of no newspaper too.
    pub all_hosts: bool,
    /// The moment of the import.
    pub now: DateTime<Utc>,
}

/// What an import came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Report {
    /// Files that were read.
    pub files: u64,
    /// Records and pages that were looked at.
    pub records: u64,
    /// Captures that are new in the archive.
    pub captures: u64,
    /// Captures that the archive had already.
    pub known: u64,
    /// Articles read for the first time.
    pub new_articles: u64,
    /// Versions that articles got.
    pub edited: u64,
    /// Records whose host is no newspaper's.
    pub other_hosts: u64,
    /// Records that are no captures: descriptions, requests, metadata, conversions, look-ups of names.
    pub no_captures: u64,
    /// Revisits whose original was nowhere.
    pub unresolved: u64,
    /// Records and files that are damaged.
    pub damaged: u64,
    /// The hosts that are no newspaper's, with their records; only some where there are many.
    pub hosts: BTreeMap<String, u64>,
}

/// Something that an import tells on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A record is damaged and passed over.
    Damaged {
        /// The file.
        file: String,
        /// Which record of the file it is, from 1.
        number: u64,
        /// Where in the file it, or the gzip member that it lies in, begins, in bytes.
        place: u64,
        /// What is wrong.
        what: String,
    },
    /// A file could not be taken.
    Unusable {
        /// The file.
        file: String,
        /// Why.
        what: String,
    },
    /// The time of a saved page is that of its file.
    TimeOfFile {
        /// The file.
        file: String,
        /// The time.
        at: DateTime<Utc>,
    },
    /// So many records were looked at.
    Progress {
        /// The file.
        file: String,
        /// The records of this import.
        records: u64,
    },
}

/// Why an import, or one of its files, could not go on.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The archive could not be written.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// A file could not be read.
    #[error("{source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// A file is nothing that can be imported.
    #[error("neither WARC nor WACZ nor a page of HTML")]
    Unknown,
    /// A saved page is larger than any.
    #[error("{bytes} bytes are too many for a page (at most {bytes_max})")]
    TooLarge {
        /// Its size.
        bytes: u64,
        /// The bound.
        bytes_max: u64,
    },
    /// Nobody says what a saved page's address is.
    #[error("the page does not tell its address (name it with --url)")]
    NoAddress,
    /// The newspaper of a saved page is unknown.
    #[error(
        "{host} is the host of no newspaper (name the newspaper with --newspaper, or add a selector file)"
    )]
    NoNewspaper {
        /// Its host.
        host: String,
    },
}

/// What a file is, by its first bytes.
enum Kind {
    Warc,
    Wacz,
    Page,
}

/// Imports files, one after the other. It ends early, behind a whole record, where `is_stopped` says so.
pub fn import(
    files: &[PathBuf],
    plan: &Plan,
    newspapers: &Newspapers,
    archive: &mut Archive,
    run: RunId,
    tell: &mut dyn FnMut(Notice),
    is_stopped: &dyn Fn() -> bool,
) -> Result<Report, ImportError> {
    let mut intake = Intake::new(plan, newspapers, archive, run, (tell, is_stopped));
    for file in files {
        if is_stopped() {
            return Ok(intake.report);
        }
        match take(&mut intake, file) {
            Ok(()) => intake.report.files += 1,
            Err(ImportError::Archive(fault)) => return Err(fault.into()),
            Err(other) => intake.unusable(file, &other),
        }
    }
    warc::resolve_later(&mut intake)?;
    Ok(intake.report)
}

fn take(intake: &mut Intake<'_>, file: &Path) -> Result<(), ImportError> {
    match kind(file)? {
        Kind::Warc => warc::file(intake, file),
        Kind::Wacz => warc::package(intake, file),
        Kind::Page => saved::page(intake, file),
    }
}

fn kind(path: &Path) -> Result<Kind, ImportError> {
    let fault = |source| ImportError::Io { path: path.to_owned(), source };
    let mut signs = Vec::new();
    open(path)?.take(SIGNS_BYTES as u64).read_to_end(&mut signs).map_err(fault)?;
    let text = String::from_utf8_lossy(&signs).to_lowercase();
    let is_page = ["<html", "<!doctype html", "<head", "<body"].iter().any(|sign| text.contains(sign));
    let is_named_page = path.extension().is_some_and(|ending| {
        ["html", "htm", "xhtml"].iter().any(|known| ending.eq_ignore_ascii_case(known))
    });
    if signs.starts_with(b"PK\x03\x04") {
        Ok(Kind::Wacz)
    } else if signs.starts_with(&[0x1f, 0x8b]) || text.trim_start().starts_with("warc/") {
        Ok(Kind::Warc)
    } else if is_page || is_named_page {
        Ok(Kind::Page)
    } else if path.to_string_lossy().contains(".warc") {
        // Its first record is damaged.
        Ok(Kind::Warc)
    } else {
        Err(ImportError::Unknown)
    }
}

fn open(path: &Path) -> Result<BufReader<File>, ImportError> {
    let opened = File::open(path).map(BufReader::new);
    opened.map_err(|source| ImportError::Io { path: path.to_owned(), source })
}
