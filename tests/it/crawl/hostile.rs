//! A hostile newspaper, each trap on its own path: the crawl ends by itself, in bounded time and memory, says of each
//! trap why it was left, and reads the honest pages among them.

use std::fmt::Write as _;
use std::io::Write as _;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;

use super::{arguments, listing, numbered, selectors};
use crate::loopback::{Asked, Reply, Server, Site, Step};
use crate::program::{Desk, finish};

/// The longest that the crawl of all traps may take; alone on a machine it takes about a minute.
const TIME_MAX: Duration = Duration::from_mins(10);

/// The most memory, in KiB, of a program that was built for debugging.
const MEMORY_KIB_MAX: u64 = 700 << 10;

/// The most requests that all traps together may draw out of the crawl.
const REQUESTS_MAX: usize = 1_500;

/// 16 MiB of zeros, compressed by the brotli crate at quality 11.
const BROTLI_BOMB: [u8; 26] = [
    0xcb, 0xff, 0xff, 0x3f, 0x00, 0x24, 0x00, 0xe2, 0xb1, 0x40, 0x72, 0xef, 0xff, 0xf8, 0xff, 0xff, 0x07,
    0x80, 0x04, 0x40, 0x1c, 0x16, 0x80, 0xee, 0xfd, 0xdf,
];

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn endless(head: &str, piece: &[u8], rest: Duration) -> Reply {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n{head}\r\n");
    Reply::steps(vec![Step::Send(head.into_bytes()), Step::Forever(piece.to_vec(), rest)])
}

/// The traps that stand in an article's place, with the words by which each is told.
fn pages() -> Vec<(&'static str, Reply, &'static str)> {
    let zeros = vec![0; 16 << 20];
    let coded = |name: &str, bytes: Vec<u8>| Reply::html(bytes).header("content-encoding", name);
    let lines = "x-line: 1\r\n".repeat(200);
    vec![
        ("circle", Reply::redirect(302, "/circle-post1.html"), "the redirects go in a circle"),
        ("gzip", coded("gzip", gzip(&zeros)), "swell"),
        ("zstd", coded("zstd", zstd::encode_all(&zeros[..], 19).unwrap()), "swell"),
        ("brotli", coded("br", BROTLI_BOMB.to_vec()), "swell"),
        ("large", Reply::html(vec![b'a'; 10 << 20]), "larger than"),
        ("flood", endless("", &[b'x'; 1 << 16], Duration::ZERO), "larger than"),
        ("lines", endless(&lines, b"x", Duration::from_millis(10)), "the header of the answer"),
        ("header", Reply::html("x").header("x-long", &"x".repeat(90 << 10)), "the header of the answer"),
        ("drip", endless("", b"x", Duration::from_millis(100)), "the body drips"),
        ("private", Reply::redirect(302, "ftp://127.0.0.1/"), "only http and https"),
        (
            "away",
            Reply::redirect(302, "http://bao-khac.example/"),
            "sends visitors to http://bao-khac.example/",
        ),
        ("nothing", Reply::steps(vec![Step::Close]), "closed"),
    ]
}

/// A number at the end of a path, and what follows from it.
fn last_number(path: &str) -> usize {
    let digits: String =
        path.chars().rev().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    digits.chars().rev().collect::<String>().parse().unwrap_or(0)
}

/// The traps that make addresses without end.
fn endless_site(asked: &Asked) -> Reply {
    let path = asked.path.as_str();
    let number = last_number(path);
    let page = |links: &[String]| Reply::html(listing(links));
    if path.starts_with("/lich/") {
        // A calendar by paths: each month leads to its neighbours and its days, of which none holds anything.
        let days = (1..=30).map(|day| format!("/lich/{number}/ngay-{day}/"));
        page(
            &[format!("/lich/{}/", number + 1), format!("/lich/{}/", number + 1000)]
                .into_iter()
                .chain(days)
                .collect::<Vec<_>>(),
        )
    } else if path.starts_with("/su-kien/") {
        // A calendar by queries.
        page(&(1..=30).map(|step| format!("/su-kien/?thang={}", number * 31 + step)).collect::<Vec<_>>())
    } else if path.starts_with("/phien/") {
        // Links that name the visit: the same list under another address each time.
        page(&[
            format!("/phien/?khach={}", number * 7 + 1),
            format!("/phien/?khach={}", number * 7 + 2),
            "/that-post900.html".into(),
        ])
    } else if path.starts_with("/danh-sach/") {
        // Pages without end that show the same articles in another order.
        let mut links: Vec<String> =
            vec!["/that-post900.html".into(), format!("/danh-sach/?page={}", number + 1)];
        if number % 2 == 1 {
            links.push("/that-post901.html".into());
        }
        page(&links)
    } else if path.starts_with("/sau/") {
        // A relative link that leads deeper each time.
        page(&["sau/".to_owned()])
    } else if path.starts_with("/sitemap-") {
        let host = asked.header("host").unwrap_or_default();
        let entry = |step: usize| {
            format!("<sitemap><loc>http://{host}/sitemap-{}.xml</loc></sitemap>", number * 3 + step)
        };
        xml(&format!("<sitemapindex>{}{}{}</sitemapindex>", entry(1), entry(2), entry(3)))
    } else {
        Reply::status(404)
    }
}

fn xml(body: &str) -> Reply {
    Reply::status(200)
        .header("content-type", "application/xml")
        .body(format!("<?xml version=\"1.0\"?>{body}"))
}

/// A sitemap of nearly 50 MB whose entries are videos, and one article at its end.
fn large_sitemap(host: &str) -> Reply {
    let mut entries = String::from("<urlset>");
    let mut number = 0;
    while entries.len() < 50_000_000 {
        number += 1;
        _ = write!(entries, "<url><loc>http://{host}/video/phong-su-truyen-hinh-so-{number}.mp4</loc></url>");
    }
    xml(&(entries + &format!("<url><loc>http://{host}/cuoi-post902.html</loc></url></urlset>")))
}

fn hostile() -> Site {
    let traps = pages();
    let mut front: Vec<String> = Vec::new();
    let mut site = Site::new().page("/robots.txt", Reply::status(404));
    for (number, (name, reply, _)) in traps.into_iter().enumerate() {
        let path = format!("/{name}-post{}.html", number + 1);
        let honest = format!("/that-post{}.html", 901 + number);
        front.extend([path.clone(), honest.clone()]);
        site = site.page(&path, reply).page(&honest, Reply::html(numbered(901 + number)));
    }
    front.extend(["/lich/1/", "/su-kien/", "/phien/", "/danh-sach/", "/sau/", "/lon/"].map(str::to_owned));
    // Short links: the page must not be too large, only too rich.
    let many: Vec<String> =
        (0..100_000).map(|number| format!("<a href=\"/lon/?muc={number}\">Mục {number}</a>\n")).collect();
    let many = format!("<!DOCTYPE html><html><body>{}</body></html>", many.concat());
    site.page("/", Reply::html(listing(&front)))
        .page("/that-post900.html", Reply::html(numbered(900)))
        .page("/lon/", Reply::html(many))
        .page("/cuoi-post902.html", Reply::html(numbered(902)))
        .on("/sitemap.xml", |asked| large_sitemap(asked.header("host").unwrap_or_default()))
        .otherwise(endless_site)
}

fn peak_kib(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let peak =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse().ok());
    peak.unwrap_or(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crawl_of_a_hostile_newspaper_ends_by_itself_and_says_why_of_each_trap() {
    let server = Server::start(hostile()).await;
    let desk = Desk::new();
    selectors(&desk, &server, "0s");
    let file = std::fs::read_to_string(desk.path("selectors/thunghiem.toml")).unwrap();
    let sitemaps = ["/sitemap.xml", "/sitemap-1.xml"].map(|path| server.url(path).to_string());
    desk.file(
        "selectors/thunghiem.toml",
        format!("{file}sitemaps = {sitemaps:?}\nlisting = ['^/(?:[a-z0-9-]+/)+(?:\\?[a-z]+=\\d+)?$']\n"),
    );
    let start = Instant::now();
    let mut child = desk.start(&arguments(&["--json"]));
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        peak = peak.max(peak_kib(child.id()));
        if start.elapsed() > TIME_MAX {
            child.kill().unwrap();
            panic!(
                "the crawl does not end; it asked last for {:?}",
                server.paths().iter().rev().take(20).collect::<Vec<_>>()
            );
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let run = finish(child.wait_with_output().unwrap());
    let requests = server.log().len();
    eprintln!("{requests} requests, {:?}, at most {} MiB", start.elapsed(), peak >> 10);
    assert_eq!(run.code, Some(1), "pages failed: {}", run.stderr);
    assert!(peak < MEMORY_KIB_MAX, "{peak} KiB");
    assert!(requests < REQUESTS_MAX, "{requests} requests");
    assert_eq!(desk.column("PRAGMA integrity_check"), ["ok"]);
    assert_eq!(desk.column("SELECT count(*) FROM articles"), ["13"], "the honest pages among them are read");

    let failures = desk.column("SELECT url || ' ' || what FROM failures");
    let of = |name: &str| {
        failures.iter().find(|row| row.contains(&format!("/{name}-post"))).cloned().unwrap_or_default()
    };
    let untold: Vec<String> = pages()
        .into_iter()
        .filter(|(name, _, words)| !of(name).contains(words))
        .map(|(name, _, words)| format!("{name}: not '{words}' but '{}'", of(name)))
        .collect();
    assert!(untold.is_empty(), "{untold:#?}");
    let told = |path: &str, words: &str| {
        let sql = format!(
            "SELECT coalesce(notice, reason) FROM target WHERE url LIKE '%{path}%' AND coalesce(notice, reason) LIKE '%{words}%'"
        );
        assert!(!desk.column(&sql).is_empty(), "{path} is not told by {words}");
    };
    // Which of the limits a trap meets first depends on what the others have used up.
    for path in ["/lich/", "/su-kien/", "/phien/", "/sau/"] {
        told(path, "left out");
    }
    told("/lon/", "more links than are taken from one");
    told("/danh-sach/", "not followed further");
    told("/sitemap-", "lie one in the other");
}
