//! robots.txt over the wire: what each kind of answer means.

use std::io::Write;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use khobao::fetch::limits::ROBOTS_BYTES_MAX;
use khobao::fetch::robots::{Rules, Seen};
use khobao::fetch::{Client, Conditions, Limits, Open, Options};

use super::{Diary, client, options};
use crate::loopback::{Reply, Server, Site, Step};

async fn seen(client: &Client, server: &Server) -> Seen {
    client.robots(&server.url("/tin/a.html?p=1"), Conditions::default(), &mut Open).await.1
}

async fn seen_on(site: Site) -> Seen {
    let server = Server::start(site).await;
    seen(&client(), &server).await
}

fn text_of(seen: Seen) -> String {
    match seen {
        Seen::File { body, .. } => String::from_utf8(body.to_vec()).unwrap(),
        other => panic!("no file: {other:?}"),
    }
}

#[tokio::test]
async fn the_file_is_asked_for_at_the_root_of_the_host() {
    let file = Reply::text("User-agent: *\nDisallow: /tim-kiem\n").header("etag", "\"r1\"");
    let server = Server::start(Site::new().page("/robots.txt", file)).await;
    let mut diary = Diary::default();
    let url = server.url("/tin/a.html?p=1#x");
    let (exchanges, seen) = client().robots(&url, Conditions::default(), &mut diary).await;
    assert_eq!(exchanges.len(), 1);
    assert_eq!(server.paths(), ["/robots.txt"]);
    assert_eq!(diary.entries(), ["pass /robots.txt", "answered 200"]);
    assert!(matches!(&seen, Seen::File { etag: Some(etag), .. } if etag == "\"r1\""));
    assert_eq!(text_of(seen), "User-agent: *\nDisallow: /tim-kiem\n");
}

#[tokio::test]
async fn no_file_means_allowed_and_a_fault_means_not() {
    for status in [400, 401, 403, 404, 410, 418, 451] {
        let seen = seen_on(Site::new().page("/robots.txt", Reply::status(status))).await;
        assert_eq!(seen, Seen::Absent(format!("status {status}")));
    }
    for status in [429, 500, 502, 503, 504, 599, 304] {
        let seen =
            seen_on(Site::new().page("/robots.txt", Reply::status(status).header("retry-after", "60"))).await;
        let retry_after = Some(Duration::from_mins(1));
        assert_eq!(seen, Seen::Unreachable { what: format!("status {status}"), retry_after });
    }
}

#[tokio::test]
async fn faults_of_the_network_mean_not_allowed() {
    let cut = Step::Send(b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\nUser-agent: *\n".to_vec());
    let site = Site::new().page("/robots.txt", Reply::steps(vec![cut, Step::Close]));
    assert!(matches!(seen_on(site).await, Seen::Unreachable { what, .. } if what.contains("breaks off")));
    let site = Site::new().page("/robots.txt", Reply::steps(vec![Step::Close]));
    assert!(matches!(seen_on(site).await, Seen::Unreachable { .. }));

    let server =
        Server::start(Site::new().page("/robots.txt", Reply::text("").after(Duration::from_secs(9)))).await;
    let limits = Limits { head_time_max: Duration::from_millis(50), ..options().limits };
    let hurried = Client::new(Options { limits, ..options() }).unwrap();
    assert!(
        matches!(seen(&hurried, &server).await, Seen::Unreachable { what, .. } if what.contains("no answer"))
    );
    let closed = Client::new(Options { allow_private: false, ..options() }).unwrap();
    assert!(
        matches!(seen(&closed, &server).await, Seen::Unreachable { what, .. } if what.contains("this machine"))
    );
}

#[tokio::test]
async fn five_redirects_are_followed_and_six_mean_that_there_is_no_file() {
    let chain = |length: u32| {
        Site::new().page("/robots.txt", Reply::redirect(301, "/1")).otherwise(move |asked| {
            let n: u32 = asked.path.trim_start_matches('/').parse().unwrap();
            if n == length {
                Reply::text("User-agent: *")
            } else {
                Reply::redirect(302, &format!("/{}", n + 1))
            }
        })
    };
    assert_eq!(text_of(seen_on(chain(5)).await), "User-agent: *");
    assert_eq!(seen_on(chain(6)).await, Seen::Absent("more than 5 redirects in a row".into()));
}

#[tokio::test]
async fn a_redirect_may_lead_to_another_host() {
    let other = Server::start(Site::new().page("/r.txt", Reply::text("User-agent: *\nDisallow: /"))).await;
    let to = other.url("/r.txt");
    let site = Site::new().on("/robots.txt", move |_| Reply::redirect(301, to.as_str()));
    assert_eq!(text_of(seen_on(site).await), "User-agent: *\nDisallow: /");
}

#[tokio::test]
async fn an_unchanged_file_is_told() {
    let site = Site::new().on("/robots.txt", |asked| {
        if asked.header("if-none-match") == Some("\"r1\"") { Reply::status(304) } else { Reply::status(500) }
    });
    let server = Server::start(site).await;
    let conditions = Conditions { etag: Some("\"r1\""), last_modified: None };
    let (exchanges, seen) = client().robots(&server.url("/"), conditions, &mut Open).await;
    assert_eq!((exchanges.len(), seen), (1, Seen::Unchanged));
}

#[tokio::test]
async fn a_file_without_end_is_read_as_far_as_it_counts() {
    let line = b"Disallow: /x\n";
    let head = b"HTTP/1.1 200 OK\r\n\r\nUser-agent: *\nDisallow: /dau\n".to_vec();
    let endless = Reply::steps(vec![Step::Send(head), Step::Forever(line.repeat(5000), Duration::ZERO)]);
    let Seen::File { body, .. } = seen_on(Site::new().page("/robots.txt", endless)).await else { panic!() };
    assert_eq!(body.len(), ROBOTS_BYTES_MAX);
    let rules = Rules::parse(&body, &["khobao".to_owned()]);
    assert!(!rules.allows(&"https://baobackan.vn/dau".parse().unwrap()));
}

#[tokio::test]
async fn a_compressed_file_is_read() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(b"User-agent: *\nDisallow: /z\n").unwrap();
    let file = Reply::text(encoder.finish().unwrap()).header("content-encoding", "gzip");
    assert_eq!(
        text_of(seen_on(Site::new().page("/robots.txt", file)).await),
        "User-agent: *\nDisallow: /z\n"
    );
    let broken = Reply::text("User-agent: *").header("content-encoding", "br");
    let seen = seen_on(Site::new().page("/robots.txt", broken)).await;
    assert!(matches!(seen, Seen::Unreachable { what, .. } if what.contains("br stream")));
}
