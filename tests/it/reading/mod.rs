//! Reading is right: every fixture page is read to exactly the article that stands beside it, every page of links to
//! the links beside it, and every layout of the selector files has pages.
//!
//! `fixtures/<newspaper>/<day>-<slug>.html` is a page as it was fetched on that day, and the `.json` beside it the
//! article, written by hand after the page. `fixtures/<newspaper>/links/` holds listings, feeds and sitemaps with
//! their links. The pages of the sample newspaper stand in `fixtures/demo/site`, with `{origin}` for the address
//! that they are served on.

mod articles;
mod drafts;
mod generic;
mod kinds;
mod layouts;
mod links;

use std::path::{Path, PathBuf};

use bytes::Bytes;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use khobao::newspaper::{Newspapers, Sources};
use khobao::page::Page;
use khobao::target::TargetKind;
use serde_json::Value;
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

/// The path below `fixtures/`, to tell.
fn shown(path: &Path) -> String {
    path.strip_prefix(fixtures()).unwrap().display().to_string()
}

/// An answer beside a page.
fn answer(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap().replace(ORIGIN.0, ORIGIN.1);
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", shown(path)))
}

/// The day that a file's name begins with.
fn day(path: &Path) -> Option<NaiveDate> {
    path.file_name()?.to_str()?.get(..10)?.parse().ok()
}

/// The page in a file, fetched at noon of its day; the sample newspaper's pages are all of one day.
fn page(path: &Path, kind: TargetKind, url: &str) -> Page {
    let bytes = std::fs::read(path).unwrap();
    let body = match std::str::from_utf8(&bytes) {
        Ok(text) => Bytes::from(text.replace(ORIGIN.0, ORIGIN.1)),
        Err(_) => Bytes::from(bytes),
    };
    let media =
        if path.extension().is_some_and(|ending| ending == "html") { "text/html" } else { "text/xml" };
    let day = day(path).unwrap_or_else(|| NaiveDate::from_ymd_opt(2024, 5, 11).unwrap());
    let fetched_at: DateTime<Utc> = day.and_time(NaiveTime::from_hms_opt(12, 0, 0).unwrap()).and_utc();
    Page {
        kind,
        url: Url::parse(url).unwrap(),
        status: 200,
        headers: vec![("content-type".into(), media.into())],
        body,
        fetched_at,
    }
}

/// Where two JSON values part, a line or three a difference.
fn differences(at: &str, expected: &Value, found: &Value, told: &mut Vec<String>) {
    match (expected, found) {
        (Value::Object(left), Value::Object(right)) => {
            for key in left.keys().chain(right.keys().filter(|key| !left.contains_key(*key))) {
                let (left, right) = (&expected[key], &found[key]);
                differences(&format!("{at}.{key}"), left, right, told);
            }
        }
        (Value::Array(left), Value::Array(right)) => {
            for index in 0..left.len().max(right.len()) {
                let side = |array: &[Value]| array.get(index).cloned().unwrap_or_default();
                differences(&format!("{at}[{index}]"), &side(left), &side(right), told);
            }
        }
        _ if expected != found => told.push(format!("  {at}\n    expected {expected}\n    read     {found}")),
        _ => {}
    }
}
