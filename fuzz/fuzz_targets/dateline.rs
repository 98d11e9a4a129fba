//! An opening is read without a panic; what is given stands in it, and days are in order.
#![no_main]

use khobao::text::stream::Line;
use khobao_fuzz::text;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some(text) = text(bytes) else { return };
    let Some(dateline) = Line::read(text).dateline().dateline else { return };
    assert!(!dateline.text.is_empty(), "a dateline without a text");
    assert!(dateline.date.is_none() || dateline.date_text.is_some(), "{dateline:?}");
    if let Some(end) = dateline.date_end {
        assert!(dateline.date.is_some_and(|date| date < end), "{dateline:?}");
    }
    if let Some(source) = &dateline.source {
        assert!(dateline.text.contains(source.as_str()), "{dateline:?}");
    }
});
