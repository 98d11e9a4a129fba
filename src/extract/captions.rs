//! Which lines of a body are captions, and of which photos.

use std::cell::LazyCell;
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
    /// The first letters of the keys, each once.
    openings: Vec<char>,
    seen: HashMap<String, usize>,
}

impl Photos {
    /// The caption's place in the list, where it stands there.
    fn add_caption(&mut self, text: &str) -> Option<usize> {
        let caption = caption::read(text)?;
        let next = self.captions.len();
        let key = caption::key(&caption.text);
        self.openings.extend(key.chars().next().filter(|opening| !self.openings.contains(opening)));
        let index = *self.keys.entry(key).or_insert(next);
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
        let Some(opening) = caption::opening(text) else { return self.keys.contains_key("") };
        self.openings.contains(&opening) && self.keys.contains_key(&caption::key(text))
    }
}

/// Takes the captions out of the pieces and pairs them with the photos. The pieces come in sections, such as the
/// body and what stands above it: no caption belongs to a photo of another section.
pub(super) fn take<'p>(sections: impl IntoIterator<Item = &'p mut [Piece]>, title: Option<&str>) -> Photos {
    let mut sections: Vec<&mut [Piece]> = sections.into_iter().collect();
    let mut pairing = Pairing::default();
    for pieces in &mut sections {
        pairing.take_section(pieces);
    }
    let mut photos = pairing.finish();
    let title = title.map(caption::key).unwrap_or_default();
    for pieces in sections {
        told_by_attributes(pieces, &mut photos, &title);
        bury_copies(pieces, &photos);
    }
    photos
}

/// The pairing of captions and photos on the way through a body.
#[derive(Default)]
struct Pairing {
    photos: Photos,
    /// The photos since the last text, each by its number and place.
    waiting: Vec<(usize, Place)>,
    /// A caption with no photo above it.
    above: Option<Said>,
    /// Captions with the photo that stands under them.
    met: Vec<(usize, Said)>,
}

/// A caption's text and its number among the captions.
type Said = (String, Option<usize>);

impl Pairing {
    fn take_section(&mut self, pieces: &mut [Piece]) {
        (self.waiting, self.above) = (Vec::new(), None);
        let mut index = 0;
        while index < pieces.len() {
            index = match &pieces[index] {
                piece if piece.dead().is_some() => index + 1,
                Piece::Shot(shot) => {
                    self.take_shot(shot);
                    index + 1
                }
                Piece::Line(_) => self.take_line(pieces, index),
            };
        }
    }

    fn take_shot(&mut self, shot: &Shot) {
        let same_frame = self
            .waiting
            .first()
            .is_some_and(|(_, first)| first.frame != 0 && first.frame == shot.place.frame);
        if !same_frame && !self.waits() {
            self.waiting.clear();
        }
        let image = self.photos.add_shot(shot);
        self.waiting.push((image, shot.place));
        self.met.extend(self.above.take().map(|said| (image, said)));
    }

    /// Whether a photo waits for its caption.
    fn waits(&self) -> bool {
        self.waiting.iter().any(|(image, _)| self.photos.images[*image].caption.is_none())
    }

    /// Takes the line at `index`, as a caption where it is one, and gives the place to go on from.
    fn take_line(&mut self, pieces: &mut [Piece], index: usize) -> usize {
        let end = self.caption_end(pieces, index);
        self.above = None;
        if end == index {
            self.waiting.clear();
            return index + 1;
        }
        let text = joined(&pieces[index..end]);
        let place = pieces[index].line().map(|line| line.place).unwrap_or_default();
        let said = self.photos.add_caption(&text);
        for image in pictured(&self.waiting, place) {
            self.photos.caption_image(image, &text, said);
        }
        for piece in &mut pieces[index..end] {
            piece.kill(Dead::Caption);
        }
        self.above = self.waiting.is_empty().then_some((text, said));
        end
    }

    fn finish(mut self) -> Photos {
        for (image, (text, said)) in self.met {
            self.photos.caption_image(image, &text, said);
        }
        self.photos
    }

    /// Where the caption that begins at `start` ends; `start` itself where no caption begins there.
    fn caption_end(&self, pieces: &[Piece], start: usize) -> usize {
        let Some(line) = pieces[start].line().filter(|line| self.is_caption(pieces, start, line)) else {
            return start;
        };
        let is_marked = line.place.frame != 0 || matches!(line.role, Role::Caption | Role::CaptionByPhoto);
        let key = LazyCell::new(|| caption::key(&line.text));
        let goes_on = |piece: &Piece| {
            let Some(next) = piece.line().filter(|next| next.dead.is_none()) else { return false };
            let is_part = is_marked || is_credit(&next.text) || caption::has_key(&next.text, &key);
            next.place.block == line.place.block
                && (next.follows_break || next.role == Role::Caption)
                && is_part
        };
        start + 1 + pieces[start + 1..].iter().take_while(|piece| goes_on(piece)).count()
    }

    fn is_caption(&self, pieces: &[Piece], index: usize, line: &Line) -> bool {
        if line.kind == BlockKind::Table || line.text.chars().count() > MARKED_CAPTION_CHARS_MAX {
            return false;
        }
        match line.role {
            Role::Caption => return true,
            Role::CaptionByPhoto if self.waits() || next_is_shot(pieces, index, line) => return true,
            Role::Author | Role::Source | Role::Lead if line.place.frame == 0 => return false,
            _ => {}
        }
        line.place.frame != 0 || self.is_bare_caption(pieces, index, line)
    }

    /// A caption without a mark: a short line right under a photo that is set like one, or that is printed twice.
    fn is_bare_caption(&self, pieces: &[Piece], index: usize, line: &Line) -> bool {
        let heading_or_item = line.kind != BlockKind::Paragraph;
        if heading_or_item || line.text.chars().count() > BARE_CAPTION_CHARS_MAX {
            return false;
        }
        if is_printed_twice(pieces, index, line) {
            return true;
        }
        let Some((_, last)) = self.waiting.last() else { return false };
        if !self.waits() {
            return is_credit(&line.text);
        }
        if names_shot_before(pieces, index, line) || caption::credit(&line.text).is_some() {
            return true;
        }
        let goes_on = line.text.chars().next().is_some_and(char::is_lowercase);
        let under_in_block =
            last.block == line.place.block && line.follows_break && ends_block(pieces, index, line);
        let set_apart = line.ink.is_italic() || line.align == Align::Centre;
        !goes_on && (under_in_block || set_apart) && !line.ink.is_bold()
    }
}

/// Whether nothing more than a credit stands in the block of a line: in a body whose paragraphs are parted by `<br>` alone, the
/// line under a photo is text.
fn ends_block(pieces: &[Piece], index: usize, line: &Line) -> bool {
    let mut lines = pieces[index + 1..].iter().filter_map(Piece::line).filter(|next| next.dead.is_none());
    !lines.any(|next| next.place.block == line.place.block && !is_credit(&next.text))
}

/// Whether a photo of the same frame follows directly: the caption stands above it.
fn next_is_shot(pieces: &[Piece], index: usize, line: &Line) -> bool {
    pieces[index + 1..].iter().find(|piece| piece.dead().is_none()).is_some_and(|piece| match piece {
        Piece::Shot(shot) => shot.place.frame != 0 && shot.place.frame == line.place.frame,
        Piece::Line(_) => false,
    })
}

/// Whether the next line of text, with or without a photo between, is the same.
fn is_printed_twice(pieces: &[Piece], index: usize, line: &Line) -> bool {
    let next = pieces[index + 1..].iter().filter(|piece| piece.dead().is_none()).find_map(Piece::line);
    next.is_some_and(|next| next.kind == BlockKind::Paragraph && caption::is_same(&next.text, &line.text))
        && line.text.contains(' ')
}

/// Whether a photo right above is described by the same words.
fn names_shot_before(pieces: &[Piece], index: usize, line: &Line) -> bool {
    shots_before(pieces, index)
        .any(|shot| shot.named.iter().chain(&shot.told).any(|name| caption::is_same(name, &line.text)))
}

/// The photos directly before a line.
fn shots_before(pieces: &[Piece], index: usize) -> impl Iterator<Item = &Shot> {
    pieces[..index]
        .iter()
        .rev()
        .take_while(|piece| matches!(piece, Piece::Shot(_)) || piece.dead().is_some())
        .filter_map(|piece| match piece {
            Piece::Shot(shot) => Some(shot),
            Piece::Line(_) => None,
        })
}

/// Whether a line is nothing but a credit.
fn is_credit(text: &str) -> bool {
    caption::credit(text).is_some() && caption::read(text).is_none()
}

/// The lines of a caption as one text, each said once.
fn joined(pieces: &[Piece]) -> String {
    if let [Piece::Line(line)] = pieces {
        return line.text.clone();
    }
    let mut text = String::new();
    let mut said: Vec<String> = Vec::new();
    for line in pieces.iter().filter_map(Piece::line) {
        let key = caption::key(&line.text);
        if said.contains(&key) {
            continue;
        }
        said.push(key);
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&line.text);
    }
    text
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
        if !title.is_empty() && caption::has_key(text, title) {
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
