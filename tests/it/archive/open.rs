//! Opening: what is made, what is refused, what is brought up to date.

use std::fs;
use std::path::Path;

use khobao::archive::{APPLICATION_ID, Archive, ArchiveError, Reader, SCHEMA_VERSION};
use rusqlite::Connection;

use super::{Bench, article, article_target, at, number, read_article, text};

/// The names and bytes of everything in a folder.
fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap_or_default()))
        .collect();
    files.sort();
    files
}

/// Opens what lies at `name` in every way there is, and demands that each way refuses it and changes nothing.
fn refused(folder: &Path, name: &str) -> String {
    let path = folder.join(name);
    let before = contents(folder);
    let errors = [
        Archive::create_or_open(&path).map(|_| ()).unwrap_err(),
        Archive::open_existing(&path).map(|_| ()).unwrap_err(),
        Reader::open(&path).map(|_| ()).unwrap_err(),
    ];
    assert_eq!(contents(folder), before, "{name} was left as it was");
    let first = errors[0].to_string();
    assert!(errors.iter().all(|error| error.to_string() == first), "{errors:?}");
    first.replace(folder.to_str().unwrap(), "")
}

#[test]
fn a_new_archive_says_whose_it_is_and_what_it_holds() {
    let bench = Bench::new();
    let stock = bench.stock();
    assert_eq!(number(&stock, "PRAGMA application_id"), APPLICATION_ID);
    assert_eq!(number(&stock, "PRAGMA user_version"), SCHEMA_VERSION);
    assert_eq!(text(&stock, "PRAGMA journal_mode"), "wal");
    let strict = "SELECT count(*) FROM pragma_table_list WHERE type = 'table' AND NOT strict
                  AND name NOT LIKE 'sqlite_%'";
    assert_eq!(number(&stock, strict), 0, "every table of ours is strict");
}

#[test]
fn what_is_no_archive_is_refused_and_left_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("notes.txt"), "no database, but long enough to be taken for one ".repeat(40)).unwrap();
    fs::write(at("short"), "x").unwrap();
    fs::create_dir(at("folder")).unwrap();
    let other = Connection::open(at("places.db")).unwrap();
    other.execute_batch("CREATE TABLE place (name TEXT); PRAGMA user_version = 3;").unwrap();
    drop(other);
    let marked = Connection::open(at("map.gpkg")).unwrap();
    marked.execute_batch("PRAGMA application_id = 1196444487; CREATE TABLE t (a);").unwrap();
    drop(marked);
    insta::assert_snapshot!(refused(folder.path(), "notes.txt"), @"/notes.txt: not an archive: the file is no SQLite database (it was left as it is; name another file with --archive)");
    insta::assert_snapshot!(refused(folder.path(), "short"), @"/short: not an archive: the file is no SQLite database (it was left as it is; name another file with --archive)");
    insta::assert_snapshot!(refused(folder.path(), "folder"), @"/folder: not an archive: the file is no SQLite database (it was left as it is; name another file with --archive)");
    insta::assert_snapshot!(refused(folder.path(), "places.db"), @"/places.db: not an archive of khobao but another program's database (it was left as it is; name another file with --archive)");
    insta::assert_snapshot!(refused(folder.path(), "map.gpkg"), @"/map.gpkg: not an archive of khobao but another program's database (it was left as it is; name another file with --archive)");
}

#[test]
fn an_archive_that_a_kill_left_in_the_making_is_made_to_the_end() {
    let folder = tempfile::tempdir().unwrap();
    // The header stands, the first table does not.
    let begun = folder.path().join("begun.db");
    let connection = Connection::open(&begun).unwrap();
    connection.execute_batch("PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL;").unwrap();
    drop(connection);
    assert!(fs::metadata(&begun).unwrap().len() > 0);
    drop(Archive::create_or_open(&begun).unwrap());

    // What was made stands in the log; the file itself is an empty page yet.
    let whole = folder.path().join("whole.db");
    let connection = Connection::open(&whole).unwrap();
    connection.execute_batch("PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL;").unwrap();
    connection.pragma_update(None, "application_id", APPLICATION_ID).unwrap();
    let killed = folder.path().join("killed.db");
    fs::copy(&whole, &killed).unwrap();
    fs::copy(folder.path().join("whole.db-wal"), folder.path().join("killed.db-wal")).unwrap();
    drop(connection);
    let in_file = Connection::open_with_flags(
        format!("file:{}?immutable=1", killed.display()),
        rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY | rusqlite::OpenFlags::SQLITE_OPEN_URI,
    );
    assert_eq!(number(&in_file.unwrap(), "PRAGMA application_id"), 0, "the log alone knows whose it is");
    drop(Archive::open_existing(&killed).unwrap());

    for path in [begun, killed] {
        let stock = Connection::open(path).unwrap();
        assert_eq!(number(&stock, "PRAGMA application_id"), APPLICATION_ID);
        assert_eq!(number(&stock, "PRAGMA auto_vacuum"), 2);
        assert_eq!(number(&stock, "SELECT count(*) FROM articles"), 0);
    }
}

#[test]
fn an_archive_of_a_newer_schema_is_refused_and_left_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("khobao.db");
    drop(Archive::create_or_open(&path).unwrap());
    let newer = Connection::open(&path).unwrap();
    newer.execute_batch("PRAGMA user_version = 9000").unwrap();
    drop(newer);
    let said = refused(folder.path(), "khobao.db");
    assert_eq!(
        said,
        format!(
            "/khobao.db: the archive has schema 9000 and this version of khobao knows up to {SCHEMA_VERSION} \
             (it was left as it is; update khobao)"
        )
    );
}

#[test]
fn opening_does_not_make_what_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("khobao.db");
    assert!(matches!(Archive::open_existing(&path), Err(ArchiveError::Missing { .. })));
    assert!(matches!(Reader::open(&path), Err(ArchiveError::Missing { .. })));
    assert!(contents(folder.path()).is_empty());
}

#[test]
fn an_empty_file_becomes_an_archive() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("khobao.db");
    fs::write(&path, "").unwrap();
    assert!(Archive::open_existing(&path).is_err());
    assert!(Archive::create_or_open(&path).is_ok());
    assert!(Reader::open(&path).is_ok());
}

#[test]
fn every_earlier_schema_is_brought_up_to_date() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/archive/schema");
    let mut steps: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    steps.sort();
    assert_eq!(i64::try_from(steps.len()).unwrap(), SCHEMA_VERSION);
    let rows = "INSERT INTO newspaper (no, id, name, hosts) VALUES (1, 'baosonla', 'Báo Sơn La', '[]');
                INSERT INTO run (command, started_at) VALUES ('khobao crawl', '2023-05-12T11:00:00Z');";
    for reached in 1..=steps.len() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("khobao.db");
        let older = Connection::open(&path).unwrap();
        for step in &steps[..reached] {
            older.execute_batch(&fs::read_to_string(step).unwrap()).unwrap();
        }
        older.execute_batch(&format!("PRAGMA user_version = {reached}; {rows}")).unwrap();
        drop(older);
        let archive = Archive::open_existing(&path).unwrap();
        let stock = Connection::open(archive.path()).unwrap();
        assert_eq!(number(&stock, "PRAGMA user_version"), SCHEMA_VERSION, "from {reached}");
        assert_eq!(text(&stock, "SELECT name FROM newspapers"), "Báo Sơn La");
        assert_eq!(text(&stock, "PRAGMA integrity_check"), "ok");
        let fresh = Bench::new();
        let schema = "SELECT group_concat(sql, ';') FROM (SELECT sql FROM sqlite_schema ORDER BY name)";
        assert_eq!(text(&stock, schema), text(&fresh.stock(), schema), "from {reached}");
    }
}

#[test]
fn one_run_writes_at_a_time_and_a_dropped_one_lets_go() {
    let mut bench = Bench::new();
    let path = bench.archive.path().to_owned();
    let mut second = Archive::open_existing(&path).unwrap();
    let error = second.begin_run("khobao crawl", at(1)).unwrap_err();
    assert!(
        matches!(&error, ArchiveError::AnotherCrawl { holder: Some(who), .. } if who.contains("khobao crawl baosonla"))
    );
    bench.archive.finish_run(bench.run, "nothing is due", at(2)).unwrap();
    let run = second.begin_run("khobao reread", at(3)).unwrap();
    assert!(bench.archive.begin_run("khobao crawl", at(4)).is_err());
    drop(second);
    assert!(!bench.folder.path().join("khobao.db.lock").exists(), "nothing stays beside the archive");
    // The second run was not ended, as after a kill: the next one says so.
    bench.archive.begin_run("khobao crawl", at(5)).unwrap();
    let left: (String, String) = bench
        .stock()
        .query_row("SELECT stopped_by, ended_at FROM runs WHERE id = ?1", [run.0], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    assert_eq!(left, ("killed".into(), "2023-05-12T11:03:00Z".into()));
}

#[test]
fn a_reader_sees_what_the_writer_has_recorded_and_cannot_write() {
    let mut bench = Bench::new();
    let reader = bench.archive.reader().unwrap();
    let target = article_target(1);
    let recorded = bench.visit(&target, &read_article(&target, &article(1), at(1)), at(1));
    let stored = reader.article(recorded.article_id.unwrap()).unwrap().unwrap();
    assert_eq!(stored.article, article(1));
    assert!(reader.article(99).unwrap().is_none());
}

#[test]
fn bytes_that_were_changed_are_told_as_damage() {
    let mut bench = Bench::new();
    for id in 0..40 {
        let target = article_target(id);
        bench.visit(&target, &read_article(&target, &article(id), at(1)), at(1));
    }
    let path = bench.archive.path().to_owned();
    let Bench { archive, folder, .. } = bench;
    drop(archive);
    let mut bytes = fs::read(&path).unwrap();
    for byte in &mut bytes[4096..] {
        *byte = byte.wrapping_mul(31).wrapping_add(7);
    }
    fs::write(&path, bytes).unwrap();
    let error = Reader::open(&path).and_then(|reader| reader.article(1).map(|_| ())).unwrap_err();
    assert!(matches!(error, ArchiveError::Corrupt { .. }), "{error}");
    drop(folder);
}

#[test]
fn a_checkpoint_that_was_cut_short_leaves_an_archive_that_opens() {
    let mut bench = Bench::new();
    let target = article_target(1);
    bench.visit(&target, &read_article(&target, &article(1), at(1)), at(1));
    // Any change of the header that the log then holds.
    bench.stock().execute_batch(&format!("PRAGMA user_version = {SCHEMA_VERSION}")).unwrap();
    // The log as it is while a crawl runs, and of its checkpoint only the header, which speaks of later pages.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("khobao.db");
    let log = |path: &Path| path.with_extension("db-wal");
    fs::copy(log(bench.archive.path()), log(&path)).unwrap();
    let mut file = fs::read(bench.archive.path()).unwrap();
    let pages = u32::from_be_bytes(file[28..32].try_into().unwrap());
    file[28..32].copy_from_slice(&(pages + 50).to_be_bytes());
    fs::write(&path, file).unwrap();

    let reader = Reader::open(&path).unwrap();
    assert_eq!(reader.articles().unwrap().len(), 1);
    drop(reader);
    drop(Archive::open_existing(&path).unwrap());
    assert_eq!(text(&Connection::open(&path).unwrap(), "PRAGMA integrity_check"), "ok");
}
