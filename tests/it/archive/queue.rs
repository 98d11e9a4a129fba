//! The queue: what is due, in which order, and what another sight of a known page teaches.

use chrono::NaiveDate;
use khobao::archive::Lane;
use khobao::outcome::{Fate, Outcome};
use khobao::target::{Link, Target, TargetKind};

use super::{Bench, article_target, at, failed, lane, link, number, read, target, text};

fn front() -> Target {
    target(TargetKind::Listing, "https://baosonla.vn/")
}

fn dated(id: u32, day: &str) -> Link {
    Link { target: article_target(id), title: Some(format!("Tin {id}")), date: Some(day.parse().unwrap()) }
}

/// Records a listing with these links.
fn list(bench: &mut Bench, page: &Target, links: Vec<Link>, minute: i64) -> usize {
    let outcome = read(page, Fate::Links(links), page.url.as_str().as_bytes(), at(minute));
    bench.visit(page, &outcome, at(minute)).links_added
}

/// Takes everything that is due, one after the other, each failing for good.
fn drain(bench: &mut Bench, lane: &Lane, minute: i64) -> Vec<String> {
    let mut order = Vec::new();
    while let Some(due) = bench.archive.due(lane, at(minute)).unwrap() {
        order.push(due.target.url.path().to_owned());
        bench.archive.record(bench.run, &due, &failed("no", None), at(minute)).unwrap();
    }
    order
}

#[test]
fn start_pages_are_due_when_seeded_and_when_woken() {
    let mut bench = Bench::new();
    assert_eq!(bench.archive.due(&lane(), at(0)).unwrap(), None);
    assert_eq!(bench.archive.next_due_at(&lane()).unwrap(), None);
    bench.archive.seed(&[link(&front())], at(0)).unwrap();
    let due = bench.archive.due(&lane(), at(0)).unwrap().unwrap();
    assert_eq!((&due.target, due.visits, due.first_seen_at), (&front(), 0, at(0)));
    let mut outcome = read(&front(), Fate::Links(vec![]), b"<html>", at(0));
    outcome.next_at = Some(at(30));
    bench.archive.record(bench.run, &due, &outcome, at(0)).unwrap();
    assert_eq!(bench.archive.due(&lane(), at(29)).unwrap(), None);
    assert_eq!(bench.archive.next_due_at(&lane()).unwrap(), Some(at(30)));
    assert!(bench.archive.due(&lane(), at(30)).unwrap().is_some());
    assert_eq!(bench.archive.wake("baosonla", &[TargetKind::Feed], at(1)).unwrap(), 0);
    assert_eq!(bench.archive.wake("baosonla", &[TargetKind::Listing], at(1)).unwrap(), 1);
    assert!(bench.archive.due(&lane(), at(1)).unwrap().is_some());
    assert_eq!(bench.archive.due(&Lane::of("baolaichau"), at(99)).unwrap(), None);
}

#[test]
fn a_page_that_is_a_start_page_no_longer_is_not_woken() {
    let mut bench = Bench::new();
    let feed = target(TargetKind::Feed, "https://baosonla.vn/rss/trang-chu.rss");
    bench.archive.seed(&[link(&front()), link(&feed)], at(0)).unwrap();
    bench.archive.seed(&[link(&front())], at(1)).unwrap();
    let both = [TargetKind::Listing, TargetKind::Feed];
    assert_eq!(drain(&mut bench, &lane(), 1).len(), 2);
    assert_eq!(bench.archive.wake("baosonla", &both, at(2)).unwrap(), 1);
}

#[test]
fn news_near_the_start_pages_goes_before_backfill() {
    let mut bench = Bench::new();
    let section = target(TargetKind::Listing, "https://baosonla.vn/xa-hoi/");
    let further = target(TargetKind::Listing, "https://baosonla.vn/xa-hoi/trang-2");
    list(&mut bench, &front(), vec![link(&section), link(&article_target(30)), link(&article_target(29))], 0);
    list(&mut bench, &section, vec![link(&article_target(12)), link(&further), link(&article_target(11))], 1);
    let order = drain(&mut bench, &lane(), 2);
    assert_eq!(
        order,
        [
            "/xa-hoi/tin-post30.html",
            "/xa-hoi/tin-post29.html",
            "/xa-hoi/tin-post12.html",
            "/xa-hoi/tin-post11.html",
            "/xa-hoi/trang-2"
        ]
    );
}

#[test]
fn of_a_dated_list_the_newest_goes_first() {
    let mut bench = Bench::new();
    let links = vec![dated(1, "2016-02-01"), dated(3, "2023-05-12"), dated(2, "2021-11-30")];
    list(&mut bench, &front(), links, 0);
    let order = drain(&mut bench, &lane(), 1);
    assert_eq!(order, ["/xa-hoi/tin-post3.html", "/xa-hoi/tin-post2.html", "/xa-hoi/tin-post1.html"]);
}

#[test]
fn a_window_of_days_leaves_other_articles_waiting() {
    let mut bench = Bench::new();
    let links = vec![
        dated(1, "2016-02-01"),
        dated(2, "2021-11-30"),
        dated(3, "2023-05-12"),
        link(&article_target(4)),
    ];
    list(&mut bench, &front(), links, 0);
    let day = |text: &str| text.parse::<NaiveDate>().ok();
    let window = Lane { since: day("2021-11-30"), until: day("2022-12-31"), ..lane() };
    let order = drain(&mut bench, &window, 1);
    assert_eq!(order, ["/xa-hoi/tin-post4.html", "/xa-hoi/tin-post2.html"], "what may be news goes first");
    assert_eq!(bench.archive.next_due_at(&window).unwrap(), None);
    assert_eq!(bench.archive.next_due_at(&lane()).unwrap(), Some(at(0)));
}

#[test]
fn what_is_told_of_the_queue_lies_in_the_window_that_the_queue_keeps_to() {
    let mut bench = Bench::new();
    let months = ["2016-02", "2021-12"].map(|month| {
        link(&target(TargetKind::Sitemap, &format!("https://baosonla.vn/sitemaps/news-{month}.xml")))
    });
    let articles = [dated(1, "2016-02-01"), dated(2, "2021-11-30")];
    list(&mut bench, &front(), months.into_iter().chain(articles).collect(), 0);
    let day = |text: &str| text.parse::<NaiveDate>().ok();
    let window = Lane { since: day("2021-11-30"), until: day("2022-12-31"), ..lane() };
    let reader = bench.archive.reader().unwrap();
    let mut told = Vec::new();
    reader
        .agenda(&window, at(9), |coming| {
            told.push(coming.url.path().to_owned());
            true
        })
        .unwrap();
    assert_eq!(reader.due_counts(&window, at(9)).unwrap().into_values().sum::<u64>(), 2);
    let mut visited = drain(&mut bench, &window, 1);
    told.sort();
    visited.sort();
    assert_eq!(told, visited);
    assert_eq!(told, ["/sitemaps/news-2021-12.xml", "/xa-hoi/tin-post2.html"]);
}

#[test]
fn a_known_page_is_not_queued_twice_and_its_hints_are_renewed() {
    let mut bench = Bench::new();
    assert_eq!(list(&mut bench, &front(), vec![link(&article_target(1))], 0), 1);
    assert_eq!(list(&mut bench, &front(), vec![dated(1, "2023-05-12"), dated(1, "2023-05-12")], 1), 0);
    assert_eq!(list(&mut bench, &front(), vec![link(&article_target(1))], 2), 0);
    let stock = bench.stock();
    let hints = "SELECT title || ' ' || date || ' ' || first_seen_at FROM target WHERE kind = 'article'";
    assert_eq!(text(&stock, hints), "Tin 1 2023-05-12 2023-05-12T11:00:00Z");
    assert_eq!(number(&stock, "SELECT quiet_visits FROM target WHERE kind = 'listing'"), 2);
}

#[test]
fn an_article_is_never_taken_for_a_listing_again() {
    let mut bench = Bench::new();
    let address = "https://baosonla.vn/phong-su/hoi-xuan";
    let (as_article, as_listing) =
        (target(TargetKind::Article, address), target(TargetKind::Listing, address));
    list(&mut bench, &front(), vec![link(&as_listing)], 0);
    list(&mut bench, &front(), vec![link(&as_article)], 1);
    list(&mut bench, &front(), vec![link(&as_listing)], 2);
    assert_eq!(bench.archive.target(&as_listing).unwrap().unwrap().target.kind, TargetKind::Article);
    // A start page is what the selector file says.
    list(&mut bench, &front(), vec![link(&target(TargetKind::Article, "https://baosonla.vn/"))], 3);
    assert_eq!(bench.archive.target(&front()).unwrap().unwrap().target.kind, TargetKind::Listing);
}

#[test]
fn a_failing_page_is_tried_once_under_each_other_address_it_is_found_at() {
    let mut bench = Bench::new();
    let former = target(TargetKind::Article, "http://baosonla.com.vn/tin-post5.html");
    let latter = target(TargetKind::Article, "https://baosonla.vn/tin-post5.html");
    list(&mut bench, &front(), vec![link(&former)], 0);
    let gone = |page: &Target, minute| Outcome {
        exchanges: vec![super::exchange(&page.url, 404, b"", at(minute))],
        body_digest: None,
        fate: Fate::Gone("404 Not Found".into()),
        next_at: None,
    };
    bench.visit(&former, &gone(&former, 1), at(1));
    list(&mut bench, &front(), vec![link(&latter)], 2);
    let due = bench.archive.due(&lane(), at(2)).unwrap().unwrap();
    assert_eq!(due.target.url, latter.url);
    bench.archive.record(bench.run, &due, &gone(&latter, 3), at(3)).unwrap();
    list(&mut bench, &front(), vec![link(&former), link(&latter)], 4);
    assert_eq!(bench.archive.due(&lane(), at(5)).unwrap(), None);
}

#[test]
fn newspapers_on_one_machine_share_a_lane() {
    let mut bench = Bench::new();
    let mut other = front();
    other.newspaper = "baolaichau".into();
    bench.archive.seed(&[link(&front()), link(&other)], at(0)).unwrap();
    let both = Lane { newspapers: vec!["baosonla".into(), "baolaichau".into()], ..Lane::default() };
    assert_eq!(drain(&mut bench, &both, 0).len(), 2);
}

/// An index of sitemaps with two in it, each visited so many times since it was found, without bringing anything new.
fn index_of_sitemaps(bench: &mut Bench, looks: i64) -> (Target, Vec<Target>) {
    let index = target(TargetKind::Sitemap, "https://baosonla.vn/sitemap.xml");
    let sitemaps: Vec<Target> = ["a", "b"]
        .map(|name| target(TargetKind::Sitemap, &format!("https://baosonla.vn/sitemap-{name}.xml")))
        .into();
    list(bench, &index, sitemaps.iter().map(link).collect(), 0);
    for sitemap in &sitemaps {
        for look in 0..looks {
            let mut outcome = read(sitemap, Fate::Links(vec![]), &look.to_le_bytes(), at(look));
            outcome.next_at = Some(at(1_000_000));
            bench.visit(sitemap, &outcome, at(look));
        }
    }
    (index, sitemaps)
}

/// What is due after the index was read with these days of its sitemaps.
fn woken(looks: i64, minute: i64, days: [&str; 2]) -> Vec<String> {
    let mut bench = Bench::new();
    let (index, sitemaps) = index_of_sitemaps(&mut bench, looks);
    let told =
        sitemaps.iter().zip(days).map(|(target, date)| Link { date: date.parse().ok(), ..link(target) });
    let mut outcome = read(&index, Fate::Links(told.collect()), b"index", at(minute));
    outcome.next_at = Some(at(2_000_000));
    bench.visit(&index, &outcome, at(minute));
    drain(&mut bench, &lane(), minute)
}

#[test]
fn a_sitemap_that_its_index_dates_after_the_last_visit_is_due() {
    let moment = |minute: i64| at(minute).to_rfc3339();
    let only_a = ["/sitemap-a.xml"];
    assert_eq!(woken(1, 60, [&moment(30), &moment(-30)]), only_a);
    assert_eq!(woken(1, 60, [&moment(30), ""]), only_a, "one without a date keeps its own time");
    assert!(woken(1, 9, [&moment(5), &moment(5)]).is_empty(), "not within ten minutes of the last visit");
    let (today, before) = (at(0).date_naive(), at(0).date_naive() - chrono::Days::new(2));
    assert_eq!(
        woken(1, 60, [&today.to_string(), &before.to_string()]),
        only_a,
        "a bare day lasts to its end"
    );
    let ahead = moment(60 * 24 * 300);
    assert!(woken(1, 60, [&ahead, &ahead]).is_empty(), "a date far ahead tells nothing");
}

#[test]
fn a_sitemap_that_is_said_to_change_all_the_time_is_visited_ever_more_rarely() {
    let moment = |minute: i64| at(minute).to_rfc3339();
    // Of eight looks in a row the first brought nothing new either: 10 minutes times 2 to the eighth.
    let wait = 10 * 256;
    assert!(woken(8, 7 + wait - 1, [&moment(5000), &moment(2000)]).is_empty());
    assert_eq!(woken(8, 7 + wait, [&moment(2000), ""]), ["/sitemap-a.xml"]);
    assert_eq!(
        woken(60, 60 * 24 * 14 + 60, [&moment(2000), ""]),
        ["/sitemap-a.xml"],
        "after two weeks at the latest"
    );
}
