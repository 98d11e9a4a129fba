//! The options that every command knows.

use std::path::PathBuf;

use anyhow::Context;
use clap::{ArgAction, Args, ValueEnum};

use crate::newspaper::Newspapers;

/// Where the archive lies when nobody says.
pub(super) const ARCHIVE_DEFAULT: &str = "khobao.db";

/// Options of all commands.
// Each flag is an option of its own; they do not make up a state.
#[allow(clippy::struct_excessive_bools)]
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Options of every command")]
pub(super) struct Shared {
    /// The archive
    #[arg(long, value_name = "FILE", env = "KHOBAO_ARCHIVE", default_value = ARCHIVE_DEFAULT, global = true)]
    pub archive: PathBuf,
    /// A folder of selector files that add to and override the built-in ones
    #[arg(long, value_name = "DIR", env = "KHOBAO_SELECTORS", global = true)]
    pub selectors: Option<PathBuf>,
    /// A file of settings (TOML; every long option may stand in it)
    #[arg(long, value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
    /// Read no file of settings
    #[arg(long, global = true)]
    pub no_config: bool,
    /// Results as JSON, one object a line
    #[arg(long, global = true)]
    pub json: bool,
    /// Say more on stderr (twice: everything)
    #[arg(short, long, action = ArgAction::Count, global = true)]
    pub verbose: u8,
    /// Say nothing on stderr but errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// How logs are written on stderr
    #[arg(long, value_enum, default_value_t = LogFormat::Text, value_name = "FORMAT", global = true)]
    pub log_format: LogFormat,
    /// When to colour
    #[arg(long, value_enum, default_value_t = Color::Auto, value_name = "WHEN", global = true)]
    pub color: Color,
    /// How progress is shown on stderr
    #[arg(long, value_enum, default_value_t = ProgressForm::Auto, value_name = "FORM", global = true)]
    pub progress: ProgressForm,
    /// Show no progress
    #[arg(long, global = true)]
    pub no_progress: bool,
}

/// How logs are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum LogFormat {
    /// A line for people
    Text,
    /// A JSON object a line
    Json,
}

/// When output is coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// How progress is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ProgressForm {
    /// Bars on a terminal, nothing elsewhere
    Auto,
    /// JSON objects, one a line
    Json,
}

impl Shared {
    /// The newspapers by the built-in selector files and those of `--selectors`.
    pub(super) fn newspapers(&self) -> anyhow::Result<Newspapers> {
        let loaded = match &self.selectors {
            Some(folder) => Newspapers::load(Some(folder)),
            None => Newspapers::built_in(),
        };
        loaded.context("the selector files have faults; nothing was done")
    }
}
