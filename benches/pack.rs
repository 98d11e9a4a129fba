//! What compression by likeness comes to: bytes a page against gzip per record (as in a `.warc.gz`), the time to
//! read one page back, and captures a second into the archive, on a made-up site of 500 pages and on our fixtures.
//!
//! `cargo bench --bench pack` prints the tables of `docs/compression.md`; `KHOBAO_BENCH_PAGES=N` takes another number
//! of pages.

// A benchmark fails where it stands.
#![allow(clippy::panic, clippy::unwrap_used, clippy::print_stdout, clippy::cast_precision_loss, dead_code)]

mod site;

use std::collections::BTreeMap;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use flate2::Compression;
use flate2::write::GzEncoder;
use khobao::archive::{Archive, Packing, Reader};
use khobao::article::{Article, Block, BlockKind, ReadBy};
use khobao::outcome::{Due, Fate, Outcome};
use khobao::page::Exchange;
use khobao::target::{Link, Target, TargetKind};
use site::{Dice, Story, sentence};
use url::Url;

/// Pages of the made-up site.
const PAGES: usize = 500;
/// The site is redesigned after so many pages.
const DESIGN_PAGES: usize = 350;

fn at(minutes: usize) -> DateTime<Utc> {
    "2026-05-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap()
        + TimeDelta::minutes(i64::try_from(minutes).unwrap())
}

/// One page to record: its group by newspaper, its bytes, and the article on it.
struct Sample {
    newspaper: String,
    page: Vec<u8>,
    article: Article,
}

/// What else is new on every page of a living site: readers' comments, slots of advertisements, counters, the
/// weather and the price of gold of the hour.
fn enliven(page: &str, id: usize) -> String {
    let mut dice = Dice::new(id as u64 * 977 + 5);
    let comments: Vec<String> = (0..dice.roll(5))
        .map(|_| {
            let (who, words) = (sentence(&mut dice, 2), 8 + dice.roll(20));
            format!(
                "<li class=\"comment\" data-id=\"{:x}\"><b>{who}</b><p>{}</p></li>\n",
                dice.roll(1 << 30),
                sentence(&mut dice, words)
            )
        })
        .collect();
    let slots: Vec<String> = (0..6)
        .map(|slot| {
            format!(
                "<ins class=\"ads\" id=\"zone-{slot}\" data-key=\"{:08x}{:08x}\"></ins>\n",
                dice.roll(1 << 30),
                dice.roll(1 << 30)
            )
        })
        .collect();
    let hour = id / 12;
    let aside = format!(
        "<div class=\"weather\">{}°C</div><div class=\"gold\">{}.{:03} đ</div><span class=\"views\">{}</span>",
        20 + hour % 15,
        71 + hour % 5,
        (hour * 37) % 1000,
        dice.roll(90_000)
    );
    page.replacen("</main>", &format!("<ul>{}</ul></main>{}{aside}", comments.concat(), slots.concat()), 1)
}

fn blank(newspaper: &str, url: &str, number: usize) -> Article {
    Article {
        newspaper: Some(newspaper.into()),
        url: Url::parse(url).unwrap(),
        id_in_newspaper: Some(number.to_string()),
        title: String::new(),
        lead: None,
        dateline: None,
        authors: Vec::new(),
        published_at: None,
        updated_at: None,
        section: Vec::new(),
        tags: Vec::new(),
        body: Vec::new(),
        captions: Vec::new(),
        images: Vec::new(),
        source_note: None,
        end_mark: false,
        language: "vi".into(),
        read_by: ReadBy { khobao: "0.1.0".into(), layout: format!("{newspaper}/mau-2026"), charset: None },
        origin: BTreeMap::new(),
    }
}

fn site_samples(count: usize) -> Vec<Sample> {
    let sample = |number: usize| {
        let id = 1000 + number;
        let story = Story::new(id);
        let design = 7 + u64::from(number >= DESIGN_PAGES);
        let mut article = blank("baomau", &story.url(), id);
        article.body =
            story.paragraphs.iter().map(|text| Block::new(BlockKind::Paragraph, text.clone())).collect();
        article.title.clone_from(&story.title);
        article.lead = Some(story.lead.clone());
        let page = enliven(&site::page(id, id + 3, design), id).into_bytes();
        Sample { newspaper: "baomau".into(), page, article }
    };
    (0..count).map(sample).collect()
}

/// The fixtures' article pages, newspaper by newspaper.
fn fixture_samples() -> Vec<Sample> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut files: Vec<_> = std::fs::read_dir(root)
        .unwrap()
        .filter_map(|folder| std::fs::read_dir(folder.unwrap().path()).ok())
        .flat_map(|files| files.map(|file| file.unwrap().path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "html"))
        .collect();
    files.sort();
    let sample = |(number, path): (usize, &std::path::PathBuf)| {
        let newspaper = path.parent().unwrap().file_name().unwrap().to_str().unwrap().to_owned();
        let article =
            blank(&newspaper, &format!("https://{newspaper}.example/tin-post{number}.html"), number);
        Sample { newspaper, page: std::fs::read(path).unwrap(), article }
    };
    files.iter().enumerate().map(sample).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Records samples as a crawl does and gives the time that recording took.
fn record(archive: &mut Archive, samples: &[Sample], is_gzip: bool) -> Duration {
    let run = archive.begin_run("bench", at(0)).unwrap();
    let mut took = Duration::ZERO;
    for (number, sample) in samples.iter().enumerate() {
        let (due, outcome) = visit(archive, sample, number, is_gzip);
        let begun = Instant::now();
        archive.record(run, &due, &outcome, at(number)).unwrap();
        took += begun.elapsed();
    }
    archive.finish_run(run, "done", at(samples.len())).unwrap();
    took
}

fn visit(archive: &mut Archive, sample: &Sample, number: usize, is_gzip: bool) -> (Due, Outcome) {
    let target = Target {
        newspaper: sample.newspaper.clone(),
        kind: TargetKind::Article,
        url: sample.article.url.clone(),
        id_in_newspaper: sample.article.id_in_newspaper.clone(),
    };
    archive.seed(&[Link { target: target.clone(), title: None, date: None }], at(number)).unwrap();
    let due = archive.target(&target).unwrap().unwrap();
    let mut response_headers = vec![("content-type".to_owned(), "text/html; charset=utf-8".to_owned())];
    let payload = if is_gzip {
        response_headers.push(("content-encoding".into(), "gzip".into()));
        gzip(&sample.page)
    } else {
        sample.page.clone()
    };
    let exchange = Exchange {
        url: target.url,
        requested_at: at(number),
        request_headers: vec![("user-agent".into(), "khobao".into())],
        protocol: "HTTP/1.1".into(),
        status: 200,
        response_headers,
        payload: payload.into(),
        remote_address: None,
    };
    let fate = Fate::Article(Box::new(sample.article.clone()));
    (due, Outcome { exchanges: vec![exchange], body_digest: None, fate, next_at: None })
}

/// Bytes that all payloads take, their dictionaries and notes included.
fn stored(reader: &Reader) -> u64 {
    reader.page_groups(&Packing::default()).unwrap().iter().map(|group| group.bytes_after).sum()
}

/// Reads pages back in an order of no meaning, each as the first thing that a program does, and checks every byte.
fn read_back(path: &Path, samples: &[Sample], is_gzip: bool) -> (Duration, Duration) {
    let mut times = Vec::new();
    let mut dice = Dice::new(3);
    for _ in 0..200 {
        let number = dice.roll(samples.len());
        let expected = &samples[number].page;
        let expected = if is_gzip { gzip(expected) } else { expected.clone() };
        let reader = Reader::open(path).unwrap();
        let capture = reader.last_capture(&samples[number].article.url).unwrap().unwrap();
        let begun = Instant::now();
        let payload = reader.payload(capture.id).unwrap();
        times.push(begun.elapsed());
        assert_eq!(payload, expected);
    }
    times.sort_unstable();
    (times[times.len() / 2], times[times.len() * 99 / 100])
}

/// Reads pages back as their articles are read again: decoded, one after the other.
fn read_pages(path: &Path, samples: &[Sample]) -> Duration {
    let reader = Reader::open(path).unwrap();
    let captures = reader.article_pages(&[]).unwrap();
    let begun = Instant::now();
    for capture in &captures {
        reader.page(capture.capture_id).unwrap().unwrap();
    }
    begun.elapsed() / u32::try_from(samples.len()).unwrap()
}

fn measure(name: &str, samples: &[Sample], is_gzip: bool) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bench.db");
    let mut archive = Archive::create_or_open(&path).unwrap();
    let took = record(&mut archive, samples, is_gzip);
    let count = samples.len() as f64;
    let by_gzip = samples.iter().map(|sample| gzip(&sample.page).len()).sum::<usize>() as f64;
    let whole = samples.iter().map(|sample| sample.page.len()).sum::<usize>() as f64;
    println!(
        "\n{name}: {} pages of {:.1} kB, as {} ",
        samples.len(),
        whole / count / 1e3,
        if is_gzip { "gzip" } else { "they are" }
    );
    println!("  gzip per record   {:8.0} bytes a page", by_gzip / count);
    println!(
        "  recording         {:8.0} captures/s ({:.2} ms each)",
        count / took.as_secs_f64(),
        took.as_secs_f64() * 1e3 / count
    );
    let tell = |archive: &Archive, what: &str| {
        let stored = stored(&archive.reader().unwrap()) as f64;
        let (median, worst) = read_back(&path, samples, is_gzip);
        println!(
            "  {what} {:8.0} bytes a page, 1/{:.1} of gzip; payload read back in {median:.0?} (99 %: {worst:.0?}), pages in a row in {:.0?}",
            stored / count,
            by_gzip / stored,
            read_pages(&path, samples)
        );
    };
    tell(&archive, "after the crawl  ");
    let begun = Instant::now();
    archive.pack(&Packing::default(), at(samples.len()), |_| ControlFlow::Continue(())).unwrap();
    let took = begun.elapsed();
    tell(&archive, "after packing    ");
    println!("  packing           {:8.2} ms a page", took.as_secs_f64() * 1e3 / count);
}

fn main() {
    let count = std::env::var("KHOBAO_BENCH_PAGES").ok().and_then(|text| text.parse().ok()).unwrap_or(PAGES);
    let samples = site_samples(count);
    measure("a site", &samples, false);
    measure("a site", &samples, true);
    measure("fixtures", &fixture_samples(), false);
}
