//! Progress of a crawl on stderr: a line that moves on a terminal, JSON lines where asked, nothing elsewhere.

use std::io::IsTerminal;
use std::sync::Mutex;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use super::options::{ProgressForm, Shared};
use crate::crawl::{Event, Tally, Watcher};

/// How often the moving line is redrawn while nothing happens.
const REDRAW: Duration = Duration::from_millis(120);

/// Chooses how progress is shown.
pub(super) fn watcher(shared: &Shared) -> Box<dyn Watcher> {
    if shared.progress == ProgressForm::Json && !shared.no_progress {
        return Box::new(JsonLines::default());
    }
    if shared.no_progress || shared.quiet || !std::io::stderr().is_terminal() {
        return Box::new(Silent);
    }
    let bar = ProgressBar::new_spinner();
    bar.enable_steady_tick(REDRAW);
    if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed_precise} {wide_msg}") {
        bar.set_style(style);
    }
    Box::new(Line { bar, tally: Mutex::default() })
}

/// Shows nothing.
#[derive(Debug)]
pub(super) struct Silent;

impl Watcher for Silent {
    fn see(&self, _event: &Event<'_>) {}
}

struct Line {
    bar: ProgressBar,
    tally: Mutex<Tally>,
}

impl Watcher for Line {
    fn see(&self, event: &Event<'_>) {
        let Ok(mut tally) = self.tally.lock() else { return };
        match event {
            Event::Visited { url, tally: now, .. } => {
                *tally = **now;
                self.bar.set_message(format!("{tally}  {url}"));
            }
            Event::Waiting { newspaper, wait } => {
                self.bar.set_message(format!("{tally}  {newspaper}: waiting {}", whole_seconds(*wait)));
            }
            Event::Ended { .. } => self.bar.finish_and_clear(),
            _ => {}
        }
    }
}

fn whole_seconds(wait: Duration) -> humantime::FormattedDuration {
    humantime::format_duration(Duration::from_secs(wait.as_secs().max(1)))
}

#[derive(Default)]
struct JsonLines {
    lines: Mutex<()>,
}

#[derive(Serialize)]
#[serde(tag = "event", rename_all = "lowercase")]
enum JsonLine<'a> {
    Visited { newspaper: &'a str, url: &'a str, fate: &'a str, tally: &'a Tally },
    Waiting { newspaper: &'a str, seconds: f64 },
    Ended,
}

impl Watcher for JsonLines {
    fn see(&self, event: &Event<'_>) {
        let line = match event {
            Event::Visited { newspaper, url, fate, tally, .. } => {
                JsonLine::Visited { newspaper, url: url.as_str(), fate, tally }
            }
            Event::Waiting { newspaper, wait } => {
                JsonLine::Waiting { newspaper, seconds: wait.as_secs_f64() }
            }
            Event::Ended { .. } => JsonLine::Ended,
            _ => return,
        };
        if let (Ok(_guard), Ok(text)) = (self.lines.lock(), serde_json::to_string(&line)) {
            anstream::eprintln!("{text}");
        }
    }
}
