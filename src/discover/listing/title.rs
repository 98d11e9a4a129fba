//! The title that a listing gives an article: a card has several links to it, and one of them is the headline.

use ego_tree::iter::Edge;
use scraper::{ElementRef, Node};

use super::wording;
use crate::discover::links::Rank;
use crate::text::clean;

/// The longest title, in bytes; a link around a whole card is longer.
const TITLE_BYTES_MAX: usize = 600;

/// Words from which a link's text is taken for a title.
const TITLE_WORDS_MIN: usize = 4;

/// How far a heading around a link may be, in elements.
const HEADING_STEPS_MAX: usize = 3;

/// The titles that a link offers.
pub(super) fn titles(anchor: ElementRef<'_>, is_picked: bool) -> Vec<(Rank, String)> {
    let mut titles = Vec::new();
    let attribute = anchor.attr("title").map(clean::line).filter(|title| !wording::is_label(title));
    let heading = heading_within(anchor).or_else(|| is_headline(anchor, is_picked).then_some(anchor));
    if let Some(text) = heading.and_then(text).filter(|text| !wording::is_label(text)) {
        titles.push((Rank::Heading, unshortened(text, attribute.as_deref())));
    } else if let Some(text) = text(anchor).filter(|text| !wording::is_label(text) && !is_teaser(anchor)) {
        let rank = if text.split(' ').count() < TITLE_WORDS_MIN { Rank::Short } else { Rank::Text };
        titles.push((rank, text));
    }
    titles.extend(attribute.map(|title| (Rank::Attribute, title)));
    let image = anchor.descendent_elements().find(|element| element.value().name() == "img");
    let alternative = image.and_then(|image| image.attr("alt")).map(clean::line);
    titles.extend(alternative.filter(|text| !wording::is_label(text)).map(|text| (Rank::Image, text)));
    titles
}

/// The whole title where the text was shortened with dots and the attribute goes on from there.
fn unshortened(text: String, attribute: Option<&str>) -> String {
    let Some(start) = text.strip_suffix("...").or(text.strip_suffix('…')).map(str::trim_end) else {
        return text;
    };
    attribute.filter(|whole| whole.starts_with(start) && whole.len() > text.len()).map_or(text, str::to_owned)
}

/// Whether text right in an element is a headline's.
pub(super) fn is_headline_element(element: ElementRef<'_>) -> bool {
    element.value().name() == "a" || is_heading(element) || wording::names_title(element)
}

pub(super) fn is_heading(element: ElementRef<'_>) -> bool {
    matches!(element.value().name(), "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

fn heading_within(anchor: ElementRef<'_>) -> Option<ElementRef<'_>> {
    let within = || anchor.descendent_elements().skip(1);
    within()
        .find(|element| is_heading(*element))
        .or_else(|| within().find(|element| wording::names_title(*element)))
}

/// Whether a link is a headline: a selector of the layout says so, a heading stands around it, or its name does.
fn is_headline(anchor: ElementRef<'_>, is_picked: bool) -> bool {
    let mut around = anchor.ancestors().filter_map(ElementRef::wrap).take(HEADING_STEPS_MAX);
    let is_named = is_picked || wording::names_title(anchor);
    !is_teaser(anchor)
        && (is_named || around.any(|element| is_heading(element) || wording::names_title(element)))
}

/// Whether the link is the summary of the article.
fn is_teaser(anchor: ElementRef<'_>) -> bool {
    let parent = anchor.parent().and_then(ElementRef::wrap);
    wording::names_teaser(anchor) || parent.is_some_and(wording::names_teaser)
}

/// The text of an element, without what is not printed; none where there is none or too much.
fn text(element: ElementRef<'_>) -> Option<String> {
    let mut out = String::new();
    let mut hidden = 0_usize;
    for edge in element.traverse() {
        let is_open = matches!(edge, Edge::Open(_));
        let (Edge::Open(node) | Edge::Close(node)) = edge;
        match node.value() {
            Node::Text(text) if is_open && hidden == 0 => {
                out.push_str(text);
                if out.len() > 2 * TITLE_BYTES_MAX {
                    return None;
                }
            }
            Node::Element(inner) => match inner.name() {
                "script" | "style" | "noscript" | "template" | "time" | "svg" => {
                    hidden = if is_open { hidden + 1 } else { hidden.saturating_sub(1) };
                }
                "a" | "span" | "b" | "i" | "em" | "strong" | "u" | "font" | "sup" | "sub" | "mark" => {}
                _ => out.push(' '),
            },
            _ => {}
        }
    }
    Some(clean::line(&out)).filter(|text| !text.is_empty() && text.len() <= TITLE_BYTES_MAX)
}
