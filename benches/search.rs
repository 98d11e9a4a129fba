//! Search in an archive of 200,000 articles: two words, a phrase, with filters, the newest first, and how much of the
//! file the index takes.
//!
//! The archive is made once, through the archive's own interface, and kept under `target/`; another number of
//! articles can be asked for with `KHOBAO_BENCH_ARTICLES`. Its text is made up of Vietnamese syllables in words of one
//! or two, which are as unequally frequent as those of a newspaper: the most frequent syllable is every sixtieth word
//! or so, and half of the words that there are stand in few articles each.

// A benchmark fails where it stands.
#![allow(clippy::panic, clippy::unwrap_used, clippy::print_stderr)]

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use divan::Bencher;
use khobao::archive::search::{Order, Search};
use khobao::archive::{Archive, NewspaperRow, Reader, RunId};
use khobao::article::{Article, Block, BlockKind, Confidence, Dateline, ReadBy};
use khobao::outcome::{Fate, Outcome};
use khobao::page::Exchange;
use khobao::target::{Link, Target, TargetKind};
use url::Url;

/// Articles where nobody asks for another number.
const ARTICLES: u64 = 200_000;
/// Newspapers that they are of.
const NEWSPAPERS: u64 = 63;
/// Articles recorded in one transaction.
const TOGETHER: usize = 100;
/// Words that there are.
const WORDS: usize = 30_000;

const ONSETS: [&str; 25] = [
    "", "b", "c", "ch", "d", "đ", "g", "h", "k", "kh", "l", "m", "n", "ng", "nh", "ph", "qu", "r", "s", "t",
    "th", "tr", "v", "x", "gi",
];
const RIMES: [&str; 60] = [
    "a", "à", "á", "ả", "ã", "ạ", "ai", "ài", "ải", "an", "án", "ản", "ang", "ăng", "anh", "ạnh", "ao", "áo",
    "âm", "ấp", "ân", "âu", "ây", "ấy", "em", "en", "ế", "ể", "ền", "ệnh", "i", "iên", "iệt", "iều", "inh",
    "ình", "o", "ó", "oa", "òa", "oàn", "oan", "ong", "ông", "ồng", "ố", "ộ", "ôi", "ới", "ợ", "u", "ủ",
    "ung", "uân", "ước", "ương", "ường", "ức", "uyện", "ùa",
];

/// Words with a place in the order of frequency, which the questions ask for.
const PLACED: [(usize, &str); 8] = [
    (2, "của"),
    (12, "năm"),
    (60, "hội"),
    (150, "xuân"),
    (160, "nông thôn mới"),
    (500, "bắc kạn"),
    (900, "chợ phiên"),
    (1500, "đà nẵng"),
];

/// Numbers that look random and are the same on every run.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mixed = (self.0 ^ (self.0 >> 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        mixed ^ (mixed >> 29)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}

/// The words by frequency, and the sums of their weights (Zipf and Mandelbrot: 1 by rank and some).
static LEXICON: LazyLock<(Vec<String>, Vec<u64>)> = LazyLock::new(|| {
    let mut dice = Dice(11);
    let syllable = |dice: &mut Dice| {
        let onset = ONSETS[usize::try_from(dice.below(25)).unwrap()];
        let rime = RIMES[usize::try_from(dice.below(60)).unwrap()];
        format!("{onset}{rime}")
    };
    let mut words: Vec<String> = (0..WORDS)
        .map(|_| {
            let first = syllable(&mut dice);
            if dice.below(3) == 0 { first } else { format!("{first} {}", syllable(&mut dice)) }
        })
        .collect();
    for (place, word) in PLACED {
        word.clone_into(&mut words[place]);
    }
    let mut sum = 0;
    let sums = (0..WORDS as u64)
        .map(|rank| {
            sum += 1_000_000_000 / (rank + 8);
            sum
        })
        .collect();
    (words, sums)
});

fn text(dice: &mut Dice, words: u64) -> String {
    let (lexicon, sums) = &*LEXICON;
    let total = sums[WORDS - 1];
    let mut text = String::new();
    for place in 0..words {
        let roll = dice.below(total);
        if place > 0 {
            text.push(' ');
        }
        text.push_str(&lexicon[sums.partition_point(|sum| *sum <= roll)]);
    }
    text
}

fn article(id: u64, newspaper: &str, url: &Url) -> Article {
    let mut dice = Dice(id * 7919 + 5);
    let day = chrono::NaiveDate::from_ymd_opt(2014, 1, 1).unwrap()
        + TimeDelta::days(i64::try_from(id % 4600).unwrap());
    let paragraphs = 4 + dice.below(9);
    let captions = dice.below(5);
    Article {
        newspaper: Some(newspaper.to_owned()),
        url: url.clone(),
        id_in_newspaper: Some(id.to_string()),
        title: text(&mut dice, 7),
        lead: Some(text(&mut dice, 18)),
        dateline: Some(Dateline {
            text: "BM".into(),
            source: Some("BM".into()),
            place: None,
            part_of_day: None,
            date: Some(day),
            date_end: None,
            date_text: None,
            confidence: Confidence::High,
        }),
        authors: vec![],
        published_at: Some(format!("{day}T08:00:00+07:00").parse().unwrap()),
        updated_at: None,
        section: vec![],
        tags: vec![],
        body: (0..paragraphs)
            .map(|_| {
                let words = 20 + dice.below(30);
                Block::new(BlockKind::Paragraph, text(&mut dice, words))
            })
            .collect(),
        captions: (0..captions).map(|_| text(&mut dice, 8)).collect(),
        images: vec![],
        source_note: None,
        end_mark: false,
        language: "vi".into(),
        read_by: ReadBy { khobao: "0".into(), layout: "mau/1".into(), charset: None },
        origin: std::collections::BTreeMap::new(),
    }
}

fn now() -> DateTime<Utc> {
    "2026-05-22T09:00:00Z".parse().unwrap()
}

/// The archive, made where it is not there yet.
static ARCHIVE: LazyLock<PathBuf> = LazyLock::new(|| {
    let articles =
        std::env::var("KHOBAO_BENCH_ARTICLES").ok().and_then(|text| text.parse().ok()).unwrap_or(ARTICLES);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench-archives");
    let path = folder.join(format!("search-{articles}.db"));
    if !path.exists() {
        std::fs::create_dir_all(&folder).unwrap();
        let part = folder.join("search-part.db");
        for ending in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(folder.join(format!("search-part.db{ending}")));
        }
        make(&part, articles);
        std::fs::rename(&part, &path).unwrap();
    }
    weigh(&path);
    path
});

fn id_of(newspaper: u64) -> String {
    format!("bao{newspaper}")
}

fn make(path: &Path, articles: u64) {
    eprintln!("making {} with {articles} articles", path.display());
    let mut archive = Archive::create_or_open(path).unwrap();
    let rows: Vec<NewspaperRow> = (0..NEWSPAPERS)
        .map(|number| NewspaperRow {
            id: id_of(number),
            name: format!("Báo {number}"),
            province: Some(format!("Tỉnh {number}")),
            province_2025: None,
            hosts: vec![format!("bao{number}.vn")],
        })
        .collect();
    archive.sync_newspapers(&rows).unwrap();
    let run = archive.begin_run("bench", now()).unwrap();
    let ids: Vec<u64> = (1..=articles).collect();
    for some in ids.chunks(TOGETHER) {
        archive
            .together(|archive| {
                for id in some {
                    record(archive, run, *id);
                }
                Ok(())
            })
            .unwrap();
        eprint!("\r{} articles", some[some.len() - 1]);
    }
    eprintln!();
    archive.finish_run(run, "done", now()).unwrap();
}

fn record(archive: &mut Archive, run: RunId, id: u64) {
    let newspaper = id_of(id * 31 % NEWSPAPERS);
    let url = Url::parse(&format!("https://{newspaper}.vn/tin-post{id}.html")).unwrap();
    let target = Target {
        newspaper: newspaper.clone(),
        kind: TargetKind::Article,
        url: url.clone(),
        id_in_newspaper: Some(id.to_string()),
    };
    archive.seed(&[Link { target: target.clone(), title: None, date: None }], now()).unwrap();
    let due = archive.target(&target).unwrap().unwrap();
    let payload = Bytes::from(id.to_string());
    let exchange = Exchange {
        url: url.clone(),
        requested_at: now(),
        request_headers: vec![],
        protocol: "HTTP/1.1".into(),
        status: 200,
        response_headers: vec![],
        payload: payload.clone(),
        remote_address: None,
    };
    let fate = Fate::Article(Box::new(article(id, &newspaper, &url)));
    let outcome = Outcome { exchanges: vec![exchange], body_digest: None, fate, next_at: None };
    archive.record(run, &due, &outcome, now()).unwrap();
}

/// Says how much of the file the index takes.
fn weigh(path: &Path) {
    let connection = rusqlite::Connection::open(path).unwrap();
    let number = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    let text = number(
        "SELECT sum(length(CAST(title AS BLOB)) + length(CAST(coalesce(lead, '') AS BLOB)) +
           length(CAST(body AS BLOB)) + length(CAST(captions AS BLOB))) FROM version",
    );
    let index = number("SELECT sum(length(block)) FROM searchable_data");
    let titles = number("SELECT sum(length(block)) FROM search_title_data");
    let beside = number(
        "SELECT sum(length(CAST(title_folded AS BLOB)) + length(CAST(coalesce(lead_folded, '') AS BLOB)) +
           length(CAST(body_folded AS BLOB)) + length(CAST(coalesce(captions, '') AS BLOB)) +
           length(CAST(coalesce(captions_folded, '') AS BLOB)) + length(CAST(filters AS BLOB))) FROM search_text",
    );
    let percent = |bytes: i64| bytes * 100 / text;
    eprintln!(
        "text {} MB; index {} MB, {} % of the text; of the headlines {} MB, {} %; folded text beside it {} MB, {} %",
        text / 1_000_000,
        index / 1_000_000,
        percent(index),
        titles / 1_000_000,
        percent(titles),
        beside / 1_000_000,
        percent(beside)
    );
}

/// What `khobao search` does: the first twenty with their snippets, and how many there are.
fn search(bencher: Bencher<'_, '_>, search: &Search) {
    let reader = Reader::open(&ARCHIVE).unwrap();
    bencher.bench_local(|| (reader.search(search).unwrap().len(), reader.search_count(search).unwrap()));
}

#[divan::bench(args = ["bac kan", "Bắc Kạn", "hoi xuan", "cho phien", "cua nam"])]
fn two_words(bencher: Bencher<'_, '_>, query: &str) {
    search(bencher, &Search::for_query(query));
}

#[divan::bench(args = ["cua nam hoi", "của", "hoi xuan bac kan"])]
fn other_numbers_of_words(bencher: Bencher<'_, '_>, query: &str) {
    search(bencher, &Search::for_query(query));
}

#[divan::bench(args = ["\"bac kan\"", "\"nông thôn mới\"", "\"nong thon moi\"", "\"đà nẵng\"", "\"nông thon mới\""])]
fn a_phrase(bencher: Bencher<'_, '_>, query: &str) {
    search(bencher, &Search::for_query(query));
}

#[divan::bench(args = ["bac kan", "hoi xuan"])]
fn two_words_of_a_newspaper_and_a_month(bencher: Bencher<'_, '_>, query: &str) {
    let month = |day: &str| day.parse().ok();
    let (from, to) = (month("2023-05-01"), month("2023-05-31"));
    search(bencher, &Search { newspapers: vec!["bao5".into()], from, to, ..Search::for_query(query) });
}

#[divan::bench(args = ["bac kan", "hoi xuan"])]
fn two_words_of_a_province(bencher: Bencher<'_, '_>, query: &str) {
    search(bencher, &Search { provinces: vec!["Tỉnh 7".into()], ..Search::for_query(query) });
}

#[divan::bench(args = ["bac kan", "hoi xuan"])]
fn two_words_on_a_day_by_the_dateline(bencher: Bencher<'_, '_>, query: &str) {
    let day = "2023-05-10".parse().ok();
    search(bencher, &Search { event_from: day, event_to: day, ..Search::for_query(query) });
}

#[divan::bench(args = ["bac kan", "hoi xuan", "cua nam"])]
fn two_words_the_newest_first(bencher: Bencher<'_, '_>, query: &str) {
    search(bencher, &Search { order: Order::Newest, ..Search::for_query(query) });
}

fn main() {
    divan::main();
}
