//! What became of a visit to a target. A page's fate is data: it is recorded, and the crawl goes on.

use std::time::Duration;

use chrono::{DateTime, Utc};
use url::Url;

use crate::article::Article;
use crate::page::{BodyDigest, Exchange};
use crate::target::{Link, Target};

/// A target whose time has come, with what the last visit left behind.
#[derive(Clone, Debug, PartialEq)]
pub struct Due {
    /// Its row in the queue.
    pub target_id: i64,
    /// What to fetch.
    pub target: Target,
    /// When it was first found.
    pub first_seen_at: DateTime<Utc>,
    /// How often it was visited.
    pub visits: u32,
    /// Visits in a row that failed.
    pub tries: u32,
    /// Visits in a row that brought nothing new.
    pub quiet_visits: u32,
    /// Looks in a row that found it gone; a listing, feed or sitemap also where they found it empty.
    pub missing: u32,
    /// Good visits that a listing, feed or sitemap owes before it is trusted again, since it vanished and came back.
    pub probation: u32,
    /// Whether it is the next page of a row, found by walking along it and not yet seen.
    pub is_step: bool,
    /// Whether a listing showed articles at its last good visit.
    pub held_articles: bool,
    /// When its content last changed.
    pub changed_at: Option<DateTime<Utc>>,
    /// The entity tag of the last good answer, sent back as `If-None-Match`.
    pub etag: Option<String>,
    /// The `Last-Modified` of the last good answer, sent back as `If-Modified-Since`.
    pub last_modified: Option<String>,
    /// The digest of the last good page with its content coding undone.
    pub last_digest: Option<BodyDigest>,
}

/// Good visits after which a listing, feed or sitemap that had vanished is trusted as before.
pub const PROBATION_VISITS: u32 = 3;

impl Due {
    /// Whether this fate means that a row of pages has no page here: its end, and no failure.
    #[must_use]
    pub fn ends_row_by(&self, fate: &Fate) -> bool {
        self.is_step && matches!(fate, Fate::Gone(_))
    }

    /// Whether this fate means that a listing, feed or sitemap is not there any more.
    #[must_use]
    pub fn vanishes_by(&self, fate: &Fate) -> bool {
        self.target.kind.leads_on()
            && matches!(fate, Fate::Gone(_) | Fate::NotArticle(_))
            && !self.ends_row_by(fate)
    }

    /// Whether this fate retires it: it has vanished, and was missing at the look before too, or was here only on
    /// probation.
    #[must_use]
    pub fn retires_by(&self, fate: &Fate) -> bool {
        self.vanishes_by(fate) && (self.missing > 0 || self.probation > 0)
    }
}

/// What one visit brought.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The exchanges in order: redirects first, the answer last. Empty where no answer came.
    pub exchanges: Vec<Exchange>,
    /// The digest of the last answer's body with its content coding undone, where there was a good one.
    pub body_digest: Option<BodyDigest>,
    /// What it amounts to.
    pub fate: Fate,
    /// When to come again; none where the target rests for good.
    pub next_at: Option<DateTime<Utc>>,
}

/// The fates of a target.
#[derive(Clone, Debug, PartialEq)]
pub enum Fate {
    /// An article was read.
    Article(Box<Article>),
    /// A listing, feed or sitemap was read; these are the targets on it.
    Links(Vec<Link>),
    /// A photo came.
    Photo,
    /// The server said 304, or sent the same bytes again.
    Unchanged,
    /// The server sends visitors elsewhere for good, out of this newspaper or to another kind of page.
    Moved(Url),
    /// 404 or 410, or a not-found page with status 200.
    Gone(String),
    /// robots.txt does not allow it.
    Denied(String),
    /// 401, 403, 451, a challenge or a captcha.
    Blocked(String),
    /// The page came, but is not what it was fetched as.
    NotArticle(String),
    /// Network, TLS, time-out, 5xx, too large, undecodable.
    Failed {
        /// What went wrong, in the words for the user.
        what: String,
        /// How long the server asked to wait (`Retry-After`).
        retry_after: Option<Duration>,
    },
}

impl Fate {
    /// The fate's name as it stands in the archive.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Fate::Article(_) | Fate::Links(_) | Fate::Photo => "read",
            Fate::Unchanged => "unchanged",
            Fate::Moved(_) => "moved",
            Fate::Gone(_) => "gone",
            Fate::Denied(_) => "denied",
            Fate::Blocked(_) => "blocked",
            Fate::NotArticle(_) => "not an article",
            Fate::Failed { .. } => "failed",
        }
    }

    /// Why, in words, for the fates that need it.
    #[must_use]
    pub fn reason(&self) -> Option<String> {
        match self {
            Fate::Article(_) | Fate::Links(_) | Fate::Photo | Fate::Unchanged => None,
            Fate::Moved(to) => Some(to.to_string()),
            Fate::Gone(why) | Fate::Denied(why) | Fate::Blocked(why) | Fate::NotArticle(why) => {
                Some(why.clone())
            }
            Fate::Failed { what, .. } => Some(what.clone()),
        }
    }
}
