//! The pace of a lane in virtual time: moments are counted from one that the test takes at its start.

use std::time::Duration;

use khobao::fetch::Signal;
use khobao::fetch::pace::{BACKOFF_MAX, FAULT_BACKOFF_MAX, PENALTY_MAX, Pace, STRAIN_DELAY_MAX};
use proptest::prelude::*;
use tokio::time::Instant;

const SECOND: Duration = Duration::from_secs(1);

/// A lane and its time.
struct Lane {
    pace: Pace,
    now: Instant,
}

impl Lane {
    fn new(delay: Duration) -> Lane {
        Lane { pace: Pace::new(delay), now: Instant::now() }
    }

    /// Sends a request as soon as it may go; returns how long the lane waited for it.
    fn request(&mut self, answer_time: Duration, signal: Signal) -> Duration {
        let before = self.now;
        self.now = self.now.max(self.pace.next_at().unwrap_or(self.now));
        self.pace.sent(self.now);
        let waited = self.now - before;
        self.now += answer_time;
        self.pace.answered(self.now, signal, 1.0);
        waited
    }

    fn wait(&self) -> Duration {
        self.pace.next_at().map_or(Duration::ZERO, |moment| moment.saturating_duration_since(self.now))
    }
}

fn status(status: u16) -> Signal {
    Signal::Answered { status, retry_after: None }
}

fn asking(status: u16, seconds: u64) -> Signal {
    Signal::Answered { status, retry_after: Some(Duration::from_secs(seconds)) }
}

#[test]
fn the_first_request_goes_at_once_and_the_next_after_the_delay() {
    let mut lane = Lane::new(2 * SECOND);
    assert_eq!(lane.pace.next_at(), None);
    assert_eq!(lane.request(SECOND / 10, status(200)), Duration::ZERO);
    assert_eq!(lane.request(SECOND / 10, status(200)), 2 * SECOND);
    assert_eq!(lane.request(SECOND / 10, status(404)), 2 * SECOND);
    assert_eq!(lane.request(SECOND / 10, status(301)), 2 * SECOND);
}

#[test]
fn the_distance_holds_while_an_answer_is_still_out() {
    let mut lane = Lane::new(2 * SECOND);
    lane.pace.sent(lane.now);
    assert_eq!(lane.wait(), 2 * SECOND);
}

#[test]
fn the_greatest_delay_counts() {
    let mut lane = Lane::new(2 * SECOND);
    lane.pace.set_crawl_delay(Some(5 * SECOND));
    assert_eq!(lane.pace.delay(), 5 * SECOND);
    lane.pace.set_crawl_delay(Some(SECOND));
    assert_eq!(lane.pace.delay(), 2 * SECOND);
    lane.pace.set_crawl_delay(None);
    assert_eq!(lane.pace.delay(), 2 * SECOND);
}

#[test]
fn slow_answers_slow_the_lane_at_once_and_quick_ones_free_it_slowly() {
    let mut lane = Lane::new(SECOND);
    lane.request(3 * SECOND, status(200));
    assert_eq!(lane.pace.delay(), 12 * SECOND, "four times the answer");
    let mut delays = Vec::new();
    for _ in 0..12 {
        lane.request(SECOND / 10, status(200));
        delays.push(lane.pace.delay());
    }
    assert!(delays.windows(2).all(|two| two[1] <= two[0]), "{delays:?}");
    assert!(delays[0] > 9 * SECOND, "{delays:?}");
    assert_eq!(*delays.last().unwrap(), SECOND);
    lane.request(100 * SECOND, status(200));
    assert_eq!(lane.pace.delay(), STRAIN_DELAY_MAX);
}

#[test]
fn quick_answers_do_not_slow_a_lane_without_delay() {
    let mut lane = Lane::new(Duration::ZERO);
    for _ in 0..5 {
        assert_eq!(lane.request(SECOND / 5, status(200)), Duration::ZERO);
    }
}

#[test]
fn retry_after_is_obeyed_to_the_second() {
    for refusal in [429, 503] {
        let mut lane = Lane::new(2 * SECOND);
        lane.request(SECOND / 10, asking(refusal, 90));
        assert_eq!(lane.wait(), 90 * SECOND, "{refusal}");
        // No wait is no leave to hurry.
        lane.request(SECOND / 10, asking(refusal, 0));
        assert!(lane.wait() >= 4 * SECOND);
    }
    for (other, wait) in [(301, 30), (403, 30), (500, 30), (200, 2)] {
        let mut lane = Lane::new(2 * SECOND);
        lane.request(SECOND / 10, asking(other, 30));
        assert_eq!(lane.wait(), wait * SECOND, "{other}");
    }
}

#[test]
fn without_retry_after_the_lane_backs_off_further_each_time_up_to_the_ceiling() {
    let mut lane = Lane::new(2 * SECOND);
    lane.request(SECOND / 10, status(429));
    let first = lane.wait();
    assert_eq!(first, 16 * SECOND);
    let mut waits = vec![first];
    for _ in 0..15 {
        lane.request(SECOND / 10, status(503));
        waits.push(lane.wait());
    }
    assert!(waits.windows(2).all(|two| two[1] >= two[0]), "{waits:?}");
    assert_eq!(*waits.last().unwrap(), BACKOFF_MAX);
}

#[test]
fn chance_spreads_the_backing_off_between_half_and_whole() {
    let wait = |chance: f64| {
        let mut lane = Lane::new(2 * SECOND);
        lane.pace.sent(lane.now);
        lane.pace.answered(lane.now, status(503), chance);
        lane.wait()
    };
    assert_eq!(wait(0.0), 8 * SECOND);
    assert_eq!(wait(0.5), 12 * SECOND);
    assert_eq!(wait(1.0), 16 * SECOND);
    assert_eq!(wait(f64::NAN), 16 * SECOND);
    assert_eq!(wait(-7.0), 8 * SECOND);
}

#[test]
fn after_a_refusal_the_lane_comes_back_to_its_pace_slowly() {
    let mut lane = Lane::new(2 * SECOND);
    lane.request(SECOND / 10, asking(429, 10));
    assert_eq!(lane.pace.delay(), 4 * SECOND);
    let mut visits = 0;
    while lane.pace.delay() > 2 * SECOND {
        lane.request(SECOND / 10, status(200));
        visits += 1;
        assert!(visits < 50, "it comes back at last");
    }
    assert!(visits >= 5, "after {visits} visits");
    for _ in 0..40 {
        lane.request(SECOND / 10, asking(429, 1));
    }
    assert_eq!(lane.pace.delay(), PENALTY_MAX);
}

#[test]
fn failures_put_the_next_request_off_up_to_a_ceiling_and_one_success_ends_that() {
    let mut lane = Lane::new(2 * SECOND);
    lane.request(SECOND / 10, status(500));
    assert_eq!(lane.wait(), 4 * SECOND);
    lane.request(SECOND / 10, Signal::Failed);
    assert_eq!(lane.wait(), 8 * SECOND);
    for _ in 0..20 {
        lane.request(SECOND / 10, Signal::Failed);
    }
    assert_eq!(lane.wait(), FAULT_BACKOFF_MAX);
    lane.request(SECOND / 10, status(200));
    assert_eq!(lane.wait(), 2 * SECOND);
}

#[test]
fn a_lane_that_starts_anew_can_be_held_back() {
    let mut lane = Lane::new(2 * SECOND);
    lane.pace.hold_until(lane.now + SECOND);
    lane.pace.hold_until(lane.now);
    assert_eq!(lane.wait(), SECOND);
}

fn any_signal() -> impl Strategy<Value = Signal> {
    let answered = (
        prop_oneof![Just(200_u16), Just(301), Just(404), Just(429), Just(500), Just(503)],
        proptest::option::of(0_u64..100_000),
    );
    prop_oneof![
        4 => answered.prop_map(|(status, wait)| Signal::Answered {
            status,
            retry_after: wait.map(Duration::from_secs),
        }),
        1 => Just(Signal::Failed),
    ]
}

proptest! {
    #[test]
    fn whatever_comes_no_request_goes_before_what_was_asked(
        file_delay in 0_u64..20_000,
        crawl_delay in proptest::option::of(0_u64..60_000),
        visits in proptest::collection::vec((any_signal(), 0_u64..90_000, 0.0..1.0), 1..60),
    ) {
        let (file_delay, crawl_delay) =
            (Duration::from_millis(file_delay), crawl_delay.map(Duration::from_millis));
        let mut pace = Pace::new(file_delay);
        pace.set_crawl_delay(crawl_delay);
        let least = file_delay.max(crawl_delay.unwrap_or_default());
        let mut now = Instant::now();
        let mut not_before = now;
        for (signal, answer_millis, chance) in visits {
            now = now.max(pace.next_at().unwrap_or(now));
            prop_assert!(now >= not_before);
            pace.sent(now);
            now += Duration::from_millis(answer_millis);
            pace.answered(now, signal, chance);
            not_before = now + least;
            if let Signal::Answered { status, retry_after: Some(wait) } = signal && status >= 300 {
                not_before = not_before.max(now + wait);
            }
            let next = pace.next_at().unwrap();
            prop_assert!(next <= now + Duration::from_secs(100_000).max(BACKOFF_MAX), "it always goes on");
        }
    }
}
