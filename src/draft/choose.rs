//! The choice among selectors: what finds the answer, and nothing but the answer, on all pages; of these the shortest
//! that says what it finds. Where the pages do not all look alike, a list that covers them.

use std::collections::HashSet;

use ego_tree::NodeId;
use scraper::ElementRef;

use super::candidate::{Candidate, pool};
use super::sample::Sample;
use crate::newspaper::Field;

/// How many selectors one field gets.
const LIST_MAX: usize = 3;

/// What a selector is to find.
pub(super) struct Aim<'a> {
    pub(super) field: Field,
    /// On each page the elements that hold the answer.
    pub(super) right: Vec<HashSet<NodeId>>,
    /// Whether another element may be found too; told whether the page's answer is known.
    pub(super) may_be: &'a dyn Fn(&Sample<'_>, ElementRef<'_>, bool) -> bool,
}

impl Aim<'_> {
    /// The elements with the answer, in document order, to make selectors of.
    fn nodes(&self, samples: &[Sample<'_>]) -> Vec<Vec<NodeId>> {
        let sorted = |(sample, right): (&Sample<'_>, &HashSet<NodeId>)| {
            let mut nodes: Vec<NodeId> = right.iter().copied().collect();
            nodes.sort_by_key(|node| sample.place(*node));
            nodes
        };
        samples.iter().zip(&self.right).map(sorted).collect()
    }
}

/// A selector that passed, and what it finds on each page.
struct Passed {
    candidate: Candidate,
    /// The answers, or parts of the answer, by page.
    found: Vec<HashSet<String>>,
    /// On how many pages it finds just one element.
    alone: usize,
}

impl Passed {
    /// On how many pages it finds what the list so far does not, and how much.
    fn gain(&self, held: &[HashSet<String>]) -> (usize, usize) {
        let more = self.found.iter().zip(held).map(|(found, held)| found.difference(held).count());
        (more.clone().filter(|more| *more > 0).count(), more.sum())
    }
}

/// Selectors for a field with one answer: the first element that each finds on a page is the answer, or nothing is.
pub(super) fn one(samples: &[Sample<'_>], aim: &Aim<'_>) -> Vec<String> {
    let passed = pool(samples, &aim.nodes(samples), aim.field).into_iter().filter_map(|candidate| {
        let mut passed = Passed { candidate, found: Vec::new(), alone: 0 };
        for (sample, right) in samples.iter().zip(&aim.right) {
            let elements = sample.select(&passed.candidate.pick);
            let first = elements.iter().find(|element| is_filled(sample, **element));
            passed.found.push(match first {
                None => HashSet::new(),
                Some(first) if right.contains(&first.id()) => HashSet::from([String::new()]),
                Some(first) if (aim.may_be)(sample, *first, !right.is_empty()) => HashSet::new(),
                Some(_) => return None,
            });
            // The first of many that have no name of their own is the right one by chance, and the only one of a
            // small thing too.
            let may_be_chance = elements.len() > 1 || !matches!(aim.field, Field::Title | Field::Body);
            if may_be_chance && !elements.is_empty() && !is_named(&passed.candidate) {
                return None;
            }
            passed.alone += usize::from(elements.len() == 1);
        }
        Some(passed)
    });
    cover(passed.collect(), samples.len(), LIST_MAX)
}

/// Selectors for a field with many answers: all that each finds is among them.
pub(super) fn many(samples: &[Sample<'_>], aim: &Aim<'_>, list_max: usize) -> Vec<String> {
    let passed = pool(samples, &aim.nodes(samples), aim.field).into_iter().filter_map(|candidate| {
        let mut passed = Passed { candidate, found: Vec::new(), alone: 0 };
        for (sample, right) in samples.iter().zip(&aim.right) {
            let elements = sample.select(&passed.candidate.pick);
            let fits = |element: &ElementRef<'_>| {
                right.contains(&element.id())
                    || !is_filled(sample, *element)
                    || (aim.may_be)(sample, *element, !right.is_empty())
            };
            if !elements.iter().all(fits) {
                return None;
            }
            let right = elements.iter().filter(|element| right.contains(&element.id()));
            passed.found.push(right.map(|element| told(sample, *element)).collect());
        }
        is_named(&passed.candidate).then_some(passed)
    });
    cover(passed.collect(), samples.len(), list_max)
}

/// Whether a selector's last part names what it finds: one that takes any cell or any slanted word takes too much.
fn is_named(candidate: &Candidate) -> bool {
    let last = candidate.pick.written.rsplit(' ').next().unwrap_or_default();
    last.contains(['.', '#', '[']) || matches!(last, "figcaption" | "a" | "img" | "h1" | "time")
}

fn is_filled(sample: &Sample<'_>, element: ElementRef<'_>) -> bool {
    sample.flat.length(element.id()) > 0 || matches!(element.value().name(), "meta" | "img")
}

/// What an element says; for an image, its address.
fn told(sample: &Sample<'_>, element: ElementRef<'_>) -> String {
    match element.attr("src") {
        Some(address) => address.to_owned(),
        None => sample.flat.text(element.id()).to_owned(),
    }
}

/// Takes the selector that finds most, then those that find on further pages what it does not.
fn cover(mut passed: Vec<Passed>, pages: usize, list_max: usize) -> Vec<String> {
    let mut list = Vec::new();
    let mut held = vec![HashSet::new(); pages];
    while list.len() < list_max {
        let best = (0..passed.len()).filter(|at| passed[*at].gain(&held).0 > 0).max_by_key(|at| {
            let cost = u32::MAX - passed[*at].candidate.cost;
            (passed[*at].gain(&held), passed[*at].alone, cost, usize::MAX - at)
        });
        let Some(best) = best else { break };
        let best = passed.remove(best);
        for (held, found) in held.iter_mut().zip(best.found) {
            held.extend(found);
        }
        list.push(best.candidate.label());
    }
    list
}
