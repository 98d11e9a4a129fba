//! How a crawl is asked to stop, and why it did.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::watch;

/// Why a crawl stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StopReason {
    /// Nothing is due.
    NothingDue,
    /// `--limit` pages were fetched.
    Limit,
    /// The time of `--for` is over.
    Time,
    /// The user stopped it (SIGINT or SIGTERM).
    User(&'static str),
    /// The archive could not be written.
    Archive(String),
}

impl std::fmt::Display for StopReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            StopReason::NothingDue => f.write_str("nothing is due"),
            StopReason::Limit => f.write_str("the limit of pages is reached"),
            StopReason::Time => f.write_str("the time is over"),
            StopReason::User(signal) => write!(f, "stopped by the user ({signal})"),
            StopReason::Archive(why) => write!(f, "the archive cannot be written: {why}"),
        }
    }
}

/// The order to stop, shared by the lanes. The first reason stands.
#[derive(Debug)]
pub struct Stop {
    reason: Mutex<Option<StopReason>>,
    bell: watch::Sender<bool>,
    pages_left: AtomicU64,
}

impl Stop {
    /// No order yet; after `limit` pages the order comes by itself.
    #[must_use]
    pub fn after(limit: Option<u64>) -> Stop {
        Stop {
            reason: Mutex::new(None),
            bell: watch::Sender::new(false),
            pages_left: AtomicU64::new(limit.unwrap_or(u64::MAX)),
        }
    }

    /// Orders all lanes to stop once the pages in flight are recorded.
    pub fn order(&self, reason: StopReason) {
        if let Ok(mut standing) = self.reason.lock() {
            standing.get_or_insert(reason);
        }
        self.bell.send_replace(true);
    }

    /// Whether the order was given.
    pub fn is_ordered(&self) -> bool {
        *self.bell.borrow()
    }

    /// Why the crawl stopped; nothing was due where nobody gave an order.
    pub fn reason(&self) -> StopReason {
        let standing = self.reason.lock().ok().and_then(|reason| reason.clone());
        standing.unwrap_or(StopReason::NothingDue)
    }

    /// Waits for the order.
    pub async fn ordered(&self) {
        // The sender lives as long as `self`, so the wait can only end with the order.
        let _ = self.bell.subscribe().wait_for(|rung| *rung).await;
    }

    /// Takes one page off the limit before it is fetched; false, and the order given, where none is left.
    pub fn take_page(&self) -> bool {
        let taken =
            self.pages_left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        if taken.is_err() {
            self.order(StopReason::Limit);
        }
        taken.is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_reason_stands() {
        let stop = Stop::after(Some(2));
        assert!(stop.take_page() && stop.take_page());
        assert!(!stop.is_ordered());
        assert!(!stop.take_page());
        stop.order(StopReason::User("SIGINT"));
        assert!(stop.is_ordered());
        assert_eq!(stop.reason(), StopReason::Limit);
    }

    #[test]
    fn without_an_order_nothing_was_due() {
        assert_eq!(Stop::after(None).reason(), StopReason::NothingDue);
    }
}
