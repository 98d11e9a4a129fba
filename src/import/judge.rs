//! What an imported capture amounts to: the same page is read the same way as when a crawl brings it.

use url::Url;

use crate::coding;
use crate::newspaper::{Class, Newspaper};
use crate::outcome::Fate;
use crate::page::{BodyDigest, Exchange, Page, Unfit, body_digest};
use crate::read::{Reading, read};
use crate::target::{Target, TargetKind};

/// What a capture amounts to, and the digest of its body with the content coding undone.
pub(super) struct Judged {
    pub(super) fate: Fate,
    pub(super) body_digest: Option<BodyDigest>,
}

/// The target of an address. An address that no pattern knows is that of the article whose redirect led there.
pub(super) fn target(newspaper: &Newspaper, url: &Url, led_by: Option<&Target>) -> Option<Target> {
    let own = newspaper.target(url);
    if own.is_none() && newspaper.classify(url) == Class::Other {
        let led_by =
            led_by.filter(|target| target.newspaper == newspaper.id && target.id_in_newspaper.is_some());
        return led_by.cloned();
    }
    own
}

/// Reads a capture of a target.
pub(super) fn judge(newspaper: &Newspaper, target: Option<&Target>, exchange: &Exchange) -> Judged {
    let nothing = |fate| Judged { fate, body_digest: None };
    match exchange.status {
        200..300 => {}
        304 => return nothing(Fate::Unchanged),
        404 | 410 => return nothing(Fate::Gone(format!("status {}", exchange.status))),
        status => return nothing(failed(format!("status {status}"))),
    }
    let codings = coding::declared(&exchange.response_headers);
    let body = match coding::decode(&exchange.payload, codings.as_deref()) {
        Ok(body) => body,
        Err(error) => return nothing(failed(error.to_string())),
    };
    let body_digest = Some(body_digest(&body));
    let Some(target) = target.filter(|target| target.kind == TargetKind::Article) else {
        // Its links are a crawl's affair.
        return Judged { fate: Fate::Links(Vec::new()), body_digest };
    };
    let page = Page {
        kind: target.kind,
        url: exchange.url.clone(),
        status: exchange.status,
        headers: exchange.response_headers.clone(),
        body,
        fetched_at: exchange.requested_at,
    };
    let fate = match read(newspaper, &page) {
        Reading::Article(article) => Fate::Article(article),
        Reading::Links(links) => Fate::Links(links),
        Reading::Unfit(Unfit::SoftNotFound(why)) => Fate::Gone(why),
        Reading::Photo(_) => Fate::Photo,
        Reading::Unfit(unfit) => Fate::NotArticle(unfit.to_string()),
    };
    Judged { fate, body_digest }
}

fn failed(what: String) -> Fate {
    Fate::Failed { what, retry_after: None }
}
