//! `khobao health` on archives that were really crawled: a layout that changes, pages that are refused.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use super::{arguments, article_page, listing, path_of, selectors};
use crate::loopback::{Reply, Server, Site};
use crate::program::Desk;

/// An article with a photo, whose caption the selector file knows or not.
fn with_photo(number: usize, is_known: bool) -> String {
    let image = format!("<img class=\"cms-photo\" src=\"/anh/{number}.jpg\">");
    let caption = format!("Bà con thôn Bản Mạch đi trên tuyến đường số {number}.");
    let photo = if is_known {
        format!(
            "<table class=\"picture\"><tr><td>{image}</td></tr><tr><td class=\"caption\"><p>{caption}</p></td></tr></table>"
        )
    } else {
        format!("<div>{image}</div><p>{caption}</p>")
    };
    let body = format!(
        "<p>BTN - Chiều 10/5, xã Nà Phặc bàn giao tuyến đường bê tông thứ {number} cho bà con thôn Bản Mạch.</p>{photo}\
         <p>Tuyến đường dài {number}00 m, rộng 3 m, do bà con góp đất và ngày công.</p>"
    );
    article_page(&format!("Xã Nà Phặc làm xong tuyến đường số {number}"), &body)
}

/// A newspaper that brings its articles by and by: as many as the counter says. From the article `changed` on, `late`
/// answers.
fn growing(
    count: &Arc<AtomicUsize>,
    changed: usize,
    late: impl Fn(usize) -> Reply + Send + Sync + 'static,
) -> Site {
    let shown = Arc::clone(count);
    let front = move || {
        let links: Vec<String> = (1..=shown.load(Ordering::Relaxed)).rev().map(path_of).collect();
        Reply::html(listing(&links))
    };
    Site::new().page("/robots.txt", Reply::status(404)).on("/", move |_| front()).otherwise(move |asked| {
        let number = asked.path.rsplit_once("-post").and_then(|(_, rest)| rest.strip_suffix(".html"));
        match number.and_then(|number| number.parse().ok()) {
            Some(number) if number < changed => Reply::html(with_photo(number, true)),
            Some(number) => late(number),
            None => Reply::status(404),
        }
    })
}

fn share(health: &Value, list: &str, key: &str, name: &str) -> (f64, f64) {
    let all = health[list].as_array().unwrap();
    let row = all.iter().find(|row| row[key] == name).unwrap();
    (row["recent"].as_f64().unwrap(), row["past"].as_f64().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_layout_that_changed_is_told_with_the_field_and_the_day() {
    let count = Arc::new(AtomicUsize::new(60));
    let late = |number| Reply::html(with_photo(number, false));
    let server = Server::start(growing(&count, 61, late)).await;
    let desk = Desk::new();
    selectors(&desk, &server, "0s");
    desk.run(&arguments(&[])).ends(0);
    let health = ["health", "--selectors", "selectors", "--last", "12"];
    let well = desk.run(&health).ends(0);
    assert!(well.stdout.contains("all is well"), "{}", well.stdout);

    // Five articles of the new layout are no proof yet; twelve are.
    count.store(65, Ordering::Relaxed);
    desk.run(&arguments(&[])).ends(0);
    desk.run(&health).ends(0);
    count.store(72, Ordering::Relaxed);
    desk.run(&arguments(&[])).ends(0);
    let ill = desk.run(&health).ends(1);
    let today = chrono::Utc::now().format("%-d %B %Y").to_string();
    let verdict = format!(
        "Báo Thử Nghiệm: no captions since {today}, layout may have changed (12 articles; 100 % had it before)"
    );
    assert!(ill.stdout.contains(&verdict), "{}", ill.stdout);
    assert_eq!(ill.stdout.matches("may have changed").count(), 1, "nothing else is ill: {}", ill.stdout);
    assert!(ill.stderr.contains("1 newspaper needs a person"), "{}", ill.stderr);

    let json = desk.run(&[&health[..], &["--json", "--newspaper", "thunghiem"]].concat()).ends(1);
    let row = &json.json()[0];
    assert_eq!(share(row, "fields", "field", "captions"), (0.0, 1.0));
    assert_eq!(share(row, "fields", "field", "dateline"), (1.0, 1.0));
    assert_eq!(
        (&row["verdicts"][0]["about"], &row["verdicts"][0]["what"]),
        (&"field".into(), &"captions".into())
    );
    let schema = desk.run(&["schema", "health"]).ends(0);
    let schema: Value = serde_json::from_str(&schema.stdout).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let faults: Vec<String> = validator.iter_errors(row).map(|error| error.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_that_are_refused_or_hold_no_article_are_told() {
    let count = Arc::new(AtomicUsize::new(40));
    let late = |number: usize| {
        if number.is_multiple_of(2) {
            Reply::status(403)
        } else {
            Reply::html("<html><body><div id=app></div><ul><li><a href=/>Trang chủ</a></ul></body></html>")
        }
    };
    let server = Server::start(growing(&count, 41, late)).await;
    let desk = Desk::new();
    selectors(&desk, &server, "0s");
    desk.run(&arguments(&[])).ends(0);
    count.store(80, Ordering::Relaxed);
    desk.run(&arguments(&[])).ends(1);
    let ill = desk.run(&["health", "thunghiem", "--selectors", "selectors"]).ends(1);
    assert!(ill.stdout.contains("were refused by the server (0 % before)"), "{}", ill.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_page_that_is_refused_and_a_silence_are_told() {
    let count = Arc::new(AtomicUsize::new(12));
    let server = Server::start(growing(&count, 99, |_| Reply::status(404))).await;
    let desk = Desk::new();
    selectors(&desk, &server, "0s");
    desk.run(&arguments(&[])).ends(0);
    // An article a day up to ten days ago, by the print; the front page was read today.
    desk.archive()
        .execute_batch(
            "UPDATE article SET published_at = date('now', '-' || (22 - id) || ' days');
             UPDATE version SET published_at = date('now', '-' || (22 - article) || ' days')",
        )
        .unwrap();
    let silent = desk.run(&["health", "--json", "--selectors", "selectors"]).ends(1).json().remove(0);
    assert_eq!(silent["verdicts"][0]["about"], "silence", "{silent}");
    assert_eq!(silent["silence_days_max"], 3);
    assert!(
        silent["verdicts"][0]["message"].as_str().unwrap().contains("10 days; usually every day"),
        "{silent}"
    );

    desk.archive()
        .execute_batch(
            "UPDATE target SET fate = 'blocked', reason = 'status 403', failing_since = '2026-05-03T00:00:00Z', tries = 4
             WHERE is_start = 1",
        )
        .unwrap();
    let refused = desk.run(&["health", "--selectors", "selectors"]).ends(1);
    assert!(refused.stdout.contains("blocked since 3 May 2026 (status 403)"), "{}", refused.stdout);
    let wrong = desk.run(&["health", "--newspaper", "baobakan"]).ends(2);
    assert!(wrong.stderr.contains("did you mean 'baobackan'?"), "{}", wrong.stderr);
}
