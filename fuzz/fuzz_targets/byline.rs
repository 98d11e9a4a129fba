//! Bylines and signatures: names are clean, and what is taken off a paragraph stood at its end.
#![no_main]

use khobao::text::byline;
use khobao_fuzz::text;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some(text) = text(bytes) else { return };
    for byline in [Some(byline::read(text)), byline::ending(text), byline::opening(text)].into_iter().flatten() {
        for person in &byline.persons {
            assert!(!person.trim().is_empty() && person.trim() == person, "{person:?}");
        }
    }
    if let Some((rest, byline)) = byline::glued(text) {
        assert!(text.starts_with(rest) && !byline.is_empty());
    }
});
