//! Hostile servers, each trap on its own path: every fetch ends by itself, in bounded time and memory, with a reason.

use std::io::Write;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use khobao::fetch::limits::HEADER_COUNT_MAX;
use khobao::fetch::{Answer, Client, FailureKind, Limits, Open, Options, Request};
use khobao::target::TargetKind;
use url::Url;

use super::{Diary, article, assert_fails, client, get, options, page};
use crate::loopback::{Reply, Server, Site, Step};

const HEAD: &str = "HTTP/1.1 200 OK\r\n";

fn with(change: impl FnOnce(&mut Limits)) -> Client {
    let mut limits = options().limits;
    change(&mut limits);
    Client::new(Options { limits, ..options() }).unwrap()
}

/// Waits for heads as briefly as a test can bear.
fn hurried() -> Client {
    with(|limits| limits.head_time_max = Duration::from_millis(80))
}

fn endless(head: &str, piece: Vec<u8>, rest: Duration) -> Reply {
    Reply::steps(vec![Step::Send(format!("{HEAD}{head}\r\n").into_bytes()), Step::Forever(piece, rest)])
}

#[tokio::test]
async fn an_endless_body_ends_at_the_bound() {
    let site = Site::new().page("/close", endless("", vec![b'x'; 1 << 16], Duration::ZERO)).page(
        "/chunks",
        endless("Transfer-Encoding: chunked\r\n", b"10\r\nsixteen bytes of\r\n".repeat(3000), Duration::ZERO),
    );
    let server = Server::start(site).await;
    for path in ["/close", "/chunks"] {
        let words = "the body is larger than 1048576 bytes";
        assert_fails(get(&client(), &server.url(path)).await, FailureKind::TooLarge, words);
    }
}

#[tokio::test]
async fn a_body_announced_too_large_is_not_read() {
    let announced = format!("{HEAD}Content-Length: {}\r\n\r\n", 50 << 20);
    let server = Server::start(Site::new().otherwise(move |_| {
        Reply::steps(vec![Step::Send(announced.clone().into_bytes()), Step::Wait(Duration::from_secs(9))])
    }))
    .await;
    let url = server.url("/");
    assert_fails(get(&client(), &url).await, FailureKind::TooLarge, "larger than 1048576 bytes");
    let sitemap = Request { kind: TargetKind::Sitemap, ..article(&url) };
    assert_fails(client().get(&sitemap, &mut Open).await, FailureKind::TooLarge, "larger than 4194304 bytes");
}

#[tokio::test]
async fn a_sitemap_may_be_larger_than_a_page() {
    let server = Server::start(Site::new().page("/", Reply::html(vec![b'x'; 2 << 20]))).await;
    let url = server.url("/");
    assert_fails(get(&client(), &url).await, FailureKind::TooLarge, "larger");
    let sitemap = Request { kind: TargetKind::Sitemap, ..article(&url) };
    assert_eq!(page(client().get(&sitemap, &mut Open).await).body.len(), 2 << 20);
}

#[tokio::test]
async fn a_bomb_is_kept_small_and_told() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&vec![0; 16 << 20]).unwrap();
    let gzip = encoder.finish().unwrap();
    let zstd = zstd::encode_all(&vec![0; 16 << 20][..], 19).unwrap();
    let site = Site::new()
        .page("/gzip", Reply::html(gzip).header("content-encoding", "gzip"))
        .page("/zstd", Reply::html(zstd).header("content-encoding", "zstd"));
    let server = Server::start(site).await;
    for path in ["/gzip", "/zstd"] {
        let fetched = get(&client(), &server.url(path)).await;
        assert!(fetched.exchanges[0].payload.len() < 20_000);
        assert_fails(fetched, FailureKind::TooLarge, "");
    }
}

#[tokio::test]
async fn a_server_that_says_nothing_is_left() {
    let silent = Reply::html("x").after(Duration::from_secs(30));
    let half = Reply::steps(vec![
        Step::Send(format!("{HEAD}Server: x\r\n").into_bytes()),
        Step::Wait(Duration::from_secs(30)),
    ]);
    let server = Server::start(Site::new().page("/silent", silent).page("/half", half)).await;
    for path in ["/silent", "/half"] {
        let mut diary = Diary::default();
        let url = server.url(path);
        let fetched = hurried().get(&article(&url), &mut diary).await;
        assert_fails(fetched, FailureKind::Timeout, "no answer from 127.0.0.1 within 80ms");
        assert_eq!(diary.entries(), [format!("pass {path}"), "failed".to_owned()]);
    }
}

#[tokio::test]
async fn a_body_that_drips_is_left() {
    let server =
        Server::start(Site::new().page("/", endless("", b"x".to_vec(), Duration::from_millis(10)))).await;
    let mut diary = Diary::default();
    let url = server.url("/");
    let client = with(|limits| limits.flow_window = Duration::from_millis(80));
    let fetched = client.get(&article(&url), &mut diary).await;
    assert_fails(fetched, FailureKind::TooSlow, "the body drips: ");
    assert_eq!(diary.entries(), ["pass /", "answered 200", "failed"]);
}

#[tokio::test]
async fn a_body_that_flows_on_and_on_is_left() {
    let piece = vec![b'x'; 200];
    let server = Server::start(Site::new().page("/", endless("", piece, Duration::from_millis(10)))).await;
    let client = with(|limits| limits.page_time_max = Duration::from_millis(200));
    let fetched = get(&client, &server.url("/")).await;
    assert_fails(fetched, FailureKind::Timeout, "the body did not end within 200ms");
}

#[tokio::test]
async fn an_error_page_that_drips_does_not_hide_its_status() {
    let head = b"HTTP/1.1 503 Busy\r\nRetry-After: 9\r\n\r\n".to_vec();
    let drip = Reply::steps(vec![Step::Send(head), Step::Forever(b"x".to_vec(), Duration::from_millis(10))]);
    let server = Server::start(Site::new().page("/", drip)).await;
    let client = with(|limits| limits.page_time_max = Duration::from_millis(80));
    let fetched = get(&client, &server.url("/")).await;
    let wait = Some(Duration::from_secs(9));
    assert_eq!(fetched.answer, Answer::Status { code: 503, retry_after: wait });
}

#[tokio::test]
async fn a_header_bomb_is_refused() {
    let lines = "X-Line: 1\r\n".repeat(HEADER_COUNT_MAX + 1);
    let long = format!("X-Long: {}\r\n", "x".repeat(80 << 10));
    let site = Site::new()
        .page("/lines", endless(&lines, b"x".to_vec(), Duration::from_millis(10)))
        .page("/long", endless(&long, b"x".to_vec(), Duration::from_millis(10)))
        .page(
            "/endless",
            Reply::steps(vec![
                Step::Send(HEAD.into()),
                Step::Forever(b"X-Line: 1\r\n".repeat(900), Duration::ZERO),
            ]),
        );
    let server = Server::start(site).await;
    for path in ["/lines", "/long", "/endless"] {
        let fetched = get(&client(), &server.url(path)).await;
        assert!(fetched.exchanges.is_empty());
        assert_fails(fetched, FailureKind::Headers, "the header of the answer");
    }
}

#[tokio::test]
async fn endless_interim_answers_are_left() {
    let interim = Step::Forever(b"HTTP/1.1 102 Processing\r\n\r\n".to_vec(), Duration::from_millis(5));
    let server = Server::start(Site::new().page("/", Reply::steps(vec![interim]))).await;
    let fetched = get(&hurried(), &server.url("/")).await;
    assert_fails(fetched, FailureKind::Timeout, "no answer from 127.0.0.1 within 80ms");
}

#[tokio::test]
async fn nobody_at_home_is_told_plainly() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = Url::parse(&format!("http://127.0.0.1:{port}/")).unwrap();
    assert_fails(get(&client(), &url).await, FailureKind::Network, "127.0.0.1: connection refused");
}
