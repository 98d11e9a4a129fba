//! Lines in order, however many: sorted in memory up to a bound, in runs on the disk beyond it, merged at the end.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::ExportError;

/// What is held in memory before a run goes to the disk.
const RUN_BYTES_MAX: usize = 64 << 20;

/// Takes lines in any order.
#[derive(Debug)]
pub(super) struct Sorter {
    folder: PathBuf,
    lines: Vec<String>,
    bytes: usize,
    bytes_max: usize,
    runs: Vec<Run>,
}

/// A sorted run on the disk, cleared away with its value.
#[derive(Debug)]
struct Run {
    path: PathBuf,
}

impl Drop for Run {
    fn drop(&mut self) {
        // A file that stays in the folder for temporary files does no harm.
        let _ = std::fs::remove_file(&self.path);
    }
}

impl Sorter {
    /// A sorter whose runs lie in a folder for temporary files.
    pub(super) fn new(folder: &Path) -> Sorter {
        Sorter {
            folder: folder.to_owned(),
            lines: Vec::new(),
            bytes: 0,
            bytes_max: RUN_BYTES_MAX,
            runs: Vec::new(),
        }
    }

    /// Takes a line, without the end of line.
    pub(super) fn push(&mut self, line: String) -> Result<(), ExportError> {
        self.bytes += line.len();
        self.lines.push(line);
        if self.bytes > self.bytes_max { self.spill() } else { Ok(()) }
    }

    fn spill(&mut self) -> Result<(), ExportError> {
        let name = format!("khobao-{}-{:p}-{}.run", std::process::id(), self, self.runs.len());
        let run = Run { path: self.folder.join(name) };
        self.lines.sort_unstable();
        let fault = ExportError::io(&run.path);
        let write = || -> std::io::Result<()> {
            let mut writer = BufWriter::new(File::create_new(&run.path)?);
            for line in &self.lines {
                writeln!(writer, "{line}")?;
            }
            writer.flush()
        };
        write().map_err(fault)?;
        self.lines.clear();
        self.bytes = 0;
        self.runs.push(run);
        Ok(())
    }

    /// Calls `see` with every line in order.
    pub(super) fn drain(
        mut self,
        mut see: impl FnMut(&str) -> Result<(), ExportError>,
    ) -> Result<(), ExportError> {
        self.lines.sort_unstable();
        let mut sources = vec![Source::Memory(std::mem::take(&mut self.lines).into_iter())];
        for run in &self.runs {
            let file = File::open(&run.path).map_err(ExportError::io(&run.path))?;
            sources.push(Source::Disk(BufReader::new(file), run.path.clone()));
        }
        let mut heads = BinaryHeap::new();
        for (index, source) in sources.iter_mut().enumerate() {
            heads.extend(source.next()?.map(|line| Reverse((line, index))));
        }
        while let Some(Reverse((line, index))) = heads.pop() {
            see(&line)?;
            heads.extend(sources[index].next()?.map(|line| Reverse((line, index))));
        }
        Ok(())
    }
}

enum Source {
    Memory(std::vec::IntoIter<String>),
    Disk(BufReader<File>, PathBuf),
}

impl Source {
    fn next(&mut self) -> Result<Option<String>, ExportError> {
        match self {
            Source::Memory(lines) => Ok(lines.next()),
            Source::Disk(reader, path) => {
                let mut line = String::new();
                let read = reader.read_line(&mut line).map_err(ExportError::io(path))?;
                line.truncate(line.trim_end_matches('\n').len());
                Ok((read > 0).then_some(line))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_in_order_out_of_memory_and_runs() {
        let folder = tempfile::tempdir().unwrap();
        let mut sorter = Sorter::new(folder.path());
        sorter.bytes_max = 40;
        for number in 0..100 {
            sorter.push(format!("{:03}", number * 37 % 100)).unwrap();
        }
        assert!(sorter.runs.len() > 3);
        let mut seen = Vec::new();
        let note = |line: &str| {
            seen.push(line.to_owned());
            Ok(())
        };
        sorter.drain(note).unwrap();
        assert_eq!(seen, (0..100).map(|number| format!("{number:03}")).collect::<Vec<_>>());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "the runs are cleared away");
    }
}
