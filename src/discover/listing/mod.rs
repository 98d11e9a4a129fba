//! Listing pages in HTML: front pages, sections, and their further pages.
//!
//! Every link of the page is a candidate, and the newspaper's patterns decide what it is. The layout's `links`
//! selectors say which links are the headlines of the page's own list: those come first. Its `next` selectors, and
//! what HTML itself marks as next, are further pages of the list whatever their address looks like.

use std::collections::HashMap;

use ego_tree::NodeId;
use scraper::{ElementRef, Html};
use url::Url;

use super::hint::Hints;
use super::links::Links;
use crate::html;
use crate::newspaper::{Newspaper, Pick};
use crate::page::{Page, Unfit};
use crate::target::{Link, TargetKind};

mod card;
mod title;
mod wording;

/// The attributes in which a page keeps an address that its script follows.
const ADDRESS_ATTRIBUTES: [&str; 2] = ["href", "data-href"];

/// Feeds named in the head of a page.
const FEED_TYPES: [&str; 2] = ["application/rss+xml", "application/atom+xml"];

/// Reads a listing.
pub(super) fn links(newspaper: &Newspaper, page: &Page, text: &str) -> Result<Vec<Link>, Unfit> {
    let html = html::document(text);
    let mut listing = Listing {
        newspaper,
        base: base(&html, newspaper, &page.url),
        links: Links::new(newspaper, TargetKind::Listing, &page.url),
        anchors: Vec::new(),
        places: HashMap::new(),
    };
    listing.take_picks(&html, page);
    listing.sweep(&html);
    listing.take_dates(Hints::new(newspaper, page));
    if listing.links.is_empty()
        && let Some(why) = wording::hidden(text)
    {
        return Err(Unfit::Blocked(why.to_owned()));
    }
    Ok(listing.links.into_vec())
}

/// The address that relative links start from. A `<base>` on a host that is not the newspaper's is meant for images
/// and scripts; links that go through it would lead nowhere.
fn base(html: &Html, newspaper: &Newspaper, url: &Url) -> Url {
    html.root_element()
        .descendent_elements()
        .find(|element| element.value().name() == "base" && element.attr("href").is_some())
        .and_then(|element| url.join(element.attr("href")?.trim()).ok())
        .filter(|base| base.host_str() == url.host_str() || newspaper.owns(base))
        .unwrap_or_else(|| url.clone())
}

struct Listing<'a, 'h> {
    newspaper: &'a Newspaper,
    base: Url,
    links: Links<'a>,
    /// The elements that lead to articles, with the places of their links.
    anchors: Vec<(ElementRef<'h>, usize)>,
    /// The same by node, for the question whose link an element is.
    places: HashMap<NodeId, usize>,
}

impl<'h> Listing<'_, 'h> {
    /// Takes what the layout names: the links of the first layout that finds any, and next pages.
    fn take_picks(&mut self, html: &'h Html, page: &Page) {
        for layout in self.newspaper.layouts_for(page.fetched_at.date_naive()) {
            let before = self.anchors.len();
            for pick in &layout.links {
                for element in html.select(&pick.selector) {
                    self.take_picked(element, pick);
                }
            }
            for pick in &layout.next {
                for element in html.select(&pick.selector) {
                    if let Some(url) = self.address_picked(element, pick).map(|(_, url)| url) {
                        self.links.add_as(TargetKind::Listing, &url);
                    }
                }
            }
            if self.anchors.len() > before {
                break;
            }
        }
    }

    fn take_picked(&mut self, element: ElementRef<'h>, pick: &Pick) {
        let Some((element, url)) = self.address_picked(element, pick) else { return };
        if let Some(place) = self.links.add(&url) {
            self.note(element, place, true);
        }
    }

    /// The address that a pick names: its attribute, the element's own, or that of a link within or around it.
    fn address_picked(&self, element: ElementRef<'h>, pick: &Pick) -> Option<(ElementRef<'h>, Url)> {
        if let Some(attribute) = &pick.attribute {
            return Some((element, self.resolved(element.attr(attribute)?)?));
        }
        let around = element.ancestors().filter_map(ElementRef::wrap).take(3);
        std::iter::once(element)
            .chain(element.descendent_elements().skip(1))
            .chain(around)
            .find_map(|element| Some((element, self.address(element)?)))
    }

    /// The address of an element.
    fn address(&self, element: ElementRef<'_>) -> Option<Url> {
        ADDRESS_ATTRIBUTES.iter().find_map(|name| self.resolved(element.attr(name)?))
    }

    fn resolved(&self, address: &str) -> Option<Url> {
        let address = address.trim();
        if address.is_empty() || address.starts_with('#') {
            return None;
        }
        self.base.join(address).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
    }

    /// Takes every link of the page in its order.
    fn sweep(&mut self, html: &'h Html) {
        for element in html.root_element().descendent_elements() {
            if element.value().name() == "base" || self.places.contains_key(&element.id()) {
                continue;
            }
            let Some(url) = self.address(element) else { continue };
            let place = match element.value().name() {
                "link" => self.link_element(element, &url),
                _ if is_next(element) => self.links.add_as(TargetKind::Listing, &url),
                _ if self.is_pager(element) => self.links.add_as(TargetKind::Listing, &url),
                _ => self.links.add(&url),
            };
            if let Some(place) = place {
                self.note(element, place, false);
            }
        }
    }

    /// A `<link>` of the head: the next page, or a feed.
    fn link_element(&mut self, element: ElementRef<'_>, url: &Url) -> Option<usize> {
        let is_feed = element.attr("type").is_some_and(|kind| FEED_TYPES.contains(&kind.trim()));
        if is_next(element) {
            self.links.add_as(TargetKind::Listing, url)
        } else if is_feed
            && has_token(element.attr("rel"), "alternate")
            && self.newspaper.crawl.feeds.is_empty()
        {
            self.links.add_as(TargetKind::Feed, url)
        } else {
            None
        }
    }

    /// A link in a row of page numbers, where no pattern tells further pages.
    fn is_pager(&self, element: ElementRef<'_>) -> bool {
        self.newspaper.crawl.listing.is_empty() && wording::is_in_pager(element)
    }

    fn note(&mut self, element: ElementRef<'h>, place: usize, is_picked: bool) {
        if !self.links.is_article(place) {
            return;
        }
        if self.places.insert(element.id(), place).is_none() {
            self.anchors.push((element, place));
        }
        for (rank, text) in title::titles(element, is_picked) {
            self.links.title(place, rank, text);
        }
    }

    /// Looks for a date beside each link that has none yet.
    fn take_dates(&mut self, hints: Hints) {
        for (anchor, place) in &self.anchors {
            if !self.links.has_date(*place) {
                self.links.date(*place, card::date(*anchor, *place, &self.places, hints));
            }
        }
    }
}

fn is_next(element: ElementRef<'_>) -> bool {
    has_token(element.attr("rel"), "next")
}

fn has_token(attribute: Option<&str>, token: &str) -> bool {
    attribute.is_some_and(|value| value.split_ascii_whitespace().any(|part| part.eq_ignore_ascii_case(token)))
}
