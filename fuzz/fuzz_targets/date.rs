//! Date lines in either order of day and month, and machines' dates.
#![no_main]

use khobao::text::date::{self, DateOrderHint};
use khobao::when::When;
use khobao_fuzz::text;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some(text) = text(bytes) else { return };
    let fetched_at = "2024-05-20T03:00:00Z".parse().ok();
    for order in [DateOrderHint::DayFirst, DateOrderHint::MonthFirst] {
        for fetched_at in [None, fetched_at] {
            if let Some(when) = date::printed(text, order, fetched_at) {
                assert_eq!(when.to_string().parse::<When>().ok(), Some(when), "it is not read back");
            }
            let _ = date::updated(text, order, fetched_at);
        }
    }
    let _ = date::machine(text);
});
