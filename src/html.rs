//! HTML parsed within bounds, for everything that reads a page.
//!
//! HTML's rules make a tree of anything, but not in bounded time: for each tag the parser looks through all open
//! elements, so that a page of a hundred thousand open `<div>` takes minutes, and a few kilobytes of open `<b>`
//! can be made to multiply into millions of nodes. No page of a newspaper comes near these bounds.

use html5ever::driver::{self, ParseOpts};
use html5ever::tendril::{StrTendril, TendrilSink};
use scraper::{Html, HtmlTreeSink};

/// Elements within elements; browsers stop at 512.
const DEPTH_MAX: usize = 1_000;

/// Nodes of a tree. The largest saved article page holds under 20,000.
const NODES_MAX: usize = 500_000;

/// The bounds are checked whenever this much was read.
const STEP_BYTES: usize = 16 * 1024;

/// Parses a page. What lies beyond the bounds is left unread.
#[must_use]
pub fn document(text: &str) -> Html {
    let sink = HtmlTreeSink::new(Html::new_document());
    let mut parser = driver::parse_document(sink, ParseOpts::default());
    let mut rest = text;
    while !rest.is_empty() {
        let (step, after) = rest.split_at(rest.floor_char_boundary(STEP_BYTES));
        parser.process(StrTendril::from(step));
        if !within_bounds(&parser.tokenizer.sink.sink.0.borrow()) {
            break;
        }
        rest = after;
    }
    parser.finish()
}

fn within_bounds(html: &Html) -> bool {
    let mut nodes = html.tree.nodes();
    let is_deep = |node: ego_tree::NodeRef<'_, _>| node.ancestors().nth(DEPTH_MAX).is_some();
    nodes.len() <= NODES_MAX && !nodes.next_back().is_some_and(is_deep)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_parsed_as_the_parser_alone_would_parse_it() {
        let page =
            format!("<!DOCTYPE html><title>Á</title>{}", "<p>Chợ phiên &amp; hội xuân</p>\r\n".repeat(3_000));
        assert!(page.len() > 4 * STEP_BYTES);
        assert_eq!(document(&page).html(), Html::parse_document(&page).html());
    }

    #[test]
    fn a_page_that_nests_without_end_stops() {
        let nested = document(&"<div>".repeat(100_000));
        assert!(nested.tree.nodes().len() < 10_000);
        let bold: Vec<String> = (0..5_000).map(|number| format!("<b id={number}>")).collect();
        let multiplied = document(&format!("<p>{}</p>{}", bold.concat(), "<p>x</p>".repeat(50_000)));
        assert!(multiplied.tree.nodes().len() < 4 * NODES_MAX);
    }
}
