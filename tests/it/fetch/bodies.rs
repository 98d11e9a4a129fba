//! Bodies: kept as they came, decoded when they are opened, and never taken for whole when they are not.

use std::io::Write;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use khobao::fetch::{Answer, FailureKind};

use super::{assert_fails, client, get, page};
use crate::loopback::{Reply, Server, Site, Step};

const TEXT: &str = "<p>Chiều 12/3, tại xã Bằng Lãng, đoàn thanh niên trồng 500 cây gỗ lớn.</p>";

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn raw(bytes: impl Into<Vec<u8>>) -> Reply {
    Reply::steps(vec![Step::Send(bytes.into()), Step::Close])
}

#[tokio::test]
async fn the_payload_keeps_its_coding_and_the_page_has_it_undone() {
    let (zipped, twice) = (gzip(TEXT.as_bytes()), gzip(&gzip(TEXT.as_bytes())));
    let zstd = zstd::encode_all(TEXT.as_bytes(), 3).unwrap();
    let site = Site::new()
        .page("/gzip", Reply::html(zipped.clone()).header("content-encoding", "gzip"))
        .page("/zstd", Reply::html(zstd).header("content-encoding", "zstd"))
        .page(
            "/twice",
            Reply::html(twice).header("content-encoding", "gzip").header("content-encoding", "gzip"),
        );
    let server = Server::start(site).await;
    for path in ["/gzip", "/zstd", "/twice"] {
        let fetched = get(&client(), &server.url(path)).await;
        if path == "/gzip" {
            assert_eq!(fetched.exchanges[0].payload, zipped);
        }
        assert_eq!(page(fetched).body, TEXT.as_bytes(), "{path}");
    }
}

#[tokio::test]
async fn chunks_are_put_together_and_trailers_passed_over() {
    let bytes = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
                 4;note=x\r\nMưa\r\nc\r\n rất lớn\r\n0\r\nX-Sum: 1\r\n\r\n";
    let server = Server::start(Site::new().page("/", raw(bytes))).await;
    let fetched = get(&client(), &server.url("/")).await;
    assert_eq!(fetched.exchanges[0].payload, Bytes::from("Mưa rất lớn"));
}

#[tokio::test]
async fn a_body_without_a_length_ends_with_the_connection() {
    let server = Server::start(Site::new().page("/", raw(format!("HTTP/1.0 200 OK\r\n\r\n{TEXT}")))).await;
    let fetched = get(&client(), &server.url("/")).await;
    assert_eq!(fetched.exchanges[0].protocol, "HTTP/1.0");
    assert_eq!(page(fetched).body, TEXT.as_bytes());
}

#[tokio::test]
async fn a_body_that_breaks_off_is_a_failure_and_is_not_kept() {
    let site = Site::new()
        .page("/length", raw(format!("HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n{TEXT}")))
        .page("/chunk", raw(format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n80\r\n{TEXT}")))
        .page("/last", raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nTin\r\n"));
    let server = Server::start(site).await;
    for (path, words) in [
        ("/length", format!("the body breaks off after {} of 4000 bytes", TEXT.len())),
        ("/chunk", format!("the body breaks off after {} bytes", TEXT.len())),
        ("/last", "the body breaks off after 3 bytes".to_owned()),
    ] {
        let fetched = get(&client(), &server.url(path)).await;
        assert!(fetched.exchanges.is_empty(), "{path}");
        assert_fails(fetched, FailureKind::Cut, &words);
    }
}

#[tokio::test]
async fn a_stream_that_breaks_off_inside_a_whole_body_is_a_failure_of_the_page() {
    let zipped = gzip(TEXT.repeat(40).as_bytes());
    let half = zipped[..zipped.len() / 2].to_vec();
    let site = Site::new()
        .page("/cut", Reply::html(half.clone()).header("content-encoding", "gzip"))
        .page("/plain", Reply::html(TEXT).header("content-encoding", "gzip"))
        .page("/unknown", Reply::html(TEXT).header("content-encoding", "compress"));
    let server = Server::start(site).await;
    let client = client();
    let cut = get(&client, &server.url("/cut")).await;
    assert_eq!(cut.exchanges[0].payload, half, "the bytes as they came are kept");
    assert_fails(cut, FailureKind::Cut, "the gzip stream is cut off after");
    let plain = get(&client, &server.url("/plain")).await;
    assert_fails(plain, FailureKind::Undecodable, "the gzip stream is damaged");
    let unknown = get(&client, &server.url("/unknown")).await;
    assert_fails(unknown, FailureKind::Undecodable, "the content coding 'compress' is not known");
}

#[tokio::test]
async fn bad_chunks_and_bad_heads_break_the_rules() {
    let site = Site::new()
        .page("/chunks", raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nTin\r\n0\r\n\r\n"))
        .page("/head", raw("<html>this is no HTTP at all</html>\r\n\r\n"))
        .page("/none", Reply::steps(vec![Step::Close]))
        .page("/part", raw("HTTP/1.1 206 Partial Content\r\nContent-Length: 3\r\n\r\nTin"))
        .page("/unasked", Reply::status(304));
    let server = Server::start(site).await;
    let client = client();
    for (path, kind, words) in [
        ("/chunks", FailureKind::Malformed, "the body breaks the rules of HTTP after 0 bytes"),
        ("/head", FailureKind::Malformed, "the answer of 127.0.0.1 breaks the rules of HTTP"),
        ("/none", FailureKind::Network, "127.0.0.1 closed the connection without an answer"),
        ("/part", FailureKind::Malformed, "nobody asked for a part"),
        ("/unasked", FailureKind::Malformed, "nobody asked that"),
    ] {
        assert_fails(get(&client, &server.url(path)).await, kind, words);
    }
}

#[tokio::test]
async fn an_error_page_that_breaks_off_still_tells_its_status() {
    let site =
        Site::new().page("/", raw("HTTP/1.1 404 Not Found\r\nContent-Length: 9000\r\n\r\n<p>Không tìm"));
    let server = Server::start(site).await;
    let fetched = get(&client(), &server.url("/")).await;
    assert_eq!(fetched.answer, Answer::Status { code: 404, retry_after: None });
    assert!(fetched.exchanges[0].payload.is_empty(), "half a body is not kept");
}

#[tokio::test]
async fn an_empty_answer_is_an_empty_page() {
    let site = Site::new()
        .page("/204", Reply::status(204))
        .page("/zip", Reply::html("").header("content-encoding", "gzip"));
    let server = Server::start(site).await;
    for path in ["/204", "/zip"] {
        assert!(page(get(&client(), &server.url(path)).await).body.is_empty(), "{path}");
    }
}
