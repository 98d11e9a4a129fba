//! `khobao crawl`: the main job.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use chrono::NaiveDate;
use clap::Args as ClapArgs;
use schemars::JsonSchema;
use serde::Serialize;

use super::options::Shared;
use super::out::Out;
use super::{Ending, progress};
use crate::archive::Archive;
use crate::crawl::{self, Crew, Plan, Stop, StopReason, SystemClock, Tally};
use crate::fetch;
use crate::newspaper::{Newspaper, Newspapers};

/// Visit newspapers and archive what they print, until nothing is due
///
/// Each newspaper is visited one page at a time, never faster than its selector file, its robots.txt and the server
/// itself allow. Stop it with Ctrl-C: the pages in flight are recorded first, and the next crawl goes on from there.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Exit status:
  0    nothing is due any more, or the limit or time is reached
  1    done, but pages failed (see the view `failures`)
  2    could not run
  130  stopped by the user

Example:
  khobao crawl baobackan --archive bacan.db --limit 40")]
pub(super) struct Args {
    /// The newspapers; all when none is named
    #[arg(value_name = "NEWSPAPER")]
    newspapers: Vec<String>,
    /// Fetch at most N pages in all
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
    /// Only articles published on or after this day, as far as listings and feeds tell
    #[arg(long, value_name = "DATE")]
    since: Option<NaiveDate>,
    /// Only articles published on or before this day, as far as listings and feeds tell
    #[arg(long, value_name = "DATE")]
    until: Option<NaiveDate>,
    /// Stop after this time ("90m", "2h 30m")
    #[arg(long = "for", value_name = "DURATION", value_parser = humantime::parse_duration)]
    duration: Option<Duration>,
    #[command(flatten)]
    network: Network,
}

/// How the network is reached.
#[derive(Debug, ClapArgs)]
pub(super) struct Network {
    /// Go through this proxy (http://, https://, socks5://, socks5h://)
    #[arg(long, value_name = "URL")]
    proxy: Option<String>,
    /// Trust the certificate authorities in this PEM file too
    #[arg(long, value_name = "FILE")]
    cacert: Option<PathBuf>,
    /// Allow addresses of this machine and of private networks
    #[arg(long)]
    allow_private: bool,
    /// What the crawler calls itself
    #[arg(long, value_name = "NAME")]
    user_agent: Option<String>,
    /// How its owner can be reached: an address or a page, sent with every request
    #[arg(long, value_name = "CONTACT")]
    contact: Option<String>,
}

impl Network {
    /// The HTTP client as the options say.
    pub(super) fn client(&self) -> anyhow::Result<fetch::Client> {
        let mut options = fetch::Options::new(chrono::Utc::now);
        options.allow_private = self.allow_private;
        options.proxy.clone_from(&self.proxy);
        options.user_agent.clone_from(&self.user_agent);
        options.contact.clone_from(&self.contact);
        if let Some(file) = &self.cacert {
            let pem = std::fs::read(file)
                .with_context(|| format!("cannot read the certificates {}", file.display()))?;
            options.ca_certificates.push(pem);
        }
        fetch::Client::new(options).context("the network cannot be set up")
    }
}

/// What `--json` prints: one object for the run.
#[derive(Debug, Serialize, JsonSchema)]
struct Summary {
    /// The run's row in the view `runs`.
    run: i64,
    /// Why it stopped.
    stopped_by: String,
    /// The counts.
    #[serde(flatten)]
    tally: Tally,
}

pub(super) fn schema() -> schemars::Schema {
    super::schema::of::<Summary>()
}

/// The threads that the lanes run on.
pub(super) fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("the threads cannot be started")
}

pub(super) fn run(args: &Args, shared: &Shared) -> anyhow::Result<Ending> {
    let newspapers = shared.newspapers()?;
    let chosen = chosen(&newspapers, &args.newspapers)?;
    let client = args.network.client()?;
    let archive = Archive::create_or_open(&shared.archive)?;
    let stop = Arc::new(Stop::after(args.limit));
    let crew = Crew {
        client,
        archive,
        clock: Arc::new(SystemClock),
        stop: Arc::clone(&stop),
        watcher: progress::watcher(shared).into(),
    };
    let plan = Plan {
        newspapers: chosen,
        since: args.since,
        until: args.until,
        duration: args.duration,
        command: std::env::args().skip(1).collect::<Vec<_>>().join(" "),
    };
    let report = runtime()?.block_on(async {
        let signals = tokio::spawn(stop_on_signals(Arc::clone(&stop)));
        let report = crawl::crawl(plan, crew).await;
        signals.abort();
        report
    })?;
    let mut out = Out::stdout();
    if shared.json {
        out.json(&Summary {
            run: report.run,
            stopped_by: report.stopped_by.to_string(),
            tally: report.tally,
        })?;
    }
    out.finish()?;
    Ok(ending(&report.stopped_by, &report.tally))
}

fn chosen(newspapers: &Newspapers, names: &[String]) -> anyhow::Result<Vec<Arc<Newspaper>>> {
    if names.is_empty() {
        return Ok(newspapers.iter().cloned().map(Arc::new).collect());
    }
    let mut chosen: Vec<Arc<Newspaper>> = Vec::new();
    for name in names {
        let newspaper = newspapers.get(name).with_context(|| super::newspapers::unknown(newspapers, name))?;
        if !chosen.iter().any(|other| other.id == newspaper.id) {
            chosen.push(Arc::new(newspaper.clone()));
        }
    }
    Ok(chosen)
}

/// The last line and the exit code of a crawl.
pub(super) fn ending(stopped_by: &StopReason, tally: &Tally) -> Ending {
    let message = format!("{tally}; {stopped_by}");
    match stopped_by {
        StopReason::User(_) => Ending::stopped(message),
        StopReason::Archive(_) => Ending::fell_short("the archive cannot be written", message),
        _ if tally.fell_short() => Ending::fell_short("pages failed", message),
        _ => Ending::done_with("done", message),
    }
}

/// Orders the stop on Ctrl-C or SIGTERM; a second Ctrl-C ends the program at once, which loses nothing recorded.
async fn stop_on_signals(stop: Arc<Stop>) {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate)) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        return;
    };
    let mut asked = 0;
    loop {
        let name = tokio::select! {
            _ = interrupt.recv() => "SIGINT",
            _ = terminate.recv() => "SIGTERM",
        };
        asked += 1;
        if asked > 1 {
            std::process::exit(130);
        }
        stop.order(StopReason::User(name));
    }
}
