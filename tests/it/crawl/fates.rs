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
