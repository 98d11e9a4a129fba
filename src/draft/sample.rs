//! One page that a draft is made from: its tree, its text, and what the generic reader says of it.

use std::collections::HashMap;

use ego_tree::NodeId;
use scraper::{ElementRef, Html};
use url::Url;

use super::flat::Flat;
use crate::article::Article;
use crate::extract;
use crate::html;
use crate::newspaper::{Anchor, Newspaper, Pick};
use crate::page::{Page, Unfit};
use crate::text::charset;

/// How many elements of a page one selector is tried on: names that more bear say nothing.
const TRIED_MAX: usize = 2_000;

/// A page that a draft is made from.
pub(super) struct Sample<'p> {
    /// The page.
    pub(super) page: &'p Page,
    html: Html,
    /// Its text.
    pub(super) flat: Flat,
    /// What it says, read without any selector.
    pub(super) article: Result<Article, Unfit>,
    /// Elements by `#id`, `.class` and tag, in document order.
    index: HashMap<String, Vec<NodeId>>,
    /// All elements, in document order.
    order: HashMap<NodeId, usize>,
}

impl<'p> Sample<'p> {
    /// Parses and reads a page.
    pub(super) fn of(page: &'p Page) -> Sample<'p> {
        let unknown = Newspaper::unknown(page.url.host_str().unwrap_or_default());
        let text = charset::decode(&page.body, page.content_type()).text.into_owned();
        let html = html::document(&text);
        let flat = Flat::of(html.root_element());
        let mut index: HashMap<String, Vec<NodeId>> = HashMap::new();
        let mut order = HashMap::new();
        for (at, element) in html.root_element().descendent_elements().enumerate() {
            order.insert(element.id(), at);
            let value = element.value();
            let mut note = |key: String| index.entry(key).or_default().push(element.id());
            note(value.name().to_owned());
            value.id().into_iter().for_each(|id| note(format!("#{id}")));
            value.classes().for_each(|class| note(format!(".{class}")));
        }
        Sample { page, html, flat, article: extract::article(&unknown, page), index, order }
    }

    /// The elements that a selector finds, in document order.
    pub(super) fn select(&self, pick: &Pick) -> Vec<ElementRef<'_>> {
        let key = match &pick.anchor {
            Anchor::Id(id) => format!("#{id}"),
            Anchor::Class(class) => format!(".{class}"),
            Anchor::Tag(tag) => tag.clone(),
            Anchor::Any => return self.html.select(&pick.selector).collect(),
        };
        let nodes = self.index.get(&key).map(Vec::as_slice).unwrap_or_default();
        let elements = nodes.iter().take(TRIED_MAX).filter_map(|node| self.element(*node));
        elements.filter(|element| pick.selector.matches(element)).collect()
    }

    /// The element that a node is.
    pub(super) fn element(&self, node: NodeId) -> Option<ElementRef<'_>> {
        self.html.tree.get(node).and_then(ElementRef::wrap)
    }

    /// The elements of a tag, in document order.
    pub(super) fn tagged(&self, tag: &str) -> impl Iterator<Item = ElementRef<'_>> {
        self.index.get(tag).into_iter().flatten().filter_map(|node| self.element(*node))
    }

    /// The place of an element in the document.
    pub(super) fn place(&self, node: NodeId) -> usize {
        self.order.get(&node).copied().unwrap_or(usize::MAX)
    }

    /// Whether an element is another or stands in it.
    pub(super) fn is_within(&self, node: NodeId, outer: NodeId) -> bool {
        node == outer
            || self
                .element(node)
                .is_some_and(|element| element.ancestors().any(|around| around.id() == outer))
    }

    /// The content of the first `<meta>` of a name.
    pub(super) fn meta(&self, name: &str) -> Option<&str> {
        let named = |element: &ElementRef<'_>| {
            ["property", "name", "itemprop"].iter().any(|key| element.attr(key) == Some(name))
        };
        let content = self.tagged("meta").find(named)?.attr("content")?.trim();
        (!content.is_empty()).then_some(content)
    }

    /// The addresses that the page links to, with the links.
    pub(super) fn links(&self) -> impl Iterator<Item = (ElementRef<'_>, Url)> {
        self.tagged("a").filter_map(|link| {
            let address = link.attr("href")?.trim();
            if address.is_empty() || address.starts_with('#') {
                return None;
            }
            let url = self.page.url.join(address).ok()?;
            matches!(url.scheme(), "http" | "https").then_some((link, url))
        })
    }
}
