//! One printed line of a byline, taken apart.

use std::sync::LazyLock;

use regex::Regex;

use super::name::{
    Part, classify, is_address, is_full_name, is_person, is_publisher, starts_with_words, trim,
};
use super::parted::parted;
use super::words::{PAPERS, PIECES, ROLES, ROLES_BEHIND, SENTENCE_WORDS};
use super::{Byline, NOTE_CHARS_MAX};
use crate::text::{clean, letter};

/// So many blanks in a row part a line as a line break does: systems of old set names to the right so.
pub(super) const BLANKS_PARTING: usize = 5;

/// What a line holds.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) persons: Vec<String>,
    pub(super) notes: Vec<String>,
    /// Parts that are neither by their shape.
    pub(super) unknown: Vec<String>,
    /// Whether a label said that a byline follows.
    pub(super) is_labelled: bool,
}

impl From<Found> for Byline {
    fn from(found: Found) -> Byline {
        let mut byline = Byline::default();
        found.persons.into_iter().for_each(|person| byline.add_person(person));
        found.notes.iter().for_each(|note| byline.add_note(note));
        byline
    }
}

/// One or more roles and a colon: `Tin, ảnh:`, `Bài và ảnh:`; also without the colon at the beginning.
static LABEL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(&format!(
        r"(?i)(?:^|[\s\-–—|;,.(/])(?<label>{ROLES}(?:\s*(?:,|;|và|&|-|–|/|\+)\s*{ROLES}|\s{ROLES})*\s*(?:\([^)]{{0,20}}\)\s*)?:)"
    ))
    .ok()
});

static LABEL_BARE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(&format!(
        r"^(?i:{ROLES}(?:\s*(?:,|và|&|-|–|/|\+)\s*{ROLES})+|{PIECES}(?: của)?|tin ảnh|bài ảnh|tác giả|thực hiện|tin|bài|ảnh)\s+(?<name>\p{{Lu}}.*)$"
    ))
    .ok()
});

static ROLE_IN_BRACKETS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(&format!(r"(?i)^{ROLES_BEHIND}\.?$")).ok());

static BRACKETS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\([^()]*\)").ok());

/// How a line begins that names where the text comes from.
const SOURCE_LINE: &str = r"(?<label>(?i:theo|nguồn(?:\s+tin|\s+bài)?|trích(?:\s+từ)?|tổng hợp từ|tổng hợp theo|dẫn theo|nguồn\s*/\s*source|source|via))(?:\s*:|\s+\S)";

static SOURCE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(&format!("^{SOURCE_LINE}")).ok());

/// How lines that [`SOURCE`] knows begin, in lower case.
const SOURCE_OPENINGS: [&str; 7] = ["theo", "nguồn", "trích", "tổng hợp t", "dẫn theo", "source", "via"];

/// How lines of the masthead begin, in lower case.
const MASTHEAD: [&str; 11] = [
    "tổng biên tập",
    "phó tổng biên tập",
    "quyền tổng biên tập",
    "q. tổng biên tập",
    "phụ trách",
    "chịu trách nhiệm",
    "thư ký tòa soạn",
    "thư ký toà soạn",
    "giám đốc",
    "phó giám đốc",
    "trưởng ban biên tập",
];

/// The lines of a text, cleaned, also where a run of blanks stands for a line break.
pub(super) fn lines(text: &str) -> impl Iterator<Item = String> {
    text.split(['\n', '\r']).flat_map(parted_by_blanks).map(clean::line).filter(|line| !line.is_empty())
}

fn parted_by_blanks(line: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = line;
    while let Some((start, end)) = run_of_blanks(rest) {
        parts.push(&rest[..start]);
        rest = &rest[end..];
    }
    parts.push(rest);
    parts
}

/// The first run of [`BLANKS_PARTING`] blanks or more, as byte offsets.
pub(super) fn run_of_blanks(text: &str) -> Option<(usize, usize)> {
    let mut run: Option<(usize, usize)> = None;
    for (at, c) in text.char_indices() {
        match (&mut run, c.is_whitespace()) {
            (Some((_, count)), true) => *count += 1,
            (None, true) => run = Some((at, 1)),
            (Some((start, count)), false) if *count >= BLANKS_PARTING => return Some((*start, at)),
            (_, false) => run = None,
        }
    }
    run.filter(|(_, count)| *count >= BLANKS_PARTING).map(|(start, _)| (start, text.len()))
}

/// Takes a clean line apart.
pub(super) fn analyse(line: &str) -> Found {
    let mut found = Found::default();
    let line = line.trim_matches(|c: char| c.is_whitespace() || matches!(c, '|' | '*' | '•'));
    if line.is_empty() {
        return found;
    }
    if names_source(line) {
        source(line, &mut found);
        return found;
    }
    if is_masthead(line) {
        found.unknown.push(line.to_owned());
        return found;
    }
    if let Some(inside) = line.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'))
        && !inside.contains(['(', ')'])
    {
        bracketed(line, inside, &mut found);
        return found;
    }
    let bare = take_brackets(line, &mut found);
    for (label, part) in parted_by_labels(&bare) {
        found.is_labelled |= label;
        parts(part, &mut found);
    }
    found
}

/// Whether a line is one of the masthead, which names who is responsible for the newspaper: `Tổng Biên tập: …`.
fn is_masthead(line: &str) -> bool {
    line.contains(':') && MASTHEAD.iter().any(|opening| letter::begins(line, opening))
}

/// Whether a line names where the text comes from: `Theo …`, `Nguồn: …`, a web address.
pub(super) fn names_source(line: &str) -> bool {
    is_address(line)
        || may_name_source(line, &SOURCE_OPENINGS)
            && SOURCE.as_ref().is_some_and(|source| source.is_match(line))
}

fn may_name_source(line: &str, openings: &[&str]) -> bool {
    openings.iter().any(|opening| letter::begins(line, opening))
}

/// What a line that names a source says behind its label.
pub(super) fn named_source(line: &str) -> Option<&str> {
    let label = SOURCE.as_ref()?.captures(line)?.name("label")?;
    Some(trim(&line[label.end()..]))
}

/// `Theo Hoàng Thùy/Báo X`: the note is the whole line, and the person is a person.
fn source(line: &str, found: &mut Found) {
    if line.chars().count() > NOTE_CHARS_MAX {
        return;
    }
    found.is_labelled = line.contains(':');
    let is_told_after = line.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("theo"));
    let said = named_source(line).filter(|_| is_told_after).unwrap_or_default();
    if let Some((name, body)) = said.split_once('/').or_else(|| said.split_once(" (")) {
        let (name, body) = (trim(name), trim(body.trim_end_matches(')')));
        if classify(body) != Part::Nothing
            && is_person(name)
            && !matches!(classify(name), Part::Body)
            && !starts_with_words(&name.to_lowercase(), &PAPERS)
        {
            found.persons.push(name.to_owned());
        }
    } else if is_full_name(said) && classify(said) != Part::Body {
        found.persons.push(said.to_owned());
    }
    found.notes.push(line.trim_end_matches([',', ';', ' ']).to_owned());
}

/// A line that is all in brackets: an agency, a source, or a name.
fn bracketed(line: &str, inside: &str, found: &mut Found) {
    let inner = analyse(inside.trim());
    let is_note = inner.persons.is_empty() && inner.unknown.is_empty() && !inner.notes.is_empty();
    if is_note || names_source(inside.trim()) {
        found.persons = inner.persons;
        found.notes.push(line.to_owned());
    } else {
        *found = inner;
    }
}

/// Takes brackets out of a line: a role is dropped, a source noted, anything else (a place, a unit) dropped too.
fn take_brackets(line: &str, found: &mut Found) -> String {
    let Some(brackets) = BRACKETS.as_ref().filter(|_| line.contains('(')) else { return line.to_owned() };
    for group in brackets.find_iter(line) {
        let inside = group.as_str().trim_start_matches('(').trim_end_matches(')').trim();
        let is_role = ROLE_IN_BRACKETS.as_ref().is_some_and(|role| role.is_match(inside));
        let is_source = names_source(inside) || inside.split('/').any(is_publisher);
        if !is_role && is_source {
            found.notes.push(group.as_str().to_owned());
        }
    }
    brackets.replace_all(line, " ").trim().to_owned()
}

/// The texts between labels; whether a label stands before each.
fn parted_by_labels(line: &str) -> Vec<(bool, &str)> {
    let mut parts = Vec::new();
    let (mut from, mut is_labelled) = (0, false);
    if let Some(label) = LABEL.as_ref().filter(|_| line.contains(':')) {
        for found in label.captures_iter(line).filter_map(|captures| captures.name("label")) {
            parts.push((is_labelled, &line[from..found.start()]));
            (from, is_labelled) = (found.end(), true);
        }
    }
    let rest = &line[from..];
    let bare = LABEL_BARE.as_ref().filter(|_| from == 0).and_then(|label| label.captures(rest)?.name("name"));
    parts.push((is_labelled, bare.map_or(rest, |name| name.as_str())));
    parts.retain(|(_, part)| !trim(part).is_empty());
    parts
}

/// The names of a text without labels.
fn parts(text: &str, found: &mut Found) {
    let text = trim(text);
    if names_source(text) {
        source(text, found);
        return;
    }
    // A body's own name may hold separators: `Báo và phát thanh, truyền hình …`, `Sức khỏe & Đời sống`.
    let whole = text.to_lowercase();
    if !text.contains(" - ")
        && !text.contains('/')
        && starts_with_words(&whole, &["báo", "ban", "đài", "sức khỏe", "đời sống"])
        && classify(text) == Part::Body
    {
        found.notes.push(text.to_owned());
        return;
    }
    let pieces: Vec<&str> = parted(text).map(trim).filter(|piece| !piece.is_empty()).collect();
    let kinds: Vec<Part> = pieces.iter().map(|piece| classify(piece)).collect();
    if !kinds.is_empty() && kinds.iter().all(|kind| *kind == Part::Body) {
        found.notes.push(text.to_owned());
        return;
    }
    for (piece, kind) in pieces.iter().zip(kinds) {
        match kind {
            Part::Person(name) => found.persons.push(name),
            Part::Body => found.notes.push((*piece).to_owned()),
            Part::Nothing => {}
            Part::Unknown => found.unknown.push((*piece).to_owned()),
        }
    }
}

/// Whether a text in the author's place that is no name can be a newspaper's: `Nhịp đời miền núi`.
pub(super) fn can_be_source(text: &str) -> bool {
    let lower = text.to_lowercase();
    (2..=10).contains(&text.split_whitespace().count())
        && text.chars().count() <= NOTE_CHARS_MAX
        && text.starts_with(char::is_uppercase)
        && !text.contains(['?', '!', ':', '@'])
        && !text.contains(|c: char| c.is_ascii_digit())
        && !lower.split_whitespace().any(|word| SENTENCE_WORDS.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::samples;

    #[test]
    fn every_pattern_compiles() {
        assert!(LABEL.is_some() && LABEL_BARE.is_some() && ROLE_IN_BRACKETS.is_some() && BRACKETS.is_some());
        assert!(SOURCE.is_some());
    }

    #[test]
    fn the_openings_are_those_of_the_lines_that_name_a_source() {
        // Without regard to case, patterns know a long s and the sign for kelvin, which nobody prints.
        let is_printed = |line: &String| !line.contains(['ſ', '\u{212a}']);
        let lines: Vec<String> = samples::of(SOURCE_LINE, 20_000).into_iter().filter(is_printed).collect();
        samples::hold(&lines, &SOURCE_OPENINGS, may_name_source);
    }
}
