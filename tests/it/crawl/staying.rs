//! Crawls that are left alone: rounds, signals, waiting for another run, the report.

use std::io::BufRead;
use std::time::{Duration, Instant};

use super::endings::{signal, wait_for_requests};
use super::{arguments, listing, numbered, path_of, selectors, site};
use crate::loopback::{Reply, Server, Site};
use crate::program::{Desk, finish};

/// Waits until a query on the archive gives this; a test that hangs here has failed.
fn wait_for(desk: &Desk, sql: &str, wanted: &str) {
    let start = Instant::now();
    let is_there = || desk.path("khobao.db").exists() && tables_exist(desk) && desk.column(sql) == [wanted];
    while !is_there() {
        assert!(start.elapsed() < Duration::from_secs(30), "{sql} never gives {wanted}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn tables_exist(desk: &Desk) -> bool {
    desk.column("SELECT count(*) FROM sqlite_schema WHERE name = 'runs'") == ["1"]
}

#[tokio::test(flavor = "multi_thread")]
async fn rounds_follow_each_other_with_a_run_each_and_visit_only_what_is_due() {
    let server = Server::start(site(3)).await;
    let desk = Desk::new();
    selectors(&desk, &server, "0s");
    let run = desk.run(&arguments(&["--every", "1s", "--for", "4s", "--json"])).ends(0);
    let rounds = run.json();
    assert!((3..=5).contains(&rounds.len()), "a round a second for four seconds: {rounds:?}");
    assert_eq!(desk.column("SELECT count(*) FROM runs"), [rounds.len().to_string()]);
    assert_eq!(rounds[0]["new_articles"], 3);
    assert!(rounds[1..].iter().all(|round| round["fetched"] == 0), "{rounds:?}");
    assert_eq!(server.log().len(), 5, "the front page is not looked at again before its time");
    assert_eq!(desk.column("SELECT count(*) FROM runs WHERE ended_at IS NULL"), ["0"]);
    assert!(run.stderr.contains("the time is over"), "{}", run.stderr);
    assert!(run.stderr.contains("3 new articles"), "the last line counts all rounds: {}", run.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_between_two_rounds_ends_the_crawl_at_once() {
    let server = Server::start(site(2)).await;
    let desk = Desk::new();
    selectors(&desk, &server, "0s");
    let child = desk.start(&arguments(&["--every", "0 0 1 1 *"]));
    wait_for(&desk, "SELECT count(*) FROM runs WHERE ended_at IS NOT NULL", "1");
    let asked = Instant::now();
    signal(child.id(), "-TERM");
    let run = finish(child.wait_with_output().unwrap()).ends(130);
    assert!(asked.elapsed() < Duration::from_secs(2));
    assert!(run.stderr.contains("stopped by the user (SIGTERM)"), "{}", run.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_termination_under_load_ends_within_five_seconds_and_loses_nothing() {
    let links: Vec<String> = (1..=30).map(path_of).collect();
    let mut pages =
        Site::new().page("/robots.txt", Reply::status(404)).page("/", Reply::html(listing(&links)));
    for number in 1..=30 {
        // Every third answer takes longer than anybody waits for a process to end.
        let wait = if number % 3 == 0 { Duration::from_secs(20) } else { Duration::from_millis(20) };
        pages = pages.page(&path_of(number), Reply::html(numbered(number)).after(wait));
    }
    let server = Server::start(pages).await;
    let desk = Desk::new();
    selectors(&desk, &server, "0s");
    let child = desk.start(&arguments(&[]));
    // robots.txt, the front page, and as many articles as come before the first slow one is asked for.
    wait_for_requests(&server, 5);
    let asked = Instant::now();
    signal(child.id(), "-TERM");
    let run = finish(child.wait_with_output().unwrap()).ends(130);
    assert!(asked.elapsed() < Duration::from_secs(5), "it took {:?}", asked.elapsed());
    assert!(run.stderr.contains("SIGTERM"), "{}", run.stderr);
    assert_eq!(desk.column("PRAGMA integrity_check"), ["ok"]);
    assert_eq!(desk.column("SELECT stopped_by FROM runs"), ["stopped by the user (SIGTERM)"]);

    let answered = server.paths().iter().filter(|path| path.contains("-post")).count() - 1;
    let recorded: usize = desk.column("SELECT count(*) FROM articles")[0].parse().unwrap();
    assert!(recorded >= answered, "{recorded} of {answered} answered pages are recorded");
    let due = desk
        .column("SELECT count(*) FROM target WHERE kind = 'article' AND visits = 0 AND next_at IS NOT NULL");
    assert_eq!(due, [(30 - recorded).to_string()], "what is not recorded is still due");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hangup_takes_new_selector_files_over_and_leaves_wrong_ones() {
    let server = Server::start(site(12)).await;
    let desk = Desk::new();
    selectors(&desk, &server, "0s");
    let good = std::fs::read_to_string(desk.path("selectors/thunghiem.toml")).unwrap();
    let child = desk.start(&arguments(&["--every", "1h"]));
    wait_for(&desk, "SELECT count(*) FROM runs WHERE ended_at IS NOT NULL", "1");

    desk.file("selectors/thunghiem.toml", good.replace("province", "provnice"));
    signal(child.id(), "-HUP");
    std::thread::sleep(Duration::from_millis(500));
    desk.file("selectors/thunghiem.toml", good.replace("Báo Thử Nghiệm", "Báo Thử Nghiệm Mới"));
    signal(child.id(), "-HUP");
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(desk.column("SELECT count(*) FROM runs"), ["1"], "a hangup begins no round");
    signal(child.id(), "-INT");
    let run = finish(child.wait_with_output().unwrap()).ends(130);
    assert!(run.stderr.contains("selectors/thunghiem.toml:2:1"), "the fault is told: {}", run.stderr);
    assert!(run.stderr.contains("those of before stay in force"), "{}", run.stderr);
    assert!(run.stderr.contains("were read again"), "{}", run.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hangup_in_the_middle_goes_on_with_the_new_files_at_once() {
    let server = Server::start(site(12)).await;
    let desk = Desk::new();
    selectors(&desk, &server, "150ms");
    let good = std::fs::read_to_string(desk.path("selectors/thunghiem.toml")).unwrap();
    let child = desk.start(&arguments(&[]));
    wait_for_requests(&server, 5);
    desk.file("selectors/thunghiem.toml", good.replace("Báo Thử Nghiệm", "Báo Thử Nghiệm Mới"));
    signal(child.id(), "-HUP");
    finish(child.wait_with_output().unwrap()).ends(0);
    assert_eq!(
        desk.column("SELECT stopped_by FROM runs"),
        ["the selector files were read again", "nothing is due"]
    );
    assert_eq!(desk.column("SELECT name FROM newspapers"), ["Báo Thử Nghiệm Mới"]);
    assert_eq!(desk.column("SELECT count(*) FROM articles"), ["12"]);
    let paths = server.paths();
    let twice = (1..=12).map(path_of).filter(|path| paths.iter().filter(|asked| *asked == path).count() > 1);
    assert_eq!(twice.count(), 0, "the page in flight was recorded");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_crawl_says_who_writes_or_waits_for_the_first() {
    let server = Server::start(site(40)).await;
    let desk = Desk::new();
    // The first lasts long enough for the others to come while it runs, on a busy machine too.
    selectors(&desk, &server, "250ms");
    let first = desk.start(&arguments(&[]));
    wait_for_requests(&server, 4);
    let refused = desk.run(&arguments(&[])).ends(2);
    assert!(
        refused.stderr.contains("another run is writing to this archive: process "),
        "{}",
        refused.stderr
    );
    let second = desk.start(&arguments(&["--wait", "--json"]));
    let mut third = desk.start(&arguments(&["--wait"]));
    let mut said = String::new();
    std::io::BufReader::new(third.stderr.as_mut().unwrap()).read_line(&mut said).unwrap();
    assert!(said.contains("waiting for it to end"), "{said}");
    signal(third.id(), "-INT");
    finish(third.wait_with_output().unwrap()).ends(130);
    finish(first.wait_with_output().unwrap()).ends(0);
    let second = finish(second.wait_with_output().unwrap()).ends(0);
    assert_eq!(second.json()[0]["new_articles"], 0);
    assert_eq!(desk.column("SELECT stopped_by FROM runs"), ["nothing is due", "nothing is due"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_report_of_a_run_is_told_and_kept_in_its_row() {
    let paths = [path_of(1), path_of(2), "/mat-post7.html".to_owned(), "/kin/dong-post8.html".to_owned()];
    let pages = site(2)
        .page("/robots.txt", Reply::text("User-agent: *\nDisallow: /kin/\n"))
        .page("/", Reply::html(listing(&paths)))
        .page("/mat-post7.html", Reply::status(503));
    let server = Server::start(pages).await;
    let desk = Desk::new();
    selectors(&desk, &server, "0s");
    let run = desk.run(&arguments(&["--json", "--limit", "5"])).ends(1);
    let told = &run.json()[0];
    let own = &told["newspapers"][0];
    assert_eq!(
        (&own["newspaper"], &own["new_articles"], &own["denied"]),
        (&"thunghiem".into(), &2.into(), &1.into())
    );
    assert!(own["failed"].as_u64().unwrap() >= 1, "{own}");
    assert!(own["bytes"].as_u64().unwrap() > 1000, "{own}");
    assert!(own["reasons"]["failed: status 503"].as_u64().unwrap() >= 1, "{own}");
    assert_eq!(own["reasons"]["denied: robots.txt line 2: Disallow: /kin/"], 1);
    assert!(own["next_due"].is_string(), "{own}");

    let schema = desk.run(&["schema", "crawl"]).ends(0);
    let schema: serde_json::Value = serde_json::from_str(&schema.stdout).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let faults: Vec<String> = validator.iter_errors(told).map(|error| error.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?}");

    let kept = desk.column("SELECT newspaper || '|' || new_articles || '|' || failed || '|' || denied || '|' || bytes FROM run_newspapers WHERE run_id = 1");
    assert_eq!(kept, [format!("thunghiem|2|{}|1|{}", own["failed"], own["bytes"])]);
    let reasons = desk.column("SELECT key FROM run_newspapers, json_each(reasons) ORDER BY key");
    assert_eq!(reasons, ["denied: robots.txt line 2: Disallow: /kin/", "failed: status 503"]);
    let text = desk.run(&arguments(&[]));
    assert!(text.stdout.contains("newspaper") && text.stdout.contains("thunghiem"), "{}", text.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn visits_put_off_by_a_clock_that_ran_ahead_are_made_up_for() {
    let server = Server::start(site(4)).await;
    let desk = Desk::new();
    selectors(&desk, &server, "0s");
    desk.run(&arguments(&[])).ends(0);
    let asked = server.log().len();
    desk.archive()
        .execute_batch(
            "UPDATE target SET next_at = '2093-01-01T00:00:00Z', visited_at = '2092-12-31T00:00:00Z';
             UPDATE capture SET fetched_at = '2092-12-31T00:00:00Z';",
        )
        .unwrap();
    let run = desk.run(&arguments(&["--json"])).ends(0);
    assert!(run.stderr.contains("a clock that ran ahead"), "{}", run.stderr);
    let again = server.log().len() - asked;
    assert_eq!(again, 6, "robots.txt, the front page and the articles: {:?}", server.paths());
    assert_eq!(desk.column("SELECT count(*) FROM target WHERE next_at > '2090'"), ["0"]);
    assert_eq!(desk.column("SELECT count(*) FROM versions"), ["4"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_the_time_gives_no_page_up_but_a_user_who_waits_does() {
    let slow =
        |wait: u64| site(1).page(&path_of(1), Reply::html(numbered(1)).after(Duration::from_secs(wait)));
    let server = Server::start(slow(5)).await;
    let desk = Desk::new();
    selectors(&desk, &server, "0s");
    let run = desk.run(&arguments(&["--for", "1s"])).ends(0);
    assert!(run.stderr.contains("the time is over"), "{}", run.stderr);
    assert_eq!(desk.column("SELECT count(*) FROM articles"), ["1"], "what was asked for is taken in");

    let server = Server::start(slow(20)).await;
    let desk = Desk::new();
    selectors(&desk, &server, "0s");
    let child = desk.start(&arguments(&["--for", "1s"]));
    wait_for_requests(&server, 3);
    std::thread::sleep(Duration::from_millis(1200));
    let asked = Instant::now();
    signal(child.id(), "-TERM");
    let run = finish(child.wait_with_output().unwrap()).ends(0);
    assert!(asked.elapsed() < Duration::from_secs(5), "it took {:?}", asked.elapsed());
    assert!(run.stderr.contains("the time is over"), "{}", run.stderr);
}
