//! Spoilt pages: cut, with bytes flipped, nested beyond measure. Reading them ends, and what it gives keeps the
//! promises of an article.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use bytes::Bytes;
use khobao::article::Article;
use khobao::extract;
use khobao::newspaper::{Newspaper, Newspapers};
use khobao::page::Page;
use khobao::target::TargetKind;
use khobao::text::caption;
use proptest::prelude::*;
use url::Url;

/// A page of a newspaper.
struct Saved {
    newspaper: Newspaper,
    bytes: Vec<u8>,
}

static SAVED: LazyLock<Vec<Saved>> = LazyLock::new(|| {
    let newspapers = Newspapers::built_in().unwrap();
    let mut saved = Vec::new();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    for newspaper in &newspapers {
        let Ok(folder) = std::fs::read_dir(fixtures.join(&newspaper.id)) else { continue };
        let mut paths: Vec<PathBuf> = folder.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        for path in paths.iter().filter(|path| path.extension().is_some_and(|ending| ending == "html")) {
            saved.push(Saved { newspaper: newspaper.clone(), bytes: std::fs::read(path).unwrap() });
        }
    }
    assert!(!saved.is_empty(), "the fixtures are where this test looks");
    saved
});

fn read(newspaper: &Newspaper, body: Vec<u8>) -> Option<Article> {
    let host = newspaper.hosts.first().cloned().unwrap_or_else(|| "bao.example".to_owned());
    let page = Page {
        kind: TargetKind::Article,
        url: Url::parse(&format!("https://{host}/bai-post1.html")).unwrap(),
        status: 200,
        headers: vec![("content-type".into(), "text/html; charset=utf-8".into())],
        body: Bytes::from(body),
        fetched_at: "2026-10-01T00:00:00Z".parse().unwrap(),
    };
    extract::article(newspaper, &page).ok()
}

/// What holds of every article, whatever the page was.
fn check(article: &Article) {
    let captions: Vec<String> = article.captions.iter().map(|text| caption::key(text)).collect();
    for block in &article.body {
        assert!(!block.text.trim().is_empty(), "no block is empty");
        assert!(
            !captions.contains(&caption::key(&block.text)),
            "a caption stands in the body: {}",
            block.text
        );
    }
    for (index, key) in captions.iter().enumerate() {
        assert!(!captions[..index].contains(key), "a caption is given twice: {key}");
    }
    for image in &article.images {
        assert!(
            image.caption.is_none_or(|index| index < captions.len()),
            "an image points beyond the captions"
        );
    }
    if let (Some(lead), Some(first)) = (&article.lead, article.body.first()) {
        assert_ne!(caption::key(lead), caption::key(&first.text), "the lead is repeated");
    }
}

/// Reads the bytes by the newspaper's selectors and without any.
fn read_both(newspaper: &Newspaper, bytes: &[u8]) {
    let unknown = Newspaper::unknown("bao.example");
    for newspaper in [newspaper, &unknown] {
        if let Some(article) = read(newspaper, bytes.to_vec()) {
            check(&article);
        }
    }
}

#[test]
fn whole_pages_keep_the_promises() {
    for saved in SAVED.iter() {
        read_both(&saved.newspaper, &saved.bytes);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn a_page_cut_anywhere_is_read_or_refused(number in any::<prop::sample::Index>(), at in any::<prop::sample::Index>()) {
        let saved = number.get(&SAVED);
        read_both(&saved.newspaper, &saved.bytes[..at.index(saved.bytes.len())]);
    }

    #[test]
    fn a_page_with_bytes_flipped_is_read_or_refused(
        number in any::<prop::sample::Index>(),
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..60),
    ) {
        let saved = number.get(&SAVED);
        let mut bytes = saved.bytes.clone();
        for (at, byte) in flips {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        read_both(&saved.newspaper, &bytes);
    }

    #[test]
    fn a_page_with_tags_strewn_in_is_read_or_refused(
        number in any::<prop::sample::Index>(),
        tags in prop::collection::vec(
            (any::<prop::sample::Index>(), prop::sample::select(vec![
                "<div>", "</div>", "<p>", "</p>", "<table>", "</table>", "<td>", "<tr>", "<b>", "</b>", "<br>", "<li>",
                "<a href=/x>", "</a>", "<figure>", "<figcaption>", "<img src=/a.jpg>", "<html>", "</body>", "<svg>",
                "<!--", "-->", "<template>", "<select>", "<h1>", "<blockquote>", "<noscript>", "&nbsp;", "./.",
            ])),
            1..40,
        ),
    ) {
        let saved = number.get(&SAVED);
        let mut bytes = saved.bytes.clone();
        for (at, tag) in tags {
            let at = at.index(bytes.len());
            bytes.splice(at..at, tag.bytes());
        }
        read_both(&saved.newspaper, &bytes);
    }
}

/// A page of the given text and something hostile before, around and behind it.
fn beset(before: &str, behind: &str) -> Vec<u8> {
    let text =
        "<p>Sáng sớm, sương còn phủ kín bến đò, ông Sấn đã chống thuyền đưa lũ trẻ sang sông học chữ.</p>";
    format!(
        "<html><body><h1>Cây cầu bên sông Nậm</h1><div>{}</div>{before}{behind}</body></html>",
        text.repeat(6)
    )
    .into_bytes()
}

#[test]
fn pages_that_nest_without_end_are_read_to_an_end() {
    for tag in [
        "<div>",
        "<span>",
        "<b>",
        "<table><tr><td>",
        "<ul><li>",
        "<blockquote>",
        "<a href=/x>",
        "<font color=red>",
    ] {
        let page = beset(&tag.repeat(100_000), "chữ");
        read_both(&SAVED[0].newspaper, &page);
    }
    let numbered: Vec<String> = (0..20_000).map(|number| format!("<i class=c{number}>")).collect();
    read_both(
        &SAVED[0].newspaper,
        &beset(&format!("<p>{}</p>", numbered.concat()), &"<p>x</p>".repeat(20_000)),
    );
}

#[test]
fn a_huge_attribute_is_read_past() {
    let (ten_megabytes, large) = ("a b ".repeat(2_500_000), "a b ".repeat(100_000));
    for tag in [
        format!("<div class=\"{ten_megabytes}\">"),
        format!("<div style=\"{large}\">"),
        format!("<img src=\"{large}\" alt=\"{large}\">"),
        format!("<img src=/a.jpg srcset=\"{large}\">"),
        format!("<a href=\"{large}\">"),
        format!("<meta name=description content=\"{large}\">"),
    ] {
        read_both(&SAVED[0].newspaper, &beset(&tag, "chữ"));
    }
}

#[test]
fn thousands_of_repeats_are_read_in_time() {
    for unit in [
        "<p>Một câu.</p>",
        "<img src=/a.jpg>",
        "<p><img src=/a.jpg><br>Ảnh</p>",
        "<li><a href=/x>Tin</a></li>",
        "x<br>",
    ] {
        read_both(&SAVED[0].newspaper, &beset(&unit.repeat(30_000), ""));
    }
}

/// What reading a page of ten megabytes may take of memory, in kB.
#[cfg(target_os = "linux")]
const MEMORY_KB_MAX: u64 = 900_000;

/// And of time, on a slow machine at work on other things, with nothing optimised.
#[cfg(target_os = "linux")]
const TIME_MAX: std::time::Duration = std::time::Duration::from_mins(2);

/// The most memory that a process has held so far, in kB, as Linux tells it; none once it has ended.
#[cfg(target_os = "linux")]
fn peak_kb(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

#[cfg(target_os = "linux")]
#[test]
fn the_program_reads_hostile_pages_in_bounded_time_and_memory() {
    let desk = crate::program::Desk::new();
    let nested = "<div>".repeat(100_000);
    let attribute = format!("<div class=\"{}\">", "a b ".repeat(2_500_000));
    let text =
        ["Sáng sớm, sương còn phủ kín bến đò.", "Ông Sấn đã chống thuyền đưa lũ trẻ sang sông học chữ."];
    for (name, behind) in [("long-chong.html", nested), ("thuoc-tinh.html", attribute)] {
        let text = text.map(|text| format!("<p>{text} {text}</p>")).concat();
        desk.file(
            name,
            format!("<html><body><h1>Cây cầu bên sông Nậm</h1><div>{text}</div>{behind}chữ</body></html>"),
        );
        let begun = std::time::Instant::now();
        let mut program = desk.start(&["read", name, "--generic", "--json"]);
        let mut peak = 0;
        while program.try_wait().unwrap().is_none() {
            peak = peak.max(peak_kb(program.id()).unwrap_or_default());
            assert!(begun.elapsed() < TIME_MAX, "{name} takes longer than {TIME_MAX:?}");
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        let output = program.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        assert!((1..MEMORY_KB_MAX).contains(&peak), "{name} takes {peak} kB");
    }
}
