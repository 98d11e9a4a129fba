//! Reprints: each pair is of two newspapers and as alike as it says, and what an article is compared by is of its own
//! text. Whether a pair is missing is not asked: which articles are compared with which depends on their coming.

use rusqlite::params;

use super::{Flow, Part, Run, Scope};
use crate::archive::{blob, index};
use crate::text::runs::{likeness, runs};

/// Pairs or articles checked between two steps.
const BATCH: usize = 256;
/// Likeness is a fraction of two numbers of runs; so little is lost when it is written down.
const LIKENESS_ERROR_MAX: f64 = 1e-9;

/// A pair as it is stored.
struct Pair {
    article: i64,
    other: i64,
    likeness: f64,
    is_of_one_newspaper: bool,
}

impl Run<'_> {
    pub(super) fn check_reprints(&mut self, _: Scope) -> rusqlite::Result<Flow> {
        // The runs of the article that was looked at last: pairs of one article follow each other.
        let (mut last, mut known) = ((0, 0), (0, None));
        loop {
            let pairs = self.pairs(last)?;
            for pair in &pairs {
                last = (pair.article, pair.other);
                if known.0 != pair.article {
                    known = (pair.article, self.runs_of(pair.article)?);
                }
                self.verified.reprints += 1;
                let Some(what) = self.wrong_pair(pair, known.1.as_deref())? else { continue };
                if self.fault(Part::Reprint, Some(pair.article), what).is_break() {
                    return Ok(Flow::Break(()));
                }
            }
            if self.step().is_break() {
                return Ok(Flow::Break(()));
            }
            if pairs.is_empty() {
                return self.check_shingles();
            }
        }
    }

    fn pairs(&self, last: (i64, i64)) -> rusqlite::Result<Vec<Pair>> {
        self.connection
            .prepare_cached(
                "SELECT r.article, r.other, r.likeness, a.newspaper IS o.newspaper FROM reprint r
                 LEFT JOIN article a ON a.id = r.article LEFT JOIN article o ON o.id = r.other
                 WHERE (r.article, r.other) > (?1, ?2) ORDER BY r.article, r.other LIMIT ?3",
            )?
            .query_map(params![last.0, last.1, blob::count(BATCH)], |row| {
                Ok(Pair {
                    article: row.get(0)?,
                    other: row.get(1)?,
                    likeness: row.get(2)?,
                    is_of_one_newspaper: row.get(3)?,
                })
            })?
            .collect()
    }

    /// What is wrong with a pair, if anything is. That an article is not there or has no text that can be read is told
    /// with the references and the texts.
    fn wrong_pair(&self, pair: &Pair, own: Option<&[u64]>) -> rusqlite::Result<Option<String>> {
        let Pair { article, other, likeness: told, is_of_one_newspaper } = pair;
        if *is_of_one_newspaper {
            return Ok(Some(format!(
                "articles {article} and {other} are told as reprints, and are of one newspaper"
            )));
        }
        let (Some(own), Some(others)) = (own, self.runs_of(*other)?) else { return Ok(None) };
        let found = likeness(own, &others);
        let is_as_told = (found - told).abs() <= LIKENESS_ERROR_MAX;
        Ok((!is_as_told).then(|| {
            format!("articles {article} and {other} are told to be alike by {told:.3}, and are by {found:.3}")
        }))
    }

    /// The runs of words of an article's current text; none where there is none that can be read.
    fn runs_of(&self, article: i64) -> rusqlite::Result<Option<Vec<u64>>> {
        let entry = index::entry(self.connection, article)?;
        Ok(entry
            .map(|entry| runs(entry.lead_folded.as_deref().into_iter().chain([entry.body_folded.as_str()]))))
    }

    /// Holds what articles are compared by against their texts.
    fn check_shingles(&mut self) -> rusqlite::Result<Flow> {
        let mut last = 0;
        loop {
            let articles: Vec<i64> = self
                .connection
                .prepare_cached(
                    "SELECT DISTINCT article FROM shingle WHERE article > ?1 ORDER BY article LIMIT ?2",
                )?
                .query_map(params![last, blob::count(BATCH)], |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            for article in &articles {
                last = *article;
                let Some(runs) = self.runs_of(last)? else { continue };
                let hashes: Vec<i64> = self
                    .connection
                    .prepare_cached("SELECT hash FROM shingle WHERE article = ?1")?
                    .query_map([last], |row| row.get(0))?
                    .collect::<rusqlite::Result<_>>()?;
                if hashes.iter().all(|hash| runs.binary_search(&hash.cast_unsigned()).is_ok()) {
                    continue;
                }
                let what =
                    format!("article {last} is compared with others by words that its text does not have");
                if self.fault(Part::Reprint, Some(last), what).is_break() {
                    return Ok(Flow::Break(()));
                }
            }
            if self.step().is_break() {
                return Ok(Flow::Break(()));
            }
            if articles.is_empty() {
                return Ok(Flow::Continue(()));
            }
        }
    }
}
