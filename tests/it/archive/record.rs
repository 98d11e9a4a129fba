//! Recording: one visit is one transaction, and what is recorded comes back as it was.

use chrono::NaiveDate;
use khobao::article::{Block, BlockKind};
use khobao::outcome::{Fate, Outcome};
use khobao::page::body_digest;
use khobao::target::TargetKind;
use khobao::when::When;

use super::{Bench, article, article_target, at, exchange, failed, number, read_article, target, text, url};

#[test]
fn a_recorded_article_comes_back_as_it_was_read() {
    let mut bench = Bench::new();
    let target = article_target(1);
    let recorded = bench.visit(&target, &read_article(&target, &article(1), at(1)), at(1));
    assert!(recorded.is_new && !recorded.is_edited);
    let reader = bench.archive.reader().unwrap();
    let stored = reader.article(recorded.article_id.unwrap()).unwrap().unwrap();
    assert_eq!(stored.article, article(1));
    assert_eq!((stored.version, stored.version_count), (1, 1));
    assert_eq!((stored.captured_at, stored.first_seen_at, stored.gone_at), (at(1), at(1), None));
    assert_eq!(reader.article_at(&target.url).unwrap().unwrap().id, stored.id);
    assert_eq!(reader.article_version(stored.id, 1).unwrap().unwrap(), stored);
    assert!(reader.article_version(stored.id, 2).unwrap().is_none());
}

#[test]
fn an_article_with_nothing_but_a_title_comes_back_too() {
    let mut bench = Bench::new();
    let mut bare = article(1);
    (bare.lead, bare.dateline, bare.published_at, bare.source_note) = (None, None, None, None);
    bare.published_at = Some(When::Day(NaiveDate::from_ymd_opt(2023, 5, 12).unwrap()));
    (bare.authors, bare.section, bare.tags, bare.body) = (vec![], vec![], vec![], vec![]);
    (bare.captions, bare.images) = (vec![], vec![]);
    let target = article_target(1);
    let recorded = bench.visit(&target, &read_article(&target, &bare, at(1)), at(1));
    let stored = bench.archive.reader().unwrap().article(recorded.article_id.unwrap()).unwrap().unwrap();
    assert_eq!(stored.article, bare);
    assert_eq!(text(&bench.stock(), "SELECT published_at FROM articles"), "2023-05-12");
}

#[test]
fn the_same_page_again_makes_nothing_new() {
    let mut bench = Bench::new();
    let target = article_target(1);
    let outcome = read_article(&target, &article(1), at(1));
    let first = bench.visit(&target, &outcome, at(1));
    let again = bench.visit(&target, &read_article(&target, &article(1), at(9)), at(9));
    assert_eq!(again.article_id, first.article_id);
    assert!(!again.is_new && !again.is_edited);
    let stock = bench.stock();
    assert_eq!(number(&stock, "SELECT count(*) FROM articles"), 1);
    assert_eq!(number(&stock, "SELECT count(*) FROM versions"), 1);
    assert_eq!(number(&stock, "SELECT count(*) FROM captures"), 2);
    assert_eq!(number(&stock, "SELECT count(DISTINCT sha256) FROM captures"), 1);
    assert_eq!(number(&stock, "SELECT count(*) FROM blob"), 1, "the payload is kept once");
    assert_eq!(number(&stock, "SELECT revisit_of FROM capture WHERE id = 2"), 1);
    assert_eq!(number(&stock, "SELECT stored_size FROM captures WHERE id = 2"), 0);
    assert_eq!(text(&stock, "SELECT last_seen_at FROM articles"), "2023-05-12T11:09:00Z");
    let due = bench.archive.target(&target).unwrap().unwrap();
    assert_eq!((due.visits, due.quiet_visits, due.tries), (2, 1, 0));
    assert_eq!(due.changed_at, Some(at(1)));
    assert!(due.last_digest.is_some() && due.etag.is_some());
}

#[test]
fn an_edited_article_gets_a_version_and_keeps_the_former() {
    let mut bench = Bench::new();
    let target = article_target(1);
    bench.visit(&target, &read_article(&target, &article(1), at(1)), at(1));
    let mut edited = article(1);
    edited.body[2].text = "Bà con bản Hoa đón hai đoàn khách đầu tiên.".into();
    let recorded = bench.visit(&target, &read_article(&target, &edited, at(60)), at(60));
    assert!(recorded.is_edited && !recorded.is_new);
    assert_eq!(recorded.version, Some(2));
    let reader = bench.archive.reader().unwrap();
    let id = recorded.article_id.unwrap();
    assert_eq!(reader.article(id).unwrap().unwrap().article, edited);
    assert_eq!(reader.article_version(id, 1).unwrap().unwrap().article, article(1));
    let stock = bench.stock();
    let versions: Vec<(i64, String, String)> = stock
        .prepare("SELECT version, reason, captured_at FROM versions ORDER BY version")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(
        versions,
        [
            (1, "first".into(), "2023-05-12T11:01:00Z".into()),
            (2, "edited".into(), "2023-05-12T12:00:00Z".into())
        ]
    );
    assert_eq!(number(&stock, "SELECT version_count FROM articles"), 2);
}

#[test]
fn each_part_of_the_substance_makes_a_version_by_itself() {
    let changes: [fn(&mut khobao::article::Article); 7] = [
        |article| article.title = "Mộc Châu mở mùa hái mận".into(),
        |article| article.lead = None,
        |article| article.body.truncate(2),
        |article| article.captions[1] = "Mận hậu chín rộ.".into(),
        |article| article.authors.truncate(1),
        |article| article.published_at = Some("2023-05-12T16:40:00+07:00".parse().unwrap()),
        |article| article.dateline.as_mut().unwrap().date = NaiveDate::from_ymd_opt(2023, 5, 11),
    ];
    for (index, change) in changes.into_iter().enumerate() {
        let mut bench = Bench::new();
        let target = article_target(1);
        bench.visit(&target, &read_article(&target, &article(1), at(1)), at(1));
        let mut edited = article(1);
        change(&mut edited);
        assert!(
            bench.visit(&target, &read_article(&target, &edited, at(2)), at(2)).is_edited,
            "change {index}"
        );
    }
}

#[test]
fn clocks_blanks_and_image_hosts_make_no_version_but_are_kept() {
    let mut bench = Bench::new();
    let target = article_target(1);
    bench.visit(&target, &read_article(&target, &article(1), at(1)), at(1));
    let mut redrawn = article(1);
    redrawn.updated_at = Some("2023-05-12T20:00:00+07:00".parse().unwrap());
    redrawn.published_at = Some("2023-05-12T15:40:31+07:00".parse().unwrap());
    redrawn.images[0].url = url("https://anh.baosonla.vn/1.webp");
    redrawn.title = "Mộc Châu khai mạc  mùa hái mận năm 2023".into();
    let rest = redrawn.body[0].text.split_off(18);
    redrawn.body.insert(1, Block::new(BlockKind::Paragraph, rest.trim_start()));
    let recorded = bench.visit(&target, &read_article(&target, &redrawn, at(2)), at(2));
    assert!(!recorded.is_edited);
    let stored = bench.archive.reader().unwrap().article(recorded.article_id.unwrap()).unwrap().unwrap();
    assert_eq!((stored.version_count, stored.article), (1, redrawn));
}

#[test]
fn one_article_under_two_addresses_is_one() {
    let mut bench = Bench::new();
    let former = target(TargetKind::Article, "https://baosonla.vn/tin-cu-post1.html");
    let latter = target(TargetKind::Article, "https://baosonla.vn/tin-moi-post1.html");
    let first = bench.visit(&former, &read_article(&former, &article(1), at(1)), at(1));
    let second = bench.visit(&latter, &read_article(&latter, &article(1), at(2)), at(2));
    assert_eq!(first.article_id, second.article_id);
    assert_eq!(number(&bench.stock(), "SELECT count(*) FROM target"), 1);
}

#[test]
fn a_gone_article_keeps_its_last_version_and_may_come_back() {
    let mut bench = Bench::new();
    let target = article_target(1);
    bench.visit(&target, &read_article(&target, &article(1), at(1)), at(1));
    let gone = |minutes| Outcome {
        exchanges: vec![exchange(&target.url, 404, b"<h1>404</h1>", at(minutes))],
        body_digest: None,
        fate: Fate::Gone("404 Not Found".into()),
        next_at: Some(at(minutes + 60)),
    };
    bench.visit(&target, &gone(10), at(10));
    bench.visit(&target, &gone(20), at(20));
    let stock = bench.stock();
    assert_eq!(text(&stock, "SELECT gone_at FROM articles"), "2023-05-12T11:10:00Z");
    assert_eq!(text(&stock, "SELECT title FROM articles"), article(1).title);
    assert_eq!(number(&stock, "SELECT count(*) FROM captures"), 3);
    bench.visit(&target, &read_article(&target, &article(1), at(30)), at(30));
    assert_eq!(number(&stock, "SELECT count(*) FROM articles WHERE gone_at IS NULL"), 1);
}

#[test]
fn a_chain_of_redirects_is_kept_link_by_link_with_its_headers() {
    let mut bench = Bench::new();
    let target = article_target(1);
    let mut outcome = read_article(&target, &article(1), at(2));
    let mut first = exchange(&url("http://baosonla.vn/xa-hoi/tin-post1.html"), 301, b"", at(1));
    first.response_headers.push(("location".into(), target.url.to_string()));
    outcome.exchanges.insert(0, first.clone());
    let recorded = bench.visit(&target, &outcome, at(2));
    let stock = bench.stock();
    assert_eq!(number(&stock, "SELECT redirected_from FROM capture WHERE id = 2"), 1);
    assert_eq!(recorded.capture_id, Some(2));
    let reader = bench.archive.reader().unwrap();
    let kept = reader.capture(1).unwrap().unwrap();
    assert_eq!((kept.status, kept.fetched_at, &kept.url), (301, at(1), &first.url));
    assert_eq!(kept.request_headers, first.request_headers);
    assert_eq!(kept.response_headers, first.response_headers);
    assert!(reader.payload(1).unwrap().is_empty());
    assert_eq!(reader.payload(2).unwrap(), outcome.exchanges[1].payload);
    let empty = "SELECT size || ' ' || sha256 FROM captures WHERE id = 1";
    assert_eq!(text(&stock, empty), "0 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

#[test]
fn a_304_stands_for_the_page_before_it() {
    let mut bench = Bench::new();
    let target = article_target(1);
    let page = read_article(&target, &article(1), at(1));
    bench.visit(&target, &page, at(1));
    let not_modified = Outcome {
        exchanges: vec![exchange(&target.url, 304, b"", at(5))],
        body_digest: None,
        fate: Fate::Unchanged,
        next_at: None,
    };
    let recorded = bench.visit(&target, &not_modified, at(5));
    let reader = bench.archive.reader().unwrap();
    assert_eq!(reader.payload(recorded.capture_id.unwrap()).unwrap(), page.exchanges[0].payload);
    assert_eq!(reader.last_capture(&target.url).unwrap().unwrap().status, 304);
    let stock = bench.stock();
    assert_eq!(text(&stock, "SELECT last_seen_at FROM articles"), "2023-05-12T11:05:00Z");
    assert_eq!(number(&stock, "SELECT unchanged FROM runs"), 1);
}

#[test]
fn payloads_come_back_byte_for_byte() {
    let mut bench = Bench::new();
    let target = article_target(1);
    let noise: Vec<u8> = (0..70_000_u32).map(|i| i.wrapping_mul(2_654_435_761).to_be_bytes()[1]).collect();
    let page = "<p>Đường hoa ban</p>".repeat(5000).into_bytes();
    for (minute, payload) in [noise, page, vec![0], b"\xff\xfe\x00".to_vec()].into_iter().enumerate() {
        let now = at(i64::try_from(minute).unwrap());
        let mut outcome = failed("not HTML", None);
        outcome.exchanges = vec![exchange(&target.url, 200, &payload, now)];
        let recorded = bench.visit(&target, &outcome, now);
        let reader = bench.archive.reader().unwrap();
        assert_eq!(reader.payload(recorded.capture_id.unwrap()).unwrap(), payload);
    }
    let sizes = "SELECT count(*) FROM captures WHERE size < stored_size";
    assert_eq!(number(&bench.stock(), sizes), 0, "nothing takes more room than it has");
}

#[test]
fn what_fails_in_the_middle_leaves_nothing_behind() {
    let mut bench = Bench::new();
    let target = article_target(1);
    let due = bench.due_for(&target, at(0));
    let outcome = read_article(&target, &article(1), at(1));
    let stock = bench.stock();
    let tables = ["capture", "blob", "article", "version", "search_text", "page_group"];
    let rows = || -> i64 {
        tables.iter().map(|table| number(&stock, &format!("SELECT count(*) FROM {table}"))).sum()
    };
    // The last statement of the transaction fails.
    stock
        .execute_batch("CREATE TRIGGER broken BEFORE UPDATE ON run BEGIN SELECT raise(ABORT, 'no'); END")
        .unwrap();
    let before = rows();
    let archive = &mut bench.archive;
    assert!(archive.record(bench.run, &due, &outcome, at(1)).is_err());
    assert_eq!(rows(), before);
    assert_eq!(archive.target(&target).unwrap().unwrap(), due, "it is due again");
    stock.execute_batch("DROP TRIGGER broken").unwrap();
    assert!(archive.record(bench.run, &due, &outcome, at(1)).unwrap().is_new);
    assert_eq!(text(&stock, "PRAGMA integrity_check"), "ok");
}

#[test]
fn failures_are_listed_until_they_are_over() {
    let mut bench = Bench::new();
    let target = article_target(1);
    bench.visit(&target, &failed("timed out after 30 s", Some(at(60))), at(1));
    bench.visit(&target, &failed("503 Service Unavailable", Some(at(180))), at(60));
    let stock = bench.stock();
    let row =
        "SELECT url || '|' || newspaper || '|' || what || '|' || since || '|' || tries || '|' || next_try
               FROM failures";
    insta::assert_snapshot!(text(&stock, row), @"https://baosonla.vn/xa-hoi/tin-post1.html|baosonla|failed: 503 Service Unavailable|2023-05-12T11:01:00Z|2|2023-05-12T14:00:00Z");
    bench.visit(&target, &read_article(&target, &article(1), at(180)), at(180));
    assert_eq!(number(&stock, "SELECT count(*) FROM failures"), 0);
}

#[test]
fn a_run_counts_what_became_of_its_pages() {
    let mut bench = Bench::new();
    let page = |fate| Outcome {
        exchanges: vec![exchange(&article_target(9).url, 200, b"x", at(1))],
        body_digest: Some(body_digest(b"x")),
        fate,
        next_at: None,
    };
    let first = article_target(1);
    bench.visit(&first, &read_article(&first, &article(1), at(1)), at(1));
    bench.visit(&first, &read_article(&first, &article(1), at(2)), at(2));
    let mut edited = article(1);
    edited.authors.clear();
    bench.visit(&first, &read_article(&first, &edited, at(3)), at(3));
    bench.visit(&article_target(2), &page(Fate::Denied("robots.txt: Disallow: /".into())), at(4));
    bench.visit(&article_target(3), &page(Fate::NotArticle("a video".into())), at(5));
    bench.visit(&article_target(4), &failed("connection refused", None), at(6));
    let counts = bench.archive.finish_run(bench.run, "nothing is due", at(7)).unwrap();
    insta::assert_json_snapshot!(counts, @r#"
    {
      "fetched": 5,
      "unchanged": 1,
      "new_articles": 1,
      "edited": 1,
      "failed": 2,
      "denied": 1
    }
    "#);
    let run = "SELECT started_at || ' ' || ended_at || ' ' || command || ' ' || stopped_by FROM runs";
    insta::assert_snapshot!(text(&bench.stock(), run), @"2023-05-12T11:00:00Z 2023-05-12T11:07:00Z khobao crawl baosonla nothing is due");
}

#[test]
fn robots_txt_is_a_capture_without_a_target() {
    let mut bench = Bench::new();
    let address = url("https://baosonla.vn/robots.txt");
    let exchanges = [exchange(&address, 200, b"User-agent: *\nDisallow: /admin\n", at(1))];
    let id =
        bench.archive.record_exchanges(bench.run, Some("baosonla"), "robots", &exchanges).unwrap().unwrap();
    let reader = bench.archive.reader().unwrap();
    assert_eq!(reader.last_capture(&address).unwrap().unwrap().id, id);
    assert_eq!(reader.payload(id).unwrap(), exchanges[0].payload);
}
