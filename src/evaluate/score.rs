//! Compares what was read with the answer.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use url::Url;

use super::gold::{ArticleGold, DatelineGold, ImageGold, ListingGold};
use super::grams;
use crate::article::{Article, Block, Dateline, Image};
use crate::page::Unfit;
use crate::target::{address_key, canonical};
use crate::text::caption;
use crate::when::When;

/// Whether a field is as the answer has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// As the answer has it.
    Right,
    /// Not so, where the answer says that another is as good.
    Ambiguous,
    /// Not so.
    Wrong,
}

/// The verdict on one field, with what was read and what should have been where it is not right.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct FieldScore {
    /// The verdict.
    pub verdict: Verdict,
    /// What was read, where it is not right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read: Option<String>,
    /// The answer, where it is not right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gold: Option<String>,
}

/// How like the body is to the answer's, by runs of four words; each from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct BodyScore {
    /// The harmonic mean of precision and recall.
    pub f1: f64,
    /// How much of what was read is right.
    pub precision: f64,
    /// How much of what is right was read.
    pub recall: f64,
}

/// The scores of one article page.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct PageScore {
    /// The page's file, below the folder.
    pub page: String,
    /// The layout that read it, `generic` where none did; null where no article was found.
    pub layout: Option<String>,
    /// Why no article was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unfit: Option<String>,
    /// The body.
    pub body: BodyScore,
    /// The other fields by name.
    pub fields: BTreeMap<String, FieldScore>,
    /// Strings of the page that are not the article's and stand in its lead, body or captions all the same.
    pub foreign: Vec<String>,
}

/// The scores of one listing page.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ListingScore {
    /// The page's file, below the folder.
    pub page: String,
    /// How many article addresses the answer has.
    pub expected: usize,
    /// How many of them were found.
    pub found: usize,
    /// Those that were not.
    pub missing: Vec<Url>,
    /// Addresses taken for articles that the answer says are none.
    pub foreign: Vec<Url>,
    /// How many more addresses were taken for articles, which the answer does not name.
    pub unnamed: usize,
}

/// The fields that are right or wrong, in the order of the table.
pub(super) const FIELDS: [&str; 9] =
    ["title", "lead", "dateline", "authors", "published_at", "captions", "images", "section", "tags"];

/// Scores an article.
pub(super) fn article(page: String, gold: &ArticleGold, read: Result<Article, Unfit>) -> PageScore {
    let (article, unfit) = match read {
        Ok(article) => (Some(article), None),
        Err(unfit) => (None, Some(unfit.to_string())),
    };
    let article = article.as_ref();
    let empty = article.is_none();
    let read_body = article.map(|article| joined(&article.body)).unwrap_or_default();
    let mut fields = BTreeMap::new();
    let mut put = |name: &str, is_right: bool, read: Option<String>, should: Option<String>| {
        let is_nothing = read.as_ref().is_none_or(String::is_empty);
        let verdict = match (is_right && !empty, gold.is_ambiguous(name, is_nothing)) {
            (true, _) => Verdict::Right,
            (false, true) if !empty => Verdict::Ambiguous,
            _ => Verdict::Wrong,
        };
        let (read, gold) = if verdict == Verdict::Right { (None, None) } else { (read, should) };
        fields.insert(name.to_owned(), FieldScore { verdict, read, gold });
    };
    let title = article.map(|article| article.title.clone()).filter(|title| !title.is_empty());
    put("title", same(title.as_deref(), gold.title.as_deref()), title, gold.title.clone());
    let lead = article.and_then(|article| article.lead.clone());
    put("lead", same(lead.as_deref(), gold.lead.as_deref()), lead, gold.lead.clone());
    let dateline = article.and_then(|article| article.dateline.as_ref());
    put(
        "dateline",
        same_dateline(dateline, gold.dateline.as_ref()),
        dateline.map(told),
        gold.dateline.as_ref().map(told_gold),
    );
    let authors = article.map(|article| article.authors.as_slice()).unwrap_or_default();
    put("authors", same_texts(authors, &gold.authors), Some(listed(authors)), Some(listed(&gold.authors)));
    let published = article.and_then(|article| article.published_at);
    put(
        "published_at",
        same_minute(published, gold.published_at),
        published.map(|at| at.to_string()),
        gold.published_at.map(|at| at.to_string()),
    );
    let captions = article.map(|article| article.captions.as_slice()).unwrap_or_default();
    put(
        "captions",
        same_captions(captions, &gold.captions),
        Some(listed(captions)),
        Some(listed(&gold.captions)),
    );
    let images = article.map(|article| article.images.as_slice()).unwrap_or_default();
    let addresses: Vec<String> = images.iter().map(|image| image.url.to_string()).collect();
    let expected: Vec<String> = gold.images.iter().map(|image| image.url.clone()).collect();
    put("images", same_images(images, &gold.images), Some(listed(&addresses)), Some(listed(&expected)));
    let section = article.map(|article| article.section.as_slice()).unwrap_or_default();
    put(
        "section",
        has_section(section, gold.section.as_deref()),
        Some(listed(section)),
        gold.section.clone(),
    );
    let tags = article.map(|article| article.tags.as_slice()).unwrap_or_default();
    put("tags", same_set(tags, &gold.tags), Some(listed(tags)), Some(listed(&gold.tags)));
    PageScore {
        page,
        layout: article.map(|article| article.read_by.layout.clone()),
        unfit,
        body: body(&read_body, &joined(&gold.body)),
        fields,
        foreign: article.map(|article| foreign(article, &gold.must_not_contain)).unwrap_or_default(),
    }
}

/// Scores a listing by the addresses that it gave as articles.
pub(super) fn listing(page: String, gold: &ListingGold, read: &[Url]) -> ListingScore {
    let key = |url: &Url| address_key(&canonical(url));
    let found: Vec<String> = read.iter().map(key).collect();
    let expected: Vec<String> = gold.article_urls.iter().map(key).collect();
    let is_found = |url: &&Url| found.contains(&key(url));
    let missing: Vec<Url> = gold.article_urls.iter().filter(|url| !is_found(url)).cloned().collect();
    let foreign: Vec<Url> = gold.not_articles.iter().filter(is_found).cloned().collect();
    let unnamed = found.iter().filter(|url| !expected.contains(url)).count().saturating_sub(foreign.len());
    let found = expected.len() - missing.len();
    ListingScore { page, expected: expected.len(), found, missing, foreign, unnamed }
}

fn body(read: &str, gold: &str) -> BodyScore {
    let grams::Likeness { precision, recall } = grams::compare(read, gold);
    let f1 = if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 };
    BodyScore { f1, precision, recall }
}

fn joined(body: &[Block]) -> String {
    let texts: Vec<&str> = body.iter().map(|block| block.text.as_str()).collect();
    texts.join("\n")
}

fn listed(texts: &[String]) -> String {
    texts.join(" | ")
}

fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn same(read: Option<&str>, gold: Option<&str>) -> bool {
    read.map(bare) == gold.map(bare)
}

fn same_texts(read: &[String], gold: &[String]) -> bool {
    read.len() == gold.len() && read.iter().zip(gold).all(|(read, gold)| bare(read) == bare(gold))
}

fn same_set(read: &[String], gold: &[String]) -> bool {
    let sorted = |texts: &[String]| {
        let mut texts: Vec<String> = texts.iter().map(|text| bare(text)).collect();
        texts.sort();
        texts
    };
    sorted(read) == sorted(gold)
}

fn same_captions(read: &[String], gold: &[String]) -> bool {
    read.len() == gold.len()
        && read.iter().zip(gold).all(|(read, gold)| caption::key(read) == caption::key(gold))
}

/// Equal to the minute; a bare day equals only itself.
fn same_minute(read: Option<When>, gold: Option<When>) -> bool {
    match (read, gold) {
        (Some(When::Moment(read)), Some(When::Moment(gold))) => {
            read.timestamp().div_euclid(60) == gold.timestamp().div_euclid(60)
        }
        (read, gold) => read == gold,
    }
}

fn same_dateline(read: Option<&Dateline>, gold: Option<&DatelineGold>) -> bool {
    match (read, gold) {
        (Some(read), Some(gold)) => {
            bare(&read.text) == bare(&gold.text)
                && read.source == gold.source
                && same(read.place.as_deref(), gold.place.as_deref())
                && read.part_of_day == gold.part_of_day
                && read.date == gold.date
        }
        (read, gold) => read.is_none() && gold.is_none(),
    }
}

fn told(dateline: &Dateline) -> String {
    let Dateline { text, source, place, part_of_day, date, .. } = dateline;
    format!("{text} {source:?} {place:?} {part_of_day:?} {date:?}")
}

fn told_gold(dateline: &DatelineGold) -> String {
    let DatelineGold { text, source, place, part_of_day, date } = dateline;
    format!("{text} {source:?} {place:?} {part_of_day:?} {date:?}")
}

/// The same photos in the same order, each with the same caption. Hosts are compared without case.
fn same_images(read: &[Image], gold: &[ImageGold]) -> bool {
    let same = |read: &Image, gold: &ImageGold| {
        Url::parse(&gold.url).is_ok_and(|url| url == read.url) && read.caption == gold.caption
    };
    read.len() == gold.len() && read.iter().zip(gold).all(|(read, gold)| same(read, gold))
}

/// The answer is one step of the path; without an answer there is no path.
fn has_section(read: &[String], gold: Option<&str>) -> bool {
    gold.map_or(read.is_empty(), |gold| read.iter().any(|step| bare(step) == bare(gold)))
}

fn foreign(article: &Article, strings: &[String]) -> Vec<String> {
    let mut text = joined(&article.body);
    for more in article.lead.iter().chain(&article.captions) {
        text.push('\n');
        text.push_str(more);
    }
    let text = bare(&text);
    strings.iter().filter(|string| text.contains(&bare(string))).cloned().collect()
}
