//! Which known family the pages are of: by reading them with each, and by the form of their addresses.
//!
//! That selectors match is not enough, for `#content` and `h1` match everywhere: what is read with them must be what
//! the page says without them, and something that is the family's alone must be there beside.

use url::Url;

use super::flat::key;
use super::induce::is_selected;
use super::sample::Sample;
use super::text::quoted;
use super::trial::{body_likeness, same_time};
use crate::article::Article;
use crate::extract;
use crate::newspaper::{Class, Field, Newspaper, Pick, Sources};

/// How like the body must be to what is read without the family.
const BODY_LIKENESS_MIN: f64 = 0.8;

/// Names that stand on pages of every make.
const COMMON: [&str; 22] = [
    "content",
    "title",
    "date",
    "detail",
    "author",
    "sapo",
    "lead",
    "main",
    "tags",
    "tag",
    "breadcrumb",
    "article",
    "body",
    "caption",
    "time",
    "name",
    "source",
    "summary",
    "post",
    "desc",
    "avatar",
    "related",
];

/// Addresses of no particular form: a family whose pattern takes one of them is not known by its addresses alone.
const PLAIN: [&str; 8] = [
    "/tin-moi-trong-ngay-123456.html",
    "/xa-hoi/tin-moi-trong-ngay-123456.html",
    "/tin-moi-trong-ngay-123456.htm",
    "/xa-hoi/tin-moi-trong-ngay-123456.htm",
    "/xa-hoi/tin-moi-trong-ngay/123456.htm",
    "/tin-moi-trong-ngay-1234567/",
    "/xa-hoi/tin-moi-trong-ngay-123456/",
    "/tin-moi-trong-ngay-123456",
];

/// A family that the pages are of.
#[derive(Clone, Debug)]
pub(super) struct Kin {
    /// Its name.
    pub(super) name: String,
    /// The layout of it that reads the pages; none where only the addresses tell the family.
    pub(super) layout: Option<String>,
    /// Whether it is its newest, which needs no mention.
    pub(super) is_newest: bool,
    /// Whether its patterns take all the addresses.
    pub(super) takes_addresses: bool,
    /// The fields that its layout reads on every page, by its own marks.
    pub(super) marks: Vec<Field>,
    worth: usize,
}

/// The family that fits best; none where none fits.
pub(super) fn find(samples: &[Sample<'_>], urls: &[Url], sources: &Sources) -> Option<Kin> {
    let kin = sources.family_names().filter_map(|name| try_family(samples, urls, sources, name));
    kin.filter(Kin::fits).max_by_key(|kin| (kin.layout.is_some(), kin.worth))
}

/// How a family fits that the user names.
pub(super) fn named(samples: &[Sample<'_>], urls: &[Url], sources: &Sources, name: &str) -> Option<Kin> {
    try_family(samples, urls, sources, name)
}

impl Kin {
    /// Whether there is enough to say that the pages are the family's.
    fn fits(&self) -> bool {
        self.worth > 0
    }
}

fn try_family(samples: &[Sample<'_>], urls: &[Url], sources: &Sources, name: &str) -> Option<Kin> {
    let host = samples.first()?.page.url.host_str().unwrap_or("trial.example");
    let text = format!("name = {0}\nhosts = [{0}]\nfamily = {1}\n", quoted(host), quoted(name));
    let newspaper = sources.newspaper("trial", &text).ok()?;
    let takes_addresses = takes(&newspaper, urls);
    let mut kin = Kin {
        name: name.to_owned(),
        layout: None,
        is_newest: false,
        takes_addresses,
        marks: Vec::new(),
        worth: usize::from(takes_addresses && is_particular(&newspaper, host)),
    };
    let Some(layout) = reads(samples, &newspaper) else { return Some(kin) };
    kin.marks = marks(samples, &newspaper, &layout);
    let strong = kin.marks.len();
    // One mark can be chance, unless it holds just the text and the addresses are right too.
    if strong > 1 || strong == 1 && takes_addresses && is_tight(samples, &newspaper, &layout) {
        kin.is_newest = newspaper.layouts.last().is_some_and(|last| last.name == layout);
        kin.layout = Some(layout);
        kin.worth = 2 + 2 * strong + 3 * usize::from(takes_addresses);
    }
    Some(kin)
}

/// Whether the element of the body holds little beside the text.
fn is_tight(samples: &[Sample<'_>], newspaper: &Newspaper, layout: &str) -> bool {
    let Some(layout) = newspaper.layouts.iter().find(|own| own.name == layout) else { return false };
    samples.iter().all(|sample| {
        let Ok(known) = &sample.article else { return false };
        let texts = known.body.iter().map(|block| &block.text).chain(&known.lead).chain(&known.captions);
        let letters: usize = texts.map(|text| key(text).len()).sum();
        let mut found = layout.body.iter().flat_map(|pick| sample.select(pick));
        found.next().is_some_and(|body| sample.flat.length(body.id()) * 2 <= letters * 3)
    })
}

/// Whether a newspaper's patterns take all addresses for articles.
fn takes(newspaper: &Newspaper, urls: &[Url]) -> bool {
    let is_taken = |url: &Url| {
        // The pages may come from several hosts of one system.
        let mut here = url.clone();
        let _ = here.set_host(newspaper.hosts.first().map(String::as_str));
        !newspaper.crawl.article.is_empty() && matches!(newspaper.classify(&here), Class::Article { .. })
    };
    !urls.is_empty() && urls.iter().all(is_taken)
}

/// Whether the form of its addresses is the family's alone.
fn is_particular(newspaper: &Newspaper, host: &str) -> bool {
    let plain = PLAIN.iter().filter_map(|path| Url::parse(&format!("https://{host}{path}")).ok());
    let mut taken = plain.filter(|url| matches!(newspaper.classify(url), Class::Article { .. }));
    taken.next().is_none()
}

/// The layout by which a newspaper reads all of the pages, and reads them as what they say.
fn reads(samples: &[Sample<'_>], newspaper: &Newspaper) -> Option<String> {
    let mut layouts: Vec<String> = Vec::new();
    for sample in samples {
        let read = extract::article(newspaper, sample.page).ok()?;
        if !is_selected(&read, "body") || !agrees(&read, sample) {
            return None;
        }
        let layout = read.read_by.layout.rsplit('/').next().unwrap_or_default().to_owned();
        if !layouts.contains(&layout) {
            layouts.push(layout);
        }
    }
    match layouts.as_slice() {
        [one] => Some(one.clone()),
        // Pages of two ages: the family's newest is today's, and brings the older with it.
        _ => newspaper.layouts.last().map(|layout| layout.name.clone()),
    }
}

/// Whether a reading says what the page says.
fn agrees(read: &Article, sample: &Sample<'_>) -> bool {
    let Ok(known) = &sample.article else { return !read.title.is_empty() };
    let same_title = key(&read.title) == key(&known.title);
    let no_worse_date = read.published_at.is_some() || known.published_at.is_none();
    let same_day = known.published_at.is_none()
        || same_time(read.published_at, known.published_at)
        || read.published_at.map(|when| when.day()) == known.published_at.map(|when| when.day());
    same_title
        && body_likeness(&read.body, &known.body) >= BODY_LIKENESS_MIN
        && (no_worse_date && same_day || read.published_at.is_none())
}

/// The fields that a layout finds on every page by names that are not on everybody's pages.
fn marks(samples: &[Sample<'_>], newspaper: &Newspaper, layout: &str) -> Vec<Field> {
    let Some(layout) = newspaper.layouts.iter().find(|own| own.name == layout) else { return Vec::new() };
    let is_found = |sample: &Sample<'_>, pick: &Pick| {
        is_own_name(pick) && sample.select(pick).iter().any(|element| sample.flat.length(element.id()) > 0)
    };
    let on_all = |field: &Field| {
        samples.iter().all(|sample| layout.field(*field).iter().any(|pick| is_found(sample, pick)))
    };
    let fields = [
        Field::Title,
        Field::Lead,
        Field::Body,
        Field::Author,
        Field::Published,
        Field::Section,
        Field::Tags,
    ];
    fields.into_iter().filter(on_all).collect()
}

/// Whether a selector has a name that is not common.
fn is_own_name(pick: &Pick) -> bool {
    let names = pick.written.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_')));
    let mut own = names.filter(|name| name.len() >= 4 && name.contains(['-', '_']) || name.len() >= 9);
    !pick.written.starts_with("meta") && own.any(|name| !COMMON.contains(&name) && !name.ends_with("-child"))
}
