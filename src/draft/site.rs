//! What pages say of the newspaper as a whole: its name, its hosts, the codes of its datelines, its sections and feeds.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use url::{Position, Url};

use super::choose::{self, Aim};
use super::sample::Sample;
use crate::extract::text;
use crate::newspaper::{Class, Field, Newspaper};
use crate::target::{address_key, bare_host, canonical};
use crate::text::clean;

/// How many addresses of a kind are given as examples.
const EXAMPLES_MAX: usize = 4;

/// How many links of a shape make a pattern of listings.
const SHAPE_LINKS_MIN: usize = 3;

/// How many feeds are taken over.
const FEEDS_MAX: usize = 20;

/// How many selectors of links are drafted.
const LINKS_MAX: usize = 4;

/// A link with fewer letters is no headline.
const HEADLINE_LETTERS_MIN: usize = 20;

/// Ends of hosts behind which a site's own name stands.
const SUFFIXES: [&str; 14] =
    ["vn", "com", "net", "org", "gov", "edu", "info", "example", "test", "localhost", "tv", "io", "co", "me"];

/// Agencies, whose codes open datelines in all newspapers.
const AGENCIES: [&str; 6] = ["TTXVN", "VNA", "AFP", "AP", "VOV", "VTV"];

/// The hosts of the pages, the first page's first.
pub(super) fn hosts(samples: &[Sample<'_>]) -> Vec<String> {
    let mut hosts: Vec<String> = Vec::new();
    for host in samples.iter().filter_map(|sample| sample.page.url.host_str()) {
        let host = host.trim_end_matches('.').to_lowercase();
        if !hosts.iter().any(|known| bare_host(known) == bare_host(&host)) {
            hosts.push(host);
        }
    }
    hosts
}

/// The host to which most links of pages lead that do not say their own address.
pub(super) fn linked_host(samples: &[Sample<'_>]) -> Option<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (_, url) in samples.iter().flat_map(Sample::links) {
        if let Some(host) = url.host_str() {
            *counts.entry(bare_host(host).to_lowercase()).or_default() += 1;
        }
    }
    let enough = SHAPE_LINKS_MIN * samples.len();
    counts
        .into_iter()
        .filter(|(_, count)| *count >= enough)
        .max_by_key(|(_, count)| *count)
        .map(|(host, _)| host)
}

/// An id made of a host: `baolangson` of `www.baolangson.vn`.
pub(super) fn id(host: &str) -> String {
    let labels: Vec<&str> = bare_host(host).split('.').collect();
    let own = labels.iter().rposition(|label| !SUFFIXES.contains(label)).map_or(labels.len(), |at| at + 1);
    let joined = labels[..own].join("-").to_lowercase();
    joined.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect()
}

/// The name that the site gives itself.
pub(super) fn name(samples: &[Sample<'_>]) -> Option<String> {
    let told = samples.iter().find_map(|sample| sample.meta("og:site_name")).map(clean::line);
    told.filter(|name| !name.is_empty()).or_else(|| {
        let endings: Option<Vec<String>> = samples
            .iter()
            .map(|sample| {
                let title = sample.tagged("title").next().map(text)?;
                let (_, name) = [" | ", " - ", " – "].iter().find_map(|mark| title.rsplit_once(mark))?;
                Some(name.trim().to_owned())
            })
            .collect();
        let endings = endings?;
        let first = endings.first()?.clone();
        endings.iter().all(|ending| *ending == first).then_some(first)
    })
}

/// The codes of the newspaper's own datelines.
pub(super) fn codes(samples: &[Sample<'_>]) -> Vec<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let articles = samples.iter().filter_map(|sample| sample.article.as_ref().ok());
    for source in articles.filter_map(|article| article.dateline.as_ref()?.source.clone()) {
        if !AGENCIES.iter().any(|agency| source.contains(agency)) {
            *counts.entry(source).or_default() += 1;
        }
    }
    let most = counts.values().copied().max().unwrap_or_default();
    counts.into_iter().filter(|(_, count)| *count == most && most > 1).map(|(code, _)| code).collect()
}

/// The front page, on a host of the newspaper's.
pub(super) fn start(samples: &[Sample<'_>], hosts: &[String]) -> Option<Url> {
    let is_own = |sample: &&Sample<'_>| {
        let host = sample.page.url.host_str().map(bare_host);
        host.is_some_and(|host| hosts.iter().any(|own| bare_host(own) == host))
    };
    let url = &samples.iter().find(is_own)?.page.url;
    url.join("/").ok().map(|url| canonical(&url))
}

/// The feeds that the pages name.
pub(super) fn feeds(samples: &[&Sample<'_>]) -> Vec<Url> {
    let mut feeds: Vec<Url> = Vec::new();
    for sample in samples {
        let links = sample.tagged("link").filter(|link| {
            let kind = link.attr("type").unwrap_or_default().to_ascii_lowercase();
            matches!(kind.trim(), "application/rss+xml" | "application/atom+xml")
        });
        for url in links.filter_map(|link| sample.page.url.join(link.attr("href")?.trim()).ok()) {
            let is_own = bare_host(url.host_str().unwrap_or_default())
                == bare_host(sample.page.url.host_str().unwrap_or_default());
            if is_own
                && feeds.len() < FEEDS_MAX
                && !feeds.iter().any(|known| address_key(known) == address_key(&url))
            {
                feeds.push(canonical(&url));
            }
        }
    }
    feeds
}

/// The addresses that stand on every page at hand and on the newspaper's hosts: its menus.
pub(super) fn menu(samples: &[&Sample<'_>], newspaper: &Newspaper) -> Vec<Url> {
    let on_page = |sample: &Sample<'_>| -> BTreeSet<String> {
        sample.links().map(|(_, url)| canonical(&url).to_string()).collect()
    };
    let mut pages = samples.iter().map(|sample| on_page(sample));
    let Some(first) = pages.next() else { return Vec::new() };
    let shared = pages.fold(first, |shared, page| shared.intersection(&page).cloned().collect());
    let urls = shared.iter().filter_map(|url| Url::parse(url).ok());
    urls.filter(|url| newspaper.owns(url) && !matches!(newspaper.classify(url), Class::Article { .. }))
        .collect()
}

/// Patterns of section pages: the shapes that several addresses of the menu have.
pub(super) fn listings(menu: &[Url]) -> Vec<String> {
    const SHAPES: [&str; 5] = [
        r"^/[A-Za-z0-9-]+/?$",
        r"^/[A-Za-z0-9-]+/[A-Za-z0-9-]+/?$",
        r"^/[a-z0-9-]+\.html?$",
        r"^/[a-z0-9-]+/[a-z0-9-]+\.html?$",
        r"^/[A-Za-z0-9-]+\.(?:aspx|php)$",
    ];
    let takes = |shape: &&str| {
        let Ok(pattern) = regex::Regex::new(shape) else { return false };
        let taken =
            menu.iter().filter(|url| pattern.is_match(&url[Position::BeforePath..Position::AfterQuery]));
        taken.count() >= SHAPE_LINKS_MIN
    };
    SHAPES.into_iter().filter(takes).map(str::to_owned).collect()
}

/// Addresses of a class among those of the menu.
pub(super) fn examples(menu: &[Url], newspaper: &Newspaper, class: &Class) -> Vec<Url> {
    menu.iter().filter(|url| newspaper.classify(url) == *class).take(EXAMPLES_MAX).cloned().collect()
}

/// Selectors of the links to articles on a listing page.
pub(super) fn links(front: &Sample<'_>, newspaper: &Newspaper) -> Vec<String> {
    let is_article = |url: &Url| matches!(newspaper.classify(url), Class::Article { .. });
    let all: HashSet<_> =
        front.links().filter(|(_, url)| is_article(url)).map(|(link, _)| link.id()).collect();
    let headlines =
        all.iter().copied().filter(|node| front.flat.length(*node) >= HEADLINE_LETTERS_MIN).collect();
    let other = |_: &Sample<'_>, element: scraper::ElementRef<'_>, _: bool| all.contains(&element.id());
    let aim = Aim { field: Field::Links, right: vec![headlines], may_be: &other };
    choose::many(std::slice::from_ref(front), &aim, LINKS_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_what_stands_before_the_ends_of_a_host() {
        for (host, expected) in [
            ("www.baolangson.vn", "baolangson"),
            ("baoangiang.com.vn", "baoangiang"),
            ("phuyen.baodaklak.vn", "phuyen-baodaklak"),
            ("127.0.0.1", "127-0-0-1"),
            ("bao-thu.example", "bao-thu"),
        ] {
            assert_eq!(id(host), expected);
        }
    }
}
