//! Where files of records go: a folder, a file, a stream. An index and a WACZ have shelves of their own.

use std::io::Write;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::super::cdxj::Entry;
use super::super::draft::{Growing, Lineage, Trail};
use super::super::file::NewFile;
use super::super::folder::Folder;
use super::super::{ExportError, Job};
use super::pass::{Chosen, Reached, chosen, lineage_of};
use crate::archive::Outgoing;

/// Takes files of records, one after the other.
pub(in crate::export) trait Shelf {
    /// Begins a file.
    fn begin(&mut self, name: &str) -> Result<(), ExportError>;

    /// Adds bytes to it.
    fn put(&mut self, bytes: &[u8]) -> Result<(), ExportError>;

    /// Ends it; `place` is that of its last capture.
    fn end(&mut self, place: i64) -> Result<(), ExportError>;

    /// Takes the line of a record for an index. Most shelves have none.
    fn index(&mut self, _entry: &Entry) -> Result<(), ExportError> {
        Ok(())
    }

    /// Hears after each capture how far the run is.
    fn reached(&mut self, _reached: &Reached, _lineage: &Lineage) -> Result<(), ExportError> {
        Ok(())
    }

    /// The user has asked for the end: what there is is to be gone on with.
    fn pause(&mut self) -> Result<(), ExportError> {
        Ok(())
    }
}

/// Files in a folder.
pub(super) struct FolderShelf {
    folder: Folder,
    open: Option<(String, NewFile)>,
    bytes: u64,
    lineage: Lineage,
}

impl FolderShelf {
    pub(super) fn new(folder: Folder) -> FolderShelf {
        FolderShelf { folder, open: None, bytes: 0, lineage: Lineage::default() }
    }

    /// Ends the folder. Gives its files, those of them that were there before, and the bytes written.
    pub(super) fn finish(self) -> Result<(u64, u64, u64), ExportError> {
        let (files, kept) = (self.folder.files() as u64, self.folder.kept() as u64);
        self.folder.finish()?;
        Ok((files, kept, self.bytes))
    }
}

impl Shelf for FolderShelf {
    fn begin(&mut self, name: &str) -> Result<(), ExportError> {
        self.open = Some((name.to_owned(), self.folder.create(name)?));
        Ok(())
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), ExportError> {
        match &mut self.open {
            Some((_, file)) => put(file, bytes),
            None => Ok(()),
        }
    }

    fn end(&mut self, place: i64) -> Result<(), ExportError> {
        let Some((name, file)) = self.open.take() else { return Ok(()) };
        self.bytes += file.finish()?;
        self.folder.finished_captures(&name, place, self.lineage.digest())
    }

    fn reached(&mut self, _: &Reached, lineage: &Lineage) -> Result<(), ExportError> {
        self.lineage.clone_from(lineage);
        Ok(())
    }
}

/// One file, of the records or of their index, gone on with where a run before left it.
pub(in crate::export) struct FileShelf {
    trail: Trail,
    file: Growing,
    takes: Takes,
    mark_bytes: u64,
    state: State,
    /// How far the run is, with what is not on the disk for certain.
    reached: Reached,
    lineage: Lineage,
}

/// What a file takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::export) enum Takes {
    /// The records.
    Records,
    /// Their lines for an index, as they come.
    Lines,
}

/// How far the file is for certain.
#[derive(Debug, Serialize, Deserialize)]
struct State {
    reached: Reached,
    bytes: u64,
}

impl FileShelf {
    /// Begins the file of the chosen captures, or goes on with it.
    pub(in crate::export) fn open<'a>(
        job: &Job<'a>,
        path: &Path,
        form: &str,
        takes: Takes,
    ) -> Result<(FileShelf, Outgoing<'a>), ExportError> {
        let trail = job.trail(path, form);
        let Chosen { outgoing, newest, state } = chosen::<State>(job, &trail, None, |state| &state.reached)?;
        let state = state.unwrap_or_else(|| State { reached: Reached::nothing(job, newest), bytes: 0 });
        let (state, file) = if let Some(file) = Growing::open(&trail.part(), state.bytes)? {
            (state, file)
        } else {
            trail.anew("it is shorter than its note says");
            let state = State { reached: Reached::nothing(job, newest), bytes: 0 };
            (state, Growing::begin(&trail.part())?)
        };
        let lineage = lineage_of(&outgoing, state.reached.place)?;
        let (mark_bytes, reached) = (job.options.mark_bytes, state.reached.clone());
        Ok((FileShelf { trail, file, takes, mark_bytes, state, reached, lineage }, outgoing))
    }

    /// How far it is for certain.
    pub(in crate::export) fn marked(&self) -> (&Reached, u64) {
        (&self.state.reached, self.state.bytes)
    }

    /// Makes it certain how far it is.
    pub(in crate::export) fn mark(&mut self) -> Result<(), ExportError> {
        self.file.sync()?;
        let reached = Reached { lineage: self.lineage.digest(), ..self.reached.clone() };
        self.state = State { reached, bytes: self.file.bytes() };
        self.trail.mark(&self.state)
    }

    /// Gives the file its name, and its size.
    pub(in crate::export) fn finish(self, path: &Path) -> Result<u64, ExportError> {
        let bytes = self.file.finish(path)?;
        self.trail.clear();
        Ok(bytes)
    }
}

impl Shelf for FileShelf {
    fn begin(&mut self, _name: &str) -> Result<(), ExportError> {
        Ok(())
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), ExportError> {
        if self.takes == Takes::Records { self.file.put(bytes) } else { Ok(()) }
    }

    fn end(&mut self, _place: i64) -> Result<(), ExportError> {
        Ok(())
    }

    fn index(&mut self, entry: &Entry) -> Result<(), ExportError> {
        if self.takes == Takes::Lines {
            self.file.put(format!("{}\n", entry.line()).as_bytes())
        } else {
            Ok(())
        }
    }

    fn reached(&mut self, reached: &Reached, lineage: &Lineage) -> Result<(), ExportError> {
        self.reached.clone_from(reached);
        self.lineage.clone_from(lineage);
        if self.file.bytes() - self.state.bytes >= self.mark_bytes { self.mark() } else { Ok(()) }
    }

    fn pause(&mut self) -> Result<(), ExportError> {
        self.mark()
    }
}

fn put(file: &mut NewFile, bytes: &[u8]) -> Result<(), ExportError> {
    match file.write_all(bytes) {
        Ok(()) => Ok(()),
        Err(source) => Err(ExportError::Io { path: file.path().to_owned(), source }),
    }
}

/// A stream.
pub(super) struct StreamShelf<'a> {
    stream: &'a mut dyn Write,
    bytes: u64,
}

impl<'a> StreamShelf<'a> {
    pub(super) fn new(stream: &'a mut dyn Write) -> StreamShelf<'a> {
        StreamShelf { stream, bytes: 0 }
    }

    /// How much was written.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl Shelf for StreamShelf<'_> {
    fn begin(&mut self, _name: &str) -> Result<(), ExportError> {
        Ok(())
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), ExportError> {
        self.bytes += bytes.len() as u64;
        self.stream.write_all(bytes).map_err(ExportError::Stream)
    }

    fn end(&mut self, _place: i64) -> Result<(), ExportError> {
        self.stream.flush().map_err(ExportError::Stream)
    }
}
