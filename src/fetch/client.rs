//! The client: one for a whole run, used by all lanes at the same time.

use std::fmt;

use reqwest::header::HeaderValue;
use url::Url;

use super::Gate;
use super::answer::{Answer, Failure, FailureKind, Fetched, Sealed};
use super::guard::Guard;
use super::limits::{BodyBounds, Limits, ROBOTS_REDIRECTS_MAX};
use super::options::{Clock, FetchError, Options};
use super::retry_after;
use super::robots::{self, Seen};
use crate::page::{Exchange, header};
use crate::target::TargetKind;

/// The name by which the crawler is known, to servers and in robots.txt.
pub const PRODUCT: &str = "khobao";

/// What robots.txt is asked for as.
const ACCEPT_ROBOTS: &str = "text/plain,*/*;q=0.5";

/// What an earlier visit left behind, sent back so that an unchanged page need not be sent (RFC 9110 §13).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Conditions<'a> {
    /// The entity tag, sent as `If-None-Match`.
    pub etag: Option<&'a str>,
    /// The `Last-Modified` of then, sent as `If-Modified-Since`.
    pub last_modified: Option<&'a str>,
}

impl Conditions<'_> {
    fn are_given(&self) -> bool {
        self.etag.is_some() || self.last_modified.is_some()
    }
}

/// A page to fetch.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// Its address.
    pub url: &'a Url,
    /// What it is for: sets its bounds and what is asked for.
    pub kind: TargetKind,
    /// What an earlier visit left behind.
    pub conditions: Conditions<'a>,
    /// The hosts that may be asked: those of the newspaper.
    pub hosts: &'a (dyn Fn(&str) -> bool + Send + Sync),
    /// Headers that the newspaper's server wants beside the client's own, in place of which they stand.
    pub headers: &'a [(String, String)],
}

impl fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("url", &self.url.as_str())
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// The client.
#[derive(Clone)]
pub struct Client {
    pub(super) http: reqwest::Client,
    pub(super) limits: Limits,
    pub(super) user_agent: HeaderValue,
    pub(super) clock: Clock,
    pub(super) proxied: bool,
    guard: Guard,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("user_agent", &self.user_agent).finish_non_exhaustive()
    }
}

/// How one walk over redirects is to go.
pub(super) struct Plan<'a> {
    pub(super) accept: &'static str,
    pub(super) conditions: Conditions<'a>,
    pub(super) body: BodyBounds,
    pub(super) headers: &'a [(String, String)],
    redirects_max: usize,
    hosts: &'a (dyn Fn(&str) -> bool + Send + Sync),
}

/// How a walk over redirects ended; the exchange of an answer is the last one of the walk.
enum End {
    Answered,
    Elsewhere { url: Url, for_good: bool },
    Denied(String),
    Failed(Failure),
}

impl Client {
    /// Sets up a client.
    pub fn new(options: Options) -> Result<Client, FetchError> {
        let user_agent = options.name()?;
        let guard = Guard { allow_private: options.allow_private };
        let http = options.http_client(&user_agent, guard)?;
        let proxied = options.proxy.is_some();
        Ok(Client { http, limits: options.limits, user_agent, clock: options.clock, proxied, guard })
    }

    /// What the client calls itself.
    #[must_use]
    pub fn user_agent(&self) -> &str {
        self.user_agent.to_str().unwrap_or(PRODUCT)
    }

    /// The names under which robots.txt may speak to this crawler: that of its user agent, and always its own, so
    /// that a newspaper which has turned it away is heard under any name.
    #[must_use]
    pub fn robots_names(&self) -> Vec<String> {
        let mut names = vec![PRODUCT.to_owned()];
        let called = robots::product_token(self.user_agent()).to_ascii_lowercase();
        if !called.is_empty() && called != PRODUCT {
            names.push(called);
        }
        names
    }

    /// Fetches a page: request after request over its redirects, each after the gate has let it pass.
    pub async fn get(&self, request: &Request<'_>, gate: &mut impl Gate) -> Fetched {
        let plan = Plan {
            accept: accept(request.kind),
            conditions: request.conditions,
            body: self.limits.body_of(request.kind),
            redirects_max: self.limits.redirects_max,
            hosts: request.hosts,
            headers: request.headers,
        };
        let mut exchanges = Vec::new();
        let answer = match self.walk(request.url, &plan, gate, &mut exchanges).await {
            End::Answered => match exchanges.last() {
                Some(exchange) => self.judge(exchange, request, plan.body.bytes_max),
                None => Answer::Failed(Failure::new(FailureKind::Malformed, "no answer")),
            },
            End::Elsewhere { url, for_good } => Answer::Elsewhere { url, for_good },
            End::Denied(why) => Answer::Denied(why),
            End::Failed(failure) => Answer::Failed(failure),
        };
        Fetched { exchanges, answer }
    }

    /// Fetches the robots.txt of the host of an address. Redirects lead anywhere (RFC 9309 §2.3.1.2), but for closed
    /// addresses.
    pub async fn robots(
        &self,
        url: &Url,
        conditions: Conditions<'_>,
        gate: &mut impl Gate,
    ) -> (Vec<Exchange>, Seen) {
        let everywhere = |_: &str| true;
        let plan = Plan {
            accept: ACCEPT_ROBOTS,
            conditions,
            body: self.limits.body_of_robots(),
            redirects_max: ROBOTS_REDIRECTS_MAX,
            hosts: &everywhere,
            headers: &[],
        };
        let mut exchanges = Vec::new();
        let seen = match self.walk(&robots::address(url), &plan, gate, &mut exchanges).await {
            End::Answered => match exchanges.last() {
                Some(exchange) => Seen::of(exchange, conditions.are_given(), (self.clock)()),
                None => Seen::unreachable("no answer"),
            },
            // Too many redirects count as a file that does not exist (RFC 9309 §2.3.1.2).
            End::Failed(failure) if failure.kind == FailureKind::Redirect => Seen::Absent(failure.what),
            End::Failed(failure) => Seen::unreachable(failure.what),
            End::Elsewhere { url, .. } => Seen::unreachable(format!("leads to {url}")),
            End::Denied(why) => Seen::unreachable(why),
        };
        (exchanges, seen)
    }

    /// Goes from request to request until an answer is no redirect.
    async fn walk(
        &self,
        start: &Url,
        plan: &Plan<'_>,
        gate: &mut impl Gate,
        exchanges: &mut Vec<Exchange>,
    ) -> End {
        let mut url = bare(start);
        let mut for_good = true;
        loop {
            if let Err(failure) = self.guard.check(&url) {
                return End::Failed(failure);
            }
            if !url.host_str().is_some_and(plan.hosts) {
                return if exchanges.is_empty() {
                    let what = format!("{url}: not on a host of the newspaper");
                    End::Failed(Failure::new(FailureKind::Forbidden, what))
                } else {
                    End::Elsewhere { url, for_good }
                };
            }
            if let Err(why) = gate.pass(&url).await {
                return End::Denied(why);
            }
            let exchange = match self.exchange(&url, plan, gate).await {
                Ok(exchange) => exchange,
                Err(failure) => return End::Failed(failure),
            };
            let next = redirect_of(&exchange);
            for_good &= matches!(exchange.status, 301 | 308);
            exchanges.push(exchange);
            url = match next {
                None => return End::Answered,
                Some(Err(failure)) => return End::Failed(failure),
                Some(Ok(next)) => next,
            };
            if let Some(what) = lost(&url, exchanges, plan.redirects_max) {
                return End::Failed(Failure::new(FailureKind::Redirect, what));
            }
        }
    }

    fn judge(&self, exchange: &Exchange, request: &Request<'_>, bytes_max: usize) -> Answer {
        match exchange.status {
            304 if request.conditions.are_given() => Answer::NotModified,
            304 => Answer::Failed(Failure::new(
                FailureKind::Malformed,
                "the server says that nothing has changed, though nobody asked that (304)",
            )),
            206 => Answer::Failed(Failure::new(
                FailureKind::Malformed,
                "the server sends a part of the page, though nobody asked for a part (206)",
            )),
            200..=299 => Answer::Page(Sealed { kind: request.kind, exchange: exchange.clone(), bytes_max }),
            code => {
                let now = (self.clock)();
                Answer::Status { code, retry_after: retry_after::wait(&exchange.response_headers, now) }
            }
        }
    }
}

/// The address without what is not sent or must not be: fragment and credentials.
fn bare(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_fragment(None);
    // These fail only for addresses without a host, which the guard refuses.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url
}

/// Where an answer redirects to, if it does.
fn redirect_of(exchange: &Exchange) -> Option<Result<Url, Failure>> {
    if !matches!(exchange.status, 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let malformed = |what| Some(Err(Failure::new(FailureKind::Malformed, what)));
    let Some(location) = header(&exchange.response_headers, "location") else {
        return malformed(format!("a redirect ({}) that does not say where to", exchange.status));
    };
    // The value was kept as Latin-1; servers mean UTF-8 when they send bytes beyond ASCII.
    let bytes: Vec<u8> = location.chars().filter_map(|c| u8::try_from(u32::from(c)).ok()).collect();
    match exchange.url.join(String::from_utf8_lossy(&bytes).trim()) {
        Ok(next) => Some(Ok(bare(&next))),
        Err(error) => malformed(format!("a redirect ({}) to no address: {error}", exchange.status)),
    }
}

/// Why the way over redirects is given up before the next request, if it is.
fn lost(next: &Url, exchanges: &[Exchange], redirects_max: usize) -> Option<String> {
    if exchanges.iter().any(|exchange| exchange.url == *next) {
        return Some(format!("the redirects go in a circle, back to {next}"));
    }
    (exchanges.len() > redirects_max).then(|| format!("more than {redirects_max} redirects in a row"))
}

fn accept(kind: TargetKind) -> &'static str {
    match kind {
        TargetKind::Article | TargetKind::Listing => {
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
        }
        TargetKind::Photo => "image/*,*/*;q=0.5",
        TargetKind::Feed => {
            "application/rss+xml,application/atom+xml,application/xml;q=0.9,text/xml;q=0.9,*/*;q=0.5"
        }
        TargetKind::Sitemap => "application/xml,text/xml,text/plain;q=0.8,*/*;q=0.5",
    }
}
