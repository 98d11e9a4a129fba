//! Content codings undone (RFC 9110 §8.4): gzip, deflate, brotli and zstd, one or several on top of each other.
//!
//! A page is kept as it was received, with its coding; this is the one way from there to the page's own bytes, for
//! a page that has just come and for one that has lain in the archive for years. It is pure and synchronous: the
//! whole payload is at hand, and the work belongs in a thread that may block.
//!
//! A small payload can be made to swell without end, so what comes out is bounded twice: by a number of bytes and
//! by how many times larger than the payload it may grow.

use std::io::{self, Read};

use brotli_decompressor::{BrotliDecompressStream, BrotliResult, BrotliState, StandardAlloc};
use bytes::Bytes;
use flate2::{Decompress, FlushDecompress, Status};

/// The most that one payload may become: the largest sitemap that the sitemap protocol allows
/// (sitemaps.org: 52,428,800 bytes).
pub const DECODED_BYTES_MAX: usize = 52_428_800;

/// How many times larger than the payload its content may be. Pages of newspapers grow 4 to 12 times, the most
/// uniform sitemaps about 60 times; bombs start at 1000.
pub const DECODED_RATIO_MAX: usize = 250;

/// Up to here the ratio is not looked at: a short page of blanks is no bomb.
pub const DECODED_RATIO_FREE_BYTES: usize = 1 << 20;

/// How many codings may lie on top of each other.
pub const CODINGS_MAX: usize = 4;

/// The largest window that a zstd stream may ask for, as a power of two: 8 MiB (RFC 9659 §3).
const ZSTD_WINDOW_BITS_MAX: u32 = 23;

/// The window of a gzip member, as a power of two: 32 KiB, which is the largest.
const DEFLATE_WINDOW_BITS: u8 = 15;

/// How many times larger than the payload the content likely is.
const LIKELY_TIMES: usize = 6;

/// Up to how many times larger a payload is believed that tells the size of its content.
const LIKELY_TIMES_MAX: usize = 48;

/// The least room that is made when more is needed.
const ROOM_MIN: usize = 1 << 13;

/// What brotli decodes in one step.
const BROTLI_STEP_BYTES: usize = 1 << 16;

/// Why a payload could not be decoded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodingError {
    /// A coding that nobody asked for.
    #[error("the content coding '{0}' is not known")]
    Unknown(String),
    /// More codings than anybody uses.
    #[error("{0} content codings on top of each other (at most {CODINGS_MAX})")]
    TooMany(usize),
    /// The payload ends before its stream does.
    #[error("the {coding} stream is cut off after {} bytes of content", decoded.len())]
    Cut {
        /// The coding whose stream has no end.
        coding: &'static str,
        /// What could be decoded, through all codings.
        decoded: Bytes,
    },
    /// The payload breaks the rules of its coding.
    #[error("the {coding} stream is damaged: {what}")]
    Damaged {
        /// The coding.
        coding: &'static str,
        /// What the decoder said.
        what: String,
    },
    /// The content is larger than the bound.
    #[error("the content is larger than {bytes_max} bytes")]
    TooLarge {
        /// The bound.
        bytes_max: usize,
    },
    /// The content is out of all proportion to the payload.
    #[error("{payload_bytes} bytes swell to more than {DECODED_RATIO_MAX} times their size")]
    Bomb {
        /// The size of the payload.
        payload_bytes: usize,
    },
}

/// The value of `Content-Encoding` over all its header lines, which together are one list (RFC 9110 §5.3).
#[must_use]
pub fn declared(headers: &[(String, String)]) -> Option<String> {
    let mut values = headers.iter().filter(|(name, _)| name == "content-encoding").map(|(_, value)| value);
    let first = values.next()?.clone();
    Some(values.fold(first, |list, value| list + ", " + value))
}

/// Undoes the content codings of a payload, with at most [`DECODED_BYTES_MAX`] coming out.
pub fn decode(payload: &Bytes, content_encoding: Option<&str>) -> Result<Bytes, CodingError> {
    decode_within(payload, content_encoding, DECODED_BYTES_MAX)
}

/// Undoes the content codings of a payload. The list names them in the order in which they were applied, so the
/// last is undone first. An empty payload is empty under any known coding: servers send it so with every status.
pub fn decode_within(
    payload: &Bytes,
    content_encoding: Option<&str>,
    bytes_max: usize,
) -> Result<Bytes, CodingError> {
    let codings = codings(content_encoding.unwrap_or_default())?;
    let mut content = payload.clone();
    let mut cut = None;
    for coding in codings.into_iter().rev() {
        match coding.undo(&content, payload.len(), bytes_max) {
            Ok(decoded) => content = decoded,
            Err(CodingError::Cut { coding, decoded }) => {
                cut.get_or_insert(coding);
                content = decoded;
            }
            // What lies below a stream that is cut off is cut off too, and may then look damaged.
            Err(CodingError::Damaged { .. }) if cut.is_some() => content = Bytes::new(),
            Err(other) => return Err(other),
        }
    }
    match cut {
        Some(coding) => Err(CodingError::Cut { coding, decoded: content }),
        None if content.len() > bytes_max => Err(CodingError::TooLarge { bytes_max }),
        None => Ok(content),
    }
}

/// The codings that this crate undoes; `identity` is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    Gzip,
    Deflate,
    Brotli,
    Zstd,
}

/// The codings of a `Content-Encoding` list, in the order in which they were applied.
fn codings(list: &str) -> Result<Vec<Coding>, CodingError> {
    let mut codings = Vec::new();
    for name in list.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        match name.to_ascii_lowercase().as_str() {
            // `x-gzip` is the same coding (RFC 9110 §8.4.1.3).
            "gzip" | "x-gzip" => codings.push(Coding::Gzip),
            "deflate" => codings.push(Coding::Deflate),
            "br" => codings.push(Coding::Brotli),
            "zstd" => codings.push(Coding::Zstd),
            "identity" => {}
            _ => return Err(CodingError::Unknown(name.chars().take(40).collect())),
        }
    }
    if codings.len() > CODINGS_MAX { Err(CodingError::TooMany(codings.len())) } else { Ok(codings) }
}

impl Coding {
    fn name(self) -> &'static str {
        match self {
            Coding::Gzip => "gzip",
            Coding::Deflate => "deflate",
            Coding::Brotli => "br",
            Coding::Zstd => "zstd",
        }
    }

    /// How large the content will likely be. A gzip member tells it in its last bytes (RFC 1952 §2.3.1), which may be
    /// any number; newspaper pages grow about six times.
    fn likely_size(self, input: &[u8]) -> usize {
        let told = input.last_chunk().map(|last| u32::from_le_bytes(*last));
        let told = told.filter(|_| self == Coding::Gzip).and_then(|told| usize::try_from(told).ok());
        let is_likely = |told: &usize| *told <= input.len().saturating_mul(LIKELY_TIMES_MAX);
        told.filter(is_likely).unwrap_or(input.len().saturating_mul(LIKELY_TIMES))
    }

    /// Undoes this one coding. The ratio is measured against the payload as it came over the wire.
    fn undo(self, input: &[u8], payload_bytes: usize, bytes_max: usize) -> Result<Bytes, CodingError> {
        if input.is_empty() {
            return Ok(Bytes::new());
        }
        let by_ratio = payload_bytes.saturating_mul(DECODED_RATIO_MAX).max(DECODED_RATIO_FREE_BYTES);
        let mut sink = Sink::new(bytes_max.min(by_ratio), self.likely_size(input));
        let end = match self {
            Coding::Gzip => gunzip(input, &mut sink),
            Coding::Deflate => inflate(input, &mut sink),
            Coding::Brotli => unbrotli(input, &mut sink),
            Coding::Zstd => unzstd(input, &mut sink),
        };
        match end {
            Ok(()) => Ok(sink.into_bytes()),
            Err(Halt::Cut) => Err(CodingError::Cut { coding: self.name(), decoded: sink.into_bytes() }),
            Err(Halt::Damaged(what)) => Err(CodingError::Damaged { coding: self.name(), what }),
            Err(Halt::Full) if by_ratio < bytes_max => Err(CodingError::Bomb { payload_bytes }),
            Err(Halt::Full) => Err(CodingError::TooLarge { bytes_max }),
        }
    }
}

/// Why a decoder stopped before the end of its stream.
enum Halt {
    Cut,
    Damaged(String),
    Full,
}

impl From<io::Error> for Halt {
    fn from(error: io::Error) -> Halt {
        if error.kind() == io::ErrorKind::UnexpectedEof {
            Halt::Cut
        } else {
            Halt::Damaged(error.to_string())
        }
    }
}

/// What comes out of a decoder, up to a bound.
struct Sink {
    bytes: Vec<u8>,
    bytes_max: usize,
}

impl Sink {
    fn new(bytes_max: usize, likely_size: usize) -> Sink {
        // With a byte to spare, so that a full buffer is one that was too small.
        let capacity = likely_size.min(bytes_max).saturating_add(1);
        Sink { bytes: Vec::with_capacity(capacity), bytes_max }
    }

    /// Makes room for more, twice as much each time; never for more than one byte beyond the bound.
    fn make_room(&mut self) {
        let (length, capacity) = (self.bytes.len(), self.bytes.capacity());
        if length == capacity {
            let room = self.bytes_max.saturating_add(1).saturating_sub(length);
            self.bytes.reserve_exact(capacity.max(ROOM_MIN).min(room));
        }
    }

    /// Takes all that the reader gives.
    fn take_all(&mut self, reader: &mut impl Read) -> Result<(), Halt> {
        let room = self.bytes_max.saturating_sub(self.bytes.len()) as u64;
        let read = reader.take(room + 1).read_to_end(&mut self.bytes);
        if self.bytes.len() > self.bytes_max {
            return Err(Halt::Full);
        }
        read.map(|_| ()).map_err(Halt::from)
    }

    /// Takes one piece.
    fn take(&mut self, piece: &[u8]) -> Result<(), Halt> {
        self.bytes.extend_from_slice(piece);
        if self.bytes.len() > self.bytes_max { Err(Halt::Full) } else { Ok(()) }
    }

    fn into_bytes(mut self) -> Bytes {
        // What is kept for long should not hold twice its size.
        if self.bytes.capacity() > self.bytes.len() * 2 {
            self.bytes.shrink_to_fit();
        }
        Bytes::from(self.bytes)
    }
}

/// gzip (RFC 1952): one member after the other. What follows the last member without being one, such as padding
/// with zeros, is passed over, as gzip(1) and the browsers do.
fn gunzip(input: &[u8], sink: &mut Sink) -> Result<(), Halt> {
    let mut rest = input;
    loop {
        rest = inflate_one(rest, Decompress::new_gzip(DEFLATE_WINDOW_BITS), sink)?;
        if !rest.starts_with(&[0x1f, 0x8b]) {
            return Ok(());
        }
    }
}

/// `deflate` means the zlib format (RFC 9110 §8.4.1.2), but many servers send the bare deflate stream. A zlib header
/// is known by its method and check bits (RFC 1950 §2.2); a bare stream looks like one by chance now and then, so a
/// zlib stream that turns out damaged is tried bare.
fn inflate(input: &[u8], sink: &mut Sink) -> Result<(), Halt> {
    let looks_like_zlib = matches!(input, [method, flags, ..]
        if method & 0x0f == 8 && u16::from_be_bytes([*method, *flags]).is_multiple_of(31));
    let bare = |sink: &mut Sink| inflate_one(input, Decompress::new(false), sink).map(drop);
    if !looks_like_zlib {
        return bare(sink);
    }
    match inflate_one(input, Decompress::new(true), sink) {
        Err(Halt::Damaged(what)) => {
            sink.bytes.clear();
            bare(sink).map_err(|halt| match halt {
                Halt::Full => Halt::Full,
                Halt::Cut | Halt::Damaged(_) => Halt::Damaged(what),
            })
        }
        other => other.map(drop),
    }
}

/// Undoes one deflate stream in whatever stands around it, and gives what follows its end.
///
/// All of the input is at hand and the output is one buffer, so that the decoder needs no window of its own, into
/// which it would copy all that it writes.
fn inflate_one<'a>(input: &'a [u8], mut decoder: Decompress, sink: &mut Sink) -> Result<&'a [u8], Halt> {
    let mut rest = input;
    loop {
        sink.make_room();
        let before = decoder.total_in();
        let status = decoder.decompress_vec(rest, &mut sink.bytes, FlushDecompress::Finish);
        let taken = usize::try_from(decoder.total_in() - before).unwrap_or(rest.len());
        rest = rest.get(taken..).unwrap_or_default();
        let is_full = sink.bytes.len() == sink.bytes.capacity();
        if sink.bytes.len() > sink.bytes_max {
            return Err(Halt::Full);
        }
        match status {
            Ok(Status::StreamEnd) => return Ok(rest),
            Ok(_) if is_full => {}
            Ok(_) => return Err(Halt::Cut),
            Err(error) => return Err(Halt::Damaged(error.to_string())),
        }
    }
}

/// Brotli (RFC 7932), without the large windows that are no part of the content coding.
fn unbrotli(input: &[u8], sink: &mut Sink) -> Result<(), Halt> {
    let alloc = StandardAlloc::default;
    let mut state = BrotliState::new_strict(alloc(), alloc(), alloc());
    let mut step = vec![0; BROTLI_STEP_BYTES];
    let (mut left, mut at, mut total) = (input.len(), 0, 0);
    loop {
        let (mut room, mut written) = (step.len(), 0);
        let result = BrotliDecompressStream(
            &mut left,
            &mut at,
            input,
            &mut room,
            &mut written,
            &mut step,
            &mut total,
            &mut state,
        );
        sink.take(&step[..written])?;
        match result {
            BrotliResult::ResultSuccess => return Ok(()),
            // A full step may leave more to fetch, though the input is used up.
            BrotliResult::NeedsMoreInput if room == 0 => {}
            BrotliResult::NeedsMoreOutput => {}
            BrotliResult::NeedsMoreInput => return Err(Halt::Cut),
            BrotliResult::ResultFailure => return Err(Halt::Damaged(format!("{:?}", state.error_code))),
        }
    }
}

/// zstd (RFC 8878): one frame after the other.
fn unzstd(input: &[u8], sink: &mut Sink) -> Result<(), Halt> {
    let mut decoder = zstd::stream::read::Decoder::with_buffer(input)?;
    decoder.window_log_max(ZSTD_WINDOW_BITS_MAX)?;
    sink.take_all(&mut decoder)
}

#[cfg(test)]
mod tests;
