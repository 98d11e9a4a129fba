//! The stretches of a page that have one origin: text nodes, attribute values, strings of JSON, lines.

/// Splits a page into stretches, each with the delimiter that ends it.
///
/// No parsing: all that matters is that no stretch joins what two programs wrote.
pub(super) fn stretches(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(['<', '>', '"', '\n'])
}
