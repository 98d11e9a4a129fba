//! The ZIP format (PKWARE APPNOTE 6.3.10), as little of it as a WACZ needs: entries that are stored as they are, each
//! of any length. Written by hand, since a file that is gone on with in the middle of an entry is nothing that
//! libraries know of.

use chrono::{DateTime, Datelike, Timelike, Utc};
use serde::{Deserialize, Serialize};

/// Bytes of an entry's head besides its name (§4.3.7): the fixed fields, and the lengths in 64 bits.
pub(super) const HEAD_BYTES: u64 = 30 + 20;
/// The version that knows lengths in 64 bits, in tenths.
const VERSION: u16 = 45;
/// The same, made on Unix.
const MADE_BY: u16 = 3 << 8 | VERSION;
/// A plain file that all may read, as Unix has it.
const ATTRIBUTES: u32 = 0o100_644 << 16;
/// Stands for a number that is given in 64 bits elsewhere.
const ELSEWHERE: u32 = u32::MAX;
/// Likewise in 16 bits.
const ELSEWHERE_SHORT: u16 = u16::MAX;

/// An entry that is whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) crc: u32,
    pub(super) bytes: u64,
    /// Where its head begins.
    pub(super) at: u64,
    /// Of its content, in hexadecimal digits.
    pub(super) sha256: String,
}

/// Numbers in a row, the lowest byte first.
#[derive(Default)]
struct Row(Vec<u8>);

impl Row {
    fn short(&mut self, numbers: &[u16]) {
        for number in numbers {
            self.0.extend(number.to_le_bytes());
        }
    }

    fn long(&mut self, numbers: &[u32]) {
        for number in numbers {
            self.0.extend(number.to_le_bytes());
        }
    }

    fn wide(&mut self, numbers: &[u64]) {
        for number in numbers {
            self.0.extend(number.to_le_bytes());
        }
    }
}

/// A name's length. Names are ours and short.
fn length(name: &str) -> u16 {
    u16::try_from(name.len()).unwrap_or(ELSEWHERE_SHORT)
}

/// A moment as ZIP has it, in UTC; the first that it has for one outside of 1980 to 2107.
fn time(now: DateTime<Utc>) -> [u16; 2] {
    let small = |number: u32| u16::try_from(number).unwrap_or_default();
    match u16::try_from(now.year() - 1980) {
        Ok(year) if year < 128 => [
            small(now.hour()) << 11 | small(now.minute()) << 5 | (small(now.second()) / 2),
            year << 9 | small(now.month()) << 5 | small(now.day()),
        ],
        _ => [0, 1 << 5 | 1],
    }
}

/// The head of an entry (§4.3.7). While it is written, its sum and length are not known and are put in at its end.
pub(super) fn head(name: &str, crc: u32, bytes: u64, now: DateTime<Utc>) -> Vec<u8> {
    let mut row = Row::default();
    row.long(&[0x0403_4b50]);
    row.short(&[VERSION, 0, 0]);
    row.short(&time(now));
    row.long(&[crc, ELSEWHERE, ELSEWHERE]);
    row.short(&[length(name), 20]);
    row.0.extend(name.as_bytes());
    row.short(&[1, 16]);
    row.wide(&[bytes, bytes]);
    row.0
}

/// The directory of all entries, which stands at the end of the file (§4.3.12 to §4.3.16). It begins at `at`.
pub(super) fn directory(entries: &[Entry], at: u64, now: DateTime<Utc>) -> Vec<u8> {
    let mut row = Row::default();
    for entry in entries {
        line(&mut row, entry, now);
    }
    let (count, bytes) = (entries.len() as u64, row.0.len() as u64);
    let short_count = u16::try_from(count).unwrap_or(ELSEWHERE_SHORT);
    let short_at = u32::try_from(at).unwrap_or(ELSEWHERE);
    if short_count == ELSEWHERE_SHORT || short_at == ELSEWHERE {
        row.long(&[0x0606_4b50]);
        row.wide(&[44]);
        row.short(&[MADE_BY, VERSION]);
        row.long(&[0, 0]);
        row.wide(&[count, count, bytes, at]);
        row.long(&[0x0706_4b50, 0]);
        row.wide(&[at + bytes]);
        row.long(&[1]);
    }
    row.long(&[0x0605_4b50]);
    row.short(&[0, 0, short_count, short_count]);
    row.long(&[u32::try_from(bytes).unwrap_or(ELSEWHERE), short_at]);
    row.short(&[0]);
    row.0
}

/// The line of an entry in the directory (§4.3.12), numbers that are too long for it behind its name (§4.5.3).
fn line(row: &mut Row, entry: &Entry, now: DateTime<Utc>) {
    let [bytes, at] = [entry.bytes, entry.at].map(|number| u32::try_from(number).unwrap_or(ELSEWHERE));
    let mut wide = Row::default();
    if bytes == ELSEWHERE {
        wide.wide(&[entry.bytes, entry.bytes]);
    }
    if at == ELSEWHERE {
        wide.wide(&[entry.at]);
    }
    let wide_bytes = u16::try_from(wide.0.len()).unwrap_or_default();
    row.long(&[0x0201_4b50]);
    row.short(&[MADE_BY, VERSION, 0, 0]);
    row.short(&time(now));
    row.long(&[entry.crc, bytes, bytes]);
    row.short(&[length(&entry.name), if wide_bytes > 0 { wide_bytes + 4 } else { 0 }, 0, 0, 0]);
    row.long(&[ATTRIBUTES, at]);
    row.0.extend(entry.name.as_bytes());
    if wide_bytes > 0 {
        row.short(&[1, wide_bytes]);
        row.0.extend(wide.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_beyond_four_gigabytes_have_their_numbers_in_64_bits() {
        let entry = |bytes, at| Entry { name: "a".into(), crc: 7, bytes, at, sha256: String::new() };
        let now = "2026-05-22T09:30:10Z".parse().unwrap();
        let small = directory(&[entry(5, 0)], 60, now);
        assert_eq!(small.len(), 46 + 1 + 22);
        assert_eq!(time(now), [9 * 2048 + 30 * 32 + 5, 46 * 512 + 5 * 32 + 22]);
        let large = directory(&[entry(5, 0), entry(5 << 32, 60), entry(5, 6 << 32)], 7 << 32, now);
        assert_eq!(large.len(), 3 * 47 + (4 + 16) + (4 + 8) + 56 + 20 + 22);
        let at = large.len() - 22 - 20 - 56 + 48;
        assert_eq!(large[at..at + 8], (7_u64 << 32).to_le_bytes());
    }
}
