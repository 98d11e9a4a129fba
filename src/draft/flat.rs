//! The text of a page as one string of letters and digits, and which part of it each element holds.
//!
//! What a reader found on a page is looked for in this string, and the elements whose part it is are those that a
//! selector has to find. Blanks, signs, marks and capitals do not count, so that cleaning makes no difference.

use std::collections::HashMap;
use std::ops::Range;

use ego_tree::NodeId;
use ego_tree::iter::Edge;
use scraper::{ElementRef, Node};

use crate::extract::is_silent;
use crate::text::clean;
use crate::text::fold::fold;

/// The longest text of one node that is looked at, in bytes: no paragraph is longer.
const TEXT_BYTES_MAX: usize = 64 * 1024;

/// In how many places of a page one text is looked for.
const PLACES_MAX: usize = 40;

/// What two texts have in common that are the same to a reader.
pub(super) fn key(text: &str) -> String {
    fold(&clean::line(text)).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The text of a page.
pub(super) struct Flat {
    text: String,
    spans: HashMap<NodeId, Range<usize>>,
}

impl Flat {
    /// The text below an element.
    pub(super) fn of(root: ElementRef<'_>) -> Flat {
        let mut flat = Flat { text: String::new(), spans: HashMap::new() };
        let mut silent = None;
        for edge in root.traverse() {
            match edge {
                Edge::Open(node) if silent.is_none() => match node.value() {
                    Node::Element(element) if is_silent(element.name()) || element.name() == "head" => {
                        silent = Some(node.id());
                    }
                    Node::Element(_) => {
                        let at = flat.text.len();
                        flat.spans.insert(node.id(), at..at);
                    }
                    Node::Text(text) => {
                        flat.text.push_str(&key(&text[..text.floor_char_boundary(TEXT_BYTES_MAX)]));
                    }
                    _ => {}
                },
                Edge::Close(node) if silent == Some(node.id()) => silent = None,
                Edge::Close(node) if silent.is_none() => {
                    let end = flat.text.len();
                    if let Some(span) = flat.spans.get_mut(&node.id()) {
                        span.end = end;
                    }
                }
                Edge::Open(_) | Edge::Close(_) => {}
            }
        }
        flat
    }

    /// The part that an element holds; none for what is no text.
    pub(super) fn span(&self, node: NodeId) -> Option<Range<usize>> {
        self.spans.get(&node).cloned()
    }

    /// How long an element's text is, in letters and digits (bytes of their folded form).
    pub(super) fn length(&self, node: NodeId) -> usize {
        self.span(node).map_or(0, |span| span.len())
    }

    /// The letters and digits of an element.
    pub(super) fn text(&self, node: NodeId) -> &str {
        self.span(node).map_or("", |span| &self.text[span])
    }

    /// Where a text stands, given by its key.
    pub(super) fn find(&self, key: &str) -> Vec<Range<usize>> {
        if key.is_empty() {
            return Vec::new();
        }
        self.text.match_indices(key).take(PLACES_MAX).map(|(at, found)| at..at + found.len()).collect()
    }

    /// The elements that hold just this part and nothing else.
    pub(super) fn holders(&self, part: &Range<usize>) -> Vec<NodeId> {
        self.spans.iter().filter(|(_, span)| *span == part).map(|(node, _)| *node).collect()
    }

    /// All elements with text in them, with their parts.
    pub(super) fn iter(&self) -> impl Iterator<Item = (NodeId, &Range<usize>)> {
        self.spans.iter().map(|(node, span)| (*node, span))
    }
}
