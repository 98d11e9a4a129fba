//! Listings that the newspaper's own pages fetch as JSON.

use serde_json::Value;

use super::hint::Hints;
use super::links::{Links, Rank};
use crate::newspaper::{Api, Newspaper};
use crate::page::{Page, Unfit};
use crate::target::{Link, TargetKind};
use crate::text::clean;

/// Reads a JSON listing by the pointers of the newspaper's file. Where it holds items, the page after it is a link
/// too.
pub(super) fn links(newspaper: &Newspaper, api: &Api, page: &Page, text: &str) -> Result<Vec<Link>, Unfit> {
    let value: Value = serde_json::from_str(text).map_err(|error| {
        if error.is_eof() {
            Unfit::Cut(format!("JSON that ends in line {}", error.line()))
        } else {
            Unfit::WrongType { expected: "a JSON listing", found: format!("text that is not JSON: {error}") }
        }
    })?;
    let Some(items) = value.pointer(&api.items).and_then(items) else {
        let found = format!("JSON without a list at `{}`", api.items);
        return Err(Unfit::WrongType { expected: "a JSON listing", found });
    };
    let hints = Hints::new(newspaper, page);
    let mut links = Links::new(newspaper, TargetKind::Listing, &page.url);
    for item in &items {
        let Some(url) = api.link.fill(item).and_then(|link| page.url.join(link.trim()).ok()) else {
            continue;
        };
        let Some(place) = links.add(&url) else { continue };
        if let Some(title) = api.title.as_ref().and_then(|title| title.fill(item)) {
            links.title(place, Rank::Heading, clean::line(&title));
        }
        if let Some(date) = api.date.as_ref().and_then(|date| date.fill(item)) {
            links.date(place, hints.written(&date));
        }
    }
    if !items.is_empty()
        && let Some(next) = api.after(&page.url)
    {
        links.add_as(TargetKind::Listing, &next);
    }
    Ok(links.into_vec())
}

/// The items of a list, or of an object that numbers them.
fn items(value: &Value) -> Option<Vec<&Value>> {
    match value {
        Value::Array(items) => Some(items.iter().collect()),
        Value::Object(items) => Some(items.values().collect()),
        _ => None,
    }
}
