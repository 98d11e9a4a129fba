//! The heads of HTTP messages as they stand in a record's block.
//!
//! The archive keeps a body with its transfer coding removed. A head that still told of chunks, or of another length,
//! would make the record unreadable; so these lines are kept under `x-archive-orig-…`, as replay tools know them.

use crate::page::{Exchange, Headers};

/// What is put before the name of a header line that no longer holds for the body.
const FORMER: &str = "x-archive-orig-";

/// The head of the request: the method is always GET.
pub(super) fn request(exchange: &Exchange) -> Vec<u8> {
    let url = &exchange.url;
    let target = &url[url::Position::BeforePath..url::Position::AfterQuery];
    let line = format!("GET {target} {}", version(&exchange.protocol));
    head(&line, &exchange.request_headers)
}

/// The head of the response to a body of `body_bytes`; none where the body stays out.
pub(super) fn response(exchange: &Exchange, body_bytes: Option<usize>) -> Vec<u8> {
    let status = exchange.status;
    let line = format!("{} {status} {}", version(&exchange.protocol), reason(status));
    head(&line, &mended(&exchange.response_headers, body_bytes))
}

/// Whether the server announced more than was kept.
pub(super) fn is_cut(exchange: &Exchange) -> bool {
    let announced = crate::page::header(&exchange.response_headers, "content-length");
    let announced = announced.and_then(|value| value.trim().parse::<usize>().ok());
    announced.is_some_and(|bytes| bytes > exchange.payload.len())
}

/// The version as it stands on a line of HTTP/1: later protocols have no text form, and tools expect this one. The
/// field `WARC-Protocol` tells which it was.
fn version(protocol: &str) -> &str {
    if protocol == "HTTP/1.0" { protocol } else { "HTTP/1.1" }
}

/// The name of a protocol in `WARC-Protocol`, where it is not the one of the text form.
pub(super) fn later_protocol(protocol: &str) -> Option<&'static str> {
    match protocol {
        "HTTP/2.0" | "HTTP/2" => Some("h2"),
        "HTTP/3.0" | "HTTP/3" => Some("h3"),
        _ => None,
    }
}

fn mended(headers: &[(String, String)], body_bytes: Option<usize>) -> Headers {
    let mut mended = Headers::with_capacity(headers.len() + 1);
    for (name, value) in headers {
        let is_wrong_length =
            name == "content-length" && body_bytes.is_some_and(|bytes| value.trim().parse() != Ok(bytes));
        if name == "transfer-encoding" || is_wrong_length {
            mended.push((format!("{FORMER}{name}"), value.clone()));
        } else {
            mended.push((name.clone(), value.clone()));
        }
        if is_wrong_length {
            mended.push((name.clone(), body_bytes.unwrap_or_default().to_string()));
        }
    }
    mended
}

fn head(line: &str, headers: &Headers) -> Vec<u8> {
    let mut head = Vec::with_capacity(512);
    head.extend_from_slice(line.as_bytes());
    for (name, value) in headers {
        head.extend_from_slice(b"\r\n");
        head.extend_from_slice(name.as_bytes());
        head.extend_from_slice(b": ");
        // Values are kept byte for byte as Latin-1.
        head.extend(value.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')));
    }
    head.extend_from_slice(b"\r\n\r\n");
    head
}

/// The usual words of a status (RFC 9110 §15); what the server wrote there is not kept, and means nothing.
fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        204 => "No Content",
        206 => "Partial Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        410 => "Gone",
        429 => "Too Many Requests",
        451 => "Unavailable For Legal Reasons",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => match status / 100 {
            2 => "Success",
            3 => "Redirection",
            4 => "Client Error",
            _ => "Server Error",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn lines_that_no_longer_hold_are_kept_under_another_name() {
        let headers =
            vec![line("transfer-encoding", "chunked"), line("content-length", "9"), line("server", "x")];
        assert_eq!(
            mended(&headers, Some(5)),
            [
                line("x-archive-orig-transfer-encoding", "chunked"),
                line("x-archive-orig-content-length", "9"),
                line("content-length", "5"),
                line("server", "x")
            ]
        );
        assert_eq!(mended(&headers[1..], Some(9)), headers[1..]);
        assert_eq!(mended(&headers[1..], None), headers[1..]);
    }
}
