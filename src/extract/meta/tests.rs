//! Metadata of pages in the markup of several systems, and its traps.

use super::*;

const URL: &str = "https://baohoason.example.vn/xa-hoi/nuoc-ve-post101.html";

fn read_page(head: &str) -> Meta {
    let url = Url::parse(URL).unwrap();
    let html = format!("<!DOCTYPE html><html><head>{head}</head><body><p>Nước về.</p></body></html>");
    let document = Document::parse(&html, &url, None);
    let fetched_at = "2026-11-01T00:00:00Z".parse().unwrap();
    read(&document, &Newspaper::unknown("baohoason.example.vn"), None, &url, fetched_at)
}

fn published(meta: &Meta) -> Option<String> {
    meta.dates.published(&[]).map(|told| told.value.to_string())
}

#[test]
fn the_title_loses_the_sites_name() {
    let meta = read_page(
        r#"<title>Nước về  | Báo Hòa Sơn</title><meta property="og:site_name" content="Báo Hòa Sơn">"#,
    );
    assert_eq!(meta.title, Some(Told::new("Nước về".to_owned(), Origin::Meta)));
    let meta = read_page(
        r#"<title>Khác</title><meta property="og:title" content="N&#432;ớc về "><meta name="description" content=" Nước về sớm. ">"#,
    );
    assert_eq!(meta.title, Some(Told::new("Nước về".to_owned(), Origin::Meta)));
    assert_eq!(meta.description.as_deref(), Some("Nước về sớm."));
}

#[test]
fn the_newspaper_is_no_author() {
    for (head, authors) in [
        (
            r#"<meta name="author" content="Báo Hòa Sơn"><meta property="og:site_name" content="Báo Hòa Sơn">"#,
            None,
        ),
        (
            r#"<meta name="author" content="Hòa Sơn"><meta property="og:site_name" content="Báo Hòa Sơn">"#,
            None,
        ),
        (r#"<meta name="author" content="MEDIASOFT">"#, None),
        (r#"<meta property="article:author" content="https://www.facebook.com/baohoason">"#, None),
        (r#"<meta property="article:author" content="baohoason">"#, None),
        (
            r#"<meta name="author" content="TUOI TRE ONLINE"><meta property="dable:author" content="LÊ HÀ;VY AN">"#,
            Some(vec!["LÊ HÀ", "VY AN"]),
        ),
        (r#"<meta name="author" content="Kiều Oanh">"#, Some(vec!["Kiều Oanh"])),
        (r#"<meta property="article:author" content="L&amp;#234; Hà">"#, Some(vec!["Lê Hà"])),
    ] {
        let told = read_page(head).authors.map(|told| told.value);
        assert_eq!(told, authors.map(|names| names.into_iter().map(str::to_owned).collect()), "{head}");
    }
}

#[test]
fn machines_dates_are_read_in_their_forms() {
    for (head, expected) in [
        (
            r#"<meta property="article:published_time" content="2026-09-05T09:18:48+0700">"#,
            "2026-09-05T09:18:48+07:00",
        ),
        (
            r#"<meta name="article:published_time" content="9/5/2026 10:17:01 PM">"#,
            "2026-09-05T22:17:01+07:00",
        ),
        (r#"<meta name="pubdate" content="2026-09-05T09:18:48">"#, "2026-09-05T09:18:48+07:00"),
        (r#"<meta itemprop="datePublished" content="2026-09-05">"#, "2026-09-05"),
        (r#"<meta itemprop="datePublished" content="2026-09-05T00:00:00+07:00">"#, "2026-09-05"),
        (
            r#"<meta itemprop="datePublished" content="2026-09-05"><meta name="pubdate" content="2026-09-05T07:00:01+07:00">"#,
            "2026-09-05T07:00:01+07:00",
        ),
        (
            r#"<script type="application/ld+json">{"@type":"NewsArticle","headline":"H","datePublished":"2026-09-05 11:51:00"}</script>"#,
            "2026-09-05T11:51:00+07:00",
        ),
    ] {
        assert_eq!(published(&read_page(head)).as_deref(), Some(expected), "{head}");
    }
    assert_eq!(
        published(&read_page(r#"<meta property="datetimenow" content="9/30/2026 10:56:42 PM">"#)),
        None
    );
}

#[test]
fn what_is_printed_corrects_the_machine() {
    let printed = |text: &str| [Told::new(text.parse().unwrap(), Origin::Generic)];
    let chosen = |content: &str, text: &str| {
        let meta = read_page(&format!(r#"<meta property="article:published_time" content="{content}">"#));
        meta.dates.published(&printed(text)).map(|told| told.value.to_string())
    };
    assert_eq!(
        chosen("2026-05-09T22:17:01+07:00", "2026-09-05T22:17:00+07:00").as_deref(),
        Some("2026-09-05T22:17:00+07:00")
    );
    assert_eq!(
        chosen("2026-09-05T22:17:01Z", "2026-09-05T22:17:00+07:00").as_deref(),
        Some("2026-09-05T22:17:00+07:00")
    );
    assert_eq!(
        chosen("2026-09-05T22:17:01+07:00", "2026-09-06T22:17:00+07:00").as_deref(),
        Some("2026-09-05T22:17:01+07:00")
    );
    assert_eq!(
        chosen("2026-09-05T22:17:01+07:00", "2026-09-05T22:17:00+07:00").as_deref(),
        Some("2026-09-05T22:17:01+07:00")
    );
}

#[test]
fn a_change_counts_only_after_the_publication() {
    let meta = read_page(
        r#"<meta property="article:published_time" content="2026-09-05T09:18:48+07:00"><meta property="article:modified_time" content="2026-09-05T09:18:48+07:00">"#,
    );
    let published = meta.dates.published(&[]).map(|told| told.value);
    assert_eq!(meta.dates.updated(published), None);
}

#[test]
fn the_canonical_address_must_be_the_articles_own() {
    for (head, expected) in [
        (
            r#"<link rel="canonical" href="/xa-hoi/nuoc-ve-som-post101.html?utm_source=x">"#,
            "https://baohoason.example.vn/xa-hoi/nuoc-ve-som-post101.html",
        ),
        (
            r#"<meta name="canonical" content="https://www.baohoason.example.vn/nuoc-ve-post101.html">"#,
            "https://www.baohoason.example.vn/nuoc-ve-post101.html",
        ),
        (r#"<link rel="canonical" href="https://baohoason.example.vn/">"#, URL),
        (r#"<meta property="og:url" content="https://baocu.example.vn/95/101/nuoc-ve/">"#, URL),
        (r#"<link rel="canonical" href="javascript:void(0)">"#, URL),
        ("", URL),
    ] {
        assert_eq!(read_page(head).url.value.as_str(), expected, "{head}");
    }
}

#[test]
fn sections_and_tags_are_lists() {
    let meta = read_page(
        r#"<meta property="article:section" content="Quy hoạch,Địa ốc"><meta property="article:tag" content="a b,c"><meta name="keywords" content="Báo Hòa Sơn, tin nhanh">"#,
    );
    assert_eq!(meta.section.map(|told| told.value), Some(vec!["Địa ốc".to_owned(), "Quy hoạch".to_owned()]));
    assert_eq!(meta.keywords[0].value, ["a b", "c"]);
    assert_eq!(sections("Xây dựng Đảng, chính quyền"), ["Xây dựng Đảng, chính quyền"]);
    assert_eq!(
        tidied(["# Nước ".to_owned(), "lũ,".to_owned(), "NƯỚC".to_owned(), String::new()]),
        ["Nước", "lũ"]
    );
}
