//! What the tools of the trade say of the exports: warcio, py-wacz, pywb and bagit.
//!
//! They are Python programs. `.ci/run` installs them into a folder of its own and names it in `KHOBAO_ARCHIVE_TOOLS`;
//! without it these tests say that they are skipped.

use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use bytes::Bytes;

use super::{Bench, article, article_target, at, exchange, read_article, url};
use crate::program::Desk;

/// The variable that names the folder of a Python environment with the tools in it.
const TOOLS: &str = "KHOBAO_ARCHIVE_TOOLS";
/// How long pywb may take to be there.
const START_MAX: Duration = Duration::from_secs(90);

const PHOTO: &str = "https://baosonla.vn/anh/1.jpg";
const PHOTO_BYTES: &[u8] = b"\xff\xd8\xff\xe0 a photo that is none \x00\x01\x02";

/// A tool's path; none where the tools are not installed.
fn tool(name: &str) -> Option<PathBuf> {
    let Some(folder) = std::env::var_os(TOOLS) else {
        eprintln!("skipped: {TOOLS} names no folder with the archiving tools (.ci/run installs them)");
        return None;
    };
    let path = PathBuf::from(folder).join("bin").join(name);
    assert!(path.exists(), "{} is not installed", path.display());
    Some(path)
}

/// Runs a tool in the desk's folder, and gives what it printed.
#[track_caller]
fn run(desk: &Desk, name: &str, arguments: &[&str]) -> String {
    let output =
        Command::new(tool(name).unwrap()).args(arguments).current_dir(desk.folder()).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text).into_owned();
    assert!(output.status.success(), "{name} {arguments:?}:\n{text}");
    eprintln!("$ {name} {}\n{}", arguments.join(" "), text.trim());
    text
}

fn page() -> String {
    format!(
        "<!DOCTYPE html><html><head><title>Mộc Châu</title></head><body><h1>Mùa hái mận</h1><img src=\"{PHOTO}\"></body></html>"
    )
}

/// An archive with an article that was visited twice with the same bytes, in chunks and packed, a redirect and a
/// photo, exported in every form of captures.
fn exported() -> Desk {
    let mut bench = Bench::new();
    let target = article_target(1);
    for minutes in [1, 70] {
        let mut visit = read_article(&target, &article(1), at(minutes));
        visit.exchanges[0].payload = Bytes::from(page());
        visit.exchanges[0].response_headers.push(("transfer-encoding".into(), "chunked".into()));
        let mut moved = exchange(&url("http://baosonla.vn/cu-post1.html"), 301, b"", at(minutes));
        moved.response_headers.push(("location".into(), target.url.to_string()));
        visit.exchanges.insert(0, moved);
        bench.visit(&target, &visit, at(minutes));
    }
    let mut photo = exchange(&url(PHOTO), 200, PHOTO_BYTES, at(2));
    photo.response_headers[0].1 = "image/jpeg".into();
    bench.archive.record_exchanges(bench.run, Some("baosonla"), "photo", &[photo]).unwrap();
    let not_modified = exchange(&target.url, 304, b"", at(140));
    bench.archive.record_exchanges(bench.run, Some("baosonla"), "other", &[not_modified]).unwrap();
    let desk = Desk::new();
    let archive = bench.archive.path().to_str().unwrap().to_owned();
    for (format, place) in [("warc", "a.warc.gz"), ("wacz", "a.wacz"), ("bagit", "bag")] {
        desk.run(&["export", format, place, "--archive", &archive]).ends(0);
    }
    desk
}

#[test]
fn warcio_reads_and_checks_the_warc() {
    if tool("warcio").is_none() {
        return;
    }
    let desk = exported();
    let checked = run(&desk, "warcio", &["check", "-v", "a.warc.gz"]);
    assert!(checked.contains("digest pass") && !checked.contains("failed"), "{checked}");
    let index = run(&desk, "warcio", &["index", "-f", "warc-type,warc-target-uri,http:status", "a.warc.gz"]);
    let count = |kind: &str| index.matches(&format!("\"warc-type\": \"{kind}\"")).count();
    assert_eq!(["warcinfo", "response", "revisit", "request"].map(count), [1, 4, 2, 6]);
    assert_eq!(index.matches("\"http:status\": \"301\"").count(), 2);
}

#[test]
fn the_wacz_is_valid() {
    if tool("wacz").is_none() {
        return;
    }
    let desk = exported();
    let said = run(&desk, "wacz", &["validate", "-f", "a.wacz"]);
    assert!(said.contains("the passed WACZ is valid"), "{said}");
}

#[test]
fn the_bag_is_valid() {
    if tool("bagit.py").is_none() {
        return;
    }
    let desk = exported();
    assert!(run(&desk, "bagit.py", &["--validate", "bag"]).contains("bag is valid"));
}

/// pywb on a free port of this machine, ended with its value.
struct Replay {
    server: Child,
    origin: String,
}

impl Replay {
    async fn start(desk: &Desk) -> Replay {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port().to_string();
        drop(listener);
        let server = Command::new(tool("wayback").unwrap())
            .args(["--bind", "127.0.0.1", "--port", &port])
            .current_dir(desk.folder())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let replay = Replay { server, origin: format!("http://127.0.0.1:{port}/kho/") };
        let begun = Instant::now();
        while reqwest::get(&replay.origin).await.is_err() {
            assert!(begun.elapsed() < START_MAX, "pywb does not start");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        replay
    }

    /// What is replayed for an address at a time, without anything rewritten or followed: nothing leaves the machine.
    async fn get(&self, time: &str, address: &str) -> (u16, Vec<u8>) {
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        let answer = client.get(format!("{}{time}id_/{address}", self.origin)).send().await.unwrap();
        (answer.status().as_u16(), answer.bytes().await.unwrap().to_vec())
    }
}

impl Drop for Replay {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

#[tokio::test]
async fn pywb_replays_the_article_its_photo_and_a_revisit() {
    if tool("wayback").is_none() {
        return;
    }
    let desk = exported();
    run(&desk, "wb-manager", &["init", "kho"]);
    run(&desk, "wb-manager", &["add", "--unpack-wacz", "kho", "a.wacz"]);
    let replay = Replay::start(&desk).await;
    let address = article_target(1).url;
    for time in ["20230512110100", "20230512121000", "20230512132000"] {
        let (status, body) = replay.get(time, address.as_str()).await;
        assert_eq!((status, String::from_utf8_lossy(&body).into_owned()), (200, page()), "at {time}");
    }
    assert_eq!(replay.get("20230512110200", PHOTO).await, (200, PHOTO_BYTES.to_vec()));
    let moved = replay.get("20230512110100", "http://baosonla.vn/cu-post1.html").await;
    assert_eq!(moved, (301, Vec::new()), "the redirect is replayed as one");
}
