//! `khobao pack`: what is stored is compressed again, as well as it can be.

use std::io::IsTerminal;
use std::ops::ControlFlow;
use std::time::Duration;

use clap::Args as ClapArgs;
use indicatif::{ProgressBar, ProgressStyle};
use schemars::JsonSchema;
use serde::Serialize;

use super::Ending;
use super::gauge::Gauge;
use super::interrupt::Interrupt;
use super::options::{ProgressForm, Shared};
use super::out::Out;
use super::stats::size;
use super::table::Table;
use crate::archive::{Archive, GroupPacked, PACK_LEVEL, Packed, Packing, Reader};

/// Steps between two lines of progress.
const STEPS_A_LINE: u64 = 100;
/// How often the bar is redrawn while nothing happens.
const REDRAW: Duration = Duration::from_millis(120);

/// Compress again what is stored, as well as it can be
///
/// Pages of one newspaper and layout are nearly the same page and are stored as what differs. A crawl does that
/// quickly; this does it well, and takes pages that servers sent as gzip apart, so that they take as little. Every
/// byte is read back and compared before it takes the place of what was there, and can be given back as received.
///
/// A crawl may go on meanwhile. What is done is done: stop it with Ctrl-C, and the next run goes on from there.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Exit status:
  0    done, or nothing to do
  2    could not run
  130  stopped by the user

Examples:
  khobao pack --dry-run
  khobao pack --newspaper baobackan --newspaper baosonla
  khobao pack --vacuum --json")]
pub(super) struct Args {
    /// Only what this newspaper printed (may be given several times)
    #[arg(long = "newspaper", value_name = "ID")]
    newspapers: Vec<String>,
    /// How hard to compress: zstd's levels, 1 to 22; what is packed at this level or a higher one is left alone
    #[arg(long, value_name = "N", default_value_t = PACK_LEVEL, value_parser = clap::value_parser!(i32).range(1..=22))]
    level: i32,
    /// Only say what there is to pack, and what that would win, by packing a sample of pages for trial
    #[arg(long)]
    dry_run: bool,
    /// Write the whole file anew afterwards, without gaps; no crawl may run meanwhile
    #[arg(long, conflicts_with = "dry_run")]
    vacuum: bool,
}

/// What `--json` prints: one object.
#[derive(Debug, Serialize, JsonSchema)]
struct Summary {
    /// Whether nothing was done and only told.
    dry_run: bool,
    /// What was done.
    #[serde(flatten)]
    packed: Packed,
}

pub(super) fn schema() -> schemars::Schema {
    super::schema::of::<Summary>()
}

pub(super) fn run(args: &Args, shared: &Shared) -> anyhow::Result<Ending> {
    let packing = Packing { newspapers: args.newspapers.clone(), level: args.level };
    let reader = Reader::open(&shared.archive)?;
    check_names(&reader, &args.newspapers)?;
    let interrupt = Interrupt::listen(|| {})?;
    let packed = if args.dry_run {
        let mut gauge = Gauge::new(shared);
        reader.estimate_packing(&packing, |packed| {
            gauge.show("packing for trial", packed, || format!("{} pages packed for trial", packed.sampled));
            if interrupt.is_asked() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?
    } else {
        drop(reader);
        let mut archive = Archive::open_existing(&shared.archive)?;
        let progress = Progress::new(shared);
        let packed = archive.pack(&packing, chrono::Utc::now(), |packed| {
            progress.show(packed);
            if interrupt.is_asked() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        progress.end();
        if args.vacuum && packed.is_done {
            archive.vacuum()?;
        }
        packed
    };
    let mut out = Out::stdout();
    let summary = Summary { dry_run: args.dry_run, packed };
    if shared.json {
        out.json(&summary)?;
    } else {
        out.text(text(&summary))?;
    }
    out.finish()?;
    let packed = summary.packed;
    if packed.is_done {
        return Ok(Ending::done());
    }
    if args.dry_run {
        return Ok(Ending::stopped("not all pages of the sample were packed; nothing was written"));
    }
    Ok(Ending::stopped(format!("{} of {} packed; the next run goes on", packed.seen, packed.waiting)))
}

/// A name that is misspelt shall not end in nothing being done.
fn check_names(reader: &Reader, names: &[String]) -> anyhow::Result<()> {
    if names.is_empty() {
        return Ok(());
    }
    let known: Vec<String> = reader.newspaper_totals()?.into_iter().map(|row| row.newspaper).collect();
    if let Some(name) = names.iter().find(|name| !known.contains(name)) {
        anyhow::bail!("'{name}' is no newspaper of this archive (it has: {})", known.join(", "));
    }
    Ok(())
}

fn text(summary: &Summary) -> String {
    let packed = &summary.packed;
    let mut table = Table::new(&["newspaper", "pages", "kind", "received", "before", "after", "ratio"]);
    for group in &packed.groups {
        table.row(row(group.newspaper.as_deref().unwrap_or("-"), &group.group, group));
    }
    let all = packed.groups.iter().fold(GroupPacked::default(), GroupPacked::with);
    if packed.groups.len() > 1 {
        table.row(row("all", "", &all));
    }
    let last = if summary.dry_run {
        format!(
            "{} of {} pages wait to be packed; then all would take about {}, {} less (by {} pages packed for trial)",
            all.waiting,
            all.payloads,
            size(signed(all.bytes_after)),
            size(signed(all.bytes_before.saturating_sub(all.bytes_after))),
            packed.sampled
        )
    } else {
        format!(
            "{} of {} looked at were stored anew; {} saved",
            packed.rewritten,
            packed.seen,
            size(signed(all.bytes_before.saturating_sub(all.bytes_after)))
        )
    };
    format!("{table}\n{last}\n")
}

fn row(newspaper: &str, kind: &str, group: &GroupPacked) -> [String; 7] {
    [
        newspaper.to_owned(),
        group.payloads.to_string(),
        kind.to_owned(),
        size(signed(group.received_bytes)),
        size(signed(group.bytes_before)),
        size(signed(group.bytes_after)),
        ratio(group.received_bytes, group.bytes_after),
    ]
}

/// How many bytes received stand for one that is stored.
fn ratio(received: u64, stored: u64) -> String {
    let tenths = received.saturating_mul(10) / stored.max(1);
    format!("{}.{}", tenths / 10, tenths % 10)
}

fn signed(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

/// Progress on stderr: a bar on a terminal, JSON lines where asked, nothing elsewhere.
enum Progress {
    Silent,
    Bar(ProgressBar),
    Lines,
}

impl Progress {
    fn new(shared: &Shared) -> Progress {
        if shared.no_progress || shared.quiet {
            return Progress::Silent;
        }
        if shared.progress == ProgressForm::Json {
            return Progress::Lines;
        }
        if !std::io::stderr().is_terminal() {
            return Progress::Silent;
        }
        let bar = ProgressBar::new(0);
        bar.enable_steady_tick(REDRAW);
        if let Ok(style) =
            ProgressStyle::with_template("{spinner} {elapsed_precise} {bar:30} {pos}/{len} {msg}")
        {
            bar.set_style(style);
        }
        Progress::Bar(bar)
    }

    fn show(&self, packed: &Packed) {
        match self {
            Progress::Bar(bar) => {
                bar.set_length(packed.waiting.max(packed.seen + 1));
                bar.set_position(packed.seen);
            }
            Progress::Lines if packed.seen.is_multiple_of(STEPS_A_LINE) => {
                anstream::eprintln!(
                    "{}",
                    serde_json::json!({"event": "packing", "seen": packed.seen, "waiting": packed.waiting})
                );
            }
            Progress::Silent | Progress::Lines => {}
        }
    }

    fn end(&self) {
        if let Progress::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_has_one_decimal_and_stands_for_nothing_stored_too() {
        assert_eq!(ratio(1200, 100), "12.0");
        assert_eq!(ratio(1259, 100), "12.5");
        assert_eq!(ratio(0, 0), "0.0");
    }
}
