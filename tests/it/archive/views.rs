//! The views: the contract with every program that opens the file, and its documentation inside the file.

use std::collections::BTreeSet;
use std::process::Command;

use rusqlite::Connection;
use rusqlite::types::Value;

use super::{Bench, article, article_target, at, number, read_article, text};

/// The views of the contract, column by column, in their order.
const CONTRACT: &[(&str, &str)] = &[
    ("newspapers", "id name province province_2025 hosts articles first_published last_published last_visit"),
    (
        "articles",
        "id newspaper province url title lead dateline dateline_source dateline_place part_of_day event_date \
         event_date_end published_at section section_path authors tags body word_count caption_count version \
         version_count first_seen_at last_seen_at gone_at",
    ),
    ("paragraphs", "article_id ordinal kind text"),
    ("captions", "article_id ordinal caption photo_count"),
    ("photos", "article_id ordinal url caption credit capture_id"),
    ("versions", "article_id version captured_at title body text_sha256 reason"),
    ("captures", "id url fetched_at status content_type size stored_size sha256 etag last_modified run_id"),
    ("runs", "id started_at ended_at command fetched unchanged new_articles edited failed denied stopped_by"),
    (
        "run_newspapers",
        "run_id newspaper fetched unchanged new_articles edited failed denied bytes reasons next_due",
    ),
    ("failures", "url newspaper what since tries next_try"),
    ("reprints", "article_id other_id likeness"),
    ("searchable", "title lead body captions title_folded lead_folded body_folded captions_folded filters"),
    ("about", "view column meaning"),
];

fn columns(connection: &Connection, view: &str) -> Vec<String> {
    let statement = connection.prepare(&format!("SELECT * FROM {view}")).unwrap();
    statement.column_names().into_iter().map(str::to_owned).collect()
}

/// The rows of a query as text, cells parted by bars.
fn rows(connection: &Connection, sql: &str) -> String {
    let mut statement = connection.prepare(sql).unwrap();
    let width = statement.column_count();
    let cell = |value: Value| match value {
        Value::Null => "∅".to_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Text(text) => text,
        Value::Blob(bytes) => format!("{} bytes", bytes.len()),
    };
    let lines: Vec<String> = statement
        .query_map([], |row| {
            let cells: Vec<String> = (0..width).map(|column| cell(row.get_unwrap(column))).collect();
            Ok(cells.join(" | "))
        })
        .unwrap()
        .map(Result::unwrap)
        .collect();
    lines.join("\n")
}

fn bench_with_an_article() -> Bench {
    let mut bench = Bench::new();
    let target = article_target(1);
    bench.visit(&target, &read_article(&target, &article(1), at(1)), at(1));
    bench
}

#[test]
fn the_views_have_the_columns_of_the_contract_in_its_order() {
    let bench = Bench::new();
    let stock = bench.stock();
    for (view, expected) in CONTRACT {
        assert_eq!(columns(&stock, view).join(" "), *expected, "{view}");
    }
    let views: BTreeSet<String> = stock
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'view' AND name <> 'search_content'")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let promised: BTreeSet<String> = CONTRACT.iter().map(|(view, _)| (*view).to_owned()).collect();
    assert!(views.is_subset(&promised), "{views:?}");
}

#[test]
fn about_documents_every_column_and_no_other() {
    let bench = Bench::new();
    let stock = bench.stock();
    let documented: BTreeSet<(String, String)> = stock
        .prepare("SELECT view, column FROM about WHERE length(meaning) > 5")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let existing: BTreeSet<(String, String)> = CONTRACT
        .iter()
        .flat_map(|(view, _)| columns(&stock, view).into_iter().map(|column| ((*view).to_owned(), column)))
        .collect();
    assert_eq!(documented, existing);
}

#[test]
fn the_views_tell_the_truth_about_an_article() {
    let bench = bench_with_an_article();
    let stock = bench.stock();
    insta::assert_snapshot!(rows(&stock, "SELECT * FROM articles"));
    insta::assert_snapshot!(rows(&stock, "SELECT * FROM paragraphs"), @r"
    1 | 1 | paragraph | SLO - Sáng 12/5, tại xã Tân Lập, huyện Mộc Châu khai mạc mùa hái mận.
    1 | 2 | heading | Vườn mở cửa đến hết tháng 6
    1 | 3 | paragraph | Bà con bản Hoa đón đoàn khách đầu tiên trong tiếng khèn.
    1 | 4 | table | Xã	Diện tích (ha)
    Tân Lập	120
    ");
    insta::assert_snapshot!(rows(&stock, "SELECT * FROM captions"), @r"
    1 | 1 | Du khách hái mận ở thung lũng Nà Ka. | 2
    1 | 2 | Mận hậu vào vụ. | 1
    ");
    insta::assert_snapshot!(rows(&stock, "SELECT * FROM photos"), @r"
    1 | 1 | https://baosonla.vn/anh/1.jpg | Du khách hái mận ở thung lũng Nà Ka. | Lò Hiên | ∅
    1 | 2 | https://baosonla.vn/anh/2.jpg | Du khách hái mận ở thung lũng Nà Ka. | ∅ | ∅
    1 | 3 | https://baosonla.vn/anh/3.jpg | Mận hậu vào vụ. | ∅ | ∅
    1 | 4 | https://baosonla.vn/anh/4.jpg | ∅ | ∅ | ∅
    ");
    insta::assert_snapshot!(rows(&stock, "SELECT * FROM newspapers"), @"baosonla | Báo Sơn La | Sơn La | ∅ | baosonla.vn, www.baosonla.vn | 1 | 2023-05-12T15:40:00+07:00 | 2023-05-12T15:40:00+07:00 | 2023-05-12T11:01:00Z");
    insta::assert_snapshot!(rows(&stock, "SELECT id, url, fetched_at, status, content_type, size, etag, last_modified, run_id FROM captures"), @r#"1 | https://baosonla.vn/xa-hoi/tin-post1.html | 2023-05-12T11:01:00Z | 200 | text/html; charset=utf-8 | 77 | "77" | ∅ | 1"#);
}

#[test]
fn the_digests_in_the_views_can_be_checked_by_anybody() {
    use sha2::{Digest, Sha256};
    let bench = bench_with_an_article();
    let stock = bench.stock();
    let joined = text(
        &stock,
        "SELECT title || char(10, 10) || lead || char(10, 10) || body || char(10, 10) ||
           (SELECT group_concat(caption, char(10)) FROM captions) FROM articles",
    );
    let digest = data_encoding::HEXLOWER.encode(&Sha256::digest(joined));
    assert_eq!(text(&stock, "SELECT text_sha256 FROM versions"), digest);
    let page = &read_article(&article_target(1), &article(1), at(1)).exchanges[0].payload;
    let digest = data_encoding::HEXLOWER.encode(&Sha256::digest(page));
    assert_eq!(text(&stock, "SELECT sha256 FROM captures"), digest);
}

#[test]
fn the_file_is_sound_by_sqlites_own_checks() {
    let bench = bench_with_an_article();
    let stock = bench.stock();
    assert_eq!(text(&stock, "PRAGMA integrity_check"), "ok");
    assert_eq!(rows(&stock, "PRAGMA foreign_key_check"), "");
    stock.execute_batch("PRAGMA trusted_schema = OFF").unwrap();
    for (view, _) in CONTRACT {
        number(&stock, &format!("SELECT count(*) FROM {view}"));
    }
}

#[test]
fn a_stock_sqlite3_reads_every_view_and_searches() {
    let bench = bench_with_an_article();
    let ask =
        |sql: &str| Command::new("sqlite3").arg("-readonly").arg(bench.archive.path()).arg(sql).output().ok();
    let Some(version) = ask("SELECT sqlite_version()") else {
        eprintln!("no sqlite3 program here: its part is played by the other tests");
        return;
    };
    assert!(version.status.success());
    for (view, _) in CONTRACT {
        let answer = ask(&format!("SELECT * FROM {view} LIMIT 5")).unwrap();
        assert!(answer.status.success(), "{view}: {}", String::from_utf8_lossy(&answer.stderr));
    }
    let found =
        ask("SELECT title FROM searchable('moc chau'); SELECT rowid FROM searchable('Mộc Châu')").unwrap();
    let found = String::from_utf8(found.stdout).unwrap();
    assert_eq!(found.lines().collect::<Vec<_>>(), [article(1).title.as_str(), "1"]);
}
