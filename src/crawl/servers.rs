//! The servers that a run asks, and whose turn it is at each.
//!
//! The pace belongs to the server. A lane has one for the hosts of its newspapers. What stands elsewhere, as photos
//! do, may be asked for by several lanes, which then share the pace of that host: whoever has the turn has it from
//! the wait before a request until the answer is here, as if one lane asked.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::OwnedMutexGuard;
use tokio::time::Instant;
use url::{Origin, Url};

use crate::fetch::pace::Pace;
use crate::target::bare_host;

/// With more servers than so many, those that are at rest are forgotten.
const SERVERS_MAX: usize = 4_096;

/// Whoever holds it has the turn.
pub(super) type Turn = OwnedMutexGuard<Pace>;

/// A server: a host, or the hosts of the newspapers of a lane.
pub(super) struct Server {
    pace: Arc<tokio::sync::Mutex<Pace>>,
    /// The host, where it belongs to no newspaper of the run.
    pub(super) foreign: Option<String>,
    /// What the robots.txt of its hosts ask for.
    crawl_delays: Mutex<HashMap<Origin, Duration>>,
    /// Until when it is to be left alone, as its pace has it, to be read without the turn.
    held_until: Mutex<Option<Instant>>,
}

impl Server {
    pub(super) fn new(pace: Pace) -> Server {
        let held_until = Mutex::new(pace.held_until());
        let pace = Arc::new(tokio::sync::Mutex::new(pace));
        Server { pace, foreign: None, crawl_delays: Mutex::default(), held_until }
    }

    /// Waits for the turn. Nobody waits for one while having another, or two lanes could wait for each other.
    pub(super) async fn turn(&self) -> Turn {
        let mut pace = Arc::clone(&self.pace).lock_owned().await;
        pace.set_crawl_delay(own(&self.crawl_delays).values().copied().max());
        pace
    }

    /// The delay that the robots.txt of one of its hosts asks for. The hosts may be one machine: the greatest counts.
    pub(super) fn set_crawl_delay(&self, origin: &Origin, delay: Option<Duration>) {
        let mut delays = own(&self.crawl_delays);
        match delay {
            Some(delay) => _ = delays.insert(origin.clone(), delay),
            None => _ = delays.remove(origin),
        }
    }

    /// Until when it is to be left alone beyond the delay, if it is.
    pub(super) fn held_until(&self) -> Option<Instant> {
        *own(&self.held_until)
    }

    /// Tells everybody what an answer did to the pace.
    pub(super) fn hold(&self, pace: &Pace) {
        *own(&self.held_until) = pace.held_until();
    }

    /// Whether nobody asks it, and whoever asks it next need not wait.
    fn is_at_rest(&self, now: Instant) -> bool {
        self.pace.try_lock().is_ok_and(|pace| pace.next_at().is_none_or(|at| at <= now))
    }
}

/// The servers of a run, by host.
pub(super) struct Servers {
    by_host: Mutex<HashMap<String, Arc<Server>>>,
    /// When the run began. Earlier runs may have asked any server up to then.
    begun: Instant,
    /// Until when the hosts that belong to no lane are to be left alone, by what they told earlier runs.
    held: HashMap<String, Instant>,
}

impl Servers {
    pub(super) fn new(begun: Instant, held: HashMap<String, Instant>) -> Servers {
        Servers { by_host: Mutex::default(), begun, held }
    }

    /// Makes the server of a lane known by its hosts.
    pub(super) fn add(&self, hosts: impl Iterator<Item = String>, server: &Arc<Server>) {
        own(&self.by_host).extend(hosts.map(|host| (bare_host(&host).to_owned(), Arc::clone(server))));
    }

    /// The server of an address; one that is not known yet is none of a lane's, and keeps the delay of the lane that
    /// asks it first until a slower one has the turn.
    pub(super) fn of(&self, url: &Url, delay: Duration, now: Instant) -> Arc<Server> {
        let host = bare_host(url.host_str().unwrap_or_default().trim_end_matches('.'));
        let mut by_host = own(&self.by_host);
        if let Some(server) = by_host.get(host) {
            return Arc::clone(server);
        }
        if by_host.len() >= SERVERS_MAX {
            by_host.retain(|_, server| {
                server.foreign.is_none() || Arc::strong_count(server) > 1 || !server.is_at_rest(now)
            });
        }
        let server = Arc::new(self.foreign(host, delay));
        by_host.insert(host.to_owned(), Arc::clone(&server));
        server
    }

    fn foreign(&self, host: &str, delay: Duration) -> Server {
        let mut pace = Pace::new(delay);
        pace.resume(self.begun);
        if let Some(until) = self.held.get(host) {
            pace.hold_until(*until);
        }
        Server { foreign: Some(host.to_owned()), ..Server::new(pace) }
    }
}

/// What is behind these locks is never left half changed.
fn own<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[tokio::test]
    async fn a_foreign_server_is_one_for_all_and_a_lanes_is_found_by_its_hosts() {
        let (now, second) = (Instant::now(), Duration::from_secs(1));
        let servers = Servers::new(now, HashMap::from([("anh.example".to_owned(), now + 9 * second)]));
        let own = Arc::new(Server::new(Pace::new(second)));
        servers.add(["bao.example".to_owned(), "www.bao.example".to_owned()].into_iter(), &own);
        assert!(Arc::ptr_eq(&own, &servers.of(&url("https://m.bao.example/a.jpg"), 5 * second, now)));
        let photos = servers.of(&url("https://anh.example/a.jpg"), second, now);
        assert!(Arc::ptr_eq(&photos, &servers.of(&url("http://anh.example./b.jpg"), second, now)));
        assert_eq!(photos.turn().await.next_at(), Some(now + 9 * second), "what it asked an earlier run for");
        let other = servers.of(&url("https://khac.example/"), second, now);
        assert_eq!(
            other.turn().await.next_at(),
            Some(now + second),
            "an earlier run may have asked it just now"
        );
        other.set_crawl_delay(&url("https://khac.example/").origin(), Some(3 * second));
        assert_eq!(other.turn().await.delay(), 3 * second);
    }

    #[test]
    fn servers_at_rest_are_forgotten_where_there_are_too_many() {
        let now = Instant::now();
        let servers = Servers::new(now, HashMap::new());
        let kept = servers.of(&url("https://giu.example/"), Duration::ZERO, now);
        for number in 0..2 * SERVERS_MAX {
            servers.of(&url(&format!("https://anh{number}.example/")), Duration::ZERO, now);
        }
        assert!(own(&servers.by_host).len() <= SERVERS_MAX);
        assert!(Arc::ptr_eq(&kept, &servers.of(&url("https://giu.example/"), Duration::ZERO, now)));
    }
}
