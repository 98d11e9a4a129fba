//! Layouts and the saved pages that prove them.
//!
//! A page lies in a folder with its newspaper's name and begins with the day on which it was fetched:
//! `baobackan/2023-05-10-khanh-thanh-cau.html`. That day chooses its layout, as it does for any page.

use std::collections::HashSet;
use std::path::Path;

use chrono::NaiveDate;

use super::fault::{Fault, Faults};
use super::files::{SourceFile, Sources};
use super::layout::Field;
use super::raw::{self, RawLayout};
use super::{Newspaper, Newspapers, check};

/// The length of a day in a file's name: `2023-05-10`.
const DAY_BYTES: usize = 10;

impl Newspapers {
    /// Checks a set of files, and that every layout of theirs is proven by a saved page: a newspaper's in
    /// `<pages>/<newspaper>/<day>-….html`. Where files were added to those of the binary, only the added ones want
    /// proof. All faults come at once.
    pub fn check_with_pages(sources: &Sources, pages: &Path) -> Result<Newspapers, Faults> {
        let (newspapers, mut faults) = check::check(sources);
        let newspapers = Newspapers::new(newspapers);
        let all = !sources.has_additions();
        let wanted = sources.files().filter(|file| all || !file.is_built_in);
        faults.extend(unproven_in(wanted, &newspapers, pages));
        if faults.is_empty() { Ok(newspapers) } else { Err(Faults::new(faults)) }
    }
}

impl Sources {
    /// A fault for every layout that no saved page proves. A page of any newspaper of a family proves the family's
    /// layout; a newspaper's own selectors want a page of its own.
    #[must_use]
    pub fn unproven(&self, newspapers: &Newspapers, pages: &Path) -> Faults {
        Faults::new(unproven_in(self.files(), newspapers, pages))
    }
}

fn unproven_in<'f>(
    files: impl Iterator<Item = &'f SourceFile>,
    newspapers: &Newspapers,
    pages: &Path,
) -> Vec<Fault> {
    let mut proven: HashSet<(&str, &str)> = HashSet::new();
    for newspaper in newspapers {
        for layout in proven_layouts(newspaper, &pages.join(&newspaper.id)) {
            proven.insert((newspaper.id.as_str(), layout));
            if let Some(family) = &newspaper.family {
                proven.insert((family.as_str(), layout));
            }
        }
    }
    let mut faults = Vec::new();
    for file in files {
        // Faults of the file itself are told by the checks.
        let Some(raw) = raw::read(file, &mut Vec::new()) else { continue };
        for layout in raw.layouts.iter().flatten() {
            faults.extend(unproven(file, layout, &proven, pages));
        }
    }
    faults
}

fn unproven(
    file: &SourceFile,
    layout: &RawLayout,
    proven: &HashSet<(&str, &str)>,
    pages: &Path,
) -> Option<Fault> {
    let name = layout.name.as_ref()?.get_ref();
    if !layout.picks.keys().copied().any(Field::is_of_articles) || proven.contains(&(&file.name, name)) {
        return None;
    }
    let folder = if file.is_family {
        format!("{}/<a newspaper of this family>", pages.display())
    } else {
        format!("{}/{}", pages.display(), file.name)
    };
    let until = layout.until.as_ref().map(|until| format!(" up to {}", until.get_ref()));
    let advice = format!("save a page as {folder}/<day{}>-<slug>.html", until.unwrap_or_default());
    Some(file.fault(&layout.at, format!("no saved page proves the layout `{name}`"), advice))
}

/// The names of the layouts that the pages in a newspaper's folder wear.
fn proven_layouts<'n>(newspaper: &'n Newspaper, folder: &Path) -> Vec<&'n str> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    names
        .filter(|name| Path::new(name).extension().is_some_and(|ending| ending == "html"))
        .filter_map(|name| name.get(..DAY_BYTES)?.parse::<NaiveDate>().ok())
        .filter_map(|day| newspaper.layout_on(day).map(|layout| layout.name.as_str()))
        .collect()
}
