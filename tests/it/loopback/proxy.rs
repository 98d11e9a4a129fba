//! An HTTP proxy: tunnels by CONNECT, and plain requests in absolute form.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncWriteExt, copy, copy_bidirectional};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use super::listener::{Listener, Wire, read_head};
use super::server::Asked;

/// A running proxy.
pub(crate) struct Proxy {
    listener: Listener,
    log: Arc<Mutex<Vec<Asked>>>,
    scheme: &'static str,
}

/// Where hosts and ports lead.
type Routes = Arc<HashMap<String, SocketAddr>>;

impl Proxy {
    /// A proxy that leads each `host:port` to a server of the test, and refuses all others with 502.
    pub(crate) async fn start(routes: &[(&str, SocketAddr)]) -> Proxy {
        Proxy::with(routes, None).await
    }

    /// The same, spoken to by TLS.
    pub(crate) async fn start_tls(routes: &[(&str, SocketAddr)], tls: TlsAcceptor) -> Proxy {
        Proxy::with(routes, Some(tls)).await
    }

    async fn with(routes: &[(&str, SocketAddr)], tls: Option<TlsAcceptor>) -> Proxy {
        let log = Arc::new(Mutex::new(Vec::new()));
        let scheme = if tls.is_some() { "https" } else { "http" };
        let routes: Routes = Arc::new(routes.iter().map(|(host, to)| ((*host).to_owned(), *to)).collect());
        let kept = log.clone();
        let listener = Listener::start(tls, move |wire| serve(wire, routes.clone(), kept.clone())).await;
        Proxy { listener, log, scheme }
    }

    /// What a user would hand to `--proxy`.
    pub(crate) fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.listener.address)
    }

    /// What it was asked so far: `CONNECT host:port`, `GET http://host/path`.
    pub(crate) fn log(&self) -> Vec<Asked> {
        self.log.lock().unwrap().clone()
    }
}

async fn serve(mut wire: Wire, routes: Routes, log: Arc<Mutex<Vec<Asked>>>) -> std::io::Result<()> {
    let mut ahead = Vec::new();
    let Some(head) = read_head(&mut wire, &mut ahead).await? else { return Ok(()) };
    let Some(asked) = Asked::read(&head) else { return Ok(()) };
    log.lock().unwrap().push(asked.clone());
    let is_tunnel = asked.method == "CONNECT";
    let goal = if is_tunnel { asked.path.clone() } else { host_and_port(&asked.path) };
    let Some(to) = routes.get(&goal) else {
        wire.write_all(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").await?;
        return wire.shutdown().await;
    };
    let mut server = TcpStream::connect(to).await?;
    if is_tunnel {
        wire.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
        wire.flush().await?;
        copy_bidirectional(&mut wire, &mut server).await?;
    } else {
        server.write_all(origin_form(&head).as_bytes()).await?;
        copy(&mut server, &mut wire).await?;
        wire.shutdown().await?;
    }
    Ok(())
}

fn host_and_port(target: &str) -> String {
    let url = url::Url::parse(target).unwrap();
    format!("{}:{}", url.host_str().unwrap(), url.port_or_known_default().unwrap())
}

/// The request as the server expects it, one a connection.
fn origin_form(head: &str) -> String {
    let (first, rest) = head.split_once("\r\n").unwrap();
    let target = first.split(' ').nth(1).unwrap();
    let url = url::Url::parse(target).unwrap();
    let first = first.replace(target, &url[url::Position::BeforePath..]);
    format!("{first}\r\nconnection: close\r\n{rest}")
}
