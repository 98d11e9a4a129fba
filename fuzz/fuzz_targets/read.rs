//! A page, whole, cut or spoilt, read by a newspaper's selectors and without any. The first byte names the newspaper.
#![no_main]

use khobao::read::{Reading, read};
use khobao::target::TargetKind;
use khobao_fuzz::{hold, newspaper, page};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((first, body)) = bytes.split_first() else { return };
    for newspaper in [newspaper(*first), newspaper(u8::MAX)] {
        if let Reading::Article(article) = read(&newspaper, &page(&newspaper, TargetKind::Article, body)) {
            hold(&article);
        }
        let _ = read(&newspaper, &page(&newspaper, TargetKind::Listing, body));
    }
});
