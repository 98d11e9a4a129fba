//! What keeping costs: one article page read from its bytes, and the same page recorded into an archive on disk, its
//! compression, its versions and its search index included.

// A benchmark fails where it stands.
#![allow(clippy::panic, clippy::unwrap_used)]

use std::path::Path;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use divan::Bencher;
use khobao::archive::{Archive, Lane, RunId};
use khobao::article::Article;
use khobao::newspaper::{Newspaper, Newspapers};
use khobao::outcome::{Fate, Outcome};
use khobao::page::{Exchange, Page};
use khobao::read::{Reading, read};
use khobao::target::{Link, Target, TargetKind};
use url::Url;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A page of ours in the markup of Báo Bắc Kạn.
const FIXTURE: &str = "fixtures/baobackan/2024-02-22-camera-an-ninh.html";

fn now() -> DateTime<Utc> {
    "2024-02-22T09:00:00Z".parse().unwrap()
}

fn newspaper() -> Newspaper {
    Newspapers::built_in().unwrap().get("baobackan").unwrap().clone()
}

fn page() -> Page {
    let body = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(FIXTURE)).unwrap();
    Page {
        kind: TargetKind::Article,
        url: Url::parse("https://baobackan.vn/camera-an-ninh-post60001.html").unwrap(),
        status: 200,
        headers: vec![("content-type".into(), "text/html; charset=utf-8".into())],
        body: Bytes::from(body),
        fetched_at: now(),
    }
}

fn article(newspaper: &Newspaper, page: &Page) -> Box<Article> {
    match read(newspaper, page) {
        Reading::Article(article) => article,
        other => panic!("the fixture is an article: {other:?}"),
    }
}

#[divan::bench]
fn read_one_article(bencher: Bencher<'_, '_>) {
    let (newspaper, page) = (newspaper(), page());
    bencher.bench_local(|| article(&newspaper, &page));
}

/// An archive with one target after the other, each with a page of its own: the fixture with another number in it.
struct Desk {
    archive: Archive,
    run: RunId,
    page: Page,
    article: Box<Article>,
    count: u32,
}

impl Desk {
    fn new(folder: &Path) -> Desk {
        let mut archive = Archive::create_or_open(&folder.join("bench.db")).unwrap();
        let run = archive.begin_run("bench", now()).unwrap();
        let page = page();
        let article = article(&newspaper(), &page);
        Desk { archive, run, page, article, count: 0 }
    }

    /// A new target with its outcome.
    fn next(&mut self) -> (Target, Outcome) {
        self.count += 1;
        let number = self.count.to_string();
        let url = Url::parse(&format!("https://baobackan.vn/camera-an-ninh-post{number}.html")).unwrap();
        let mut payload = self.page.body.to_vec();
        payload.extend_from_slice(format!("<!-- {number} -->").as_bytes());
        let payload = Bytes::from(payload);
        let exchange = Exchange {
            url: url.clone(),
            requested_at: now(),
            request_headers: vec![("user-agent".into(), "khobao".into())],
            protocol: "HTTP/1.1".into(),
            status: 200,
            response_headers: self.page.headers.clone(),
            payload: payload.clone(),
            remote_address: None,
        };
        let mut article = self.article.clone();
        article.url = url.clone();
        article.id_in_newspaper = Some(number.clone());
        let target = Target {
            newspaper: "baobackan".into(),
            kind: TargetKind::Article,
            url,
            id_in_newspaper: Some(number),
        };
        let fate = Fate::Article(article);
        (target, Outcome { exchanges: vec![exchange], body_digest: None, fate, next_at: None })
    }
}

#[divan::bench(sample_count = 200, sample_size = 1)]
fn record_one_article(bencher: Bencher<'_, '_>) {
    let folder = tempfile::tempdir().unwrap();
    let desk = std::cell::RefCell::new(Desk::new(folder.path()));
    bencher
        .with_inputs(|| {
            let mut desk = desk.borrow_mut();
            let (target, outcome) = desk.next();
            let link = Link { target, title: None, date: None };
            desk.archive.seed(&[link], now()).unwrap();
            let due = desk.archive.due(&Lane::of("baobackan"), now()).unwrap().unwrap();
            (due, outcome)
        })
        .bench_local_values(|(due, outcome)| {
            let mut desk = desk.borrow_mut();
            let run = desk.run;
            desk.archive.record(run, &due, &outcome, now()).unwrap()
        });
}

fn main() {
    divan::main();
}
