//! Opening: what is in the file is found out before anything can change it.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use url::Url;

use super::ArchiveError;
use super::schema::{APPLICATION_ID, MIGRATIONS, SCHEMA_VERSION};

/// How long a writer waits for another's transaction; `pack` and `verify` write beside a crawl in short ones.
const BUSY_WAIT: Duration = Duration::from_secs(30);
/// Distinct statements that stay compiled.
const STATEMENTS_KEPT: usize = 96;

/// The smallest page that a database can have, and so the smallest database.
const HEADER_BYTES_MIN: u64 = 512;

/// For every connection. Views and triggers of a file from elsewhere run nothing but harmless functions, and
/// damaged pages are noticed when they are read.
const READING: &str = "
    PRAGMA trusted_schema = OFF;
    PRAGMA cell_size_check = ON;
    PRAGMA cache_size = -16384;
";

/// For the writer.
///
/// - WAL: readers neither wait for the writer nor hold it up.
/// - synchronous NORMAL: a commit does not wait for the disk, a checkpoint does. A power cut can take back the last
///   commits, whole ones; their pages are due again and are fetched again. It cannot damage the file. A killed
///   process loses nothing at all.
/// - `wal_autocheckpoint`: 4000 pages of 4 KiB, so at most the last minutes of a crawl are at stake; a page that
///   several transactions changed is copied once.
/// - `journal_size_limit`: after a long reader let the WAL grow, it is cut back to 64 MiB.
const WRITING: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    PRAGMA wal_autocheckpoint = 4000;
    PRAGMA journal_size_limit = 67108864;
    PRAGMA foreign_keys = ON;
";

/// For a new file, before its first table: freed pages can be given back a few at a time, so that `pack` makes the
/// file smaller while a crawl runs.
const MAKING: &str = "PRAGMA auto_vacuum = INCREMENTAL;";

/// What a path holds.
#[derive(Debug, PartialEq, Eq)]
enum Found {
    Nothing,
    Empty,
    Archive { schema: i64 },
}

/// A writing connection on an archive of the current schema.
pub(super) fn writer(path: &Path, may_create: bool) -> Result<Connection, ArchiveError> {
    let found = inspect(path)?;
    if found == Found::Nothing && !may_create {
        return Err(ArchiveError::Missing { path: path.to_owned() });
    }
    if found == Found::Empty && !may_create {
        return Err(ArchiveError::NotADatabase { path: path.to_owned() });
    }
    let is_new = !matches!(found, Found::Archive { .. });
    let fault = |error| ArchiveError::sql(path, error);
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(fault)?;
    prepare(&connection).map_err(fault)?;
    if is_new {
        connection.execute_batch(MAKING).map_err(fault)?;
    }
    connection.execute_batch(WRITING).map_err(fault)?;
    migrate(path, &mut connection)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true).map_err(fault)?;
    Ok(connection)
}

/// A connection that cannot write, on an archive of the current schema.
pub(super) fn reader(path: &Path) -> Result<Connection, ArchiveError> {
    match inspect(path)? {
        Found::Nothing => return Err(ArchiveError::Missing { path: path.to_owned() }),
        Found::Empty => return Err(ArchiveError::NotADatabase { path: path.to_owned() }),
        // Its views are not those that the queries of this version name.
        Found::Archive { schema } if schema < SCHEMA_VERSION => drop(writer(path, false)?),
        Found::Archive { .. } => {}
    }
    let fault = |error| ArchiveError::sql(path, error);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(fault)?;
    prepare(&connection).map_err(fault)?;
    // A file in WAL mode needs its index beside it, which a read-only folder does not let be made. Where no log
    // waits to be read, the file alone is the whole truth.
    let is_readable = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())).is_ok();
    if is_readable || has_log(path) {
        return Ok(connection);
    }
    let connection = frozen(path)?;
    prepare(&connection).map_err(fault)?;
    Ok(connection)
}

fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY_WAIT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    // Plans are made once and for any values; without this a statement with a bound LIMIT is planned at every use.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.execute_batch(READING)
}

/// Reads the file's header through SQLite without locking it and without making the files of the WAL, so that a
/// file that is refused stays as it was to the byte.
fn inspect(path: &Path) -> Result<Found, ArchiveError> {
    match std::fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(error) => return Err(ArchiveError::io(path, error)),
        Ok(metadata) if metadata.is_dir() => {
            return Err(ArchiveError::NotADatabase { path: path.to_owned() });
        }
        Ok(metadata) if metadata.len() == 0 => return Ok(Found::Empty),
        // SQLite takes a shorter file for an empty database and would write over it.
        Ok(metadata) if metadata.len() < HEADER_BYTES_MIN => {
            return Err(ArchiveError::NotADatabase { path: path.to_owned() });
        }
        Ok(_) => {}
    }
    let Marks { application, schema, has_tables } = marks(path)?;
    match application {
        APPLICATION_ID if schema > SCHEMA_VERSION => {
            Err(ArchiveError::Newer { path: path.to_owned(), found: schema, known: SCHEMA_VERSION })
        }
        APPLICATION_ID => Ok(Found::Archive { schema }),
        // What a kill leaves of an archive in the making, and nobody else's either.
        0 if schema == 0 && !has_tables => Ok(Found::Empty),
        _ => Err(ArchiveError::Foreign { path: path.to_owned() }),
    }
}

/// What tells an archive from other files.
#[derive(Debug)]
struct Marks {
    application: i64,
    schema: i64,
    has_tables: bool,
}

/// The application id and the schema's number in the file's header.
///
/// A crash or a full disk in the middle of a checkpoint leaves a header in the file that speaks of pages which only
/// the log beside it has yet, and of an archive that was made a moment ago all but an empty page may stand in the
/// log: then the truth is in both together.
fn marks(path: &Path) -> Result<Marks, ArchiveError> {
    let fault = |error| ArchiveError::sql(path, error);
    let alone = read_marks(&frozen(path)?);
    let is_whole = match &alone {
        Ok(marks) => marks.application == APPLICATION_ID,
        Err(error) => error.sqlite_error_code() != Some(ErrorCode::DatabaseCorrupt),
    };
    if is_whole || !has_log(path) {
        return alone.map_err(fault);
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(fault)?;
    connection.busy_timeout(BUSY_WAIT).map_err(fault)?;
    read_marks(&connection).map_err(fault)
}

fn read_marks(connection: &Connection) -> rusqlite::Result<Marks> {
    let number = |sql: &str| connection.query_row(sql, [], |row| row.get(0));
    Ok(Marks {
        application: number("PRAGMA application_id")?,
        schema: number("PRAGMA user_version")?,
        has_tables: number("SELECT count(*) FROM sqlite_schema")? > 0,
    })
}

/// A connection that takes the file for unchangeable: no locks, no log, no files beside it.
fn frozen(path: &Path) -> Result<Connection, ArchiveError> {
    let absolute = std::path::absolute(path).map_err(|error| ArchiveError::io(path, error))?;
    let mut address = Url::from_file_path(&absolute)
        .map_err(|()| ArchiveError::io(path, std::io::ErrorKind::InvalidFilename.into()))?;
    address.set_query(Some("immutable=1"));
    let flags =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(address.as_str(), flags).map_err(|error| ArchiveError::sql(path, error))
}

/// Tells whether a write-ahead log with something in it lies beside the file.
fn has_log(path: &Path) -> bool {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    std::fs::metadata(log).is_ok_and(|metadata| metadata.len() > 0)
}

fn migrate(path: &Path, connection: &mut Connection) -> Result<(), ArchiveError> {
    let fault = |error| ArchiveError::sql(path, error);
    let current: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(fault)?;
    if current > SCHEMA_VERSION {
        return Err(ArchiveError::Newer { path: path.to_owned(), found: current, known: SCHEMA_VERSION });
    }
    if current == SCHEMA_VERSION {
        return Ok(());
    }
    MIGRATIONS.to_latest(connection).map_err(|error| match error {
        rusqlite_migration::Error::RusqliteError { err, .. } => ArchiveError::sql(path, err),
        other => ArchiveError::Corrupt {
            path: path.to_owned(),
            what: format!("it cannot be brought from schema {current} to {SCHEMA_VERSION}: {other}"),
        },
    })?;
    // The file's own header, which is all that `inspect` looks at, tells the schema from now on.
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).map_err(fault)
}
