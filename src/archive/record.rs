//! Recording what became of a visit: captures, article, links and the target's own row, in one transaction. After
//! a kill at any instant either all of it is there or nothing, and then the target is due again.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, params};

use super::capture::{self, Place, Prepared};
use super::index::Waiting;
use super::ready::{self, Ready};
use super::run::{self, RunCounts, RunId};
use super::transaction::Kept;
use super::version::{self, Reason, Source};
use super::walk::{self, Steps};
use super::{Archive, ArchiveError, group, moment, newspaper};
use crate::outcome::{Due, Fate, Outcome, PROBATION_VISITS};
use crate::page::{Exchange, header};
use crate::target::TargetKind;

/// What recording a visit changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recorded {
    /// The last exchange's capture.
    pub capture_id: Option<i64>,
    /// The article that the page holds.
    pub article_id: Option<i64>,
    /// The article's current version.
    pub version: Option<u32>,
    /// Whether the article was read for the first time.
    pub is_new: bool,
    /// Whether the article's text had changed.
    pub is_edited: bool,
    /// How many targets on the page were not known before.
    pub links_added: usize,
}

impl Archive {
    /// Records what became of a visit.
    pub fn record(
        &mut self,
        run: RunId,
        due: &Due,
        outcome: &Outcome,
        now: DateTime<Utc>,
    ) -> Result<Recorded, ArchiveError> {
        let Archive { path, connection, press, .. } = self;
        let ready = ready::prepare(connection, press, due, outcome)
            .map_err(|error| ArchiveError::sql(path, error))?;
        self.record_ready(run, due, outcome, &ready, now)
    }

    /// Records what became of a visit and was made ready by a [`Preparer`](super::Preparer).
    pub fn record_ready(
        &mut self,
        run: RunId,
        due: &Due,
        outcome: &Outcome,
        ready: &Ready,
        now: DateTime<Utc>,
    ) -> Result<Recorded, ArchiveError> {
        self.transaction_with(|connection, mut kept| {
            let visit = Visit { connection, run, due, outcome, now };
            visit.record(&mut kept, &ready.payloads)
        })
    }

    /// Keeps exchanges that belong to no target, such as those for a robots.txt. Gives the last one's capture.
    pub fn record_exchanges(
        &mut self,
        run: RunId,
        newspaper_id: Option<&str>,
        kind: &str,
        exchanges: &[Exchange],
    ) -> Result<Option<i64>, ArchiveError> {
        let Some(now) = exchanges.last().map(|exchange| exchange.requested_at) else { return Ok(None) };
        let Archive { path, connection, press, .. } = self;
        let prepared = capture::prepare(connection, press, None, exchanges)
            .map_err(|error| ArchiveError::sql(path, error))?;
        self.transaction_with(|connection, kept| {
            let newspaper = newspaper_id.map(|id| newspaper::number_or_new(connection, id)).transpose()?;
            let group = newspaper.map(|no| group::find_or_make(connection, no, kind)).transpose()?;
            let place = Place { run, target: None, newspaper, group: group.map(|group| group.id), now };
            capture::store(connection, kept.press, place, exchanges, &prepared)
        })
    }
}

/// The name of what a page looks like: pages of one layout share most of their bytes.
pub(super) fn group_name(due: &Due, outcome: &Outcome) -> String {
    match &outcome.fate {
        Fate::Article(article) => format!("article {}", article.read_by.layout),
        _ => due.target.kind.to_string(),
    }
}

/// One visit on its way into the archive.
#[derive(Clone, Copy)]
struct Visit<'a> {
    connection: &'a Connection,
    run: RunId,
    due: &'a Due,
    outcome: &'a Outcome,
    now: DateTime<Utc>,
}

/// What the archive knew of a target before the visit.
struct Before {
    newspaper: i64,
    depth: u32,
    article: Option<i64>,
    /// When the last look found it gone, where it did.
    missing_at: Option<DateTime<Utc>>,
}

impl Visit<'_> {
    fn record(&self, kept: &mut Kept<'_>, payloads: &[Prepared]) -> rusqlite::Result<Recorded> {
        let before = self.before()?;
        let name = group_name(self.due, self.outcome);
        let group = group::find_or_make(self.connection, before.newspaper, &name)?;
        let place = Place {
            run: self.run,
            target: Some(self.due.target_id),
            newspaper: Some(before.newspaper),
            group: Some(group.id),
            now: self.now,
        };
        let capture_id =
            capture::store(self.connection, kept.press, place, &self.outcome.exchanges, payloads)?;
        let mut recorded = Recorded { capture_id, article_id: before.article, ..Recorded::default() };
        let steps = self.take_fate(&before, kept.index, &mut recorded)?;
        self.update_target(&recorded, &steps)?;
        newspaper::visited(self.connection, before.newspaper, self.seen_at(), self.now)?;
        if self.due.target.kind == TargetKind::Article && self.due.visits > 0 && self.due.tries == 0 {
            newspaper::looked_again(self.connection, before.newspaper, self.now)?;
        }
        run::count(self.connection, self.run, self.counts(&recorded), self.now)?;
        Ok(recorded)
    }

    fn before(&self) -> rusqlite::Result<Before> {
        self.connection
            .prepare_cached(
                "SELECT newspaper, depth, article, CASE WHEN missing > 0 THEN visited_at END
                 FROM target WHERE id = ?1",
            )?
            .query_row([self.due.target_id], |row| {
                Ok(Before {
                    newspaper: row.get(0)?,
                    depth: row.get(1)?,
                    article: row.get(2)?,
                    missing_at: moment::read_optional(3, row.get(3)?)?,
                })
            })
    }

    /// The moment of the visit: that of the last request.
    fn seen_at(&self) -> DateTime<Utc> {
        self.outcome.exchanges.last().map_or(self.now, |exchange| exchange.requested_at)
    }

    fn take_fate(
        &self,
        before: &Before,
        index: &mut Waiting,
        recorded: &mut Recorded,
    ) -> rusqlite::Result<Steps> {
        let mut steps = Steps::default();
        match &self.outcome.fate {
            Fate::Article(article) => {
                let source = Source {
                    newspaper: before.newspaper,
                    target: &self.due.target,
                    capture: recorded.capture_id,
                    captured_at: self.seen_at(),
                    is_reread: false,
                };
                let kept = version::keep(self.connection, index, source, article)?;
                recorded.article_id = Some(kept.article_id);
                recorded.version = Some(kept.number);
                recorded.is_new = kept.reason == Some(Reason::First);
                recorded.is_edited = kept.reason == Some(Reason::Edited);
            }
            Fate::Links(links) => {
                let from = walk::From { due: self.due, newspaper: before.newspaper, depth: before.depth };
                steps = walk::take_links(self.connection, &from, links, self.now)?;
                recorded.links_added = steps.added;
            }
            Fate::Unchanged => {
                if let Some(article) = before.article {
                    version::seen(self.connection, article, self.seen_at())?;
                }
            }
            // An address that leads elsewhere for good holds the article no more than one that is gone.
            Fate::Moved(_) => {
                if let Some(article) = before.article {
                    version::gone(self.connection, article, self.seen_at())?;
                }
            }
            // One look may meet a fault of the site; the second one makes it a fact, which began with the first.
            Fate::Gone(_) => {
                if let (Some(article), Some(missing_at)) = (before.article, before.missing_at) {
                    version::gone(self.connection, article, missing_at)?;
                }
            }
            Fate::Photo | Fate::Denied(_) | Fate::Blocked(_) | Fate::NotArticle(_) | Fate::Failed { .. } => {}
        }
        Ok(steps)
    }

    /// Whether the visit brought nothing that can be used. An article that is gone is no failure but a fact.
    fn is_failure(&self, recorded: &Recorded) -> bool {
        match &self.outcome.fate {
            Fate::Article(_) | Fate::Links(_) | Fate::Photo | Fate::Unchanged | Fate::Moved(_) => false,
            Fate::Gone(_) => recorded.article_id.is_none() && !self.due.ends_row_by(&self.outcome.fate),
            Fate::Denied(_) | Fate::Blocked(_) | Fate::NotArticle(_) | Fate::Failed { .. } => true,
        }
    }

    fn update_target(&self, recorded: &Recorded, steps: &Steps) -> rusqlite::Result<()> {
        let fate = &self.outcome.fate;
        let is_good = matches!(fate, Fate::Article(_) | Fate::Links(_) | Fate::Photo | Fate::Unchanged);
        let is_new = recorded.is_new || recorded.is_edited || recorded.links_added > 0 || steps.woken > 0;
        let answer = self.outcome.exchanges.last().filter(|_| is_good);
        let of_answer = |name| answer.and_then(|exchange| header(&exchange.response_headers, name));
        let digest = self.outcome.body_digest.filter(|_| is_good);
        self.connection
            .prepare_cached(
                "UPDATE target SET visits = visits + ?2, visited_at = ?3, next_at = ?4, fate = ?5, reason = ?6,
                   tries = CASE WHEN ?7 THEN tries + 1 ELSE 0 END,
                   failing_since = CASE WHEN ?7 THEN coalesce(failing_since, ?3) END,
                   quiet_visits = CASE WHEN ?8 THEN 0 ELSE quiet_visits + ?9 END,
                   changed_at = CASE WHEN ?8 THEN ?3 ELSE changed_at END,
                   article = coalesce(?10, article), etag = coalesce(?11, etag),
                   last_modified = coalesce(?12, last_modified), last_digest = coalesce(?13, last_digest),
                   missing = CASE WHEN ?14 THEN missing + 1 WHEN ?9 THEN 0 ELSE missing END,
                   probation = CASE WHEN ?15 THEN ?16 WHEN ?9 THEN max(probation - 1, 0) ELSE probation END,
                   shows = CASE WHEN ?17 THEN ?18 ELSE shows END, barren = CASE WHEN ?17 THEN ?19 ELSE barren END,
                   notice = CASE WHEN ?17 THEN ?20 ELSE notice END
                 WHERE id = ?1",
            )?
            .execute(params![
                self.due.target_id,
                !matches!(fate, Fate::Denied(_)),
                moment::text(self.seen_at()),
                self.outcome.next_at.map(moment::text),
                fate.as_str(),
                fate.reason().or_else(|| steps.end.map(str::to_owned)),
                self.is_failure(recorded) || matches!(fate, Fate::Gone(_)) && !self.due.ends_row_by(fate),
                is_new,
                is_good,
                recorded.article_id,
                of_answer("etag"),
                of_answer("last-modified"),
                digest,
                matches!(fate, Fate::Gone(_)) || self.due.vanishes_by(fate),
                self.due.retires_by(fate),
                PROBATION_VISITS,
                matches!(fate, Fate::Links(_)),
                steps.shows,
                steps.barren,
                steps.notice,
            ])?;
        Ok(())
    }

    fn counts(&self, recorded: &Recorded) -> RunCounts {
        let fate = &self.outcome.fate;
        let is_same_article = matches!(fate, Fate::Article(_)) && !recorded.is_new && !recorded.is_edited;
        RunCounts {
            fetched: u32::from(!self.outcome.exchanges.is_empty()),
            unchanged: u32::from(is_same_article || matches!(fate, Fate::Unchanged)),
            new_articles: u32::from(recorded.is_new),
            edited: u32::from(recorded.is_edited),
            failed: u32::from(matches!(fate, Fate::Blocked(_) | Fate::NotArticle(_) | Fate::Failed { .. })),
            denied: u32::from(matches!(fate, Fate::Denied(_))),
        }
    }
}
