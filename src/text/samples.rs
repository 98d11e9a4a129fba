//! Texts that a pattern matches, for tests, made by chance but the same every time. Where a cheap question stands
//! before a pattern, they show that it turns nothing away which the pattern knows, and that each of its answers is
//! needed: so a line of the pattern that was added without an answer to the question fails a test.

use proptest::strategy::{Strategy, ValueTree};
use proptest::string::string_regex;
use proptest::test_runner::TestRunner;

/// Texts that the pattern matches; it is given without anchors and word boundaries, which cannot be made.
pub(crate) fn of(pattern: &str, count: usize) -> Vec<String> {
    let strategy = string_regex(pattern).unwrap();
    let mut runner = TestRunner::deterministic();
    (0..count).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect()
}

/// Holds a question to the texts: it lets each pass, and for each of the openings that it is made of there is a text
/// which no other one would let pass.
#[track_caller]
pub(crate) fn hold(texts: &[String], openings: &[&str], passes: impl Fn(&str, &[&str]) -> bool) {
    let missed: Vec<&String> = texts.iter().filter(|text| !passes(text, openings)).take(5).collect();
    assert!(missed.is_empty(), "turned away though the pattern knows them: {missed:#?}");
    for (index, opening) in openings.iter().enumerate() {
        let others = [&openings[..index], &openings[index + 1..]].concat();
        assert!(texts.iter().any(|text| !passes(text, &others)), "the opening {opening:?} is of no use");
    }
}
