//! The client over HTTP/2: the same bounds and the same record.

use std::time::Duration;

use axum::body::Body;
use axum::http::Response;
use khobao::fetch::{Client, FailureKind, Options};
use khobao::page::header;

use super::{assert_fails, get, options, page};
use crate::loopback::{Authority, Http2};

async fn served(answer: impl Fn(&str) -> Response<Body> + Send + Sync + 'static) -> (Http2, Client) {
    let authority = Authority::new();
    let server = Http2::start(authority.http2_acceptor(&["127.0.0.1"]), answer).await;
    let ca_certificates = vec![authority.pem().into_bytes()];
    (server, Client::new(Options { ca_certificates, ..options() }).unwrap())
}

#[tokio::test]
async fn a_page_comes_by_http_2() {
    let answer = |path: &str| Response::builder().header("x-path", path).body(Body::from("Lúa mùa")).unwrap();
    let (server, client) = served(answer).await;
    let fetched = get(&client, &server.url("/lua")).await;
    assert_eq!(fetched.exchanges[0].protocol, "HTTP/2.0");
    assert_eq!(header(&fetched.exchanges[0].response_headers, "x-path"), Some("/lua"));
    assert_eq!(page(fetched).body, "Lúa mùa".as_bytes());
}

#[tokio::test]
async fn a_header_bomb_by_http_2_is_refused() {
    let bomb = |path: &str| {
        let (count, length) = if path == "/lines" { (300, 1) } else { (20, 8000) };
        let mut response = Response::builder();
        for n in 0..count {
            response = response.header(format!("x-{n}"), "y".repeat(length));
        }
        response.body(Body::from("x")).unwrap()
    };
    let (server, client) = served(bomb).await;
    for (path, words) in [("/lines", "the header of the answer"), ("/long", "the answer overloads HTTP/2")] {
        let fetched = get(&client, &server.url(path)).await;
        assert!(fetched.exchanges.is_empty());
        assert_fails(fetched, FailureKind::Headers, words);
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_by_http_2_is_a_failure() {
    let broken = |_: &str| {
        let pieces = futures_util::stream::unfold(0, |n| async move {
            if n == 0 {
                return Some((Ok("Lúa"), 1));
            }
            // The first piece is on its way before the stream is reset.
            tokio::time::sleep(Duration::from_millis(50)).await;
            Some((Err(std::io::Error::other("out of paper")), 2))
        });
        Response::new(Body::from_stream(pieces))
    };
    let (server, client) = served(broken).await;
    assert_fails(get(&client, &server.url("/")).await, FailureKind::Cut, "the body breaks off after 4 bytes");
}
