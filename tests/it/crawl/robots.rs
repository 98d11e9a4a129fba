//! robots.txt from one crawl to the next: the copy in force comes out of the archive.

use super::{arguments, listing, numbered, selectors};
use crate::loopback::{Reply, Server, Site};
use crate::program::Desk;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A newspaper whose robots.txt, behind a redirect, forbids one of two articles, and can fail.
fn newspaper(fails: &Arc<AtomicBool>) -> Site {
    let fails = Arc::clone(fails);
    let links = ["/mo-post1.html".to_owned(), "/kin/dong-post2.html".to_owned()];
    Site::new()
        .on("/robots.txt", move |_| {
            if fails.load(Ordering::Relaxed) { Reply::status(503) } else { Reply::redirect(301, "/r.txt") }
        })
        .page("/r.txt", Reply::text("User-agent: *\nDisallow: /kin/\n"))
        .page("/", Reply::html(listing(&links)))
        .page("/mo-post1.html", Reply::html(numbered(1)))
        .page("/kin/dong-post2.html", Reply::html(numbered(2)))
}

/// Makes the copies in the archive so many hours older.
fn age(desk: &Desk, hours: u32) {
    let sql = format!(
        "UPDATE capture SET fetched_at = strftime('%Y-%m-%dT%H:%M:%SZ', fetched_at, '-{hours} hours')
         WHERE url LIKE '%.txt'"
    );
    desk.archive().execute(&sql, []).unwrap();
    desk.archive().execute("UPDATE target SET next_at = '2020-01-01T00:00:00Z'", []).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_copy_of_the_last_crawl_is_in_force_though_it_came_by_a_redirect() {
    let fails = Arc::default();
    let server = Server::start(newspaper(&fails)).await;
    let desk = Desk::new();
    selectors(&desk, &server, "0s");
    desk.run(&arguments(&[])).ends(0);
    assert_eq!(server.paths(), ["/robots.txt", "/r.txt", "/", "/mo-post1.html"]);
    age(&desk, 1);
    desk.run(&arguments(&[])).ends(0);
    assert_eq!(
        server.paths()[4..],
        ["/", "/mo-post1.html"],
        "nobody asks again after an hour, and it is obeyed"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_good_copy_counts_while_the_server_fails_and_no_longer_than_its_day() {
    let fails = Arc::default();
    let server = Server::start(newspaper(&fails)).await;
    let desk = Desk::new();
    selectors(&desk, &server, "0s");
    desk.run(&arguments(&[])).ends(0);
    fails.store(true, Ordering::Relaxed);
    age(&desk, 23);
    let before = server.log().len();
    desk.run(&arguments(&[])).ends(0);
    assert_eq!(
        server.paths()[before..],
        ["/robots.txt", "/", "/mo-post1.html"],
        "23 hours old, it is asked for and counts"
    );

    // The failed answer of just now is no copy.
    age(&desk, 2);
    let before = server.log().len();
    desk.run(&arguments(&[])).ends(0);
    assert_eq!(server.paths()[before..], ["/robots.txt"], "25 hours old, it forbids everything");
    let what = "SELECT DISTINCT substr(what, 1, 47) FROM failures WHERE url LIKE '%post1.html'";
    assert_eq!(desk.column(what), ["denied: robots.txt could not be read: status 50"]);
    let soon = "SELECT max(next_try) < strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '+2 minutes') FROM failures";
    assert_eq!(desk.column(soon), ["1"], "tried again when robots.txt is");
}
