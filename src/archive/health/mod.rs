//! How well each newspaper is being read now, held against its own past.
//!
//! What is asked of the tables stands here and in [`rows`]; what is a change and what is chance, in [`trend`]; what
//! needs a person and how that is said, in [`verdict`].

mod rows;
mod trend;
mod verdict;

use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::Serialize;

use super::{ArchiveError, Reader};
use rows::{FIELDS, Sample, TROUBLES};
use trend::Trend;

/// Articles that make up the present, where nobody says otherwise.
pub const RECENT_DEFAULT: usize = 50;

/// How well one newspaper is being read.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct NewspaperHealth {
    /// The newspaper's id.
    pub newspaper: String,
    /// Its printed name.
    pub name: String,
    /// Its articles that were looked at.
    pub articles: usize,
    /// For each field, how many of them had it.
    pub fields: Vec<FieldHealth>,
    /// For each kind of trouble, how many of the pages where an article was expected had it.
    pub troubles: Vec<TroubleHealth>,
    /// The day of its latest article.
    pub last_article: Option<NaiveDate>,
    /// Days without an article that would be long for it; null where its rhythm is not known.
    pub silence_days_max: Option<i64>,
    /// When one of its start pages was last read.
    pub last_visit: Option<DateTime<Utc>>,
    /// What needs a person; empty where all is well.
    pub verdicts: Vec<Verdict>,
}

/// How often a field is there.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct FieldHealth {
    /// The field: title, date, dateline, body, captions, lead, authors; `selectors` where title and body were found
    /// by the newspaper's own selectors.
    pub field: &'static str,
    /// The share of the latest articles that had it, 0 to 1; null where there are none.
    pub recent: Option<f64>,
    /// The share of the earlier ones.
    pub past: Option<f64>,
}

/// How often pages are in trouble.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct TroubleHealth {
    /// The trouble: failed, blocked, denied, not an article.
    pub trouble: &'static str,
    /// The share of the pages found last, 0 to 1; null where there are none.
    pub recent: Option<f64>,
    /// The share of the earlier ones.
    pub past: Option<f64>,
}

/// Something that needs a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Verdict {
    /// What it is about.
    pub about: About,
    /// The field or the trouble, where it is about one.
    pub what: Option<&'static str>,
    /// Since which day.
    pub since: Option<NaiveDate>,
    /// In words.
    pub message: String,
}

/// What a verdict is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum About {
    /// A field is found less often than before.
    Field,
    /// Pages are in trouble more often than before.
    Trouble,
    /// A start page cannot be had.
    Start,
    /// No new article for much longer than usual.
    Silence,
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// Articles that make up the present.
    pub recent: usize,
    /// The time.
    pub now: DateTime<Utc>,
    /// The ids of newspapers that were merged or stand still: their silence is no news.
    pub still: &'a [String],
}

impl Reader {
    /// How well each newspaper is being read that was ever visited, or those of these ids.
    pub fn health(
        &self,
        only: &[String],
        question: Question<'_>,
    ) -> Result<Vec<NewspaperHealth>, ArchiveError> {
        let newspapers = rows::newspapers(&self.connection).map_err(|error| self.fault(error))?;
        newspapers
            .into_iter()
            .filter(|newspaper| only.is_empty() || only.contains(&newspaper.id))
            .map(|newspaper| self.health_of(&newspaper, question).map_err(|error| self.fault(error)))
            .collect()
    }

    fn health_of(
        &self,
        newspaper: &rows::Newspaper,
        question: Question<'_>,
    ) -> rusqlite::Result<NewspaperHealth> {
        let Question { recent, now, still } = question;
        let articles = rows::articles(&self.connection, newspaper.no, recent)?;
        let pages = rows::pages(&self.connection, newspaper.no, recent, now)?;
        let starts = rows::starts(&self.connection, newspaper.no)?;
        let rhythm = rows::rhythm(&self.connection, newspaper.no, now)?;
        let mut verdicts = Vec::new();
        let mut fields = Vec::new();
        for (at, field) in FIELDS.into_iter().enumerate() {
            let (trend, share) = looked_at(&articles, recent, |sample| sample.has(at));
            verdicts.extend(trend.change().map(|change| verdict::field(field, &change, &articles)));
            fields.push(FieldHealth { field, recent: share.0, past: share.1 });
        }
        let mut troubles = Vec::new();
        for (at, trouble) in TROUBLES.into_iter().enumerate() {
            // A page without trouble has something, so a rise of trouble is a loss like any other.
            let (trend, share) = looked_at(&pages, recent, |sample| !sample.has(at));
            let found = trend.change().map(|change| verdict::trouble(trouble, &change, &pages));
            let found = found.or_else(|| verdict::half(trouble, share.0, pages.len().min(recent)));
            verdicts.extend(found);
            let inverse = |share: Option<f64>| share.map(|share| 1.0 - share);
            troubles.push(TroubleHealth { trouble, recent: inverse(share.0), past: inverse(share.1) });
        }
        verdicts.extend(verdict::starts(&starts, now));
        let last_visit =
            starts.iter().filter(|start| start.is_good()).filter_map(|start| start.visited_at).max();
        let silence = rhythm.silence_days_max();
        if !still.contains(&newspaper.id) {
            verdicts.extend(verdict::silence(&rhythm, last_visit));
        }
        let mut health = NewspaperHealth {
            newspaper: newspaper.id.clone(),
            name: newspaper.name.clone(),
            articles: articles.len(),
            fields,
            troubles,
            last_article: rhythm.last(),
            silence_days_max: silence,
            last_visit,
            verdicts,
        };
        for verdict in &mut health.verdicts {
            verdict.message = format!("{}: {}", newspaper.name, verdict.message);
        }
        Ok(health)
    }
}

/// The trend of a sign over the samples, oldest first, and its share among the last and among the earlier ones.
fn looked_at(
    samples: &[Sample],
    recent: usize,
    has: impl Fn(Sample) -> bool,
) -> (Trend, (Option<f64>, Option<f64>)) {
    let trend = Trend::new(samples.iter().copied().map(has).collect(), recent);
    let shares = (trend.recent_share(), trend.past_share());
    (trend, shares)
}
