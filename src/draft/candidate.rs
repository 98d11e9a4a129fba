//! Selectors that could name an element: its own id, classes and attributes, alone or below those of an element around
//! it; positions last of all.

use std::collections::HashMap;

use ego_tree::NodeId;
use scraper::ElementRef;

use super::names;
use super::sample::Sample;
use crate::newspaper::{Field, Pick};

/// How far around an element names are looked for.
const AROUND_MAX: usize = 8;

/// How many selectors of one element are tried.
const SELECTORS_MAX: usize = 120;

/// How many elements' selectors are tried for one field of one page.
const ELEMENTS_MAX: usize = 16;

/// Attributes that say what an element is.
const TELLING: [&str; 6] = ["itemprop", "data-role", "data-field", "property", "name", "rel"];

/// A selector under trial.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    /// The selector.
    pub(super) pick: Pick,
    /// How far it is from a short name that says what it finds.
    pub(super) cost: u32,
}

impl Candidate {
    /// The selector as it is written in a file.
    pub(super) fn label(&self) -> String {
        self.pick.label()
    }
}

/// The selectors of all the given elements of all pages, the best first, each once.
pub(super) fn pool(samples: &[Sample<'_>], nodes: &[Vec<NodeId>], field: Field) -> Vec<Candidate> {
    let mut costs: HashMap<String, u32> = HashMap::new();
    for (sample, nodes) in samples.iter().zip(nodes) {
        let elements = nodes.iter().take(ELEMENTS_MAX).filter_map(|node| sample.element(*node));
        for (written, cost) in elements.flat_map(|element| of(element, field)) {
            costs.entry(written).and_modify(|held| *held = cost.min(*held)).or_insert(cost);
        }
    }
    let mut candidates: Vec<Candidate> = costs
        .into_iter()
        .filter_map(|(written, cost)| Some(Candidate { pick: Pick::single(&written)?, cost }))
        .collect();
    candidates.sort_by_key(|candidate| (candidate.cost, candidate.pick.written.len(), candidate.label()));
    candidates
}

/// The selectors of one element with what each costs.
fn of(element: ElementRef<'_>, field: Field) -> Vec<(String, u32)> {
    let own = parts(element, field);
    let mut found: Vec<(String, u32)> =
        own.iter().filter(|(_, _, alone)| *alone).map(|(text, cost, _)| (text.clone(), *cost)).collect();
    let around = element.ancestors().filter_map(ElementRef::wrap).take(AROUND_MAX).enumerate();
    for (distance, outer) in around.filter(|(_, outer)| !matches!(outer.value().name(), "html" | "body")) {
        let far = u32::try_from(distance).unwrap_or(u32::MAX);
        for (outer, outer_cost, _) in parts(outer, field).into_iter().filter(|(_, _, alone)| *alone) {
            for (own, own_cost, _) in &own {
                found.push((format!("{outer} {own}"), outer_cost + own_cost + 2 + far));
                if distance == 0 {
                    found.push((format!("{outer} > {own}"), outer_cost + own_cost + 3));
                }
            }
        }
    }
    found.sort_by_key(|(written, cost)| (*cost, written.len()));
    found.truncate(SELECTORS_MAX);
    found
}

/// The ways to name an element by itself: the text, its cost, and whether it can stand alone.
fn parts(element: ElementRef<'_>, field: Field) -> Vec<(String, u32, bool)> {
    let value = element.value();
    let tag = value.name();
    let mut parts = Vec::new();
    if let Some(id) = value.id()
        && let Some(cost) = names::cost(id, field)
    {
        parts.push((format!("#{id}"), cost, true));
    }
    let mut classes: Vec<(&str, u32)> =
        value.classes().filter_map(|class| Some((class, names::cost(class, field)?))).collect();
    classes.sort_by_key(|(_, cost)| *cost);
    for (class, cost) in &classes {
        parts.push((format!(".{class}"), cost + 1, true));
        // A tag that says what stands in it makes a class surer.
        let with_tag = if is_telling(tag) { *cost } else { cost + 3 };
        parts.push((format!("{tag}.{class}"), with_tag, true));
    }
    if let [(first, one), (second, two), ..] = classes.as_slice() {
        parts.push((format!(".{first}.{second}"), one + two / 2 + 2, true));
    }
    for name in TELLING {
        if let Some(told) = value.attr(name).filter(|told| is_plain(told)) {
            parts.push((format!("{tag}[{name}=\"{told}\"]"), if tag == "meta" { 6 } else { 9 }, true));
        }
    }
    parts.push((tag.to_owned(), if is_telling(tag) { 12 } else { 18 }, is_telling(tag)));
    let position = element.prev_siblings().filter_map(ElementRef::wrap).count();
    // The first of all paragraphs is the lead on one page and none on the next.
    if position == 0 && matches!(field, Field::Title | Field::Published | Field::Author) {
        parts.push((format!("{tag}:first-child"), 26, false));
    }
    parts
}

/// Tags that say what stands in them.
fn is_telling(tag: &str) -> bool {
    matches!(tag, "h1" | "time" | "figcaption" | "article" | "address")
}

fn is_plain(told: &str) -> bool {
    (2..=40).contains(&told.len())
        && told.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':' | '.'))
        && told.bytes().filter(u8::is_ascii_digit).count() <= 2
}
