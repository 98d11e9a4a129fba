//! Reading is right: every fixture page is read to exactly the article that stands beside it.
//!
//! `fixtures/<newspaper>/<day>-<slug>.html` is a page as it was fetched on that day, and the `.json` beside it the
//! article, written by hand after the page. The pages of the sample newspaper stand in `fixtures/demo/site`, with
//! `{origin}` for the address that they are served on.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use khobao::newspaper::{Newspapers, Sources};
use khobao::page::Page;
use khobao::target::{Link, TargetKind};
use serde_json::{Value, json};
use url::Url;

/// What stands in the sample newspaper's pages for the address that they are served on, and an address.
const ORIGIN: (&str, &str) = ("{origin}", "http://127.0.0.1:4000");

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// All newspapers of the fixtures: the shipped ones and the sample.
fn newspapers() -> Newspapers {
    let mut sources = Sources::built_in();
    let sample = fixtures().join("demo/selectors/baokhauluong.toml");
    let text = std::fs::read_to_string(sample).unwrap().replace(ORIGIN.0, ORIGIN.1);
    sources.add_text("baokhauluong.toml", &text);
    Newspapers::check(&sources).unwrap_or_else(|faults| panic!("{faults}"))
}

/// The files of a folder tree whose names end so, in order.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_str().unwrap().ends_with(ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Noon of the day that the file's name begins with; the sample newspaper's pages are all of one day.
fn fetched_at(path: &Path) -> DateTime<Utc> {
    let name = path.file_name().unwrap().to_str().unwrap();
    let day = name.get(..10).and_then(|day| day.parse().ok());
    let day = day.unwrap_or_else(|| NaiveDate::from_ymd_opt(2024, 5, 11).unwrap());
    day.and_time(NaiveTime::from_hms_opt(12, 0, 0).unwrap()).and_utc()
}

fn page(path: &Path, kind: TargetKind, url: &str) -> Page {
    let bytes = std::fs::read(path).unwrap();
    let body = match std::str::from_utf8(&bytes) {
        Ok(text) => Bytes::from(text.replace(ORIGIN.0, ORIGIN.1)),
        Err(_) => Bytes::from(bytes),
    };
    let media =
        if path.extension().is_some_and(|ending| ending == "html") { "text/html" } else { "text/xml" };
    Page {
        kind,
        url: Url::parse(url).unwrap(),
        status: 200,
        headers: vec![("content-type".into(), media.into())],
        body,
        fetched_at: fetched_at(path),
    }
}

/// Where two JSON values part, one line a difference.
fn differences(at: &str, expected: &Value, found: &Value, told: &mut Vec<String>) {
    match (expected, found) {
        (Value::Object(left), Value::Object(right)) => {
            for key in left.keys().chain(right.keys().filter(|key| !left.contains_key(*key))) {
                let side = |object: &serde_json::Map<String, Value>| object.get(key).cloned();
                let (left, right) = (side(left).unwrap_or(Value::Null), side(right).unwrap_or(Value::Null));
                differences(&format!("{at}.{key}"), &left, &right, told);
            }
        }
        (Value::Array(left), Value::Array(right)) => {
            for index in 0..left.len().max(right.len()) {
                let side = |array: &Vec<Value>| array.get(index).cloned().unwrap_or(Value::Null);
                differences(&format!("{at}[{index}]"), &side(left), &side(right), told);
            }
        }
        _ if expected != found => told.push(format!("  {at}\n    expected {expected}\n    read     {found}")),
        _ => {}
    }
}

#[test]
fn every_fixture_listing_leads_to_the_articles_beside_it() {
    let newspapers = newspapers();
    let mut faults = Vec::new();
    let mut read = 0;
    for answer in files(&fixtures(), ".links.json") {
        let text = std::fs::read_to_string(&answer).unwrap().replace(ORIGIN.0, ORIGIN.1);
        let expected: Value = serde_json::from_str(&text).unwrap();
        let stem = answer.to_str().unwrap().strip_suffix(".links.json").unwrap();
        let (kind, ending) = match stem.rsplit_once('.').unwrap().1 {
            "listing" => (TargetKind::Listing, "html"),
            "feed" => (TargetKind::Feed, "xml"),
            "sitemap" => (TargetKind::Sitemap, "xml"),
            other => panic!("{stem}: no kind of page is called '{other}'"),
        };
        let newspaper = newspapers.get(expected["newspaper"].as_str().unwrap()).unwrap();
        let page = page(Path::new(&format!("{stem}.{ending}")), kind, expected["url"].as_str().unwrap());
        read += 1;
        let links = match khobao::discover::links(newspaper, &page) {
            Ok(links) => links,
            Err(unfit) => {
                faults.push(format!("{stem}\n  {unfit}"));
                continue;
            }
        };
        let told = |link: &Link| {
            json!({
                "url": link.target.url,
                "kind": link.target.kind.as_str(),
                "title": link.title,
                "date": link.date,
            })
        };
        let by_url = |mut links: Vec<Value>| {
            links.sort_by(|left, right| left["url"].as_str().cmp(&right["url"].as_str()));
            Value::from(links)
        };
        let (articles, others): (Vec<Link>, Vec<Link>) =
            links.into_iter().partition(|link| link.target.kind == TargetKind::Article);
        let mut parts = Vec::new();
        let listed = expected["articles"].as_array().unwrap().clone();
        differences("articles", &by_url(listed), &by_url(articles.iter().map(told).collect()), &mut parts);
        // A listing may lead to more sections than the answer names: its menu is not what is held here.
        for other in expected["others"].as_array().unwrap() {
            let is_it = |link: &Link| {
                other["url"] == link.target.url.as_str() && other["kind"] == link.target.kind.as_str()
            };
            if !others.iter().any(is_it) {
                parts.push(format!("  no link to {other}"));
            }
        }
        if !parts.is_empty() {
            faults.push(format!("{stem}\n{}", parts.join("\n")));
        }
    }
    assert!(read >= 4, "the fixtures are where this test looks: {read} listings");
    assert!(
        faults.is_empty(),
        "{} of {read} listings are read wrong\n\n{}",
        faults.len(),
        faults.join("\n\n")
    );
}
