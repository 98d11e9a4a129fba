//! Fetching: bytes in, and what happened. A fetch never fails as a program; whatever a server or the network does
//! comes back as an [`Answer`].
//!
//! What lives where: [`Client`] makes the requests and follows redirects by hand; [`guard`] says which addresses a
//! crawl may touch; [`limits`] bounds everything foreign; [`robots`] reads and keeps robots.txt; [`pace`] says when
//! the next request may go; [`retry_after`] reads how long a server asks to wait.
//!
//! # Who keeps the pace
//!
//! Every request of a lane has to keep its distance to the one before, redirects included. So the client does not
//! hop on its own: before each request it waits at a [`Gate`] that the caller hands in, and it tells the gate as
//! soon as the answer's head is here. The lane's gate sleeps until its [`pace::Pace`] allows the next request and
//! looks the address up in robots.txt; the client itself reads no clock and knows no lane.

pub mod answer;
pub mod client;
mod exchange;
mod fault;
pub mod guard;
pub mod limits;
mod options;
pub mod pace;
pub mod retry_after;
pub mod robots;

use std::future::Future;

use url::Url;

pub use answer::{Answer, Failure, FailureKind, Fetched, Sealed};
pub use client::{Client, Conditions, PRODUCT, Request};
pub use limits::Limits;
pub use options::{Clock, FetchError, Options};
pub use pace::Signal;

/// Where the client waits before each request, the first as well as every redirect.
pub trait Gate: Send {
    /// Comes back when a request for this address may be sent, or says why it may not.
    fn pass(&mut self, url: &Url) -> impl Future<Output = Result<(), String>> + Send;

    /// Told as soon as the head of the answer is here or the request has failed; told once more, with
    /// [`Signal::Failed`], when the body then breaks off.
    fn answered(&mut self, signal: Signal);
}

/// A gate that stands open: for the one page that a person asks for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Open;

impl Gate for Open {
    async fn pass(&mut self, _url: &Url) -> Result<(), String> {
        Ok(())
    }

    fn answered(&mut self, _signal: Signal) {}
}
