//! Why an export could not be made, in words for its user.

use std::io;
use std::path::{Path, PathBuf};

use crate::archive::ArchiveError;
use crate::archive::search::SearchError;

/// Why an export could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The archive could not be read.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The filters are wrong.
    #[error(transparent)]
    Search(#[from] SearchError),
    /// A file could not be written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// The results' reader could not be served.
    #[error("the export could not be written: {0}")]
    Stream(io::Error),
    /// The format cannot be written as one stream.
    #[error("{0} makes more than one stream (name a FILE)")]
    NotAStream(&'static str),
    /// The format is no part of this build.
    #[error(
        "{format} is no part of this build (build khobao with `cargo build --release --features {feature}`)"
    )]
    NotBuilt {
        /// The format.
        format: &'static str,
        /// The feature that has it.
        feature: &'static str,
    },
    /// The user asked for the end.
    #[error("stopped; the same command goes on with it")]
    Stopped,
    /// Something stands where the export would.
    #[error("{}: already there (name another place, or write over it with --force)", .0.display())]
    Exists(PathBuf),
    /// The folder holds a part of another export.
    #[error("{}: holds a part of another export ({made}) (finish that one, name another folder, or write over it with --force)", path.display())]
    OtherExport {
        /// The folder.
        path: PathBuf,
        /// What the other export was.
        made: String,
    },
    /// The file's own library refused.
    #[error("{}: {what}", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What it says.
        what: String,
    },
}

impl ExportError {
    /// A fault of the operating system on a file.
    pub(super) fn io(path: &Path) -> impl FnOnce(io::Error) -> ExportError + '_ {
        move |source| ExportError::Io { path: path.to_owned(), source }
    }

    /// A fault that a library told of a file.
    pub(super) fn format(path: &Path, what: impl std::fmt::Display) -> ExportError {
        ExportError::Format { path: path.to_owned(), what: what.to_string() }
    }

    /// Whether the reader of the results has gone away, who then wants nothing more.
    pub fn is_reader_gone(&self) -> bool {
        matches!(self, ExportError::Stream(source) if source.kind() == io::ErrorKind::BrokenPipe)
    }
}
