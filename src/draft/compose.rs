//! The parts of a draft put together as a file that passes the checks.

use std::fmt::Write as _;

use url::Url;

use super::family::Kin;
use super::flat::key;
use super::induce::{self, is_selected};
use super::sample::Sample;
use super::text::{list, quoted};
use super::trial::{self, Drawn};
use super::{Doubt, Options, address, site};
use crate::article::Article;
use crate::extract;
use crate::newspaper::{Class, Field, Newspaper, Sources};
use crate::target::bare_host;
use crate::when::vietnam;

/// What a draft is made from, read.
pub(super) struct Known<'k, 'p> {
    pub(super) samples: &'k [Sample<'p>],
    pub(super) urls: &'k [Url],
    pub(super) front: Option<&'k Sample<'p>>,
    pub(super) sitemaps: &'k [Url],
}

/// A finished draft.
pub(super) struct Composed {
    pub(super) id: String,
    pub(super) kin: Option<Kin>,
    /// The selectors that are the file's own.
    pub(super) drawn: Drawn,
    /// The patterns of articles, where they are the file's own.
    pub(super) article: Vec<address::Pattern>,
    /// Whether any pattern takes the addresses, be it the family's.
    pub(super) takes_addresses: bool,
    /// What neither the pages nor the user tell: `hosts`, `name`, `province`; `links` where the front page was not
    /// seen.
    pub(super) untold: Vec<&'static str>,
    pub(super) codes: Vec<String>,
    pub(super) hosts: Vec<String>,
    /// How many hosts of the pages belong to other newspapers.
    pub(super) left_out: usize,
    pub(super) listing_count: usize,
    /// The file without the remarks at its top.
    pub(super) body: String,
}

impl Composed {
    /// The file with what it is unsure of at its top.
    pub(super) fn toml(&self, doubts: &[Doubt]) -> String {
        let mut text = String::from("# A draft: look it over, and take these lines out when you have.\n");
        for doubt in doubts {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "# - {}: {}", doubt.key, doubt.what.replace(['\n', '\r'], " "));
        }
        format!("{text}\n{}", self.body)
    }
}

/// Puts a file together.
pub(super) fn compose(
    known: &Known<'_, '_>,
    kin: Option<Kin>,
    sources: &Sources,
    options: &Options,
) -> Composed {
    let samples = known.samples;
    let mut hosts = site::hosts(samples);
    let has_address = !hosts.is_empty();
    let is_free = |host: &str| !options.taken_hosts.iter().any(|taken| bare_host(taken) == bare_host(host));
    if hosts.iter().any(|host| is_free(host)) {
        hosts.retain(|host| is_free(host));
    }
    let is_own = |url: &&Url| {
        let host = bare_host(url.host_str().unwrap_or_default());
        hosts.iter().any(|own| bare_host(own) == host)
    };
    let urls: Vec<Url> = known.urls.iter().filter(is_own).cloned().collect();
    if !has_address {
        let id = options.id.as_deref().unwrap_or("bao-moi");
        hosts.push(site::linked_host(samples).unwrap_or_else(|| format!("{id}.example")));
    }
    let host = hosts.first().cloned().unwrap_or_default();
    let id = options.id.clone().unwrap_or_else(|| site::id(&host));
    let drawn = match &kin {
        Some(Kin { layout: Some(_), .. }) => deviations(samples, kin.as_ref(), &hosts, sources),
        _ => induce::layout(samples),
    };
    let by_family = kin.as_ref().is_some_and(|kin| kin.takes_addresses);
    let article = if by_family { Vec::new() } else { address::patterns(&urls) };
    let told = options.name.clone().or_else(|| site::name(samples));
    let untold = [
        ("hosts", has_address),
        ("name", told.is_some()),
        ("province", options.province.is_some()),
        ("links", known.front.is_some()),
    ];
    let mut composed = Composed {
        id,
        drawn,
        takes_addresses: by_family || !article.is_empty(),
        article,
        untold: untold.into_iter().filter(|(_, is_told)| !is_told).map(|(key, _)| key).collect(),
        codes: site::codes(samples),
        hosts: hosts.clone(),
        left_out: site::hosts(samples).len().saturating_sub(hosts.len()),
        listing_count: 0,
        kin,
        body: String::new(),
    };
    let head = head(&composed, &told.unwrap_or(host), &hosts, options, known);
    let mut crawl = Crawl::of(known, &composed);
    // The menus can be sorted only when the articles are known.
    if let Ok(newspaper) =
        sources.newspaper(&composed.id, &format!("{head}\n{}{}", crawl.text(), layouts(&composed, samples)))
    {
        crawl.complete(known, &newspaper, composed.kin.is_some());
        if let Some(front) =
            known.front.filter(|_| newspaper.layouts.last().is_none_or(|layout| layout.links.is_empty()))
        {
            let list = site::links(front, &newspaper);
            if !list.is_empty() {
                composed.drawn.fields.insert(Field::Links, list);
            }
        }
    }
    let layouts = layouts(&composed, samples);
    let examples = examples(known, &composed, sources, &format!("{head}\n{}{layouts}", crawl.text()), &crawl);
    composed.listing_count = crawl.menu.len();
    composed.body = format!("{head}\n{}{layouts}{examples}", crawl.text());
    composed
}

/// The keys at the top.
fn head(
    composed: &Composed,
    name: &str,
    hosts: &[String],
    options: &Options,
    known: &Known<'_, '_>,
) -> String {
    let mut text = format!("name = {}\n", quoted(name));
    if let Some(province) = &options.province {
        let _ = writeln!(text, "province = {}", quoted(province));
    }
    let _ = writeln!(text, "hosts = {}", list(hosts));
    if !composed.codes.is_empty() {
        let _ = writeln!(text, "codes = {}", list(&composed.codes));
    }
    if let Some(kin) = &composed.kin {
        let _ = writeln!(text, "family = {}", quoted(&kin.name));
    }
    let is_known = composed.kin.as_ref().is_some_and(|kin| kin.layout.is_some());
    let is_drawn = [Field::Title, Field::Body].iter().all(|field| composed.drawn.fields.contains_key(field));
    let confidence = if is_known || is_drawn { "medium" } else { "low" };
    let _ = writeln!(text, "confidence = \"{confidence}\"");
    let day = known
        .samples
        .iter()
        .map(|sample| sample.page.fetched_at.with_timezone(&vietnam()).date_naive())
        .max();
    let on = day.map(|day| format!(" of {day}")).unwrap_or_default();
    let _ =
        writeln!(text, "evidence = \"drafted by a machine from {} article pages{on}\"", known.samples.len());
    text
}

/// `[crawl]` under way.
struct Crawl {
    start: Option<Url>,
    feeds: Vec<Url>,
    sitemaps: Vec<Url>,
    article: Vec<String>,
    listing: Vec<String>,
    menu: Vec<Url>,
}

impl Crawl {
    fn of(known: &Known<'_, '_>, composed: &Composed) -> Crawl {
        let all: Vec<&Sample<'_>> = known.samples.iter().chain(known.front).collect();
        let is_own = |url: &&Url| {
            let host = bare_host(url.host_str().unwrap_or_default());
            composed.hosts.iter().any(|own| bare_host(own) == host)
        };
        Crawl {
            start: site::start(known.samples, &composed.hosts),
            feeds: site::feeds(&all),
            sitemaps: known.sitemaps.iter().filter(is_own).cloned().collect(),
            article: composed.article.iter().map(|pattern| pattern.text.clone()).collect(),
            listing: Vec::new(),
            menu: Vec::new(),
        }
    }

    /// Adds what can be told only when articles are known: the sections.
    fn complete(&mut self, known: &Known<'_, '_>, newspaper: &Newspaper, has_family: bool) {
        let all: Vec<&Sample<'_>> = known.samples.iter().chain(known.front).collect();
        self.menu = site::menu(&all, newspaper);
        let listed = self.menu.iter().filter(|url| newspaper.classify(url) == Class::Listing).count();
        // The family's patterns are better than any that are made here, as long as they take the sections.
        if !has_family || listed * 2 < self.menu.len() {
            self.listing = site::listings(&self.menu);
        }
    }

    fn text(&self) -> String {
        let mut text = String::new();
        let mut put = |key: &str, urls: &[Url]| {
            if !urls.is_empty() {
                let urls: Vec<String> = urls.iter().map(Url::to_string).collect();
                let _ = writeln!(text, "{key} = {}", list(&urls));
            }
        };
        put("start", self.start.as_slice());
        put("feeds", &self.feeds);
        put("sitemaps", &self.sitemaps);
        match self.article.as_slice() {
            [] => {}
            [one] => {
                let _ = writeln!(text, "article = {}", quoted(one));
            }
            several => {
                let _ = writeln!(text, "article = {}", list(several));
            }
        }
        if !self.listing.is_empty() {
            let _ = writeln!(text, "listing = {}", list(&self.listing));
        }
        if text.is_empty() { text } else { format!("[crawl]\n{text}\n") }
    }
}

/// `[[layout]]`, where there is something to say.
fn layouts(composed: &Composed, samples: &[Sample<'_>]) -> String {
    let keys = composed.drawn.keys();
    let family_layout = composed.kin.as_ref().and_then(|kin| Some((kin.layout.as_ref()?, kin.is_newest)));
    let name = match family_layout {
        Some((_, true)) if keys.is_empty() => return String::new(),
        Some((layout, _)) => layout.clone(),
        None => {
            let year = samples
                .iter()
                .map(|sample| sample.page.fetched_at.with_timezone(&vietnam()).format("%Y").to_string())
                .max();
            format!("drafted-{}", year.unwrap_or_default())
        }
    };
    let has_articles = composed.drawn.fields.keys().any(|field| field.is_of_articles());
    let generic = if family_layout.is_none() && !has_articles { "generic = true\n" } else { "" };
    format!("[[layout]]\nname = {}\n{generic}{keys}\n", quoted(&name))
}

/// `[examples]`, as far as the file bears them out.
fn examples(
    known: &Known<'_, '_>,
    composed: &Composed,
    sources: &Sources,
    text: &str,
    crawl: &Crawl,
) -> String {
    let Ok(newspaper) = sources.newspaper(&composed.id, text) else { return String::new() };
    let is_article = |url: &&Url| matches!(newspaper.classify(url), Class::Article { .. });
    let mut articles: Vec<String> = Vec::new();
    for url in known.urls.iter().filter(is_article).map(Url::to_string) {
        if !articles.contains(&url) {
            articles.push(url);
        }
    }
    let urls = |urls: Vec<Url>| urls.iter().map(Url::to_string).collect::<Vec<_>>();
    let listings = urls(site::examples(&crawl.menu, &newspaper, &Class::Listing));
    let others = urls(site::examples(&crawl.menu, &newspaper, &Class::Other));
    let mut text = String::new();
    for (key, examples) in [("article", &articles), ("listing", &listings), ("other", &others)] {
        if !examples.is_empty() {
            let _ = writeln!(text, "{key} = {}", list(examples));
        }
    }
    if text.is_empty() { text } else { format!("[examples]\n{text}") }
}

/// What the family's layout does not find and the pages have: the selectors of those fields.
fn deviations(samples: &[Sample<'_>], kin: Option<&Kin>, hosts: &[String], sources: &Sources) -> Drawn {
    let Some(kin) = kin else { return Drawn::default() };
    let read = |drawn: &Drawn| -> Vec<Option<Article>> {
        let layout =
            kin.layout.as_ref().map(|name| format!("[[layout]]\nname = {}\n{}", quoted(name), drawn.keys()));
        let text = format!(
            "name = \"trial\"\nhosts = {}\nfamily = {}\n{}",
            list(hosts),
            quoted(&kin.name),
            layout.unwrap_or_default()
        );
        let Ok(newspaper) = sources.newspaper("trial", &text) else { return Vec::new() };
        samples.iter().map(|sample| extract::article(&newspaper, sample.page).ok()).collect()
    };
    let mut drawn = Drawn::default();
    let mut wrong = faults(samples, &read(&drawn));
    for field in [
        Field::Title,
        Field::Lead,
        Field::Author,
        Field::Section,
        Field::Tags,
        Field::Caption,
        Field::Published,
    ] {
        if wrong.iter().all(|(own, _)| *own != field) {
            continue;
        }
        let list = if field == Field::Published {
            induce::printed_times(samples)
        } else {
            induce::selectors(samples, field)
        };
        if list.is_empty() {
            continue;
        }
        let tried = drawn.with(field, list);
        let left = faults(samples, &read(&tried));
        // It must find what was missed, and nothing else may get worse.
        let count = |wrong: &[(Field, usize)]| wrong.iter().map(|(_, count)| count).sum::<usize>();
        if count(&left) < count(&wrong) {
            (drawn, wrong) = (tried, left);
        }
    }
    drawn
}

/// The fields in which readings differ from what the pages say, each with the number of pages.
fn faults(samples: &[Sample<'_>], readings: &[Option<Article>]) -> Vec<(Field, usize)> {
    let keys = |texts: &[String]| texts.iter().map(|text| key(text)).collect::<Vec<_>>();
    let missed = |read: &[String], known: &[String]| !known.is_empty() && keys(read) != keys(known);
    let mut counts: Vec<(Field, usize)> = Vec::new();
    for (sample, read) in samples.iter().zip(readings) {
        let (Ok(known), Some(read)) = (&sample.article, read) else { continue };
        let lead = |article: &Article| article.lead.as_deref().map(key).unwrap_or_default();
        let wrong = [
            (Field::Title, key(&read.title) != key(&known.title)),
            (Field::Lead, known.lead.is_some() && lead(read) != lead(known)),
            (Field::Author, missed(&read.authors, &known.authors)),
            (Field::Section, read.section.is_empty() && !known.section.is_empty()),
            (Field::Tags, read.tags.is_empty() && !known.tags.is_empty()),
            (Field::Caption, missed(&read.captions, &known.captions)),
            (
                Field::Published,
                known.published_at.is_some() && !trial::same_time(read.published_at, known.published_at),
            ),
        ];
        for (field, _) in wrong.into_iter().filter(|(_, is_wrong)| *is_wrong) {
            match counts.iter_mut().find(|(own, _)| *own == field) {
                Some((_, count)) => *count += 1,
                None => counts.push((field, 1)),
            }
        }
    }
    counts
}

/// Whether every page's field was read by a selector.
pub(super) fn selected_on<'a>(articles: impl Iterator<Item = &'a Article>, field: &str) -> usize {
    articles.filter(|article| is_selected(article, field)).count()
}
