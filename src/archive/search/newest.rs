//! The newest of very many articles, without looking at them all: month by month from the newest back, by the filter
//! tokens of months. What was published in these months comes before everything else, so once they fill the page
//! nothing else need be looked at.

use rusqlite::OptionalExtension;

use super::Search;
use super::compile::compile;
use super::node::Node;
use super::plan::{Plan, TOKENS_MAX};
use super::select::Found;
use crate::archive::Reader;

/// How many months are looked at, one try after the other.
const WINDOWS: [usize; 3] = [1, 5, TOKENS_MAX];
/// Comes after every moment.
const AFTER_ALL: &str = "~";

/// The newest articles that a search finds.
pub(super) fn select(
    reader: &Reader,
    search: &Search,
    node: &Node,
    all: &Plan,
    limit: usize,
) -> rusqlite::Result<Vec<Found>> {
    let words = compile(node, search.fields());
    for months in WINDOWS {
        let window = latest_months(reader, search, months)?;
        let found = all.of_months(search, &words, &window).run(reader, search, Some(node))?;
        if found.len() == limit {
            return Ok(found);
        }
        if window.len() < months {
            break;
        }
    }
    all.run(reader, search, Some(node))
}

/// The newest months in which anything was published, as `2023-05`, by steps down the index of days.
fn latest_months(reader: &Reader, search: &Search, count: usize) -> rusqlite::Result<Vec<String>> {
    let after = search.to.and_then(|to| to.succ_opt());
    let mut before = after.map_or(AFTER_ALL.to_owned(), |day| day.to_string());
    let mut months = Vec::new();
    let mut statement = reader.connection.prepare_cached(
        "SELECT substr(published_at, 1, 7) FROM article WHERE published_at < ?1 AND version IS NOT NULL
         ORDER BY published_at DESC LIMIT 1",
    )?;
    while months.len() < count {
        let Some(month) = statement.query_row([&before], |row| row.get::<_, String>(0)).optional()? else {
            break;
        };
        before.clone_from(&month);
        months.push(month);
    }
    Ok(months)
}
