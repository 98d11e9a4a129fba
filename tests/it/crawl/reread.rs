//! Stored pages read again after a selector file was mended: what was read wrong gets a version, the rest stays.

use std::sync::atomic::{AtomicUsize, Ordering};

use khobao::archive::Archive;
use khobao::newspaper::Newspapers;
use khobao::reread::{self, Plan};
use serde_json::Value;

use super::{arguments, article_page, listing, path_of, selectors};
use crate::loopback::{Reply, Server, Site};
use crate::program::Desk;

/// An article in whose text every fourth page has a box of the newspaper's own advertising.
fn page(number: usize) -> String {
    let advert =
        "<div class=\"hop-tin\"><p>Mời bạn đọc đặt mua báo xuân tại các bưu cục trong tỉnh.</p></div>";
    let advert = if number.is_multiple_of(4) { advert } else { "" };
    article_page(
        &format!("Xã Nà Phặc làm xong tuyến đường số {number}"),
        &format!(
            "<p>BTN - Chiều 10/5, xã Nà Phặc bàn giao tuyến đường bê tông thứ {number} cho bà con thôn Bản Mạch.</p>{advert}\
             <p>Tuyến đường dài {number}00 m, rộng 3 m, do bà con góp đất và ngày công.</p>"
        ),
    )
}

/// An archive of twenty such articles.
async fn crawled() -> (Desk, Server) {
    let links: Vec<String> = (1..=20).map(path_of).collect();
    let mut site =
        Site::new().page("/robots.txt", Reply::status(404)).page("/", Reply::html(listing(&links)));
    for number in 1..=20 {
        site = site.page(&path_of(number), Reply::html(page(number)));
    }
    let server = Server::start(site).await;
    let desk = Desk::new();
    selectors(&desk, &server, "0s");
    desk.run(&arguments(&[])).ends(0);
    assert_eq!(desk.column("SELECT count(*) FROM articles WHERE body LIKE '%đặt mua báo xuân%'"), ["5"]);
    (desk, server)
}

/// Adds layouts to the newspaper's selector file.
fn mend(desk: &Desk, layouts: &str) {
    let file = desk.path("selectors/thunghiem.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(file, format!("{text}\n{layouts}")).unwrap();
}

const DROPPED: &str = "[[layout]]\nname = \"epi-2023\"\ndrop = [\".hop-tin\"]\n";

#[tokio::test(flavor = "multi_thread")]
async fn only_what_reads_otherwise_gets_a_version() {
    let (desk, server) = crawled().await;
    let asked = server.log().len();
    let same = desk.run(&["reread", "--selectors", "selectors"]).ends(0);
    assert!(
        same.stderr.contains("20 pages read; 0 articles got a new version, 0 other details, 0 new"),
        "{}",
        same.stderr
    );
    mend(&desk, DROPPED);

    let trial = desk.run(&["reread", "--selectors", "selectors", "--dry-run", "--list", "--json"]).ends(0);
    let lines = trial.json();
    desk.assert_schema("reread", &lines);
    let (articles, newspapers): (Vec<&Value>, Vec<&Value>) =
        lines.iter().partition(|line| line["kind"] == "article");
    assert_eq!(articles.len(), 5);
    assert!(
        articles
            .iter()
            .all(|line| line["difference"] == "text" && line["fields"] == serde_json::json!(["body"]))
    );
    assert_eq!((&newspapers[0]["pages"], &newspapers[0]["changed"]), (&20.into(), &5.into()));
    assert_eq!(newspapers[0]["fields"], serde_json::json!({"body": 5}));
    assert_eq!(desk.column("SELECT count(*) FROM versions"), ["20"], "nothing is written");

    let run = desk.run(&["reread", "thunghiem", "--selectors", "selectors"]).ends(0);
    assert!(run.stdout.contains("thunghiem"), "{}", run.stdout);
    assert_eq!(desk.column("SELECT count(*) FROM versions WHERE reason = 'reread'"), ["5"]);
    assert_eq!(desk.column("SELECT count(*) FROM articles WHERE body LIKE '%đặt mua báo xuân%'"), ["0"]);
    assert_eq!(desk.column("SELECT version_count FROM articles WHERE url LIKE '%-post4.html'"), ["2"]);
    let counted = "SELECT edited || ' ' || unchanged || ' ' || stopped_by FROM runs ORDER BY id DESC LIMIT 1";
    assert_eq!(desk.column(counted), ["5 15 all pages are read"]);
    let again = desk.run(&["reread", "--selectors", "selectors"]).ends(0);
    assert!(again.stderr.contains("0 articles got a new version"), "{}", again.stderr);
    desk.run(&["verify"]).ends(0);
    assert_eq!(server.log().len(), asked, "no network is used");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_read_by_the_layout_of_its_day() {
    let (desk, _server) = crawled().await;
    let old = "UPDATE capture SET fetched_at = '2019-05-10T10:45:00Z' WHERE url LIKE '%-post8.html'";
    desk.archive().execute_batch(old).unwrap();
    let then = "[[layout]]\nname = \"cu\"\nuntil = 2019-12-30\ntitle = [\"h1.article__title\"]\nbody = [\".article__body\"]\n\
                drop = [\".hop-tin\"]\n\n[[layout]]\nname = \"epi-2023\"\n";
    mend(&desk, then);
    let run = desk.run(&["reread", "--selectors", "selectors", "--list"]).ends(0);
    assert!(run.stdout.lines().next().unwrap().contains("-post8.html"), "{}", run.stdout);
    assert_eq!(desk.column("SELECT url LIKE '%-post8.html' FROM articles WHERE version_count > 1"), ["1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_run_goes_on_where_it_was_unless_the_readers_changed() {
    let (desk, _server) = crawled().await;
    mend(&desk, DROPPED);
    let newspapers = Newspapers::load(Some(&desk.path("selectors"))).unwrap();
    let mut archive = Archive::open_existing(&desk.path("khobao.db")).unwrap();
    let mut reread = |readers: &str, pages: usize| {
        let asked = AtomicUsize::new(0);
        let plan = Plan { newspapers: &newspapers, chosen: &[], threads: 1, readers, is_anew: false };
        let now = || "2024-05-11T00:00:00Z".parse().unwrap();
        let run = archive.begin_run("reread", now()).unwrap();
        let go_on = || asked.fetch_add(1, Ordering::Relaxed) < pages;
        let report = reread::reread(&mut archive, run, plan, &now, go_on, |_| {}).unwrap();
        archive.finish_run(run, "stopped", now()).unwrap();
        let read: u64 = report.tallies.values().map(|tally| tally.pages).sum();
        (report.done_before, read, report.is_done)
    };
    assert_eq!(reread("these", 8), (0, 8, false));
    assert_eq!(reread("these", 7), (8, 7, false));
    assert_eq!(reread("others", 3), (0, 3, false), "other readers begin anew");
    assert_eq!(reread("these", 100), (15, 5, true));
    assert_eq!(reread("these", 100), (0, 20, true), "a finished run leaves no mark");
    assert_eq!(desk.column("SELECT count(*) FROM versions WHERE reason = 'reread'"), ["5"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_page_and_a_lost_article_are_told_and_hold_up_nothing() {
    let (desk, _server) = crawled().await;
    let archive = desk.archive();
    archive.execute_batch("UPDATE blob SET stored = x'00' WHERE id = (SELECT blob FROM capture WHERE url LIKE '%-post3.html')").unwrap();
    drop(archive);
    mend(&desk, "[[layout]]\nname = \"epi-2023\"\ndrop = [\".hop-tin\"]\n");
    let run = desk.run(&["reread", "--selectors", "selectors", "-v"]).ends(1);
    assert!(run.stderr.contains("1 could not be read") && run.stderr.contains("payload "), "{}", run.stderr);
    assert_eq!(desk.column("SELECT count(*) FROM versions WHERE reason = 'reread'"), ["5"]);
    // Without its selector file, a newspaper's pages are left alone.
    let strange = desk.run(&["reread", "-v"]).ends(1);
    assert!(strange.stderr.contains("no selector file for 'thunghiem'"), "{}", strange.stderr);
    assert!(desk.run(&["reread", "thunghiem"]).ends(2).stderr.contains("no newspaper is called 'thunghiem'"));
    assert_eq!(desk.column("SELECT count(*) FROM articles"), ["20"]);
}
