//! A front page in an article's place: sites that send visitors of lost pages home do it with status 200 as often
//! as with a redirect. Such a page names itself in its head.

use std::sync::LazyLock;

use regex::bytes::Regex;

use crate::page::Page;

/// How much of a page is searched for the address that it gives itself, in bytes.
const HEAD_BYTES_MAX: usize = 64 << 10;

/// The tags in which a page names its own address.
static OWN_ADDRESS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?i)<(?:link\b[^>]*\brel\s*=\s*["']?canonical\b|meta\b[^>]*\bproperty\s*=\s*["']?og:url\b)[^>]*>"#,
    )
    .ok()
});

/// The address in such a tag.
static ADDRESS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?i)\b(?:href|content)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))"#).ok());

/// Whether a page that came from another address says of itself that it is the site's front page.
pub(super) fn is_front_page(page: &Page) -> bool {
    let head = &page.body[..page.body.len().min(HEAD_BYTES_MAX)];
    let (Some(tags), Some(address)) = (OWN_ADDRESS.as_ref(), ADDRESS.as_ref()) else { return false };
    let named = tags.find_iter(head).find_map(|tag| address.captures(tag.as_bytes()));
    let Some(named) = named.and_then(|found| found.iter().skip(1).flatten().next()) else { return false };
    let own = std::str::from_utf8(named.as_bytes()).ok().and_then(|text| page.url.join(text.trim()).ok());
    page.url.path() != "/" && own.is_some_and(|own| own.path() == "/" && own.query().is_none())
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use url::Url;

    use super::*;
    use crate::target::TargetKind;

    fn says(head: &str) -> bool {
        is_front_page(&Page {
            kind: TargetKind::Article,
            url: Url::parse("https://baobackan.vn/mat-post2.html").unwrap(),
            status: 200,
            headers: Vec::new(),
            body: Bytes::from(format!("<html><head>{head}</head><body></body></html>")),
            fetched_at: "2024-05-10T00:00:00Z".parse().unwrap(),
        })
    }

    #[test]
    fn a_front_page_is_known_by_the_address_it_gives_itself() {
        assert!(says(r#"<link rel="canonical" href="https://baobackan.vn/">"#));
        assert!(says(r"<meta content='https://baobackan.vn' property='og:url'>"));
        assert!(!says(r#"<link rel="canonical" href="https://baobackan.vn/mat-post2.html">"#));
        assert!(!says(r#"<link rel="stylesheet" href="/"><link rel=canonical>"#));
        assert!(!says(""));
    }
}
