//! Feeds that keep the rules, by feed-rs.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};
use feed_rs::model::Entry;
use feed_rs::parser::Builder;
use url::Url;

use super::Item;
use crate::discover::hint::Hints;
use crate::when::When;

/// Reads a feed; none where feed-rs refuses it.
pub(super) fn items(text: &str, url: &Url, hints: Hints) -> Option<Vec<Item>> {
    // feed-rs keeps instants alone; what the feed said (an offset, a bare day) is looked up again.
    let printed: Arc<Mutex<HashMap<DateTime<Utc>, When>>> = Arc::default();
    let notes = Arc::clone(&printed);
    let parser = Builder::new()
        .base_uri(Some(url.as_str()))
        .timestamp_parser(move |text| {
            let when = hints.written(text)?;
            notes.lock().ok()?.insert(when.instant(), when);
            Some(when.instant())
        })
        .build();
    let feed = parser.parse(text.as_bytes()).ok()?;
    let printed = printed.lock().ok()?;
    Some(feed.entries.into_iter().map(|entry| item(entry, &printed)).collect())
}

fn item(entry: Entry, printed: &HashMap<DateTime<Utc>, When>) -> Item {
    let is_page = |rel: &Option<String>| rel.as_deref().is_none_or(|rel| rel == "alternate");
    let (pages, others): (Vec<_>, Vec<_>) = entry.links.into_iter().partition(|link| is_page(&link.rel));
    let links = pages.into_iter().chain(others).map(|link| link.href);
    let instant = entry.published.or(entry.updated);
    Item {
        addresses: links.chain([entry.id]).filter(|address| !address.trim().is_empty()).collect(),
        title: entry.title.map(|title| title.content).unwrap_or_default(),
        date: instant.and_then(|instant| printed.get(&instant).copied()),
    }
}
