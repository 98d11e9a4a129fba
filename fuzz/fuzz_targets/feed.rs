//! A feed: whatever comes, the links are addresses of the web.
#![no_main]

use khobao::discover;
use khobao::target::TargetKind;
use khobao_fuzz::{newspaper, page};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((first, body)) = bytes.split_first() else { return };
    let newspaper = newspaper(*first);
    if let Ok(links) = discover::links(&newspaper, &page(&newspaper, TargetKind::Feed, body)) {
        for link in links {
            assert!(matches!(link.target.url.scheme(), "http" | "https"), "{}", link.target.url);
        }
    }
});
