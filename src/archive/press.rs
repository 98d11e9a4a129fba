//! Compression by likeness: the pages of one newspaper and layout are nearly the same page.
//!
//! zstd takes any bytes as a dictionary, and the best dictionary for a page is another page of the same site that
//! was fetched shortly before. Here are the two directions, squeezing and expanding, and the dictionaries last used;
//! which page serves which others is the affair of `group`. The figures behind the choices stand in
//! `docs/compression.md`.

use std::cell::RefCell;
use std::fmt;
use std::io;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension};
use zstd::bulk::{Compressor, Decompressor};
use zstd::dict::EncoderDictionary;

use super::blob::damaged;

/// zstd's level while crawling: half a millisecond for a page of 150 kB. `pack` does better later.
pub(super) const CRAWL_LEVEL: i32 = 4;
/// zstd's level of `pack`: some ten milliseconds for a page, which take a tenth less.
pub const PACK_LEVEL: i32 = 19;
/// Nothing stored is longer when it is unpacked; a row that claims to be is damaged.
pub(super) const UNPACKED_BYTES_MAX: usize = 1 << 30;
/// Dictionaries kept unpacked, together.
const SHELF_BYTES_MAX: usize = 8 << 20;
/// Memory for dictionaries that are kept ready to compress with.
const PREPARED_BYTES_MAX: usize = 16 << 20;
/// A dictionary that is ready takes about this many times its length, at a level for crawls and at a high one.
const PREPARED_TIMES: (usize, usize) = (8, 30);
/// What even the smallest dictionary that is ready takes, for its tables: many of headers would take gigabytes
/// if only their length counted.
const PREPARED_BYTES_MIN: usize = 64 << 10;
/// Steps from a dictionary down to one that stands alone.
pub(super) const DEPTH_MAX: u32 = 8;
/// What a trained dictionary begins with. zstd would take a page that does for one, so it serves nobody.
pub(super) const TRAINED_MAGIC: [u8; 4] = [0x37, 0xa4, 0x30, 0xec];

/// A dictionary made ready for one level.
struct Prepared {
    id: i64,
    /// Memory that it takes, about.
    bytes: usize,
    dictionary: EncoderDictionary<'static>,
}

/// Compresses.
pub(super) struct Press {
    pub(super) shelf: Shelf,
    level: i32,
    plain: Compressor<'static>,
    /// The last used stands last.
    prepared: Vec<Prepared>,
}

impl fmt::Debug for Press {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Press").field("level", &self.level).finish_non_exhaustive()
    }
}

impl Press {
    /// A press that squeezes at a level of zstd.
    pub(super) fn new(level: i32) -> io::Result<Press> {
        let mut plain = Compressor::new(level)?;
        plain.include_checksum(true)?;
        Ok(Press { shelf: Shelf::default(), level, plain, prepared: Vec::new() })
    }

    /// The level it squeezes at.
    pub(super) fn level(&self) -> i32 {
        self.level
    }

    /// Compresses bytes by themselves.
    pub(super) fn squeeze(&mut self, bytes: &[u8]) -> rusqlite::Result<Vec<u8>> {
        self.plain.compress(bytes).map_err(not_written)
    }

    /// Compresses bytes with the help of a stored dictionary.
    pub(super) fn squeeze_with(
        &mut self,
        connection: &Connection,
        bytes: &[u8],
        dictionary: i64,
    ) -> rusqlite::Result<Vec<u8>> {
        let prepared = self.prepare(connection, dictionary)?;
        squeeze_by(bytes, &prepared.dictionary).map_err(not_written)
    }

    /// Compresses bytes with the help of bytes that are no stored dictionary yet.
    pub(super) fn squeeze_by(&self, bytes: &[u8], like: &[u8]) -> rusqlite::Result<Vec<u8>> {
        EncoderDictionary::try_copy(like, self.level)
            .and_then(|dictionary| squeeze_by(bytes, &dictionary))
            .map_err(not_written)
    }

    /// Forgets all dictionaries: after a transaction that failed, their numbers may be given to others.
    pub(super) fn forget(&mut self) {
        self.prepared.clear();
        self.shelf = Shelf::default();
    }

    fn prepare(&mut self, connection: &Connection, id: i64) -> rusqlite::Result<&Prepared> {
        let prepared = if let Some(at) = self.prepared.iter().position(|kept| kept.id == id) {
            self.prepared.remove(at)
        } else {
            let content = self.shelf.take(connection, id)?;
            let times = if self.level < PACK_LEVEL { PREPARED_TIMES.0 } else { PREPARED_TIMES.1 };
            let bytes = content.len().saturating_mul(times).max(PREPARED_BYTES_MIN);
            let mut total = self.prepared.iter().map(|kept| kept.bytes).sum::<usize>() + bytes;
            while total > PREPARED_BYTES_MAX && !self.prepared.is_empty() {
                total -= self.prepared.remove(0).bytes;
            }
            let dictionary = EncoderDictionary::try_copy(&content, self.level).map_err(not_written)?;
            Prepared { id, bytes, dictionary }
        };
        self.prepared.push(prepared);
        Ok(&self.prepared[self.prepared.len() - 1])
    }
}

/// A context made for one page costs no more than one that is kept, and the dictionary's tables are shared.
fn squeeze_by(bytes: &[u8], dictionary: &EncoderDictionary<'_>) -> io::Result<Vec<u8>> {
    let mut compressor = Compressor::with_prepared_dictionary(dictionary)?;
    // Four bytes that tell a damaged frame before its content is used.
    compressor.include_checksum(true)?;
    compressor.compress(bytes).map(|mut stored| {
        stored.shrink_to_fit();
        stored
    })
}

fn not_written(error: io::Error) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(Box::new(error))
}

/// Undoes [`Press::squeeze`] or [`Press::squeeze_with`]; at most `size` bytes come out.
pub(super) fn expand(stored: &[u8], dictionary: Option<&[u8]>, size: usize) -> rusqlite::Result<Vec<u8>> {
    if size > UNPACKED_BYTES_MAX {
        return Err(damaged(format!("{size} bytes are claimed, more than anything stored has")));
    }
    Decompressor::with_dictionary(dictionary.unwrap_or_default())
        .and_then(|mut decompressor| decompressor.decompress(stored, size))
        .map_err(|error| damaged(format!("zstd: {error}")))
}

/// The dictionaries last used, unpacked.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    /// The last used stands last.
    kept: RefCell<Vec<(i64, Arc<[u8]>)>>,
}

impl Shelf {
    /// The bytes of a dictionary.
    pub(super) fn take(&self, connection: &Connection, id: i64) -> rusqlite::Result<Arc<[u8]>> {
        self.take_within(connection, id, DEPTH_MAX)
    }

    fn take_within(&self, connection: &Connection, id: i64, steps: u32) -> rusqlite::Result<Arc<[u8]>> {
        if let Some(bytes) = self.kept_bytes(id) {
            return Ok(bytes);
        }
        let (base, size, stored): (Option<i64>, i64, Vec<u8>) = connection
            .prepare_cached("SELECT base, size, stored FROM dictionary WHERE id = ?1")?
            .query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .optional()?
            .ok_or_else(|| damaged(format!("dictionary {id} is not there")))?;
        let within = |error| damaged(format!("dictionary {id}: {error}"));
        let base = match base {
            Some(_) if steps == 0 => {
                return Err(damaged(format!("dictionary {id} stands on too many others")));
            }
            Some(base) => Some(self.take_within(connection, base, steps - 1).map_err(within)?),
            None => None,
        };
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let bytes: Arc<[u8]> = expand(&stored, base.as_deref(), size).map_err(within)?.into();
        self.keep(id, Arc::clone(&bytes));
        Ok(bytes)
    }

    fn kept_bytes(&self, id: i64) -> Option<Arc<[u8]>> {
        let mut kept = self.kept.borrow_mut();
        let at = kept.iter().position(|(kept, _)| *kept == id)?;
        let found = kept.remove(at);
        let bytes = Arc::clone(&found.1);
        kept.push(found);
        Some(bytes)
    }

    fn keep(&self, id: i64, bytes: Arc<[u8]>) {
        let mut kept = self.kept.borrow_mut();
        kept.push((id, bytes));
        let mut total: usize = kept.iter().map(|(_, bytes)| bytes.len()).sum();
        while total > SHELF_BYTES_MAX && kept.len() > 1 {
            total -= kept.remove(0).1.len();
        }
    }
}
