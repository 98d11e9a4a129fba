//! The report of a run for people: what it did at each newspaper, and why pages failed.

use std::fmt::Write;

use super::stats::size;
use super::table::Table;
use crate::crawl::{NewspaperReport, Report, Tally};

/// Reasons of one newspaper that are told; the run's row has them all.
const REASONS_SHOWN_MAX: usize = 5;

/// The report. Newspapers where nothing was visited are told in one line.
pub(super) fn text(report: &Report) -> String {
    let (visited, idle): (Vec<_>, Vec<_>) =
        report.newspapers.iter().partition(|newspaper| newspaper.tally != Tally::default());
    let mut text = String::new();
    if !visited.is_empty() {
        _ = writeln!(text, "{}", table(&visited));
    }
    for newspaper in &visited {
        reasons(&mut text, newspaper);
    }
    if !idle.is_empty() {
        let count = idle.len();
        _ = writeln!(text, "nothing was visited at {count} newspaper{}", if count == 1 { "" } else { "s" });
    }
    text
}

fn table(newspapers: &[&NewspaperReport]) -> Table {
    let mut table = Table::new(&[
        "newspaper",
        "pages",
        "new",
        "edited",
        "unchanged",
        "failed",
        "denied",
        "received",
        "next due",
    ]);
    for newspaper in newspapers {
        let tally = &newspaper.tally;
        let failed = tally.failed + tally.blocked + tally.not_articles;
        let counts = [tally.fetched, tally.new_articles, tally.edited, tally.unchanged, failed, tally.denied];
        let next =
            newspaper.next_due.map_or("-".to_owned(), |next| next.format("%Y-%m-%d %H:%MZ").to_string());
        let mut row = vec![newspaper.newspaper.clone()];
        row.extend(counts.map(|count| count.to_string()));
        row.extend([size(i64::try_from(newspaper.bytes).unwrap_or(i64::MAX)), next]);
        table.row(row);
    }
    table
}

/// The commonest reasons first.
fn reasons(text: &mut String, newspaper: &NewspaperReport) {
    let mut reasons: Vec<_> = newspaper.reasons.iter().collect();
    reasons.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    for (reason, count) in reasons.iter().take(REASONS_SHOWN_MAX) {
        _ = writeln!(text, "{}: {count} × {reason}", newspaper.newspaper);
    }
    if reasons.len() > REASONS_SHOWN_MAX {
        _ = writeln!(
            text,
            "{}: {} further reasons (see the view `failures`)",
            newspaper.newspaper,
            reasons.len() - REASONS_SHOWN_MAX
        );
    }
}
