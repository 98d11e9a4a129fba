//! The selector files as they lie in the binary and on disk, before anything is understood of them.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use rust_embed::RustEmbed;

use super::fault::Fault;

/// The largest selector file that is read. The longest real one has about 6 KiB.
const FILE_BYTES_MAX: usize = 256 * 1024;

/// The most selector files in one folder.
const FILES_MAX: usize = 2000;

/// The files that every copy of the program carries.
#[derive(RustEmbed)]
#[folder = "selectors/"]
#[include = "*.toml"]
#[include = "family/*.toml"]
struct BuiltIn;

/// One selector file.
#[derive(Clone, Debug)]
pub(super) struct SourceFile {
    /// The path to tell in a fault.
    pub(super) shown: String,
    /// The file's name without `.toml`: the newspaper's id or the family's name.
    pub(super) name: String,
    /// Whether it stands in `family/`.
    pub(super) is_family: bool,
    /// Whether it is one of the binary's.
    pub(super) is_built_in: bool,
    /// The text.
    pub(super) text: String,
}

impl SourceFile {
    /// The line and column, from 1, of a place given in bytes.
    pub(super) fn place(&self, at: usize) -> Place {
        let before = self.text.get(..at).unwrap_or(&self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Place { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1 }
    }

    /// A fault at a place of this file, given in bytes.
    pub(super) fn fault(
        &self,
        at: &Range<usize>,
        what: impl Into<String>,
        advice: impl Into<String>,
    ) -> Fault {
        let Place { line, column } = self.place(at.start);
        Fault { file: self.shown.clone(), line, column, what: what.into(), advice: advice.into() }
    }
}

/// A place in a text, both from 1; the column counts characters.
pub(super) struct Place {
    pub(super) line: usize,
    pub(super) column: usize,
}

/// All selector files in force, families first, each kind in the order of names.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: BTreeMap<(bool, String), SourceFile>,
    /// Files that could not be read at all.
    faults: Vec<Fault>,
}

impl Sources {
    /// The files of the binary alone.
    #[must_use]
    pub fn built_in() -> Sources {
        let mut sources = Sources::default();
        for path in BuiltIn::iter() {
            if let Some(file) = BuiltIn::get(&path) {
                sources.add(&path, format!("selectors/{path}"), &file.data);
            }
        }
        sources.files.values_mut().for_each(|file| file.is_built_in = true);
        sources
    }

    /// The families alone.
    #[must_use]
    pub fn families(&self) -> Sources {
        let families = self.files.iter().filter(|(_, file)| file.is_family);
        let files = families.map(|(key, file)| (key.clone(), file.clone())).collect();
        Sources { files, faults: Vec::new() }
    }

    /// Whether files were added to those of the binary.
    #[must_use]
    pub fn has_additions(&self) -> bool {
        self.files.values().any(|file| !file.is_built_in)
    }

    /// The names of the families.
    pub fn family_names(&self) -> impl Iterator<Item = &str> {
        self.files.values().filter(|file| file.is_family).map(|file| file.name.as_str())
    }

    /// Takes a family's file away.
    pub fn remove_family(&mut self, name: &str) {
        self.files.remove(&(true, name.to_owned()));
    }

    /// Adds the files of a folder (`*.toml` and `family/*.toml`); one that bears the name of a file already there
    /// takes its place. What cannot be read is kept as a fault.
    pub fn add_folder(&mut self, folder: &Path) {
        self.add_entries(folder, "");
        if folder.join("family").is_dir() {
            self.add_entries(&folder.join("family"), "family/");
        }
    }

    /// Adds one file from disk: a family's when its folder is called `family`.
    pub fn add_file(&mut self, path: &Path) {
        let is_family = path
            .parent()
            .and_then(Path::file_name)
            .is_some_and(|folder| folder.eq_ignore_ascii_case("family"));
        let prefix = if is_family { "family/" } else { "" };
        self.add_path(path, prefix);
    }

    /// Adds a text as if it were a file: `name` is `baobackan.toml` or `family/epi.toml`.
    pub fn add_text(&mut self, name: &str, text: &str) {
        self.add(name, name.to_owned(), text.as_bytes());
    }

    /// The files, families first.
    pub(super) fn files(&self) -> impl Iterator<Item = &SourceFile> {
        let families = self.files.values().filter(|file| file.is_family);
        families.chain(self.files.values().filter(|file| !file.is_family))
    }

    /// One file.
    pub(super) fn file(&self, is_family: bool, name: &str) -> Option<&SourceFile> {
        self.files.get(&(is_family, name.to_owned()))
    }

    /// The faults of files that could not be read.
    pub(super) fn unreadable(&self) -> &[Fault] {
        &self.faults
    }

    fn add_entries(&mut self, folder: &Path, prefix: &str) {
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => {
                let what = format!("the folder cannot be read: {error}");
                self.unread(folder.display().to_string(), what, "give a folder of selector files");
                return;
            }
        };
        let mut paths: Vec<_> = entries
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
            .collect();
        paths.sort();
        if paths.len() > FILES_MAX {
            self.unread(
                folder.display().to_string(),
                format!("{} selector files in one folder", paths.len()),
                format!("keep to {FILES_MAX}"),
            );
            paths.truncate(FILES_MAX);
        }
        for path in paths {
            self.add_path(&path, prefix);
        }
    }

    fn add_path(&mut self, path: &Path, prefix: &str) {
        let shown = path.display().to_string();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            self.unread(shown, "the file's name is not UTF-8".to_owned(), "name it like baobackan.toml");
            return;
        };
        // The size is asked before the reading: a wrong path may lead to anything.
        let size = match std::fs::metadata(path) {
            Ok(facts) => facts.len(),
            Err(error) => {
                self.unread(
                    shown,
                    format!("the file cannot be read: {error}"),
                    "check the path and its rights",
                );
                return;
            }
        };
        if size > FILE_BYTES_MAX as u64 {
            self.too_large(shown, size);
            return;
        }
        match std::fs::read(path) {
            Ok(bytes) => self.add(&format!("{prefix}{name}"), shown, &bytes),
            Err(error) => {
                self.unread(
                    shown,
                    format!("the file cannot be read: {error}"),
                    "check the path and its rights",
                );
            }
        }
    }

    fn add(&mut self, path: &str, shown: String, bytes: &[u8]) {
        if bytes.len() > FILE_BYTES_MAX {
            self.too_large(shown, bytes.len() as u64);
            return;
        }
        let (is_family, name) = match path.strip_prefix("family/") {
            Some(name) => (true, name),
            None => (false, path),
        };
        let name = name.trim_end_matches(".toml").to_owned();
        match std::str::from_utf8(bytes) {
            Ok(text) => {
                let text = text.strip_prefix('\u{feff}').unwrap_or(text).to_owned();
                let file = SourceFile { shown, name: name.clone(), is_family, is_built_in: false, text };
                self.files.insert((is_family, name), file);
            }
            Err(error) => {
                let text = String::from_utf8_lossy(&bytes[..error.valid_up_to()]).into_owned();
                let end = text.len()..text.len();
                let file = SourceFile { shown, name, is_family, is_built_in: false, text };
                self.faults.push(file.fault(&end, "the file is not UTF-8", "save it as UTF-8"));
            }
        }
    }

    fn too_large(&mut self, shown: String, size: u64) {
        self.unread(
            shown,
            format!("the file has {size} bytes"),
            format!("a selector file has at most {FILE_BYTES_MAX}"),
        );
    }

    fn unread(&mut self, file: String, what: String, advice: impl Into<String>) {
        self.faults.push(Fault { file, line: 1, column: 1, what, advice: advice.into() });
    }
}
