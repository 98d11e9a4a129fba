//! Crawls on a disk that runs full, and where nothing may be written.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::Command;

use rusqlite::Connection;

use super::{arguments, article_page, listing, path_of, selectors, site};
use crate::loopback::{Reply, Server, Site};
use crate::program::{Desk, finish};

/// Articles of about 100 kB that hardly compress.
fn bulky(count: usize) -> Site {
    let links: Vec<String> = (1..=count).map(path_of).collect();
    let mut site =
        Site::new().page("/robots.txt", Reply::status(404)).page("/", Reply::html(listing(&links)));
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    for number in 1..=count {
        let mut ballast = String::new();
        while ballast.len() < 100_000 {
            // xorshift64: the same pages every time, and nothing for the compressor.
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            _ = write!(ballast, "{state:016x}");
        }
        let body = format!(
            "<p>Chiều 10/5, xã Nà Phặc bàn giao tuyến đường thứ {number} cho bà con thôn Bản Mạch.</p><!-- {ballast} -->"
        );
        site =
            site.page(&path_of(number), Reply::html(article_page("Bàn giao tuyến đường liên thôn", &body)));
    }
    site
}

/// Whether a small file system can be mounted here, in a namespace of its own. Where it cannot, that is said past
/// the test harness, which would swallow it.
fn can_mount() -> bool {
    let tried = Command::new("unshare")
        .args(["-rm", "sh", "-c", "mkdir -p \"$0\" && mount -t tmpfs -o size=1m none \"$0\"", "/tmp"])
        .output();
    let can = tried.is_ok_and(|output| output.status.success());
    if !can {
        let _ = writeln!(
            std::io::stderr(),
            "SKIPPED: a disk that runs full: no small file system can be mounted here (unshare -rm, mount -t tmpfs)"
        );
    }
    can
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_stops_the_crawl_in_good_order_and_it_goes_on_when_there_is_room() {
    if !can_mount() {
        return;
    }
    let server = Server::start(bulky(90)).await;
    let desk = Desk::new();
    selectors(&desk, &server, "0s");
    for folder in ["dia", "dia-day", "dia-rong"] {
        std::fs::create_dir(desk.path(folder)).unwrap();
    }
    let crawl = arguments(&["--archive", "dia/khobao.db", "--min-free", "0"]).join(" ");
    let script = format!(
        "mount -t tmpfs -o size=6m none dia || exit 99
         \"$0\" {crawl}; echo \"first $?\"
         cp dia/khobao.db* dia-day/
         mount -o remount,size=64m dia || exit 99
         \"$0\" {crawl}; echo \"second $?\"
         cp dia/khobao.db* dia-rong/"
    );
    let mut command = Command::new("unshare");
    command.args(["-rm", "sh", "-c", &script, env!("CARGO_BIN_EXE_khobao")]).current_dir(desk.folder());
    let run = finish(command.output().unwrap()).ends(0);
    assert!(run.stdout.contains("first 1"), "{run:?}");
    assert!(run.stderr.contains("the disk is full"), "{run:?}");
    assert!(run.stdout.contains("second 0"), "{run:?}");
    let count = |folder: &str, sql: &str| -> String {
        let archive = Connection::open(desk.path(folder).join("khobao.db")).unwrap();
        archive
            .query_row(sql, [], |row| row.get::<_, rusqlite::types::Value>(0))
            .map(|value| format!("{value:?}"))
            .unwrap()
    };
    let sound = "Text(\"ok\")";
    assert_eq!(count("dia-day", "PRAGMA integrity_check"), sound);
    assert_eq!(count("dia-rong", "PRAGMA integrity_check"), sound);
    let first = count("dia-day", "SELECT count(*) FROM articles");
    assert!(first != "Integer(0)" && first != "Integer(90)", "it was full in the middle: {first}");
    assert_eq!(count("dia-rong", "SELECT count(*) FROM articles"), "Integer(90)");
    assert_eq!(count("dia-rong", "SELECT count(*) FROM versions"), "Integer(90)");
    let paths = server.paths();
    let twice =
        (1..=90).map(path_of).filter(|path| paths.iter().filter(|asked| *asked == path).count() > 1).count();
    assert!(twice <= 1, "only the page that found no room is asked for again: {twice}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_is_full_before_the_crawl_begins_ends_it_as_one_that_runs_full_does() {
    if !can_mount() {
        return;
    }
    let server = Server::start(site(3)).await;
    let desk = Desk::new();
    selectors(&desk, &server, "0s");
    std::fs::create_dir(desk.path("dia")).unwrap();
    let crawl = arguments(&["--archive", "dia/khobao.db", "--min-free", "0"]).join(" ");
    // Full before there is an archive, and full before the next crawl of one.
    let script = format!(
        "mount -t tmpfs -o size=1m none dia || exit 99
         dd if=/dev/zero of=dia/day bs=1k count=2000 2>/dev/null
         \"$0\" {crawl}; echo \"none $?\"
         rm dia/day; mount -o remount,size=16m dia || exit 99
         \"$0\" {crawl}; echo \"made $?\"
         dd if=/dev/zero of=dia/day bs=1k count=20000 2>/dev/null
         \"$0\" {crawl}; echo \"full $?\"
         rm dia/day
         \"$0\" {crawl}; echo \"room $?\""
    );
    let mut command = Command::new("unshare");
    command.args(["-rm", "sh", "-c", &script, env!("CARGO_BIN_EXE_khobao")]).current_dir(desk.folder());
    let run = finish(command.output().unwrap()).ends(0);
    for ended in ["none 1", "made 0", "full 1", "room 0"] {
        assert!(run.stdout.contains(ended), "{ended}: {run:?}");
    }
    assert_eq!(run.stderr.matches("the disk is full").count(), 2, "{run:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_floor_of_free_room_stops_the_crawl_and_says_so_in_the_runs_row() {
    let server = Server::start(site(5)).await;
    let desk = Desk::new();
    selectors(&desk, &server, "0s");
    let run = desk.run(&arguments(&["--min-free", "900000TB", "--json"])).ends(1);
    let last: serde_json::Value = serde_json::from_str(run.stderr.lines().last().unwrap()).unwrap();
    assert_eq!(last["reason"], "the disk is nearly full");
    assert!(
        desk.column("SELECT stopped_by FROM runs")[0]
            .contains("MiB are free and 858306884765 MiB are to be left")
    );
    assert!(server.log().is_empty(), "no page is fetched that might find no room");
    desk.run(&arguments(&["--min-free", "1kB"])).ends(0);
    assert_eq!(desk.column("SELECT count(*) FROM articles"), ["5"]);
    desk.run(&arguments(&["--min-free", "much"])).ends(2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_that_may_not_be_written_is_told_before_any_request() {
    let server = Server::start(site(2)).await;
    let desk = Desk::new();
    selectors(&desk, &server, "0s");
    // A folder that is not there, a folder in the file's place, and a place where no file can be.
    for place in ["khong/co/khobao.db", "selectors", "/proc/khobao.db"] {
        let run = desk.run(&arguments(&["--archive", place])).ends(2);
        assert!(run.stderr.starts_with("error: ") && run.stderr.contains(place), "{}", run.stderr);
    }
    assert!(server.log().is_empty());
}
