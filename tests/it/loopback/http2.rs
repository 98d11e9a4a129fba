//! A server that speaks HTTP/2 and nothing else, as the large sites and their shields do.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio_rustls::TlsAcceptor;

use super::listener::Listener;

/// A running server.
pub(crate) struct Http2 {
    listener: Listener,
}

impl Http2 {
    /// Serves every request with what `answer` makes of its path.
    pub(crate) async fn start(
        tls: TlsAcceptor,
        answer: impl Fn(&str) -> Response<Body> + Send + Sync + 'static,
    ) -> Http2 {
        let answer = Arc::new(answer);
        let listener = Listener::start(Some(tls), move |wire| {
            let answer = answer.clone();
            async move {
                let service = service_fn(move |request: Request<Incoming>| {
                    let response = answer(request.uri().path());
                    async move { Ok::<_, Infallible>(response) }
                });
                let served = http2::Builder::new(TokioExecutor::new())
                    .max_header_list_size(1 << 20)
                    .serve_connection(TokioIo::new(wire), service);
                served.await.map_err(std::io::Error::other)
            }
        })
        .await;
        Http2 { listener }
    }

    /// The address of a path on it.
    pub(crate) fn url(&self, path: &str) -> url::Url {
        url::Url::parse(&format!("https://{}{path}", self.listener.address)).unwrap()
    }
}
