//! How a host stands over time: the life of a copy, and what a robots.txt that cannot be read means.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use khobao::fetch::Conditions;
use khobao::fetch::robots::{Seen, Standing, Verdict};
use url::Url;

use super::noon;

fn standing() -> Standing {
    Standing::new(Arc::from(["khobao".to_owned()]))
}

fn file(text: &'static str) -> Seen {
    Seen::File { body: Bytes::from_static(text.as_bytes()), etag: Some("\"r1\"".into()), last_modified: None }
}

fn fault(retry_after: Option<u64>) -> Seen {
    Seen::Unreachable { what: "status 503".into(), retry_after: retry_after.map(Duration::from_secs) }
}

fn after(hours: i64) -> DateTime<Utc> {
    noon() + TimeDelta::hours(hours)
}

fn judge(standing: &Standing, path: &str, now: DateTime<Utc>) -> Verdict {
    standing.verdict(&Url::parse(&format!("https://baobackan.vn{path}")).unwrap(), now)
}

#[test]
fn nothing_may_be_fetched_before_somebody_has_asked() {
    let standing = standing();
    assert!(standing.is_due(noon()));
    assert_eq!(standing.conditions(), Conditions::default());
    assert_eq!(judge(&standing, "/", noon()), Verdict::Unasked);
}

#[test]
fn a_copy_is_in_force_for_a_day_and_asked_for_again_before_it_runs_out() {
    let mut standing = standing();
    standing.take(
        file("User-agent: *\nDisallow: /tim\nCrawl-delay: 4\nSitemap: https://baobackan.vn/s.xml"),
        noon(),
    );
    assert_eq!(standing.crawl_delay(), Some(Duration::from_secs(4)));
    assert_eq!(standing.sitemaps().len(), 1);
    assert_eq!(standing.conditions().etag, Some("\"r1\""));
    for hours in [0, 21] {
        assert!(!standing.is_due(after(hours)));
    }
    assert!(standing.is_due(after(22)));
    assert_eq!(judge(&standing, "/tin", after(23)), Verdict::Allowed);
    assert_eq!(
        judge(&standing, "/tim?q=a", after(23)),
        Verdict::Denied("robots.txt line 2: Disallow: /tim".into())
    );
    assert_eq!(judge(&standing, "/tin", after(24)), Verdict::Unasked);
}

#[test]
fn an_unreadable_file_forbids_everything_until_it_can_be_read() {
    let mut standing = standing();
    standing.take(fault(None), noon());
    let again_at = noon() + TimeDelta::minutes(1);
    let what = "robots.txt could not be read: status 503".to_owned();
    assert_eq!(judge(&standing, "/", noon()), Verdict::Unreadable { what, again_at });
    assert!(!standing.is_due(again_at - TimeDelta::seconds(1)));
    assert!(standing.is_due(again_at));
    standing.take(Seen::Absent("status 404".into()), again_at);
    assert_eq!(judge(&standing, "/", again_at), Verdict::Allowed);
    assert!(!standing.is_due(again_at));
}

#[test]
fn the_last_good_copy_counts_to_the_end_of_its_life_and_no_longer() {
    let mut standing = standing();
    standing.take(file("User-agent: *\nDisallow: /tim"), noon());
    standing.take(fault(None), after(22));
    assert_eq!(judge(&standing, "/tin", after(23)), Verdict::Allowed);
    assert!(matches!(judge(&standing, "/tim", after(23)), Verdict::Denied(_)));
    assert!(matches!(judge(&standing, "/tin", after(24)), Verdict::Unreadable { .. }));
    // Weeks of faults make no permission.
    for day in 1..40 {
        standing.take(fault(None), after(24 * day));
    }
    assert!(matches!(judge(&standing, "/tin", after(24 * 40)), Verdict::Unreadable { .. }));
}

#[test]
fn asking_again_is_put_off_longer_each_time_up_to_an_hour() {
    let mut standing = standing();
    let mut waits = Vec::new();
    for _ in 0..8 {
        standing.take(fault(None), noon());
        let Verdict::Unreadable { again_at, .. } = judge(&standing, "/", noon()) else { panic!() };
        waits.push((again_at - noon()).num_minutes());
    }
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60]);
}

#[test]
fn a_server_that_asks_for_a_longer_wait_gets_it() {
    let mut standing = standing();
    standing.take(fault(Some(3 * 3600)), noon());
    assert!(!standing.is_due(after(2)));
    assert!(standing.is_due(after(3)));
}

#[test]
fn an_unchanged_file_begins_a_new_life() {
    let mut standing = standing();
    standing.take(file("User-agent: *\nDisallow: /tim"), noon());
    standing.take(Seen::Unchanged, after(22));
    assert!(matches!(judge(&standing, "/tim", after(45)), Verdict::Denied(_)));
    assert!(!standing.is_due(after(43)));
    let mut stranger = self::standing();
    stranger.take(Seen::Unchanged, noon());
    assert!(matches!(judge(&stranger, "/", noon()), Verdict::Unreadable { .. }));
}

#[test]
fn a_copy_of_an_earlier_run_counts_from_when_it_was_fetched() {
    let mut standing = standing();
    standing.take(file("User-agent: *\nDisallow: /tim"), after(-20));
    assert!(!standing.is_due(noon()));
    assert_eq!(judge(&standing, "/tin", after(3)), Verdict::Allowed);
    assert_eq!(judge(&standing, "/tin", after(4)), Verdict::Unasked);
}

#[test]
fn a_clock_that_jumps_leads_to_asking_and_never_to_permission() {
    let mut ahead = standing();
    ahead.take(file("User-agent: *\nDisallow:"), after(24 * 365));
    assert!(ahead.is_due(noon()), "a copy from the future is of no known age");
    assert_eq!(judge(&ahead, "/", noon()), Verdict::Unasked);
    let mut troubled = standing();
    troubled.take(fault(None), after(24 * 365));
    assert!(troubled.is_due(noon()));
}
