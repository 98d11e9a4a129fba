//! A folder that is filled file by file and remembers how far it is.
//!
//! While the export goes on, a note lies in the folder (`.khobao-export.json`): what is exported, up to which
//! capture, and what is finished. The same export into the same folder goes on from there; at the end the note is
//! taken away, and the folder holds the export and nothing else.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::ExportError;
use super::file::NewFile;

/// The note's name.
const NOTE: &str = ".khobao-export.json";
/// A note is never longer, in bytes: it names the files of a WARC export, one a newspaper and month.
const NOTE_BYTES_MAX: u64 = 64 << 20;

/// What is exported, so that another export is not taken for its continuation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Identity {
    /// The format and how it is written.
    pub(super) format: String,
    /// The archive's file.
    pub(super) archive: PathBuf,
    /// The filters, in words that are the same for the same filters.
    pub(super) filters: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct Note {
    #[serde(flatten)]
    identity: Identity,
    /// The newest capture that belongs to the export.
    newest_capture: i64,
    /// How far it is, in the format's own count.
    place: i64,
    /// The files that are whole.
    finished: Vec<String>,
    /// The captures that are in them, in their order, as a digest.
    #[serde(default)]
    lineage: Option<String>,
}

/// A folder in the making.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    note: Note,
    /// How many files were whole before this run.
    kept: usize,
}

impl Folder {
    /// Begins or goes on with a folder. One that holds anything else is left alone unless `force` is given.
    pub(super) fn open(
        path: &Path,
        identity: Identity,
        newest_capture: i64,
        force: bool,
    ) -> Result<Folder, ExportError> {
        let note = match std::fs::read_dir(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) if error.kind() == std::io::ErrorKind::NotADirectory => {
                return Err(ExportError::Exists(path.to_owned()));
            }
            Err(error) => return Err(ExportError::io(path)(error)),
            Ok(mut entries) => match read_note(path)? {
                Some(note) if note.identity == identity => Some(note),
                _ if force => None,
                Some(note) => {
                    let Identity { format, filters, .. } = note.identity;
                    return Err(ExportError::OtherExport {
                        path: path.to_owned(),
                        made: format!("{format}, {filters}"),
                    });
                }
                None if entries.next().is_some() => return Err(ExportError::Exists(path.to_owned())),
                None => None,
            },
        };
        let note =
            note.unwrap_or(Note { identity, newest_capture, place: 0, finished: Vec::new(), lineage: None });
        std::fs::create_dir_all(path).map_err(ExportError::io(path))?;
        let folder = Folder { path: path.to_owned(), kept: note.finished.len(), note };
        folder.write_note()?;
        Ok(folder)
    }

    /// Where a file of the folder lies; the folders on the way are made.
    pub(super) fn place_for(&self, name: &str) -> Result<PathBuf, ExportError> {
        let path = self.path.join(name);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(ExportError::io(parent))?;
        }
        Ok(path)
    }

    /// Begins a file of the folder.
    pub(super) fn create(&self, name: &str) -> Result<NewFile, ExportError> {
        NewFile::create(&self.place_for(name)?)
    }

    /// Notes that a file is whole and how far the export is.
    pub(super) fn finished(&mut self, name: &str, place: i64) -> Result<(), ExportError> {
        self.note.finished.push(name.to_owned());
        self.reached(place)
    }

    /// Likewise, with the captures written so far.
    pub(super) fn finished_captures(
        &mut self,
        name: &str,
        place: i64,
        lineage: String,
    ) -> Result<(), ExportError> {
        self.note.lineage = Some(lineage);
        self.finished(name, place)
    }

    /// Whether these are the captures that are in it.
    pub(super) fn has_captures(&self, lineage: &str) -> bool {
        self.note.lineage.as_deref().is_none_or(|own| own == lineage)
    }

    /// Begins anew, since what is in it is no longer what is selected: the files are taken away.
    pub(super) fn begin_anew(&mut self, newest_capture: i64) -> Result<(), ExportError> {
        tracing::warn!("{}: begun anew: other captures are selected than before", self.path.display());
        for name in std::mem::take(&mut self.note.finished) {
            let path = self.path.join(name);
            std::fs::remove_file(&path).map_err(ExportError::io(&path))?;
        }
        (self.note.place, self.note.lineage, self.kept) = (0, None, 0);
        self.note.newest_capture = newest_capture;
        self.write_note()
    }

    /// Notes how far the export is.
    pub(super) fn reached(&mut self, place: i64) -> Result<(), ExportError> {
        self.note.place = place;
        self.write_note()
    }

    /// Whether a file is whole.
    pub(super) fn has(&self, name: &str) -> bool {
        self.note.finished.iter().any(|finished| finished == name)
    }

    /// How many files are whole.
    pub(super) fn files(&self) -> usize {
        self.note.finished.len()
    }

    /// How many files were whole before this run.
    pub(super) fn kept(&self) -> usize {
        self.kept
    }

    /// How far the export is.
    pub(super) fn place(&self) -> i64 {
        self.note.place
    }

    /// The newest capture that belongs to the export.
    pub(super) fn newest_capture(&self) -> i64 {
        self.note.newest_capture
    }

    /// Takes the note away: the folder is whole.
    pub(super) fn finish(self) -> Result<(), ExportError> {
        let note = self.path.join(NOTE);
        std::fs::remove_file(&note).map_err(ExportError::io(&note))
    }

    fn write_note(&self) -> Result<(), ExportError> {
        let path = self.path.join(NOTE);
        let mut file = NewFile::create(&path)?;
        serde_json::to_writer(&mut file, &self.note).map_err(|error| ExportError::format(&path, error))?;
        file.finish().map(drop)
    }
}

/// The note of an export that was not finished; none where there is none that can be read.
fn read_note(folder: &Path) -> Result<Option<Note>, ExportError> {
    let path = folder.join(NOTE);
    match std::fs::metadata(&path) {
        Ok(metadata) if metadata.len() <= NOTE_BYTES_MAX => {}
        _ => return Ok(None),
    }
    let bytes = std::fs::read(&path).map_err(ExportError::io(&path))?;
    Ok(serde_json::from_slice(&bytes).ok())
}
