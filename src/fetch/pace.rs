//! The pace of a lane: when its next request may go. Pure: moments and chance are handed in.
//!
//! A lane is never faster than the greatest of three delays: that of the newspaper's file, that of robots.txt, and
//! what the server shows it can bear. The last one grows at once when answers take long or the server says that it
//! has had enough, and falls slowly while all goes well.
//!
//! The distance counts from the moment when the head of the last answer was here (or the request had failed) to the
//! moment when the next request is sent. By then the last request has long arrived and the next one has not, so no
//! two requests can reach the server closer to each other than the delay, however the network behaves.

use std::time::Duration;

use tokio::time::Instant;

/// How many times the length of its answers a strained server is left alone.
pub const STRAIN_FACTOR: u32 = 4;

/// Answers that take less than this are no sign of strain.
pub const ANSWER_TIME_EASY: Duration = Duration::from_millis(500);

/// The longest delay that slow answers alone bring about.
pub const STRAIN_DELAY_MAX: Duration = Duration::from_mins(1);

/// The first wait after 429 or 503 without `Retry-After`, in delays of the lane; it doubles from one to the next.
pub const BACKOFF_FACTOR: u32 = 8;

/// The shortest delay that a backoff starts from.
pub const BACKOFF_DELAY_MIN: Duration = Duration::from_millis(500);

/// The longest wait after 429 or 503 without `Retry-After`.
pub const BACKOFF_MAX: Duration = Duration::from_hours(1);

/// The longest wait after failures and other 5xx answers; it doubles from the delay.
pub const FAULT_BACKOFF_MAX: Duration = Duration::from_mins(5);

/// The longest delay between requests that is left over from 429 and 503 once they have passed.
pub const PENALTY_MAX: Duration = Duration::from_mins(1);

/// What the client tells of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// The head of the answer is here.
    Answered {
        /// The status code.
        status: u16,
        /// How long the server asks to wait.
        retry_after: Option<Duration>,
    },
    /// No answer came, or its body broke off.
    Failed,
}

/// The pace of one lane.
#[derive(Clone, Debug)]
pub struct Pace {
    file_delay: Duration,
    crawl_delay: Duration,
    /// The length of the answers: takes longer ones at once, forgets them slowly.
    answer_time: Duration,
    /// The delay left over from 429 and 503.
    penalty: Duration,
    /// 429 and 503 in a row.
    refusals: u32,
    /// Failures and other 5xx in a row.
    faults: u32,
    sent_at: Option<Instant>,
    /// The last moment at which the lane touched the server.
    touched_at: Option<Instant>,
    /// What the server asked for, or what backing off came to.
    held_until: Option<Instant>,
}

impl Pace {
    /// The pace of a lane with the delay of its newspaper's file.
    #[must_use]
    pub fn new(file_delay: Duration) -> Pace {
        Pace {
            file_delay,
            crawl_delay: Duration::ZERO,
            answer_time: Duration::ZERO,
            penalty: Duration::ZERO,
            refusals: 0,
            faults: 0,
            sent_at: None,
            touched_at: None,
            held_until: None,
        }
    }

    /// Somebody with this delay asks the server too.
    pub fn slow_to(&mut self, delay: Duration) {
        self.file_delay = self.file_delay.max(delay);
    }

    /// Takes over the delay that robots.txt asks for, or that it asks for none any more.
    pub fn set_crawl_delay(&mut self, delay: Option<Duration>) {
        self.crawl_delay = delay.unwrap_or_default();
    }

    /// No request before this moment: for a lane that starts anew while its last request may just have gone.
    pub fn hold_until(&mut self, moment: Instant) {
        self.held_until = self.held_until.max(Some(moment));
    }

    /// The lane's server was last touched at this moment, by an earlier crawl: the first request keeps its distance to
    /// that one's last.
    pub fn resume(&mut self, touched: Instant) {
        self.touched_at = self.touched_at.max(Some(touched));
    }

    /// Until when the server is to be left alone beyond the delay, if it is.
    #[must_use]
    pub fn held_until(&self) -> Option<Instant> {
        self.held_until
    }

    /// The distance between two requests as things stand.
    #[must_use]
    pub fn delay(&self) -> Duration {
        let strain = if self.answer_time > ANSWER_TIME_EASY {
            (self.answer_time * STRAIN_FACTOR).min(STRAIN_DELAY_MAX)
        } else {
            Duration::ZERO
        };
        self.file_delay.max(self.crawl_delay).max(strain).max(self.penalty)
    }

    /// The moment from which the next request may go; none where it may go at once.
    #[must_use]
    pub fn next_at(&self) -> Option<Instant> {
        self.touched_at.map(|touched| touched + self.delay()).max(self.held_until)
    }

    /// A request is about to go.
    pub fn sent(&mut self, now: Instant) {
        self.sent_at = Some(now);
        self.touched_at = Some(now);
    }

    /// What became of the request. `chance`, from 0 to 1, spreads the backing off, so that lanes which were turned
    /// away together do not come back together.
    pub fn answered(&mut self, now: Instant, signal: Signal, chance: f64) {
        self.touched_at = Some(now);
        let retry_after = match signal {
            Signal::Answered { status: 429 | 503, retry_after } => {
                self.refused(now, retry_after, chance);
                return;
            }
            Signal::Answered { status: 500.., retry_after } => {
                self.faulted(now, chance);
                retry_after
            }
            Signal::Failed => {
                self.faulted(now, chance);
                None
            }
            Signal::Answered { status, retry_after } => {
                self.eased(now);
                // With a good answer the header means nothing (RFC 9110 §10.2.3).
                retry_after.filter(|_| status >= 300)
            }
        };
        if let Some(wait) = retry_after {
            self.hold_until(now + wait);
        }
    }

    /// The server has had enough.
    fn refused(&mut self, now: Instant, retry_after: Option<Duration>, chance: f64) {
        let delay = self.delay().max(BACKOFF_DELAY_MIN);
        let wait = retry_after
            .unwrap_or_else(|| spread(doubled(delay * BACKOFF_FACTOR, self.refusals, BACKOFF_MAX), chance));
        self.refusals = self.refusals.saturating_add(1);
        self.penalty = (delay * 2).min(PENALTY_MAX);
        self.hold_until(now + wait);
    }

    /// Something went wrong, and the server may be in trouble.
    fn faulted(&mut self, now: Instant, chance: f64) {
        self.faults = self.faults.saturating_add(1);
        let delay = self.delay().max(BACKOFF_DELAY_MIN);
        let wait = spread(doubled(delay, self.faults, FAULT_BACKOFF_MAX), chance);
        self.hold_until(now + wait);
    }

    /// The server answered as it should.
    fn eased(&mut self, now: Instant) {
        self.refusals = 0;
        self.faults = 0;
        self.penalty = self.penalty * 9 / 10;
        if self.penalty < BACKOFF_DELAY_MIN {
            self.penalty = Duration::ZERO;
        }
        if let Some(sent) = self.sent_at.take() {
            let took = now.saturating_duration_since(sent);
            self.answer_time = took.max((self.answer_time * 4 + took) / 5);
        }
    }
}

/// A wait that doubles, up to a ceiling.
fn doubled(first: Duration, times: u32, max: Duration) -> Duration {
    first.saturating_mul(1_u32.checked_shl(times).unwrap_or(u32::MAX)).min(max)
}

/// Between half of the wait and the whole of it.
fn spread(wait: Duration, chance: f64) -> Duration {
    wait.mul_f64(0.5 + 0.5 * if chance.is_finite() { chance.clamp(0.0, 1.0) } else { 1.0 })
}
