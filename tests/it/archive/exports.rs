//! Exports: what leaves is what is there, in the forms that the formats ask for.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use chrono::{DateTime, Utc};
use data_encoding::{BASE32, HEXLOWER};
use flate2::bufread::GzDecoder;
use khobao::outcome::{Fate, Outcome};
use serde_json::Value;
use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::{Bench, article, article_target, at, exchange, read_article, url};
use crate::program::Desk;

/// One record of a WARC file.
#[derive(Debug)]
pub(super) struct Record {
    /// Where its gzip member begins.
    pub(super) offset: usize,
    /// The length of the member.
    pub(super) length: usize,
    pub(super) fields: BTreeMap<String, String>,
    pub(super) block: Vec<u8>,
}

impl Record {
    pub(super) fn kind(&self) -> &str {
        &self.fields["WARC-Type"]
    }

    /// What stands behind the HTTP head.
    fn body(&self) -> &[u8] {
        let at = self.block.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        &self.block[at + 4..]
    }

    fn head(&self) -> String {
        String::from_utf8_lossy(&self.block[..self.block.len() - self.body().len()]).into_owned()
    }
}

/// The records of a file, each unpacked by itself, its lengths and digests checked.
pub(super) fn records(bytes: &[u8]) -> Vec<Record> {
    let mut records = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let offset = bytes.len() - rest.len();
        let mut member = GzDecoder::new(rest);
        let mut text = Vec::new();
        member.read_to_end(&mut text).unwrap();
        rest = member.into_inner();
        let length = bytes.len() - rest.len() - offset;
        let end = text.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(text[..end].to_vec()).unwrap();
        let mut lines = head.split("\r\n");
        assert_eq!(lines.next(), Some("WARC/1.1"));
        let fields: BTreeMap<String, String> = lines
            .map(|line| line.split_once(": ").unwrap())
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let block = text[end + 4..text.len() - 4].to_vec();
        assert!(text.ends_with(b"\r\n\r\n"));
        assert_eq!(fields["Content-Length"], block.len().to_string());
        assert_eq!(fields["WARC-Block-Digest"], sha1(&block));
        records.push(Record { offset, length, fields, block });
    }
    records
}

fn sha1(bytes: &[u8]) -> String {
    format!("sha1:{}", BASE32.encode(&Sha1::digest(bytes)))
}

fn of_kind<'a>(records: &'a [Record], kind: &str) -> Vec<&'a Record> {
    records.iter().filter(|record| record.kind() == kind).collect()
}

/// A folder with the archive of the sample newspaper in it.
pub(super) fn demo() -> Desk {
    let desk = Desk::new();
    desk.run(&["demo", "--archive", "./khobao.db"]).ends(0);
    desk
}

fn number(desk: &Desk, sql: &str) -> usize {
    desk.column(sql)[0].parse().unwrap()
}

#[test]
fn articles_leave_as_lines_as_tables_and_as_files() {
    let desk = demo();
    let lines = desk.run(&["export", "jsonl"]).ends(0);
    let articles = lines.json();
    assert_eq!(articles.len(), number(&desk, "SELECT count(*) FROM articles"));
    let shown = desk.run(&["show", "3", "--json"]).ends(0).json().remove(0);
    assert_eq!(articles[2], shown);
    assert!(lines.stderr.contains("exported 16 articles"), "{}", lines.stderr);

    desk.run(&["export", "csv", "tables", "--bom"]).ends(0);
    for (table, view) in [("articles", "articles"), ("captions", "captions"), ("paragraphs", "paragraphs")] {
        let text = std::fs::read_to_string(desk.path(&format!("tables/{table}.csv"))).unwrap();
        let text = text.strip_prefix('\u{feff}').expect("a byte order mark");
        assert!(text.lines().next().is_some() && text.contains("\r\n"));
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let names: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), number(&desk, &format!("SELECT count(*) FROM {view}")), "{table}");
        for (column, name) in names
            .iter()
            .enumerate()
            .filter(|(_, name)| !["updated_at", "source_note"].contains(&name.as_str()))
        {
            let order = if view == "articles" { "id" } else { "article_id, ordinal" };
            let told = desk.column(&format!("SELECT coalesce({name}, '') FROM {view} ORDER BY {order}"));
            let written: Vec<&str> = rows.iter().map(|row| &row[column]).collect();
            assert_eq!(written, told, "{table}.{name}");
        }
    }

    desk.run(&["export", "markdown", "md"]).ends(0);
    let slug = "-khau-luong-so-ket-ba-nam-phat-trien-kinh-te-tap-the.md";
    let folder = std::fs::read_dir(desk.path("md/2024/05")).unwrap();
    let file = folder.map(|entry| entry.unwrap().path()).find(|path| path.to_str().unwrap().ends_with(slug));
    let text = std::fs::read_to_string(file.unwrap()).unwrap();
    assert!(
        text.starts_with("---\ntitle: \"Khau Luông sơ kết ba năm phát triển kinh tế tập thể\"\n"),
        "{text}"
    );
    assert!(
        text.contains("\nevent_date: \"2024-05-10\"\n") && text.contains("\n---\n\n# Khau Luông"),
        "{text}"
    );
}

#[test]
fn the_filters_of_search_select() {
    let desk = demo();
    let lines =
        |arguments: &[&str]| desk.run(&[&["export", "jsonl"], arguments].concat()).ends(0).json().len();
    assert_eq!(lines(&["--query", "\"mưa đá\""]), 1);
    assert_eq!(lines(&["--from", "2024-05", "--to", "2024-05"]), 5);
    assert_eq!(lines(&["--limit", "2"]), 2);
    let one = desk.run(&["export", "warc", "mot.warc.gz", "--query", "\"mưa đá\"", "--json"]).ends(0);
    assert_eq!((&one.json()[0]["articles"], &one.json()[0]["captures"]), (&1.into(), &1.into()));
    let nothing = desk.run(&["export", "wacz", "none.wacz", "--query", "khongcotunay"]).ends(1);
    assert!(nothing.stderr.contains("nothing is written"), "{}", nothing.stderr);
    assert!(!desk.path("none.wacz").exists());
    let wrong = desk.run(&["export", "jsonl", "--newspaper", "baokhac"]).ends(2);
    assert!(wrong.stderr.contains("no newspaper 'baokhac'"), "{}", wrong.stderr);
}

#[test]
fn nothing_is_written_over_unasked() {
    let desk = demo();
    desk.file("a.jsonl", "mine");
    desk.file("b/mine.txt", "mine");
    for arguments in [["export", "jsonl", "a.jsonl"], ["export", "csv", "b"], ["export", "wacz", "a.jsonl"]] {
        let run = desk.run(&arguments).ends(2);
        assert!(run.stderr.contains("already there") && run.stderr.contains("--force"), "{}", run.stderr);
    }
    assert_eq!(std::fs::read_to_string(desk.path("a.jsonl")).unwrap(), "mine");
    desk.run(&["export", "jsonl", "a.jsonl", "--force"]).ends(0);
    desk.run(&["export", "csv", "b", "--force"]).ends(0);
    assert!(desk.path("b/mine.txt").exists() && desk.path("b/captions.csv").exists());
    for (format, why) in [("csv", "name a FILE"), ("wacz", "name a FILE"), ("bagit", "name a FILE")] {
        assert!(desk.run(&["export", format]).ends(2).stderr.contains(why));
    }
    if cfg!(not(feature = "parquet")) {
        let absent = desk.run(&["export", "parquet", "a.parquet"]).ends(2);
        assert!(absent.stderr.contains("--features parquet"), "{}", absent.stderr);
        assert!(!desk.path("a.parquet").exists());
    }
    assert!(desk.run(&["export", "cdxj", "--json"]).ends(2).stderr.contains("name a FILE"));
}

#[test]
fn a_warc_holds_every_capture_with_its_request_and_the_index_finds_it() {
    let desk = demo();
    desk.run(&["export", "warc", "warcs"]).ends(0);
    let index = desk.run(&["export", "cdxj"]).ends(0).stdout;
    let mut files: BTreeMap<String, Vec<Record>> = BTreeMap::new();
    for entry in std::fs::read_dir(desk.path("warcs")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        files.insert(name, records(&std::fs::read(path).unwrap()));
    }
    let all: Vec<&Record> = files.values().flatten().collect();
    let count = |kind: &str| all.iter().filter(|record| record.kind() == kind).count();
    let captures = number(&desk, "SELECT count(*) FROM captures");
    assert_eq!((count("response") + count("revisit"), count("request")), (captures, captures));
    assert_eq!(count("warcinfo"), files.len());
    let lines: Vec<&str> = index.lines().collect();
    assert_eq!(lines.len(), captures);
    assert!(lines.is_sorted());
    for line in lines {
        let (key, json) = line.split_once(" {").unwrap();
        let fields: Value = serde_json::from_str(&format!("{{{json}")).unwrap();
        let offset: usize = fields["offset"].as_str().unwrap().parse().unwrap();
        let file = &files[fields["filename"].as_str().unwrap()];
        let record = file.iter().find(|record| record.offset == offset).unwrap();
        assert_eq!(fields["length"].as_str().unwrap(), record.length.to_string());
        assert_eq!(fields["url"], record.fields["WARC-Target-URI"].as_str());
        assert_eq!(fields["digest"], record.fields["WARC-Payload-Digest"].as_str());
        assert!(key.starts_with("1,0,0,127:"), "{key}");
    }
    for record in all.iter().filter(|record| record.kind() == "response") {
        assert_eq!(record.fields["WARC-Payload-Digest"], sha1(record.body()));
        assert_eq!(record.fields["WARC-IP-Address"], "127.0.0.1");
    }
    let again = desk.run(&["export", "warc", "again", "--json"]).ends(0);
    assert_eq!(again.json()[0]["captures"], captures);
    for (name, first) in &files {
        let second = records(&std::fs::read(desk.path("again").join(name)).unwrap());
        let told = |records: &[Record]| -> Vec<(usize, String)> {
            let named = records.iter().skip(1);
            named.map(|record| (record.offset, record.fields["WARC-Record-ID"].clone())).collect()
        };
        assert_eq!(told(first), told(&second), "the same captures are the same records");
    }
}

/// An archive in which an article came, came again with the same bytes, and was told to be as before.
fn visited_thrice() -> Bench {
    let mut bench = Bench::new();
    let target = article_target(1);
    let page = read_article(&target, &article(1), at(1));
    bench.visit(&target, &page, at(1));
    let mut chunked = read_article(&target, &article(1), at(70));
    chunked.exchanges[0].response_headers.push(("transfer-encoding".into(), "chunked".into()));
    let mut moved = exchange(&url("https://baosonla.vn/cu-post1.html"), 301, b"", at(70));
    moved.response_headers.push(("location".into(), target.url.to_string()));
    chunked.exchanges.insert(0, moved);
    bench.visit(&target, &chunked, at(70));
    let not_modified = Outcome {
        exchanges: vec![exchange(&target.url, 304, b"", at(140))],
        body_digest: None,
        fate: Fate::Unchanged,
        next_at: None,
    };
    bench.visit(&target, &not_modified, at(140));
    bench
}

#[test]
fn what_came_before_leaves_as_a_revisit() {
    let bench = visited_thrice();
    let desk = Desk::new();
    let archive = bench.archive.path().to_str().unwrap();
    desk.run(&["export", "warc", "a.warc.gz", "--archive", archive]).ends(0);
    let records = records(&std::fs::read(desk.path("a.warc.gz")).unwrap());
    let (responses, revisits) = (of_kind(&records, "response"), of_kind(&records, "revisit"));
    assert_eq!((responses.len(), revisits.len()), (2, 2));
    let [same, not_modified] = [revisits[0], revisits[1]];
    assert!(same.fields["WARC-Profile"].ends_with("/revisit/identical-payload-digest"));
    assert!(not_modified.fields["WARC-Profile"].ends_with("/revisit/server-not-modified"));
    for revisit in revisits {
        assert_eq!(revisit.fields["WARC-Refers-To"], responses[0].fields["WARC-Record-ID"]);
        assert_eq!(revisit.fields["WARC-Refers-To-Target-URI"], responses[0].fields["WARC-Target-URI"]);
        assert_eq!(revisit.fields["WARC-Refers-To-Date"], responses[0].fields["WARC-Date"]);
        assert_eq!(revisit.fields["WARC-Payload-Digest"], responses[0].fields["WARC-Payload-Digest"]);
        assert!(revisit.body().is_empty());
    }
    assert!(same.head().contains("\r\nx-archive-orig-transfer-encoding: chunked\r\n"), "{}", same.head());
    assert!(not_modified.head().starts_with("HTTP/1.1 304 Not Modified\r\n"));
    // A value in Latin-1 stays byte for byte.
    assert!(responses[0].block.windows(6).any(|bytes| bytes == b"b=caf\xe9"));
    let requests = of_kind(&records, "request");
    assert!(requests[0].head().starts_with("GET /xa-hoi/tin-post1.html HTTP/1.1\r\n"));
    assert_eq!(requests[0].fields["WARC-Concurrent-To"], responses[0].fields["WARC-Record-ID"]);
}

#[test]
fn a_page_of_a_selection_brings_its_redirects_and_its_own_bytes() {
    let mut bench = visited_thrice();
    let other = article_target(2);
    let mut second = article(2);
    second.title = "Phiên chợ vùng cao đầu tháng".into();
    bench.visit(&other, &read_article(&other, &second, at(200)), at(200));
    let desk = Desk::new();
    let archive = bench.archive.path().to_str().unwrap();
    let run =
        desk.run(&["export", "warc", "a.warc.gz", "--archive", archive, "--query", "title:mận", "--json"]);
    assert_eq!(run.ends(0).json()[0]["captures"], 4, "the page three times and its redirect");
    let run =
        desk.run(&["export", "warc", "b.warc", "--archive", archive, "--query", "\"phiên chợ\"", "--json"]);
    assert_eq!(run.ends(0).json()[0]["captures"], 1);
    assert!(std::fs::read(desk.path("b.warc")).unwrap().starts_with(b"WARC/1.1\r\nWARC-Type: warcinfo"));
}

#[test]
fn an_unfinished_folder_is_gone_on_with() {
    let desk = demo();
    let arguments = ["export", "warc", "w", "--size", "20kB", "--json"];
    let whole = desk.run(&arguments).ends(0).json().remove(0);
    let files = whole["files"].as_u64().unwrap();
    assert!(files > 3, "{whole}");
    let fingerprint = |name: &str| records(&std::fs::read(desk.path(name)).unwrap()).len();
    let last = format!("w/khobao-{files:05}.warc.gz");
    let records_of_last = fingerprint(&last);
    // As a kill in the third file leaves it.
    let place = fingerprint("w/khobao-00001.warc.gz") + fingerprint("w/khobao-00002.warc.gz") - 2;
    for number in 3..=files {
        std::fs::remove_file(desk.path(&format!("w/khobao-{number:05}.warc.gz"))).unwrap();
    }
    desk.file("w/khobao-00003.warc.gz.part", "half");
    let note = serde_json::json!({
        "format": "warc by 20000 bytes", "archive": std::path::absolute(desk.path("khobao.db")).unwrap(),
        "filters": "everything", "newest_capture": number(&desk, "SELECT max(id) FROM captures"),
        "place": place / 2, "finished": ["khobao-00001.warc.gz", "khobao-00002.warc.gz"],
    });
    desk.file("w/.khobao-export.json", note.to_string());
    let other = desk.run(&["export", "csv", "w"]).ends(2);
    assert!(other.stderr.contains("holds a part of another export (warc by 20000 bytes"), "{}", other.stderr);
    let again = desk.run(&arguments).ends(0).json().remove(0);
    assert_eq!((&again["files"], &again["kept"]), (&whole["files"], &2.into()));
    assert_eq!(fingerprint(&last), records_of_last);
    let left: Vec<String> = std::fs::read_dir(desk.path("w"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.ends_with(".warc.gz"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_wacz_describes_every_file_of_its_own() {
    let desk = demo();
    desk.run(&["export", "wacz", "a.wacz"]).ends(0);
    let mut zip = zip::ZipArchive::new(std::fs::File::open(desk.path("a.wacz")).unwrap()).unwrap();
    let mut files = BTreeMap::new();
    for index in 0..zip.len() {
        let mut file = zip.by_index(index).unwrap();
        let name = file.name().unwrap().into_owned();
        assert_eq!(file.compression(), zip::CompressionMethod::Stored, "{name}");
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        files.insert(name, bytes);
    }
    let json = |name: &str| serde_json::from_slice::<Value>(&files[name]).unwrap();
    let hash = |bytes: &[u8]| format!("sha256:{}", HEXLOWER.encode(&Sha256::digest(bytes)));
    let package = json("datapackage.json");
    assert_eq!(package["wacz_version"], "1.1.1");
    assert_eq!(json("datapackage-digest.json")["hash"], hash(&files["datapackage.json"]));
    let resources = package["resources"].as_array().unwrap();
    assert_eq!(resources.len() + 2, files.len());
    for resource in resources {
        let bytes = &files[resource["path"].as_str().unwrap()];
        assert_eq!((&resource["hash"], &resource["bytes"]), (&hash(bytes).into(), &bytes.len().into()));
    }
    let pages = String::from_utf8(files["pages/pages.jsonl"].clone()).unwrap();
    let pages: Vec<Value> = pages.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(pages.len(), 1 + number(&desk, "SELECT count(*) FROM articles"));
    assert!(
        pages[1..].iter().all(|page| page["title"].is_string() && page["text"].as_str().unwrap().len() > 100)
    );
    let mut index = String::new();
    flate2::read::MultiGzDecoder::new(files["indexes/index.cdx.gz"].as_slice())
        .read_to_string(&mut index)
        .unwrap();
    assert_eq!(index.lines().count(), number(&desk, "SELECT count(*) FROM captures"));
    let list = String::from_utf8(files["indexes/index.idx"].clone()).unwrap();
    assert!(list.starts_with("!meta 0 {\"format\":\"cdxj-gzip-1.0\""), "{list}");
    let time: DateTime<Utc> = package["created"].as_str().unwrap().parse().unwrap();
    assert!(time > "2024-01-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap());
}

#[test]
fn a_bag_is_whole_by_its_own_manifests() {
    let desk = demo();
    desk.run(&["export", "bagit", "bag"]).ends(0);
    let read = |name: &str| std::fs::read(desk.path("bag").join(name)).unwrap();
    assert_eq!(read("bagit.txt"), b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n");
    let mut payload_bytes = 0;
    for (manifest, files) in [("manifest-sha256.txt", 2), ("tagmanifest-sha256.txt", 6)] {
        let text = String::from_utf8(read(manifest)).unwrap();
        assert_eq!(text.lines().count(), files, "{text}");
        for (digest, name) in text.lines().map(|line| line.split_once("  ").unwrap()) {
            let bytes = read(name);
            assert_eq!(digest, HEXLOWER.encode(&Sha256::digest(&bytes)), "{name}");
            payload_bytes += if name.starts_with("data/") { bytes.len() } else { 0 };
        }
    }
    let info = String::from_utf8(read("bag-info.txt")).unwrap();
    assert!(info.contains(&format!("Payload-Oxum: {payload_bytes}.2\n")), "{info}");
    let premis = String::from_utf8(read("metadata/premis.xml")).unwrap();
    assert!(premis.contains("<eventType>capture</eventType>") && premis.contains("SHA-512"), "{premis}");
    let core = String::from_utf8(read("metadata/dublin-core.xml")).unwrap();
    assert!(core.contains("<dc:publisher>Báo Khau Luông</dc:publisher>"), "{core}");
    assert!(!Path::new(&desk.path("bag/.khobao-export.json")).exists());
}
