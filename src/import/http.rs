//! HTTP messages in the blocks of records: head and body apart, the transfer coding undone.

use bytes::Bytes;

use crate::coding;
use crate::page::{Headers, header};

/// What archiving tools put before the name of a header line that no longer holds for the body.
const FORMER: &str = "x-archive-orig-";
/// The lines whose former value is the one that was received.
const RESTORED: [&str; 3] = ["transfer-encoding", "content-length", "content-encoding"];

/// A response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Response {
    pub(super) protocol: String,
    pub(super) status: u16,
    pub(super) headers: Headers,
    /// With the transfer coding undone and the content coding kept.
    pub(super) payload: Bytes,
}

/// Reads a response; none where the block holds none.
pub(super) fn response(block: Vec<u8>) -> Option<Response> {
    let (line, headers, body) = message(&block)?;
    let mut words = line.split_ascii_whitespace();
    let protocol = words.next().filter(|word| word.starts_with("HTTP/"))?;
    let status = words.next()?.parse().ok().filter(|status| (100..1000).contains(status))?;
    let protocol = match protocol {
        "HTTP/2" => "HTTP/2.0",
        "HTTP/3" => "HTTP/3.0",
        other => other,
    };
    let protocol = protocol.to_owned();
    let body = block.len() - body.len();
    let payload = untransferred(Bytes::from(block).slice(body..), &headers);
    Some(Response { protocol, status, headers: restored(headers), payload })
}

/// The header lines of a request; none where the block holds none, or one that does not ask for a page.
pub(super) fn request(block: &[u8]) -> Option<Headers> {
    let (line, headers, _) = message(block)?;
    line.starts_with("GET ").then_some(headers)
}

/// The first line, the header lines, and what follows. Lines end with CRLF or LF.
fn message(block: &[u8]) -> Option<(String, Headers, &[u8])> {
    let mut rest = block;
    let first = latin1(next_line(&mut rest)?);
    let mut headers = Headers::new();
    while let Some(line) = next_line(&mut rest) {
        if line.is_empty() {
            return Some((first, headers, rest));
        }
        let text = latin1(line);
        if text.starts_with([' ', '\t']) {
            if let Some((_, value)) = headers.last_mut() {
                value.push(' ');
                value.push_str(text.trim());
            }
        } else if let Some((name, value)) = text.split_once(':') {
            headers.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    // A revisit without a body may lack the blank line.
    (!first.is_empty()).then_some((first, headers, rest))
}

/// A line without its end; none at the end of the block.
fn next_line<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    if rest.is_empty() {
        return None;
    }
    let end = rest.iter().position(|byte| *byte == b'\n');
    let line = &rest[..end.unwrap_or(rest.len())];
    *rest = end.map_or(&[], |end| &rest[end + 1..]);
    Some(line.strip_suffix(b"\r").unwrap_or(line))
}

fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

/// Undoes the transfer coding. Tools that undo it themselves often leave its line: where the body is not chunked, it
/// is what it is.
fn untransferred(body: Bytes, headers: &Headers) -> Bytes {
    let Some(codings) = header(headers, "transfer-encoding") else { return body };
    let codings = codings.to_ascii_lowercase();
    let body = if codings.contains("chunked") { dechunked(&body).unwrap_or(body) } else { body };
    match codings.split(',').map(str::trim).find(|coding| matches!(*coding, "gzip" | "deflate")) {
        Some(coding) => coding::decode(&body, Some(coding)).unwrap_or(body),
        None => body,
    }
}

/// The bytes of the chunks (RFC 9112 §7.1); none where the body does not hold to the rules. A body that breaks off
/// inside of a chunk gives what came.
fn dechunked(body: &Bytes) -> Option<Bytes> {
    let mut out = Vec::with_capacity(body.len());
    let mut rest: &[u8] = body;
    let mut is_first = true;
    loop {
        let Some(line) = next_line(&mut rest) else { return (!is_first).then(|| out.into()) };
        let size = line.split(|byte| *byte == b';').next().unwrap_or_default();
        let size = std::str::from_utf8(size).ok().map(str::trim).filter(|size| !size.is_empty());
        let size = usize::from_str_radix(size?, 16).ok()?;
        if size == 0 {
            return Some(out.into());
        }
        let chunk = rest.get(..size.min(rest.len()))?;
        out.extend_from_slice(chunk);
        rest = &rest[chunk.len()..];
        if rest.is_empty() {
            return Some(out.into());
        }
        if !next_line(&mut rest)?.is_empty() {
            return None;
        }
        is_first = false;
    }
}

/// The header lines as they were received: what an archiving tool renamed gets its name back, and stands for the line
/// that was put in its place.
fn restored(headers: Headers) -> Headers {
    let former: Vec<String> = headers
        .iter()
        .filter_map(|(name, _)| name.strip_prefix(FORMER))
        .filter(|name| RESTORED.contains(name))
        .map(str::to_owned)
        .collect();
    let mut restored = Headers::with_capacity(headers.len());
    for (name, value) in headers {
        match name.strip_prefix(FORMER).filter(|name| RESTORED.contains(name)) {
            // A tool that renamed the content coding also undid it: the body is no longer coded.
            Some("content-encoding") => restored.push((name, value)),
            Some(bare) => restored.push((bare.to_owned(), value)),
            None if name != "content-encoding" && former.contains(&name) => {}
            None => restored.push((name, value)),
        }
    }
    restored
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Response {
        response(text.as_bytes().to_vec()).unwrap()
    }

    #[test]
    fn chunks_are_undone_and_what_is_none_stays() {
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        assert_eq!(read(&format!("{head}3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n")).payload, "abcde");
        assert_eq!(read(&format!("{head}<html>")).payload, "<html>");
        assert_eq!(read(&format!("{head}A\r\nabc")).payload, "abc", "broken off");
        assert_eq!(read(&format!("{head}3\r\nabcX\r\n")).payload, "3\r\nabcX\r\n", "no chunks after all");
    }

    #[test]
    fn heads_are_read_with_all_their_oddities() {
        let odd = read("HTTP/2 404\nServer : nginx\nX-Long: a\n  b\nbad line\n\nbody");
        assert_eq!((odd.protocol.as_str(), odd.status, &odd.payload[..]), ("HTTP/2.0", 404, &b"body"[..]));
        let lines = [("server", "nginx"), ("x-long", "a b")].map(|(name, value)| (name.into(), value.into()));
        assert_eq!(odd.headers, lines);
        assert_eq!(response(b"<html>".to_vec()), None);
        let former =
            read("HTTP/1.1 200 OK\r\nx-archive-orig-content-length: 9\r\ncontent-length: 2\r\n\r\nab");
        assert_eq!(former.headers, [("content-length".to_owned(), "9".to_owned())]);
    }
}
