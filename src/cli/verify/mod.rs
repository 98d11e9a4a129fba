//! `khobao verify`: everything in the archive held against what it should be, and every fault named.

mod manifest;
mod run;

use std::fmt::Write;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::bail;
use clap::Args as ClapArgs;
use schemars::JsonSchema;
use serde::Serialize;

use super::Ending;
use super::options::Shared;
use super::out::Out;
use super::stats::size;
use crate::archive::verify::{Fault, LEFT_OUT, Part, Scope, Verified};

/// Check every stored byte against its digest, and the database against itself
///
/// Each page is unpacked and held against the digest of the day it came, each text against its own, the search index
/// and the reprints against the texts, every reference against what it refers to, and the file by SQLite's own checks.
/// Nothing is repaired. When each page was last seen sound is remembered, so that a large archive can be checked a
/// slice at a time, while a crawl runs. A slice leaves out the index, the reprints and SQLite's own checks.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Exit status:
  0    what was checked is sound
  1    faults were found; each is named
  2    could not run
  130  stopped by the user; what was seen sound is remembered

Examples:
  khobao verify
  khobao verify --for 10m                        # each night a slice, going on where the last one stopped
  khobao verify --manifest digests.sha256        # to be kept elsewhere
  khobao verify --check digests.sha256 --archive copy.db")]
pub(super) struct Args {
    /// Only a share of the pages and texts, those first that were not checked for longest ("5%")
    #[arg(long, value_name = "SHARE", value_parser = share)]
    sample: Option<u32>,
    /// Stop after this time, and go on from there the next time ("10m", "1h 30m")
    #[arg(long = "for", value_name = "DURATION", value_parser = humantime::parse_duration)]
    duration: Option<Duration>,
    /// Write the digests of all captures and texts into FILE, in the form of sha256sum, where no fault was found
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,
    /// With --manifest: write what the digests are of below FOLDER, for sha256sum --check
    #[arg(long, value_name = "FOLDER", requires = "manifest")]
    unpack: Option<PathBuf>,
    /// Overwrite the manifest of an earlier day
    #[arg(long, requires = "manifest")]
    force: bool,
    /// Hold the digests of FILE against the archive too
    #[arg(long, value_name = "FILE")]
    check: Option<PathBuf>,
}

/// What `--json` prints: an object for each fault, and one at the end.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Line<'a> {
    /// Something that is not as it should be.
    Fault(&'a Fault),
    /// What was checked.
    Summary(&'a Summary),
}

/// What a verification came to.
#[derive(Debug, Default, Serialize, JsonSchema)]
struct Summary {
    /// What was checked.
    #[serde(flatten)]
    verified: Verified,
    /// Why it ended: `done`, `time`, `stopped by the user` or `cannot be read`.
    stopped_by: String,
    /// What a slice does not look at; empty for the whole.
    left_out: Vec<Part>,
    /// Whether it is written down in the archive; it is not where the archive cannot be written.
    is_recorded: bool,
    /// Digests of `--check` that were held against the archive.
    digests_checked: Option<u64>,
    /// Digests written by `--manifest`.
    digests_written: Option<u64>,
}

impl Summary {
    /// Whether a manifest of what was found is worth having.
    fn is_clean(&self) -> bool {
        self.verified.faults == 0 && self.stopped_by != "stopped by the user"
    }
}

pub(super) fn schema() -> schemars::Schema {
    super::schema::of::<Line<'_>>()
}

impl Args {
    fn scope(&self) -> Scope {
        match (self.sample, self.duration) {
            (Some(per_mille), _) => Scope::Slice { per_mille },
            (None, Some(_)) => Scope::Slice { per_mille: 1000 },
            (None, None) => Scope::Whole,
        }
    }
}

/// `5%`, `0.5%`: in thousandths, at least one.
fn share(text: &str) -> Result<u32, String> {
    let wrong = || "no such share (write 5% or 0.5%)".to_owned();
    let percent: f64 = text.trim().strip_suffix('%').unwrap_or(text).trim().parse().map_err(|_| wrong())?;
    if !(percent > 0.0 && percent <= 100.0) {
        return Err(wrong());
    }
    // At most 1000, and no sign.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let per_mille = (percent * 10.0).ceil() as u32;
    Ok(per_mille)
}

pub(super) fn run(args: &Args, shared: &Shared) -> anyhow::Result<Ending> {
    if let Some(file) = args.manifest.as_ref().filter(|file| file.exists() && !args.force) {
        bail!("{}: is there already (name another file, or overwrite it with --force)", file.display());
    }
    let mut report = Report { out: Out::stdout(), json: shared.json, failed: None };
    let mut summary = run::verify(args, shared, &mut report)?;
    if args.scope() != Scope::Whole {
        summary.left_out = LEFT_OUT.to_vec();
    }
    if let Some(file) = args.check.as_ref().filter(|_| summary.stopped_by != "cannot be read") {
        summary.digests_checked =
            Some(manifest::check(file, shared, &mut report, &mut summary.verified.faults)?);
    }
    if let Some(file) = args.manifest.as_ref().filter(|_| summary.is_clean()) {
        summary.digests_written = Some(manifest::write(file, args.unpack.as_deref(), shared)?);
    }
    report.summary(&summary)?;
    Ok(ending(args, &summary))
}

/// Where faults are printed as they are found.
struct Report {
    out: Out,
    json: bool,
    /// Why printing failed; then the verification ends.
    failed: Option<anyhow::Error>,
}

impl Report {
    fn fault(&mut self, fault: &Fault) {
        let told = if self.json { self.out.json(&Line::Fault(fault)) } else { self.out.line(&fault.what) };
        self.failed = told.err();
    }

    fn summary(mut self, summary: &Summary) -> anyhow::Result<()> {
        if self.json {
            self.out.json(&Line::Summary(summary))?;
        }
        self.out.finish()
    }
}

fn ending(args: &Args, summary: &Summary) -> Ending {
    let Verified { payloads, checked, bytes, headers, versions, faults, .. } = summary.verified;
    let bytes = size(i64::try_from(bytes).unwrap_or(i64::MAX));
    let mut message =
        format!("{checked} of {payloads} pages ({bytes}), {headers} headers and {versions} texts checked");
    if !summary.left_out.is_empty() {
        message +=
            " (not the search index, the reprints and SQLite's own checks, which only the whole of it has)";
    }
    if let Some(digests) = summary.digests_checked {
        _ = write!(message, ", {digests} digests of the manifest");
    }
    if !summary.is_recorded {
        message += " (not written down: the archive cannot be written)";
    }
    let found = match faults {
        0 => "sound".to_owned(),
        1 => "1 fault found".to_owned(),
        _ => format!("{faults} faults found"),
    };
    let unwritten = if args.manifest.is_some() { "; the manifest was not written" } else { "" };
    match summary.stopped_by.as_str() {
        "stopped by the user" => Ending::stopped(format!("{message}: {found} so far")),
        _ if faults > 0 => Ending::fell_short("faults", format!("{message}: {found}{unwritten}")),
        "time" => Ending::done_with("time", format!("{message}: sound; the next slice goes on from here")),
        _ => Ending::done_with("sound", format!("{message}: sound")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_told_in_percent() {
        assert_eq!(
            [share("5%"), share("0.5 %"), share("100"), share("0.01%")],
            [Ok(50), Ok(5), Ok(1000), Ok(1)]
        );
        for wrong in ["0", "-5%", "101%", "NaN", "a half", ""] {
            assert!(share(wrong).is_err(), "{wrong}");
        }
    }
}
