//! The unpacked bytes of a file of records, however it is packed: plain, or gzip in one stream or in one member a
//! record. It knows where the reader stands, and finds the next member behind a damaged one.

use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;

/// What is unpacked at once.
const STEP_BYTES: usize = 1 << 16;

/// How a gzip member begins: its two signs and the only method there is (RFC 1952 §2.3.1).
const MEMBER: [u8; 3] = [0x1f, 0x8b, 0x08];

/// Counts what is read, and lets a few bytes be read once more.
#[derive(Debug)]
struct Counted<R> {
    inner: R,
    /// Bytes read from `inner`.
    bytes: u64,
    /// Bytes to be read again, before those of `inner`.
    again: &'static [u8],
}

impl<R: BufRead> Counted<R> {
    fn place(&self) -> u64 {
        self.bytes - self.again.len() as u64
    }
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let length = available.len().min(into.len());
        into[..length].copy_from_slice(&available[..length]);
        self.consume(length);
        Ok(length)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.again.is_empty() { self.inner.fill_buf() } else { Ok(self.again) }
    }

    fn consume(&mut self, length: usize) {
        if self.again.is_empty() {
            self.inner.consume(length);
            self.bytes += length as u64;
        } else {
            self.again = &self.again[length.min(self.again.len())..];
        }
    }
}

#[derive(Debug)]
enum Source<R> {
    Plain(Counted<R>),
    Gzip(Box<GzDecoder<Counted<R>>>),
    /// Between two members.
    Ended,
}

/// The unpacked bytes of a file.
#[derive(Debug)]
pub(super) struct Stream<R> {
    source: Source<R>,
    buffer: Vec<u8>,
    from: usize,
    to: usize,
    /// Where in the file the bytes of the buffer come from: their own place, or that of their member.
    place: u64,
}

impl<R: BufRead> Stream<R> {
    /// Looks at the first bytes to see how the file is packed.
    pub(super) fn new(mut inner: R) -> io::Result<Stream<R>> {
        let is_packed = inner.fill_buf()?.starts_with(&MEMBER[..2]);
        let counted = Counted { inner, bytes: 0, again: &[] };
        let source =
            if is_packed { Source::Gzip(Box::new(GzDecoder::new(counted))) } else { Source::Plain(counted) };
        Ok(Stream { source, buffer: vec![0; STEP_BYTES], from: 0, to: 0, place: 0 })
    }

    /// Where the next byte lies: its place in a plain file, that of its member in a packed one.
    pub(super) fn place(&self) -> u64 {
        match self.source {
            Source::Plain(_) => self.place + self.from as u64,
            Source::Gzip(_) | Source::Ended => self.place,
        }
    }

    /// Whether the file is packed.
    pub(super) fn is_packed(&self) -> bool {
        !matches!(self.source, Source::Plain(_))
    }

    /// The next bytes; none at the end.
    pub(super) fn fill(&mut self) -> io::Result<&[u8]> {
        while self.from == self.to {
            (self.from, self.to) = (0, 0);
            match &mut self.source {
                Source::Plain(counted) => {
                    self.place = counted.place();
                    self.to = counted.read(&mut self.buffer)?;
                    break;
                }
                Source::Gzip(decoder) => {
                    self.to = decoder.read(&mut self.buffer)?;
                    if self.to == 0 && !self.next_member()? {
                        break;
                    }
                }
                Source::Ended => break,
            }
        }
        Ok(&self.buffer[self.from..self.to])
    }

    /// Takes bytes that [`Stream::fill`] gave.
    pub(super) fn take(&mut self, length: usize) {
        self.from = (self.from + length).min(self.to);
    }

    /// Goes on to the next gzip member, wherever it begins: what lies between is padding, or damage. Gives false at
    /// the end of the file, and where the file is plain.
    pub(super) fn next_member(&mut self) -> io::Result<bool> {
        (self.from, self.to) = (0, 0);
        let decoder = match std::mem::replace(&mut self.source, Source::Ended) {
            Source::Gzip(decoder) => decoder,
            other => {
                self.source = other;
                return Ok(false);
            }
        };
        let mut counted = decoder.into_inner();
        if !find_member(&mut counted)? {
            return Ok(false);
        }
        self.place = counted.place();
        self.source = Source::Gzip(Box::new(GzDecoder::new(counted)));
        Ok(true)
    }
}

/// Reads up to the beginning of a member, which is then to be read again.
fn find_member<R: BufRead>(counted: &mut Counted<R>) -> io::Result<bool> {
    let mut found = 0;
    loop {
        let Some(byte) = counted.fill_buf()?.first().copied() else { return Ok(false) };
        counted.consume(1);
        found = match byte {
            byte if byte == MEMBER[found] => found + 1,
            byte if byte == MEMBER[0] => 1,
            _ => 0,
        };
        if found == MEMBER.len() {
            counted.again = &MEMBER;
            return Ok(true);
        }
    }
}
