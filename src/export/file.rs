//! A file that gets its name when it is whole: until then it is called `name.part`, and nobody takes it for done.

use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::ExportError;

/// A file in the making. One that is given up is cleared away.
#[derive(Debug)]
pub(super) struct NewFile {
    path: PathBuf,
    part: PathBuf,
    writer: Option<BufWriter<File>>,
}

impl NewFile {
    /// Begins a file; what an earlier try left under the temporary name is written over.
    pub(super) fn create(path: &Path) -> Result<NewFile, ExportError> {
        let mut part = path.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        let file = File::create(&part).map_err(ExportError::io(&part))?;
        Ok(NewFile { path: path.to_owned(), part, writer: Some(BufWriter::new(file)) })
    }

    /// What it will be called.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Brings everything to the disk and gives the file its name. Gives its size in bytes.
    pub(super) fn finish(mut self) -> Result<u64, ExportError> {
        let written = self.close().map_err(ExportError::io(&self.part))?;
        std::fs::rename(&self.part, &self.path).map_err(ExportError::io(&self.path))?;
        Ok(written)
    }

    fn close(&mut self) -> io::Result<u64> {
        let Some(mut writer) = self.writer.take() else { return Ok(0) };
        writer.flush()?;
        let file = writer.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        Ok(file.metadata()?.len())
    }

    fn open(&mut self) -> io::Result<&mut BufWriter<File>> {
        self.writer.as_mut().ok_or_else(|| io::Error::other("the file is closed already"))
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.open()?.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.open()?.flush()
    }
}

impl Seek for NewFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.open()?.seek(to)
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if self.writer.take().is_some() {
            // Where that fails a `.part` stays, which nobody takes for an export.
            let _ = std::fs::remove_file(&self.part);
        }
    }
}
