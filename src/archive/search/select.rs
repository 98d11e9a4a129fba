//! The SQL of a search: the index for words and filter tokens, the articles' own columns for exact days.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::compile::compile;
use super::query::{Field, Node};
use super::text::Texts;
use super::{Counted, Order, Search, SearchError};
use crate::archive::{Reader, index};

/// Where more articles fit, those whose headline or lead fits are ranked before all others: to rank an article takes
/// ten times as long as to find it.
const RANKED_MAX: usize = 5000;
/// Articles are counted up to this number.
const COUNTED_MAX: usize = 10_000;
/// Likewise where each has to be read to make sure.
const READ_MAX: usize = 500;
/// More newspapers or months than these are filtered by the articles' own columns alone.
const TOKENS_MAX: usize = 24;

/// The columns that a search looks at.
pub(super) struct Row {
    pub(super) newspaper: String,
    pub(super) url: String,
    pub(super) published_at: Option<String>,
    pub(super) event_date: Option<String>,
    title: String,
    lead: Option<String>,
    body: String,
    captions: Option<String>,
}

impl Row {
    /// The texts in the order of [`super::Field::ALL`].
    pub(super) fn texts(&self) -> [&str; 4] {
        [
            &self.title,
            self.lead.as_deref().unwrap_or_default(),
            &self.body,
            self.captions.as_deref().unwrap_or_default(),
        ]
    }
}

/// What a search shows of an article.
pub(super) fn row(connection: &Connection, id: i64) -> rusqlite::Result<Row> {
    connection
        .prepare_cached(
            "SELECT n.id, v.url, v.published_at, v.event_date, v.title, v.lead, v.body,
               (SELECT group_concat(value, char(10)) FROM json_each(v.captions))
             FROM article a JOIN version v ON v.id = a.version JOIN newspaper n ON n.no = a.newspaper
             WHERE a.id = ?1",
        )?
        .query_row([id], |row| {
            Ok(Row {
                newspaper: row.get(0)?,
                url: row.get(1)?,
                published_at: row.get(2)?,
                event_date: row.get(3)?,
                title: row.get(4)?,
                lead: row.get(5)?,
                body: row.get(6)?,
                captions: row.get(7)?,
            })
        })
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

/// The articles that a search finds, each with its score.
pub(super) fn select(
    reader: &Reader,
    search: &Search,
    node: Option<&Node>,
) -> Result<Vec<(i64, Option<f64>)>, SearchError> {
    let plan = Plan::new(reader, search, node)?;
    let select = || {
        if let (Order::Best, Some(node), Some(limit)) = (search.order, node, search.limit)
            && let Some(narrow) = narrow(reader, search, node, &plan)?
        {
            return plan.in_two_parts(reader, search, [node, &narrow], limit);
        }
        plan.run(reader, search, node)
    };
    select().map_err(|error| SearchError::Archive(reader.fault(error)))
}

/// The query kept to headline and lead, where so many articles fit that ranking them all would take long.
fn narrow(reader: &Reader, search: &Search, node: &Node, plan: &Plan) -> rusqlite::Result<Option<Node>> {
    if plan.is_wide {
        return Ok(None);
    }
    let Some(narrow) = node.within(search.fields(), &[Field::Title, Field::Lead]) else { return Ok(None) };
    Ok((plan.count(reader, RANKED_MAX + 1)? > RANKED_MAX as u64).then_some(narrow))
}

/// How many articles a search finds, whatever its offset and limit, counted up to a bound.
pub(super) fn count(reader: &Reader, search: &Search, node: Option<&Node>) -> Result<Counted, SearchError> {
    let plan = Plan::new(reader, search, node)?;
    let count = || -> rusqlite::Result<Counted> {
        if !plan.is_wide {
            let articles = plan.count(reader, COUNTED_MAX + 1)?;
            let bound = COUNTED_MAX as u64;
            return Ok(Counted { articles: articles.min(bound), is_all: articles <= bound });
        }
        let all = Search { order: Order::Id, offset: 0, limit: Some(READ_MAX + 1), ..search.clone() };
        let articles = plan.run(reader, &all, node)?.len();
        Ok(Counted { articles: articles.min(READ_MAX) as u64, is_all: articles <= READ_MAX })
    };
    count().map_err(|error| SearchError::Archive(reader.fault(error)))
}

/// Reads an article to make sure that it is what the query asks for.
fn meets(reader: &Reader, search: &Search, node: Option<&Node>, id: i64) -> rusqlite::Result<bool> {
    let Some(node) = node else { return Ok(true) };
    let row = row(&reader.connection, id)?;
    Ok(Texts::new(row.texts()).meet(node, search.fields()))
}

/// What a search asks of the database.
struct Plan {
    sql: Sql,
    /// The newspapers that the filters name, by number and id.
    newspapers: Option<Vec<(i64, String)>>,
    has_query: bool,
    /// The conditions let through more than was asked for.
    is_wide: bool,
}

impl Plan {
    fn new(reader: &Reader, search: &Search, node: Option<&Node>) -> Result<Plan, SearchError> {
        let newspapers = newspapers(reader, search)?;
        let compiled = node.map(|node| compile(node, search.fields()));
        let is_wide = compiled.as_ref().is_some_and(|compiled| compiled.is_wide);
        let expression = compiled.map(|compiled| compiled.expression);
        Ok(Plan { is_wide, ..Plan::with(search, newspapers, expression.as_deref()) })
    }

    /// The plan of another expression with the same filters.
    fn of(&self, search: &Search, expression: &str) -> Plan {
        Plan::with(search, self.newspapers.clone(), Some(expression))
    }

    fn with(search: &Search, newspapers: Option<Vec<(i64, String)>>, expression: Option<&str>) -> Plan {
        let mut sql = Sql::default();
        if let Some(expression) = expression {
            sql.add("searchable MATCH ?", with_tokens(expression.to_owned(), search, newspapers.as_deref()));
        }
        if let Some(newspapers) = &newspapers {
            let numbers: Vec<i64> = newspapers.iter().map(|(no, _)| *no).collect();
            sql.add(
                "a.newspaper IN (SELECT value FROM json_each(?))",
                serde_json::Value::from(numbers).to_string(),
            );
        }
        add_days(&mut sql, search);
        Plan { sql, newspapers, has_query: expression.is_some(), is_wide: false }
    }

    /// What it finds; with `node`, each article that a wide plan lets through is read to make sure.
    fn run(
        &self,
        reader: &Reader,
        search: &Search,
        node: Option<&Node>,
    ) -> rusqlite::Result<Vec<(i64, Option<f64>)>> {
        let statement = statement(&self.sql, search, self.has_query, self.is_wide);
        let mut prepared = reader.connection.prepare_cached(&statement)?;
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
            found.push((id, row.get::<_, Option<f64>>(1)?.map(|rank| -rank)));
        }
        Ok(found)
    }

    /// Of the first query those that fit the second, the best of them first, then all others likewise.
    fn in_two_parts(
        &self,
        reader: &Reader,
        search: &Search,
        nodes: [&Node; 2],
        limit: usize,
    ) -> rusqlite::Result<Vec<(i64, Option<f64>)>> {
        let [all, narrow] = nodes.map(|node| compile(node, search.fields()).expression);
        let first = self.of(search, &narrow);
        let mut found = first.run(reader, search, None)?;
        if found.len() < limit {
            let before = usize::try_from(first.count(reader, usize::MAX)?).unwrap_or(usize::MAX);
            let rest = Search {
                offset: search.offset.saturating_sub(before),
                limit: Some(limit - found.len()),
                ..search.clone()
            };
            found.extend(self.of(search, &format!("({all} NOT {narrow})")).run(reader, &rest, None)?);
        }
        Ok(found)
    }

    /// How many it finds, counted up to a bound.
    fn count(&self, reader: &Reader, bound: usize) -> rusqlite::Result<u64> {
        // An article stands in the index only while it has a version, so the index alone can be counted.
        let is_index_alone = self.has_query && self.sql.conditions.len() == 1;
        let (from, conditions) = if is_index_alone {
            ("searchable", self.sql.conditions.concat())
        } else {
            (source(self.has_query), conditions(&self.sql))
        };
        let bound = i64::try_from(bound).unwrap_or(i64::MAX);
        let sql = format!("SELECT count(*) FROM (SELECT 1 FROM {from} WHERE {conditions} LIMIT {bound})");
        let mut prepared = reader.connection.prepare_cached(&sql)?;
        prepared.query_row(params_from_iter(&self.sql.values), |row| row.get::<_, u32>(0)).map(u64::from)
    }
}

fn source(has_query: bool) -> &'static str {
    if has_query { "searchable s JOIN article a ON a.id = s.rowid" } else { "article a" }
}

fn conditions(sql: &Sql) -> String {
    let all = sql.conditions.iter().map(|condition| format!(" AND {condition}"));
    format!("a.version IS NOT NULL{}", all.collect::<String>())
}

fn statement(sql: &Sql, search: &Search, has_query: bool, is_wide: bool) -> String {
    let columns = if has_query { "s.rowid, s.rank" } else { "a.id, NULL" };
    let order = match (search.order, has_query) {
        (Order::Best, true) => "s.rank",
        (Order::Best | Order::Newest, _) => "a.published_at DESC, a.id DESC",
        (Order::Id, _) => "a.id",
    };
    // Where each article is read to make sure, the caller counts those that pass.
    let bounds = if is_wide {
        String::new()
    } else {
        let limit = search.limit.map_or("-1".to_owned(), |limit| limit.to_string());
        format!(" LIMIT {limit} OFFSET {}", search.offset)
    };
    let (from, conditions) = (source(has_query), conditions(sql));
    format!("SELECT {columns} FROM {from} WHERE {conditions} ORDER BY {order}{bounds}")
}

/// The query's expression and those filter tokens that narrow it.
fn with_tokens(expression: String, search: &Search, newspapers: Option<&[(i64, String)]>) -> String {
    let mut parts = vec![expression];
    let mut add = |tokens: Vec<String>| {
        if (1..=TOKENS_MAX).contains(&tokens.len()) {
            parts.push(format!("filters : ({})", tokens.join(" OR ")));
        }
    };
    if let Some(newspapers) = newspapers {
        add(newspapers.iter().map(|(_, id)| index::newspaper_token(id)).collect());
    }
    add(months(search.from, search.to).iter().map(|month| index::month_token(month)).collect());
    parts.join(" AND ")
}

/// The months between two days, as `2023-05`; empty where one of the days is open.
fn months(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Vec<String> {
    let (Some(from), Some(to)) = (from, to) else { return Vec::new() };
    let number = |day: NaiveDate| day.year() * 12 + i32::try_from(day.month0()).unwrap_or_default();
    (number(from)..=number(to))
        .take(TOKENS_MAX + 1)
        .map(|month| format!("{:04}-{:02}", month.div_euclid(12), month.rem_euclid(12) + 1))
        .collect()
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

/// The newspapers that the filters name, by number and id; none where they name none.
pub(super) fn newspapers(
    reader: &Reader,
    search: &Search,
) -> Result<Option<Vec<(i64, String)>>, SearchError> {
    if search.newspapers.is_empty() && search.provinces.is_empty() {
        return Ok(None);
    }
    let all =
        all_newspapers(&reader.connection).map_err(|error| SearchError::Archive(reader.fault(error)))?;
    if let Some(id) = search.newspapers.iter().find(|id| !all.iter().any(|(_, known, _)| known == *id)) {
        return Err(SearchError::NoNewspaper(id.clone()));
    }
    let token = |province: &str| index::province_token(province);
    let known: BTreeSet<String> =
        all.iter().filter_map(|(_, _, province)| province.as_deref().map(token)).collect();
    if let Some(province) = search.provinces.iter().find(|province| !known.contains(&token(province))) {
        return Err(SearchError::NoProvince(province.clone()));
    }
    let wanted: BTreeSet<String> = search.provinces.iter().map(|province| token(province)).collect();
    let chosen = all.into_iter().filter(|(_, id, province)| {
        (search.newspapers.is_empty() || search.newspapers.contains(id))
            && (wanted.is_empty()
                || province.as_deref().is_some_and(|province| wanted.contains(&token(province))))
    });
    Ok(Some(chosen.map(|(no, id, _)| (no, id)).collect()))
}

fn all_newspapers(connection: &Connection) -> rusqlite::Result<Vec<(i64, String, Option<String>)>> {
    connection
        .prepare_cached("SELECT no, id, province FROM newspaper ORDER BY no")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect()
}
