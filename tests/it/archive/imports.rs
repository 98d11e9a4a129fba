//! Imports: what others captured comes in at its own time, from every kind of file that the trade writes, and what is
//! damaged is told.

use std::fmt::Write as _;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use khobao::outcome::{Fate, Outcome};

use super::exports::{demo, records};
use super::{Bench, article, article_target, at, exchange, read_article};
use crate::program::Desk;

const PAGE: &str = "https://baobackan.vn/ngay-hoi-doc-sach-post57001.html";

/// An article page of a built-in newspaper.
fn page(title: &str, text: &str) -> String {
    format!(
        r#"<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{title} | Báo Bắc Kạn</title>
<meta property="article:published_time" content="2023-05-10T17:45:00+0700"></head><body>
<h1 class="article__title cms-title">{title}</h1>
<div class="article__body cms-body" itemprop="articleBody"><p>BBK - Chiều 10/5, {text}</p>
<p>Hơn 400 cuốn sách được trao tặng cho các điểm trường vùng cao của huyện.</p></div></body></html>"#
    )
}

/// A record as its writer might write it: the fields stand as they are given, the length is added.
fn record(version: &str, fields: &[(&str, &str)], block: &[u8]) -> Vec<u8> {
    let mut head = format!("WARC/{version}\r\n");
    for (name, value) in fields {
        _ = write!(head, "{name}: {value}\r\n");
    }
    _ = write!(head, "Content-Length: {}\r\n\r\n", block.len());
    [head.as_bytes(), block, b"\r\n\r\n"].concat()
}

fn response(url: &str, date: &str, block: &[u8]) -> Vec<u8> {
    let fields = [("WARC-Type", "response"), ("WARC-Target-URI", url), ("WARC-Date", date)];
    record("1.0", &fields, block)
}

/// A whole answer of a server.
fn answer(body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{body}").into_bytes()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn import(desk: &Desk, files: &[&str], code: i32) -> (serde_json::Value, String) {
    let run = desk.run(&[&["import", "--json"], files].concat()).ends(code);
    (run.json().remove(0), run.stderr)
}

#[test]
fn what_was_exported_comes_back_as_it_was() {
    let desk = demo();
    let origin =
        desk.column("SELECT replace(url, '/robots.txt', '') FROM captures WHERE url LIKE '%/robots.txt'");
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/demo/selectors/baokhauluong.toml");
    let selectors = std::fs::read_to_string(file).unwrap().replace("{origin}", &origin[0]);
    desk.file("selectors/baokhauluong.toml", selectors);
    desk.run(&["export", "warc", "w.warc.gz"]).ends(0);
    desk.run(&["export", "wacz", "w.wacz"]).ends(0);
    std::fs::rename(desk.path("khobao.db"), desk.path("before.db")).unwrap();
    let told = |sql: &str| desk.column(sql);
    for file in ["w.warc.gz", "w.wacz"] {
        let (report, _) = import(&desk, &[file, "--selectors", "selectors"], 0);
        assert_eq!((&report["new_articles"], &report["damaged"]), (&16.into(), &0.into()), "{report}");
        for columns in [
            "SELECT url || ' ' || fetched_at || ' ' || status || ' ' || sha256 FROM captures ORDER BY 1",
            "SELECT json_array(url, title, lead, dateline, event_date, published_at, section_path, authors, tags, body,
               version_count, first_seen_at, last_seen_at, gone_at) FROM articles ORDER BY 1",
            "SELECT version || text_sha256 || captured_at || reason FROM versions ORDER BY 1",
            "SELECT caption || photo_count FROM captions ORDER BY 1",
        ] {
            let after = told(columns);
            std::fs::rename(desk.path("khobao.db"), desk.path("after.db")).unwrap();
            std::fs::rename(desk.path("before.db"), desk.path("khobao.db")).unwrap();
            assert_eq!(after, told(columns), "{file}");
            std::fs::rename(desk.path("khobao.db"), desk.path("before.db")).unwrap();
            std::fs::rename(desk.path("after.db"), desk.path("khobao.db")).unwrap();
        }
        let (again, _) = import(&desk, &[file, "--selectors", "selectors"], 0);
        assert_eq!((&again["captures"], &again["new_articles"]), (&0.into(), &0.into()), "{again}");
        std::fs::remove_file(desk.path("khobao.db")).unwrap();
    }
}

#[test]
fn redirects_revisits_and_pages_that_are_gone_come_back_as_they_were() {
    let mut bench = Bench::new();
    let target = article_target(1);
    let body =
        page("Mộc Châu khai mạc mùa hái mận", "huyện Mộc Châu khai mạc mùa hái mận.").replace("BBK", "SLO");
    let mut first = read_article(&target, &article(1), at(1));
    first.exchanges[0].payload = body.clone().into();
    bench.visit(&target, &first, at(1));
    let mut again = read_article(&target, &article(1), at(70));
    again.exchanges[0].payload = body.into();
    again.exchanges[0].response_headers.push(("transfer-encoding".into(), "chunked".into()));
    bench.visit(&target, &again, at(70));
    for (status, minutes, fate) in [(304, 140, Fate::Unchanged), (404, 200, Fate::Gone("status 404".into()))]
    {
        let exchanges = vec![exchange(&target.url, status, b"", at(minutes))];
        bench.visit(&target, &Outcome { exchanges, body_digest: None, fate, next_at: None }, at(minutes));
    }
    let desk = Desk::new();
    let toml = "name = \"Báo Sơn La\"\nprovince = \"Sơn La\"\nhosts = [\"baosonla.vn\"]\ncodes = [\"SLO\"]\nfamily = \"epi\"\n\n\
                [crawl]\nstart = [\"https://baosonla.vn/\"]\n";
    desk.file("selectors/baosonla.toml", toml);
    let archive = bench.archive.path().to_str().unwrap();
    desk.run(&["export", "warc", "a.warc.gz", "--archive", archive]).ends(0);
    let (report, _) = import(&desk, &["a.warc.gz", "--selectors", "selectors"], 0);
    assert_eq!((&report["captures"], &report["new_articles"]), (&4.into(), &1.into()), "{report}");
    let captures = "SELECT group_concat(fetched_at || ' ' || status || ' ' || size, ', ') FROM (SELECT * FROM captures ORDER BY fetched_at)";
    let size = bench.stock().query_row("SELECT size FROM captures", [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(
        desk.column(captures),
        [format!(
            "2023-05-12T11:01:00Z 200 {size}, 2023-05-12T12:10:00Z 200 {size}, 2023-05-12T13:20:00Z 304 0, 2023-05-12T14:20:00Z 404 0"
        )]
    );
    assert_eq!(desk.column("SELECT revisit_of FROM capture WHERE status = 304"), ["2"]);
    assert_eq!(
        desk.column("SELECT first_seen_at || ' ' || last_seen_at || ' ' || gone_at FROM articles"),
        ["2023-05-12T11:01:00Z 2023-05-12T13:20:00Z 2023-05-12T14:20:00Z"]
    );
    // The header that no longer held in the file holds again in the archive.
    desk.run(&["export", "warc", "b.warc.gz"]).ends(0);
    let blocks = |name: &str| -> Vec<Vec<u8>> {
        let records = records(&std::fs::read(desk.path(name)).unwrap());
        records.into_iter().skip(1).map(|record| record.block).collect()
    };
    assert_eq!(blocks("a.warc.gz"), blocks("b.warc.gz"));
}

const OLD_PAGE: &str = "http://baobackan.com.vn/tin-cu-post60001.html";
const THIRD_PAGE: &str = "https://baobackan.vn/hoi-thi-cay-lua-post57002.html";

fn fields<'a>(kind: &'a str, url: &'a str, date: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![("WARC-Type", kind), ("WARC-Target-URI", url), ("WARC-Date", date)]
}

/// As wget writes: the request first, addresses in angle brackets, chunks as they came; a revisit that names the record
/// it repeats, with the digest of the whole answer over its head alone.
fn by_wget(body: &str) -> Vec<u8> {
    let url = format!("<{PAGE}>");
    let date = "2023-05-12T11:00:00Z";
    let id = "<urn:uuid:00000000-0000-0000-0000-000000000001>";
    let mut request = fields("request", &url, date);
    request.push(("WARC-Record-ID", id));
    let mut response = fields("response", &url, date);
    let own_id = "<urn:uuid:00000000-0000-0000-0000-000000000002>";
    response.extend([
        ("WARC-Record-ID", own_id),
        ("WARC-Concurrent-To", id),
        ("WARC-IP-Address", "203.0.113.9"),
    ]);
    let mut revisit = fields("revisit", &url, "2023-05-13T11:00:00Z");
    let profile = "http://netpreserve.org/warc/1.0/revisit/identical-payload-digest";
    let digest = "sha1:BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB";
    revisit.extend([("WARC-Refers-To", own_id), ("WARC-Profile", profile), ("WARC-Block-Digest", digest)]);
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n";
    let asked = b"GET /ngay-hoi-doc-sach-post57001.html HTTP/1.1\r\nUser-Agent: Wget/1.21\r\n\r\n";
    [
        record("1.0", &[("WARC-Type", "warcinfo"), ("WARC-Date", date)], b"software: Wget/1.21\r\n"),
        record("1.0", &revisit, head.as_bytes()),
        record("1.0", &request, asked),
        record("1.0", &response, format!("{head}{:x}\r\n{body}\r\n0\r\n\r\n", body.len()).as_bytes()),
    ]
    .concat()
}

/// As Heritrix writes: names looked up, metadata behind each response, a revisit that names only a digest, here of a
/// record that comes later.
fn by_heritrix(body: &str) -> Vec<u8> {
    let digest = ("WARC-Payload-Digest", "sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    let mut response = fields("response", OLD_PAGE, "2018-03-01T02:00:00Z");
    response.push(digest);
    let mut revisit = fields("revisit", OLD_PAGE, "2018-04-01T02:00:00Z");
    let profile = "http://netpreserve.org/warc/1.0/revisit/identical-payload-digest";
    revisit.extend([("WARC-Profile", profile), digest]);
    let name = fields("response", "dns:baobackan.com.vn", "2018-03-01T01:59:00Z");
    [
        record("1.0", &name, b"20180301 baobackan.com.vn."),
        record("1.0", &revisit, b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"),
        record("1.0", &response, &answer(body)),
        record("1.0", &fields("metadata", OLD_PAGE, "2018-03-01T02:00:00Z"), b"fetchTimeMs: 3\r\n"),
    ]
    .concat()
}

/// As Browsertrix writes: WARC/1.1 with fractions of a second, HTTP/2, resources and conversions beside the page, a
/// gzip member a record.
fn by_browsertrix(body: &str) -> Vec<u8> {
    let date = "2024-06-01T03:04:05.678Z";
    let response = [b"HTTP/2 200\r\n\r\n".as_slice(), body.as_bytes()].concat();
    let all = [
        record("1.1", &fields("response", THIRD_PAGE, date), &response),
        record("1.1", &fields("resource", "urn:pageinfo:x", date), b"{}"),
        record("1.1", &fields("conversion", THIRD_PAGE, date), b"text"),
        record("1.1", &fields("response", "https://cdn.example/a.js", date), &answer("x")),
    ];
    all.map(|record| gzip(&record)).concat()
}

#[test]
fn the_files_of_other_tools_are_taken() {
    let body = page("Ngày hội đọc sách ở Pác Nặm", "huyện Pác Nặm tổ chức ngày hội đọc sách.");
    let older =
        page("Tin của năm 2018", "thị xã Bắc Kạn họp bàn việc đầu năm.").replace("2023-05", "2018-02");
    let modern = page("Hội thi cấy lúa xuân", "xã Nà Phặc tổ chức hội thi cấy lúa.");
    let desk = Desk::new();
    desk.file("plain.warc", by_wget(&body));
    desk.file("one-stream.warc.gz", gzip(&by_heritrix(&older)));
    desk.file("members.warc.gz", by_browsertrix(&modern));
    let files = ["one-stream.warc.gz", "plain.warc", "members.warc.gz"];
    let (report, stderr) = import(&desk, &files, 0);
    assert_eq!(report["captures"], 5, "{report} {stderr}");
    assert_eq!((&report["new_articles"], &report["unresolved"]), (&3.into(), &0.into()), "{report}");
    assert_eq!(report["hosts"]["cdn.example"], 1);
    assert_eq!(
        desk.column("SELECT fetched_at || ' ' || url FROM captures ORDER BY 1"),
        [
            format!("2018-03-01T02:00:00Z {OLD_PAGE}"),
            format!("2018-04-01T02:00:00Z {OLD_PAGE}"),
            format!("2023-05-12T11:00:00Z {PAGE}"),
            format!("2023-05-13T11:00:00Z {PAGE}"),
            format!("2024-06-01T03:04:05Z {THIRD_PAGE}"),
        ]
    );
    assert_eq!(
        desk.column("SELECT event_date FROM articles ORDER BY 1"),
        ["2017-05-10", "2023-05-10", "2023-05-10"],
        "each is read in its own time"
    );
    assert_eq!(
        desk.column(&format!("SELECT DISTINCT size FROM captures WHERE url = '{PAGE}'")),
        [body.len().to_string()]
    );
    desk.run(&["export", "warc", "out.warc.gz", "--query", "\"pác nặm\""]).ends(0);
    let out = records(&std::fs::read(desk.path("out.warc.gz")).unwrap());
    let request = out.iter().find(|record| record.kind() == "request").unwrap();
    assert!(String::from_utf8_lossy(&request.block).contains("user-agent: Wget/1.21\r\n"));
    let (again, _) = import(&desk, &files, 0);
    assert_eq!((&again["captures"], &again["known"]), (&0.into(), &5.into()), "{again}");
}

#[test]
fn damaged_records_are_told_and_the_rest_is_taken() {
    let url = |number: usize| format!("https://baobackan.vn/tin-so-{number}-post{number}.html");
    let whole: Vec<Vec<u8>> = (1..=4)
        .map(|number| {
            let text = page(&format!("Tin số {number}"), "xã Nà Phặc bàn giao tuyến đường.");
            response(&url(number), "2023-05-12T11:00:00Z", &answer(&text))
        })
        .collect();
    let packed: Vec<Vec<u8>> = whole.iter().map(|record| gzip(record)).collect();
    let mut flipped = packed.clone();
    let middle = flipped[1].len() / 2;
    flipped[1][middle] ^= 0x55;
    let mut digested = whole.clone();
    digested[1] = record(
        "1.1",
        &[
            ("WARC-Type", "response"),
            ("WARC-Target-URI", &url(2)),
            ("WARC-Date", "2023-05-12T11:00:00Z"),
            ("WARC-Block-Digest", "sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        ],
        &answer("x"),
    );
    let text = String::from_utf8(whole[1].clone()).unwrap();
    let mut short = whole.clone();
    short[1] = text.replace("Content-Length: ", "Content-Length: 9").into_bytes();
    let mut lost = whole.clone();
    lost[1] = [b"garbage that is no record\r\n".as_slice(), &whole[1][20..]].concat();
    let mut gone = whole.clone();
    gone[1] = text.replace("https://baobackan.vn/tin", "no address ").into_bytes();
    let mut undated = whole.clone();
    undated[1] = text.replace("WARC-Date: 2023", "WARC-Date: then").into_bytes();
    let mut headless = whole.clone();
    headless[1] = response(&url(2), "2023-05-12T11:00:00Z", b"no answer of a server");
    let mut member = packed.clone();
    member[1] = gzip(&short[1]);
    let cases: [(&str, Vec<u8>, usize, &str); 9] = [
        ("flipped.warc.gz", flipped.concat(), 3, "it cannot be unpacked"),
        ("digest.warc", digested.concat(), 3, "its bytes are not those of its digest"),
        ("length.warc.gz", member.concat(), 3, "the next record begins before its end"),
        ("lost.warc", lost.concat(), 3, "no WARC record begins here"),
        ("address.warc", gone.concat(), 3, "is no address"),
        ("date.warc", undated.concat(), 3, "it does not tell its date"),
        ("headless.warc", headless.concat(), 3, "its block holds no HTTP response"),
        (
            "cut.warc",
            whole.concat()[..whole.concat().len() - 300].to_vec(),
            3,
            "the file ends inside of this record",
        ),
        (
            "cut.warc.gz",
            packed.concat()[..packed.concat().len() - 30].to_vec(),
            3,
            "the file ends inside of this record",
        ),
    ];
    for (name, bytes, taken, what) in cases {
        let desk = Desk::new();
        desk.file(name, bytes);
        let (report, stderr) = import(&desk, &[name], 1);
        assert_eq!(
            (&report["captures"], &report["damaged"]),
            (&taken.into(), &1.into()),
            "{name}: {report} {stderr}"
        );
        assert!(
            stderr.contains(name) && stderr.contains(what) && stderr.contains("record "),
            "{name}: {stderr}"
        );
        let place = if name.starts_with("cut") {
            if name.ends_with("gz") { packed[..3].concat().len() } else { whole[..3].concat().len() }
        } else if name.ends_with("gz") {
            packed[0].len()
        } else {
            whole[0].len()
        };
        assert!(stderr.contains(&format!("at byte {place}, ")), "{name}: {place} in {stderr}");
    }
}

#[test]
fn an_older_page_takes_its_place_in_time() {
    let pages =
        ["first", "second", "third"].map(|which| page("Ngày hội đọc sách", &format!("họp lần {which}.")));
    let dates = ["2023-05-11T01:00:00Z", "2023-05-12T01:00:00Z", "2023-05-13T01:00:00Z"];
    let desk = Desk::new();
    for (number, (page, date)) in pages.iter().zip(dates).enumerate() {
        desk.file(&format!("{number}.warc"), response(PAGE, date, &answer(page)));
    }
    desk.file("same.warc", response(PAGE, "2023-05-10T20:00:00Z", &answer(&pages[0])));
    for (file, edited) in [("2.warc", 0), ("0.warc", 1), ("1.warc", 1), ("same.warc", 0)] {
        assert_eq!(import(&desk, &[file], 0).0["edited"], edited, "{file}");
    }
    assert_eq!(
        desk.column("SELECT version || ' ' || captured_at || ' ' || reason FROM versions ORDER BY version"),
        ["1 2023-05-10T20:00:00Z first", "2 2023-05-12T01:00:00Z edited", "3 2023-05-13T01:00:00Z edited",]
    );
    assert_eq!(
        desk.column("SELECT version || ' ' || version_count || ' ' || first_seen_at || ' ' || last_seen_at FROM articles"),
        ["3 3 2023-05-10T20:00:00Z 2023-05-13T01:00:00Z"]
    );
    assert_eq!(desk.column("SELECT count(*) FROM articles WHERE body LIKE '%lần third%'"), ["1"]);
    assert_eq!(desk.column("SELECT count(*) FROM searchable('third')"), ["1"]);
    assert_eq!(desk.column("SELECT count(*) FROM searchable('first')"), ["0"]);
    assert_eq!(desk.column("SELECT count(*) FROM target WHERE next_at IS NOT NULL"), ["0"], "nothing is due");
    desk.run(&["verify"]).ends(0);
}

#[test]
fn a_saved_page_comes_in_with_its_address_and_time() {
    let desk = Desk::new();
    desk.file("trang.html", page("Ngày hội đọc sách ở Pác Nặm", "huyện Pác Nặm tổ chức ngày hội đọc sách."));
    let run = desk.run(&["import", "trang.html"]).ends(1);
    assert!(run.stderr.contains("does not tell its address (name it with --url)"), "{}", run.stderr);
    let arguments = ["trang.html", "--url", PAGE, "--fetched-at", "2023-05-12T18:00:00+07:00"];
    assert_eq!(import(&desk, &arguments, 0).0["new_articles"], 1);
    assert_eq!(
        desk.column("SELECT fetched_at || ' ' || url FROM captures"),
        [format!("2023-05-12T11:00:00Z {PAGE}")]
    );
    assert_eq!(desk.column("SELECT event_date FROM articles"), ["2023-05-10"]);
    let (report, stderr) = import(&desk, &["trang.html", "--url", PAGE], 0);
    assert!(stderr.contains("the time of the file (name another with --fetched-at)"), "{stderr}");
    assert_eq!((&report["captures"], &report["edited"]), (&1.into(), &0.into()), "{report}");
    desk.run(&["export", "warc", "a.warc.gz"]).ends(0);
    let out = records(&std::fs::read(desk.path("a.warc.gz")).unwrap());
    let kinds: Vec<&str> = out.iter().map(super::exports::Record::kind).collect();
    assert_eq!(kinds, ["warcinfo", "resource", "resource"], "no answer of a server is made up");
    std::fs::remove_file(desk.path("khobao.db")).unwrap();
    assert_eq!(import(&desk, &["a.warc.gz"], 0).0["new_articles"], 1);
}

#[test]
fn what_is_no_newspapers_is_left_out_unless_asked_for() {
    let desk = Desk::new();
    let page = response("https://tin.example/a.html", "2023-05-12T11:00:00Z", &answer("<html>x</html>"));
    desk.file("a.warc", page);
    let run = desk.run(&["import", "a.warc"]).ends(1);
    assert!(run.stderr.contains("1 of hosts that are no newspaper's (tin.example)"), "{}", run.stderr);
    assert_eq!(import(&desk, &["a.warc", "--all-hosts"], 0).0["captures"], 1);
    desk.file("b.txt", "plain text");
    let run = desk.run(&["import", "b.txt", "a.warc", "--all-hosts"]).ends(1);
    assert!(run.stderr.contains("b.txt: passed over: neither WARC nor WACZ nor a page"), "{}", run.stderr);
    assert!(desk.run(&["import", "c.warc"]).ends(2).stderr.contains("there is no such file"));
}
