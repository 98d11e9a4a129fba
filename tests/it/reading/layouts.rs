//! Every layout of the selector files that names fields of an article is proven by pages: a newspaper's own layout
//! by pages of that newspaper, a family's by pages of any of its newspapers.

use std::collections::BTreeMap;
use std::path::Path;

use super::{day, files, fixtures, newspapers, shown};

/// The least pages a layout: an ordinary one, one rich in photos and boxes, an odd one.
const PAGES_MIN: usize = 3;

/// The keys of a layout that are no fields of an article.
const OTHER_KEYS: [&str; 7] = ["name", "until", "generic", "links", "next", "date_order", "false_utc"];

/// The layouts of a selector file that say where a field of an article stands.
fn layouts(path: &Path) -> Vec<String> {
    let file: toml::Table = std::fs::read_to_string(path).unwrap().parse().unwrap();
    let Some(layouts) = file.get("layout").and_then(toml::Value::as_array) else { return Vec::new() };
    let tables = layouts.iter().map(|layout| layout.as_table().unwrap());
    tables
        .filter(|table| table.keys().any(|key| !OTHER_KEYS.contains(&key.as_str())))
        .map(|table| table["name"].as_str().unwrap().to_owned())
        .collect()
}

/// The pages of articles: in the folder of a newspaper, not below it.
fn article_pages() -> Vec<std::path::PathBuf> {
    let own = |path: &std::path::PathBuf| path.parent().and_then(Path::parent) == Some(&fixtures());
    files(&fixtures(), ".html").into_iter().filter(own).collect()
}

#[test]
fn no_page_stands_without_its_answer_and_no_answer_without_its_page() {
    let mut alone = Vec::new();
    for path in article_pages() {
        if !path.with_extension("json").exists() || day(&path).is_none() {
            alone.push(shown(&path));
        }
    }
    for path in files(&fixtures(), ".json") {
        let stem = path.to_str().unwrap().trim_end_matches(".json");
        let stem = stem.trim_end_matches(".links").trim_end_matches(".gold");
        if !["html", "xml"].iter().any(|ending| Path::new(&format!("{stem}.{ending}")).exists()) {
            alone.push(shown(&path));
        }
    }
    assert!(alone.is_empty(), "{}", alone.join("\n"));
}

#[test]
fn every_layout_is_proven_by_an_ordinary_a_rich_and_an_odd_page() {
    let newspapers = newspapers();
    let mut pages: BTreeMap<(String, String), usize> = BTreeMap::new();
    for path in article_pages() {
        let id = path.parent().unwrap().file_name().unwrap().to_str().unwrap();
        let newspaper = newspapers.get(id).unwrap_or_else(|| panic!("{}: no such newspaper", shown(&path)));
        let layout = newspaper.layout_on(day(&path).unwrap()).map_or("generic", |layout| &layout.name);
        for owner in [Some(&newspaper.id), newspaper.family.as_ref()].into_iter().flatten() {
            *pages.entry((owner.clone(), layout.to_owned())).or_default() += 1;
        }
    }
    let mut unproven = Vec::new();
    let selectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("selectors");
    for path in files(&selectors, ".toml") {
        let owner = path.file_stem().unwrap().to_str().unwrap().to_owned();
        for layout in layouts(&path) {
            let found = pages.get(&(owner.clone(), layout.clone())).copied().unwrap_or_default();
            if found < PAGES_MIN {
                unproven.push(format!("{owner}/{layout}: {found} of {PAGES_MIN} pages"));
            }
        }
    }
    assert!(unproven.is_empty(), "save more pages under fixtures/<newspaper>/:\n{}", unproven.join("\n"));
}
