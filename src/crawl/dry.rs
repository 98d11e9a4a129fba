//! What a crawl would do, without doing it: the pages that are due, when the others are, and what robots.txt says.
//!
//! Nothing is written, and no page is asked for. A robots.txt is asked for only where the archive holds no copy that
//! is still in force, and once a host.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use tokio::task::JoinSet;
use url::{Origin, Url};

use super::run::Plan;
use super::{Clock, schedule};
use crate::archive::{ArchiveError, Coming, Reader};
use crate::fetch::robots::{self, Seen, Standing, Verdict};
use crate::fetch::{Client, Open};
use crate::target::TargetKind;

/// A page that a crawl would visit.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Planned {
    /// The newspaper's id.
    pub newspaper: String,
    /// What the page is for.
    pub kind: TargetKind,
    /// Its address.
    pub url: Url,
    /// When it is due; in the past where it is due already.
    pub at: DateTime<Utc>,
    /// Whether a crawl that began now would visit it.
    pub is_due: bool,
    /// What robots.txt says.
    pub robots: Word,
}

/// What robots.txt says of a page.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Word {
    /// Whether the page may be fetched.
    pub is_allowed: bool,
    /// The line that forbids it, or why robots.txt cannot be read.
    pub reason: Option<String>,
    /// The delay between requests that it asks for, in seconds.
    pub crawl_delay: Option<f64>,
    /// Whether the copy is the archive's; else it was asked for now.
    pub is_stored: bool,
}

/// How a host stands, and where that is known from.
struct Known {
    standing: Standing,
    is_stored: bool,
}

/// What a dry run works with.
pub struct DryRun<'a> {
    /// The archive, where there is one.
    pub reader: Option<&'a Reader>,
    /// The HTTP client, for robots.txt.
    pub client: &'a Client,
    /// The time.
    pub clock: &'a dyn Clock,
}

impl std::fmt::Debug for DryRun<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DryRun").field("reader", &self.reader).finish_non_exhaustive()
    }
}

impl DryRun<'_> {
    /// The pages, those that are due first: at most `count_max`.
    pub async fn planned(&self, plan: &Plan, count_max: usize) -> Result<Vec<Planned>, ArchiveError> {
        let now = self.clock.now();
        let coming = self.coming(plan, now, count_max)?;
        let mut hosts = self.ask(&coming, now).await?;
        let planned = coming.into_iter().map(|coming| {
            let robots = word(hosts.get_mut(&coming.url.origin()), &coming.url, now);
            let Coming { newspaper, kind, url, at, .. } = coming;
            Planned { newspaper, kind, url, at, is_due: at <= now, robots }
        });
        Ok(planned.collect())
    }

    /// The start pages, which a crawl looks at first, and what the queue holds.
    fn coming(&self, plan: &Plan, now: DateTime<Utc>, count_max: usize) -> Result<Vec<Coming>, ArchiveError> {
        let starts = plan.newspapers.iter().flat_map(|newspaper| newspaper.seeds());
        let mut coming: Vec<Coming> = starts
            .map(|target| Coming {
                newspaper: target.newspaper,
                kind: target.kind,
                url: target.url,
                at: now,
                visits: 0,
                tries: 0,
            })
            .take(count_max)
            .collect();
        let seeds: BTreeSet<Url> = coming.iter().map(|coming| coming.url.clone()).collect();
        if let Some(reader) = self.reader {
            // Further ahead than any wait: what was put off by a clock that ran ahead would be due.
            let latest = now + TimeDelta::days(36_500);
            reader.agenda(&plan.lane(), latest, |mut next| {
                if next.at > now + schedule::WAIT_MAX {
                    next.at = now;
                }
                if coming.len() < count_max && !seeds.contains(&next.url) {
                    coming.push(next);
                }
                coming.len() < count_max
            })?;
        }
        coming.sort_by_key(|coming| coming.at > now);
        Ok(coming)
    }

    /// How the hosts of these pages stand: by the archive's copy of robots.txt, else asked now, all at a time, since
    /// each is another server's.
    async fn ask(
        &self,
        coming: &[Coming],
        now: DateTime<Utc>,
    ) -> Result<HashMap<Origin, Known>, ArchiveError> {
        let names: Arc<[String]> = self.client.robots_names().into();
        let mut known: HashMap<Origin, Known> = HashMap::new();
        let mut asking = JoinSet::new();
        for url in coming.iter().map(|coming| &coming.url) {
            if known.contains_key(&url.origin()) {
                continue;
            }
            let mut standing = Standing::new(Arc::clone(&names));
            let stored = self.reader.map(|reader| reader.last_exchange(&robots::address(url))).transpose()?;
            if let Some(exchange) = stored.flatten() {
                let at = exchange.requested_at;
                standing.take(Seen::of(&exchange, false, at), at);
            }
            if standing.is_due(now) {
                let (client, url) = (self.client.clone(), url.clone());
                let mut asked = standing.clone();
                asking.spawn(async move {
                    let (_, seen) = client.robots(&url, asked.conditions(), &mut Open).await;
                    asked.take(seen, now);
                    (url.origin(), asked)
                });
            }
            known.insert(url.origin(), Known { standing, is_stored: true });
        }
        while let Some(asked) = asking.join_next().await {
            // A request that broke down leaves the host unasked, which counts as unreadable.
            if let Ok((origin, standing)) = asked {
                known.insert(origin, Known { standing, is_stored: false });
            }
        }
        Ok(known)
    }
}

fn word(known: Option<&mut Known>, url: &Url, now: DateTime<Utc>) -> Word {
    let unread = || Some("robots.txt was not read".to_owned());
    let Some(known) = known else {
        return Word { is_allowed: false, reason: unread(), crawl_delay: None, is_stored: false };
    };
    let (is_allowed, reason) = match known.standing.verdict(url, now) {
        Verdict::Allowed => (true, None),
        Verdict::Denied(line) => (false, Some(line)),
        Verdict::Unreadable { what, .. } => (false, Some(what)),
        Verdict::Unasked => (false, unread()),
    };
    let crawl_delay = known.standing.crawl_delay().map(|delay| delay.as_secs_f64());
    Word { is_allowed, reason, crawl_delay, is_stored: known.is_stored }
}
