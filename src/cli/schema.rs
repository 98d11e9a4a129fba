//! `khobao schema`: the JSON Schema of what a command prints with `--json`.

use clap::Args as ClapArgs;

use super::options::Shared;
use super::out::Out;
use super::{
    Ending, backup, config, crawl, demo, diff, ending, export, history, import, new, newspapers, pack, parse,
    read, reread, search, show, stats, verify,
};

/// Print the JSON Schema of what a command prints with --json
///
/// Without a command: the schema of the article.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// The command as it is typed: read, newspapers list
    command: Vec<String>,
    /// Of the links that `read --links` prints
    #[arg(long)]
    links: bool,
}

/// The schema of what is printed: every field that is always there is required.
pub(super) fn of<T: schemars::JsonSchema>() -> schemars::Schema {
    schemars::generate::SchemaSettings::default().for_serialize().into_generator().into_root_schema_for::<T>()
}

/// How a schema is made.
type Maker = fn() -> schemars::Schema;

/// The commands with a schema; the last is of the last line on stderr.
const SCHEMAS: &[(&str, Maker)] = &[
    ("demo", demo::schema),
    ("crawl", crawl::schema),
    ("crawl dry-run", super::dry_run::schema),
    ("crawl progress", super::progress::schema),
    ("read", read::schema),
    ("read --links", read::links_schema),
    ("show", show::schema),
    ("search", search::schema),
    ("history", history::schema),
    ("diff", diff::schema),
    ("stats", stats::schema),
    ("health", super::health::schema),
    ("reread", reread::schema),
    ("verify", verify::schema),
    ("backup", backup::schema),
    ("pack", pack::schema),
    ("newspapers list", newspapers::list_schema),
    ("newspapers show", newspapers::list_schema),
    ("newspapers check", newspapers::faults_schema),
    ("newspapers new", new::schema),
    ("newspapers evaluate", newspapers::evaluation_schema),
    ("parse dateline", parse::dateline_schema),
    ("parse date", parse::date_schema),
    ("parse text", parse::text_schema),
    ("export", export::schema),
    ("import", import::schema),
    ("config", config::schema),
    ("ending", ending::schema),
];

pub(super) fn run(args: &Args, _shared: &Shared) -> anyhow::Result<Ending> {
    let name = wanted(args);
    let Some((_, schema)) = SCHEMAS.iter().find(|(command, _)| *command == name) else {
        let known: Vec<&str> = SCHEMAS.iter().map(|(command, _)| *command).collect();
        anyhow::bail!("'{name}' has no schema (there are schemas for: {})", known.join(", "));
    };
    let mut out = Out::stdout();
    out.line(serde_json::to_string_pretty(&schema())?)?;
    out.finish()?;
    Ok(Ending::done())
}

/// The command that is asked about; bare `newspapers` lists them, and no command at all means the article.
fn wanted(args: &Args) -> String {
    let mut name = args.command.join(" ");
    match name.as_str() {
        "" => name.push_str("read"),
        "newspapers" => name.push_str(" list"),
        _ => {}
    }
    if args.links {
        name.push_str(" --links");
    }
    name
}
