//! The card of an article on a listing: the box that holds its links and nobody else's, and the date printed there.

use std::collections::HashMap;
use std::sync::LazyLock;

use ego_tree::{NodeId, NodeRef};
use regex::Regex;
use scraper::{ElementRef, Node};

use super::{title, wording};
use crate::discover::hint::Hints;
use crate::when::When;

/// How far a card may reach out from its link, in elements.
const CARD_STEPS_MAX: usize = 6;

/// How much a card may hold, in nodes; what holds more is a section of the page.
const CARD_NODES_MAX: usize = 250;

/// The longest text node read as a printed date, in bytes.
const PRINTED_BYTES_MAX: usize = 80;

/// A day, a month and a year in digits, or a number of minutes, hours or days ago: worth a closer look.
static LIKELY_DATE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?\d{2,4}|\d{4}-\d{2}-\d{2}|(?i:\d+\s+(?:giây|phút|giờ|ngày)\s+trước)").ok()
});

/// The date in the card of a link.
pub(super) fn date(
    anchor: ElementRef<'_>,
    place: usize,
    places: &HashMap<NodeId, usize>,
    hints: Hints,
) -> Option<When> {
    let card = Card::around(anchor, place, places);
    // A machine's attribute is surest, then what is printed in an element named for it, then any short text.
    by_attribute(&card, hints).or_else(|| by_name(&card, hints)).or_else(|| by_text(&card, hints))
}

/// The nodes of a card, in their order.
struct Card<'h>(Vec<NodeRef<'h, Node>>);

impl<'h> Card<'h> {
    /// The largest box around a link that holds no link to another article; within an `<article>` that such links
    /// close (related articles under the summary), what stands before the first of them.
    fn around(anchor: ElementRef<'h>, place: usize, places: &HashMap<NodeId, usize>) -> Card<'h> {
        let is_other = |node: &NodeRef<'h, Node>| places.get(&node.id()).is_some_and(|other| *other != place);
        let mut card = anchor;
        for outer in anchor.ancestors().filter_map(ElementRef::wrap).take(CARD_STEPS_MAX) {
            let name = outer.value().name();
            if matches!(name, "body" | "html" | "main") {
                break;
            }
            let own: Vec<_> =
                outer.descendants().take(CARD_NODES_MAX).take_while(|node| !is_other(node)).collect();
            let is_whole = own.len() < CARD_NODES_MAX && outer.descendants().nth(own.len()).is_none();
            if !is_whole {
                let opens_article = name == "article" && own.iter().any(|node| node.id() == anchor.id());
                return if opens_article { Card(own) } else { Card(card.descendants().collect()) };
            }
            card = outer;
        }
        Card(card.descendants().take(CARD_NODES_MAX).collect())
    }

    fn elements(&self) -> impl Iterator<Item = ElementRef<'h>> {
        self.0.iter().copied().filter_map(ElementRef::wrap)
    }
}

fn by_attribute(card: &Card<'_>, hints: Hints) -> Option<When> {
    card.elements().find_map(|element| {
        let is_time = element.value().name() == "time";
        let mut dates = element.value().attrs().filter(|(name, _)| is_date_attribute(name, is_time));
        dates.find_map(|(_, value)| hints.written(value))
    })
}

/// Whether machines keep a date in an attribute: `datetime`, `data-time`, `data-publishtime`, and in Mediatech's
/// pages the `rel` of a `<time>`.
fn is_date_attribute(name: &str, is_time: bool) -> bool {
    let is_data =
        name.strip_prefix("data-").is_some_and(|rest| rest.contains("time") || rest.contains("date"));
    is_data || name == "datetime" || (is_time && name == "rel")
}

fn by_name(card: &Card<'_>, hints: Hints) -> Option<When> {
    let is_named =
        |element: &ElementRef<'_>| element.value().name() == "time" || wording::names_date(*element);
    card.elements().filter(is_named).find_map(|element| printed(&element.text().collect::<String>(), hints))
}

fn by_text(card: &Card<'_>, hints: Hints) -> Option<When> {
    let texts = card.0.iter().filter(|node| !is_of_title(**node)).filter_map(|node| node.value().as_text());
    texts.filter(|text| words(text) <= DATE_WORDS_MAX).find_map(|text| printed(text, hints))
}

/// How many words stand in a date line: `Cập nhật lúc 08:15 ngày 06/03/2026 (GMT+7)` has five.
const DATE_WORDS_MAX: usize = 5;

fn words(text: &str) -> usize {
    text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).count()
}

/// Whether a text stands in a headline, where dates are those of events.
fn is_of_title(node: NodeRef<'_, Node>) -> bool {
    let mut around = node.ancestors().filter_map(ElementRef::wrap).take(TITLE_STEPS_MAX);
    around.next().is_some_and(title::is_headline_element) || around.any(title::is_heading)
}

/// How far a headline may be around its text, in elements.
const TITLE_STEPS_MAX: usize = 3;

fn printed(text: &str, hints: Hints) -> Option<When> {
    let text = text.trim();
    let is_likely =
        text.len() <= PRINTED_BYTES_MAX && LIKELY_DATE.as_ref().is_some_and(|likely| likely.is_match(text));
    if is_likely { hints.printed(text) } else { None }
}
