//! Progress of a crawl on stderr: a bar a newspaper on a terminal, JSON lines where asked, a line now and again
//! elsewhere.

mod bars;
mod json;
mod lines;

use std::io::IsTerminal;
use std::sync::Arc;

use super::options::{LogFormat, ProgressForm, Shared};
use crate::crawl::{Event, Watcher};

pub(super) use json::schema;

/// Chooses how progress is shown.
pub(super) fn watcher(shared: &Shared) -> Arc<dyn Watcher> {
    if shared.no_progress || shared.quiet {
        return Arc::new(Silent);
    }
    if shared.progress == ProgressForm::Json {
        return Arc::new(json::JsonLines::new(json::Detail::Every));
    }
    if shared.log_format == LogFormat::Json {
        return Arc::new(json::JsonLines::new(json::Detail::Seldom));
    }
    if std::io::stderr().is_terminal() {
        return Arc::new(bars::Bars::new());
    }
    Arc::new(lines::Lines::new())
}

/// Shows nothing.
#[derive(Debug)]
struct Silent;

impl Watcher for Silent {
    fn see(&self, _event: &Event<'_>) {}
}

/// How far a crawl is, in thousandths, from pages done and pages due: never the whole before its end, since each
/// page that is read may bring others.
fn share(done: u64, due: u64) -> u64 {
    (done * 1000 / (done + due + 1)).min(999)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_is_never_reached_before_the_end() {
        assert_eq!(
            [share(0, 0), share(1, 0), share(50, 49), share(u64::from(u32::MAX), 0)],
            [0, 500, 500, 999]
        );
    }
}
