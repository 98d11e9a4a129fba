//! Photos in the queue. A photo is a target of its own: it is asked for once, after the article that shows it, and
//! kept as a capture; its digest makes it one blob, however many articles show it.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, params};
use url::Url;

use super::uptake::{self, Found};
use super::{Archive, ArchiveError, newspaper};
use crate::article::Article;
use crate::outcome::Due;
use crate::target::{Link, Target, TargetKind};
use crate::when::When;

/// Photos of one article that are asked for; the longest picture stories have about two hundred.
const PHOTOS_AN_ARTICLE_MAX: usize = 500;
/// Versions whose photos are written down in one transaction.
const VERSIONS_AT_ONCE: u32 = 200;

impl Archive {
    /// Writes down the photos of an article that was just read, due at once. Gives the number of those that were
    /// not known.
    pub fn take_photos(
        &mut self,
        from: &Due,
        article: &Article,
        now: DateTime<Utc>,
    ) -> Result<usize, ArchiveError> {
        let urls = article.images.iter().map(|image| &image.url);
        let links = links(&from.target.newspaper, urls, article.published_at);
        if links.is_empty() { Ok(0) } else { self.enqueue(from, &links, now) }
    }

    /// Writes down the photos of the newspaper's articles that were read when nobody asked for photos. Where it
    /// stopped is remembered, so that it looks at each version about once.
    pub fn take_past_photos(&mut self, newspaper: &str, now: DateTime<Utc>) -> Result<usize, ArchiveError> {
        let mut added = 0;
        loop {
            let (seen, new) = self.transaction(|connection| take_some(connection, newspaper, now))?;
            added += new;
            if seen < VERSIONS_AT_ONCE {
                return Ok(added);
            }
        }
    }
}

/// The photos of one version and where they were found.
struct Shown {
    version: i64,
    target: Option<i64>,
    published_at: Option<String>,
    urls: String,
}

/// Takes up the photos of some versions. Gives their number and that of the photos that were not known.
fn take_some(connection: &Connection, id: &str, now: DateTime<Utc>) -> rusqlite::Result<(u32, usize)> {
    let no = newspaper::number_or_new(connection, id)?;
    let shown = shown(connection, no)?;
    let mut added = 0;
    for Shown { target, published_at, urls, .. } in &shown {
        let urls: Vec<String> = serde_json::from_str(urls).unwrap_or_default();
        let urls: Vec<Url> = urls.iter().filter_map(|url| Url::parse(url).ok()).collect();
        let published_at = published_at.as_deref().and_then(|text| text.parse().ok());
        let found = Found { on: *target, ..Found::default() };
        let links = links(id, urls.iter(), published_at);
        added += uptake::take_up(connection, links.iter(), &found, now)?.added;
    }
    if let Some(last) = shown.last() {
        connection
            .prepare_cached("UPDATE newspaper SET photos_to = ?2 WHERE no = ?1")?
            .execute(params![no, last.version])?;
    }
    Ok((u32::try_from(shown.len()).unwrap_or(u32::MAX), added))
}

fn shown(connection: &Connection, newspaper: i64) -> rusqlite::Result<Vec<Shown>> {
    connection
        .prepare_cached(
            "SELECT v.id, (SELECT t.id FROM target t WHERE t.article = a.id LIMIT 1), v.published_at,
               (SELECT json_group_array(json_extract(p.value, '$[0]')) FROM json_each(v.photos) p)
             FROM version v JOIN article a ON a.id = v.article AND a.version = v.id
             WHERE v.id > (SELECT photos_to FROM newspaper WHERE no = ?1) AND a.newspaper = ?1
             ORDER BY v.id LIMIT ?2",
        )?
        .query_map(params![newspaper, VERSIONS_AT_ONCE], |row| {
            Ok(Shown {
                version: row.get(0)?,
                target: row.get(1)?,
                published_at: row.get(2)?,
                urls: row.get(3)?,
            })
        })?
        .collect()
}

/// Photos as targets, under their addresses as the page writes them: what looks like a trace of the visitor in an
/// article's address may name the size of a photo.
fn links<'a>(newspaper: &str, urls: impl Iterator<Item = &'a Url>, published_at: Option<When>) -> Vec<Link> {
    let link = |url: &Url| {
        let mut url = url.clone();
        url.set_fragment(None);
        let target =
            Target { newspaper: newspaper.to_owned(), kind: TargetKind::Photo, url, id_in_newspaper: None };
        Link { target, title: None, date: published_at }
    };
    urls.filter(|url| matches!(url.scheme(), "http" | "https"))
        .take(PHOTOS_AN_ARTICLE_MAX)
        .map(link)
        .collect()
}
