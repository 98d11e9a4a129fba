//! `khobao history`: the versions of an article.

use anstyle::Style;
use clap::Args as ClapArgs;

use super::options::Shared;
use super::out::Out;
use super::table::Table;
use super::{Ending, which};
use crate::archive::{Reader, VersionRow};

/// List the versions of an article: when each was captured, and why there is one
///
/// The reason is `first`, `edited` (the newspaper changed it) or `reread` (the stored page reads better now). What
/// changed from one to the next: `khobao diff`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Exit status:
  0  listed
  1  the archive has no such article
  2  could not run

Examples:
  khobao history 4711
  khobao history https://baobackan.vn/mua-man-post60732.html --json")]
pub(super) struct Args {
    /// The article's number in the archive, or its address
    #[arg(value_name = "ID|URL")]
    article: String,
}

pub(super) fn schema() -> schemars::Schema {
    super::schema::of::<VersionRow>()
}

pub(super) fn run(args: &Args, shared: &Shared) -> anyhow::Result<Ending> {
    let reader = Reader::open(&shared.archive)?;
    let Some(current) = which::article(&reader, &args.article)? else {
        return Ok(which::missing(&args.article));
    };
    let versions = reader.history(current.id)?;
    let mut out = Out::stdout();
    if shared.json {
        for version in &versions {
            out.json(version)?;
        }
    } else {
        let bold = Style::new().bold();
        out.line(format!("{bold}{}{bold:#}  {}", current.id, current.article.url))?;
        out.text(table(&versions).to_string())?;
        let seen = current.last_seen_at.format("%Y-%m-%d");
        out.line(match current.gone_at {
            Some(gone) => format!("last seen on {seen}, gone since {}", gone.format("%Y-%m-%d")),
            None => format!("last seen on {seen}"),
        })?;
    }
    out.finish()?;
    Ok(Ending::done())
}

fn table(versions: &[VersionRow]) -> Table {
    let mut table = Table::new(&["version", "captured", "reason", "words", "read by", "title"]);
    for row in versions {
        table.row([
            row.version.to_string(),
            row.captured_at.format("%Y-%m-%d %H:%M").to_string(),
            row.reason.clone(),
            row.word_count.to_string(),
            row.layout.clone(),
            row.title.clone(),
        ]);
    }
    table
}
