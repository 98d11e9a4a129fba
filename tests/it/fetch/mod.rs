//! The client against servers on loopback: what it sends, what it makes of the answers, and where it stops.

mod bodies;
mod distance;
mod goes;
mod http2;
mod pace;
mod redirects;
mod requests;
mod robots_rules;
mod robots_txt;
mod standing;
mod traps;
mod tunnels;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, TimeZone, Utc};
use khobao::fetch::{
    Answer, Client, Conditions, Failure, FailureKind, Fetched, Gate, Limits, Open, Options, Request, Signal,
};
use khobao::page::Page;
use khobao::target::TargetKind;
use url::Url;

/// The clock of these tests stands still.
fn noon() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2025, 3, 12, 5, 0, 0).unwrap()
}

/// The options of most tests: loopback is open, and every wait is short enough for a test to reach its end.
fn options() -> Options {
    let limits = Limits {
        page_bytes_max: 1 << 20,
        sitemap_bytes_max: 4 << 20,
        connect_time_max: Duration::from_secs(5),
        head_time_max: Duration::from_secs(5),
        page_time_max: Duration::from_secs(5),
        sitemap_time_max: Duration::from_secs(5),
        ..Limits::default()
    };
    Options { allow_private: true, limits, ..Options::new(noon) }
}

fn client() -> Client {
    Client::new(options()).unwrap()
}

fn everywhere(_host: &str) -> bool {
    true
}

fn article(url: &Url) -> Request<'_> {
    Request {
        url,
        kind: TargetKind::Article,
        conditions: Conditions::default(),
        hosts: &everywhere,
        headers: &[],
    }
}

async fn get(client: &Client, url: &Url) -> Fetched {
    client.get(&article(url), &mut Open).await
}

/// The page of a fetch that must have brought one.
fn page(fetched: Fetched) -> Page {
    match fetched.answer {
        Answer::Page(sealed) => sealed.open().unwrap(),
        other => panic!("no page: {other:?}"),
    }
}

/// The failure of a fetch that must have failed, at once or when the page is opened.
fn failure(fetched: Fetched) -> Failure {
    match fetched.answer {
        Answer::Failed(failure) => failure,
        Answer::Page(sealed) => sealed.open().unwrap_err(),
        other => panic!("no failure: {other:?}"),
    }
}

fn assert_fails(fetched: Fetched, kind: FailureKind, words: &str) {
    let failure = failure(fetched);
    assert_eq!(failure.kind, kind, "{failure}");
    assert!(failure.what.contains(words), "'{failure}' does not say '{words}'");
}

/// A gate that keeps a diary and shuts at a path.
#[derive(Clone, Debug, Default)]
struct Diary {
    entries: Arc<Mutex<Vec<String>>>,
    shut: Option<&'static str>,
}

impl Diary {
    fn entries(&self) -> Vec<String> {
        self.entries.lock().unwrap().clone()
    }
}

impl Gate for Diary {
    async fn pass(&mut self, url: &Url) -> Result<(), String> {
        self.entries.lock().unwrap().push(format!("pass {}", url.path()));
        if self.shut == Some(url.path()) { Err("robots.txt line 2: Disallow: /".to_owned()) } else { Ok(()) }
    }

    fn answered(&mut self, signal: Signal) {
        let entry = match signal {
            Signal::Answered { status, retry_after: None } => format!("answered {status}"),
            Signal::Answered { status, retry_after: Some(wait) } => {
                format!("answered {status}, wait {wait:?}")
            }
            Signal::Failed => "failed".to_owned(),
        };
        self.entries.lock().unwrap().push(entry);
    }
}
