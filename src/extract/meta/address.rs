//! The canonical address among those that a page gives.

use url::Url;

use super::Told;
use super::head::Head;
use crate::article::Origin;
use crate::extract::document::{Document, Mark, attribute};
use crate::extract::json_ld::Linked;
use crate::newspaper::{Class, Newspaper};
use crate::target::{bare_host, canonical as canonical_form};

/// Chooses the address that names the article. A page's own word is taken only where it can be true: on a host of
/// the newspaper, of the same article where the address numbers it, and not of a front page. `og:url` is asked last:
/// some systems put a short form there, others the host of ten years ago.
pub(super) fn canonical(
    document: &Document,
    head: &Head<'_>,
    linked: &Linked,
    newspaper: &Newspaper,
    url: &Url,
) -> Told<Url> {
    let links = document.marked(Mark::Link).filter(|link| is_canonical(attribute(*link, "rel")));
    let link = links.filter_map(|link| attribute(link, "href")).find_map(|href| document.absolute(href));
    let meta = head.get("canonical").and_then(|address| document.absolute(&address));
    let open_graph = head.get("og:url").and_then(|address| document.absolute(&address));
    let json_ld = linked.url.as_deref().and_then(|address| document.absolute(address));
    [(link, Origin::Meta), (meta, Origin::Meta), (json_ld, Origin::JsonLd), (open_graph, Origin::Meta)]
        .into_iter()
        .filter_map(|(address, origin)| Some(Told::new(canonical_form(&address?), origin)))
        .find(|told| fits(&told.value, newspaper, url))
        .unwrap_or_else(|| Told::new(canonical_form(url), Origin::Url))
}

fn is_canonical(rel: Option<&str>) -> bool {
    rel.is_some_and(|rel| rel.split_ascii_whitespace().any(|word| word.eq_ignore_ascii_case("canonical")))
}

/// Whether an address that a page gives can be the page's own.
fn fits(told: &Url, newspaper: &Newspaper, url: &Url) -> bool {
    let host = told.host_str().unwrap_or_default();
    let same_host = bare_host(host) == bare_host(url.host_str().unwrap_or_default());
    // A page read from a file has no host that could be compared.
    let is_local = url.host_str().is_none() && newspaper.known_id().is_none();
    let is_home = newspaper.hosts.iter().any(|own| bare_host(own) == bare_host(host));
    if !matches!(told.scheme(), "http" | "https") || !(same_host || is_home || is_local) {
        return false;
    }
    if told.path() == "/" && told.query().is_none() {
        return url.path() == "/" && url.query().is_none();
    }
    match (newspaper.classify(url), newspaper.classify(told)) {
        (Class::Article { id: Some(asked) }, Class::Article { id: Some(told) }) => asked == told,
        // An address that says less than the one that was asked.
        (Class::Article { .. }, other) => matches!(other, Class::Article { .. }),
        _ => true,
    }
}
