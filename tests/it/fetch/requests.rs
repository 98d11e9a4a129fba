//! What goes over the wire, and what is kept of it.

use khobao::coding;
use khobao::fetch::{Answer, Client, Conditions, FetchError, Open, Options, Request};
use khobao::page::header;
use khobao::target::TargetKind;

use super::{article, client, get, noon, options, page};
use crate::loopback::{Reply, Server, Site};

#[tokio::test]
async fn a_page_comes_back_as_the_server_sent_it() {
    let site = Site::new().page(
        "/tin-post7.html?p=2",
        Reply::html("<p>Mưa lớn ở vùng cao</p>").header("ETag", "\"a1\"").header("X-Latin", "caf\u{e9}"),
    );
    let server = Server::start(site).await;
    let url = server.url("/tin-post7.html?p=2#binh-luan");
    let fetched = get(&client(), &url).await;
    let [exchange] = fetched.exchanges.as_slice() else { panic!("{:?}", fetched.exchanges) };
    assert_eq!(exchange.url.as_str(), server.url("/tin-post7.html?p=2").as_str());
    assert_eq!((exchange.status, exchange.protocol.as_str()), (200, "HTTP/1.1"));
    assert_eq!(exchange.requested_at, noon());
    assert_eq!(header(&exchange.response_headers, "etag"), Some("\"a1\""));
    assert_eq!(exchange.remote_address, Some(server.address().to_string()));
    assert_eq!(&exchange.payload[..], "<p>Mưa lớn ở vùng cao</p>".as_bytes());
    let page = page(fetched);
    assert_eq!((page.kind, page.status, page.fetched_at), (TargetKind::Article, 200, noon()));
    assert_eq!(page.content_type(), Some("text/html; charset=utf-8"));
}

#[tokio::test]
async fn header_values_are_kept_byte_for_byte() {
    let raw = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nServer: m\xe1y ch\xe7\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\nx";
    let steps = Reply::steps(vec![crate::loopback::Step::Send(raw.to_vec())]);
    let server = Server::start(Site::new().page("/", steps)).await;
    let fetched = get(&client(), &server.url("/")).await;
    let headers = &fetched.exchanges[0].response_headers;
    assert_eq!(header(headers, "server"), Some("m\u{e1}y ch\u{e7}"));
    let cookies: Vec<&str> =
        headers.iter().filter(|(name, _)| name == "set-cookie").map(|(_, value)| value.as_str()).collect();
    assert_eq!(cookies, ["a=1", "b=2"]);
}

#[tokio::test]
async fn the_request_says_who_asks_and_is_recorded_as_sent() {
    let server = Server::start(Site::new().page("/", Reply::html("x"))).await;
    let options = Options { contact: Some("crawl@thuvien.example".into()), ..options() };
    let client = Client::new(options).unwrap();
    let url = server.url("/");
    let fetched = get(&client, &url).await;
    let asked = &server.log()[0];
    assert_eq!(asked.method, "GET");
    assert_eq!(asked.header("user-agent"), Some("khobao/0.1 (+crawl@thuvien.example)"));
    assert_eq!(asked.header("accept-encoding"), Some("gzip, deflate, br, zstd"));
    assert_eq!(asked.header("cookie"), None);
    let mut sent = asked.headers.clone();
    let mut recorded = fetched.exchanges[0].request_headers.clone();
    sent.sort();
    recorded.sort();
    assert_eq!(sent, recorded);
}

#[tokio::test]
async fn cookies_are_neither_kept_nor_sent() {
    let site = Site::new().page("/", Reply::html("x").header("set-cookie", "visit=1; path=/"));
    let server = Server::start(site).await;
    let client = client();
    get(&client, &server.url("/")).await;
    get(&client, &server.url("/")).await;
    assert_eq!(server.log()[1].header("cookie"), None);
}

#[tokio::test]
async fn each_kind_asks_for_what_it_reads() {
    let server = Server::start(Site::new().otherwise(|_| Reply::html("x"))).await;
    let client = client();
    let url = server.url("/");
    for (kind, first) in [
        (TargetKind::Article, "text/html"),
        (TargetKind::Listing, "text/html"),
        (TargetKind::Feed, "application/rss+xml"),
        (TargetKind::Sitemap, "application/xml"),
    ] {
        client.get(&Request { kind, ..article(&url) }, &mut Open).await;
        let asked = server.log().pop().unwrap();
        assert!(asked.header("accept").unwrap().starts_with(first), "{kind}");
    }
}

#[tokio::test]
async fn an_unchanged_page_is_told_by_its_entity_tag_or_its_date() {
    let site = Site::new().on("/", |asked| {
        let known = asked.header("if-none-match") == Some("W/\"b\u{fffd}2\"")
            || asked.header("if-modified-since") == Some("Tue, 11 Mar 2025 01:00:00 GMT");
        if known { Reply::status(304).header("etag", "\"b2\"") } else { Reply::html("x") }
    });
    let server = Server::start(site).await;
    let (client, url) = (client(), server.url("/"));
    let with = |conditions| Request { conditions, ..article(&url) };
    // The tag was kept as Latin-1 and goes out as the byte that it was.
    let by_tag = Conditions { etag: Some("W/\"b\u{e9}2\""), last_modified: None };
    let by_date = Conditions { etag: None, last_modified: Some("Tue, 11 Mar 2025 01:00:00 GMT") };
    let by_other = Conditions { etag: Some("\"c3\""), last_modified: None };
    let by_nonsense = Conditions { etag: Some("báo\r\nx: y"), last_modified: None };
    for (conditions, unchanged) in [(by_tag, true), (by_date, true), (by_other, false), (by_nonsense, false)]
    {
        let fetched = client.get(&with(conditions), &mut Open).await;
        assert_eq!(fetched.answer == Answer::NotModified, unchanged, "{conditions:?}: {:?}", fetched.answer);
        assert_eq!(fetched.exchanges.len(), 1);
    }
    assert_eq!(server.log()[3].header("x"), None);
}

#[tokio::test]
async fn error_answers_are_told_by_status_and_their_pages_kept() {
    let site = Site::new()
        .page("/gone", Reply::status(410).body("không còn"))
        .page("/busy", Reply::status(503).header("retry-after", "30").body("bận"));
    let server = Server::start(site).await;
    let client = client();
    let gone = get(&client, &server.url("/gone")).await;
    assert_eq!(gone.answer, Answer::Status { code: 410, retry_after: None });
    let page = gone.last(TargetKind::Article).unwrap().open().unwrap();
    assert_eq!((page.status, &page.body[..]), (410, "không còn".as_bytes()));
    let busy = get(&client, &server.url("/busy")).await;
    let wait = Some(std::time::Duration::from_secs(30));
    assert_eq!(busy.answer, Answer::Status { code: 503, retry_after: wait });
}

#[tokio::test]
async fn one_connection_serves_a_lane() {
    let server = Server::start(Site::new().otherwise(|_| Reply::html("x"))).await;
    let client = client();
    for n in 0..3 {
        let fetched = get(&client, &server.url(&format!("/{n}"))).await;
        assert_eq!(&coding::decode(&fetched.exchanges[0].payload, None).unwrap()[..], b"x");
    }
    assert_eq!(server.log().len(), 3);
    assert_eq!(server.connections(), 1);
}

#[test]
fn options_that_cannot_work_are_refused_with_the_reason() {
    let refused = |options: Options| Client::new(options).unwrap_err().to_string();
    let with_proxy = |proxy: &str| Options { proxy: Some(proxy.into()), ..options() };
    assert_eq!(
        refused(with_proxy("ftp://user:secret@proxy.example:21")),
        "the proxy 'ftp://user:***@proxy.example/' cannot be used: the scheme ftp is not known \
         (write it as http://HOST:PORT, https://HOST:PORT or socks5://HOST:PORT)"
    );
    assert!(refused(with_proxy("http://")).starts_with("the proxy 'http://' cannot be used: empty host"));
    let with_pem = |pem: &[u8]| Options { ca_certificates: vec![pem.to_vec()], ..options() };
    assert_eq!(
        refused(with_pem(b"not a certificate")),
        "certificate 1 of the certificate authorities cannot be read: there is no certificate in it (it has to be PEM)"
    );
    let bad_name = Options { user_agent: Some("b\u{0007}t".into()), ..options() };
    assert!(matches!(Client::new(bad_name), Err(FetchError::UserAgent(_))));
    assert!(!format!("{:?}", with_proxy("http://user:secret@proxy.example")).contains("secret"));
}

#[test]
fn the_crawler_answers_to_its_own_name_under_any_user_agent() {
    let names = |user_agent: Option<&str>| {
        Client::new(Options { user_agent: user_agent.map(str::to_owned), ..options() })
            .unwrap()
            .robots_names()
    };
    assert_eq!(names(None), ["khobao"]);
    assert_eq!(names(Some("Thu-Vien/2.1 (library)")), ["khobao", "thu-vien"]);
}
