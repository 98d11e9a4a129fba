//! Any bytes under any content coding end within the bound, and a gzip member becomes what a decoder makes of it that
//! reads it piece by piece.
#![no_main]

use std::io::Read;

use bytes::Bytes;
use flate2::bufread::GzDecoder;
use khobao::coding::{self, CodingError};
use libfuzzer_sys::fuzz_target;

const BYTES_MAX: usize = 1 << 20;
const CODINGS: [&str; 6] = ["gzip", "deflate", "br", "zstd", "gzip, gzip", "deflate, gzip"];

fuzz_target!(|bytes: &[u8]| {
    let Some((first, payload)) = bytes.split_first() else { return };
    let coding = CODINGS[usize::from(*first) % CODINGS.len()];
    let decoded = coding::decode_within(&Bytes::copy_from_slice(payload), Some(coding), BYTES_MAX);
    let (Ok(content) | Err(CodingError::Cut { decoded: content, .. })) = decoded else { return };
    assert!(content.len() <= BYTES_MAX, "more than the bound");
    let mut by_pieces = Vec::new();
    if coding == "gzip" && GzDecoder::new(payload).read_to_end(&mut by_pieces).is_ok() {
        assert!(content.starts_with(&by_pieces), "another content");
    }
});
