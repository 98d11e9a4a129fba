//! The manners of a lane: it waits its turn before every request, and asks robots.txt before the first one of a
//! host and whenever the copy has grown old.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::Instant;
use url::{Origin, Url};

use super::run::Shared;
use super::servers::{Server, Turn};
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

/// A server that belongs to no lane is waited for this long at most when it wants to be left alone.
const FOREIGN_HOLD_MAX: Duration = Duration::from_secs(15);

/// The pace of a lane and how its hosts stand with us.
pub(super) struct Manners {
    /// The server of the lane's newspapers.
    own: Arc<Server>,
    /// The distance between any two requests of the lane, whichever server they go to.
    file_delay: Duration,
    /// The last moment at which the lane touched a server.
    touched: Option<Instant>,
    standings: HashMap<Origin, Standing>,
    names: Arc<[String]>,
    /// What asking for robots.txt brought and the archive does not have yet.
    pub(super) robots_asked: Vec<Vec<Exchange>>,
    /// The sitemaps that copies of robots.txt name and the archive does not know of yet.
    pub(super) sitemaps: Vec<Url>,
    /// Until when servers that belong to no lane are to be left alone, where the archive does not know it yet.
    pub(super) foreign_holds: Vec<(String, DateTime<Utc>)>,
    /// The visit did not happen because its server is to be left alone until then.
    pub(super) held_off: Option<DateTime<Utc>>,
    /// Until when the lane's own server is to be left alone, as the archive knows it.
    held_until: Option<Instant>,
}

impl Manners {
    /// The manners of a lane. The pace that earlier crawls left behind still counts: the first request keeps its
    /// distance to their last one, and the server is left alone as long as it asked for then.
    pub(super) fn new(client: &Client, file_delay: Duration, left: PaceRow, clock: &dyn Clock) -> Manners {
        let (now, instant) = (clock.now(), clock.instant());
        let mut pace = Pace::new(file_delay);
        // Fractions of a second are not kept. A moment in the future was written by a clock that was wrong.
        let since = |at: DateTime<Utc>| (now - at - TimeDelta::seconds(1)).to_std().unwrap_or_default();
        let touched = left.touched_at.and_then(|at| instant.checked_sub(since(at)));
        if let Some(touched) = touched {
            pace.resume(touched);
        }
        let held_until = left.held_until.and_then(|until| still_held(until, clock));
        if let Some(until) = held_until {
            pace.hold_until(until);
        }
        Manners {
            own: Arc::new(Server::new(pace)),
            file_delay,
            touched,
            standings: HashMap::new(),
            names: client.robots_names().into(),
            robots_asked: Vec::new(),
            sitemaps: Vec::new(),
            foreign_holds: Vec::new(),
            held_off: None,
            held_until,
        }
    }

    /// The server of the lane's newspapers.
    pub(super) fn own(&self) -> &Arc<Server> {
        &self.own
    }

    /// Until when the lane's server is to be left alone, where the archive does not know it yet.
    pub(super) fn news_of_hold(&mut self, clock: &dyn Clock) -> Option<DateTime<Utc>> {
        let held = self.own.held_until()?;
        let until = worth_keeping(held, clock).filter(|_| self.held_until != Some(held))?;
        self.held_until = Some(held);
        Some(until)
    }

    /// A request was given up: the server may be at it up to this moment.
    pub(super) fn given_up(&mut self, now: Instant) {
        self.touched = Some(now);
    }

    /// When the lane last touched a server, on the wall clock; later where parts of a second must be made up for.
    pub(super) fn touched_at(&self, clock: &dyn Clock) -> Option<DateTime<Utc>> {
        let since = clock.instant().saturating_duration_since(self.touched?);
        TimeDelta::from_std(since).ok().map(|since| clock.now() - since)
    }

    /// Until when an address is to be left alone because of its server, which is none of the lane's: so long that the
    /// lane had better go on with something else.
    pub(super) fn put_off(&self, shared: &Shared, url: &Url) -> Option<DateTime<Utc>> {
        let server = shared.servers.of(url, self.file_delay, shared.clock.instant());
        held_long(&server, shared.clock.as_ref())
    }

    /// Whether robots.txt allows an address, asked now where its copy is missing or old.
    pub(super) async fn verdict(&mut self, shared: &Shared, newspaper: &str, url: &Url) -> Verdict {
        let origin = url.origin();
        let names = &self.names;
        let mut standing = match self.standings.remove(&origin) {
            Some(standing) => standing,
            None => from_archive(shared, url, names),
        };
        let server = shared.servers.of(url, self.file_delay, shared.clock.instant());
        standing.crawl_delay().into_iter().for_each(|delay| server.set_crawl_delay(&origin, Some(delay)));
        let mut turn = None;
        if standing.is_due(shared.clock.now()) {
            let mut gate = RobotsGate(Waiting::new(self, shared, newspaper));
            let asked = shared.in_time(shared.client.robots(url, standing.conditions(), &mut gate)).await;
            let stopped = gate.0.stopped;
            // Kept until it is known what delay is asked for: the next lane must hear of it.
            turn = gate.0.turn.take();
            drop(gate);
            if let Some((exchanges, seen)) = asked {
                if !stopped {
                    standing.take(seen, shared.clock.now());
                    self.sitemaps.extend_from_slice(standing.sitemaps());
                }
                if !exchanges.is_empty() {
                    self.robots_asked.push(exchanges);
                }
            } else {
                self.given_up(shared.clock.instant());
            }
        }
        let verdict = standing.verdict(url, shared.clock.now());
        // Who has no copy in force must not undo what another lane has read.
        if matches!(verdict, Verdict::Allowed | Verdict::Denied(_)) {
            server.set_crawl_delay(&origin, standing.crawl_delay());
        }
        drop(turn);
        self.standings.insert(origin, standing);
        verdict
    }

    /// The gate for one visit.
    pub(super) fn gate<'a>(&'a mut self, shared: &'a Shared, newspaper: &'a str) -> LaneGate<'a> {
        LaneGate(Waiting::new(self, shared, newspaper))
    }
}

/// The moment up to which a server is to be left alone, by what an earlier run wrote down.
pub(super) fn still_held(until: DateTime<Utc>, clock: &dyn Clock) -> Option<Instant> {
    let wait = (until + TimeDelta::seconds(1) - clock.now()).to_std().ok()?;
    Some(clock.instant() + wait.min(RETRY_AFTER_MAX))
}

/// The same the other way round; none where it is too short to be written down.
fn worth_keeping(held: Instant, clock: &dyn Clock) -> Option<DateTime<Utc>> {
    let wait = held.checked_duration_since(clock.instant()).filter(|wait| *wait >= HOLD_KEPT_MIN)?;
    TimeDelta::from_std(wait).ok().map(|wait| clock.now() + wait)
}

/// Until when a server that belongs to no lane of ours is to be left alone, where nobody should wait for that.
fn held_long(server: &Server, clock: &dyn Clock) -> Option<DateTime<Utc>> {
    let held = server.held_until().filter(|_| server.foreign.is_some())?;
    let wait = held.checked_duration_since(clock.instant()).filter(|wait| *wait > FOREIGN_HOLD_MAX)?;
    TimeDelta::from_std(wait).ok().map(|wait| clock.now() + wait)
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

/// A lane that waits its turn before each request of a walk over redirects, and keeps it until the answer is here.
struct Waiting<'a> {
    manners: &'a mut Manners,
    shared: &'a Shared,
    newspaper: &'a str,
    turn: Option<(Arc<Server>, Turn)>,
    /// The order to stop came while it waited, or the server is to be left alone for long.
    stopped: bool,
}

impl<'a> Waiting<'a> {
    fn new(manners: &'a mut Manners, shared: &'a Shared, newspaper: &'a str) -> Waiting<'a> {
        Waiting { manners, shared, newspaper, turn: None, stopped: false }
    }

    fn stop<T>(&mut self) -> Result<T, String> {
        self.stopped = true;
        Err(STOPPED.to_owned())
    }

    /// Waits until the server of an address may be asked, or the order to stop comes.
    async fn pass(&mut self, url: &Url) -> Result<(), String> {
        let Shared { clock, stop, watcher, servers, .. } = self.shared;
        self.turn = None;
        let server = servers.of(url, self.manners.file_delay, clock.instant());
        let mut pace = tokio::select! {
            pace = server.turn() => pace,
            () = stop.ordered() => return self.stop(),
        };
        if server.foreign.is_some() {
            pace.slow_to(self.manners.file_delay);
        }
        // Another lane may have been turned away while this one waited for its turn.
        if let Some(until) = held_long(&server, clock.as_ref()) {
            self.manners.held_off = Some(until);
            return self.stop();
        }
        let lane_at = self.manners.touched.map(|touched| touched + self.manners.file_delay);
        while let Some(wait) =
            pace.next_at().max(lane_at).and_then(|at| at.checked_duration_since(clock.instant()))
        {
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
            return self.stop();
        }
        pace.sent(clock.instant());
        self.manners.touched = Some(clock.instant());
        self.turn = Some((server, pace));
        Ok(())
    }

    fn answered(&mut self, signal: Signal) {
        let clock = self.shared.clock.as_ref();
        self.manners.touched = Some(clock.instant());
        let Some((server, pace)) = &mut self.turn else { return };
        pace.answered(clock.instant(), signal, clock.chance());
        server.hold(pace);
        let held = pace.held_until().and_then(|held| worth_keeping(held, clock));
        if let (Some(host), Some(until)) = (&server.foreign, held) {
            self.manners.foreign_holds.push((host.clone(), until));
        }
    }
}

/// Where requests for robots.txt wait.
struct RobotsGate<'a>(Waiting<'a>);

impl Gate for RobotsGate<'_> {
    async fn pass(&mut self, url: &Url) -> Result<(), String> {
        self.0.pass(url).await
    }

    fn answered(&mut self, signal: Signal) {
        self.0.answered(signal);
    }
}

/// Where the client waits before each request of a visit, redirects included: robots.txt is asked first.
pub(super) struct LaneGate<'a>(Waiting<'a>);

impl LaneGate<'_> {
    /// Whether the visit did not happen.
    pub(super) fn stopped(&self) -> bool {
        self.0.stopped
    }
}

impl Gate for LaneGate<'_> {
    async fn pass(&mut self, url: &Url) -> Result<(), String> {
        let Waiting { manners, shared, newspaper, turn, .. } = &mut self.0;
        *turn = None;
        match manners.verdict(shared, newspaper, url).await {
            Verdict::Allowed => self.0.pass(url).await,
            Verdict::Denied(line) => Err(line),
            Verdict::Unreadable { what, .. } => Err(what),
            Verdict::Unasked => self.0.stop(),
        }
    }

    fn answered(&mut self, signal: Signal) {
        self.0.answered(signal);
    }
}
