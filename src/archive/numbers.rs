//! Walking down an article's numbers: what no list shows any more is asked for by its number alone.
//!
//! The numbers that were asked for are targets like others, so the walk needs no memory: it begins at the highest
//! known number and passes over what is known, which costs a look into an index each.

use chrono::{DateTime, Days, NaiveDate, Utc};
use rusqlite::{Connection, OptionalExtension, params};

use super::uptake::{BACKFILL_DEPTH, Found};
use super::{Archive, ArchiveError, uptake};
use crate::target::{Link, Target};

/// How many numbers in a row may be missing before a walk ends.
pub const NUMBERS_MISSING_MAX: u32 = 50;
/// How many articles in a row must be older than the day before a walk ends: numbers are given when an article is
/// written, and some wait for days to be printed.
pub const NUMBERS_OLDER_MAX: u32 = 10;
/// An article by so much older than the day counts as older.
const OLDER_BY: Days = Days::new(7);
/// The most known numbers that are passed over in one go; then the writer is free for others.
const STEPS_MAX: u32 = 20_000;

/// A walk down the numbers of one newspaper, as far as it has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Descent {
    /// The number looked at next; none before the first.
    next: Option<u64>,
    missing: u32,
    older: u32,
    is_over: bool,
}

/// What one go down the numbers came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A number that was not known is due now.
    Found,
    /// Only known ones so far; there are more.
    Passing,
    /// The walk has ended.
    Over,
}

/// What is known of a number.
enum Known {
    Nothing,
    Missing,
    Older,
    There,
}

impl Archive {
    /// Goes down the numbers to the next one that is not known and makes it due, unless the walk ends first: at
    /// articles older than `since`, or where too many numbers are missing. `target` gives the address of a number.
    pub fn descend(
        &mut self,
        newspaper: &str,
        target: impl Fn(u64) -> Option<Target>,
        since: NaiveDate,
        descent: &mut Descent,
        now: DateTime<Utc>,
    ) -> Result<Step, ArchiveError> {
        self.transaction(|connection| {
            let first = match descent.next {
                Some(next) => Some(next),
                None => highest(connection, newspaper)?,
            };
            let Some(mut number) = first.filter(|_| !descent.is_over) else { return Ok(Step::Over) };
            for _ in 0..STEPS_MAX {
                let Some(target) = target(number).filter(|_| number > 0 && !descent.has_ended()) else {
                    descent.is_over = true;
                    return Ok(Step::Over);
                };
                let known = look(connection, &target, since)?;
                descent.passes(&known);
                number -= 1;
                descent.next = Some(number);
                if matches!(known, Known::Nothing) {
                    take(connection, target, now)?;
                    // Looked at again when its page has come.
                    descent.next = Some(number + 1);
                    return Ok(Step::Found);
                }
            }
            Ok(Step::Passing)
        })
    }
}

impl Descent {
    fn has_ended(&self) -> bool {
        self.missing >= NUMBERS_MISSING_MAX || self.older >= NUMBERS_OLDER_MAX
    }

    fn passes(&mut self, known: &Known) {
        match known {
            Known::Nothing => {}
            Known::Missing => self.missing += 1,
            Known::Older => (self.missing, self.older) = (0, self.older + 1),
            Known::There => (self.missing, self.older) = (0, 0),
        }
    }
}

/// The highest number of an article that was read.
fn highest(connection: &Connection, newspaper: &str) -> rusqlite::Result<Option<u64>> {
    connection
        .prepare_cached(
            "SELECT max(CAST(t.id_in_newspaper AS INTEGER)) FROM target t JOIN newspaper n ON n.no = t.newspaper
             WHERE n.id = ?1 AND t.key >= 'id:' AND t.key < 'id;' AND t.article IS NOT NULL
               AND t.id_in_newspaper NOT GLOB '*[^0-9]*' AND length(t.id_in_newspaper) <= 12",
        )?
        .query_row([newspaper], |row| row.get::<_, Option<i64>>(0))
        .map(|highest| highest.and_then(|number| u64::try_from(number).ok()))
}

fn look(connection: &Connection, target: &Target, since: NaiveDate) -> rusqlite::Result<Known> {
    let row: Option<(bool, Option<String>)> = connection
        .prepare_cached(
            "SELECT t.missing > 0, substr(a.published_at, 1, 10)
             FROM target t JOIN newspaper n ON n.no = t.newspaper LEFT JOIN article a ON a.id = t.article
             WHERE n.id = ?1 AND t.key = ?2",
        )?
        .query_row(params![target.newspaper, target.key()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let day = |text: &String| text.parse::<NaiveDate>().ok();
    Ok(match row {
        None => Known::Nothing,
        Some((true, _)) => Known::Missing,
        Some((false, Some(text)))
            if day(&text).is_some_and(|day| Some(day) < since.checked_sub_days(OLDER_BY)) =>
        {
            Known::Older
        }
        Some(_) => Known::There,
    })
}

/// The name of the row that numbers are: one that is not there is a step that led nowhere, and no failure.
const SERIES: &str = "numbers";

fn take(connection: &Connection, target: Target, now: DateTime<Utc>) -> rusqlite::Result<()> {
    let found = Found { depth: BACKFILL_DEPTH, ..Found::default() };
    let id = uptake::insert(connection, &Link { target, title: None, date: None }, &found, now)?;
    connection
        .prepare_cached("UPDATE target SET series = ?2 WHERE id = ?1")?
        .execute(params![id, SERIES])
        .map(|_| ())
}
