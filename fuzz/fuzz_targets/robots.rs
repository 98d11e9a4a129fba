//! A robots.txt: its own file is always allowed, and a wait is bounded.
#![no_main]

use khobao::fetch::robots::{CRAWL_DELAY_MAX, Rules};
use libfuzzer_sys::fuzz_target;
use url::Url;

fuzz_target!(|bytes: &[u8]| {
    let rules = Rules::parse(bytes, &["khobao".to_owned()]);
    let at = |path: &str| Url::parse(&format!("https://bao.example{path}")).expect("a constant address");
    assert!(rules.allows(&at("/robots.txt")));
    for path in ["/", "/a", "/xa-hoi/bai-post1.html?p=2", "/%E1%BA%A1", "/a//b"] {
        assert_eq!(rules.allows(&at(path)), rules.denial(&at(path)).is_none());
    }
    assert!(rules.crawl_delay().is_none_or(|delay| delay <= CRAWL_DELAY_MAX));
    let _ = rules.sitemaps();
});
