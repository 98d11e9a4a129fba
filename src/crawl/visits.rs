//! A few pages of one newspaper for a person who asks for them: with the manners of a lane and without an archive.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use url::{Origin, Url};

use super::Clock;
use crate::fetch::pace::Pace;
use crate::fetch::robots::{Standing, Verdict};
use crate::fetch::{Answer, Client, Conditions, Gate, Request, Signal};
use crate::page::Page;
use crate::target::TargetKind;

/// Visits to one newspaper, one after the other.
pub struct Visits<'v> {
    client: &'v Client,
    clock: &'v dyn Clock,
    pace: Pace,
    names: Arc<[String]>,
    standings: HashMap<Origin, Standing>,
}

impl std::fmt::Debug for Visits<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Visits").field("pace", &self.pace).finish_non_exhaustive()
    }
}

impl<'v> Visits<'v> {
    /// Visits that keep this distance at the least; robots.txt may ask for more.
    #[must_use]
    pub fn new(client: &'v Client, clock: &'v dyn Clock, delay: Duration) -> Visits<'v> {
        let names = client.robots_names().into();
        Visits { client, clock, pace: Pace::new(delay), names, standings: HashMap::new() }
    }

    /// Fetches one page, or says in words why it could not be had.
    pub async fn fetch(&mut self, url: &Url, kind: TargetKind) -> Result<Page, String> {
        let host = url.host_str().unwrap_or_default().to_owned();
        let hosts = |other: &str| crate::target::bare_host(other) == crate::target::bare_host(&host);
        let request = Request { url, kind, conditions: Conditions::default(), hosts: &hosts, headers: &[] };
        let client = self.client;
        match client.get(&request, &mut Turn { visits: self }).await.answer {
            Answer::Page(sealed) => sealed.open().map_err(|failure| failure.to_string()),
            Answer::NotModified => Err("status 304".to_owned()),
            Answer::Status { code, .. } => Err(format!("status {code}")),
            Answer::Elsewhere { url, .. } => Err(format!("the server sends visitors to {url}")),
            Answer::Denied(why) => Err(why),
            Answer::Failed(failure) => Err(failure.to_string()),
        }
    }

    /// The sitemaps that the robots.txt of an address's host names, as far as it was asked.
    #[must_use]
    pub fn sitemaps(&self, url: &Url) -> &[Url] {
        self.standings.get(&url.origin()).map(Standing::sitemaps).unwrap_or_default()
    }

    /// Whether robots.txt allows an address, asked where its copy is missing.
    async fn verdict(&mut self, url: &Url) -> Verdict {
        let origin = url.origin();
        let known = self.standings.remove(&origin);
        let mut standing = known.unwrap_or_else(|| Standing::new(Arc::clone(&self.names)));
        if standing.is_due(self.clock.now()) {
            let client = self.client;
            let conditions = Conditions::default();
            let (_, seen) = client.robots(url, conditions, &mut Wait { visits: self }).await;
            standing.take(seen, self.clock.now());
        }
        let verdict = standing.verdict(url, self.clock.now());
        self.pace.set_crawl_delay(standing.crawl_delay());
        self.standings.insert(origin, standing);
        verdict
    }

    async fn wait(&mut self) {
        while let Some(wait) =
            self.pace.next_at().and_then(|at| at.checked_duration_since(self.clock.instant()))
        {
            if wait.is_zero() {
                break;
            }
            self.clock.sleep(wait).await;
        }
        self.pace.sent(self.clock.instant());
    }

    fn answered(&mut self, signal: Signal) {
        self.pace.answered(self.clock.instant(), signal, self.clock.chance());
    }
}

/// Where requests for robots.txt wait.
struct Wait<'a, 'v> {
    visits: &'a mut Visits<'v>,
}

impl Gate for Wait<'_, '_> {
    async fn pass(&mut self, _url: &Url) -> Result<(), String> {
        self.visits.wait().await;
        Ok(())
    }

    fn answered(&mut self, signal: Signal) {
        self.visits.answered(signal);
    }
}

/// Where requests for pages wait, redirects included: each address is looked up in robots.txt first.
struct Turn<'a, 'v> {
    visits: &'a mut Visits<'v>,
}

impl Gate for Turn<'_, '_> {
    async fn pass(&mut self, url: &Url) -> Result<(), String> {
        match self.visits.verdict(url).await {
            Verdict::Allowed => {}
            Verdict::Denied(line) => return Err(line),
            Verdict::Unreadable { what, .. } => return Err(what),
            Verdict::Unasked => return Err("robots.txt was not asked".to_owned()),
        }
        self.visits.wait().await;
        Ok(())
    }

    fn answered(&mut self, signal: Signal) {
        self.visits.answered(signal);
    }
}
