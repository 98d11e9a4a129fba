//! Room in the file: what nothing needs any more goes, and free pages are given back to the system.

use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

/// Pages of the file given back to the system in one transaction.
const PAGES_FREED: usize = 256;

/// Takes out the dictionaries that nothing refers to. Those made of pages are always referred to, by the page itself.
pub(super) fn remove_unused(connection: &mut Connection) -> rusqlite::Result<u64> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let removed = transaction.execute(
        "DELETE FROM dictionary AS d
         WHERE NOT EXISTS (SELECT 1 FROM blob WHERE dictionary = d.id)
           AND NOT EXISTS (SELECT 1 FROM capture WHERE heads_dictionary = d.id)
           AND NOT EXISTS (SELECT 1 FROM page_group WHERE dictionary = d.id OR other = d.id)
           AND NOT EXISTS (SELECT 1 FROM dictionary WHERE base = d.id)",
        [],
    )?;
    transaction.commit()?;
    Ok(removed as u64)
}

/// How many pages of the file are free and can be given back; none of a file that does not give any back.
pub(super) fn free_pages(connection: &Connection) -> rusqlite::Result<u32> {
    let mode: u32 = connection.query_row("PRAGMA auto_vacuum", [], |row| row.get(0))?;
    if mode == 0 {
        return Ok(0);
    }
    connection.query_row("PRAGMA freelist_count", [], |row| row.get(0))
}

/// Gives some free pages of the file back to the system.
pub(super) fn give_back(connection: &Connection) -> rusqlite::Result<()> {
    let mut statement = connection.prepare(&format!("PRAGMA incremental_vacuum({PAGES_FREED})"))?;
    let mut rows = statement.query([])?;
    while rows.next()?.is_some() {}
    connection.query_row("PRAGMA user_version", [], |_| Ok(())).optional().map(|_| ())
}

/// Writes the whole file anew, the lists of each index made one: in many pieces they take a third longer to search.
pub(super) fn vacuum(connection: &Connection) -> rusqlite::Result<()> {
    for index in ["searchable", "search_title"] {
        connection.execute_batch(&format!("INSERT INTO {index} ({index}) VALUES ('optimize')"))?;
    }
    connection.execute_batch("PRAGMA auto_vacuum = INCREMENTAL; VACUUM; PRAGMA wal_checkpoint(TRUNCATE);")
}
