//! The SQL of a search: the index for words and filter tokens, the articles' own columns for exact days.

use chrono::NaiveDate;
use rusqlite::params_from_iter;
use rusqlite::types::Value;

use super::compile::{Compiled, compile};
use super::node::Node;
use super::select::{self, Found, row};
use super::text::Texts;
use super::{Order, Search, SearchError};
use crate::archive::{Reader, index};

/// More newspapers or months than these are filtered by the articles' own columns alone.
pub(super) const TOKENS_MAX: usize = 24;

/// Where words are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// In all texts.
    Texts,
    /// In the index of the headlines, a fiftieth of the other: a word that stands in every article stands in few
    /// headlines.
    Titles,
}

impl Source {
    fn table(self) -> &'static str {
        match self {
            Source::Texts => "searchable",
            Source::Titles => "search_title",
        }
    }

    /// The score, best lowest, by the weights that the schema gives to `rank`. It is not called `rank` here: for that
    /// FTS5 sorts all that it finds, together with where each word stands; for an expression SQLite keeps the best
    /// few, in half the time.
    fn score(self) -> &'static str {
        match self {
            Source::Texts => "bm25(searchable, 10.0, 5.0, 1.0, 2.0, 10.0, 5.0, 1.0, 2.0, 0.0)",
            Source::Titles => "bm25(search_title)",
        }
    }
}

/// A statement in the making.
#[derive(Default)]
struct Sql {
    conditions: Vec<String>,
    values: Vec<Value>,
}

impl Sql {
    /// Adds a condition on one value, written `?`.
    fn add(&mut self, condition: &str, value: impl Into<Value>) {
        self.values.push(value.into());
        self.conditions.push(condition.replace('?', &format!("?{}", self.values.len())));
    }
}

/// What a search asks of the database.
pub(super) struct Plan {
    sql: Sql,
    /// The newspapers that the filters name, by number and id.
    newspapers: Option<Vec<(i64, String)>>,
    /// Where words are looked for; none for a search without.
    source: Option<Source>,
    /// The conditions let through more than was asked for.
    is_wide: bool,
}

impl Plan {
    pub(super) fn new(reader: &Reader, search: &Search, node: Option<&Node>) -> Result<Plan, SearchError> {
        let newspapers = select::newspapers(reader, search)?;
        let compiled = node.map(|node| compile(node, search.fields()));
        let words = compiled.as_ref().map(|compiled| (Source::Texts, compiled));
        Ok(Plan::with(search, newspapers, words, &months(search.from, search.to)))
    }

    /// The plan of another expression with the same filters.
    pub(super) fn of(&self, search: &Search, source: Source, words: &Compiled) -> Plan {
        Plan::with(search, self.newspapers.clone(), Some((source, words)), &months(search.from, search.to))
    }

    /// The plan kept to articles published in some months, `2023-05`.
    pub(super) fn of_months(&self, search: &Search, words: &Compiled, months: &[String]) -> Plan {
        Plan::with(search, self.newspapers.clone(), Some((Source::Texts, words)), months)
    }

    fn with(
        search: &Search,
        newspapers: Option<Vec<(i64, String)>>,
        words: Option<(Source, &Compiled)>,
        months: &[String],
    ) -> Plan {
        let mut sql = Sql::default();
        if let Some((source, Compiled { expression, .. })) = words {
            let expression = match source {
                Source::Texts => with_tokens(expression, search, newspapers.as_deref(), months),
                Source::Titles => expression.clone(),
            };
            sql.add(&format!("{} MATCH ?", source.table()), expression);
        }
        if let Some(newspapers) = &newspapers {
            let numbers: Vec<i64> = newspapers.iter().map(|(no, _)| *no).collect();
            sql.add(
                "a.newspaper IN (SELECT value FROM json_each(?))",
                serde_json::Value::from(numbers).to_string(),
            );
        }
        add_days(&mut sql, search);
        let is_wide = words.is_some_and(|(_, words)| words.is_wide);
        Plan { sql, newspapers, source: words.map(|(source, _)| source), is_wide }
    }

    /// Whether the conditions let through more than was asked for, so that each article has to be read.
    pub(super) fn is_wide(&self) -> bool {
        self.is_wide
    }

    /// What it finds; with `node`, each article that a wide plan lets through is read to make sure.
    pub(super) fn run(
        &self,
        reader: &Reader,
        search: &Search,
        node: Option<&Node>,
    ) -> rusqlite::Result<Vec<Found>> {
        let mut prepared = reader.connection.prepare_cached(&self.statement(search))?;
        let mut rows = prepared.query(params_from_iter(&self.sql.values))?;
        let mut found = Vec::new();
        // Where each article is read to make sure, only those that pass count.
        let (mut to_skip, limit) = if self.is_wide { (search.offset, search.limit) } else { (0, None) };
        while limit.is_none_or(|limit| found.len() < limit) {
            let Some(row) = rows.next()? else { break };
            let id = row.get(0)?;
            if self.is_wide && !meets(reader, search, node, id)? {
                continue;
            }
            if to_skip > 0 {
                to_skip -= 1;
                continue;
            }
            // FTS5 ranks the best lowest.
            found.push((id, row.get::<_, Option<f64>>(1)?.map(|score| -score)));
        }
        Ok(found)
    }

    /// How many it finds, counted up to a bound; of a wide plan, how many it lets through.
    pub(super) fn count(&self, reader: &Reader, bound: usize) -> rusqlite::Result<u64> {
        let (from, conditions) = (self.from(Order::Id), self.conditions());
        let bound = i64::try_from(bound).unwrap_or(i64::MAX);
        let sql = format!("SELECT count(*) FROM (SELECT 1 FROM {from} WHERE {conditions} LIMIT {bound})");
        let mut prepared = reader.connection.prepare_cached(&sql)?;
        prepared.query_row(params_from_iter(&self.sql.values), |row| row.get::<_, u32>(0)).map(u64::from)
    }

    fn statement(&self, search: &Search) -> String {
        let (id, score) = match self.source {
            Some(source) => (format!("{}.rowid", source.table()), source.score()),
            None => ("a.id".to_owned(), "NULL"),
        };
        let order = match (search.order, self.source) {
            (Order::Best, Some(_)) => format!("2, {id} DESC"),
            (Order::Best | Order::Newest, _) => format!("a.published_at DESC, {id} DESC"),
            (Order::Id, _) => id.clone(),
        };
        // An order that asks for no score has none: for it, how rare each word is would be counted in the whole index.
        let score = if search.order == Order::Best { score } else { "NULL" };
        // Where each article is read to make sure, the caller counts those that pass.
        let bounds = if self.is_wide {
            String::new()
        } else {
            // More than SQLite can count is all.
            let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
            format!(" LIMIT {} OFFSET {}", search.limit.map_or(-1, number), number(search.offset))
        };
        let (from, conditions) = (self.from(search.order), self.conditions());
        format!("SELECT {id}, {score} FROM {from} WHERE {conditions} ORDER BY {order}{bounds}")
    }

    /// The tables. An article stands in the index only while it has a version, so where nothing is asked of the
    /// articles' own columns, the index alone is enough. Otherwise it comes first: for an article at a time, the
    /// words would be looked for anew each time.
    fn from(&self, order: Order) -> String {
        match self.source {
            None => "article a".to_owned(),
            Some(source) if self.sql.conditions.len() == 1 && order != Order::Newest => {
                source.table().to_owned()
            }
            Some(source) => format!("{0} CROSS JOIN article a ON a.id = {0}.rowid", source.table()),
        }
    }

    fn conditions(&self) -> String {
        let all = self.sql.conditions.join(" AND ");
        match self.source {
            None if all.is_empty() => "a.version IS NOT NULL".to_owned(),
            None => format!("a.version IS NOT NULL AND {all}"),
            Some(_) => all,
        }
    }
}

/// Reads an article to make sure that it is what the query asks for.
fn meets(reader: &Reader, search: &Search, node: Option<&Node>, id: i64) -> rusqlite::Result<bool> {
    let Some(node) = node else { return Ok(true) };
    let row = row(&reader.connection, id)?;
    Ok(Texts::new(row.texts()).meet(node, search.fields()))
}

/// The query's expression and those filter tokens that narrow it.
fn with_tokens(
    expression: &str,
    search: &Search,
    newspapers: Option<&[(i64, String)]>,
    published: &[String],
) -> String {
    let mut parts = vec![expression.to_owned()];
    let mut add = |tokens: Vec<String>| parts.push(format!("filters : ({})", tokens.join(" OR ")));
    let is_few = |number: usize| (1..=TOKENS_MAX).contains(&number);
    if let Some(newspapers) = newspapers.filter(|newspapers| is_few(newspapers.len())) {
        add(newspapers.iter().map(|(_, id)| index::newspaper_token(id)).collect());
    }
    if is_few(published.len()) {
        add(published.iter().map(|month| index::month_token(month)).collect());
    }
    let event = months(search.event_from, search.event_to);
    if is_few(event.len()) {
        add(event
            .iter()
            .map(|month| index::event_token(month))
            .chain([index::LONG_EVENT.to_owned()])
            .collect());
    }
    parts.join(" AND ")
}

/// The months between two days, as `2023-05`; empty where one of the days is open.
fn months(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Vec<String> {
    let (Some(from), Some(to)) = (from, to) else { return Vec::new() };
    index::months(from, to).take(TOKENS_MAX + 1).collect()
}

/// Days of publication and of the event. Text order is time order, and a day comes before its own moments.
fn add_days(sql: &mut Sql, search: &Search) {
    if let Some(from) = search.from {
        sql.add("a.published_at >= ?", from.to_string());
    }
    if let Some(after) = search.to.and_then(|to| to.succ_opt()) {
        sql.add("a.published_at < ?", after.to_string());
    }
    if let Some(from) = search.event_from {
        sql.add("coalesce(a.event_date_end, a.event_date) >= ?", from.to_string());
    }
    if let Some(to) = search.event_to {
        sql.add("a.event_date <= ?", to.to_string());
    }
}
