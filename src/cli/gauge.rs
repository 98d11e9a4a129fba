//! How far long work on the archive is, on stderr: a line that moves on a terminal, JSON lines where asked, nothing
//! elsewhere. It tells counts and no percentage, so it never says that all is done before it is.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use super::options::{ProgressForm, Shared};

/// How often the moving line is redrawn while nothing happens.
const REDRAW: Duration = Duration::from_millis(120);
/// A JSON line is written at most so often.
const JSON_EVERY: Duration = Duration::from_secs(1);

/// Shows how far one piece of work is.
pub(super) struct Gauge {
    form: Form,
}

enum Form {
    Silent,
    Line(ProgressBar),
    Json { last: Option<Instant> },
}

/// A line of `--progress json`.
#[derive(Serialize)]
struct JsonLine<'a, T: Serialize> {
    event: &'static str,
    work: &'a str,
    #[serde(flatten)]
    counts: &'a T,
}

impl Gauge {
    /// Chooses how progress is shown.
    pub(super) fn new(shared: &Shared) -> Gauge {
        if shared.progress == ProgressForm::Json && !shared.no_progress {
            return Gauge { form: Form::Json { last: None } };
        }
        if shared.no_progress || shared.quiet || !std::io::stderr().is_terminal() {
            return Gauge { form: Form::Silent };
        }
        let bar = ProgressBar::new_spinner();
        bar.enable_steady_tick(REDRAW);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed_precise} {wide_msg}") {
            bar.set_style(style);
        }
        Gauge { form: Form::Line(bar) }
    }

    /// Shows the state of the work: in words, and as counts for programs.
    pub(super) fn show<T: Serialize>(&mut self, work: &str, counts: &T, words: impl FnOnce() -> String) {
        match &mut self.form {
            Form::Silent => {}
            Form::Line(bar) => bar.set_message(format!("{work}: {}", words())),
            Form::Json { last } => {
                if last.is_some_and(|last| last.elapsed() < JSON_EVERY) {
                    return;
                }
                *last = Some(Instant::now());
                if let Ok(text) = serde_json::to_string(&JsonLine { event: "progress", work, counts }) {
                    anstream::eprintln!("{text}");
                }
            }
        }
    }

    /// Runs something that prints, with the moving line out of its way.
    pub(super) fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
        match &self.form {
            Form::Line(bar) => bar.suspend(print),
            _ => print(),
        }
    }
}

impl Drop for Gauge {
    fn drop(&mut self) {
        if let Form::Line(bar) = &self.form {
            bar.finish_and_clear();
        }
    }
}
