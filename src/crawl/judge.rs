//! From what a fetch brought to what became of the target. Pure but for the time it takes: decoding and reading
//! happen here.

use bytes::Bytes;
use sha2::{Digest, Sha256};
use url::Url;

use crate::fetch::{Answer, Failure, Fetched};
use crate::newspaper::{Class, Newspaper};
use crate::outcome::{Due, Fate};
use crate::page::{Page, Unfit};
use crate::read::{Reading, read};
use crate::target::{Target, TargetKind};

/// What a visit amounts to, and the page's body where a good one came.
pub(super) fn judge(newspaper: &Newspaper, due: &Due, fetched: Fetched) -> (Fate, Option<Bytes>) {
    match fetched.answer {
        Answer::Page(sealed) => match sealed.open() {
            Ok(page) => judge_page(newspaper, due, &page),
            Err(failure) => (failed(&failure), None),
        },
        Answer::NotModified => (Fate::Unchanged, None),
        Answer::Elsewhere { url, for_good: true } => (Fate::Moved(url), None),
        Answer::Elsewhere { url, for_good: false } => {
            let what = format!("the server sends visitors to {url} for the time being");
            (Fate::Failed { what, retry_after: None }, None)
        }
        Answer::Status { code, retry_after } => (status(code, retry_after), None),
        Answer::Denied(why) => (Fate::Denied(why), None),
        Answer::Failed(failure) => (failed(&failure), None),
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

fn judge_page(newspaper: &Newspaper, due: &Due, page: &Page) -> (Fate, Option<Bytes>) {
    if let Some(fate) = led_elsewhere(newspaper, &due.target, &page.url) {
        return (fate, None);
    }
    if due.last_digest.is_some_and(|digest| digest == *Sha256::digest(&page.body)) {
        return (Fate::Unchanged, Some(page.body.clone()));
    }
    let fate = match read(newspaper, page) {
        Reading::Article(article) => Fate::Article(article),
        Reading::Links(links)
            if links.is_empty() && due.target.kind == TargetKind::Listing && due.visits == 0 =>
        {
            Fate::NotArticle("the listing holds no links (an empty page, or another layout)".into())
        }
        Reading::Links(links) => Fate::Links(links),
        Reading::Unfit(unfit) => return (unfit_fate(&unfit), None),
    };
    (fate, Some(page.body.clone()))
}

fn unfit_fate(unfit: &Unfit) -> Fate {
    let why = unfit.to_string();
    match unfit {
        Unfit::NotArticle(_) | Unfit::WrongType { .. } => Fate::NotArticle(why),
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
