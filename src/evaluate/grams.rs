//! Likeness of two texts by the runs of four words that they share.

use std::collections::HashMap;

/// How many words are one gram.
const GRAM_WORDS: usize = 4;

/// Shared grams over all grams of the reader's text (precision) and of the answer's (recall), both 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Likeness {
    pub(super) precision: f64,
    pub(super) recall: f64,
}

/// Compares a text with the answer. Words are runs of letters and digits, so that neither blanks nor punctuation
/// count; a gram that stands twice counts twice. Texts shorter than a gram are one gram.
pub(super) fn compare(read: &str, gold: &str) -> Likeness {
    let (read, gold) = (words(read), words(gold));
    let (mut grams, read_count) = counted(&read);
    let (gold_grams, gold_count) = counted(&gold);
    let mut shared = 0_usize;
    for (gram, count) in gold_grams {
        if let Some(left) = grams.get_mut(gram) {
            shared += count.min(*left);
            *left = 0;
        }
    }
    let share = |count: usize| {
        if count == 0 { f64::from(u8::from(read_count == gold_count)) } else { ratio(shared, count) }
    };
    Likeness { precision: share(read_count), recall: share(gold_count) }
}

/// A share of a whole that is not 0.
pub(super) fn ratio(part: usize, whole: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "counts of words are far below 2^52")]
    let share = part as f64 / whole as f64;
    share
}

fn words(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect()
}

fn counted<'a>(words: &'a [&'a str]) -> (HashMap<&'a [&'a str], usize>, usize) {
    let mut grams = HashMap::new();
    let width = GRAM_WORDS.min(words.len());
    let mut count = 0;
    if width > 0 {
        for gram in words.windows(width) {
            *grams.entry(gram).or_insert(0) += 1;
            count += 1;
        }
    }
    (grams, count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_and_punctuation_do_not_count() {
        let likeness = compare("Nước về , “ sớm ” hơn mọi năm.", "Nước về, “sớm” hơn mọi năm");
        assert_eq!(likeness, Likeness { precision: 1.0, recall: 1.0 });
    }

    #[test]
    fn what_is_too_much_costs_precision_and_what_is_missing_recall() {
        let likeness = compare("a b c d e f g h", "a b c d e");
        assert_eq!(likeness, Likeness { precision: 0.4, recall: 1.0 });
        let likeness = compare("a b c d e", "a b c d e f g h");
        assert_eq!(likeness, Likeness { precision: 1.0, recall: 0.4 });
    }

    #[test]
    fn a_text_printed_twice_is_half_right() {
        let likeness = compare("a b c d. a b c d", "a b c d");
        assert_eq!(likeness, Likeness { precision: 0.2, recall: 1.0 });
    }

    #[test]
    fn nothing_is_like_nothing() {
        assert_eq!(compare("", ""), Likeness { precision: 1.0, recall: 1.0 });
        assert_eq!(compare("a", ""), Likeness { precision: 0.0, recall: 0.0 });
        assert_eq!(compare("", "a"), Likeness { precision: 0.0, recall: 0.0 });
        assert_eq!(compare("a b", "a b"), Likeness { precision: 1.0, recall: 1.0 });
    }
}
