//! Rounds by a clock that jumps, and a gauge that tells a crawl that rests from one that is stuck: no real time
//! passes here.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use khobao::crawl::{Clock, CrawlError, Event, Every, Gauge, Plan, Renewed, Stay, Stop, StopReason, Watcher};
use khobao::fetch;
use tokio::time::Instant;

/// A clock that only sleeping moves, and that somebody sets by another amount at a certain sleep.
struct Jumpy {
    now: Mutex<DateTime<Utc>>,
    sleeps: AtomicUsize,
    jump_at: usize,
    jump: TimeDelta,
}

impl Jumpy {
    fn new(jump_at: usize, jump: TimeDelta) -> Arc<Jumpy> {
        let now = "2026-05-10T00:00:00Z".parse().unwrap();
        Arc::new(Jumpy { now: Mutex::new(now), sleeps: AtomicUsize::new(0), jump_at, jump })
    }

    fn pass(&self, time: TimeDelta) {
        *self.now.lock().unwrap() += time;
    }
}

impl Clock for Jumpy {
    fn now(&self) -> DateTime<Utc> {
        *self.now.lock().unwrap()
    }

    fn instant(&self) -> Instant {
        Instant::now()
    }

    fn sleep(&self, wait: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async move {
            tokio::task::yield_now().await;
            self.pass(TimeDelta::from_std(wait).unwrap());
            if self.sleeps.fetch_add(1, Ordering::Relaxed) == self.jump_at {
                self.pass(self.jump);
            }
        })
    }

    fn chance(&self) -> f64 {
        0.0
    }
}

/// Notes when rounds begin, and stops the crawl at the fourth.
struct Log {
    clock: Arc<Jumpy>,
    stop: Arc<Stop>,
    begun: Mutex<Vec<DateTime<Utc>>>,
}

impl Watcher for Log {
    fn see(&self, event: &Event<'_>) {
        if matches!(event, Event::Began { .. }) {
            let mut begun = self.begun.lock().unwrap();
            begun.push(self.clock.now());
            if begun.len() == 4 {
                self.stop.order(StopReason::User("SIGTERM"));
            }
        }
    }
}

/// When four hourly rounds begin by this clock.
async fn rounds(clock: Arc<Jumpy>) -> Vec<DateTime<Utc>> {
    let folder = tempfile::tempdir().unwrap();
    let stop = Arc::new(Stop::after(None));
    let log = Arc::new(Log { clock: Arc::clone(&clock), stop: Arc::clone(&stop), begun: Mutex::default() });
    let stay = Stay {
        plan: Plan::of(Vec::new(), "crawl"),
        every: Some(Every::Span(Duration::from_hours(1))),
        archive: folder.path().join("khobao.db"),
        client: fetch::Client::new(fetch::Options::new(Utc::now)).unwrap(),
        clock,
        stop,
        watcher: Arc::clone(&log) as Arc<dyn Watcher>,
        renewed: Renewed::default(),
    };
    let (_, stopped_by) = stay.run::<CrawlError>(|_| Ok(())).await.unwrap();
    assert_eq!(stopped_by, StopReason::User("SIGTERM"));
    log.begun.lock().unwrap().clone()
}

fn gaps(begun: &[DateTime<Utc>]) -> Vec<TimeDelta> {
    begun.windows(2).map(|pair| pair[1] - pair[0]).collect()
}

#[tokio::test]
async fn a_clock_that_is_set_back_by_days_does_not_put_the_next_round_off_by_days() {
    let clock = Jumpy::new(150, TimeDelta::days(-10));
    let gaps = gaps(&rounds(clock).await);
    // One round counts anew from the time it is now: at most an hour later than by a clock that was right.
    let back: Vec<_> = gaps.iter().filter(|gap| **gap < TimeDelta::zero()).collect();
    assert_eq!(back.len(), 1, "{gaps:?}");
    assert!(*back[0] <= TimeDelta::days(-10) + TimeDelta::hours(2), "{gaps:?}");
    assert!(gaps.iter().all(|gap| *gap <= TimeDelta::minutes(61)), "{gaps:?}");
}

#[tokio::test]
async fn a_clock_that_jumps_ahead_brings_one_round_and_not_all_that_it_skipped() {
    let clock = Jumpy::new(150, TimeDelta::days(10));
    let gaps = gaps(&rounds(clock).await);
    assert_eq!(gaps.iter().filter(|gap| **gap > TimeDelta::days(9)).count(), 1, "{gaps:?}");
    assert!(gaps.iter().all(|gap| *gap > TimeDelta::minutes(59)), "the others are an hour apart: {gaps:?}");
}

#[test]
fn a_crawl_in_which_nothing_happens_is_ill_unless_it_waits_by_plan() {
    let clock = Jumpy::new(usize::MAX, TimeDelta::zero());
    let gauge = Gauge::new(Arc::clone(&clock) as Arc<dyn Clock>);
    gauge.see(&Event::Began { run: 1, newspapers: &[] });
    clock.pass(TimeDelta::minutes(9));
    assert_eq!(gauge.is_well(), Ok(()));
    clock.pass(TimeDelta::minutes(2));
    assert!(gauge.is_well().unwrap_err().contains("nothing has happened for 11 minutes"));
    // Retry-After: an hour.
    gauge.see(&Event::Waiting { newspaper: "baobackan", wait: Duration::from_hours(1) });
    clock.pass(TimeDelta::minutes(65));
    assert_eq!(gauge.is_well(), Ok(()));
    gauge.see(&Event::Resting { until: clock.now() + TimeDelta::days(3) });
    clock.pass(TimeDelta::days(2));
    assert_eq!(gauge.is_well(), Ok(()));
    clock.pass(TimeDelta::days(2));
    assert!(gauge.is_well().is_err(), "the next round is overdue");
}
