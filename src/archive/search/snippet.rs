//! Snippets: a few words of the original text around what was found, with the words marked.

use std::ops::Range;

use schemars::JsonSchema;
use serde::Serialize;

use super::node::{Field, Phrase};
use super::text::{Text, Texts};

/// Words of a snippet.
const SNIPPET_WORDS: usize = 32;
/// Of these, the words before the first that was found.
const WORDS_BEFORE: usize = 6;

/// A run of text that was found, or lies between.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Run {
    /// The text, as the newspaper wrote it.
    pub text: String,
    /// Whether the query asked for it.
    pub is_match: bool,
}

/// A whole text, with what was found in it marked.
pub(super) fn marked(text: &Text<'_>, phrases: &[&Phrase]) -> Vec<Run> {
    runs(text, &places(text, phrases), 0..text.text.len())
}

/// The best part of an article: of lead, text and captions the one where most of the query stands close together.
pub(super) fn best(texts: &Texts<'_>, phrases: &[&Phrase], fields: &[Field]) -> (Field, Vec<Run>) {
    let mut best: Option<(usize, Field, Range<usize>)> = None;
    for field in [Field::Lead, Field::Body, Field::Captions] {
        if !fields.contains(&field) {
            continue;
        }
        let text = texts.field(field);
        let found: Vec<Vec<Range<usize>>> = phrases.iter().map(|phrase| text.find(phrase)).collect();
        for start in found.iter().flatten().map(|place| place.start) {
            let window = start..start + SNIPPET_WORDS - WORDS_BEFORE;
            let met = found
                .iter()
                .filter(|places| {
                    places.iter().any(|place| window.contains(&place.start) && place.end <= window.end)
                })
                .count();
            if best.as_ref().is_none_or(|(most, _, _)| met > *most) {
                best = Some((met, field, window));
            }
        }
    }
    let (field, from) = match best {
        // Near its end, a text is shown to the end.
        Some((_, field, window)) => {
            let last_start = texts.field(field).words.len().saturating_sub(SNIPPET_WORDS);
            (field, window.start.saturating_sub(WORDS_BEFORE).min(last_start))
        }
        None if texts.field(Field::Lead).words.is_empty() => (Field::Body, 0),
        None => (Field::Lead, 0),
    };
    let text = texts.field(field);
    (field, cut(text, &places(text, phrases), from))
}

/// The places of all phrases in a text, as bytes, in their order, those that overlap made one.
fn places(text: &Text<'_>, phrases: &[&Phrase]) -> Vec<Range<usize>> {
    let mut places: Vec<Range<usize>> = phrases
        .iter()
        .flat_map(|phrase| text.find(phrase))
        .map(|words| text.words[words.start].start..text.words[words.end - 1].end)
        .collect();
    places.sort_by_key(|place| (place.start, place.end));
    places.dedup_by(|next, before| {
        let overlap = next.start < before.end;
        if overlap {
            before.end = before.end.max(next.end);
        }
        overlap
    });
    places
}

/// A snippet from word `from` on, with an ellipsis where text is left out.
fn cut(text: &Text<'_>, places: &[Range<usize>], from: usize) -> Vec<Run> {
    let until = (from + SNIPPET_WORDS).min(text.words.len());
    let start = if from == 0 { 0 } else { text.words.get(from).map_or(0, |word| word.start) };
    let end = text.words.get(until).map_or(text.text.len(), |next| next.start);
    let mut runs = runs(text, places, start..end);
    if start > 0 {
        push(&mut runs, 0, "… ");
    }
    if end < text.text.len() {
        let last = runs.len();
        push(&mut runs, last, "…");
    }
    runs
}

/// Puts unmarked text at the beginning or at the end.
fn push(runs: &mut Vec<Run>, at: usize, text: &str) {
    let is_start = at == 0;
    let neighbour = if is_start { runs.first_mut() } else { runs.last_mut() };
    match neighbour {
        Some(run) if !run.is_match && is_start => run.text.insert_str(0, text),
        Some(run) if !run.is_match => run.text.push_str(text),
        _ => runs.insert(at, Run { text: text.to_owned(), is_match: false }),
    }
}

/// The bytes of a range as runs, line breaks as blanks.
fn runs(text: &Text<'_>, places: &[Range<usize>], range: Range<usize>) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut add = |part: Range<usize>, is_match| {
        if part.start < part.end {
            runs.push(Run { text: on_one_line(&text.text[part]), is_match });
        }
    };
    let mut at = range.start;
    for place in places {
        if place.start >= range.start && place.end <= range.end {
            add(at..place.start, false);
            add(place.clone(), true);
            at = place.end;
        }
    }
    add(at..range.end, false);
    runs
}

/// Line breaks and tabs, however many in a row, as one blank.
fn on_one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' if line.ends_with(' ') => {}
            '\n' | '\t' => line.push(' '),
            c => line.push(c),
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::search::query::parse;
    use crate::archive::search::text::phrases;

    fn shown(runs: &[Run]) -> String {
        runs.iter()
            .map(|run| if run.is_match { format!("[{}]", run.text) } else { run.text.clone() })
            .collect()
    }

    fn snippet(query: &str, lead: &str, body: &str) -> String {
        let node = parse(query, false).unwrap();
        let mut found = Vec::new();
        phrases(&node, &mut found);
        let texts = Texts::new(["", lead, body, ""]);
        shown(&best(&texts, &found, &Field::ALL).1)
    }

    #[test]
    fn the_original_is_shown_with_the_words_marked() {
        assert_eq!(snippet("hoa binh", "", "Tỉnh Hoà Bình đón khách"), "Tỉnh [Hoà] [Bình] đón khách");
        assert_eq!(snippet("\"hoa binh\"", "", "Tỉnh Hoà Bình."), "Tỉnh [Hoà Bình].");
        assert_eq!(snippet("đảng", "Dâng hoa", "Đảng bộ"), "[Đảng] bộ");
        assert_eq!(snippet("khong", "Mở đầu", "Thân bài"), "Mở đầu");
        assert_eq!(snippet("10/5", "", "Ngày 10.5 và 110/5, 10,5 tạ"), "Ngày [10.5] và 110/5, 10,5 tạ");
    }

    #[test]
    fn the_part_is_taken_where_most_of_the_query_stands() {
        let filler = "chữ ".repeat(60);
        let body = format!("Mận {filler}\n\nHội hái mận {filler}");
        let shown = snippet("hoi man", "", &body);
        assert!(shown.starts_with("… chữ chữ chữ chữ chữ chữ [Hội] hái [mận] chữ"), "{shown}");
        assert!(shown.ends_with('…'), "{shown}");
    }
}
