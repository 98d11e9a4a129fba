//! Walking back: from a page of a row to the next one, for as long as it leads to something.
//!
//! A pager may claim any number of pages, and a server may answer every number with some page. So of a list's
//! further pages only the nearest is ever taken up, by the page before it, and only while the pages differ and lead
//! somewhere. Where the walk stands is in the queue, so it goes on after a kill and with an earlier `--since`.

use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

use super::moment;
use super::uptake::{self, Found};
use crate::outcome::Due;
use crate::target::series::{self, Series};
use crate::target::{Link, Target, TargetKind, canonical};

/// How many pages of one list may follow each other without a new article. Not one, for the newest may be known
/// from elsewhere (a sitemap, a feed) when the oldest are not.
pub const BARREN_PAGES_MAX: u32 = 50;

/// A page of links, as the archive knows it before its visit is recorded.
#[derive(Debug)]
pub(super) struct From<'a> {
    pub(super) due: &'a Due,
    pub(super) newspaper: i64,
    pub(super) depth: u32,
}

/// What a page of links was to the walk.
#[derive(Debug, Default)]
pub(super) struct Steps {
    /// Targets that were not known.
    pub(super) added: usize,
    /// Known ones that have something new, as the page says.
    pub(super) woken: usize,
    /// What tells its set of articles from another; none where it shows none.
    pub(super) shows: Option<i64>,
    /// See the column `barren`.
    pub(super) barren: u32,
    /// Why the row is not followed further, if it is not.
    pub(super) end: Option<&'static str>,
    /// What limits left out.
    pub(super) notice: Option<String>,
}

/// The page before, in the row or on the way.
#[derive(Clone, Copy, Debug, Default)]
struct Before {
    shows: Option<i64>,
    barren: u32,
}

/// Takes up what a page leads to, and the next page of its own row where the walk goes on.
pub(super) fn take_links(
    connection: &Connection,
    from: &From<'_>,
    links: &[Link],
    now: DateTime<Utc>,
) -> rusqlite::Result<Steps> {
    let target = &from.due.target;
    let own = series::of(target.kind, &target.url);
    let (row, others) = apart(links, own.as_ref());
    let before = before(connection, from, own.as_ref())?;
    let mut found = found_on(connection, from)?;
    let is_article = |link: &&&Link| link.target.kind == TargetKind::Article;
    let articles = uptake::take_up(connection, others.iter().filter(is_article).copied(), &found, now)?;
    let barren = match target.kind {
        TargetKind::Listing if articles.added > 0 => 0,
        TargetKind::Listing if from.due.visits == 0 => before.barren + 1,
        // What a page has led to once counts; later it mostly shows what is known.
        _ => found.barren,
    };
    found.barren = if target.kind == TargetKind::Sitemap { barren + 1 } else { barren };
    let pages =
        uptake::take_up(connection, others.iter().filter(|link| !is_article(link)).copied(), &found, now)?;
    let mut steps = Steps {
        added: articles.added + pages.added,
        woken: pages.woken,
        shows: shows(links),
        barren,
        end: None,
        notice: articles.notice().or_else(|| pages.notice()),
    };
    if links.len() >= LINKS_FULL {
        steps.notice = Some(format!("the page has more links than are taken from one ({LINKS_FULL})"));
    }
    let Some(own) = own else { return Ok(steps) };
    steps.end = end(target.kind, &own, before, &steps);
    if steps.end.is_none() {
        let nexts = nexts(connection, from, &own, &row, links)?;
        steps.added += follow(connection, from, &nexts, &found, articles.added, links, now)?;
    }
    Ok(steps)
}

/// What `discover` takes from one page at most; a page that gives so many has more.
const LINKS_FULL: usize = 50_000;

/// The further pages of the page's own row, and all else; of other rows only the nearest page.
fn apart<'a>(links: &'a [Link], own: Option<&Series>) -> (Vec<&'a Link>, Vec<&'a Link>) {
    let mut row = Vec::new();
    let mut others: Vec<&Link> = Vec::new();
    let mut nearest: std::collections::HashMap<String, (u32, usize)> = std::collections::HashMap::new();
    for link in links {
        let place = Some(link).filter(|link| link.target.kind == TargetKind::Listing);
        let Some(series) = place.and_then(|link| series::of(link.target.kind, &link.target.url)) else {
            others.push(link);
            continue;
        };
        if own.is_some_and(|own| own.key == series.key) {
            row.push(link);
        } else if series.place == 0 {
            others.push(link);
        } else if let Some((place, at)) = nearest.get_mut(&series.key) {
            if series.place < *place {
                *place = series.place;
                others[*at] = link;
            }
        } else {
            nearest.insert(series.key, (series.place, others.len()));
            others.push(link);
        }
    }
    (row, others)
}

/// The page before in the row, else the page that led here.
fn before(connection: &Connection, from: &From<'_>, own: Option<&Series>) -> rusqlite::Result<Before> {
    let read = |row: &rusqlite::Row<'_>| Ok(Before { shows: row.get(0)?, barren: row.get(1)? });
    if let Some(own) = own.filter(|own| own.place > 0) {
        let in_row = connection
            .prepare_cached(
                "SELECT shows, barren FROM target WHERE newspaper = ?1 AND series = ?2 AND place < ?3
                 AND visits > 0 ORDER BY place DESC LIMIT 1",
            )?
            .query_row(params![from.newspaper, own.key, own.place], read)
            .optional()?;
        if let Some(before) = in_row {
            return Ok(before);
        }
    }
    let led_here = connection
        .prepare_cached(
            "SELECT NULL, o.barren FROM target t JOIN target o ON o.id = t.found_on WHERE t.id = ?1",
        )?
        .query_row([from.due.target_id], read)
        .optional()?;
    Ok(led_here.unwrap_or_default())
}

fn found_on(connection: &Connection, from: &From<'_>) -> rusqlite::Result<Found> {
    let (from_day, to_day, barren): (Option<String>, Option<String>, u32) = connection
        .prepare_cached("SELECT from_day, to_day, barren FROM target WHERE id = ?1")?
        .query_row([from.due.target_id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let day = |text: Option<String>| text.and_then(|text| text.parse().ok());
    let is_sitemap = from.due.target.kind == TargetKind::Sitemap;
    Ok(Found {
        on: Some(from.due.target_id),
        kind: Some(from.due.target.kind),
        depth: from.depth + 1,
        barren,
        from_day: day(from_day).filter(|_| is_sitemap),
        to_day: day(to_day).filter(|_| is_sitemap),
    })
}

/// What tells the set of articles on a page from another set.
fn shows(links: &[Link]) -> Option<i64> {
    let mut keys: Vec<String> = links
        .iter()
        .filter(|link| link.target.kind == TargetKind::Article)
        .map(|link| link.target.key())
        .collect();
    if keys.is_empty() {
        return None;
    }
    keys.sort_unstable();
    let digest = Sha256::digest(keys.join("\n"));
    digest.first_chunk().map(|bytes| i64::from_be_bytes(*bytes))
}

/// Why a row ends with this page, if it does.
fn end(kind: TargetKind, own: &Series, before: Before, steps: &Steps) -> Option<&'static str> {
    let is_further = kind == TargetKind::Listing && own.place > 1;
    if is_further && steps.shows.is_none() {
        Some("the list ends before this page: it shows no articles")
    } else if is_further && steps.shows == before.shows {
        Some("the list repeats itself: the same articles as on the page before")
    } else if kind == TargetKind::Listing && steps.barren > BARREN_PAGES_MAX {
        Some("the list is not followed further: its last pages led to nothing new")
    } else {
        None
    }
}

/// The next pages of a row: what the page itself names as the nearest further one; else, where it names none of its
/// row, the one that its own number leads to.
fn nexts(
    connection: &Connection,
    from: &From<'_>,
    own: &Series,
    row: &[&Link],
    links: &[Link],
) -> rusqlite::Result<Vec<Link>> {
    let target = &from.due.target;
    if target.kind == TargetKind::Sitemap {
        let is_walked = !links.is_empty() && !is_listed(connection, from.due.target_id)?;
        let before = if is_walked { series::before(&target.url) } else { Vec::new() };
        return Ok(before.into_iter().map(|url| made(target, &url)).collect());
    }
    let place = |link: &Link| series::of(link.target.kind, &link.target.url).map(|series| series.place);
    let further = row.iter().filter(|link| place(link).is_some_and(|place| place > own.place));
    if let Some(nearest) = further.min_by_key(|link| place(link)) {
        return Ok(vec![(*nearest).clone()]);
    }
    // A pager that names pages and none behind this one says that it is the last.
    let has_pager = row.iter().any(|link| place(link).is_some_and(|place| place > 0));
    let next = series::after(&target.url).filter(|_| own.place > 1 && !has_pager);
    Ok(next.into_iter().map(|url| made(target, &url)).collect())
}

fn made(like: &Target, url: &url::Url) -> Link {
    Link { target: Target { url: canonical(url), ..like.clone() }, title: None, date: None }
}

/// Whether a sitemap stands in an index, which then lists those of the other months too.
fn is_listed(connection: &Connection, id: i64) -> rusqlite::Result<bool> {
    connection
        .prepare_cached(
            "SELECT 1 FROM target t JOIN target o ON o.id = t.found_on
             WHERE t.id = ?1 AND o.kind = 'sitemap' AND o.series IS NOT t.series",
        )?
        .exists([id])
}

/// Takes up the next pages. One that was visited already is looked at again where this page was all new: then what
/// it showed may have slid behind it since.
fn follow(
    connection: &Connection,
    from: &From<'_>,
    nexts: &[Link],
    found: &Found,
    articles_added: usize,
    links: &[Link],
    now: DateTime<Utc>,
) -> rusqlite::Result<usize> {
    let is_sitemap = from.due.target.kind == TargetKind::Sitemap;
    let mut found = Found { from_day: None, to_day: None, ..found.clone() };
    if is_sitemap {
        // The month before is no deeper than this one.
        found.depth = from.depth;
        found.barren -= 1;
    }
    let added = uptake::take_up(connection, nexts.iter(), &found, now)?.added;
    let articles = links.iter().filter(|link| link.target.kind == TargetKind::Article).count();
    if articles_added > 0 && articles_added * 2 >= articles && !is_sitemap {
        for next in nexts {
            connection
                .prepare_cached(
                    "UPDATE target SET next_at = ?3, to_day = NULL
                     WHERE newspaper = ?1 AND key = ?2 AND (next_at IS NULL OR next_at > ?3)",
                )?
                .execute(params![from.newspaper, next.target.key(), moment::text(now)])?;
        }
    }
    Ok(added)
}

/// Bounds a further page of a listing by the page that led to it: it holds nothing newer than the newest article
/// first found there. Tells whether a bound was written down that was not known before.
pub(super) fn bound_by_page_before(connection: &Connection, id: i64) -> rusqlite::Result<bool> {
    let page: Option<i64> = connection
        .prepare_cached(
            "SELECT found_on FROM target WHERE id = ?1 AND kind = 'listing' AND place > 1 AND to_day IS NULL",
        )?
        .query_row([id], |row| row.get(0))
        .optional()?
        .flatten();
    let Some(page) = page else { return Ok(false) };
    let newest: Option<String> = connection
        .prepare_cached(
            "SELECT coalesce(
               (SELECT max(coalesce(substr(a.published_at, 1, 10), t.to_day))
                FROM target t LEFT JOIN article a ON a.id = t.article WHERE t.found_on = ?1 AND t.kind = 'article'),
               (SELECT to_day FROM target WHERE id = ?1))",
        )?
        .query_row([page], |row| row.get(0))?;
    let Some(newest) = newest.filter(|text| text.parse::<NaiveDate>().is_ok()) else { return Ok(false) };
    connection
        .prepare_cached("UPDATE target SET to_day = ?2 WHERE id = ?1")?
        .execute(params![id, newest])
        .map(|_| true)
}
