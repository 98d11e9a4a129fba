//! Settings from files: every long option may stand in one, so that a scheduled crawl needs no long line.
//!
//! A flag beats the environment beats `--config` beats `./khobao.toml` beats the user's file beats `/etc`. A setting
//! at the top of a file holds for every command that has the option; one under `[crawl]` for that command alone, one
//! under `[newspapers.evaluate]` for a command of a command. In one file the narrower setting beats the wider one.
//! The settings become the options' defaults before the arguments are parsed, so the order comes out by itself.

mod file;
mod value;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Args as ClapArgs, Command, CommandFactory, FromArgMatches};
use serde::Serialize;

use super::options::Shared;
use super::out::Out;
use super::{Cli, Ending};

/// Options that choose the files of settings, and so cannot stand in one.
const NOT_IN_FILES: [&str; 4] = ["config", "no-config", "help", "version"];

/// Print every setting in force and what set it
///
/// With a command and its options behind it, tells what that command would go by, the options included, without
/// running it.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  khobao config
  khobao config crawl --every 6h --contact me@example.org
  khobao config --json newspapers evaluate pages --min 0.98")]
pub(super) struct Args {
    /// A command with its arguments: only its settings are told, and those of every command
    #[arg(value_name = "COMMAND", trailing_var_arg = true, allow_hyphen_values = true)]
    line: Vec<OsString>,
}

/// One setting of a file.
#[derive(Clone, Debug)]
struct Setting {
    /// The place of its file among those that were read, the strongest first.
    file: usize,
    /// The command it is for, and the command of that command; empty for all.
    scope: Vec<String>,
    /// The long option's name.
    option: String,
    values: Vec<String>,
    /// `khobao.toml:3:1`
    place: String,
}

/// The settings of all files, and what the command line itself says.
#[derive(Debug, Default)]
pub(super) struct Settings {
    settings: Vec<Setting>,
    /// By command and option; those of every command stand under the empty one.
    flags: BTreeMap<(Vec<String>, String), String>,
}

impl Settings {
    /// Reads the files that the arguments and the environment name.
    pub(super) fn find(arguments: &[OsString]) -> anyhow::Result<Settings> {
        let mut files = Vec::new();
        if let Some(file) = named_file(arguments) {
            files.push((file, true));
        }
        let flags = arguments.iter().take_while(|argument| *argument != "--");
        if !flags.into_iter().any(|argument| argument == "--no-config") {
            files.push((PathBuf::from("khobao.toml"), false));
            files.extend(user_folder().map(|folder| (folder.join("khobao/config.toml"), false)));
            files.push((PathBuf::from("/etc/khobao/config.toml"), false));
        }
        let mut settings = Settings::default();
        let command = Cli::command();
        for (number, (file, must_exist)) in files.into_iter().enumerate() {
            if must_exist || file.is_file() {
                settings.settings.extend(file::read(&file, number, &command)?);
            }
        }
        Ok(settings)
    }

    /// The strongest setting of an option of a command: that of the strongest file, and in it the narrowest.
    fn of(&self, path: &[String], argument: &Arg) -> Option<&Setting> {
        let option = argument.get_long()?;
        self.settings
            .iter()
            .filter(|setting| setting.option == option && path.starts_with(&setting.scope))
            .filter(|setting| value::refusal(argument, &setting.values).is_none())
            .min_by_key(|setting| (setting.file, std::cmp::Reverse(setting.scope.len())))
    }

    /// The command line with the settings as its options' defaults.
    pub(super) fn applied_to(&self, command: Command) -> Command {
        if self.settings.is_empty() { command } else { self.applied_below(command, &[]) }
    }

    fn applied_below(&self, command: Command, path: &[String]) -> Command {
        let names: Vec<String> = commands(&command).collect();
        let command = command.mut_args(|argument| match self.of(path, &argument).cloned() {
            Some(setting) => argument.default_values(setting.values),
            None => argument,
        });
        names.into_iter().fold(command, |command, name| {
            let below = [path, std::slice::from_ref(&name)].concat();
            command.mut_subcommand(name, |subcommand| self.applied_below(subcommand, &below))
        })
    }

    /// Notes what stands on the command line itself, and gives the command that it is for.
    pub(super) fn note_flags(&mut self, matches: &ArgMatches) -> Vec<String> {
        let top = Cli::command();
        let (mut path, mut command, mut matches) = (Vec::new(), &top, matches);
        // Options of every command are known to each one, so that they need not be asked for at the top.
        while let Some((name, below)) = matches.subcommand() {
            path.push(name.to_owned());
            matches = below;
            self.note(&top, &[], matches);
            let Some(subcommand) = command.find_subcommand(name) else { break };
            command = subcommand;
            self.note(command, &path, matches);
        }
        path
    }

    fn note(&mut self, command: &Command, path: &[String], matches: &ArgMatches) {
        for argument in command.get_arguments() {
            let id = argument.get_id().as_str();
            let is_given = matches!(matches.try_contains_id(id), Ok(true))
                && matches.value_source(id) == Some(ValueSource::CommandLine);
            if let Some(option) = argument.get_long().filter(|_| is_given) {
                let raw = matches.get_raw(id).into_iter().flatten();
                let values: Vec<String> = raw.map(|value| value.to_string_lossy().into_owned()).collect();
                self.flags.insert((path.to_vec(), option.to_owned()), values.join(", "));
            }
        }
    }
}

/// `--config FILE` or `--config=FILE`, before the arguments are parsed.
fn named_file(arguments: &[OsString]) -> Option<PathBuf> {
    let mut arguments = arguments.iter().take_while(|argument| *argument != "--");
    while let Some(argument) = arguments.next() {
        if argument == "--config" {
            return arguments.next().map(PathBuf::from);
        }
        if let Some(file) = argument.to_str().and_then(|text| text.strip_prefix("--config=")) {
            return Some(PathBuf::from(file));
        }
    }
    None
}

/// The folder of the user's settings by the XDG base directory specification.
fn user_folder() -> Option<PathBuf> {
    let named = std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from).filter(|folder| folder.is_absolute());
    named.or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".config")))
}

fn commands(command: &Command) -> impl Iterator<Item = String> + '_ {
    command.get_subcommands().map(|subcommand| subcommand.get_name().to_owned())
}

/// A row of `khobao config`.
#[derive(Debug, Serialize, schemars::JsonSchema)]
struct Row {
    /// The command whose option it is (`newspapers evaluate` for a command of a command); empty for those of all
    /// commands.
    command: String,
    /// The option without its dashes.
    option: String,
    /// Its value; null where it has none.
    value: Option<String>,
    /// `file:line:column` of a file of settings, `the environment: NAME`, `the command line: --NAME`, or `default`.
    set_by: String,
}

pub(super) fn schema() -> schemars::Schema {
    super::schema::of::<Row>()
}

pub(super) fn run(args: &Args, shared: &Shared, settings: &mut Settings) -> anyhow::Result<Ending> {
    let Asked { path, json } = match ask(args, settings) {
        Ok(asked) => asked,
        Err(error) if error.use_stderr() => return Ok(Ending::usage(&error)),
        // `--help` of that command.
        Err(error) => {
            error.print()?;
            return Ok(Ending::done());
        }
    };
    let mut rows = Vec::new();
    insert_rows(&mut rows, &Cli::command(), &[], settings);
    if let Some(path) = path {
        rows.retain(|row| row.command.is_empty() || is_above(&row.command, &path));
    }
    rows.sort_by(|left: &Row, right| (&left.command, &left.option).cmp(&(&right.command, &right.option)));
    let mut out = Out::stdout();
    for row in &rows {
        if shared.json || json {
            out.json(row)?;
        } else {
            let scope = row.command.replace(' ', ".");
            let name = if scope.is_empty() { row.option.clone() } else { format!("{scope}.{}", row.option) };
            out.line(format!("{name} = {}  # {}", row.value.as_deref().unwrap_or("(none)"), row.set_by))?;
        }
    }
    out.finish()?;
    Ok(Ending::done())
}

/// The command that is asked about, and whether its line asks for JSON.
#[derive(Default)]
struct Asked {
    path: Option<Vec<String>>,
    json: bool,
}

/// Parses the command line that is asked about, as it would be if it were run.
fn ask(args: &Args, settings: &mut Settings) -> Result<Asked, clap::Error> {
    if args.line.is_empty() {
        return Ok(Asked::default());
    }
    let line = [&[OsString::from("khobao")], args.line.as_slice()].concat();
    let matches = settings.applied_to(Cli::command()).try_get_matches_from(line)?;
    let path = settings.note_flags(&matches);
    Ok(Asked { path: Some(path), json: Cli::from_arg_matches(&matches)?.shared.json })
}

/// Whether a command is the one of this path, or one above it.
fn is_above(command: &str, path: &[String]) -> bool {
    command.split(' ').zip(path).all(|(one, other)| one == other) && command.split(' ').count() <= path.len()
}

fn insert_rows(rows: &mut Vec<Row>, command: &Command, path: &[String], settings: &Settings) {
    rows.extend(command.get_arguments().filter_map(|argument| row(argument, path, settings)));
    for subcommand in command.get_subcommands() {
        let below = [path, &[subcommand.get_name().to_owned()]].concat();
        insert_rows(rows, subcommand, &below, settings);
    }
}

fn row(argument: &Arg, path: &[String], settings: &Settings) -> Option<Row> {
    let option = argument.get_long().filter(|option| !NOT_IN_FILES.contains(option))?;
    let flag = settings.flags.get(&(path.to_vec(), option.to_owned()));
    let variable =
        argument.get_env().and_then(|variable| Some((variable.to_str()?, std::env::var(variable).ok()?)));
    let (value, set_by) = if let Some(value) = flag {
        (Some(value.clone()), format!("the command line: --{option}"))
    } else if let Some((variable, value)) = variable {
        (Some(value), format!("the environment: {variable}"))
    } else if let Some(setting) = settings.of(path, argument) {
        (Some(setting.values.join(", ")), setting.place.clone())
    } else {
        let defaults: Vec<String> =
            argument.get_default_values().iter().map(|value| value.to_string_lossy().into_owned()).collect();
        ((!defaults.is_empty()).then(|| defaults.join(", ")), "default".to_owned())
    };
    Some(Row { command: path.join(" "), option: option.to_owned(), value, set_by })
}
