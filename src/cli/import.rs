//! `khobao import`: captures that others made.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Args as ClapArgs;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use tracing::warn;
use url::Url;

use super::Ending;
use super::interrupt::Interrupt;
use super::options::{ProgressForm, Shared};
use super::out::Out;
use crate::archive::Archive;
use crate::import::{self, Notice, Plan, Report};
use crate::when::When;

/// How often the moving line is redrawn.
const REDRAW: Duration = Duration::from_millis(120);
/// With `--progress json` a line is written after so many records.
const PROGRESS_EVERY: u64 = 500;
/// Hosts that the last line names.
const HOSTS_TOLD: usize = 3;

/// Take WARC files, WACZ files or saved pages into the archive
///
/// Every record becomes a capture at its own time, and an article page is read by the layout of that time; an older
/// text takes its place among an article's versions. Revisits are resolved, from other files of the same command or
/// from the archive too. What is there already is not taken twice, so a broken-off import is simply run again.
///
/// Records whose host belongs to no newspaper are left out and counted. An import makes nothing due: crawls go on as
/// before.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Exit status:
  0    all was taken
  1    records were damaged or could not be resolved, or nothing was taken
  2    could not run
  130  stopped by the user; run it again to go on

Examples:
  khobao import crawl-2019.warc.gz collection.wacz
  khobao import trang.html --url https://baobackan.vn/hoi-nghi-post60732.html --fetched-at 2023-05-10")]
pub(super) struct Args {
    /// WARC files (plain or gzip), WACZ files, saved pages
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// The address of a saved page; without it the one that the page gives itself
    #[arg(long, value_name = "URL")]
    url: Option<Url>,
    /// The newspaper of saved pages; without it the one of their host
    #[arg(long, value_name = "ID")]
    newspaper: Option<String>,
    /// When saved pages were fetched; without it the time of their files
    #[arg(long, value_name = "TIME")]
    fetched_at: Option<When>,
    /// Keep captures of hosts that are no newspaper's too
    #[arg(long)]
    all_hosts: bool,
}

pub(super) fn schema() -> schemars::Schema {
    super::schema::of::<Report>()
}

pub(super) fn run(args: &Args, shared: &Shared) -> anyhow::Result<Ending> {
    if args.url.is_some() && args.files.len() > 1 {
        bail!("--url is the address of one page (name one file)");
    }
    if let Some(missing) = args.files.iter().find(|file| !file.is_file()) {
        bail!("{}: there is no such file", missing.display());
    }
    let newspapers = shared.newspapers()?;
    if let Some(id) = &args.newspaper {
        newspapers.get(id).with_context(|| super::newspapers::unknown(&newspapers, id))?;
    }
    let plan = Plan {
        url: args.url.clone(),
        newspaper: args.newspaper.clone(),
        fetched_at: args.fetched_at.map(|when| when.instant()),
        all_hosts: args.all_hosts,
        now: chrono::Utc::now(),
    };
    let mut archive = Archive::create_or_open(&shared.archive)?;
    let command = std::env::args().skip(1).collect::<Vec<_>>().join(" ");
    let run = archive.begin_run(&command, plan.now)?;
    let progress = Progress::new(shared);
    let interrupt = Interrupt::listen(|| {})?;
    let is_stopped = || interrupt.is_asked();
    let mut tell = |notice: Notice| progress.see(&notice);
    let imported = import::import(&args.files, &plan, &newspapers, &mut archive, run, &mut tell, &is_stopped);
    progress.end();
    let stopped_by = match &imported {
        Ok(_) if interrupt.is_asked() => "interrupted",
        Ok(_) => "all files are read",
        Err(_) => "a fault",
    };
    archive.finish_run(run, stopped_by, chrono::Utc::now())?;
    let report = imported?;
    if shared.json {
        let mut out = Out::stdout();
        out.json(&report)?;
        out.finish()?;
    }
    let told = told(&report);
    Ok(if interrupt.is_asked() { Ending::stopped(told) } else { ending(&report, told) })
}

/// The report in words.
fn told(report: &Report) -> String {
    let mut parts = vec![
        format!("{} captures taken", report.captures),
        format!("{} new articles", report.new_articles),
        format!("{} edited", report.edited),
    ];
    let mut add = |count: u64, what: &str| {
        if count > 0 {
            parts.push(format!("{count} {what}"));
        }
    };
    add(report.known, "there already");
    add(report.unresolved, "revisits without their original");
    add(report.damaged, "damaged");
    if report.other_hosts > 0 {
        let mut hosts: Vec<(&String, &u64)> = report.hosts.iter().collect();
        hosts.sort_by_key(|(_, records)| std::cmp::Reverse(**records));
        let named: Vec<&str> = hosts.iter().take(HOSTS_TOLD).map(|(host, _)| host.as_str()).collect();
        let more = if hosts.len() > HOSTS_TOLD { " …" } else { "" };
        let what = format!("of hosts that are no newspaper's ({}{more})", named.join(", "));
        parts.push(format!("{} {what}", report.other_hosts));
    }
    parts.join(", ")
}

fn ending(report: &Report, message: String) -> Ending {
    if report.damaged + report.unresolved > 0 {
        Ending::fell_short("damaged", message)
    } else if report.captures + report.known == 0 {
        Ending::fell_short("nothing taken", message)
    } else {
        Ending::done_with("done", message)
    }
}

/// How far the import is and what it tells, on stderr.
enum Progress {
    Silent,
    Line(ProgressBar),
    Json,
}

#[derive(Serialize)]
struct JsonLine<'a> {
    event: &'static str,
    file: &'a str,
    records: u64,
}

impl Progress {
    fn new(shared: &Shared) -> Progress {
        if shared.no_progress {
            return Progress::Silent;
        }
        if shared.progress == ProgressForm::Json {
            return Progress::Json;
        }
        if shared.quiet || !std::io::stderr().is_terminal() {
            return Progress::Silent;
        }
        let line = ProgressBar::new_spinner();
        line.enable_steady_tick(REDRAW);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed_precise} {wide_msg}") {
            line.set_style(style);
        }
        Progress::Line(line)
    }

    fn see(&self, notice: &Notice) {
        match notice {
            Notice::Damaged { file, number, place, what } => {
                warn!("{file}: record {number}, at byte {place}, is passed over: {what}");
            }
            Notice::Unusable { file, what } => warn!("{file}: passed over: {what}"),
            Notice::TimeOfFile { file, at } => {
                let at = at.format("%Y-%m-%dT%H:%M:%SZ");
                warn!(
                    "{file}: taken as fetched at {at}, the time of the file (name another with --fetched-at)"
                );
            }
            Notice::Progress { file, records } => match self {
                Progress::Line(line) => line.set_message(format!("{records} records  {file}")),
                Progress::Json if records.is_multiple_of(PROGRESS_EVERY) => {
                    let line = serde_json::to_string(&JsonLine { event: "import", file, records: *records });
                    anstream::eprintln!("{}", line.unwrap_or_default());
                }
                Progress::Json | Progress::Silent => {}
            },
        }
    }

    fn end(&self) {
        if let Progress::Line(line) = self {
            line.finish_and_clear();
        }
    }
}
