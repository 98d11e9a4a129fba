//! Signatures where nothing but their shape tells that they are some: under the text, glued to its last word,
//! between the date and the lead.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use super::Byline;
use super::line::{self, Found, analyse, lines, names_source};
use super::name::{is_address, is_body_name, is_surely_person, starts_with_words};
use super::words::{RULINGS, SENTENCE_WORDS, SOURCE_STARTS};
use crate::text::{clean, letter};

/// The longest block that can be a signature.
const SIGNATURE_CHARS_MAX: usize = 130;

/// The longest signature behind the last sentence of a paragraph.
const GLUED_CHARS_MAX: usize = 80;

/// What is left of a paragraph when its signature is taken off must be text.
const REST_CHARS_MIN: usize = 30;

/// Reads a short last block, where it is a signature: names and nothing else, labelled names, a source, an agency
/// in brackets, a bare address. A sentence is none, however it begins.
///
/// ```
/// use khobao::text::byline;
///
/// assert_eq!(byline::ending("HOÀI THU").unwrap().persons, ["HOÀI THU"]);
/// assert!(byline::ending("Theo kế hoạch, đường mới xong trong quý IV.").is_none());
/// ```
#[must_use]
pub fn ending(text: &str) -> Option<Byline> {
    signature(text, false)
}

/// Reads a short block before the lead, where it is a byline: as [`ending`], but a line of capitals there may be a
/// heading, so that every word must be one of a name.
#[must_use]
pub fn opening(text: &str) -> Option<Byline> {
    signature(text, true).filter(|byline| !byline.persons.is_empty())
}

fn signature(text: &str, strict: bool) -> Option<Byline> {
    if text.len() > 4 * SIGNATURE_CHARS_MAX
        && text.chars().filter(|c| !c.is_whitespace()).count() > SIGNATURE_CHARS_MAX
    {
        return None;
    }
    if let Cow::Borrowed(line) = clean::line_cow(text) {
        return signed_alone(line, strict);
    }
    let mut byline = Byline::default();
    let mut chars = 0;
    for line in lines(text) {
        chars += line.chars().count();
        if chars > SIGNATURE_CHARS_MAX {
            return None;
        }
        byline.add(signed(&line, strict)?);
    }
    Some(byline).filter(|byline| !byline.is_empty())
}

/// A text that is clean is one line: it has neither line breaks nor runs of blanks.
fn signed_alone(line: &str, strict: bool) -> Option<Byline> {
    if line.is_empty() || line.chars().count() > SIGNATURE_CHARS_MAX {
        return None;
    }
    signed(line, strict).filter(|byline| !byline.is_empty())
}

/// One line of a signature.
fn signed(line: &str, strict: bool) -> Option<Byline> {
    let inside = line.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(line).trim();
    let names_source = names_source(inside);
    // Cheap questions first: most lines that are asked about are plain sentences.
    if names_source && !is_source_line(inside) || !names_source && is_sentence(line) {
        return None;
    }
    let found = analyse(line);
    if !found.unknown.is_empty() || found.persons.is_empty() && found.notes.is_empty() {
        return None;
    }
    let is_signature = found.is_labelled && !is_sentence(line)
        || names_source
        || !is_sentence(line)
            && all_surely(&found, strict)
            && found.notes.iter().all(|note| is_body_name(note));
    is_signature.then(|| found.into())
}

fn all_surely(found: &Found, strict: bool) -> bool {
    let only_one = found.persons.len() + found.notes.len() == 1;
    found
        .persons
        .iter()
        .all(|person| is_surely_person(person, strict || !only_one && person.split_whitespace().count() == 1))
}

/// Whether a line that begins with `Theo` or `Nguồn` names a source and tells nothing of it: a capital follows, no
/// law or plan is named, and no word makes it a sentence.
fn is_source_line(line: &str) -> bool {
    if is_address(line) {
        return true;
    }
    if line.contains("http") {
        return true;
    }
    let Some(rest) = line::named_source(line) else { return false };
    let lower = rest.to_lowercase();
    let names = rest
        .starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit() || matches!(c, '(' | '"' | '“'))
        || is_address(rest)
        || lower.split_whitespace().next().is_some_and(|word| SOURCE_STARTS.contains(word));
    names
        && !starts_with_words(&lower, &RULINGS)
        && !lower.starts_with("báo cáo")
        && !lower.starts_with("thông tin")
        && !lower.starts_with("thông báo")
        && rest.split_whitespace().count() <= 12
        && !is_sentence(line)
}

/// Whether a line is a sentence: it ends as one and is long, or has words that only sentences have.
fn is_sentence(line: &str) -> bool {
    let words = line.split_whitespace().count();
    let ends = line.ends_with(['.', '?', '!', '…', ';', ':']) && !line.ends_with("./.");
    if words > 6 && ends {
        return true;
    }
    if words < 5 {
        return false;
    }
    let is_said = |word: &&str| SENTENCE_WORDS.contains(letter::lowercase(word).trim_matches([',', '.']));
    let said = line.split_whitespace().filter(is_said).take(2).count();
    said >= 2 && words > 6 || said >= 1 && ends
}

/// A sentence's end with a capital, a bracket or a label right behind it, or blanks between.
static SENTENCE_END: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?:\./\.|[.!?…][”"’')]?)(?<gap>\s*)(?<tail>[\p{Lu}(])"#).ok());

/// Takes a signature off the end of a paragraph: a name glued to the last word (`…thêm vững vàng.K.Sơn`), a name,
/// an agency or a source behind the last sentence, a name set to the right by a run of blanks. Gives the text
/// without it, and what it says. The text may be raw: line breaks and runs of blanks in it are looked at.
#[must_use]
pub fn glued(text: &str) -> Option<(&str, Byline)> {
    behind_blanks(text).or_else(|| behind_sentence(text))
}

fn behind_blanks(text: &str) -> Option<(&str, Byline)> {
    let text = text.trim_end();
    let mut start = None;
    let mut from = 0;
    while let Some((run, end)) = line::run_of_blanks(&text[from..]) {
        start = Some((from + run, from + end));
        from += end;
    }
    let line_break = text.rfind('\n').map(|at| (at, at + 1));
    let (rest, tail) = start.max(line_break)?;
    is_text(&text[..rest]).then_some(())?;
    Some((text[..rest].trim_end(), ending(&text[tail..])?))
}

fn behind_sentence(text: &str) -> Option<(&str, Byline)> {
    let text = text.trim_end();
    let from = text.char_indices().rev().nth(GLUED_CHARS_MAX).map_or(0, |(at, _)| at);
    let window = &text[from..];
    // Most paragraphs end in one sentence, with nothing behind it.
    let said = window.trim_end_matches(|c: char| !letter::is_alphanumeric(c) && c != '(');
    if !said.contains(['.', '!', '?', '…']) {
        return None;
    }
    for found in SENTENCE_END.as_ref()?.captures_iter(window) {
        let (gap, tail) = (found.name("gap")?, found.name("tail")?);
        let rest = &text[..from + gap.start()];
        let signature = &window[tail.start()..];
        let is_apart = !gap.is_empty() || rest.ends_with("./.");
        if is_text(rest)
            && ends_in_word(rest)
            && let Some(byline) = tail_signature(signature, is_apart)
        {
            return Some((rest, byline));
        }
    }
    None
}

/// What stands behind the last sentence is a signature only when nothing else can be meant.
fn tail_signature(tail: &str, is_apart: bool) -> Option<Byline> {
    let found = analyse(tail);
    let is_note = found.persons.is_empty() && !found.notes.is_empty();
    let is_bare = !tail.starts_with('(') && !found.is_labelled && is_note;
    // A body's name behind a sentence may begin the next one.
    if is_bare && tail.split_whitespace().count() > 4 {
        return None;
    }
    let single = found.persons.len() == 1 && tail.split_whitespace().count() == 1;
    if is_apart && single && !tail.contains('.') && tail.chars().any(char::is_lowercase) {
        return None;
    }
    ending(tail)
}

fn is_text(rest: &str) -> bool {
    rest.chars().filter(|c| !c.is_whitespace()).count() >= REST_CHARS_MIN
}

/// Whether the word before the end of a sentence is a word: `TP.Vinh` and `Q.Tân Bình` are names of places.
fn ends_in_word(rest: &str) -> bool {
    let bare = rest.trim_end_matches(['.', '/', '!', '?', '…']);
    if bare.ends_with(['”', '"', '’', '\'', ')', '%']) {
        return true;
    }
    let word = bare.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let count = word.chars().count();
    let is_number = !word.is_empty() && word.chars().all(|c| c.is_ascii_digit());
    let has_lower = word.chars().skip(1).any(char::is_lowercase);
    is_number && bare.len() < rest.len()
        || has_lower
        || rest.ends_with("./.") && count > 0
        || count == 1 && word.chars().all(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        assert!(SENTENCE_END.is_some());
    }
}
