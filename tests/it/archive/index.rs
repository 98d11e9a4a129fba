//! The index as a program without any extension sees it.

use khobao::archive::NewspaperRow;
use rusqlite::Connection;

use super::{Bench, article, article_target, at, newspaper, number, read_article, text};

fn found(connection: &Connection, query: &str) -> Vec<i64> {
    connection
        .prepare("SELECT rowid FROM searchable(?1) ORDER BY rowid")
        .unwrap()
        .query_map([query], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

/// Articles with these titles, numbered from 1.
fn bench(titles: &[&str]) -> Bench {
    let mut bench = Bench::new();
    for (id, title) in (1..).zip(titles) {
        let mut entry = article(id);
        (*title).clone_into(&mut entry.title);
        let target = article_target(id);
        bench.visit(&target, &read_article(&target, &entry, at(1)), at(1));
    }
    bench
}

/// Holds the index against the texts, in both ways that FTS5 has.
fn assert_sound(connection: &Connection) {
    connection
        .execute_batch(
            "INSERT INTO searchable (searchable, rank) VALUES ('integrity-check', 1);
             INSERT INTO search_title (search_title, rank) VALUES ('integrity-check', 1);",
        )
        .unwrap();
}

#[test]
fn words_without_marks_find_and_words_with_marks_are_exact() {
    let bench = bench(&["Đảng bộ huyện Bắc Yên", "Dâng hương tại Bắc Kạn", "Thành phố Đà Nẵng đổi mới"]);
    let stock = bench.stock();
    assert_eq!(found(&stock, "dang"), [1, 2]);
    assert_eq!(found(&stock, "đảng"), [1]);
    assert_eq!(found(&stock, "Đảng"), [1]);
    assert_eq!(found(&stock, "dâng"), [2]);
    assert_eq!(found(&stock, "bac kan"), [2]);
    assert_eq!(found(&stock, "Bắc Kạn"), [2]);
    assert_eq!(found(&stock, "title:\"da nang\""), Vec::<i64>::new());
    assert_eq!(found(&stock, "title_folded:\"da nang\""), [3]);
    assert_eq!(found(&stock, "doi moi NOT dang"), [3]);
}

#[test]
fn tone_placement_makes_no_difference_and_the_text_is_shown_as_indexed() {
    let bench = bench(&["Thành phố Hoà Bình", "Tỉnh Hòa Bình"]);
    let stock = bench.stock();
    assert_eq!(found(&stock, "\"hòa bình\""), [1, 2]);
    assert_eq!(found(&stock, "\"hoa binh\""), [1, 2]);
    assert_eq!(text(&stock, "SELECT title FROM articles WHERE id = 1"), "Thành phố Hoà Bình");
    assert_eq!(text(&stock, "SELECT title FROM searchable WHERE rowid = 1"), "Thành phố Hòa Bình");
    assert_eq!(text(&stock, "SELECT title_folded FROM searchable WHERE rowid = 1"), "thanh pho hoa binh");
    assert_sound(&stock);
}

#[test]
fn snippets_and_ranks_work_in_plain_sql() {
    let bench = bench(&["Nông thôn mới", "Vườn mận Nà Ka"]);
    let stock = bench.stock();
    let snippet =
        "SELECT snippet(searchable, 0, '[', ']', '…', 8) FROM searchable('vườn') ORDER BY rank LIMIT 1";
    assert_eq!(text(&stock, snippet), "[Vườn] mận Nà Ka", "a title outweighs a text");
    assert_eq!(number(&stock, "SELECT count(*) FROM searchable('captions:mận')"), 2);
}

#[test]
fn filter_tokens_select_by_newspaper_province_and_month() {
    let bench = bench(&["Một", "Hai"]);
    let stock = bench.stock();
    for token in ["newspaperbaosonla", "provincesonla", "month202305", "year2023", "eventmonth202305"] {
        assert_eq!(found(&stock, &format!("một AND filters:{token}")), [1], "{token}");
    }
    assert_eq!(found(&stock, "filters:month202306"), Vec::<i64>::new());
}

#[test]
fn the_index_follows_an_article_through_its_versions() {
    let mut bench = bench(&["Khai hội hoa ban"]);
    let target = article_target(1);
    let mut edited = article(1);
    edited.title = "Bế mạc hội hoa ban".into();
    bench.visit(&target, &read_article(&target, &edited, at(2)), at(2));
    let mut redrawn = edited.clone();
    redrawn.tags.clear();
    bench.visit(&target, &read_article(&target, &redrawn, at(3)), at(3));
    let stock = bench.stock();
    assert_eq!(found(&stock, "title:\"khai hội\""), Vec::<i64>::new());
    assert_eq!(found(&stock, "\"be mac\""), [1]);
    assert_sound(&stock);
    assert_eq!(text(&stock, "PRAGMA integrity_check"), "ok");
}

#[test]
fn a_newspaper_whose_province_changes_is_found_under_the_new_one() {
    let mut bench = bench(&["Một", "Hai"]);
    let moved = NewspaperRow { province: Some("Điện Biên".into()), ..newspaper("baosonla", "Sơn La") };
    bench.archive.sync_newspapers(&[moved]).unwrap();
    let stock = bench.stock();
    assert_eq!(found(&stock, "filters:provincedienbien"), [1, 2]);
    assert_eq!(found(&stock, "filters:provincesonla"), Vec::<i64>::new());
    assert_sound(&stock);
}
