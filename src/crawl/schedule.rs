//! When to come again. Pure arithmetic on what a visit brought and what earlier visits left behind.
//!
//! | what the visit brought | the next visit |
//! |---|---|
//! | a listing, feed or sitemap, new or not | after a quarter of the time since it last brought something new, between 10 minutes and 2 weeks; on probation not within a day |
//! | a further page of a listing | never by itself: the page before it wakes it when at least half of what that page shows is new |
//! | an index that dates a sitemap after its last visit | that sitemap at once (`archive::changed`): 10 minutes after that visit at the least, ever later where it brought nothing new |
//! | a sitemap of a month or day that is over | after 180 days |
//! | a further page, or a sitemap of an earlier time, that is not there | never: the walk back ends here |
//! | an article, read or unchanged | after as long as it is old: 1 hour at the least, at most 180 days; never again past 3 years |
//! | an article that is gone (404, 410, or a not-found page with status 200) | one second look a day later, then it rests |
//! | a listing, feed or sitemap that has vanished or become empty | a second look a day later, then it retires: one look every 30 days; back again, it is on probation for three good visits, in which it retires at once |
//! | failed (network, time-out, 5xx, cut, too large) | after 5 s, 5 min, 1 h, 6 h, 1 day, 3 days, later where the server asks for that; then it rests in `failures` |
//! | blocked (403, captcha) | after 1 hour, 4, 16 … up to 7 days, six times; then it rests |
//! | denied by a line of robots.txt | when the copy of robots.txt has lived its 24 hours |
//! | robots.txt cannot be read | when robots.txt is asked for again: after 1 minute, 2, 4 … up to 1 hour, or when the server asks |
//! | not an article | one second look after 30 days, then it rests |
//! | a photo | never: newspapers do not edit them |
//! | moved | never: the new address is a target of its own |
//!
//! Newspapers that were merged or frozen get one full pass: what was read there is not visited again.
//!
//! What is due is visited in this order: what stands near the start pages and is not older than three days; then
//! articles for another look, at most 1,000 a day and newspaper; then backfill, the newest first. docs/schedule.md
//! says it for users.

use chrono::{DateTime, Duration, Utc};

use crate::outcome::{Due, Fate};
use crate::target::{TargetKind, series};

/// A listing is visited at most this often.
const LISTING_INTERVAL_MIN: Duration = Duration::minutes(10);
/// A listing that brings nothing is still visited this often.
const LISTING_INTERVAL_MAX: Duration = Duration::weeks(2);
/// A listing, feed or sitemap that had vanished is visited at most this often while it is on probation.
const PROBATION_INTERVAL_MIN: Duration = Duration::days(1);
/// One that has retired is looked for again after this time.
const RETIRED_INTERVAL: Duration = Duration::days(30);
/// A sitemap of a time that has been over for so long does not change any more by itself …
const CLOSED_AFTER: Duration = Duration::days(14);
/// … and is visited again after this time.
const CLOSED_INTERVAL: Duration = Duration::days(180);
/// The share of the time since the last change after which a listing is looked at again.
const LISTING_SHARE: i32 = 4;
/// A new article is looked at again after this time at the earliest: edits come soon after the first print.
const ARTICLE_INTERVAL_MIN: Duration = Duration::hours(1);
/// The longest time between two looks at an article.
const ARTICLE_INTERVAL_MAX: Duration = Duration::days(180);
/// An article older than this is not looked at again.
const ARTICLE_AGE_MAX: Duration = Duration::days(3 * 365);
/// A missing page gets its second look after this time.
const GONE_AGAIN: Duration = Duration::days(1);
/// A page that is no article gets its second look after this time.
const NOT_ARTICLE_AGAIN: Duration = Duration::days(30);
/// The life of a copy of robots.txt (RFC 9309 §2.4).
const ROBOTS_LIFE: Duration = Duration::hours(24);
/// The waits after failures in a row, in seconds; after the last one the target rests.
const FAILED_WAITS_SECONDS: [i64; 6] = [5, 300, 3600, 6 * 3600, 24 * 3600, 3 * 24 * 3600];
/// The wait after the first refusal; each further one is four times as long.
const BLOCKED_WAIT: Duration = Duration::hours(1);
/// The longest wait after a refusal.
const BLOCKED_WAIT_MAX: Duration = Duration::days(7);
/// Refusals in a row after which a target rests.
const BLOCKED_TRIES_MAX: u32 = 6;
/// Looks at a missing page or one without an article before it rests.
const LOOKS_MAX: u32 = 2;
/// No wait is longer than this, shifts included: the longest is that of old articles.
pub(super) const WAIT_MAX: Duration = Duration::days(200);
/// The widest shift of a wait to either side, so that visits do not come in step.
const JITTER: f64 = 0.1;

/// What the schedule must know of the newspaper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Habits {
    /// It was merged or frozen: nothing new appears there.
    pub still: bool,
}

/// When to visit the target again after this fate; none where it rests. `chance` in 0..1 shifts the wait.
#[must_use]
pub(super) fn next_visit(
    due: &Due,
    fate: &Fate,
    habits: Habits,
    now: DateTime<Utc>,
    chance: f64,
) -> Option<DateTime<Utc>> {
    let wait = match fate {
        Fate::Article(article) => {
            let printed = article.published_at.map_or(due.first_seen_at, |when| when.instant());
            article_wait(printed, habits, now)?
        }
        Fate::Unchanged if due.target.kind == TargetKind::Article => {
            article_wait(due.first_seen_at, habits, now)?
        }
        Fate::Links(_) | Fate::Unchanged => listing_wait(due, habits, now)?,
        Fate::Moved(_) | Fate::Photo => return None,
        Fate::Gone(_) if due.ends_row_by(fate) => return None,
        Fate::Gone(_) | Fate::NotArticle(_) if due.vanishes_by(fate) => {
            if due.retires_by(fate) {
                RETIRED_INTERVAL
            } else {
                GONE_AGAIN
            }
        }
        Fate::Gone(_) => again_once(due.missing, GONE_AGAIN)?,
        Fate::NotArticle(_) => again_once(due.tries, NOT_ARTICLE_AGAIN)?,
        Fate::Denied(_) => ROBOTS_LIFE,
        Fate::Blocked(_) => blocked_wait(due.tries)?,
        // The server's own word is not shifted, only kept.
        Fate::Failed { retry_after: Some(asked), .. } => {
            let asked = Duration::from_std(*asked).unwrap_or(BLOCKED_WAIT_MAX);
            return Some(now + failed_wait(due.tries)?.max(asked));
        }
        Fate::Failed { .. } => failed_wait(due.tries)?,
    };
    Some(now + shifted(wait, chance))
}

fn article_wait(printed: DateTime<Utc>, habits: Habits, now: DateTime<Utc>) -> Option<Duration> {
    let age = now - printed;
    if habits.still || age > ARTICLE_AGE_MAX {
        return None;
    }
    Some(age.clamp(ARTICLE_INTERVAL_MIN, ARTICLE_INTERVAL_MAX))
}

fn listing_wait(due: &Due, habits: Habits, now: DateTime<Utc>) -> Option<Duration> {
    if habits.still {
        return None;
    }
    if is_further(due) {
        return None;
    }
    if due.target.kind == TargetKind::Sitemap
        && series::days(&due.target.url).is_some_and(|(_, last)| last + CLOSED_AFTER < now.date_naive())
    {
        return Some(CLOSED_INTERVAL);
    }
    let since_change = now - due.changed_at.unwrap_or(now);
    let least = if due.probation > 0 { PROBATION_INTERVAL_MIN } else { LISTING_INTERVAL_MIN };
    Some((since_change / LISTING_SHARE).clamp(least, LISTING_INTERVAL_MAX))
}

/// Whether it is a further page of a listing.
fn is_further(due: &Due) -> bool {
    due.target.kind == TargetKind::Listing
        && series::of(due.target.kind, &due.target.url).is_some_and(|series| series.place > 1)
}

fn again_once(looks: u32, wait: Duration) -> Option<Duration> {
    (looks + 1 < LOOKS_MAX).then_some(wait)
}

fn blocked_wait(tries: u32) -> Option<Duration> {
    (tries + 1 < BLOCKED_TRIES_MAX).then(|| (BLOCKED_WAIT * 4_i32.pow(tries)).min(BLOCKED_WAIT_MAX))
}

fn failed_wait(tries: u32) -> Option<Duration> {
    FAILED_WAITS_SECONDS.get(tries as usize).map(|seconds| Duration::seconds(*seconds))
}

fn shifted(wait: Duration, chance: f64) -> Duration {
    let factor = 1.0 + JITTER * (2.0 * chance.clamp(0.0, 1.0) - 1.0);
    // Waits are at most half a year: exact in a double, and positive.
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)]
    let milliseconds = (wait.num_milliseconds() as f64 * factor) as i64;
    Duration::milliseconds(milliseconds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::{Target, canonical};
    use url::Url;

    const LIVE: Habits = Habits { still: false };

    fn now() -> DateTime<Utc> {
        "2024-05-10T00:00:00Z".parse().unwrap()
    }

    fn due(kind: TargetKind, tries: u32) -> Due {
        Due {
            target_id: 1,
            target: Target {
                newspaper: "baobackan".into(),
                kind,
                url: canonical(&Url::parse("https://baobackan.vn/a-post1.html").unwrap()),
                id_in_newspaper: Some("1".into()),
            },
            first_seen_at: now(),
            visits: 0,
            tries,
            quiet_visits: 0,
            missing: 0,
            probation: 0,
            is_step: false,
            held_articles: false,
            changed_at: Some(now() - Duration::days(4)),
            etag: None,
            last_modified: None,
            last_digest: None,
        }
    }

    fn wait(due: &Due, fate: &Fate, habits: Habits) -> Option<Duration> {
        next_visit(due, fate, habits, now(), 0.5).map(|next| next - now())
    }

    #[test]
    fn a_listing_is_visited_by_how_often_it_brings_something_new() {
        let mut listing = due(TargetKind::Listing, 0);
        assert_eq!(wait(&listing, &Fate::Links(Vec::new()), LIVE), Some(Duration::days(1)));
        listing.changed_at = Some(now() - Duration::seconds(5));
        assert_eq!(wait(&listing, &Fate::Unchanged, LIVE), Some(LISTING_INTERVAL_MIN));
        listing.changed_at = Some(now() - Duration::days(700));
        assert_eq!(wait(&listing, &Fate::Unchanged, LIVE), Some(LISTING_INTERVAL_MAX));
        assert_eq!(wait(&listing, &Fate::Unchanged, Habits { still: true }), None);
    }

    #[test]
    fn failures_wait_longer_each_time_and_come_to_rest() {
        let failed = Fate::Failed { what: "connection refused".into(), retry_after: None };
        let waits: Vec<_> =
            (0..8).map(|tries| wait(&due(TargetKind::Article, tries), &failed, LIVE)).collect();
        assert!(waits[..6].windows(2).all(|pair| pair[0] < pair[1]), "{waits:?}");
        assert_eq!(waits[6], None);
        let asked = Fate::Failed { what: "503".into(), retry_after: Some(std::time::Duration::from_mins(2)) };
        assert_eq!(wait(&due(TargetKind::Article, 0), &asked, LIVE), Some(Duration::seconds(120)));
        assert_eq!(wait(&due(TargetKind::Article, 6), &asked, LIVE), None);
    }

    #[test]
    fn a_missing_page_gets_a_second_look_and_no_third() {
        let gone = Fate::Gone("404".into());
        assert_eq!(wait(&due(TargetKind::Article, 0), &gone, LIVE), Some(GONE_AGAIN));
        let looked_for = Due { missing: 1, ..due(TargetKind::Article, 1) };
        assert_eq!(wait(&looked_for, &gone, LIVE), None);
        let failed_before = due(TargetKind::Article, 3);
        assert_eq!(wait(&failed_before, &gone, LIVE), Some(GONE_AGAIN), "a fault of the network is no look");
    }

    #[test]
    fn a_listing_that_vanishes_retires_and_comes_back_on_probation() {
        let (gone, empty) = (Fate::Gone("404".into()), Fate::NotArticle("no links".into()));
        for fate in [gone, empty] {
            let mut sitemap = due(TargetKind::Sitemap, 0);
            assert_eq!(wait(&sitemap, &fate, LIVE), Some(GONE_AGAIN));
            sitemap.missing = 1;
            assert_eq!(wait(&sitemap, &fate, LIVE), Some(RETIRED_INTERVAL));
            sitemap.missing = 0;
            sitemap.probation = 2;
            assert_eq!(wait(&sitemap, &fate, LIVE), Some(RETIRED_INTERVAL), "no second look on probation");
        }
        let mut back = due(TargetKind::Feed, 0);
        (back.probation, back.changed_at) = (3, Some(now()));
        assert_eq!(wait(&back, &Fate::Links(Vec::new()), LIVE), Some(PROBATION_INTERVAL_MIN));
    }

    #[test]
    fn further_pages_rest_and_sitemaps_of_times_gone_by_are_seldom_looked_at() {
        let at = |kind, address: &str| Due {
            target: Target { url: Url::parse(address).unwrap(), ..due(kind, 0).target },
            ..due(kind, 0)
        };
        let read = Fate::Links(Vec::new());
        let page = at(TargetKind::Listing, "https://baobackan.vn/xa-hoi/?page=7");
        assert_eq!(wait(&page, &read, LIVE), None);
        let past = at(TargetKind::Sitemap, "https://baobackan.vn/sitemaps/news-2023-9.xml");
        assert_eq!(wait(&past, &read, LIVE), Some(CLOSED_INTERVAL));
        let present = at(TargetKind::Sitemap, "https://baobackan.vn/sitemaps/news-2024-5.xml");
        assert_eq!(wait(&present, &read, LIVE), Some(Duration::days(1)));
    }

    #[test]
    fn chance_shifts_a_wait_by_a_tenth_at_most() {
        let listing = due(TargetKind::Listing, 0);
        let shifts = [0.0, 1.0].map(|chance| {
            next_visit(&listing, &Fate::Unchanged, LIVE, now(), chance)
                .map(|next| (next - now()).num_minutes())
        });
        assert_eq!(shifts, [Some(1296), Some(1584)]);
    }
}
