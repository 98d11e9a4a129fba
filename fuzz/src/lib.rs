//! What the targets share: pages made of bytes, and the promises that every article keeps.

use std::sync::LazyLock;

use bytes::Bytes;
use khobao::article::Article;
use khobao::newspaper::{Newspaper, Newspapers};
use khobao::page::Page;
use khobao::target::TargetKind;
use khobao::text::caption;
use url::Url;

/// The newspapers of the built-in selector files.
static NEWSPAPERS: LazyLock<Vec<Newspaper>> =
    LazyLock::new(|| Newspapers::built_in().expect("the built-in files are sound").iter().cloned().collect());

/// The newspaper that a byte names, one of every kind of markup; an unknown site for bytes beyond.
#[must_use]
pub fn newspaper(byte: u8) -> Newspaper {
    NEWSPAPERS.get(usize::from(byte)).cloned().unwrap_or_else(|| Newspaper::unknown("bao.example"))
}

/// A page of a newspaper, fetched on a fixed day.
#[must_use]
pub fn page(newspaper: &Newspaper, kind: TargetKind, body: &[u8]) -> Page {
    let host = newspaper.hosts.first().map_or("bao.example", String::as_str);
    let url = format!("https://{host}/xa-hoi/202405/cau-ban-vang-post123-0a1b2c3.html");
    Page {
        kind,
        url: Url::parse(&url).expect("a host makes an address"),
        status: 200,
        headers: Vec::new(),
        body: Bytes::copy_from_slice(body),
        fetched_at: "2024-05-20T03:00:00Z".parse().expect("a constant moment"),
    }
}

/// Panics where an article breaks a promise.
pub fn hold(article: &Article) {
    let captions: Vec<String> = article.captions.iter().map(|text| caption::key(text)).collect();
    for block in &article.body {
        assert!(!block.text.trim().is_empty(), "a block is empty");
        assert!(!captions.contains(&caption::key(&block.text)), "a caption stands in the body: {}", block.text);
    }
    for (index, key) in captions.iter().enumerate() {
        assert!(!captions[..index].contains(key), "a caption is given twice: {key}");
    }
    for image in &article.images {
        assert!(image.caption.is_none_or(|index| index < captions.len()), "an image points beyond the captions");
    }
    if let (Some(lead), Some(first)) = (&article.lead, article.body.first()) {
        assert_ne!(caption::key(lead), caption::key(&first.text), "the lead is repeated");
    }
    if let Some(dateline) = &article.dateline {
        assert!(dateline.date_end.is_none_or(|end| dateline.date.is_some_and(|date| date < end)), "{dateline:?}");
    }
}

/// The text in bytes that are one.
#[must_use]
pub fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}
