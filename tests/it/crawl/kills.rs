//! Killed again and again: nothing recorded is lost, nothing is asked for twice, and the end is the same.

use std::collections::BTreeSet;
use std::time::Duration;

use super::{arguments, path_of, selectors, site};
use crate::loopback::Server;
use crate::program::Desk;

/// Times between 0 and 1 that look random and are the same on every run.
fn chance(state: &mut u64) -> f64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    f64::from(u32::try_from(*state >> 40).unwrap()) / f64::from(1_u32 << 24)
}

/// Crawls a newspaper of so many pages and kills the crawl so often, at moments up to `longest` after its start.
async fn survives(pages: usize, kills: usize, longest: Duration) {
    let server = Server::start(site(pages)).await;
    let desk = Desk::new();
    selectors(&desk, &server, "0s");
    let mut dice = 0x9E37_79B9_7F4A_7C15;
    let mut killed = 0;
    for _ in 0..kills {
        let mut child = desk.start(&arguments(&[]));
        let wait = Duration::from_millis(50) + longest.mul_f64(chance(&mut dice));
        std::thread::sleep(wait);
        killed += usize::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
        if !desk.path("khobao.db").exists() {
            continue;
        }
        assert_eq!(desk.column("PRAGMA integrity_check"), ["ok"]);
        let recorded = recorded(&desk);
        let asked = server.log().len();
        no_recorded_page_is_asked_for(&desk, &server, &recorded, asked);
    }
    assert!(killed * 10 >= kills * 8, "most kills met a crawl that was under way: {killed} of {kills}");
    let recorded = recorded(&desk);
    let asked = server.log().len();
    desk.run(&arguments(&[])).ends(0);
    let after: Vec<String> = server.paths()[asked..].to_vec();
    assert!(after.iter().all(|path| !recorded.contains(server.url(path).as_str())), "{after:?}");

    let count = pages.to_string();
    assert_eq!(desk.column("SELECT count(*) FROM articles"), [count.as_str()], "every page is there");
    assert_eq!(desk.column("SELECT count(DISTINCT url) FROM articles"), [count.as_str()], "once");
    assert_eq!(desk.column("SELECT count(*) FROM versions"), [count.as_str()]);
    assert_eq!(desk.column("PRAGMA integrity_check"), ["ok"]);
    assert_eq!(desk.column("PRAGMA foreign_key_check").len(), 0);
    let paths = server.paths();
    let times = |number| paths.iter().filter(|path| **path == path_of(number)).count();
    let twice: usize = (1..=pages).map(|number| times(number) - 1).sum();
    assert!(twice <= kills, "{twice} pages in flight were asked for again in {kills} kills");
}

/// The articles that are in the archive; none where the kill came before it had its tables.
fn recorded(desk: &Desk) -> BTreeSet<String> {
    if desk.column("SELECT 1 FROM sqlite_schema WHERE name = 'articles'").is_empty() {
        return BTreeSet::new();
    }
    desk.column("SELECT url FROM articles").into_iter().collect()
}

/// The next crawl of a few pages asks for none that the archive has.
fn no_recorded_page_is_asked_for(desk: &Desk, server: &Server, recorded: &BTreeSet<String>, asked: usize) {
    desk.run(&arguments(&["--limit", "2"])).ends(0);
    let paths = server.paths();
    let again: Vec<&String> =
        paths[asked..].iter().filter(|path| recorded.contains(server.url(path).as_str())).collect();
    assert!(again.is_empty(), "asked for again: {again:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn five_kills_at_any_moment_lose_nothing_and_repeat_nothing() {
    survives(600, 5, Duration::from_millis(400)).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes; `cargo test --test it -- --ignored kills`"]
async fn fifty_kills_at_any_moment_lose_nothing_and_repeat_nothing() {
    survives(6_000, 50, Duration::from_secs(1)).await;
}
