//! The bounds of a fetch. Every one is a named constant; [`Limits`] carries them, so that tests can make them small.

use std::time::Duration;

use crate::target::TargetKind;

/// The most bytes of a page (article, listing or feed), on the wire and decoded. The largest pages of newspapers
/// are about 1 MiB.
pub const PAGE_BYTES_MAX: usize = 8 << 20;

/// The most bytes of a photo. What stands in pages is about 200 kB; some servers hand out the camera's own file.
pub const PHOTO_BYTES_MAX: usize = 16 << 20;

/// The most bytes of a sitemap (sitemaps.org: 52,428,800).
pub const SITEMAP_BYTES_MAX: usize = crate::coding::DECODED_BYTES_MAX;

/// The most bytes that are kept of an answer that is no page: redirects and error pages.
pub const ASIDE_BYTES_MAX: usize = 512 << 10;

/// The most bytes of robots.txt that are read (RFC 9309 §2.5: at least 500 KiB).
pub const ROBOTS_BYTES_MAX: usize = 500 << 10;

/// The most header lines of an answer.
pub const HEADER_COUNT_MAX: usize = 100;

/// The most bytes of an answer's header.
pub const HEADER_BYTES_MAX: usize = 64 << 10;

/// The longest address that is asked for.
pub const URL_BYTES_MAX: usize = 8 << 10;

/// How long an idle connection is kept for the next request. Many servers close theirs after five seconds: a request
/// that is sent at that very moment is lost.
pub const IDLE_TIME_MAX: Duration = Duration::from_secs(4);

/// The longest wait for a connection: name, TCP and TLS together.
pub const CONNECT_TIME_MAX: Duration = Duration::from_secs(15);

/// The longest wait for the head of an answer, the connection included.
pub const HEAD_TIME_MAX: Duration = Duration::from_mins(1);

/// The longest time that the body of a page may take.
pub const PAGE_TIME_MAX: Duration = Duration::from_mins(2);

/// The longest time that the body of a sitemap may take.
pub const SITEMAP_TIME_MAX: Duration = Duration::from_mins(10);

/// The stretch of time over which the flow of a body is judged.
pub const FLOW_WINDOW: Duration = Duration::from_secs(20);

/// The least bytes a second of a body, over each window.
pub const FLOW_BYTES_PER_SECOND_MIN: usize = 256;

/// The most redirects in a row for a page.
pub const REDIRECTS_MAX: usize = 10;

/// The most redirects in a row for robots.txt (RFC 9309 §2.3.1.2: at least five).
pub const ROBOTS_REDIRECTS_MAX: usize = 5;

/// The bounds of a client.
#[derive(Clone, Debug)]
pub struct Limits {
    /// See [`PAGE_BYTES_MAX`].
    pub page_bytes_max: usize,
    /// See [`PHOTO_BYTES_MAX`].
    pub photo_bytes_max: usize,
    /// See [`SITEMAP_BYTES_MAX`].
    pub sitemap_bytes_max: usize,
    /// See [`CONNECT_TIME_MAX`].
    pub connect_time_max: Duration,
    /// See [`HEAD_TIME_MAX`].
    pub head_time_max: Duration,
    /// See [`PAGE_TIME_MAX`].
    pub page_time_max: Duration,
    /// See [`SITEMAP_TIME_MAX`].
    pub sitemap_time_max: Duration,
    /// See [`FLOW_WINDOW`].
    pub flow_window: Duration,
    /// See [`FLOW_BYTES_PER_SECOND_MIN`].
    pub flow_bytes_per_second_min: usize,
    /// See [`REDIRECTS_MAX`].
    pub redirects_max: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            page_bytes_max: PAGE_BYTES_MAX,
            photo_bytes_max: PHOTO_BYTES_MAX,
            sitemap_bytes_max: SITEMAP_BYTES_MAX,
            connect_time_max: CONNECT_TIME_MAX,
            head_time_max: HEAD_TIME_MAX,
            page_time_max: PAGE_TIME_MAX,
            sitemap_time_max: SITEMAP_TIME_MAX,
            flow_window: FLOW_WINDOW,
            flow_bytes_per_second_min: FLOW_BYTES_PER_SECOND_MIN,
            redirects_max: REDIRECTS_MAX,
        }
    }
}

/// The bounds of one body.
#[derive(Clone, Copy, Debug)]
pub(super) struct BodyBounds {
    pub(super) bytes_max: usize,
    pub(super) time_max: Duration,
    /// Whether a larger body is read up to the bound and then let be, instead of refused: so with robots.txt.
    pub(super) stops_at_bound: bool,
}

impl Limits {
    pub(super) fn body_of(&self, kind: TargetKind) -> BodyBounds {
        let (bytes_max, time_max) = match kind {
            TargetKind::Photo => (self.photo_bytes_max, self.page_time_max),
            TargetKind::Sitemap => (self.sitemap_bytes_max, self.sitemap_time_max),
            TargetKind::Listing | TargetKind::Feed | TargetKind::Article => {
                (self.page_bytes_max, self.page_time_max)
            }
        };
        BodyBounds { bytes_max, time_max, stops_at_bound: false }
    }

    pub(super) fn body_of_robots(&self) -> BodyBounds {
        BodyBounds { bytes_max: ROBOTS_BYTES_MAX, time_max: self.page_time_max, stops_at_bound: true }
    }

    pub(super) fn body_aside(&self) -> BodyBounds {
        BodyBounds { bytes_max: ASIDE_BYTES_MAX, time_max: self.page_time_max, stops_at_bound: false }
    }

    /// The least bytes that a body has to bring in each window.
    pub(super) fn flow_bytes_min(&self) -> usize {
        usize::try_from(self.flow_window.as_millis())
            .unwrap_or(usize::MAX)
            .saturating_mul(self.flow_bytes_per_second_min)
            / 1000
    }
}
