//! Where files of records go: a folder, a file, a stream. An index and a WACZ have shelves of their own.

use std::io::Write;

use super::super::ExportError;
use super::super::cdxj::Entry;
use super::super::file::NewFile;
use super::super::folder::Folder;

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
}

/// Files in a folder.
pub(super) struct FolderShelf {
    folder: Folder,
    open: Option<(String, NewFile)>,
    bytes: u64,
}

impl FolderShelf {
    pub(super) fn new(folder: Folder) -> FolderShelf {
        FolderShelf { folder, open: None, bytes: 0 }
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
        self.folder.finished(&name, place)
    }
}

/// One file.
pub(super) struct FileShelf {
    file: NewFile,
}

impl FileShelf {
    pub(super) fn new(file: NewFile) -> FileShelf {
        FileShelf { file }
    }

    /// Ends the file and gives its size.
    pub(super) fn finish(self) -> Result<u64, ExportError> {
        self.file.finish()
    }
}

impl Shelf for FileShelf {
    fn begin(&mut self, _name: &str) -> Result<(), ExportError> {
        Ok(())
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), ExportError> {
        put(&mut self.file, bytes)
    }

    fn end(&mut self, _place: i64) -> Result<(), ExportError> {
        Ok(())
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
