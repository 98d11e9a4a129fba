//! What stands around the body: lead, date, byline, section, tags.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use ego_tree::{NodeId, NodeRef};
use scraper::{ElementRef, Node};

use super::body::is_lead;
use super::scan::Scan;
use super::{Found, key};
use crate::article::Origin;
use crate::extract::document::{Document, attribute, is_silent, text};
use crate::extract::meta::{Told, tidied};
use crate::extract::words::Words;
use crate::text::byline;
use crate::text::clean;
use crate::text::date::{self, DateOrderHint};

/// How many lines before the headline a date may stand.
const LINES_BEFORE: usize = 12;

/// How many lines behind the body a date or a byline may stand.
const LINES_BEHIND: usize = 8;

/// The longest date line, in letters and signs.
const DATE_CHARS_MAX: u32 = 90;

/// The longest byline, in characters.
const BYLINE_CHARS_MAX: usize = 130;

/// A line of so many letters and signs can be a lead without being called so.
const LEAD_CHARS_MIN: u32 = 60;

/// How far around the body is looked, in elements up.
const LEVELS_UP: usize = 6;

/// How many elements around the body are looked at.
const ELEMENTS_MAX: usize = 5_000;

/// A path of sections is no longer.
const SECTIONS_MAX: usize = 4;

/// What is known when the surroundings are looked at.
pub(super) struct Around<'a> {
    pub(super) document: &'a Document,
    pub(super) scan: &'a Scan,
    /// The box of the body.
    pub(super) root: usize,
    /// The line of the headline.
    pub(super) title: Option<usize>,
    /// The page's description, as [`key`].
    pub(super) description: &'a str,
}

impl Around<'_> {
    /// The lines between the headline and the body.
    fn between(&self) -> std::ops::Range<usize> {
        let first = self.scan.boxes[self.root].first;
        self.title.map_or(first..first, |title| (title + 1).min(first)..first)
    }

    /// Texts that can be the lead: called so, described so, or alone as running text above the body.
    pub(super) fn leads(&self) -> Vec<String> {
        let prose: Vec<usize> = self.between().filter(|at| self.can_be_lead(*at)).collect();
        let called: Vec<usize> =
            prose.iter().copied().filter(|at| is_lead(self.scan, *at, 0, self.description)).collect();
        let lines = match (called.as_slice(), prose.as_slice()) {
            ([], [alone]) => vec![*alone],
            _ => called,
        };
        let mut leads: Vec<String> = Vec::new();
        // Lines of one box are one lead.
        let mut last: Option<usize> = None;
        for at in lines {
            let text = clean::line(self.scan.text(at));
            let of_same = last.is_some_and(|last| self.scan.lines[last].within == self.scan.lines[at].within);
            match leads.last_mut().filter(|_| of_same) {
                Some(lead) => {
                    lead.push(' ');
                    lead.push_str(&text);
                }
                None => leads.push(text),
            }
            last = Some(at);
        }
        leads
    }

    fn can_be_lead(&self, at: usize) -> bool {
        let line = &self.scan.lines[at];
        let is_text = line.is_prose || line.chars >= LEAD_CHARS_MIN && line.linked * 3 < line.chars;
        is_text && !line.is_aside
    }

    /// Times printed by the headline: behind it up to the body, then before it, then behind the body. The clock in
    /// the page's header is none.
    pub(super) fn dates(&self, fetched_at: DateTime<Utc>) -> Vec<Told<crate::when::When>> {
        let found = &self.scan.boxes[self.root];
        let title = self.title.unwrap_or(found.first);
        let behind_title = (title + 1).min(found.first)..(found.first + 2).min(found.end);
        let before_title = (title.saturating_sub(LINES_BEFORE)..title).rev();
        let behind_body = found.end..(found.end + LINES_BEHIND).min(self.scan.lines.len());
        behind_title
            .chain(before_title)
            .chain(behind_body)
            .filter_map(|at| {
                let line = &self.scan.lines[at];
                if line.chars > DATE_CHARS_MAX || line.digits < 3 || line.is_aside {
                    return None;
                }
                let when = date::printed(self.scan.text(at), DateOrderHint::DayFirst, Some(fetched_at))?;
                let is_before = at < title && !self.is_near(at, title);
                (!date::is_header_clock(&when, fetched_at, is_before))
                    .then(|| Told::new(when, Origin::Generic))
            })
            .collect()
    }

    /// Whether a line before the headline is in a box that the headline shares, below the page's own.
    fn is_near(&self, at: usize, title: usize) -> bool {
        let found = self.scan.around(title).skip(1).take(2);
        found.into_iter().any(|place| place > 0 && self.scan.boxes[place].first <= at)
    }

    /// Elements within the body's that stand above its text and are none of it.
    pub(super) fn furniture(&self) -> Vec<NodeId> {
        let found = &self.scan.boxes[self.root];
        let text = (found.first..found.end)
            .find(|at| self.can_be_lead(*at) && self.title.is_none_or(|title| *at > title));
        let Some(text) = text.filter(|_| self.title.is_some_and(|title| title >= found.first)) else {
            return Vec::new();
        };
        let mut nodes = Vec::new();
        for at in found.first..text {
            // The outermost box that ends above the text.
            let outermost = self
                .scan
                .around(at)
                .take_while(|place| *place != self.root && self.scan.boxes[*place].end <= text)
                .last();
            nodes.extend(outermost.map(|place| self.scan.boxes[place].node));
        }
        nodes.dedup();
        nodes
    }

    /// Looks through the elements around the body for bylines, tags and the path of sections.
    pub(super) fn look(&self, found: &mut Found) {
        let Some(root) = self.document.element(self.scan.boxes[self.root].node) else { return };
        let title = self.title.map(|title| self.scan.boxes[self.scan.lines[title].within].node);
        let top =
            root.ancestors().take(LEVELS_UP).filter(|node| node.value().is_element()).last().unwrap_or(*root);
        let mut looker = Looker { found, body: root.id(), title, place: Place::Above, left: ELEMENTS_MAX };
        looker.walk(top);
        if found.bylines.is_empty() {
            let lines = self.between().filter(|at| !self.scan.lines[*at].is_aside);
            found.bylines.extend(
                lines
                    .map(|at| self.scan.text(at))
                    .filter(|line| byline::opening(line).is_some())
                    .map(clean::line),
            );
        }
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

struct Looker<'f> {
    found: &'f mut Found,
    body: NodeId,
    title: Option<NodeId>,
    place: Place,
    left: usize,
}

impl Looker<'_> {
    /// Goes through the elements below one in document order, past those that are dealt with.
    fn walk(&mut self, top: NodeRef<'_, Node>) {
        let mut stack = vec![top];
        while let Some(node) = stack.pop() {
            let Some(element) = ElementRef::wrap(node) else { continue };
            if self.left == 0 || is_silent(element.value().name()) {
                continue;
            }
            self.left -= 1;
            if node.id() == self.body {
                self.place = Place::Behind;
            } else if self.enter(element) {
                stack.extend(node.children().rev());
            }
            if Some(node.id()) == self.title && self.place == Place::Above {
                self.place = Place::Between;
            }
        }
    }

    /// Takes an element and tells whether to look into it.
    fn enter(&mut self, element: ElementRef<'_>) -> bool {
        let words = Words::of(element);
        if words.has(Words::RELATED) || words.has(Words::COMMENTS) {
            return false;
        }
        if self.found.section.is_empty() && self.place != Place::Behind && is_breadcrumb(element) {
            self.found.section = path(element);
            return false;
        }
        if self.place == Place::Behind && self.found.tags.is_empty() && is_tag_box(element) {
            self.found.tags = tidied(links(element).map(text));
            return false;
        }
        let is_author = words.has(Words::AUTHOR)
            || attribute(element, "rel") == Some("author")
            || attribute(element, "itemprop") == Some("author");
        if is_author && self.place != Place::Above {
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
fn is_breadcrumb(element: ElementRef<'_>) -> bool {
    has_name(element, &["breadcrumb", "breadcrumbs", "bread-crumb"])
        || attribute(element, "itemtype").is_some_and(|kind| kind.ends_with("BreadcrumbList"))
}

fn is_tag_box(element: ElementRef<'_>) -> bool {
    has_name(element, &["tag", "tags", "keyword", "keywords", "tukhoa", "taglist", "tagdetail"])
        && links(element).next().is_some()
}

/// Whether one of an element's names has one of the words, alone or between dashes and underlines.
fn has_name(element: ElementRef<'_>, words: &[&str]) -> bool {
    ["class", "id"].iter().filter_map(|name| attribute(element, name)).any(|names| {
        names
            .split(|c: char| !c.is_ascii_alphanumeric())
            .any(|word| words.iter().any(|known| word.eq_ignore_ascii_case(known)))
    })
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
    steps.retain(|step| {
        !step.is_empty() && !crate::extract::json_ld::is_front_page(step) && seen.insert(key(step))
    });
    steps.truncate(SECTIONS_MAX);
    steps
}
