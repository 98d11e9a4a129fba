//! `khobao read`: one page, from a file, from standard input or from its address.

use std::io::Read;
use std::path::Path;

use anyhow::{Context, bail};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use clap::Args as ClapArgs;
use schemars::JsonSchema;
use serde::Serialize;
use url::Url;

use super::options::Shared;
use super::out::Out;
use super::{Ending, render};
use crate::article::Article;
use crate::crawl::{SystemClock, once};
use crate::newspaper::{Class, Newspaper, Newspapers};
use crate::page::Page;
use crate::read::{Reading, read};
use crate::target::{Link, TargetKind};
use crate::when::When;

/// The largest file that is read as a page, in bytes: the same as a page from the network may have.
const FILE_BYTES_MAX: u64 = 64 << 20;

/// Read one page and print its article
///
/// The newspaper is found by the page's address, which is the given one, that of --url, or the one that the page
/// itself names. A page of no known newspaper is read by the generic reader.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// A saved page, its address, or - for standard input
    page: String,
    /// The newspaper whose selector file is used
    #[arg(long, value_name = "ID")]
    newspaper: Option<String>,
    /// The address of a saved page
    #[arg(long, value_name = "URL")]
    url: Option<Url>,
    /// When a saved page was fetched (chooses the layout, and anchors "4 giờ trước")
    #[arg(long, value_name = "TIME")]
    fetched_at: Option<When>,
    /// Use no selector file
    #[arg(long, conflicts_with = "newspaper")]
    generic: bool,
    /// Print the links that would be followed instead of the article
    #[arg(long)]
    links: bool,
    #[command(flatten)]
    network: super::crawl::Network,
}

pub(super) fn schema() -> schemars::Schema {
    super::schema::of::<Article>()
}

pub(super) fn links_schema() -> schemars::Schema {
    super::schema::of::<LinkLine<'_>>()
}

pub(super) fn run(args: &Args, shared: &Shared) -> anyhow::Result<Ending> {
    let newspapers = shared.newspapers()?;
    let page = match fetched_address(args) {
        Some(url) => match fetch(args, &newspapers, &url)? {
            Ok(page) => page,
            Err(why) => return Ok(Ending::fell_short("not fetched", format!("{url}: {why}"))),
        },
        None => saved(args)?,
    };
    let newspaper = choose(args, &newspapers, &page)?;
    let page = Page { kind: kind(args, &newspaper, &page), ..page };
    let mut out = Out::stdout();
    let ending = match read(&newspaper, &page) {
        Reading::Article(article) => {
            if shared.json {
                out.json(&article)?;
            } else {
                out.text(render::text(&article))?;
            }
            Ending::done()
        }
        Reading::Links(links) => {
            for link in &links {
                print_link(&mut out, shared.json, link)?;
            }
            if links.is_empty() {
                Ending::fell_short("no links", format!("{}: no links to follow on the page", page.url))
            } else {
                Ending::done()
            }
        }
        Reading::Photo(format) => Ending::fell_short("not read", format!("{}: a photo ({format})", page.url)),
        Reading::Unfit(unfit) => Ending::fell_short("not read", format!("{}: {unfit}", page.url)),
    };
    out.finish()?;
    Ok(ending)
}

/// The address to fetch, where the page is named by one.
fn fetched_address(args: &Args) -> Option<Url> {
    let url = Url::parse(&args.page).ok()?;
    (matches!(url.scheme(), "http" | "https") && !Path::new(&args.page).exists()).then_some(url)
}

fn fetch(args: &Args, newspapers: &Newspapers, url: &Url) -> anyhow::Result<Result<Page, String>> {
    let known = newspapers.by_host(url.host_str().unwrap_or_default());
    let newspaper = known.cloned().unwrap_or_else(|| Newspaper::unknown(url.host_str().unwrap_or_default()));
    let client = args.network.client()?;
    super::crawl::runtime()?.block_on(async { Ok(once::fetch(&client, &SystemClock, &newspaper, url).await) })
}

/// A page from a file or from standard input.
fn saved(args: &Args) -> anyhow::Result<Page> {
    if args.page != "-" {
        return saved_page(Path::new(&args.page), args.url.as_ref(), args.fetched_at);
    }
    let mut body = Vec::new();
    std::io::stdin()
        .lock()
        .take(FILE_BYTES_MAX)
        .read_to_end(&mut body)
        .context("cannot read standard input")?;
    Ok(page(body, &args.page, args.url.as_ref(), args.fetched_at))
}

/// The article page in a file; its address is the given one or the one that it gives itself.
pub(super) fn saved_page(file: &Path, url: Option<&Url>, fetched_at: Option<When>) -> anyhow::Result<Page> {
    let size =
        std::fs::metadata(file).with_context(|| format!("cannot read the page {}", file.display()))?.len();
    if size > FILE_BYTES_MAX {
        bail!("{}: {size} bytes are too many for a page (at most {FILE_BYTES_MAX})", file.display());
    }
    let body = std::fs::read(file).with_context(|| format!("cannot read the page {}", file.display()))?;
    Ok(page(body, &file.display().to_string(), url, fetched_at))
}

fn page(body: Vec<u8>, name: &str, url: Option<&Url>, fetched_at: Option<When>) -> Page {
    let url = match url {
        Some(url) => url.clone(),
        None => own_address(&body).unwrap_or_else(|| file_address(name)),
    };
    Page {
        kind: TargetKind::Article,
        url,
        status: 200,
        headers: Vec::new(),
        body: Bytes::from(body),
        fetched_at: fetched_at.map_or_else(now, |when| when.instant()),
    }
}

fn now() -> DateTime<Utc> {
    Utc::now()
}

/// The address that a saved page gives itself.
fn own_address(body: &[u8]) -> Option<Url> {
    crate::extract::own_address(body)
}

fn file_address(name: &str) -> Url {
    let absolute = std::path::absolute(name).ok();
    absolute
        .and_then(|path| Url::from_file_path(path).ok())
        .unwrap_or_else(|| Url::parse("file:///stdin").unwrap_or_else(|_| unreachable!("a constant address")))
}

fn choose(args: &Args, newspapers: &Newspapers, page: &Page) -> anyhow::Result<Newspaper> {
    let host = page.url.host_str().unwrap_or_default();
    if args.generic {
        return Ok(Newspaper::unknown(host));
    }
    if let Some(id) = &args.newspaper {
        let found = newspapers.get(id).cloned();
        return found.with_context(|| super::newspapers::unknown(newspapers, id));
    }
    Ok(newspapers.by_host(host).cloned().unwrap_or_else(|| Newspaper::unknown(host)))
}

/// With `--links` the page is read as what its address says, a listing where it does not say.
fn kind(args: &Args, newspaper: &Newspaper, page: &Page) -> TargetKind {
    if !args.links {
        return TargetKind::Article;
    }
    let opening = String::from_utf8_lossy(&page.body[..page.body.len().min(1024)]).to_lowercase();
    if opening.contains("<urlset") || opening.contains("<sitemapindex") {
        return TargetKind::Sitemap;
    }
    if opening.contains("<rss") || opening.contains("<feed") || opening.contains("<rdf") {
        return TargetKind::Feed;
    }
    match newspaper.classify(&page.url) {
        Class::Feed => TargetKind::Feed,
        Class::Sitemap => TargetKind::Sitemap,
        Class::Article { .. } | Class::Listing | Class::Other => TargetKind::Listing,
    }
}

/// A link as `--links --json` prints it.
#[derive(Serialize, JsonSchema)]
struct LinkLine<'a> {
    /// The canonical address of the page.
    url: &'a Url,
    /// What the page is.
    kind: TargetKind,
    /// The headline beside the link, where there is one.
    title: Option<&'a str>,
    /// The date beside the link, where there is one.
    date: Option<When>,
}

fn print_link(out: &mut Out, json: bool, link: &Link) -> anyhow::Result<()> {
    let row = LinkLine {
        url: &link.target.url,
        kind: link.target.kind,
        title: link.title.as_deref(),
        date: link.date,
    };
    if json {
        return out.json(&row);
    }
    let date = row.date.map_or_else(String::new, |date| date.to_string());
    out.line(format!("{:<8} {}  {date}  {}", row.kind, row.url, row.title.unwrap_or("")).trim_end())
}
