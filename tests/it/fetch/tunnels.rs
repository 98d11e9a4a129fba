//! TLS with an own authority, and the proxies by which any host can be stood in for.

use khobao::fetch::{Client, FailureKind, Options};
use url::Url;

use super::{assert_fails, client, get, options, page};
use crate::loopback::{Authority, Proxy, Reply, Server, Site, Socks};

const FRONT: &str = "https://baobackan.vn/";

fn site() -> Site {
    Site::new().page("/", Reply::html("trang nhất")).page("/tin", Reply::redirect(301, "/"))
}

fn trusting(authority: &Authority, proxy: Option<String>) -> Client {
    let ca_certificates = vec![authority.pem().into_bytes()];
    Client::new(Options { proxy, ca_certificates, allow_private: false, ..options() }).unwrap()
}

#[tokio::test]
async fn an_own_authority_is_trusted_when_it_is_named() {
    let authority = Authority::new();
    let server = Server::start_tls(site(), authority.acceptor(&["127.0.0.1"])).await;
    let bundle = format!("{}\n# another\n{}", Authority::new().pem(), authority.pem());
    let client = Client::new(Options { ca_certificates: vec![bundle.into_bytes()], ..options() }).unwrap();
    assert_eq!(&page(get(&client, &server.url("/")).await).body[..], "trang nhất".as_bytes());
}

#[tokio::test]
async fn certificates_that_do_not_hold_are_refused_with_the_reason() {
    let authority = Authority::new();
    let unknown = Server::start_tls(site(), authority.acceptor(&["127.0.0.1"])).await;
    let says = "is not trusted here (name the authority's certificate with --cacert";
    assert_fails(get(&client(), &unknown.url("/")).await, FailureKind::Tls, says);

    let trusting =
        Client::new(Options { ca_certificates: vec![authority.pem().into_bytes()], ..options() }).unwrap();
    let expired = Server::start_tls(site(), authority.expired_acceptor(&["127.0.0.1"])).await;
    assert_fails(get(&trusting, &expired.url("/")).await, FailureKind::Tls, "127.0.0.1 has expired");
    let other = Server::start_tls(site(), authority.acceptor(&["baobackan.vn"])).await;
    assert_fails(get(&trusting, &other.url("/")).await, FailureKind::Tls, "is for another name");
    assert_eq!(other.paths(), Vec::<String>::new());

    let plain = Server::start(site()).await;
    let mut url = plain.url("/");
    url.set_scheme("https").unwrap();
    assert_fails(get(&trusting, &url).await, FailureKind::Tls, "TLS with 127.0.0.1 failed");
}

#[tokio::test]
async fn https_goes_through_an_http_proxy_by_connect() {
    let authority = Authority::new();
    let server = Server::start_tls(site(), authority.acceptor(&["baobackan.vn"])).await;
    let proxy = Proxy::start(&[("baobackan.vn:443", server.address())]).await;
    let client = trusting(&authority, Some(proxy.url()));
    let fetched = get(&client, &Url::parse("https://baobackan.vn/tin").unwrap()).await;
    assert_eq!(fetched.exchanges.len(), 2);
    assert_eq!(page(fetched).url.as_str(), FRONT);
    let asked = proxy.log();
    assert_eq!((asked[0].method.as_str(), asked[0].path.as_str()), ("CONNECT", "baobackan.vn:443"));
    assert_eq!(asked[0].header("user-agent"), Some("khobao/0.1"));
    assert_eq!(asked.len(), 1, "both requests share the tunnel");
    assert_eq!(server.log()[0].header("host"), Some("baobackan.vn"));
}

#[tokio::test]
async fn http_goes_through_an_http_proxy_in_absolute_form() {
    let server = Server::start(site()).await;
    let proxy = Proxy::start(&[("baobackan.com.vn:80", server.address())]).await;
    let client =
        Client::new(Options { proxy: Some(proxy.url()), allow_private: false, ..options() }).unwrap();
    page(get(&client, &Url::parse("http://baobackan.com.vn/").unwrap()).await);
    let asked = proxy.log();
    assert_eq!((asked[0].method.as_str(), asked[0].path.as_str()), ("GET", "http://baobackan.com.vn/"));
    assert_eq!(server.paths(), ["/"]);
}

#[tokio::test]
async fn a_proxy_can_be_spoken_to_by_tls_and_by_a_loopback_name() {
    let authority = Authority::new();
    let server = Server::start_tls(site(), authority.acceptor(&["baobackan.vn"])).await;
    let tls = authority.acceptor(&["localhost", "127.0.0.1"]);
    let proxy = Proxy::start_tls(&[("baobackan.vn:443", server.address())], tls).await;
    let by_name = proxy.url().replace("127.0.0.1", "localhost");
    for url in [proxy.url(), by_name] {
        page(get(&trusting(&authority, Some(url)), &Url::parse(FRONT).unwrap()).await);
    }
    assert_eq!(proxy.log().len(), 2);
}

#[tokio::test]
async fn a_socks_proxy_resolves_the_names_by_whichever_scheme() {
    let authority = Authority::new();
    let server = Server::start_tls(site(), authority.acceptor(&["baobackan.vn"])).await;
    let proxy = Socks::start(&[("baobackan.vn:443", server.address())]).await;
    for scheme in ["socks5", "socks5h"] {
        let client = trusting(&authority, Some(format!("{scheme}://{}", proxy.address())));
        page(get(&client, &Url::parse(FRONT).unwrap()).await);
    }
    assert_eq!(proxy.log(), ["baobackan.vn:443", "baobackan.vn:443"]);
}

#[tokio::test]
async fn a_proxy_that_refuses_is_told_as_such() {
    let proxy = Proxy::start(&[]).await;
    let client = Client::new(Options { proxy: Some(proxy.url()), ..options() }).unwrap();
    let url = Url::parse(FRONT).unwrap();
    assert_fails(
        get(&client, &url).await,
        FailureKind::Network,
        "could not connect to baobackan.vn through the proxy",
    );
    let socks = Socks::start(&[]).await;
    let client =
        Client::new(Options { proxy: Some(format!("socks5://{}", socks.address())), ..options() }).unwrap();
    assert_fails(
        get(&client, &url).await,
        FailureKind::Network,
        "could not connect to baobackan.vn through the proxy",
    );
}
