//! The commands that look things up in an archive, as their user runs them: search, history, diff, show.

use khobao::outcome::Fate;
use serde_json::Value;

use super::search::bench as search_bench;
use super::{Bench, article, article_target, at, read_article};
use crate::program::{Desk, Run};

/// Runs a command on the archive of a bench.
fn run(bench: &Bench, arguments: &[&str]) -> Run {
    let archive = bench.archive.path().to_str().unwrap();
    Desk::new().run(&[arguments, &["--archive", archive]].concat())
}

/// The numbers of the articles that a search prints, in their order.
fn found(bench: &Bench, arguments: &[&str]) -> Vec<i64> {
    let run = run(bench, &[&["search", "--json"], arguments].concat());
    assert!(matches!(run.code, Some(0 | 1)), "{arguments:?}: {}", run.stderr);
    let ids: Vec<i64> = run.json().iter().map(|hit| hit["id"].as_i64().unwrap()).collect();
    assert_eq!(run.code == Some(1), ids.is_empty(), "nothing found is 1: {arguments:?}");
    ids
}

/// An article in three versions, the last of them gone.
fn edited_bench() -> Bench {
    let mut bench = Bench::new();
    let target = article_target(1);
    let mut entry = article(1);
    bench.visit(&target, &read_article(&target, &entry, at(1)), at(1));
    entry.title = "Mộc Châu khai mạc mùa hái mận hậu năm 2023".into();
    bench.visit(&target, &read_article(&target, &entry, at(2)), at(2));
    entry.body[2].text = "Bà con bản Hoa đón hai đoàn khách đầu tiên trong tiếng khèn.".into();
    entry.captions.pop();
    entry.images.truncate(2);
    entry.authors.pop();
    entry.body.pop();
    bench.visit(&target, &read_article(&target, &entry, at(3)), at(3));
    bench
}

#[test]
fn search_finds_as_a_vietnamese_reader_means_it() {
    let (bench, _) = search_bench();
    let cases: &[(&[&str], &[i64])] = &[
        (&["bac kan"], &[2, 6]),
        (&["\"bac kan\""], &[2]),
        (&["Bắc Kạn"], &[2]),
        (&["Ba\u{306}\u{301}c Ka\u{323}n"], &[2]),
        (&["\u{d0}ảng"], &[1]),
        (&["\"da nang\""], &[3]),
        (&["dang uy"], &[1]),
        (&["doi moi"], &[1]),
        (&["đảng"], &[1]),
        (&["dâng"], &[2]),
        (&["\"hoà bình\""], &[3, 5]),
        (&["\"hòa bình\""], &[3, 5]),
        (&["dang -hương"], &[1]),
        (&["(dang OR cho) NOT huong"], &[1, 4, 7]),
        (&["sơn*"], &[1]),
        (&["caption:\"son tra\""], &[1]),
        (&["10/5"], &[2, 4, 7]),
        (&["10-5"], &[2, 4, 7]),
        (&["10.5"], &[2, 4, 7]),
        (&["hoc", "--in", "title"], &[6]),
        (&["dang", "--in", "captions"], &[2]),
        (&["lai châu", "--exact"], &[4]),
        (&["bac", "--from", "2023-05-11", "--to", "2023-05-31"], &[2, 6]),
        (&["bac", "--from", "2023-05", "--to", "2023-05"], &[1, 2, 6]),
        (&["cho", "--newspaper", "baolaichau"], &[4]),
        (&["cho", "--province", "lai chau"], &[4]),
        (&["cho", "--newspaper", "baosonla,baolaichau"], &[4, 7]),
        (&["đoàn OR đảng", "--on", "2023-05-10"], &[1, 2]),
        (&["cho", "--event-from", "2024", "--event-to", "2024-05"], &[4]),
        (&["không có"], &[]),
    ];
    for (arguments, expected) in cases {
        let mut ids = found(&bench, arguments);
        ids.sort_unstable();
        assert_eq!(ids, *expected, "{arguments:?}");
    }
}

#[test]
fn search_puts_the_best_or_the_newest_first_and_says_how_many_there_are() {
    let (bench, _) = search_bench();
    assert_eq!(found(&bench, &["hoc"])[0], 6);
    assert_eq!(found(&bench, &["cho OR dang", "--newest"]), [4, 2, 1, 7]);
    assert_eq!(found(&bench, &["cho OR dang", "--sort", "date", "--offset", "1", "--limit", "2"]), [2, 1]);
    let part = run(&bench, &["search", "cho OR dang", "--limit", "2"]).ends(0);
    assert!(part.stderr.contains("1 to 2 of 4 articles found"), "{}", part.stderr);
    // Each date is made sure of, and only those that are dates count.
    let dates = run(&bench, &["search", "10/5", "--limit", "1"]).ends(0);
    assert!(dates.stderr.contains("1 to 1 of 3 articles found"), "{}", dates.stderr);
    let beyond = run(&bench, &["search", "10/5", "--offset", "5"]).ends(1);
    assert!(beyond.stderr.contains("3 articles found, none from number 6 on"), "{}", beyond.stderr);
}

#[test]
fn search_shows_the_original_text_with_the_words_in_brackets_or_in_colour() {
    let (bench, _) = search_bench();
    let plain = run(&bench, &["search", "hoa binh xe"]).ends(0);
    insta::assert_snapshot!(plain.stdout, @r"
         3  2024-01-20  baolaichau  Tuyến đường 110/5 thông [xe]
            [Xe] chạy từ Đà Nẵng ra thành phố [Hoà] [Bình]. Chào đón 05-10 năm sau.
            https://baosonla.vn/xa-hoi/tin-post3.html
    ");
    let colour = run(&bench, &["search", "hoa binh xe", "--color", "always"]).ends(0);
    assert!(colour.stdout.contains("\u{1b}[31mHoà\u{1b}[0m"), "{:?}", colour.stdout);
    let lines = run(&bench, &["search", "hoa binh", "--json"]).ends(0).json();
    let hit = lines.iter().find(|hit| hit["id"] == 3).unwrap();
    assert_eq!(hit["snippet"], "Xe chạy từ Đà Nẵng ra thành phố Hoà Bình. Chào đón 05-10 năm sau.");
    let marked: Vec<&Value> =
        hit["snippet_pieces"].as_array().unwrap().iter().filter(|piece| piece["is_match"] == true).collect();
    assert_eq!(marked.len(), 2, "{hit}");
    Desk::new().assert_schema("search", &lines);
}

#[test]
fn a_wrong_search_is_told_with_its_place_and_ends_with_2() {
    let (bench, _) = search_bench();
    let cases: &[(&[&str], &str)] = &[
        (&["bac \"kan"], "the phrase at character 5 has no closing quotation mark (add one at its end)"),
        (&["bac AND"], "AND at character 5 needs a word on both sides"),
        (&["(bac"], "the parenthesis at character 1 has no partner"),
        (&["titel:bac"], "there is no field 'titel' as at character 1"),
        (&["NOT bac"], "the query only says what not to find"),
        (&["…"], "the query has no word to look for"),
        (&["bac", "--from", "2024", "--to", "2023"], "--from 2024-01-01 lies after --to 2023-12-31"),
        (&["bac", "--on", "10/5/2023"], "no such day (write 2023-05-10"),
        (&["bac", "--in", "titel"], "no such field (title, lead, body or captions)"),
        (&["bac", "--newspaper", "baobackan"], "no newspaper 'baobackan' in the archive"),
    ];
    for (arguments, message) in cases {
        let run = run(&bench, &[&["search"], *arguments].concat()).ends(2);
        assert!(run.stderr.contains(message), "{arguments:?}: {}", run.stderr);
        assert_eq!(run.stdout, "");
    }
}

#[test]
fn history_lists_the_versions_and_why_they_are_there() {
    let bench = edited_bench();
    let history = run(&bench, &["history", "1"]).ends(0);
    insta::assert_snapshot!(history.stdout, @r"
    1  https://baosonla.vn/xa-hoi/tin-post1.html
    version  captured          reason  words  read by            title
    1        2023-05-12 11:01  first   42     baosonla/epi-2023  Mộc Châu khai mạc mùa hái mận năm 2023
    2        2023-05-12 11:02  edited  42     baosonla/epi-2023  Mộc Châu khai mạc mùa hái mận hậu năm 2023
    3        2023-05-12 11:03  edited  36     baosonla/epi-2023  Mộc Châu khai mạc mùa hái mận hậu năm 2023
    last seen on 2023-05-12
    ");
    let by_address = run(&bench, &["history", "https://baosonla.vn/xa-hoi/tin-post1.html", "--json"]).ends(0);
    let lines = by_address.json();
    let reasons: Vec<&Value> = lines.iter().map(|line| &line["reason"]).collect();
    assert_eq!(reasons, ["first", "edited", "edited"]);
    Desk::new().assert_schema("history", &lines);
    run(&bench, &["history", "77"]).ends(1);
    run(&bench, &["history", "Mộc Châu"]).ends(2);
}

#[test]
fn diff_shows_what_changed_word_by_word() {
    let bench = edited_bench();
    let diff = |arguments: &[&str]| run(&bench, &[&["diff"], arguments].concat());
    insta::assert_snapshot!(diff(&["1"]).ends(0).stdout, @r"
    1  https://baosonla.vn/xa-hoi/tin-post1.html
    --- version 2, captured 2023-05-12 11:02 UTC, edited
    +++ version 3, captured 2023-05-12 11:03 UTC, edited

    body
    […] Vườn mở cửa đến hết tháng 6

    Bà con bản Hoa đón {+hai+} đoàn khách đầu tiên trong tiếng khèn. [-Xã	Diện tích (ha)
    Tân Lập	120-]

    captions
    Du khách hái mận ở thung lũng Nà Ka. [-Mận hậu vào vụ.-]

    authors
    Lò Thị [-Hiên; Quàng Văn Pâng-] {+Hiên+}
    ");
    let first = diff(&["1", "1", "2"]).ends(0).stdout;
    assert!(first.contains("\ntitle\nMộc Châu khai mạc mùa hái mận {+hậu+} năm 2023\n"), "{first}");
    assert_eq!(diff(&["1", "2"]).ends(0).stdout, first, "what version 2 changed");
    let back = diff(&["1", "2", "1"]).ends(0).stdout;
    assert!(back.contains("mận [-hậu-] năm"), "{back}");
    let colour = diff(&["1", "2", "--color", "always"]).ends(0).stdout;
    assert!(colour.contains("\u{1b}[32mhậu\u{1b}[0m") && !colour.contains("{+"), "{colour:?}");
    for (arguments, code, message) in [
        (&["1", "1"][..], 1, "the first version changed nothing"),
        (&["1", "1", "9"], 1, "article 1 has no version 9: it has 3"),
        (&["9"], 1, "the archive has no article 9"),
        (&["1", "--html", "--json"], 2, "choose one"),
    ] {
        let told = diff(arguments).ends(code).stderr;
        assert!(told.contains(message), "{told}");
    }
}

#[test]
fn diff_is_there_as_json_and_as_a_page() {
    let bench = edited_bench();
    let lines = run(&bench, &["diff", "1", "--json"]).ends(0).json();
    Desk::new().assert_schema("diff", &lines);
    let fields: Vec<&Value> =
        lines[0]["changes"].as_array().unwrap().iter().map(|change| &change["field"]).collect();
    assert_eq!(fields, ["body", "captions", "authors"]);
    let page = run(&bench, &["diff", "1", "--html"]).ends(0).stdout;
    assert!(page.starts_with("<!doctype html>") && page.contains("<ins>hai </ins>"), "{page}");
    assert!(!page.contains("src="), "nothing is loaded from elsewhere");
}

#[test]
fn show_gives_the_stored_page_byte_for_byte() {
    let mut bench = Bench::new();
    // What a terminal would take for a colour, and what is no UTF-8, are the page's own.
    let page: &[u8] = b"<html>\x1b[31m b\xe1o \x00\x9b1m</html>\r\n";
    let fate = Fate::Article(Box::new(article(1)));
    bench.visit(&article_target(1), &super::read(&article_target(1), fate, page, at(1)), at(1));
    let archive = bench.archive.path().to_str().unwrap();
    let output = Desk::new().command(&["show", "1", "--raw", "--archive", archive]).output().unwrap();
    assert_eq!(output.stdout, page);
}

#[test]
fn show_gives_an_earlier_version_and_the_stored_page_only_where_it_is_sound() {
    let bench = edited_bench();
    let first = run(&bench, &["show", "1", "--version", "1"]).ends(0).stdout;
    assert!(first.starts_with("Mộc Châu khai mạc mùa hái mận năm 2023\n"), "{first}");
    let raw = run(&bench, &["show", "1", "--version", "2", "--raw"]).ends(0).stdout;
    assert!(raw.contains("<title>Mộc Châu khai mạc mùa hái mận hậu năm 2023</title>"), "{raw}");
    let page = "<html><title>Mộc Châu khai mạc mùa hái mận hậu năm 2032</title>4</html>";
    let forge = "UPDATE blob SET form = 'raw', dictionary = NULL, stored = CAST(?1 AS BLOB)
                 WHERE id = (SELECT blob FROM capture ORDER BY id LIMIT 1 OFFSET 1)";
    bench.stock().execute(forge, [page]).unwrap();
    let told = run(&bench, &["show", "1", "--version", "2", "--raw"]).ends(2);
    assert!(
        told.stderr.contains("the page of capture 2 is not what was received: its digest differs"),
        "{}",
        told.stderr
    );
}

#[test]
fn the_file_alone_is_the_archive_once_a_run_has_ended() {
    let desk = super::exports::demo();
    let alone = desk.path("alone.db");
    std::fs::copy(desk.path("khobao.db"), &alone).unwrap();
    let alone = rusqlite::Connection::open(alone).unwrap();
    let articles: i64 = alone.query_row("SELECT count(*) FROM articles", [], |row| row.get(0)).unwrap();
    assert_eq!(articles.to_string(), desk.column("SELECT count(*) FROM articles")[0]);
    let ended: bool = alone.query_row("SELECT ended_at IS NOT NULL FROM runs", [], |row| row.get(0)).unwrap();
    assert!(ended);
}

#[test]
fn numbers_beyond_all_counting_are_all_and_nothing() {
    let (bench, _) = search_bench();
    let all = found(&bench, &["bac kan"]);
    assert!(!all.is_empty());
    assert_eq!(found(&bench, &["bac kan", "--limit", "18446744073709551615"]), all);
    assert!(found(&bench, &["bac kan", "--offset", "18446744073709551615"]).is_empty());
}
