//! An HTTP/1.1 server that plays a table of replies and keeps a log.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use tokio::io::AsyncWriteExt;
use tokio_rustls::TlsAcceptor;

use super::listener::{Listener, Wire, read_head};
use super::reply::{Reply, Step};

/// One request as the server saw it.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// When its head had arrived.
    pub(crate) at: Instant,
    /// The method.
    pub(crate) method: String,
    /// The path with its query.
    pub(crate) path: String,
    /// The header lines; names in lower case.
    pub(crate) headers: Vec<(String, String)>,
}

impl Asked {
    /// The first value of a header, by its lower-case name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn read(head: &str) -> Option<Asked> {
        let mut lines = head.split("\r\n");
        let mut first = lines.next()?.split(' ');
        let (method, path) = (first.next()?.to_owned(), first.next()?.to_owned());
        let headers = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        Some(Asked { at: Instant::now(), method, path, headers })
    }
}

type Answer = Arc<dyn Fn(&Asked) -> Reply + Send + Sync>;

/// A table of paths. What stands in none of its rows is a 404.
#[derive(Clone, Default)]
pub(crate) struct Site {
    pages: HashMap<String, Answer>,
    otherwise: Option<Answer>,
}

impl Site {
    /// An empty site.
    pub(crate) fn new() -> Site {
        Site::default()
    }

    /// A path (with its query) that always gets the same reply.
    pub(crate) fn page(self, path: &str, reply: Reply) -> Site {
        self.on(path, move |_| reply.clone())
    }

    /// A path whose reply depends on the request.
    pub(crate) fn on(mut self, path: &str, answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Site {
        self.pages.insert(path.to_owned(), Arc::new(answer));
        self
    }

    /// What all other paths get.
    pub(crate) fn otherwise(mut self, answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Site {
        self.otherwise = Some(Arc::new(answer));
        self
    }

    fn reply(&self, asked: &Asked) -> Reply {
        match self.pages.get(&asked.path).or(self.otherwise.as_ref()) {
            Some(answer) => answer(asked),
            None => Reply::status(404).body("not found"),
        }
    }
}

/// A running server.
pub(crate) struct Server {
    listener: Listener,
    log: Arc<Mutex<Vec<Asked>>>,
    scheme: &'static str,
}

impl Server {
    /// Serves a site by HTTP.
    pub(crate) async fn start(site: Site) -> Server {
        Server::with(site, None).await
    }

    /// Serves a site by HTTPS with the acceptor of an [`Authority`](super::Authority).
    pub(crate) async fn start_tls(site: Site, tls: TlsAcceptor) -> Server {
        Server::with(site, Some(tls)).await
    }

    async fn with(site: Site, tls: Option<TlsAcceptor>) -> Server {
        let log = Arc::new(Mutex::new(Vec::new()));
        let scheme = if tls.is_some() { "https" } else { "http" };
        let (site, kept) = (Arc::new(site), log.clone());
        let listener = Listener::start(tls, move |wire| serve(wire, site.clone(), kept.clone())).await;
        Server { listener, log, scheme }
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.listener.address
    }

    /// The address of a path on it.
    pub(crate) fn url(&self, path: &str) -> url::Url {
        url::Url::parse(&format!("{}://{}{path}", self.scheme, self.address())).unwrap()
    }

    /// How many connections came so far.
    pub(crate) fn connections(&self) -> usize {
        self.listener.connections()
    }

    /// What it was asked so far.
    pub(crate) fn log(&self) -> Vec<Asked> {
        self.log.lock().unwrap().clone()
    }

    /// The paths that it was asked for so far.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.log().into_iter().map(|asked| asked.path).collect()
    }
}

async fn serve(mut wire: Wire, site: Arc<Site>, log: Arc<Mutex<Vec<Asked>>>) -> std::io::Result<()> {
    let mut ahead = Vec::new();
    while let Some(head) = read_head(&mut wire, &mut ahead).await? {
        let Some(asked) = Asked::read(&head) else { break };
        log.lock().unwrap().push(asked.clone());
        let last = asked.header("connection") == Some("close");
        if !play(&mut wire, site.reply(&asked).into_steps(last)).await? || last {
            break;
        }
    }
    // A client that speaks TLS here (its records begin with 22) gets what servers send it: a refusal in plain text.
    if ahead.first() == Some(&22) {
        wire.write_all(b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n").await?;
    }
    wire.shutdown().await
}

/// Plays the steps; false where the connection is to close.
async fn play(wire: &mut Wire, steps: Vec<Step>) -> std::io::Result<bool> {
    for step in steps {
        match step {
            Step::Send(bytes) => wire.write_all(&bytes).await?,
            Step::Wait(time) => tokio::time::sleep(time).await,
            Step::Forever(bytes, rest) => loop {
                wire.write_all(&bytes).await?;
                wire.flush().await?;
                tokio::time::sleep(rest).await;
            },
            Step::Close => return Ok(false),
        }
        wire.flush().await?;
    }
    Ok(true)
}
