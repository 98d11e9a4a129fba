//! Cleaning and folding are idempotent, and leave nothing of what they take out.
#![no_main]

use khobao::text::{clean, fold};
use khobao_fuzz::text;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some(text) = text(bytes) else { return };
    let line = clean::line(text);
    assert_eq!(clean::line(&line), line, "cleaning twice is not cleaning once");
    assert!(!line.contains("  ") && line.trim() == line);
    assert!(!line.contains(['\u{200B}', '\u{FEFF}', '\u{AD}', '\u{34F}']), "{line:?}");
    let lines = clean::lines(text);
    assert_eq!(clean::lines(&lines), lines);
    let folded = fold::fold(&line);
    assert_eq!(fold::fold(&folded), folded, "folding twice is not folding once");
    let placed = fold::tone_placement(&line);
    assert_eq!(fold::tone_placement(&placed), placed);
});
