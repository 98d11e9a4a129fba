//! A page as a tree, with the few elements that anybody will ask for found in one pass.
//!
//! Reading must cost little more than parsing, so the tree is walked once: each element is tried only against the
//! selectors whose anchor (id, class, tag) it has, and the elements of the head are noted on the way.

use std::collections::BTreeSet;

use ego_tree::{NodeId, NodeRef};
use html5ever::{local_name, ns};
use scraper::{ElementRef, Html, Node};
use url::Url;

use super::anchors::Anchors;
use crate::html;
use crate::newspaper::{Field, Layout};
use crate::text::clean;

/// The kinds of elements that the one pass notes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// `<meta>`
    Meta,
    /// `<link>`
    Link,
    /// `<title>` of the page (not of a drawing).
    Title,
    /// `<script type="application/ld+json">`
    JsonLd,
    /// `<time>`
    Time,
    /// `<h1>`
    Headline,
    /// `<base>`
    Base,
}

/// A parsed page.
pub(crate) struct Document {
    html: Html,
    base: Url,
    /// All elements in document order.
    elements: Vec<NodeId>,
    marks: Vec<(Mark, NodeId)>,
    picks: Vec<Found>,
    dropped: BTreeSet<NodeId>,
    captions: BTreeSet<NodeId>,
}

/// An element that a selector of the layout finds.
struct Found {
    field: Field,
    rank: usize,
    node: NodeId,
}

impl Document {
    /// Parses the text of the page at `url` and finds in it what the layout names.
    pub(crate) fn parse(text: &str, url: &Url, layout: Option<&Layout>) -> Document {
        let html = html::document(text);
        let (elements, marks) = walk(&html);
        let mut document = Document {
            html,
            base: url.clone(),
            elements,
            marks,
            picks: Vec::new(),
            dropped: BTreeSet::new(),
            captions: BTreeSet::new(),
        };
        document.find(layout);
        if let Some(base) = document.declared_base(url) {
            document.base = base;
        }
        document
    }

    /// Finds what a layout names, in place of what the one before named.
    pub(super) fn find(&mut self, layout: Option<&Layout>) {
        (self.picks, self.dropped, self.captions) = Default::default();
        let Some(layout) = layout else { return };
        let anchors = Anchors::of(layout);
        for node in &self.elements {
            let Some(element) = self.html.tree.get(*node).and_then(ElementRef::wrap) else { continue };
            anchors.matching(element, |field, rank| {
                if field == Field::Drop {
                    self.dropped.insert(*node);
                    return;
                }
                if field == Field::Caption {
                    self.captions.insert(*node);
                }
                self.picks.push(Found { field, rank, node: *node });
            });
        }
    }

    fn declared_base(&self, url: &Url) -> Option<Url> {
        let address = self.marked(Mark::Base).find_map(|base| attribute(base, "href"))?;
        url.join(address.trim()).ok()
    }

    /// The root of the tree.
    pub(crate) fn root(&self) -> ElementRef<'_> {
        self.html.root_element()
    }

    /// All elements, in document order.
    pub(super) fn elements(&self) -> impl Iterator<Item = ElementRef<'_>> {
        self.elements.iter().filter_map(|node| self.element(*node))
    }

    /// The elements of a kind, in document order.
    pub(crate) fn marked(&self, mark: Mark) -> impl Iterator<Item = ElementRef<'_>> {
        self.marks.iter().filter(move |(kind, _)| *kind == mark).filter_map(|(_, node)| self.element(*node))
    }

    /// The elements that a field's selectors find, the most preferred selector first, each selector's finds in
    /// document order. The rank is the selector's place in the layout's list.
    pub(crate) fn picked(&self, field: Field) -> Vec<(usize, ElementRef<'_>)> {
        let mut found: Vec<(usize, ElementRef<'_>)> = self
            .picks
            .iter()
            .filter(|pick| pick.field == field)
            .filter_map(|pick| Some((pick.rank, self.element(pick.node)?)))
            .collect();
        found.sort_by_key(|(rank, _)| *rank);
        found
    }

    /// Captions and photos that the layout finds outside of `root`, those before it and those behind it, in
    /// document order.
    pub(super) fn beside(&self, root: ElementRef<'_>) -> [Vec<(Field, ElementRef<'_>)>; 2] {
        let mut beside = [Vec::new(), Vec::new()];
        let mut is_behind = false;
        for found in &self.picks {
            is_behind |= found.node == root.id();
            let Some(element) = self.element(found.node) else { continue };
            let is_wanted = matches!(found.field, Field::Caption | Field::Photo);
            if is_wanted && !element.ancestors().any(|node| node.id() == root.id()) {
                beside[usize::from(is_behind)].push((found.field, element));
            }
        }
        beside
    }

    /// Whether the layout says that the element is no part of the article.
    pub(super) fn is_dropped(&self, node: NodeId) -> bool {
        !self.dropped.is_empty() && self.dropped.contains(&node)
    }

    /// Whether the layout says that the element is a caption.
    pub(super) fn is_caption(&self, node: NodeId) -> bool {
        !self.captions.is_empty() && self.captions.contains(&node)
    }

    /// An address on the page made absolute. HTML, §2.4.1: against the first `<base>`, else the page's address.
    pub(crate) fn absolute(&self, address: &str) -> Option<Url> {
        self.base.join(address.trim()).ok()
    }

    /// The element that a node is.
    pub(crate) fn element(&self, node: NodeId) -> Option<ElementRef<'_>> {
        self.html.tree.get(node).and_then(ElementRef::wrap)
    }

    /// Adds elements to what is no part of the article.
    pub(super) fn leave_out(&mut self, nodes: impl IntoIterator<Item = NodeId>) {
        self.dropped.extend(nodes);
    }
}

/// The one pass over the tree: its elements in document order, and those that somebody will ask for.
fn walk(html: &Html) -> (Vec<NodeId>, Vec<(Mark, NodeId)>) {
    // About half of the nodes are text.
    let mut elements = Vec::with_capacity(html.tree.nodes().len() / 2);
    let mut marks = Vec::new();
    for element in preorder(html.tree.root(), |_| true).filter_map(ElementRef::wrap) {
        elements.push(element.id());
        marks.extend(mark(element).map(|mark| (mark, element.id())));
    }
    (elements, marks)
}

/// A node and all within it, in document order, but for what is within nodes that are not entered. Half the steps of
/// [`NodeRef::descendants`], which leaves each node as it enters it.
pub(super) fn preorder<'a>(
    root: NodeRef<'a, Node>,
    is_entered: impl Fn(NodeRef<'a, Node>) -> bool,
) -> impl Iterator<Item = NodeRef<'a, Node>> {
    std::iter::successors(Some(root), move |node| {
        let mut node = *node;
        if let Some(child) = node.first_child().filter(|_| is_entered(node)) {
            return Some(child);
        }
        while node != root {
            if let Some(next) = node.next_sibling() {
                return Some(next);
            }
            node = node.parent()?;
        }
        None
    })
}

fn mark(element: ElementRef<'_>) -> Option<Mark> {
    let name = &element.value().name;
    match name.local {
        local_name!("meta") => Some(Mark::Meta),
        local_name!("link") => Some(Mark::Link),
        local_name!("base") => Some(Mark::Base),
        // The title of a drawing is of another namespace.
        local_name!("title") if name.ns == ns!(html) => Some(Mark::Title),
        local_name!("time") => Some(Mark::Time),
        local_name!("h1") => Some(Mark::Headline),
        local_name!("script") => attribute(element, "type")
            .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/ld+json"))
            .then_some(Mark::JsonLd),
        _ => None,
    }
}

/// The value of an element's attribute. Cheaper than [`scraper::node::Element::attr`], which interns the name.
pub(crate) fn attribute<'a>(element: ElementRef<'a>, name: &str) -> Option<&'a str> {
    element.value().attrs().find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// Elements whose insides are no text of the page.
pub(crate) fn is_silent(tag: &str) -> bool {
    matches!(
        tag,
        "script"
            | "style"
            | "noscript"
            | "template"
            | "iframe"
            | "object"
            | "embed"
            | "svg"
            | "math"
            | "canvas"
            | "video"
            | "audio"
            | "button"
            | "input"
            | "select"
            | "textarea"
            | "meta"
            | "link"
            | "title"
            | "map"
    )
}

/// Elements that begin a line of their own.
pub(super) fn is_block(tag: &str) -> bool {
    matches!(
        tag,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "caption"
            | "center"
            | "dd"
            | "details"
            | "dialog"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "head"
            | "header"
            | "hr"
            | "html"
            | "li"
            | "main"
            | "nav"
            | "ol"
            | "p"
            | "pre"
            | "section"
            | "table"
            | "tbody"
            | "td"
            | "tfoot"
            | "th"
            | "thead"
            | "tr"
            | "ul"
    )
}

/// The text of an element on one line, cleaned; what scripts, styles and the like hold is left out.
pub(crate) fn text(element: ElementRef<'_>) -> String {
    let mut gathered = String::new();
    let mut node = *element;
    loop {
        let descend = match node.value() {
            Node::Text(text) => {
                gathered.push_str(text);
                false
            }
            Node::Element(inside) => {
                let name = inside.name();
                if is_block(name) || name == "br" {
                    gathered.push(' ');
                }
                !is_silent(name) || node == *element
            }
            Node::Document | Node::Fragment => true,
            _ => false,
        };
        if descend && let Some(child) = node.first_child() {
            node = child;
            continue;
        }
        loop {
            if node == *element {
                return clean::line(&gathered);
            }
            if let Some(next) = node.next_sibling() {
                node = next;
                break;
            }
            let Some(parent) = node.parent() else { return clean::line(&gathered) };
            node = parent;
            if node.value().as_element().is_some_and(|inside| is_block(inside.name())) {
                gathered.push(' ');
            }
        }
    }
}
