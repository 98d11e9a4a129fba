//! The signals that a crawl obeys: SIGINT and SIGTERM end it in good order, SIGHUP reads the selector files again.

use std::sync::Arc;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing::{error, warn};

use crate::crawl::{Renewed, Stop, StopReason};
use crate::newspaper::Newspaper;

/// The signals, caught from now on: one that comes before anybody listens is not lost.
pub(super) struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hangup: Signal,
}

impl Signals {
    /// Catches the signals; they do what the system has them do no longer.
    pub(super) fn catch() -> std::io::Result<Signals> {
        Ok(Signals {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    /// Obeys until the crawl ends. A second SIGINT or SIGTERM ends the program at once, which loses nothing recorded.
    pub(super) async fn obey<F>(mut self, stop: Arc<Stop>, renewed: Renewed, read_again: F)
    where
        F: Fn() -> anyhow::Result<Vec<Arc<Newspaper>>> + Clone + Send + 'static,
    {
        let mut asked = 0;
        loop {
            let name = tokio::select! {
                _ = self.interrupt.recv() => "SIGINT",
                _ = self.terminate.recv() => "SIGTERM",
                _ = self.hangup.recv() => {
                    reload(&stop, &renewed, read_again.clone()).await;
                    continue;
                }
            };
            asked += 1;
            if asked > 1 {
                std::process::exit(130);
            }
            stop.order(StopReason::User(name));
        }
    }
}

/// Reads the selector files again. Where they have faults, those of before stay in force.
async fn reload<F>(stop: &Stop, renewed: &Renewed, read_again: F)
where
    F: Fn() -> anyhow::Result<Vec<Arc<Newspaper>>> + Send + 'static,
{
    match tokio::task::spawn_blocking(read_again).await {
        Ok(Ok(newspapers)) => {
            warn!(newspapers = newspapers.len(), "the selector files were read again (SIGHUP)");
            renewed.put(newspapers);
            stop.order(StopReason::Reload);
        }
        Ok(Err(faults)) => {
            error!("the selector files were not taken over, those of before stay in force: {faults:#}");
        }
        Err(broken) => error!("the selector files could not be read again: {broken}"),
    }
}
