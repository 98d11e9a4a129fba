//! The links of one page while they are gathered: each target once, with the best that is said of it.

use std::collections::HashMap;

use url::Url;

use super::LINKS_MAX;
use crate::newspaper::Newspaper;
use crate::target::{Link, Target, TargetKind, canonical};
use crate::text::date::{self, Stamp};
use crate::when::When;

/// How good a title is, from worst to best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// The text of an image.
    Image,
    /// A word or two.
    Short,
    /// The link's text.
    Text,
    /// The link's `title` attribute.
    Attribute,
    /// A heading, or the title of a feed's or a list's item.
    Heading,
}

/// The links found so far.
pub(super) struct Links<'a> {
    newspaper: &'a Newspaper,
    /// The page itself, to which no link is needed.
    own: (TargetKind, String),
    found: Vec<Link>,
    ranks: Vec<Option<Rank>>,
    places: HashMap<(TargetKind, String), usize>,
}

impl<'a> Links<'a> {
    pub(super) fn new(newspaper: &'a Newspaper, kind: TargetKind, url: &Url) -> Links<'a> {
        let mut links = Links {
            newspaper,
            own: (kind, String::new()),
            found: Vec::new(),
            ranks: Vec::new(),
            places: HashMap::new(),
        };
        let own = newspaper.target(url).unwrap_or_else(|| links.named(kind, url));
        links.own = (own.kind, own.key());
        links
    }

    /// Adds what the newspaper makes of an address; gives its place, or none where it is nothing to fetch, the page
    /// itself, or one too many.
    pub(super) fn add(&mut self, url: &Url) -> Option<usize> {
        self.place(self.newspaper.target(url)?)
    }

    /// Adds an address whose kind is known from where it stands, as long as it is the newspaper's own and its file
    /// does not forbid it.
    pub(super) fn add_as(&mut self, kind: TargetKind, url: &Url) -> Option<usize> {
        let address = &url[url::Position::BeforePath..url::Position::AfterQuery];
        let is_ignored = self.newspaper.crawl.ignore.iter().any(|pattern| pattern.is_match(address));
        if !self.newspaper.owns(url) || is_ignored {
            return None;
        }
        match self.newspaper.target(url) {
            // What the file's patterns know stays what it is: a "next" that leads to an article is one.
            Some(target) => self.place(target),
            None => self.place(self.named(kind, url)),
        }
    }

    fn named(&self, kind: TargetKind, url: &Url) -> Target {
        Target { newspaper: self.newspaper.id.clone(), kind, url: canonical(url), id_in_newspaper: None }
    }

    fn place(&mut self, target: Target) -> Option<usize> {
        let key = (target.kind, target.key());
        if key == self.own {
            return None;
        }
        if let Some(place) = self.places.get(&key) {
            return Some(*place);
        }
        if self.found.len() >= LINKS_MAX {
            return None;
        }
        let place = self.found.len();
        self.places.insert(key, place);
        self.found.push(Link { target, title: None, date: None });
        self.ranks.push(None);
        Some(place)
    }

    /// Whether a link leads to an article.
    pub(super) fn is_article(&self, place: usize) -> bool {
        self.found.get(place).is_some_and(|link| link.target.kind == TargetKind::Article)
    }

    pub(super) fn has_date(&self, place: usize) -> bool {
        self.found.get(place).is_some_and(|link| link.date.is_some())
    }

    /// Gives a link a title, unless it has one that is as good.
    pub(super) fn title(&mut self, place: usize, rank: Rank, title: String) {
        if let (Some(link), Some(held)) = (self.found.get_mut(place), self.ranks.get_mut(place))
            && !title.is_empty()
            && held.is_none_or(|held| held < rank)
        {
            link.title = Some(title);
            *held = Some(rank);
        }
    }

    /// Gives a link a date, unless it has one.
    pub(super) fn date(&mut self, place: usize, date: Option<When>) {
        if let Some(link) = self.found.get_mut(place) {
            link.date = link.date.or(date);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    pub(super) fn is_full(&self) -> bool {
        self.found.len() >= LINKS_MAX
    }

    /// The links; articles that the page gives no date have the day or the moment in their address, where it bears
    /// one.
    pub(super) fn into_vec(self) -> Vec<Link> {
        let mut links = self.found;
        for link in links.iter_mut().filter(|link| link.target.kind == TargetKind::Article) {
            link.date = link.date.or_else(|| stamped(&link.target.url));
        }
        links
    }
}

fn stamped(url: &Url) -> Option<When> {
    match date::stamp(url)? {
        Stamp::Moment(moment) => Some(When::vietnamese(moment)),
        Stamp::Day(day) => Some(When::Day(day)),
        Stamp::Month(..) => None,
    }
}
