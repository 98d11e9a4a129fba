//! The sample newspaper: it is served as a real site is, and its selector file is sound.

use khobao::demo::{NEWSPAPER, SampleSite};
use khobao::newspaper::{Class, Newspapers, Sources};
use reqwest::redirect::Policy;
use url::Url;

fn newspapers(selectors: &str) -> Newspapers {
    let mut sources = Sources::built_in();
    sources.add_text(&format!("{NEWSPAPER}.toml"), selectors);
    Newspapers::check(&sources).unwrap_or_else(|faults| panic!("{faults}"))
}

#[tokio::test]
async fn the_sample_site_is_served_with_redirects_and_conditional_answers() {
    let site = SampleSite::start().await.unwrap();
    let client = reqwest::Client::builder().redirect(Policy::none()).no_proxy().build().unwrap();
    let get = |path: &str| client.get(format!("{}{path}", site.origin()));

    let front = get("/").send().await.unwrap();
    assert_eq!(front.status(), 200);
    assert_eq!(front.headers()["content-type"], "text/html; charset=utf-8");
    let etag = front.headers()["etag"].clone();
    assert!(front.text().await.unwrap().contains(&format!("{}/xa-hoi/", site.origin())));
    let again = get("/").header("if-none-match", etag).send().await.unwrap();
    assert_eq!(again.status(), 304);
    assert!(again.bytes().await.unwrap().is_empty());

    let packed = get("/xa-hoi/").header("accept-encoding", "gzip").send().await.unwrap();
    assert_eq!(packed.headers()["content-encoding"], "gzip");
    assert!(packed.bytes().await.unwrap().starts_with(&[0x1f, 0x8b]));

    let moved = get("/khoi-cong-duong-tinh-212-post21398.html").send().await.unwrap();
    assert_eq!(moved.status(), 301);
    let there = moved.headers()["location"].to_str().unwrap().to_owned();
    assert_eq!(get(&there).send().await.unwrap().status(), 200);
    assert_eq!(get("/khong-co-trang-nay.html").send().await.unwrap().status(), 404);
    assert_eq!(client.post(site.origin()).send().await.unwrap().status(), 405);
    site.stop().await.unwrap();
}

#[tokio::test]
async fn the_sample_site_stops_when_it_is_dropped_or_told_to() {
    let site = SampleSite::start().await.unwrap();
    let address = site.origin().trim_start_matches("http://").to_owned();
    site.stop().await.unwrap();
    assert!(tokio::net::TcpStream::connect(&address).await.is_err());
}

#[tokio::test]
async fn the_sample_selectors_tell_articles_from_what_is_none() {
    let site = SampleSite::start().await.unwrap();
    let newspapers = newspapers(&site.selectors());
    let newspaper = newspapers.get(NEWSPAPER).unwrap();
    let class = |path: &str| newspaper.classify(&Url::parse(&format!("{}{path}", site.origin())).unwrap());
    assert_eq!(
        class("/khoi-cong-duong-tinh-212-post21398.html?utm_source=zalo"),
        Class::Article { id: Some("21398".into()) }
    );
    assert_eq!(class("/kinh-te/trang-2.html"), Class::Listing);
    assert_eq!(class("/rss/tin-moi-1.rss"), Class::Feed);
    assert_eq!(class("/sitemaps/news-2024-4.xml.gz"), Class::Sitemap);
    for path in ["/video/", "/bao-in/", "/event/xay-dung-nong-thon-moi-31.html", "/nong-thon-moi-tag88.html"]
    {
        assert_eq!(class(path), Class::Other, "{path}");
    }
    let seeds: Vec<_> = newspaper.seeds().iter().map(|seed| seed.kind.as_str()).collect();
    assert_eq!(seeds, ["listing", "feed", "sitemap"]);
}
