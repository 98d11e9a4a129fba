//! The distance between the requests of a crawl, read off the server's own log: over redirects, retries and refusals,
//! and from one process to the next.

use std::time::{Duration, Instant};

use super::endings::{signal, wait_for_requests};
use super::{arguments, listing, numbered, path_of, selectors, site};
use crate::loopback::{Asked, Reply, Server, Site};
use crate::program::Desk;

/// Each request with the time since the one before.
fn gaps(log: &[Asked]) -> Vec<(&str, Duration)> {
    log.windows(2).map(|two| (two[0].path.as_str(), two[1].at - two[0].at)).collect()
}

/// Answers once in a way of its own, and then with an article.
fn once(reply: Reply, number: usize) -> impl Fn(&Asked) -> Reply + Send + Sync + 'static {
    let first = std::sync::atomic::AtomicBool::new(true);
    move |_| {
        let is_first = first.swap(false, std::sync::atomic::Ordering::Relaxed);
        if is_first { reply.clone() } else { Reply::html(numbered(number)) }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_request_comes_sooner_than_was_asked() {
    let paths: Vec<String> = (1..=8).map(path_of).collect();
    let mut site = Site::new()
        .page("/robots.txt", Reply::redirect(301, "/r.txt"))
        .page("/r.txt", Reply::text("User-agent: *\nCrawl-delay: 0.3\n"))
        .page("/", Reply::html(listing(&paths)))
        .page(&paths[0], Reply::redirect(301, "/bai-so-1-post1.html"))
        .page("/bai-so-1-post1.html", Reply::html(numbered(1)))
        .on(&paths[1], once(Reply::status(429).header("retry-after", "1"), 2))
        .on(&paths[2], once(Reply::status(503), 3))
        .on(&paths[3], once(Reply::html("x").header("content-encoding", "gzip"), 4))
        .on(&paths[4], once(Reply::status(500), 5));
    for number in 6..=8 {
        site = site.page(&paths[number - 1], Reply::html(numbered(number)));
    }
    let server = Server::start(site).await;
    let desk = Desk::new();
    selectors(&desk, &server, "200ms");
    desk.run(&arguments(&[]));
    assert_eq!(desk.column("SELECT count(*) FROM articles"), ["8"], "all are there in the end");
    let log = server.log();
    for (at, (path, gap)) in gaps(&log).into_iter().enumerate() {
        // The file asks for 0.2 s; until robots.txt is read, nobody knows that it asks for 0.3.
        let least = if path.contains(".txt") { 200 } else { 300 };
        assert!(gap >= Duration::from_millis(least), "{gap:?} after {path}");
        // Of the two requests for each of these, the first was turned away.
        let is_first =
            |which: usize| path == paths[which] && !log[..at].iter().any(|asked| asked.path == path);
        if is_first(1) {
            assert!(gap >= Duration::from_secs(1), "{gap:?} after 429 with Retry-After");
        } else if is_first(2) {
            assert!(gap >= Duration::from_millis(1200), "{gap:?} after 503");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crawl_that_starts_anew_keeps_its_distance_to_the_last_one() {
    let server = Server::start(site(8)).await;
    let desk = Desk::new();
    selectors(&desk, &server, "1500ms");
    desk.run(&arguments(&["--limit", "1"])).ends(0);
    let asked = server.log().len();
    desk.run(&arguments(&["--limit", "1"])).ends(0);
    let log = server.log();
    let gap = log[asked].at - log[asked - 1].at;
    assert!(gap >= Duration::from_millis(1500), "{gap:?} between {:?}", server.paths());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crawl_that_was_killed_keeps_its_distance_when_it_comes_back() {
    let site = site(8).page("/robots.txt", Reply::text("User-agent: *\nCrawl-delay: 1.2\n"));
    let server = Server::start(site).await;
    let desk = Desk::new();
    selectors(&desk, &server, "0s");
    let mut child = desk.start(&arguments(&[]));
    let start = Instant::now();
    while server.log().len() < 3 {
        assert!(start.elapsed() < Duration::from_secs(30), "the crawl makes no requests");
        std::thread::sleep(Duration::from_millis(2));
    }
    // Killed with the answer hardly out: what it asked for last is written down nowhere.
    child.kill().unwrap();
    child.wait().unwrap();
    let asked = server.log().len();
    desk.run(&arguments(&["--limit", "2"])).ends(0);
    let log = server.log();
    for at in asked..log.len() {
        let gap = log[at].at - log[at - 1].at;
        assert!(gap >= Duration::from_millis(1200), "{gap:?} before {}", log[at].path);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_asked_for_still_counts_after_a_restart() {
    let site = site(3).on("/", once(Reply::status(429).header("retry-after", "4"), 9));
    let server = Server::start(site).await;
    let desk = Desk::new();
    selectors(&desk, &server, "0s");
    desk.run(&arguments(&["--limit", "1"]));
    let asked = server.log().len();
    desk.run(&arguments(&["--limit", "1"]));
    let log = server.log();
    let gap = log[asked].at - log[asked - 1].at;
    assert!(gap >= Duration::from_secs(4), "{gap:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_was_given_up_at_a_stop_counts_when_the_crawl_comes_back() {
    let slow = Reply::html(numbered(1)).after(Duration::from_secs(30));
    let server = Server::start(site(2).on(&path_of(1), move |_| slow.clone())).await;
    let desk = Desk::new();
    // Far enough from the page before, which is written down.
    selectors(&desk, &server, "1500ms");
    let mut child = desk.start(&arguments(&[]));
    wait_for_requests(&server, 3);
    signal(child.id(), "-TERM");
    child.wait().unwrap();
    let asked = server.log().len();
    // The new distance is longer than a page in flight is waited for at a stop.
    selectors(&desk, &server, "4s");
    desk.run(&arguments(&["--limit", "1"])).ends(0);
    let log = server.log();
    let gap = log[asked].at - log[asked - 1].at;
    assert!(gap >= Duration::from_secs(4), "{gap:?} between {:?}", server.paths());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_is_remembered_by_the_lanes_that_the_next_run_leaves_out() {
    let slow = Reply::html(numbered(1)).after(Duration::from_secs(30));
    let server = Server::start(site(2).on(&path_of(1), move |_| slow.clone())).await;
    let desk = Desk::new();
    selectors(&desk, &server, "1500ms");
    let mut child = desk.start(&arguments(&[]));
    wait_for_requests(&server, 3);
    child.kill().unwrap();
    child.wait().unwrap();
    let asked = server.log().len();
    // Another run, of no newspaper at all, finds the one that was killed and ends well.
    desk.run(&["reread", "--selectors", "selectors"]).ends(0);
    selectors(&desk, &server, "3s");
    desk.run(&arguments(&["--limit", "1"])).ends(0);
    let log = server.log();
    let gap = log[asked].at - log[asked - 1].at;
    assert!(gap >= Duration::from_secs(3), "{gap:?}");
}
