//! What becomes of pages that are not what they should be: a row in the archive, and the crawl goes on.

use super::{arguments, article_page, listing, numbered, selectors, site};
use crate::loopback::{Reply, Server, Site, Step};
use crate::program::Desk;

fn front(paths: &[&str]) -> Site {
    let links: Vec<String> = paths.iter().map(|path| (*path).to_owned()).collect();
    Site::new().page("/robots.txt", Reply::status(404)).page("/", Reply::html(listing(&links)))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_page_becomes_a_row_and_the_crawl_goes_on() {
    let whole = numbered(6);
    let declared = whole.len().to_string();
    let half = whole.as_bytes()[..whole.len() / 2].to_vec();
    let site = front(&[
        "/a-post1.html",
        "/b-post2.html",
        "/c-post3.html",
        "/d-post4.html",
        "/e-post5.html",
        "/f-post6.html",
    ])
    .page(
        "/a-post1.html",
        Reply::status(200)
            .header("content-type", "image/png")
            .body(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec()),
    )
    .page("/b-post2.html", Reply::html(""))
    .page("/c-post3.html", Reply::html(vec![b'a'; 50 << 20]))
    .page(
        "/d-post4.html",
        Reply::steps(vec![
            Step::Send(
                format!("HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {declared}\r\n\r\n")
                    .into_bytes(),
            ),
            Step::Send(half),
            Step::Close,
        ]),
    )
    .page("/e-post5.html", Reply::status(404))
    .page("/f-post6.html", Reply::html(whole));
    let server = Server::start(site).await;
    let desk = Desk::new();
    selectors(&desk, &server, "0s");

    let run = desk.run(&arguments(&["--json"])).ends(1);
    assert_eq!(run.json()[0]["new_articles"], 1);
    let failed = desk.column("SELECT substr(url, -11) || ' ' || what FROM failures ORDER BY url");
    assert_eq!(failed.len(), 5, "{failed:?}");
    assert!(
        failed[0].contains("post1.html not an article") && failed[0].contains("not an HTML page"),
        "{failed:?}"
    );
    assert!(failed[1].contains("empty"), "{failed:?}");
    assert!(failed[2].contains("failed"), "{failed:?}");
    assert!(failed[3].contains("failed"), "{failed:?}");
    assert!(failed[4].contains("gone: status 404"), "{failed:?}");
    assert_eq!(desk.column("SELECT count(*) FROM failures WHERE next_try IS NULL"), ["0"]);
    assert_eq!(desk.column("SELECT title FROM articles"), ["Xã Nà Phặc làm xong tuyến đường số 6"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn robots_txt_is_asked_first_and_what_it_forbids_is_never_asked_for() {
    let site = front(&["/mo-post1.html", "/kin/dong-post2.html"])
        .page("/robots.txt", Reply::text("User-agent: *\nDisallow: /kin/\n"))
        .page("/mo-post1.html", Reply::html(numbered(1)))
        .page("/kin/dong-post2.html", Reply::html(numbered(2)));
    let server = Server::start(site).await;
    let desk = Desk::new();
    selectors(&desk, &server, "0s");
    let run = desk.run(&arguments(&["--json"])).ends(0);
    assert_eq!(run.json()[0]["denied"], 1);
    assert_eq!(server.paths(), ["/robots.txt", "/", "/mo-post1.html"]);
    assert_eq!(desk.column("SELECT what FROM failures"), ["denied: robots.txt line 2: Disallow: /kin/"]);
    assert_eq!(desk.column("SELECT count(*) FROM captures WHERE url LIKE '%/robots.txt'"), ["1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_robots_txt_that_cannot_be_read_forbids_every_page() {
    let server = Server::start(site(3).page("/robots.txt", Reply::status(503))).await;
    let desk = Desk::new();
    selectors(&desk, &server, "0s");
    desk.run(&arguments(&[]));
    assert_eq!(server.paths(), ["/robots.txt"]);
    assert_eq!(desk.column("SELECT count(*) FROM articles"), ["0"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_slug_is_the_same_article_and_a_move_to_the_front_page_means_gone() {
    let site = front(&["/cu-post1.html", "/mat-post2.html"])
        .page("/cu-post1.html", Reply::redirect(301, "/moi-post1.html"))
        .page("/moi-post1.html", Reply::html(numbered(1)))
        .page("/mat-post2.html", Reply::redirect(302, "/"));
    let server = Server::start(site).await;
    let desk = Desk::new();
    selectors(&desk, &server, "0s");
    desk.run(&arguments(&[])).ends(0);
    let articles = desk.column("SELECT url FROM articles");
    assert_eq!(articles, [server.url("/moi-post1.html").to_string()]);
    assert_eq!(
        desk.column("SELECT status FROM captures WHERE url LIKE '%post1.html' ORDER BY id"),
        ["301", "200"]
    );
    assert_eq!(desk.column("SELECT what FROM failures"), ["gone: the address leads to the front page"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_is_a_new_version_and_the_old_one_stays() {
    let looks = std::sync::atomic::AtomicUsize::new(0);
    let site = front(&["/a-post1.html"]).on("/a-post1.html", move |_| {
        let count = looks.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let number = if count == 0 { "ba" } else { "bốn" };
        Reply::html(article_page("Khánh thành cầu Nà Lầu", &format!("<p>Cầu có {number} nhịp, dài 54 m, xe tải qua được.</p><p>Bà con hai bên suối không còn phải đi vòng.</p>")))
    });
    let server = Server::start(site).await;
    let desk = Desk::new();
    selectors(&desk, &server, "0s");
    desk.run(&arguments(&[])).ends(0);
    // The day of the second look has come.
    desk.archive()
        .execute("UPDATE target SET next_at = '2020-01-01T00:00:00Z' WHERE kind = 'article'", [])
        .unwrap();
    let run = desk.run(&arguments(&["--json"])).ends(0);
    assert_eq!(run.json()[0]["edited"], 1);
    assert_eq!(desk.column("SELECT reason FROM versions ORDER BY version"), ["first", "edited"]);
    assert_eq!(desk.column("SELECT version || '/' || version_count FROM articles"), ["2/2"]);
    let first = desk.run(&["show", "1", "--version", "1", "--json"]).ends(0);
    assert!(first.stdout.contains("ba nhịp"), "{}", first.stdout);
}

/// Cloudflare's challenge, as it comes with 403, 503 or 200.
const CHALLENGE: &str = "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>\
    <div id=\"challenge-form\"></div><script src=\"/cdn-cgi/challenge-platform/h/b/orchestrate/jsch/v1\"></script></body></html>";

#[tokio::test(flavor = "multi_thread")]
async fn a_guard_is_told_as_such_behind_whatever_status_and_never_archived_as_an_article() {
    let captcha = "<html><head><title>Xác minh bạn là con người</title></head><body>\
        <form id=\"px-captcha\"><p>Vui lòng xác minh.</p></form></body></html>";
    let shell = "<html><head><title>Báo Thử Nghiệm</title></head><body><noscript>Vui lòng bật JavaScript để đọc báo.\
        </noscript><div id=\"app\"></div><script src=\"/app.js\"></script></body></html>";
    let down = "<html><head><title>503 Service Temporarily Unavailable</title></head><body><center>\
        <h1>503 Service Temporarily Unavailable</h1></center><hr><center>nginx</center></body></html>";
    let with = |status: u16, body: &str| Reply::status(status).header("content-type", "text/html").body(body);
    let server = Server::start(
        front(&[
            "/a-post1.html",
            "/b-post2.html",
            "/c-post3.html",
            "/d-post4.html",
            "/e-post5.html",
            "/f-post6.html",
        ])
        .page("/a-post1.html", with(403, CHALLENGE))
        .page("/b-post2.html", with(503, CHALLENGE).header("retry-after", "0"))
        .page("/c-post3.html", with(200, CHALLENGE))
        .page("/d-post4.html", with(200, captcha))
        .page("/e-post5.html", with(200, shell))
        .page("/f-post6.html", with(503, down).header("retry-after", "0"))
        .page("/sitemap.xml", with(200, CHALLENGE)),
    )
    .await;
    let desk = Desk::new();
    selectors(&desk, &server, "0s");
    let file = std::fs::read_to_string(desk.path("selectors/thunghiem.toml")).unwrap();
    desk.file("selectors/thunghiem.toml", format!("{file}sitemaps = [\"{}\"]\n", server.url("/sitemap.xml")));
    desk.run(&arguments(&[])).ends(1);
    let fates = desk.column(
        "SELECT replace(url, rtrim(url, replace(url, '/', '')), '') || ' ' || substr(what, 1, 7) FROM failures ORDER BY 1",
    );
    assert_eq!(
        fates,
        [
            "a-post1.html blocked",
            "b-post2.html blocked",
            "c-post3.html blocked",
            "d-post4.html blocked",
            "e-post5.html blocked",
            "f-post6.html failed:",
            "sitemap.xml blocked"
        ],
        "{:?}",
        desk.column("SELECT what FROM failures")
    );
    assert_eq!(desk.column("SELECT count(*) FROM articles"), ["0"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_article_is_gone_after_a_second_look_and_not_before() {
    let is_lost = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let lost = std::sync::Arc::clone(&is_lost);
    let front_page = listing(&["/a-post1.html".to_owned()])
        .replace("<html>", "<html><head><link rel=\"canonical\" href=\"/\"></head>");
    let site = front(&["/a-post1.html", "/b-post2.html"])
        .on("/a-post1.html", move |_| {
            let is_lost = lost.load(std::sync::atomic::Ordering::Relaxed);
            if is_lost { Reply::status(404) } else { Reply::html(numbered(1)) }
        })
        .page("/b-post2.html", Reply::html(front_page));
    let server = Server::start(site).await;
    let desk = Desk::new();
    selectors(&desk, &server, "0s");
    desk.run(&arguments(&[])).ends(0);
    assert_eq!(desk.column("SELECT what FROM failures"), ["gone: the address shows the front page"]);
    is_lost.store(true, std::sync::atomic::Ordering::Relaxed);
    let come_due = "UPDATE target SET next_at = '2020-01-01T00:00:00Z' WHERE url LIKE '%post1.html'";
    desk.archive().execute(come_due, []).unwrap();
    desk.run(&arguments(&[])).ends(0);
    assert_eq!(desk.column("SELECT gone_at FROM articles"), ["null"], "once may be a fault of the site");
    let again = "SELECT next_try > strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '+20 hours') FROM failures WHERE url LIKE '%post1.html'";
    assert_eq!(desk.column(again), ["1"], "a second look a day later");
    desk.archive().execute(come_due, []).unwrap();
    desk.run(&arguments(&[])).ends(0);
    assert_eq!(desk.column("SELECT gone_at IS NOT NULL FROM articles"), ["1"]);
    assert_eq!(desk.column("SELECT next_try FROM failures WHERE url LIKE '%post1.html'"), ["null"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_that_vanishes_retires_and_comes_back_on_probation() {
    let is_lost = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let lost = std::sync::Arc::clone(&is_lost);
    let looks = std::sync::atomic::AtomicUsize::new(0);
    let site =
        front(&["/a-post1.html"]).page("/a-post1.html", Reply::html(numbered(1))).on("/tin.rss", move |_| {
            if lost.load(std::sync::atomic::Ordering::Relaxed) {
                return Reply::status(404);
            }
            let look = looks.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            Reply::status(200).header("content-type", "application/rss+xml").body(format!(
                "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Tin {look}</title>\
             <item><title>Tin</title><link>/a-post1.html</link></item></channel></rss>"
            ))
        });
    let server = Server::start(site).await;
    let desk = Desk::new();
    selectors(&desk, &server, "0s");
    let file = std::fs::read_to_string(desk.path("selectors/thunghiem.toml")).unwrap();
    desk.file("selectors/thunghiem.toml", format!("{file}feeds = [\"{}\"]\n", server.url("/tin.rss")));
    let come_due = || {
        let archive = desk.archive();
        archive
            .execute("UPDATE target SET next_at = '2020-01-01T00:00:00Z' WHERE kind = 'feed'", [])
            .unwrap();
    };
    let asked = || server.paths().iter().filter(|path| *path == "/tin.rss").count();
    let days_ahead =
        "SELECT CAST(julianday(next_at) - julianday('now') + 0.5 AS INTEGER) FROM target WHERE kind = 'feed'";
    desk.run(&arguments(&[])).ends(0);
    is_lost.store(true, std::sync::atomic::Ordering::Relaxed);
    desk.run(&arguments(&[])).ends(0);
    assert_eq!(desk.column(days_ahead), ["1"], "a second look");
    come_due();
    desk.run(&arguments(&[])).ends(0);
    let days: i64 = desk.column(days_ahead)[0].parse().unwrap();
    assert!((27..=33).contains(&days), "retired for {days} days");
    let before = asked();
    desk.run(&arguments(&[])).ends(0);
    assert_eq!(asked(), before, "a new crawl leaves it in peace");

    is_lost.store(false, std::sync::atomic::Ordering::Relaxed);
    for _ in 0..2 {
        come_due();
        desk.run(&arguments(&[])).ends(0);
        assert_eq!(desk.column(days_ahead), ["1"], "on probation it is looked at once a day");
    }
    is_lost.store(true, std::sync::atomic::Ordering::Relaxed);
    come_due();
    desk.run(&arguments(&[])).ends(0);
    let days: i64 = desk.column(days_ahead)[0].parse().unwrap();
    assert!(days > 20, "and retires at once: {days} days");
}
