//! Listings, feeds and sitemaps, and the links beside them.

use std::path::Path;

use khobao::target::{Link, TargetKind};
use serde_json::{Value, json};

use super::{answer, differences, files, fixtures, newspapers, page, shown};

fn told(link: &Link) -> Value {
    json!({
        "url": link.target.url,
        "kind": link.target.kind.as_str(),
        "title": link.title,
        "date": link.date,
    })
}

/// In the order of addresses, for the order on the page is no promise.
fn by_url(mut links: Vec<Value>) -> Value {
    links.sort_by(|left, right| left["url"].as_str().cmp(&right["url"].as_str()));
    Value::from(links)
}

/// How the links of a page differ from its answer: the articles exactly, and the other pages that it must lead to.
/// It may lead to more sections than the answer names: its menu is not what is held here.
fn faults(expected: &Value, links: Vec<Link>) -> Vec<String> {
    let (articles, others): (Vec<Link>, Vec<Link>) =
        links.into_iter().partition(|link| link.target.kind == TargetKind::Article);
    let mut faults = Vec::new();
    let listed = by_url(expected["articles"].as_array().unwrap().clone());
    differences("articles", &listed, &by_url(articles.iter().map(told).collect()), &mut faults);
    for other in expected["others"].as_array().unwrap() {
        let is_it = |link: &Link| {
            other["url"] == link.target.url.as_str() && other["kind"] == link.target.kind.as_str()
        };
        if !others.iter().any(is_it) {
            faults.push(format!("  no link to {other}"));
        }
    }
    faults
}

#[test]
fn every_fixture_listing_leads_to_the_articles_beside_it() {
    let newspapers = newspapers();
    let mut wrong = Vec::new();
    let mut read = 0;
    for path in files(&fixtures(), ".links.json") {
        let expected = answer(&path);
        let stem = path.to_str().unwrap().strip_suffix(".links.json").unwrap();
        let (kind, ending) = match stem.rsplit_once('.').unwrap().1 {
            "listing" => (TargetKind::Listing, "html"),
            "feed" => (TargetKind::Feed, "xml"),
            "sitemap" => (TargetKind::Sitemap, "xml"),
            other => panic!("{stem}: no kind of page is called '{other}'"),
        };
        let newspaper = newspapers.get(expected["newspaper"].as_str().unwrap()).unwrap();
        let page = page(Path::new(&format!("{stem}.{ending}")), kind, expected["url"].as_str().unwrap());
        read += 1;
        let faults = match khobao::discover::links(newspaper, &page) {
            Ok(links) => faults(&expected, links),
            Err(unfit) => vec![format!("  {unfit}")],
        };
        if !faults.is_empty() {
            wrong.push(format!("{}\n{}", shown(&path), faults.join("\n")));
        }
    }
    assert!(read >= 20, "the fixtures are where this test looks: {read} pages of links");
    assert!(wrong.is_empty(), "{} of {read} are read wrong\n\n{}", wrong.len(), wrong.join("\n\n"));
}
