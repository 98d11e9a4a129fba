//! `khobao reread`: every stored page read again with today's selectors.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::num::NonZeroUsize;

use anyhow::{Context, bail};
use clap::Args as ClapArgs;
use data_encoding::HEXLOWER;
use schemars::JsonSchema;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::Ending;
use super::gauge::Gauge;
use super::interrupt::Interrupt;
use super::options::Shared;
use super::out::Out;
use super::table::Table;
use crate::archive::{Archive, Difference, Reader};
use crate::newspaper::Newspapers;
use crate::reread::{self, Event, Plan, Report, Tally};

/// Read every stored page again with today's selectors
///
/// No network is used. Each article's last good page is read by the layout of the day it was fetched. Where the text
/// differs, the article gets a new version with the reason `reread`; where only details differ (tags, a photo's
/// address), the current version is mended. A run that was stopped goes on where it was, as long as neither the
/// program nor the selector files have changed.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Exit status:
  0    all pages were read
  1    done, but pages could not be read, or hold no article any more; each is named with -v
  2    could not run: no archive, a wrong selector file, another run is writing
  130  stopped by the user; the next run goes on from there

Examples:
  khobao reread --dry-run
  khobao reread baobackan --selectors my-files --dry-run --list
  khobao reread")]
pub(super) struct Args {
    /// The newspapers; all when none is named
    #[arg(value_name = "NEWSPAPER")]
    newspapers: Vec<String>,
    /// Only say how many articles would change, and in which fields
    #[arg(long)]
    dry_run: bool,
    /// Name each article that reads otherwise, with its fields
    #[arg(long)]
    list: bool,
    /// Begin anew, wherever an earlier run was stopped
    #[arg(long)]
    restart: bool,
    /// Read on so many threads; as many as the machine runs at once when not given
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
}

/// What `--json` prints: with `--list` an object for each article that reads otherwise, and one for each newspaper.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Line<'a> {
    /// An article that reads otherwise.
    Article {
        /// Its newspaper.
        newspaper: &'a str,
        /// Its number in the archive; none where it is new.
        article: Option<i64>,
        /// Its address.
        url: &'a str,
        /// How much differs.
        difference: Difference,
        /// The fields, by the names of the article's JSON.
        fields: &'a [&'static str],
    },
    /// What became of a newspaper's pages.
    Newspaper {
        /// The newspaper's id; empty for pages that are stored damaged.
        newspaper: &'a str,
        /// The counts.
        #[serde(flatten)]
        tally: &'a Tally,
    },
}

/// Progress for programs.
#[derive(Serialize)]
struct Counts {
    done: usize,
    total: usize,
}

pub(super) fn schema() -> schemars::Schema {
    super::schema::of::<Line<'_>>()
}

pub(super) fn run(args: &Args, shared: &Shared) -> anyhow::Result<Ending> {
    let newspapers = shared.newspapers()?;
    for id in &args.newspapers {
        newspapers.get(id).with_context(|| super::newspapers::unknown(&newspapers, id))?;
    }
    let readers = readers(args, shared, &newspapers);
    let cores = || std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let plan = Plan {
        newspapers: &newspapers,
        chosen: &args.newspapers,
        threads: args.threads.map_or_else(cores, NonZeroUsize::get),
        readers: &readers,
        is_anew: args.restart,
    };
    let mut watch = Watch {
        out: Out::stdout(),
        json: shared.json,
        list: args.list,
        gauge: Gauge::new(shared),
        failed: None,
    };
    let interrupt = Interrupt::listen(|| {})?;
    let go_on = || !interrupt.is_asked();
    let report = if args.dry_run {
        // Told apart from a missing archive before the threads start.
        drop(Reader::open(&shared.archive)?);
        reread::try_out(&shared.archive, plan, go_on, |event| watch.see(&event))?
    } else {
        let mut archive = Archive::open_existing(&shared.archive)?;
        let command = std::env::args().skip(1).collect::<Vec<_>>().join(" ");
        let run = archive.begin_run(&command, chrono::Utc::now())?;
        let report =
            reread::reread(&mut archive, run, plan, &chrono::Utc::now, go_on, |event| watch.see(&event));
        let stopped_by = match &report {
            Ok(report) if report.is_done => "all pages are read",
            Ok(_) => "stopped by the user",
            Err(_) => "the archive cannot be read or written",
        };
        archive.finish_run(run, stopped_by, chrono::Utc::now())?;
        report?
    };
    watch.finish(&report)?;
    Ok(ending(args, &report))
}

/// Names the program's version, the selector files and the choice: what decides how pages are read.
fn readers(args: &Args, shared: &Shared, newspapers: &Newspapers) -> String {
    let sources = super::newspapers::sources(shared);
    let mut digest = Sha256::new_with_prefix(env!("CARGO_PKG_VERSION"));
    let mut chosen = args.newspapers.clone();
    chosen.sort();
    digest.update(chosen.join(" "));
    for newspaper in newspapers {
        digest.update(sources.merged(&newspaper.id).unwrap_or_default());
    }
    HEXLOWER.encode(&digest.finalize())
}

/// Prints what happens.
struct Watch {
    out: Out,
    json: bool,
    list: bool,
    gauge: Gauge,
    /// Why printing failed.
    failed: Option<anyhow::Error>,
}

impl Watch {
    fn see(&mut self, event: &Event<'_>) {
        match *event {
            Event::Step { done, total } => {
                self.gauge.show("reread", &Counts { done, total }, || format!("{done} of {total} pages"));
            }
            Event::Failed { newspaper, what } => self.gauge.aside(|| tracing::info!(newspaper, "{what}")),
            Event::Differs { newspaper, article_id, url, difference, fields } if self.list => {
                let out = &mut self.out;
                let line = Line::Article { newspaper, article: article_id, url, difference, fields };
                let told = self.gauge.aside(|| {
                    if self.json {
                        out.json(&line)
                    } else {
                        out.line(listed(article_id, difference, fields, url))
                    }
                });
                self.failed = self.failed.take().or(told.err());
            }
            Event::Differs { .. } => {}
        }
    }

    fn finish(mut self, report: &Report) -> anyhow::Result<()> {
        drop(self.gauge);
        if let Some(error) = self.failed {
            bail!(error);
        }
        if self.json {
            for (newspaper, tally) in &report.tallies {
                self.out.json(&Line::Newspaper { newspaper, tally })?;
            }
        } else if !report.tallies.is_empty() {
            self.out.text(table(&report.tallies).to_string())?;
        }
        self.out.finish()
    }
}

fn listed(article_id: Option<i64>, difference: Difference, fields: &[&str], url: &str) -> String {
    let id = article_id.map_or_else(|| "new".to_owned(), |id| id.to_string());
    let what = match difference {
        Difference::Text => "text",
        Difference::New => "new",
        Difference::Details | Difference::None => "details",
    };
    format!("{id:>6}  {what:<7}  {}  {url}", fields.join(","))
}

fn table(tallies: &BTreeMap<String, Tally>) -> Table {
    let mut table = Table::new(&[
        "newspaper",
        "pages",
        "as before",
        "details",
        "text",
        "new",
        "lost",
        "failed",
        "fields that differ",
    ]);
    for (newspaper, tally) in tallies {
        let mut fields: Vec<_> = tally.fields.iter().collect();
        fields.sort_by_key(|(name, count)| (std::cmp::Reverse(**count), **name));
        let fields: Vec<String> = fields.iter().map(|(name, count)| format!("{name} {count}")).collect();
        let name = if newspaper.is_empty() { "(damaged)" } else { newspaper };
        let counts =
            [tally.pages, tally.unchanged, tally.details, tally.changed, tally.new, tally.lost, tally.failed];
        let cells = counts.iter().map(u64::to_string);
        table.row(std::iter::once(name.to_owned()).chain(cells).chain([fields.join(", ")]));
    }
    table
}

fn ending(args: &Args, report: &Report) -> Ending {
    let sum = |of: fn(&Tally) -> u64| report.tallies.values().map(of).sum::<u64>();
    let (pages, changed, new) =
        (sum(|tally| tally.pages), sum(|tally| tally.changed), sum(|tally| tally.new));
    let (details, lost, failed) =
        (sum(|tally| tally.details), sum(|tally| tally.lost), sum(|tally| tally.failed));
    let would = if args.dry_run { "would get" } else { "got" };
    let mut message = format!(
        "{pages} pages read; {changed} articles {would} a new version, {details} other details, {new} new"
    );
    if report.done_before > 0 {
        _ = write!(message, "; {} pages were done by the run before", report.done_before);
    }
    if !report.is_done {
        return Ending::stopped(format!("{message}; the next run goes on from here"));
    }
    if lost + failed > 0 {
        let message = format!("{message}; {lost} pages hold no article any more, {failed} could not be read");
        return Ending::fell_short("pages failed", message);
    }
    Ending::done_with("done", message)
}
