//! What to fetch: a page of a newspaper, known by its canonical address, with what the page is for.

pub mod series;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::when::When;

/// What a page is for, and so which reader it goes to.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum TargetKind {
    /// A photo of an article. It stands first, as the least: an address that is found as something else is that.
    Photo,
    /// A page of links: the front page, a section, the second page of a section, a JSON list.
    Listing,
    /// RSS or Atom.
    Feed,
    /// A sitemap or an index of sitemaps.
    Sitemap,
    /// A page with one article.
    Article,
}

impl TargetKind {
    /// The kind's name as it stands in the archive and in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            TargetKind::Photo => "photo",
            TargetKind::Listing => "listing",
            TargetKind::Feed => "feed",
            TargetKind::Sitemap => "sitemap",
            TargetKind::Article => "article",
        }
    }
}

impl TargetKind {
    /// Whether its pages lead to others, and so are visited for what is new on them.
    #[must_use]
    pub fn leads_on(self) -> bool {
        matches!(self, TargetKind::Listing | TargetKind::Feed | TargetKind::Sitemap)
    }
}

impl fmt::Display for TargetKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for TargetKind {
    type Err = String;

    fn from_str(name: &str) -> Result<TargetKind, String> {
        const KINDS: [TargetKind; 5] = [
            TargetKind::Photo,
            TargetKind::Listing,
            TargetKind::Feed,
            TargetKind::Sitemap,
            TargetKind::Article,
        ];
        KINDS
            .into_iter()
            .find(|kind| kind.as_str() == name)
            .ok_or_else(|| format!("'{name}' is no kind of target"))
    }
}

/// One page to fetch.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Target {
    /// The newspaper's id: the name of its selector file.
    pub newspaper: String,
    /// What the page is for.
    pub kind: TargetKind,
    /// The address in canonical form, see [`canonical`].
    pub url: Url,
    /// The newspaper's own number for the article, where its address tells.
    pub id_in_newspaper: Option<String>,
}

impl Target {
    /// What makes two addresses the same page within one newspaper: the newspaper's own number where there is
    /// one (it survives a change of slug, host or scheme), else the address by [`address_key`].
    #[must_use]
    pub fn key(&self) -> String {
        match &self.id_in_newspaper {
            Some(id) if self.kind == TargetKind::Article => format!("id:{id}"),
            _ => address_key(&self.url),
        }
    }
}

/// A target found on a page, with what the page said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Where it leads.
    pub target: Target,
    /// The title that the listing or feed gives it.
    pub title: Option<String>,
    /// The date that the listing, feed or sitemap gives it: a hint for `--since`, never the article's date.
    pub date: Option<When>,
}

/// Labels that a host may bear before its own name without being another site.
const HOST_PREFIXES: [&str; 4] = ["www.", "m.", "amp.", "mobile."];

/// A host without `www.`, `m.` or `amp.`.
#[must_use]
pub fn bare_host(host: &str) -> &str {
    HOST_PREFIXES
        .iter()
        .find_map(|prefix| host.strip_prefix(prefix).filter(|rest| rest.contains('.')))
        .unwrap_or(host)
}

/// What tells two addresses in canonical form apart: neither the scheme nor `www.`, `m.` or `amp.` before the host
/// nor a slash at the end of the path.
#[must_use]
pub fn address_key(url: &Url) -> String {
    let host = bare_host(url.host_str().unwrap_or_default());
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    format!("{host}{port}{}{query}", url.path().trim_end_matches('/'))
}

/// Query keys that name the visitor's way and not the page.
const TRACKING_KEYS: [&str; 12] = [
    "fbclid", "gclid", "zarsrc", "zalo_src", "mc_cid", "mc_eid", "igshid", "yclid", "gidzl", "utm", "ref",
    "_ga",
];

/// Query keys that name the visit and not the page: a server that writes them into its links shows every visitor
/// addresses that nobody has seen before.
const SESSION_KEYS: [&str; 9] =
    ["phpsessid", "jsessionid", "sid", "sessionid", "session_id", "sessid", "s_id", "cfid", "cftoken"];

/// Tells whether a query key is only a trace of how a reader came (`utm_source`, `fbclid`, Zalo's `zarsrc`) or of
/// the visit.
fn is_tracking_key(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    key.starts_with("utm_")
        || key.starts_with("aspsessionid")
        || TRACKING_KEYS.contains(&key.as_str())
        || SESSION_KEYS.contains(&key.as_str())
}

/// A path without the session that some servers write behind it: `/tin.html;jsessionid=1A2B`.
fn without_session(path: &str) -> Option<&str> {
    let at = path.to_ascii_lowercase().find(";jsessionid=")?;
    path.get(..at)
}

/// The address without what does not name the page: fragment, tracking and session parameters, default port, the
/// trailing dot of a host, credentials. The URL parser has already lower-cased scheme and host and resolved `..`.
#[must_use]
pub fn canonical(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_fragment(None);
    // These setters fail only for addresses without a host, which are left as they are.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    if let Some(host) = url.host_str().filter(|host| host.ends_with('.')) {
        let bare = host.trim_end_matches('.').to_owned();
        let _ = url.set_host(Some(&bare));
    }
    if let Some(path) = without_session(url.path()).map(str::to_owned) {
        url.set_path(&path);
    }
    if url.query().is_some() {
        let kept: Vec<(String, String)> = url
            .query_pairs()
            .filter(|(key, _)| !is_tracking_key(key))
            .map(|(key, value)| (key.into_owned(), value.into_owned()))
            .collect();
        let all = url.query_pairs().count();
        if kept.is_empty() {
            url.set_query(None);
        } else if kept.len() != all {
            url.query_pairs_mut().clear().extend_pairs(kept);
        }
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(url: &str, id: Option<&str>) -> Target {
        Target {
            newspaper: "baobackan".into(),
            kind: TargetKind::Article,
            url: canonical(&Url::parse(url).unwrap()),
            id_in_newspaper: id.map(str::to_owned),
        }
    }

    #[test]
    fn one_article_under_two_hosts_and_slugs_has_one_key() {
        let former = target("http://baobackan.com.vn/hoi-nghi-post60732.html", Some("60732"));
        let latter = target("https://baobackan.vn/hoi-nghi-so-ket-post60732.html", Some("60732"));
        assert_eq!(former.key(), latter.key());
    }

    #[test]
    fn tracking_and_fragments_do_not_name_a_page() {
        let url = Url::parse("https://Baobackan.vn.:443/a/?utm_source=zalo&p=2&fbclid=x#top").unwrap();
        assert_eq!(canonical(&url).as_str(), "https://baobackan.vn/a/?p=2");
        let plain = Url::parse("https://baobackan.vn/a/?p=2&d=").unwrap();
        assert_eq!(canonical(&plain).as_str(), "https://baobackan.vn/a/?p=2&d=");
        assert_eq!(target("https://baobackan.vn/a/?fbclid=1", None).key(), "baobackan.vn/a");
    }

    #[test]
    fn a_session_does_not_name_a_page() {
        for address in ["?PHPSESSID=4f2a", "?sid=9&ASPSESSIONIDAB=x", ";jsessionid=1A2B?utm_medium=a"] {
            let url = Url::parse(&format!("https://a.vn/tin.html{address}")).unwrap();
            assert_eq!(canonical(&url).as_str(), "https://a.vn/tin.html");
        }
    }

    #[test]
    fn an_address_has_one_key_with_and_without_www_and_the_last_slash() {
        let keys = ["https://baobackan.vn/a/", "http://www.baobackan.vn/a", "https://m.baobackan.vn/a#b"]
            .map(|url| target(url, None).key());
        assert_eq!(keys, ["baobackan.vn/a", "baobackan.vn/a", "baobackan.vn/a"]);
        assert_eq!(target("http://127.0.0.1:8080/?p=2", None).key(), "127.0.0.1:8080?p=2");
        assert_eq!(bare_host("m.vn"), "m.vn");
    }
}
