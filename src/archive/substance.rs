//! What counts as a change of an article: its words, captions, authors and dates. Not the way the page breaks its
//! lines, where its photos lie, or a clock that runs.

use chrono::{DateTime, FixedOffset};
use sha2::{Digest, Sha256};

use crate::article::Article;
use crate::text::caption;
use crate::when::When;

/// SHA-256 of title, lead, body and captions, as `about` describes it.
pub(super) fn text_sha256(title: &str, lead: Option<&str>, body: &str, captions: &[String]) -> [u8; 32] {
    Sha256::digest(text(title, lead, body, captions)).into()
}

/// Title, lead, body and captions, each that is there, joined by empty lines; captions among themselves by newlines.
pub(super) fn text(title: &str, lead: Option<&str>, body: &str, captions: &[String]) -> String {
    let captions = captions.join("\n");
    let parts = [title, lead.unwrap_or_default(), body, &captions];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// Tells whether a new reading differs from the current version in substance.
pub(super) fn differs(before: &Article, now: &Article) -> bool {
    words(&before.title).ne(words(&now.title))
        || words(before.lead.as_deref().unwrap_or_default())
            .ne(words(now.lead.as_deref().unwrap_or_default()))
        || body_words(before).ne(body_words(now))
        || captions(before).ne(captions(now))
        || before.authors != now.authors
        || !is_same_time(before.published_at, now.published_at)
        || event(before) != event(now)
}

/// The fields in which two readings differ, by the names of the article's JSON. Not what follows from other fields:
/// who read it, and what gave each field.
pub(super) fn changed_fields(before: &Article, now: &Article) -> Vec<&'static str> {
    let fields = [
        ("url", before.url != now.url),
        ("id_in_newspaper", before.id_in_newspaper != now.id_in_newspaper),
        ("title", before.title != now.title),
        ("lead", before.lead != now.lead),
        ("dateline", before.dateline != now.dateline),
        ("authors", before.authors != now.authors),
        ("published_at", before.published_at != now.published_at),
        ("updated_at", before.updated_at != now.updated_at),
        ("section", before.section != now.section),
        ("tags", before.tags != now.tags),
        ("body", before.body != now.body),
        ("captions", before.captions != now.captions),
        ("images", before.images != now.images),
        ("source_note", before.source_note != now.source_note),
        ("end_mark", before.end_mark != now.end_mark),
        ("language", before.language != now.language),
    ];
    fields.into_iter().filter(|(_, is_other)| *is_other).map(|(name, _)| name).collect()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace()
}

fn body_words(article: &Article) -> impl Iterator<Item = &str> {
    article.body.iter().flat_map(|block| words(&block.text))
}

/// Captions without what their setting alone changes: blanks, dashes, quotes, a final dot, the credit's style.
fn captions(article: &Article) -> impl Iterator<Item = String> {
    article.captions.iter().map(|text| caption::key(text))
}

fn event(article: &Article) -> Option<(Option<chrono::NaiveDate>, Option<chrono::NaiveDate>)> {
    article.dateline.as_ref().map(|dateline| (dateline.date, dateline.date_end))
}

/// Two statements of one publication: equal to the minute, or of one day where one of them has no clock.
fn is_same_time(before: Option<When>, now: Option<When>) -> bool {
    match (before, now) {
        (Some(When::Moment(before)), Some(When::Moment(now))) => minute(before) == minute(now),
        (Some(before), Some(now)) => before.day() == now.day(),
        (before, now) => before == now,
    }
}

fn minute(moment: DateTime<FixedOffset>) -> i64 {
    moment.timestamp().div_euclid(60)
}
