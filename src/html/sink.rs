//! The tree that html5ever's builder fills: scraper's nodes, set in place without further search.
//!
//! The builder asks for the names of open elements far more often than for anything else, so a handle carries its
//! element's name. As with [`scraper::HtmlTreeSink`], the insides of a `<template>` stand in a fragment below it.

use std::borrow::Cow;
use std::cell::RefCell;

use ego_tree::{NodeId, NodeMut, Tree};
use html5ever::tendril::StrTendril;
use html5ever::tree_builder::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::{Attribute, QualName, expanded_name, local_name, ns};
use scraper::node::{Comment, Doctype, Element, ProcessingInstruction, Text};
use scraper::{Html, Node};

use super::{DEPTH_MAX, NODES_MAX};

/// A page has no more nodes than one for so many bytes, nearly always; room for them is made at once. A small page is
/// all markup; the more a page holds, the more of it is scripts.
const BYTES_PER_NODE: usize = 40;

/// The same for the first [`MARKUP_BYTES`] of a page.
const BYTES_PER_NODE_OF_MARKUP: usize = 20;

/// So much of a page can be all markup.
const MARKUP_BYTES: usize = 16 << 10;

/// The tree as far as it is built.
pub(super) struct Sink {
    html: RefCell<Html>,
}

/// A node of the tree with its name, if it is an element.
#[derive(Clone)]
pub(super) struct Handle {
    id: NodeId,
    name: QualName,
}

impl Handle {
    fn nameless(id: NodeId) -> Handle {
        Handle { id, name: QualName::new(None, ns!(), local_name!("")) }
    }
}

impl Sink {
    /// An empty tree with room for a page of so many bytes.
    pub(super) fn for_text(bytes: usize) -> Sink {
        let mut html = Html::new_document();
        let markup = bytes.min(MARKUP_BYTES);
        let nodes = markup / BYTES_PER_NODE_OF_MARKUP + (bytes - markup) / BYTES_PER_NODE;
        html.tree = Tree::with_capacity(Node::Document, nodes.min(NODES_MAX) + 16);
        Sink { html: RefCell::new(html) }
    }

    /// Whether the tree is neither deeper nor larger than pages are.
    pub(super) fn is_within_bounds(&self) -> bool {
        let html = self.html.borrow();
        let mut nodes = html.tree.nodes();
        let is_deep = |node: ego_tree::NodeRef<'_, Node>| node.ancestors().nth(DEPTH_MAX).is_some();
        nodes.len() <= NODES_MAX && !nodes.next_back().is_some_and(is_deep)
    }

    fn orphan(&self, node: Node) -> Handle {
        Handle::nameless(self.html.borrow_mut().tree.orphan(node).id())
    }

    fn with<T>(&self, id: NodeId, act: impl FnOnce(NodeMut<'_, Node>) -> T) -> Option<T> {
        self.html.borrow_mut().tree.get_mut(id).map(act)
    }
}

/// Adds to a text node, and tells whether it was one.
fn push_text(mut node: Option<NodeMut<'_, Node>>, text: &StrTendril) -> bool {
    match node.as_mut().map(NodeMut::value) {
        Some(Node::Text(before)) => {
            before.text.push_tendril(text);
            true
        }
        _ => false,
    }
}

impl TreeSink for Sink {
    type Handle = Handle;
    type Output = Html;
    type ElemName<'a> = &'a QualName;

    fn finish(self) -> Html {
        self.html.into_inner()
    }

    fn parse_error(&self, _message: Cow<'static, str>) {}

    fn get_document(&self) -> Handle {
        Handle::nameless(self.html.borrow().tree.root().id())
    }

    fn elem_name<'a>(&'a self, target: &'a Handle) -> &'a QualName {
        &target.name
    }

    fn create_element(&self, name: QualName, attrs: Vec<Attribute>, _flags: ElementFlags) -> Handle {
        let is_template = name.expanded() == expanded_name!(html "template");
        let mut html = self.html.borrow_mut();
        let mut node = html.tree.orphan(Node::Element(Element::new(name.clone(), attrs)));
        if is_template {
            node.append(Node::Fragment);
        }
        Handle { id: node.id(), name }
    }

    fn create_comment(&self, text: StrTendril) -> Handle {
        self.orphan(Node::Comment(Comment { comment: text }))
    }

    fn create_pi(&self, target: StrTendril, data: StrTendril) -> Handle {
        self.orphan(Node::ProcessingInstruction(ProcessingInstruction { target, data }))
    }

    fn append(&self, parent: &Handle, child: NodeOrText<Handle>) {
        self.with(parent.id, |mut parent| match child {
            NodeOrText::AppendNode(child) => {
                parent.append_id(child.id);
            }
            NodeOrText::AppendText(text) => {
                if !push_text(parent.last_child(), &text) {
                    parent.append(Node::Text(Text { text }));
                }
            }
        });
    }

    fn append_based_on_parent_node(&self, element: &Handle, previous: &Handle, child: NodeOrText<Handle>) {
        if self.with(element.id, |mut element| element.parent().is_some()) == Some(true) {
            self.append_before_sibling(element, child);
        } else {
            self.append(previous, child);
        }
    }

    fn append_doctype_to_document(&self, name: StrTendril, public_id: StrTendril, system_id: StrTendril) {
        let doctype = Doctype { name, public_id, system_id };
        self.html.borrow_mut().tree.root_mut().append(Node::Doctype(doctype));
    }

    fn get_template_contents(&self, target: &Handle) -> Handle {
        let contents = self.with(target.id, |mut template| template.first_child().map(|child| child.id()));
        Handle::nameless(contents.flatten().unwrap_or(target.id))
    }

    fn same_node(&self, one: &Handle, other: &Handle) -> bool {
        one.id == other.id
    }

    fn set_quirks_mode(&self, mode: QuirksMode) {
        self.html.borrow_mut().quirks_mode = mode;
    }

    fn append_before_sibling(&self, sibling: &Handle, child: NodeOrText<Handle>) {
        if let NodeOrText::AppendNode(child) = &child {
            self.remove_from_parent(child);
        }
        self.with(sibling.id, |mut sibling| {
            if sibling.parent().is_none() {
                return;
            }
            match child {
                NodeOrText::AppendNode(child) => {
                    sibling.insert_id_before(child.id);
                }
                NodeOrText::AppendText(text) => {
                    if !push_text(sibling.prev_sibling(), &text) {
                        sibling.insert_before(Node::Text(Text { text }));
                    }
                }
            }
        });
    }

    fn add_attrs_if_missing(&self, target: &Handle, attrs: Vec<Attribute>) {
        self.with(target.id, |mut node| {
            let Node::Element(element) = node.value() else { return };
            for Attribute { name, value } in attrs {
                if let Err(place) = element.attrs.binary_search_by(|(known, _)| known.cmp(&name)) {
                    element.attrs.insert(place, (name, value));
                }
            }
        });
    }

    fn remove_from_parent(&self, target: &Handle) {
        self.with(target.id, |mut node| node.detach());
    }

    fn reparent_children(&self, node: &Handle, new_parent: &Handle) {
        self.with(new_parent.id, |mut parent| {
            parent.reparent_from_id_append(node.id);
        });
    }
}
