//! One request and its answer, read as a stream within bounds.

use std::pin::pin;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use humantime::format_duration;
use reqwest::Response;
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE,
    IF_NONE_MATCH, USER_AGENT,
};
use tokio::time::{sleep, timeout};
use url::Url;

use super::answer::{Failure, FailureKind};
use super::client::{Client, Plan};
use super::limits::{BodyBounds, HEADER_BYTES_MAX, HEADER_COUNT_MAX};
use super::{Gate, Signal, fault, retry_after};
use crate::page::{Exchange, Headers};

/// The codings that [`crate::coding`] undoes.
const ACCEPTED_CODINGS: &str = "gzip, deflate, br, zstd";

/// The language of the newspapers; English for the error pages.
const ACCEPTED_LANGUAGES: &str = "vi,en;q=0.5";

/// What is set aside for a body whose size is not told.
const BODY_START_BYTES: usize = 32 << 10;

impl Client {
    /// Sends one request and reads its answer. The gate is told when the head is here.
    pub(super) async fn exchange(
        &self,
        url: &Url,
        plan: &Plan<'_>,
        gate: &mut impl Gate,
    ) -> Result<Exchange, Failure> {
        let headers = self.request_headers(plan);
        let requested_at = (self.clock)();
        let request_headers = recorded(url, &headers);
        let mut response = match self.head(url, headers).await {
            Ok(response) => response,
            Err(failure) => {
                gate.answered(Signal::Failed);
                return Err(failure);
            }
        };
        let status = response.status().as_u16();
        let response_headers = received(response.headers());
        let retry_after = retry_after::wait(&response_headers, (self.clock)());
        gate.answered(Signal::Answered { status, retry_after });
        check_size(&response_headers)?;
        let payload = match self.body(&mut response, plan).await {
            Ok(payload) => payload,
            Err(failure) => {
                // A body beyond the bound is no sign that the server is in trouble.
                if failure.kind != FailureKind::TooLarge {
                    gate.answered(Signal::Failed);
                }
                return Err(failure);
            }
        };
        Ok(Exchange {
            url: url.clone(),
            requested_at,
            request_headers,
            protocol: format!("{:?}", response.version()),
            status,
            response_headers,
            payload,
            remote_address: response.remote_addr().map(|address| address.to_string()),
        })
    }

    fn request_headers(&self, plan: &Plan<'_>) -> HeaderMap {
        let mut headers = HeaderMap::with_capacity(6);
        headers.insert(USER_AGENT, self.user_agent.clone());
        headers.insert(ACCEPT, HeaderValue::from_static(plan.accept));
        headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static(ACCEPTED_LANGUAGES));
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(ACCEPTED_CODINGS));
        insert(&mut headers, IF_NONE_MATCH, plan.conditions.etag);
        insert(&mut headers, IF_MODIFIED_SINCE, plan.conditions.last_modified);
        for (name, value) in plan.headers {
            if let Ok(name) = HeaderName::from_bytes(name.as_bytes()) {
                insert(&mut headers, name, Some(value));
            }
        }
        headers
    }

    /// Sends the request and waits for the head of its answer.
    async fn head(&self, url: &Url, headers: HeaderMap) -> Result<Response, Failure> {
        let request = self.http.get(url.clone()).headers(headers);
        match timeout(self.limits.head_time_max, request.send()).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) => Err(fault::before_head(&error, url, self.proxied, &self.limits)),
            Err(_) => {
                let time = format_duration(self.limits.head_time_max);
                let host = url.host_str().unwrap_or_default();
                Err(Failure::new(FailureKind::Timeout, format!("no answer from {host} within {time}")))
            }
        }
    }

    /// Reads the body. That of a page must come whole. That of a redirect or an error page only comments on what the
    /// status has said already: where it does not come whole within its bounds, nothing of it is kept.
    async fn body(&self, response: &mut Response, plan: &Plan<'_>) -> Result<Bytes, Failure> {
        if response.status().is_success() {
            return self.body_within(response, plan.body).await;
        }
        Ok(self.body_within(response, self.limits.body_aside()).await.unwrap_or_default())
    }

    async fn body_within(&self, response: &mut Response, bounds: BodyBounds) -> Result<Bytes, Failure> {
        if let Ok(body) = timeout(bounds.time_max, self.flow(response, bounds)).await {
            body
        } else {
            let time = format_duration(bounds.time_max);
            Err(Failure::new(FailureKind::Timeout, format!("the body did not end within {time}")))
        }
    }

    /// Reads the body while it flows fast enough.
    async fn flow(&self, response: &mut Response, bounds: BodyBounds) -> Result<Bytes, Failure> {
        let announced = response.content_length();
        let announced_bytes =
            announced.map_or(BODY_START_BYTES, |bytes| usize::try_from(bytes).unwrap_or(usize::MAX));
        if announced.is_some() && announced_bytes > bounds.bytes_max && !bounds.stops_at_bound {
            return Err(too_large(bounds.bytes_max));
        }
        let mut body = BytesMut::with_capacity(announced_bytes.min(bounds.bytes_max));
        let mut before = 0;
        let mut window = pin!(sleep(self.limits.flow_window));
        loop {
            tokio::select! {
                biased;
                chunk = response.chunk() => match chunk {
                    Ok(Some(chunk)) => {
                        body.extend_from_slice(&chunk);
                        if body.len() > bounds.bytes_max {
                            if bounds.stops_at_bound {
                                body.truncate(bounds.bytes_max);
                                return Ok(body.freeze());
                            }
                            return Err(too_large(bounds.bytes_max));
                        }
                    }
                    Ok(None) => return Ok(body.freeze()),
                    Err(error) => return Err(fault::in_body(&error, body.len(), announced)),
                },
                () = &mut window => {
                    let brought = body.len() - before;
                    if brought < self.limits.flow_bytes_min() {
                        return Err(too_slow(brought, self.limits.flow_window));
                    }
                    before = body.len();
                    window.set(sleep(self.limits.flow_window));
                }
            }
        }
    }
}

fn too_large(bytes_max: usize) -> Failure {
    Failure::new(FailureKind::TooLarge, format!("the body is larger than {bytes_max} bytes"))
}

fn too_slow(brought: usize, window: Duration) -> Failure {
    let what = format!("the body drips: {brought} bytes in {}", format_duration(window));
    Failure::new(FailureKind::TooSlow, what)
}

/// Refuses a header larger than any honest one. HTTP/1 heads are bounded while they are read; this holds for what
/// came by HTTP/2 too.
fn check_size(headers: &Headers) -> Result<(), Failure> {
    let bytes: usize = headers.iter().map(|(name, value)| name.len() + value.len() + 4).sum();
    if headers.len() <= HEADER_COUNT_MAX && bytes <= HEADER_BYTES_MAX {
        return Ok(());
    }
    let what = format!(
        "the header of the answer has {} lines and {bytes} bytes (at most {HEADER_COUNT_MAX} and {HEADER_BYTES_MAX})",
        headers.len()
    );
    Err(Failure::new(FailureKind::Headers, what))
}

/// Sets a header whose value came from a server and was kept as Latin-1. A value that is no header value is left out.
fn insert(headers: &mut HeaderMap, name: HeaderName, value: Option<&str>) {
    let bytes: Option<Vec<u8>> =
        value.and_then(|value| value.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect());
    if let Some(value) = bytes.and_then(|bytes| HeaderValue::from_bytes(&bytes).ok()) {
        headers.insert(name, value);
    }
}

/// The request's headers as they go over the wire; the connection adds only `host`.
fn recorded(url: &Url, headers: &HeaderMap) -> Headers {
    let host = match (url.host_str(), url.port()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (host, _) => host.unwrap_or_default().to_owned(),
    };
    let mut recorded = vec![("host".to_owned(), host)];
    recorded.extend(received(headers));
    recorded
}

/// Header lines with their values byte for byte, as Latin-1.
fn received(headers: &HeaderMap) -> Headers {
    headers
        .iter()
        .map(|(name, value)| {
            (name.as_str().to_owned(), value.as_bytes().iter().map(|byte| char::from(*byte)).collect())
        })
        .collect()
}
