//! HTML parsed within bounds, for everything that reads a page.
//!
//! The tree is built by html5ever's tree builder, which knows the browsers' rules for wrong markup. What stands
//! before it is ours: the tokenizer (`tokens`, `tag`, `raw`, `comment`, `reference`) finds the ends of whole runs of text and of
//! attributes in one search, where html5ever's steps from character to character and gives the builder a token for
//! every line of a script; and the tree (`sink`) takes the nodes without further search. Both follow the rules of
//! the standard to the letter, so that a page gives the same tree as [`Html::parse_document`], node for node, in
//! about half the time.
//!
//! HTML's rules make a tree of anything, but not in bounded time: for each tag the builder looks through all open
//! elements, so that a page of a hundred thousand open `<div>` takes minutes, and a few kilobytes of open `<b>`
//! can be made to multiply into millions of nodes. No page of a newspaper comes near the bounds here.

mod comment;
mod names;
mod raw;
mod reference;
mod sink;
mod tag;
mod tokens;

use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts, TreeSink};
use scraper::Html;

use self::sink::Sink;
use self::tokens::Tokens;

/// Elements within elements; browsers stop at 512.
const DEPTH_MAX: usize = 1_000;

/// Nodes of a tree. The largest saved article page holds under 20,000.
const NODES_MAX: usize = 500_000;

/// The bounds are checked whenever this much was read.
const STEP_BYTES: usize = 16 * 1024;

/// Parses a page. What lies beyond the bounds is left unread.
#[must_use]
pub fn document(text: &str) -> Html {
    let builder = TreeBuilder::new(Sink::for_text(text.len()), TreeBuilderOpts::default());
    let text = normal(text);
    let mut tokens = Tokens::of(&text);
    let mut next_check = STEP_BYTES;
    while tokens.pass(&builder) {
        if tokens.at() >= next_check {
            if !builder.sink.is_within_bounds() {
                break;
            }
            next_check = tokens.at() + STEP_BYTES;
        }
    }
    tokens::end(&builder);
    builder.sink.finish()
}

/// The text with every line break as a line feed (HTML, §13.2.3.5), without a byte order mark.
fn normal(text: &str) -> std::borrow::Cow<'_, str> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    if memchr::memchr(b'\r', text.as_bytes()).is_none() {
        return text.into();
    }
    let mut normal = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'\r', rest.as_bytes()) {
        normal.push_str(&rest[..at]);
        normal.push('\n');
        rest = &rest[at + 1..];
        rest = rest.strip_prefix('\n').unwrap_or(rest);
    }
    normal.push_str(rest);
    normal.into()
}

#[cfg(test)]
mod tests;
