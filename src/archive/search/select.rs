//! Which articles a search finds and in which order.

use std::collections::{BTreeSet, HashSet};

use rusqlite::Connection;

use super::compile::compile;
use super::node::{Field, Node};
use super::plan::{Plan, Source};
use super::{Counted, Order, Search, SearchError, newest};
use crate::archive::{Reader, index};

/// Where more articles fit, those whose headline fits are ranked before all others, then those whose headline and
/// lead fit: to rank an article takes twenty times as long as to find it.
pub(super) const RANKED_MAX: usize = 5000;
/// Articles are counted up to this number.
const COUNTED_MAX: usize = 10_000;
/// Likewise where each has to be read to make sure.
const READ_MAX: usize = 100;

/// An article that was found, and its score.
pub(super) type Found = (i64, Option<f64>);

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

/// The articles that a search finds, each with its score.
pub(super) fn select(
    reader: &Reader,
    search: &Search,
    node: Option<&Node>,
) -> Result<Vec<Found>, SearchError> {
    let plan = Plan::new(reader, search, node)?;
    let select = || match (node, search.limit) {
        (Some(node), Some(limit)) if plan.count(reader, RANKED_MAX + 1)? > RANKED_MAX as u64 => {
            match search.order {
                Order::Best => by_tiers(reader, search, node, &plan, limit),
                Order::Newest => newest::select(reader, search, node, &plan, limit),
                Order::Id => plan.run(reader, search, Some(node)),
            }
        }
        _ => plan.run(reader, search, node),
    };
    select().map_err(|error| SearchError::Archive(reader.fault(error)))
}

/// Of very many articles first those whose headline fits, the best of them first, then those whose headline and lead
/// fit together, then all others. What comes later is looked for only where the first do not fill the page.
fn by_tiers(
    reader: &Reader,
    search: &Search,
    node: &Node,
    all: &Plan,
    limit: usize,
) -> rusqlite::Result<Vec<Found>> {
    let within = |source, fields: &[Field]| {
        let narrow = node.within(search.fields(), fields)?;
        Some((all.of(search, source, &compile(&narrow, search.fields())), narrow))
    };
    let narrow = [
        // What must not be there must not be in the text either, of which the headlines' index knows nothing.
        (!node.excludes()).then(|| within(Source::Titles, &[Field::Title])).flatten(),
        within(Source::Texts, &[Field::Title, Field::Lead]),
    ];
    let wanted = search.offset.saturating_add(limit);
    let mut found: Vec<Found> = Vec::new();
    let mut seen = HashSet::new();
    let tiers = narrow.iter().flatten().map(|(plan, node)| (plan, node)).chain([(all, node)]);
    for (plan, node) in tiers {
        // Among its best are those of the tiers before.
        let best = Search { offset: 0, limit: Some(wanted.saturating_add(found.len())), ..search.clone() };
        found.extend(plan.run(reader, &best, Some(node))?.into_iter().filter(|(id, _)| seen.insert(*id)));
        if found.len() >= wanted {
            break;
        }
    }
    found.truncate(wanted);
    Ok(found.split_off(search.offset.min(found.len())))
}

/// How many articles a search finds, whatever its offset and limit, counted up to a bound.
pub(super) fn count(reader: &Reader, search: &Search, node: Option<&Node>) -> Result<Counted, SearchError> {
    let plan = Plan::new(reader, search, node)?;
    let count = || -> rusqlite::Result<Counted> {
        if !plan.is_wide() {
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
