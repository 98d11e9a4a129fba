//! What changed between two versions of an article, word by word. Pure: texts in, pieces out.

use schemars::JsonSchema;
use serde::Serialize;
use similar::{Algorithm, DiffTag, capture_diff_slices};

use crate::article::Article;

/// Texts of more words are compared line by line, or their comparison could take minutes.
const COMPARED_WORDS_MAX: usize = 20_000;

/// One field that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Change {
    /// The field: `title`, `lead`, `body`, `captions`, `authors`, `published_at`, `event_date`.
    pub field: &'static str,
    /// The field's text in both versions, piece by piece. Without the added pieces it is the former version's,
    /// without the removed ones the latter's, but for blanks.
    pub pieces: Vec<Piece>,
}

/// A run of words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Piece {
    /// Which version has it.
    pub kind: PieceKind,
    /// The words, with the blanks behind them.
    pub text: String,
}

/// Which version has a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PieceKind {
    /// Both.
    Same,
    /// Only the former.
    Removed,
    /// Only the latter.
    Added,
}

/// A field's name and how it reads as one text.
type Field = (&'static str, fn(&Article) -> String);

/// The fields that differ between two versions, in the order in which an article is read.
#[must_use]
pub fn diff(before: &Article, now: &Article) -> Vec<Change> {
    let fields: [Field; 7] = [
        ("title", |article| article.title.clone()),
        ("lead", |article| article.lead.clone().unwrap_or_default()),
        ("body", |article| {
            article.body.iter().map(|block| block.text.as_str()).collect::<Vec<_>>().join("\n\n")
        }),
        ("captions", |article| article.captions.join("\n")),
        ("authors", |article| article.authors.join("; ")),
        ("published_at", |article| article.published_at.map(|when| when.to_string()).unwrap_or_default()),
        ("event_date", event_date),
    ];
    fields
        .into_iter()
        .map(|(field, of)| (field, of(before), of(now)))
        .filter(|(_, before, now)| before != now)
        .map(|(field, before, now)| Change { field, pieces: pieces(&before, &now) })
        .filter(|change| change.pieces.iter().any(|piece| piece.kind != PieceKind::Same))
        .collect()
}

fn event_date(article: &Article) -> String {
    let Some(dateline) = &article.dateline else { return String::new() };
    let days = dateline.date.into_iter().chain(dateline.date_end);
    days.map(|day| day.to_string()).collect::<Vec<_>>().join(" – ")
}

fn pieces(before: &str, now: &str) -> Vec<Piece> {
    let words = |text: &str| text.split_whitespace().count();
    let is_blank = |c: char| c.is_whitespace();
    let is_break = |c: char| c == '\n';
    let is_long = words(before) + words(now) > COMPARED_WORDS_MAX;
    let ends: &dyn Fn(char) -> bool = if is_long { &is_break } else { &is_blank };
    let (before, now) = (tokens(before, ends), tokens(now, ends));
    let bare = |tokens: &[&str]| tokens.iter().map(|token| token.trim_end().to_owned()).collect::<Vec<_>>();
    let mut pieces: Vec<Piece> = Vec::new();
    for step in capture_diff_slices(Algorithm::Myers, &bare(&before), &bare(&now)) {
        let (old, new) = (&before[step.old_range()], &now[step.new_range()]);
        match step.tag() {
            DiffTag::Equal => push(&mut pieces, PieceKind::Same, new),
            DiffTag::Delete => push(&mut pieces, PieceKind::Removed, old),
            DiffTag::Insert => push(&mut pieces, PieceKind::Added, new),
            DiffTag::Replace => {
                push(&mut pieces, PieceKind::Removed, old);
                push(&mut pieces, PieceKind::Added, new);
            }
        }
    }
    pieces
}

/// The text in parts that each end with the blanks after a word (or after a line).
fn tokens<'a>(text: &'a str, ends: &dyn Fn(char) -> bool) -> Vec<&'a str> {
    let mut tokens = Vec::new();
    let mut start = 0;
    let mut was_end = false;
    for (at, c) in text.char_indices() {
        let is_end = ends(c);
        if was_end && !is_end {
            tokens.push(&text[start..at]);
            start = at;
        }
        was_end = is_end;
    }
    if start < text.len() {
        tokens.push(&text[start..]);
    }
    tokens
}

fn push(pieces: &mut Vec<Piece>, kind: PieceKind, tokens: &[&str]) {
    if !tokens.is_empty() {
        pieces.push(Piece { kind, text: tokens.concat() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(before: &str, now: &str) -> String {
        pieces(before, now)
            .iter()
            .map(|piece| match piece.kind {
                PieceKind::Same => piece.text.clone(),
                PieceKind::Removed => format!("[-{}-]", piece.text),
                PieceKind::Added => format!("{{+{}+}}", piece.text),
            })
            .collect()
    }

    #[test]
    fn a_changed_word_is_shown_between_its_neighbours() {
        assert_eq!(
            shown("Có 12 hộ nhận giống.\n\nHết.", "Có 15 hộ nhận giống mới.\n\nHết."),
            "Có [-12 -]{+15 +}hộ nhận [-giống.\n\n-]{+giống mới.\n\n+}Hết."
        );
        assert_eq!(shown("", "Mới"), "{+Mới+}");
    }

    #[test]
    fn blanks_alone_are_no_change() {
        assert_eq!(shown("một  hai", "một\nhai"), "một\nhai");
    }

    #[test]
    fn very_long_texts_are_compared_by_lines() {
        let line = |n: u32| format!("dòng {n} có vài chữ\n");
        let before: String = (0..5000).map(line).collect();
        let now: String = (0..5000).filter(|n| *n != 2500).map(line).collect();
        let changed: Vec<Piece> =
            pieces(&before, &now).into_iter().filter(|piece| piece.kind != PieceKind::Same).collect();
        assert_eq!(changed, [Piece { kind: PieceKind::Removed, text: line(2500) }]);
    }
}
