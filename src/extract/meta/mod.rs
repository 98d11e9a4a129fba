//! What a page's metadata say: JSON-LD, `<meta>`, `<link>`, `<title>`.
//!
//! Metadata are written for machines by machines and are often better kept than the page, and often wrong in ways
//! that repeat: the newspaper as author, the site's fixed list of words as keywords, the old host as address, the
//! month before the day, a local time marked as UTC, the time of the fetch. What is not the article's own is left
//! out here, so that whoever asks may take what there is.

mod address;
pub(crate) mod dates;
mod head;
mod site;
mod tags;

use chrono::{DateTime, Utc};
use url::Url;

use self::head::Head;
use super::document::{Document, Mark};
use super::json_ld::{self, Linked};
use crate::article::Origin;
use crate::newspaper::{Layout, Newspaper};
use crate::text::byline::{self, Byline};
use crate::text::clean;

pub(crate) use self::dates::Dates;
pub(crate) use self::site::SiteNames;
pub(crate) use self::tags::{listed, tidied};

/// A value and what gave it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Told<T> {
    pub(crate) value: T,
    pub(crate) origin: Origin,
}

impl<T> Told<T> {
    pub(crate) fn new(value: T, origin: Origin) -> Told<T> {
        Told { value, origin }
    }
}

/// What a page's metadata say of its article.
#[derive(Debug)]
pub(crate) struct Meta {
    /// The headline, without the site's suffix.
    pub(crate) title: Option<Told<String>>,
    /// What `<title>` says, without the site's suffix.
    pub(crate) page_title: Option<String>,
    /// Whether nothing but `<title>` tells the headline, which may name the site or the section instead.
    pub(crate) is_title_loose: bool,
    /// The description: the lead, or the beginning of the text, whole or cut.
    pub(crate) description: Option<String>,
    /// The authors that are persons.
    pub(crate) authors: Option<Told<Vec<String>>>,
    /// When it was published and changed, by all that tell.
    pub(crate) dates: Dates,
    /// The path of sections, from the general to the article's own.
    pub(crate) section: Option<Told<Vec<String>>>,
    /// Lists that may be the article's tags, the most trusted first.
    pub(crate) keywords: Vec<Told<Vec<String>>>,
    /// The canonical address; that of the page where none is told or none fits.
    pub(crate) url: Told<Url>,
    /// The newspaper's own number for the article.
    pub(crate) id_in_newspaper: Option<String>,
    /// Whether the page says that it holds an article.
    pub(crate) says_article: bool,
    /// The names by which the site calls itself.
    pub(crate) site: SiteNames,
}

/// Reads the metadata of a page of a newspaper.
pub(crate) fn read(
    document: &Document,
    newspaper: &Newspaper,
    layout: Option<&Layout>,
    url: &Url,
    fetched_at: DateTime<Utc>,
) -> Meta {
    let scripts: Vec<String> = document.marked(Mark::JsonLd).map(|script| script.text().collect()).collect();
    let linked = json_ld::read(scripts.iter().map(String::as_str));
    let head = Head::of(document);
    let site = SiteNames::of(newspaper, url, &head, &linked);
    let address = address::canonical(document, &head, &linked, newspaper, url);
    Meta {
        title: title(document, &head, &linked, &site),
        page_title: page_title(document, &site),
        is_title_loose: head.get("og:title").is_none() && linked.title.is_none(),
        description: head
            .first(&["og:description", "description", "twitter:description"])
            .or(linked.description.clone()),
        authors: authors(&head, &linked, &site),
        dates: dates::read(&head, &linked, layout, url, fetched_at),
        section: section(&head, &linked, &site),
        keywords: tags::read(&head, &linked),
        url: address.url,
        id_in_newspaper: address.id,
        says_article: linked.has_article
            || head.get("og:type").is_some_and(|kind| kind.eq_ignore_ascii_case("article")),
        site,
    }
}

fn title(document: &Document, head: &Head<'_>, linked: &Linked, site: &SiteNames) -> Option<Told<String>> {
    let bare = |title: String| Some(site.without_suffix(&title).to_owned()).filter(|title| !title.is_empty());
    let told = |title: Option<String>, origin| title.and_then(bare).map(|title| Told::new(title, origin));
    told(head.first(&["og:title", "twitter:title"]), Origin::Meta)
        .or_else(|| told(linked.title.clone(), Origin::JsonLd))
        .or_else(|| told(document.marked(Mark::Title).map(super::document::text).next(), Origin::Meta))
}

fn page_title(document: &Document, site: &SiteNames) -> Option<String> {
    let title = document.marked(Mark::Title).map(super::document::text).next()?;
    Some(site.without_suffix(&title).to_owned()).filter(|title| !title.is_empty())
}

/// Persons only: the newspaper itself, its departments and the users of its system are no authors.
fn authors(head: &Head<'_>, linked: &Linked, site: &SiteNames) -> Option<Told<Vec<String>>> {
    let persons = |byline: Byline, origin| {
        let persons: Vec<String> = byline.persons.into_iter().filter(|person| !site.is_own(person)).collect();
        (!persons.is_empty()).then(|| Told::new(persons, origin))
    };
    let metas =
        ["dable:author", "article:author", "author", "parsely-author", "cxenseparse:author", "dc.creator"];
    persons(linked.byline.clone(), Origin::JsonLd)
        .or_else(|| metas.iter().find_map(|key| persons(byline::read(&head.get(key)?), Origin::Meta)))
}

fn section(head: &Head<'_>, linked: &Linked, site: &SiteNames) -> Option<Told<Vec<String>>> {
    let own = |path: Vec<String>, origin| {
        let path: Vec<String> = path.into_iter().filter(|step| !site.is_own(step)).collect();
        (!path.is_empty()).then(|| Told::new(path, origin))
    };
    let meta = head.first(&["article:section", "articlesection"]).map(|section| sections(&section));
    own(linked.breadcrumbs.clone(), Origin::JsonLd)
        .or_else(|| own(meta.unwrap_or_default(), Origin::Meta))
        .or_else(|| own(linked.section.clone(), Origin::JsonLd))
}

/// The path in a text that names the own section first and then the one above, `Quy hoạch,Địa ốc`, turned round. A
/// comma with a blank behind it belongs to a section's name.
pub(crate) fn sections(text: &str) -> Vec<String> {
    let mut steps: Vec<String> = Vec::new();
    let mut rest = text;
    let mut from = 0;
    while let Some(at) = rest[from..].find(',').map(|at| at + from) {
        if rest[at + 1..].starts_with(char::is_whitespace) {
            from = at + 1;
        } else {
            steps.push(clean::line(&rest[..at]));
            rest = &rest[at + 1..];
            from = 0;
        }
    }
    steps.push(clean::line(rest));
    steps.retain(|step| !step.is_empty());
    steps.reverse();
    steps
}

#[cfg(test)]
mod tests;
