//! A newspaper as its selector file describes it: checked, compiled, ready to classify addresses and to choose
//! the layout of a day.
//!
//! Three steps. `raw` mirrors the TOML with the place of every value; `check` finds every fault of every file at
//! once; what is left is a [`Newspaper`], which cannot be wrong any more. `selectors/README.md` describes the
//! files for those who write them.

mod api;
mod chain;
mod check;
mod classify;
mod css;
mod fault;
mod files;
mod layout;
mod pick;
mod proof;
mod raw;
mod set;
mod show;
mod summary;
mod tree;

use std::time::Duration;

use chrono::NaiveDate;
use regex::Regex;
use url::Url;

pub use api::{Api, Template};
pub use classify::Class;
pub use fault::{Fault, Faults};
pub use files::Sources;
pub use layout::{DateOrder, Field, Layout};
pub use pick::{Anchor, Pick};
pub use set::Newspapers;
pub use summary::Summary;

/// The time between two requests where a file names none.
pub const DELAY_DEFAULT: Duration = Duration::from_secs(2);

/// The longest time between two requests that a file may ask for.
pub const DELAY_MAX: Duration = Duration::from_mins(10);

/// A newspaper.
#[derive(Clone, Debug)]
pub struct Newspaper {
    /// The name of its selector file; empty for a site without one.
    pub id: String,
    /// Its printed name: `Báo Bắc Kạn`.
    pub name: String,
    /// The province it wrote for, in the borders before July 2025.
    pub province: Option<String>,
    /// The province that holds that land since July 2025.
    pub province_2025: Option<String>,
    /// Every host that serves or served it, in lower case; the first is the one of today.
    pub hosts: Vec<String>,
    /// The codes that open its datelines.
    pub codes: Vec<String>,
    /// The family its file builds on.
    pub family: Option<String>,
    /// `live`, or what became of it: `merged into baothainguyen on 2025-07-01`, `frozen on 2025-07-01`.
    pub status: Status,
    /// How well the file is evidenced.
    pub confidence: Rating,
    /// The kind of evidence behind the file.
    pub evidence: Option<String>,
    /// The name of the machine it shares with other newspapers, which then share one lane.
    pub server: Option<String>,
    /// Where and how to crawl it.
    pub crawl: Crawl,
    /// Its layouts, oldest first; the last one is today's and has no end.
    pub layouts: Vec<Layout>,
    /// Its hosts and the addresses it names, prepared.
    addresses: classify::Addresses,
}

impl Newspaper {
    /// A stand-in for a page of a site that has no selector file: its one host, no layout, and addresses classed
    /// by their looks.
    #[must_use]
    pub fn unknown(host: &str) -> Newspaper {
        let host = host.trim_end_matches('.').to_lowercase();
        let mut newspaper = Newspaper {
            id: String::new(),
            name: host.clone(),
            province: None,
            province_2025: None,
            hosts: vec![host],
            codes: Vec::new(),
            family: None,
            status: Status::Live,
            confidence: Rating::Low,
            evidence: None,
            server: None,
            crawl: Crawl::default(),
            layouts: Vec::new(),
            addresses: classify::Addresses::default(),
        };
        newspaper.addresses = classify::Addresses::new(&newspaper);
        newspaper
    }

    /// The id, where the newspaper has a selector file.
    #[must_use]
    pub fn known_id(&self) -> Option<&str> {
        (!self.id.is_empty()).then_some(self.id.as_str())
    }

    /// The layout of pages fetched on a day.
    #[must_use]
    pub fn layout_on(&self, day: NaiveDate) -> Option<&Layout> {
        self.layouts.iter().find(|layout| layout.until.is_none_or(|until| day <= until))
    }

    /// All layouts, the one of the day first, then the others from the newest to the oldest. A site may serve old
    /// pages in their old dress for years, and the day of a change is seldom known: where the day's own layout
    /// finds nothing, another may.
    pub fn layouts_for(&self, day: NaiveDate) -> impl Iterator<Item = &Layout> {
        let own = self.layout_on(day);
        let is_other = move |layout: &&Layout| own.is_none_or(|own| own.name != layout.name);
        own.into_iter().chain(self.layouts.iter().rev().filter(is_other))
    }

    /// The headers that an address wants beside a client's own: those of its JSON listing.
    #[must_use]
    pub fn request_headers(&self, url: &Url) -> &[(String, String)] {
        self.api(url).map(|api| api.headers.as_slice()).unwrap_or_default()
    }

    /// The article with a number, by its number alone; `None` where the file does not say how, or where the address
    /// that it gives is none of an article with this number.
    #[must_use]
    pub fn numbered(&self, number: u64) -> Option<crate::target::Target> {
        let number = number.to_string();
        let path = self.crawl.by_id.as_ref()?.replace("{id}", &number);
        let url = self.crawl.start.first()?.join(&path).ok()?;
        self.target(&url).filter(|target| target.id_in_newspaper.as_ref() == Some(&number))
    }

    /// The JSON listing that an address belongs to.
    #[must_use]
    pub fn api(&self, url: &Url) -> Option<&Api> {
        self.crawl.apis.iter().find(|api| api.matches(url))
    }
}

/// What became of a newspaper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// It still appears.
    Live,
    /// It was merged into another newspaper.
    Merged {
        /// The other newspaper's id.
        into: String,
        /// The day.
        on: Option<NaiveDate>,
    },
    /// Its site stands still.
    Frozen {
        /// The day.
        on: Option<NaiveDate>,
    },
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let on = match self {
            Status::Live => return f.write_str("live"),
            Status::Merged { into, on } => {
                write!(f, "merged into {into}")?;
                on
            }
            Status::Frozen { on } => {
                f.write_str("frozen")?;
                on
            }
        };
        on.map_or(Ok(()), |day| write!(f, " on {day}"))
    }
}

/// How well a selector file is evidenced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rating {
    /// Guessed from little: the generic reader stands by.
    Low,
    /// Seen in part, or inherited from the family.
    Medium,
    /// Seen on pages of this site.
    High,
}

impl Rating {
    /// The word in the file.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Rating::Low => "low",
            Rating::Medium => "medium",
            Rating::High => "high",
        }
    }
}

/// Where to start, what to follow, how fast.
#[derive(Clone, Debug)]
pub struct Crawl {
    /// Listing pages to start from.
    pub start: Vec<Url>,
    /// RSS and Atom feeds.
    pub feeds: Vec<Url>,
    /// Sitemaps and sitemap indexes.
    pub sitemaps: Vec<Url>,
    /// Listings in JSON.
    pub apis: Vec<Api>,
    /// Patterns of article addresses, on the path and query; the group `id` names the article.
    pub article: Vec<Regex>,
    /// Patterns of listing addresses (sections and their further pages), on the path and query.
    pub listing: Vec<Regex>,
    /// Patterns of addresses never to follow, though another pattern takes them.
    pub ignore: Vec<Regex>,
    /// The path and query of an article by its number alone, with `{id}` for the number: what no list shows any more
    /// can be asked for by it.
    pub by_id: Option<String>,
    /// The least time between two requests.
    pub delay: Duration,
}

impl Default for Crawl {
    fn default() -> Crawl {
        Crawl {
            start: Vec::new(),
            feeds: Vec::new(),
            sitemaps: Vec::new(),
            apis: Vec::new(),
            article: Vec::new(),
            listing: Vec::new(),
            ignore: Vec::new(),
            by_id: None,
            delay: DELAY_DEFAULT,
        }
    }
}
