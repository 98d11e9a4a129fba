//! What is exported: the articles that a search finds, and the captures that belong to them.

use super::ExportError;
use crate::archive::search::{Order, Search};
use crate::archive::{Choice, Reader};

/// What is exported.
#[derive(Debug)]
pub(super) struct Selection {
    /// The articles, by number.
    pub(super) articles: Vec<i64>,
    /// The captures.
    pub(super) choice: Choice,
    /// The filters in words, the same for the same filters.
    pub(super) filters: String,
}

impl Selection {
    pub(super) fn of(reader: &Reader, search: &Search) -> Result<Selection, ExportError> {
        let search = Search { order: Order::Id, ..search.clone() };
        let articles = reader.search_ids(&search)?;
        let choice = match reader.newspapers_of(&search)? {
            _ if is_about_articles(&search) => Choice::Articles(articles.clone()),
            Some(newspapers) => Choice::Newspapers(newspapers),
            None => Choice::All,
        };
        Ok(Selection { articles, choice, filters: told(&search) })
    }
}

/// Whether a search asks for something of the articles themselves, not only for newspapers.
fn is_about_articles(search: &Search) -> bool {
    let days = [search.from, search.to, search.event_from, search.event_to];
    search.query.is_some() || search.limit.is_some() || search.offset > 0 || days.iter().any(Option::is_some)
}

/// The filters in words.
fn told(search: &Search) -> String {
    let mut parts = Vec::new();
    let mut add =
        |name: &str, value: Option<String>| parts.extend(value.map(|value| format!("{name} {value}")));
    let list = |values: &[String]| (!values.is_empty()).then(|| values.join(", "));
    let fields: Vec<String> = search.fields.iter().map(|field| field.as_str().to_owned()).collect();
    add("query", search.query.clone());
    add("in", list(&fields));
    add("exact", search.exact.then(|| "words".to_owned()));
    add("newspapers", list(&search.newspapers));
    add("provinces", list(&search.provinces));
    add("from", search.from.map(|day| day.to_string()));
    add("to", search.to.map(|day| day.to_string()));
    add("event from", search.event_from.map(|day| day.to_string()));
    add("event to", search.event_to.map(|day| day.to_string()));
    add("after", (search.offset > 0).then(|| search.offset.to_string()));
    add("limit", search.limit.map(|limit| limit.to_string()));
    if parts.is_empty() { "everything".to_owned() } else { parts.join("; ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_told_in_words() {
        let whole = Search { limit: None, ..Search::default() };
        assert_eq!(told(&whole), "everything");
        assert!(!is_about_articles(&whole));
        let narrow = Search {
            query: Some("mưa đá".into()),
            newspapers: vec!["baobackan".into(), "baosonla".into()],
            from: chrono::NaiveDate::from_ymd_opt(2023, 5, 1),
            ..whole
        };
        assert_eq!(told(&narrow), "query mưa đá; newspapers baobackan, baosonla; from 2023-05-01");
        assert!(is_about_articles(&narrow));
    }
}
