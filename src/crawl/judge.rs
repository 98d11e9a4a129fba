//! From what a fetch brought to what became of the target. Pure but for the time it takes: decoding and reading
//! happen here.
//!
//! A status alone does not tell: guards stand behind 200, 403 and 503 alike, lost pages behind 200, and a listing
//! can vanish by becoming empty. So error pages are looked at too, and what a page once held is held against it.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use url::Url;

use super::front;
use crate::fetch::{Answer, Failure, Fetched};
use crate::newspaper::{Class, Newspaper};
use crate::outcome::{Due, Fate};
use crate::page::{BodyDigest, Page, Unfit, body_digest};
use crate::read::{Reading, read};
use crate::target::{Link, Target, TargetKind};

/// What a visit amounts to, and the digest of the page's body where a good one came. A page on which a reader breaks
/// down is a page that failed: it must not end the crawl.
pub(super) fn judge(newspaper: &Newspaper, due: &Due, fetched: &Fetched) -> (Fate, Option<BodyDigest>) {
    unbroken(|| judge_answer(newspaper, due, fetched))
}

/// What the work gives, or the failure that its panic is. Nothing that the work could have left half done outlives
/// it: reading owns what it works on.
fn unbroken(work: impl FnOnce() -> (Fate, Option<BodyDigest>)) -> (Fate, Option<BodyDigest>) {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let what = format!("the reader broke down on this page: {}", words(panic.as_ref()));
        (Fate::Failed { what, retry_after: None }, None)
    })
}

/// The words of a panic.
fn words(panic: &(dyn Any + Send)) -> &str {
    let owned = panic.downcast_ref::<String>().map(String::as_str);
    owned.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no reason given")
}

fn judge_answer(newspaper: &Newspaper, due: &Due, fetched: &Fetched) -> (Fate, Option<BodyDigest>) {
    // Guards answer with error statuses too; what they refuse is not broken but blocked.
    if let Answer::Status { code, .. } = fetched.answer
        && let Some(why) = error_page_of_a_guard(newspaper, code, fetched)
    {
        return (Fate::Blocked(format!("status {code}: {why}")), None);
    }
    match &fetched.answer {
        Answer::Page(sealed) => match sealed.clone().open() {
            Ok(page) => judge_page(newspaper, due, &page),
            Err(failure) => (failed(&failure), None),
        },
        Answer::NotModified => (Fate::Unchanged, None),
        Answer::Elsewhere { url, for_good: true } => (Fate::Moved(url.clone()), None),
        Answer::Elsewhere { url, for_good: false } => {
            let what = format!("the server sends visitors to {url} for the time being");
            (Fate::Failed { what, retry_after: None }, None)
        }
        Answer::Status { code, retry_after } => (status(*code, *retry_after), None),
        Answer::Denied(why) => (Fate::Denied(why.clone()), None),
        Answer::Failed(failure) => (failed(failure), None),
    }
}

fn failed(failure: &Failure) -> Fate {
    Fate::Failed { what: failure.to_string(), retry_after: None }
}

fn status(code: u16, retry_after: Option<std::time::Duration>) -> Fate {
    match code {
        404 | 410 => Fate::Gone(format!("status {code}")),
        401 | 402 | 403 | 407 | 451 => Fate::Blocked(format!("status {code}")),
        _ => Fate::Failed { what: format!("status {code}"), retry_after },
    }
}

/// The statuses behind which guards stand.
const GUARDED_STATUSES: [u16; 4] = [401, 403, 429, 503];

/// The words of servers that are overloaded or down, in lower case: no guard's, though they stand in the same place.
const OVERLOAD_WORDS: [&str; 4] = ["unavailable", "gateway", "too many requests", "403 forbidden"];

/// The guard whose page an error page is.
fn error_page_of_a_guard(newspaper: &Newspaper, code: u16, fetched: &Fetched) -> Option<String> {
    if !GUARDED_STATUSES.contains(&code) {
        return None;
    }
    let page = fetched.last(TargetKind::Article)?.open().ok()?;
    guard_of(newspaper, &page).filter(|why| {
        let why = why.to_lowercase();
        !OVERLOAD_WORDS.iter().any(|words| why.contains(words))
    })
}

/// The guard that hides a page, whatever the page was fetched as.
fn guard_of(newspaper: &Newspaper, page: &Page) -> Option<String> {
    let page = Page { kind: TargetKind::Article, ..page.clone() };
    match read(newspaper, &page) {
        Reading::Unfit(Unfit::Blocked(why)) => Some(why),
        _ => None,
    }
}

fn judge_page(newspaper: &Newspaper, due: &Due, page: &Page) -> (Fate, Option<BodyDigest>) {
    if let Some(fate) = led_elsewhere(newspaper, &due.target, &page.url) {
        return (fate, None);
    }
    let digest = body_digest(&page.body);
    if due.last_digest == Some(digest) {
        return (Fate::Unchanged, Some(digest));
    }
    match read(newspaper, page) {
        Reading::Article(article) => (Fate::Article(article), Some(digest)),
        Reading::Photo(_) => (Fate::Photo, Some(digest)),
        Reading::Links(links) => (judge_links(due, links), Some(digest)),
        Reading::Unfit(unfit) => (unfit_fate(newspaper, due, page, &unfit), None),
    }
}

/// A page of links that holds none of what it is there for is noticed: it is empty, or has another layout.
fn judge_links(due: &Due, links: Vec<Link>) -> Fate {
    let has_articles = links.iter().any(|link| link.target.kind == TargetKind::Article);
    let once_held_some = due.changed_at.is_some();
    match due.target.kind {
        // A page behind the last one of a list: its end.
        TargetKind::Listing | TargetKind::Sitemap if due.is_step => Fate::Links(links),
        TargetKind::Listing if links.is_empty() => {
            Fate::NotArticle("the listing holds no links (an empty page, or another layout)".into())
        }
        TargetKind::Listing if once_held_some && !has_articles && due.held_articles => Fate::NotArticle(
            "the listing holds no articles any more (an empty page, or another layout)".into(),
        ),
        TargetKind::Feed | TargetKind::Sitemap if links.is_empty() && once_held_some => {
            Fate::NotArticle(format!("the {} is empty, and once was not", due.target.kind))
        }
        _ => Fate::Links(links),
    }
}

fn unfit_fate(newspaper: &Newspaper, due: &Due, page: &Page, unfit: &Unfit) -> Fate {
    let why = unfit.to_string();
    match unfit {
        // Where a feed or a sitemap was due, a guard's page is only HTML.
        Unfit::WrongType { .. } => match guard_of(newspaper, page) {
            Some(guard) => Fate::Blocked(guard),
            None => Fate::NotArticle(why),
        },
        Unfit::NotArticle(_) if due.target.kind == TargetKind::Article && front::is_front_page(page) => {
            Fate::Gone("the address shows the front page".into())
        }
        Unfit::NotArticle(_) => Fate::NotArticle(why),
        Unfit::SoftNotFound(_) => Fate::Gone(why),
        Unfit::Blocked(_) => Fate::Blocked(why),
        Unfit::Empty | Unfit::Cut(_) => Fate::Failed { what: why, retry_after: None },
    }
}

/// A redirect within the newspaper that ends at another page than the one asked for. The other page is a target of
/// its own; one that ends at the front page means that the article is gone.
fn led_elsewhere(newspaper: &Newspaper, target: &Target, url: &Url) -> Option<Fate> {
    if *url == target.url || target.kind != TargetKind::Article {
        return None;
    }
    let found = newspaper.target(url);
    match newspaper.classify(url) {
        Class::Article { .. } if found.as_ref().is_some_and(|found| found.key() == target.key()) => None,
        Class::Listing if url.path() == "/" => Some(Fate::Gone("the address leads to the front page".into())),
        // An address that no pattern knows may still be the article's own new one: its page will tell.
        Class::Other if target.id_in_newspaper.is_some() && newspaper.owns(url) => None,
        _ => Some(Fate::Moved(url.clone())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_that_breaks_down_is_a_failure_of_its_page() {
        let (fate, digest) = unbroken(|| panic!("index {} out of bounds", 7));
        assert_eq!(fate.reason().unwrap(), "the reader broke down on this page: index 7 out of bounds");
        assert_eq!((fate.as_str(), digest), ("failed", None));
    }
}
