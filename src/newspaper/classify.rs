//! What an address is to a newspaper: an article (and which one), a listing, a feed, a sitemap, or nothing of its
//! own.
//!
//! An article is known by the number that its address carries, so that it stays one article when its slug, its
//! host or its scheme changes. Scheme, `www.`, `m.` and `amp.`, tracking parameters and a slash at the end never
//! tell two addresses apart.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;
use url::{Position, Url};

use super::Newspaper;
use crate::target::{Target, TargetKind, address_key, bare_host, canonical};

/// Files that are no pages, by the ending of the path.
static FILE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)\.(?:jpe?g|jfif|png|gif|webp|avif|svg|bmp|ico|pdf|docx?|xlsx?|pptx?|odt|zip|rar|7z|apk|exe",
        r"|mp[34]|m4[av]|wav|ogg|webm|avi|mov|flv|m3u8|ts|css|js|mjs|map|json|woff2?|ttf|eot)$"
    ))
    .ok()
});

/// Pages that are never articles, by the first step of the path.
static SERVICE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)^/(?:tag|tags|tu-khoa|topic|tim-kiem|search|author|tac-gia|dang-nhap|dang-ky|login|logout|register",
        r"|lien-he|gioi-thieu|contact|print|in-bai|rss|cdn-cgi|wp-admin|wp-json|wp-login\.php|ajax|api)",
        r"(?:\.html?|\.aspx|\.php)?(?:/|$)"
    ))
    .ok()
});

/// Sitemaps by their path.
static SITEMAP: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^/(?:[^?]*/)?[^/?]*sitemaps?(?:[-_/][^?]*)?\.(?:xml|xml\.gz|gz)$").ok()
});

/// Feeds by their path.
static FEED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:^/rss(?:/[^?]+)+$|\.(?:rss|atom)$|^/[^?]*(?:rss|feed|atom)\.xml$)").ok()
});

/// Articles of a newspaper without patterns: a slug of four words or more and then a number, or a page's ending.
static LIKELY_ARTICLE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)/[a-z0-9]+(?:-[a-z0-9]+){3,}(?:[-.][a-z]*\d{4,}[a-z0-9]*)?(?:\.(?:html?|aspx|php|amp))?/?$",
    )
    .ok()
});

/// Listings of a newspaper without patterns: one or two short steps of plain words.
static LIKELY_LISTING: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:/[a-z]+(?:-[a-z]+){0,4}){1,2}(?:/|\.html?)?(?:\?(?:p|page|paged|trang)=\d{1,5})?$")
        .ok()
});

fn found(pattern: &LazyLock<Option<Regex>>, text: &str) -> bool {
    pattern.as_ref().is_some_and(|pattern| pattern.is_match(text))
}

/// The part of an address that patterns are asked about: its path and its query.
fn address(url: &Url) -> &str {
    &url[Position::BeforePath..Position::AfterQuery]
}

/// What an address is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Class {
    /// A page with one article.
    Article {
        /// The newspaper's own number for it, in lower case, where the address carries one.
        id: Option<String>,
    },
    /// A page of links.
    Listing,
    /// RSS or Atom.
    Feed,
    /// A sitemap or an index of sitemaps.
    Sitemap,
    /// Anything else: another site's, a tag, a search, an image.
    Other,
}

/// What a newspaper knows of addresses, prepared for fast answers.
#[derive(Clone, Debug, Default)]
pub(super) struct Addresses {
    /// Its hosts without prefixes, each with the host to ask for: the first of that name in the file.
    hosts: Vec<(String, String)>,
    /// Addresses that the file itself names.
    known: HashMap<String, TargetKind>,
}

impl Addresses {
    pub(super) fn new(newspaper: &Newspaper) -> Addresses {
        let mut hosts: Vec<(String, String)> = Vec::new();
        for host in &newspaper.hosts {
            let bare = bare_host(host);
            if !hosts.iter().any(|(known, _)| known == bare) {
                hosts.push((bare.to_owned(), host.clone()));
            }
        }
        let mut known = HashMap::new();
        let crawl = &newspaper.crawl;
        // A sitemap or a feed is told from a listing by the file alone, so it is entered last and wins.
        let named = (crawl.start.iter().map(|url| (url, TargetKind::Listing)))
            .chain(crawl.feeds.iter().map(|url| (url, TargetKind::Feed)))
            .chain(crawl.sitemaps.iter().map(|url| (url, TargetKind::Sitemap)));
        for (url, kind) in named {
            known.insert(address_key(&canonical(url)), kind);
        }
        Addresses { hosts, known }
    }
}

impl Newspaper {
    /// Whether the address stands on one of the newspaper's hosts.
    #[must_use]
    pub fn owns(&self, url: &Url) -> bool {
        self.host_of(url).is_some()
    }

    /// Whether the host is one of the newspaper's; `www.`, `m.` and `amp.` do not matter.
    #[must_use]
    pub fn owns_host(&self, host: &str) -> bool {
        let bare = bare_host(host.trim_end_matches('.'));
        self.addresses.hosts.iter().any(|(known, _)| known == bare)
    }

    /// The host to ask for where the address names one of the newspaper's.
    fn host_of(&self, url: &Url) -> Option<&str> {
        if !matches!(url.scheme(), "http" | "https") {
            return None;
        }
        let host = url.host_str()?.trim_end_matches('.');
        let bare = bare_host(host);
        self.addresses.hosts.iter().find(|(known, _)| known == bare).map(|(_, host)| host.as_str())
    }

    /// What the address is to this newspaper.
    #[must_use]
    pub fn classify(&self, url: &Url) -> Class {
        self.class_of(&canonical(url))
    }

    /// The article that the address names; any other address is [`Class::Other`], since what it is instead is not
    /// looked up.
    #[must_use]
    pub(crate) fn article_at(&self, url: &Url) -> Class {
        let url = canonical(url);
        let class = self.known_class(&url).or_else(|| {
            // Without patterns, articles are told by their shape.
            self.crawl.article.is_empty().then(|| self.class_by_shape(&url))
        });
        class.filter(|class| matches!(class, Class::Article { .. })).unwrap_or(Class::Other)
    }

    /// The target that the address names, in canonical form and with the article's number; `None` for what is not
    /// to be fetched.
    ///
    /// A mobile address becomes the one of the host that stands first in the file, for layouts describe the full
    /// pages; a former domain stays what it is, for nobody can say that the new one still serves the page.
    #[must_use]
    pub fn target(&self, url: &Url) -> Option<Target> {
        let url = canonical(url);
        let (kind, id_in_newspaper) = match self.class_of(&url) {
            Class::Article { id } => (TargetKind::Article, id),
            Class::Listing => (TargetKind::Listing, None),
            Class::Feed => (TargetKind::Feed, None),
            Class::Sitemap => (TargetKind::Sitemap, None),
            Class::Other => return None,
        };
        let is_named = id_in_newspaper.is_some() || kind != TargetKind::Article;
        let url = if is_named { url } else { self.without_idle_query(url) };
        Some(Target { newspaper: self.id.clone(), kind, url: self.at_home(url), id_in_newspaper })
    }

    /// The address of an article without a number, without a query that no pattern asks for: it names nothing, and a site that makes up
    /// another one for every visitor would have no end of articles.
    fn without_idle_query(&self, mut url: Url) -> Url {
        let address = address(&url);
        let patterns = &self.crawl.article;
        if url.query().is_some()
            && !patterns.iter().any(|pattern| pattern.is_match(address))
            && patterns.iter().any(|pattern| pattern.is_match(url.path()))
        {
            url.set_query(None);
        }
        url
    }

    /// The address on the newspaper's full site: `m.` and `amp.` come off.
    fn at_home(&self, mut url: Url) -> Url {
        let is_mobile =
            url.host_str().is_some_and(|host| !host.starts_with("www.") && bare_host(host) != host);
        if is_mobile && let Some(host) = self.host_of(&url) {
            // Cannot fail: the host is one that the checks have parsed.
            let _ = url.set_host(Some(host));
        }
        url
    }

    /// Where a crawl of this newspaper begins: its start pages, feeds, sitemaps and JSON listings.
    #[must_use]
    pub fn seeds(&self) -> Vec<Target> {
        let crawl = &self.crawl;
        let apis: Vec<Url> = crawl.apis.iter().filter_map(|api| api.address(1)).collect();
        let seed = |kind| {
            move |url: &Url| Target {
                newspaper: self.id.clone(),
                kind,
                url: self.at_home(canonical(url)),
                id_in_newspaper: None,
            }
        };
        (crawl.start.iter().map(seed(TargetKind::Listing)))
            .chain(crawl.feeds.iter().map(seed(TargetKind::Feed)))
            .chain(crawl.sitemaps.iter().map(seed(TargetKind::Sitemap)))
            .chain(apis.iter().map(seed(TargetKind::Listing)))
            .collect()
    }

    /// The class of an address in canonical form.
    fn class_of(&self, url: &Url) -> Class {
        self.known_class(url).unwrap_or_else(|| self.class_by_shape(url))
    }

    /// The class of an address that the file names, or that one of its patterns of articles takes.
    fn known_class(&self, url: &Url) -> Option<Class> {
        if !self.owns(url) {
            return Some(Class::Other);
        }
        match self.addresses.known.get(&address_key(url)) {
            Some(TargetKind::Feed) => return Some(Class::Feed),
            Some(TargetKind::Sitemap) => return Some(Class::Sitemap),
            Some(_) => return Some(Class::Listing),
            None => {}
        }
        let (address, path) = (address(url), url.path());
        let crawl = &self.crawl;
        if crawl.ignore.iter().any(|pattern| pattern.is_match(address)) {
            return Some(Class::Other);
        }
        if path == "/" && url.query().is_none() || crawl.apis.iter().any(|api| api.matches(url)) {
            return Some(Class::Listing);
        }
        self.article(address, path)
    }

    /// The article that one of the patterns takes the address for.
    fn article(&self, address: &str, path: &str) -> Option<Class> {
        let captures = self.crawl.article.iter().find_map(|pattern| {
            // A query that no pattern knows names nothing: the path alone is tried too.
            let path = Some(path).filter(|path| *path != address);
            pattern.captures(address).or_else(|| pattern.captures(path?))
        })?;
        let id = captures.name("id").map(|id| match captures.name("space") {
            Some(space) => format!("{}-{}", space.as_str(), id.as_str()).to_lowercase(),
            None => id.as_str().to_lowercase(),
        });
        Some(Class::Article { id })
    }

    /// What an address is that no pattern takes for an article. Feeds and files are told by their shape first: the
    /// patterns of listings are wide.
    fn class_by_shape(&self, url: &Url) -> Class {
        let (address, path) = (address(url), url.path());
        let crawl = &self.crawl;
        if found(&SITEMAP, path) {
            Class::Sitemap
        } else if found(&FEED, path) {
            Class::Feed
        } else if found(&FILE, path) || found(&SERVICE, path) {
            Class::Other
        } else if crawl.listing.iter().any(|pattern| pattern.is_match(address)) {
            Class::Listing
        } else if crawl.article.is_empty() && found(&LIKELY_ARTICLE, path) {
            Class::Article { id: None }
        } else if crawl.listing.is_empty() && found(&LIKELY_LISTING, address) {
            Class::Listing
        } else {
            Class::Other
        }
    }
}
