//! A newspaper as its selector file describes it: checked, compiled, ready to classify addresses and to choose
//! the layout of a day.
//!
//! Three steps, each its own file: `raw` mirrors the TOML with the place of every value, `check` finds every fault
//! of every file at once, and what is left is a [`Newspaper`], which cannot be wrong any more.

use std::time::Duration;

use chrono::NaiveDate;
use regex::Regex;
use scraper::Selector;
use url::Url;

/// A newspaper.
#[derive(Clone, Debug)]
pub struct Newspaper {
    /// The name of its selector file.
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
    pub source: Option<String>,
    /// The name of the machine it shares with other newspapers, which then share one lane.
    pub server: Option<String>,
    /// Where and how to crawl it.
    pub crawl: Crawl,
    /// Its layouts, oldest first; the last one is today's and has no end.
    pub layouts: Vec<Layout>,
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

/// How well a selector file is evidenced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rating {
    /// Guessed from little: the generic reader stands by.
    Low,
    /// Seen in part, or inherited from the family.
    Medium,
    /// Seen on pages of this site.
    High,
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
    /// Patterns of article addresses, on the path and query; the group `id` names the article.
    pub article: Vec<Regex>,
    /// Patterns of listing addresses (sections and their further pages), on the path and query.
    pub listing: Vec<Regex>,
    /// Patterns of addresses never to follow, though another pattern takes them.
    pub ignore: Vec<Regex>,
    /// The least time between two requests.
    pub delay: Duration,
}

/// The markup of a newspaper's pages up to a day.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Its name: `epi-2023`.
    pub name: String,
    /// The last day on which pages looked so, by fetch date; the newest layout has none.
    pub until: Option<NaiveDate>,
    /// The headline.
    pub title: Vec<Pick>,
    /// The opening summary (sapo).
    pub lead: Vec<Pick>,
    /// The element that holds the text.
    pub body: Vec<Pick>,
    /// Bylines (tác giả, bút danh).
    pub author: Vec<Pick>,
    /// The note of where the text comes from (nguồn).
    pub source: Vec<Pick>,
    /// When it was published.
    pub published: Vec<Pick>,
    /// When it was changed.
    pub updated: Vec<Pick>,
    /// The elements of the section's path.
    pub section: Vec<Pick>,
    /// Tags.
    pub tags: Vec<Pick>,
    /// Captions, within the body or beside it.
    pub caption: Vec<Pick>,
    /// Photos of the article that stand outside the body.
    pub photo: Vec<Pick>,
    /// What is no part of the article, within the body.
    pub drop: Vec<Selector>,
    /// Links to articles on listing pages.
    pub links: Vec<Pick>,
    /// Links to the next listing page.
    pub next: Vec<Pick>,
    /// The order of day and month in dates that machines wrote (`9/5/2026 10:17:01 PM`).
    pub date_order: DateOrder,
    /// Dates marked `Z` that are Vietnam's local time all the same.
    pub false_utc: bool,
}

/// A CSS selector and, where it ends in ` @name`, the attribute to take instead of the text.
#[derive(Clone, Debug)]
pub struct Pick {
    /// The compiled selector.
    pub selector: Selector,
    /// The attribute.
    pub attribute: Option<String>,
    /// As written in the file.
    pub written: String,
}

/// The order of day and month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum DateOrder {
    /// As in Vietnam: `5/9/2026` is 5 September.
    #[default]
    DayFirst,
    /// As some systems write: `9/5/2026` is 5 September.
    MonthFirst,
}
