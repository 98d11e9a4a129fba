//! Codings undone: whole, cut, damaged, on top of each other, and out of all proportion.

use std::io::Write;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use proptest::prelude::*;

use super::*;

const TEXT: &str = "Sáng 3/4, tại xã Cao Sơn, bà con xuống đồng gieo cấy vụ xuân. ";

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn zlib(content: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn bare_deflate(content: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn zstd(content: &[u8]) -> Vec<u8> {
    zstd::encode_all(content, 3).unwrap()
}

/// A brotli stream of uncompressed metablocks, written by the rules of RFC 7932 §9: a window of 22 bits, blocks
/// of at most 64 KiB, an empty last block.
fn brotli(content: &[u8]) -> Vec<u8> {
    let mut bits = Bits::default();
    // WBITS 22: the code 1011 read from the low bit, `1` then `101`.
    bits.push(0b1011, 4);
    for block in content.chunks(1 << 16) {
        bits.push(0, 1); // not the last
        bits.push(0, 2); // four nibbles of length
        bits.push(u32::try_from(block.len() - 1).unwrap(), 16);
        bits.push(1, 1); // uncompressed
        bits.align();
        bits.bytes.extend_from_slice(block);
    }
    bits.push(0b11, 2); // the last, and empty
    bits.align();
    bits.bytes
}

/// [`TEXT`] twenty times, compressed by the brotli crate at quality 11.
const BROTLI_TEXT: [u8; 90] = [
    0x1b, 0x17, 0x06, 0xf8, 0x8d, 0xc4, 0x38, 0x26, 0xf2, 0x85, 0xc5, 0x26, 0x8a, 0x2e, 0x4f, 0x49, 0xff,
    0xbc, 0x63, 0x81, 0x15, 0x30, 0x40, 0x1d, 0x63, 0x09, 0xe6, 0x0a, 0xb2, 0x45, 0x12, 0x4c, 0x5a, 0xf1,
    0x0f, 0x90, 0xb0, 0x31, 0xba, 0x60, 0x84, 0x11, 0x71, 0xd6, 0x89, 0xad, 0x3b, 0xca, 0x88, 0xec, 0xcc,
    0x56, 0x71, 0x83, 0xeb, 0x35, 0x40, 0xfe, 0xb3, 0x56, 0x7c, 0x71, 0x40, 0xd0, 0xd4, 0xeb, 0x84, 0x9c,
    0xd6, 0x89, 0xa4, 0xc8, 0xf7, 0x3a, 0x49, 0xb2, 0xa8, 0x81, 0x00, 0xd9, 0xbb, 0xc1, 0x8c, 0xfc, 0x85,
    0x75, 0x12, 0x57, 0xad, 0x01,
];

/// 16 MiB of zeros in 26 bytes.
const BROTLI_BOMB: [u8; 26] = [
    0xcb, 0xff, 0xff, 0x3f, 0x00, 0x24, 0x00, 0xe2, 0xb1, 0x40, 0x72, 0xef, 0xff, 0xf8, 0xff, 0xff, 0x07,
    0x80, 0x04, 0x40, 0x1c, 0x16, 0x80, 0xee, 0xfd, 0xdf,
];

#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    current: u32,
    held: u32,
}

impl Bits {
    fn push(&mut self, value: u32, count: u32) {
        self.current |= value << self.held;
        self.held += count;
        while self.held >= 8 {
            self.bytes.push(self.current.to_le_bytes()[0]);
            self.current >>= 8;
            self.held -= 8;
        }
    }

    fn align(&mut self) {
        if self.held > 0 {
            self.push(0, 8 - self.held);
        }
    }
}

fn undo(payload: Vec<u8>, codings: &str) -> Result<Bytes, CodingError> {
    decode(&Bytes::from(payload), Some(codings))
}

#[test]
fn every_coding_is_undone() {
    let content = TEXT.repeat(400).into_bytes();
    assert_eq!(undo(gzip(&content), "gzip").unwrap(), content);
    assert_eq!(undo(gzip(&content), "X-Gzip").unwrap(), content);
    assert_eq!(undo(zlib(&content), "deflate").unwrap(), content);
    assert_eq!(undo(bare_deflate(&content), "deflate").unwrap(), content);
    assert_eq!(undo(zstd(&content), "zstd").unwrap(), content);
    assert_eq!(undo(brotli(&content), "br").unwrap(), content);
    assert_eq!(undo(BROTLI_TEXT.to_vec(), "br").unwrap(), TEXT.repeat(20).as_bytes());
    assert_eq!(undo(content.clone(), "identity").unwrap(), content);
    assert_eq!(decode(&Bytes::from(content.clone()), None).unwrap(), content);
}

#[test]
fn an_uncoded_payload_is_shared_and_not_copied() {
    let payload = Bytes::from(TEXT.repeat(10));
    assert_eq!(decode(&payload, None).unwrap().as_ptr(), payload.as_ptr());
}

#[test]
fn a_list_is_undone_from_its_end() {
    let content = TEXT.repeat(50).into_bytes();
    assert_eq!(undo(brotli(&gzip(&content)), "gzip, br").unwrap(), content);
    assert_eq!(undo(gzip(&zstd(&content)), " zstd ,, GZIP ").unwrap(), content);
    assert!(matches!(undo(brotli(&gzip(&content)), "br, gzip"), Err(CodingError::Damaged { .. })));
    assert_eq!(undo(vec![1; 9], "br, br, br, br, br"), Err(CodingError::TooMany(5)));
}

#[test]
fn several_members_and_frames_are_one_content_and_padding_is_passed_over() {
    let twice = [gzip(TEXT.as_bytes()), gzip(TEXT.as_bytes()), vec![0; 512]].concat();
    assert_eq!(undo(twice, "gzip").unwrap(), TEXT.repeat(2).as_bytes());
    let frames = [zstd(TEXT.as_bytes()), zstd(TEXT.as_bytes())].concat();
    assert_eq!(undo(frames, "zstd").unwrap(), TEXT.repeat(2).as_bytes());
}

#[test]
fn a_cut_stream_is_told_apart_and_gives_what_it_had() {
    // Noise between the words keeps the streams long enough for a cut to leave something.
    let content: Vec<u8> = (0..4000_u32)
        .flat_map(|n| format!("{TEXT}{:x} ", n.wrapping_mul(2_654_435_761)).into_bytes())
        .collect();
    let streams = [
        ("gzip", gzip(&content)),
        ("deflate", zlib(&content)),
        ("zstd", zstd(&content)),
        ("br", brotli(&content)),
    ];
    for (name, stream) in streams {
        for keep in [stream.len() - 1, stream.len() * 2 / 3] {
            match undo(stream[..keep].to_vec(), name) {
                Err(CodingError::Cut { coding, decoded }) => {
                    assert_eq!(coding, name);
                    assert!(content.starts_with(&decoded), "{name}");
                    assert!(decoded.len() > content.len() / 4, "{name}: only {} bytes", decoded.len());
                }
                other => panic!("{name} cut to {keep}: {other:?}"),
            }
        }
    }
}

#[test]
fn a_cut_below_another_coding_is_still_a_cut() {
    let both = gzip(&zstd(TEXT.repeat(3000).as_bytes()));
    let cut = undo(both[..both.len() - 12].to_vec(), "zstd, gzip");
    assert!(matches!(cut, Err(CodingError::Cut { coding: "gzip", .. })), "{cut:?}");
}

#[test]
fn damage_and_unknown_codings_are_errors() {
    let mut stream = gzip(TEXT.repeat(100).as_bytes());
    let middle = stream.len() / 2;
    stream[middle] ^= 0x55;
    assert!(matches!(undo(stream, "gzip"), Err(CodingError::Damaged { coding: "gzip", .. })));
    for coding in ["gzip", "br", "zstd"] {
        let page = b"<!doctype html><title>Tin</title>".repeat(9);
        assert!(matches!(undo(page, coding), Err(CodingError::Damaged { .. })), "{coding}");
    }
    assert_eq!(undo(vec![1], "gzip, compress"), Err(CodingError::Unknown("compress".into())));
}

#[test]
fn bombs_are_stopped_at_the_ratio_and_at_the_size() {
    let zeros = vec![0; 8 << 20];
    for (name, bomb) in [
        ("gzip", gzip(&zeros)),
        ("deflate", zlib(&zeros)),
        ("zstd", zstd(&zeros)),
        ("br", BROTLI_BOMB.to_vec()),
    ] {
        let payload_bytes = bomb.len();
        assert_eq!(undo(bomb, name), Err(CodingError::Bomb { payload_bytes }), "{name}");
    }
    let nested = gzip(&gzip(&zeros));
    assert!(matches!(undo(nested, "gzip, gzip"), Err(CodingError::Bomb { .. })));
    let large = Bytes::from(brotli(&zeros));
    let end = decode_within(&large, Some("br"), 1 << 20);
    assert_eq!(end, Err(CodingError::TooLarge { bytes_max: 1 << 20 }));
    let plain = decode_within(&Bytes::from(zeros), None, 1 << 20);
    assert_eq!(plain, Err(CodingError::TooLarge { bytes_max: 1 << 20 }));
}

#[test]
fn a_short_page_of_blanks_is_no_bomb() {
    let blanks = vec![b' '; 900_000];
    assert_eq!(undo(gzip(&blanks), "gzip").unwrap().len(), blanks.len());
}

#[test]
fn streams_that_ask_for_huge_windows_are_refused() {
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    encoder.window_log(27).unwrap();
    encoder.write_all(TEXT.as_bytes()).unwrap();
    assert!(matches!(undo(encoder.finish().unwrap(), "zstd"), Err(CodingError::Damaged { .. })));
    // The first byte of a brotli stream with a large window: 0x11 (not in RFC 7932).
    assert!(undo(vec![0x11, 0x1e, 0x00, 0x00, 0x03], "br").is_err());
}

#[test]
fn an_empty_payload_is_empty_under_any_coding() {
    for coding in ["gzip", "deflate", "br", "zstd", "identity", ""] {
        assert_eq!(undo(Vec::new(), coding), Ok(Bytes::new()), "{coding}");
    }
}

#[test]
fn the_declared_codings_are_gathered_over_all_lines() {
    let header = |value: &str| ("content-encoding".to_owned(), value.to_owned());
    assert_eq!(declared(&[]), None);
    assert_eq!(declared(&[header("gzip")]).as_deref(), Some("gzip"));
    let two = [header("gzip"), ("vary".into(), "accept-encoding".into()), header("br")];
    assert_eq!(declared(&two).as_deref(), Some("gzip, br"));
}

proptest! {
    #[test]
    fn any_bytes_under_any_coding_end_within_the_bound(
        payload in proptest::collection::vec(any::<u8>(), 0..2048),
        coding in "(gzip|deflate|br|zstd)(, (gzip|deflate|br|zstd)){0,2}",
    ) {
        if let Ok(content) = decode_within(&Bytes::from(payload), Some(&coding), 1 << 16) {
            prop_assert!(content.len() <= 1 << 16);
        }
    }

    #[test]
    fn what_was_coded_comes_back(content in proptest::collection::vec(any::<u8>(), 0..4096)) {
        for (name, stream) in [
            ("gzip", gzip(&content)), ("deflate", zlib(&content)), ("deflate", bare_deflate(&content)),
            ("zstd", zstd(&content)), ("br", brotli(&content)),
        ] {
            prop_assert_eq!(&undo(stream, name).unwrap()[..], &content[..], "{}", name);
        }
    }
}
