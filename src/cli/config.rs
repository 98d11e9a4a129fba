//! Settings from files: every long option may stand in one, so that a scheduled crawl needs no long line.
//!
//! A flag beats the environment beats `--config` beats `./khobao.toml` beats the user's file beats `/etc`. A setting
//! at the top of a file holds for every command that has the option; one under `[crawl]` for that command alone.
//! The settings become the options' defaults before the arguments are parsed, so the order comes out by itself.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Arg, Args as ClapArgs, Command, CommandFactory};
use serde::Serialize;

use super::options::Shared;
use super::out::Out;
use super::{Cli, Ending};

/// The largest file of settings that is read, in bytes.
const CONFIG_BYTES_MAX: u64 = 1 << 20;

/// Options that choose the files of settings, and so cannot stand in one.
const NOT_IN_FILES: [&str; 4] = ["config", "no-config", "help", "version"];

/// Print every setting in force and what set it
#[derive(Debug, ClapArgs)]
pub(super) struct Args {}

/// One setting of a file.
#[derive(Clone, Debug)]
struct Setting {
    /// The command it is for; none for all.
    command: Option<String>,
    /// The long option's name.
    option: String,
    values: Vec<String>,
    /// `khobao.toml:3`
    place: String,
}

/// The settings of all files, the strongest file first.
#[derive(Debug, Default)]
pub(super) struct Settings {
    settings: Vec<Setting>,
}

impl Settings {
    /// Reads the files that the arguments and the environment name.
    pub(super) fn find(arguments: &[OsString]) -> anyhow::Result<Settings> {
        let mut settings = Settings::default();
        let mut files = Vec::new();
        if let Some(file) = named_file(arguments) {
            files.push((file, true));
        }
        if !arguments.iter().any(|argument| argument == "--no-config") {
            files.push((PathBuf::from("khobao.toml"), false));
            files.extend(user_folder().map(|folder| (folder.join("khobao/config.toml"), false)));
            files.push((PathBuf::from("/etc/khobao/config.toml"), false));
        }
        for (file, must_exist) in files {
            if must_exist || file.is_file() {
                settings.read(&file)?;
            }
        }
        Ok(settings)
    }

    fn read(&mut self, file: &Path) -> anyhow::Result<()> {
        let size = std::fs::metadata(file)
            .with_context(|| format!("cannot read the settings {}", file.display()))?
            .len();
        if size > CONFIG_BYTES_MAX {
            bail!("{}: {size} bytes are too many for settings (at most {CONFIG_BYTES_MAX})", file.display());
        }
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("cannot read the settings {}", file.display()))?;
        let table = toml::de::DeTable::parse(&text).map_err(|error| {
            let place = place(file, &text, error.span().map_or(0, |span| span.start));
            anyhow::anyhow!("{place}: {} (see `khobao config`)", error.message())
        })?;
        let command = Cli::command();
        let mut faults = Vec::new();
        for (key, value) in table.get_ref() {
            let at = place(file, &text, key.span().start);
            let name = key.get_ref().as_ref();
            match value.get_ref() {
                toml::de::DeValue::Table(inner) => match command.find_subcommand(name) {
                    Some(subcommand) => {
                        for (key, value) in inner {
                            let at = place(file, &text, key.span().start);
                            self.take(
                                subcommand,
                                Some(name),
                                key.get_ref(),
                                value.get_ref(),
                                at,
                                &mut faults,
                            );
                        }
                    }
                    None => faults.push(format!(
                        "{at}: no command is called '{name}'{}",
                        nearest(name, commands(&command))
                    )),
                },
                value => self.take(&command, None, name, value, at, &mut faults),
            }
        }
        if !faults.is_empty() {
            bail!("{}", faults.join("\n"));
        }
        Ok(())
    }

    fn take(
        &mut self,
        command: &Command,
        name: Option<&str>,
        option: &str,
        value: &toml::de::DeValue<'_>,
        place: String,
        faults: &mut Vec<String>,
    ) {
        let known = if name.is_some() {
            options_of(command).chain(options_of(&Cli::command())).collect()
        } else {
            all_options(command)
        };
        if !known.iter().any(|known| known == option) {
            faults.push(format!("{place}: no option is called '{option}'{}", nearest(option, known)));
            return;
        }
        match values(value) {
            Some(values) => self.settings.push(Setting {
                command: name.map(str::to_owned),
                option: option.to_owned(),
                values,
                place,
            }),
            None => faults.push(format!(
                "{place}: '{option}' must be a text, a number, true or false, or a list of these"
            )),
        }
    }

    /// The strongest setting of an option: one for the command itself, else one for all, of the strongest file.
    fn of(&self, command: &str, option: &str) -> Option<&Setting> {
        let named = |wanted: Option<&str>| {
            self.settings
                .iter()
                .find(|setting| setting.option == option && setting.command.as_deref() == wanted)
        };
        named(Some(command)).or_else(|| named(None))
    }

    /// The command line with the settings as its options' defaults.
    pub(super) fn applied_to(&self, command: Command) -> Command {
        if self.settings.is_empty() {
            return command;
        }
        let global = command.clone();
        let command = command.mut_args(|argument| self.with_default(argument, ""));
        let names: Vec<String> = commands(&global).collect();
        names.into_iter().fold(command, |command, name| {
            command.mut_subcommand(&name, |subcommand| {
                subcommand.mut_args(|argument| self.with_default(argument, &name))
            })
        })
    }

    fn with_default(&self, argument: Arg, command: &str) -> Arg {
        let setting = argument.get_long().and_then(|option| self.of(command, option)).cloned();
        match setting {
            Some(setting) => argument.default_values(setting.values),
            None => argument,
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

fn place(file: &Path, text: &str, at: usize) -> String {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or(before).chars().count() + 1;
    format!("{}:{line}:{column}", file.display())
}

fn values(value: &toml::de::DeValue<'_>) -> Option<Vec<String>> {
    use toml::de::DeValue;
    Some(match value {
        DeValue::String(text) => vec![text.to_string()],
        DeValue::Integer(number) => vec![number.as_str().to_owned()],
        DeValue::Float(number) => vec![number.as_str().to_owned()],
        DeValue::Boolean(flag) => vec![flag.to_string()],
        DeValue::Datetime(moment) => vec![moment.to_string()],
        DeValue::Array(list) => {
            let mut all = Vec::new();
            for item in list {
                all.extend(values(item.get_ref())?);
            }
            all
        }
        DeValue::Table(_) => return None,
    })
}

fn commands(command: &Command) -> impl Iterator<Item = String> + '_ {
    command.get_subcommands().map(|subcommand| subcommand.get_name().to_owned())
}

fn options_of(command: &Command) -> impl Iterator<Item = String> {
    command
        .get_arguments()
        .filter_map(|argument| argument.get_long().map(str::to_owned))
        .filter(|option| !NOT_IN_FILES.contains(&option.as_str()))
        .collect::<Vec<_>>()
        .into_iter()
}

fn all_options(command: &Command) -> Vec<String> {
    let mut all: Vec<String> = options_of(command).collect();
    all.extend(command.get_subcommands().flat_map(options_of));
    all
}

/// The nearest known name, as a suggestion.
fn nearest(name: &str, known: impl IntoIterator<Item = String>) -> String {
    /// Below this likeness a suggestion would only confuse.
    const LIKENESS_MIN: f64 = 0.75;
    known
        .into_iter()
        .map(|known| (strsim::jaro_winkler(name, &known), known))
        .filter(|(likeness, _)| *likeness >= LIKENESS_MIN)
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .map_or_else(
            || " (see `khobao --help`)".to_owned(),
            |(_, known)| format!(" (did you mean '{known}'?)"),
        )
}

/// A row of `khobao config`.
#[derive(Debug, Serialize, schemars::JsonSchema)]
struct Row {
    /// The command whose option it is; empty for those of all commands.
    command: String,
    /// The option without its dashes.
    option: String,
    /// Its value; null where it has none.
    value: Option<String>,
    /// `file:line:column` of a file of settings, `the environment: NAME`, or `default`.
    set_by: String,
}

pub(super) fn schema() -> schemars::Schema {
    super::schema::of::<Row>()
}

pub(super) fn run(_args: &Args, shared: &Shared, settings: &Settings) -> anyhow::Result<Ending> {
    let command = Cli::command();
    let mut rows = BTreeMap::new();
    for argument in command.get_arguments() {
        insert_row(&mut rows, "", argument, settings);
    }
    for subcommand in command.get_subcommands() {
        for argument in subcommand.get_arguments() {
            insert_row(&mut rows, subcommand.get_name(), argument, settings);
        }
    }
    let mut out = Out::stdout();
    for row in rows.values() {
        if shared.json {
            out.json(row)?;
        } else {
            let name = if row.command.is_empty() {
                row.option.clone()
            } else {
                format!("{}.{}", row.command, row.option)
            };
            out.line(format!("{name} = {}  # {}", row.value.as_deref().unwrap_or("(none)"), row.set_by))?;
        }
    }
    out.finish()?;
    Ok(Ending::done())
}

fn insert_row(
    rows: &mut BTreeMap<(String, String), Row>,
    command: &str,
    argument: &Arg,
    settings: &Settings,
) {
    let Some(option) = argument.get_long().filter(|option| !NOT_IN_FILES.contains(option)) else { return };
    let variable =
        argument.get_env().and_then(|variable| Some((variable.to_str()?, std::env::var(variable).ok()?)));
    let (value, set_by) = if let Some((variable, value)) = variable {
        (Some(value), format!("the environment: {variable}"))
    } else if let Some(setting) = settings.of(command, option) {
        (Some(setting.values.join(", ")), setting.place.clone())
    } else {
        let defaults: Vec<String> =
            argument.get_default_values().iter().map(|value| value.to_string_lossy().into_owned()).collect();
        ((!defaults.is_empty()).then(|| defaults.join(", ")), "default".to_owned())
    };
    rows.insert(
        (command.to_owned(), option.to_owned()),
        Row { command: command.to_owned(), option: option.to_owned(), value, set_by },
    );
}
