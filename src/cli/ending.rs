//! How a run ends: the exit code, the reason, and the last line on stderr.
//!
//! 0 done; 1 done, but something fell short; 2 could not run; 130 stopped by the user.

use std::ffi::OsString;
use std::process::ExitCode;

use serde::Serialize;

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Ending {
    /// The exit code.
    exit: u8,
    /// The reason in one or two words, for programs.
    reason: String,
    /// The reason for people; empty where there is nothing to say.
    message: String,
}

impl Ending {
    /// All is done.
    pub fn done() -> Ending {
        Ending { exit: 0, reason: "done".into(), message: String::new() }
    }

    /// All is done, with a last line about it.
    pub fn done_with(reason: &str, message: impl Into<String>) -> Ending {
        Ending { exit: 0, reason: reason.into(), message: message.into() }
    }

    /// Done, but something fell short.
    pub fn fell_short(reason: &str, message: impl Into<String>) -> Ending {
        Ending { exit: 1, reason: reason.into(), message: message.into() }
    }

    /// It could not run; every cause is told.
    pub fn could_not_run(error: &anyhow::Error) -> Ending {
        Ending { exit: 2, reason: "could not run".into(), message: format!("{error:#}") }
    }

    /// A wrong usage, as clap tells it.
    pub fn usage(error: &clap::Error) -> Ending {
        let text = error.to_string();
        Ending {
            exit: 2,
            reason: "usage".into(),
            message: text.trim_start_matches("error: ").trim_end().to_owned(),
        }
    }

    /// The user stopped it.
    pub fn stopped(message: impl Into<String>) -> Ending {
        Ending { exit: 130, reason: "stopped by the user".into(), message: message.into() }
    }
}

pub(super) fn schema() -> schemars::Schema {
    super::schema::of::<Ending>()
}

/// Whether the arguments ask for JSON, known before they are parsed so that a wrong usage is told as JSON too.
pub(super) fn asks_for_json(arguments: &[OsString]) -> bool {
    arguments.iter().take_while(|argument| *argument != "--").any(|argument| argument == "--json")
}

/// Prints the last line on stderr, as JSON where asked, and gives the exit code.
pub(super) fn report(ending: &Ending, json: bool) -> ExitCode {
    if json && (ending.exit != 0 || !ending.message.is_empty()) {
        let line = serde_json::to_string(ending).unwrap_or_else(|_| ending.message.clone());
        anstream::eprintln!("{line}");
    } else if !ending.message.is_empty() {
        let style = anstyle::Style::new().bold();
        let red = style.fg_color(Some(anstyle::AnsiColor::Red.into()));
        match ending.exit {
            2 => anstream::eprintln!("{red}error{red:#}: {}", ending.message),
            _ => anstream::eprintln!("khobao: {}", ending.message),
        }
    }
    ExitCode::from(ending.exit)
}

/// A wrong usage, or `--help` and `--version`, as clap tells them.
pub(super) fn usage(error: &clap::Error, json: bool) -> ExitCode {
    if error.use_stderr() && json {
        return report(&Ending::usage(error), true);
    }
    // Nothing can be done where stdout or stderr is closed.
    let _ = error.print();
    ExitCode::from(if error.use_stderr() { 2 } else { 0 })
}
