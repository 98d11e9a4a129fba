//! How many lines a second `khobao parse` reads: datelines, printed dates, and text cleaned and folded.
//!
//! The lines are the paragraphs of the articles in `fixtures/`, each with its time of publication, and for dates the
//! forms in which newspapers print them.

// A benchmark fails where it stands.
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use divan::Bencher;
use divan::counter::ItemsCount;
use khobao::text::stream::Line;
use serde_json::Value;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Dates as newspapers print them.
const DATES: [&str; 8] = [
    "Thứ Ba, 08/08/2017, 21:36 (GMT+7)",
    "Cập nhật lúc: 10:09, 27/09/2023",
    "Ngày đăng: 14/05/2026 17:02",
    "16:05' - 02/03/2019",
    "Chủ nhật, ngày 5 tháng Năm năm 2024",
    "9/5/2026 10:17:01 PM",
    "2024-02-22T09:00:00+07:00",
    "15:54 | 26/12/2022",
];

static PARAGRAPHS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut files = Vec::new();
    answers(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"), &mut files);
    files.sort();
    files.iter().flat_map(|file| paragraphs(file)).collect()
});

fn answers(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            answers(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "json") {
            found.push(path);
        }
    }
}

/// The paragraphs of an article as `khobao parse` reads them; none where the file tells of links.
fn paragraphs(file: &Path) -> Vec<String> {
    let article: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let published = article["published_at"].as_str().unwrap_or_default();
    let blocks = article["body"].as_array().cloned().unwrap_or_default();
    blocks.iter().filter_map(|block| Some(format!("{published}\t{}", block["text"].as_str()?))).collect()
}

#[divan::bench]
fn datelines(bencher: Bencher<'_, '_>) {
    bencher
        .counter(ItemsCount::new(PARAGRAPHS.len()))
        .bench(|| PARAGRAPHS.iter().filter(|line| Line::read(line).dateline().dateline.is_some()).count());
}

#[divan::bench]
fn texts(bencher: Bencher<'_, '_>) {
    bencher
        .counter(ItemsCount::new(PARAGRAPHS.len()))
        .bench(|| PARAGRAPHS.iter().map(|line| Line::read(line).cleaned().folded.len()).sum::<usize>());
}

#[divan::bench]
fn dates(bencher: Bencher<'_, '_>) {
    bencher
        .counter(ItemsCount::new(DATES.len()))
        .bench(|| DATES.iter().filter(|line| Line::read(line).date().date.is_some()).count());
}

fn main() {
    divan::main();
}
