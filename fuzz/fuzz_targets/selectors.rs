//! A selector file: sound, or refused with every fault at a place in it.
#![no_main]

use khobao::newspaper::{Newspapers, Sources};
use khobao_fuzz::text;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some(text) = text(bytes) else { return };
    let mut sources = Sources::built_in().families();
    sources.add_text("baolung.toml", text);
    if let Err(faults) = Newspapers::check(&sources) {
        for fault in &faults {
            assert!(fault.line > 0 && fault.column > 0 && !fault.what.is_empty(), "{fault}");
        }
    }
});
