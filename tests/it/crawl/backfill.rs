//! Walking back: along the pages of lists and the sitemaps of months, to a day and no further, once, and in steps
//! that a kill or an earlier day can take up again.

use std::collections::BTreeSet;

use super::{arguments, article_page, selectors};
use crate::loopback::{Reply, Server, Site};
use crate::program::Desk;

/// Articles on a page of the list.
const PER_PAGE: usize = 4;

/// The article with this number: number 1 is the oldest, each a day younger than the one before.
fn story(number: usize) -> String {
    let day = chrono::NaiveDate::from_ymd_opt(2024, 1, 1).unwrap() + chrono::Days::new(number as u64);
    article_page(
        &format!("Bản Phiêng Lằn mở lớp xóa mù chữ khóa {number}"),
        &format!(
            "<p>BTN - Lớp học khóa {number} có {number}5 học viên, phần lớn là phụ nữ người Mông trên 35 tuổi.</p>\
             <p>Thầy giáo là bộ đội biên phòng, lên lớp vào các buổi tối trong tuần.</p>"
        ),
    )
    .replace("2024-05-10", &day.to_string())
}

fn path(number: usize) -> String {
    format!("/lop-hoc-khoa-moi-post{number}.html")
}

/// A page of links without dates: as most lists are.
fn list(links: &[String]) -> Reply {
    Reply::html(super::listing(links))
}

/// What stands on every page: the newest articles, in a box beside the list.
fn latest(count: usize) -> Vec<String> {
    (count - 2..=count).rev().map(path).collect()
}

/// A newspaper of `count` articles behind a section whose pages are numbered by `number`. Behind the last one the
/// server answers with `behind`.
fn numbered_list(count: usize, number: fn(usize) -> String, behind: fn() -> Reply) -> Site {
    let last = count.div_ceil(PER_PAGE);
    let mut site = Site::new()
        .page("/robots.txt", Reply::status(404))
        .page("/", list(&[latest(count), vec!["/giao-duc/".to_owned()]].concat()));
    for page in 1..=last {
        let top = count - (page - 1) * PER_PAGE;
        let mut links = latest(count);
        links.extend((top.saturating_sub(PER_PAGE - 1).max(1)..=top).rev().map(path));
        // A pager that shows the next three pages and the last.
        links.extend((page + 1..=last.min(page + 3)).map(number));
        links.push(number(last));
        let address = if page == 1 { "/giao-duc/".to_owned() } else { number(page) };
        site = site.page(&address, list(&links));
    }
    for number in 1..=count {
        site = site.page(&path(number), Reply::html(story(number)));
    }
    site.otherwise(move |_| behind())
}

fn by_query(page: usize) -> String {
    format!("/giao-duc/?page={page}")
}

fn by_path(page: usize) -> String {
    format!("/giao-duc/trang-{page}.html")
}

/// A selector file that takes the section's numbered pages for listings.
fn sections(desk: &Desk, server: &Server) {
    selectors(desk, server, "0s");
    let file = std::fs::read_to_string(desk.path("selectors/thunghiem.toml")).unwrap();
    let patterns = r"listing = ['^/[a-z0-9-]+/(?:\?page=\d{1,5}|trang-\d{1,5}\.html)?$']";
    desk.file("selectors/thunghiem.toml", format!("{file}{patterns}\n"));
}

fn asked_for(server: &Server, part: &str) -> Vec<String> {
    server.paths().into_iter().filter(|path| path.contains(part)).collect()
}

fn no_path_twice(paths: &[String]) {
    let once: BTreeSet<&String> = paths.iter().collect();
    assert_eq!(once.len(), paths.len(), "{paths:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_walked_page_by_page_to_its_end_however_it_is_numbered() {
    for number in [by_query as fn(usize) -> String, by_path] {
        let server = Server::start(numbered_list(30, number, || Reply::status(404))).await;
        let desk = Desk::new();
        sections(&desk, &server);
        desk.run(&arguments(&[])).ends(0);
        assert_eq!(desk.column("SELECT count(*) FROM articles"), ["30"]);
        let pages: Vec<String> = (2..=8).map(number).collect();
        assert_eq!(
            asked_for(&server, "/giao-duc/")
                .into_iter()
                .filter(|path| path.contains('2') || pages.contains(path))
                .collect::<Vec<_>>(),
            pages,
            "one after the other, each once"
        );
        no_path_twice(&server.paths());
        assert_eq!(desk.column("SELECT count(*) FROM failures"), ["0"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_walk_ends_at_the_day_and_an_earlier_day_takes_it_up_there() {
    let server = Server::start(numbered_list(60, by_query, || Reply::status(404))).await;
    let desk = Desk::new();
    sections(&desk, &server);
    // Article 60 is of 2024-03-01; page 4 holds 48 to 45, of 2024-02-18 to 2024-02-15.
    desk.run(&arguments(&["--since", "2024-02-18"])).ends(0);
    let first = asked_for(&server, "?page=");
    assert!(first.len() <= 4, "the page behind the day ends the walk: {first:?}");
    assert_eq!(desk.column("SELECT count(*) FROM articles WHERE published_at >= '2024-02-18'"), ["13"]);

    let before = server.log().len();
    desk.run(&arguments(&["--since", "2024-02-01"])).ends(0);
    let second = server.paths()[before..].to_vec();
    let further: Vec<&String> = second.iter().filter(|path| path.contains("?page=")).collect();
    assert!(!further.is_empty() && further.iter().all(|path| !first.contains(path)), "{first:?} {second:?}");
    assert_eq!(desk.column("SELECT count(*) FROM articles WHERE published_at >= '2024-02-01'"), ["30"]);
    let articles: Vec<String> = asked_for(&server, "-post");
    no_path_twice(&articles);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_answers_every_number_is_left_where_it_repeats_itself() {
    let site = numbered_list(12, by_query, || Reply::status(404));
    // Every number beyond the last shows the last page again, with another number in its pager.
    let site = site.otherwise(|asked| {
        let page: usize = asked.path.rsplit('=').next().and_then(|number| number.parse().ok()).unwrap_or(0);
        let links: Vec<String> = (1..=4).rev().map(path).chain([by_query(page + 1)]).collect();
        if page > 0 { list(&links) } else { Reply::status(404) }
    });
    let site = site
        .page("/giao-duc/?page=3", list(&[(1..=4).rev().map(path).collect(), vec![by_query(4)]].concat()));
    let server = Server::start(site).await;
    let desk = Desk::new();
    sections(&desk, &server);
    desk.run(&arguments(&[])).ends(0);
    assert_eq!(asked_for(&server, "?page="), [by_query(2), by_query(3), by_query(4)]);
    assert_eq!(
        desk.column("SELECT reason FROM target WHERE url LIKE '%page=4'"),
        ["the list repeats itself: the same articles as on the page before"]
    );
}

fn sitemap(links: impl Iterator<Item = String>) -> Reply {
    let entries: Vec<String> = links.map(|link| format!("<url><loc>{link}</loc></url>")).collect();
    let entries = entries.concat();
    Reply::status(200).header("content-type", "application/xml").body(format!(
        "<?xml version=\"1.0\"?><urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">{entries}</urlset>"
    ))
}

/// A newspaper that tells of one sitemap, of March 2024; those of the months before are found by their names.
fn monthly() -> Site {
    let mut site = Site::new().page("/", list(&latest(60))).on("/robots.txt", |asked| {
        let host = asked.header("host").unwrap_or_default().to_owned();
        Reply::text(format!("User-agent: *\nSitemap: http://{host}/sitemaps/news-2024-3.xml\n"))
    });
    for (month, numbers) in [(3, 60..=60), (2, 31..=59), (1, 1..=30)] {
        let links = move |host: &str| -> Vec<String> {
            numbers.clone().map(|number| format!("http://{host}{}", path(number))).collect()
        };
        site = site.on(&format!("/sitemaps/news-2024-{month}.xml"), move |asked| {
            sitemap(links(asked.header("host").unwrap_or_default()).into_iter())
        });
    }
    for number in 1..=60 {
        site = site.page(&path(number), Reply::html(story(number)));
    }
    site
}

#[tokio::test(flavor = "multi_thread")]
async fn sitemaps_of_months_are_walked_back_to_the_day_and_then_to_their_end() {
    let server = Server::start(monthly()).await;
    let desk = Desk::new();
    selectors(&desk, &server, "0s");
    desk.run(&arguments(&["--since", "2024-02-10"])).ends(0);
    assert_eq!(asked_for(&server, "/sitemaps/"), ["/sitemaps/news-2024-3.xml", "/sitemaps/news-2024-2.xml"]);
    assert_eq!(
        desk.column("SELECT min(published_at) < '2024-02-02' FROM articles"),
        ["1"],
        "a month is read whole"
    );

    desk.run(&arguments(&[])).ends(0);
    assert_eq!(desk.column("SELECT count(*) FROM articles"), ["60"]);
    no_path_twice(&asked_for(&server, "-post"));
    let walked = asked_for(&server, "/sitemaps/");
    assert!(walked.contains(&"/sitemaps/news-2024-1.xml".to_owned()), "{walked:?}");
    assert!(walked.len() <= 6, "the year before has none, and there it ends: {walked:?}");
    assert_eq!(desk.column("SELECT count(*) FROM failures"), ["0"], "the end of a row is no failure");
}

#[tokio::test(flavor = "multi_thread")]
async fn news_goes_before_backfill() {
    let server = Server::start(numbered_list(40, by_query, || Reply::status(404))).await;
    let desk = Desk::new();
    sections(&desk, &server);
    desk.run(&arguments(&["--limit", "9"])).ends(0);
    // A new article appears on the front page while most of the list is not walked yet.
    desk.archive()
        .execute("UPDATE target SET next_at = '2020-01-01T00:00:00Z', last_digest = NULL WHERE is_start", [])
        .unwrap();
    let before = server.log().len();
    desk.run(&arguments(&["--limit", "3"])).ends(0);
    assert_eq!(server.paths()[before], "/", "the front page goes before further pages");
    let waiting = desk.column("SELECT count(*) FROM target WHERE next_at IS NOT NULL AND visits = 0");
    assert_ne!(waiting, ["0"], "backfill is not through");
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_that_no_list_shows_are_asked_for_down_to_the_day() {
    let mut site = Site::new().page("/robots.txt", Reply::status(404)).page("/", list(&latest(90)));
    for number in 1..=90 {
        // Some numbers were never given to an article.
        if number % 7 != 0 {
            site = site.page(&format!("/post{number}.html"), Reply::html(story(number)));
            site = site.page(&path(number), Reply::html(story(number)));
        }
    }
    let server = Server::start(site).await;
    let desk = Desk::new();
    selectors(&desk, &server, "0s");
    let file = std::fs::read_to_string(desk.path("selectors/thunghiem.toml")).unwrap();
    desk.file("selectors/thunghiem.toml", format!("{file}by_id = \"/post{{id}}.html\"\n"));
    // Article 60 is of 2024-03-01.
    desk.run(&arguments(&["--since", "2024-03-01"])).ends(0);
    let wanted = (60..=90).filter(|number| number % 7 != 0).count();
    assert_eq!(
        desk.column("SELECT count(*) FROM articles WHERE published_at >= '2024-03-01'"),
        [wanted.to_string()]
    );
    let lowest = asked_for(&server, "/post")
        .iter()
        .map(|path| path.trim_matches(|c: char| !c.is_ascii_digit()).parse::<u32>().unwrap())
        .min();
    assert!(
        lowest.is_some_and(|lowest| (35..=50).contains(&lowest)),
        "it goes some days beyond the day and ends: {lowest:?}"
    );
    assert_eq!(
        desk.column("SELECT count(*) FROM failures WHERE url LIKE '%/post%'"),
        ["0"],
        "a number not given is no failure"
    );
    let before = server.log().len();
    desk.run(&arguments(&["--since", "2024-03-01"])).ends(0);
    assert!(
        server.paths()[before..].iter().all(|path| !path.contains("post")),
        "{:?}",
        &server.paths()[before..]
    );
}
