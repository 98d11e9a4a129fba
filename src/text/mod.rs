//! Vietnamese newspaper text: bytes become text, text becomes clean, and what is printed in it is read.
//!
//! In the order in which a page meets them:
//!
//! - [`charset`]: bytes to text, also where the declaration is wrong or the text was encoded twice;
//! - [`clean`]: the one path by which every printed text becomes an article's text;
//! - [`caption`]: what is a caption, its credit, and when two are the same;
//! - [`date`]: when it was published, as printed, as machines write it, as addresses have it;
//! - [`dateline`]: how an article opens: who reports, from where, when it happened;
//! - [`fold`]: the forms that search compares;
//! - [`runs`]: when two texts are one;
//! - [`byline`]: who wrote it, and where it comes from;
//! - [`syllable`]: what a Vietnamese syllable can look like, the test by which the others decide.
//!
//! [`stream`] offers it line by line to text from elsewhere. All of it is pure: text in, text out.

pub mod byline;
pub mod caption;
pub mod charset;
pub mod clean;
mod credit;
pub mod date;
pub mod dateline;
pub mod fold;
pub(crate) mod letter;
pub mod runs;
#[cfg(test)]
pub(crate) mod samples;
mod scan;
pub mod stream;
pub mod syllable;
