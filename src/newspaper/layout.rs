//! The markup of a newspaper's pages up to a day: for each field of an article, where it stands.

use chrono::NaiveDate;

use super::pick::Pick;

/// What a layout finds on a page. The names are the keys of `[[layout]]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// The headline.
    Title,
    /// The opening summary.
    Lead,
    /// The element that holds the text.
    Body,
    /// Bylines.
    Author,
    /// Where the text comes from.
    Source,
    /// When it was published.
    Published,
    /// When it was changed.
    Updated,
    /// The section's path.
    Section,
    /// Tags.
    Tags,
    /// Captions.
    Caption,
    /// Photos outside the body.
    Photo,
    /// What is no part of the article.
    Drop,
    /// Links to articles on listing pages.
    Links,
    /// Links to the next listing page.
    Next,
}

impl Field {
    /// All fields, in the order in which a file gives them.
    pub const ALL: [Field; 14] = [
        Field::Title,
        Field::Lead,
        Field::Body,
        Field::Author,
        Field::Source,
        Field::Published,
        Field::Updated,
        Field::Section,
        Field::Tags,
        Field::Caption,
        Field::Photo,
        Field::Drop,
        Field::Links,
        Field::Next,
    ];

    /// Whether it is found on pages of articles, and not on listings.
    #[must_use]
    pub fn is_of_articles(self) -> bool {
        !matches!(self, Field::Links | Field::Next)
    }

    /// The key in the file.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Field::Title => "title",
            Field::Lead => "lead",
            Field::Body => "body",
            Field::Author => "author",
            Field::Source => "source",
            Field::Published => "published",
            Field::Updated => "updated",
            Field::Section => "section",
            Field::Tags => "tags",
            Field::Caption => "caption",
            Field::Photo => "photo",
            Field::Drop => "drop",
            Field::Links => "links",
            Field::Next => "next",
        }
    }
}

/// The markup of a newspaper's pages up to a day.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    /// Its name: `epi-2023`.
    pub name: String,
    /// The last day on which pages looked so, by fetch date; the newest layout has none.
    pub until: Option<NaiveDate>,
    /// The headline.
    pub title: Vec<Pick>,
    /// The opening summary (sapo).
    pub lead: Vec<Pick>,
    /// The element that holds the text.
    pub body: Vec<Pick>,
    /// Bylines (tác giả, bút danh).
    pub author: Vec<Pick>,
    /// The note of where the text comes from (nguồn).
    pub source: Vec<Pick>,
    /// When it was published.
    pub published: Vec<Pick>,
    /// When it was changed.
    pub updated: Vec<Pick>,
    /// The elements of the section's path.
    pub section: Vec<Pick>,
    /// Tags.
    pub tags: Vec<Pick>,
    /// Captions, within the body or beside it.
    pub caption: Vec<Pick>,
    /// Photos of the article that stand outside the body.
    pub photo: Vec<Pick>,
    /// What is no part of the article, within the body.
    pub drop: Vec<Pick>,
    /// Links to articles on listing pages.
    pub links: Vec<Pick>,
    /// Links to the next listing page.
    pub next: Vec<Pick>,
    /// The order of day and month in dates that machines wrote (`9/5/2026 10:17:01 PM`), where the file says it.
    pub date_order: Option<DateOrder>,
    /// Dates marked `Z` that are Vietnam's local time all the same.
    pub false_utc: bool,
}

impl Layout {
    /// Whether the markup is not known, so that only the generic reader can read the pages.
    #[must_use]
    pub fn is_generic(&self) -> bool {
        Field::ALL.iter().all(|field| !field.is_of_articles() || self.field(*field).is_empty())
    }

    /// The selectors of one field.
    #[must_use]
    pub fn field(&self, field: Field) -> &[Pick] {
        match field {
            Field::Title => &self.title,
            Field::Lead => &self.lead,
            Field::Body => &self.body,
            Field::Author => &self.author,
            Field::Source => &self.source,
            Field::Published => &self.published,
            Field::Updated => &self.updated,
            Field::Section => &self.section,
            Field::Tags => &self.tags,
            Field::Caption => &self.caption,
            Field::Photo => &self.photo,
            Field::Drop => &self.drop,
            Field::Links => &self.links,
            Field::Next => &self.next,
        }
    }

    pub(super) fn field_mut(&mut self, field: Field) -> &mut Vec<Pick> {
        match field {
            Field::Title => &mut self.title,
            Field::Lead => &mut self.lead,
            Field::Body => &mut self.body,
            Field::Author => &mut self.author,
            Field::Source => &mut self.source,
            Field::Published => &mut self.published,
            Field::Updated => &mut self.updated,
            Field::Section => &mut self.section,
            Field::Tags => &mut self.tags,
            Field::Caption => &mut self.caption,
            Field::Photo => &mut self.photo,
            Field::Drop => &mut self.drop,
            Field::Links => &mut self.links,
            Field::Next => &mut self.next,
        }
    }
}

/// The order of day and month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum DateOrder {
    /// As in Vietnam: `5/9/2026` is 5 September.
    #[default]
    DayFirst,
    /// As some systems write: `9/5/2026` is 5 September.
    MonthFirst,
}
