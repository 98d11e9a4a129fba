//! The walk through a body: from the tree to its lines and photos, leaving out what is no part of the article.
//!
//! The walk is a loop, not a recursion: a page may nest as deep as it likes. On leaving a box it is judged by what
//! it holds (how much of its text is links, how much there is at all) and by what its names say.

use ego_tree::NodeRef;
use scraper::{ElementRef, Node};

use super::document::{self, Document, attribute, is_block, is_silent};
use super::ink::Pen;
use super::pieces::{Align, Dead, Ink, Line, Piece, Place, Role};
use super::shot::shot;
use super::table::{self, Table};
use super::words::Words;
use super::{images, judge, wording};
use crate::article::BlockKind;
use crate::newspaper::Field;
use crate::text::{caption, clean};

/// What holds for everything within an element.
#[derive(Clone, Copy, Debug, Default)]
struct Context {
    kind: Option<BlockKind>,
    bold: bool,
    italic: bool,
    linked: bool,
    align: Align,
    role: Role,
    place: Place,
}

/// An element that is being walked through.
struct Open<'a> {
    name: &'a str,
    words: Words,
    is_block: bool,
    /// How many pieces there were before it.
    start: usize,
    /// The frame that it is; 0 where it is none.
    frame: u32,
    /// What held around it.
    outer: Context,
}

struct Walker<'a> {
    document: &'a Document,
    title: Option<String>,
    pieces: Vec<Piece>,
    open: Vec<Open<'a>>,
    context: Context,
    pen: Pen,
    /// What held where the line under the pen began.
    begun: Context,
    /// Whether a single `<br>` stands before the line under the pen.
    after_break: bool,
    blocks: u32,
    frames: u32,
    tables: usize,
}

/// Takes the body below `root` apart. `title` is the headline, which is no part of the body where it is repeated.
pub(super) fn walk(document: &Document, root: ElementRef<'_>, title: Option<&str>) -> Vec<Piece> {
    let mut walker = Walker {
        document,
        title: title.map(caption::key).filter(|key| !key.is_empty()),
        pieces: Vec::new(),
        open: Vec::new(),
        context: Context::default(),
        pen: Pen::default(),
        begun: Context::default(),
        after_break: false,
        blocks: 0,
        frames: 0,
        tables: 0,
    };
    let mut next = root.first_child();
    while let Some(mut node) = next {
        if walker.enter(node) {
            if let Some(child) = node.first_child() {
                next = Some(child);
                continue;
            }
            walker.leave();
        }
        next = loop {
            if let Some(sibling) = node.next_sibling() {
                break Some(sibling);
            }
            match node.parent() {
                Some(parent) if parent != *root => node = parent,
                _ => break None,
            }
            walker.leave();
        };
    }
    walker.end_line();
    walker.pieces
}

impl<'a> Walker<'a> {
    /// Takes a node and tells whether to go on to its children.
    fn enter(&mut self, node: NodeRef<'a, Node>) -> bool {
        if let Node::Text(text) = node.value() {
            self.write(text);
            return false;
        }
        let Some(element) = ElementRef::wrap(node) else { return false };
        let name = element.value().name();
        if self.document.is_dropped(node.id()) {
            self.pass_by(element, name);
            return false;
        }
        match name {
            "br" => self.take_break(),
            "hr" => self.end_line(),
            "img" | "amp-img" => self.take_photo(element),
            "table" => return self.enter_table(element),
            _ if is_silent(name) => {}
            _ => return self.enter_element(element, name),
        }
        false
    }

    /// Goes past an element that is no part of the article. A headline is noted all the same: what shares its box
    /// (section, date, byline) is judged by it.
    fn pass_by(&mut self, element: ElementRef<'_>, name: &str) {
        if is_block(name) {
            self.end_line();
        }
        if let Some(title) = self.title.as_ref().filter(|_| matches!(name, "h1" | "h2"))
            && let text = document::text(element)
            && caption::has_key(&text, title)
        {
            self.push_line(BlockKind::Heading, text, Ink::default(), self.context);
        }
    }

    fn enter_element(&mut self, element: ElementRef<'a>, name: &'a str) -> bool {
        // The names of a link are those of where it leads.
        let words = if name == "a" { Words::default() } else { Words::of(element) };
        let is_block = is_block(name) || words.has(Words::BLOCK);
        if words.has(Words::HIDDEN) || (!is_block && (words.has(Words::JUNK) || words.has(Words::COMMENTS))) {
            if is_block {
                self.end_line();
            }
            return false;
        }
        if is_block {
            self.end_line();
        }
        self.go_in(element, name, words, is_block);
        true
    }

    fn go_in(&mut self, element: ElementRef<'a>, name: &'a str, words: Words, is_block: bool) {
        let start = self.pieces.len();
        let is_frame = match name {
            "figure" | "table" => true,
            "div" | "p" | "li" | "ul" | "td" | "dl" | "center" => words.has(Words::PHOTO),
            _ => false,
        };
        self.frames += u32::from(is_frame);
        let frame = if is_frame { self.frames } else { 0 };
        self.open.push(Open { name, words, is_block, start, frame, outer: self.context });
        self.set_context(element, name, words, is_block);
        if is_frame {
            self.context.place = Place { frame, cell: (0, 0), ..self.context.place };
        }
    }

    fn enter_table(&mut self, element: ElementRef<'a>) -> bool {
        self.end_line();
        let words = Words::of(element);
        if words.has(Words::HIDDEN) {
            return false;
        }
        if self.tables < table::TABLES_DEPTH_MAX
            && !words.has(Words::RELATED)
            && let Table::Data(text) = table::read(element)
        {
            let ink = Ink { letters: text.len(), ..Ink::default() };
            self.push_line(BlockKind::Table, text, ink, self.context);
            return false;
        }
        self.tables += 1;
        self.go_in(element, "table", words, true);
        true
    }

    /// Sets what holds within the element.
    fn set_context(&mut self, element: ElementRef<'_>, name: &str, words: Words, is_block: bool) {
        if is_block {
            self.blocks += 1;
            self.context.place.block = self.blocks;
        }
        let context = &mut self.context;
        match name {
            "b" | "strong" => context.bold = true,
            "i" | "em" | "cite" => context.italic = true,
            "a" => context.linked = leads_to_a_page(element),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => context.kind = Some(BlockKind::Heading),
            "blockquote" => context.kind = Some(BlockKind::Quote),
            "li" => context.kind = Some(BlockKind::ListItem),
            "center" => context.align = Align::Centre,
            "figcaption" => context.role = Role::Caption,
            "tr" => context.place.cell = (context.place.cell.0 + 1, 0),
            "td" | "th" => context.place.cell.1 += 1,
            _ => {}
        }
        if words != Words::default() {
            context.bold |= words.has(Words::BOLD);
            context.italic |= words.has(Words::ITALIC);
            if words.has(Words::CENTRED) {
                context.align = Align::Centre;
            } else if words.has(Words::RIGHT) {
                context.align = Align::Right;
            }
            context.role = role(words, name, context.role);
        }
        if self.document.is_caption(element.id()) {
            context.role = Role::Caption;
        }
    }

    fn leave(&mut self) {
        let Some(open) = self.open.pop() else { return };
        if open.is_block {
            self.end_line();
        }
        let cell = self.context.place.cell;
        self.context = open.outer;
        match open.name {
            // Rows and cells count on through the table.
            "tr" => self.context.place.cell = (cell.0, 0),
            "td" | "th" | "tbody" | "thead" | "tfoot" => self.context.place.cell = cell,
            "table" => self.tables = self.tables.saturating_sub(1),
            _ => {}
        }
        if open.is_block && self.pieces.len() > open.start {
            let (before, pieces) = self.pieces.split_at_mut(open.start);
            if open.frame != 0 {
                judge::settle_frame(pieces, open.frame, self.context.place.frame);
            }
            judge::on_leaving(before, pieces, open.name, open.words);
        }
    }

    fn write(&mut self, text: &str) {
        if self.pen.is_empty() {
            self.begun = self.context;
        }
        self.pen.write(text, self.context.bold, self.context.italic, self.context.linked);
    }

    fn take_break(&mut self) {
        if self.pen.is_empty() {
            // The second of two breaks: the paragraph ends. A break right behind a photo parts it from its caption.
            let block = self.context.place.block;
            let is_behind_shot =
                matches!(self.pieces.last(), Some(Piece::Shot(shot)) if shot.place.block == block);
            self.after_break = is_behind_shot && !self.after_break;
            return;
        }
        self.end_line();
        self.after_break = true;
    }

    fn take_photo(&mut self, element: ElementRef<'_>) {
        if self.context.role == Role::Author {
            return;
        }
        let Some(mut shot) = shot(self.document, element) else { return };
        self.end_line();
        (shot.place, shot.linked) = (self.context.place, self.context.linked);
        self.pieces.push(Piece::Shot(shot));
        self.after_break = false;
    }

    /// Ends the line under the pen.
    fn end_line(&mut self) {
        let (line, pushed) = self.pen.take();
        for (text, ink, is_right) in line.into_iter().chain(pushed) {
            let mut context = self.begun;
            if is_right {
                context.align = Align::Right;
                self.after_break = true;
            }
            self.push_line(context.kind.unwrap_or(BlockKind::Paragraph), clean::line(&text), ink, context);
        }
        self.after_break = false;
    }

    fn push_line(&mut self, kind: BlockKind, text: String, ink: Ink, context: Context) {
        // What looked like letters may all be such as cleaning takes away.
        if text.is_empty() {
            return;
        }
        let mut dead = None;
        if self.title.as_ref().is_some_and(|title| caption::has_key(&text, title)) {
            dead = Some(Dead::Title);
        } else if wording::is_furniture(&text) {
            dead = Some(Dead::Furniture);
        }
        self.pieces.push(Piece::Line(Line {
            kind,
            text,
            place: context.place,
            align: context.align,
            role: context.role,
            follows_break: self.after_break,
            ink,
            dead,
        }));
    }
}

/// The photos and captions that the layout finds beside the body: those before it and those behind it.
pub(super) fn beside(document: &Document, root: ElementRef<'_>) -> [Vec<Piece>; 2] {
    document.beside(root).map(|found| {
        let mut pieces = Vec::new();
        for (field, element) in found {
            if field == Field::Photo {
                let images = element
                    .descendants()
                    .filter_map(ElementRef::wrap)
                    .filter(|inside| matches!(inside.value().name(), "img" | "amp-img"));
                pieces.extend(images.filter_map(|image| shot(document, image)).map(Piece::Shot));
            } else {
                pieces.push(Piece::Line(caption_line(document::text(element))));
            }
        }
        pieces
    })
}

/// A line that the layout calls a caption.
fn caption_line(text: String) -> Line {
    Line {
        kind: BlockKind::Paragraph,
        text,
        place: Place::default(),
        align: Align::Left,
        role: Role::Caption,
        follows_break: false,
        ink: Ink::default(),
        dead: None,
    }
}

/// The role that the names of an element give to the text in it.
fn role(words: Words, name: &str, outer: Role) -> Role {
    if matches!(name, "article" | "section" | "main" | "body" | "ul" | "ol") {
        return outer;
    }
    if words.has(Words::CAPTION) {
        Role::Caption
    } else if words.has(Words::AUTHOR) {
        Role::Author
    } else if words.has(Words::SOURCE) {
        Role::Source
    } else if words.has(Words::LEAD) {
        Role::Lead
    } else if words.has(Words::CAPTION_BY_PHOTO) && outer == Role::Text {
        Role::CaptionByPhoto
    } else {
        outer
    }
}

/// Whether a link leads to another page, and not to an image, a place on this page, a program or a letter.
fn leads_to_a_page(link: ElementRef<'_>) -> bool {
    attribute(link, "href").is_some_and(|address| {
        let address = address.trim();
        let scheme = address.split(':').next().unwrap_or_default();
        !address.is_empty()
            && !address.starts_with('#')
            && !["javascript", "mailto", "tel", "data", "sms"]
                .iter()
                .any(|other| scheme.eq_ignore_ascii_case(other))
            && !images::is_image_address(address)
    })
}
