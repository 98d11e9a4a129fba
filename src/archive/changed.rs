//! Sitemaps that have changed, as the index they stand in says: they are visited before their own time.
//!
//! An index dates its sitemaps (`lastmod`). Honest ones save half of the visits; some sites date all of their sitemaps
//! to the moment they are asked, and theirs soon keep their own time again.

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Connection, OptionalExtension, params};

use super::moment;
use crate::when::When;

/// A sitemap that has changed is visited again after this time at the earliest …
const WAIT_MIN: TimeDelta = TimeDelta::minutes(10);
/// … and twice as long after each visit in a row that brought nothing new, up to this.
const WAIT_MAX: TimeDelta = TimeDelta::weeks(2);
/// A date that lies further ahead than this is no date of a change.
const AHEAD_MAX: TimeDelta = TimeDelta::days(1);

/// Makes a sitemap due that its index dates after its last visit; tells whether it did. One that fails, has retired or
/// is on probation keeps its own time.
pub(super) fn wake(
    connection: &Connection,
    target: i64,
    date: When,
    now: DateTime<Utc>,
) -> rusqlite::Result<bool> {
    let asleep: Option<(String, u32)> = connection
        .prepare_cached(
            "SELECT visited_at, quiet_visits FROM target WHERE id = ?1 AND kind = 'sitemap' AND next_at > ?2
               AND visited_at IS NOT NULL AND failing_since IS NULL AND missing = 0 AND probation = 0",
        )?
        .query_row(params![target, moment::text(now)], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((visited_at, quiet_visits)) = asleep else { return Ok(false) };
    let visited_at = moment::read(0, &visited_at)?;
    let changed_by = changed_by(date);
    if changed_by <= visited_at || changed_by > now + AHEAD_MAX || visited_at + wait(quiet_visits) > now {
        return Ok(false);
    }
    connection
        .prepare_cached("UPDATE target SET next_at = ?2 WHERE id = ?1")?
        .execute(params![target, moment::text(now)])?;
    Ok(true)
}

/// How long a sitemap is left alone after a visit, the last so many of which brought nothing new.
fn wait(quiet_visits: u32) -> TimeDelta {
    let times = 1_i32.checked_shl(quiet_visits).filter(|times| *times > 0).unwrap_or(i32::MAX);
    WAIT_MIN.checked_mul(times).map_or(WAIT_MAX, |wait| wait.min(WAIT_MAX))
}

/// Up to when a change dated so may have come: a bare day ends with its last moment.
fn changed_by(date: When) -> DateTime<Utc> {
    match date {
        When::Moment(_) => date.instant(),
        When::Day(_) => date.instant() + TimeDelta::days(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_its_bound() {
        let minutes: Vec<i64> =
            [0, 1, 2, 10, 11, 30, 31, 32, u32::MAX].map(|visits| wait(visits).num_minutes()).into();
        let most = WAIT_MAX.num_minutes();
        assert_eq!(minutes, [10, 20, 40, 10_240, most, most, most, most, most]);
    }
}
