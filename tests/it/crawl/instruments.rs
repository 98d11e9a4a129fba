//! What a running crawl shows to instruments and programs: metrics, health, progress as JSON.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use regex::Regex;
use serde_json::Value;

use super::endings::signal;
use super::{arguments, path_of, selectors, site};
use crate::loopback::{Reply, Server};
use crate::program::{Desk, finish};

/// Asks a server by HTTP/1.0, and gives the status line and the body.
fn ask(address: &str, path: &str) -> (String, String) {
    let mut wire = TcpStream::connect(address).unwrap();
    wire.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    write!(wire, "GET {path} HTTP/1.0\r\nhost: {address}\r\n\r\n").unwrap();
    let mut answer = String::new();
    wire.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_owned(), body.to_owned())
}

/// The value of a series.
fn value(page: &str, series: &str) -> Option<f64> {
    page.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' ')?.parse().ok())
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_tell_what_became_of_pages_and_healthz_that_the_crawl_waits_by_plan() {
    let pages = site(5).page(&path_of(5), Reply::status(503));
    let server = Server::start(pages).await;
    let desk = Desk::new();
    selectors(&desk, &server, "0s");
    let mut child = desk.start(&arguments(&["--every", "1h", "--metrics", "127.0.0.1:0", "-v"]));
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    let told = lines.find(|line| line.contains("metrics are served at")).unwrap();
    let address = told.split("http://").nth(1).unwrap().split('/').next().unwrap().to_owned();
    lines.find(|line| line.contains("resting until")).unwrap();
    std::thread::spawn(move || lines.for_each(drop));

    let (head, page) = ask(&address, "/metrics");
    assert!(head.starts_with("HTTP/1.0 200") && head.contains("text/plain; version=0.0.4"), "{head}");
    let read = value(&page, "khobao_visits_total{newspaper=\"thunghiem\",fate=\"read\"}");
    assert_eq!(read, Some(5.0), "the front page and four articles: {page}");
    assert!(
        value(&page, "khobao_visits_total{newspaper=\"thunghiem\",fate=\"failed\"}") >= Some(1.0),
        "{page}"
    );
    assert_eq!(value(&page, "khobao_new_articles_total{newspaper=\"thunghiem\"}"), Some(4.0));
    assert_eq!(value(&page, "khobao_rounds_total"), Some(1.0));
    for series in [
        "khobao_received_bytes_total{newspaper=\"thunghiem\"}",
        "khobao_last_success_timestamp_seconds{newspaper=\"thunghiem\"}",
        "khobao_next_round_timestamp_seconds",
        "process_resident_memory_bytes",
    ] {
        assert!(value(&page, series) > Some(1000.0), "{series} in {page}");
    }
    assert!(value(&page, "khobao_due_pages{newspaper=\"thunghiem\"}").is_some(), "{page}");
    assert!(value(&page, "khobao_seconds_since_last_page") < Some(60.0));
    holds_to_the_format(&page);

    let (head, body) = ask(&address, "/healthz");
    assert!(head.starts_with("HTTP/1.0 200") && body == "ok\n", "{head} {body}");
    let asked = Instant::now();
    signal(child.id(), "-TERM");
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(asked.elapsed() < Duration::from_secs(5));
}

/// Every series is announced by HELP and TYPE, once, and stands below them.
fn holds_to_the_format(page: &str) {
    let line = Regex::new(r#"^([a-z_]+)(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? -?[0-9.e+]+$"#).unwrap();
    let mut announced = String::new();
    let mut seen = Vec::new();
    for text in page.lines() {
        if let Some(rest) = text.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            assert!(["counter", "gauge"].contains(&kind), "{text}");
            assert_eq!(kind == "counter", name.ends_with("_total"), "{text}");
            assert!(!seen.contains(&name.to_owned()), "{name} is announced twice");
            name.clone_into(&mut announced);
            seen.push(name.to_owned());
        } else if !text.starts_with("# HELP ") {
            let parts = line.captures(text).unwrap_or_else(|| panic!("not in the format: {text}"));
            assert_eq!(&parts[1], announced, "{text}");
        }
    }
    assert!(seen.len() >= 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_taken_is_told_before_the_crawl_begins() {
    let server = Server::start(site(1)).await;
    let desk = Desk::new();
    selectors(&desk, &server, "0s");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let run = desk.run(&arguments(&["--metrics", &address])).ends(2);
    assert!(run.stderr.contains("cannot serve metrics at"), "{}", run.stderr);
    assert!(server.log().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_as_json_is_lines_that_never_say_all_is_done_before_the_end() {
    let server = Server::start(site(8)).await;
    let desk = Desk::new();
    selectors(&desk, &server, "5ms");
    let run = desk.run(&arguments(&["--progress", "json", "--json"])).ends(0);
    let lines: Vec<Value> = run.stderr.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let schema: Value =
        serde_json::from_str(&desk.run(&["schema", "crawl", "progress"]).ends(0).stdout).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let (last, lines) = lines.split_last().unwrap();
    assert_eq!(last["reason"], "done", "the last line is the end of the program");
    for line in lines {
        assert!(validator.is_valid(line), "{line}");
    }
    let of = |event: &str| lines.iter().filter(|line| line["event"] == event).collect::<Vec<_>>();
    assert_eq!((of("began").len(), of("visited").len(), of("ended").len()), (1, 9, 1));
    assert!(!of("progress").is_empty());
    assert!(of("progress").iter().all(|line| line["share"].as_f64().unwrap() < 1.0));
    assert_eq!(of("ended")[0]["tally"]["new_articles"], 8);
    assert_eq!(run.json().len(), 1, "stdout holds the report alone");
}

#[tokio::test(flavor = "multi_thread")]
async fn logs_as_json_are_json_to_the_last_line() {
    let server = Server::start(site(3)).await;
    let desk = Desk::new();
    selectors(&desk, &server, "0s");
    let run = desk.run(&arguments(&["--log-format", "json", "-v"])).ends(0);
    let lines: Vec<Value> = run.stderr.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let visits = lines.iter().filter(|line| line["fields"]["message"] == "visited").count();
    assert_eq!(visits, 4, "the log tells every page: {}", run.stderr);
    assert_eq!(lines.last().unwrap()["exit"], 0);
    let quiet = desk.run(&arguments(&["--quiet"])).ends(0);
    assert!(!quiet.stderr.contains("visited"), "{}", quiet.stderr);
    let child = desk.start(&arguments(&["--no-progress", "--progress", "json"]));
    let silent = finish(child.wait_with_output().unwrap()).ends(0);
    assert!(!silent.stderr.contains("\"event\""), "{}", silent.stderr);
}
