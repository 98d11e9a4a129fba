//! The lead (sapo): found where the layout or the names say, or as the bold opening of the body, and never printed
//! twice.

use super::blocks::Paragraph;
use super::pieces::Ink;
use crate::article::BlockKind;
use crate::text::caption::key;

/// A bold opening of fewer characters is a heading.
const BOLD_LEAD_CHARS_MIN: usize = 60;

/// A lead that copies the body can be this much longer than its true self, in characters.
const LEAD_CHARS_MAX: usize = 3_000;

/// How many paragraphs from the top the lead may be repeated in.
const REPEATED_WITHIN: usize = 4;

/// Chooses the lead among texts that are called so, the most trusted first. A copy that a machine cut loses
/// against the text it was cut from.
pub(super) fn choose(candidates: &[String], body: &[Paragraph]) -> Option<String> {
    let fit = |text: &&String| !text.is_empty() && text.len() <= LEAD_CHARS_MAX * 4;
    let keys: Vec<(&String, String)> = candidates
        .iter()
        .filter(fit)
        .map(|text| (text, key(text)))
        .filter(|(_, key)| !key.is_empty())
        .collect();
    let opening = opening(body);
    keys.iter()
        .find(|(text, own)| {
            // Longer than another candidate that it begins with: the lead and a piece of the body behind it.
            let swallows =
                keys.iter().any(|(_, other)| own.len() > other.len() && own.starts_with(other.as_str()));
            // The body's own beginning, cut off somewhere: no lead at all.
            let is_scrap = is_cut(text) && opening.starts_with(own.as_str());
            // Another candidate goes on where this one was cut.
            let is_part = is_cut(text)
                && keys.iter().any(|(_, other)| other.len() > own.len() && other.starts_with(own.as_str()));
            !swallows && !is_scrap && !is_part
        })
        .map(|(text, _)| (*text).clone())
}

/// The key of the body's first paragraphs.
fn opening(body: &[Paragraph]) -> String {
    let mut opening = String::new();
    for paragraph in body.iter().take(REPEATED_WITHIN) {
        opening.push_str(&key(&paragraph.text));
    }
    opening
}

/// Whether a text ends as if it was cut: with dots, or without the end of a sentence.
fn is_cut(text: &str) -> bool {
    let text = text.trim_end();
    if text.ends_with("...") || text.ends_with('…') {
        return true;
    }
    !text.trim_end_matches(['"', '”', '’', '»', ')']).ends_with(['.', '!', '?', ':', ';'])
}

/// Takes the bold opening off the body where it is the lead.
pub(super) fn take_bold(body: &mut Vec<Paragraph>) -> Option<String> {
    let first = body.iter().position(|paragraph| !paragraph.text.is_empty())?;
    let opening = &body[first];
    let is_text = opening.kind == BlockKind::Paragraph || opening.kind == BlockKind::Heading;
    let plain_follows = body[first + 1..].iter().any(|paragraph| {
        paragraph.kind == BlockKind::Paragraph && !paragraph.ink.is_bold() && paragraph.ink.letters > 0
    });
    if !is_text || !opening.ink.is_bold() || !plain_follows || opening.kind == BlockKind::Heading {
        return None;
    }
    let chars = opening.text.chars().count();
    let is_sentence =
        opening.text.trim_end_matches(['"', '”', '’', ')']).ends_with(['.', '!', '?', '…', ':']);
    let is_lead = chars >= BOLD_LEAD_CHARS_MIN && (is_sentence || chars >= 2 * BOLD_LEAD_CHARS_MIN);
    is_lead.then(|| body.remove(first).text)
}

/// Takes the lead out of the body where the body repeats it.
pub(super) fn unrepeat(lead: &str, body: &mut Vec<Paragraph>) {
    let lead_key = key(lead);
    if lead_key.is_empty() {
        return;
    }
    let mut rest = lead_key.as_str();
    let mut index = 0;
    while index < body.len().min(REPEATED_WITHIN) && !rest.is_empty() {
        let own = key(&body[index].text);
        if own.is_empty() || own.len() > rest.len() && rest.len() < lead_key.len() {
            break;
        }
        if own == rest || (own.len() >= MIN_PART && rest.starts_with(own.as_str())) {
            rest = &rest[own.len()..];
            body.remove(index);
        } else if let Some(after) = own.strip_prefix(lead_key.as_str()).filter(|_| lead_key.len() >= MIN_PART)
        {
            let rest = tail(&body[index].text, after).to_owned();
            body[index].text = rest;
            body[index].ink = Ink::default();
            break;
        } else {
            index += 1;
        }
    }
}

/// A part of the lead in letters: shorter ones may be anything.
const MIN_PART: usize = 24;

/// The end of a text whose key is `after`.
fn tail<'t>(text: &'t str, after: &str) -> &'t str {
    let mut left = after.len();
    let mut start = text.len();
    for (index, c) in text.char_indices().rev() {
        if left == 0 {
            break;
        }
        start = index;
        if c.is_alphanumeric() {
            left = left.saturating_sub(c.to_lowercase().map(char::len_utf8).sum());
        }
    }
    // Opening quotes and brackets belong to what follows them.
    let opened = text[..start].trim_end_matches(['“', '"', '(', '‘', '[']);
    text[opened.len()..].trim_start()
}
