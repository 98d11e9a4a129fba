//! Any bytes, under any declaration, become text; text that was mended is sound.
#![no_main]

use khobao::text::charset;
use libfuzzer_sys::fuzz_target;

const DECLARED: [Option<&str>; 6] = [
    None,
    Some("text/html; charset=utf-8"),
    Some("text/html; charset=windows-1258"),
    Some("text/html; charset=iso-8859-1"),
    Some("text/html; charset=x-user-defined"),
    Some("text/html; charset=utf-16le"),
];

fuzz_target!(|bytes: &[u8]| {
    let Some((first, body)) = bytes.split_first() else { return };
    let decoded = charset::decode(body, DECLARED[usize::from(*first) % DECLARED.len()]);
    assert!(!decoded.used.is_empty());
    assert!(decoded.text.len() <= 4 * body.len() + 16, "text grows without bound");
    let _ = charset::mend(&decoded.text);
});
