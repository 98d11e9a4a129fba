//! Versions: an article's history, what changed in it, and stored pages read again.

use khobao::archive::{Archive, Difference, PieceKind, diff};
use khobao::article::{Article, ReadBy};
use khobao::outcome::Fate;

use super::{Bench, article, article_target, at, exchange, number, read, read_article, text};

#[test]
fn a_history_lists_the_versions_and_why_they_are() {
    let mut bench = Bench::new();
    let target = article_target(1);
    let recorded = bench.visit(&target, &read_article(&target, &article(1), at(1)), at(1));
    let mut edited = article(1);
    edited.title = "Mộc Châu mở mùa hái mận".into();
    bench.visit(&target, &read_article(&target, &edited, at(2)), at(2));
    let reader = bench.archive.reader().unwrap();
    let history = reader.history(recorded.article_id.unwrap()).unwrap();
    insta::assert_json_snapshot!(history);
    assert!(reader.history(77).unwrap().is_empty());
}

#[test]
fn a_diff_names_the_fields_that_changed_word_by_word() {
    let mut edited = article(1);
    edited.body[2].text = "Bà con bản Hoa đón hai đoàn khách trong tiếng khèn.".into();
    edited.authors.pop();
    edited.published_at = None;
    insta::assert_json_snapshot!(diff(&article(1), &edited));
    assert!(diff(&article(1), &article(1)).is_empty());
    // Either version can be told from the pieces.
    for change in diff(&article(1), &edited) {
        let of = |other: PieceKind| -> String {
            let pieces = change.pieces.iter().filter(|piece| piece.kind != other);
            pieces.map(|piece| piece.text.as_str()).collect()
        };
        if change.field == "body" {
            assert!(of(PieceKind::Added).contains(&article(1).body[2].text));
            assert!(of(PieceKind::Removed).contains(&edited.body[2].text));
        }
    }
}

#[test]
fn a_stored_page_comes_back_as_it_was_fetched() {
    let mut bench = Bench::new();
    let target = article_target(1);
    let outcome = read_article(&target, &article(1), at(1));
    bench.visit(&target, &outcome, at(1));
    let reader = bench.archive.reader().unwrap();
    let pages = reader.article_pages(&["baosonla".into()]).unwrap();
    assert_eq!(pages, reader.article_pages(&[]).unwrap());
    assert!(reader.article_pages(&["baolaichau".into()]).unwrap().is_empty());
    let stored = reader.page(pages[0].capture_id).unwrap().unwrap();
    assert_eq!(stored.target, target);
    assert_eq!(stored.page.body, outcome.exchanges[0].payload);
    assert_eq!(stored.page.fetched_at, at(1));
    assert_eq!(stored.page.headers, outcome.exchanges[0].response_headers);
}

#[test]
fn a_better_reading_makes_a_version_only_where_the_text_differs() {
    let mut bench = Bench::new();
    let target = article_target(1);
    bench.visit(&target, &read_article(&target, &article(1), at(1)), at(1));
    let reader = bench.archive.reader().unwrap();
    let page = reader.page(reader.article_pages(&[]).unwrap()[0].capture_id).unwrap().unwrap();
    let mut retagged = article(1);
    retagged.tags.push("du lịch".into());
    let mut better = article(1);
    better.captions.pop();
    let would = |reading: &Article| reader.would_change(&page, reading).unwrap();
    assert_eq!((would(&article(1)).difference, would(&article(1)).fields), (Difference::None, vec![]));
    assert_eq!((would(&retagged).difference, would(&retagged).fields), (Difference::Details, vec!["tags"]));
    assert_eq!((would(&better).difference, would(&better).fields), (Difference::Text, vec!["captions"]));
    assert_eq!(would(&better).article_id, Some(1));
    let run = bench.run;
    let same = bench.archive.reread(run, &page, &article(1), at(5)).unwrap();
    assert!(!same.is_new && !same.is_edited);
    let changed = bench.archive.reread(run, &page, &better, at(5)).unwrap();
    assert_eq!((changed.is_edited, changed.version), (true, Some(2)));
    let stock = bench.stock();
    assert_eq!(text(&stock, "SELECT reason FROM versions WHERE version = 2"), "reread");
    assert_eq!(text(&stock, "SELECT last_seen_at FROM articles"), "2023-05-12T11:01:00Z");
}

#[test]
fn a_page_that_was_no_article_becomes_one_when_it_can_be_read() {
    let mut bench = Bench::new();
    let target = article_target(1);
    bench.visit(&target, &read(&target, Fate::NotArticle("no body".into()), b"<html>", at(1)), at(1));
    let reader = bench.archive.reader().unwrap();
    let page = reader.page(reader.article_pages(&[]).unwrap()[0].capture_id).unwrap().unwrap();
    assert_eq!(reader.would_change(&page, &article(1)).unwrap().difference, Difference::New);
    assert!(bench.archive.reread(bench.run, &page, &article(1), at(2)).unwrap().is_new);
    let stock = bench.stock();
    assert_eq!(number(&stock, "SELECT count(*) FROM failures"), 0);
    assert_eq!(text(&stock, "SELECT first_seen_at FROM articles"), "2023-05-12T11:01:00Z");
}

#[test]
fn a_page_read_by_another_layout_is_found_before_it_is_taken_for_edited() {
    let mut bench = Bench::new();
    let target = article_target(1);
    bench.visit(&target, &read_article(&target, &article(1), at(1)), at(1));
    let due = bench.archive.target(&target).unwrap().unwrap();
    let same = article(1).read_by;
    assert_eq!(bench.archive.page_read_otherwise(&due, &same).unwrap(), None);
    let other = ReadBy { layout: "baosonla/epi-2024".into(), ..same };
    assert!(bench.archive.page_read_otherwise(&due, &other).unwrap().is_some());
}

#[test]
fn a_page_with_a_broken_content_coding_is_no_page() {
    let mut bench = Bench::new();
    let target = article_target(1);
    let mut outcome = read(&target, Fate::NotArticle("gzip is damaged".into()), b"no gzip", at(1));
    let mut broken = exchange(&target.url, 200, b"no gzip", at(1));
    broken.response_headers.push(("content-encoding".into(), "gzip".into()));
    outcome.exchanges = vec![broken];
    bench.visit(&target, &outcome, at(1));
    let path = bench.archive.path().to_owned();
    let reader = Archive::open_existing(&path).unwrap().reader().unwrap();
    assert_eq!(reader.page(1).unwrap(), None);
    assert_eq!(reader.payload(1).unwrap(), b"no gzip");
}
