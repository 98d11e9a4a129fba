//! A selector's plain parts: tags, ids and classes, and what joins them.
//!
//! The selector engine is made for whole style sheets: each trial sets up a context, and the first question for a
//! class interns all classes of the element and of its ancestors. Most selectors of newspapers ask for no more than
//! tags, ids and classes, and those are answered here, by comparing text. Of the others, what is plain in them turns
//! nearly all elements away before the engine is asked.

use html5ever::{LocalName, local_name};
use scraper::{ElementRef, Selector};

use super::css::Compound;

/// The plain parts of a selector, from the left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Chain {
    links: Vec<Link>,
    /// Whether the parts are all there is.
    is_whole: bool,
}

/// One part, with what stands before it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Link {
    joint: Joint,
    tag: Option<LocalName>,
    ids: Vec<String>,
    classes: Vec<String>,
    /// Attributes that must have a value; its case is left to the engine.
    values: Vec<(LocalName, String)>,
}

/// What joins a part to the one on its left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Joint {
    Ancestor,
    Parent,
    /// A sibling, which only the engine looks for.
    Sibling,
}

impl Chain {
    /// The plain parts of a selector as it is written.
    pub(super) fn of(written: &str, compounds: &[Compound]) -> Chain {
        if written.contains(['\\', '|']) || written.contains("/*") {
            return Chain::default();
        }
        let is_plain = |compound: &Compound| {
            !compound.opaque && compound.attributes.is_empty() && compound.pseudos.is_empty()
        };
        let links: Vec<Link> = compounds.iter().map(|compound| Link::of(written, compound)).collect();
        let is_whole = compounds.iter().all(is_plain)
            && links
                .iter()
                .zip(compounds)
                .all(|(link, compound)| link.tag.as_deref() == compound.tag.as_deref())
            && links.iter().all(|link| link.joint != Joint::Sibling);
        Chain { links, is_whole }
    }

    /// Whether the selector that the chain is of matches an element.
    pub(super) fn matches(&self, selector: &Selector, element: ElementRef<'_>) -> bool {
        let fits = self.links.is_empty() || self.fits(self.links.len() - 1, element);
        fits && (self.is_whole || selector.matches(&element))
    }

    /// Whether an element fits the part at a place, and what is around it the parts on its left.
    fn fits(&self, place: usize, element: ElementRef<'_>) -> bool {
        let link = &self.links[place];
        if !link.fits(element) {
            return false;
        }
        let Some(left) = place.checked_sub(1) else { return true };
        match link.joint {
            Joint::Sibling => true,
            Joint::Parent => parent(element).is_some_and(|parent| self.fits(left, parent)),
            Joint::Ancestor => self.has_ancestor(left, element),
        }
    }

    fn has_ancestor(&self, place: usize, element: ElementRef<'_>) -> bool {
        let mut above = parent(element);
        while let Some(ancestor) = above {
            if self.links[place].fits(ancestor) {
                let fits = self.fits(place, ancestor);
                // What the nearest does not have above it, none further up has, unless it must be the very next.
                if fits || self.links[place].joint == Joint::Ancestor {
                    return fits;
                }
            }
            above = parent(ancestor);
        }
        false
    }
}

fn parent(element: ElementRef<'_>) -> Option<ElementRef<'_>> {
    element.parent().and_then(ElementRef::wrap)
}

impl Link {
    fn of(written: &str, compound: &Compound) -> Link {
        let joint = match compound.combinator {
            ' ' => Joint::Ancestor,
            '>' => Joint::Parent,
            _ => Joint::Sibling,
        };
        if compound.opaque {
            return Link { joint, tag: None, ids: Vec::new(), classes: Vec::new(), values: Vec::new() };
        }
        Link {
            joint,
            // Tags in capitals mean one thing in HTML and another in drawings.
            tag: compound.tag.as_deref().filter(|tag| written.contains(tag)).map(LocalName::from),
            ids: compound.ids.clone(),
            classes: compound.classes.clone(),
            values: compound.attributes.iter().filter_map(|attribute| value(attribute)).collect(),
        }
    }

    fn fits(&self, element: ElementRef<'_>) -> bool {
        let value = element.value();
        if self.tag.as_ref().is_some_and(|tag| value.name.local != *tag) {
            return false;
        }
        let attribute = |name: &LocalName| {
            value.attrs.iter().find(|(key, _)| key.local == *name).map(|(_, value)| &**value)
        };
        let has_ids = || attribute(&local_name!("id")).is_some_and(|own| self.ids.iter().all(|id| id == own));
        let has_classes = || {
            let own = attribute(&local_name!("class")).unwrap_or_default();
            self.classes.iter().all(|class| own.split_ascii_whitespace().any(|own| own == class))
        };
        (self.ids.is_empty() || has_ids())
            && (self.classes.is_empty() || has_classes())
            && self
                .values
                .iter()
                .all(|(name, wanted)| attribute(name).is_some_and(|own| own.eq_ignore_ascii_case(wanted)))
    }
}

/// The name and the value in the brackets of `[name="value"]`; none for anything less plain.
fn value(attribute: &str) -> Option<(LocalName, String)> {
    let (name, value) = attribute.split_once('=')?;
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    let quoted = |mark: char| value.strip_prefix(mark)?.strip_suffix(mark);
    let value = quoted('"').or_else(|| quoted('\''))?;
    (!name.is_empty() && name.chars().all(is_plain) && !value.contains(['"', '\'']))
        .then(|| (LocalName::from(name), value.to_owned()))
}
