//! A difference for a terminal: in colour, or with the signs of `wdiff` and `git diff --word-diff` where there is
//! none.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};

use super::{Difference, named};
use crate::archive::{Change, PieceKind};

/// Unchanged words shown on either side of a change.
const CONTEXT_WORDS: usize = 12;
/// What stands for unchanged words left out.
const LEFT_OUT: &str = "[…]";

/// The whole answer.
pub(super) fn text(difference: &Difference, has_colour: bool, whole: bool) -> String {
    let bold = Style::new().bold();
    let mut out = format!("{bold}{}  {}{bold:#}\n", difference.article, difference.url);
    _ = write!(out, "--- {}\n+++ {}\n", named(&difference.from), named(&difference.to));
    if difference.changes.is_empty() {
        out += "no difference in title, lead, body, captions, authors or dates\n";
    }
    for change in &difference.changes {
        _ = write!(out, "\n{bold}{}{bold:#}\n", change.field);
        out += field(change, has_colour, whole).trim_end();
        out.push('\n');
    }
    out
}

fn field(change: &Change, has_colour: bool, whole: bool) -> String {
    let last = change.pieces.len().saturating_sub(1);
    let mut shown = String::new();
    for (at, piece) in change.pieces.iter().enumerate() {
        shown += gap(change, at);
        shown += &match piece.kind {
            PieceKind::Same if whole => piece.text.clone(),
            PieceKind::Same => context(&piece.text, at > 0, at < last),
            kind => changed(kind, &piece.text, has_colour),
        };
    }
    shown
}

/// What parts a piece from the one before. A text's last word has no blank behind it, and where the other version
/// goes on after it, one is wanted.
pub(super) fn gap(change: &Change, at: usize) -> &'static str {
    let before = at.checked_sub(1).and_then(|before| change.pieces.get(before));
    match before {
        Some(before) if !before.text.ends_with(char::is_whitespace) => " ",
        _ => "",
    }
}

/// Changed words, marked; the blanks behind them stay outside of the mark.
fn changed(kind: PieceKind, text: &str, has_colour: bool) -> String {
    let words = text.trim_end();
    let blanks = &text[words.len()..];
    // Two marks in a row read better with a blank between them than with a line's end.
    let blanks = if kind == PieceKind::Removed { &blanks[..blanks.len().min(1)] } else { blanks };
    let blanks = if blanks == "\n" { " " } else { blanks };
    if !has_colour {
        let (open, close) = if kind == PieceKind::Removed { ("[-", "-]") } else { ("{+", "+}") };
        return format!("{open}{words}{close}{blanks}");
    }
    let colour = if kind == PieceKind::Removed { AnsiColor::Red } else { AnsiColor::Green };
    let style = Style::new().fg_color(Some(colour.into()));
    let style = if kind == PieceKind::Removed { style.strikethrough() } else { style.bold() };
    // Each line by itself, so that a pager that cuts lines keeps the colour.
    let lines: Vec<String> = words.split('\n').map(|line| format!("{style}{line}{style:#}")).collect();
    format!("{}{blanks}", lines.join("\n"))
}

/// Unchanged text, cut where it is long: what stands next to a change is kept.
fn context(text: &str, has_before: bool, has_after: bool) -> String {
    let ends = word_ends(text);
    let kept = CONTEXT_WORDS * (usize::from(has_before) + usize::from(has_after));
    if ends.len() <= kept + CONTEXT_WORDS {
        return text.to_owned();
    }
    let head = if has_before { &text[..ends[CONTEXT_WORDS - 1]] } else { "" };
    let tail = if has_after { text[ends[ends.len() - CONTEXT_WORDS - 1]..].trim_start() } else { "" };
    match (head, tail) {
        ("", tail) => format!("{LEFT_OUT} {tail}"),
        (head, "") => format!("{head} {LEFT_OUT}"),
        (head, tail) => format!("{head} {LEFT_OUT} {tail}"),
    }
}

/// The byte behind each word.
fn word_ends(text: &str) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut in_word = false;
    for (at, c) in text.char_indices() {
        if in_word && c.is_whitespace() {
            ends.push(at);
        }
        in_word = !c.is_whitespace();
    }
    if in_word {
        ends.push(text.len());
    }
    ends
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::Piece;

    fn piece(kind: PieceKind, text: &str) -> Piece {
        Piece { kind, text: text.to_owned() }
    }

    #[test]
    fn changes_stand_between_their_neighbours_and_the_rest_is_left_out() {
        let long = (1..=60).map(|n| format!("từ{n}")).collect::<Vec<_>>().join(" ") + " ";
        let pieces = vec![
            piece(PieceKind::Same, &long),
            piece(PieceKind::Removed, "12 "),
            piece(PieceKind::Added, "15 "),
            piece(PieceKind::Same, "hộ nhận giống.\n\n"),
            piece(PieceKind::Added, "Thêm một dòng."),
        ];
        let change = Change { field: "body", pieces };
        let shown = field(&change, false, false);
        assert_eq!(
            shown,
            "[…] từ49 từ50 từ51 từ52 từ53 từ54 từ55 từ56 từ57 từ58 từ59 từ60 [-12-] {+15+} hộ nhận giống.\n\n{+Thêm một dòng.+}"
        );
        assert!(field(&change, false, true).starts_with("từ1 từ2"));
        assert!(field(&change, true, false).contains("\u{1b}[9m\u{1b}[31m12\u{1b}[0m"));
    }
}
