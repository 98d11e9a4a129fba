//! The lead (sapo): found where the layout or the names say, or as the bold opening of the body, and never printed
//! twice.

use std::cell::LazyCell;

use super::blocks::Paragraph;
use super::pieces::Ink;
use crate::article::BlockKind;
use crate::text::caption::{self, key};

/// A bold opening of fewer characters is a heading.
const BOLD_LEAD_CHARS_MIN: usize = 60;

/// A bold opening that is no whole sentence is a lead from this many characters on.
const BOLD_PHRASE_CHARS_MIN: usize = 100;

/// A lead that copies the body can be this much longer than its true self, in characters.
const LEAD_CHARS_MAX: usize = 3_000;

/// How many paragraphs from the top the lead may be repeated in.
const REPEATED_WITHIN: usize = 4;

/// Chooses the lead among texts that are called so, the most trusted first. A copy that a machine cut loses
/// against the text it was cut from.
pub(super) fn choose(candidates: &[String], body: &[Paragraph]) -> Option<String> {
    let fit = |text: &&String| !text.is_empty() && text.len() <= LEAD_CHARS_MAX * 4;
    if let [only] = candidates
        && fit(&only)
        && !is_cut(only)
    {
        return caption::opening(only).map(|_| only.clone());
    }
    let keys: Vec<(&String, String)> = candidates
        .iter()
        .filter(fit)
        .map(|text| (text, key(text)))
        .filter(|(_, key)| !key.is_empty())
        .collect();
    let opening = LazyCell::new(|| opening(body));
    keys.iter()
        .find(|(text, own)| {
            // Longer than another, whole candidate that it begins with: that one and a piece of the body behind it.
            let swallows = keys.iter().any(|(other_text, other)| {
                own.len() > other.len() && own.starts_with(other.as_str()) && !is_cut(other_text)
            });
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
    is_bold(body).then(|| body.remove(0).text)
}

/// Whether the body opens with the lead in bold. A heading's tag around a whole sentence counts as bold.
pub(super) fn is_bold(body: &[Paragraph]) -> bool {
    let Some((opening, rest)) = body.split_first() else { return false };
    let stands_out = match opening.kind {
        BlockKind::Paragraph => opening.ink.is_bold(),
        BlockKind::Heading => true,
        _ => false,
    };
    let plain_follows =
        rest.iter().any(|paragraph| paragraph.kind == BlockKind::Paragraph && !paragraph.ink.is_bold());
    if !stands_out || !plain_follows {
        return false;
    }
    let chars = opening.text.chars().count();
    let is_sentence = opening.text.trim_end_matches(['"', '”', '’', ')']).ends_with(['.', '!', '?', '…']);
    let is_long = chars >= BOLD_PHRASE_CHARS_MIN && opening.kind == BlockKind::Paragraph;
    chars >= BOLD_LEAD_CHARS_MIN && is_sentence || is_long
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
        let Some(first) = caption::opening(&body[index].text) else { break };
        // Nothing of the lead is found yet, and this begins with another letter.
        if rest.len() == lead_key.len() && !rest.starts_with(first) {
            index += 1;
            continue;
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::pieces::Ink as Counted;

    const LEAD: &str =
        "Ba mùa lũ trôi qua, lớp học bên sông Nậm mới có cây cầu để lũ trẻ khỏi phải nghỉ học.";
    const TEXT: &str = "Sáng sớm, sương còn phủ kín bến đò, ông Sấn đã chống thuyền đưa lũ trẻ sang sông.";
    const MORE: &str = "Cả bản góp được hơn bốn trăm ngày công, cát sỏi lấy từ dưới suối lên.";

    fn body(texts: &[&str]) -> Vec<Paragraph> {
        texts.iter().map(|text| Paragraph::plain(text)).collect()
    }

    fn bold(mut paragraph: Paragraph) -> Paragraph {
        paragraph.ink.bold = paragraph.ink.letters;
        paragraph
    }

    fn texts(body: &[Paragraph]) -> Vec<&str> {
        body.iter().map(|paragraph| paragraph.text.as_str()).collect()
    }

    #[test]
    fn a_copy_that_a_machine_cut_loses_against_the_true_lead() {
        let cut = format!("{LEAD}   {TEXT} Cả bản góp được hơn bốn tr");
        let candidates = [cut.clone(), LEAD.to_owned()];
        assert_eq!(choose(&candidates, &body(&[TEXT, MORE])).as_deref(), Some(LEAD));
        let dotted = format!("{}...", &LEAD[..LEAD.floor_char_boundary(50)]);
        assert_eq!(choose(&[dotted, LEAD.to_owned()], &body(&[TEXT])).as_deref(), Some(LEAD));
    }

    #[test]
    fn a_scrap_of_the_body_is_no_lead() {
        let scrap = &TEXT[..TEXT.floor_char_boundary(60)];
        assert_eq!(choose(&[scrap.to_owned(), "  ".to_owned()], &body(&[TEXT, MORE])), None);
    }

    #[test]
    fn the_bold_opening_is_the_lead_and_a_bold_heading_is_none() {
        let mut with_lead = vec![bold(Paragraph::plain(LEAD)), Paragraph::plain(TEXT)];
        assert_eq!(take_bold(&mut with_lead).as_deref(), Some(LEAD));
        assert_eq!(texts(&with_lead), [TEXT]);
        for opening in ["Chừa lại ruộng cũ", "GIỮ ĐẤT GIỮ NƯỚC BÊN DÒNG SÔNG NẬM"] {
            let mut headed = vec![bold(Paragraph::plain(opening)), Paragraph::plain(TEXT)];
            assert_eq!(take_bold(&mut headed), None, "{opening}");
        }
        let mut all_bold = vec![bold(Paragraph::plain(LEAD)), bold(Paragraph::plain(TEXT))];
        assert_eq!(take_bold(&mut all_bold), None);
        let mut partly = vec![Paragraph::plain(LEAD), Paragraph::plain(TEXT)];
        partly[0].ink = Counted { bold: 3, ..partly[0].ink };
        assert_eq!(take_bold(&mut partly), None);
    }

    #[test]
    fn the_lead_is_not_said_twice() {
        for repeated in [
            body(&[LEAD, TEXT, MORE]),
            body(&[TEXT, MORE]),
            body(&[&format!("{LEAD} {TEXT}"), MORE]),
            body(&[&LEAD.replace('.', ""), TEXT, MORE]),
        ] {
            let mut body = repeated;
            unrepeat(LEAD, &mut body);
            assert_eq!(texts(&body), [TEXT, MORE]);
        }
        let mut parts = body(&[LEAD, TEXT, MORE]);
        unrepeat(&format!("{LEAD} {TEXT}"), &mut parts);
        assert_eq!(texts(&parts), [MORE]);
    }
}
