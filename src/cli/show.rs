//! `khobao show`: one article out of the archive.

use anyhow::Context;
use clap::Args as ClapArgs;

use super::options::Shared;
use super::out::Out;
use super::{Ending, render};
use crate::archive::{Reader, StoredArticle};
use crate::article::Article;

/// Print one article of the archive
#[derive(Debug, ClapArgs)]
#[command(disable_version_flag = true)]
pub(super) struct Args {
    /// The article's number in the archive, or its address
    #[arg(value_name = "ID|URL")]
    article: String,
    /// As Markdown
    #[arg(long, conflicts_with_all = ["html", "raw"])]
    markdown: bool,
    /// As an HTML document
    #[arg(long, conflicts_with = "raw")]
    html: bool,
    /// The stored page that it was read from, held against its digest, with its content coding undone
    #[arg(long)]
    raw: bool,
    /// An earlier version, counted from 1
    #[arg(long, value_name = "N")]
    version: Option<u32>,
}

pub(super) fn schema() -> schemars::Schema {
    super::schema::of::<Article>()
}

pub(super) fn run(args: &Args, shared: &Shared) -> anyhow::Result<Ending> {
    let reader = Reader::open(&shared.archive)?;
    let Some(stored) = find(&reader, args)? else {
        let version = args.version.map(|number| format!(" in version {number}")).unwrap_or_default();
        return Ok(Ending::fell_short(
            "not found",
            format!("the archive has no article {}{version}", args.article),
        ));
    };
    let mut out = if args.raw { Out::exact() } else { Out::stdout() };
    if args.raw {
        out.write(&page(&reader, &stored)?)?;
    } else if shared.json {
        out.json(&stored.article)?;
    } else if args.markdown {
        out.text(render::markdown(&stored.article))?;
    } else if args.html {
        out.text(render::html(&stored.article))?;
    } else {
        out.text(render::text(&stored.article))?;
        if stored.version_count > 1 || stored.gone_at.is_some() {
            out.line(standing(&stored))?;
        }
    }
    out.finish()?;
    Ok(Ending::done())
}

fn find(reader: &Reader, args: &Args) -> anyhow::Result<Option<StoredArticle>> {
    match (super::which::article(reader, &args.article)?, args.version) {
        (Some(current), Some(number)) => Ok(reader.article_version(current.id, number)?),
        (current, _) => Ok(current),
    }
}

/// The stored page with its content coding undone.
fn page(reader: &Reader, stored: &StoredArticle) -> anyhow::Result<bytes::Bytes> {
    let capture = stored.capture_id.context("the archive holds no page of this version")?;
    let row = reader.capture(capture)?.context("the archive holds no page of this version")?;
    let payload = bytes::Bytes::from(reader.sound_payload(capture)?);
    let codings = crate::coding::declared(&row.response_headers);
    crate::coding::decode(&payload, codings.as_deref())
        .with_context(|| format!("capture {capture}: the stored page cannot be decoded"))
}

fn standing(stored: &StoredArticle) -> String {
    let gone = stored.gone_at.map(|at| format!("; gone since {}", at.format("%Y-%m-%d"))).unwrap_or_default();
    format!("\n(version {} of {}{gone})", stored.version, stored.version_count)
}
