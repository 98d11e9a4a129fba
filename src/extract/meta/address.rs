//! The canonical address among those that a page gives.

use std::cell::LazyCell;

use url::Url;

use super::Told;
use super::head::Head;
use crate::article::Origin;
use crate::extract::document::{Document, Mark, attribute};
use crate::extract::json_ld::Linked;
use crate::newspaper::{Class, Newspaper};
use crate::target::{bare_host, canonical as canonical_form};

/// The canonical address.
pub(super) struct Address {
    pub(super) url: Told<Url>,
    /// The newspaper's own number for the article, by this address or by the one that was asked for.
    pub(super) id: Option<String>,
}

/// Chooses the address that names the article. A page's own word is taken only where it can be true: on a host of
/// the newspaper, of the same article where the address numbers it, and not of a front page. `og:url` is asked last:
/// some systems put a short form there, others the host of ten years ago.
pub(super) fn canonical(
    document: &Document,
    head: &Head<'_>,
    linked: &Linked,
    newspaper: &Newspaper,
    url: &Url,
) -> Address {
    let links = document.marked(Mark::Link).filter(|link| is_canonical(attribute(*link, "rel")));
    let link = links.filter_map(|link| attribute(link, "href")).find_map(|href| document.absolute(href));
    let meta = head.get("canonical").and_then(|address| document.absolute(&address));
    let open_graph = head.get("og:url").and_then(|address| document.absolute(&address));
    let json_ld = linked.url.as_deref().and_then(|address| document.absolute(address));
    let asked = Asked { newspaper, url, class: LazyCell::new(|| newspaper.article_at(url)) };
    let address =
        [(link, Origin::Meta), (meta, Origin::Meta), (json_ld, Origin::JsonLd), (open_graph, Origin::Meta)]
            .into_iter()
            .filter_map(|(address, origin)| Some(Told::new(canonical_form(&address?), origin)))
            .find_map(|told| Some(Address { id: numbered(asked.fitting(&told.value)?), url: told }))
            .unwrap_or_else(|| Address { url: Told::new(canonical_form(url), Origin::Url), id: None });
    Address { id: address.id.or_else(|| numbered(asked.class.clone())), ..address }
}

fn is_canonical(rel: Option<&str>) -> bool {
    rel.is_some_and(|rel| rel.split_ascii_whitespace().any(|word| word.eq_ignore_ascii_case("canonical")))
}

/// The newspaper's own number of an article.
fn numbered(class: Class) -> Option<String> {
    match class {
        Class::Article { id } => id,
        _ => None,
    }
}

/// The address that was asked for. What it is to the newspaper is looked up once, and only where somebody asks.
struct Asked<'a, Look: FnOnce() -> Class> {
    newspaper: &'a Newspaper,
    url: &'a Url,
    class: LazyCell<Class, Look>,
}

impl<Look: FnOnce() -> Class> Asked<'_, Look> {
    /// What an address that a page gives is to the newspaper, where it can be the page's own.
    fn fitting(&self, told: &Url) -> Option<Class> {
        let (newspaper, url) = (self.newspaper, self.url);
        let host = told.host_str().unwrap_or_default();
        let same_host = bare_host(host) == bare_host(url.host_str().unwrap_or_default());
        // A page read from a file has no host that could be compared.
        let is_local = url.host_str().is_none() && newspaper.known_id().is_none();
        let is_home = newspaper.hosts.iter().any(|own| bare_host(own) == bare_host(host));
        if !matches!(told.scheme(), "http" | "https") || !(same_host || is_home || is_local) {
            return None;
        }
        let is_front = |url: &Url| url.path() == "/" && url.query().is_none();
        if is_front(told) {
            return is_front(url).then(|| newspaper.article_at(told));
        }
        let class = newspaper.article_at(told);
        let is_same = match (&*self.class, &class) {
            (Class::Article { id: Some(asked) }, Class::Article { id: Some(told) }) => asked == told,
            // An address that says less than the one that was asked.
            (Class::Article { .. }, other) => matches!(other, Class::Article { .. }),
            _ => true,
        };
        is_same.then_some(class)
    }
}
