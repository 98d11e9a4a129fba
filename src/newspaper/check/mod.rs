//! From files as written to newspapers that cannot be wrong, or to all the faults of all the files.
//!
//! Each file is first checked on its own ([`part`]), so that a family's fault is told once and in its own file.
//! Then each newspaper is laid over its family ([`merge`]), and what only the whole can show is checked: examples
//! against patterns ([`examples`]), newspapers against each other ([`across`]). A file with faults of its own is
//! not judged as a whole: that would bring faults that are only the shadows of the first.

mod across;
mod examples;
mod merge;
mod part;
mod values;

use std::collections::{HashMap, HashSet};

use part::Part;

use super::Newspaper;
use super::fault::Fault;
use super::files::{SourceFile, Sources};

/// A family as a newspaper's file sees it.
enum Family<'p, 's> {
    /// The file builds on none.
    None,
    /// The file names one that is missing or not TOML.
    Missing,
    /// Here it is.
    Found(&'p Part<'s>),
}

/// Checks all files; with no fault, the newspapers are all there, in the order of ids.
pub(super) fn check(sources: &Sources) -> (Vec<Newspaper>, Vec<Fault>) {
    let mut faults = sources.unreadable().to_vec();
    let (families, newspapers): (Vec<&SourceFile>, Vec<&SourceFile>) =
        sources.files().partition(|file| file.is_family);
    let families: HashMap<&str, Option<Part<'_>>> =
        families.into_iter().map(|file| (file.name.as_str(), Part::read(file, &mut faults))).collect();
    let parts: Vec<Part<'_>> = newspapers.iter().filter_map(|file| Part::read(file, &mut faults)).collect();
    let mut whole = Vec::with_capacity(parts.len());
    for part in &parts {
        let family = family_of(part, &families, &mut faults);
        let newspaper = merge::newspaper(part, &family, &mut faults);
        let sound = part.sound
            && match &family {
                Family::None => true,
                Family::Missing => false,
                Family::Found(family) => family.sound,
            };
        if sound {
            examples::check(part, &newspaper, &mut faults);
        }
        whole.push((part, newspaper));
    }
    // A newspaper whose file is no TOML is still one that others may name.
    let ids: HashSet<&str> = newspapers.iter().map(|file| file.name.as_str()).collect();
    across::check(&whole, &ids, &mut faults);
    (whole.into_iter().map(|(_, newspaper)| newspaper).collect(), faults)
}

fn family_of<'p, 's>(
    part: &Part<'s>,
    families: &'p HashMap<&str, Option<Part<'s>>>,
    faults: &mut Vec<Fault>,
) -> Family<'p, 's> {
    let Some(name) = &part.raw.family else { return Family::None };
    match families.get(name.get_ref().as_str()) {
        Some(Some(family)) => Family::Found(family),
        Some(None) => Family::Missing,
        None => {
            let known: Vec<&str> = families.keys().copied().collect();
            let advice = match super::tree::nearest(name.get_ref(), &known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("write selectors/family/{}.toml", name.get_ref()),
            };
            let what = format!("there is no family `{}`", name.get_ref());
            faults.push(part.file.fault(&name.span(), what, advice));
            Family::Missing
        }
    }
}
