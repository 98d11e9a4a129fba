//! A listener on a free port of 127.0.0.1, whose connections end when it is dropped.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};
use tokio_rustls::TlsAcceptor;

/// The most bytes of a request's head that a loopback server reads.
const HEAD_BYTES_MAX: usize = 64 << 10;

/// What a connection runs over.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A boxed connection: plain or TLS.
pub(super) type Wire = Box<dyn Stream>;

/// A running listener.
pub(super) struct Listener {
    pub(super) address: SocketAddr,
    connections: Arc<AtomicUsize>,
    task: AbortHandle,
}

impl Listener {
    /// Accepts connections and gives each to `serve`.
    pub(super) async fn start<S, F>(tls: Option<TlsAcceptor>, serve: S) -> Listener
    where
        S: Fn(Wire) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = std::io::Result<()>> + Send + 'static,
    {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        let count = connections.clone();
        let task = tokio::spawn(async move {
            let mut open_now = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::Relaxed);
                while open_now.try_join_next().is_some() {}
                let (tls, serve) = (tls.clone(), serve.clone());
                open_now.spawn(async move {
                    // A connection that the client gives up is no fault of the test.
                    if let Ok(wire) = open(stream, tls).await {
                        let _ = serve(wire).await;
                    }
                });
            }
        });
        Listener { address, connections, task: task.abort_handle() }
    }

    /// How many connections came so far.
    pub(super) fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn open(stream: TcpStream, tls: Option<TlsAcceptor>) -> std::io::Result<Wire> {
    stream.set_nodelay(true)?;
    Ok(match tls {
        Some(tls) => Box::new(tls.accept(stream).await?),
        None => Box::new(stream),
    })
}

/// Reads up to the blank line that ends a head; none where the other side closes or sends no text. Bytes behind it
/// stay in `ahead`.
pub(super) async fn read_head(wire: &mut Wire, ahead: &mut Vec<u8>) -> std::io::Result<Option<String>> {
    loop {
        if let Some(end) = ahead.windows(4).position(|four| four == b"\r\n\r\n") {
            let rest = ahead.split_off(end + 4);
            let head = std::mem::replace(ahead, rest);
            return Ok(Some(String::from_utf8_lossy(&head).into_owned()));
        }
        let is_text = ahead.first().is_none_or(u8::is_ascii_alphabetic);
        if !is_text || ahead.len() > HEAD_BYTES_MAX || wire.read_buf(ahead).await? == 0 {
            return Ok(None);
        }
    }
}
