//! What needs a person, in words.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::rows::{Rhythm, Sample, Start};
use super::trend::Change;
use super::{About, Verdict};

/// One start page of several is told when it has failed for so long.
const START_FAILING_MIN: TimeDelta = TimeDelta::days(2);
/// The share of the latest pages in trouble that is too much whatever the past was.
const TROUBLED_SHARE_MAX: f64 = 0.5;
/// With fewer pages nothing is said of shares.
const TROUBLED_COUNT_MIN: usize = 10;

/// A field is found less often than before.
pub(super) fn field(field: &'static str, change: &Change, articles: &[Sample]) -> Verdict {
    let since = articles.get(change.at).map(|sample| sample.day);
    let what = match field {
        "date" => "publication date",
        "body" => "text",
        other => other,
    };
    let (before, after, count) = (percent(change.before), percent(change.after), change.count);
    let day = said(since);
    let message = if field == "selectors" {
        format!(
            "title and text are found by the selector file in {after} of articles since {day} ({count} articles; {before} before), layout may have changed"
        )
    } else if change.after > 0.0 {
        format!(
            "{what} in only {after} of articles since {day}, layout may have changed ({count} articles; {before} before)"
        )
    } else {
        format!("no {what} since {day}, layout may have changed ({count} articles; {before} had it before)")
    };
    Verdict { about: About::Field, what: Some(field), since, message }
}

/// Pages are in trouble more often than before. The shares of the change are those of pages without trouble.
pub(super) fn trouble(trouble: &'static str, change: &Change, pages: &[Sample]) -> Verdict {
    let since = pages.get(change.at).map(|sample| sample.day);
    let message = format!(
        "{} of the {} pages found since {} {} ({} before), {}",
        percent(1.0 - change.after),
        change.count,
        said(since),
        happened(trouble),
        percent(1.0 - change.before),
        advice(trouble)
    );
    Verdict { about: About::Trouble, what: Some(trouble), since, message }
}

/// Half of the latest pages are in trouble, and there is no better past to tell since when. What robots.txt denies is
/// the newspaper's own will, and told only when it changes.
pub(super) fn half(trouble: &'static str, sound: Option<f64>, count: usize) -> Option<Verdict> {
    let troubled = 1.0 - sound?;
    if trouble == "denied" || count < TROUBLED_COUNT_MIN || troubled < TROUBLED_SHARE_MAX {
        return None;
    }
    let message =
        format!("{} of the last {count} pages {}, {}", percent(troubled), happened(trouble), advice(trouble));
    Some(Verdict { about: About::Trouble, what: Some(trouble), since: None, message })
}

fn happened(trouble: &str) -> &'static str {
    match trouble {
        "failed" => "could not be had",
        "blocked" => "were refused by the server",
        "denied" => "are forbidden by robots.txt",
        _ => "held no article",
    }
}

fn advice(trouble: &str) -> &'static str {
    match trouble {
        "failed" => "the site may be down or may have moved",
        "blocked" => "write to the newspaper, or crawl more slowly",
        "denied" => "robots.txt may have changed",
        _ => "layout may have changed",
    }
}

/// Start pages that cannot be had: all of them, or one for days.
pub(super) fn starts(starts: &[Start], now: DateTime<Utc>) -> Vec<Verdict> {
    let failing: Vec<&Start> = starts.iter().filter(|start| start.failing_since.is_some()).collect();
    let are_all = failing.len() == starts.len();
    let lasts = |start: &&&Start| {
        start.tries > 1 && start.failing_since.is_some_and(|since| now - since >= START_FAILING_MIN)
    };
    failing.iter().filter(|start| are_all || lasts(start)).map(|start| start_page(start)).collect()
}

fn start_page(start: &Start) -> Verdict {
    let since = start.failing_since.map(|since| since.date_naive());
    let reason = start.reason.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default();
    let message = format!("start page {} {} since {}{reason}", start.url, start.fate, said(since));
    Verdict { about: About::Start, what: None, since, message }
}

/// No new article for much longer than usual, as far as its start pages were looked at.
pub(super) fn silence(rhythm: &Rhythm, last_visit: Option<DateTime<Utc>>) -> Option<Verdict> {
    let (last, most) = (rhythm.last()?, rhythm.silence_days_max()?);
    let days = (last_visit?.date_naive() - last).num_days();
    if days <= most || rhythm.has_unread {
        return None;
    }
    let gap = rhythm.usual_gap()?;
    let usual = if gap == 1 { "every day".to_owned() } else { format!("every {gap} days at the least") };
    let message = format!(
        "no new article since {} ({days} days; usually {usual}), listings may have changed",
        said(Some(last))
    );
    Some(Verdict { about: About::Silence, what: None, since: Some(last), message })
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

fn said(day: Option<NaiveDate>) -> String {
    day.map_or_else(|| "an unknown day".to_owned(), |day| day.format("%-d %B %Y").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(number: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 5, number).unwrap()
    }

    fn at(number: u32) -> DateTime<Utc> {
        day(number).and_hms_opt(3, 0, 0).unwrap().and_utc()
    }

    #[test]
    fn a_silence_is_long_by_the_newspapers_own_rhythm() {
        let daily = Rhythm { days: (1..=14).map(day).collect(), has_unread: false };
        assert!(silence(&daily, Some(at(17))).is_none());
        let told = silence(&daily, Some(at(20))).unwrap();
        assert_eq!(
            told.message,
            "no new article since 14 May 2026 (6 days; usually every day), listings may have changed"
        );
        let unread = Rhythm { has_unread: true, ..daily.clone() };
        assert!(silence(&unread, Some(at(20))).is_none(), "newer ones may be among the unread");
        assert!(silence(&daily, None).is_none(), "nobody has looked");
        let few = Rhythm { days: vec![day(1), day(2)], has_unread: false };
        assert!(silence(&few, Some(at(30))).is_none(), "two days are no rhythm");
        let weekly =
            Rhythm { days: (0..12).map(|week| day(1) + TimeDelta::weeks(week)).collect(), has_unread: false };
        assert_eq!(weekly.silence_days_max(), Some(21));
    }

    #[test]
    fn a_start_page_is_told_when_it_lasts_or_when_no_other_is_left() {
        let start = |url: &str, since: Option<u32>| Start {
            url: url.to_owned(),
            fate: if since.is_some() { "blocked" } else { "read" }.to_owned(),
            reason: since.map(|_| "status 403".to_owned()),
            visited_at: Some(at(10)),
            failing_since: since.map(at),
            tries: since.map_or(0, |_| 3),
        };
        assert!(starts(&[start("https://a.vn/", None), start("https://a.vn/b", Some(9))], at(10)).is_empty());
        let told = starts(&[start("https://a.vn/", None), start("https://a.vn/b", Some(3))], at(10));
        assert_eq!(told[0].message, "start page https://a.vn/b blocked since 3 May 2026 (status 403)");
        assert_eq!(starts(&[start("https://a.vn/", Some(10))], at(10)).len(), 1);
    }

    #[test]
    fn half_of_the_pages_in_trouble_is_told_but_not_of_a_handful() {
        assert!(
            half("blocked", Some(0.4), 50)
                .unwrap()
                .message
                .starts_with("60 % of the last 50 pages were refused")
        );
        assert!(half("blocked", Some(0.0), 5).is_none());
        assert!(half("failed", Some(0.9), 50).is_none());
        assert!(half("denied", Some(0.0), 50).is_none());
    }
}
