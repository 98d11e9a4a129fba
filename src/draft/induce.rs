//! A layout found from pages alone: for each field the selectors that give what the generic reader found.
//!
//! The body comes first, for the others are judged by reading the pages with what is there so far. What does not
//! help is taken out again at the end.

use ego_tree::NodeId;
use scraper::ElementRef;

use super::aims::{self, Found};
use super::choose::{self, Aim};
use super::names;
use super::sample::Sample;
use super::trial::{self, Drawn, same_time};
use crate::extract::text;
use crate::newspaper::{Field, Pick};
use crate::text::byline;

/// How many selectors a field with many values gets.
const MANY_MAX: usize = 4;

/// How many selectors of things to leave out.
const DROPS_MAX: usize = 8;

/// A lead is this long, in letters and digits.
const LEAD_LETTERS: std::ops::RangeInclusive<usize> = 30..=900;

/// A difference of two scores that is none.
const SAME_SCORE: f64 = 1e-9;

/// Names of `<meta>` elements with the time of publication.
const PUBLISHED_METAS: [&str; 5] =
    ["article:published_time", "pubdate", "datePublished", "og:published_time", "article:published"];

/// Finds a layout for the pages.
pub(super) fn layout(samples: &[Sample<'_>]) -> Drawn {
    let mut drawn = body(samples);
    let bodies = body_elements(samples, &drawn);
    for field in [Field::Title, Field::Lead, Field::Author, Field::Section, Field::Tags, Field::Caption] {
        let list = selectors(samples, field);
        if !list.is_empty() {
            drawn.fields.insert(field, list);
        }
    }
    drawn = published(samples, drawn);
    for (field, list) in [(Field::Photo, photos(samples, &bodies)), (Field::Drop, drops(samples, &bodies))] {
        if !list.is_empty() {
            drawn.fields.insert(field, list);
        }
    }
    pruned(samples, drawn)
}

/// The selectors of a field other than body, date, photos and what is to be left out.
pub(super) fn selectors(samples: &[Sample<'_>], field: Field) -> Vec<String> {
    let nothing = |_: &Sample<'_>, _: ElementRef<'_>, _: bool| false;
    let lead = |sample: &Sample<'_>, element: ElementRef<'_>, known: bool| {
        !known && LEAD_LETTERS.contains(&sample.flat.length(element.id()))
    };
    let author = |_: &Sample<'_>, element: ElementRef<'_>, known: bool| {
        !known && !byline::read(&text(element)).is_empty()
    };
    let path = |sample: &Sample<'_>, element: ElementRef<'_>, _: bool| aims::is_end_of_path(sample, element);
    let one = |right: Vec<Found>, may_be| choose::one(samples, &Aim { field, right, may_be });
    let many = |right: Vec<Found>, may_be| choose::many(samples, &Aim { field, right, may_be }, MANY_MAX);
    match field {
        Field::Title => one(aims::on_each(samples, aims::title), &nothing),
        Field::Lead => one(aims::on_each(samples, aims::lead), &lead),
        Field::Author => one(aims::on_each(samples, aims::authors), &author),
        Field::Section => many(aims::on_each(samples, aims::section), &path),
        Field::Tags => many(aims::on_each(samples, aims::tags), &nothing),
        Field::Caption => many(aims::on_each(samples, aims::captions), &nothing),
        _ => Vec::new(),
    }
}

/// The body: among the element that holds just the text and those around it, what is read best.
fn body(samples: &[Sample<'_>]) -> Drawn {
    let chains: Vec<Vec<NodeId>> = samples
        .iter()
        .map(|sample| {
            sample.article.as_ref().map(|article| aims::bodies(sample, article)).unwrap_or_default()
        })
        .collect();
    // On one page the generic reader may have taken too much for the text; on the others it tells.
    let cores: Vec<Vec<NodeId>> = samples
        .iter()
        .zip(&chains)
        .map(|(sample, chain)| chain.first().map(|node| aims::cores(sample, *node)).unwrap_or_default())
        .collect();
    let longest = chains.iter().map(Vec::len).max().unwrap_or_default();
    let nothing = |_: &Sample<'_>, _: ElementRef<'_>, _: bool| false;
    let mut lists: Vec<Vec<String>> = Vec::new();
    for length in 1..=longest {
        let right = chains
            .iter()
            .zip(&cores)
            .map(|(chain, core)| chain.iter().take(length).chain(core).copied().collect())
            .collect();
        let list = choose::one(samples, &Aim { field: Field::Body, right, may_be: &nothing });
        if !list.is_empty() && !lists.contains(&list) {
            lists.push(list);
        }
    }
    let mut best = (Drawn::default(), f64::MIN);
    for list in lists {
        let drawn = Drawn::default().with(Field::Body, list);
        let readings = trial::read(samples, &drawn);
        // A body that one selector finds is surer than one that needs several, and one that holds nothing but the
        // text is surer than both.
        let count = drawn.fields.values().map(Vec::len).sum::<usize>();
        let selected = readings.iter().flatten().filter(|article| is_selected(article, "body")).count();
        let loose = looseness(samples, &chains, &body_elements(samples, &drawn));
        let score = trial::score(samples, &readings) + weight(selected) - weight(count) / 50.0 - loose;
        if score > best.1 + SAME_SCORE {
            best = (drawn, score);
        }
    }
    best.0
}

/// How much more than the innermost element of the body the found ones hold, summed over the pages.
fn looseness(samples: &[Sample<'_>], chains: &[Vec<NodeId>], bodies: &[Option<NodeId>]) -> f64 {
    let of = |((sample, chain), body): ((&Sample<'_>, &Vec<NodeId>), &Option<NodeId>)| {
        let least = chain.first().map_or(0, |node| sample.flat.length(*node));
        let held = body.map_or(least, |node| sample.flat.length(node));
        if least == 0 { 0.0 } else { weight(held.saturating_sub(least)) / weight(least) }
    };
    samples.iter().zip(chains).zip(bodies).map(of).sum()
}

#[allow(clippy::cast_precision_loss, reason = "pages and their letters are counted in thousands")]
fn weight(count: usize) -> f64 {
    count as f64
}

/// Whether a field of an article was read by a selector.
pub(super) fn is_selected(article: &crate::article::Article, field: &str) -> bool {
    article.origin.get(field) == Some(&crate::article::Origin::Selector)
}

/// The element of the body on each page.
fn body_elements(samples: &[Sample<'_>], drawn: &Drawn) -> Vec<Option<NodeId>> {
    let list = drawn.fields.get(&Field::Body).map(Vec::as_slice).unwrap_or_default();
    let picks: Vec<Pick> = list.iter().filter_map(|selector| Pick::single(selector)).collect();
    let first = |sample: &Sample<'_>| {
        picks.iter().find_map(|pick| sample.select(pick).first().map(|element| element.id()))
    };
    samples.iter().map(first).collect()
}

/// Adds where the time of publication stands: in a `<meta>` that is read rightly, and in print.
fn published(samples: &[Sample<'_>], drawn: Drawn) -> Drawn {
    let mut drawn = drawn;
    let mut list = Vec::new();
    for name in PUBLISHED_METAS {
        let Some(selector) = meta_selector(samples, name) else { continue };
        if let Some(fitting) = fitting_dates(samples, &drawn, &selector) {
            drawn = fitting;
            list.push(selector);
            break;
        }
    }
    list.extend(printed_times(samples));
    if list.is_empty() { drawn } else { drawn.with(Field::Published, list) }
}

/// The selectors of the printed time of publication.
pub(super) fn printed_times(samples: &[Sample<'_>]) -> Vec<String> {
    let printed = |sample: &Sample<'_>, element: ElementRef<'_>, known: bool| {
        !known && aims::time(sample, element).is_some()
    };
    let right = aims::on_each(samples, aims::published);
    choose::one(samples, &Aim { field: Field::Published, right, may_be: &printed })
}

/// The selector of a `<meta>` of this name, where a page has one.
fn meta_selector(samples: &[Sample<'_>], name: &str) -> Option<String> {
    let key = samples.iter().find_map(|sample| {
        let metas: Vec<_> = sample.tagged("meta").collect();
        ["property", "name", "itemprop"].into_iter().find(|key| {
            metas.iter().any(|meta| meta.attr(key) == Some(name) && meta.attr("content").is_some())
        })
    })?;
    Some(format!("meta[{key}=\"{name}\"] @content"))
}

/// The way of reading machines' dates under which a `<meta>` gives the right time on every page that has it.
fn fitting_dates(samples: &[Sample<'_>], drawn: &Drawn, selector: &str) -> Option<Drawn> {
    let pick = Pick::single(selector);
    [(false, false), (true, false), (false, true), (true, true)].into_iter().find_map(
        |(month_first, false_utc)| {
            let mut tried = drawn.with(Field::Published, vec![selector.to_owned()]);
            (tried.month_first, tried.false_utc) = (month_first, false_utc);
            let readings = trial::read(samples, &tried);
            let has_it =
                |sample: &Sample<'_>| pick.as_ref().is_some_and(|pick| !sample.select(pick).is_empty());
            let mut pages = samples.iter().zip(&readings).filter(|(sample, _)| has_it(sample));
            let is_right = pages.all(|(sample, reading)| match (&sample.article, reading) {
                (Ok(known), Ok(read)) => same_time(read.published_at, known.published_at),
                _ => true,
            });
            is_right.then_some(tried)
        },
    )
}

fn photos(samples: &[Sample<'_>], bodies: &[Option<NodeId>]) -> Vec<String> {
    let of = |(sample, body): (&Sample<'_>, &Option<NodeId>)| {
        sample.article.as_ref().map(|article| aims::photos(sample, article, *body)).unwrap_or_default()
    };
    let right = samples.iter().zip(bodies).map(of).collect();
    let nothing = |_: &Sample<'_>, _: ElementRef<'_>, _: bool| false;
    choose::many(samples, &Aim { field: Field::Photo, right, may_be: &nothing }, MANY_MAX)
}

/// Boxes in the body whose names say that they are none of the article.
fn drops(samples: &[Sample<'_>], bodies: &[Option<NodeId>]) -> Vec<String> {
    let of = |(sample, body): (&Sample<'_>, &Option<NodeId>)| match (&sample.article, body) {
        (Ok(article), Some(body)) => aims::boxes(sample, article, *body),
        _ => Found::new(),
    };
    let right = samples.iter().zip(bodies).map(of).collect();
    let nothing = |_: &Sample<'_>, _: ElementRef<'_>, _: bool| false;
    let list = choose::many(samples, &Aim { field: Field::Drop, right, may_be: &nothing }, DROPS_MAX);
    let says = |selector: &String| {
        let own = selector.rsplit(' ').next().unwrap_or_default();
        names::says(&own.to_ascii_lowercase(), Field::Drop)
    };
    list.into_iter().filter(says).collect()
}

/// Takes out each field without which the pages are read better, and leads, captions and boxes that change nothing
/// for the better but could take too much of another page.
fn pruned(samples: &[Sample<'_>], drawn: Drawn) -> Drawn {
    let mut drawn = drawn;
    let mut score = trial::score(samples, &trial::read(samples, &drawn));
    let fields: Vec<Field> = drawn.fields.keys().copied().filter(|field| *field != Field::Body).collect();
    for field in fields {
        let without = drawn.without(field);
        let other = trial::score(samples, &trial::read(samples, &without));
        if other > score + SAME_SCORE {
            (drawn, score) = (without, other);
        }
    }
    drawn
}
