//! Scores on small pages and answers of our own.

use super::*;

const PAGE: &str = r#"<!DOCTYPE html><html><head><meta charset="utf-8"><title>Chợ nổi đông khách</title></head><body>
<h1>Chợ nổi đông khách</h1><div class="article-body">
<p>Từ mờ sáng, hơn sáu mươi ghe hàng đã về đậu kín khúc sông trước chợ, mang theo rau, dưa và cá khô của các xã cù lao.</p>
<p>Bà Lò Thị Mến, người bán rau ba mươi năm trên sông, cho biết khách năm nay đông gấp đôi vì nước về sớm và đường bộ còn ngập.</p>
<p>Ban quản lý chợ đã đặt thêm hai bến lên xuống và thắp đèn suốt đêm để ghe thuyền ra vào an toàn trong mùa nước.</p>
</div></body></html>"#;

fn written(gold: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("site")).unwrap();
    std::fs::write(dir.path().join("site/a.html"), PAGE).unwrap();
    std::fs::write(dir.path().join("site/a.gold.json"), gold).unwrap();
    dir
}

fn evaluated(gold: &str) -> Result<Report, EvaluateError> {
    let newspapers = Newspapers::built_in().unwrap();
    let options = Options { generic: false, fetched_at: "2024-08-03T00:00:00Z".parse().unwrap() };
    folder(written(gold).path(), &newspapers, &options)
}

const GOLD: &str = r#"{
  "url": "https://baohoason.example.vn/cho-noi-dong-khach-102.html", "title": "Chợ nổi  đông khách",
  "lead": null, "section": null, "published_at": null, "authors": [], "tags": [], "captions": [], "images": [],
  "body": [
    {"kind": "paragraph", "text": "Từ mờ sáng, hơn sáu mươi ghe hàng đã về đậu kín khúc sông trước chợ, mang theo rau, dưa và cá khô của các xã cù lao."},
    {"kind": "paragraph", "text": "Bà Lò Thị Mến, người bán rau ba mươi năm trên sông, cho biết khách năm nay đông gấp đôi vì nước về sớm và đường bộ còn ngập."},
    {"kind": "paragraph", "text": "Ban quản lý chợ đã đặt thêm hai bến lên xuống và thắp đèn suốt đêm để ghe thuyền ra vào an toàn trong mùa nước."}
  ],
  "must_not_contain": ["bến phà"], "ambiguous": []
}"#;

#[test]
fn a_page_read_right_scores_one_and_all_fields() {
    let report = evaluated(GOLD).unwrap();
    let totals = report.totals();
    assert_eq!((totals.pages, totals.foreign), (1, 0));
    assert!((totals.body.f1 - 1.0).abs() < 1e-9, "{:?}", report.faults());
    assert_eq!(totals.right.values().sum::<usize>(), 9, "{:?}", report.faults());
    assert!(report.faults().is_empty());
}

#[test]
fn a_wrong_field_is_told_and_a_missing_paragraph_costs_recall() {
    let gold = GOLD.replace("Chợ nổi  đông khách", "Chợ nổi vắng khách").replace("bến phà", "cá khô").replace(
        r#"{"kind": "paragraph", "text": "Từ"#,
        r#"{"kind": "paragraph", "text": "Đoạn này không có trên trang, nên phải mất điểm."}, {"kind": "paragraph", "text": "Từ"#,
    );
    let report = evaluated(&gold).unwrap();
    let page = &report.pages[0];
    assert_eq!(page.fields["title"].verdict, Verdict::Wrong);
    assert_eq!(page.fields["title"].read.as_deref(), Some("Chợ nổi đông khách"));
    assert_eq!(page.foreign, ["cá khô"]);
    assert!(page.body.recall < 0.9 && page.body.precision > 0.99);
    assert_eq!(report.faults().len(), 2);
}

#[test]
fn another_answer_is_as_good_where_the_gold_says_so() {
    let gold = GOLD
        .replace("Chợ nổi  đông khách", "Chợ nổi vắng khách")
        .replace(r#""ambiguous": []"#, r#""ambiguous": ["url, title: not printed", "body kind: lists"]"#);
    let report = evaluated(&gold).unwrap();
    assert_eq!(report.pages[0].fields["title"].verdict, Verdict::Ambiguous);
    assert_eq!(report.totals().ambiguous["title"], 1);
    assert_eq!(report.rows()[0].len(), Report::heads().len());
    assert_eq!(report.rows()[1][4], "0+1");
}

#[test]
fn a_listing_is_scored_by_its_addresses() {
    let dir = tempfile::tempdir().unwrap();
    let page = r#"<html><body><ul>
        <li><a href="/cho-noi-dong-khach-mua-nuoc-102345.html">Chợ nổi đông khách mùa nước</a></li>
        <li><a href="/nuoc-ve-som-hon-moi-nam-102346.html">Nước về sớm hơn mọi năm</a></li>
        <li><a href="/lien-he">Liên hệ</a></li></ul></body></html>"#;
    let gold = r#"{"base_url": "https://baohoason.example.vn/xa-hoi",
        "article_urls": ["https://baohoason.example.vn/cho-noi-dong-khach-mua-nuoc-102345.html",
            "https://baohoason.example.vn/giu-dem-tren-be-102347.html"],
        "not_articles": ["https://baohoason.example.vn/lien-he"]}"#;
    std::fs::write(dir.path().join("l.html"), page).unwrap();
    std::fs::write(dir.path().join("l.gold.json"), gold).unwrap();
    let newspapers = Newspapers::built_in().unwrap();
    let options = Options { generic: false, fetched_at: "2024-08-03T00:00:00Z".parse().unwrap() };
    let report = folder(dir.path(), &newspapers, &options).unwrap();
    let listing = &report.listings[0];
    assert_eq!((listing.expected, listing.found, listing.unnamed), (2, 1, 1));
    assert_eq!(listing.missing.len(), 1);
    assert!(listing.foreign.is_empty());
    assert_eq!(report.listing_rows(), [["l.html", "2", "1", "0", "1"]]);
    assert_eq!(report.faults().len(), 1);
}

#[test]
fn a_wrong_answer_is_told_with_its_file() {
    let error = evaluated(r#"{"title": 7}"#).unwrap_err().to_string();
    assert!(error.contains("a.gold.json"), "{error}");
    let empty = tempfile::tempdir().unwrap();
    let newspapers = Newspapers::built_in().unwrap();
    let options = Options { generic: true, fetched_at: DateTime::UNIX_EPOCH };
    assert!(matches!(folder(empty.path(), &newspapers, &options), Err(EvaluateError::NoAnswers(_))));
    std::fs::write(empty.path().join("b.gold.json"), GOLD).unwrap();
    assert!(matches!(folder(empty.path(), &newspapers, &options), Err(EvaluateError::NoPage(_))));
    assert!(matches!(
        folder(&empty.path().join("none"), &newspapers, &options),
        Err(EvaluateError::Unreadable { .. })
    ));
}
