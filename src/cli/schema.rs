//! `khobao schema`: the JSON Schema of what a command prints with `--json`.

use clap::Args as ClapArgs;

use super::options::Shared;
use super::out::Out;
use super::{Ending, crawl, newspapers, read, show, stats};

/// Print the JSON Schema of what a command prints with --json
///
/// Without a command: the schema of the article.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// The command
    command: Option<String>,
}

/// The schema of what is printed: every field that is always there is required.
pub(super) fn of<T: schemars::JsonSchema>() -> schemars::Schema {
    schemars::generate::SchemaSettings::default().for_serialize().into_generator().into_root_schema_for::<T>()
}

/// How a schema is made.
type Maker = fn() -> schemars::Schema;

/// The commands with a schema.
const SCHEMAS: &[(&str, Maker)] = &[
    ("read", read::schema),
    ("show", show::schema),
    ("crawl", crawl::schema),
    ("stats", stats::schema),
    ("newspapers list", newspapers::list_schema),
    ("newspapers evaluate", newspapers::evaluation_schema),
];

pub(super) fn run(args: &Args, _shared: &Shared) -> anyhow::Result<Ending> {
    let name = args.command.as_deref().unwrap_or("read");
    let Some((_, schema)) = SCHEMAS.iter().find(|(command, _)| *command == name) else {
        let known: Vec<&str> = SCHEMAS.iter().map(|(command, _)| *command).collect();
        anyhow::bail!("'{name}' has no schema (there are schemas for: {})", known.join(", "));
    };
    let mut out = Out::stdout();
    out.line(serde_json::to_string_pretty(&schema())?)?;
    out.finish()?;
    Ok(Ending::done())
}
