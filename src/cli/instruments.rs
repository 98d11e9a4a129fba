//! `--metrics`: the crawl's instruments, served while it runs.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use anyhow::Context;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tracing::{error, info, warn};

use crate::crawl::{Gauge, Stay, Together, metrics};

/// Reads an address with a port, or a port of this machine.
pub(super) fn address(text: &str) -> Result<SocketAddr, String> {
    let port = text.strip_prefix(':').unwrap_or(text);
    let local = port.parse().map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    local.or_else(|_| text.parse()).map_err(|_| {
        format!("'{text}' is neither an address with a port (127.0.0.1:9184, [::1]:9184) nor a port (9184)")
    })
}

/// The instruments while they are served; they end with the value.
pub(super) struct Instruments {
    _end: oneshot::Sender<()>,
}

impl Instruments {
    /// Has the crawl watched, and serves what is seen.
    pub(super) async fn set_up(address: SocketAddr, stay: &mut Stay) -> anyhow::Result<Instruments> {
        let listener = TcpListener::bind(address)
            .await
            .with_context(|| format!("cannot serve metrics at {address} (name another address)"))?;
        let address = listener.local_addr()?;
        if !address.ip().is_loopback() {
            warn!("metrics are served at {address} to everybody who can reach it");
        }
        info!("metrics are served at http://{address}/metrics");
        let gauge = Arc::new(Gauge::new(Arc::clone(&stay.clock)));
        // The gauge first: who reads of an event on stderr finds it in the metrics.
        let watchers = vec![Arc::clone(&gauge) as _, Arc::clone(&stay.watcher)];
        stay.watcher = Arc::new(Together(watchers));
        let (end, ended) = oneshot::channel::<()>();
        tokio::spawn(async move {
            // A dropped sender ends it as a sent word does.
            let ended = async { ended.await.unwrap_or_default() };
            if let Err(error) = metrics::serve(listener, gauge, ended).await {
                error!("metrics are served no longer: {error}");
            }
        });
        Ok(Instruments { _end: end })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_port_is_one_of_this_machine() {
        for text in ["9184", ":9184", "127.0.0.1:9184"] {
            assert_eq!(address(text).unwrap().to_string(), "127.0.0.1:9184");
        }
        assert_eq!(address("[::1]:80").unwrap().to_string(), "[::1]:80");
        assert!(address("everywhere").unwrap_err().contains("neither"));
    }
}
