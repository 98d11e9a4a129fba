//! One page for a person who asks for it: robots.txt is asked first all the same.

use url::Url;

use super::Clock;
use crate::fetch::robots::{Standing, Verdict};
use crate::fetch::{Answer, Client, Conditions, Open, Request};
use crate::newspaper::Newspaper;
use crate::page::Page;
use crate::target::TargetKind;

/// Fetches one page, or says in words why it could not be had.
pub async fn fetch(
    client: &Client,
    clock: &dyn Clock,
    newspaper: &Newspaper,
    url: &Url,
) -> Result<Page, String> {
    let mut standing = Standing::new(client.robots_names().into());
    let (_, seen) = client.robots(url, Conditions::default(), &mut Open).await;
    standing.take(seen, clock.now());
    match standing.verdict(url, clock.now()) {
        Verdict::Allowed => {}
        Verdict::Denied(line) => return Err(line),
        Verdict::Unreadable { what, .. } => return Err(what),
        Verdict::Unasked => return Err("robots.txt was not asked".to_owned()),
    }
    let kind = newspaper.target(url).map_or(TargetKind::Article, |target| target.kind);
    let hosts = |host: &str| url.host_str() == Some(host) || newspaper.owns_host(host);
    let headers = newspaper.request_headers(url);
    let request = Request { url, kind, conditions: Conditions::default(), hosts: &hosts, headers };
    match client.get(&request, &mut Open).await.answer {
        Answer::Page(sealed) => sealed.open().map_err(|failure| failure.to_string()),
        Answer::NotModified => Err("status 304".to_owned()),
        Answer::Status { code, .. } => Err(format!("status {code}")),
        Answer::Elsewhere { url, .. } => Err(format!("the server sends visitors to {url}")),
        Answer::Denied(why) => Err(why),
        Answer::Failed(failure) => Err(failure.to_string()),
    }
}
