//! A first selector file, drafted from two or three article pages of one newspaper.
//!
//! The pages are read without any selector; what is found so is looked for in their trees, and the shortest names that
//! lead to it on all pages become the file's selectors (`induce`). Where a known family reads the pages as well,
//! the file builds on it and says only what differs (`family`). Addresses give the patterns (`address`); menus,
//! feeds and the front page the rest (`site`). Nothing is asked of the network here, and nothing is believed that
//! reading the pages with the finished draft does not bear out.

mod address;
mod aims;
mod candidate;
mod choose;
mod compose;
mod doubts;
mod family;
mod flat;
mod induce;
mod names;
mod sample;
mod site;
mod text;
mod trial;

use schemars::JsonSchema;
use serde::Serialize;
use url::Url;

use self::sample::Sample;
use crate::article::Article;
use crate::extract;
use crate::newspaper::Sources;
use crate::page::Page;

/// The fewest pages that a draft is made from: with one, nothing tells what changes from page to page.
pub const PAGES_MIN: usize = 2;

/// The most.
pub const PAGES_MAX: usize = 12;

/// What a draft is made from.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'p> {
    /// Article pages of one newspaper.
    pub pages: &'p [Page],
    /// Its front page.
    pub front: Option<&'p Page>,
    /// The sitemaps that its robots.txt names.
    pub sitemaps: &'p [Url],
}

/// What the user knows better.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The newspaper's id.
    pub id: Option<String>,
    /// Its printed name.
    pub name: Option<String>,
    /// The province it writes for.
    pub province: Option<String>,
    /// Which families may be used.
    pub family: FamilyChoice,
    /// Hosts that belong to other newspapers: a page of theirs may help, but the file does not claim them.
    pub taken_hosts: Vec<String>,
}

/// Which families a draft may build on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum FamilyChoice {
    /// The one that fits.
    #[default]
    Find,
    /// None.
    None,
    /// This one.
    Named(String),
}

/// A drafted selector file.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Draft {
    /// The newspaper's id: save the file as `<id>.toml`.
    pub id: String,
    /// The family that the file builds on.
    pub family: Option<String>,
    /// The text of the file.
    pub toml: String,
    /// What is read with it on each page.
    pub pages: Vec<PageRead>,
    /// What it is unsure of.
    pub doubts: Vec<Doubt>,
}

/// What is read on one page.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PageRead {
    /// The page's address.
    pub url: Url,
    /// The article; null where none was read.
    pub article: Option<Article>,
    /// Why no article was read.
    pub unfit: Option<String>,
}

/// Something that the draft is unsure of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Doubt {
    /// The key of the file that it is about.
    pub key: String,
    /// What is not sure, and what to do.
    pub what: String,
    /// Whether the draft cannot be used as it is.
    pub is_fault: bool,
}

/// Why there is no draft.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    /// Too few pages.
    #[error("{0} article page(s) are too few for a draft (give two or three of different sections)")]
    TooFew(usize),
    /// Too many pages.
    #[error("{0} pages are too many for a draft (give two or three, at most {PAGES_MAX})")]
    TooMany(usize),
    /// No page holds an article.
    #[error("none of the pages holds an article: {0} (give the addresses of articles, not of sections)")]
    NoArticle(String),
    /// The family is not there.
    #[error("there is no family '{name}' (known are {known})")]
    NoFamily {
        /// Its name.
        name: String,
        /// The names there are.
        known: String,
    },
}

/// Drafts a selector file.
pub fn draft(evidence: &Evidence<'_>, sources: &Sources, options: &Options) -> Result<Draft, DraftError> {
    let count = evidence.pages.len();
    if count < PAGES_MIN {
        return Err(DraftError::TooFew(count));
    }
    if count > PAGES_MAX {
        return Err(DraftError::TooMany(count));
    }
    let samples: Vec<Sample<'_>> = evidence.pages.iter().map(Sample::of).collect();
    let urls: Vec<Url> = samples.iter().map(address_of).filter(|url| url.host_str().is_some()).collect();
    let kin = kin(&samples, &urls, sources, options)?;
    if samples.iter().all(|sample| sample.article.is_err())
        && kin.as_ref().is_none_or(|kin| kin.layout.is_none())
    {
        let why = samples.iter().find_map(|sample| sample.article.as_ref().err()).map(ToString::to_string);
        return Err(DraftError::NoArticle(why.unwrap_or_default()));
    }
    let front = evidence.front.map(Sample::of);
    let known =
        compose::Known { samples: &samples, urls: &urls, front: front.as_ref(), sitemaps: evidence.sitemaps };
    let composed = compose::compose(&known, kin, sources, options);
    let pages = read(evidence.pages, &composed, sources);
    let doubts = doubts::all(&samples, &pages, &composed);
    let toml = composed.toml(&doubts);
    Ok(Draft { id: composed.id, family: composed.kin.map(|kin| kin.name), toml, pages, doubts })
}

/// The address of a page's article: the one that the page gives itself, where it was read.
fn address_of(sample: &Sample<'_>) -> Url {
    sample.article.as_ref().map_or_else(|_| sample.page.url.clone(), |article| article.url.clone())
}

fn kin(
    samples: &[Sample<'_>],
    urls: &[Url],
    sources: &Sources,
    options: &Options,
) -> Result<Option<family::Kin>, DraftError> {
    match &options.family {
        FamilyChoice::None => Ok(None),
        FamilyChoice::Find => Ok(family::find(samples, urls, sources)),
        FamilyChoice::Named(name) => {
            let kin = family::named(samples, urls, sources, name);
            let known = || sources.family_names().collect::<Vec<_>>().join(", ");
            kin.map(Some).ok_or_else(|| DraftError::NoFamily { name: name.clone(), known: known() })
        }
    }
}

/// Reads the pages with the draft.
fn read(pages: &[Page], composed: &compose::Composed, sources: &Sources) -> Vec<PageRead> {
    let newspaper = sources.newspaper(&composed.id, &composed.body);
    let read = |page: &Page| match &newspaper {
        Ok(newspaper) => extract::article(newspaper, page).map_err(|unfit| unfit.to_string()),
        Err(faults) => Err(faults.to_string()),
    };
    pages
        .iter()
        .map(|page| {
            let (article, unfit) = match read(page) {
                Ok(article) => (Some(article), None),
                Err(unfit) => (None, Some(unfit)),
            };
            PageRead { url: page.url.clone(), article, unfit }
        })
        .collect()
}
