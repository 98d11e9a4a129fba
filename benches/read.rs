//! What reading costs beside parsing: each page is parsed alone, read by its newspaper's selectors, and read without
//! a selector file.
//!
//! The time goes, on our fixtures (small pages in the true markup of the systems), as follows: two fifths to the tree,
//! of which html5ever's builder takes more than half; a seventh to the walk through the body and its captions; a
//! thirteenth to what stands around the body, where a layout names no selector for it; a fifteenth to the dateline; a
//! twentieth each to the selectors, the metadata, decoding, the signatures under the text, and the question whether the
//! page is an article at all. On the large pages of other sites, which are scripts for the most part, two thirds go to
//! the tree. What keeps it so small:
//!
//! - dear questions (patterns above all) stand behind cheap ones: a first letter, a length, a sign that must be there;
//! - what is asked of every line under a photo or at the end of a text is read by hand: a pattern that is bound to the
//!   end of a text, or counts its characters, costs more than all else that is asked of the line;
//! - text that is clean already, as nearly all of it is, is known by one look at its bytes, and is not copied;
//! - the tree is walked once for all selectors, each of which is tried on elements with its id, class or tag alone.
//!
//! Inlining across crates (`lto = "thin"`) saves a quarter: without it, ratios are far above what users see.
//!
//! The pages are those of `fixtures/`, and those below the folder that `KHOBAO_BENCH_PAGES` names, if any: saved
//! pages in folders, or with names, that tell their newspaper's id or host (`vnexpress.net/article-1.html`,
//! `baotayninh.vn-a.html`). A table of ratios follows the figures.

// A benchmark prints what it measures, and fails where it stands.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::fmt;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use bytes::Bytes;
use divan::Bencher;
use divan::counter::BytesCount;
use khobao::extract;
use khobao::newspaper::{Newspaper, Newspapers};
use khobao::page::Page;
use khobao::target::TargetKind;
use khobao::text::charset;
use url::Url;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The variable that names a folder with more pages.
const PAGES_VARIABLE: &str = "KHOBAO_BENCH_PAGES";

/// How long each reading is repeated for the table of ratios; the fastest run counts.
const REPEATED_FOR: Duration = Duration::from_millis(300);

struct Case {
    name: String,
    newspaper: Newspaper,
    unknown: Newspaper,
    page: Page,
}

static CASES: LazyLock<Vec<Case>> = LazyLock::new(|| {
    let newspapers = Newspapers::built_in().unwrap();
    let mut paths = Vec::new();
    html_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"), &mut paths);
    if let Some(folder) = std::env::var_os(PAGES_VARIABLE) {
        html_files(Path::new(&folder), &mut paths);
    }
    paths.sort();
    paths.iter().filter_map(|path| case(&newspapers, path)).collect()
});

fn html_files(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
        if path.is_dir() {
            html_files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "html") {
            found.push(path);
        }
    }
}

fn case(newspapers: &Newspapers, path: &Path) -> Option<Case> {
    let folder = path.parent()?.file_name()?.to_str()?;
    let stem = path.file_stem()?.to_str()?;
    let newspaper = [folder, stem, stem.rsplit_once('-').map_or(stem, |(site, _)| site)]
        .into_iter()
        .find_map(|name| newspapers.get(name).or_else(|| newspapers.by_host(name)))?
        .clone();
    let host = newspaper.hosts.first()?.clone();
    let page = Page {
        kind: TargetKind::Article,
        url: Url::parse(&format!("https://{host}/bai-post1.html")).ok()?,
        status: 200,
        headers: vec![("content-type".to_owned(), "text/html; charset=utf-8".to_owned())],
        body: Bytes::from(std::fs::read(path).ok()?),
        fetched_at: "2026-10-01T00:00:00Z".parse().ok()?,
    };
    // Only pages with an article on them tell what reading an article costs.
    extract::article(&newspaper, &page).ok()?;
    Some(Case { name: format!("{folder}/{stem}"), unknown: Newspaper::unknown(&host), newspaper, page })
}

/// A case by its number, shown by its name.
#[derive(Clone, Copy)]
struct Number(usize);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&CASES[self.0].name)
    }
}

fn numbers() -> impl Iterator<Item = Number> {
    (0..CASES.len()).map(Number)
}

impl Case {
    fn parse(&self) {
        let text = std::str::from_utf8(&self.page.body).map_or_else(
            |_| charset::decode(&self.page.body, self.page.content_type()).text.into_owned(),
            str::to_owned,
        );
        black_box(scraper::Html::parse_document(&text));
    }

    fn read(&self) {
        let _ = black_box(extract::article(&self.newspaper, &self.page));
    }

    fn read_generic(&self) {
        let _ = black_box(extract::article(&self.unknown, &self.page));
    }
}

#[divan::bench(args = numbers())]
fn parse_alone(bencher: Bencher<'_, '_>, number: Number) {
    let case = &CASES[number.0];
    bencher.counter(BytesCount::new(case.page.body.len())).bench(|| case.parse());
}

#[divan::bench(args = numbers())]
fn read_by_selectors(bencher: Bencher<'_, '_>, number: Number) {
    let case = &CASES[number.0];
    bencher.counter(BytesCount::new(case.page.body.len())).bench(|| case.read());
}

#[divan::bench(args = numbers())]
fn read_without_selectors(bencher: Bencher<'_, '_>, number: Number) {
    let case = &CASES[number.0];
    bencher.counter(BytesCount::new(case.page.body.len())).bench(|| case.read_generic());
}

/// The fastest of many runs: the one least disturbed.
fn fastest(mut run: impl FnMut()) -> Duration {
    let begun = Instant::now();
    let mut best = Duration::MAX;
    while begun.elapsed() < REPEATED_FOR {
        let start = Instant::now();
        run();
        best = best.min(start.elapsed());
    }
    best
}

fn print_ratios() {
    let ratio = |part: Duration, whole: Duration| part.as_secs_f64() / whole.as_secs_f64();
    let mut sums = [Duration::ZERO; 3];
    println!(
        "\n{:44} {:>9} {:>9} {:>9} {:>6} {:>6}",
        "page", "parse", "selectors", "generic", "÷parse", "÷parse"
    );
    for case in CASES.iter() {
        let times = [fastest(|| case.parse()), fastest(|| case.read()), fastest(|| case.read_generic())];
        for (sum, time) in sums.iter_mut().zip(times) {
            *sum += time;
        }
        print_row(&case.name, times, ratio);
    }
    if !CASES.is_empty() {
        print_row("all", sums, ratio);
    }
}

fn print_row(name: &str, [parse, read, generic]: [Duration; 3], ratio: impl Fn(Duration, Duration) -> f64) {
    println!(
        "{name:44} {:>7}µs {:>7}µs {:>7}µs {:>6.2} {:>6.2}",
        parse.as_micros(),
        read.as_micros(),
        generic.as_micros(),
        ratio(read, parse),
        ratio(generic, parse)
    );
}

fn main() {
    divan::main();
    print_ratios();
}
