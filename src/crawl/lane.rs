//! A lane: one page after the other of one newspaper, or of the newspapers on one server.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tracing::debug;
use url::Url;

use super::StopReason;
use super::desks::Desk;
use super::entry::{Entry, News, Read, Work};
use super::judge::judge;
use super::manners::Manners;
use super::run::Shared;
use super::schedule::{self, Habits};
use super::writer::Writer;
use crate::archive::{self, ArchiveError, Descent, PaceRow, Step};
use crate::fetch::robots::Verdict;
use crate::fetch::{Answer, Conditions, Fetched, Request};
use crate::newspaper::{Newspaper, Status};
use crate::outcome::{Due, Fate, Outcome};
use crate::target::{Link, Target, TargetKind, canonical};

/// What a visit brought, on its way to be read.
struct Visit {
    due: Due,
    newspaper: Arc<Newspaper>,
    fetched: Fetched,
    /// When to come again, where the visit was given up for a time.
    again_at: Option<DateTime<Utc>>,
}

pub(super) struct Lane {
    newspapers: Vec<Arc<Newspaper>>,
    ids: Vec<String>,
    manners: Manners,
    /// Walks down the numbers of articles, by newspaper.
    descents: HashMap<String, Descent>,
    /// A target that is to wait for its server, and until when.
    put_off: Option<(i64, DateTime<Utc>)>,
    shared: Arc<Shared>,
    writer: Writer,
}

impl Lane {
    pub(super) fn new(newspapers: Vec<Arc<Newspaper>>, shared: Arc<Shared>, writer: Writer) -> Lane {
        // Newspapers on one server: the slowest of them sets the pace.
        let delay = newspapers.iter().map(|newspaper| newspaper.crawl.delay).max().unwrap_or_default();
        let ids: Vec<String> = newspapers.iter().map(|newspaper| newspaper.id.clone()).collect();
        let left = shared.archive().pace(&ids).unwrap_or_else(|error| {
            shared.stop.order(StopReason::Archive(error.to_string()));
            PaceRow::default()
        });
        let manners = Manners::new(&shared.client, delay, left, shared.clock.as_ref());
        shared.servers.add(newspapers.iter().flat_map(|newspaper| newspaper.hosts.clone()), manners.own());
        Lane { newspapers, ids, manners, descents: HashMap::new(), put_off: None, shared, writer }
    }

    /// Visits what is due until nothing is, or until the order to stop comes.
    pub(super) async fn run(mut self) {
        let mut visit = None;
        while !self.shared.stop.is_ordered() {
            let work = match self.record_and_ask(visit.take()).await {
                Ok(work) => work,
                Err(error) => return self.shared.stop.order(StopReason::Archive(error.to_string())),
            };
            match work {
                Work::Visit(due) => {
                    let target = due.target_id;
                    visit = self.visit(*due).await;
                    self.put_off = self.manners.held_off.take().map(|until| (target, until));
                }
                Work::Wait(wait) => self.wait(wait).await,
                Work::Nothing => match self.descend().await {
                    Ok(true) => {}
                    Ok(false) => return,
                    Err(error) => return self.shared.stop.order(StopReason::Archive(error.to_string())),
                },
            }
        }
        // The page in flight when the order came is still recorded.
        if let Err(error) = self.record_and_ask(visit).await {
            self.shared.stop.order(StopReason::Archive(error.to_string()));
        }
    }

    /// Where nothing else is due, a crawl back to a day asks for the numbers of articles that no list has shown.
    /// Tells whether there is more to do.
    async fn descend(&mut self) -> Result<bool, ArchiveError> {
        let Some(since) = self.shared.since else { return Ok(false) };
        let numbered = self.newspapers.iter().filter(|newspaper| newspaper.crawl.by_id.is_some());
        for newspaper in numbered.cloned().collect::<Vec<_>>() {
            let mut descent = self.descents.get(&newspaper.id).copied().unwrap_or_default();
            let shared = Arc::clone(&self.shared);
            let id = newspaper.id.clone();
            let hop = tokio::task::spawn_blocking(move || {
                let now = shared.clock.now();
                let target = |number| newspaper.numbered(number);
                let step = shared.archive().descend(&newspaper.id, target, since, &mut descent, now)?;
                Ok::<_, ArchiveError>((step, descent))
            });
            let (step, descent) =
                hop.await.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))?;
            self.descents.insert(id, descent);
            if step != Step::Over {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn wait(&self, wait: Duration) {
        tokio::select! {
            () = self.shared.clock.sleep(wait) => {}
            () = self.shared.stop.ordered() => {}
        }
    }

    /// Reads what a visit brought, has it recorded, and asks what is due next.
    async fn record_and_ask(&mut self, visit: Option<Visit>) -> Result<Work, ArchiveError> {
        let lane = archive::Lane {
            newspapers: self.ids.clone(),
            since: self.shared.since,
            until: self.shared.until,
            photos: self.shared.photos,
        };
        let news = News {
            robots_asked: std::mem::take(&mut self.manners.robots_asked),
            sitemaps: self.sitemaps(),
            held_until: self.manners.news_of_hold(self.shared.clock.as_ref()),
            touched_at: Some(self.shared.clock.as_ref())
                .filter(|_| self.shared.stop.is_ordered())
                .and_then(|clock| self.manners.touched_at(clock)),
            foreign_holds: std::mem::take(&mut self.manners.foreign_holds),
            put_off: self.put_off.take(),
        };
        let Some(visit) = visit else { return self.writer.write(Entry { lane, news, read: None }).await };
        let desk = self.shared.desks.free().await;
        let shared = Arc::clone(&self.shared);
        let reading = self.shared.desks.work(move || read(&shared, visit, &desk).map(|read| (read, desk)));
        match reading.await {
            Ok(read) => {
                let (read, desk) = read?;
                let written = self.writer.write(Entry { lane, news, read: Some(read) });
                drop(desk);
                written.await
            }
            // Readers are caught where they break down; what is left would break down again on the next page.
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }

    /// The sitemaps of the lane's newspapers that robots.txt has named since it was last asked this.
    fn sitemaps(&mut self) -> Vec<Link> {
        let named = std::mem::take(&mut self.manners.sitemaps);
        let link = |url: &Url| {
            let newspaper = self.newspapers.iter().find(|newspaper| newspaper.owns(url))?;
            let url = canonical(url);
            let target = Target {
                newspaper: newspaper.id.clone(),
                kind: TargetKind::Sitemap,
                url,
                id_in_newspaper: None,
            };
            Some(Link { target, title: None, date: None })
        };
        named.iter().filter_map(link).collect()
    }

    /// Fetches one page; none where the order to stop came before it was asked for.
    async fn visit(&mut self, due: Due) -> Option<Visit> {
        let shared = Arc::clone(&self.shared);
        let newspaper =
            self.newspapers.iter().find(|newspaper| newspaper.id == due.target.newspaper)?.clone();
        self.manners.held_off = self.manners.put_off(&shared, &due.target.url);
        if self.manners.held_off.is_some() {
            return None;
        }
        let mut again_at = None;
        let verdict = self.manners.verdict(&shared, &newspaper.id, &due.target.url).await;
        let fetched = match verdict {
            Verdict::Denied(line) => denied(line),
            Verdict::Unreadable { what, again_at: at } => {
                again_at = Some(at);
                denied(what)
            }
            Verdict::Unasked => return None,
            Verdict::Allowed => self.fetch(&shared, &newspaper, &due).await?,
        };
        Some(Visit { due, newspaper, fetched, again_at })
    }

    async fn fetch(&mut self, shared: &Shared, newspaper: &Newspaper, due: &Due) -> Option<Fetched> {
        if !shared.stop.take_page() {
            return None;
        }
        debug!(url = %due.target.url, "visiting");
        // Photos stand on whatever host the page says; that it is a public one, the client sees to.
        let is_photo = due.target.kind == TargetKind::Photo;
        let hosts = |host: &str| is_photo || newspaper.owns_host(host);
        let request = Request {
            url: &due.target.url,
            kind: due.target.kind,
            conditions: Conditions { etag: due.etag.as_deref(), last_modified: due.last_modified.as_deref() },
            hosts: &hosts,
            headers: newspaper.request_headers(&due.target.url),
        };
        let mut gate = self.manners.gate(shared, &newspaper.id);
        let fetched = shared.in_time(shared.client.get(&request, &mut gate)).await;
        let stopped = gate.stopped();
        drop(gate);
        if fetched.is_none() {
            self.manners.given_up(shared.clock.instant());
        }
        fetched.filter(|_| !stopped)
    }
}

fn denied(why: String) -> Fetched {
    Fetched { exchanges: Vec::new(), answer: Answer::Denied(why) }
}

/// Judges what a visit brought, and makes it ready for the archive.
fn read(shared: &Shared, visit: Visit, desk: &Desk) -> Result<Read, ArchiveError> {
    let Visit { due, newspaper, fetched, again_at } = visit;
    let (fate, body_digest) = judge(&newspaper, &due, &fetched);
    let now = shared.clock.now();
    let habits = Habits { still: newspaper.status != Status::Live };
    let next_at = match again_at {
        Some(at) => Some(at),
        None => schedule::next_visit(&due, &fate, habits, now, shared.clock.chance()),
    };
    let outcome = Outcome { exchanges: fetched.exchanges, body_digest, fate, next_at };
    let ready = desk.prepare(|| shared.archive().preparer(), &due, &outcome)?;
    let moved = moved_to(&newspaper, &outcome.fate);
    Ok(Read { due, outcome, ready, moved, now })
}

/// A page of the same newspaper to which visitors are sent is a target of its own.
fn moved_to(newspaper: &Newspaper, fate: &Fate) -> Option<Link> {
    let Fate::Moved(url) = fate else { return None };
    let target = newspaper.target(url).filter(|target| target.kind == TargetKind::Article)?;
    Some(Link { target, title: None, date: None })
}
