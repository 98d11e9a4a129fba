//! What is printed with the text: the lead above it, the date beside the headline, and the furniture in between.

use chrono::{DateTime, Utc};
use ego_tree::NodeId;
use scraper::ElementRef;

use super::body::{is_headline, is_lead};
use super::scan::Scan;
use crate::article::Origin;
use crate::extract::document::{Document, attribute};
use crate::extract::meta::Told;
use crate::text::clean;
use crate::text::date::{self, DateOrderHint};
use crate::when::When;

/// How many lines before the headline a date may stand.
const LINES_BEFORE: usize = 12;

/// How many lines behind the body a date or a byline may stand.
const LINES_BEHIND: usize = 8;

/// The longest date line, in letters and signs.
pub(super) const DATE_CHARS_MAX: u32 = 90;

/// A line of so many letters and signs can be a lead without being called so.
const LEAD_CHARS_MIN: u32 = 60;

/// A section's link above the headline stands among no more links; a menu has more.
pub(super) const LINKS_ABOVE_MAX: usize = 2;

/// Words in the names of elements that show the time of the fetch.
const CLOCKS: [&str; 8] =
    ["today", "clock", "now", "homnay", "datenow", "datetimenow", "currenttime", "timenow"];

/// What is known when the surroundings are looked at.
pub(super) struct Around<'a> {
    pub(super) document: &'a Document,
    pub(super) scan: &'a Scan,
    /// The box of the body.
    pub(super) root: usize,
    /// The line of the headline.
    pub(super) title: Option<usize>,
    /// The page's description, folded as titles are compared.
    pub(super) description: &'a str,
}

impl Around<'_> {
    /// The line where the text begins: the body's first, or where the headline stands in the body's own box, the
    /// first behind it that is running text and not the lead.
    pub(super) fn start(&self) -> usize {
        let found = &self.scan.boxes[self.root];
        let Some(title) = self.title.filter(|title| *title >= found.first) else { return found.first };
        let is_text = |at: &usize| self.can_be_lead(*at) && !self.is_lead(*at);
        (title + 1..found.end).find(is_text).unwrap_or(found.end)
    }

    /// The lines between the headline and the text.
    pub(super) fn between(&self) -> std::ops::Range<usize> {
        let start = self.start();
        self.title.map_or(start..start, |title| (title + 1).min(start)..start)
    }

    fn is_lead(&self, at: usize) -> bool {
        is_lead(self.scan, at, 0, self.description)
    }

    /// Texts that can be the lead: called so, described so, or alone as running text above the body.
    pub(super) fn leads(&self) -> Vec<String> {
        let prose: Vec<usize> = self.between().filter(|at| self.can_be_lead(*at)).collect();
        let called: Vec<usize> = prose.iter().copied().filter(|at| self.is_lead(*at)).collect();
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
    pub(super) fn dates(&self, fetched_at: DateTime<Utc>) -> Vec<Told<When>> {
        let found = &self.scan.boxes[self.root];
        let title = self.title.unwrap_or(found.first);
        let before_title = (title.saturating_sub(LINES_BEFORE)..title).rev();
        // Behind the first link to another article, dates are those of others.
        let behind_body = (found.end..(found.end + LINES_BEHIND).min(self.scan.lines.len()))
            .take_while(|at| !is_headline(&self.scan.lines[*at]));
        self.between()
            .chain(before_title)
            .chain(behind_body)
            .filter_map(|at| {
                let line = &self.scan.lines[at];
                let can_be_date =
                    line.chars <= DATE_CHARS_MAX && line.digits >= 3 && !line.is_aside && !line.is_prose;
                if !can_be_date || self.is_clock(at) {
                    return None;
                }
                let when = date::printed(self.scan.text(at), DateOrderHint::DayFirst, Some(fetched_at))?;
                let is_before = at < title && !self.is_near(at, title);
                (!date::is_header_clock(&when, fetched_at, is_before))
                    .then(|| Told::new(when, Origin::Generic))
            })
            .collect()
    }

    /// Whether a line stands in an element that is called a clock.
    fn is_clock(&self, at: usize) -> bool {
        let node = self.scan.boxes[self.scan.lines[at].within].node;
        self.document.element(node).is_some_and(|element| has_name(element, &CLOCKS))
    }

    /// Whether a line before the headline belongs to it: no menu stands between, or a box below the page's own holds
    /// both.
    fn is_near(&self, at: usize, title: usize) -> bool {
        let links =
            (at..title).filter(|at| self.scan.lines[*at].linked == self.scan.lines[*at].chars).count();
        let mut shared = self.scan.around(title).skip(1).take(2);
        links <= LINKS_ABOVE_MAX || shared.any(|place| place > 0 && self.scan.boxes[place].first <= at)
    }

    /// Elements within the body's that stand above its text and are none of it: the headline with all that is in
    /// its box, date lines, buttons.
    pub(super) fn furniture(&self) -> Vec<NodeId> {
        let found = &self.scan.boxes[self.root];
        let text = self.start();
        let Some(title) = self.title.filter(|title| *title >= found.first && text < found.end) else {
            return self.links_above();
        };
        let first = (title + 1..text).find(|at| self.can_be_lead(*at)).unwrap_or(text);
        let mut nodes = self.above(first);
        for at in found.first..text {
            // The outermost box that ends above the text, but not one of the lead alone, which is known by its text.
            let outermost = self
                .scan
                .around(at)
                .take_while(|place| *place != self.root && self.scan.boxes[*place].end <= text)
                .filter(|place| at < first || self.scan.boxes[*place].first <= title)
                .last();
            nodes.extend(outermost.map(|place| self.scan.boxes[place].node));
        }
        nodes.dedup();
        nodes
    }

    /// Boxes of links above the first text of the body.
    fn links_above(&self) -> Vec<NodeId> {
        let found = &self.scan.boxes[self.root];
        let text = (found.first..found.end).find(|at| self.can_be_lead(*at)).unwrap_or(found.first);
        let lines =
            (found.first..text).filter(|at| self.scan.lines[*at].linked == self.scan.lines[*at].chars);
        let boxes = lines.filter_map(|at| {
            let around = self.scan.around(at).take_while(|place| *place != self.root);
            around.take_while(|place| self.scan.boxes[*place].end <= text).last()
        });
        let nodes = boxes.map(|place| self.scan.boxes[place].node);
        nodes.filter(|node| self.document.element(*node).is_some_and(|element| !has_photo(element))).collect()
    }

    /// The children of the body's element that stand above the one with its first text, but for photos.
    fn above(&self, text: usize) -> Vec<NodeId> {
        let node = |place: usize| self.scan.boxes[place].node;
        let Some(root) = self.document.element(node(self.root)) else { return Vec::new() };
        let holder = self.scan.around(text).take_while(|place| *place != self.root).last().map(node);
        let Some(holder) = holder else { return Vec::new() };
        let above = root.children().take_while(|child| child.id() != holder).filter_map(ElementRef::wrap);
        above.filter(|child| !has_photo(*child)).map(|child| child.id()).collect()
    }
}

/// Whether one of an element's names has one of the words, alone or between dashes and underlines.
pub(super) fn has_name(element: ElementRef<'_>, words: &[&str]) -> bool {
    ["class", "id"].iter().filter_map(|name| attribute(element, name)).any(|names| {
        names
            .split(|c: char| !c.is_ascii_alphanumeric())
            .any(|word| words.iter().any(|known| word.eq_ignore_ascii_case(known)))
    })
}

fn has_photo(element: ElementRef<'_>) -> bool {
    element
        .descendants()
        .filter_map(|node| node.value().as_element())
        .any(|inside| matches!(inside.name(), "img" | "amp-img"))
}
