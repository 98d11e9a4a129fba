//! Search by hand: the queries of the documentation in a stock `sqlite3`, which knows nothing of khobao.

use super::search::bench;
use crate::program::Desk;

#[test]
fn a_stock_client_finds_with_marks_and_without() {
    let (bench, _reader) = bench();
    let cases: &[(&str, &str)] = &[
        ("bac kan", "2 6"),
        ("\"bac kan\"", "2"),
        ("Bắc Kạn", "2"),
        ("BẮC KẠN", "2"),
        ("\"da nang\"", "3"),
        ("\"dang uy\"", "1"),
        ("doi moi", "1"),
        ("đảng", "1"),
        ("dâng", "2"),
        ("dang", "1 2"),
        ("\"hòa bình\"", "3 5"),
        ("hoà bình", "3 5"),
        ("\"Hoà Bình\"", "3 5"),
        ("\"thành phố hoà bình\"", "3"),
        ("\"hoà bình\" NOT nương", "3"),
        ("đảng uỷ", "1"),
        ("sơn*", "1"),
        ("(dang OR cho) NOT huong", "1 4 7"),
        ("captions_folded : \"son tra\"", "1"),
        ("title : đảng", "1"),
        ("{title title_folded} : hoc", "6"),
        ("\"10/5\"", "2 4 7"),
        ("cho AND filters : newspaperbaolaichau", "4"),
        ("cho AND provincelaichau", "4"),
        ("bac AND month202305", "1 2 6"),
    ];
    for (query, expected) in cases {
        let sql = format!(
            "SELECT group_concat(rowid, ' ') FROM (SELECT rowid FROM searchable('{}') ORDER BY rowid)",
            query.replace('\'', "''")
        );
        let Some(found) = Desk::sqlite3(bench.archive.path(), &sql) else { return };
        assert_eq!(found.trim_end(), *expected, "{query}");
    }
}

#[test]
fn a_stock_client_ranks_and_shows_snippets() {
    let (bench, _reader) = bench();
    let first = "SELECT rowid FROM searchable('hoc') ORDER BY rank LIMIT 1";
    let Some(first) = Desk::sqlite3(bench.archive.path(), first) else { return };
    assert_eq!(first.trim_end(), "6");
    let snippet = "SELECT snippet(searchable, 2, '[', ']', '…', 8) FROM searchable('body : bình')
                   ORDER BY rank LIMIT 1";
    let snippet = Desk::sqlite3(bench.archive.path(), snippet).unwrap_or_default();
    assert!(snippet.contains("[bình]") || snippet.contains("[Bình]"), "{snippet}");
}
