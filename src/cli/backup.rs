//! `khobao backup`: a consistent copy of the archive, verified before it gets its name.

use std::fs::File;
use std::io::Read;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
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
use super::stats::size;
use crate::archive::verify::{Event, Scope};
use crate::archive::{Copied, Reader};

/// Bytes of the copy digested at once.
const CHUNK_BYTES: usize = 1 << 20;

/// Copy the archive consistently, also while a crawl writes to it
///
/// The copy holds all that was recorded before it began. It is one file by itself that opens from media that cannot
/// be written; it is verified whole, and only then gets its name.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Exit status:
  0    copied and verified
  1    the copy has faults, as the archive has; it was not kept
  2    could not run: no archive, no room, the file is there already
  130  stopped by the user; nothing was left

Examples:
  khobao backup /media/disk/khobao-2026-11-27.db
  khobao backup nightly.db --force")]
pub(super) struct Args {
    /// The copy
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Overwrite a copy of an earlier day
    #[arg(long)]
    force: bool,
}

/// What `--json` prints: one object.
#[derive(Debug, Serialize, JsonSchema)]
struct Summary {
    /// The copy.
    file: PathBuf,
    /// Its size in bytes.
    bytes: u64,
    /// Its SHA-256 in hex.
    sha256: String,
    /// The articles in it.
    articles: i64,
    /// The captures in it.
    captures: i64,
}

pub(super) fn schema() -> schemars::Schema {
    super::schema::of::<Summary>()
}

pub(super) fn run(args: &Args, shared: &Shared) -> anyhow::Result<Ending> {
    let file = &args.file;
    refuse(file, args.force, &shared.archive)?;
    let reader = Reader::open(&shared.archive)?;
    let part = Part::beside(file)?;
    let interrupt = Interrupt::listen(|| {})?;
    let mut gauge = Gauge::new(shared);
    let is_whole = reader.copy_to(&part.path, |copied| {
        gauge.show("copy", &Pages::from(copied), || format!("{} of {} pages", copied.pages, copied.total));
        !interrupt.is_asked()
    })?;
    if !is_whole {
        return Ok(Ending::stopped("the copy was not finished; nothing was left"));
    }
    let copy = Reader::open(&part.path)?;
    let mut first = None;
    let verified = copy.verify(Scope::Whole, |event| {
        match event {
            Event::Fault(fault) => _ = first.get_or_insert_with(|| fault.what.clone()),
            Event::Step(verified) => {
                gauge.show("verify", verified, || {
                    format!("{} of {} pages", verified.checked, verified.payloads)
                });
            }
        }
        if interrupt.is_asked() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    if let Some(first) = first {
        let more = verified.faults - 1;
        let message = format!(
            "the copy has faults and was not kept: {first}, and {more} more (`khobao verify` names all of the archive)"
        );
        return Ok(Ending::fell_short("faults", message));
    }
    if !verified.is_done {
        return Ok(Ending::stopped("the copy was not verified to the end; nothing was left"));
    }
    let totals = copy.totals()?;
    drop(copy);
    let (bytes, sha256) = digest(&part.path)?;
    part.rename(file)?;
    drop(gauge);
    let summary =
        Summary { file: file.clone(), bytes, sha256, articles: totals.articles, captures: totals.captures };
    let mut out = Out::stdout();
    if shared.json {
        out.json(&summary)?;
    } else {
        out.line(format!("{}  {}", summary.sha256, file.display()))?;
    }
    out.finish()?;
    let size = size(i64::try_from(bytes).unwrap_or(i64::MAX));
    let message = format!(
        "{} articles and {} captures copied and verified, {size}",
        summary.articles, summary.captures
    );
    Ok(Ending::done_with("done", message))
}

/// A copy's progress for programs.
#[derive(Serialize)]
struct Pages {
    pages: u32,
    total: u32,
}

impl From<Copied> for Pages {
    fn from(copied: Copied) -> Pages {
        Pages { pages: copied.pages, total: copied.total }
    }
}

/// Refuses to write over what is there: another file unless told to, the archive itself, and a database in use.
fn refuse(file: &Path, force: bool, archive: &Path) -> anyhow::Result<()> {
    if file.exists() && !force {
        bail!("{}: is there already (name another file, or overwrite it with --force)", file.display());
    }
    ensure!(!file.is_dir(), "{}: is a folder (name a file in it)", file.display());
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    if real(file).is_some() && real(file) == real(archive) {
        bail!("{}: is the archive itself (name another file)", file.display());
    }
    for ending in ["-wal", "-journal"] {
        let mut log = file.as_os_str().to_owned();
        log.push(ending);
        if Path::new(&log).exists() {
            bail!(
                "{}: a program has {} open, or left it in the middle of its work (close it, or name another file)",
                Path::new(&log).display(),
                file.display()
            );
        }
    }
    Ok(())
}

/// The copy under another name, until it is whole; cleared away where it never is.
struct Part {
    path: PathBuf,
    is_kept: bool,
}

impl Part {
    fn beside(file: &Path) -> anyhow::Result<Part> {
        let mut name = file.as_os_str().to_owned();
        name.push(format!(".{}.part", std::process::id()));
        let path = PathBuf::from(name);
        // Made anew: SQLite would go on in what is there.
        let made = File::options().write(true).create_new(true).open(&path);
        made.with_context(|| format!("{}: cannot be written", path.display()))?;
        Ok(Part { path, is_kept: false })
    }

    fn rename(mut self, file: &Path) -> anyhow::Result<()> {
        std::fs::rename(&self.path, file)
            .with_context(|| format!("{}: cannot be written", file.display()))?;
        self.is_kept = true;
        // The name too is on the disk, where the system lets a folder be told to be.
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
        Ok(())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if self.is_kept {
            return;
        }
        for ending in ["", "-journal", "-wal", "-shm"] {
            let mut name = self.path.as_os_str().to_owned();
            name.push(ending);
            let _ = std::fs::remove_file(&name);
        }
    }
}

/// Bytes and SHA-256 of a file.
fn digest(path: &Path) -> anyhow::Result<(u64, String)> {
    let unread = || format!("{}: the copy cannot be read back", path.display());
    let mut file = File::open(path).with_context(unread)?;
    let (mut digest, mut chunk, mut bytes) = (Sha256::new(), vec![0; CHUNK_BYTES], 0);
    loop {
        let count = file.read(&mut chunk).with_context(unread)?;
        if count == 0 {
            return Ok((bytes, HEXLOWER.encode(&digest.finalize())));
        }
        digest.update(&chunk[..count]);
        bytes += count as u64;
    }
}
