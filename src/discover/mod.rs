//! Pages of links: what they lead to.
//!
//! Discovery is reading: bytes in, links out, nothing else touched. A page is read by what it was fetched as: a
//! listing of HTML or JSON, a feed, or a sitemap. Every address goes through [`Newspaper::target`], so tags, videos,
//! advertisements and other hosts are told from articles by the patterns of the newspaper's file, and a link comes
//! out once, in canonical form, with the best title and date that the page gives it.
//!
//! What is broken is read as far as it goes: a feed cut in the middle gives its whole items, a sitemap with a
//! broken tail what stands before it.

use std::borrow::Cow;

use bytes::Bytes;

use crate::coding::{self, CodingError};
use crate::newspaper::Newspaper;
use crate::page::{Page, Unfit};
use crate::target::{Link, TargetKind};
use crate::text::charset;

mod feed;
mod hint;
mod json;
mod links;
mod listing;
mod shape;
mod sitemap;
mod xml;

use shape::Shape;

/// The most links taken from one page, in links: what the sitemap protocol allows in one file (sitemaps.org).
pub const LINKS_MAX: usize = 50_000;

/// What a page of links leads to, each target once, in the order of the page.
///
/// The page's kind says what it is read as; an article page is read as a listing. Links to articles carry the title
/// and the date that the page gives them, as hints.
pub fn links(newspaper: &Newspaper, page: &Page) -> Result<Vec<Link>, Unfit> {
    let body = unpacked(&page.body);
    if body.trim_ascii().is_empty() {
        return Err(Unfit::Empty);
    }
    let expected = match page.kind {
        TargetKind::Feed => "a feed",
        TargetKind::Sitemap => "a sitemap",
        TargetKind::Listing if newspaper.api(&page.url).is_some() => "a JSON listing",
        TargetKind::Photo | TargetKind::Listing | TargetKind::Article => "an HTML page",
    };
    if let Some(found) = crate::page::file_kind(&body) {
        return Err(Unfit::WrongType { expected, found: found.to_owned() });
    }
    let decoded = charset::decode(&body, page.content_type());
    let text: &str = &decoded.text;
    let wrong = |shape: Shape| Unfit::WrongType { expected, found: shape.as_str().to_owned() };
    match (page.kind, shape::of_text(text)) {
        (TargetKind::Feed, Shape::Xml | Shape::Json) => feed::links(newspaper, page, text),
        (TargetKind::Sitemap, Shape::Xml | Shape::Text) => sitemap::links(newspaper, page, text),
        (TargetKind::Feed | TargetKind::Sitemap, shape) => Err(wrong(shape)),
        (_, shape) => match newspaper.api(&page.url) {
            Some(api) if shape == Shape::Json => json::links(newspaper, api, page, text),
            None if shape == Shape::Html => listing::links(newspaper, page, text),
            _ => Err(wrong(shape)),
        },
    }
}

/// A body without the gzip that it may be in itself (`sitemap.xml.gz`); as far as it goes where it is cut off.
fn unpacked(body: &Bytes) -> Cow<'_, [u8]> {
    if !body.starts_with(&[0x1F, 0x8B]) {
        return Cow::Borrowed(body);
    }
    match coding::decode(body, Some("gzip")) {
        Ok(unpacked) | Err(CodingError::Cut { decoded: unpacked, .. }) => Cow::Owned(unpacked.to_vec()),
        Err(_) => Cow::Borrowed(body),
    }
}
