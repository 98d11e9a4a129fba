//! Which lines of a body are captions, and of which photos.

use std::collections::HashMap;

use super::images;
use super::pieces::{Align, Dead, Line, Piece, Place, Role, Shot};
use crate::article::{BlockKind, Image};
use crate::text::caption;

/// A caption that nothing but its place tells apart from a paragraph is no longer than this, in characters.
const BARE_CAPTION_CHARS_MAX: usize = 350;

/// A caption that its markup marks is no longer than this, in characters.
const MARKED_CAPTION_CHARS_MAX: usize = 1_200;

/// Fewer words are no description of a photo.
const ALT_WORDS_MIN: usize = 4;

/// The captions and photos of a body.
#[derive(Debug, Default)]
pub(crate) struct Photos {
    /// Distinct captions in reading order.
    pub(crate) captions: Vec<String>,
    /// The photos in reading order, each once.
    pub(crate) images: Vec<Image>,
    keys: HashMap<String, usize>,
    seen: HashMap<String, usize>,
}

impl Photos {
    /// The caption's place in the list, where it stands there.
    fn add_caption(&mut self, text: &str) -> Option<usize> {
        let caption = caption::read(text)?;
        let next = self.captions.len();
        let index = *self.keys.entry(caption::key(&caption.text)).or_insert(next);
        if index == next {
            self.captions.push(caption.text);
        }
        Some(index)
    }

    fn add_shot(&mut self, shot: &Shot) -> usize {
        let next = self.images.len();
        let index = *self.seen.entry(images::key(&shot.url)).or_insert(next);
        if index == next {
            self.images.push(Image { url: shot.url.clone(), caption: None, credit: None });
        }
        index
    }

    fn caption_image(&mut self, image: usize, text: &str, index: Option<usize>) {
        let image = &mut self.images[image];
        image.caption = image.caption.or(index);
        if image.credit.is_none() {
            image.credit = caption::credit(text);
        }
    }

    /// Whether a text is one of the captions.
    pub(crate) fn holds(&self, text: &str) -> bool {
        !self.keys.is_empty() && self.keys.contains_key(&caption::key(text))
    }
}

/// Takes the captions out of the pieces and pairs them with the photos.
pub(super) fn take(pieces: &mut [Piece], title: Option<&str>) -> Photos {
    let mut photos = Photos::default();
    let title = title.map(caption::key).unwrap_or_default();
    // The photos since the last text, each with its place in the list.
    let mut waiting: Vec<(usize, Place)> = Vec::new();
    let mut index = 0;
    while index < pieces.len() {
        if pieces[index].dead().is_some() {
            index += 1;
            continue;
        }
        if let Piece::Shot(shot) = &pieces[index] {
            if waiting.first().is_some_and(|(_, place)| is_done(&photos, *place, shot.place, &waiting)) {
                waiting.clear();
            }
            waiting.push((photos.add_shot(shot), shot.place));
            index += 1;
            continue;
        }
        let end = caption_end(pieces, index, &waiting);
        if end == index {
            waiting.clear();
            index += 1;
            continue;
        }
        let text = joined(&pieces[index..end]);
        let place = pieces[index].line().map(|line| line.place).unwrap_or_default();
        let said = photos.add_caption(&text);
        for image in pictured(&waiting, place) {
            photos.caption_image(image, &text, said);
        }
        for piece in &mut pieces[index..end] {
            piece.kill(Dead::Caption);
        }
        index = end;
    }
    told_by_attributes(pieces, &mut photos, &title);
    bury_copies(pieces, &photos);
    photos
}

/// Whether the waiting photos have their caption and a new one begins another group.
fn is_done(photos: &Photos, first: Place, next: Place, waiting: &[(usize, Place)]) -> bool {
    let same_frame = first.frame != 0 && first.frame == next.frame;
    !same_frame && waiting.iter().all(|(image, _)| photos.images[*image].caption.is_some())
}

/// Where the caption that begins at `start` ends; `start` itself where no caption begins there.
fn caption_end(pieces: &[Piece], start: usize, waiting: &[(usize, Place)]) -> usize {
    let Some(line) = pieces[start].line() else { return start };
    if !is_caption(pieces, start, line, waiting) {
        return start;
    }
    let same_block = |piece: &Piece| {
        piece.line().is_some_and(|next| {
            next.dead.is_none()
                && next.place.block == line.place.block
                && (next.follows_break || next.role == Role::Caption)
        })
    };
    let more = pieces[start + 1..].iter().take_while(|piece| same_block(piece)).count();
    start + 1 + more
}

fn is_caption(pieces: &[Piece], index: usize, line: &Line, waiting: &[(usize, Place)]) -> bool {
    if line.kind == BlockKind::Table || line.text.chars().count() > MARKED_CAPTION_CHARS_MAX {
        return false;
    }
    let by_photo = !waiting.is_empty() || next_is_shot(pieces, index, line);
    match line.role {
        Role::Caption => return true,
        Role::CaptionByPhoto if by_photo => return true,
        Role::Author | Role::Source | Role::Lead if line.place.frame == 0 => return false,
        _ => {}
    }
    if line.place.frame != 0 {
        return true;
    }
    is_bare_caption(pieces, index, line, waiting)
}

/// Whether a photo of the same frame or block follows directly: the caption stands above it.
fn next_is_shot(pieces: &[Piece], index: usize, line: &Line) -> bool {
    pieces[index + 1..].iter().find(|piece| piece.dead().is_none()).is_some_and(|piece| match piece {
        Piece::Shot(shot) => shot.place.frame != 0 && shot.place.frame == line.place.frame,
        Piece::Line(_) => false,
    })
}

/// A caption without a mark: a short line right under a photo that is set like one, or that is printed twice.
fn is_bare_caption(pieces: &[Piece], index: usize, line: &Line, waiting: &[(usize, Place)]) -> bool {
    let heading_or_item = line.kind != BlockKind::Paragraph;
    if heading_or_item || line.text.chars().count() > BARE_CAPTION_CHARS_MAX {
        return false;
    }
    let key = caption::key(&line.text);
    let repeated = pieces[index + 1..]
        .iter()
        .find(|piece| piece.dead().is_none())
        .and_then(Piece::line)
        .is_some_and(|next| next.kind == BlockKind::Paragraph && caption::key(&next.text) == key);
    if repeated && line.text.split(' ').count() >= 2 {
        return true;
    }
    let Some((_, last)) = waiting.last() else { return false };
    let starts_lower = line.text.chars().next().is_some_and(char::is_lowercase);
    let under_in_block = last.block == line.place.block && line.follows_break;
    let set_apart = line.ink.is_italic() || line.align == Align::Centre;
    let credited = caption::credit(&line.text).is_some();
    let named = shots_before(pieces, index)
        .any(|shot| shot.named.iter().chain(&shot.told).any(|name| caption::key(name) == key));
    !starts_lower && (under_in_block || set_apart || credited) && !line.ink.is_bold()
        || named
        || credited && line.ink.is_bold()
}

/// The photos directly before a line.
fn shots_before(pieces: &[Piece], index: usize) -> impl Iterator<Item = &Shot> {
    pieces[..index]
        .iter()
        .rev()
        .take_while(|piece| match piece {
            Piece::Shot(_) => true,
            Piece::Line(line) => line.dead.is_some(),
        })
        .filter_map(|piece| match piece {
            Piece::Shot(shot) => Some(shot),
            Piece::Line(_) => None,
        })
}

fn joined(pieces: &[Piece]) -> String {
    let texts: Vec<&str> = pieces.iter().filter_map(Piece::line).map(|line| line.text.as_str()).collect();
    texts.join(" ")
}

/// The photos that a caption is of: in a table the one above it in its column, in a frame all of the frame,
/// elsewhere those that wait.
fn pictured(waiting: &[(usize, Place)], place: Place) -> Vec<usize> {
    let framed: Vec<&(usize, Place)> =
        waiting.iter().filter(|(_, shot)| place.frame != 0 && shot.frame == place.frame).collect();
    if framed.is_empty() {
        return waiting.iter().map(|(image, _)| *image).collect();
    }
    let (row, column) = place.cell;
    let above: Vec<usize> = framed
        .iter()
        .filter(|(_, shot)| shot.cell.1 == column && shot.cell.0 <= row)
        .map(|(image, _)| *image)
        .collect();
    let columns = framed.iter().map(|(_, shot)| shot.cell.1).max().unwrap_or_default();
    if columns > 1 && column > 0 && !above.is_empty() && row > 1 {
        return above;
    }
    framed.iter().map(|(image, _)| *image).collect()
}

/// Photos under which nothing is printed: what their attributes tell, where it reads like a caption.
fn told_by_attributes(pieces: &[Piece], photos: &mut Photos, title: &str) {
    for piece in pieces {
        let Piece::Shot(shot) = piece else { continue };
        if shot.dead.is_some() {
            continue;
        }
        let image = photos.add_shot(shot);
        if photos.images[image].caption.is_some() {
            continue;
        }
        let described = shot.named.iter().find(|name| describes(name, title));
        let Some(text) = shot.told.as_ref().or(described) else { continue };
        if !title.is_empty() && caption::key(text) == title {
            continue;
        }
        let said = photos.add_caption(text);
        photos.caption_image(image, text, said);
    }
}

/// Whether an `alt` is a description in Vietnamese and not the headline, a keyword or a file's name.
fn describes(name: &str, title: &str) -> bool {
    let key = caption::key(name);
    let of_title = !title.is_empty() && (title.contains(&key) || key.contains(title));
    !of_title && !name.is_ascii() && name.split(' ').count() >= ALT_WORDS_MIN
}

/// A caption may be printed again as plain text anywhere in the body.
fn bury_copies(pieces: &mut [Piece], photos: &Photos) {
    for piece in pieces {
        let is_copy = piece.line().is_some_and(|line| line.dead.is_none() && photos.holds(&line.text));
        if is_copy {
            piece.kill(Dead::Caption);
        }
    }
}
