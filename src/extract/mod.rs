//! From a page to the article on it.
//!
//! The page is decoded, parsed and walked once (`document`); what a layout names is taken from where it stands;
//! the body is taken apart into lines and photos (`walk`) and put together again as blocks and captions
//! (`blocks`). Nothing here depends on the newspaper but its selector file.

mod anchors;
mod blocks;
mod captions;
mod document;
mod ending;
mod fields;
mod generic;
mod images;
mod ink;
mod json_ld;
mod judge;
mod lead;
mod lost;
mod meta;
mod names;
mod opening;
mod own_address;
mod pieces;
mod shell;
mod shot;
mod table;
mod walk;
mod wording;
mod words;

use std::collections::BTreeMap;

use ego_tree::NodeId;
use scraper::ElementRef;

pub(crate) use self::document::{is_silent, text};
pub use self::own_address::own_address;

use self::blocks::{Content, Paragraph};
use self::document::{Document, Mark, attribute};
use self::fields::Sources;
use self::generic::Wants;
use self::meta::Meta;
use self::pieces::Align;
use crate::article::{Article, Block, BlockKind, Charset, Origin, ReadBy};
use crate::newspaper::{Field, Layout, Newspaper};
use crate::page::{Page, Unfit, file_kind};
use crate::text::{charset, clean, dateline};
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
    if let Some(kind) = file_kind(&page.body) {
        return Err(Unfit::WrongType { expected: "an HTML page", found: kind.to_owned() });
    }
    let decoded = charset::decode(&page.body, page.content_type());
    let day = page.fetched_at.with_timezone(&vietnam()).date_naive();
    let mut layouts = newspaper.layouts_for(day);
    let layout = layouts.next();
    let mut document = Document::parse(&decoded.text, &page.url, layout);
    let layout = layout.map(|layout| dress(&mut document, layout, layouts));
    let meta = meta::read(&document, newspaper, layout, &page.url, page.fetched_at);
    let mut found = None;
    if document.picked(Field::Body).is_empty() {
        found = generic::find(&document, &meta, page.fetched_at);
        document.leave_out(found.iter().flat_map(|found| found.furniture.iter().copied()));
    }
    if shell::is_cut(&decoded.text) {
        return Err(Unfit::Cut("it ends within its text".to_owned()));
    }
    let is_searched = document.picked(Field::Body).is_empty();
    let sources = Sources { meta, found, is_searched };
    let charset = charset(&decoded);
    Reader { newspaper, page, document: &document, layout, charset, origin: BTreeMap::new() }.read(sources)
}

/// The layout that a page wears: that of its day, or where that one finds no text or not the time that it names,
/// another that finds more.
fn dress<'n>(
    document: &mut Document,
    of_day: &'n Layout,
    others: impl Iterator<Item = &'n Layout>,
) -> &'n Layout {
    let mut best = (of_day, fit(document));
    let is_timed = of_day.published.is_empty() || !document.picked(Field::Published).is_empty();
    if best.1.0 && is_timed {
        return of_day;
    }
    let mut last = of_day;
    for other in others {
        document.find(Some(other));
        last = other;
        let fit = fit(document);
        if fit > best.1 {
            best = (other, fit);
        }
    }
    if last.name != best.0.name {
        document.find(Some(best.0));
    }
    best.0
}

/// How well a layout fits the page: whether it finds the text, and how many other fields.
fn fit(document: &Document) -> (bool, usize) {
    let is_found = |field: &Field| !document.picked(*field).is_empty();
    let fields = [Field::Title, Field::Lead, Field::Author, Field::Published, Field::Section, Field::Tags];
    (is_found(&Field::Body), fields.iter().filter(|field| is_found(field)).count())
}

/// What is kept of how the page was decoded.
fn charset(decoded: &charset::Decoded<'_>) -> Charset {
    Charset {
        declared: decoded.declared.clone(),
        used: decoded.used.to_owned(),
        mended: decoded.mended.map(|mending| mending.as_str().to_owned()),
    }
}

/// What the reading of one page knows.
struct Reader<'r> {
    newspaper: &'r Newspaper,
    page: &'r Page,
    document: &'r Document,
    layout: Option<&'r Layout>,
    charset: Charset,
    origin: BTreeMap<String, Origin>,
}

impl Reader<'_> {
    fn read(mut self, mut sources: Sources) -> Result<Article, Unfit> {
        let title = self.title(&sources);
        let content = self.body(title.as_deref(), &sources);
        let (content, root) = self.fit(content, title.as_deref(), &sources)?;
        let by_selector = root.is_some();
        let Content { paragraphs: mut body, photos, leads, bylines, sources: origins } = content;
        let ending = ending::take(&mut body);
        if let Some(root) = root {
            let lacking = Wants {
                lead: leads.is_empty() && !lead::is_bold(&body),
                bylines: bylines.is_empty() && ending.byline.persons.is_empty(),
                ..Wants::ALL
            };
            sources.found = self.around(root, title.as_deref(), &sources.meta, lacking);
        }
        if let Some(found) = &mut sources.found {
            found.leads.retain(|lead| !photos.holds(lead));
        }
        let sources = &sources;
        let lead = self.lead(&leads, sources, &mut body);
        let mut signed = ending.byline;
        if signed.persons.is_empty() {
            signed.add(opening::take(&mut body, &self.newspaper.codes));
        }
        let byline = self.byline(sources, [&bylines, &origins], signed);
        self.note("body", if by_selector { Origin::Selector } else { Origin::Generic });
        let (url, id_in_newspaper) = self.address(sources);
        let (published_at, updated_at) = self.dates(sources);
        let section = self.section(sources, title.as_deref());
        // Taking lead, signatures and end mark off may leave nothing of a paragraph, or just a caption's words.
        body.retain(|paragraph| !paragraph.text.trim().is_empty() && !photos.holds(&paragraph.text));
        let body = headed(body);
        let whole = whole(title.as_deref(), lead.as_deref(), &body);
        let paragraphs = body.iter().map(|block| block.text.as_str());
        let codes = &self.newspaper.codes;
        let dateline = dateline::find(title.as_deref(), lead.as_deref(), paragraphs, published_at, codes);
        Ok(Article {
            newspaper: self.newspaper.known_id().map(str::to_owned),
            url,
            id_in_newspaper,
            title: title.unwrap_or_default(),
            lead,
            dateline,
            authors: byline.persons,
            published_at,
            updated_at,
            section,
            tags: self.tags(sources, &whole),
            body,
            captions: photos.captions,
            images: photos.images,
            source_note: byline.source_note,
            end_mark: ending.has_mark,
            language: self.language(&whole),
            read_by: ReadBy {
                khobao: env!("CARGO_PKG_VERSION").to_owned(),
                layout: match (self.newspaper.known_id(), self.layout) {
                    (Some(id), Some(layout)) if by_selector => format!("{id}/{}", layout.name),
                    _ => "generic".to_owned(),
                },
                charset: Some(self.charset),
            },
            origin: self.origin,
        })
    }

    /// Tells what is no article: a guard's page, "not found", a page without text.
    fn fit(
        &self,
        content: Option<(Content, Option<NodeId>)>,
        title: Option<&str>,
        sources: &Sources,
    ) -> Result<(Content, Option<NodeId>), Unfit> {
        let paragraphs =
            content.as_ref().map(|(content, _)| content.paragraphs.as_slice()).unwrap_or_default();
        let letters = content.as_ref().map_or(0, |(content, _)| content.letters());
        let lines = paragraphs.iter().map(|paragraph| paragraph.text.as_str());
        if let Some(unfit) = shell::unfit(self.document, letters, lines, sources.meta.says_article) {
            return Err(unfit);
        }
        let is_listing = sources.found.as_ref().is_some_and(|found| found.is_listing);
        let is_site = title.is_some_and(|title| sources.meta.site.is_own(title));
        if (is_listing || is_site && sources.is_searched) && !sources.meta.says_article {
            return Err(Unfit::NotArticle("it is a list of links".to_owned()));
        }
        // A fragment of a page may lack the headline; then the text alone must show that it is an article.
        if title.is_none() && letters < UNTITLED_LETTERS_MIN {
            return Err(Unfit::NotArticle("it has no headline".to_owned()));
        }
        content.ok_or_else(|| Unfit::NotArticle("it has no text".to_owned()))
    }

    fn note(&mut self, field: &str, origin: Origin) {
        self.origin.insert(field.to_owned(), origin);
    }

    /// The texts or attributes that a field's most preferred selector finds, without empty ones and repeats.
    fn texts(&self, field: Field) -> Vec<String> {
        self.texts_by_rank(field).into_iter().next().unwrap_or_default()
    }

    /// What each selector of a field finds, the most preferred first; selectors that find nothing are left out.
    fn texts_by_rank(&self, field: Field) -> Vec<Vec<String>> {
        let mut ranks: Vec<(usize, Vec<String>)> = Vec::new();
        for (rank, element) in self.document.picked(field) {
            let Some(found) = self.value(field, rank, element).filter(|found| !found.is_empty()) else {
                continue;
            };
            match ranks.last_mut().filter(|(last, _)| *last == rank) {
                Some((_, texts)) if texts.contains(&found) => {}
                Some((_, texts)) => texts.push(found),
                None => ranks.push((rank, vec![found])),
            }
        }
        ranks.into_iter().map(|(_, texts)| texts).collect()
    }

    /// Whether a field's selectors find anything.
    fn has_text(&self, field: Field) -> bool {
        let mut found = self.document.picked(field).into_iter();
        found.any(|(rank, element)| self.value(field, rank, element).is_some_and(|found| !found.is_empty()))
    }

    /// What a selector takes of an element: its text, or the attribute that the selector names.
    fn value(&self, field: Field, rank: usize, element: ElementRef<'_>) -> Option<String> {
        let pick = self.layout?.field(field).get(rank)?;
        match &pick.attribute {
            Some(name) => attribute(element, name).map(clean::line),
            None => Some(text(element)),
        }
    }

    /// The whole page, where it is one without a headline.
    fn fragment(&self) -> Option<ElementRef<'_>> {
        let mut titles = self.document.marked(Mark::Title).chain(self.document.marked(Mark::Headline));
        titles.next().is_none().then(|| self.document.root())
    }

    /// The body, and its element where a selector found it.
    fn body(&self, title: Option<&str>, sources: &Sources) -> Option<(Content, Option<NodeId>)> {
        let mut best: Option<(Content, NodeId)> = None;
        for (_, element) in self.document.picked(Field::Body) {
            let content = blocks::read(self.document, element, title);
            let letters = content.letters();
            if best.as_ref().is_none_or(|(best, _)| letters > best.letters()) {
                best = Some((content, element.id()));
            }
            if letters >= BODY_LETTERS_MIN {
                break;
            }
        }
        best.map(|(content, root)| (content, Some(root))).or_else(|| {
            let found = sources.found.as_ref().and_then(|found| self.document.element(found.root));
            // Only a fragment, the body cut out of its page, is read whole.
            let content = blocks::read(self.document, found.or_else(|| self.fragment())?, title);
            (content.letters() > 0).then_some((content, None))
        })
    }

    /// What is to be looked for around the body: what the layout has no selector for and the metadata do not tell.
    fn wants(&self, meta: &Meta, lacking: Wants) -> Wants {
        let is_unnamed = |field| self.layout.is_some_and(|layout| layout.field(field).is_empty());
        let is_told = || meta.dates.published(&[]).is_some_and(|told| told.value.moment().is_some());
        let is_named = |field| self.layout.is_some() && self.has_text(field);
        Wants {
            lead: lacking.lead && is_unnamed(Field::Lead),
            dates: !is_told() && !is_named(Field::Published),
            section: meta.section.is_none() && !is_named(Field::Section),
            bylines: lacking.bylines && is_unnamed(Field::Author) && meta.authors.is_none(),
            tags: is_unnamed(Field::Tags),
        }
    }

    /// What is printed around a body that a selector found, where that or something else does not tell it.
    fn around(
        &self,
        root: NodeId,
        title: Option<&str>,
        meta: &Meta,
        lacking: Wants,
    ) -> Option<generic::Found> {
        let wants = self.wants(meta, lacking);
        let description = meta.description.as_deref();
        wants.is_worth_a_look().then_some(())?;
        let within = title.and_then(|title| self.holder(root, title)).unwrap_or_else(|| self.document.root());
        generic::around(self.document, (within, root), title, description, self.page.fetched_at, wants)
    }

    /// The element around the smallest one that holds both the body and the headline: what is printed with an
    /// article stands in it, and most of the page does not.
    fn holder(&self, root: NodeId, title: &str) -> Option<ElementRef<'_>> {
        let around: Vec<NodeId> = self.document.element(root)?.ancestors().map(|node| node.id()).collect();
        let named = self.document.picked(Field::Title).into_iter().map(|(_, element)| element);
        let mut headlines = named.chain(self.document.marked(Mark::Headline));
        let headline = headlines.find(|headline| text(*headline).starts_with(title))?;
        let shared = headline.ancestors().find(|node| around.contains(&node.id()))?;
        shared.parent().and_then(ElementRef::wrap)
    }

    fn lead(&mut self, named: &[String], sources: &Sources, body: &mut Vec<Paragraph>) -> Option<String> {
        let mut candidates = self.texts(Field::Lead);
        let by_selector = candidates.len();
        candidates.extend(sources.found.iter().flat_map(|found| found.leads.iter().cloned()));
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

/// All text of an article, for what asks whether a word stands in it.
fn whole(title: Option<&str>, lead: Option<&str>, body: &[Block]) -> String {
    let texts = title.into_iter().chain(lead).chain(body.iter().map(|block| block.text.as_str()));
    texts.collect::<Vec<_>>().join("\n")
}

/// A heading without a tag is no longer than this, in characters.
const HEADING_CHARS_MAX: usize = 150;

/// The finished blocks: a short bold line that stands alone above text is a heading, unless it is set to the right, and a heading's tag around a
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
                    && paragraph.align != Align::Right
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
