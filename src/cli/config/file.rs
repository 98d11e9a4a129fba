//! One file of settings: read whole, every fault told at once with its line and column.

use std::path::Path;

use anyhow::{Context, bail};
use clap::{Arg, Command};
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::{NOT_IN_FILES, Setting, commands, value};

/// The largest file of settings that is read, in bytes.
const CONFIG_BYTES_MAX: u64 = 1 << 20;

/// A file while it is read.
struct File<'a> {
    path: &'a Path,
    number: usize,
    text: &'a str,
    settings: Vec<Setting>,
    /// Where each is, in bytes, and what is told.
    faults: Vec<(usize, String)>,
}

/// Reads the settings of a file; `number` is its place among the files.
pub(super) fn read(path: &Path, number: usize, command: &Command) -> anyhow::Result<Vec<Setting>> {
    let cannot = || format!("cannot read the settings {}", path.display());
    let size = std::fs::metadata(path).with_context(cannot)?.len();
    if size > CONFIG_BYTES_MAX {
        bail!("{}: {size} bytes are too many for settings (at most {CONFIG_BYTES_MAX})", path.display());
    }
    let text = std::fs::read_to_string(path).with_context(cannot)?;
    let mut file = File { path, number, text: &text, settings: Vec::new(), faults: Vec::new() };
    let table = DeTable::parse(&text).map_err(|error| {
        let place = file.place(error.span().map_or(0, |span| span.start));
        anyhow::anyhow!("{place}: {} (see `khobao config`)", error.message())
    })?;
    file.take_table(command, &[], table.get_ref());
    if !file.faults.is_empty() {
        file.faults.sort();
        let told: Vec<String> = file.faults.into_iter().map(|(_, fault)| fault).collect();
        bail!("{}", told.join("\n"));
    }
    Ok(file.settings)
}

impl File<'_> {
    fn fault(&mut self, at: usize, what: &str) {
        let fault = format!("{}: {what}", self.place(at));
        self.faults.push((at, fault));
    }

    fn place(&self, at: usize) -> String {
        let before = self.text.get(..at).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or(before).chars().count() + 1;
        format!("{}:{line}:{column}", self.path.display())
    }

    /// Takes the settings for a command; a table in it is for one of its commands.
    fn take_table(&mut self, command: &Command, scope: &[String], table: &DeTable<'_>) {
        for (key, value) in table {
            let DeValue::Table(inner) = value.get_ref() else {
                self.take(command, scope, key, value.get_ref());
                continue;
            };
            let name = key.get_ref().as_ref();
            if let Some(subcommand) = command.find_subcommand(name) {
                let below = [scope, &[name.to_owned()]].concat();
                self.take_table(subcommand, &below, inner);
            } else {
                let near = nearest(name, commands(command));
                self.fault(key.span().start, &format!("no command is called '{name}'{near}"));
            }
        }
    }

    fn take(
        &mut self,
        command: &Command,
        scope: &[String],
        key: &Spanned<DeString<'_>>,
        value: &DeValue<'_>,
    ) {
        let (at, option) = (key.span().start, key.get_ref().as_ref());
        let known = arguments_below(command, scope);
        let named: Vec<&Arg> = known.iter().filter(|argument| argument.get_long() == Some(option)).collect();
        if named.is_empty() {
            let options = known.iter().filter_map(|argument| argument.get_long().map(str::to_owned));
            return self.fault(at, &format!("no option is called '{option}'{}", nearest(option, options)));
        }
        let Some(values) = value::texts(value) else {
            let what = format!("'{option}' must be a text, a number, true or false, or a list of these");
            return self.fault(at, &what);
        };
        // Commands may understand an option of one name otherwise; a value that none of them takes is a fault.
        let refusals: Vec<String> =
            named.iter().filter_map(|argument| value::refusal(argument, &values)).collect();
        if refusals.len() == named.len() {
            return self.fault(at, &refusals[0]);
        }
        let place = self.place(at);
        let (file, option) = (self.number, option.to_owned());
        self.settings.push(Setting { file, scope: scope.to_vec(), option, values, place });
    }
}

/// The options of a command and of its commands, and under a command those of all commands.
fn arguments_below(command: &Command, scope: &[String]) -> Vec<Arg> {
    let mut all: Vec<Arg> = Vec::new();
    let mut open = vec![command];
    while let Some(command) = open.pop() {
        let may_stand =
            |argument: &&Arg| argument.get_long().is_some_and(|option| !NOT_IN_FILES.contains(&option));
        all.extend(command.get_arguments().filter(may_stand).cloned());
        open.extend(command.get_subcommands());
    }
    if !scope.is_empty() {
        let global = <super::Cli as clap::CommandFactory>::command();
        all.extend(arguments_of_all(&global));
    }
    all
}

fn arguments_of_all(command: &Command) -> Vec<Arg> {
    let may_stand =
        |argument: &&Arg| argument.get_long().is_some_and(|option| !NOT_IN_FILES.contains(&option));
    command.get_arguments().filter(may_stand).cloned().collect()
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
