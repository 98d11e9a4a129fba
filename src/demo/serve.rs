//! The loopback server of the sample site.

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Method, Response, StatusCode, Uri, header};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::NEWSPAPER;
use super::site::{self, Answer, Request, Site};

/// The sample site while it is served. It stops when this is dropped, or by [`SampleSite::stop`], which also waits
/// until the last answer is out.
#[derive(Debug)]
pub struct SampleSite {
    origin: String,
    stop: oneshot::Sender<()>,
    server: JoinHandle<io::Result<()>>,
}

impl SampleSite {
    /// Serves the site on a free port of 127.0.0.1, reachable from this machine alone.
    pub async fn start() -> io::Result<SampleSite> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let origin = format!("http://{}", listener.local_addr()?);
        let site = Arc::new(Site::new(&origin));
        let (stop, stopped) = oneshot::channel::<()>();
        let router = Router::new().fallback(answer).with_state(site);
        let server = tokio::spawn(async move {
            let serving = axum::serve(listener, router);
            // A dropped sender stops the server as a sent word does.
            serving.with_graceful_shutdown(async { stopped.await.unwrap_or_default() }).await
        });
        Ok(SampleSite { origin, stop, server })
    }

    /// The address that it is served on: `http://127.0.0.1:4000`, without a slash at the end.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The text of the newspaper's selector file with this origin in it.
    #[must_use]
    pub fn selectors(&self) -> String {
        site::selectors(NEWSPAPER, &self.origin)
    }

    /// Stops serving and waits until every answer under way is out.
    pub async fn stop(self) -> io::Result<()> {
        // The server may have ended by itself; then there is nobody to tell.
        let _ = self.stop.send(());
        self.server.await.map_err(io::Error::other)?
    }
}

async fn answer(
    State(site): State<Arc<Site>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response<Body>, StatusCode> {
    if method != Method::GET && method != Method::HEAD {
        return Err(StatusCode::METHOD_NOT_ALLOWED);
    }
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let Answer { status, headers: sent, body } = site.answer(Request {
        path: uri.path(),
        accept_encoding: text(header::ACCEPT_ENCODING),
        if_none_match: text(header::IF_NONE_MATCH),
        if_modified_since: text(header::IF_MODIFIED_SINCE),
    });
    let mut response = Response::builder().status(status);
    for (name, value) in sent {
        response = response.header(name, value);
    }
    response.body(Body::from(body)).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}
