//! The examples of a newspaper's file against its patterns.

use super::part::Part;
use super::values;
use crate::newspaper::fault::Fault;
use crate::newspaper::tree::Text;
use crate::newspaper::{Class, Newspaper};
use crate::target::canonical;

/// Tells each pattern that takes none or all of the examples and, where the patterns pass, each example that is
/// classed as what it is not.
pub(super) fn check(part: &Part<'_>, newspaper: &Newspaper, faults: &mut Vec<Fault>) {
    let examples = &part.raw.examples;
    let before = faults.len();
    let lists = [("article", &examples.article), ("listing", &examples.listing), ("other", &examples.other)];
    for (_, texts) in lists {
        for text in texts {
            if let Err((what, advice)) = values::address(text.get_ref()) {
                faults.push(part.file.fault(&text.span(), what, advice));
            }
        }
    }
    check_patterns(part, faults);
    if faults.len() > before {
        return;
    }
    for (kind, texts) in lists {
        for text in texts {
            check_example(part, newspaper, kind, text, faults);
        }
    }
}

/// The part of an address that patterns see.
fn seen(text: &Text) -> Option<String> {
    let url = canonical(&values::address(text.get_ref()).ok()?);
    Some(url[url::Position::BeforePath..url::Position::AfterQuery].to_owned())
}

fn check_patterns(part: &Part<'_>, faults: &mut Vec<Fault>) {
    let examples = &part.raw.examples;
    let articles: Vec<String> = examples.article.iter().filter_map(seen).collect();
    let rest: Vec<String> = examples.listing.iter().chain(&examples.other).filter_map(seen).collect();
    if articles.is_empty() {
        return;
    }
    for pattern in part.article.iter().flatten() {
        let takes = |address: &String| pattern.value.is_match(address);
        if !articles.iter().any(takes) {
            let what = "the pattern takes none of the examples of articles";
            faults.push(part.file.fault(&pattern.at, what, "mend it, or add an example that it is for"));
        } else if !rest.is_empty() && articles.iter().chain(&rest).all(takes) {
            let what = "the pattern takes all of the examples, listings and others too";
            faults.push(part.file.fault(&pattern.at, what, "make it narrower"));
        }
    }
}

fn check_example(part: &Part<'_>, newspaper: &Newspaper, kind: &str, text: &Text, faults: &mut Vec<Fault>) {
    let Ok(url) = values::address(text.get_ref()) else { return };
    let mut fault = |what: String, advice: &str| faults.push(part.file.fault(&text.span(), what, advice));
    if !newspaper.owns(&url) {
        let host = url.host_str().unwrap_or_default();
        // An address of another site is a fine example of what is not to be followed.
        if kind != "other" {
            fault(
                format!("`{host}` is none of the newspaper's hosts"),
                "add it to `hosts`, or remove the example",
            );
        }
        return;
    }
    let found = match newspaper.classify(&url) {
        Class::Article { .. } => "article",
        Class::Listing => "listing",
        Class::Other => "other",
        Class::Feed => "feed",
        Class::Sitemap => "sitemap",
    };
    if found != kind {
        let what = format!("the example of `{kind}` is taken for `{found}`");
        fault(what, "mend the patterns of [crawl], or move the example");
    }
}
