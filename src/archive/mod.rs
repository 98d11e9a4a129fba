//! The archive: one SQLite file that holds what was fetched, what was read in it, and what is to be visited next.
//!
//! It is the only module that knows SQL. [`Archive`] is the one writer's handle: it opens or makes the file, seeds
//! the queue, says what is due, and records what became of visits, each whole or not at all. [`Reader`] is for
//! everybody else: a connection of its own that cannot write and does not wait for the writer. The tables are our
//! own affair (`schema/*.sql`); the views over them are the contract with the outside.
//!
//! The archive knows the nouns and how to fold text for its index. It knows neither how pages are fetched nor how
//! they are read.

mod agenda;
mod backup;
mod blob;
mod capture;
mod changed;
mod diff;
mod error;
mod group;
mod health;
mod history;
mod incoming;
mod index;
mod lock;
mod misdated;
mod moment;
mod newspaper;
mod numbers;
mod open;
mod outgoing;
mod pack;
mod past;
mod photo;
mod press;
mod provenance;
mod queue;
mod reader;
mod ready;
mod record;
mod remake;
mod reprint;
mod reread;
mod run;
mod schema;
pub mod search;
mod space;
mod spelling;
mod stored;
mod substance;
mod totals;
mod transaction;
mod uptake;
pub mod verify;
mod version;
mod walk;

use std::path::{Path, PathBuf};

use rusqlite::Connection;

pub use agenda::Coming;
pub use backup::Copied;
pub use diff::{Change, Piece, PieceKind, diff};
pub use error::ArchiveError;
pub use health::{
    About as HealthAbout, FieldHealth, NewspaperHealth, Question as HealthQuestion,
    RECENT_DEFAULT as HEALTH_RECENT_DEFAULT, TroubleHealth, Verdict as HealthVerdict,
};
pub use history::VersionRow;
pub use incoming::{Incoming, TakenIn};
pub use newspaper::{NewspaperRow, PaceRow};
pub use numbers::{Descent, NUMBERS_MISSING_MAX, NUMBERS_OLDER_MAX, Step};
pub use outgoing::{Choice, Original, Outgoing, OutgoingCapture, OutgoingMonth, OutgoingPage, Span};
pub use pack::{GroupPacked, Packed, Packer, Packing};
pub use press::PACK_LEVEL;
pub use provenance::{Provenance, ProvenanceKind};
pub use queue::{Lane, REVISITS_A_DAY_MAX};
pub use reader::{CaptureRow, Reader, StoredArticle};
pub use ready::{Preparer, Ready};
pub use record::Recorded;
pub use reprint::LIKENESS_MIN;
pub use reread::{PlacedPage, StoredPage, WouldChange};
pub use run::{RunCounts, RunId};
pub use schema::{APPLICATION_ID, SCHEMA_VERSION};
pub use space::{Space, space};
pub use totals::{ArticleRow, MonthRow, NewspaperTotals, Totals};
pub use uptake::{
    ARTICLE_QUERIES_MAX, BARREN_LISTINGS_MAX, LISTING_QUERIES_MAX, LISTINGS_MAX, LISTINGS_OF_BARREN_MAX,
    PATH_STEPS_MAX, SITEMAP_DEPTH_MAX, SITEMAPS_MAX,
};
pub use version::Difference;
pub use walk::BARREN_PAGES_MAX;

use index::Waiting;
use lock::Lock;
use press::{CRAWL_LEVEL, Press};

/// An archive open for writing.
#[derive(Debug)]
pub struct Archive {
    path: PathBuf,
    connection: Connection,
    press: Press,
    /// What is to come into the index when the transaction ends.
    index: Waiting,
    /// Held from the beginning of a run to its end: there is one crawl at a time.
    lock: Option<Lock>,
}

impl Archive {
    /// Opens the archive at `path`, or makes one where there is no file or an empty one.
    ///
    /// A file that is not a database, is another program's, or was written by a newer version is refused and left
    /// as it is; an archive of an older version is brought up to date.
    pub fn create_or_open(path: &Path) -> Result<Archive, ArchiveError> {
        Archive::with(path, open::writer(path, true)?)
    }

    /// Opens the archive at `path`, which must be there already.
    pub fn open_existing(path: &Path) -> Result<Archive, ArchiveError> {
        Archive::with(path, open::writer(path, false)?)
    }

    fn with(path: &Path, connection: Connection) -> Result<Archive, ArchiveError> {
        let press = Press::new(CRAWL_LEVEL).map_err(|source| ArchiveError::io(path, source))?;
        Ok(Archive { path: path.to_owned(), connection, press, index: Waiting::default(), lock: None })
    }

    /// Where the archive's file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A connection of its own onto the same file, for reading only.
    pub fn reader(&self) -> Result<Reader, ArchiveError> {
        Reader::open(&self.path)
    }

    /// Turns what SQLite reports into words about this archive.
    fn fault(&self, error: rusqlite::Error) -> ArchiveError {
        ArchiveError::sql(&self.path, error)
    }
}
