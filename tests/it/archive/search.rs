//! Search in the words of a reader.

use chrono::NaiveDate;
use khobao::archive::Reader;
use khobao::archive::search::{Field, Order, Run, Search, SearchError};
use khobao::article::Article;
use khobao::target::Target;

use super::{Bench, article, article_target, at, newspaper, read_article};

/// What an article of the test archive says: title, text, caption.
struct Entry {
    title: &'static str,
    body: &'static str,
    caption: &'static str,
    published: &'static str,
    event: Option<&'static str>,
    newspaper: &'static str,
}

const ENTRIES: [Entry; 7] = [
    Entry {
        title: "Đảng bộ huyện Bắc Yên đổi mới cách làm",
        body: "Đảng uỷ xã Hang Chú chọn cây sơn tra.",
        caption: "Đồi sơn tra ở bản Pa Cư Sáng.",
        published: "2023-05-10T17:45:00+07:00",
        event: Some("2023-05-10"),
        newspaper: "baosonla",
    },
    Entry {
        title: "Dâng hương ở Bắc Kạn",
        body: "Sáng 10/5, đoàn dâng hương tại đền. Trời tạnh sau 10,5 mm mưa.",
        caption: "Đoàn dâng hương.",
        published: "2023-05-11",
        event: Some("2023-05-10"),
        newspaper: "baosonla",
    },
    Entry {
        title: "Tuyến đường 110/5 thông xe",
        body: "Xe chạy từ Đà Nẵng ra thành phố Hoà Bình. Chào đón 05-10 năm sau.",
        caption: "Xe qua đèo.",
        published: "2024-01-20T08:00:00+07:00",
        event: None,
        newspaper: "baolaichau",
    },
    Entry {
        title: "Tin vắn ngày 10.5",
        body: "Chợ phiên Lai Châu mở lại; châu chấu lại về.",
        caption: "Chợ phiên.",
        published: "2024-05-10T06:00:00+07:00",
        event: Some("2024-05-09"),
        newspaper: "baolaichau",
    },
    Entry {
        title: "Nương chè",
        body: "Bà con lại trồng chè ở châu thổ. Hòa bình trên nương.",
        caption: "Đà điểu và nẵng hạn.",
        published: "2022-12-31T23:30:00+07:00",
        event: None,
        newspaper: "baolaichau",
    },
    Entry {
        title: "Học chữ",
        body: "Lớp học ở Bắc Hà đầy tiếng cười, kàn kạt tiếng võng.",
        caption: "Lớp học.",
        published: "2023-05-31T23:59:00+07:00",
        event: None,
        newspaper: "baosonla",
    },
    Entry {
        title: "Sổ tay 05.10",
        body: "Ngày 5-10 họp chợ, ngày 10-5 nghỉ.",
        caption: "Sổ tay.",
        published: "2021-10-06",
        event: Some("2021-10-05"),
        newspaper: "baosonla",
    },
];

fn entry(id: u32, entry: &Entry) -> (Target, Article) {
    let mut article = article(id);
    article.newspaper = Some(entry.newspaper.into());
    entry.title.clone_into(&mut article.title);
    article.lead = None;
    article.body.truncate(1);
    entry.body.clone_into(&mut article.body[0].text);
    article.captions = vec![entry.caption.into()];
    article.images.clear();
    article.published_at = Some(entry.published.parse().unwrap());
    article.dateline = article.dateline.filter(|_| entry.event.is_some());
    if let Some(dateline) = &mut article.dateline {
        dateline.date = entry.event.and_then(|day| day.parse().ok());
    }
    let target = Target { newspaper: entry.newspaper.into(), ..article_target(id) };
    (target, article)
}

/// The archive of all entries, numbered from 1.
pub(super) fn bench() -> (Bench, Reader) {
    let mut bench = Bench::new();
    bench.archive.sync_newspapers(&[newspaper("baolaichau", "Lai Châu")]).unwrap();
    for (id, one) in (1..).zip(&ENTRIES) {
        let (target, article) = entry(id, one);
        bench.visit(&target, &read_article(&target, &article, at(i64::from(id))), at(i64::from(id)));
    }
    let reader = bench.archive.reader().unwrap();
    (bench, reader)
}

fn ids(reader: &Reader, search: &Search) -> Vec<i64> {
    let mut ids = reader.search_ids(search).unwrap();
    ids.sort_unstable();
    ids
}

fn found(reader: &Reader, query: &str) -> Vec<i64> {
    ids(reader, &Search::for_query(query))
}

fn day(text: &str) -> Option<NaiveDate> {
    text.parse().ok()
}

fn shown(runs: &[Run]) -> String {
    runs.iter().map(|run| if run.is_match { format!("[{}]", run.text) } else { run.text.clone() }).collect()
}

#[test]
fn a_reader_finds_with_marks_and_without() {
    let (_bench, reader) = bench();
    let cases: &[(&str, &[i64])] = &[
        ("bac kan", &[2, 6]),
        ("\"bac kan\"", &[2]),
        ("Bắc Kạn", &[2]),
        // Decomposed.
        ("Ba\u{306}\u{301}c Ka\u{323}n", &[2]),
        // With the letter that old fonts put for đ.
        ("\u{d0}ảng", &[1]),
        ("da nang", &[3, 5]),
        ("\"da nang\"", &[3]),
        ("dang uy", &[1]),
        ("doi moi", &[1]),
        ("đảng", &[1]),
        ("dâng", &[2]),
        ("dang", &[1, 2]),
        ("hoà bình", &[3, 5]),
        ("hòa bình", &[3, 5]),
        ("HÒA BÌNH", &[3, 5]),
        ("đảng ủy", &[1]),
    ];
    for (query, expected) in cases {
        assert_eq!(found(&reader, query), *expected, "{query}");
    }
}

#[test]
fn a_phrase_keeps_the_marks_that_were_typed() {
    let (_bench, reader) = bench();
    assert_eq!(found(&reader, "\"Lai Châu\""), [4]);
    assert_eq!(found(&reader, "\"lai chau\""), [4]);
    assert_eq!(found(&reader, "lai châu"), [4, 5]);
    assert_eq!(found(&reader, "\"bac Hà\""), [6]);
    assert_eq!(found(&reader, "\"bâc Hà\""), Vec::<i64>::new());
    let exact = |query: &str| ids(&reader, &Search { exact: true, ..Search::for_query(query) });
    assert_eq!(exact("lai châu"), [4]);
    assert_eq!(exact("dang"), Vec::<i64>::new());
}

#[test]
fn operators_prefixes_and_fields_narrow() {
    let (_bench, reader) = bench();
    let cases: &[(&str, &[i64])] = &[
        ("dang NOT huong", &[1]),
        ("dang -hương", &[1]),
        ("\"cho phien\" OR \"lop hoc\"", &[4, 6]),
        ("(dang OR cho) AND NOT huong", &[1, 4, 7]),
        ("sơn*", &[1]),
        ("\"bac y\"*", &[1]),
        ("caption:\"son tra\"", &[1]),
        ("title:dang", &[1, 2]),
        ("body:dang", &[1, 2]),
        ("captions:dang", &[2]),
        ("title:(dâng OR nương)", &[2, 5]),
    ];
    for (query, expected) in cases {
        assert_eq!(found(&reader, query), *expected, "{query}");
    }
    let in_title = Search { fields: vec![Field::Title], ..Search::for_query("hoc") };
    assert_eq!(ids(&reader, &in_title), [6]);
}

#[test]
fn a_date_is_found_however_it_is_written_and_no_other_number() {
    let (_bench, reader) = bench();
    for query in ["10/5", "\"10/5\"", "10-5", "10.5", "10/05"] {
        assert_eq!(found(&reader, query), [2, 4, 7], "{query}");
    }
    assert_eq!(found(&reader, "5/10"), [3, 7]);
    assert_eq!(found(&reader, "dâng 10/5"), [2]);
    assert_eq!(found(&reader, "cho -10/5"), Vec::<i64>::new());
    assert_eq!(found(&reader, "xe -10/5"), [3]);
}

#[test]
fn filters_select_by_newspaper_province_and_days() {
    let (_bench, reader) = bench();
    let all = Search { limit: None, ..Search::default() };
    assert_eq!(ids(&reader, &all), [1, 2, 3, 4, 5, 6, 7]);
    let of = |search: Search| ids(&reader, &search);
    assert_eq!(of(Search { newspapers: vec!["baolaichau".into()], ..all.clone() }), [3, 4, 5]);
    assert_eq!(of(Search { provinces: vec!["lai chau".into()], ..all.clone() }), [3, 4, 5]);
    let may = Search { from: day("2023-05-11"), to: day("2023-05-31"), ..all.clone() };
    assert_eq!(of(may.clone()), [2, 6]);
    assert_eq!(of(Search { query: Some("bac".into()), ..may }), [2, 6]);
    assert_eq!(of(Search { from: day("2023-06-01"), ..all.clone() }), [3, 4]);
    assert_eq!(of(Search { to: day("2022-12-31"), ..all.clone() }), [5, 7]);
    let event = Search { event_from: day("2023-05-10"), event_to: day("2023-05-10"), ..all.clone() };
    assert_eq!(of(event.clone()), [1, 2]);
    assert_eq!(of(Search { query: Some("đoàn".into()), ..event }), [2]);
    let both = Search { query: Some("cho".into()), newspapers: vec!["baolaichau".into()], ..all.clone() };
    assert_eq!(of(both), [4]);
    let unknown = reader.search_ids(&Search { newspapers: vec!["baolangson".into()], ..all.clone() });
    insta::assert_snapshot!(unknown.unwrap_err().to_string(), @"no newspaper 'baolangson' in the archive (`khobao stats` lists those that are)");
    let unknown = reader.search_ids(&Search { provinces: vec!["Lạng Sơn".into()], ..all });
    insta::assert_snapshot!(unknown.unwrap_err().to_string(), @"no newspaper of the province 'Lạng Sơn' in the archive (`khobao stats` lists those that are)");
}

#[test]
fn the_best_comes_first_or_the_newest() {
    let (_bench, reader) = bench();
    let best = reader.search_ids(&Search::for_query("hoc")).unwrap();
    assert_eq!(best[0], 6);
    let newest = Search { order: Order::Newest, ..Search::for_query("cho OR dang") };
    assert_eq!(reader.search_ids(&newest).unwrap(), [4, 2, 1, 7]);
    let second = Search { offset: 1, limit: Some(2), ..newest.clone() };
    assert_eq!(reader.search_ids(&second).unwrap(), [2, 1]);
    // Dates are made sure of one by one; offset and limit count what passed.
    let dates = Search { order: Order::Newest, offset: 1, limit: Some(1), ..Search::for_query("10/5") };
    assert_eq!(reader.search_ids(&dates).unwrap(), [2]);
    let by_number = Search { order: Order::Id, ..Search::for_query("cho OR dang") };
    assert_eq!(reader.search_ids(&by_number).unwrap(), [1, 2, 4, 7]);
}

#[test]
fn a_hit_shows_the_original_text_with_the_words_marked() {
    let (_bench, reader) = bench();
    let hits = reader.search(&Search::for_query("hoa binh")).unwrap();
    let hit = hits.iter().find(|hit| hit.id == 3).unwrap();
    assert_eq!(shown(&hit.snippet), "Xe chạy từ Đà Nẵng ra thành phố [Hoà] [Bình]. Chào đón 05-10 năm sau.");
    assert_eq!((hit.snippet_from, hit.newspaper.as_str()), ("body", "baolaichau"));
    assert!(hit.score.unwrap() > 0.0);
    let hit = &reader.search(&Search::for_query("title:\"đảng bộ\"")).unwrap()[0];
    assert_eq!(shown(&hit.title), "[Đảng bộ] huyện Bắc Yên đổi mới cách làm");
    assert_eq!(hit.published_at.as_deref(), Some("2023-05-10T17:45:00+07:00"));
    assert_eq!(hit.event_date.as_deref(), Some("2023-05-10"));
}

#[test]
fn a_wrong_query_is_told_and_is_no_fault_of_the_archive() {
    let (_bench, reader) = bench();
    let error = reader.search(&Search::for_query("\"bac")).unwrap_err();
    assert!(matches!(error, SearchError::Query(_)));
    insta::assert_snapshot!(error.to_string(), @"the phrase at character 1 has no closing quotation mark (add one at its end)");
    // Signs that mean something to the index mean nothing here.
    for query in ["bac^2", "{a} : b\"\"", "bac + kan", "NEAR(a b)", "a:", "x\u{0}y", "';--"] {
        let _ = reader.search(&Search::for_query(query)).map_err(|error| {
            assert!(matches!(error, SearchError::Query(_)), "{query}: {error}");
        });
    }
}

/// Twelve thousand articles that speak of a fair; every hundredth in its title, more or less often in its text; they
/// are of ninety months, and some of none.
fn thousands() -> Bench {
    let bench = Bench::new();
    bench
        .stock()
        .execute_batch(
            "PRAGMA foreign_keys = OFF;
             CREATE TEMP TABLE made AS
               WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < 12000)
               SELECT id, iif(id % 100 = 0, 'Hội chợ vùng cao', 'Tin trong ngày') AS title,
                 'Bà con đi hội chợ. ' || replace(hex(zeroblob(id % 7)), '00', 'Hội chợ đông. ') AS body,
                 iif(id % 97 = 0, NULL, date('2015-01-0' || (1 + id % 8), '+' || (id % 90) || ' months')) AS day FROM n;
             INSERT INTO article (id, newspaper, key, version, version_count, published_at, first_seen_at, last_seen_at)
               SELECT id, 1, id, id, 1, day, '2023-05-01T00:00:00Z', '2023-05-01T00:00:00Z' FROM made;
             INSERT INTO version (id, article, number, captured_at, reason, text_sha256, url, section, authors, tags,
                 end_mark, language, khobao, layout, origin, word_count, title, captions, photos, blocks, body)
               SELECT id, id, 1, '2023-05-01T00:00:00Z', 'first', x'00', 'https://baosonla.vn/' || id, '[]', '[]', '[]',
                 0, 'vi', '0', 'x', '{}', 1, title, '[]', '[]', '[]', body FROM made;
             INSERT INTO search_text (article, filters, title_folded, body_folded)
               SELECT id, 'newspaperbaosonla' || coalesce(' month' || strftime('%Y%m', day), ''),
                 iif(id % 100 = 0, 'hoi cho vung cao', 'tin trong ngay'), 'ba con di hoi cho' FROM made;
             INSERT INTO searchable (rowid, title, body, title_folded, body_folded, filters)
               SELECT id, title, body, title_folded, body_folded, filters FROM search_content;
             INSERT INTO search_title (rowid, title, title_folded) SELECT id, title, title_folded FROM search_content;",
        )
        .unwrap();
    bench
}

#[test]
fn where_thousands_fit_the_newest_are_the_same_as_if_all_were_looked_at() {
    let bench = thousands();
    let reader = bench.archive.reader().unwrap();
    let stock = bench.stock();
    let all = |condition: &str| -> Vec<i64> {
        let sql = format!("SELECT id FROM article WHERE {condition} ORDER BY published_at DESC, id DESC");
        let mut statement = stock.prepare(&sql).unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    for (from, to, condition) in [
        (None, None, "1"),
        (None, day("2019-03-05"), "published_at < '2019-03-06'"),
        (day("2016-01-03"), None, "published_at >= '2016-01-03'"),
    ] {
        let all = all(condition);
        for (offset, limit) in [(0, 20), (130, 20), (500, 300), (3150, 100), (4200, 30), (11_990, 50)] {
            let search = Search {
                offset,
                limit: Some(limit),
                from,
                to,
                order: Order::Newest,
                ..Search::for_query("hoi cho")
            };
            let page: Vec<i64> = all.iter().skip(offset).take(limit).copied().collect();
            assert_eq!(reader.search_ids(&search).unwrap(), page, "{condition} {offset}");
        }
    }
}

#[test]
fn the_program_ranks_as_a_stock_client_does() {
    let (bench, reader) = bench();
    let stock = bench.stock();
    for (query, expression) in
        [("xe", "xe"), ("đảng OR dâng", "đảng OR dâng"), ("cho", "cho"), ("hoc", "hoc")]
    {
        let fields = "{title_folded lead_folded body_folded captions_folded}";
        let expression =
            if expression.is_ascii() { format!("{fields} : {expression}") } else { expression.into() };
        let mut statement =
            stock.prepare("SELECT rowid, -rank FROM searchable(?1) ORDER BY rank, rowid DESC").unwrap();
        let ranked: Vec<(i64, f64)> = statement
            .query_map([&expression], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        let hits = reader.search(&Search::for_query(query)).unwrap();
        let hits: Vec<(i64, f64)> = hits.iter().map(|hit| (hit.id, hit.score.unwrap())).collect();
        assert!(!ranked.is_empty());
        assert_eq!(hits, ranked, "{query}");
    }
}

#[test]
fn an_event_of_several_months_is_found_in_each_of_them() {
    let mut bench = Bench::new();
    for (id, first, last) in [
        (1, "2023-01-28", Some("2023-03-02")),
        (2, "2022-02-01", Some("2024-06-30")),
        (3, "2023-02-10", None),
    ] {
        let mut entry = article(id);
        let dateline = entry.dateline.as_mut().unwrap();
        (dateline.date, dateline.date_end) = (day(first), last.and_then(day));
        let target = article_target(id);
        bench.visit(&target, &read_article(&target, &entry, at(1)), at(1));
    }
    let reader = bench.archive.reader().unwrap();
    let on = |first: &str, last: &str| {
        let search = Search { event_from: day(first), event_to: day(last), ..Search::for_query("mận") };
        ids(&reader, &search)
    };
    assert_eq!(on("2023-02-10", "2023-02-10"), [1, 2, 3]);
    assert_eq!(on("2023-02-11", "2023-02-20"), [1, 2]);
    assert_eq!(on("2023-03-02", "2023-04-30"), [1, 2]);
    assert_eq!(on("2023-03-03", "2023-03-31"), [2]);
    assert_eq!(on("2024-06-01", "2024-06-30"), [2], "long after the months that have tokens");
    assert_eq!(on("2022-01-01", "2022-01-31"), Vec::<i64>::new());
    assert_eq!(on("2019-01-01", "2023-01-31"), [1, 2], "more months than are told by tokens");
}

#[test]
fn where_thousands_fit_those_with_the_words_in_the_title_come_first() {
    let bench = thousands();
    let reader = bench.archive.reader().unwrap();
    let search = |query: &str, offset: usize, limit: usize| {
        reader.search_ids(&Search { offset, limit: Some(limit), ..Search::for_query(query) }).unwrap()
    };
    for query in ["hội chợ", "hoi cho", "\"hội chợ\""] {
        let page = search(query, 0, 50);
        assert!(page.iter().all(|id| id % 100 == 0), "{query}: {page:?}");
        // Pages meet without a gap and without a repetition, also where the others begin.
        let mut paged: Vec<i64> = (0..4).flat_map(|page| search(query, page * 50, 50)).collect();
        assert_eq!(paged[..50], page);
        assert!(paged[..120].iter().all(|id| id % 100 == 0) && paged[120..].iter().all(|id| id % 100 != 0));
        paged.sort_unstable();
        paged.dedup();
        assert_eq!(paged.len(), 200);
    }
    let count = |query: &str| reader.search_count(&Search::for_query(query)).unwrap();
    assert_eq!((count("hội").articles, count("hội").is_all), (10_000, false));
    assert_eq!((count("vùng cao").articles, count("vùng cao").is_all), (120, true));
    let in_title = Search { fields: vec![Field::Title], limit: None, ..Search::for_query("hội chợ") };
    assert_eq!(reader.search_ids(&in_title).unwrap().len(), 120);
    let none_in_title = search("hội NOT title:hội", 0, 20);
    assert!(none_in_title.iter().all(|id| id % 100 != 0));
}
