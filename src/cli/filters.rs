//! What selects articles, the same in every command that selects: newspapers, provinces, days, fields.
//!
//! The options become the archive's [`Search`]; whether there is a query too is the command's affair.

use std::str::FromStr;

use anyhow::bail;
use chrono::{Datelike, NaiveDate};
use clap::Args as ClapArgs;

use crate::archive::search::{Field, Search};

/// The heading of these options in `--help`.
const HEADING: &str = "Which articles";

/// The options that select articles.
#[derive(Debug, Default, ClapArgs)]
#[command(next_help_heading = HEADING)]
pub(super) struct Filters {
    /// Only of this newspaper (may be given several times)
    #[arg(long = "newspaper", value_name = "NEWSPAPER", value_delimiter = ',')]
    newspapers: Vec<String>,
    /// Only of newspapers of this province, with marks or without (may be given several times)
    #[arg(long = "province", value_name = "PROVINCE", value_delimiter = ',')]
    provinces: Vec<String>,
    /// Published on this day or later (2023-05-10; also a month, 2023-05, or a year)
    #[arg(long, value_name = "DATE")]
    from: Option<Span>,
    /// Published on this day or earlier (a month or a year: to its end)
    #[arg(long, value_name = "DATE")]
    to: Option<Span>,
    /// What happened on this day, by the dateline (also a month or a year)
    #[arg(long, value_name = "DATE", conflicts_with_all = ["event_from", "event_to"])]
    on: Option<Span>,
    /// What happened on this day or later, by the dateline
    #[arg(long, value_name = "DATE")]
    event_from: Option<Span>,
    /// What happened on this day or earlier, by the dateline
    #[arg(long, value_name = "DATE")]
    event_to: Option<Span>,
    /// Where the words of the query may stand: title, lead, body, captions
    #[arg(long = "in", value_name = "FIELDS", value_delimiter = ',', value_parser = field)]
    fields: Vec<Field>,
    /// Words typed without marks stand for themselves alone: "dang" does not find "đảng"
    #[arg(long)]
    exact: bool,
    /// At most N articles (0: all)
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
}

impl Filters {
    /// The articles to look for. Without a query, options that only a query gives a meaning are a wrong usage.
    pub(super) fn search(&self, query: Option<&str>, limit: Option<usize>) -> anyhow::Result<Search> {
        if query.is_none() && (self.exact || !self.fields.is_empty()) {
            bail!("--in and --exact say where and how to look for words (give a query too)");
        }
        let (from, to) = (first(self.from), last(self.to));
        let (event_from, event_to) = (first(self.on.or(self.event_from)), last(self.on.or(self.event_to)));
        in_order("--from", from, "--to", to)?;
        in_order("--event-from", event_from, "--event-to", event_to)?;
        Ok(Search {
            query: query.map(str::to_owned),
            fields: self.fields.clone(),
            exact: self.exact,
            newspapers: self.newspapers.clone(),
            provinces: self.provinces.clone(),
            from,
            to,
            event_from,
            event_to,
            limit: self.limit.or(limit).filter(|limit| *limit > 0),
            ..Search::default()
        })
    }
}

fn first(span: Option<Span>) -> Option<NaiveDate> {
    span.map(|span| span.first)
}

fn last(span: Option<Span>) -> Option<NaiveDate> {
    span.map(|span| span.last)
}

fn in_order(from: &str, first: Option<NaiveDate>, to: &str, last: Option<NaiveDate>) -> anyhow::Result<()> {
    match (first, last) {
        (Some(first), Some(last)) if first > last => {
            bail!("{from} {first} lies after {to} {last} (no day is in between; exchange them)")
        }
        _ => Ok(()),
    }
}

fn field(name: &str) -> Result<Field, String> {
    Field::named(name.trim()).ok_or_else(|| "no such field (title, lead, body or captions)".to_owned())
}

/// A day, or the days of a month or a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    first: NaiveDate,
    last: NaiveDate,
}

impl FromStr for Span {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Span, &'static str> {
        span(text).ok_or("no such day (write 2023-05-10, a month as 2023-05, or a year as 2023)")
    }
}

fn span(text: &str) -> Option<Span> {
    let parts: Vec<&str> = text.split('-').collect();
    let is_number =
        |part: &&str, length| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
    let are_numbers = parts.iter().zip([4, 2, 2]).all(|(part, length)| is_number(part, length));
    if !are_numbers || parts.len() > 3 {
        return None;
    }
    let number = |at: usize| parts.get(at).and_then(|part| part.parse::<u32>().ok());
    let year = i32::try_from(number(0)?).ok()?;
    let first = NaiveDate::from_ymd_opt(year, number(1).unwrap_or(1), number(2).unwrap_or(1))?;
    let last = match parts.len() {
        1 => NaiveDate::from_ymd_opt(year, 12, 31)?,
        2 => first.with_day(u32::from(first.num_days_in_month()))?,
        _ => first,
    };
    Some(Span { first, last })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_a_month_or_a_year_is_a_span_of_days() {
        let shown = |text: &str| span(text).map(|span| format!("{} {}", span.first, span.last));
        assert_eq!(shown("2024-02-29").as_deref(), Some("2024-02-29 2024-02-29"));
        assert_eq!(shown("2024-02").as_deref(), Some("2024-02-01 2024-02-29"));
        assert_eq!(shown("2023").as_deref(), Some("2023-01-01 2023-12-31"));
        for wrong in ["2023-02-29", "2023-13", "10/5/2023", "23-5-1", "2023-5-1", "", "2023-05-10-1", "+023"]
        {
            assert_eq!(shown(wrong), None, "{wrong}");
        }
    }
}
