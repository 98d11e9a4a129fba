//! Search: queries in the words of a reader, filters, ranks, snippets of the original text.
//!
//! Three steps, each its own file: `query` understands what was typed, `compile` says it in the language of the
//! index, and `text` holds it against the article itself, for the snippets and where the index alone is not exact.
//! `plan` makes the SQL of it, `select` and `newest` choose what is asked first where very many articles fit.

mod compile;
mod newest;
mod node;
mod plan;
mod query;
mod select;
mod snippet;
mod text;
mod words;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

use super::{ArchiveError, Reader};
use node::Node;
use text::Texts;

pub use node::Field;
pub use query::QueryError;
pub use snippet::Run;

/// The words of a text as the index parts them.
pub(super) fn words_of(text: &str) -> impl Iterator<Item = &str> {
    words::of_text(text).map(|found| &text[found.start..found.end])
}

/// What to look for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// The query; without one, everything that the filters let through.
    pub query: Option<String>,
    /// Where words may stand that do not say so themselves; empty for everywhere.
    pub fields: Vec<Field>,
    /// Words without marks do not stand for words with marks.
    pub exact: bool,
    /// Ids of newspapers; empty for all.
    pub newspapers: Vec<String>,
    /// Provinces, with marks or without; empty for all.
    pub provinces: Vec<String>,
    /// The first day of publication.
    pub from: Option<NaiveDate>,
    /// The last day of publication.
    pub to: Option<NaiveDate>,
    /// The first day of the event, by the dateline.
    pub event_from: Option<NaiveDate>,
    /// The last day of the event, by the dateline.
    pub event_to: Option<NaiveDate>,
    /// What comes first.
    pub order: Order,
    /// How many to leave out at the beginning.
    pub offset: usize,
    /// How many to find, at most; none for all.
    pub limit: Option<usize>,
}

/// What comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// What fits best: rare words and words in title and lead count most. Where thousands fit, those whose title fits
    /// come before all others, then those whose title and lead fit together. Without a query, the newest.
    #[default]
    Best,
    /// What was published last.
    Newest,
    /// By the article's number.
    Id,
}

impl Default for Search {
    fn default() -> Search {
        Search {
            query: None,
            fields: Vec::new(),
            exact: false,
            newspapers: Vec::new(),
            provinces: Vec::new(),
            from: None,
            to: None,
            event_from: None,
            event_to: None,
            order: Order::Best,
            offset: 0,
            limit: Some(20),
        }
    }
}

/// How many articles were found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// So many.
    pub articles: u64,
    /// And no more: counting went to the end.
    pub is_all: bool,
}

/// An article that was found.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Hit {
    /// The article's number in the archive.
    pub id: i64,
    /// The newspaper's id.
    pub newspaper: String,
    /// The article's address.
    pub url: String,
    /// When it was published, as the page says.
    pub published_at: Option<String>,
    /// The day of the event, by the dateline.
    pub event_date: Option<String>,
    /// How well it fits: more is better. None without a query, and where the newest come first.
    pub score: Option<f64>,
    /// The headline, with what was found in it.
    pub title: Vec<Run>,
    /// Where the snippet is from: `lead`, `body` or `captions`.
    pub snippet_from: &'static str,
    /// A few words around what was found.
    pub snippet: Vec<Run>,
}

/// Why a search could not be done.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The query is wrong.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// A filter names a newspaper that the archive does not have.
    #[error("no newspaper '{0}' in the archive (`khobao stats` lists those that are)")]
    NoNewspaper(String),
    /// A filter names a province that no newspaper of the archive has.
    #[error("no newspaper of the province '{0}' in the archive (`khobao stats` lists those that are)")]
    NoProvince(String),
    /// The archive could not be read.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
}

impl Search {
    /// A search by a query alone.
    pub fn for_query(query: impl Into<String>) -> Search {
        Search { query: Some(query.into()), ..Search::default() }
    }

    fn fields(&self) -> &[Field] {
        if self.fields.is_empty() { &Field::ALL } else { &self.fields }
    }

    fn parsed(&self) -> Result<Option<Node>, QueryError> {
        self.query.as_ref().map(|query| query::parse(query, self.exact)).transpose()
    }
}

impl Reader {
    /// The articles that a search finds, with snippets.
    pub fn search(&self, search: &Search) -> Result<Vec<Hit>, SearchError> {
        let node = search.parsed()?;
        let found = select::select(self, search, node.as_ref())?;
        let mut phrases = Vec::new();
        if let Some(node) = &node {
            text::phrases(node, &mut phrases);
        }
        let hit = |(id, score): (i64, Option<f64>)| {
            let row = select::row(&self.connection, id).map_err(|error| self.fault(error))?;
            let texts = Texts::new(row.texts());
            let (field, snippet) = snippet::best(&texts, &phrases, search.fields());
            let title = snippet::marked(texts.field(Field::Title), &phrases);
            Ok(Hit {
                id,
                score,
                title,
                snippet_from: field.as_str(),
                snippet,
                newspaper: row.newspaper,
                url: row.url,
                published_at: row.published_at,
                event_date: row.event_date,
            })
        };
        found.into_iter().map(hit).collect()
    }

    /// The newspapers that a search's filters by newspaper and province let through; none where they name none.
    pub fn newspapers_of(&self, search: &Search) -> Result<Option<Vec<String>>, SearchError> {
        let chosen = select::newspapers(self, search)?;
        Ok(chosen.map(|chosen| chosen.into_iter().map(|(_, id)| id).collect()))
    }

    /// The numbers of the articles that a search finds, in its order.
    pub fn search_ids(&self, search: &Search) -> Result<Vec<i64>, SearchError> {
        let node = search.parsed()?;
        let found = select::select(self, search, node.as_ref())?;
        Ok(found.into_iter().map(|(id, _)| id).collect())
    }

    /// How many articles a search finds, whatever its offset and limit, counted up to a bound.
    pub fn search_count(&self, search: &Search) -> Result<Counted, SearchError> {
        let node = search.parsed()?;
        select::count(self, search, node.as_ref())
    }
}
