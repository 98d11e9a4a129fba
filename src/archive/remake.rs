//! Payloads that came as deflate streams (gzip, zlib or bare), kept as what they hold.
//!
//! A stream looks like nothing else, so compression by likeness does nothing for it; what it holds is a page like
//! the others. `preflate-rs` finds out how the server's compressor went about its work and notes where it did
//! otherwise than foreseen; from the content and those notes, mostly some tens of bytes, the server's own stream
//! comes out again byte for byte. Every stream is remade once before its notes are stored; one that does not come
//! out the same is kept as received.
//!
//! The notes, [`FORM`]: the length of what stands before the deflate stream (one byte) and that, the length of what
//! stands behind it (one byte) and that, then what the crate wrote, then the first four bytes of the SHA-256 of all
//! this.

use std::panic::{AssertUnwindSafe, catch_unwind};

use preflate_rs::{PreflateConfig, preflate_whole_deflate_stream, recreate_whole_deflate_stream};
use sha2::{Digest, Sha256};

/// The name of this form of notes. The crate's part of them is that of version 0.7.6; another form, another name.
pub(super) const FORM: &str = "preflate1";

/// Longer streams are kept as received: one step of packing must not last for seconds.
const STREAM_BYTES_MAX: usize = 1 << 20;
/// Streams that hold more are kept as received.
const CONTENT_BYTES_MAX: usize = 2 << 20;
/// How far a compressor may have looked back for matches; zlib's highest level looks this far.
const CHAIN_STEPS_MAX: u32 = 4096;
/// Bytes of the digest at the end of the notes.
const CHECK_BYTES: usize = 4;

/// What a stream holds, and how it comes out of it again.
#[derive(Debug)]
pub(super) struct Apart {
    pub(super) content: Vec<u8>,
    pub(super) notes: Vec<u8>,
}

/// Tells whether a payload begins as a deflate stream with a header does.
pub(super) fn looks_like_stream(payload: &[u8]) -> bool {
    payload.starts_with(&[0x1f, 0x8b, 8]) || has_zlib_header(payload)
}

/// Takes a payload apart, where it is a deflate stream that can be remade.
pub(super) fn take_apart(payload: &[u8]) -> Option<Apart> {
    if payload.len() > STREAM_BYTES_MAX {
        return None;
    }
    let (before, behind) = frame(payload)?;
    let end = payload.len().checked_sub(behind).filter(|end| *end > before)?;
    let stream = &payload[before..end];
    let config = PreflateConfig {
        max_chain_length: CHAIN_STEPS_MAX,
        plain_text_limit: CONTENT_BYTES_MAX,
        verify_compression: false,
    };
    let parted = unless_it_panics(|| preflate_whole_deflate_stream(stream, &config).ok())?;
    let (found, text) = parted;
    if found.compressed_size != stream.len() {
        return None;
    }
    let mut notes = Vec::with_capacity(2 + before + behind + found.corrections.len() + CHECK_BYTES);
    for part in [&payload[..before], &payload[end..]] {
        notes.push(u8::try_from(part.len()).ok()?);
        notes.extend_from_slice(part);
    }
    notes.extend_from_slice(&found.corrections);
    let check = check(&notes);
    notes.extend_from_slice(&check);
    let content = text.text().to_vec();
    drop((found, text));
    let is_same = remake(&content, &notes).is_ok_and(|remade| remade == payload);
    is_same.then_some(Apart { content, notes })
}

/// Makes a payload again from what it holds and the notes about it.
pub(super) fn remake(content: &[u8], notes: &[u8]) -> Result<Vec<u8>, String> {
    let (notes, written) = notes.split_last_chunk::<CHECK_BYTES>().ok_or("the notes are cut off")?;
    if check(notes) != *written {
        return Err("the notes are damaged".into());
    }
    let (before, rest) = part(notes).ok_or("the notes are cut off")?;
    let (behind, corrections) = part(rest).ok_or("the notes are cut off")?;
    let stream = unless_it_panics(|| recreate_whole_deflate_stream(content, corrections).ok())
        .ok_or("the stream cannot be remade from its content")?;
    Ok([before, &stream, behind].concat())
}

fn part(notes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = notes.split_first()?;
    rest.split_at_checked(usize::from(*length))
}

fn check(notes: &[u8]) -> [u8; CHECK_BYTES] {
    let digest = Sha256::digest(notes);
    std::array::from_fn(|at| digest[at])
}

/// The crate asserts what it takes for given; a stream for which that is not so must not end a crawl.
fn unless_it_panics<T>(work: impl FnOnce() -> Option<T>) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok().flatten()
}

/// The bytes before and behind the deflate stream: those of gzip (RFC 1952 §2.3), of zlib (RFC 1950 §2.2), or none.
fn frame(payload: &[u8]) -> Option<(usize, usize)> {
    if payload.starts_with(&[0x1f, 0x8b]) {
        return Some((gzip_header(payload)?, 8));
    }
    Some(if has_zlib_header(payload) { (2, 4) } else { (0, 0) })
}

fn has_zlib_header(payload: &[u8]) -> bool {
    matches!(payload, [method, flags, ..]
        if method & 0x0f == 8 && flags & 0x20 == 0 && u16::from_be_bytes([*method, *flags]).is_multiple_of(31))
}

/// The length of a gzip header with its optional fields.
fn gzip_header(payload: &[u8]) -> Option<usize> {
    const HEADER_CRC: u8 = 2;
    const EXTRA: u8 = 4;
    const NAME: u8 = 8;
    const COMMENT: u8 = 16;
    let flags = *payload.get(3)?;
    let mut at = 10;
    if flags & EXTRA != 0 {
        at += 2 + usize::from(u16::from_le_bytes([*payload.get(at)?, *payload.get(at + 1)?]));
    }
    for flag in [NAME, COMMENT] {
        if flags & flag != 0 {
            at += 1 + payload.get(at..)?.iter().position(|byte| *byte == 0)?;
        }
    }
    if flags & HEADER_CRC != 0 {
        at += 2;
    }
    (at < payload.len()).then_some(at)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;

    fn text() -> Vec<u8> {
        let line = |n: u32| format!("<p>Dòng {n} của bài, số {:x}</p>\n", n.wrapping_mul(2_654_435_761));
        (0..800).map(line).collect::<String>().into_bytes()
    }

    fn gzip(text: &[u8], level: u32) -> Vec<u8> {
        let mut encoder = flate2::GzBuilder::new()
            .filename("trang.html")
            .comment("c")
            .extra([1, 2, 3])
            .write(Vec::new(), Compression::new(level));
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn streams_of_every_frame_and_level_are_remade() {
        let text = text();
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::best());
        zlib.write_all(&text).unwrap();
        let mut bare = DeflateEncoder::new(Vec::new(), Compression::fast());
        bare.write_all(&text).unwrap();
        let mut streams = vec![zlib.finish().unwrap(), bare.finish().unwrap()];
        streams.extend((0..=9).map(|level| gzip(&text, level)));
        let mut unnamed = GzEncoder::new(Vec::new(), Compression::default());
        unnamed.write_all(&text).unwrap();
        streams.push(unnamed.finish().unwrap());
        for stream in streams {
            let apart = take_apart(&stream).unwrap();
            assert_eq!(apart.content, text);
            assert!(apart.notes.len() < 600, "{} bytes of notes", apart.notes.len());
            assert_eq!(remake(&apart.content, &apart.notes).unwrap(), stream);
        }
    }

    #[test]
    fn what_is_no_whole_stream_is_left_alone() {
        let whole = gzip(&text(), 6);
        let members = [whole.clone(), whole.clone()].concat();
        let mut flipped = whole.clone();
        flipped[whole.len() / 2] ^= 0x10;
        let padded = [whole.as_slice(), &[0; 16]].concat();
        for payload in [&whole[..whole.len() / 2], &members, &padded, b"<html>", b"", &[0x1f, 0x8b, 8, 4, 9]]
        {
            assert!(take_apart(payload).is_none());
        }
        // A flipped bit may leave a stream, but never one that comes out otherwise.
        if let Some(apart) = take_apart(&flipped) {
            assert_eq!(remake(&apart.content, &apart.notes).unwrap(), flipped);
        }
    }

    #[test]
    fn damaged_notes_are_told_before_they_are_used() {
        let apart = take_apart(&gzip(&text(), 6)).unwrap();
        for at in 0..apart.notes.len() {
            let mut notes = apart.notes.clone();
            notes[at] ^= 1;
            assert!(remake(&apart.content, &notes).is_err());
        }
        assert!(remake(&apart.content, &[]).is_err());
    }
}
