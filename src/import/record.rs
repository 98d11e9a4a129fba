//! WARC records one after the other, versions 1.0 and 1.1, as their many writers write them; what is damaged is told
//! and passed over.

use std::io::{self, BufRead};

use chrono::{DateTime, NaiveDate, SubsecRound, Utc};

use super::digest;
use super::stream::Stream;

/// The longest line of a record's head, in bytes.
const LINE_BYTES_MAX: usize = 1 << 16;
/// The most lines of a record's head.
const LINES_MAX: usize = 200;
/// The largest block that is taken, in bytes: no page of a newspaper is larger, and a video is none.
pub(super) const BLOCK_BYTES_MAX: u64 = 128 << 20;

/// The types whose blocks are of use here.
const USEFUL: [&str; 4] = ["response", "request", "revisit", "resource"];

/// One record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Record {
    /// Which of its file it is, from 1, damaged ones counted.
    pub(super) number: u64,
    /// Where it begins in its file: its own place, or that of the gzip member that it lies in.
    pub(super) place: u64,
    /// Its type, in lower case.
    pub(super) kind: String,
    /// Its fields, names in lower case.
    fields: Vec<(String, String)>,
    /// Its block; empty where the type is of no use here.
    pub(super) block: Vec<u8>,
}

/// What is wrong with a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Damage {
    /// Which of its file it is.
    pub(super) number: u64,
    /// Where it begins in its file.
    pub(super) place: u64,
    /// What is wrong.
    pub(super) what: String,
}

impl Record {
    /// The first value of a field, by its lower-case name.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A field that holds an address. wget and others write `<http://…>`.
    pub(super) fn address(&self, name: &str) -> Option<&str> {
        self.field(name).map(|value| value.trim().trim_start_matches('<').trim_end_matches('>'))
    }

    /// A field that holds a moment, to the second.
    pub(super) fn moment(&self, name: &str) -> Option<DateTime<Utc>> {
        moment(self.field(name)?.trim())
    }
}

/// A date of WARC: `2016-01-11T23:24:25Z`, with a fraction in 1.1, or cut short to a day.
fn moment(text: &str) -> Option<DateTime<Utc>> {
    let moment = DateTime::parse_from_rfc3339(text).map(|moment| moment.to_utc().trunc_subsecs(0));
    moment.ok().or_else(|| {
        let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
        Some(day.and_hms_opt(0, 0, 0)?.and_utc())
    })
}

/// Reads records.
#[derive(Debug)]
pub(super) struct Records<R> {
    stream: Stream<R>,
    /// A line that was read ahead while the next record was looked for, and where it begins.
    ahead: Option<(Vec<u8>, u64)>,
    /// How many records were begun.
    number: u64,
}

impl<R: BufRead> Records<R> {
    pub(super) fn new(reader: R) -> io::Result<Records<R>> {
        Ok(Records { stream: Stream::new(reader)?, ahead: None, number: 0 })
    }

    /// The next record, or what is wrong with it; none at the end. Only a fault of the operating system is an error.
    pub(super) fn next(&mut self) -> io::Result<Option<Result<Record, Damage>>> {
        self.number += 1;
        let number = self.number;
        match self.try_next() {
            Ok(found) => Ok(found),
            Err(Halt { place, error }) if is_damage(&error) => {
                let what = match error.kind() {
                    io::ErrorKind::UnexpectedEof => "the file ends inside of this record".to_owned(),
                    _ => format!("it cannot be unpacked: {error}"),
                };
                self.recover()?;
                Ok(Some(Err(Damage { number, place, what })))
            }
            Err(Halt { error, .. }) => Err(error),
        }
    }

    fn try_next(&mut self) -> Result<Option<Result<Record, Damage>>, Halt> {
        let Some((line, place)) = self.first_line()? else { return Ok(None) };
        let at = |error| Halt { place, error };
        let number = self.number;
        let damaged = |what: &str| Ok(Some(Err(Damage { number, place, what: what.to_owned() })));
        if !is_version(&line) {
            self.seek_record().map_err(at)?;
            return damaged("no WARC record begins here");
        }
        let Some(mut record) = self.head(place).map_err(at)? else {
            self.seek_record().map_err(at)?;
            return damaged("the head of the record is larger than any honest one");
        };
        let Some(length) = record.field("content-length").and_then(|text| text.trim().parse::<u64>().ok())
        else {
            self.seek_record().map_err(at)?;
            return damaged("it does not tell its length");
        };
        let is_useful = USEFUL.contains(&record.kind.as_str());
        let is_larger = length > BLOCK_BYTES_MAX;
        let block = (is_useful && !is_larger).then_some(&mut record.block);
        if !self.block(length, block).map_err(at)? {
            return damaged("the next record begins before its end");
        }
        let follows = self.blank_lines().map_err(at)?;
        if is_useful && is_larger {
            return damaged(&format!("it has {length} bytes (at most {BLOCK_BYTES_MAX})"));
        }
        if !follows {
            self.seek_record().map_err(at)?;
            return damaged("it is longer or shorter than it says");
        }
        // wget writes the digest of the whole answer over the head alone that a revisit keeps.
        let has_digest = is_useful && record.kind != "revisit";
        let told = record.field("warc-block-digest").filter(|_| has_digest);
        if let Some(what) = digest::fault(told, &record.block) {
            return damaged(&what);
        }
        Ok(Some(Ok(record)))
    }

    /// The first line that is not blank.
    fn first_line(&mut self) -> Result<Option<(Vec<u8>, u64)>, Halt> {
        if let Some(ahead) = self.ahead.take() {
            return Ok(Some(ahead));
        }
        loop {
            let at = |place| move |error| Halt { place, error };
            let before = self.stream.place();
            let is_end = self.stream.fill().map_err(at(before))?.is_empty();
            let place = self.stream.place();
            if is_end {
                return Ok(None);
            }
            let line = self.line().map_err(at(place))?;
            if !line.is_empty() {
                return Ok(Some((line, place)));
            }
        }
    }

    /// The fields; none where there are more than any honest record has.
    fn head(&mut self, place: u64) -> io::Result<Option<Record>> {
        let mut record = Record { number: self.number, place, ..Record::default() };
        for _ in 0..LINES_MAX {
            let line = self.line()?;
            if line.is_empty() {
                record.kind = record.field("warc-type").unwrap_or_default().trim().to_lowercase();
                return Ok(Some(record));
            }
            let text = String::from_utf8_lossy(&line);
            // A line that begins with a blank goes on with the one before (RFC 822).
            if text.starts_with([' ', '\t']) {
                if let Some((_, value)) = record.fields.last_mut() {
                    value.push(' ');
                    value.push_str(text.trim());
                }
            } else if let Some((name, value)) = text.split_once(':') {
                record.fields.push((name.trim().to_lowercase(), value.trim().to_owned()));
            }
        }
        Ok(None)
    }

    /// A line without its end, which is LF or CRLF. What is longer than a line may be is cut off.
    fn line(&mut self) -> io::Result<Vec<u8>> {
        let mut line = Vec::new();
        loop {
            let bytes = self.stream.fill()?;
            if bytes.is_empty() {
                return Ok(line);
            }
            let end = bytes.iter().position(|byte| *byte == b'\n');
            let piece = end.unwrap_or(bytes.len());
            let room = LINE_BYTES_MAX.saturating_sub(line.len());
            line.extend_from_slice(&bytes[..piece.min(room)]);
            self.stream.take(end.map_or(piece, |end| end + 1));
            if end.is_some() {
                if line.last() == Some(&b'\r') {
                    line.pop();
                }
                return Ok(line);
            }
        }
    }

    /// Reads a block. Gives false where another record begins at the border of two gzip members inside of it.
    fn block(&mut self, length: u64, mut into: Option<&mut Vec<u8>>) -> io::Result<bool> {
        let mut left = length;
        let member = self.stream.place();
        while left > 0 {
            let bytes = self.stream.fill()?;
            if bytes.is_empty() {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let piece = bytes.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            let is_other = is_version(bytes);
            if is_other && self.stream.is_packed() && self.stream.place() != member {
                return Ok(false);
            }
            let bytes = self.stream.fill()?;
            if let Some(into) = &mut into {
                into.extend_from_slice(&bytes[..piece]);
            }
            self.stream.take(piece);
            left -= piece as u64;
        }
        Ok(true)
    }

    /// Passes over the two blank lines behind a block, however many there are. Gives false where the block does not
    /// end with them: then its length is not what it says.
    fn blank_lines(&mut self) -> io::Result<bool> {
        let mut lines = 0;
        loop {
            let Some(first) = self.stream.fill()?.first().copied() else { return Ok(true) };
            match first {
                b'\n' => lines += 1,
                b'\r' => {}
                // Some writers leave one out.
                _ => return Ok(lines >= 2 || is_version(self.stream.fill()?)),
            }
            self.stream.take(1);
        }
    }

    /// Passes over lines until one begins a record.
    fn seek_record(&mut self) -> io::Result<()> {
        loop {
            if self.stream.fill()?.is_empty() {
                return Ok(());
            }
            let place = self.stream.place();
            let line = self.line()?;
            if is_version(&line) {
                self.ahead = Some((line, place));
                return Ok(());
            }
        }
    }

    /// Goes on behind bytes that cannot be unpacked.
    fn recover(&mut self) -> io::Result<()> {
        self.ahead = None;
        while self.stream.next_member()? {
            match self.stream.fill() {
                Ok(bytes) if is_version(bytes) => return Ok(()),
                // The signs of a member stood there by chance, or this one is damaged too.
                Ok(_) => {}
                Err(error) if is_damage(&error) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// What stopped the reading of a record.
struct Halt {
    place: u64,
    error: io::Error,
}

/// Whether the file is at fault and not the machine.
fn is_damage(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput
    )
}

/// Whether a record begins with these bytes: `WARC/1.0`, `WARC/1.1`, and the drafts before.
fn is_version(bytes: &[u8]) -> bool {
    bytes.starts_with(b"WARC/1.") || bytes.starts_with(b"WARC/0.")
}
