//! The queue: a table of everything that was ever found. What is due is a query, so a kill at any instant loses
//! nothing, and memory does not grow with the archive.

use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::{Connection, OptionalExtension, Row, named_params, params};
use url::Url;

use super::uptake::{self, Found};
use super::{Archive, ArchiveError, moment, newspaper, walk};
use crate::outcome::Due;
use crate::target::{Link, Target, TargetKind};

/// Second looks at articles a day and newspaper, in looks: beyond them, old articles wait for tomorrow, so that the
/// lane's time goes to what is new.
pub const REVISITS_A_DAY_MAX: u32 = 1_000;

/// The targets that one lane visits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lane {
    /// The ids of its newspapers: one, or those that share a machine.
    pub newspapers: Vec<String>,
    /// Leaves alone what is known to hold nothing from this day on: articles by the dates of their listings, pages
    /// of listings by what stands on the page before, sitemaps by their months.
    pub since: Option<NaiveDate>,
    /// Leaves alone what is known to hold nothing up to this day.
    pub until: Option<NaiveDate>,
    /// Visits the photos of articles too.
    pub photos: bool,
}

/// The newspapers of a lane and the ranks in which something waits, each found by one step down the index
/// `target_due` instead of a walk along it. 31 is the rank of second looks, which may not go before `looks_at` once
/// the day's budget is spent; 29 is that of photos.
const RANKS: &str = "
    WITH RECURSIVE
    paper (no, looks_at) AS (
      SELECT n.no, CASE WHEN n.revisits >= :budget THEN date(n.revisit_day, '+1 day') || 'T00:00:00Z' ELSE '' END
      FROM json_each(:newspapers) j JOIN newspaper n ON n.id = j.value),
    step (no, looks_at, rank) AS (
      SELECT no, looks_at, (SELECT t.rank FROM target t WHERE t.newspaper = no AND t.next_at IS NOT NULL
                  ORDER BY t.rank LIMIT 1) FROM paper
      UNION ALL
      SELECT no, looks_at, (SELECT t.rank FROM target t WHERE t.newspaper = step.no AND t.rank > step.rank
                  AND t.next_at IS NOT NULL ORDER BY t.rank LIMIT 1) FROM step WHERE step.rank IS NOT NULL
    )";

/// What a window of days lets through: what may lie in it.
pub(super) const IN_WINDOW: &str = "(:since IS NULL OR t.to_day IS NULL OR t.to_day >= :since)
                AND (:until IS NULL OR t.from_day IS NULL OR t.from_day <= :until)";

/// The first due target: the lowest rank, and in it what came due last, so that news goes before backfill.
const DUE: &str = ",
    first (id, rank) AS MATERIALIZED (
      SELECT (SELECT t.id FROM target t
              WHERE t.newspaper = step.no AND t.rank = step.rank AND t.next_at <= :now AND {window}
              ORDER BY t.next_at DESC, t.id DESC LIMIT 1), step.rank
      FROM step WHERE step.rank IS NOT NULL AND (step.rank <> 31 OR looks_at <= :now)
        AND (step.rank <> 29 OR :photos))
    SELECT id FROM first WHERE id IS NOT NULL ORDER BY rank LIMIT 1";

/// When the next target of a lane comes due.
const NEXT: &str = "
    SELECT min((SELECT max(t.next_at, CASE step.rank WHEN 31 THEN looks_at ELSE '' END) FROM target t
                WHERE t.newspaper = step.no AND t.rank = step.rank AND t.next_at IS NOT NULL AND {window}
                ORDER BY t.next_at LIMIT 1))
    FROM step WHERE step.rank IS NOT NULL AND (step.rank <> 29 OR :photos)";

/// The steps down the index with a query behind them.
fn stepping(query: &str) -> String {
    format!("{RANKS}{}", query.replace("{window}", IN_WINDOW))
}

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

    /// Makes the start pages of these kinds due now, where they are not yet; feeds and sitemaps that have retired
    /// keep their own time. Gives their number.
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
                           AND (next_at IS NULL OR next_at > ?3)
                           AND (kind = 'listing' OR probation = 0 OR missing = 0)",
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
            let found = Found { on: Some(from.target_id), depth, ..Found::default() };
            uptake::take_up(connection, links.iter(), &found, now).map(|taken| taken.added)
        })
    }

    /// Takes up what robots.txt names, as if the front page did. Gives the number of those that were not known.
    pub fn take_sitemaps(&mut self, links: &[Link], now: DateTime<Utc>) -> Result<usize, ArchiveError> {
        self.transaction(|connection| {
            let found = Found { kind: Some(TargetKind::Listing), depth: 1, ..Found::default() };
            uptake::take_up(connection, links.iter(), &found, now).map(|taken| taken.added)
        })
    }

    /// Leaves a target alone up to a moment, for a reason that has nothing to do with itself: its server is not to be
    /// asked before.
    pub fn put_off(&mut self, target_id: i64, until: DateTime<Utc>) -> Result<(), ArchiveError> {
        self.transaction(|connection| {
            connection
                .prepare_cached("UPDATE target SET next_at = ?2 WHERE id = ?1")?
                .execute(params![target_id, moment::text(until)])
                .map(|_| ())
        })
    }

    /// What a lane visits next, if anything is due.
    pub fn due(&self, lane: &Lane, now: DateTime<Utc>) -> Result<Option<Due>, ArchiveError> {
        self.first_due(lane, now).map_err(|error| self.fault(error))
    }

    /// A further page of a listing is bounded by what the pages before it hold, which is known by the time that it
    /// comes due: then it may lie outside of the window after all, and the next one is looked for.
    fn first_due(&self, lane: &Lane, now: DateTime<Utc>) -> rusqlite::Result<Option<Due>> {
        let sql = stepping(DUE);
        let (newspapers, since, until) = lane.bounds();
        loop {
            let id: Option<i64> = self
                .connection
                .prepare_cached(&sql)?
                .query_row(
                    named_params! {":newspapers": newspapers, ":since": since, ":until": until,
                    ":now": moment::text(now), ":budget": REVISITS_A_DAY_MAX, ":photos": lane.photos},
                    |row| row.get(0),
                )
                .optional()?;
            let Some(id) = id else { return Ok(None) };
            if since.is_none() || !walk::bound_by_page_before(&self.connection, id)? {
                return load(&self.connection, id).map(Some);
            }
        }
    }

    /// When a lane has something to visit next; in the past where something is due; none where all rests.
    pub fn next_due_at(&self, lane: &Lane) -> Result<Option<DateTime<Utc>>, ArchiveError> {
        let sql = stepping(NEXT);
        let (newspapers, since, until) = lane.bounds();
        let next = || -> rusqlite::Result<Option<DateTime<Utc>>> {
            let text: Option<String> = self.connection.prepare_cached(&sql)?.query_row(
                named_params! {":newspapers": newspapers, ":since": since, ":until": until,
                ":budget": REVISITS_A_DAY_MAX, ":photos": lane.photos},
                |row| row.get(0),
            )?;
            moment::read_optional(0, text)
        };
        next().map_err(|error| self.fault(error))
    }

    /// The target of an address, whether it is due or not.
    pub fn target(&self, target: &Target) -> Result<Option<Due>, ArchiveError> {
        let found = || -> rusqlite::Result<Option<Due>> {
            let id = uptake::known(&self.connection, target)?.map(|known| known.id);
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
               t.changed_at, t.etag, t.last_modified, t.last_digest, t.missing, t.probation,
               t.visits = 0 AND t.is_start = 0 AND t.series IS NOT NULL
                 AND (t.series = 'numbers'
                      OR EXISTS (SELECT 1 FROM target o WHERE o.id = t.found_on AND o.series = t.series)),
               t.shows IS NOT NULL
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
                missing: row.get(12)?,
                probation: row.get(13)?,
                is_step: row.get(14)?,
                held_articles: row.get(15)?,
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
    let id = match uptake::known(connection, &link.target)? {
        Some(known) => known.id,
        None => uptake::insert(connection, link, &Found::default(), now)?,
    };
    // The selector file has the last word on what a start page is.
    connection
        .prepare_cached("UPDATE target SET is_start = 1, depth = 0, kind = ?2, url = ?3 WHERE id = ?1")?
        .execute(params![id, link.target.kind.as_str(), link.target.url.as_str()])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_due_is_found_by_steps_down_an_index() {
        let folder = tempfile::tempdir().unwrap();
        let archive = Archive::create_or_open(&folder.path().join("khobao.db")).unwrap();
        for query in [DUE, NEXT] {
            let sql = format!("EXPLAIN QUERY PLAN {}", stepping(query));
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
