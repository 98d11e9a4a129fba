//! Bylines, tags and the path of sections: looked for in the elements around the body, by what these are called, and
//! where nothing is called so, by where they stand.

use std::collections::{HashMap, HashSet};

use ego_tree::{NodeId, NodeRef};
use scraper::{ElementRef, Node};

use super::around::{Around, DATE_CHARS_MAX, LINKS_ABOVE_MAX, has_name};
use super::{Found, key};
use crate::extract::document::{attribute, is_silent, text};
use crate::extract::json_ld::is_front_page;
use crate::extract::meta::tidied;
use crate::extract::wording;
use crate::extract::words::Words;
use crate::text::date::{self, DateOrderHint};
use crate::text::{byline, clean};

/// The longest byline, in characters.
const BYLINE_CHARS_MAX: usize = 130;

/// How far around the body is looked, in elements up.
const LEVELS_UP: usize = 6;

/// How many elements around the body are looked at.
const ELEMENTS_MAX: usize = 5_000;

/// A path of sections is no longer.
const SECTIONS_MAX: usize = 4;

/// How many lines above the headline its section may stand.
const LINES_ABOVE: usize = 4;

/// The longest name of a section, in letters and signs.
const SECTION_CHARS_MAX: u32 = 40;

/// What stands before a list of tags, as [`key`].
const TAG_LABELS: [&str; 7] = ["tag", "tags", "tukhoa", "keywords", "chude", "the", "tagbaiviet"];

/// How many lines behind the body its tags may stand, past buttons and comments.
const LINES_TAGGED: usize = 80;

/// A signature stands within so many lines behind the body.
const LINES_SIGNED: usize = 3;

impl Around<'_> {
    /// The element of a list of tags behind a label, `Từ khóa: …`, in the body or behind it.
    fn labelled_tags(&self) -> Option<ElementRef<'_>> {
        let found = &self.scan.boxes[self.root];
        let end = (found.end + LINES_TAGGED).min(self.scan.lines.len());
        let line = (found.first..end).find(|at| {
            let label = self.scan.text(*at).split_once(':').map(|(label, _)| key(label)).unwrap_or_default();
            self.scan.lines[*at].linked > 0 && TAG_LABELS.contains(&label.as_str())
        })?;
        let element = self.document.element(self.scan.boxes[self.scan.lines[line].within].node)?;
        (element.id() != found.node).then_some(element)
    }

    /// The section as a link of its own right above the headline, where it is not one of a menu's.
    fn section_by_place(&self) -> Vec<String> {
        let Some(title) = self.title else { return Vec::new() };
        let is_link = |at: usize| {
            let line = &self.scan.lines[at];
            line.linked * 10 >= line.chars * 8 && line.chars <= SECTION_CHARS_MAX
        };
        let above: Vec<usize> =
            (title.saturating_sub(LINES_ABOVE)..title).filter(|at| is_link(*at)).collect();
        let of_same = |at: usize| {
            let container = self.scan.around(title).find(|place| self.scan.boxes[*place].first <= at);
            container.map(|place| (self.scan.boxes[place].first..title).filter(|at| is_link(*at)).count())
        };
        // Near enough that the box which both share holds no menu.
        let steps = above.into_iter().filter(|at| of_same(*at).is_some_and(|links| links <= LINKS_ABOVE_MAX));
        let texts = steps.flat_map(|at| self.linked_texts(at));
        let mut seen = HashSet::new();
        let above: Vec<String> = texts.filter(|step| seen.insert(key(step))).take(SECTIONS_MAX).collect();
        if above.is_empty() { self.section_by_date(title) } else { above }
    }

    /// The section as the only link of the date line.
    fn section_by_date(&self, title: usize) -> Vec<String> {
        let end = (title + LINES_ABOVE).min(self.start());
        let is_dated = |at: &usize| {
            let line = &self.scan.lines[*at];
            let is_short = line.chars <= DATE_CHARS_MAX && line.digits >= 6 && line.linked > 0;
            is_short && date::printed(self.scan.text(*at), DateOrderHint::DayFirst, None).is_some()
        };
        let texts = (title + 1..end).find(is_dated).map(|at| self.linked_texts(at)).unwrap_or_default();
        if texts.len() == 1 { texts } else { Vec::new() }
    }

    /// The texts of the links of a line's box. Links with nothing between them are a menu.
    fn linked_texts(&self, at: usize) -> Vec<String> {
        let node = self.scan.boxes[self.scan.lines[at].within].node;
        let element = self.document.element(node);
        let all: Vec<String> = element
            .into_iter()
            .flat_map(links)
            .map(text)
            .filter(|step| !step.is_empty() && !wording::is_label(step))
            .collect();
        let is_parted = self.scan.lines[at].linked < self.scan.lines[at].chars;
        if all.len() > SECTIONS_MAX || all.len() > 1 && !is_parted { Vec::new() } else { all }
    }

    /// Looks through the elements around the body for bylines, tags and the path of sections.
    pub(super) fn look(&self, found: &mut Found, wants: Wants) {
        let Some(root) = self.document.element(self.scan.boxes[self.root].node) else { return };
        let title = self.title.map(|title| self.scan.boxes[self.scan.lines[title].within].node);
        let around: Vec<NodeRef<'_, Node>> =
            root.ancestors().take(LEVELS_UP).filter(|node| node.value().is_element()).collect();
        let around_ids = around.iter().map(NodeRef::id).collect();
        let mut looker = Looker {
            found,
            known: HashMap::new(),
            wants,
            body: root.id(),
            around: around_ids,
            title,
            place: Place::Above,
            left: ELEMENTS_MAX,
        };
        looker.walk(around.last().copied().unwrap_or(*root));
        looker.place = Place::Between;
        let inside: Vec<NodeId> = looker.found.furniture.clone();
        for element in inside.into_iter().filter_map(|node| self.document.element(node)) {
            looker.walk(*element);
        }
        if wants.tags && found.tags.is_empty() {
            let element = self.labelled_tags();
            found.tags = element.map(|element| tidied(links(element).map(text))).unwrap_or_default();
            found.furniture.extend(element.map(|element| element.id()));
        }
        if wants.section && found.section.is_empty() {
            found.section = self.section_by_place();
        }
        if wants.bylines && found.bylines.is_empty() {
            found.bylines = self.unnamed_bylines();
        }
    }

    /// Bylines that nothing names: between the headline and the body, or right behind it.
    fn unnamed_bylines(&self) -> Vec<String> {
        let end = self.scan.boxes[self.root].end;
        let between = self.between().filter(|at| byline::opening(self.scan.text(*at)).is_some());
        let behind = (end..(end + LINES_SIGNED).min(self.scan.lines.len())).filter(|at| {
            byline::ending(self.scan.text(*at)).is_some_and(|byline| !byline.persons.is_empty())
        });
        let lines = between.chain(behind).filter(|at| !self.scan.lines[*at].is_aside);
        lines.map(|at| clean::line(self.scan.text(at))).collect()
    }
}

/// What is looked for: not what the layout names or the metadata tell already.
#[derive(Clone, Copy, Debug)]
// Each is a field of its own; they do not make up a state.
#[allow(clippy::struct_excessive_bools)]
pub(crate) struct Wants {
    pub(crate) lead: bool,
    pub(crate) dates: bool,
    pub(crate) section: bool,
    pub(crate) bylines: bool,
    pub(crate) tags: bool,
}

impl Wants {
    /// Everything.
    pub(crate) const ALL: Wants = Wants { lead: true, dates: true, section: true, bylines: true, tags: true };

    /// Whether something is wanted that is worth a look: tags alone are not.
    pub(crate) fn is_worth_a_look(self) -> bool {
        self.lead || self.dates || self.section || self.bylines
    }
}

/// Where the look is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Above the headline.
    Above,
    /// Between headline and body.
    Between,
    /// Behind the body.
    Behind,
}

struct Looker<'f, 'p> {
    found: &'f mut Found,
    /// What is known of the page's classes.
    known: HashMap<&'p str, Words>,
    wants: Wants,
    body: NodeId,
    /// The elements around the body's, which are looked into whatever they are called.
    around: Vec<NodeId>,
    title: Option<NodeId>,
    place: Place,
    left: usize,
}

impl<'p> Looker<'_, 'p> {
    /// Goes through the elements below one in document order, past those that are dealt with.
    fn walk(&mut self, top: NodeRef<'p, Node>) {
        let mut stack = vec![top];
        while let Some(node) = stack.pop() {
            let Some(element) = ElementRef::wrap(node) else { continue };
            if self.left == 0 || is_silent(element.value().name()) {
                continue;
            }
            self.left -= 1;
            if node.id() == self.body {
                self.place = Place::Behind;
            } else if self.around.contains(&node.id()) || self.enter(element) {
                stack.extend(node.children().rev());
            }
            if Some(node.id()) == self.title && self.place == Place::Above {
                self.place = Place::Between;
            }
        }
    }

    /// Takes an element and tells whether to look into it.
    fn enter(&mut self, element: ElementRef<'p>) -> bool {
        // An element without names is looked into, and no more.
        if element.value().attrs().next().is_none() {
            return true;
        }
        let words = Words::of_next(element, &mut self.known);
        if words.has(Words::RELATED) || words.has(Words::COMMENTS) {
            return false;
        }
        if self.wants.section
            && self.found.section.is_empty()
            && self.place != Place::Behind
            && is_breadcrumb(element, words)
        {
            self.found.section = path(element);
            return false;
        }
        if self.wants.tags
            && self.place == Place::Behind
            && self.found.tags.is_empty()
            && is_tag_box(element, words)
        {
            self.found.tags = tidied(links(element).map(text));
            return false;
        }
        let is_author = words.has(Words::AUTHOR)
            || words.has(Words::SOURCE)
            || attribute(element, "rel") == Some("author")
            || attribute(element, "itemprop") == Some("author");
        if (self.wants.bylines || words.has(Words::SOURCE)) && is_author && self.place != Place::Above {
            let said = text(element);
            if said.chars().count() <= BYLINE_CHARS_MAX
                && !byline::read(&said).is_empty()
                && !self.found.bylines.contains(&said)
            {
                self.found.bylines.push(said);
            }
            return false;
        }
        true
    }
}

/// Breadcrumbs by name or by microdata.
fn is_breadcrumb(element: ElementRef<'_>, words: Words) -> bool {
    words.has(Words::BREADCRUMB)
        || attribute(element, "itemtype").is_some_and(|kind| kind.ends_with("BreadcrumbList"))
}

fn is_tag_box(element: ElementRef<'_>, words: Words) -> bool {
    words.has(Words::TAGS) && links(element).next().is_some()
}

fn links(element: ElementRef<'_>) -> impl Iterator<Item = ElementRef<'_>> {
    element
        .descendants()
        .filter_map(ElementRef::wrap)
        .filter(|inside| inside.value().name() == "a" && attribute(*inside, "href").is_some())
}

/// The steps of breadcrumbs, without the front page. Where many are listed, those that are marked as active.
fn path(element: ElementRef<'_>) -> Vec<String> {
    let is_active = |link: &ElementRef<'_>| {
        link.ancestors()
            .take(2)
            .filter_map(ElementRef::wrap)
            .chain(std::iter::once(*link))
            .any(|around| has_name(around, &["active", "current"]))
    };
    let all: Vec<ElementRef<'_>> = links(element).collect();
    let active: Vec<ElementRef<'_>> = all.iter().copied().filter(is_active).collect();
    let chosen = if all.len() > SECTIONS_MAX && !active.is_empty() { active } else { all };
    let mut seen = HashSet::new();
    let mut steps: Vec<String> = chosen.into_iter().map(text).collect();
    steps.retain(|step| !step.is_empty() && !is_front_page(step) && seen.insert(key(step)));
    steps.truncate(SECTIONS_MAX);
    steps
}
