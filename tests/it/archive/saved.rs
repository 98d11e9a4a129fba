//! Archives of earlier days: files in `fixtures/archives`, one empty and one small of each schema, must open in every
//! later version, become what a new archive is, and keep what is in them.
//!
//! Those of the present schema are written by
//! `cargo test --test it -- --ignored saved_archives_of_the_present_schema_are_written`, before its release.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use khobao::archive::search::Search;
use khobao::archive::verify::{Event, Scope};
use khobao::archive::{Archive, Reader, SCHEMA_VERSION};
use khobao::outcome::{Fate, Outcome};
use rusqlite::Connection;

use super::{Bench, article, article_target, at, exchange, number, read_article};
use crate::program::Desk;

/// Schemas that were released. Their files are never written anew, and everything is asked of them; of a schema that
/// still changes in place, a file may be behind, which is said on stderr.
const RELEASED: &[i64] = &[];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/archives")
}

/// What a database is made of: each table, index and view with its text.
fn schema(connection: &Connection) -> Vec<(String, String)> {
    let sql =
        "SELECT name, coalesce(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name";
    let mut statement = connection.prepare(sql).unwrap();
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect()
}

/// The saved files: name, schema, and the file unpacked into the desk's folder.
fn saved(desk: &Desk) -> Vec<(String, i64, PathBuf)> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
        .into_iter()
        .map(|file| {
            let name = file.file_name().unwrap().to_str().unwrap().trim_end_matches(".db.zst").to_owned();
            let bytes = zstd::decode_all(std::fs::read(&file).unwrap().as_slice()).unwrap();
            let path = desk.file(&format!("{name}.db"), bytes);
            let version = number(&Connection::open(&path).unwrap(), "PRAGMA user_version");
            (name, version, path)
        })
        .collect()
}

#[test]
fn an_archive_of_every_earlier_schema_becomes_what_a_new_one_is() {
    let desk = Desk::new();
    let fresh = Bench::new();
    let today = schema(&fresh.stock());
    let files = saved(&desk);
    assert!(files.len() >= 2, "an empty and a small one");
    for (name, version, path) in files {
        assert!(version <= SCHEMA_VERSION, "{name}");
        let is_behind = version == SCHEMA_VERSION && schema(&Connection::open(&path).unwrap()) != today;
        if is_behind && !RELEASED.contains(&version) {
            eprintln!(
                "NOT TRIED: {name} is of an earlier state of the unreleased schema {version} (see tests/it/archive/saved.rs)"
            );
            continue;
        }
        let archive = Archive::open_existing(&path).unwrap();
        let stock = Connection::open(&path).unwrap();
        assert_eq!(number(&stock, "PRAGMA user_version"), SCHEMA_VERSION, "{name}");
        assert_eq!(schema(&stock), today, "{name}");
        let reader = archive.reader().unwrap();
        let mut faults = Vec::new();
        reader.verify(Scope::Whole, |event| {
            if let Event::Fault(fault) = event {
                faults.push(fault.what.clone());
            }
            ControlFlow::Continue(())
        });
        assert_eq!(faults, Vec::<String>::new(), "{name}");
        let expected = if name.ends_with("-empty") { 0 } else { 3 };
        assert_eq!(reader.search_ids(&Search::for_query("\"hai man\"")).unwrap().len(), expected, "{name}");
        if expected > 0 {
            keeps_what_was_in_it(&reader, &stock);
        }
    }
}

/// The articles that every small archive was made with.
fn keeps_what_was_in_it(reader: &Reader, stock: &Connection) {
    assert_eq!(number(stock, "SELECT count(*) FROM versions"), 4);
    assert_eq!(number(stock, "SELECT count(*) FROM articles WHERE gone_at IS NOT NULL"), 1);
    let mut first = reader.article_version(2, 1).unwrap().unwrap().article;
    first.read_by = article(2).read_by;
    assert_eq!(first, article(2));
    let page = reader.page(reader.article_pages(&[]).unwrap()[0].capture_id).unwrap().unwrap();
    assert!(page.page.body.starts_with(b"<html>"));
}

/// An archive with something of everything.
fn small() -> Bench {
    let mut bench = Bench::new();
    for id in 1..=3 {
        let target = article_target(id);
        bench.visit(&target, &read_article(&target, &article(id), at(i64::from(id))), at(i64::from(id)));
    }
    let target = article_target(2);
    let mut edited = article(2);
    edited.title = "Mộc Châu mở mùa hái mận".into();
    bench.visit(&target, &read_article(&target, &edited, at(9)), at(9));
    let target = article_target(3);
    for minutes in [10, 20] {
        let gone = Outcome {
            exchanges: vec![exchange(&target.url, 404, b"<html>404</html>", at(minutes))],
            body_digest: None,
            fate: Fate::Gone("status 404".into()),
            next_at: Some(at(minutes + 60)),
        };
        bench.visit(&target, &gone, at(minutes));
    }
    bench
}

#[test]
#[ignore = "writes into the project's fixtures"]
fn saved_archives_of_the_present_schema_are_written() {
    assert!(
        !RELEASED.contains(&SCHEMA_VERSION),
        "schema {SCHEMA_VERSION} is released: its files stay as they are"
    );
    let desk = Desk::new();
    std::fs::create_dir_all(folder()).unwrap();
    for (name, mut bench) in [("empty", Bench::new()), ("small", small())] {
        bench.archive.finish_run(bench.run, "nothing is due", at(60)).unwrap();
        let archive = bench.archive.path().to_str().unwrap();
        desk.run(&["backup", "copy.db", "--force", "--archive", archive]).ends(0);
        let bytes = std::fs::read(desk.path("copy.db")).unwrap();
        let file = folder().join(format!("schema-{SCHEMA_VERSION}-{name}.db.zst"));
        std::fs::write(file, zstd::encode_all(bytes.as_slice(), 19).unwrap()).unwrap();
    }
}
