//! Photos on a host of their own, which several newspapers use: all lanes that ask it keep one distance together, read
//! off that host's own log, and what it asks for holds for all of them, in the next run too.

use std::time::Duration;

use super::{article_page, listing, path_of};
use crate::loopback::{Asked, Proxy, Reply, Server, Site};
use crate::program::Desk;

/// The newspapers' hosts and that of the photos.
const PAPERS: [&str; 3] = ["bao-mot.example", "bao-hai.example", "bao-ba.example"];
const PHOTOS: &str = "anh.example";

/// Newspapers and the host of their photos, behind a proxy that leads each name to its server.
struct Press {
    papers: Vec<Server>,
    photos: Server,
    proxy: Proxy,
    desk: Desk,
}

/// A newspaper with so many articles of one photo each.
fn paper(which: usize, count: usize) -> Site {
    let mut site = Site::new()
        .page("/robots.txt", Reply::status(404))
        .page("/", Reply::html(listing(&(1..=count).map(path_of).collect::<Vec<_>>())));
    for number in 1..=count {
        let body = format!(
            "<p>Sáng 10/5, bà con thôn số {number} ra đồng gặt vụ lúa xuân đầu tiên trong năm.</p>\
             <figure><img src=\"http://{PHOTOS}/{which}/{number}.jpg\"><figcaption>Gặt lúa ở thôn.</figcaption></figure>\
             <p>Năm nay lúa được mùa, mỗi sào cho hơn hai tạ thóc.</p>"
        );
        site = site.page(&path_of(number), Reply::html(article_page(&format!("Vụ gặt thứ {number}"), &body)));
    }
    site
}

fn picture(_: &Asked) -> Reply {
    Reply::status(200).header("Content-Type", "image/jpeg").body(b"\xFF\xD8\xFF\xE0\0\x10JFIF\0 anh".to_vec())
}

impl Press {
    async fn start(count: usize, delays: [&str; 3], photos: Site) -> Press {
        let photos = Server::start(photos).await;
        let desk = Desk::new();
        let mut papers = Vec::new();
        for (which, (host, delay)) in PAPERS.iter().zip(delays).enumerate() {
            papers.push(Server::start(paper(which, count)).await);
            let id = host.trim_end_matches(".example").replace('-', "");
            desk.file(
                &format!("selectors/{id}.toml"),
                format!(
                    "name = \"{id}\"\nhosts = [\"{host}\"]\nfamily = \"epi\"\n\n\
                     [crawl]\nstart = [\"http://{host}/\"]\ndelay = \"{delay}\"\n"
                ),
            );
        }
        let mut routes: Vec<(String, std::net::SocketAddr)> = PAPERS
            .iter()
            .zip(&papers)
            .map(|(host, server)| (format!("{host}:80"), server.address()))
            .collect();
        routes.push((format!("{PHOTOS}:80"), photos.address()));
        let routes: Vec<_> = routes.iter().map(|(host, address)| (host.as_str(), *address)).collect();
        let proxy = Proxy::start(&routes).await;
        Press { papers, photos, proxy, desk }
    }

    fn crawl(&self, newspapers: &[&str], more: &[&str]) -> crate::program::Run {
        let proxy = self.proxy.url();
        let mut all = vec!["crawl", "--selectors", "selectors", "--proxy", &proxy, "--images"];
        all.extend(newspapers);
        all.extend(more);
        self.desk.run(&all)
    }

    /// The least time between two requests for photos.
    fn least_gap(&self) -> Duration {
        let log = self.photos.log();
        log.windows(2).map(|two| two[1].at - two[0].at).min().unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lanes_that_ask_one_host_for_photos_keep_one_distance_together() {
    let photos = Site::new().page("/robots.txt", Reply::status(404)).otherwise(picture);
    let press = Press::start(4, ["100ms", "250ms", "100ms"], photos).await;
    press.crawl(&["baomot", "baohai", "baoba"], &[]).ends(0);
    let count = press.desk.column("SELECT count(*) FROM captures WHERE content_type = 'image/jpeg'");
    assert_eq!(count, ["12"], "every photo of every newspaper");
    // The slowest of the lanes sets the pace once it has asked; before it has, the others keep theirs.
    let log = press.photos.log();
    let slowest = log.iter().position(|asked| asked.path.starts_with("/1/")).unwrap();
    for (at, two) in log.windows(2).enumerate() {
        let least = if at + 1 > slowest { 250 } else { 100 };
        let gap = two[1].at - two[0].at;
        assert!(gap >= Duration::from_millis(least), "{gap:?} before {}", two[1].path);
    }
    for (server, least) in press.papers.iter().zip([100, 250, 100]) {
        for two in server.log().windows(2) {
            assert!(two[1].at - two[0].at >= Duration::from_millis(least), "{}", two[1].path);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_robots_txt_of_a_common_host_asks_for_holds_for_all() {
    let photos =
        Site::new().page("/robots.txt", Reply::text("User-agent: *\nCrawl-delay: 0.4\n")).otherwise(picture);
    let press = Press::start(2, ["0s", "0s", "0s"], photos).await;
    press.crawl(&["baomot", "baohai", "baoba"], &[]).ends(0);
    let log = press.photos.log();
    assert_eq!(log[0].path, "/robots.txt");
    for two in log.windows(2) {
        let gap = two[1].at - two[0].at;
        assert!(gap >= Duration::from_millis(400), "{gap:?} before {}", two[1].path);
    }
    let pages: usize = press.papers.iter().map(|server| server.log().len()).sum();
    assert_eq!(pages, 3 * 4, "the newspapers themselves asked for nothing of the kind");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_common_host_that_wants_to_be_left_alone_holds_up_photos_only_and_is_remembered() {
    let refusal = Reply::status(429).header("retry-after", "600");
    let photos = Site::new().page("/robots.txt", Reply::status(404)).otherwise(move |_| refusal.clone());
    let press = Press::start(3, ["0s", "0s", "0s"], photos).await;
    let run = press.crawl(&["baomot", "baohai"], &[]).ends(1);
    assert!(run.stderr.contains("6 new articles"), "{}", run.stderr);
    let asked = press.photos.paths().iter().filter(|path| path.contains(".jpg")).count();
    assert_eq!(asked, 1, "{:?}", press.photos.paths());
    // A newspaper that never heard of it leaves the host alone too.
    let run = press.crawl(&["baoba"], &[]).ends(0);
    assert!(run.stderr.contains("3 new articles"), "{}", run.stderr);
    assert_eq!(press.photos.paths().iter().filter(|path| path.contains(".jpg")).count(), asked);
    let waiting = press.desk.column("SELECT url FROM failures");
    assert_eq!(waiting.len(), 1, "photos that were never asked for have not failed: {waiting:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_run_keeps_its_distance_to_the_last_request_for_photos() {
    let photos = Site::new().page("/robots.txt", Reply::status(404)).otherwise(picture);
    let press = Press::start(1, ["700ms", "700ms", "700ms"], photos).await;
    press.crawl(&["baomot"], &[]).ends(0);
    press.crawl(&["baohai"], &["--limit", "3"]).ends(0);
    assert!(press.photos.log().len() >= 3, "{:?}", press.photos.paths());
    assert!(press.least_gap() >= Duration::from_millis(700), "{:?}", press.least_gap());
}
