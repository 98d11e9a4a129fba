//! What reading an archive again costs: pages of some 150 kB, unpacked, read by an EPI layout and weighed against
//! the article that the archive has, on one thread and on two.

// A benchmark fails where it stands.
#![allow(clippy::panic, clippy::unwrap_used)]

use std::path::{Path, PathBuf};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use divan::Bencher;
use divan::counter::ItemsCount;
use khobao::archive::{Archive, NewspaperRow};
use khobao::newspaper::Newspapers;
use khobao::outcome::{Fate, Outcome};
use khobao::page::{Exchange, Page};
use khobao::read::{Reading, read};
use khobao::reread::{Plan, try_out};
use khobao::target::{Link, Target, TargetKind};
use url::Url;

/// Articles in the archive.
const PAGES: usize = 400;

/// A page of ours in the markup of Báo Bắc Kạn.
const FIXTURE: &str = "fixtures/baobackan/2024-02-22-camera-an-ninh.html";

/// The number by which that page names itself; each page of the archive gets its own.
const NUMBER: &str = "60988";

/// What a real page has around its article: styles and scripts, and menus of links; some 130 kB.
fn frame(page: &str) -> String {
    let rules: Vec<String> = (0..900)
        .map(|n| {
            format!(
                ".khoi-{n}__muc{{margin:{}px;color:#{:06x};font:{}px/1.4 Arial}}",
                n % 40,
                n * 7919,
                10 + n % 20
            )
        })
        .collect();
    let scripts: Vec<String> = (0..400)
        .map(|n| format!("function f{n}(e){{var n=document.getElementById('o-{n}');return n&&e>{n}?n:null}}"))
        .collect();
    let menu: Vec<String> = (0..350)
        .map(|n| format!("<li class=\"menu__item\"><a href=\"/chuyen-muc-{n}/\" title=\"Chuyên mục {n}\">Chuyên mục {n}</a></li>"))
        .collect();
    let head = format!("<style>{}</style><script>{}</script></head>", rules.join("\n"), scripts.join("\n"));
    let foot = format!("<footer><ul>{}</ul></footer></body>", menu.join("\n"));
    page.replacen("</head>", &head, 1).replacen("</body>", &foot, 1)
}

fn now() -> DateTime<Utc> {
    "2024-02-22T09:00:00Z".parse().unwrap()
}

/// Fetches, reads and records every page.
fn fill(folder: &Path, newspapers: &Newspapers) -> PathBuf {
    let path = folder.join("bench.db");
    let mut archive = Archive::create_or_open(&path).unwrap();
    let newspaper = newspapers.get("baobackan").unwrap();
    let row = NewspaperRow {
        id: "baobackan".into(),
        name: "Báo Bắc Kạn".into(),
        province: None,
        province_2025: None,
        hosts: vec!["baobackan.vn".into()],
    };
    archive.sync_newspapers(&[row]).unwrap();
    let run = archive.begin_run("bench", now()).unwrap();
    let page = frame(&std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(FIXTURE)).unwrap());
    for id in 70_001..=70_000 + PAGES {
        let url = Url::parse(&format!("https://baobackan.vn/camera-an-ninh-post{id}.html")).unwrap();
        let payload = Bytes::from(page.replace(NUMBER, &id.to_string()));
        let headers = vec![("content-type".to_owned(), "text/html; charset=utf-8".to_owned())];
        let fetched = Page {
            kind: TargetKind::Article,
            url: url.clone(),
            status: 200,
            headers: headers.clone(),
            body: payload.clone(),
            fetched_at: now(),
        };
        let Reading::Article(article) = read(newspaper, &fetched) else { panic!("page {id} is no article") };
        let target = Target {
            newspaper: "baobackan".into(),
            kind: TargetKind::Article,
            url: url.clone(),
            id_in_newspaper: Some(id.to_string()),
        };
        archive.seed(&[Link { target: target.clone(), title: None, date: None }], now()).unwrap();
        let due = archive.target(&target).unwrap().unwrap();
        let exchange = Exchange {
            url,
            requested_at: now(),
            request_headers: vec![],
            protocol: "HTTP/1.1".into(),
            status: 200,
            response_headers: headers,
            payload: payload.clone(),
            remote_address: None,
        };
        let outcome = Outcome {
            exchanges: vec![exchange],
            body_digest: None,
            fate: Fate::Article(article),
            next_at: None,
        };
        archive.record(run, &due, &outcome, now()).unwrap();
    }
    archive.finish_run(run, "done", now()).unwrap();
    path
}

#[divan::bench(args = [1, 2], sample_count = 5, sample_size = 1)]
fn read_again(bencher: Bencher<'_, '_>, threads: usize) {
    let folder = tempfile::tempdir().unwrap();
    let newspapers = Newspapers::built_in().unwrap();
    let archive = fill(folder.path(), &newspapers);
    bencher.counter(ItemsCount::new(PAGES)).bench_local(|| {
        let plan = Plan { newspapers: &newspapers, chosen: &[], threads, readers: "bench", is_anew: false };
        let report = try_out(&archive, plan, || true, |_| {}).unwrap();
        let tally = &report.tallies["baobackan"];
        assert_eq!((tally.pages, tally.unchanged), (PAGES as u64, PAGES as u64));
    });
}

fn main() {
    divan::main();
}
