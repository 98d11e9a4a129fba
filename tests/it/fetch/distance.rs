//! The distance between requests, read off the server's own log.

use std::time::Duration;

use khobao::fetch::pace::Pace;
use khobao::fetch::{Client, Conditions, Gate, Signal};
use tokio::time::{Instant, sleep_until};
use url::Url;

use super::{article, client};
use crate::loopback::{Asked, Reply, Server, Site};

/// A lane's gate without robots.txt: it waits until the pace lets the request go.
struct Paced(Pace);

impl Gate for Paced {
    async fn pass(&mut self, _url: &Url) -> Result<(), String> {
        if let Some(moment) = self.0.next_at() {
            sleep_until(moment).await;
        }
        self.0.sent(Instant::now());
        Ok(())
    }

    fn answered(&mut self, signal: Signal) {
        self.0.answered(Instant::now(), signal, 0.5);
    }
}

fn gaps(log: &[Asked]) -> Vec<Duration> {
    log.windows(2).map(|two| two[1].at - two[0].at).collect()
}

async fn visit(client: &Client, server: &Server, paths: &[&str], gate: &mut Paced) {
    for path in paths {
        client.get(&article(&server.url(path)), gate).await;
    }
}

#[tokio::test]
async fn no_two_requests_are_closer_than_the_delay_redirects_and_errors_included() {
    let site = Site::new()
        .page("/robots.txt", Reply::redirect(301, "/r.txt"))
        .page("/r.txt", Reply::text("User-agent: *"))
        .page("/moved", Reply::redirect(301, "/there"))
        .page("/slow", Reply::html("x").after(Duration::from_millis(35)))
        .page("/cut", Reply::html("x").header("content-encoding", "gzip"))
        .otherwise(|_| Reply::html("x"));
    let server = Server::start(site).await;
    let delay = Duration::from_millis(25);
    let mut gate = Paced(Pace::new(delay));
    let client = client();
    client.robots(&server.url("/"), Conditions::default(), &mut gate).await;
    visit(&client, &server, &["/a", "/moved", "/slow", "/cut", "/b"], &mut gate).await;
    assert_eq!(server.paths(), ["/robots.txt", "/r.txt", "/a", "/moved", "/there", "/slow", "/cut", "/b"]);
    for (gap, asked) in gaps(&server.log()).iter().zip(server.log()) {
        assert!(*gap >= delay, "{gap:?} after {}", asked.path);
    }
}

#[tokio::test]
async fn a_server_that_asks_to_wait_is_left_alone_for_so_long() {
    let site = Site::new().page("/busy", Reply::status(429).header("retry-after", "3600"));
    let server = Server::start(site).await;
    let mut gate = Paced(Pace::new(Duration::ZERO));
    let before = Instant::now();
    visit(&client(), &server, &["/busy"], &mut gate).await;
    let next = gate.0.next_at().unwrap();
    assert!(next - before >= Duration::from_hours(1), "{:?}", next - before);
}
