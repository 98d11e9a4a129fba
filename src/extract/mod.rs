//! From a page to the article on it.
//!
//! The page is decoded, parsed and walked once ([`document`]); what a layout names is taken from where it stands;
//! the body is taken apart into lines and photos ([`walk`]) and put together again as blocks and captions
//! ([`blocks`]). Nothing here depends on the newspaper but its selector file.

mod anchors;
mod blocks;
mod captions;
mod document;
mod ending;
mod images;
mod ink;
mod judge;
mod lead;
mod own_address;
mod pieces;
mod table;
mod walk;
mod wording;
mod words;

use std::collections::BTreeMap;

use scraper::ElementRef;

pub use self::own_address::own_address;

use self::blocks::{Content, Paragraph};
use self::document::{Document, Mark, attribute, text};
use crate::article::{Article, Block, BlockKind, Origin, ReadBy};
use crate::newspaper::{Class, Field, Layout, Newspaper};
use crate::page::{Page, Unfit};
use crate::target::canonical;
use crate::text::byline::{self, Byline};
use crate::text::{charset, clean};
use crate::when::vietnam;

/// A body of fewer letters is no body where another candidate holds more.
const BODY_LETTERS_MIN: usize = 150;

/// A page without a headline holds an article only where its text is longer, in letters.
const UNTITLED_LETTERS_MIN: usize = 400;

/// Reads the article on a page.
///
/// Pure: the same page and newspaper give the same article. A newspaper without layouts is read by the page's own
/// structure.
pub fn article(newspaper: &Newspaper, page: &Page) -> Result<Article, Unfit> {
    if page.body.iter().all(u8::is_ascii_whitespace) {
        return Err(Unfit::Empty);
    }
    let decoded = charset::decode(&page.body, page.content_type());
    let day = page.fetched_at.with_timezone(&vietnam()).date_naive();
    let mut layouts = newspaper.layouts_for(day);
    let mut layout = layouts.next();
    let mut document = Document::parse(&decoded.text, &page.url, layout);
    while document.picked(Field::Body).is_empty()
        && let Some(other) = layouts.next()
    {
        layout = Some(other);
        document.find(layout);
    }
    Reader { newspaper, page, document: &document, layout, origin: BTreeMap::new() }.read()
}

/// What the reading of one page knows.
struct Reader<'r> {
    newspaper: &'r Newspaper,
    page: &'r Page,
    document: &'r Document,
    layout: Option<&'r Layout>,
    origin: BTreeMap<String, Origin>,
}

impl Reader<'_> {
    fn read(mut self) -> Result<Article, Unfit> {
        let title = self.title();
        let (content, by_selector) =
            self.body(title.as_deref()).ok_or_else(|| Unfit::NotArticle("it has no text".to_owned()))?;
        // A fragment of a page may lack the headline; then the text alone must show that it is an article.
        if title.is_none() && content.letters() < UNTITLED_LETTERS_MIN {
            return Err(Unfit::NotArticle("it has no headline".to_owned()));
        }
        let Content { paragraphs: mut body, photos, leads, bylines, sources } = content;
        let lead = self.lead(&leads, &mut body);
        let ending = ending::take(&mut body);
        let end_mark = ending.has_mark;
        let byline = self.byline(&bylines, &sources, ending.byline);
        self.note("body", if by_selector { Origin::Selector } else { Origin::Generic });
        let url = canonical(&self.page.url);
        let id_in_newspaper = match self.newspaper.classify(&url) {
            Class::Article { id } => id,
            _ => None,
        };
        Ok(Article {
            newspaper: self.newspaper.known_id().map(str::to_owned),
            url,
            id_in_newspaper,
            title: title.unwrap_or_default(),
            lead,
            dateline: None,
            authors: byline.persons,
            published_at: None,
            updated_at: None,
            section: self.texts(Field::Section),
            tags: self.texts(Field::Tags),
            body: headed(body),
            captions: photos.captions,
            images: photos.images,
            source_note: byline.source_note,
            end_mark,
            language: "vi".to_owned(),
            read_by: ReadBy {
                khobao: env!("CARGO_PKG_VERSION").to_owned(),
                layout: match (self.newspaper.known_id(), self.layout) {
                    (Some(id), Some(layout)) if by_selector => format!("{id}/{}", layout.name),
                    _ => "generic".to_owned(),
                },
            },
            origin: self.origin,
        })
    }

    fn note(&mut self, field: &str, origin: Origin) {
        self.origin.insert(field.to_owned(), origin);
    }

    /// The texts or attributes that a field's most preferred selector finds, without empty ones and repeats.
    fn texts(&self, field: Field) -> Vec<String> {
        let mut texts: Vec<String> = Vec::new();
        let mut taken = None;
        for (rank, element) in self.document.picked(field) {
            if taken.is_some_and(|taken| taken != rank) {
                break;
            }
            let Some(found) = self.value(field, rank, element).filter(|found| !found.is_empty()) else {
                continue;
            };
            taken = Some(rank);
            if !texts.contains(&found) {
                texts.push(found);
            }
        }
        texts
    }

    /// What a selector takes of an element: its text, or the attribute that the selector names.
    fn value(&self, field: Field, rank: usize, element: ElementRef<'_>) -> Option<String> {
        let pick = self.layout?.field(field).get(rank)?;
        match &pick.attribute {
            Some(name) => attribute(element, name).map(clean::line),
            None => Some(text(element)),
        }
    }

    fn title(&mut self) -> Option<String> {
        if let Some(title) = self.texts(Field::Title).into_iter().next() {
            self.note("title", Origin::Selector);
            return Some(title);
        }
        let headlines = self.document.marked(Mark::Headline).chain(self.document.marked(Mark::Title));
        let title = headlines.map(text).find(|title| !title.is_empty())?;
        self.note("title", Origin::Generic);
        Some(title)
    }

    /// The body, and whether a selector found it.
    fn body(&self, title: Option<&str>) -> Option<(Content, bool)> {
        let mut best: Option<Content> = None;
        for (_, element) in self.document.picked(Field::Body) {
            let content = blocks::read(self.document, element, title);
            let letters = content.letters();
            if best.as_ref().is_none_or(|best| letters > best.letters()) {
                best = Some(content);
            }
            if letters >= BODY_LETTERS_MIN {
                break;
            }
        }
        best.map(|content| (content, true)).or_else(|| {
            let content = blocks::read(self.document, self.document.root(), title);
            (content.letters() > 0).then_some((content, false))
        })
    }

    /// Who wrote it and where it comes from: by the layout, else by the names around lines of the body, else by the
    /// signatures under the text.
    fn byline(&mut self, named: &[String], sources: &[String], signed: Byline) -> Byline {
        let gathered = |texts: &[String]| {
            let mut byline = Byline::default();
            for text in texts {
                byline.add(byline::read(text));
            }
            byline
        };
        let by_selector = [gathered(&self.texts(Field::Author)), gathered(&self.texts(Field::Source))];
        let by_name = [gathered(named), gathered(sources)];
        let mut whole = Byline::default();
        for (byline, origin) in by_selector
            .into_iter()
            .map(|byline| (byline, Origin::Selector))
            .chain(by_name.into_iter().chain([signed]).map(|byline| (byline, Origin::Generic)))
        {
            if whole.persons.is_empty() && !byline.persons.is_empty() {
                whole.persons = byline.persons;
                self.note("authors", origin);
            }
            if whole.source_note.is_none() && byline.source_note.is_some() {
                whole.source_note = byline.source_note;
                self.note("source_note", origin);
            }
        }
        whole
    }

    fn lead(&mut self, named: &[String], body: &mut Vec<Paragraph>) -> Option<String> {
        let mut candidates = self.texts(Field::Lead);
        let by_selector = candidates.len();
        candidates.extend_from_slice(named);
        let Some(lead) = lead::choose(&candidates, body) else {
            let lead = lead::take_bold(body)?;
            self.note("lead", Origin::Generic);
            return Some(lead);
        };
        lead::unrepeat(&lead, body);
        let selected = candidates[..by_selector].contains(&lead);
        self.note("lead", if selected { Origin::Selector } else { Origin::Generic });
        Some(lead)
    }
}

/// A heading without a tag is no longer than this, in characters.
const HEADING_CHARS_MAX: usize = 150;

/// The finished blocks: a short bold line that stands alone above text is a heading, and a heading's tag around a
/// whole paragraph makes none.
fn headed(body: Vec<Paragraph>) -> Vec<Block> {
    let last = body.len().saturating_sub(1);
    let all_bold = body.iter().all(|paragraph| paragraph.ink.is_bold());
    let mut blocks = Vec::with_capacity(body.len());
    for (index, paragraph) in body.into_iter().enumerate() {
        let chars = paragraph.text.chars().count();
        let closed = paragraph.text.ends_with(['.', ',', ';', ':', '…']);
        let kind = match paragraph.kind {
            BlockKind::Paragraph
                if paragraph.ink.is_bold()
                    && !all_bold
                    && index < last
                    && chars <= HEADING_CHARS_MAX
                    && !closed =>
            {
                BlockKind::Heading
            }
            BlockKind::Heading if chars > 2 * HEADING_CHARS_MAX => BlockKind::Paragraph,
            kind => kind,
        };
        blocks.push(Block { kind, text: paragraph.text });
    }
    blocks
}
