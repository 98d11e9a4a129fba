//! Crawls over loopback, by the program itself: what is read, what becomes of everything else, and what a kill, a
//! second run or a stop leave behind.

mod backfill;
mod broken;
mod disk;
mod dry_run;
mod endings;
mod fates;
mod gaps;
mod health;
mod hostile;
mod idle;
mod instruments;
mod kills;
mod large;
mod photo_hosts;
mod photos;
mod reread;
mod robots;
mod rounds;
mod stand_in;
mod staying;

use crate::loopback::{Reply, Server, Site};
use crate::program::Desk;

/// A page of an EPI site with one article.
fn article_page(title: &str, body: &str) -> String {
    format!(
        r#"<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{title} | Báo Thử Nghiệm</title>
<meta property="article:published_time" content="2024-05-10T17:45:00+0700"></head><body>
<header><span class="time" id="fulltime"></span><nav><a href="/">Trang chủ</a></nav></header>
<h1 class="article__title cms-title">{title}</h1>
<div class="article__body cms-body" itemprop="articleBody">{body}</div></body></html>"#
    )
}

/// The article with this number.
fn numbered(number: usize) -> String {
    article_page(
        &format!("Xã Nà Phặc làm xong tuyến đường số {number}"),
        &format!(
            "<p>BTN - Chiều 10/5, xã Nà Phặc bàn giao tuyến đường bê tông thứ {number} cho bà con thôn Bản Mạch.</p>\
             <p>Tuyến đường dài {number}00 m, rộng 3 m, do bà con góp đất và ngày công.</p>"
        ),
    )
}

/// A listing that links to these addresses.
fn listing(links: &[String]) -> String {
    let item =
        |link| format!("<article class=\"story\"><a class=\"cms-link\" href=\"{link}\">Tin</a></article>");
    let items = links.iter().map(item).collect::<Vec<_>>().join("\n");
    format!("<!DOCTYPE html><html><body><h1>Tin mới</h1>{items}</body></html>")
}

fn path_of(number: usize) -> String {
    format!("/tin-so-{number}-post{number}.html")
}

/// A newspaper of so many articles behind one front page.
fn site(count: usize) -> Site {
    let links: Vec<String> = (1..=count).map(path_of).collect();
    let front = listing(&links);
    let mut site = Site::new().page("/robots.txt", Reply::status(404)).page("/", Reply::html(front));
    for number in 1..=count {
        site = site.page(&path_of(number), Reply::html(numbered(number)));
    }
    site
}

/// A selector file for a newspaper on a loopback server, in the desk's folder of selector files.
fn selectors(desk: &Desk, server: &Server, delay: &str) {
    let front = server.url("/");
    desk.file(
        "selectors/thunghiem.toml",
        format!(
            "name = \"Báo Thử Nghiệm\"\nprovince = \"Bắc Kạn\"\nhosts = [\"127.0.0.1\"]\ncodes = [\"BTN\"]\nfamily = \"epi\"\n\n\
             [crawl]\nstart = [\"{front}\"]\ndelay = \"{delay}\"\n"
        ),
    );
}

/// The arguments of a crawl of that newspaper, and further ones.
fn arguments<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let mut all = vec!["crawl", "thunghiem", "--selectors", "selectors", "--allow-private"];
    all.extend(more);
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crawl_reads_every_article_once_and_a_second_one_brings_nothing_new() {
    let server = Server::start(site(12)).await;
    let desk = Desk::new();
    selectors(&desk, &server, "0s");

    let first = desk.run(&arguments(&[])).ends(0);
    assert!(first.stderr.contains("12 new articles"), "{}", first.stderr);
    assert_eq!(desk.column("SELECT count(*) FROM articles"), ["12"]);
    assert_eq!(
        desk.column("SELECT DISTINCT dateline || '|' || dateline_source || '|' || part_of_day || '|' || event_date FROM articles"),
        ["BTN - Chiều 10/5|BTN|chiều|2024-05-10"]
    );
    assert_eq!(desk.column("SELECT DISTINCT published_at FROM articles"), ["2024-05-10T17:45:00+07:00"]);
    assert_eq!(desk.column("SELECT count(*) FROM paragraphs"), ["24"]);
    let asked = server.log().len();
    assert_eq!(asked, 14, "robots.txt, the front page and twelve articles: {:?}", server.paths());

    let second = desk.run(&arguments(&["--json"])).ends(0);
    assert_eq!(second.json()[0]["new_articles"], 0);
    assert_eq!(second.json()[0]["edited"], 0);
    assert_eq!(desk.column("SELECT count(*) FROM articles"), ["12"]);
    assert_eq!(desk.column("SELECT count(*) FROM versions"), ["12"]);
    assert_eq!(server.paths()[asked..], ["/"], "only the front page is looked at again");
    assert_eq!(desk.column("PRAGMA integrity_check"), ["ok"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listing_in_json_is_asked_for_with_the_headers_that_its_server_wants() {
    let items = format!(r#"{{"data": [{{"link": "{}"}}]}}"#, path_of(1));
    let site = Site::new()
        .page("/robots.txt", Reply::status(404))
        .page(&path_of(1), Reply::html(numbered(1)))
        .on("/list?page=1", move |asked| match asked.header("x-requested-with") {
            Some("XMLHttpRequest") => {
                Reply::status(200).header("Content-Type", "application/json").body(items.clone())
            }
            _ => Reply::status(403),
        });
    let server = Server::start(site).await;
    let desk = Desk::new();
    desk.file(
        "selectors/thunghiem.toml",
        format!(
            "name = \"Báo Thử Nghiệm\"\nhosts = [\"127.0.0.1\"]\nfamily = \"epi\"\n[crawl]\ndelay = \"0s\"\n\
             [[crawl.api]]\nkind = \"json\"\nurl = \"{}\"\nitems = \"/data\"\nlink = \"{}{{/link}}\"\n\
             headers = [\"X-Requested-With: XMLHttpRequest\"]\n",
            server.url("/list?page={page}").as_str().replace("%7B", "{").replace("%7D", "}"),
            server.url("/").as_str().trim_end_matches('/'),
        ),
    );
    desk.run(&arguments(&["--limit", "2"])).ends(0);
    assert_eq!(desk.column("SELECT count(*) FROM articles"), ["1"]);
    let other = server.log().into_iter().find(|asked| asked.path == path_of(1)).unwrap();
    assert_eq!(other.header("x-requested-with"), None, "only the listing wants it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_packed_sitemap_leads_to_its_articles() {
    use std::io::Write as _;
    let desk = Desk::new();
    let mut site = Site::new().page("/robots.txt", Reply::status(404));
    for number in 1..=3 {
        site = site.page(&path_of(number), Reply::html(numbered(number)));
    }
    let site = site.on("/so-do/thang-5.xml.gz", |asked| {
        let host = asked.header("host").unwrap();
        let loc = |number| format!("<url><loc>http://{host}{}</loc></url>", path_of(number));
        let urls = (1..=3).map(loc).collect::<Vec<_>>().join("\n");
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        write!(packer, "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">{urls}</urlset>")
            .unwrap();
        Reply::status(200).header("Content-Type", "application/x-gzip").body(packer.finish().unwrap())
    });
    let server = Server::start(site).await;
    desk.file(
        "selectors/thunghiem.toml",
        format!(
            "name = \"Báo Thử Nghiệm\"\nhosts = [\"127.0.0.1\"]\nfamily = \"epi\"\n[crawl]\ndelay = \"0s\"\nsitemaps = [\"{}\"]\n",
            server.url("/so-do/thang-5.xml.gz")
        ),
    );
    desk.run(&arguments(&[])).ends(0);
    assert_eq!(desk.column("SELECT count(*) FROM articles"), ["3"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_limit_counts_pages_and_the_next_crawl_goes_on_behind_it() {
    let server = Server::start(site(9)).await;
    let desk = Desk::new();
    selectors(&desk, &server, "0s");
    let run = desk.run(&arguments(&["--limit", "4", "--json"])).ends(0);
    assert_eq!(run.json()[0]["stopped_by"], "the limit of pages is reached");
    assert_eq!(run.json()[0]["fetched"], 4);
    assert_eq!(desk.column("SELECT count(*) FROM articles"), ["3"]);
    desk.run(&arguments(&[])).ends(0);
    assert_eq!(desk.column("SELECT count(*) FROM articles"), ["9"]);
    assert_eq!(
        desk.column("SELECT stopped_by FROM runs"),
        ["the limit of pages is reached", "nothing is due"]
    );
}
