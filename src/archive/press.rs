//! Compression by likeness: the pages of one newspaper and layout are nearly the same page.
//!
//! zstd takes any bytes as a dictionary, and the best dictionary for a page is another page of the same site that
//! was fetched at about the same time. One page of each group so serves the next ones. As the site goes on (other
//! articles in the boxes, a new design) it serves less and less well; when what that has cost is about what another
//! dictionary costs, the page before is tried, and where it serves better, it takes over. Dictionaries are stored
//! with the help of their group's first one, so they cost little. Three steps lie between the file and a page at
//! most: first dictionary, dictionary, page.

use std::cell::RefCell;
use std::fmt;
use std::io;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension};
use zstd::bulk::{Compressor, Decompressor};

use super::blob::damaged;

/// zstd's level: some milliseconds for a page of 150 kB. The highest level saves another 6 % in ten times the time.
const LEVEL: i32 = 9;
/// Nothing stored is longer when it is unpacked; a row that claims to be is damaged.
pub(super) const UNPACKED_BYTES_MAX: usize = 1 << 30;
/// Dictionaries kept unpacked, each about as long as a page.
const DICTIONARIES_KEPT: usize = 32;
/// Compresses; its working memory is made once.
pub(super) struct Press {
    pub(super) shelf: Shelf,
    plain: Compressor<'static>,
    with_dictionary: Compressor<'static>,
}

impl fmt::Debug for Press {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Press").finish_non_exhaustive()
    }
}

impl Press {
    pub(super) fn new() -> io::Result<Press> {
        Ok(Press { shelf: Shelf::default(), plain: compressor()?, with_dictionary: compressor()? })
    }

    /// Compresses bytes by themselves.
    pub(super) fn squeeze(&mut self, bytes: &[u8]) -> rusqlite::Result<Vec<u8>> {
        self.plain.compress(bytes).map_err(not_written)
    }

    /// Compresses bytes with the help of others like them.
    pub(super) fn squeeze_with(&mut self, bytes: &[u8], dictionary: &[u8]) -> rusqlite::Result<Vec<u8>> {
        self.with_dictionary.set_dictionary(LEVEL, dictionary).map_err(not_written)?;
        self.with_dictionary.compress(bytes).map_err(not_written)
    }
}

fn compressor() -> io::Result<Compressor<'static>> {
    let mut compressor = Compressor::new(LEVEL)?;
    // Four bytes that tell a damaged frame before its content is used.
    compressor.include_checksum(true)?;
    Ok(compressor)
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
        if let Some(bytes) = self.kept_bytes(id) {
            return Ok(bytes);
        }
        let (base, size, stored): (Option<i64>, i64, Vec<u8>) = connection
            .prepare_cached("SELECT base, size, stored FROM dictionary WHERE id = ?1")?
            .query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .optional()?
            .ok_or_else(|| damaged(format!("dictionary {id} is not there")))?;
        // A base has no base itself, so this goes down once; a chain that does not end is damage.
        let base = match base {
            Some(base) if base < id => Some(self.take(connection, base)?),
            Some(base) => {
                return Err(damaged(format!("dictionary {id} is stored with the later one {base}")));
            }
            None => None,
        };
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let bytes: Arc<[u8]> = expand(&stored, base.as_deref(), size)
            .map_err(|error| damaged(format!("dictionary {id}: {error}")))?
            .into();
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
        if kept.len() >= DICTIONARIES_KEPT {
            kept.remove(0);
        }
        kept.push((id, bytes));
    }
}
