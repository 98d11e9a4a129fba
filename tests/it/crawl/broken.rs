//! Something breaks down while a page is being told of: a fault of ours, which must cost no more than its own lane.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use chrono::Utc;
use khobao::archive::Archive;
use khobao::crawl::{CrawlError, Crew, Event, Plan, Stop, SystemClock, Watcher, crawl};
use khobao::fetch;
use khobao::newspaper::{Newspapers, Sources};
use rusqlite::Connection;

use crate::newspaper_tool::{Counts, Size, selector_file, serve};

/// Breaks down at the first article of one newspaper.
struct Fragile;

impl Watcher for Fragile {
    fn see(&self, event: &Event<'_>) {
        if let Event::Visited { newspaper: "mau0", is_new: true, .. } = event {
            panic!("who watches has dropped the page");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_beside_one_page_ends_its_lane_and_no_other_and_records_the_page_once() {
    let size = Size { articles: 60, hosts: 3, is_made_ahead: false };
    let counts = Arc::new(Counts::default());
    let port = serve(size, Arc::clone(&counts)).await;
    let mut sources = Sources::default();
    for number in 0..size.hosts {
        sources.add_text(&format!("mau{number}.toml"), &selector_file(number, port));
    }
    let newspapers = Newspapers::check(&sources).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("khobao.db");
    let mut options = fetch::Options::new(Utc::now);
    options.allow_private = true;
    let crew = Crew {
        client: fetch::Client::new(options).unwrap(),
        archive: Archive::create_or_open(&path).unwrap(),
        clock: Arc::new(SystemClock),
        stop: Arc::new(Stop::after(None)),
        watcher: Arc::new(Fragile),
    };
    let all = newspapers.iter().cloned().map(Arc::new).collect();
    let ended = crawl(Plan::of(all, "crawl"), crew).await;
    assert!(matches!(ended, Err(CrawlError::Lane(_))), "{ended:?}");
    let archive = Connection::open(&path).unwrap();
    let number = |sql: &str| archive.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(number("SELECT count(*) FROM articles WHERE newspaper <> 'mau0'"), 40);
    assert_eq!(number("SELECT count(*) FROM articles WHERE newspaper = 'mau0'"), 1);
    assert_eq!(
        number("SELECT count(*) FROM captures WHERE url LIKE '%-post%'"),
        i64::try_from(counts.articles.load(Ordering::Relaxed)).unwrap(),
        "every page is recorded once"
    );
}
