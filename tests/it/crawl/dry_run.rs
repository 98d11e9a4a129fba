//! What a crawl would do, told without a request for pages.

use serde_json::Value;

use super::{arguments, listing, path_of, selectors, site};
use crate::loopback::{Reply, Server};
use crate::program::Desk;

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_asks_for_no_page_and_writes_nothing() {
    let pages = site(3)
        .page("/robots.txt", Reply::text("User-agent: *\nDisallow: /kin/\nCrawl-delay: 3\n"))
        .page("/", Reply::html(listing(&[path_of(1), path_of(2), "/kin/tin-so-9-post9.html".to_owned()])));
    let server = Server::start(pages).await;
    let desk = Desk::new();
    selectors(&desk, &server, "0s");

    let first = desk.run(&arguments(&["--dry-run"])).ends(0);
    assert!(
        first.stdout.contains("thunghiem  1        0") && first.stdout.contains("3 s"),
        "{}",
        first.stdout
    );
    assert!(first.stderr.contains("1 page would be visited now; none was asked for"), "{}", first.stderr);
    assert_eq!(server.paths(), ["/robots.txt"]);
    assert!(!desk.path("khobao.db").exists(), "not even the archive is made");

    // Three visits: the front page and two articles; what robots.txt forbids is left.
    desk.file("selectors/thunghiem.toml", {
        let text = std::fs::read_to_string(desk.path("selectors/thunghiem.toml")).unwrap();
        text.replace("delay = \"0s\"", "delay = \"1ms\"")
    });
    desk.run(&arguments(&["--limit", "1"])).ends(0);
    let asked = server.log().len();
    let before = std::fs::read(desk.path("khobao.db")).unwrap();
    let run = desk.run(&arguments(&["--dry-run", "--json"])).ends(0);
    assert_eq!(server.log().len(), asked, "the stored copy of robots.txt is in force");
    assert_eq!(std::fs::read(desk.path("khobao.db")).unwrap(), before);

    let planned = run.json();
    let schema: Value =
        serde_json::from_str(&desk.run(&["schema", "crawl", "dry-run"]).ends(0).stdout).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    assert!(planned.iter().all(|page| validator.is_valid(page)), "{planned:?}");
    let of =
        |ending: &str| planned.iter().find(|page| page["url"].as_str().unwrap().ends_with(ending)).unwrap();
    assert_eq!(
        (&of("post1.html")["is_due"], &of("post1.html")["robots"]["is_allowed"]),
        (&true.into(), &true.into())
    );
    assert_eq!(of("post9.html")["robots"]["reason"], "robots.txt line 2: Disallow: /kin/");
    assert_eq!(
        (&of("/")["kind"], &of("/")["is_due"]),
        (&"listing".into(), &true.into()),
        "a crawl looks at it first"
    );
    assert_eq!(of("post1.html")["robots"]["crawl_delay"], 3.0);
    assert_eq!(of("post1.html")["robots"]["is_stored"], true);
    assert_eq!(desk.run(&arguments(&["--dry-run", "--json", "--limit", "2"])).ends(0).json().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_says_that_a_robots_txt_cannot_be_read() {
    let server = Server::start(site(1).page("/robots.txt", Reply::status(503))).await;
    let desk = Desk::new();
    selectors(&desk, &server, "0s");
    let run = desk.run(&arguments(&["--dry-run"])).ends(0);
    assert!(run.stdout.contains("robots.txt could not be read: status 503"), "{}", run.stdout);
    assert_eq!(server.paths(), ["/robots.txt"]);
}
