//! `khobao demo`: the sample newspaper in the binary, crawled through the same code as any site.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use clap::Args as ClapArgs;

use super::options::{ARCHIVE_DEFAULT, Shared};
use super::out::Out;
use super::table::Table;
use super::{Ending, progress, render};
use crate::archive::{Archive, ArticleRow, Reader};
use crate::crawl::{self, Crew, Plan, Report, Stop, SystemClock};
use crate::demo::{NEWSPAPER, QUERIES, SampleSite};
use crate::fetch;
use crate::newspaper::Newspaper;

/// The archive of a demonstration, where no other is named.
const DEMO_ARCHIVE: &str = "khobao-demo.db";

/// Crawl the bundled sample newspaper: no network needed
///
/// A small newspaper is served on a loopback port and crawled over real HTTP into an archive, through the same code
/// as any site. What was found is shown, with three SQL queries to try.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// Go on in the archive of an earlier demonstration instead of starting a new one
    #[arg(long)]
    keep: bool,
}

pub(super) fn schema() -> schemars::Schema {
    super::schema::of::<crate::article::Article>()
}

pub(super) fn run(args: &Args, shared: &Shared) -> anyhow::Result<Ending> {
    let file = if shared.archive == Path::new(ARCHIVE_DEFAULT) {
        PathBuf::from(DEMO_ARCHIVE)
    } else {
        shared.archive.clone()
    };
    if !args.keep {
        remove(&file)?;
    }
    let report = super::crawl::runtime()?.block_on(crawl_sample(&file, shared))?;
    let reader = Reader::open(&file)?;
    let articles = reader.articles()?;
    let mut out = Out::stdout();
    if shared.json {
        for row in &articles {
            if let Some(stored) = reader.article(row.id)? {
                out.json(&stored.article)?;
            }
        }
    } else {
        show(&mut out, &file, &report, &articles, &reader)?;
    }
    out.finish()?;
    anyhow::ensure!(!articles.is_empty(), "the sample newspaper brought no article: {}", report.tally);
    Ok(Ending::done())
}

/// Takes an archive of an earlier demonstration away. Another program's file, or an archive with other newspapers in
/// it, is nobody's to remove.
fn remove(file: &Path) -> anyhow::Result<()> {
    if !file.exists() {
        return Ok(());
    }
    let reader = Reader::open(file)?;
    let others: Vec<String> = reader
        .newspaper_totals()?
        .into_iter()
        .map(|row| row.newspaper)
        .filter(|id| id != NEWSPAPER)
        .collect();
    if !others.is_empty() {
        anyhow::bail!(
            "{}: holds {} beside the sample newspaper and is left as it is (name another file with --archive, or use --keep)",
            file.display(),
            others.join(", ")
        );
    }
    drop(reader);
    for ending in ["", "-wal", "-shm"] {
        let mut name = file.as_os_str().to_owned();
        name.push(ending);
        let part = PathBuf::from(name);
        if part.exists() {
            std::fs::remove_file(&part).with_context(|| format!("cannot remove {}", part.display()))?;
        }
    }
    Ok(())
}

async fn crawl_sample(file: &Path, shared: &Shared) -> anyhow::Result<Report> {
    let site =
        SampleSite::start().await.context("the sample newspaper cannot be served on a loopback port")?;
    let newspaper = Newspaper::from_toml(NEWSPAPER, &site.selectors())?;
    let mut options = fetch::Options::new(chrono::Utc::now);
    options.allow_private = true;
    let crew = Crew {
        client: fetch::Client::new(options)?,
        archive: Archive::create_or_open(file)?,
        clock: Arc::new(SystemClock),
        stop: Arc::new(Stop::after(None)),
        watcher: progress::watcher(shared),
    };
    let plan = Plan::of(vec![Arc::new(newspaper)], "demo");
    let report = crawl::crawl(plan, crew).await?;
    site.stop().await.context("the sample newspaper did not stop")?;
    Ok(report)
}

fn show(
    out: &mut Out,
    file: &Path,
    report: &Report,
    articles: &[ArticleRow],
    reader: &Reader,
) -> anyhow::Result<()> {
    out.line(format!("Crawled the sample newspaper: {}.\n", report.tally))?;
    let mut table = Table::new(&["id", "published", "dateline", "event", "title"]);
    for row in articles {
        let or_dash = |text: Option<&String>| text.cloned().unwrap_or_else(|| "-".to_owned());
        let published = row.published_at.as_deref().and_then(|time| time.get(..10)).unwrap_or("-").to_owned();
        table.row([
            row.id.to_string(),
            published,
            or_dash(row.dateline.as_ref()),
            or_dash(row.event_date.as_ref()),
            row.title.clone(),
        ]);
    }
    out.line(table.to_string())?;
    if let Some(richest) = articles.iter().max_by_key(|row| (row.dateline.is_some(), row.caption_count)) {
        out.line(format!("Article {} in full:\n", richest.id))?;
        if let Some(stored) = reader.article(richest.id)? {
            out.line(render::text(&stored.article))?;
        }
    }
    out.line(format!("The archive is {}, readable by any SQLite. Three queries to try:\n", file.display()))?;
    for query in QUERIES {
        out.line(format!(
            "# {}\nsqlite3 -box {} <<'SQL'\n{}\nSQL\n",
            query.question,
            file.display(),
            query.sql
        ))?;
    }
    out.line(format!("Next: khobao show ID --archive {}, or khobao newspapers list.", file.display()))
}
