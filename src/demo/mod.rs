//! The sample newspaper: the site of an invented provincial paper, carried in the binary and served on a loopback
//! port, so that a newcomer sees a whole crawl with no network.
//!
//! The pages have the markup of the CMS that Báo Bắc Kạn ran on, with its irregularities; their news is invented.
//! The site behaves as real ones do: it compresses, answers conditional requests, sends an article's old address
//! on to the new one, has a page that is gone, one that is cut off and one that robots.txt keeps to itself. The
//! crawler gets no hint that it is at home.

mod queries;
mod serve;
mod site;

pub use queries::{QUERIES, Query};
pub use serve::SampleSite;

/// The id of the sample newspaper.
pub const NEWSPAPER: &str = "baokhauluong";
