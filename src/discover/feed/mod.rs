//! RSS and Atom, whole or broken.
//!
//! The text is mended first, then read by feed-rs, which knows all the dialects. What feed-rs refuses (a feed cut in
//! the middle, tags that do not match) is read item by item as far as it goes.

use super::hint::Hints;
use super::links::{Links, Rank};
use super::xml;
use crate::newspaper::Newspaper;
use crate::page::{Page, Unfit};
use crate::target::{Link, TargetKind};
use crate::when::When;

mod strict;
mod tolerant;

/// One item of a feed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Item {
    /// Its addresses, the likeliest first.
    addresses: Vec<String>,
    title: String,
    date: Option<When>,
}

/// Reads a feed.
pub(super) fn links(newspaper: &Newspaper, page: &Page, text: &str) -> Result<Vec<Link>, Unfit> {
    let hints = Hints::new(newspaper, page);
    let mended = if text.trim_start().starts_with('{') { text.to_owned() } else { xml::mended(text) };
    let items = strict::items(&mended, &page.url, hints).or_else(|| tolerant::items(&mended, hints));
    let Some(items) = items else {
        let found = "an XML document that is no feed".to_owned();
        return Err(Unfit::WrongType { expected: "a feed", found });
    };
    let mut links = Links::new(newspaper, TargetKind::Feed, &page.url);
    for item in items {
        let urls = item.addresses.iter().filter_map(|address| page.url.join(address.trim()).ok());
        let Some(place) = urls.into_iter().find_map(|url| links.add(&url)) else { continue };
        links.title(place, Rank::Heading, xml::plain(&item.title));
        links.date(place, item.date);
    }
    Ok(links.into_vec())
}
