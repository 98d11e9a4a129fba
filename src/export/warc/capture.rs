//! From captures to records: a response with its request, or a revisit where the payload stands before.

use crate::archive::{Original, OutgoingCapture};
use crate::export::cdxj::Entry;
use crate::export::csv::moment;
use crate::page::{Exchange, header};

use super::head;
use super::record::{Form, Record, digest, name};

/// The profile of a response that brought the same bytes as before (WARC/1.1 §6.7.2).
const SAME_PAYLOAD: &str = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest";
/// The profile of a response that said: as before (WARC/1.1 §6.7.3).
const NOT_MODIFIED: &str = "http://netpreserve.org/warc/1.1/revisit/server-not-modified";
/// The protocol of what came over no wire: a file that somebody saved.
const NO_PROTOCOL: &str = "resource";

/// The records of a capture, packed, with the line of the first for an index.
pub(super) struct Packed {
    pub(super) bytes: Vec<u8>,
    /// Its offset and file are still to be set.
    pub(super) entry: Entry,
}

/// The records of a capture.
pub(super) fn pack(capture: &OutgoingCapture, info: &str, form: Form) -> Packed {
    let exchange = &capture.exchange;
    let id = response_name(capture);
    let (mut bytes, mut entry) = if exchange.protocol == NO_PROTOCOL {
        resource(capture, &id, info, form)
    } else {
        match &capture.original {
            Some(original) => revisit(capture, original, &id, info, form),
            None => response(capture, &id, info, form),
        }
    };
    entry.length = bytes.len() as u64;
    if exchange.protocol != NO_PROTOCOL && !exchange.request_headers.is_empty() {
        bytes.extend(request(capture, &id, info, form));
    }
    Packed { bytes, entry }
}

/// The name of the record of a capture's response.
pub(super) fn response_name(capture: &OutgoingCapture) -> String {
    let exchange = &capture.exchange;
    name(&["capture", &capture.id.to_string(), exchange.url.as_str(), &moment(exchange.requested_at)])
}

fn original_name(original: &Original) -> String {
    name(&["capture", &original.id.to_string(), original.url.as_str(), &moment(original.fetched_at)])
}

/// The fields that all records of an exchange share.
fn begin(kind: &str, id: &str, exchange: &Exchange, info: &str) -> Record {
    let mut record = Record::new(kind, id);
    record.add("WARC-Date", &moment(exchange.requested_at));
    record.add("WARC-Target-URI", exchange.url.as_str());
    if let Some(address) = exchange.remote_address.as_deref().and_then(ip) {
        record.add("WARC-IP-Address", &address);
    }
    if let Some(protocol) = head::later_protocol(&exchange.protocol) {
        record.add("WARC-Protocol", protocol);
    }
    record.add("WARC-Warcinfo-ID", info);
    record
}

fn response(capture: &OutgoingCapture, id: &str, info: &str, form: Form) -> (Vec<u8>, Entry) {
    let exchange = &capture.exchange;
    let payload: &[u8] = &exchange.payload;
    let head = head::response(exchange, Some(payload.len()));
    let mut record = begin("response", id, exchange, info);
    let payload_digest = digest(&[payload]);
    record.add("WARC-Payload-Digest", &payload_digest);
    record.add("WARC-Block-Digest", &digest(&[&head, payload]));
    if head::is_cut(exchange) {
        record.add("WARC-Truncated", "unspecified");
    }
    record.add("Content-Type", "application/http; msgtype=response");
    let entry = entry(exchange, header(&exchange.response_headers, "content-type"), payload_digest);
    (record.pack(&[&head, payload], form), entry)
}

fn revisit(
    capture: &OutgoingCapture,
    original: &Original,
    id: &str,
    info: &str,
    form: Form,
) -> (Vec<u8>, Entry) {
    let exchange = &capture.exchange;
    let is_same_payload = !exchange.payload.is_empty();
    let head = head::response(exchange, is_same_payload.then_some(exchange.payload.len()));
    let mut record = begin("revisit", id, exchange, info);
    record.add("WARC-Profile", if is_same_payload { SAME_PAYLOAD } else { NOT_MODIFIED });
    record.add("WARC-Refers-To", &original_name(original));
    record.add("WARC-Refers-To-Target-URI", original.url.as_str());
    record.add("WARC-Refers-To-Date", &moment(original.fetched_at));
    let payload_digest = digest(&[&original.payload]);
    record.add("WARC-Payload-Digest", &payload_digest);
    record.add("WARC-Block-Digest", &digest(&[&head]));
    record.add("Content-Type", "application/http; msgtype=response");
    (record.pack(&[&head], form), entry(exchange, Some("warc/revisit"), payload_digest))
}

fn resource(capture: &OutgoingCapture, id: &str, info: &str, form: Form) -> (Vec<u8>, Entry) {
    let exchange = &capture.exchange;
    let payload: &[u8] = &exchange.payload;
    let mut record = begin("resource", id, exchange, info);
    let payload_digest = digest(&[payload]);
    record.add("WARC-Payload-Digest", &payload_digest);
    record.add("WARC-Block-Digest", &payload_digest);
    let content_type = header(&exchange.response_headers, "content-type");
    record.add("Content-Type", content_type.unwrap_or("application/octet-stream"));
    (record.pack(&[payload], form), entry(exchange, content_type, payload_digest))
}

fn request(capture: &OutgoingCapture, response: &str, info: &str, form: Form) -> Vec<u8> {
    let exchange = &capture.exchange;
    let head = head::request(exchange);
    let mut record = begin("request", &name(&["request", response]), exchange, info);
    record.add("WARC-Concurrent-To", response);
    record.add("WARC-Block-Digest", &digest(&[&head]));
    record.add("Content-Type", "application/http; msgtype=request");
    record.pack(&[&head], form)
}

fn entry(exchange: &Exchange, content_type: Option<&str>, digest: String) -> Entry {
    // Without parameters, as indexes have it.
    let mime = content_type.map(|value| value.split(';').next().unwrap_or_default().trim().to_owned());
    Entry {
        url: exchange.url.clone(),
        at: exchange.requested_at,
        mime: mime.filter(|mime| !mime.is_empty()),
        status: exchange.status,
        digest,
        length: 0,
        offset: 0,
        file: String::new(),
    }
}

/// The address without its port.
fn ip(address: &str) -> Option<String> {
    let parsed = address.parse::<std::net::SocketAddr>().map(|socket| socket.ip());
    parsed.or_else(|_| address.parse::<std::net::IpAddr>()).ok().map(|ip| ip.to_string())
}
