//! What all kinds of files come to: an exchange of a newspaper, read and taken into the archive.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::path::{Path, PathBuf};

use url::Url;

use super::judge::{Judged, judge, target};
use super::{ImportError, Notice, Plan, Report};
use crate::archive::{Archive, Incoming, NewspaperRow, RunId, TakenIn};
use crate::newspaper::{Newspaper, Newspapers};
use crate::page::{Exchange, header};
use crate::target::Target;

/// Hosts that are told by name.
const HOSTS_MAX: usize = 50;
/// Redirects that are remembered until the page that they lead to comes.
const REDIRECTS_KEPT: usize = 64;
/// Names of records and digests of payloads that are remembered for the revisits that name nothing else.
const NAMES_KEPT: usize = 400_000;
/// Revisits that wait for the other files.
const WAITING_MAX: usize = 100_000;
/// A redirect and the page that it led to lie no further apart, in seconds.
const REDIRECT_SECONDS_MAX: i64 = 300;

/// A redirect whose page may still come.
struct Redirect {
    to: Url,
    at: chrono::DateTime<chrono::Utc>,
    capture_id: i64,
    target: Option<Target>,
}

/// A revisit whose original did not come yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Waiting {
    pub(super) file: PathBuf,
    /// The file within a package.
    pub(super) member: Option<usize>,
    /// Which record of the file it is.
    pub(super) number: u64,
}

/// Takes exchanges in.
pub(super) struct Intake<'a> {
    pub(super) plan: &'a Plan,
    newspapers: &'a Newspapers,
    pub(super) archive: &'a mut Archive,
    run: RunId,
    tell: &'a mut dyn FnMut(Notice),
    is_stopped: &'a dyn Fn() -> bool,
    pub(super) report: Report,
    described: BTreeSet<String>,
    redirects: VecDeque<Redirect>,
    /// From the name of a record, and from the digest that it tells of its payload, to the capture that holds it.
    bringers: HashMap<String, i64>,
    pub(super) waiting: Vec<Waiting>,
}

impl<'a> Intake<'a> {
    pub(super) fn new(
        plan: &'a Plan,
        newspapers: &'a Newspapers,
        archive: &'a mut Archive,
        run: RunId,
        (tell, is_stopped): (&'a mut dyn FnMut(Notice), &'a dyn Fn() -> bool),
    ) -> Intake<'a> {
        Intake {
            plan,
            newspapers,
            archive,
            run,
            tell,
            is_stopped,
            report: Report::default(),
            described: BTreeSet::new(),
            redirects: VecDeque::new(),
            bringers: HashMap::new(),
            waiting: Vec::new(),
        }
    }

    /// Whether the user has asked for the end.
    pub(super) fn is_stopped(&self) -> bool {
        (self.is_stopped)()
    }

    /// Tells something.
    pub(super) fn tell(&mut self, notice: Notice) {
        (self.tell)(notice);
    }

    /// Tells a damaged record and counts it.
    pub(super) fn damaged(&mut self, file: &str, (number, place): (u64, u64), what: impl Into<String>) {
        self.report.damaged += 1;
        self.tell(Notice::Damaged { file: file.to_owned(), number, place, what: what.into() });
    }

    /// Tells a file that could not be taken, and counts it.
    pub(super) fn unusable(&mut self, file: &Path, why: &ImportError) {
        self.report.damaged += 1;
        self.tell(Notice::Unusable { file: file.display().to_string(), what: why.to_string() });
    }

    /// Counts a record.
    pub(super) fn looked_at(&mut self, file: &str) {
        self.report.records += 1;
        let records = self.report.records;
        self.tell(Notice::Progress { file: file.to_owned(), records });
    }

    /// The newspaper of an address. One that is none of a newspaper's is counted.
    pub(super) fn newspaper(&mut self, url: &Url) -> Option<&'a Newspaper> {
        let host = url.host_str().unwrap_or_default();
        let found = self.newspapers.by_host(host);
        if found.is_none() {
            self.report.other_hosts += 1;
            let hosts = &mut self.report.hosts;
            if hosts.len() < HOSTS_MAX || hosts.contains_key(host) {
                *hosts.entry(host.to_owned()).or_default() += 1;
            }
        }
        found
    }

    /// The newspaper of an id.
    pub(super) fn newspaper_of(&self, id: &str) -> Option<&'a Newspaper> {
        self.newspapers.get(id)
    }

    /// Reads an exchange and takes it into the archive. `names` are those by which revisits may refer to it.
    pub(super) fn take(
        &mut self,
        newspaper: Option<&Newspaper>,
        exchange: Exchange,
        names: &[&str],
    ) -> Result<(), ImportError> {
        let led_by = self.led_by(&exchange);
        let incoming = match newspaper {
            Some(newspaper) => {
                self.describe(newspaper)?;
                let from = led_by.as_ref().and_then(|redirect| redirect.target.as_ref());
                let target = target(newspaper, &exchange.url, from);
                let Judged { fate, body_digest } = judge(newspaper, target.as_ref(), &exchange);
                let redirected_from = led_by.map(|redirect| redirect.capture_id);
                let newspaper = Some(newspaper.id.clone());
                Incoming { newspaper, target, exchange, body_digest, fate, redirected_from }
            }
            None => Incoming {
                newspaper: None,
                target: None,
                exchange,
                body_digest: None,
                fate: crate::outcome::Fate::Links(Vec::new()),
                redirected_from: led_by.map(|redirect| redirect.capture_id),
            },
        };
        let taken = self.archive.take_in(self.run, &incoming, self.plan.now)?;
        self.count(taken);
        self.remember(incoming, taken.capture_id, names);
        Ok(())
    }

    fn count(&mut self, taken: TakenIn) {
        self.report.known += u64::from(taken.is_known);
        self.report.captures += u64::from(!taken.is_known);
        self.report.new_articles += u64::from(taken.is_new);
        self.report.edited += u64::from(taken.is_edited);
    }

    /// Writes a newspaper down in the archive, once.
    fn describe(&mut self, newspaper: &Newspaper) -> Result<(), ImportError> {
        if self.described.insert(newspaper.id.clone()) {
            self.archive.sync_newspapers(&[NewspaperRow {
                id: newspaper.id.clone(),
                name: newspaper.name.clone(),
                province: newspaper.province.clone(),
                province_2025: newspaper.province_2025.clone(),
                hosts: newspaper.hosts.clone(),
            }])?;
        }
        Ok(())
    }

    /// The redirect that led to an exchange, where it came shortly before.
    fn led_by(&mut self, exchange: &Exchange) -> Option<Redirect> {
        let is_it = |redirect: &Redirect| {
            let seconds = (exchange.requested_at - redirect.at).num_seconds();
            redirect.to == exchange.url && (0..=REDIRECT_SECONDS_MAX).contains(&seconds)
        };
        let at = self.redirects.iter().rposition(is_it)?;
        self.redirects.remove(at)
    }

    /// Remembers what later records may need of this one.
    fn remember(&mut self, incoming: Incoming, capture_id: i64, names: &[&str]) {
        let exchange = &incoming.exchange;
        if !exchange.payload.is_empty() {
            for name in names {
                if self.bringers.len() < NAMES_KEPT {
                    self.bringers.entry((*name).to_owned()).or_insert(capture_id);
                }
            }
        }
        let location = header(&exchange.response_headers, "location").filter(|_| exchange.status / 100 == 3);
        if let Some(to) = location.and_then(|location| exchange.url.join(location).ok()) {
            if self.redirects.len() == REDIRECTS_KEPT {
                self.redirects.pop_front();
            }
            let at = exchange.requested_at;
            self.redirects.push_back(Redirect { to, at, capture_id, target: incoming.target });
        }
    }

    /// The capture that brought the payload that a revisit names, by its record or its digest.
    pub(super) fn bringer_of(&self, name: &str) -> Option<i64> {
        self.bringers.get(name).copied()
    }

    /// Keeps a revisit for when all files are read. One too many is given up.
    pub(super) fn wait(&mut self, waiting: Waiting) {
        if self.waiting.len() < WAITING_MAX {
            self.waiting.push(waiting);
        } else {
            self.report.unresolved += 1;
        }
    }
}
