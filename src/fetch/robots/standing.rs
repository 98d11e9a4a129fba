//! How a host stands with us: the copy of its robots.txt in force, its age, and what went wrong in asking.
//!
//! Data and pure transitions. The crawl keeps one standing a host, asks when it is due, and finds the copy of an
//! earlier run in the archive.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use url::Url;

use super::{Rules, Seen};
use crate::fetch::client::Conditions;

/// How long a copy is in force (RFC 9309 §2.4).
pub const COPY_LIFE: TimeDelta = TimeDelta::hours(24);

/// The age at which a copy is asked for again: early enough that a short fault of the server does not outlast it.
pub const ASK_AGAIN_AFTER: TimeDelta = TimeDelta::hours(22);

/// The wait before the first repetition of a request that failed; it doubles.
pub const TROUBLE_WAIT_FIRST: Duration = Duration::from_mins(1);

/// The longest wait between repetitions, unless the server asks for more.
pub const TROUBLE_WAIT_MAX: Duration = Duration::from_hours(1);

/// Whether an address may be fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It may.
    Allowed,
    /// A line of robots.txt forbids it.
    Denied(String),
    /// Nobody has asked yet, or the copy has run out.
    Unasked,
    /// robots.txt cannot be read, so nothing may be fetched until it can (RFC 9309 §2.3.1.4).
    Unreadable {
        /// Why.
        what: String,
        /// When to ask again.
        again_at: DateTime<Utc>,
    },
}

/// How a host stands with us.
#[derive(Clone, Debug)]
pub struct Standing {
    names: Arc<[String]>,
    copy: Option<InForce>,
    trouble: Option<Trouble>,
}

/// A copy of robots.txt, or that there is none.
#[derive(Clone, Debug)]
struct InForce {
    rules: Rules,
    fetched_at: DateTime<Utc>,
    etag: Option<String>,
    last_modified: Option<String>,
}

/// What went wrong in asking, since the last time that it went well.
#[derive(Clone, Debug)]
struct Trouble {
    what: String,
    times: u32,
    again_at: DateTime<Utc>,
}

impl Standing {
    /// A host that was never asked, for a crawler of these names.
    #[must_use]
    pub fn new(names: Arc<[String]>) -> Standing {
        Standing { names, copy: None, trouble: None }
    }

    /// Whether robots.txt is to be asked for before anything else of the host.
    #[must_use]
    pub fn is_due(&self, now: DateTime<Utc>) -> bool {
        if let Some(trouble) = &self.trouble {
            // A clock that was set back must not put the next request off for long.
            let far = trouble.again_at - now > TimeDelta::days(2);
            return far || trouble.again_at <= now;
        }
        self.copy.as_ref().is_none_or(|copy| !copy.is_younger_than(ASK_AGAIN_AFTER, now))
    }

    /// What to send along, so that an unchanged file need not be sent.
    #[must_use]
    pub fn conditions(&self) -> Conditions<'_> {
        self.copy.as_ref().map_or_else(Conditions::default, |copy| Conditions {
            etag: copy.etag.as_deref(),
            last_modified: copy.last_modified.as_deref(),
        })
    }

    /// Takes over what asking at this moment brought; for a copy out of the archive, the moment when it was fetched.
    pub fn take(&mut self, seen: Seen, at: DateTime<Utc>) {
        match seen {
            Seen::File { body, etag, last_modified } => {
                let rules = Rules::parse(&body, &self.names);
                self.copy = Some(InForce { rules, fetched_at: at, etag, last_modified });
                self.trouble = None;
            }
            Seen::Absent(_) => {
                let rules = Rules::default();
                self.copy = Some(InForce { rules, fetched_at: at, etag: None, last_modified: None });
                self.trouble = None;
            }
            Seen::Unchanged => match &mut self.copy {
                Some(copy) => {
                    copy.fetched_at = at;
                    self.trouble = None;
                }
                None => self.failed("unchanged since a copy that is not here".to_owned(), None, at),
            },
            Seen::Unreachable { what, retry_after } => self.failed(what, retry_after, at),
        }
    }

    fn failed(&mut self, what: String, retry_after: Option<Duration>, at: DateTime<Utc>) {
        let times = self.trouble.as_ref().map_or(0, |trouble| trouble.times);
        let wait = TROUBLE_WAIT_FIRST
            .saturating_mul(1_u32.checked_shl(times).unwrap_or(u32::MAX))
            .min(TROUBLE_WAIT_MAX)
            .max(retry_after.unwrap_or_default());
        let again_at = at + TimeDelta::from_std(wait).unwrap_or(COPY_LIFE);
        self.trouble = Some(Trouble { what, times: times.saturating_add(1), again_at });
    }

    /// Whether an address of the host may be fetched. A copy counts up to the end of its life, though asking again
    /// has failed since.
    #[must_use]
    pub fn verdict(&self, url: &Url, now: DateTime<Utc>) -> Verdict {
        if let Some(copy) = self.live(now) {
            return copy.rules.denial(url).map_or(Verdict::Allowed, Verdict::Denied);
        }
        match &self.trouble {
            Some(trouble) => Verdict::Unreadable {
                what: format!("robots.txt could not be read: {}", trouble.what),
                again_at: trouble.again_at,
            },
            None => Verdict::Unasked,
        }
    }

    /// The delay that the copy in force asks for.
    #[must_use]
    pub fn crawl_delay(&self) -> Option<Duration> {
        self.copy.as_ref().and_then(|copy| copy.rules.crawl_delay())
    }

    /// The sitemaps that the copy in force names.
    #[must_use]
    pub fn sitemaps(&self) -> &[Url] {
        self.copy.as_ref().map_or(&[], |copy| copy.rules.sitemaps())
    }

    fn live(&self, now: DateTime<Utc>) -> Option<&InForce> {
        self.copy.as_ref().filter(|copy| copy.is_younger_than(COPY_LIFE, now))
    }
}

impl InForce {
    /// A copy from the future, left by a clock that was wrong, is of no known age and so not young.
    fn is_younger_than(&self, age: TimeDelta, now: DateTime<Utc>) -> bool {
        self.fetched_at <= now && now - self.fetched_at < age
    }
}
