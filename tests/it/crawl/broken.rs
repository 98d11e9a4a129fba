//! Something of ours breaks down beside a page, or the archive does not take one: that costs no other page.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use chrono::Utc;
use khobao::archive::Archive;
use khobao::crawl::{CrawlError, Crew, Event, Plan, Report, Stop, StopReason, SystemClock, Watcher, crawl};
use khobao::fetch;
use khobao::newspaper::{Newspapers, Sources};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::newspaper_tool::{Counts, Size, selector_file, serve};

const SIZE: Size = Size { articles: 60, hosts: 3, is_made_ahead: false };

/// Breaks down at the first article of one newspaper.
struct Fragile;

impl Watcher for Fragile {
    fn see(&self, event: &Event<'_>) {
        if let Event::Visited { newspaper: "mau0", is_new: true, .. } = event {
            panic!("who watches has dropped the page");
        }
    }
}

/// Looks on.
struct Calm;

impl Watcher for Calm {
    fn see(&self, _: &Event<'_>) {}
}

/// A newspaper on three hosts, and an archive for it.
struct Scene {
    folder: TempDir,
    counts: Arc<Counts>,
    newspapers: Newspapers,
}

impl Scene {
    async fn new() -> Scene {
        let counts = Arc::new(Counts::default());
        let port = serve(SIZE, Arc::clone(&counts)).await;
        let mut sources = Sources::default();
        for number in 0..SIZE.hosts {
            sources.add_text(&format!("mau{number}.toml"), &selector_file(number, port));
        }
        let newspapers = Newspapers::check(&sources).unwrap();
        Scene { folder: tempfile::tempdir().unwrap(), counts, newspapers }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("khobao.db")
    }

    /// Lets the archive do what `sql` says when it takes a page.
    fn rig(&self, sql: &str) {
        drop(Archive::create_or_open(&self.path()).unwrap());
        Connection::open(self.path()).unwrap().execute_batch(sql).unwrap();
    }

    async fn crawl(&self, watcher: impl Watcher + 'static) -> Result<Report, CrawlError> {
        let mut options = fetch::Options::new(Utc::now);
        options.allow_private = true;
        let crew = Crew {
            client: fetch::Client::new(options).unwrap(),
            archive: Archive::create_or_open(&self.path()).unwrap(),
            clock: Arc::new(SystemClock),
            stop: Arc::new(Stop::after(None)),
            watcher: Arc::new(watcher),
        };
        let all = self.newspapers.iter().cloned().map(Arc::new).collect();
        crawl(Plan::of(all, "crawl"), crew).await
    }

    fn number(&self, sql: &str) -> usize {
        let archive = Connection::open(self.path()).unwrap();
        let number: u32 = archive.query_row(sql, [], |row| row.get(0)).unwrap();
        usize::try_from(number).unwrap()
    }

    /// Captures of articles, each of another one.
    fn captures(&self) -> usize {
        let captures = self.number("SELECT count(*) FROM captures WHERE url LIKE '%-post%'");
        let urls = self.number("SELECT count(DISTINCT url) FROM captures WHERE url LIKE '%-post%'");
        assert_eq!(captures, urls, "every page is recorded once");
        captures
    }

    /// Articles that the server was asked for.
    fn asked(&self) -> usize {
        self.counts.articles.load(Ordering::Relaxed)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_beside_one_page_ends_its_lane_and_no_other_and_records_the_page_once() {
    let scene = Scene::new().await;
    let ended = scene.crawl(Fragile).await;
    assert!(matches!(ended, Err(CrawlError::Lane(_))), "{ended:?}");
    assert_eq!(scene.number("SELECT count(*) FROM articles WHERE newspaper <> 'mau0'"), 40);
    assert_eq!(scene.number("SELECT count(*) FROM articles WHERE newspaper = 'mau0'"), 1);
    assert_eq!(scene.captures(), scene.asked());
}

/// Pages that the archive of a test does not take: one in the middle of each newspaper.
const REFUSED: &str =
    "NEW.url LIKE '%-post9.html' OR NEW.url LIKE '%-post29.html' OR NEW.url LIKE '%-post49.html'";

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_the_archive_refuses_takes_no_other_with_it() {
    let scene = Scene::new().await;
    scene.rig(&format!(
        "CREATE TRIGGER refuse BEFORE INSERT ON capture WHEN {REFUSED} BEGIN SELECT RAISE(ABORT, 'not this one'); END"
    ));
    let report = scene.crawl(Calm).await.unwrap();
    assert!(
        matches!(&report.stopped_by, StopReason::Archive(why) if why.contains("not this one")),
        "{:?}",
        report.stopped_by
    );
    let refused = scene.asked() - scene.captures();
    assert!((1..=3).contains(&refused), "{refused} of {} pages are missing", scene.asked());
    assert_eq!(usize::try_from(report.tally.new_articles).unwrap(), scene.captures());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_fails_when_all_are_committed_takes_no_other_with_it() {
    let scene = Scene::new().await;
    // A reference to nothing, which is looked at when the transaction ends.
    scene.rig(&format!(
        "CREATE TABLE owed (id INTEGER REFERENCES newspaper (no) DEFERRABLE INITIALLY DEFERRED);
         CREATE TRIGGER owe AFTER INSERT ON capture WHEN {REFUSED} BEGIN INSERT INTO owed VALUES (-1); END"
    ));
    let report = scene.crawl(Calm).await.unwrap();
    assert!(matches!(&report.stopped_by, StopReason::Archive(_)), "{:?}", report.stopped_by);
    let refused = scene.asked() - scene.captures();
    assert!((1..=3).contains(&refused), "{refused} of {} pages are missing", scene.asked());
    assert_eq!(usize::try_from(report.tally.new_articles).unwrap(), scene.captures());
}
