//! Vietnamese newspaper text: bytes become text, text becomes clean, and what is printed in it is read.
//!
//! In the order in which a page meets them:
//!
//! - [`charset`]: bytes to text, also where the declaration is wrong or the text was encoded twice;
//! - [`clean`]: the one path by which every printed text becomes an article's text;
//! - [`caption`]: what is a caption, its credit, and when two are the same;
//! - [`fold`]: the forms that search compares;
//! - [`byline`]: who wrote it, and where it comes from;
//! - [`syllable`]: what a Vietnamese syllable can look like, the test by which the others decide.
//!
//! All of it is pure: text in, text out.

pub mod byline;
pub mod caption;
pub mod charset;
pub mod clean;
pub mod fold;
pub mod syllable;
