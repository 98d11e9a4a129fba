//! Bars on a terminal: one a newspaper, with what is done and due, the rate, failures and the next wait, and one
//! line for all.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::crawl::{Event, Tally, Watcher};

/// Bars that are shown at a time; a terminal has few lines, and further newspapers stand in the line for all.
const BARS_MAX: usize = 16;
/// How often the lines are redrawn while nothing happens.
const REDRAW: Duration = Duration::from_millis(200);

/// The bars of a crawl.
pub(super) struct Bars {
    screen: MultiProgress,
    total: ProgressBar,
    rows: Mutex<Rows>,
}

#[derive(Default)]
struct Rows {
    bars: BTreeMap<String, Row>,
    tally: Tally,
    visited: u64,
    due: u64,
}

struct Row {
    bar: ProgressBar,
    done: u64,
    due: u64,
    failures: u64,
}

impl Bars {
    pub(super) fn new() -> Bars {
        let screen = MultiProgress::new();
        let total = screen.add(ProgressBar::new_spinner());
        total.enable_steady_tick(REDRAW);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed_precise} {wide_msg}") {
            total.set_style(style);
        }
        Bars { screen, total, rows: Mutex::default() }
    }

    fn row<'a>(&self, rows: &'a mut Rows, newspaper: &str) -> Option<&'a mut Row> {
        if !rows.bars.contains_key(newspaper) {
            if rows.bars.len() >= BARS_MAX {
                return None;
            }
            let bar = self.screen.insert_before(&self.total, ProgressBar::new(1));
            if let Ok(style) =
                ProgressStyle::with_template("{prefix:20!} [{bar:20}] {pos:>5}/{len} {wide_msg}")
            {
                bar.set_style(style.progress_chars("=> "));
            }
            bar.set_prefix(newspaper.to_owned());
            rows.bars.insert(newspaper.to_owned(), Row { bar, done: 0, due: 0, failures: 0 });
        }
        rows.bars.get_mut(newspaper)
    }

    fn tell_total(&self, rows: &Rows) {
        let percent = super::share(rows.visited, rows.due) / 10;
        self.total.set_message(format!("{percent} %  {}; {} due", rows.tally, rows.due));
    }
}

impl Row {
    /// The bar is never full before the end: one page is always left.
    fn draw(&self, last: &str) {
        self.bar.set_length(self.done + self.due + 1);
        self.bar.set_position(self.done);
        let failures = if self.failures > 0 { format!("{} failed  ", self.failures) } else { String::new() };
        let rate = self.bar.per_sec();
        self.bar.set_message(format!("{rate:>5.1}/s  {failures}{last}"));
    }
}

impl Watcher for Bars {
    fn see(&self, event: &Event<'_>) {
        let mut guard = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        let rows = &mut *guard;
        match event {
            Event::Began { .. } => *rows = Rows::default(),
            Event::Visited { newspaper, url, tally, own_tally, .. } => {
                rows.tally = **tally;
                rows.visited += 1;
                rows.due = rows.due.saturating_sub(1);
                if let Some(row) = self.row(rows, newspaper) {
                    row.done += 1;
                    row.due = row.due.saturating_sub(1);
                    row.failures = own_tally.failed + own_tally.blocked + own_tally.not_articles;
                    row.draw(url.path());
                }
                self.tell_total(rows);
            }
            Event::Waiting { newspaper, wait } => {
                if let Some(row) = self.row(rows, newspaper) {
                    row.draw(&format!("waits {}", whole_seconds(*wait)));
                }
            }
            Event::Queue { due } => {
                rows.due = due.values().sum();
                for (newspaper, due) in *due {
                    if let Some(row) = rows.bars.get_mut(newspaper) {
                        row.due = *due;
                        row.bar.set_length(row.done + row.due + 1);
                    }
                }
                self.tell_total(rows);
            }
            Event::Ended { .. } => {
                for row in std::mem::take(&mut rows.bars).into_values() {
                    row.bar.finish_and_clear();
                    self.screen.remove(&row.bar);
                }
                self.total.set_message(String::new());
            }
            Event::Resting { until } => {
                self.total.set_message(format!("resting until {}", until.format("%Y-%m-%d %H:%M:%SZ")));
            }
        }
    }

    fn wants_queue(&self) -> bool {
        true
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        self.total.finish_and_clear();
    }
}

fn whole_seconds(wait: Duration) -> humantime::FormattedDuration {
    humantime::format_duration(Duration::from_secs(wait.as_secs().max(1)))
}
