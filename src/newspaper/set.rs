//! All newspapers in force, found by id or by host.

use std::collections::HashMap;
use std::path::Path;

use super::fault::Faults;
use super::files::Sources;
use super::{Newspaper, check};
use crate::target::bare_host;

/// The newspapers of a run: no host belongs to two of them.
#[derive(Clone, Debug, Default)]
pub struct Newspapers {
    /// In the order of ids.
    newspapers: Vec<Newspaper>,
    /// From a host without `www.`, `m.` or `amp.` to a place in `newspapers`.
    by_host: HashMap<String, usize>,
}

impl Newspapers {
    /// The newspapers of the binary alone.
    pub fn built_in() -> Result<Newspapers, Faults> {
        Newspapers::check(&Sources::built_in())
    }

    /// The newspapers of the binary and of a folder, whose files add to them and override them by name.
    pub fn load(extra_dir: Option<&Path>) -> Result<Newspapers, Faults> {
        let mut sources = Sources::built_in();
        if let Some(folder) = extra_dir {
            sources.add_folder(folder);
        }
        Newspapers::check(&sources)
    }

    /// Checks and compiles a set of files; all faults of all files come at once.
    pub fn check(sources: &Sources) -> Result<Newspapers, Faults> {
        let (newspapers, faults) = check::check(sources);
        if faults.is_empty() { Ok(Newspapers::new(newspapers)) } else { Err(Faults::new(faults)) }
    }

    pub(super) fn new(newspapers: Vec<Newspaper>) -> Newspapers {
        let mut by_host = HashMap::new();
        for (index, newspaper) in newspapers.iter().enumerate() {
            for host in &newspaper.hosts {
                by_host.insert(bare_host(host).to_owned(), index);
            }
        }
        Newspapers { newspapers, by_host }
    }

    /// The newspaper of an id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Newspaper> {
        let index = self.newspapers.binary_search_by(|newspaper| newspaper.id.as_str().cmp(id)).ok()?;
        self.newspapers.get(index)
    }

    /// The newspaper that a host serves or served; `www.`, `m.` and `amp.` do not matter.
    #[must_use]
    pub fn by_host(&self, host: &str) -> Option<&Newspaper> {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        let index = *self.by_host.get(bare_host(&host))?;
        self.newspapers.get(index)
    }

    /// The ids, to suggest one where a name is wrong.
    #[must_use]
    pub fn nearest(&self, id: &str) -> Option<&str> {
        let ids: Vec<&str> = self.newspapers.iter().map(|newspaper| newspaper.id.as_str()).collect();
        super::tree::nearest(id, &ids)
    }

    /// All of them, in the order of ids.
    pub fn iter(&self) -> std::slice::Iter<'_, Newspaper> {
        self.newspapers.iter()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.newspapers.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.newspapers.is_empty()
    }
}

impl<'a> IntoIterator for &'a Newspapers {
    type Item = &'a Newspaper;
    type IntoIter = std::slice::Iter<'a, Newspaper>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Newspaper {
    /// One newspaper from the text of its file, standing alone: it may build on the families of the binary.
    pub fn from_toml(id: &str, text: &str) -> Result<Newspaper, Faults> {
        Sources::built_in().families().newspaper(id, text)
    }
}

impl Sources {
    /// One newspaper from the text of its file, standing alone: it may build on the families of these sources.
    pub fn newspaper(&self, id: &str, text: &str) -> Result<Newspaper, Faults> {
        let mut sources = self.families();
        sources.add_text(&format!("{id}.toml"), text);
        let mut checked = Newspapers::check(&sources)?.newspapers;
        // The families bring no newspaper, so the one file's is the only one.
        checked.pop().ok_or_else(|| Faults::new(Vec::new()))
    }
}
