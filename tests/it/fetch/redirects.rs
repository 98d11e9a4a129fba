//! Redirects: followed by hand, bounded, recorded, and each behind the gate.

use khobao::fetch::{Answer, Client, Conditions, FailureKind, Limits, Open, Options, Request};
use url::Url;

use super::{Diary, article, assert_fails, client, get, options, page};
use crate::loopback::{Proxy, Reply, Server, Site};

#[tokio::test]
async fn redirects_are_followed_and_recorded_one_by_one() {
    let site = Site::new()
        .page("/tin", Reply::redirect(301, "/tin/").body("đã chuyển"))
        .page("/tin/", Reply::redirect(302, "../tin-moi?x=1#phan-2"))
        .page("/tin-moi?x=1", Reply::redirect(303, "//HOST/mưa"))
        .on("/m%C6%B0a", |_| Reply::html("Mưa"));
    let server = Server::start(site.on("/tin-moi?x=1", |asked| {
        Reply::redirect(307, &format!("//{}/mưa", asked.header("host").unwrap()))
    }))
    .await;
    let fetched = get(&client(), &server.url("/tin")).await;
    let statuses: Vec<u16> = fetched.exchanges.iter().map(|exchange| exchange.status).collect();
    assert_eq!(statuses, [301, 302, 307, 200]);
    assert_eq!(&fetched.exchanges[0].payload[..], "đã chuyển".as_bytes());
    assert_eq!(server.paths(), ["/tin", "/tin/", "/tin-moi?x=1", "/m%C6%B0a"]);
    assert_eq!(page(fetched).url, server.url("/m%C6%B0a"));
}

#[tokio::test]
async fn every_hop_waits_at_the_gate_and_is_told_there() {
    let site = Site::new()
        .page("/a", Reply::redirect(301, "/b"))
        .page("/b", Reply::redirect(308, "/c").header("retry-after", "7"))
        .page("/c", Reply::html("x"));
    let server = Server::start(site).await;
    let mut diary = Diary::default();
    let url = server.url("/a");
    client().get(&article(&url), &mut diary).await;
    assert_eq!(
        diary.entries(),
        ["pass /a", "answered 301", "pass /b", "answered 308, wait 7s", "pass /c", "answered 200"]
    );
}

#[tokio::test]
async fn a_gate_that_shuts_ends_the_way_before_the_request() {
    let server = Server::start(Site::new().page("/a", Reply::redirect(302, "/b"))).await;
    let mut diary = Diary { shut: Some("/b"), ..Diary::default() };
    let url = server.url("/a");
    let fetched = client().get(&article(&url), &mut diary).await;
    assert_eq!(fetched.answer, Answer::Denied("robots.txt line 2: Disallow: /".into()));
    assert_eq!(fetched.exchanges.len(), 1);
    assert_eq!(server.paths(), ["/a"]);
}

#[tokio::test]
async fn circles_are_noticed_at_the_first_return() {
    let site = Site::new()
        .page("/a", Reply::redirect(302, "/b"))
        .page("/b", Reply::redirect(302, "/c"))
        .page("/c", Reply::redirect(302, "/b#again"))
        .page("/self", Reply::redirect(302, "/self").header("set-cookie", "seen=1"));
    let server = Server::start(site).await;
    assert_fails(
        get(&client(), &server.url("/a")).await,
        FailureKind::Redirect,
        "go in a circle, back to http://",
    );
    assert_eq!(server.paths(), ["/a", "/b", "/c"]);
    assert_fails(get(&client(), &server.url("/self")).await, FailureKind::Redirect, "circle");
}

#[tokio::test]
async fn endless_redirects_end_at_the_bound() {
    let site = Site::new().otherwise(|asked| {
        let n: u32 = asked.path.trim_start_matches('/').parse().unwrap();
        Reply::redirect(302, &format!("/{}", n + 1))
    });
    let server = Server::start(site).await;
    let limits = Limits { redirects_max: 3, ..options().limits };
    let client = Client::new(Options { limits, ..options() }).unwrap();
    let fetched = get(&client, &server.url("/0")).await;
    assert_eq!(fetched.exchanges.len(), 4, "the redirects that were followed are kept");
    assert_fails(fetched, FailureKind::Redirect, "more than 3 redirects in a row");
    assert_eq!(server.paths(), ["/0", "/1", "/2", "/3"]);
}

#[tokio::test]
async fn nobody_follows_a_redirect_off_the_newspapers_hosts() {
    let site = Site::new()
        .page("/moved", Reply::redirect(301, "/further"))
        .page("/further", Reply::redirect(308, "https://baothainguyen.vn/tin.html"))
        .page("/ad", Reply::redirect(302, "https://ads.example/?back=1"));
    let server = Server::start(site).await;
    let proxy = Proxy::start(&[("baobackan.vn:80", server.address())]).await;
    let client = Client::new(Options { proxy: Some(proxy.url()), ..options() }).unwrap();
    let hosts = |host: &str| host == "baobackan.vn";
    for (path, to, for_good) in
        [("/moved", "https://baothainguyen.vn/tin.html", true), ("/ad", "https://ads.example/?back=1", false)]
    {
        let url = Url::parse("http://baobackan.vn").unwrap().join(path).unwrap();
        let fetched = client.get(&Request { hosts: &hosts, ..article(&url) }, &mut Open).await;
        assert_eq!(fetched.answer, Answer::Elsewhere { url: Url::parse(to).unwrap(), for_good });
    }
    assert!(proxy.log().iter().all(|asked| asked.path.starts_with("http://baobackan.vn/")));
    let outside = Url::parse("https://cafef.vn/").unwrap();
    let fetched = client.get(&Request { hosts: &hosts, ..article(&outside) }, &mut Open).await;
    assert_fails(fetched, FailureKind::Forbidden, "https://cafef.vn/: not on a host of the newspaper");
}

#[tokio::test]
async fn redirects_to_nowhere_are_failures() {
    let site = Site::new()
        .page("/none", Reply::status(302))
        .page("/bad", Reply::redirect(302, "http://[::1"))
        .page("/ftp", Reply::redirect(302, "ftp://baobackan.vn/tin"))
        .page("/script", Reply::redirect(302, "javascript:alert(1)"))
        .page("/choices", Reply::status(300).header("location", "/none"));
    let server = Server::start(site).await;
    let client = client();
    let ends = [
        ("/none", FailureKind::Malformed, "a redirect (302) that does not say where to"),
        ("/bad", FailureKind::Malformed, "a redirect (302) to no address"),
        ("/ftp", FailureKind::Forbidden, "only http and https are fetched"),
        ("/script", FailureKind::Forbidden, "only http and https are fetched"),
    ];
    for (path, kind, words) in ends {
        assert_fails(get(&client, &server.url(path)).await, kind, words);
    }
    let choices = get(&client, &server.url("/choices")).await;
    assert_eq!(choices.answer, Answer::Status { code: 300, retry_after: None });
}

#[tokio::test]
async fn credentials_in_an_address_are_not_sent() {
    let site = Site::new().on("/", |asked| {
        let host = asked.header("host").unwrap();
        Reply::redirect(302, &format!("http://bob:secret@{host}/in"))
    });
    let server = Server::start(site.page("/in", Reply::html("x"))).await;
    let mut url = server.url("/");
    url.set_username("bob").unwrap();
    url.set_password(Some("secret")).unwrap();
    let fetched = get(&client(), &url).await;
    assert!(server.log().iter().all(|asked| asked.header("authorization").is_none()));
    assert!(fetched.exchanges.iter().all(|exchange| !exchange.url.as_str().contains("secret")));
}

#[tokio::test]
async fn conditions_go_along_over_redirects() {
    let site = Site::new().page("/old", Reply::redirect(301, "/new")).on("/new", |asked| {
        if asked.header("if-none-match") == Some("\"n1\"") { Reply::status(304) } else { Reply::html("x") }
    });
    let server = Server::start(site).await;
    let url = server.url("/old");
    let conditions = Conditions { etag: Some("\"n1\""), last_modified: None };
    let fetched = client().get(&Request { conditions, ..article(&url) }, &mut Open).await;
    assert_eq!(fetched.answer, Answer::NotModified);
}
