//! A photo, with what its own attributes say of it.

use scraper::ElementRef;

use super::document::{Document, attribute};
use super::images;
use super::pieces::{Place, Shot};
use super::words::Words;
use crate::text::clean;

/// Attributes that hold a caption.
const CAPTION_ATTRIBUTES: [&str; 3] = ["data-caption", "cms-photo-caption", "data-desc"];

/// The photo that an image shows, with what its attributes say of it; none where it shows no photo of the article.
pub(super) fn shot(document: &Document, element: ElementRef<'_>) -> Option<Shot> {
    if Words::of(element).has(Words::AUTHOR) {
        return None;
    }
    let url = images::photo(document, element)?;
    let texts = |names: &'static [&'static str]| {
        names
            .iter()
            .filter_map(move |name| attribute(element, name))
            .filter(|text| text.len() <= images::NAME_BYTES_MAX)
            .map(clean::line)
            .filter(|text| !text.is_empty())
    };
    let told = texts(&CAPTION_ATTRIBUTES).next();
    let named = texts(&["alt", "title"]).collect();
    Some(Shot { url, place: Place::default(), told, named, linked: false, dead: None })
}
