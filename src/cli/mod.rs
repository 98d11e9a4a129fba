//! The command line: one file a command, each with its arguments and its run.
//!
//! Here stand what the commands share: the options, the streams (results to stdout, everything else to stderr), and
//! the ways a run can end.

mod backup;
mod config;
mod crawl;
mod demo;
mod diff;
mod dry_run;
mod ending;
mod export;
mod filters;
mod gauge;
mod health;
mod help;
mod history;
mod import;
mod instruments;
mod interrupt;
mod logging;
mod new;
mod newspapers;
mod options;
mod out;
mod pack;
mod parse;
mod progress;
mod read;
mod render;
mod reread;
mod run_report;
mod schema;
mod search;
mod show;
mod signals;
mod size;
mod stats;
mod table;
mod verify;
mod which;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

pub use ending::Ending;
use options::Shared;

/// Visit Vietnam's provincial newspapers politely, read their articles exactly, keep everything in one SQLite file.
#[derive(Debug, Parser)]
#[command(name = "khobao", version, arg_required_else_help = true)]
#[command(after_help = "Start with `khobao demo`: it needs no network.")]
pub struct Cli {
    #[command(flatten)]
    shared: Shared,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::Args),
    Crawl(crawl::Args),
    Read(read::Args),
    Search(search::Args),
    Show(show::Args),
    History(history::Args),
    Diff(diff::Args),
    Export(export::Args),
    Import(import::Args),
    Stats(stats::Args),
    Reread(reread::Args),
    Verify(verify::Args),
    Backup(backup::Args),
    Pack(pack::Args),
    Health(health::Args),
    Newspapers(newspapers::Args),
    Parse(parse::Args),
    Config(config::Args),
    Schema(schema::Args),
    Completions(help::CompletionsArgs),
    Man(help::ManArgs),
}

/// Runs the program with the process's arguments and tells how it ended.
pub fn main() -> ExitCode {
    let arguments: Vec<std::ffi::OsString> = std::env::args_os().collect();
    let mut settings = match config::Settings::find(&arguments) {
        Ok(settings) => settings,
        Err(error) => {
            return ending::report(&Ending::could_not_run(&error), ending::asks_for_json(&arguments));
        }
    };
    let command = settings.applied_to(Cli::command());
    let parsed = command.try_get_matches_from(&arguments).and_then(|matches| {
        _ = settings.note_flags(&matches);
        Cli::from_arg_matches(&matches)
    });
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => return ending::usage(&error, ending::asks_for_json(&arguments)),
    };
    logging::start(&cli.shared);
    let json = cli.shared.json || cli.shared.log_format == options::LogFormat::Json;
    let ending = run(&cli, &mut settings).unwrap_or_else(|error| Ending::could_not_run(&error));
    ending::report(&ending, json)
}

fn run(cli: &Cli, settings: &mut config::Settings) -> anyhow::Result<Ending> {
    let shared = &cli.shared;
    match &cli.command {
        Command::Demo(args) => demo::run(args, shared),
        Command::Crawl(args) => crawl::run(args, shared),
        Command::Read(args) => read::run(args, shared),
        Command::Search(args) => search::run(args, shared),
        Command::Show(args) => show::run(args, shared),
        Command::History(args) => history::run(args, shared),
        Command::Diff(args) => diff::run(args, shared),
        Command::Export(args) => export::run(args, shared),
        Command::Import(args) => import::run(args, shared),
        Command::Stats(args) => stats::run(args, shared),
        Command::Reread(args) => reread::run(args, shared),
        Command::Verify(args) => verify::run(args, shared),
        Command::Backup(args) => backup::run(args, shared),
        Command::Pack(args) => pack::run(args, shared),
        Command::Health(args) => health::run(args, shared),
        Command::Newspapers(args) => newspapers::run(args, shared),
        Command::Parse(args) => parse::run(args, shared),
        Command::Config(args) => config::run(args, shared, settings),
        Command::Schema(args) => schema::run(args, shared),
        Command::Completions(args) => help::completions(args),
        Command::Man(args) => help::man(args),
    }
}
