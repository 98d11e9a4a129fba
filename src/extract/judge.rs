//! The judgement on a box when the walk leaves it: article, or something beside it.
//!
//! A box is judged by structure first (links, how much text there is) and by its names second; where the names
//! say junk but the box holds a lot of running text, the text is believed.

use super::pieces::{Dead, Ink, Line, Piece};
use super::words::Words;
use super::{pieces, wording};

/// A box that holds more letters than this of running text is never thrown out for its names alone.
const PROSE_LETTERS_MIN: usize = 700;

/// A link of fewer letters may be a name or a source under the text; it is left to the end of the article.
const LINK_LETTERS_MIN: usize = 18;

/// A card that advertises another article holds no more letters.
const CARD_LETTERS_MAX: usize = 450;

/// What stands beside the headline within one box: date, byline, section.
const HEAD_LETTERS_MAX: usize = 250;

/// The text around a photo that can be its captions, for each photo.
const CAPTION_LETTERS_MAX: usize = 450;

/// What names call a caption, a byline or a source holds no more letters; a lead may hold some more.
const NAMED_LETTERS_MAX: usize = 800;

/// What readers wrote stands under an article of at least so many letters.
const COMMENTED_LETTERS_MIN: usize = 400;

/// Judges the pieces of the box that was left, and those before it.
pub(super) fn on_leaving(before: &[Piece], pieces: &mut [Piece], name: &str, words: Words) {
    let held = Held::of(pieces);
    if words.gives_role() && held.ink.letters > NAMED_LETTERS_MAX {
        strip_roles(pieces);
    }
    let is_commentary =
        words.has(Words::COMMENTS) && (held.prose() < PROSE_LETTERS_MIN || is_article(before));
    let verdict = if is_commentary { Some(Dead::Boxed) } else { verdict(pieces, &held, name, words) };
    if let Some(reason) = verdict {
        for piece in pieces.iter_mut() {
            let is_lead = piece.line().is_some_and(|line| line.role == pieces::Role::Lead);
            if !(reason == Dead::Title && is_lead) {
                piece.kill(reason);
            }
        }
    }
}

/// Whether enough stands there for an article.
fn is_article(pieces: &[Piece]) -> bool {
    let lines = pieces.iter().filter_map(Piece::line).filter(|line| line.dead.is_none());
    lines.map(|line| line.ink.letters).sum::<usize>() >= COMMENTED_LETTERS_MIN
}

/// A box that holds too much for its name: the name was meant otherwise.
fn strip_roles(pieces: &mut [Piece]) {
    for piece in pieces {
        if let Piece::Line(line) = piece {
            line.role = pieces::Role::Text;
        }
    }
}

/// What a box holds.
#[derive(Default)]
struct Held {
    /// Its text, without what is dead for good; links that were thrown out before count.
    ink: Ink,
    lines: usize,
    shots: usize,
    /// Photos that lead to a page.
    leading_shots: usize,
    /// Letters of the first line where it is all link.
    first_link: usize,
    /// Letters of links in boxes that were thrown out before.
    boxed_links: usize,
    has_title: bool,
    lead_letters: usize,
}

impl Held {
    fn of(pieces: &[Piece]) -> Held {
        let mut held = Held::default();
        for piece in pieces {
            match piece {
                Piece::Shot(shot) => {
                    held.shots += 1;
                    held.leading_shots += usize::from(shot.linked);
                }
                Piece::Line(line) => held.add(line),
            }
        }
        held
    }

    fn add(&mut self, line: &Line) {
        match line.dead {
            Some(Dead::Title) => self.has_title = true,
            Some(Dead::Boxed) => self.boxed_links += line.ink.linked,
            Some(Dead::Furniture | Dead::Caption) => {}
            None | Some(Dead::Linked) => {
                if self.lines == 0 && line.ink.is_linked() {
                    self.first_link = line.ink.letters;
                }
                self.lines += 1;
                self.ink = self.ink.and(line.ink);
                if line.role == pieces::Role::Lead {
                    self.lead_letters += line.ink.letters;
                }
            }
        }
    }

    /// Letters outside of links.
    fn prose(&self) -> usize {
        self.ink.letters - self.ink.linked
    }
}

fn verdict(pieces: &[Piece], held: &Held, name: &str, words: Words) -> Option<Dead> {
    let ink = held.ink;
    let is_prose = held.prose() >= PROSE_LETTERS_MIN;
    if (words.has(Words::JUNK) || matches!(name, "nav" | "footer" | "form" | "fieldset")) && !is_prose {
        return Some(Dead::Boxed);
    }
    if held.has_title && ink.letters <= HEAD_LETTERS_MAX + held.lead_letters {
        return Some(Dead::Title);
    }
    if words.has(Words::RELATED)
        && !is_prose
        && (ink.linked * 10 >= ink.letters * 3 || ink.letters <= CARD_LETTERS_MAX)
    {
        return Some(Dead::Boxed);
    }
    if words.has(Words::NOTE) && !is_prose && ink.linked * 10 >= ink.letters * 3 && ink.letters > 0 {
        return Some(Dead::Boxed);
    }
    let first_label =
        pieces.iter().find_map(Piece::line).is_some_and(|line| wording::may_be_label(&line.text));
    if first_label && ink.linked * 2 >= ink.letters && !is_prose {
        return Some(Dead::Boxed);
    }
    if is_linked(held, name) {
        return Some(Dead::Linked);
    }
    let is_box = matches!(
        name,
        "div" | "article" | "aside" | "section" | "li" | "table" | "td" | "blockquote" | "figure"
    );
    let is_small = ink.letters <= CARD_LETTERS_MAX && held.lines <= 4;
    if is_box && is_small && held.first_link >= LINK_LETTERS_MIN && (held.lines > 1 || held.leading_shots > 0)
    {
        return Some(Dead::Boxed);
    }
    // What is left of a card when its text is gone: the photo that leads there.
    let is_photo_of_card = held.lines == 0 && held.boxed_links > 0 && held.leading_shots == held.shots;
    (is_box && held.shots > 0 && is_photo_of_card).then_some(Dead::Boxed)
}

/// All its text is links: a paragraph or a list that leads elsewhere.
fn is_linked(held: &Held, name: &str) -> bool {
    if held.ink.letters == 0 {
        return false;
    }
    // In lists a date or a section often stands beside each link.
    let share = if matches!(name, "ul" | "ol" | "li" | "table" | "td" | "tr") { 8 } else { 9 };
    let is_linked = held.ink.linked * 10 >= held.ink.letters * share;
    is_linked && (held.ink.letters >= LINK_LETTERS_MIN || held.lines > 1)
}

/// A box of photos stays one only while its text can be captions. Otherwise it was a wrapper around the article:
/// what stands in it belongs to the frame around.
pub(super) fn settle_frame(pieces: &mut [Piece], frame: u32, outer: u32) {
    let (mut shots, mut lines, mut letters) = (0, 0, 0);
    for piece in pieces.iter() {
        match piece {
            Piece::Shot(shot) if shot.place.frame == frame => shots += 1,
            Piece::Line(line) if line.place.frame == frame && line.dead.is_none() => {
                lines += 1;
                letters += line.ink.letters;
            }
            _ => {}
        }
    }
    if shots > 0 && letters <= CAPTION_LETTERS_MAX * shots && lines <= 3 * shots {
        return;
    }
    for piece in pieces.iter_mut() {
        let place = piece.place_mut();
        if place.frame == frame {
            place.frame = outer;
        }
    }
}
