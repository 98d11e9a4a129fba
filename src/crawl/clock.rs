//! The clock, the dice and the sleep of a crawl, passed in so that tests need no real time.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::time::Instant;

/// What a crawl knows of time and chance.
pub trait Clock: Send + Sync {
    /// The wall clock: written into the archive.
    fn now(&self) -> DateTime<Utc>;
    /// A clock that never jumps: measures the gaps between requests.
    fn instant(&self) -> Instant;
    /// Waits.
    fn sleep(&self, wait: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
    /// A number in 0..1.
    fn chance(&self) -> f64;
}

/// The machine's own clock and dice.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }

    fn instant(&self) -> Instant {
        Instant::now()
    }

    fn sleep(&self, wait: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(tokio::time::sleep(wait))
    }

    fn chance(&self) -> f64 {
        // The hasher's keys are random for each instance: enough to keep visits from coming in step.
        use std::hash::{BuildHasher, RandomState};
        let bits = RandomState::new().hash_one(0_u8);
        f64::from((bits >> 32) as u32) / f64::from(u32::MAX)
    }
}
