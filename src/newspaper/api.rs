//! Listings that a newspaper's pages fetch as JSON: which addresses they have, and where an item keeps its link,
//! title and date.

use regex::Regex;
use serde_json::Value;
use url::Url;

/// One kind of JSON listing.
#[derive(Clone, Debug)]
pub struct Api {
    /// Its address, with `{page}` for the number of a page and `{slug}` for a section's name.
    pub url: String,
    /// The addresses of that form.
    pattern: Regex,
    /// A JSON pointer (RFC 6901) to the list of items: `/data/list`.
    pub items: String,
    /// Makes an item's address.
    pub link: Template,
    /// Makes an item's title.
    pub title: Option<Template>,
    /// Makes an item's date.
    pub date: Option<Template>,
    /// Headers that the server wants with a request for it.
    pub headers: Vec<(String, String)>,
}

impl Api {
    /// An API listing, or why the address is none.
    pub(super) fn new(
        url: &str,
        items: String,
        link: Template,
        title: Option<Template>,
        date: Option<Template>,
    ) -> Result<Api, String> {
        let sample = url.replace("{page}", "1").replace("{slug}", "a");
        let parsed = Url::parse(&sample).map_err(|error| error.to_string())?;
        if parsed.as_str() != sample {
            return Err(format!("its canonical form is {parsed}"));
        }
        let escaped =
            regex::escape(url).replace(r"\{page\}", r"(?<page>\d{1,9})").replace(r"\{slug\}", r"[^/?&\#]+");
        let bare = escaped.trim_start_matches("https").trim_start_matches("http");
        let pattern = Regex::new(&format!("^https?{bare}$")).map_err(|error| error.to_string())?;
        Ok(Api { url: url.to_owned(), pattern, items, link, title, date, headers: Vec::new() })
    }

    /// Whether the address can be asked for without knowing more: it names no `{slug}`.
    #[must_use]
    pub fn is_start(&self) -> bool {
        !self.url.contains("{slug}")
    }

    /// The address of a page; `None` where the address names a section that is not given.
    #[must_use]
    pub fn address(&self, page: u64) -> Option<Url> {
        if !self.is_start() {
            return None;
        }
        Url::parse(&self.url.replace("{page}", &page.to_string())).ok()
    }

    /// Whether the address is one of this listing's.
    #[must_use]
    pub fn matches(&self, url: &Url) -> bool {
        self.pattern.is_match(url.as_str())
    }

    /// The address of the page after this one; `None` where the listing has no pages or the address is another's.
    #[must_use]
    pub fn after(&self, url: &Url) -> Option<Url> {
        let found = self.pattern.captures(url.as_str())?.name("page")?;
        let next = found.as_str().parse::<u64>().ok()? + 1;
        let text = url.as_str();
        Url::parse(&format!("{}{next}{}", &text[..found.start()], &text[found.end()..])).ok()
    }
}

/// A text made from an item: a JSON pointer alone (`/link`), or a text with pointers in braces
/// (`https://baodienbienphu.vn/tin-bai/{/category_slug}/{/article_slug}`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Pointer(String),
}

impl Template {
    /// Reads a template, or tells why the text is none.
    pub(super) fn parse(text: &str) -> Result<Template, String> {
        if text.starts_with('/') && !text.contains(['{', '}']) {
            return Ok(Template { pieces: vec![Piece::Pointer(text.to_owned())] });
        }
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (pointer, after) = after.split_once('}').ok_or("a `{` without its `}`")?;
            if !pointer.starts_with('/') {
                return Err(format!("`{{{pointer}}}` holds no JSON pointer"));
            }
            pieces.push(Piece::Text(before.to_owned()));
            pieces.push(Piece::Pointer(pointer.to_owned()));
            rest = after;
        }
        if pieces.is_empty() {
            return Err("it names no JSON pointer".to_owned());
        }
        pieces.push(Piece::Text(rest.to_owned()));
        Ok(Template { pieces })
    }

    /// The text for an item; `None` where the item lacks a part of it.
    #[must_use]
    pub fn fill(&self, item: &Value) -> Option<String> {
        let mut filled = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => filled.push_str(text),
                Piece::Pointer(pointer) => match item.pointer(pointer)? {
                    Value::String(text) => filled.push_str(text),
                    Value::Number(number) => filled.push_str(&number.to_string()),
                    _ => return None,
                },
            }
        }
        (!filled.is_empty()).then_some(filled)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_template_is_filled_from_an_item_or_not_at_all() {
        let whole = Template::parse("https://a.vn/tin-bai/{/category/slug}/{/slug}").unwrap();
        let item = json!({"category": {"slug": "kinh-te"}, "slug": "che-shan-tuyet", "id": 7});
        assert_eq!(whole.fill(&item).unwrap(), "https://a.vn/tin-bai/kinh-te/che-shan-tuyet");
        assert_eq!(whole.fill(&json!({"slug": "x"})), None);
        assert_eq!(Template::parse("/id").unwrap().fill(&item).unwrap(), "7");
        assert!(Template::parse("no pointer").is_err());
        assert!(Template::parse("{slug}").is_err());
    }

    #[test]
    fn a_json_listing_knows_its_pages() {
        let link = Template::parse("/link").unwrap();
        let url = "https://a.vn/list?page={page}&limit=12";
        let api = Api::new(url, "/data".into(), link.clone(), None, None).unwrap();
        let first = api.address(1).unwrap();
        assert!(api.matches(&first));
        assert_eq!(api.after(&first).unwrap().as_str(), "https://a.vn/list?page=2&limit=12");
        assert!(!api.matches(&Url::parse("https://a.vn/list?page=x&limit=12").unwrap()));
        let section = Api::new("https://api.a.vn/{slug}?n=9", "/data".into(), link, None, None).unwrap();
        assert!(section.matches(&Url::parse("http://api.a.vn/kinh-te?n=9").unwrap()));
        assert_eq!(section.address(1), None);
    }
}
