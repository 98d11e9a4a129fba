//! When the next round of a crawl that stays up begins: after a span, or by a cron expression.
//!
//! Cron expressions mean the clock of Vietnam (UTC+7, no summer time), where the newspapers are, so that a schedule
//! means the same on every machine. Rounds never overlap, and each is put off by a little chance, so that crawls
//! with one schedule do not fall upon a server together.

use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, FixedOffset, TimeDelta, Utc};
use croner::Cron;

/// The offset of Vietnam's clock from UTC, in seconds.
const VIETNAM_OFFSET_SECONDS: i32 = 7 * 3600;
/// The shortest span between two rounds.
const SPAN_MIN: Duration = Duration::from_secs(1);
/// The longest span between two rounds.
const SPAN_MAX: Duration = Duration::from_hours(24 * 366);
/// A round is put off by this share of the time between rounds at most.
const JITTER_SHARE: f64 = 0.1;
/// A round is put off by this time at most.
const JITTER_MAX: Duration = Duration::from_mins(5);

/// How often a crawl that stays up goes round.
#[derive(Clone, Debug)]
pub enum Every {
    /// A round begins this long after the one before began.
    Span(Duration),
    /// Rounds begin by a cron expression.
    Cron(Box<Cron>),
}

/// What is no schedule.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum EveryError {
    /// Neither of the two forms.
    #[error(
        "'{text}' is neither a time (30m, 6h, 1d) nor a cron expression of five fields (0 6,18 * * *): {why}"
    )]
    Unknown {
        /// What was given.
        text: String,
        /// What is wrong with it.
        why: String,
    },
    /// A time out of bounds.
    #[error("a round can begin every second at the most and every year at the least")]
    OutOfBounds,
}

impl FromStr for Every {
    type Err = EveryError;

    fn from_str(text: &str) -> Result<Every, EveryError> {
        let text = text.trim();
        let unknown = |why: String| EveryError::Unknown { text: text.to_owned(), why };
        if text.starts_with('@') || text.split_whitespace().count() >= 5 {
            let cron = Cron::from_str(text).map_err(|error| unknown(error.to_string()))?;
            return Ok(Every::Cron(Box::new(cron)));
        }
        let span = humantime::parse_duration(text).map_err(|error| unknown(error.to_string()))?;
        if span < SPAN_MIN || span > SPAN_MAX {
            return Err(EveryError::OutOfBounds);
        }
        Ok(Every::Span(span))
    }
}

impl Every {
    /// When the round after one that lasted from `begun` to `ended` begins; none where a cron expression names no
    /// further time. A round that outlasted its slot is followed after a whole span. `chance` is in 0..1.
    #[must_use]
    pub fn next(&self, begun: DateTime<Utc>, ended: DateTime<Utc>, chance: f64) -> Option<DateTime<Utc>> {
        match self {
            Every::Span(span) => {
                let slot = TimeDelta::from_std(*span).ok()?;
                let from = if begun <= ended && begun + slot > ended { begun } else { ended };
                Some(from + slot + jitter(slot, chance))
            }
            Every::Cron(cron) => {
                let next = after(cron, ended)?;
                let gap = after(cron, next).map_or(TimeDelta::MAX, |following| following - next);
                Some(next + jitter(gap, chance))
            }
        }
    }
}

fn after(cron: &Cron, moment: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let vietnam = FixedOffset::east_opt(VIETNAM_OFFSET_SECONDS)?;
    cron.find_next_occurrence(&moment.with_timezone(&vietnam), false).ok().map(|next| next.to_utc())
}

fn jitter(gap: TimeDelta, chance: f64) -> TimeDelta {
    let gap = gap.to_std().unwrap_or(SPAN_MAX).min(SPAN_MAX);
    let most = gap.mul_f64(JITTER_SHARE).min(JITTER_MAX);
    TimeDelta::from_std(most.mul_f64(chance.clamp(0.0, 1.0))).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn next(every: &str, begun: &str, ended: &str, chance: f64) -> Option<String> {
        let every: Every = every.parse().unwrap();
        every
            .next(at(begun), at(ended), chance)
            .map(|next| next.to_rfc3339_opts(chrono::SecondsFormat::Secs, true))
    }

    #[test]
    fn a_span_counts_from_the_beginning_of_the_round_and_from_its_end_where_it_lasted_longer() {
        let told = |ended| next("6h", "2026-05-10T00:00:00Z", ended, 0.0).unwrap();
        assert_eq!(told("2026-05-10T01:00:00Z"), "2026-05-10T06:00:00Z");
        assert_eq!(told("2026-05-10T07:30:00Z"), "2026-05-10T13:30:00Z");
        // The clock was set back while the round was under way.
        assert_eq!(told("2026-05-09T12:00:00Z"), "2026-05-09T18:00:00Z");
    }

    #[test]
    fn chance_puts_a_round_off_by_a_tenth_and_five_minutes_at_most() {
        let round = ("2026-05-10T00:00:00Z", "2026-05-10T00:01:00Z");
        assert_eq!(next("10m", round.0, round.1, 1.0).unwrap(), "2026-05-10T00:11:00Z");
        assert_eq!(next("1d", round.0, round.1, 1.0).unwrap(), "2026-05-11T00:05:00Z");
    }

    #[test]
    fn a_cron_expression_means_the_clock_of_vietnam_and_skips_what_a_round_outlasted() {
        let told = |ended, chance| next("0 6,18 * * *", "2026-05-09T23:00:00Z", ended, chance).unwrap();
        assert_eq!(told("2026-05-09T23:20:00Z", 0.0), "2026-05-10T11:00:00Z");
        assert_eq!(told("2026-05-10T12:00:00Z", 0.0), "2026-05-10T23:00:00Z");
        assert_eq!(told("2026-05-10T12:00:00Z", 1.0), "2026-05-10T23:05:00Z");
        assert_eq!(
            next("@daily", "2026-05-10T00:00:00Z", "2026-05-10T00:00:00Z", 0.0).unwrap(),
            "2026-05-10T17:00:00Z"
        );
    }

    #[test]
    fn what_is_no_schedule_is_refused_with_both_forms() {
        for text in ["", "soon", "6 hours and a bit", "61 * * * *", "* * * * * * * *"] {
            let told = text.parse::<Every>().unwrap_err().to_string();
            assert!(told.contains("neither a time"), "{told}");
        }
        assert_eq!("0s".parse::<Every>().unwrap_err(), EveryError::OutOfBounds);
    }
}
