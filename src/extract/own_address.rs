//! The address that a saved page gives itself, for when nobody else knows it.

use std::sync::LazyLock;

use scraper::Selector;
use url::Url;

use crate::html;
use crate::text::charset;

/// Where pages write their own address, the surest first: each selector with its attribute.
static PLACES: LazyLock<Vec<(Selector, &'static str)>> = LazyLock::new(|| {
    let places = [
        ("link[rel=canonical]", "href"),
        ("meta[name=canonical]", "content"),
        ("meta[property='og:url']", "content"),
    ];
    places
        .into_iter()
        .filter_map(|(selector, attribute)| Some((Selector::parse(selector).ok()?, attribute)))
        .collect()
});

/// The page's own word on its address; none where it says nothing that is an address on the web.
#[must_use]
pub fn own_address(body: &[u8]) -> Option<Url> {
    let html = html::document(&charset::decode(body, None).text);
    PLACES.iter().find_map(|(selector, attribute)| {
        html.select(selector)
            .filter_map(|element| Url::parse(element.attr(attribute)?.trim()).ok())
            .find(|url| matches!(url.scheme(), "http" | "https"))
    })
}

#[cfg(test)]
mod tests {
    use super::own_address;

    #[test]
    fn a_saved_page_tells_its_own_address() {
        let page = br#"<meta property="og:url" content="https://baobackan.vn/post-1.html">
            <link rel="canonical" href=" https://baobackan.vn/hoi-nghi-post1.html ">"#;
        assert_eq!(own_address(page).unwrap().as_str(), "https://baobackan.vn/hoi-nghi-post1.html");
        assert_eq!(own_address(b"<link rel=canonical href='/relative.html'>"), None);
    }
}
