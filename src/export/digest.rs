//! Digests of files that stand in a package's own description.

use std::io::{self, Read};

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256, Sha512};

/// What is read at once.
const STEP_BYTES: usize = 1 << 17;

/// SHA-256 and SHA-512 of bytes, in hexadecimal digits, and their number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Digests {
    pub(super) sha256: String,
    pub(super) sha512: String,
    pub(super) bytes: u64,
}

/// Reads to the end.
pub(super) fn digests(mut reader: impl Read) -> io::Result<Digests> {
    let (mut sha256, mut sha512, mut bytes) = (Sha256::new(), Sha512::new(), 0);
    let mut step = vec![0; STEP_BYTES];
    loop {
        let read = reader.read(&mut step)?;
        if read == 0 {
            let hex = |digest: &[u8]| HEXLOWER.encode(digest);
            return Ok(Digests { sha256: hex(&sha256.finalize()), sha512: hex(&sha512.finalize()), bytes });
        }
        sha256.update(&step[..read]);
        sha512.update(&step[..read]);
        bytes += read as u64;
    }
}

/// The SHA-256 of bytes in hexadecimal digits.
pub(super) fn sha256(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}
