//! robots.txt by RFC 9309: what a host lets a crawler fetch. There is no switch that turns it off.
//!
//! [`Rules`] are what a file says to this crawler; [`Seen`] is what asking for the file brought; [`Standing`] is how
//! a host stands with us over time, as plain data with pure transitions. The matcher is our own: the rules that count
//! are few, and it has to be linear in the length of the address whatever a hostile file holds.

mod pattern;
mod rules;
mod standing;

use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use url::Url;

pub use rules::{CRAWL_DELAY_MAX, Rules};
pub use standing::{ASK_AGAIN_AFTER, COPY_LIFE, Standing, TROUBLE_WAIT_FIRST, TROUBLE_WAIT_MAX, Verdict};

use super::retry_after;
use crate::coding::{self, CodingError};
use crate::page::{Exchange, header};

/// The address of the robots.txt that speaks for an address: same scheme, host and port (RFC 9309 §2.3).
#[must_use]
pub fn address(url: &Url) -> Url {
    let mut address = url.clone();
    address.set_path("/robots.txt");
    address.set_query(None);
    address.set_fragment(None);
    address
}

/// The product token at the head of a user agent or of a `User-agent` line: letters, `_` and `-` (RFC 9309 §2.2.1).
/// What follows it, such as a version, does not count.
#[must_use]
pub fn product_token(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_ascii_alphabetic() || c == '_' || c == '-')).unwrap_or(text.len());
    &text[..end]
}

/// What asking for robots.txt brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// A file.
    File {
        /// What it says, with its content coding undone.
        body: Bytes,
        /// Its entity tag.
        etag: Option<String>,
        /// Its date.
        last_modified: Option<String>,
    },
    /// The file is as it was (304).
    Unchanged,
    /// There is none (4xx): everything may be fetched (RFC 9309 §2.3.1.3). Holds the reason.
    Absent(String),
    /// It could not be read (5xx, no answer): nothing may be fetched (RFC 9309 §2.3.1.4).
    Unreachable {
        /// Why.
        what: String,
        /// How long the server asks to wait.
        retry_after: Option<Duration>,
    },
}

impl Seen {
    /// What the last answer to a request for robots.txt means (RFC 9309 §2.3.1). That 429 is no permission is
    /// Google's reading: a server that asks for fewer requests should not get more.
    #[must_use]
    pub fn of(exchange: &Exchange, asked_conditionally: bool, now: DateTime<Utc>) -> Seen {
        let headers = &exchange.response_headers;
        let owned = |name| header(headers, name).map(str::to_owned);
        match exchange.status {
            304 if asked_conditionally => Seen::Unchanged,
            200..=299 => match coding::decode(&exchange.payload, coding::declared(headers).as_deref()) {
                // A file that was cut at the bound of reading counts as far as it goes.
                Ok(body) | Err(CodingError::Cut { decoded: body, .. }) => {
                    Seen::File { body, etag: owned("etag"), last_modified: owned("last-modified") }
                }
                Err(error) => Seen::unreachable(error.to_string()),
            },
            code @ (400..=428 | 430..=499) => Seen::Absent(format!("status {code}")),
            code => Seen::Unreachable {
                what: format!("status {code}"),
                retry_after: retry_after::wait(headers, now),
            },
        }
    }

    pub(super) fn unreachable(what: impl Into<String>) -> Seen {
        Seen::Unreachable { what: what.into(), retry_after: None }
    }
}
