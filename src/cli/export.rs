//! `khobao export`: what the archive holds, in the formats of those who take it on.

use std::io::{BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::{Args as ClapArgs, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use super::Ending;
use super::filters::Filters;
use super::interrupt::Interrupt;
use super::options::{ProgressForm, Shared};
use super::out::{Out, ReaderGone};
use super::stats::size;
use crate::archive::Reader;
use crate::export::{self, Destination, ExportError, Options, Report};

/// A file can be gone on with from every so many bytes.
const MARK_BYTES: u64 = 16 << 20;
/// With `--progress json` a line is written after so many articles or captures.
const PROGRESS_EVERY: u64 = 500;

/// Write articles or captures in another format
///
/// Articles as they were read: jsonl, csv, markdown. Captures as they came over the wire: warc, wacz, cdxj. Both with
/// metadata and digests: bagit. Without filters everything leaves, robots.txt, listings and feeds among the captures;
/// filters by newspaper or province take all of these newspapers; any other filter takes the articles it finds, with
/// their pages and photos.
///
/// Nothing stands under its name before it is whole. What was left unfinished is gone on with by the same command
/// (but parquet, which begins anew).
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Exit status:
  0    done
  1    nothing was selected; nothing is written
  2    could not run
  130  stopped by the user

Examples:
  khobao export jsonl --from 2023-05 --to 2023-06 > articles.jsonl
  khobao export csv tables --newspaper baobackan --bom
  khobao export wacz flood.wacz --query '\"mưa đá\" OR \"lũ quét\"'
  khobao export warc warcs --size 1GB")]
pub(super) struct Args {
    /// The format
    #[arg(value_enum, value_name = "FORMAT")]
    format: Format,
    /// The file, or the folder for csv, markdown, bagit and warc (a name that ends in .warc or .warc.gz is one
    /// file); without it, or with -, standard output where the format is one stream
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// Only articles that this query finds, as in `search`
    #[arg(long, value_name = "QUERY")]
    query: Option<String>,
    /// Write over what is there
    #[arg(long)]
    force: bool,
    /// Begin CSV files with a byte order mark, by which Excel knows UTF-8
    #[arg(long)]
    bom: bool,
    /// End a WARC file when it has this size (1GB, 500MB); without it there is one a newspaper and month
    #[arg(long, value_name = "SIZE", value_parser = bytes)]
    size: Option<u64>,
    #[command(flatten)]
    filters: Filters,
}

/// The formats by their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// One article a line, as `show --json` prints it
    Jsonl,
    /// Articles, captions and paragraphs as three tables
    Csv,
    /// One file an article, in folders by year and month
    Markdown,
    /// Captures in WARC/1.1 files
    Warc,
    /// Captures with index, pages and text in one file for replay tools (WACZ 1.1.1)
    Wacz,
    /// The index of the WARC files
    Cdxj,
    /// A bag (RFC 8493) with WACZ, JSON Lines, Dublin Core and PREMIS
    Bagit,
    /// Articles in columns (builds with the feature `parquet`)
    Parquet,
}

impl From<Format> for export::Format {
    fn from(format: Format) -> export::Format {
        match format {
            Format::Jsonl => export::Format::Jsonl,
            Format::Csv => export::Format::Csv,
            Format::Markdown => export::Format::Markdown,
            Format::Warc => export::Format::Warc,
            Format::Wacz => export::Format::Wacz,
            Format::Cdxj => export::Format::Cdxj,
            Format::Bagit => export::Format::Bagit,
            Format::Parquet => export::Format::Parquet,
        }
    }
}

pub(super) fn schema() -> schemars::Schema {
    super::schema::of::<Report>()
}

pub(super) fn run(args: &Args, shared: &Shared) -> anyhow::Result<Ending> {
    let format = export::Format::from(args.format);
    let search = args.filters.search(args.query.as_deref(), None)?;
    let file = args.file.as_deref().filter(|file| *file != Path::new("-"));
    if file.is_none() {
        check_stream(format, shared)?;
    }
    let reader = Reader::open(&shared.archive)?;
    let progress = Progress::new(shared);
    let watch = |done, all| progress.see(done, all);
    let interrupt = Interrupt::listen(|| {})?;
    let is_stopped = || interrupt.is_asked();
    let options = Options {
        force: args.force,
        bom: args.bom,
        size: args.size,
        mark_bytes: MARK_BYTES,
        now: chrono::Utc::now(),
        temporary: std::env::temp_dir(),
        watch: &watch,
        is_stopped: &is_stopped,
    };
    let mut stdout = BufWriter::new(std::io::stdout().lock());
    let destination = file.map_or(Destination::Stream(&mut stdout), Destination::Path);
    let exported = export::export(&reader, &search, format, destination, &options);
    progress.end();
    match exported {
        Ok(report) => {
            stdout.flush()?;
            drop(stdout);
            ending(&report, file, shared)
        }
        Err(ExportError::Stopped) => Ok(Ending::stopped(ExportError::Stopped.to_string())),
        Err(error) if error.is_reader_gone() => Err(ReaderGone.into()),
        Err(error) => Err(error.into()),
    }
}

/// Whether the export can stand on standard output.
fn check_stream(format: export::Format, shared: &Shared) -> anyhow::Result<()> {
    let name = format.as_str();
    if !format.is_stream() {
        return Err(ExportError::NotAStream(name).into());
    }
    if shared.json && format != export::Format::Jsonl {
        bail!("--json prints the report on standard output, where the export would stand (name a FILE)");
    }
    if format == export::Format::Warc && std::io::stdout().is_terminal() {
        bail!("WARC files are no text for a terminal (name a FILE, or send the output to one)");
    }
    Ok(())
}

fn ending(report: &Report, file: Option<&Path>, shared: &Shared) -> anyhow::Result<Ending> {
    if shared.json && file.is_some() {
        let mut out = Out::stdout();
        out.json(report)?;
        out.finish()?;
    }
    if report.is_empty() {
        return Ok(Ending::fell_short(
            "nothing selected",
            "nothing in the archive is selected; nothing is written",
        ));
    }
    let mut parts = vec![format!("{} articles", report.articles)];
    if report.captures > 0 {
        parts.push(format!("{} captures", report.captures));
    }
    parts.push(size(i64::try_from(report.bytes).unwrap_or(i64::MAX)));
    if report.files > 1 {
        parts.push(format!("{} files", report.files));
    }
    if report.kept > 0 {
        parts.push(format!("{} of them from an earlier run", report.kept));
    }
    if report.kept_bytes > 0 {
        let kept = size(i64::try_from(report.kept_bytes).unwrap_or(i64::MAX));
        parts.push(format!("behind {kept} of an earlier run"));
    }
    let place = file.map(|file| format!(" in {}", file.display())).unwrap_or_default();
    Ok(Ending::done_with("done", format!("exported {}{place}", parts.join(", "))))
}

/// A size: a number of bytes, or one with a unit of a thousand (kB, MB, GB, TB) or of 1024 (KiB, MiB, GiB, TiB).
fn bytes(text: &str) -> Result<u64, String> {
    const UNITS: [(&str, u64); 9] = [
        ("kib", 1 << 10),
        ("mib", 1 << 20),
        ("gib", 1 << 30),
        ("tib", 1 << 40),
        ("kb", 1000),
        ("mb", 1_000_000),
        ("gb", 1_000_000_000),
        ("tb", 1_000_000_000_000),
        ("b", 1),
    ];
    let lower = text.trim().to_lowercase();
    let unit = UNITS.iter().find_map(|(unit, times)| lower.strip_suffix(unit).map(|number| (number, *times)));
    let (number, times) = unit.unwrap_or((&lower, 1));
    let number: u64 = number.trim().parse().map_err(|_| "no such size (write 1GB or 500MB)".to_owned())?;
    number
        .checked_mul(times)
        .filter(|bytes| *bytes > 0)
        .ok_or_else(|| "a size of nothing, or too much".to_owned())
}

/// How far the export is, on stderr.
enum Progress {
    Silent,
    Bar(ProgressBar),
    Json,
}

#[derive(Serialize)]
struct JsonLine {
    event: &'static str,
    done: u64,
    of: u64,
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
        let bar = ProgressBar::new(0);
        if let Ok(style) = ProgressStyle::with_template("{elapsed_precise} {wide_bar} {pos} of {len}") {
            bar.set_style(style);
        }
        Progress::Bar(bar)
    }

    fn see(&self, done: u64, all: u64) {
        match self {
            Progress::Bar(bar) => {
                // The last one is still to be written down: the end is not told before it.
                bar.set_length(all + 1);
                bar.set_position(done);
            }
            Progress::Json if done.is_multiple_of(PROGRESS_EVERY) => {
                let line = serde_json::to_string(&JsonLine { event: "export", done, of: all });
                anstream::eprintln!("{}", line.unwrap_or_default());
            }
            Progress::Json | Progress::Silent => {}
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
    use super::bytes;

    #[test]
    fn sizes_have_units_of_a_thousand_or_of_1024() {
        assert_eq!(bytes("1GB"), Ok(1_000_000_000));
        assert_eq!(bytes("64 MiB"), Ok(64 << 20));
        assert_eq!(bytes("512"), Ok(512));
        assert!(bytes("viele").is_err() && bytes("0").is_err() && bytes("99999999TB").is_err());
    }
}
