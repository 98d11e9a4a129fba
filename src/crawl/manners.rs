//! The manners of a lane: it waits its turn before every request, and asks robots.txt before the first one of a
//! host and whenever the copy has grown old.

use std::collections::HashMap;
use std::sync::Arc;

use url::{Origin, Url};

use super::run::Shared;
use super::{Event, StopReason};
use crate::fetch::pace::Pace;
use crate::fetch::robots::{self, Standing, Verdict};
use crate::fetch::{Client, Gate, Signal};
use crate::page::Exchange;

/// What is said where the order to stop came while a lane waited.
const STOPPED: &str = "the crawl is being stopped";

/// The pace of a lane and how its hosts stand with us.
pub(super) struct Manners {
    pace: Pace,
    standings: HashMap<Origin, Standing>,
    names: Arc<[String]>,
    /// What asking for robots.txt brought and the archive does not have yet.
    pub(super) robots_asked: Vec<Vec<Exchange>>,
}

impl Manners {
    pub(super) fn new(client: &Client, file_delay: std::time::Duration) -> Manners {
        Manners {
            pace: Pace::new(file_delay),
            standings: HashMap::new(),
            names: client.robots_names().into(),
            robots_asked: Vec::new(),
        }
    }

    /// Whether robots.txt allows an address, asked now where its copy is missing or old.
    pub(super) async fn verdict(&mut self, shared: &Shared, newspaper: &str, url: &Url) -> Verdict {
        let origin = url.origin();
        let names = &self.names;
        let mut standing = match self.standings.remove(&origin) {
            Some(standing) => standing,
            None => from_archive(shared, url, names),
        };
        if standing.is_due(shared.clock.now()) {
            let mut turn = Turn { pace: &mut self.pace, shared, newspaper, stopped: false };
            let asked = shared.in_time(shared.client.robots(url, standing.conditions(), &mut turn)).await;
            if let Some((exchanges, seen)) = asked {
                if !turn.stopped {
                    standing.take(seen, shared.clock.now());
                }
                if !exchanges.is_empty() {
                    self.robots_asked.push(exchanges);
                }
            }
        }
        let verdict = standing.verdict(url, shared.clock.now());
        self.pace.set_crawl_delay(standing.crawl_delay());
        self.standings.insert(origin, standing);
        verdict
    }

    /// The gate for one visit.
    pub(super) fn gate<'a>(&'a mut self, shared: &'a Shared, newspaper: &'a str) -> LaneGate<'a> {
        LaneGate { manners: self, shared, newspaper, stopped: false }
    }
}

/// The copy of an earlier run, where the archive has one.
fn from_archive(shared: &Shared, url: &Url, names: &Arc<[String]>) -> Standing {
    let mut standing = Standing::new(Arc::clone(names));
    match shared.reader().last_exchange(&robots::address(url)) {
        Ok(Some(exchange)) => {
            let at = exchange.requested_at;
            standing.take(robots::Seen::of(&exchange, false, at), at);
        }
        Ok(None) => {}
        Err(error) => shared.stop.order(StopReason::Archive(error.to_string())),
    }
    standing
}

/// Waits until the pace lets the next request go, or the order to stop comes.
struct Turn<'a> {
    pace: &'a mut Pace,
    shared: &'a Shared,
    newspaper: &'a str,
    stopped: bool,
}

impl Turn<'_> {
    async fn wait(&mut self) -> Result<(), String> {
        let Shared { clock, stop, watcher, .. } = self.shared;
        while let Some(wait) = self.pace.next_at().and_then(|at| at.checked_duration_since(clock.instant())) {
            if wait.is_zero() {
                break;
            }
            watcher.see(&Event::Waiting { newspaper: self.newspaper, wait });
            tokio::select! {
                () = clock.sleep(wait) => {}
                () = stop.ordered() => break,
            }
        }
        if stop.is_ordered() {
            self.stopped = true;
            return Err(STOPPED.to_owned());
        }
        self.pace.sent(clock.instant());
        Ok(())
    }

    fn answered(&mut self, signal: Signal) {
        self.pace.answered(self.shared.clock.instant(), signal, self.shared.clock.chance());
    }
}

impl Gate for Turn<'_> {
    async fn pass(&mut self, _url: &Url) -> Result<(), String> {
        self.wait().await
    }

    fn answered(&mut self, signal: Signal) {
        Turn::answered(self, signal);
    }
}

/// Where the client waits before each request of a visit, redirects included.
pub(super) struct LaneGate<'a> {
    manners: &'a mut Manners,
    shared: &'a Shared,
    newspaper: &'a str,
    /// The order to stop came while it waited: the visit did not happen.
    pub(super) stopped: bool,
}

impl Gate for LaneGate<'_> {
    async fn pass(&mut self, url: &Url) -> Result<(), String> {
        match self.manners.verdict(self.shared, self.newspaper, url).await {
            Verdict::Allowed => {}
            Verdict::Denied(line) => return Err(line),
            Verdict::Unreadable { what, .. } => return Err(what),
            Verdict::Unasked => {
                self.stopped = true;
                return Err(STOPPED.to_owned());
            }
        }
        let Manners { pace, .. } = &mut *self.manners;
        let mut turn = Turn { pace, shared: self.shared, newspaper: self.newspaper, stopped: false };
        let passed = turn.wait().await;
        self.stopped |= turn.stopped;
        passed
    }

    fn answered(&mut self, signal: Signal) {
        let chance = self.shared.clock.chance();
        self.manners.pace.answered(self.shared.clock.instant(), signal, chance);
    }
}
