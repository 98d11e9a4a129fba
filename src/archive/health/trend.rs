//! Whether something that was there before is there less often now, or whether that is chance.
//!
//! A newspaper is tested for a dozen signs every day, so the bar is high: the point is looked for where the samples
//! before and after differ most, and the difference must be large, must be next to impossible by chance (Fisher's
//! exact test), and must be worse than anything the newspaper's own past shows in as many samples. News comes in
//! clusters (a day of short notices without photos), which no test of independent samples knows; the last condition
//! is for them. With few samples nothing is said.

/// The fewest samples before a change.
const BEFORE_COUNT_MIN: usize = 20;
/// The fewest samples after it.
const AFTER_COUNT_MIN: usize = 8;
/// The largest probability of the difference by chance. There are up to two thousand points at which a change can
/// be found, a dozen signs and some sixty newspapers.
const CHANCE_MAX: f64 = 1e-7;
/// The least difference of the shares …
const LOSS_MIN: f64 = 0.25;
/// … unless what was rare has all but vanished: what is left of the share before, at most.
const LEFT_MAX: f64 = 0.2;

/// A loss.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Change {
    /// The first sample after it.
    pub(super) at: usize,
    /// How many there are after it.
    pub(super) count: usize,
    /// The share before, 0 to 1.
    pub(super) before: f64,
    /// The share after.
    pub(super) after: f64,
}

/// A sign over samples, the oldest first.
#[derive(Debug)]
pub(super) struct Trend {
    /// How many of the first n samples have it, for n from 0.
    sums: Vec<usize>,
    recent: usize,
}

impl Trend {
    pub(super) fn new(has: Vec<bool>, recent: usize) -> Trend {
        let mut sums = vec![0];
        let mut sum = 0;
        for has in has {
            sum += usize::from(has);
            sums.push(sum);
        }
        Trend { sums, recent }
    }

    fn len(&self) -> usize {
        self.sums.len() - 1
    }

    fn count(&self, from: usize, to: usize) -> usize {
        self.sums[to] - self.sums[from]
    }

    /// The share among samples; none where there are none.
    fn share(&self, from: usize, to: usize) -> Option<f64> {
        (from < to).then(|| ratio(self.count(from, to), to - from))
    }

    /// The share among the last samples.
    pub(super) fn recent_share(&self) -> Option<f64> {
        self.share(self.len().saturating_sub(self.recent), self.len())
    }

    /// The share among those before.
    pub(super) fn past_share(&self) -> Option<f64> {
        self.share(0, self.len().saturating_sub(self.recent))
    }

    /// The loss that lasts up to now, where there is one.
    pub(super) fn change(&self) -> Option<Change> {
        let len = self.len();
        let last = len.checked_sub(AFTER_COUNT_MIN)?;
        let at = (BEFORE_COUNT_MIN..=last)
            .max_by(|left, right| self.contrast(*left).total_cmp(&self.contrast(*right)))?;
        let (before, after) = (self.share(0, at)?, self.share(at, len)?);
        let is_large = before - after >= LOSS_MIN || (after <= before * LEFT_MAX && after < before);
        let is_change = is_large && self.is_no_chance(at) && self.is_unseen(at, before, after);
        is_change.then_some(Change { at, count: len - at, before, after })
    }

    /// How far the shares before and after a point differ, in standard errors.
    fn contrast(&self, at: usize) -> f64 {
        let len = self.len();
        let pooled = ratio(self.sums[len], len);
        let spread = pooled * (1.0 - pooled) * (1.0 / real(at) + 1.0 / real(len - at));
        if spread <= 0.0 {
            return 0.0;
        }
        (ratio(self.count(0, at), at) - ratio(self.count(at, len), len - at)) / spread.sqrt()
    }

    fn is_no_chance(&self, at: usize) -> bool {
        let len = self.len();
        let after = Drawn { count: self.count(at, len), of: len - at };
        let before = Drawn { count: self.count(0, at), of: at };
        fewer_by_chance(after, before) <= CHANCE_MAX
    }

    /// Whether as many samples as there are now were never as poor before, and the last ones are no better again.
    fn is_unseen(&self, at: usize, before: f64, after: f64) -> bool {
        let len = self.len();
        let window = (len - at).min(self.recent).min(at / 2).max(1);
        let now = self.count(len - window, len);
        let poorest = (0..=at - window).map(|from| self.count(from, from + window)).min().unwrap_or(0);
        now < poorest && ratio(now, window) <= f64::midpoint(before, after)
    }
}

fn real(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::MAX, f64::from)
}

fn ratio(part: usize, whole: usize) -> f64 {
    real(part) / real(whole)
}

/// So many of so many.
#[derive(Clone, Copy)]
struct Drawn {
    count: usize,
    of: usize,
}

/// The probability that the later ones have so few or fewer if nothing had changed: the tail of the hypergeometric
/// distribution (Fisher's exact test, one-sided).
fn fewer_by_chance(after: Drawn, before: Drawn) -> f64 {
    let whole = after.of + before.of;
    let having = after.count + before.count;
    let logs = log_factorials(whole);
    let choose = |n: usize, k: usize| logs[n] - logs[k] - logs[n - k];
    let least = having.saturating_sub(before.of);
    let all = choose(whole, after.of);
    (least..=after.count)
        .map(|count| (choose(having, count) + choose(whole - having, after.of - count) - all).exp())
        .sum()
}

fn log_factorials(up_to: usize) -> Vec<f64> {
    let mut logs = vec![0.0];
    let mut sum = 0.0;
    for number in 1..=up_to {
        sum += real(number).ln();
        logs.push(sum);
    }
    logs
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Samples by a rule that has no rhythm of its own: has the sign so many times of a hundred.
    fn samples(count: usize, percent: u64, seed: u64) -> Vec<bool> {
        let mut state = seed;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state % 100 < percent
        };
        (0..count).map(|_| next()).collect()
    }

    fn change(parts: &[(usize, u64)]) -> Option<Change> {
        let has = parts.iter().flat_map(|(count, percent)| samples(*count, *percent, 0x2545_F491_4F6C_DD1D));
        Trend::new(has.collect(), 50).change()
    }

    #[test]
    fn a_field_that_vanishes_is_noticed_after_a_dozen_articles_and_stays_noticed() {
        for gone in [12, 50, 400, 1500] {
            let found = change(&[(300, 85), (gone, 0)]).unwrap();
            assert!(found.at.abs_diff(300) <= 2 && found.after == 0.0, "{found:?}");
        }
        assert!(change(&[(300, 85), (7, 0)]).is_none(), "seven articles are no proof");
    }

    #[test]
    fn a_field_that_grows_rarer_is_noticed_with_the_point_where_it_did() {
        let found = change(&[(300, 90), (60, 30)]).unwrap();
        assert!(found.at.abs_diff(300) <= 3, "{found:?}");
        assert!(found.before > 0.8 && found.after < 0.45);
    }

    #[test]
    fn what_came_back_is_no_loss() {
        assert!(change(&[(300, 90), (40, 0), (60, 90)]).is_none());
    }

    #[test]
    fn chance_and_small_numbers_raise_no_alarm() {
        assert!(change(&[(10, 100), (9, 0)]).is_none(), "ten articles are no past");
        assert!(change(&[(5, 100), (60, 0)]).is_none(), "five even less");
        assert!(change(&[]).is_none());
        let mut alarms = 0;
        for seed in 1..400_u64 {
            for percent in [3, 20, 50, 80, 97] {
                let has = samples(700, percent, seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
                alarms += usize::from(Trend::new(has, 50).change().is_some());
            }
        }
        assert_eq!(alarms, 0, "of 1995 newspapers where nothing changed");
    }

    #[test]
    fn clusters_that_the_past_knows_raise_no_alarm() {
        // Every hundred articles a batch of twenty short notices without photos.
        let mut has = Vec::new();
        for _ in 0..6 {
            has.extend(vec![true; 80]);
            has.extend(vec![false; 20]);
        }
        assert!(Trend::new(has.clone(), 50).change().is_none());
        has.extend(vec![false; 60]);
        assert!(Trend::new(has, 50).change().is_some());
    }

    #[test]
    fn the_exact_test_gives_the_textbook_value() {
        // The lady tasting tea, three of four right: 17 of 70 ways are as good or better.
        let after = Drawn { count: 1, of: 4 };
        let before = Drawn { count: 3, of: 4 };
        assert!((fewer_by_chance(after, before) - 17.0 / 70.0).abs() < 1e-12);
    }
}
