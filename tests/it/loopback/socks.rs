//! A SOCKS5 proxy (RFC 1928) without authentication.

use std::collections::HashMap;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::TcpStream;

use super::listener::{Listener, Wire};

/// A running proxy.
pub(crate) struct Socks {
    listener: Listener,
    log: Arc<Mutex<Vec<String>>>,
}

impl Socks {
    /// A proxy that leads each `host:port` to a server of the test, and refuses all others.
    pub(crate) async fn start(routes: &[(&str, SocketAddr)]) -> Socks {
        let log = Arc::new(Mutex::new(Vec::new()));
        let routes: Arc<HashMap<String, SocketAddr>> =
            Arc::new(routes.iter().map(|(host, to)| ((*host).to_owned(), *to)).collect());
        let kept = log.clone();
        let listener = Listener::start(None, move |wire| serve(wire, routes.clone(), kept.clone())).await;
        Socks { listener, log }
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.listener.address
    }

    /// The `host:port` that it was asked for so far; a host that the client had resolved is an address.
    pub(crate) fn log(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }
}

async fn serve(
    mut wire: Wire,
    routes: Arc<HashMap<String, SocketAddr>>,
    log: Arc<Mutex<Vec<String>>>,
) -> std::io::Result<()> {
    let [version, methods] = read::<2>(&mut wire).await?;
    assert_eq!(version, 5, "SOCKS5 is spoken");
    for _ in 0..methods {
        read::<1>(&mut wire).await?;
    }
    wire.write_all(&[5, 0]).await?;
    let [_, command, _, kind] = read::<4>(&mut wire).await?;
    assert_eq!(command, 1, "only CONNECT is served");
    let host = match kind {
        1 => Ipv4Addr::from(read::<4>(&mut wire).await?).to_string(),
        4 => Ipv6Addr::from(read::<16>(&mut wire).await?).to_string(),
        _ => {
            let [length] = read::<1>(&mut wire).await?;
            let mut name = vec![0; usize::from(length)];
            wire.read_exact(&mut name).await?;
            String::from_utf8_lossy(&name).into_owned()
        }
    };
    let goal = format!("{host}:{}", u16::from_be_bytes(read::<2>(&mut wire).await?));
    log.lock().unwrap().push(goal.clone());
    let Some(to) = routes.get(&goal) else {
        // Reply 4: the host cannot be reached.
        wire.write_all(&[5, 4, 0, 1, 0, 0, 0, 0, 0, 0]).await?;
        return wire.shutdown().await;
    };
    let mut server = TcpStream::connect(to).await?;
    wire.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await?;
    copy_bidirectional(&mut wire, &mut server).await?;
    Ok(())
}

async fn read<const N: usize>(wire: &mut Wire) -> std::io::Result<[u8; N]> {
    let mut bytes = [0; N];
    wire.read_exact(&mut bytes).await?;
    Ok(bytes)
}
