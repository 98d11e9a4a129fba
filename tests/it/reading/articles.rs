//! Article pages and the articles beside them.

use khobao::page::Unfit;
use khobao::target::TargetKind;
use serde_json::Value;

use crate::schemas;

use super::{answer, differences, files, fixtures, newspapers, page, shown};

/// Takes out what is not the page's: the version of the program, and what gave the fields that the expectation
/// does not speak of.
fn comparable(mut article: Value, expected: &Value) -> Value {
    let read_by = article["read_by"].as_object_mut().unwrap();
    read_by.retain(|field, _| expected["read_by"].get(field).is_some());
    let origins = expected["origin"].as_object().unwrap();
    article["origin"].as_object_mut().unwrap().retain(|field, _| origins.contains_key(field));
    article
}

#[test]
fn every_fixture_page_is_read_to_the_article_beside_it() {
    let newspapers = newspapers();
    let schema = schemas::of_article();
    let mut faults = Vec::new();
    let mut read = 0;
    for path in files(&fixtures(), ".json") {
        let page_path = path.with_extension("html");
        if !page_path.exists() {
            continue;
        }
        let expected = answer(&path);
        let newspaper = newspapers.get(expected["newspaper"].as_str().unwrap()).unwrap();
        let page = page(&page_path, TargetKind::Article, expected["url"].as_str().unwrap());
        let mut told = Vec::new();
        match khobao::extract::article(newspaper, &page) {
            Ok(article) => {
                let article = serde_json::to_value(article).unwrap();
                told.extend(schemas::faults(&schema, &article));
                let article = comparable(article, &expected);
                differences("", &expected, &article, &mut told);
            }
            Err(unfit) => told.push(format!("  {unfit}")),
        }
        read += 1;
        if !told.is_empty() {
            faults.push(format!("{}\n{}", shown(&page_path), told.join("\n")));
        }
    }
    assert!(read >= 150, "the fixtures are where this test looks: {read} pages");
    assert!(faults.is_empty(), "{} of {read} pages are read wrong\n\n{}", faults.len(), faults.join("\n\n"));
}

#[test]
fn what_is_no_whole_article_is_told_and_not_read() {
    let newspapers = newspapers();
    let newspaper = newspapers.get(khobao::demo::NEWSPAPER).unwrap();
    let unfit = |name: &str| {
        let path = fixtures().join("demo/site").join(name);
        let page = page(&path, TargetKind::Article, &format!("{}/{name}", super::ORIGIN.1));
        khobao::extract::article(newspaper, &page).unwrap_err()
    };
    let cut = unfit("ra-quan-trong-10000-cay-xanh-dau-nguon-suoi-na-giang-post21333.html");
    assert!(matches!(cut, Unfit::Cut(_)), "{cut}");
    let pdf = unfit("bang-gia-dat-dieu-chinh-ap-dung-tu-thang-5-post21329.html");
    assert!(matches!(pdf, Unfit::WrongType { .. }), "{pdf}");
    let missing = unfit("404.html");
    assert!(matches!(missing, Unfit::SoftNotFound(_)), "{missing}");
}
