//! `khobao diff`: what changed between two versions of an article, word by word.

mod page;
mod words;

use anyhow::bail;
use clap::Args as ClapArgs;
use schemars::JsonSchema;
use serde::Serialize;

use super::options::Shared;
use super::out::Out;
use super::{Ending, which};
use crate::archive::{Change, Reader, StoredArticle, VersionRow, diff};

/// Show what changed between two versions of an article, word by word
///
/// Without numbers: what the last version changed. With one: what version N changed. With two: what changed from N
/// to M, in whatever order.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Exit status:
  0  shown, differences or none
  1  the archive has no such article or no such version, or there is only one
  2  could not run

Examples:
  khobao diff 4711
  khobao diff 4711 1 3 --html > changes.html")]
pub(super) struct Args {
    /// The article's number in the archive, or its address
    #[arg(value_name = "ID|URL")]
    article: String,
    /// The former version, counted from 1
    #[arg(value_name = "N")]
    former: Option<u32>,
    /// The latter version
    #[arg(value_name = "M")]
    latter: Option<u32>,
    /// As an HTML page of its own
    #[arg(long)]
    html: bool,
    /// Show the unchanged text between the changes too
    #[arg(long)]
    whole: bool,
}

/// What `--json` prints: one object.
#[derive(Debug, Serialize, JsonSchema)]
struct Difference {
    /// The article's number in the archive.
    article: i64,
    /// Its address.
    url: String,
    /// The former version.
    from: VersionRow,
    /// The latter version.
    to: VersionRow,
    /// The fields that changed; none where the versions differ in nothing that a reader sees.
    changes: Vec<Change>,
}

pub(super) fn schema() -> schemars::Schema {
    super::schema::of::<Difference>()
}

pub(super) fn run(args: &Args, shared: &Shared) -> anyhow::Result<Ending> {
    if args.html && shared.json {
        bail!("--html and --json are two forms of one answer (choose one)");
    }
    let reader = Reader::open(&shared.archive)?;
    let Some(current) = which::article(&reader, &args.article)? else {
        return Ok(which::missing(&args.article));
    };
    let difference = match compare(&reader, &current, args)? {
        Ok(difference) => difference,
        Err(why) => return Ok(Ending::fell_short("no such version", why)),
    };
    let mut out = Out::stdout();
    if shared.json {
        out.json(&difference)?;
    } else if args.html {
        out.text(page::html(&difference))?;
    } else {
        out.text(words::text(&difference, out.has_colour(), args.whole))?;
    }
    out.finish()?;
    Ok(Ending::done())
}

/// The two versions and what changed, or why there are no two.
fn compare(
    reader: &Reader,
    current: &StoredArticle,
    args: &Args,
) -> anyhow::Result<Result<Difference, String>> {
    let count = current.version_count;
    let (from, to) = match (args.former, args.latter) {
        (Some(from), Some(to)) => (from, to),
        (Some(number), None) if number > 1 => (number - 1, number),
        (Some(_), None) => {
            return Ok(Err("the first version changed nothing: it is where the article begins".into()));
        }
        (None, _) if count < 2 => return Ok(Err(format!("article {} has only one version", current.id))),
        (None, _) => (count - 1, count),
    };
    let history = reader.history(current.id)?;
    let row = |number: u32| history.iter().find(|row| row.version == number).cloned();
    let missing = |number: u32| format!("article {} has no version {number}: it has {count}", current.id);
    let load = |number: u32| reader.article_version(current.id, number);
    let (Some(from_row), Some(before)) = (row(from), load(from)?) else { return Ok(Err(missing(from))) };
    let (Some(to_row), Some(now)) = (row(to), load(to)?) else { return Ok(Err(missing(to))) };
    Ok(Ok(Difference {
        article: current.id,
        url: now.article.url.to_string(),
        changes: diff(&before.article, &now.article),
        from: from_row,
        to: to_row,
    }))
}

/// A version in a line: `version 2, captured 2023-05-12 11:40 UTC, edited`.
fn named(row: &VersionRow) -> String {
    let captured = row.captured_at.format("%Y-%m-%d %H:%M");
    format!("version {}, captured {captured} UTC, {}", row.version, row.reason)
}
