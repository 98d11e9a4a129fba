//! `khobao newspapers`: the selector files.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args as ClapArgs, Subcommand};
use schemars::JsonSchema;
use serde::Serialize;

use super::Ending;
use super::options::Shared;
use super::out::Out;
use super::table::Table;
use crate::evaluate::{self, Report, Totals};
use crate::newspaper::{Fault, Newspaper, Newspapers, Sources, Summary};
use crate::when::When;

/// List, print, check or draft the selector files
#[derive(Debug, ClapArgs)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the newspapers (the default)
    List,
    /// Print a newspaper's file as merged with its family's
    Show {
        /// The newspaper's id
        #[arg(value_name = "ID")]
        id: String,
    },
    /// Check the selector files, and tell every fault with its line and column
    ///
    /// With --pages, a layout that no saved page wears is a fault too: a page is saved as
    /// DIR/NEWSPAPER/DAY-SLUG.html, named by the day of the fetch. Without it, pages are looked for in `fixtures` beside
    /// the folder of selector files.
    Check {
        /// Files to check with the built-in ones and those of --selectors
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
        /// The folder of saved pages
        #[arg(long, value_name = "DIR")]
        pages: Option<PathBuf>,
    },
    New(Box<super::new::Args>),
    /// Score the reading of saved pages against answers made by hand
    ///
    /// Each page x.html in the folder or below it has its answer beside it, x.gold.json: the article as it should be
    /// read, with the keys of the article's JSON, or the addresses that a listing should give.
    Evaluate(EvaluateArgs),
}

#[derive(Debug, ClapArgs)]
struct EvaluateArgs {
    /// The folder
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Read every page without its selector file
    #[arg(long)]
    generic: bool,
    /// The least mean F1 of the bodies, by runs of four words; less ends with 1
    #[arg(long, value_name = "F1", default_value_t = 0.0)]
    min: f64,
    /// When the pages were fetched, where an answer does not say
    #[arg(long, value_name = "TIME")]
    fetched_at: Option<When>,
}

pub(super) fn run(args: &Args, shared: &Shared) -> anyhow::Result<Ending> {
    match &args.command {
        None | Some(Command::List) => list(shared),
        Some(Command::Show { id }) => show(id, shared),
        Some(Command::Check { files, pages }) => check(files, pages.as_deref(), shared),
        Some(Command::New(args)) => super::new::run(args, shared),
        Some(Command::Evaluate(args)) => evaluate(args, shared),
    }
}

pub(super) fn list_schema() -> schemars::Schema {
    super::schema::of::<Summary>()
}

fn list(shared: &Shared) -> anyhow::Result<Ending> {
    let newspapers = shared.newspapers()?;
    let rows: Vec<Summary> = newspapers.iter().map(Newspaper::summary).collect();
    let mut out = Out::stdout();
    if shared.json {
        for row in &rows {
            out.json(row)?;
        }
    } else {
        let mut table =
            Table::new(&["id", "name", "province", "since 2025", "family", "confidence", "status"]);
        for row in rows {
            let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
            let (province, since) = (or_dash(row.province), or_dash(row.province_2025));
            table.row([row.id, row.name, province, since, or_dash(row.family), row.confidence, row.status]);
        }
        out.text(table.to_string())?;
    }
    out.finish()?;
    Ok(Ending::done())
}

fn show(id: &str, shared: &Shared) -> anyhow::Result<Ending> {
    let newspapers = shared.newspapers()?;
    let newspaper = newspapers.get(id).with_context(|| unknown(&newspapers, id))?;
    let mut out = Out::stdout();
    if shared.json {
        out.json(&newspaper.summary())?;
    } else {
        out.text(sources(shared).merged(id).with_context(|| unknown(&newspapers, id))?)?;
    }
    out.finish()?;
    Ok(Ending::done())
}

/// What is said of an id that no file has.
pub(super) fn unknown(newspapers: &Newspapers, id: &str) -> String {
    let nearest = newspapers.nearest(id).map(|near| format!("did you mean '{near}'? ")).unwrap_or_default();
    format!("no newspaper is called '{id}' ({nearest}see `khobao newspapers list`)")
}

/// The selector files in force.
pub(super) fn sources(shared: &Shared) -> Sources {
    let mut sources = Sources::built_in();
    if let Some(folder) = &shared.selectors {
        sources.add_folder(folder);
    }
    sources
}

/// A fault as `newspapers check --json` prints it.
#[derive(Serialize, JsonSchema)]
struct FaultLine<'a> {
    /// The selector file.
    file: &'a str,
    /// From 1.
    line: usize,
    /// From 1.
    column: usize,
    /// What is wrong.
    what: &'a str,
    /// What to do.
    advice: &'a str,
}

pub(super) fn faults_schema() -> schemars::Schema {
    super::schema::of::<FaultLine<'_>>()
}

/// The saved pages that prove the layouts: those named, or those beside the selector files.
fn proofs(named: Option<&Path>, shared: &Shared) -> anyhow::Result<Option<PathBuf>> {
    if let Some(named) = named {
        anyhow::ensure!(named.is_dir(), "{}: no folder of saved pages", named.display());
        return Ok(Some(named.to_owned()));
    }
    let selectors = shared.selectors.clone().unwrap_or_else(|| PathBuf::from("selectors"));
    let beside = selectors.is_dir().then(|| selectors.join("..").join("fixtures"));
    Ok(beside
        .filter(|folder| folder.is_dir())
        .map(|folder| if shared.selectors.is_none() { "fixtures".into() } else { folder }))
}

fn check(files: &[PathBuf], pages: Option<&Path>, shared: &Shared) -> anyhow::Result<Ending> {
    let mut sources = sources(shared);
    for file in files {
        sources.add_file(file);
    }
    let checked = match proofs(pages, shared)? {
        Some(pages) => Newspapers::check_with_pages(&sources, &pages),
        None => Newspapers::check(&sources),
    };
    let mut out = Out::stdout();
    let ending = match checked {
        Ok(newspapers) => {
            if !shared.json {
                out.line(format!("{} newspapers, no fault", newspapers.len()))?;
            }
            Ending::done()
        }
        Err(faults) => {
            for fault in &faults {
                print_fault(&mut out, shared.json, fault)?;
            }
            let count = faults.len();
            Ending::fell_short("faults", format!("{count} fault{}", if count == 1 { "" } else { "s" }))
        }
    };
    out.finish()?;
    Ok(ending)
}

fn print_fault(out: &mut Out, json: bool, fault: &Fault) -> anyhow::Result<()> {
    if json {
        let Fault { file, line, column, what, advice } = fault;
        return out.json(&FaultLine { file, line: *line, column: *column, what, advice });
    }
    out.line(fault.to_string())
}

/// What `newspapers evaluate --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
struct Evaluation {
    /// All pages together.
    totals: Totals,
    /// Page by page.
    #[serde(flatten)]
    report: Report,
}

pub(super) fn evaluation_schema() -> schemars::Schema {
    super::schema::of::<Evaluation>()
}

fn evaluate(args: &EvaluateArgs, shared: &Shared) -> anyhow::Result<Ending> {
    let newspapers = shared.newspapers()?;
    let fetched_at = args.fetched_at.map_or_else(chrono::Utc::now, |when| when.instant());
    let options = evaluate::Options { generic: args.generic, fetched_at };
    let report = evaluate::folder(&args.folder, &newspapers, &options)?;
    let score = report.score();
    let mut out = Out::stdout();
    if shared.json {
        out.json(&Evaluation { totals: report.totals(), report })?;
    } else {
        let mut table = Table::new(&Report::heads());
        report.rows().into_iter().for_each(|row| table.row(row));
        out.line(table.to_string())?;
        for fault in report.faults() {
            out.line(fault)?;
        }
    }
    out.finish()?;
    if score < args.min {
        return Ok(Ending::fell_short(
            "below the minimum",
            format!("the mean F1 is {score:.4}, less than {}", args.min),
        ));
    }
    Ok(Ending::done())
}
