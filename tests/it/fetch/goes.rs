//! Where a crawl may go: names that lead into this machine or a private network are refused without a connection.

use std::future::Future;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;

use khobao::fetch::guard::Lookup;
use khobao::fetch::{Client, FailureKind, Options};
use url::Url;

use super::{assert_fails, get, options, page};
use crate::loopback::{Proxy, Reply, Server, Site};

/// A resolver with one answer.
struct Always(Vec<&'static str>);

impl Lookup for Always {
    fn lookup(&self, _host: String) -> Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>> {
        let addresses: Vec<IpAddr> = self.0.iter().map(|address| address.parse().unwrap()).collect();
        Box::pin(async move {
            if addresses.is_empty() { Err(io::Error::other("no such name")) } else { Ok(addresses) }
        })
    }
}

fn guarded(allow_private: bool, answer: &[&'static str]) -> Client {
    Client::new(Options { allow_private, lookup: Arc::new(Always(answer.to_vec())), ..options() }).unwrap()
}

fn named(server: &Server, path: &str) -> Url {
    Url::parse(&format!("http://baobackan.vn:{}{path}", server.address().port())).unwrap()
}

#[tokio::test]
async fn a_name_that_leads_into_this_machine_is_refused_without_a_connection() {
    let server = Server::start(Site::new().page("/", Reply::html("x"))).await;
    for (address, what) in [
        ("127.0.0.1", "this machine"),
        ("10.1.2.3", "a private network"),
        ("169.254.169.254", "a link-local address"),
        ("::1", "this machine"),
        ("::ffff:127.0.0.1", "this machine"),
        ("fd00::1", "a private network"),
    ] {
        let fetched = get(&guarded(false, &[address]), &named(&server, "/")).await;
        let words =
            format!("baobackan.vn resolves to {address}, {what}, where a crawl does not go (--allow-private");
        assert_fails(fetched, FailureKind::Forbidden, &words);
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn the_ban_is_lifted_only_when_asked() {
    let server = Server::start(Site::new().page("/", Reply::html("x"))).await;
    page(get(&guarded(true, &["127.0.0.1"]), &named(&server, "/")).await);
    let strict = Client::new(Options { allow_private: false, ..options() }).unwrap();
    assert_fails(get(&strict, &server.url("/")).await, FailureKind::Forbidden, "127.0.0.1 is this machine");
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_name_that_does_not_exist_is_told_plainly() {
    let server = Server::start(Site::new()).await;
    let fetched = get(&guarded(false, &[]), &named(&server, "/")).await;
    assert_fails(fetched, FailureKind::Network, "the name baobackan.vn could not be resolved: no such name");
}

#[tokio::test]
async fn a_redirect_into_this_machine_is_refused_behind_a_proxy_too() {
    let site = Site::new()
        .page("/address", Reply::redirect(302, "http://127.0.0.1/admin"))
        .page("/name", Reply::redirect(302, "http://localhost/admin"));
    let server = Server::start(site.page("/admin", Reply::html("secret"))).await;
    let routes = ["baobackan.vn:80", "127.0.0.1:80", "localhost:80"].map(|host| (host, server.address()));
    let proxy = Proxy::start(&routes).await;
    let client =
        Client::new(Options { allow_private: false, proxy: Some(proxy.url()), ..options() }).unwrap();
    for (path, host) in [("/address", "127.0.0.1"), ("/name", "localhost")] {
        let url = Url::parse(&format!("http://baobackan.vn{path}")).unwrap();
        assert_fails(get(&client, &url).await, FailureKind::Forbidden, &format!("{host} is this machine"));
    }
    assert_eq!(server.paths(), ["/address", "/name"]);
}
