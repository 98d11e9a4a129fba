//! A file that a later run goes on with.
//!
//! Until it is whole it is called `NAME.part`, and beside it lies a note, `NAME.part.json`: what is exported, and how
//! far it is for certain. The note is written only after what it tells of is on the disk; what stands in the file
//! behind that was under way when the program was killed, and is cut off. So what two runs wrote is to the byte what
//! one would have written.

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::file::NewFile;
use super::folder::Identity;
use super::{ExportError, Job};

/// A note is never longer, in bytes: that of a WACZ names its files, one a newspaper and month.
const NOTE_BYTES_MAX: u64 = 64 << 20;

/// The path with an ending behind it.
pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// The note beside a file in the making.
#[derive(Debug)]
pub(super) struct Trail {
    /// What the file will be called.
    path: PathBuf,
    note: PathBuf,
    identity: Identity,
}

#[derive(Debug, Serialize, Deserialize)]
struct Note<S> {
    #[serde(flatten)]
    identity: Identity,
    /// The version of the program: another may write otherwise.
    program: String,
    /// How far it is, in the format's own words.
    state: S,
}

impl Job<'_> {
    /// The trail of a file. `form` is what tells this export from others of its format.
    pub(super) fn trail(&self, path: &Path, form: &str) -> Trail {
        Trail { path: path.to_owned(), note: beside(path, ".part.json"), identity: self.identity(form) }
    }
}

impl Trail {
    /// What the file is called until it is whole.
    pub(super) fn part(&self) -> PathBuf {
        beside(&self.path, ".part")
    }

    /// How far the same export came before; none where there is none to go on with.
    pub(super) fn state<S: DeserializeOwned>(&self) -> Result<Option<S>, ExportError> {
        match std::fs::metadata(&self.note) {
            Ok(metadata) if metadata.len() <= NOTE_BYTES_MAX => {}
            _ => return Ok(None),
        }
        let bytes = std::fs::read(&self.note).map_err(ExportError::io(&self.note))?;
        match serde_json::from_slice::<Note<S>>(&bytes) {
            Ok(note) if note.identity == self.identity && note.program == env!("CARGO_PKG_VERSION") => {
                Ok(Some(note.state))
            }
            Ok(note) => {
                let Identity { format, filters, .. } = note.identity;
                self.anew(&format!("it is of another export ({format}, {filters})"));
                Ok(None)
            }
            Err(_) => {
                self.anew("its note cannot be read");
                Ok(None)
            }
        }
    }

    /// Says that what lies there cannot be gone on with, and why.
    pub(super) fn anew(&self, why: &str) {
        tracing::warn!("{}: begun anew: {why}", self.part().display());
    }

    /// Notes how far it is. What the state tells of must be on the disk.
    pub(super) fn mark<S: Serialize>(&self, state: &S) -> Result<(), ExportError> {
        let note =
            Note { identity: self.identity.clone(), program: env!("CARGO_PKG_VERSION").to_owned(), state };
        let mut file = NewFile::create(&self.note)?;
        serde_json::to_writer(&mut file, &note).map_err(|error| ExportError::format(&self.note, error))?;
        file.finish().map(drop)
    }

    /// Takes the note away: the file is whole, or there is nothing to go on with.
    pub(super) fn clear(&self) {
        // One that stays tells of a `.part` that is no longer there, and is passed over.
        let _ = std::fs::remove_file(&self.note);
    }
}

/// A file that grows at its end.
#[derive(Debug)]
pub(super) struct Growing {
    path: PathBuf,
    writer: BufWriter<File>,
    bytes: u64,
}

impl Growing {
    /// Opens a file and cuts it off behind `bytes`; none where it does not have so many.
    pub(super) fn open(path: &Path, bytes: u64) -> Result<Option<Growing>, ExportError> {
        let fault = ExportError::io(path);
        let open = || -> io::Result<Option<File>> {
            let options = || File::options().read(true).write(true).create(true).truncate(false).open(path);
            let mut file = options()?;
            if file.metadata()?.len() < bytes {
                return Ok(None);
            }
            file.set_len(bytes)?;
            file.seek(SeekFrom::End(0))?;
            Ok(Some(file))
        };
        let file = open().map_err(fault)?;
        Ok(file.map(|file| Growing { path: path.to_owned(), writer: BufWriter::new(file), bytes }))
    }

    /// Opens a file and empties it.
    pub(super) fn begin(path: &Path) -> Result<Growing, ExportError> {
        // Every file has no bytes at least.
        Growing::open(path, 0)?.ok_or_else(|| ExportError::format(path, "cannot be written"))
    }

    /// How long it is.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Adds bytes at the end.
    pub(super) fn put(&mut self, bytes: &[u8]) -> Result<(), ExportError> {
        self.bytes += bytes.len() as u64;
        self.writer.write_all(bytes).map_err(ExportError::io(&self.path))
    }

    /// Writes over bytes that stand there already.
    pub(super) fn put_at(&mut self, place: u64, bytes: &[u8]) -> Result<(), ExportError> {
        let write = |writer: &mut BufWriter<File>| -> io::Result<()> {
            writer.seek(SeekFrom::Start(place))?;
            writer.write_all(bytes)?;
            writer.seek(SeekFrom::End(0)).map(drop)
        };
        write(&mut self.writer).map_err(ExportError::io(&self.path))
    }

    /// Calls `see` with what stands there from `place` on, piece by piece.
    pub(super) fn read_from(&mut self, place: u64, mut see: impl FnMut(&[u8])) -> Result<(), ExportError> {
        let mut read = || -> io::Result<()> {
            self.writer.seek(SeekFrom::Start(place))?;
            let mut piece = vec![0; 1 << 17];
            loop {
                let count = self.writer.get_mut().read(&mut piece)?;
                if count == 0 {
                    return self.writer.seek(SeekFrom::End(0)).map(drop);
                }
                see(&piece[..count]);
            }
        };
        read().map_err(ExportError::io(&self.path))
    }

    /// Brings everything to the disk.
    pub(super) fn sync(&mut self) -> Result<(), ExportError> {
        let sync = |writer: &mut BufWriter<File>| writer.flush().and_then(|()| writer.get_ref().sync_data());
        sync(&mut self.writer).map_err(ExportError::io(&self.path))
    }

    /// Brings everything to the disk and gives the file its name. Gives its size in bytes.
    pub(super) fn finish(mut self, name: &Path) -> Result<u64, ExportError> {
        self.sync()?;
        std::fs::rename(&self.path, name).map_err(ExportError::io(name))?;
        Ok(self.bytes)
    }
}

/// What was exported, in its order, as one digest: by it a later run knows that what it would write is what stands
/// there already.
#[derive(Clone, Debug, Default)]
pub(super) struct Lineage {
    hash: Sha256,
}

impl Lineage {
    /// Takes a number in.
    pub(super) fn add(&mut self, number: i64) {
        self.hash.update(number.to_le_bytes());
    }

    /// The digest so far, in hexadecimal digits.
    pub(super) fn digest(&self) -> String {
        HEXLOWER.encode(&self.hash.clone().finalize())
    }
}
