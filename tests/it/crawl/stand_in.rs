//! A crawl of a built-in newspaper over https, through a proxy that stands in for its host.

use crate::loopback::{Authority, Proxy, Reply, Server, Site};
use crate::program::Desk;

const ARTICLE: &str = "/dang-uy-khoi-cac-co-quan-so-ket-post57001.html";

#[tokio::test(flavor = "multi_thread")]
async fn a_built_in_newspaper_is_crawled_over_https_through_a_proxy() {
    let front = super::listing(&[ARTICLE.to_owned(), "/pac-nam-tag1982.html".to_owned()]);
    let body = "<p>BBK - Chiều 10/5, huyện Pác Nặm tổ chức ngày hội đọc sách cho học sinh vùng cao.</p>\
                <table class=\"picture\"><tr><td><img class=\"cms-photo\" src=\"/Uploaded/a.jpg\" alt=\"Học sinh chọn sách.\"></td></tr>\
                <tr><td class=\"caption\"><p>Học sinh chọn sách.</p></td></tr></table>\
                <p>Hơn 400 cuốn sách được trao tặng cho các điểm trường./.</p>";
    let site = Site::new()
        .page("/robots.txt", Reply::status(404))
        .page("/sitemap.xml", Reply::status(404))
        .page("/", Reply::html(front))
        .page(
            ARTICLE,
            Reply::html(
                super::article_page("Ngày hội đọc sách ở Pác Nặm", body).replace("2024-05", "2023-05"),
            ),
        );
    let authority = Authority::new();
    let server = Server::start_tls(site, authority.acceptor(&["baobackan.vn"])).await;
    let proxy = Proxy::start(&[("baobackan.vn:443", server.address())]).await;
    let desk = Desk::new();
    desk.file("ca.pem", authority.pem());

    let proxy_url = proxy.url();
    let run = desk.run(&[
        "crawl",
        "baobackan",
        "--proxy",
        &proxy_url,
        "--cacert",
        "ca.pem",
        "--limit",
        "3",
        "--json",
    ]);
    assert_eq!(run.json()[0]["new_articles"], 1, "{}", run.stderr);
    assert_eq!(desk.column("SELECT url FROM articles"), [format!("https://baobackan.vn{ARTICLE}")]);
    assert_eq!(
        desk.column("SELECT dateline || '|' || event_date FROM articles"),
        ["BBK - Chiều 10/5|2023-05-10"]
    );
    assert_eq!(desk.column("SELECT caption FROM captions"), ["Học sinh chọn sách."]);
    assert_eq!(desk.column("SELECT count(*) FROM paragraphs"), ["2"]);
    assert!(
        server
            .log()
            .iter()
            .all(|asked| asked.header("user-agent").is_some_and(|name| name.starts_with("khobao/")))
    );
}
