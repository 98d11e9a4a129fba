//! A newspaper's file laid over its family's.
//!
//! Key by key: a key that the newspaper's file has replaces the family's whole value, lists included. Layouts:
//! a file without any has all of the family's; a file with some has just those, in its own order, and each that
//! bears the name of one of the family's takes from it every key that it lacks itself, except `until`.

use super::Family;
use super::part::{LayoutPart, Part, Placed};
use crate::newspaper::classify::Addresses;
use crate::newspaper::fault::Fault;
use crate::newspaper::files::SourceFile;
use crate::newspaper::tree::Text;
use crate::newspaper::{Crawl, DELAY_DEFAULT, Layout, Newspaper, Rating, Status};

/// The newspaper that a part and its family make.
pub(super) fn newspaper(part: &Part<'_>, family: &Family<'_, '_>, faults: &mut Vec<Fault>) -> Newspaper {
    let raw = &part.raw;
    let may_be_misspelt = raw.has_unknown_keys;
    if raw.name.as_ref().map_or(!may_be_misspelt, |name| name.get_ref().trim().is_empty()) {
        faults.push(part.file.fault(&(0..0), "the newspaper has no name", "write name = \"Báo …\""));
    }
    if raw.hosts.as_ref().map_or(!may_be_misspelt, Vec::is_empty) {
        faults.push(part.file.fault(&(0..0), "the newspaper has no hosts", "write hosts = [\"…\"]"));
    }
    let found = match family {
        Family::Found(family) => Some(*family),
        Family::None | Family::Missing => None,
    };
    let layouts = layouts(part, found);
    if !matches!(family, Family::Missing) {
        check_layouts(&layouts, faults);
    }
    let family_raw = found.map(|family| &family.raw);
    let mut newspaper = Newspaper {
        id: part.file.name.clone(),
        name: owned(raw.name.as_ref()).unwrap_or_default(),
        province: owned(raw.province.as_ref()),
        province_2025: owned(raw.province_2025.as_ref()),
        hosts: part.hosts.iter().map(|host| host.value.clone()).collect(),
        codes: raw.codes.iter().flatten().map(|code| code.get_ref().clone()).collect(),
        family: owned(raw.family.as_ref()),
        status: part.status.clone().unwrap_or(Status::Live),
        confidence: part.confidence.or(found.and_then(|family| family.confidence)).unwrap_or(Rating::Low),
        evidence: owned(raw.evidence.as_ref().or(family_raw.and_then(|raw| raw.evidence.as_ref()))),
        server: owned(raw.server.as_ref().or(family_raw.and_then(|raw| raw.server.as_ref()))),
        crawl: crawl(part, found),
        layouts: layouts.into_iter().map(|placed| layout(placed.layout)).collect(),
        addresses: Addresses::default(),
    };
    newspaper.addresses = Addresses::new(&newspaper);
    newspaper
}

fn owned(text: Option<&Text>) -> Option<String> {
    text.map(|text| text.get_ref().clone())
}

fn crawl(part: &Part<'_>, family: Option<&Part<'_>>) -> Crawl {
    /// The values of the newspaper's key, or else of the family's.
    fn values<T: Clone>(own: Option<&Vec<Placed<T>>>, family: Option<&Vec<Placed<T>>>) -> Vec<T> {
        own.or(family).into_iter().flatten().map(|placed| placed.value.clone()).collect()
    }
    Crawl {
        start: values(part.start.as_ref(), family.and_then(|family| family.start.as_ref())),
        feeds: values(part.feeds.as_ref(), family.and_then(|family| family.feeds.as_ref())),
        sitemaps: values(part.sitemaps.as_ref(), family.and_then(|family| family.sitemaps.as_ref())),
        apis: values(part.apis.as_ref(), family.and_then(|family| family.apis.as_ref())),
        article: values(part.article.as_ref(), family.and_then(|family| family.article.as_ref())),
        listing: values(part.listing.as_ref(), family.and_then(|family| family.listing.as_ref())),
        ignore: values(part.ignore.as_ref(), family.and_then(|family| family.ignore.as_ref())),
        by_id: part.by_id.clone().or(family.and_then(|family| family.by_id.clone())),
        delay: part.delay.or(family.and_then(|family| family.delay)).unwrap_or(DELAY_DEFAULT),
    }
}

/// A merged layout and where a fault of it is told.
struct PlacedLayout<'p> {
    file: &'p SourceFile,
    layout: LayoutPart,
}

fn layouts<'p>(part: &'p Part<'_>, family: Option<&'p Part<'_>>) -> Vec<PlacedLayout<'p>> {
    let of_family = family.and_then(|family| family.layouts.as_ref());
    match (&part.layouts, family, of_family) {
        (Some(own), _, _) => own
            .iter()
            .map(|own| {
                let base = of_family.into_iter().flatten().find(|base| base.name == own.name);
                PlacedLayout { file: part.file, layout: base.map_or(own.clone(), |base| over(own, base)) }
            })
            .collect(),
        (None, Some(family), Some(layouts)) => {
            layouts.iter().map(|layout| PlacedLayout { file: family.file, layout: layout.clone() }).collect()
        }
        _ => Vec::new(),
    }
}

/// One layout laid over another.
fn over(own: &LayoutPart, base: &LayoutPart) -> LayoutPart {
    let mut picks = base.picks.clone();
    picks.extend(own.picks.iter().map(|(field, picks)| (*field, picks.clone())));
    LayoutPart {
        at: own.at.clone(),
        name: own.name.clone(),
        until: own.until,
        has_until: own.has_until,
        generic: own.generic,
        picks,
        date_order: own.date_order.or(base.date_order),
        false_utc: own.false_utc.or(base.false_utc),
    }
}

fn check_layouts(layouts: &[PlacedLayout<'_>], faults: &mut Vec<Fault>) {
    for (index, PlacedLayout { file, layout }) in layouts.iter().enumerate() {
        let name = &layout.name;
        let fields = &layout.picks;
        let reads_articles = fields.keys().any(|field| field.is_of_articles());
        if layout.generic && reads_articles {
            let what = format!("the layout `{name}` is generic and has selectors of articles");
            faults.push(file.fault(&layout.at, what, "remove the selectors, or `generic`"));
        } else if !layout.generic && !reads_articles {
            let what = format!("the layout `{name}` finds nothing of an article");
            let advice =
                "write title = [\"…\"] and body = [\"…\"], or generic = true where the markup is not known";
            faults.push(file.fault(&layout.at, what, advice));
        }
        let is_newest = index + 1 == layouts.len();
        match (layout.until, is_newest) {
            (Some(_), true) => {
                let what = format!("the newest layout `{name}` has an end");
                let advice = "the last layout is today's: remove `until`, or add the layout that came after";
                faults.push(file.fault(&layout.at, what, advice));
            }
            (None, false) if !layout.has_until => {
                let what = format!("the layout `{name}` is not the last and has no end");
                let advice = "write until = 2023-06-30, the last day on which pages looked so";
                faults.push(file.fault(&layout.at, what, advice));
            }
            (Some(until), false) => {
                let earlier = layouts[..index].iter().filter_map(|placed| placed.layout.until).max();
                if let Some(earlier) = earlier.filter(|earlier| *earlier >= until) {
                    let what = format!("the layout `{name}` ends on {until}, and one before it on {earlier}");
                    faults.push(file.fault(&layout.at, what, "put the layouts in order, oldest first"));
                }
            }
            (None, _) => {}
        }
    }
}

fn layout(part: LayoutPart) -> Layout {
    let mut layout = Layout {
        name: part.name,
        until: part.until,
        date_order: part.date_order,
        false_utc: part.false_utc.unwrap_or_default(),
        ..Layout::default()
    };
    for (field, picks) in part.picks {
        *layout.field_mut(field) = picks;
    }
    layout
}
