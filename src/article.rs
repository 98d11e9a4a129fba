//! What an article page says: the noun that everything else is about.
//!
//! These types are the contract with the outside: their JSON form is printed by `read` and `show`, and the JSON
//! Schema of the project is made from them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::when::When;

/// One article, as read from one page.
///
/// All text is NFC with blanks collapsed and zero-width characters removed; otherwise verbatim.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Article {
    /// The newspaper's id; null for a page of no known newspaper.
    pub newspaper: Option<String>,
    /// The canonical address.
    pub url: Url,
    /// The newspaper's own number for the article, from its address.
    pub id_in_newspaper: Option<String>,
    /// The printed headline, without the site's suffix.
    pub title: String,
    /// The opening summary (sapo), where the page has one apart from the body.
    pub lead: Option<String>,
    /// The dateline, given once more; it also stays in the text where it stands.
    pub dateline: Option<Dateline>,
    /// Persons: names and pen names as printed, roles and labels taken off.
    pub authors: Vec<String>,
    /// When the page says it was published.
    pub published_at: Option<When>,
    /// When the page says it was last changed.
    pub updated_at: Option<When>,
    /// The path of sections, from the general to the article's own.
    pub section: Vec<String>,
    /// Tags as printed.
    pub tags: Vec<String>,
    /// The text in reading order, without lead, captions, bylines, boxes and tails.
    pub body: Vec<Block>,
    /// Distinct captions in reading order.
    pub captions: Vec<String>,
    /// The photos of the article.
    pub images: Vec<Image>,
    /// Where the text comes from when it is not the newspaper's own, and collective signatures.
    pub source_note: Option<String>,
    /// Whether the text ended with the mark `./.`, which is taken off.
    pub end_mark: bool,
    /// BCP 47 code of the language.
    pub language: String,
    /// What read it.
    pub read_by: ReadBy,
    /// For each field, what gave it.
    pub origin: BTreeMap<String, Origin>,
}

/// One block of text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Its text; a table's rows are parted by newlines and its cells by tabs.
    pub text: String,
}

impl Block {
    /// A block of the given kind.
    pub fn new(kind: BlockKind, text: impl Into<String>) -> Block {
        Block { kind, text: text.into() }
    }
}

/// The kinds of blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    /// Running text.
    Paragraph,
    /// A heading inside the article.
    Heading,
    /// A quotation set apart.
    Quote,
    /// An item of a list.
    ListItem,
    /// A table of data.
    Table,
}

impl BlockKind {
    /// The kind's name as it stands in the archive and in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            BlockKind::Paragraph => "paragraph",
            BlockKind::Heading => "heading",
            BlockKind::Quote => "quote",
            BlockKind::ListItem => "list_item",
            BlockKind::Table => "table",
        }
    }
}

/// One photo.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Image {
    /// Its true address, also where the page loads it late.
    pub url: Url,
    /// The index of its caption in [`Article::captions`].
    pub caption: Option<usize>,
    /// Who took it, where the caption says so.
    pub credit: Option<String>,
}

/// How an article opens: who reports, from where, and when it happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Dateline {
    /// The dateline verbatim, without the separator behind it: `BBK - Chiều 10/5`.
    pub text: String,
    /// The code of the paper or agency: `BBK`.
    pub source: Option<String>,
    /// The place that the opening names.
    pub place: Option<String>,
    /// The part of the day as printed, in lower case: `chiều`.
    pub part_of_day: Option<String>,
    /// The day of the event, or the first of several.
    pub date: Option<NaiveDate>,
    /// The last of several days.
    pub date_end: Option<NaiveDate>,
    /// The date as printed: `10/5`.
    pub date_text: Option<String>,
    /// How sure the date is.
    pub confidence: Confidence,
}

/// How sure a resolved date is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Printed whole, or resolved within 60 days of the publication.
    High,
    /// The year was guessed from afar, the day does not exist, or the date lies after the publication.
    Low,
}

/// What read an article: the program's version, the layout used, the character set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReadBy {
    /// The version of khobao.
    pub khobao: String,
    /// `newspaper/layout`, or `generic`.
    pub layout: String,
    /// How the page's bytes became text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charset: Option<Charset>,
}

/// How the bytes of a page became text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Charset {
    /// The label that the header or the page declares, as written; null where none does.
    pub declared: Option<String>,
    /// The character set that was used, by its name in the WHATWG Encoding Standard: `UTF-8`, `windows-1258`.
    pub used: String,
    /// What was mended after decoding (`UTF-8 read as windows-1252`, `TCVN3`); null where the text was sound.
    pub mended: Option<String>,
}

/// What gave a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// A selector of the newspaper's file.
    Selector,
    /// A JSON-LD block of the page.
    JsonLd,
    /// A `meta` element.
    Meta,
    /// The page's address.
    Url,
    /// The generic reader: the page's own structure and wording.
    Generic,
}
