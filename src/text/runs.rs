//! Runs of words, by which two texts are found to be one: what a newspaper prints after another it changes here and
//! there, but most of its runs of words it leaves.
//!
//! The share of runs that two texts have in common is their likeness (the resemblance of A. Broder, "On the
//! resemblance and containment of documents", 1997). The smallest of the runs' hashes are a fair sample of them: two
//! texts that are alike share some, two that are not share none, and nothing else need be compared.

/// Words in a run: seven syllables, so that a name or an office alone makes none ("ủy ban nhân dân tỉnh …").
const RUN_WORDS: usize = 7;
/// More words than this are not looked at: three times the longest article.
const WORDS_MAX: usize = 30_000;

/// The hashes of a text's runs of words, in ascending order, each once. The text is folded ([`super::fold`]): case,
/// marks and punctuation make no difference.
#[must_use]
pub fn runs<'a>(parts: impl IntoIterator<Item = &'a str>) -> Vec<u64> {
    let words: Vec<u64> = parts.into_iter().flat_map(words).take(WORDS_MAX).collect();
    let mut runs: Vec<u64> = words.windows(RUN_WORDS).map(run).collect();
    runs.sort_unstable();
    runs.dedup();
    runs
}

/// The share of two texts' runs that they have in common, from 0 to 1.
#[must_use]
pub fn likeness(one: &[u64], other: &[u64]) -> f64 {
    let (mut left, mut right, mut common) = (one.iter().peekable(), other.iter().peekable(), 0_u32);
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        match a.cmp(b) {
            std::cmp::Ordering::Less => _ = left.next(),
            std::cmp::Ordering::Greater => _ = right.next(),
            std::cmp::Ordering::Equal => {
                common += 1;
                _ = (left.next(), right.next());
            }
        }
    }
    let count = |runs: &[u64]| u32::try_from(runs.len()).unwrap_or(u32::MAX);
    let all = count(one).saturating_add(count(other)).saturating_sub(common);
    if all == 0 { 0.0 } else { f64::from(common) / f64::from(all) }
}

/// The hashes of a text's words: what stands between anything but letters and digits.
fn words(text: &str) -> impl Iterator<Item = u64> + '_ {
    text.as_bytes()
        .split(|byte| !byte.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| mix(hash ^ u64::from(*byte))))
}

/// FNV-1a's step.
fn mix(hash: u64) -> u64 {
    hash.wrapping_mul(0x0100_0000_01b3)
}

/// The hash of a run, its bits well spread (as `SplitMix64` ends), so that the smallest are a fair sample.
fn run(words: &[u64]) -> u64 {
    let sum =
        words.iter().fold(0_u64, |sum, word| sum.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(*word));
    let sum = (sum ^ (sum >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let sum = (sum ^ (sum >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    sum ^ (sum >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn likeness_is_the_share_of_runs_in_common() {
        let text = "sang nay tai xa na phac dien ra le ra quan lam thuy loi dau xuan";
        let one = runs([text]);
        assert_eq!(one.len(), 10);
        let parted = runs(["sang nay tai xa", "na phac; dien ra “le ra quan” lam thuy loi - dau xuan."]);
        assert!((likeness(&one, &parted) - 1.0).abs() < f64::EPSILON, "only the words count");
        let ended = runs([text, "van hoa"]);
        assert!((likeness(&one, &ended) - 10.0 / 12.0).abs() < f64::EPSILON);
        assert!(likeness(&one, &runs(["mua da lam hu hong hon ba tram ngoi nha"])).abs() < f64::EPSILON);
        assert!(likeness(&[], &[]).abs() < f64::EPSILON);
    }
}
