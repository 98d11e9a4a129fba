//! Pages read without a selector file.

use khobao::evaluate::{self, Options};
use khobao::newspaper::Newspaper;
use khobao::page::{Page, Unfit};
use khobao::target::TargetKind;
use serde_json::Value;
use url::Url;

use super::{answer, files, fixtures, newspapers, page, shown};

/// How many of a hundred pages that were written for selectors must be read as well without.
const PERCENT_MIN: usize = 94;

/// Nor may a page's text be missed or mixed up on more than so few.
const BODY_PERCENT_MIN: usize = 90;

#[test]
fn pages_of_unknown_sites_are_read_as_their_answers_say() {
    let options = Options { generic: true, fetched_at: "2026-11-24T10:00:00Z".parse().unwrap() };
    let report = evaluate::folder(&fixtures().join("unknown"), &newspapers(), &options).unwrap();
    let totals = report.totals();
    assert!(totals.pages >= 8, "{} pages", totals.pages);
    assert!(totals.body_f1_min > 0.9999, "{}", report.faults().join("\n"));
    let wrong: Vec<String> = report.faults().into_iter().filter(|fault| !fault.contains(": ~ ")).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Reads a fixture's page as one of a site without a selector file.
fn read_unknown(page: &Page) -> Result<Value, Unfit> {
    let unknown = Newspaper::unknown(page.url.host_str().unwrap());
    khobao::extract::article(&unknown, page).map(|article| serde_json::to_value(article).unwrap())
}

fn texts(article: &Value) -> Vec<&str> {
    article["body"].as_array().unwrap().iter().map(|block| block["text"].as_str().unwrap()).collect()
}

#[test]
fn pages_of_known_newspapers_are_read_nearly_as_well_without_their_selectors() {
    let fields = ["title", "lead", "authors", "published_at", "captions", "body"];
    let mut right = [0; 6];
    let mut pages = 0;
    let mut faults = Vec::new();
    for path in files(&fixtures(), ".json") {
        let page_path = path.with_extension("html");
        // The sample newspaper's pages are of an address that no newspaper has.
        if !page_path.exists() || shown(&path).starts_with("demo") {
            continue;
        }
        let expected = answer(&path);
        let url = expected["url"].as_str().unwrap();
        let article = match read_unknown(&page(&page_path, TargetKind::Article, url)) {
            Ok(article) => article,
            Err(unfit) => panic!("{}: {unfit}", shown(&page_path)),
        };
        pages += 1;
        for (field, right) in fields.iter().zip(&mut right) {
            let is_right = match *field {
                "body" => texts(&article) == texts(&expected),
                field => article[field] == expected[field],
            };
            *right += usize::from(is_right);
            if !is_right {
                faults.push(format!("{}: {field}", shown(&page_path)));
            }
        }
    }
    assert!(pages >= 150, "{pages} pages");
    for (field, right) in fields.iter().zip(right) {
        let least = if *field == "body" { BODY_PERCENT_MIN } else { PERCENT_MIN };
        assert!(right * 100 >= pages * least, "{field}: {right} of {pages}\n{}", faults.join("\n"));
    }
}

#[test]
fn listings_are_no_articles() {
    let mut listings = 0;
    for path in files(&fixtures(), ".listing.html") {
        let links = answer(&path.with_extension("links.json"));
        let Some(url) = links["url"].as_str() else { continue };
        let read = read_unknown(&page(&path, TargetKind::Article, url));
        assert!(matches!(read, Err(Unfit::NotArticle(_))), "{}: {read:?}", shown(&path));
        listings += 1;
    }
    assert!(listings > 0);
}

#[test]
fn a_page_without_end_is_read_in_bounded_time() {
    let unknown = Newspaper::unknown("baohoason.example.vn");
    let nested = "<div>".repeat(100_000) + "<p>Nước về sớm hơn mọi năm, bà con mừng.</p>";
    let lines = "<p>Nước về sớm hơn mọi năm, bà con các xã cù lao mừng như hội.</p>".repeat(40_000);
    let boxes = "<div><a href=a>Nước về sớm hơn mọi năm</a><p>Bà con các xã cù lao mừng như hội, xuống giống ngay.</p></div>".repeat(20_000);
    for body in [nested, lines, boxes] {
        let page = Page {
            kind: TargetKind::Article,
            url: Url::parse("https://baohoason.example.vn/a").unwrap(),
            status: 200,
            headers: Vec::new(),
            body: format!(
                "<html><head><title>Nước về</title></head><body><h1>Nước về</h1>{body}</body></html>"
            )
            .into(),
            fetched_at: "2026-11-24T10:00:00Z".parse().unwrap(),
        };
        let _ = khobao::extract::article(&unknown, &page);
    }
}
