//! Exports that are killed and gone on with: what several runs wrote is to the byte what one writes.

use std::cell::Cell;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use khobao::archive::Reader;
use khobao::archive::search::Search;
use khobao::export::{Destination, ExportError, Format, Options, Report, export};

use super::{Bench, article, article_target, at, exchange, read_article, url};
use crate::program::Desk;

/// An archive of pages of several months, some of them seen twice, with their articles.
fn bench() -> Bench {
    let mut bench = Bench::new();
    for id in 1..=40 {
        let minutes = i64::from(id) * 40_000;
        let target = article_target(id);
        let mut entry = article(id);
        entry.title = format!("Tin số {id}: mùa mận ở Hang Chú");
        let mut visit = read_article(&target, &entry, at(minutes));
        let noise: Vec<String> = (0..400).map(|n| ((n * 7919 * id) ^ (n << 7)).to_string()).collect();
        visit.exchanges[0].payload =
            format!("<html><h1>{}</h1>{}</html>", entry.title, noise.join("<p>")).into();
        bench.visit(&target, &visit, at(minutes));
        if id % 7 == 0 {
            bench.visit(&target, &visit, at(minutes + 9));
            let moved = exchange(&url("https://baosonla.vn/cu.html"), 301, b"", at(minutes + 10));
            bench.archive.record_exchanges(bench.run, Some("baosonla"), "other", &[moved]).unwrap();
        }
    }
    bench
}

/// An export; the options that matter here.
#[derive(Clone, Copy)]
struct Attempt<'a> {
    reader: &'a Reader,
    format: Format,
    size: Option<u64>,
    now: DateTime<Utc>,
}

impl Attempt<'_> {
    /// Exports; `watch` hears of each step from 1 on, and tells whether the user asks for the end.
    fn watched(&self, path: &Path, watch: impl Fn(u32) -> bool) -> Result<Report, ExportError> {
        let step = Cell::new(0);
        let is_stopped = || {
            step.set(step.get() + 1);
            watch(step.get())
        };
        let options = Options {
            force: false,
            bom: false,
            size: self.size,
            mark_bytes: 5000,
            now: self.now,
            temporary: std::env::temp_dir(),
            watch: &|_, _| {},
            is_stopped: &is_stopped,
        };
        let search = Search { limit: None, ..Search::default() };
        export(self.reader, &search, self.format, Destination::Path(path), &options)
    }

    fn stopped_after(&self, path: &Path, steps: u32) -> Result<Report, ExportError> {
        self.watched(path, |step| step == steps)
    }

    fn whole(&self, path: &Path) -> Report {
        self.watched(path, |_| false).unwrap()
    }
}

/// What may lie beside a file in the making.
const BESIDE: [&str; 4] = [".part", ".part.json", ".lines.part", ".lines.part.json"];

fn beside(path: &Path, ending: &str) -> PathBuf {
    PathBuf::from(format!("{}{ending}", path.display()))
}

/// Copies what lies on the disk of a file in the making, as a kill at this moment would leave it.
fn as_killed(path: &Path, killed: &Path) {
    for ending in BESIDE {
        if beside(path, ending).exists() {
            std::fs::copy(beside(path, ending), beside(killed, ending)).unwrap();
        }
    }
}

fn left_over(folder: &Path) -> Vec<String> {
    let names =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.contains(".part") || name.contains(".lines")).collect()
}

#[test]
fn what_was_killed_at_any_moment_is_to_the_byte_what_one_run_writes() {
    let bench = bench();
    let reader = bench.archive.reader().unwrap();
    let desk = Desk::new();
    let cases = [
        (Format::Jsonl, "a.jsonl", None),
        (Format::Cdxj, "a.cdxj", None),
        (Format::Cdxj, "b.cdxj", Some(9000)),
        (Format::Warc, "a.warc.gz", None),
        (Format::Warc, "a.warc", None),
        (Format::Wacz, "a.wacz", None),
        (Format::Wacz, "b.wacz", Some(20_000)),
    ];
    for (format, name, size) in cases {
        let first = Attempt { reader: &reader, format, size, now: at(0) };
        let path = desk.path(name);
        // By the same name in another folder: the name stands in a WARC file.
        let killed = |step: u32| {
            let folder = desk.path(&format!("killed-{step}"));
            std::fs::create_dir_all(&folder).unwrap();
            folder.join(name)
        };
        let report = first.watched(&path, |step| {
            as_killed(&path, &killed(step));
            false
        });
        let (report, whole) = (report.unwrap(), std::fs::read(&path).unwrap());
        assert_eq!(report.captures.max(report.articles), if format == Format::Jsonl { 40 } else { 50 });
        let mut kept = 0;
        for step in 1..=report.captures.max(report.articles) {
            let killed = killed(u32::try_from(step).unwrap());
            // The moment of the export is that at which it was begun, where there was a mark.
            let later = if beside(&killed, ".part.json").exists() { at(999) } else { at(0) };
            let again = Attempt { now: later, ..first }.whole(&killed);
            assert!(std::fs::read(&killed).unwrap() == whole, "{name}, killed at step {step}");
            assert_eq!((again.articles, again.captures), (report.articles, report.captures));
            kept += u32::from(again.kept_bytes > 0);
        }
        assert!(kept >= 20, "{name} went on {kept} times only");
    }
    assert_eq!(left_over(desk.folder()), Vec::<String>::new());
}

#[test]
fn what_was_stopped_again_and_again_loses_nothing() {
    let bench = bench();
    let reader = bench.archive.reader().unwrap();
    let desk = Desk::new();
    for format in [Format::Jsonl, Format::Cdxj, Format::Wacz] {
        let attempt = Attempt { reader: &reader, format, size: None, now: at(0) };
        let (path, whole) = (desk.path(format.as_str()), desk.path(&format!("whole.{}", format.as_str())));
        attempt.whole(&whole);
        let mut runs = 0;
        while let Err(error) = attempt.stopped_after(&path, 3) {
            assert!(matches!(error, ExportError::Stopped) && !path.exists(), "{error}");
            runs += 1;
        }
        assert!((13..=17).contains(&runs), "{}: {runs} runs of three steps each", format.as_str());
        assert!(std::fs::read(&path).unwrap() == std::fs::read(&whole).unwrap(), "{}", format.as_str());
    }
}

#[test]
fn an_index_is_the_same_on_every_day() {
    let bench = bench();
    let reader = bench.archive.reader().unwrap();
    let desk = Desk::new();
    let mut indexes: Vec<Vec<u8>> = (0..20)
        .map(|day| {
            let now = at(day * 1440 + day);
            let path = desk.path(&format!("{day}.cdxj"));
            Attempt { reader: &reader, format: Format::Cdxj, size: None, now }.whole(&path);
            std::fs::read(path).unwrap()
        })
        .collect();
    indexes.dedup();
    assert_eq!(indexes.len(), 1, "where records stand must not depend on the moment of the export");
}

#[test]
fn a_bag_goes_on_within_its_files() {
    let bench = bench();
    let reader = bench.archive.reader().unwrap();
    let desk = Desk::new();
    let attempt = Attempt { reader: &reader, format: Format::Bagit, size: None, now: at(0) };
    attempt.whole(&desk.path("whole"));
    let mut runs = 0;
    while let Err(error) = attempt.stopped_after(&desk.path("bag"), 17) {
        assert!(matches!(error, ExportError::Stopped), "{error}");
        runs += 1;
    }
    assert_eq!(runs, 5);
    for name in ["data/captures.wacz", "data/articles.jsonl", "manifest-sha256.txt"] {
        let read = |bag: &str| std::fs::read(desk.path(bag).join(name)).unwrap();
        assert!(read("bag") == read("whole"), "{name}");
    }
    assert_eq!(left_over(&desk.path("bag/data")), Vec::<String>::new());
}

#[test]
fn what_changed_meanwhile_is_begun_anew_and_what_came_meanwhile_is_not() {
    let mut bench = bench();
    let reader = bench.archive.reader().unwrap();
    let desk = Desk::new();
    let attempt = Attempt { reader: &reader, format: Format::Jsonl, size: None, now: at(0) };
    let half = |name: &str| {
        assert!(matches!(attempt.stopped_after(&desk.path(name), 20), Err(ExportError::Stopped)));
    };
    half("grown.jsonl");
    half("edited.jsonl");
    let target = article_target(41);
    bench.visit(&target, &read_article(&target, &article(41), at(1)), at(1));
    let grown = attempt.whole(&desk.path("grown.jsonl"));
    assert!(grown.kept_bytes > 0 && grown.articles == 41, "{grown:?}");
    attempt.whole(&desk.path("all.jsonl"));
    assert!(
        std::fs::read(desk.path("grown.jsonl")).unwrap() == std::fs::read(desk.path("all.jsonl")).unwrap()
    );

    let mut edited = article(3);
    edited.title = "Tin số ba, đã sửa".into();
    let target = article_target(3);
    bench.visit(&target, &read_article(&target, &edited, at(9_000_000)), at(9_000_000));
    let anew = attempt.whole(&desk.path("edited.jsonl"));
    assert_eq!((anew.kept_bytes, anew.articles), (0, 41), "an article in it has another text now");
    attempt.whole(&desk.path("now.jsonl"));
    assert!(
        std::fs::read(desk.path("edited.jsonl")).unwrap() == std::fs::read(desk.path("now.jsonl")).unwrap()
    );
}

#[test]
fn an_export_with_other_filters_begins_anew_and_says_so() {
    let bench = bench();
    let reader = bench.archive.reader().unwrap();
    let desk = Desk::new();
    let path = desk.path("a.jsonl");
    let attempt = Attempt { reader: &reader, format: Format::Jsonl, size: None, now: at(0) };
    assert!(matches!(attempt.stopped_after(&path, 20), Err(ExportError::Stopped)));
    let archive = bench.archive.path().to_str().unwrap();
    let run =
        desk.run(&["export", "jsonl", "a.jsonl", "--archive", archive, "--query", "mận", "--json"]).ends(0);
    assert_eq!(run.json()[0]["kept_bytes"], 0);
    assert!(run.stderr.contains("begun anew: it is of another export (jsonl, everything)"), "{}", run.stderr);

    assert!(matches!(attempt.stopped_after(&desk.path("b.jsonl"), 20), Err(ExportError::Stopped)));
    std::fs::write(desk.path("b.jsonl.part"), "short").unwrap();
    let run = desk.run(&["export", "jsonl", "b.jsonl", "--archive", archive, "--json"]).ends(0);
    assert!(run.stderr.contains("shorter than its note says"), "{}", run.stderr);
    assert_eq!(std::fs::read_to_string(desk.path("b.jsonl")).unwrap().lines().count(), 40);
}
