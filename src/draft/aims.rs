//! Where on each page the answers stand that the generic reader found.

use std::collections::HashSet;
use std::ops::Range;

use ego_tree::NodeId;
use scraper::ElementRef;

use super::flat::key;
use super::sample::Sample;
use super::trial::same_time;
use crate::article::Article;
use crate::extract::text;
use crate::text::byline;
use crate::text::date::{self, DateOrderHint};
use crate::when::When;

/// The longest line with a date or a name, in letters and digits.
const LINE_LETTERS_MAX: usize = 110;

/// The shortest line with a date.
const DATE_LETTERS_MIN: usize = 6;

/// How much of the body an element must hold to be its element, in percent of its letters.
const BODY_PERCENT_MIN: usize = 92;

/// How many elements around the innermost one can be the body's.
const BODY_AROUND_MAX: usize = 5;

/// How much longer than the body itself such an element may be, in percent, and in letters beside.
const BODY_EXCESS_PERCENT_MAX: usize = 180;
const BODY_EXCESS_LETTERS: usize = 600;

/// How many places of the article's texts are kept clear of boxes.
const KEPT_MAX: usize = 5_000;

/// How much of the body's element its core holds, in percent.
const CORE_PERCENT_MIN: usize = 25;

/// What one page's article gives for a field: the elements.
pub(super) type Found = HashSet<NodeId>;

/// The elements of each page by what is asked of its article.
pub(super) fn on_each(samples: &[Sample<'_>], ask: impl Fn(&Sample<'_>, &Article) -> Found) -> Vec<Found> {
    samples
        .iter()
        .map(|sample| sample.article.as_ref().map_or_else(|_| Found::new(), |article| ask(sample, article)))
        .collect()
}

/// The elements that hold a text and nothing else.
fn holders(sample: &Sample<'_>, text: &str) -> Found {
    let parts = sample.flat.find(&key(text));
    parts.iter().flat_map(|part| sample.flat.holders(part)).collect()
}

/// The headline's elements.
pub(super) fn title(sample: &Sample<'_>, article: &Article) -> Found {
    holders(sample, &article.title)
}

/// The lead's elements.
pub(super) fn lead(sample: &Sample<'_>, article: &Article) -> Found {
    article.lead.as_ref().map(|lead| holders(sample, lead)).unwrap_or_default()
}

/// The captions' elements.
pub(super) fn captions(sample: &Sample<'_>, article: &Article) -> Found {
    article.captions.iter().flat_map(|caption| holders(sample, caption)).collect()
}

/// The elements of the body: the innermost that holds its text, and those around it that hold little more.
pub(super) fn bodies(sample: &Sample<'_>, article: &Article) -> Vec<NodeId> {
    let keys: Vec<String> =
        article.body.iter().map(|block| key(&block.text)).filter(|key| !key.is_empty()).collect();
    let places: Vec<Vec<Range<usize>>> = keys.iter().map(|key| sample.flat.find(key)).collect();
    let all: usize = keys.iter().map(String::len).sum();
    let held = |span: &Range<usize>| -> usize {
        let holds =
            |places: &Vec<Range<usize>>| places.iter().any(|at| span.start <= at.start && at.end <= span.end);
        keys.iter().zip(&places).filter(|(_, places)| holds(places)).map(|(key, _)| key.len()).sum()
    };
    // The longest paragraph that stands on the page just once tells where the body is.
    let anchor = places
        .iter()
        .filter(|places| places.len() == 1)
        .map(|places| places[0].clone())
        .max_by_key(Range::len);
    let Some(anchor) = anchor else { return Vec::new() };
    let mut around: Vec<(NodeId, Range<usize>)> = sample
        .flat
        .iter()
        .filter(|(_, span)| span.start <= anchor.start && anchor.end <= span.end)
        .map(|(node, span)| (node, span.clone()))
        .filter(|(_, span)| held(span) * 100 >= all * BODY_PERCENT_MIN)
        .collect();
    // Of elements with the same text, the inner one stands later in the document.
    around.sort_by_key(|(node, span)| (span.len(), usize::MAX - sample.place(*node)));
    let Some(least) = around.first().map(|(_, span)| span.len()) else { return Vec::new() };
    let most = least * BODY_EXCESS_PERCENT_MAX / 100 + BODY_EXCESS_LETTERS;
    let is_page = |node: NodeId| {
        sample.element(node).is_some_and(|element| matches!(element.value().name(), "body" | "html"))
    };
    let fitting = around.into_iter().filter(|(node, span)| span.len() <= most && !is_page(*node));
    fitting.map(|(node, _)| node).take(BODY_AROUND_MAX + 1).collect()
}

/// Elements within the body's that hold most of its text.
pub(super) fn cores(sample: &Sample<'_>, body: NodeId) -> Vec<NodeId> {
    let mut cores = Vec::new();
    let least = sample.flat.length(body) * CORE_PERCENT_MIN / 100;
    let mut node = body;
    while let Some(element) = sample.element(node) {
        let longest = element.child_elements().max_by_key(|child| sample.flat.length(child.id()));
        let Some(inner) = longest.filter(|child| sample.flat.length(child.id()) >= least.max(1)) else {
            break;
        };
        node = inner.id();
        cores.push(node);
    }
    cores
}

/// Short lines, as elements.
fn lines<'s>(sample: &'s Sample<'_>, letters_min: usize) -> impl Iterator<Item = ElementRef<'s>> {
    let short =
        sample.flat.iter().filter(move |(_, span)| (letters_min..=LINE_LETTERS_MAX).contains(&span.len()));
    short.filter_map(|(node, _)| sample.element(node))
}

/// The time that a line prints.
pub(super) fn time(sample: &Sample<'_>, element: ElementRef<'_>) -> Option<When> {
    if !sample.flat.text(element.id()).bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    date::printed(&text(element), DateOrderHint::DayFirst, Some(sample.page.fetched_at))
}

/// The lines that print the time of publication.
pub(super) fn published(sample: &Sample<'_>, article: &Article) -> Found {
    let Some(known) = article.published_at else { return Found::new() };
    let right = |element: &ElementRef<'_>| same_time(time(sample, *element), Some(known));
    lines(sample, DATE_LETTERS_MIN).filter(right).map(|element| element.id()).collect()
}

/// The lines that name the authors.
pub(super) fn authors(sample: &Sample<'_>, article: &Article) -> Found {
    if article.authors.is_empty() {
        return Found::new();
    }
    let first = key(&article.authors[0]);
    let right = |element: &ElementRef<'_>| {
        sample.flat.text(element.id()).contains(&first)
            && byline::read(&text(*element)).persons == article.authors
    };
    lines(sample, 2).filter(right).map(|element| element.id()).collect()
}

/// The elements of a list of short texts: tags, the path of sections.
fn listed(sample: &Sample<'_>, texts: &[String]) -> Found {
    let keys: Vec<String> = texts.iter().map(|text| key(text)).filter(|key| !key.is_empty()).collect();
    let is_one = |element: &ElementRef<'_>| {
        matches!(element.value().name(), "a" | "span" | "li")
            && keys.iter().any(|key| key == sample.flat.text(element.id()))
    };
    lines(sample, 1).filter(is_one).map(|element| element.id()).collect()
}

/// The links that are the article's tags.
pub(super) fn tags(sample: &Sample<'_>, article: &Article) -> Found {
    listed(sample, &article.tags)
}

/// The links that are the path of sections.
pub(super) fn section(sample: &Sample<'_>, article: &Article) -> Found {
    listed(sample, &article.section)
}

/// Whether an element of a path is what reading leaves out of it: the front page, the headline.
pub(super) fn is_end_of_path(sample: &Sample<'_>, element: ElementRef<'_>) -> bool {
    let own = sample.flat.text(element.id());
    let title = sample.article.as_ref().map(|article| key(&article.title)).unwrap_or_default();
    matches!(own, "trangchu" | "home") || own == title
}

/// Photos of the article that stand outside of its body.
pub(super) fn photos(sample: &Sample<'_>, article: &Article, body: Option<NodeId>) -> Found {
    let is_own = |image: &ElementRef<'_>| {
        let addresses = ["src", "data-src", "data-original"].into_iter().filter_map(|name| image.attr(name));
        let mut urls = addresses.filter_map(|address| sample.page.url.join(address.trim()).ok());
        urls.any(|url| article.images.iter().any(|own| own.url == url))
    };
    let outside = |image: &ElementRef<'_>| body.is_none_or(|body| !sample.is_within(image.id(), body));
    sample.tagged("img").filter(|image| outside(image) && is_own(image)).map(|image| image.id()).collect()
}

/// Boxes within the body's element that hold nothing of the article.
pub(super) fn boxes(sample: &Sample<'_>, article: &Article, body: NodeId) -> Found {
    let Some(whole) = sample.flat.span(body) else { return Found::new() };
    let blocks = article.body.iter().map(|block| &block.text);
    let kept: Vec<Range<usize>> = blocks
        .chain(&article.captions)
        .chain(&article.lead)
        .chain([&article.title])
        .chain(&article.authors)
        .flat_map(|text| sample.flat.find(&key(text)))
        .filter(|at| whole.start <= at.start && at.end <= whole.end)
        .take(KEPT_MAX)
        .collect();
    let photos: Vec<usize> =
        photos(sample, article, None).into_iter().map(|node| sample.place(node)).collect();
    let is_free = |node: NodeId, span: &Range<usize>| {
        let last = sample.element(node).map_or(0, |element| element.descendent_elements().count());
        let place = sample.place(node);
        !kept.iter().any(|at| at.start < span.end && span.start < at.end)
            && !photos.iter().any(|photo| (place..place + last).contains(photo))
    };
    let inside = sample.flat.iter().filter(|(node, span)| {
        *node != body
            && !span.is_empty()
            && whole.start <= span.start
            && span.end <= whole.end
            && sample.is_within(*node, body)
    });
    inside.filter(|(node, span)| is_free(*node, span)).map(|(node, _)| node).collect()
}
