//! One pass over a page: its lines in reading order, and the boxes that hold them.

use ego_tree::{NodeId, NodeRef};
use scraper::{ElementRef, Node};

use crate::extract::document::{attribute, is_block, is_silent};
use crate::extract::words::Words;

/// How much of a line is kept, in bytes.
const LINE_BYTES_MAX: usize = 2_000;

/// How many lines of a page are looked at.
const LINES_MAX: usize = 30_000;

/// A line of so many letters and signs is running text, wherever it ends.
const PROSE_CHARS_MIN: u32 = 80;

/// A line of so many that ends as a sentence does is running text too.
const SENTENCE_CHARS_MIN: u32 = 40;

/// A box with a bad name that holds so much running text and little else is no box beside the article.
const BOX_CHARS_MAX: u32 = 1_500;

/// A teaser has no more lines.
const TEASER_LINES_MAX: usize = 5;

/// The link of a teaser is a headline, no button.
const TEASER_LINK_CHARS_MIN: u32 = 15;

/// The text of a teaser is short.
const TEASER_CHARS_MAX: u32 = 500;

/// A line of text between the edges of boxes, breaks included.
#[derive(Debug)]
pub(super) struct Line {
    /// The box that holds it directly, as a place in [`Scan::boxes`].
    pub(super) within: usize,
    /// Letters and signs, blanks not counted.
    pub(super) chars: u32,
    /// Those of them in links.
    pub(super) linked: u32,
    /// Digits.
    pub(super) digits: u32,
    /// Whether it is running text.
    pub(super) is_prose: bool,
    /// Whether it is in a box that is none of the article's.
    pub(super) is_aside: bool,
    start: usize,
    end: usize,
}

/// A block element with text in it. Boxes stand in document order; the lines of one are a range.
#[derive(Debug)]
pub(super) struct Box {
    pub(super) node: NodeId,
    /// The box around it; its own place for the outermost.
    pub(super) parent: usize,
    pub(super) first: usize,
    pub(super) end: usize,
    /// The place of the first box behind it and all within it.
    after: usize,
    /// What its names say; asked only where it holds running text.
    pub(super) words: Words,
    /// `itemprop="articleBody"`
    pub(super) is_declared: bool,
    /// 1 to 6 for `<h1>` to `<h6>`, else 0.
    pub(super) heading: u8,
}

/// What the pass finds.
#[derive(Debug, Default)]
pub(super) struct Scan {
    pub(super) lines: Vec<Line>,
    pub(super) boxes: Vec<Box>,
    text: String,
}

impl Scan {
    /// Scans the page below `root`.
    pub(super) fn of(root: ElementRef<'_>) -> Scan {
        let mut scanner = Scanner::default();
        let mut next = Some(*root);
        while let Some(mut node) = next {
            if scanner.enter(node) {
                if let Some(child) = node.first_child() {
                    next = Some(child);
                    continue;
                }
                scanner.leave();
            }
            next = loop {
                if node == *root {
                    break None;
                }
                if let Some(sibling) = node.next_sibling() {
                    break Some(sibling);
                }
                let Some(parent) = node.parent() else { break None };
                node = parent;
                scanner.leave();
            };
        }
        scanner.end_line();
        scanner.scan.put_teasers_aside();
        scanner.scan
    }

    /// Marks the running text of teasers: short boxes in a row, each of a link and a summary.
    fn put_teasers_aside(&mut self) {
        let teasers: Vec<usize> = (0..self.boxes.len()).filter(|place| self.is_teaser(*place)).collect();
        for place in &teasers {
            let Box { parent, first, end, .. } = self.boxes[*place];
            let has_kin = teasers.iter().any(|other| other != place && self.boxes[*other].parent == parent);
            if has_kin {
                for line in &mut self.lines[first..end] {
                    line.is_aside = true;
                }
            }
        }
    }

    /// Whether a box is a headline in a link with some text behind it.
    fn is_teaser(&self, place: usize) -> bool {
        let found = &self.boxes[place];
        let lines = &self.lines[found.first..found.end];
        let Some(link) = lines.first().filter(|_| (2..=TEASER_LINES_MAX).contains(&lines.len())) else {
            return false;
        };
        let prose: u32 = lines.iter().filter(|line| line.is_prose).map(|line| line.chars).sum();
        link.linked * 10 >= link.chars * 9
            && link.chars >= TEASER_LINK_CHARS_MIN
            && (1..=TEASER_CHARS_MAX).contains(&prose)
    }

    /// The text of a line as it stands on the page.
    pub(super) fn text(&self, line: usize) -> &str {
        self.lines.get(line).map_or("", |line| &self.text[line.start..line.end])
    }

    /// The boxes directly within one.
    pub(super) fn children(&self, place: usize) -> impl Iterator<Item = usize> {
        let end = self.boxes.get(place).map_or(0, |found| found.after);
        let mut next = place + 1;
        std::iter::from_fn(move || {
            let child = next;
            next = self.boxes.get(child).filter(|_| child < end)?.after;
            Some(child)
        })
    }

    /// The boxes around a line, the innermost first.
    pub(super) fn around(&self, line: usize) -> impl Iterator<Item = usize> {
        let mut at = self.lines.get(line).map(|line| line.within);
        std::iter::from_fn(move || {
            let current = at?;
            at = self.boxes.get(current).map(|found| found.parent).filter(|parent| *parent != current);
            Some(current)
        })
    }
}

/// An element that is being scanned.
struct Open<'a> {
    element: ElementRef<'a>,
    /// Its place among the boxes, where it is one.
    boxed: Option<usize>,
    is_link: bool,
}

#[derive(Default)]
struct Scanner<'a> {
    scan: Scan,
    open: Vec<Open<'a>>,
    /// The innermost open box.
    within: usize,
    links: usize,
    chars: u32,
    linked: u32,
    digits: u32,
    /// Where the text of the line under way begins.
    start: usize,
}

impl<'a> Scanner<'a> {
    /// Takes a node and tells whether to go on to its children.
    fn enter(&mut self, node: NodeRef<'a, Node>) -> bool {
        match node.value() {
            Node::Text(text) => {
                self.write(text);
                false
            }
            Node::Element(element) => {
                let name = element.name();
                if name == "br" {
                    self.end_line();
                    return false;
                }
                let Some(element) = ElementRef::wrap(node).filter(|_| !is_silent(name) && name != "head")
                else {
                    return false;
                };
                if self.scan.lines.len() >= LINES_MAX {
                    return false;
                }
                let boxed = is_block(name).then(|| self.open_box(node.id(), heading(name)));
                let is_link = name == "a";
                self.links += usize::from(is_link);
                self.open.push(Open { element, boxed, is_link });
                true
            }
            _ => false,
        }
    }

    fn open_box(&mut self, node: NodeId, heading: u8) -> usize {
        self.end_line();
        let place = self.scan.boxes.len();
        let parent = if place == 0 { 0 } else { self.within };
        let first = self.scan.lines.len();
        let words = Words::default();
        self.scan.boxes.push(Box {
            node,
            parent,
            first,
            end: first,
            after: place + 1,
            words,
            is_declared: false,
            heading,
        });
        self.within = place;
        place
    }

    fn leave(&mut self) {
        let Some(Open { element, boxed, is_link }) = self.open.pop() else { return };
        self.links -= usize::from(is_link);
        if let Some(place) = boxed {
            self.end_line();
            self.close_box(place, element);
        }
    }

    fn close_box(&mut self, place: usize, element: ElementRef<'_>) {
        let end = self.scan.lines.len();
        let (first, parent) = (self.scan.boxes[place].first, self.scan.boxes[place].parent);
        self.within = parent;
        if first == end && place + 1 == self.scan.boxes.len() && place > 0 {
            self.scan.boxes.pop();
            return;
        }
        let after = self.scan.boxes.len();
        let own = &mut self.scan.boxes[place];
        (own.end, own.after) = (end, after);
        let inside = &mut self.scan.lines[first..end];
        if !inside.iter().any(|line| line.is_prose) {
            return;
        }
        own.words = Words::of(element);
        own.is_declared =
            attribute(element, "itemprop").is_some_and(|name| name.eq_ignore_ascii_case("articleBody"));
        if is_beside(element, own.words) && !is_mostly_prose(inside) {
            for line in inside {
                line.is_aside = true;
            }
        }
    }

    fn write(&mut self, text: &str) {
        let before = self.chars;
        for c in text.chars() {
            self.chars += u32::from(!c.is_whitespace());
            self.digits += u32::from(c.is_ascii_digit());
        }
        if self.links > 0 {
            self.linked += self.chars - before;
        }
        let room = LINE_BYTES_MAX.saturating_sub(self.scan.text.len() - self.start);
        self.scan.text.push_str(&text[..text.floor_char_boundary(room)]);
    }

    fn end_line(&mut self) {
        let (start, end) = (self.start, self.scan.text.len());
        let (chars, linked, digits) = (self.chars, self.linked, self.digits);
        (self.start, self.chars, self.linked, self.digits) = (end, 0, 0, 0);
        if chars == 0 || self.scan.boxes.is_empty() {
            return;
        }
        let ends =
            self.scan.text[start..end].trim_end().ends_with(['.', '!', '?', '…', '”', '"', ':', ';', '/']);
        let is_prose =
            linked * 3 < chars && (chars >= PROSE_CHARS_MIN || ends && chars >= SENTENCE_CHARS_MIN);
        let within = self.within;
        self.scan.lines.push(Line { within, chars, linked, digits, is_prose, is_aside: false, start, end });
    }
}

fn heading(name: &str) -> u8 {
    match name.as_bytes() {
        [b'h', level @ b'1'..=b'6'] => level - b'0',
        _ => 0,
    }
}

/// Whether an element is by its name or tag a box beside the article: related articles, comments, a menu, a footer.
fn is_beside(element: ElementRef<'_>, words: Words) -> bool {
    match element.value().name() {
        "html" | "body" | "main" | "article" | "p" => false,
        "nav" | "footer" | "aside" | "address" => true,
        _ => {
            words.has(Words::RELATED)
                || words.has(Words::JUNK)
                || words.has(Words::COMMENTS)
                || words.has(Words::HIDDEN)
        }
    }
}

fn is_mostly_prose(lines: &[Line]) -> bool {
    let all: u32 = lines.iter().map(|line| line.chars).sum();
    let prose: u32 = lines.iter().filter(|line| line.is_prose).map(|line| line.chars).sum();
    prose > BOX_CHARS_MAX && u64::from(prose) * 10 > u64::from(all) * 7
}
