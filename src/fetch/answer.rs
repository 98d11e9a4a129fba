//! What a fetch brought, as data.

use std::time::Duration;

use url::Url;

use super::limits::PAGE_BYTES_MAX;
use crate::coding::{self, CodingError};
use crate::page::{Exchange, Page};
use crate::target::TargetKind;

/// What a fetch brought.
#[derive(Clone, Debug, PartialEq)]
pub struct Fetched {
    /// The exchanges that were completed, in order: redirects first, the answer last. A body that broke off is in
    /// none of them.
    pub exchanges: Vec<Exchange>,
    /// What they amount to.
    pub answer: Answer,
}

impl Fetched {
    /// The last answer as a page, whatever its status: to see whether an error page is a challenge.
    #[must_use]
    pub fn last(&self, kind: TargetKind) -> Option<Sealed> {
        let exchange = self.exchanges.last()?.clone();
        Some(Sealed { kind, exchange, bytes_max: PAGE_BYTES_MAX })
    }
}

/// What the exchanges amount to.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// A page came, whole; its content coding is still to be undone.
    Page(Sealed),
    /// The page is as it was (304).
    NotModified,
    /// The server answered with an error status.
    Status {
        /// The status code.
        code: u16,
        /// How long the server asks to wait.
        retry_after: Option<Duration>,
    },
    /// The server sends visitors to a host that is not the newspaper's; nobody went there.
    Elsewhere {
        /// Where it points.
        url: Url,
        /// Whether every redirect on the way says that it is for good (301, 308).
        for_good: bool,
    },
    /// The gate let one of the requests not pass.
    Denied(String),
    /// Nothing usable came.
    Failed(Failure),
}

/// A page as it came over the wire. Opening it undoes its content coding, which takes time in which no other task
/// could run: it belongs where blocking is allowed.
#[derive(Clone, Debug, PartialEq)]
pub struct Sealed {
    pub(super) kind: TargetKind,
    pub(super) exchange: Exchange,
    pub(super) bytes_max: usize,
}

impl Sealed {
    /// The page with its content coding undone.
    pub fn open(self) -> Result<Page, Failure> {
        let Exchange { url, status, response_headers, payload, requested_at, .. } = self.exchange;
        let codings = coding::declared(&response_headers);
        let body = coding::decode_within(&payload, codings.as_deref(), self.bytes_max)?;
        Ok(Page { kind: self.kind, url, status, headers: response_headers, body, fetched_at: requested_at })
    }

    /// The address that answered, after redirects.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.exchange.url
    }
}

/// Why nothing usable came.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct Failure {
    /// The kind of failure.
    pub kind: FailureKind,
    /// What went wrong, in the words for the user.
    pub what: String,
}

impl Failure {
    pub(super) fn new(kind: FailureKind, what: impl Into<String>) -> Failure {
        Failure { kind, what: what.into() }
    }
}

impl From<CodingError> for Failure {
    fn from(error: CodingError) -> Failure {
        let kind = match &error {
            CodingError::TooLarge { .. } | CodingError::Bomb { .. } => FailureKind::TooLarge,
            CodingError::Cut { .. } => FailureKind::Cut,
            CodingError::Unknown(_) | CodingError::TooMany(_) | CodingError::Damaged { .. } => {
                FailureKind::Undecodable
            }
        };
        Failure { kind, what: error.to_string() }
    }
}

/// The kinds of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FailureKind {
    /// No name, no route, no connection.
    Network,
    /// The server's certificate or its TLS.
    Tls,
    /// No connection, no head or no end of the body in time.
    Timeout,
    /// The body drips slower than the least flow.
    TooSlow,
    /// More bytes than the bound, on the wire or decoded.
    TooLarge,
    /// More header lines, or longer ones, than the bound.
    Headers,
    /// The body breaks off before its end.
    Cut,
    /// An unknown or damaged content coding.
    Undecodable,
    /// The answer breaks the rules of HTTP.
    Malformed,
    /// Redirects in a circle, too many of them, or to nowhere.
    Redirect,
    /// An address where a crawl may not go.
    Forbidden,
}

impl FailureKind {
    /// The kind's name in counts and logs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            FailureKind::Network => "network",
            FailureKind::Tls => "tls",
            FailureKind::Timeout => "timeout",
            FailureKind::TooSlow => "too slow",
            FailureKind::TooLarge => "too large",
            FailureKind::Headers => "headers",
            FailureKind::Cut => "cut",
            FailureKind::Undecodable => "undecodable",
            FailureKind::Malformed => "malformed",
            FailureKind::Redirect => "redirect",
            FailureKind::Forbidden => "forbidden",
        }
    }
}
