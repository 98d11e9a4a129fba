//! The reader of a body: from the element that holds the text to blocks, captions and photos.
//!
//! It works from any element of any page. A layout's `caption` and `drop` sharpen it where there is one.

use scraper::ElementRef;

use super::captions::{self, Photos};
use super::document::Document;
use super::pieces::{Align, Dead, Ink, Line, Piece, Role};
use super::{walk, wording};
use crate::article::BlockKind;
use crate::text::byline;

/// A paragraph with what the markup says of it.
#[derive(Clone, Debug)]
pub(crate) struct Paragraph {
    pub(crate) kind: BlockKind,
    pub(crate) text: String,
    pub(super) align: Align,
    pub(super) ink: Ink,
}

#[cfg(test)]
impl Paragraph {
    /// A paragraph that nothing marks.
    pub(super) fn plain(text: &str) -> Paragraph {
        let ink = Ink { letters: text.chars().filter(|c| c.is_alphanumeric()).count(), ..Ink::default() };
        Paragraph { kind: BlockKind::Paragraph, text: text.to_owned(), align: Align::Left, ink }
    }
}

/// What a body holds.
#[derive(Debug, Default)]
pub(crate) struct Content {
    /// The text in reading order, with lead, byline and end mark still in it where the body holds them.
    pub(crate) paragraphs: Vec<Paragraph>,
    /// Captions and photos.
    pub(crate) photos: Photos,
    /// Texts that the names around them call the lead.
    pub(crate) leads: Vec<String>,
    /// Texts that the names around them call a byline.
    pub(crate) bylines: Vec<String>,
    /// Texts that the names around them call the source.
    pub(crate) sources: Vec<String>,
}

impl Content {
    /// The letters of the running text: how much article there is.
    pub(crate) fn letters(&self) -> usize {
        self.paragraphs.iter().map(|paragraph| paragraph.ink.letters).sum()
    }
}

/// A byline or a note of the source is no longer than this, in characters; longer text is text.
const BYLINE_CHARS_MAX: usize = 130;

/// Reads the body below `root`. `title` is the headline, which is left out where the body repeats it.
pub(crate) fn read(document: &Document, root: ElementRef<'_>, title: Option<&str>) -> Content {
    let mut pieces = walk::walk(document, root, title);
    let [mut above, mut below] = walk::beside(document, root);
    let photos = captions::take([above.as_mut_slice(), &mut pieces, &mut below], title);
    let mut content = Content { photos, ..Content::default() };
    drop_pointers(&mut pieces);
    for piece in pieces {
        let Piece::Line(line) = piece else { continue };
        match line.dead {
            None => take_line(&mut content, line),
            // A name that links to its bearer's page is still a name.
            Some(Dead::Linked)
                if line.text.len() <= BYLINE_CHARS_MAX && byline::ending(&line.text).is_some() =>
            {
                content.bylines.push(line.text);
            }
            Some(_) => {}
        }
    }
    content
}

/// Lines that point elsewhere, and the labels of what was thrown out.
fn drop_pointers(pieces: &mut [Piece]) {
    // From the end: a label is one where nothing but what is dead follows it.
    let mut text_follows = false;
    let mut next_is_dead = true;
    for piece in pieces.iter_mut().rev() {
        let Piece::Line(line) = piece else { continue };
        if line.dead.is_none() {
            let points = line.ink.linked * 2 >= line.ink.letters && wording::is_pointer(&line.text);
            let is_label = wording::is_label(&line.text)
                || (next_is_dead || !text_follows) && wording::may_be_label(&line.text);
            if points || is_label {
                line.dead = Some(Dead::Furniture);
            } else {
                text_follows = true;
            }
        }
        next_is_dead = matches!(line.dead, Some(Dead::Linked | Dead::Boxed | Dead::Furniture));
    }
}

fn take_line(content: &mut Content, line: Line) {
    let is_short = line.text.chars().count() <= BYLINE_CHARS_MAX;
    match line.role {
        Role::Author if is_short => return content.bylines.push(line.text),
        Role::Source if is_short => return content.sources.push(line.text),
        Role::Lead => return content.leads.push(line.text),
        _ => {}
    }
    if let Some(before) = content.paragraphs.last_mut()
        && line.follows_break
        && continues(before, &line)
    {
        before.text.push(' ');
        before.text.push_str(&line.text);
        before.ink = before.ink.and(line.ink);
        return;
    }
    content.paragraphs.push(Paragraph { kind: line.kind, text: line.text, align: line.align, ink: line.ink });
}

/// Whether a line after a single `<br>` goes on with the sentence before it, or begins a paragraph of its own.
/// These papers use the break for both: it is read as the end of a paragraph where a sentence ends before it or
/// an item of a list begins after it.
fn continues(before: &Paragraph, line: &Line) -> bool {
    if before.kind != line.kind || before.align != line.align || before.align == Align::Right {
        return false;
    }
    if before.ink.is_bold() != line.ink.is_bold() && !before.text.ends_with(['-', '–', ',']) {
        return false;
    }
    let closed = before.text.trim_end_matches(['"', '”', '’', '»', '\'', ')', ']', '*']);
    let ends = closed.ends_with(['.', '!', '?', ':', ';', '…', '/']);
    !ends && !begins_item(&line.text)
}

/// Whether a line begins like an item of a list: `- `, `+ `, `1.`, `a)`.
fn begins_item(text: &str) -> bool {
    let mut chars = text.chars();
    let first = chars.next();
    let mark = text.split([' ', '.', ')', '/']).next().unwrap_or_default();
    let is_number = !mark.is_empty() && mark.len() <= 2 && mark.bytes().all(|byte| byte.is_ascii_digit());
    let after_mark = text[mark.len()..].chars().next();
    match first {
        Some('-' | '–' | '—' | '+' | '*' | '•' | '●' | '▪' | '◦' | '✓' | '►' | '➤') => true,
        Some(_) if is_number => matches!(after_mark, Some('.' | ')' | '/')),
        Some(letter) if letter.is_lowercase() => mark.chars().count() == 1 && after_mark == Some(')'),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
