//! `khobao backup`: a copy that is sound, whole and by itself, or none.

use super::verify::bench as bench_of_pages;
use super::{Bench, article, article_target, at, read_article};
use crate::program::Desk;

/// The write and read version of a database file: 1 for a rollback journal, 2 for a write-ahead log.
fn journal_versions(desk: &Desk, name: &str) -> [u8; 2] {
    let bytes = std::fs::read(desk.path(name)).unwrap();
    [bytes[18], bytes[19]]
}

fn on<'a>(bench: &'a Bench, arguments: &[&'a str]) -> Vec<&'a str> {
    [arguments, &["--archive", bench.archive.path().to_str().unwrap()]].concat()
}

#[test]
fn a_copy_is_one_file_by_itself_and_verified() {
    let (bench, desk) = (bench_of_pages(), Desk::new());
    let run = desk.run(&on(&bench, &["backup", "sao.db", "--json"])).ends(0);
    let lines = run.json();
    desk.assert_schema("backup", &lines);
    assert_eq!((&lines[0]["articles"], &lines[0]["captures"]), (&12.into(), &13.into()));
    assert_eq!(journal_versions(&desk, "sao.db"), [1, 1], "in rollback-journal mode");
    let digest = data_encoding::HEXLOWER
        .encode(&<sha2::Sha256 as sha2::Digest>::digest(std::fs::read(desk.path("sao.db")).unwrap()));
    assert_eq!(lines[0]["sha256"], digest.as_str());
    assert_eq!(std::fs::read_dir(desk.folder()).unwrap().count(), 1, "nothing lies beside it");
    // As from media that cannot be written: no file beside it is made.
    let copy = desk.path("sao.db");
    let Some(count) = Desk::sqlite3(&copy, "SELECT count(*) FROM articles") else { return };
    assert_eq!(count.trim_end(), "12");
    desk.run(&["search", "mận", "--archive", "sao.db"]).ends(0);
    assert_eq!(std::fs::read_dir(desk.folder()).unwrap().count(), 1);
    desk.run(&["verify", "--archive", "sao.db"]).ends(0);
}

#[test]
fn nothing_is_overwritten_unasked_and_the_archive_itself_never() {
    let (bench, desk) = (bench_of_pages(), Desk::new());
    desk.file("sao.db", "bức thư");
    let refused = desk.run(&on(&bench, &["backup", "sao.db"])).ends(2);
    assert!(refused.stderr.contains("is there already"), "{}", refused.stderr);
    assert_eq!(std::fs::read_to_string(desk.path("sao.db")).unwrap(), "bức thư");
    desk.run(&on(&bench, &["backup", "sao.db", "--force"])).ends(0);
    let own = bench.archive.path().to_str().unwrap();
    let refused = desk.run(&on(&bench, &["backup", own, "--force"])).ends(2);
    assert!(refused.stderr.contains("is the archive itself"), "{}", refused.stderr);
    desk.file("sao.db-wal", "việc dang dở");
    let refused = desk.run(&on(&bench, &["backup", "sao.db", "--force"])).ends(2);
    assert!(refused.stderr.contains("a program has"), "{}", refused.stderr);
    desk.run(&on(&bench, &["backup", "khong-co/sao.db"])).ends(2);
}

#[test]
fn a_damaged_archive_gives_no_copy() {
    let (bench, desk) = (bench_of_pages(), Desk::new());
    bench.stock().execute_batch("UPDATE version SET body = body || '!' WHERE article = 2").unwrap();
    let run = desk.run(&on(&bench, &["backup", "sao.db"])).ends(1);
    assert!(run.stderr.contains("was not kept: article 2, version 1"), "{}", run.stderr);
    assert_eq!(std::fs::read_dir(desk.folder()).unwrap().count(), 0, "nothing is left");
}

#[test]
fn a_copy_made_while_articles_are_recorded_holds_all_that_were_there_before() {
    let mut bench = Bench::new();
    let record = |bench: &mut Bench, id: u32| {
        let target = article_target(id);
        let mut entry = article(id);
        entry.title = format!("Tin số {id} về mùa mận");
        bench.visit(&target, &read_article(&target, &entry, at(i64::from(id))), at(i64::from(id)));
    };
    for id in 1..=150 {
        record(&mut bench, id);
    }
    let desk = Desk::new();
    let mut child = desk.start(&on(&bench, &["backup", "sao.db", "--json"]));
    let mut id = 150;
    let status = loop {
        id += 1;
        record(&mut bench, id);
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
    };
    assert!(status.success(), "{status}");
    let copy = rusqlite::Connection::open(desk.path("sao.db")).unwrap();
    assert_eq!(super::number(&copy, "SELECT count(*) FROM articles WHERE id <= 150"), 150);
    assert!(id > 152, "articles were recorded meanwhile: {id}");
    assert!(super::number(&copy, "SELECT max(id) FROM articles") < i64::from(id));
    assert_eq!(super::text(&copy, "PRAGMA integrity_check"), "ok");
}
