//! How a crawl is asked to stop, and why it did.
//!
//! An order ends either the whole crawl or only the round that is under way, which then begins anew with other
//! selector files. An order that ends the whole crawl beats one that ends a round; else the first one stands.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use super::Clock;

/// How long a page in flight may still take once a user stops the crawl. What is not here by then was not
/// recorded, and so is due again.
const GRACE: Duration = Duration::from_secs(3);

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
    /// The disk has less room than is to be left on it, in bytes.
    Room {
        /// What is free.
        free: u64,
        /// What is to be left free.
        floor: u64,
    },
    /// The selector files were read again: the crawl goes on with the new ones.
    Reload,
}

impl StopReason {
    fn order(&self) -> Order {
        match self {
            StopReason::NothingDue | StopReason::Reload => Order::EndRound,
            StopReason::User(_) => Order::EndSoon,
            _ => Order::EndAll,
        }
    }

    /// Whether it ends only the round that is under way.
    pub fn goes_on(&self) -> bool {
        matches!(self, StopReason::NothingDue | StopReason::Reload)
    }
}

impl std::fmt::Display for StopReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            StopReason::NothingDue => f.write_str("nothing is due"),
            StopReason::Limit => f.write_str("the limit of pages is reached"),
            StopReason::Time => f.write_str("the time is over"),
            StopReason::User(signal) => write!(f, "stopped by the user ({signal})"),
            StopReason::Archive(why) => write!(f, "the archive cannot be written: {why}"),
            StopReason::Room { free, floor } => write!(
                f,
                "the disk is nearly full: {} MiB are free and {} MiB are to be left (make room, or see --min-free)",
                free >> 20,
                floor >> 20
            ),
            StopReason::Reload => f.write_str("the selector files were read again"),
        }
    }
}

/// How far an order goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Order {
    GoOn,
    EndRound,
    EndAll,
    /// Somebody waits for the end: what takes long is given up.
    EndSoon,
}

/// The order to stop, shared by the lanes.
#[derive(Debug)]
pub struct Stop {
    reason: Mutex<Option<StopReason>>,
    bell: watch::Sender<Order>,
    pages_left: AtomicU64,
}

impl Stop {
    /// No order yet; after `limit` pages the order comes by itself.
    #[must_use]
    pub fn after(limit: Option<u64>) -> Stop {
        Stop {
            reason: Mutex::new(None),
            bell: watch::Sender::new(Order::GoOn),
            pages_left: AtomicU64::new(limit.unwrap_or(u64::MAX)),
        }
    }

    fn standing(&self) -> MutexGuard<'_, Option<StopReason>> {
        self.reason.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Orders all lanes to stop once the pages in flight are recorded.
    pub fn order(&self, reason: StopReason) {
        let mut standing = self.standing();
        // A user who stops a crawl that is ending already makes it hurry, though the reason stays.
        let order = reason.order();
        self.bell.send_if_modified(|before| {
            let is_further = order > *before;
            *before = order.max(*before);
            is_further
        });
        if standing.as_ref().is_none_or(StopReason::goes_on) {
            *standing = Some(reason);
        }
    }

    /// Takes back an order that ended only a round; false where the crawl is to end.
    pub fn rearm(&self) -> bool {
        let mut standing = self.standing();
        let goes_on = standing.as_ref().is_none_or(StopReason::goes_on);
        if goes_on {
            *standing = None;
            self.bell.send_replace(Order::GoOn);
        }
        goes_on
    }

    /// Whether the order was given.
    pub fn is_ordered(&self) -> bool {
        *self.bell.borrow() > Order::GoOn
    }

    /// Why the crawl stopped; nothing was due where nobody gave an order.
    pub fn reason(&self) -> StopReason {
        self.standing().clone().unwrap_or(StopReason::NothingDue)
    }

    /// Waits for the order.
    pub async fn ordered(&self) {
        // The sender lives as long as `self`, so the wait can only end with the order.
        let _ = self.bell.subscribe().wait_for(|order| *order > Order::GoOn).await;
    }

    /// Does `work`; none where a user stops the crawl and the work is not done soon after.
    pub async fn in_time<T>(&self, clock: &dyn Clock, work: impl Future<Output = T>) -> Option<T> {
        let too_late = async {
            let _ = self.bell.subscribe().wait_for(|order| *order == Order::EndSoon).await;
            clock.sleep(GRACE).await;
        };
        tokio::select! {
            biased;
            done = work => Some(done),
            () = too_late => None,
        }
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
        assert!(!stop.rearm(), "the end of the crawl cannot be taken back");
    }

    #[test]
    fn the_end_of_the_crawl_beats_the_end_of_a_round() {
        let stop = Stop::after(None);
        stop.order(StopReason::Reload);
        assert!(stop.is_ordered() && stop.rearm() && !stop.is_ordered());
        stop.order(StopReason::Reload);
        stop.order(StopReason::User("SIGTERM"));
        stop.order(StopReason::Reload);
        assert_eq!(stop.reason(), StopReason::User("SIGTERM"));
        assert!(!stop.rearm());
    }

    #[test]
    fn a_user_makes_an_end_hurry_that_another_reason_began() {
        let stop = Stop::after(None);
        stop.order(StopReason::Time);
        assert_eq!(*stop.bell.borrow(), Order::EndAll);
        stop.order(StopReason::User("SIGTERM"));
        assert_eq!(*stop.bell.borrow(), Order::EndSoon);
        stop.order(StopReason::Reload);
        assert_eq!((*stop.bell.borrow(), stop.reason()), (Order::EndSoon, StopReason::Time));
    }

    #[test]
    fn without_an_order_nothing_was_due() {
        assert_eq!(Stop::after(None).reason(), StopReason::NothingDue);
    }
}
