//! How crawls end: stopped, killed, refused.

use std::time::{Duration, Instant};

use super::{arguments, path_of, selectors, site};
use crate::loopback::Server;
use crate::program::{Desk, finish};

/// Waits until the server was asked for so many pages; a test that hangs here has failed.
pub(super) fn wait_for_requests(server: &Server, count: usize) {
    let start = Instant::now();
    while server.log().len() < count {
        assert!(start.elapsed() < Duration::from_secs(30), "the crawl makes no requests");
        std::thread::sleep(Duration::from_millis(5));
    }
}

pub(super) fn signal(pid: u32, name: &str) {
    assert!(std::process::Command::new("kill").args([name, &pid.to_string()]).status().unwrap().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_in_the_middle_loses_nothing() {
    let server = Server::start(site(40)).await;
    let desk = Desk::new();
    selectors(&desk, &server, "10ms");
    let mut child = desk.start(&arguments(&[]));
    wait_for_requests(&server, 15);
    child.kill().unwrap();
    child.wait().unwrap();
    let recorded: usize = desk.column("SELECT count(*) FROM articles")[0].parse().unwrap();
    assert!(recorded < 40, "it was killed in the middle");
    assert_eq!(desk.column("PRAGMA integrity_check"), ["ok"]);

    desk.run(&arguments(&[])).ends(0);
    assert_eq!(desk.column("SELECT count(*) FROM articles"), ["40"]);
    assert_eq!(desk.column("SELECT count(*) FROM versions"), ["40"]);
    assert_eq!(desk.column("PRAGMA integrity_check"), ["ok"]);
    assert_eq!(desk.column("SELECT stopped_by FROM runs"), ["killed", "nothing is due"]);
    let paths = server.paths();
    let twice =
        (1..=40).map(path_of).filter(|path| paths.iter().filter(|asked| *asked == path).count() > 1).count();
    assert!(twice <= 1, "only the page in flight at the kill may be asked for again: {twice}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupt_stops_the_crawl_after_the_page_in_flight() {
    let server = Server::start(site(40)).await;
    let desk = Desk::new();
    selectors(&desk, &server, "20ms");
    let child = desk.start(&arguments(&["--json"]));
    wait_for_requests(&server, 8);
    signal(child.id(), "-INT");
    let run = finish(child.wait_with_output().unwrap()).ends(130);
    let last: serde_json::Value = serde_json::from_str(run.stderr.lines().last().unwrap()).unwrap();
    assert_eq!(last["reason"], "stopped by the user");
    assert_eq!(last["exit"], 130);
    assert_eq!(desk.column("SELECT stopped_by FROM runs"), ["stopped by the user (SIGINT)"]);
    let asked = server.paths().iter().filter(|path| path.contains("-post")).count();
    assert_eq!(
        desk.column("SELECT count(*) FROM articles"),
        [asked.to_string()],
        "every page asked for is recorded"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_selector_files_stop_the_crawl_before_its_first_request() {
    let server = Server::start(site(3)).await;
    let desk = Desk::new();
    selectors(&desk, &server, "0s");
    desk.file(
        "selectors/sai.toml",
        "name = \"Báo Sai\"\nhosts = [\"127.0.0.1\"]\nprovnice = \"Bắc Kạn\"\n\n[crawl]\nstart = [\"http://127.0.0.1/\"]\n\n\
         [[layout]]\nname = \"moi\"\ntitle = [\"h1[\"]\nbody = [\".body\"]\n",
    );
    let run = desk.run(&arguments(&[])).ends(2);
    for place in ["selectors/sai.toml:2:10: ", "selectors/sai.toml:3:1: ", "selectors/sai.toml:10:10: "] {
        assert!(run.stderr.contains(place), "{place} in\n{}", run.stderr);
    }
    assert!(server.log().is_empty());
    assert!(!desk.path("khobao.db").exists());
}

#[test]
fn what_is_no_archive_is_refused_and_left_as_it_is() {
    let desk = Desk::new();
    desk.file("khobao.db", "Đây là một bức thư, không phải kho báo.");
    let before = std::fs::read(desk.path("khobao.db")).unwrap();
    for command in
        [&["crawl", "baobackan"][..], &["stats"], &["show", "1"], &["demo", "--archive", "./khobao.db"]]
    {
        let run = desk.run(command).ends(2);
        assert!(run.stderr.contains("not an archive"), "{}", run.stderr);
        assert_eq!(std::fs::read(desk.path("khobao.db")).unwrap(), before);
    }
    assert_eq!(std::fs::read_dir(desk.folder()).unwrap().count(), 1, "nothing is left beside it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_during_a_crawl_holds_every_article_recorded_before_it_began() {
    let server = Server::start(site(60)).await;
    let desk = Desk::new();
    selectors(&desk, &server, "20ms");
    let mut crawl = desk.start(&arguments(&[]));
    wait_for_requests(&server, 25);
    let before = desk.column("SELECT count(*) FROM articles")[0].parse::<usize>().unwrap();
    desk.run(&["backup", "sao.db"]).ends(0);
    assert!(crawl.try_wait().unwrap().is_none(), "the crawl is still running");
    let copied = desk.run(&["stats", "--archive", "sao.db", "--json"]).ends(0).json();
    let copied = usize::try_from(copied[0]["totals"]["articles"].as_u64().unwrap()).unwrap();
    assert!((before..60).contains(&copied), "{before} before, {copied} copied");
    desk.run(&["verify", "--archive", "sao.db"]).ends(0);
    assert!(crawl.wait().unwrap().success());
    assert_eq!(desk.column("SELECT count(*) FROM articles"), ["60"], "the crawl was not held up");
}
