//! WARC records (ISO 28500:2017, WARC/1.1): a head of named fields, a block, and around both gzip, one member a
//! record, so that a reader can begin at any of them.

use std::io::Write;

use data_encoding::BASE32;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha1::{Digest, Sha1};
use uuid::Builder;

/// A record in the making: its fields in their order and its block in pieces.
#[derive(Debug, Default)]
pub(super) struct Record {
    head: String,
}

impl Record {
    /// Begins a record of a type under a name.
    pub(super) fn new(kind: &str, id: &str) -> Record {
        let mut record = Record { head: "WARC/1.1\r\n".to_owned() };
        record.add("WARC-Type", kind);
        record.add("WARC-Record-ID", id);
        record
    }

    /// Adds a field.
    pub(super) fn add(&mut self, name: &str, value: &str) {
        // No value of ours holds a line's end; one that did would end the head.
        let value: String = value.chars().filter(|c| !matches!(c, '\r' | '\n')).collect();
        for part in [name, ": ", &value, "\r\n"] {
            self.head.push_str(part);
        }
    }

    /// The bytes of the record, its block put together from pieces.
    pub(super) fn pack(mut self, block: &[&[u8]], form: Form) -> Vec<u8> {
        let length: usize = block.iter().map(|piece| piece.len()).sum();
        self.add("Content-Length", &length.to_string());
        self.head.push_str("\r\n");
        let pieces = [&[self.head.as_bytes()], block, &[b"\r\n\r\n".as_slice()]].concat();
        let level = match form {
            Form::Plain => return pieces.concat(),
            Form::Gzip => Compression::default(),
            Form::GzipStored => Compression::none(),
        };
        let mut encoder = GzEncoder::new(Vec::with_capacity(length / 4), level);
        // Writing to memory does not fail.
        let written = pieces.iter().try_for_each(|piece| encoder.write_all(piece));
        written.and_then(|()| encoder.finish()).unwrap_or_default()
    }
}

/// How a record is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// As it is.
    Plain,
    /// As a gzip member.
    Gzip,
    /// As a gzip member that is not made smaller: its length depends on nothing but the record's.
    GzipStored,
}

/// `sha1:` and the digest in base32: the form that every WARC tool checks.
pub(super) fn digest(pieces: &[&[u8]]) -> String {
    let mut hash = Sha1::new();
    for piece in pieces {
        hash.update(piece);
    }
    format!("sha1:{}", BASE32.encode(&hash.finalize()))
}

/// A record's name, made from what it records: the same capture has the same name in every export.
pub(super) fn name(parts: &[&str]) -> String {
    let mut hash = Sha1::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    format!("<urn:uuid:{}>", Builder::from_sha1_bytes(bytes).into_uuid())
}
