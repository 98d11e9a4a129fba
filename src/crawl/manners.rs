//! The manners of a lane: it waits its turn before every request, and asks robots.txt before the first one of a
//! host and whenever the copy has grown old.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::Instant;
use url::{Origin, Url};

use super::run::Shared;
use super::{Clock, Event, StopReason};
use crate::archive::PaceRow;
use crate::fetch::pace::Pace;
use crate::fetch::retry_after::RETRY_AFTER_MAX;
use crate::fetch::robots::{self, Standing, Verdict};
use crate::fetch::{Client, Gate, Signal};
use crate::page::Exchange;

/// What is said where the order to stop came while a lane waited.
const STOPPED: &str = "the crawl is being stopped";

/// A shorter hold is not written down: the delay itself is nearly as long.
const HOLD_KEPT_MIN: Duration = Duration::from_millis(500);

/// The pace of a lane and how its hosts stand with us.
pub(super) struct Manners {
    pace: Pace,
    standings: HashMap<Origin, Standing>,
    names: Arc<[String]>,
    /// What asking for robots.txt brought and the archive does not have yet.
    pub(super) robots_asked: Vec<Vec<Exchange>>,
    /// The sitemaps that copies of robots.txt name and the archive does not know of yet.
    pub(super) sitemaps: Vec<Url>,
    /// Until when the server is to be left alone, as the archive knows it.
    held_until: Option<Instant>,
}

impl Manners {
    pub(super) fn new(client: &Client, file_delay: Duration) -> Manners {
        Manners {
            pace: Pace::new(file_delay),
            standings: HashMap::new(),
            names: client.robots_names().into(),
            robots_asked: Vec::new(),
            sitemaps: Vec::new(),
            held_until: None,
        }
    }

    /// Takes over the pace that earlier crawls left behind: the first request keeps its distance to their last one,
    /// and what the server asked for then still counts.
    pub(super) fn resume(&mut self, left: PaceRow, clock: &dyn Clock) {
        let (now, instant) = (clock.now(), clock.instant());
        if let Some(touched_at) = left.touched_at {
            // Fractions of a second are not kept. A moment in the future was written by a clock that was wrong.
            let since = (now - touched_at - TimeDelta::seconds(1)).to_std().unwrap_or_default();
            // What one killed may have sent after its last record, it sent before this one began.
            let since = if left.was_killed { Duration::ZERO } else { since };
            if let Some(touched) = instant.checked_sub(since) {
                self.pace.resume(touched);
            }
        }
        let wait = left.held_until.and_then(|until| (until + TimeDelta::seconds(1) - now).to_std().ok());
        if let Some(wait) = wait {
            self.held_until = Some(instant + wait.min(RETRY_AFTER_MAX));
            self.pace.hold_until(instant + wait.min(RETRY_AFTER_MAX));
        }
    }

    /// Until when the server is to be left alone, where the archive does not know it yet.
    pub(super) fn news_of_hold(&mut self, clock: &dyn Clock) -> Option<DateTime<Utc>> {
        let held = self.pace.held_until()?;
        let wait = held.checked_duration_since(clock.instant())?;
        if self.held_until == Some(held) || wait < HOLD_KEPT_MIN {
            return None;
        }
        self.held_until = Some(held);
        TimeDelta::from_std(wait).ok().map(|wait| clock.now() + wait)
    }

    /// Whether robots.txt allows an address, asked now where its copy is missing or old.
    pub(super) async fn verdict(&mut self, shared: &Shared, newspaper: &str, url: &Url) -> Verdict {
        let origin = url.origin();
        let names = &self.names;
        let mut standing = match self.standings.remove(&origin) {
            Some(standing) => standing,
            None => from_archive(shared, url, names),
        };
        self.set_crawl_delay(&standing);
        if standing.is_due(shared.clock.now()) {
            let mut turn = Turn { pace: &mut self.pace, shared, newspaper, stopped: false };
            let asked = shared.in_time(shared.client.robots(url, standing.conditions(), &mut turn)).await;
            if let Some((exchanges, seen)) = asked {
                if !turn.stopped {
                    standing.take(seen, shared.clock.now());
                    self.sitemaps.extend_from_slice(standing.sitemaps());
                }
                if !exchanges.is_empty() {
                    self.robots_asked.push(exchanges);
                }
            }
        }
        let verdict = standing.verdict(url, shared.clock.now());
        self.set_crawl_delay(&standing);
        self.standings.insert(origin, standing);
        verdict
    }

    /// The hosts of a lane may be one machine: the greatest of their delays counts for all.
    fn set_crawl_delay(&mut self, asked: &Standing) {
        let others = self.standings.values().filter_map(Standing::crawl_delay);
        self.pace.set_crawl_delay(others.chain(asked.crawl_delay()).max());
    }

    /// The gate for one visit.
    pub(super) fn gate<'a>(&'a mut self, shared: &'a Shared, newspaper: &'a str) -> LaneGate<'a> {
        LaneGate { manners: self, shared, newspaper, stopped: false }
    }
}

/// The copy of an earlier run, where the archive has one.
fn from_archive(shared: &Shared, url: &Url, names: &Arc<[String]>) -> Standing {
    let mut standing = Standing::new(Arc::clone(names));
    match shared.reader().last_word(&robots::address(url)) {
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
