//! The queue: a table of everything that was ever found. What is due is a query, so a kill at any instant loses
//! nothing, and memory does not grow with the archive.

use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::{Connection, OptionalExtension, Row, named_params, params};
use url::Url;

use super::{Archive, ArchiveError, moment, newspaper};
use crate::outcome::Due;
use crate::target::{Link, Target, TargetKind};

/// The targets that one lane visits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lane {
    /// The ids of its newspapers: one, or those that share a machine.
    pub newspapers: Vec<String>,
    /// Leaves articles alone that their listing dates before this day.
    pub since: Option<NaiveDate>,
    /// Leaves articles alone that their listing dates after this day.
    pub until: Option<NaiveDate>,
}

/// The newspapers of a lane and the ranks in which something waits, each found by one step down the index
/// `target_due` instead of a walk along it.
const RANKS: &str = "
    WITH RECURSIVE
    paper (no) AS (SELECT n.no FROM json_each(:newspapers) j JOIN newspaper n ON n.id = j.value),
    step (no, rank) AS (
      SELECT no, (SELECT t.rank FROM target t WHERE t.newspaper = no AND t.next_at IS NOT NULL
                  ORDER BY t.rank LIMIT 1) FROM paper
      UNION ALL
      SELECT no, (SELECT t.rank FROM target t WHERE t.newspaper = step.no AND t.rank > step.rank
                  AND t.next_at IS NOT NULL ORDER BY t.rank LIMIT 1) FROM step WHERE step.rank IS NOT NULL
    )";

/// The first due target: the lowest rank, and in it what came due last, so that news goes before backfill.
const DUE: &str = ",
    first (id, rank) AS MATERIALIZED (
      SELECT (SELECT t.id FROM target t
              WHERE t.newspaper = step.no AND t.rank = step.rank AND t.next_at <= :now
                AND (t.date IS NULL OR t.kind <> 'article'
                     OR ((:since IS NULL OR substr(t.date, 1, 10) >= :since)
                         AND (:until IS NULL OR substr(t.date, 1, 10) <= :until)))
              ORDER BY t.next_at DESC, t.id DESC LIMIT 1), step.rank
      FROM step WHERE step.rank IS NOT NULL)
    SELECT id FROM first WHERE id IS NOT NULL ORDER BY rank LIMIT 1";

/// When the next target of a lane comes due.
const NEXT: &str = "
    SELECT min((SELECT t.next_at FROM target t
                WHERE t.newspaper = step.no AND t.rank = step.rank AND t.next_at IS NOT NULL
                  AND (t.date IS NULL OR t.kind <> 'article'
                       OR ((:since IS NULL OR substr(t.date, 1, 10) >= :since)
                           AND (:until IS NULL OR substr(t.date, 1, 10) <= :until)))
                ORDER BY t.next_at LIMIT 1))
    FROM step WHERE step.rank IS NOT NULL";

impl Archive {
    /// Writes down the start pages of the newspapers they belong to; those of before that are not named are start
    /// pages no longer. New ones are due at once.
    pub fn seed(&mut self, links: &[Link], now: DateTime<Utc>) -> Result<(), ArchiveError> {
        self.transaction(|connection| {
            let mut newspapers: Vec<&str> = links.iter().map(|link| link.target.newspaper.as_str()).collect();
            newspapers.sort_unstable();
            newspapers.dedup();
            for id in newspapers {
                let no = newspaper::number_or_new(connection, id)?;
                connection
                    .prepare_cached("UPDATE target SET is_start = 0 WHERE newspaper = ?1 AND is_start = 1")?
                    .execute([no])?;
            }
            links.iter().try_for_each(|link| seed(connection, link, now))
        })
    }

    /// Makes the start pages of these kinds due now, where they are not yet. Gives their number.
    pub fn wake(
        &mut self,
        newspaper: &str,
        kinds: &[TargetKind],
        now: DateTime<Utc>,
    ) -> Result<usize, ArchiveError> {
        self.transaction(|connection| {
            let mut woken = 0;
            for kind in kinds {
                woken += connection
                    .prepare_cached(
                        "UPDATE target SET next_at = ?3
                         WHERE newspaper = (SELECT no FROM newspaper WHERE id = ?1) AND is_start = 1 AND kind = ?2
                           AND (next_at IS NULL OR next_at > ?3)",
                    )?
                    .execute(params![newspaper, kind.as_str(), moment::text(now)])?;
            }
            Ok(woken)
        })
    }

    /// Takes up targets that a visit led to by other ways than links: the new address of a page that moved.
    pub fn enqueue(&mut self, from: &Due, links: &[Link], now: DateTime<Utc>) -> Result<usize, ArchiveError> {
        self.transaction(|connection| {
            let depth: u32 = connection
                .prepare_cached("SELECT depth FROM target WHERE id = ?1")?
                .query_row([from.target_id], |row| row.get(0))?;
            take_up(connection, links, Found { on: Some(from.target_id), depth }, now)
        })
    }

    /// What a lane visits next, if anything is due.
    pub fn due(&self, lane: &Lane, now: DateTime<Utc>) -> Result<Option<Due>, ArchiveError> {
        self.first_due(lane, now).map_err(|error| self.fault(error))
    }

    fn first_due(&self, lane: &Lane, now: DateTime<Utc>) -> rusqlite::Result<Option<Due>> {
        let sql = format!("{RANKS}{DUE}");
        let (newspapers, since, until) = lane.bounds();
        let id: Option<i64> = self
            .connection
            .prepare_cached(&sql)?
            .query_row(
                named_params! {":newspapers": newspapers, ":since": since, ":until": until, ":now": moment::text(now)},
                |row| row.get(0),
            )
            .optional()?;
        id.map(|id| load(&self.connection, id)).transpose()
    }

    /// When a lane has something to visit next; in the past where something is due; none where all rests.
    pub fn next_due_at(&self, lane: &Lane) -> Result<Option<DateTime<Utc>>, ArchiveError> {
        let sql = format!("{RANKS}{NEXT}");
        let (newspapers, since, until) = lane.bounds();
        let next = || -> rusqlite::Result<Option<DateTime<Utc>>> {
            let text: Option<String> = self.connection.prepare_cached(&sql)?.query_row(
                named_params! {":newspapers": newspapers, ":since": since, ":until": until},
                |row| row.get(0),
            )?;
            moment::read_optional(0, text)
        };
        next().map_err(|error| self.fault(error))
    }

    /// The target of an address, whether it is due or not.
    pub fn target(&self, target: &Target) -> Result<Option<Due>, ArchiveError> {
        let found = || -> rusqlite::Result<Option<Due>> {
            let id = known(&self.connection, target)?.map(|known| known.id);
            id.map(|id| load(&self.connection, id)).transpose()
        };
        found().map_err(|error| self.fault(error))
    }
}

impl Lane {
    /// The lane of one newspaper.
    pub fn of(newspaper: impl Into<String>) -> Lane {
        Lane { newspapers: vec![newspaper.into()], ..Lane::default() }
    }

    pub(super) fn bounds(&self) -> (String, Option<String>, Option<String>) {
        let day = |day: Option<NaiveDate>| day.map(|day| day.to_string());
        (serde_json::Value::from(self.newspapers.clone()).to_string(), day(self.since), day(self.until))
    }
}

fn load(connection: &Connection, id: i64) -> rusqlite::Result<Due> {
    connection
        .prepare_cached(
            "SELECT n.id, t.kind, t.url, t.id_in_newspaper, t.first_seen_at, t.visits, t.tries, t.quiet_visits,
               t.changed_at, t.etag, t.last_modified, t.last_digest
             FROM target t JOIN newspaper n ON n.no = t.newspaper WHERE t.id = ?1",
        )?
        .query_row([id], |row| {
            Ok(Due {
                target_id: id,
                target: Target {
                    newspaper: row.get(0)?,
                    kind: kind(row, 1)?,
                    url: address(row, 2)?,
                    id_in_newspaper: row.get(3)?,
                },
                first_seen_at: moment::read(4, &row.get::<_, String>(4)?)?,
                visits: row.get(5)?,
                tries: row.get(6)?,
                quiet_visits: row.get(7)?,
                changed_at: moment::read_optional(8, row.get(8)?)?,
                etag: row.get(9)?,
                last_modified: row.get(10)?,
                last_digest: row.get(11)?,
            })
        })
}

pub(super) fn kind(row: &Row<'_>, column: usize) -> rusqlite::Result<TargetKind> {
    row.get_ref(column)?.as_str()?.parse().map_err(|error: String| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, error.into())
    })
}

pub(super) fn address(row: &Row<'_>, column: usize) -> rusqlite::Result<Url> {
    Url::parse(row.get_ref(column)?.as_str()?).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, error.into())
    })
}

fn seed(connection: &Connection, link: &Link, now: DateTime<Utc>) -> rusqlite::Result<()> {
    let id = match known(connection, &link.target)? {
        Some(known) => known.id,
        None => insert(connection, link, Found { on: None, depth: 0 }, now)?,
    };
    // The selector file has the last word on what a start page is.
    connection
        .prepare_cached("UPDATE target SET is_start = 1, depth = 0, kind = ?2, url = ?3 WHERE id = ?1")?
        .execute(params![id, link.target.kind.as_str(), link.target.url.as_str()])?;
    Ok(())
}

/// Where a link was found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub(super) on: Option<i64>,
    /// Links from a start page to it.
    pub(super) depth: u32,
}

/// Takes up the links of a page, due at once, and gives the number of those that were not known.
///
/// A lane visits last what was taken up first: so the page's links go in from its end, and dated ones by their
/// date, for the newest to be visited first.
pub(super) fn take_up(
    connection: &Connection,
    links: &[Link],
    found: Found,
    now: DateTime<Utc>,
) -> rusqlite::Result<usize> {
    let mut order: Vec<&Link> = links.iter().rev().collect();
    order.sort_by_key(|link| link.date.map(|when| when.instant()));
    let mut added = 0;
    for link in order {
        if let Some(known) = known(connection, &link.target)? {
            update(connection, &known, link, found, now)?;
        } else {
            insert(connection, link, found, now)?;
            added += 1;
        }
    }
    Ok(added)
}

/// What is known of a target that is found again.
struct Known {
    id: i64,
    kind: TargetKind,
    url: String,
    is_start: bool,
    depth: u32,
    title: Option<String>,
    date: Option<String>,
    is_failing: bool,
}

fn known(connection: &Connection, target: &Target) -> rusqlite::Result<Option<Known>> {
    connection
        .prepare_cached(
            "SELECT t.id, t.kind, t.url, t.is_start, t.depth, t.title, t.date, t.failing_since IS NOT NULL
             FROM target t JOIN newspaper n ON n.no = t.newspaper WHERE n.id = ?1 AND t.key = ?2",
        )?
        .query_row(params![target.newspaper, target.key()], |row| {
            Ok(Known {
                id: row.get(0)?,
                kind: kind(row, 1)?,
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

fn insert(connection: &Connection, link: &Link, found: Found, now: DateTime<Utc>) -> rusqlite::Result<i64> {
    let newspaper = newspaper::number_or_new(connection, &link.target.newspaper)?;
    connection
        .prepare_cached(
            "INSERT INTO target (newspaper, key, kind, url, id_in_newspaper, depth, found_on, title, date,
               first_seen_at, next_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10)",
        )?
        .execute(params![
            newspaper,
            link.target.key(),
            link.target.kind.as_str(),
            link.target.url.as_str(),
            link.target.id_in_newspaper,
            found.depth,
            found.on,
            link.title,
            link.date.map(|when| when.to_string()),
            moment::text(now),
        ])?;
    Ok(connection.last_insert_rowid())
}

/// Learns from another sight of a known target: a shorter way to it, a newer hint, that it is an article after all.
/// Nothing is written where nothing is new, which is the rule: a listing shows the same links day after day.
fn update(
    connection: &Connection,
    known: &Known,
    link: &Link,
    found: Found,
    now: DateTime<Utc>,
) -> rusqlite::Result<()> {
    let kind = if !known.is_start && link.target.kind > known.kind { link.target.kind } else { known.kind };
    let depth = known.depth.min(found.depth);
    let title = link.title.as_ref().or(known.title.as_ref());
    let date = link.date.map(|when| when.to_string()).or_else(|| known.date.clone());
    if kind != known.kind || depth != known.depth || title != known.title.as_ref() || date != known.date {
        connection
            .prepare_cached("UPDATE target SET kind = ?2, depth = ?3, title = ?4, date = ?5 WHERE id = ?1")?
            .execute(params![known.id, kind.as_str(), depth, title, date])?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_due_is_found_by_steps_down_an_index() {
        let folder = tempfile::tempdir().unwrap();
        let archive = Archive::create_or_open(&folder.path().join("khobao.db")).unwrap();
        for query in [DUE, NEXT] {
            let sql = format!("EXPLAIN QUERY PLAN {RANKS}{query}");
            let mut statement = archive.connection.prepare(&sql).unwrap();
            // Parameters that are not bound are null.
            let mut rows = statement.raw_query();
            let mut plan: Vec<String> = Vec::new();
            while let Some(row) = rows.next().unwrap() {
                plan.push(row.get(3).unwrap());
            }
            let on_targets: Vec<&String> = plan.iter().filter(|line| line.contains(" t ")).collect();
            assert_eq!(on_targets.len(), 3, "{plan:#?}");
            assert!(on_targets.iter().all(|line| line.starts_with("SEARCH t USING")), "{plan:#?}");
            assert!(on_targets.iter().all(|line| line.contains("target_due")), "{plan:#?}");
        }
    }
}
