//! The card of an article on a listing: the box that holds its links and nobody else's, and the date printed there.

use std::collections::HashMap;
use std::sync::LazyLock;

use ego_tree::NodeId;
use regex::Regex;
use scraper::ElementRef;

use super::wording;
use crate::discover::hint::Hints;
use crate::when::When;

/// How far a card may reach out from its link, in elements.
const CARD_STEPS_MAX: usize = 6;

/// How much a card may hold, in nodes; what holds more is a section of the page.
const CARD_NODES_MAX: usize = 250;

/// Attributes in which machines keep the date, the surest first.
const DATE_ATTRIBUTES: [&str; 7] = [
    "datetime",
    "data-time",
    "data-datetime",
    "data-date",
    "data-published",
    "data-publish",
    "data-timestamp",
];

/// The longest text node read as a printed date, in bytes.
const PRINTED_BYTES_MAX: usize = 80;

/// A day, a month and a year in digits, or a number of minutes, hours or days ago: worth a closer look.
static LIKELY_DATE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?\d{2,4}|\d{4}-\d{2}-\d{2}|(?i:\d+\s+(?:giây|phút|giờ|ngày)\s+trước)").ok()
});

/// The largest box around a link that holds no link to another article.
pub(super) fn around<'h>(
    anchor: ElementRef<'h>,
    place: usize,
    places: &HashMap<NodeId, usize>,
) -> ElementRef<'h> {
    let mut card = anchor;
    for outer in anchor.ancestors().filter_map(ElementRef::wrap).take(CARD_STEPS_MAX) {
        let mut nodes = 0;
        let is_own = outer.descendants().all(|node| {
            nodes += 1;
            nodes <= CARD_NODES_MAX && places.get(&node.id()).is_none_or(|other| *other == place)
        });
        if !is_own || matches!(outer.value().name(), "body" | "html" | "main") {
            break;
        }
        card = outer;
    }
    card
}

/// The date in a card: from a machine's attribute, else as printed in an element that is named for it, else as
/// printed in a short text of its own.
pub(super) fn date(card: ElementRef<'_>, hints: Hints) -> Option<When> {
    by_attribute(card, hints).or_else(|| by_name(card, hints)).or_else(|| by_text(card, hints))
}

fn by_attribute(card: ElementRef<'_>, hints: Hints) -> Option<When> {
    card.descendent_elements().find_map(|element| {
        // A Mediatech site keeps the epoch in `rel`.
        let of_time = (element.value().name() == "time").then(|| element.attr("rel")).flatten();
        DATE_ATTRIBUTES
            .iter()
            .filter_map(|name| element.attr(name))
            .chain(of_time)
            .find_map(|value| hints.date(value))
    })
}

fn by_name(card: ElementRef<'_>, hints: Hints) -> Option<When> {
    let is_named =
        |element: &ElementRef<'_>| element.value().name() == "time" || wording::names_date(*element);
    card.descendent_elements()
        .filter(is_named)
        .find_map(|element| printed(&element.text().collect::<String>(), hints))
}

fn by_text(card: ElementRef<'_>, hints: Hints) -> Option<When> {
    card.text().find_map(|text| printed(text, hints))
}

fn printed(text: &str, hints: Hints) -> Option<When> {
    let text = text.trim();
    let is_likely =
        text.len() <= PRINTED_BYTES_MAX && LIKELY_DATE.as_ref().is_some_and(|likely| likely.is_match(text));
    if is_likely { hints.date(text) } else { None }
}
