//! The faults of the network in words. The libraries below report them as chains of errors; the innermost one that
//! is known tells what happened.

use std::error::Error;
use std::io;

use humantime::format_duration;
use url::Url;

use super::answer::{Failure, FailureKind};
use super::guard::ResolveFault;
use super::limits::{HEADER_BYTES_MAX, HEADER_COUNT_MAX, Limits};

/// What went wrong before the head of the answer was here.
pub(super) fn before_head(error: &reqwest::Error, url: &Url, proxied: bool, limits: &Limits) -> Failure {
    let host =
        &format!("{}{}", url.host_str().unwrap_or_default(), if proxied { " through the proxy" } else { "" });
    if let Some(failure) = known(error, host) {
        return failure;
    }
    if error.is_timeout() {
        return no_connection(host, limits);
    }
    let what = innermost(error);
    if error.is_connect() {
        return Failure::new(FailureKind::Network, format!("could not connect to {host}: {what}"));
    }
    Failure::new(FailureKind::Network, format!("the request to {host} failed: {what}"))
}

/// What went wrong in the middle of the body.
pub(super) fn in_body(error: &reqwest::Error, received: usize, announced: Option<u64>) -> Failure {
    let of = announced.map(|bytes| format!(" of {bytes}")).unwrap_or_default();
    for cause in chain(error) {
        if let Some(error) = cause.downcast_ref::<io::Error>()
            && matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput)
        {
            let what = format!("the body breaks the rules of HTTP after {received} bytes: {error}");
            return Failure::new(FailureKind::Malformed, what);
        }
    }
    let what = format!("the body breaks off after {received}{of} bytes: {}", innermost(error));
    Failure::new(FailureKind::Cut, what)
}

/// No connection in time.
fn no_connection(host: &str, limits: &Limits) -> Failure {
    let time = format_duration(limits.connect_time_max);
    Failure::new(FailureKind::Timeout, format!("no connection to {host} within {time}"))
}

/// The failure that an error of the chain stands for, where it is one that we know.
fn known(error: &reqwest::Error, host: &str) -> Option<Failure> {
    for cause in chain(error) {
        if let Some(fault) = cause.downcast_ref::<ResolveFault>() {
            let kind = match fault {
                ResolveFault::Closed(_) => FailureKind::Forbidden,
                ResolveFault::Unknown { .. } | ResolveFault::Empty(_) => FailureKind::Network,
            };
            return Some(Failure::new(kind, fault.to_string()));
        }
        if let Some(fault) = cause.downcast_ref::<rustls::Error>() {
            return Some(Failure::new(FailureKind::Tls, tls(fault, host)));
        }
        if let Some(error) = cause.downcast_ref::<h2::Error>()
            && error.is_library()
            && error.reason() == Some(h2::Reason::ENHANCE_YOUR_CALM)
        {
            // More header frames than the bound on headers leaves room for, or a flood of empty ones.
            return Some(Failure::new(FailureKind::Headers, format!("the answer overloads HTTP/2: {error}")));
        }
        if let Some(error) = cause.downcast_ref::<hyper::Error>() {
            if error.is_parse_too_large() {
                let what = format!(
                    "the header of the answer is larger than {HEADER_COUNT_MAX} lines or {HEADER_BYTES_MAX} bytes"
                );
                return Some(Failure::new(FailureKind::Headers, what));
            }
            if error.is_parse() {
                let what = format!("the answer of {host} breaks the rules of HTTP: {}", innermost(error));
                return Some(Failure::new(FailureKind::Malformed, what));
            }
            if error.is_incomplete_message() {
                let what = format!("{host} closed the connection without an answer");
                return Some(Failure::new(FailureKind::Network, what));
            }
        }
        if let Some(error) = cause.downcast_ref::<io::Error>()
            && let Some(what) = connection(error.kind())
        {
            return Some(Failure::new(FailureKind::Network, format!("{host}: {what}")));
        }
    }
    None
}

/// The common faults of a connection, in the same words on every system.
fn connection(kind: io::ErrorKind) -> Option<&'static str> {
    match kind {
        io::ErrorKind::ConnectionRefused => Some("connection refused"),
        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionAborted => {
            Some("the connection was reset")
        }
        io::ErrorKind::HostUnreachable => Some("the host cannot be reached"),
        io::ErrorKind::NetworkUnreachable => Some("the network cannot be reached"),
        _ => None,
    }
}

fn tls(fault: &rustls::Error, host: &str) -> String {
    use rustls::CertificateError as Certificate;
    let rustls::Error::InvalidCertificate(certificate) = fault else {
        return format!("TLS with {host} failed: {fault}");
    };
    match certificate {
        Certificate::UnknownIssuer => format!(
            "the certificate of {host} comes from an authority that is not trusted here \
             (name the authority's certificate with --cacert, or install the system's ca-certificates)"
        ),
        Certificate::Expired | Certificate::ExpiredContext { .. } => {
            format!("the certificate of {host} has expired")
        }
        Certificate::NotValidYet | Certificate::NotValidYetContext { .. } => {
            format!("the certificate of {host} is not valid yet (is this machine's clock right?)")
        }
        Certificate::NotValidForName | Certificate::NotValidForNameContext { .. } => {
            format!("the certificate of {host} is for another name")
        }
        other => format!("the certificate of {host} is not valid: {other}"),
    }
}

/// The chain of causes.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| cause(*error))
}

/// What is behind an error; an IO error hides what stands inside of it from its own `source`.
fn cause<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error.downcast_ref::<io::Error>() {
        Some(io) => io.get_ref().map(|inner| inner as &(dyn Error + 'static)),
        None => error.source(),
    }
}

/// The words of the innermost cause.
fn innermost(error: &(dyn Error + 'static)) -> String {
    chain(error).last().unwrap_or(error).to_string()
}
