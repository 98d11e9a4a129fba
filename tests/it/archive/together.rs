//! Several visits recorded in one transaction.

use khobao::archive::ArchiveError;
use rusqlite::Connection;

use super::{Bench, article, article_target, at, number, read_article, text};

const INTEGRITY: &str = "INSERT INTO searchable (searchable, rank) VALUES ('integrity-check', 1)";

fn found(stock: &Connection, words: &str) -> i64 {
    number(stock, &format!("SELECT count(*) FROM searchable WHERE searchable MATCH '{words}'"))
}

#[test]
fn visits_recorded_together_stand_as_if_each_were_recorded_alone() {
    let mut bench = Bench::new();
    let dues: Vec<_> = (1..=3).map(|id| bench.due_for(&article_target(id), at(0))).collect();
    let run = bench.run;
    let recorded = bench
        .archive
        .together(|archive| {
            let mut recorded = Vec::new();
            for (due, id) in dues.iter().zip(1..) {
                let outcome = read_article(&due.target, &article(id), at(1));
                recorded.push(archive.record(run, due, &outcome, at(1))?);
            }
            // The second one is edited before it has come into the index at all.
            let mut edited = article(2);
            edited.title = "Khánh thành nhà văn hóa".into();
            let outcome = read_article(&dues[1].target, &edited, at(2));
            recorded.push(archive.record(run, &dues[1], &outcome, at(2))?);
            Ok(recorded)
        })
        .unwrap();
    let news: Vec<_> = recorded.iter().map(|one| (one.is_new, one.is_edited, one.version)).collect();
    assert_eq!(
        news,
        [(true, false, Some(1)), (true, false, Some(1)), (true, false, Some(1)), (false, true, Some(2))]
    );
    let stock = bench.stock();
    assert_eq!(number(&stock, "SELECT count(*) FROM articles"), 3);
    assert_eq!(found(&stock, "title : \"khanh thanh nha van hoa\""), 0, "as written it has its marks");
    assert_eq!(found(&stock, "title_folded : \"khanh thanh nha van hoa\""), 1);
    assert_eq!(found(&stock, "newspaperbaosonla"), 3);
    stock.execute_batch(INTEGRITY).unwrap();
    assert_eq!(text(&stock, "SELECT fetched || ' ' || new_articles || ' ' || edited FROM runs"), "4 3 1");
}

#[test]
fn a_fault_takes_all_of_them_back_and_what_is_recorded_after_it_is_sound() {
    let mut bench = Bench::new();
    let (first, second) = (article_target(1), article_target(2));
    let dues = [bench.due_for(&first, at(0)), bench.due_for(&second, at(0))];
    let run = bench.run;
    let failed = bench.archive.together(|archive| {
        archive.record(run, &dues[0], &read_article(&first, &article(1), at(1)), at(1))?;
        archive.record(run, &dues[1], &read_article(&second, &article(2), at(1)), at(1))?;
        Err::<(), _>(ArchiveError::Missing { path: "the disk".into() })
    });
    assert!(matches!(failed, Err(ArchiveError::Missing { .. })));
    let stock = bench.stock();
    assert_eq!(number(&stock, "SELECT (SELECT count(*) FROM captures) + (SELECT count(*) FROM articles)"), 0);
    // The pages that served as dictionaries are gone with it; the next ones must not stand on them.
    for (target, id) in [(&second, 2), (&first, 1)] {
        bench.visit(target, &read_article(target, &article(id), at(2)), at(2));
    }
    assert_eq!(number(&stock, "SELECT count(*) FROM articles"), 2);
    assert_eq!(found(&stock, "newspaperbaosonla"), 2);
    stock.execute_batch(INTEGRITY).unwrap();
    let reader = bench.archive.reader().unwrap();
    for page in reader.article_pages(&[]).unwrap() {
        assert!(reader.page(page.capture_id).unwrap().is_some());
    }
}

#[test]
fn a_panic_in_the_middle_leaves_nothing_open() {
    let mut bench = Bench::new();
    let target = article_target(1);
    let due = bench.due_for(&target, at(0));
    let (run, archive) = (bench.run, &mut bench.archive);
    let broken = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        archive.together(|archive| -> Result<(), ArchiveError> {
            archive.record(run, &due, &read_article(&target, &article(1), at(1)), at(1))?;
            panic!("the reader of the clock broke down")
        })
    }));
    assert!(broken.is_err());
    bench.visit(&target, &read_article(&target, &article(1), at(2)), at(2));
    let stock = bench.stock();
    assert_eq!(number(&stock, "SELECT count(*) FROM captures"), 1);
    stock.execute_batch(INTEGRITY).unwrap();
}

#[test]
fn what_sqlite_takes_back_by_itself_is_forgotten_too() {
    let mut bench = Bench::new();
    let target = article_target(1);
    bench.visit(&target, &read_article(&target, &article(1), at(1)), at(1));
    let (run, stock) = (bench.run, bench.stock());
    // As a full disk does, after the text of an edited article was made ready for the index.
    stock
        .execute_batch(
            "CREATE TRIGGER full BEFORE UPDATE OF held_until ON newspaper BEGIN SELECT RAISE(ROLLBACK, 'full'); END",
        )
        .unwrap();
    let mut edited = article(1);
    edited.title = "Khánh thành nhà văn hóa".into();
    let outcome = read_article(&target, &edited, at(2));
    let due = bench.due_for(&target, at(2));
    let newspapers = [target.newspaper.clone()];
    let failed = bench.archive.together(|archive| {
        archive.record(run, &due, &outcome, at(2))?;
        archive.hold(&newspapers, Some(at(5)))
    });
    failed.unwrap_err();
    assert_eq!(number(&stock, "SELECT count(*) FROM versions"), 1);
    assert_eq!(found(&stock, "title_folded : \"khanh thanh nha van hoa\""), 0);
    // The earlier text leaves the index when the edit is recorded at last.
    bench.archive.record(run, &due, &outcome, at(3)).unwrap();
    assert_eq!(number(&stock, "SELECT count(*) FROM versions"), 2);
    assert_eq!(found(&stock, "title_folded : \"khanh thanh nha van hoa\""), 1);
    stock.execute_batch(INTEGRITY).unwrap();
}
