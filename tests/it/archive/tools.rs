//! What the tools of the trade say of the exports (warcio, py-wacz, pywb and bagit), and what Datasette and pandas make
//! of an archive with the documentation's own queries.
//!
//! They are Python programs. `.ci/run` installs them into a folder of its own and names it in `KHOBAO_ARCHIVE_TOOLS`;
//! without it these tests say that they are skipped.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use bytes::Bytes;
use serde_json::Value;

use super::exports::demo;
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

/// A tool that serves on a free port of this machine, ended with its value.
struct Served {
    server: Child,
    origin: String,
}

impl Served {
    /// Starts a tool whose arguments end with those for the address, and waits until it answers.
    async fn start(desk: &Desk, name: &str, arguments: &[&str], address: [&str; 2]) -> Served {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port().to_string();
        drop(listener);
        let server = Command::new(tool(name).unwrap())
            .args(arguments)
            .args([address[0], "127.0.0.1", address[1], &port])
            .current_dir(desk.folder())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let started = Served { server, origin: format!("http://127.0.0.1:{port}/") };
        let begun = Instant::now();
        while reqwest::get(&started.origin).await.is_err() {
            assert!(begun.elapsed() < START_MAX, "{name} does not start");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        started
    }

    /// What is answered for a path, without anything followed: nothing leaves the machine.
    async fn get(&self, path: &str) -> (u16, Vec<u8>) {
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        let answer = client.get(format!("{}{path}", self.origin)).send().await.unwrap();
        (answer.status().as_u16(), answer.bytes().await.unwrap().to_vec())
    }

    /// The object that is answered for a path.
    async fn json(&self, path: &str) -> Value {
        let (status, body) = self.get(path).await;
        assert_eq!(status, 200, "{path}: {}", String::from_utf8_lossy(&body));
        serde_json::from_slice(&body).unwrap()
    }
}

impl Drop for Served {
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
    let pywb = Served::start(&desk, "wayback", &[], ["--bind", "--port"]).await;
    // Nothing rewritten.
    let replayed = async |time: &str, address: &str| pywb.get(&format!("kho/{time}id_/{address}")).await;
    let address = article_target(1).url;
    for time in ["20230512110100", "20230512121000", "20230512132000"] {
        let (status, body) = replayed(time, address.as_str()).await;
        assert_eq!((status, String::from_utf8_lossy(&body).into_owned()), (200, page()), "at {time}");
    }
    assert_eq!(replayed("20230512110200", PHOTO).await, (200, PHOTO_BYTES.to_vec()));
    let moved = replayed("20230512110100", "http://baosonla.vn/cu-post1.html").await;
    assert_eq!(moved, (301, Vec::new()), "the redirect is replayed as one");
}

fn document(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name)).unwrap()
}

#[tokio::test]
async fn datasette_serves_every_view_the_search_and_the_questions_of_the_metadata() {
    if tool("datasette").is_none() {
        return;
    }
    let desk = demo();
    std::fs::create_dir(desk.path("served")).unwrap();
    desk.run(&["backup", "served/khobao.db"]).ends(0);
    let text = document("datasette-metadata.json");
    let metadata: Value = serde_json::from_str(&text).unwrap();
    desk.file("metadata.json", text);
    let arguments = ["serve", "-i", "served/khobao.db", "-m", "metadata.json"];
    let datasette = Served::start(&desk, "datasette", &arguments, ["-h", "-p"]).await;
    for view in desk.column("SELECT DISTINCT \"view\" FROM about") {
        let answer = datasette.json(&format!("khobao/{view}.json?_size=3")).await;
        assert!(answer["rows"].is_array(), "{view}");
    }
    for name in metadata["databases"]["khobao"]["tables"].as_object().unwrap().keys() {
        assert_eq!(datasette.get(&format!("khobao/{name}")).await.0, 200, "{name} as a page");
    }
    let rows = |answer: &Value| answer["rows"].as_array().unwrap().len();
    for (words, expected) in [("ban+chang", 6), ("B%E1%BA%A3n+Chang", 6), ("khongcotunay", 0)] {
        let answer = datasette.json(&format!("khobao/articles.json?_search={words}")).await;
        assert_eq!(rows(&answer), expected, "{words}");
    }
    let asked = [("query", "ban+chang"), ("day", "2024-05-10"), ("words", "B%E1%BA%A3n")];
    for (name, query) in metadata["databases"]["khobao"]["queries"].as_object().unwrap() {
        let sql = query["sql"].as_str().unwrap();
        let parameter = asked.iter().find(|(parameter, _)| sql.contains(&format!(":{parameter}")));
        let question = parameter.map(|(name, value)| format!("?{name}={value}")).unwrap_or_default();
        let answer = datasette.json(&format!("khobao/{name}.json{question}")).await;
        assert_eq!(answer["ok"], true, "{name}: {answer}");
        assert!(parameter.is_none() || rows(&answer) > 0, "{name} finds nothing");
    }
}

#[test]
fn the_documented_python_runs_in_pandas() {
    if tool("datasette").is_none() {
        return;
    }
    let desk = demo();
    std::fs::rename(desk.path("khobao.db"), desk.path("khobao-demo.db")).unwrap();
    let text = document("queries.md");
    let code = text.split("```python\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    desk.file("ask.py", code);
    let printed = run(&desk, "python", &["ask.py"]);
    let lines: Vec<Vec<&str>> = printed.lines().map(|line| line.split_whitespace().collect()).collect();
    assert!(lines.contains(&vec!["2024-04", "10", "1532"]), "{printed}");
    assert!(printed.contains("Miến dong Bản Chang tìm đường vào siêu thị"), "{printed}");
}
