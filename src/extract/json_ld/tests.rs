//! JSON-LD as pages really print it: valid, nested, escaped twice, broken and cut.

use proptest::prelude::*;

use super::*;

fn read_one(block: &str) -> Linked {
    read([block])
}

const PLAIN: &str = r#"{
  "@context": "https://schema.org", "@type": "NewsArticle",
  "mainEntityOfPage": {"@type": "WebPage", "@id": "https://baohoason.example.vn/mua-nuoc-ve-post101.html"},
  "headline": "Mùa nước về sớm", "description": "Nước về sớm hơn mọi năm.",
  "datePublished": "2024-08-03T06:15:00+07:00", "dateModified": "2024-08-03T09:00:00+07:00",
  "author": {"@type": "Person", "name": "Lê Thu Cúc"},
  "publisher": {"@type": "Organization", "name": "Báo Hòa Sơn"},
  "articleSection": "Xã hội", "keywords": "mùa nước, Bàu Sen"
}"#;

#[test]
fn an_article_is_read_whole() {
    let linked = read_one(PLAIN);
    assert_eq!(linked.title.as_deref(), Some("Mùa nước về sớm"));
    assert_eq!(linked.description.as_deref(), Some("Nước về sớm hơn mọi năm."));
    assert_eq!(linked.published.as_deref(), Some("2024-08-03T06:15:00+07:00"));
    assert_eq!(linked.updated.as_deref(), Some("2024-08-03T09:00:00+07:00"));
    assert_eq!(linked.byline.persons, ["Lê Thu Cúc"]);
    assert_eq!(linked.publisher.as_deref(), Some("Báo Hòa Sơn"));
    assert_eq!(linked.section, ["Xã hội"]);
    assert_eq!(linked.tags, ["mùa nước", "Bàu Sen"]);
    assert_eq!(linked.url.as_deref(), Some("https://baohoason.example.vn/mua-nuoc-ve-post101.html"));
    assert!(linked.has_article);
}

#[test]
fn the_article_is_found_wherever_it_stands() {
    for block in [
        format!("[{PLAIN}]"),
        format!(
            r#"{{"@context":"https://schema.org","@graph":[{{"@type":"WebSite","name":"Báo Hòa Sơn"}},{PLAIN}]}}"#
        ),
        format!(r#"{{"@type":"WebPage","mainEntity":{PLAIN}}}"#),
        format!(r#"{{"@type":"Organization","name":"Báo Hòa Sơn"}}{PLAIN}"#),
        PLAIN.replace(
            r#""@type": "NewsArticle""#,
            r#""@type": ["Thing", "http://schema.org/ReportageNewsArticle"]"#,
        ),
        PLAIN.replace(r#""headline""#, r#""name""#),
    ] {
        assert_eq!(read_one(&block), read_one(PLAIN), "{block}");
    }
}

#[test]
fn other_articles_are_left_alone() {
    let other = PLAIN.replace("Mùa nước về sớm", "Chợ nổi đông khách").replace("Lê Thu Cúc", "Đỗ Biên");
    let list = format!(r#"{{"@type":"ItemList","itemListElement":[{other}]}}"#);
    assert_eq!(read([list.as_str(), PLAIN]), read_one(PLAIN));
    assert_eq!(read([PLAIN, other.as_str()]), read_one(PLAIN));
}

#[test]
fn two_things_about_one_article_complete_each_other() {
    let short = r#"{"@type":"Article","headline":"Mùa nước về sớm","keywords":["nước","lũ"],"datePublished":"2024-08-03","author":"Bút danh"}"#;
    let linked = read([short, PLAIN]);
    assert_eq!(linked.tags, ["nước", "lũ"]);
    assert_eq!(linked.byline.persons, ["Lê Thu Cúc"]);
    assert_eq!(linked.published.as_deref(), Some("2024-08-03"));
}

#[test]
fn broken_blocks_are_mended() {
    let expected = read_one(PLAIN);
    for (fault, block) in [
        ("comma at the end", PLAIN.replace("Bàu Sen\"\n}", "Bàu Sen\",\n}")),
        ("line break in a string", PLAIN.replace("Mùa nước về", "Mùa nước\r\n  về")),
        ("tab in a string", PLAIN.replace("Mùa nước về", "Mùa nước\tvề")),
        ("single quotes", PLAIN.replace('"', "'")),
        ("escaped as HTML", PLAIN.replace('"', "&quot;")),
        ("HTML comment", format!("<!--\n{PLAIN}\n-->")),
        ("CDATA", format!("//<![CDATA[\n{PLAIN}\n//]]>")),
        ("script comment", PLAIN.replacen('{', "{ /* bài */ ", 1).replacen(",\n", ", // dòng\n", 1)),
        ("missing comma", PLAIN.replace("\"Mùa nước về sớm\",", "\"Mùa nước về sớm\"\n")),
        ("bare names", PLAIN.replace("\"headline\"", "headline")),
        ("semicolon behind", format!("{PLAIN};")),
        ("entities in strings", PLAIN.replace("Mùa nước", "M&#249;a n&amp;#432;ớc")),
        ("bad escape", PLAIN.replace("về sớm\",", r#"về s\ớm","#)),
        ("cut off behind the tags", PLAIN.replace("Bàu Sen\"\n}", "Bàu Sen")),
    ] {
        assert_ne!(block, PLAIN, "{fault}");
        assert_eq!(read_one(&block), expected, "{fault}");
    }
}

#[test]
fn quotes_within_a_string_stay_in_it() {
    let block = r#"{"@type":"NewsArticle","headline":"Phong trào "Nhà sạch, vườn đẹp", mỗi nhà một tay","description":"Gọi là "vườn".","keywords":["a "b" c","d"]}"#;
    let linked = read_one(block);
    assert_eq!(linked.title.as_deref(), Some(r#"Phong trào "Nhà sạch, vườn đẹp", mỗi nhà một tay"#));
    assert_eq!(linked.description.as_deref(), Some(r#"Gọi là "vườn"."#));
    assert_eq!(linked.tags, [r#"a "b" c"#, "d"]);
}

#[test]
fn a_block_cut_in_the_middle_gives_what_it_has() {
    let cut = &PLAIN[..PLAIN.find("Person").unwrap()];
    let linked = read_one(cut);
    assert_eq!(linked.title.as_deref(), Some("Mùa nước về sớm"));
    assert_eq!(linked.published.as_deref(), Some("2024-08-03T06:15:00+07:00"));
    assert!(linked.byline.is_empty());
}

#[test]
fn authors_come_in_many_forms() {
    for (author, persons) in [
        (r#""Lê Hà""#, &["Lê Hà"] as &[&str]),
        (r#"["Lê Hà", {"@type":"Person","name":"Đỗ Biên","jobTitle":"Phóng viên"}]"#, &["Lê Hà", "Đỗ Biên"]),
        (r#"{"@type":"Person","name":"Tin và ảnh: Lê Hà - Đỗ Biên"}"#, &["Lê Hà", "Đỗ Biên"]),
        (r#"{"@type":"Person","name":["Lê Hà"]}"#, &["Lê Hà"]),
        (r##"{"@id":"#nguoi-1"}"##, &["Lê Hà"]),
        (r#"{"@type":"Organization","name":"Lê Hà"}"#, &[]),
        (r#"{"@type":"Person","name":"hoasontv"}"#, &[]),
        (r#"{"@type":"Person","name":""}"#, &[]),
        ("null", &[]),
    ] {
        let block = format!(
            r##"[{{"@type":"NewsArticle","headline":"H","author":{author}}},{{"@type":"Person","@id":"#nguoi-1","name":"Lê Hà"}}]"##
        );
        assert_eq!(read_one(&block).byline.persons, persons, "{author}");
    }
}

#[test]
fn breadcrumbs_give_the_path_of_sections() {
    let block = r#"[{"@type":"BreadcrumbList","itemListElement":[
        {"@type":"ListItem","position":3,"name":"Mùa nước về sớm"},
        {"@type":"ListItem","position":1,"item":{"@id":"https://baohoason.example.vn/","name":"Trang chủ"}},
        {"@type":"ListItem","position":"2","item":{"@id":"https://baohoason.example.vn/xa-hoi","name":"Xã hội"}}]},
        {"@type":"NewsArticle","headline":"Mùa nước về sớm"}]"#;
    assert_eq!(read_one(block).breadcrumbs, ["Xã hội"]);
}

#[test]
fn empty_lists_are_empty() {
    let linked = read_one(
        r#"{"@type":"NewsArticle","headline":"H","keywords":[""],"articleSection":["Xã hội ", "Đời sống"]}"#,
    );
    assert!(linked.tags.is_empty());
    assert_eq!(linked.section, ["Xã hội", "Đời sống"]);
}

#[test]
fn depth_and_length_are_bounded() {
    for block in [
        "[".repeat(200_000),
        "{\"a\":".repeat(100_000),
        format!("{{\"headline\":\"{}", "x".repeat(2 << 20)),
        "\"".repeat(100_000),
        "{'".repeat(50_000),
        "{\"a\" ".repeat(50_000),
    ] {
        assert_eq!(read_one(&block).title, None);
    }
}

proptest! {
    #[test]
    fn nothing_panics(block in "\\PC{0,200}") {
        let _ = read_one(&block);
    }

    #[test]
    fn nothing_panics_on_what_looks_like_json(block in "[{}\\[\\]\"',:\\\\/a-c0-9 \\nuâ&;]{0,200}") {
        let _ = read_one(&block);
    }

    #[test]
    fn whole_blocks_are_read_alike_by_both_parsers(title in "[^\\p{C}]{0,40}", tags in proptest::collection::vec("[a-z\"\\\\ ]{1,8}", 0..4)) {
        let block = serde_json::json!({"@type": "NewsArticle", "headline": title, "keywords": tags}).to_string();
        prop_assert_eq!(graph::gather(&lenient::parse(&block)), read_one(&block));
    }

    #[test]
    fn any_cut_gives_a_part_of_the_whole(at in 0..PLAIN.len()) {
        let linked = read_one(&PLAIN[..PLAIN.floor_char_boundary(at)]);
        if let Some(published) = linked.published {
            prop_assert!("2024-08-03T06:15:00+07:00".starts_with(&published));
        }
    }
}
