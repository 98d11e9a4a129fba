//! The book of a run: the counts in all and by newspaper, and why pages failed. It is what the run's report is made
//! of, on the screen, for programs, and in the run's row.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;

use super::Tally;
use crate::archive::Recorded;
use crate::outcome::{Due, Outcome};

/// Different reasons that are counted for one newspaper; further ones are counted together.
const REASON_COUNT_MAX: usize = 20;
/// Characters of a reason that tell it from others.
const REASON_CHARS_MAX: usize = 120;
/// Under what the reasons beyond the bound are counted.
const OTHER_REASONS: &str = "other reasons";

/// What a run did at one newspaper.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NewspaperReport {
    /// The newspaper's id.
    pub newspaper: String,
    /// The counts.
    #[serde(flatten)]
    pub tally: Tally,
    /// Bytes of the payloads as received, robots.txt left out.
    pub bytes: u64,
    /// Why pages failed, were refused or held nothing, and how often each.
    pub reasons: BTreeMap<String, u64>,
    /// When its next page is due; null where all of them rest.
    pub next_due: Option<DateTime<Utc>>,
}

/// The counts of a run.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    pub(super) total: Tally,
    newspapers: BTreeMap<String, NewspaperReport>,
}

impl Ledger {
    /// A ledger with a page for each newspaper, so that those where nothing was due are told too.
    pub(super) fn of(newspapers: impl IntoIterator<Item = String>) -> Ledger {
        let page = |id: String| (id.clone(), NewspaperReport { newspaper: id, ..NewspaperReport::default() });
        Ledger { total: Tally::default(), newspapers: newspapers.into_iter().map(page).collect() }
    }

    /// Enters a visit, and gives the bytes that it brought.
    pub(super) fn enter(&mut self, due: &Due, outcome: &Outcome, recorded: Recorded) -> u64 {
        let answered = !outcome.exchanges.is_empty();
        let bytes = outcome.exchanges.iter().map(|exchange| exchange.payload.len() as u64).sum();
        self.total.count(&outcome.fate, answered, recorded.is_new, recorded.is_edited);
        let id = &due.target.newspaper;
        let report = self
            .newspapers
            .entry(id.clone())
            .or_insert_with(|| NewspaperReport { newspaper: id.clone(), ..NewspaperReport::default() });
        let before = report.tally.fallen_short();
        report.tally.count(&outcome.fate, answered, recorded.is_new, recorded.is_edited);
        report.bytes += bytes;
        if report.tally.fallen_short() > before
            && let Some(reason) = outcome.fate.reason()
        {
            count_reason(&mut report.reasons, format!("{}: {}", outcome.fate.as_str(), in_general(&reason)));
        }
        bytes
    }

    /// The counts of one newspaper so far.
    pub(super) fn of_newspaper(&self, id: &str) -> Tally {
        self.newspapers.get(id).map_or_else(Tally::default, |report| report.tally)
    }

    /// The reports by newspaper.
    pub(super) fn newspapers(&self) -> impl Iterator<Item = &NewspaperReport> {
        self.newspapers.values()
    }
}

fn count_reason(reasons: &mut BTreeMap<String, u64>, reason: String) {
    let is_known = reasons.contains_key(&reason);
    let key = if is_known || reasons.len() < REASON_COUNT_MAX { reason } else { OTHER_REASONS.to_owned() };
    *reasons.entry(key).or_default() += 1;
}

/// A reason without the addresses in it, which would make every page's reason its own.
fn in_general(reason: &str) -> String {
    let word = |word: &str| if word.contains("://") { "…".to_owned() } else { word.to_owned() };
    let words: Vec<String> = reason.split(' ').map(word).collect();
    words.join(" ").chars().take(REASON_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_counted_without_their_addresses_and_within_a_bound() {
        assert_eq!(in_general("the server sends visitors to https://a.vn/x for the time being"), {
            "the server sends visitors to … for the time being"
        });
        let mut reasons = BTreeMap::new();
        for number in 0..50 {
            count_reason(&mut reasons, format!("failed: status {}", 500 + number));
        }
        count_reason(&mut reasons, "failed: status 503".to_owned());
        assert_eq!(reasons.len(), REASON_COUNT_MAX + 1);
        assert_eq!(reasons["failed: status 503"], 2);
        assert_eq!(reasons[OTHER_REASONS], 30);
    }
}
