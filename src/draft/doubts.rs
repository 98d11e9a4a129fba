//! What a draft is unsure of, said so that its user knows where to look.

use super::compose::{Composed, selected_on};
use super::flat::key;
use super::sample::Sample;
use super::trial::{body_likeness, same_time};
use super::{Doubt, PageRead};
use crate::article::Article;
use crate::newspaper::Field;

/// Bodies that are less alike than this are told.
const BODY_LIKENESS_MIN: f64 = 0.98;

/// Everything that the draft is unsure of, what cannot stay as it is first.
pub(super) fn all(samples: &[Sample<'_>], pages: &[PageRead], composed: &Composed) -> Vec<Doubt> {
    let mut doubts = faults(pages, composed);
    let mut doubt =
        |key: &str, what: String| doubts.push(Doubt { key: key.to_owned(), what, is_fault: false });
    if composed.hosts.len() > 1 {
        let count = composed.hosts.len();
        doubt("hosts", format!("the pages are of {count} hosts (keep those of this newspaper)"));
    }
    if composed.left_out > 0 {
        doubt("hosts", format!("{} hosts belong to other newspapers and are left out", composed.left_out));
    }
    for key in composed.untold.iter().filter(|key| **key != "hosts") {
        doubt(key, untold(key).to_owned());
    }
    if composed.codes.is_empty() {
        doubt(
            "codes",
            "no code opens the datelines of two pages (add the newspaper's own, as in \"BBK - \")".to_owned(),
        );
    }
    if let Some(kin) = &composed.kin
        && kin.layout.is_none()
    {
        doubt(
            "family",
            format!(
                "`{}` by the form of the addresses alone; its selectors do not read these pages",
                kin.name
            ),
        );
    }
    addresses(composed, &mut doubt);
    for what in fields(pages) {
        doubt(what.0, what.1);
    }
    for (key, what) in differences(samples, pages) {
        doubt(key, what);
    }
    doubts
}

fn faults(pages: &[PageRead], composed: &Composed) -> Vec<Doubt> {
    let mut faults = Vec::new();
    let mut fault =
        |key: &str, what: String| faults.push(Doubt { key: key.to_owned(), what, is_fault: true });
    for page in pages {
        if let Some(unfit) = &page.unfit {
            fault("layout", format!("{}: {unfit}", page.url));
        }
    }
    if composed.kin.as_ref().is_none_or(|kin| kin.layout.is_none())
        && !composed.drawn.fields.contains_key(&Field::Body)
    {
        fault("body", "no selector finds the text on all pages; the generic reader reads it (look for its element in a browser)".to_owned());
    }
    if composed.untold.contains(&"hosts") {
        fault("hosts", "the pages do not say their own addresses (give them with --url)".to_owned());
    } else if !composed.takes_addresses {
        fault("article", "the addresses have no form in common (write the pattern of [crawl])".to_owned());
    }
    faults
}

/// What is said of what neither the pages nor the user tell.
fn untold(key: &str) -> &'static str {
    match key {
        "name" => "the pages do not tell the newspaper's name (write it)",
        "province" => "not told by the pages (write it, or leave it out for a national newspaper)",
        _ => "the front page was not seen: links of listings, feeds and sitemaps may be missing",
    }
}

/// A field: its key in the file, its key in the article, and whether an article has it.
type Check = (&'static str, &'static str, fn(&Article) -> bool);

fn addresses(composed: &Composed, doubt: &mut impl FnMut(&str, String)) {
    if composed.article.len() > 1 {
        doubt(
            "article",
            "a pattern for each host, made of few addresses (keep those of this newspaper)".to_owned(),
        );
    }
    if let Some(pattern) = composed.article.iter().min_by_key(|pattern| (pattern.has_id, pattern.is_marked)) {
        if !pattern.has_id {
            doubt(
                "article",
                "the addresses carry no number, so the whole address names the article".to_owned(),
            );
        } else if !pattern.is_marked {
            doubt("article", "only a row of digits tells articles from other pages (compare with addresses of sections and tags)".to_owned());
        }
    }
    if composed.listing_count == 0 {
        doubt(
            "listing",
            "the pages share no menu, so sections are guessed from the look of their addresses".to_owned(),
        );
    }
}

/// Fields that not every page has, or that no selector reads.
fn fields(pages: &[PageRead]) -> Vec<(&'static str, String)> {
    let articles: Vec<&Article> = pages.iter().filter_map(|page| page.article.as_ref()).collect();
    let count = articles.len();
    let checks: [Check; 7] = [
        ("title", "title", |article| !article.title.is_empty()),
        ("lead", "lead", |article| article.lead.is_some()),
        ("published", "published_at", |article| article.published_at.is_some()),
        ("author", "authors", |article| !article.authors.is_empty()),
        ("section", "section", |article| !article.section.is_empty()),
        ("tags", "tags", |article| !article.tags.is_empty()),
        ("caption", "captions", |article| !article.captions.is_empty()),
    ];
    let mut told = Vec::new();
    for (key, field, is_there) in checks {
        let there = articles.iter().filter(|article| is_there(article)).count();
        let selected = selected_on(articles.iter().copied(), field);
        if there == 0 {
            told.push((key, format!("found on none of the {count} pages (look whether they have it)")));
        } else if there < count {
            told.push((key, format!("found on {there} of {count} pages (look whether the others have it)")));
        } else if selected == 0 && field != "captions" {
            told.push((key, "read without a selector, from the page's own data or its structure".to_owned()));
        }
    }
    told
}

/// Where the draft reads otherwise than the generic reader: one of the two is wrong.
fn differences(samples: &[Sample<'_>], pages: &[PageRead]) -> Vec<(&'static str, String)> {
    let mut told = Vec::new();
    for (sample, page) in samples.iter().zip(pages) {
        let (Ok(known), Some(read)) = (&sample.article, &page.article) else { continue };
        let lead = |article: &Article| article.lead.as_deref().map(key).unwrap_or_default();
        let checks = [
            ("title", key(&read.title) != key(&known.title)),
            ("lead", lead(read) != lead(known)),
            ("published", !same_time(read.published_at, known.published_at)),
            ("body", body_likeness(&read.body, &known.body) < BODY_LIKENESS_MIN),
            ("caption", read.captions.len() != known.captions.len()),
        ];
        for (key, _) in checks.into_iter().filter(|(_, differs)| *differs) {
            told.push((
                key,
                format!(
                    "{}: read otherwise without the draft (compare with `khobao read --generic`)",
                    page.url
                ),
            ));
        }
    }
    told
}
