//! `khobao crawl`: the main job.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use chrono::NaiveDate;
use clap::Args as ClapArgs;
use schemars::JsonSchema;
use serde::Serialize;

use super::instruments::{self, Instruments};
use super::options::Shared;
use super::out::Out;
use super::signals::Signals;
use super::{Ending, dry_run, progress, run_report, size};
use crate::archive::ArchiveError;
use crate::crawl::{CrawlError, Every, NewspaperReport, Plan, Renewed, Report, Stay, Stop, StopReason};
use crate::crawl::{SystemClock, Tally};
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
  1    done, but pages failed (see the view `failures`), or the disk is full
  2    could not run
  130  stopped by the user (Ctrl-C, SIGTERM)

Signals: SIGINT and SIGTERM stop it within seconds; SIGHUP reads the selector files again.

Examples:
  khobao crawl baobackan --archive bacan.db --limit 40
  khobao crawl --every 6h --min-free 5GB
  khobao crawl --every '0 6,18 * * *' --wait --for 30d")]
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
    /// Stay up and go again: after this time ("6h"), or by a cron expression in Vietnam's time ("0 6,18 * * *")
    #[arg(long, value_name = "DURATION|CRON")]
    every: Option<Every>,
    /// Wait where another run is writing to the archive, instead of giving up
    #[arg(long)]
    wait: bool,
    /// Stop when the archive's disk has less room than this ("500MB", "2GiB") [default: 1GiB, or 5 % of a small disk]
    #[arg(long, value_name = "SIZE", value_parser = size::parse)]
    min_free: Option<u64>,
    /// Tell what is due, when, and what robots.txt says; no page is asked for, and nothing is written
    #[arg(long)]
    dry_run: bool,
    /// Serve /metrics (Prometheus) and /healthz here while it runs: an address with a port, or a port of this machine
    #[arg(long, value_name = "ADDR", value_parser = instruments::address)]
    metrics: Option<SocketAddr>,
    /// Fetch the photos of articles too, from whatever host they stand on (at most 16 MiB each, each once)
    #[arg(long)]
    images: bool,
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

/// What `--json` prints: one object for each run.
#[derive(Debug, Serialize, JsonSchema)]
struct Summary<'a> {
    /// The run's row in the view `runs`.
    run: i64,
    /// Why it stopped.
    stopped_by: String,
    /// The counts.
    #[serde(flatten)]
    tally: Tally,
    /// What it did at each newspaper.
    newspapers: &'a [NewspaperReport],
}

pub(super) fn schema() -> schemars::Schema {
    super::schema::of::<Summary<'_>>()
}

/// The threads that the lanes run on.
pub(super) fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("the threads cannot be started")
}

pub(super) fn run(args: &Args, shared: &Shared) -> anyhow::Result<Ending> {
    let newspapers = chosen(&shared.newspapers()?, &args.newspapers)?;
    if args.dry_run {
        return dry_run::run(&args.plan(newspapers), args.limit, &args.network.client()?, shared);
    }
    let stop = Arc::new(Stop::after(args.limit));
    let renewed = Renewed::default();
    let mut stay = Stay {
        plan: args.plan(newspapers),
        every: args.every.clone(),
        archive: shared.archive.clone(),
        client: args.network.client()?,
        clock: Arc::new(SystemClock),
        stop: Arc::clone(&stop),
        watcher: progress::watcher(shared),
        renewed: renewed.clone(),
    };
    let (shared, names) = (shared.clone(), args.newspapers.clone());
    let json = shared.json;
    let read_again = move || chosen(&shared.newspapers()?, &names);
    let ended = runtime()?.block_on(async {
        let signals = Signals::catch().context("the signals that stop a crawl cannot be caught")?;
        let signals = tokio::spawn(signals.obey(Arc::clone(&stop), renewed, read_again));
        let instruments = match args.metrics {
            Some(address) => Some(Instruments::set_up(address, &mut stay).await?),
            None => None,
        };
        let ended = stay.run(|report| tell(report, json)).await;
        signals.abort();
        drop(instruments);
        ended
    });
    match ended {
        Ok((tally, stopped_by)) => Ok(ending(&stopped_by, &tally)),
        Err(error) => match error.downcast_ref::<CrawlError>() {
            Some(CrawlError::Waited(StopReason::User(_))) => Ok(Ending::stopped(error.to_string())),
            Some(CrawlError::Waited(_)) => {
                Ok(Ending::fell_short("another run is writing", error.to_string()))
            }
            // The same status as where the disk runs full later: whoever watches need not know when it did.
            Some(CrawlError::Archive(ArchiveError::Full { .. })) => {
                Ok(Ending::fell_short("the disk is full", error.to_string()))
            }
            _ => Err(error),
        },
    }
}

impl Args {
    fn plan(&self, newspapers: Vec<Arc<Newspaper>>) -> Plan {
        let command = std::env::args().skip(1).collect::<Vec<_>>().join(" ");
        Plan {
            since: self.since,
            until: self.until,
            duration: self.duration,
            waits: self.wait,
            min_free: self.min_free,
            photos: self.images,
            ..Plan::of(newspapers, command)
        }
    }
}

/// The report of a run, when it has ended.
fn tell(report: &Report, json: bool) -> anyhow::Result<()> {
    let mut out = Out::stdout();
    if json {
        out.json(&Summary {
            run: report.run,
            stopped_by: report.stopped_by.to_string(),
            tally: report.tally,
            newspapers: &report.newspapers,
        })?;
    } else {
        out.text(run_report::text(report))?;
    }
    out.finish()
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
        StopReason::Room { .. } => Ending::fell_short("the disk is nearly full", message),
        _ if tally.fell_short() => Ending::fell_short("pages failed", message),
        _ => Ending::done_with("done", message),
    }
}
