//! The headline as it is printed.

use scraper::ElementRef;

use super::scan::Scan;
use super::{has_key, key};
use crate::extract::document::{Document, attribute};
use crate::extract::meta::Meta;
use crate::text::clean;
use crate::text::fold::fold;

/// The share of words that a headline must have in common with the one in the metadata, in percent.
const LIKE_PERCENT_MIN: usize = 60;

/// A headline with which a page's title begins has at least so many words.
const PREFIX_WORDS_MIN: usize = 3;

/// Parts of names that boxes of headlines have.
const TITLE_NAMES: [&str; 5] = ["title", "heading", "tieude", "tieu-de", "headline"];

/// A headline without other marks has so many letters and signs.
const TITLE_CHARS_MIN: u32 = 12;

/// And no more than so many.
const TITLE_CHARS_MAX: u32 = 200;

/// How many lines above the text a headline without other marks may stand.
const LINES_ABOVE: usize = 12;

/// The headline where it is printed.
pub(super) struct TitleLine {
    pub(super) line: usize,
    pub(super) text: String,
}

/// Finds the printed headline: the line that says what the metadata say, best in a heading and no link; else the
/// `<h1>` that is most like it, or like the page's `<title>`, or the only one.
pub(super) fn printed(scan: &Scan, meta: &Meta) -> Option<TitleLine> {
    let told = meta.title.as_ref().map(|title| title.value.as_str());
    let at = told
        .and_then(|title| exact(scan, title))
        .or_else(|| likest_heading(scan, told, meta))
        .or_else(|| likest_heading(scan, Some(meta.page_title.as_deref()?), meta))?;
    let text = clean::line(scan.text(at));
    Some(TitleLine { line: at, text: meta.site.without_suffix(&text).to_owned() })
}

/// The line of a headline that is known.
pub(super) fn line_of(scan: &Scan, title: &str) -> Option<usize> {
    exact(scan, title)
}

fn exact(scan: &Scan, title: &str) -> Option<usize> {
    let wanted = key(title);
    let length = title.chars().filter(|c| !c.is_whitespace()).count();
    let is_like = |chars: u32| {
        let chars = usize::try_from(chars).unwrap_or(usize::MAX);
        chars <= 2 * length + 8 && length <= 2 * chars + 8
    };
    let found = scan
        .lines
        .iter()
        .enumerate()
        .filter(|(at, line)| is_like(line.chars) && has_key(scan.text(*at), &wanted));
    found.map(|(at, _)| at).min_by_key(|at| (rank(scan, *at), *at)).filter(|_| !wanted.is_empty())
}

/// How little a line looks like a headline.
fn rank(scan: &Scan, at: usize) -> u8 {
    let line = &scan.lines[at];
    let level = scan.around(at).take(3).map(|place| scan.boxes[place].heading).find(|level| *level > 0);
    match (level, line.linked > 0) {
        (Some(1), false) => 0,
        (Some(1), true) => 1,
        (Some(_), false) => 2,
        (None, false) => 3,
        (_, true) => 4,
    }
}

fn likest_heading(scan: &Scan, told: Option<&str>, meta: &Meta) -> Option<usize> {
    let headings: Vec<usize> = (0..scan.lines.len())
        .filter(|at| rank(scan, *at) == 0 && !meta.site.is_own(scan.text(*at).trim()))
        .collect();
    match told {
        Some(told) => headings
            .into_iter()
            .map(|at| (likeness(scan.text(at), told), at))
            .filter(|(likeness, _)| *likeness >= LIKE_PERCENT_MIN)
            .max_by_key(|(likeness, at)| (*likeness, usize::MAX - at))
            .map(|(_, at)| at),
        None => headings.into_iter().max_by_key(|at| (scan.lines[*at].chars, usize::MAX - at)),
    }
}

/// The share of words that two texts have in common, in percent of the longer.
fn likeness(one: &str, other: &str) -> usize {
    let words = |text: &str| {
        fold(text)
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let (one, mut other) = (words(one), words(other));
    // The title of a page may go on with a section's or a site's name that nothing else tells.
    if one.len() >= PREFIX_WORDS_MIN && other.starts_with(&one) {
        return 100;
    }
    let longer = one.len().max(other.len()).max(1);
    let mut shared = 0;
    for word in one {
        if let Some(at) = other.iter().position(|found| *found == word) {
            other.swap_remove(at);
            shared += 1;
        }
    }
    shared * 100 / longer
}

/// The headline of a page whose metadata do not tell it and that has no `<h1>`: the last line above the first text
/// that stands in a box called a title.
pub(super) fn named(scan: &Scan, document: &Document, root: usize) -> Option<TitleLine> {
    let found = &scan.boxes[root];
    let text = (found.first..found.end).find(|at| scan.lines[*at].is_prose && !scan.lines[*at].is_aside)?;
    let is_title = |at: &usize| {
        let line = &scan.lines[*at];
        line.linked == 0
            && (TITLE_CHARS_MIN..=TITLE_CHARS_MAX).contains(&line.chars)
            && document.element(scan.boxes[line.within].node).is_some_and(is_called_title)
    };
    let line = (text.saturating_sub(LINES_ABOVE)..text).rev().find(is_title)?;
    Some(TitleLine { line, text: clean::line(scan.text(line)) })
}

fn is_called_title(element: ElementRef<'_>) -> bool {
    ["class", "id"].iter().filter_map(|name| attribute(element, name)).any(|names| {
        let names = names.to_ascii_lowercase();
        TITLE_NAMES.iter().any(|name| names.contains(name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headlines_are_alike_by_their_words() {
        assert_eq!(likeness("Nước về sớm", "NƯỚC VỀ SỚM!"), 100);
        assert_eq!(likeness("Nước về sớm ở cù lao", "Nước về sớm"), 50);
        assert_eq!(likeness("Nước về sớm", "Nước về sớm | Cổng thông tin Lũng Vân"), 100);
        assert_eq!(likeness("Chợ nổi", "Nước về sớm"), 0);
    }
}
