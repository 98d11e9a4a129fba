//! While lanes wait, pages are packed; what servers sent as gzip is given back as it came.

use std::io::Write;

use khobao::archive::Reader;

use super::{arguments, listing, numbered, path_of, selectors};
use crate::loopback::{Reply, Server, Site};
use crate::program::Desk;

fn gzip(page: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(6));
    encoder.write_all(page.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

/// An article's page with the menus of its site.
fn page(number: usize) -> String {
    let menu: Vec<String> = (0..60_u32)
        .map(|n| n.wrapping_mul(2_654_435_761) >> 8)
        .map(|n| format!("<li><a href=\"/muc-{n:x}/\">Chuyên mục {n}</a></li>"))
        .collect();
    numbered(number).replace("</body>", &format!("<footer><ul>{}</ul></footer></body>", menu.concat()))
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_that_came_as_gzip_are_packed_while_a_polite_crawl_waits() {
    const PAGES: usize = 12;
    let front = listing(&(1..=PAGES).map(path_of).collect::<Vec<_>>());
    let mut site = Site::new().page("/robots.txt", Reply::status(404)).page("/", Reply::html(front));
    for number in 1..=PAGES {
        let reply = Reply::html(gzip(&page(number))).header("content-encoding", "gzip");
        site = site.page(&path_of(number), reply);
    }
    let server = Server::start(site).await;
    let desk = Desk::new();
    selectors(&desk, &server, "400ms");
    desk.run(&arguments(&[])).ends(0);
    assert_eq!(desk.column("SELECT count(*) FROM articles"), ["12"]);
    let packed: usize =
        desk.column("SELECT count(*) FROM blob WHERE remade = 'preflate1'")[0].parse().unwrap();
    assert!(packed > 0, "{packed} pages were packed meanwhile");
    let reader = Reader::open(&desk.path("khobao.db")).unwrap();
    for number in 1..=PAGES {
        let capture = reader.last_capture(&server.url(&path_of(number))).unwrap().unwrap();
        assert_eq!(reader.payload(capture.id).unwrap(), gzip(&page(number)));
    }
    let rest = desk.run(&["pack", "--json"]).ends(0);
    desk.assert_schema("pack", &rest.json());
    assert_eq!(rest.json()[0]["is_done"], true);
    assert_eq!(desk.column("SELECT count(*) FROM blob WHERE remade = 'preflate1'"), ["12"]);
    desk.run(&["verify"]).ends(0);
}

#[test]
fn packing_wants_an_archive_and_a_newspaper_that_is_in_it() {
    let desk = Desk::new();
    let missing = desk.run(&["pack"]).ends(2);
    assert!(missing.stderr.contains("there is no archive here"), "{}", missing.stderr);
    desk.run(&["demo", "--archive", "kho.db"]).ends(0);
    desk.file("khobao.toml", "archive = \"kho.db\"\n");
    let unknown = desk.run(&["pack", "--newspaper", "baobackan"]).ends(2);
    assert!(unknown.stderr.contains("it has: baokhauluong"), "{}", unknown.stderr);
    assert!(desk.run(&["pack", "--level", "23"]).ends(2).stderr.contains("1..=22"));
    let told = desk.run(&["pack", "--dry-run", "--newspaper", "baokhauluong"]).ends(0);
    assert!(told.stdout.contains("wait to be packed"), "{}", told.stdout);
    let done = desk.run(&["pack"]).ends(0);
    assert!(done.stdout.contains("saved"), "{}", done.stdout);
    assert!(desk.run(&["pack"]).ends(0).stdout.contains("0 of 0 looked at"));
}
