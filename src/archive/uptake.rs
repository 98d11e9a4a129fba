//! Taking up what a page leads to: new targets become due, known ones learn from another sight, and addresses that
//! a trap makes without end are left out.
//!
//! A site can make up addresses faster than anybody can visit them: calendars, sessions in links, filters in any
//! order, sitemaps that list sitemaps. None can be told from honest pages by one look; all can be told by their
//! number. What is left out is counted and told on the page that led there.

use std::fmt;

use chrono::{DateTime, Days, NaiveDate, Utc};
use rusqlite::{Connection, OptionalExtension, params};

use super::{changed, moment, newspaper, queue};
use crate::target::series::{self, Series};
use crate::target::{Link, Target, TargetKind};

/// The most listings that a newspaper has, the further pages of each not counted. The largest have some hundreds.
pub const LISTINGS_MAX: i64 = 2_000;
/// With more than so many, listings that led to no new article lead to no new listing either: what they name is then
/// more likely made up than missed, and the rest is left for honest ones.
pub const LISTINGS_OF_BARREN_MAX: i64 = 500;
/// The most sitemaps that a newspaper has: one a day for 27 years.
pub const SITEMAPS_MAX: i64 = 10_000;
/// The most indexes of sitemaps on the way to one (sitemaps.org allows one; some sites have two).
pub const SITEMAP_DEPTH_MAX: u32 = 4;
/// The most listings that differ only in their query, the numbers of pages not counted.
pub const LISTING_QUERIES_MAX: i64 = 100;
/// The most articles that differ only in their query.
pub const ARTICLE_QUERIES_MAX: i64 = 10_000;
/// The most steps of a path: relative links that lead deeper each time go on for ever.
pub const PATH_STEPS_MAX: usize = 16;
/// How many listings in a row may lead to no new article before what they link to is left out.
pub const BARREN_LISTINGS_MAX: u32 = 3;

/// From this depth on all is backfill, which waits for news and for second looks.
pub(super) const BACKFILL_DEPTH: u32 = 8;
/// An article that is older when it is found is backfill.
const FRESH_DAYS: Days = Days::new(3);

/// Where links were found.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    pub(super) on: Option<i64>,
    /// What the page is.
    pub(super) kind: Option<TargetKind>,
    /// Links from a start page to what is found.
    pub(super) depth: u32,
    /// Listings in a row up to the page that led to no new article; of sitemaps, how many lie one in the other.
    pub(super) barren: u32,
    /// The first day that the page is for.
    pub(super) from_day: Option<NaiveDate>,
    /// The last day that the page is for.
    pub(super) to_day: Option<NaiveDate>,
}

/// What taking up came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct TakenUp {
    /// Targets that were not known.
    pub(super) added: usize,
    /// Sitemaps that have changed since they were visited last.
    pub(super) woken: usize,
    /// Links that a limit left out.
    pub(super) left_out: usize,
    /// The first of these limits.
    pub(super) limit: Option<Limit>,
}

/// A limit that a link went beyond.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    Listings(i64),
    Sitemaps,
    SitemapDepth,
    Queries(i64),
    PathSteps,
    Barren,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Limit::Listings(most) => write!(f, "the newspaper has {most} listings already"),
            Limit::Sitemaps => write!(f, "the newspaper has {SITEMAPS_MAX} sitemaps already"),
            Limit::SitemapDepth => write!(f, "more than {SITEMAP_DEPTH_MAX} sitemaps lie one in the other"),
            Limit::Queries(most) => write!(f, "{most} addresses differ only in their query"),
            Limit::PathSteps => write!(f, "the path has more than {PATH_STEPS_MAX} steps"),
            Limit::Barren => write!(f, "{BARREN_LISTINGS_MAX} listings in a row led to no new article"),
        }
    }
}

impl TakenUp {
    /// What the limits left out, in words; none where they left out nothing.
    pub(super) fn notice(&self) -> Option<String> {
        let limit = self.limit?;
        let links = if self.left_out == 1 { "link was" } else { "links were" };
        Some(format!("{} {links} left out: {limit}", self.left_out))
    }
}

/// Takes up the links of a page, due at once.
///
/// A lane visits last what was taken up first: so the page's links go in from its end, and dated ones by their
/// date, for the newest to be visited first.
pub(super) fn take_up<'a>(
    connection: &Connection,
    links: impl Iterator<Item = &'a Link>,
    found: &Found,
    now: DateTime<Utc>,
) -> rusqlite::Result<TakenUp> {
    let mut order: Vec<&Link> = links.collect();
    order.reverse();
    order.sort_by_cached_key(|link| {
        let period = || series::days(&link.target.url).filter(|_| link.target.kind == TargetKind::Sitemap);
        link.date.map(|when| when.instant().date_naive()).or_else(|| period().map(|(_, last)| last))
    });
    let mut taken = TakenUp::default();
    for link in order {
        if let Some(known) = known(connection, &link.target)? {
            update(connection, &known, link, found, now)?;
            let is_in_index =
                link.target.kind == TargetKind::Sitemap && found.kind == Some(TargetKind::Sitemap);
            if let Some(date) = link.date.filter(|_| is_in_index) {
                taken.woken += usize::from(changed::wake(connection, known.id, date, now)?);
            }
        } else if let Some(limit) = beyond(connection, &link.target, found)? {
            taken.left_out += 1;
            taken.limit.get_or_insert(limit);
        } else {
            insert(connection, link, found, now)?;
            taken.added += 1;
        }
    }
    Ok(taken)
}

/// The limit that a new target goes beyond, if it does. What a selector file names goes beyond none.
fn beyond(connection: &Connection, target: &Target, found: &Found) -> rusqlite::Result<Option<Limit>> {
    let Some(kind) = found.kind else { return Ok(None) };
    if target.url.path().split('/').count() > PATH_STEPS_MAX + 1 {
        return Ok(Some(Limit::PathSteps));
    }
    let limit = match target.kind {
        TargetKind::Listing if is_further(target) => None,
        TargetKind::Listing if found.barren > BARREN_LISTINGS_MAX => Some(Limit::Barren),
        TargetKind::Listing if count(connection, target, "listings")? >= listings_max(found) => {
            Some(Limit::Listings(listings_max(found)))
        }
        TargetKind::Listing => queries(connection, target, LISTING_QUERIES_MAX)?,
        TargetKind::Sitemap if kind == TargetKind::Sitemap && found.barren > SITEMAP_DEPTH_MAX => {
            Some(Limit::SitemapDepth)
        }
        TargetKind::Sitemap if count(connection, target, "sitemaps")? >= SITEMAPS_MAX => {
            Some(Limit::Sitemaps)
        }
        TargetKind::Article if target.id_in_newspaper.is_none() => {
            queries(connection, target, ARTICLE_QUERIES_MAX)?
        }
        TargetKind::Sitemap | TargetKind::Article | TargetKind::Feed | TargetKind::Photo => None,
    };
    Ok(limit)
}

fn listings_max(found: &Found) -> i64 {
    if found.barren > 0 { LISTINGS_OF_BARREN_MAX } else { LISTINGS_MAX }
}

/// Whether a target is a further page of a listing.
fn is_further(target: &Target) -> bool {
    series::of(target.kind, &target.url).is_some_and(|series| series.place > 0)
}

fn count(connection: &Connection, target: &Target, what: &str) -> rusqlite::Result<i64> {
    connection
        .prepare_cached(&format!("SELECT {what} FROM newspaper WHERE id = ?1"))?
        .query_row([&target.newspaper], |row| row.get(0))
        .optional()
        .map(Option::unwrap_or_default)
}

/// Whether there are as many targets of this path as there may be with a query.
fn queries(connection: &Connection, target: &Target, most: i64) -> rusqlite::Result<Option<Limit>> {
    let key = target.key();
    let Some((path, _)) = key.split_once('?') else { return Ok(None) };
    // `@` is the sign behind `?`: between the two lie all keys of this path with a query.
    let count: i64 = connection
        .prepare_cached(
            "SELECT count(*) FROM (SELECT 1 FROM target
             WHERE newspaper = (SELECT no FROM newspaper WHERE id = ?1) AND key > ?2 AND key < ?3 LIMIT ?4)",
        )?
        .query_row(params![target.newspaper, format!("{path}?"), format!("{path}@"), most], |row| {
            row.get(0)
        })?;
    Ok((count >= most).then_some(Limit::Queries(most)))
}

/// What is known of a target that is found again.
pub(super) struct Known {
    pub(super) id: i64,
    kind: TargetKind,
    url: String,
    is_start: bool,
    depth: u32,
    title: Option<String>,
    date: Option<String>,
    is_failing: bool,
}

pub(super) fn known(connection: &Connection, target: &Target) -> rusqlite::Result<Option<Known>> {
    connection
        .prepare_cached(
            "SELECT t.id, t.kind, t.url, t.is_start, t.depth, t.title, t.date, t.failing_since IS NOT NULL
             FROM target t JOIN newspaper n ON n.no = t.newspaper WHERE n.id = ?1 AND t.key = ?2",
        )?
        .query_row(params![target.newspaper, target.key()], |row| {
            Ok(Known {
                id: row.get(0)?,
                kind: queue::kind(row, 1)?,
                url: row.get(2)?,
                is_start: row.get(3)?,
                depth: row.get(4)?,
                title: row.get(5)?,
                date: row.get(6)?,
                is_failing: row.get(7)?,
            })
        })
        .optional()
}

/// What is written down of a new target beside the link itself.
struct Place {
    depth: u32,
    from_day: Option<NaiveDate>,
    to_day: Option<NaiveDate>,
    series: Option<Series>,
}

impl Place {
    fn of(link: &Link, found: &Found, now: DateTime<Utc>) -> Place {
        let Link { target, date, .. } = link;
        let series = series::of(target.kind, &target.url);
        let dated = date.map(|when| when.day());
        let (from_day, to_day) = match target.kind {
            // What a sitemap gives is when the page was changed last: it was published then or before.
            TargetKind::Article if found.kind == Some(TargetKind::Sitemap) => {
                (found.from_day, dated.or(found.to_day))
            }
            TargetKind::Article | TargetKind::Photo => (dated, dated),
            TargetKind::Sitemap => {
                let days = series::days(&target.url);
                let last = days.map(|(_, last)| last);
                (days.map(|(first, _)| first), last.into_iter().chain(dated).min())
            }
            TargetKind::Listing | TargetKind::Feed => (None, None),
        };
        let is_old = to_day.is_some_and(|day| Some(day) < now.date_naive().checked_sub_days(FRESH_DAYS));
        let is_backfill = match target.kind {
            TargetKind::Article => is_old || to_day.is_none() && found.kind == Some(TargetKind::Sitemap),
            TargetKind::Sitemap => is_old,
            TargetKind::Listing => series.as_ref().is_some_and(|series| series.place > 0),
            TargetKind::Feed | TargetKind::Photo => false,
        };
        let depth = if is_backfill { found.depth.max(BACKFILL_DEPTH) } else { found.depth };
        Place { depth, from_day, to_day, series }
    }
}

pub(super) fn insert(
    connection: &Connection,
    link: &Link,
    found: &Found,
    now: DateTime<Utc>,
) -> rusqlite::Result<i64> {
    let newspaper = newspaper::number_or_new(connection, &link.target.newspaper)?;
    let place = Place::of(link, found, now);
    connection
        .prepare_cached(
            "INSERT INTO target (newspaper, key, kind, url, id_in_newspaper, depth, found_on, title, date,
               first_seen_at, next_at, from_day, to_day, series, place, barren)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10, ?11, ?12, ?13, ?14, ?15)",
        )?
        .execute(params![
            newspaper,
            link.target.key(),
            link.target.kind.as_str(),
            link.target.url.as_str(),
            link.target.id_in_newspaper,
            place.depth,
            found.on,
            link.title,
            link.date.map(|when| when.to_string()),
            moment::text(now),
            place.from_day.map(|day| day.to_string()),
            place.to_day.map(|day| day.to_string()),
            place.series.as_ref().map(|series| series.key.as_str()),
            place.series.as_ref().map(|series| series.place),
            if link.target.kind == TargetKind::Sitemap && found.kind == Some(TargetKind::Sitemap) {
                found.barren
            } else {
                0
            },
        ])?;
    let id = connection.last_insert_rowid();
    match link.target.kind {
        TargetKind::Listing if !is_further(&link.target) => add_to(connection, newspaper, "listings")?,
        TargetKind::Sitemap => add_to(connection, newspaper, "sitemaps")?,
        TargetKind::Listing | TargetKind::Feed | TargetKind::Article | TargetKind::Photo => {}
    }
    Ok(id)
}

fn add_to(connection: &Connection, newspaper: i64, what: &str) -> rusqlite::Result<()> {
    connection
        .prepare_cached(&format!("UPDATE newspaper SET {what} = {what} + 1 WHERE no = ?1"))?
        .execute([newspaper])
        .map(|_| ())
}

/// Learns from another sight of a known target: a shorter way to it, a newer hint, that it is an article after all.
/// Nothing is written where nothing is new, which is the rule: a listing shows the same links day after day.
fn update(
    connection: &Connection,
    known: &Known,
    link: &Link,
    found: &Found,
    now: DateTime<Utc>,
) -> rusqlite::Result<()> {
    let kind = if !known.is_start && link.target.kind > known.kind { link.target.kind } else { known.kind };
    let place = Place::of(link, found, now);
    let depth = known.depth.min(place.depth);
    let title = link.title.as_ref().or(known.title.as_ref());
    let date = link.date.map(|when| when.to_string()).or_else(|| known.date.clone());
    if kind != known.kind || depth != known.depth || title != known.title.as_ref() || date != known.date {
        let day = |day: Option<NaiveDate>| day.map(|day| day.to_string());
        connection
            .prepare_cached(
                "UPDATE target SET kind = ?2, depth = ?3, title = ?4, date = ?5,
                   from_day = coalesce(?6, from_day), to_day = coalesce(?7, to_day) WHERE id = ?1",
            )?
            .execute(params![
                known.id,
                kind.as_str(),
                depth,
                title,
                date,
                day(place.from_day),
                day(place.to_day)
            ])?;
    }
    let url = link.target.url.as_str();
    if known.is_failing && url != known.url && !was_asked_for(connection, url)? {
        connection
            .prepare_cached("UPDATE target SET url = ?2, next_at = ?3 WHERE id = ?1")?
            .execute(params![known.id, url, moment::text(now)])?;
    }
    Ok(())
}

/// Tells whether an address was ever asked for: a failing target gets one try under another address of its own.
fn was_asked_for(connection: &Connection, url: &str) -> rusqlite::Result<bool> {
    connection.prepare_cached("SELECT 1 FROM capture WHERE url = ?1 LIMIT 1")?.exists([url])
}
