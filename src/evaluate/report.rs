//! The scores of all pages, their totals, and their rows for a table.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::grams::ratio;
use super::score::{BodyScore, FIELDS, ListingScore, PageScore, Verdict};

/// The scores of a folder.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Report {
    /// The article pages, in the order of their paths.
    pub pages: Vec<PageScore>,
    /// The listing pages, in the order of their paths.
    pub listings: Vec<ListingScore>,
}

/// What all pages come to.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Totals {
    /// How many article pages there are.
    pub pages: usize,
    /// The mean of the pages' body scores.
    pub body: BodyScore,
    /// The lowest F1 of a page.
    pub body_f1_min: f64,
    /// For each field, on how many pages it is right.
    pub right: BTreeMap<String, usize>,
    /// For each field, on how many pages it differs where another answer is as good.
    pub ambiguous: BTreeMap<String, usize>,
    /// How many foreign strings stand in the articles.
    pub foreign: usize,
    /// How many article addresses the listings' answers have.
    pub links_expected: usize,
    /// How many of them were found.
    pub links_found: usize,
}

impl Report {
    /// The totals; all zero without pages.
    #[must_use]
    pub fn totals(&self) -> Totals {
        let pages = self.pages.len();
        let mean = |of: fn(&BodyScore) -> f64| {
            let sum: f64 = self.pages.iter().map(|page| of(&page.body)).sum();
            if pages == 0 { 0.0 } else { sum * ratio(1, pages) }
        };
        Totals {
            pages,
            body: BodyScore {
                f1: mean(|body| body.f1),
                precision: mean(|body| body.precision),
                recall: mean(|body| body.recall),
            },
            body_f1_min: self.pages.iter().map(|page| page.body.f1).reduce(f64::min).unwrap_or_default(),
            right: self.counted(Verdict::Right),
            ambiguous: self.counted(Verdict::Ambiguous),
            foreign: self.pages.iter().map(|page| page.foreign.len()).sum(),
            links_expected: self.listings.iter().map(|listing| listing.expected).sum(),
            links_found: self.listings.iter().map(|listing| listing.found).sum(),
        }
    }

    fn counted(&self, verdict: Verdict) -> BTreeMap<String, usize> {
        let count = |field: &str| {
            let of = |page: &&PageScore| page.fields.get(field).is_some_and(|score| score.verdict == verdict);
            self.pages.iter().filter(of).count()
        };
        FIELDS.iter().map(|field| ((*field).to_owned(), count(field))).collect()
    }

    /// The heads of the table's columns.
    #[must_use]
    pub fn heads() -> Vec<&'static str> {
        let mut heads = vec!["page", "F1", "precision", "recall"];
        heads.extend(FIELDS);
        heads.push("foreign");
        heads
    }

    /// One row a page, then the totals: numbers with four places, `ok`, `~` where another answer is as good, `-`
    /// where it is wrong.
    #[must_use]
    pub fn rows(&self) -> Vec<Vec<String>> {
        let mut rows: Vec<Vec<String>> = self.pages.iter().map(row).collect();
        let totals = self.totals();
        let mut last = vec![format!("{} pages", totals.pages)];
        last.extend(numbers(&totals.body));
        last.extend(FIELDS.iter().map(|field| {
            let right = totals.right.get(*field).copied().unwrap_or_default();
            match totals.ambiguous.get(*field).copied().unwrap_or_default() {
                0 => format!("{right}"),
                ambiguous => format!("{right}+{ambiguous}"),
            }
        }));
        last.push(totals.foreign.to_string());
        rows.push(last);
        rows
    }

    /// The heads of the columns for listings.
    #[must_use]
    pub fn listing_heads() -> Vec<&'static str> {
        vec!["listing", "expected", "found", "no articles", "not named"]
    }

    /// One row a listing.
    #[must_use]
    pub fn listing_rows(&self) -> Vec<Vec<String>> {
        let row = |listing: &ListingScore| {
            let numbers = [listing.expected, listing.found, listing.foreign.len(), listing.unnamed];
            std::iter::once(listing.page.clone()).chain(numbers.map(|number| number.to_string())).collect()
        };
        self.listings.iter().map(row).collect()
    }

    /// What is not right, a line each: page, field, what was read, what should have been.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for page in &self.pages {
            if let Some(unfit) = &page.unfit {
                faults.push(format!("{}: {unfit}", page.page));
                continue;
            }
            for (field, score) in page.fields.iter().filter(|(_, score)| score.verdict != Verdict::Right) {
                let (read, gold) =
                    (score.read.as_deref().unwrap_or("null"), score.gold.as_deref().unwrap_or("null"));
                let sign = if score.verdict == Verdict::Wrong { "-" } else { "~" };
                faults.push(format!("{}: {sign} {field}: {read}, should be: {gold}", page.page));
            }
            faults.extend(page.foreign.iter().map(|foreign| format!("{}: - foreign: {foreign}", page.page)));
        }
        for listing in &self.listings {
            faults.extend(listing.missing.iter().map(|url| format!("{}: - not found: {url}", listing.page)));
            faults.extend(listing.foreign.iter().map(|url| format!("{}: - no article: {url}", listing.page)));
        }
        faults
    }

    /// What `--min` is held against: the mean F1 of the bodies.
    #[must_use]
    pub fn score(&self) -> f64 {
        self.totals().body.f1
    }
}

fn row(page: &PageScore) -> Vec<String> {
    let mut row = vec![page.page.clone()];
    row.extend(numbers(&page.body));
    row.extend(FIELDS.iter().map(|field| {
        let sign = match page.fields.get(*field).map(|score| score.verdict) {
            Some(Verdict::Right) => "ok",
            Some(Verdict::Ambiguous) => "~",
            _ => "-",
        };
        sign.to_owned()
    }));
    row.push(page.foreign.len().to_string());
    row
}

fn numbers(body: &BodyScore) -> [String; 3] {
    [body.f1, body.precision, body.recall].map(|number| format!("{number:.4}"))
}
