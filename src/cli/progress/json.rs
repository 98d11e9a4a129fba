//! Progress as JSON lines for programs.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;

use crate::crawl::{Event, Tally, Watcher};

/// How much is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Detail {
    /// Every page and every wait.
    Every,
    /// How far it is, and when rounds begin and end.
    Seldom,
}

/// Tells progress as JSON lines on stderr.
pub(super) struct JsonLines {
    detail: Detail,
    progress: Mutex<Progress>,
}

#[derive(Default)]
struct Progress {
    tally: Tally,
    newspapers: BTreeMap<String, Tally>,
    visited: BTreeMap<String, u64>,
}

/// A line.
#[derive(Serialize, JsonSchema)]
#[serde(tag = "event", rename_all = "lowercase")]
enum JsonLine<'a> {
    /// A round has begun.
    Began { run: i64, newspapers: usize },
    /// A page was visited and recorded.
    Visited { newspaper: &'a str, url: &'a str, fate: &'a str, tally: &'a Tally },
    /// A newspaper's next page waits its turn.
    Waiting { newspaper: &'a str, seconds: f64 },
    /// How far the round is. `share` is below 1 before the end.
    Progress { visited: u64, due: u64, share: f64, tally: &'a Tally, newspapers: Vec<NewspaperLine<'a>> },
    /// The crawl rests between two rounds.
    Resting { until: DateTime<Utc> },
    /// The round has ended.
    Ended { run: i64, stopped_by: String, tally: &'a Tally },
}

/// How far one newspaper is.
#[derive(Serialize, JsonSchema)]
struct NewspaperLine<'a> {
    newspaper: &'a str,
    visited: u64,
    due: u64,
    failed: u64,
}

pub(crate) fn schema() -> schemars::Schema {
    crate::cli::schema::of::<JsonLine<'_>>()
}

impl JsonLines {
    pub(super) fn new(detail: Detail) -> JsonLines {
        JsonLines { detail, progress: Mutex::default() }
    }
}

impl Progress {
    fn visited(&mut self, newspaper: &str, tally: &Tally, own_tally: &Tally) {
        self.tally = *tally;
        self.newspapers.insert(newspaper.to_owned(), *own_tally);
        *self.visited.entry(newspaper.to_owned()).or_default() += 1;
    }

    fn line<'a>(&'a self, due: &'a BTreeMap<String, u64>) -> JsonLine<'a> {
        let newspaper = |(id, due): (&'a String, &u64)| {
            let tally = self.newspapers.get(id).copied().unwrap_or_default();
            NewspaperLine {
                newspaper: id,
                visited: self.visited.get(id).copied().unwrap_or_default(),
                due: *due,
                failed: tally.failed + tally.blocked + tally.not_articles,
            }
        };
        let newspapers: Vec<NewspaperLine<'_>> =
            due.iter().map(newspaper).filter(|line| line.visited + line.due > 0).collect();
        let (visited, due) = (self.visited.values().sum(), due.values().sum());
        // Thousandths, exact in a double.
        let share = f64::from(u32::try_from(super::share(visited, due)).unwrap_or_default()) / 1000.0;
        JsonLine::Progress { visited, due, share, tally: &self.tally, newspapers }
    }
}

impl Watcher for JsonLines {
    fn see(&self, event: &Event<'_>) {
        let mut progress = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        let line = match event {
            Event::Began { run, newspapers } => {
                *progress = Progress::default();
                JsonLine::Began { run: *run, newspapers: newspapers.len() }
            }
            Event::Visited { newspaper, url, fate, tally, own_tally, .. } => {
                progress.visited(newspaper, tally, own_tally);
                JsonLine::Visited { newspaper, url: url.as_str(), fate, tally }
            }
            Event::Waiting { newspaper, wait } => {
                JsonLine::Waiting { newspaper, seconds: wait.as_secs_f64() }
            }
            Event::Queue { due } => progress.line(due),
            Event::Ended { report } => JsonLine::Ended {
                run: report.run,
                stopped_by: report.stopped_by.to_string(),
                tally: &report.tally,
            },
            Event::Resting { until } => JsonLine::Resting { until: *until },
        };
        if self.detail == Detail::Seldom
            && matches!(line, JsonLine::Visited { .. } | JsonLine::Waiting { .. })
        {
            return;
        }
        if let Ok(text) = serde_json::to_string(&line) {
            anstream::eprintln!("{text}");
        }
    }

    fn wants_queue(&self) -> bool {
        true
    }
}
