//! `khobao stats`: what is in the archive, by newspaper and month.

use std::fmt::Write;

use clap::Args as ClapArgs;
use schemars::JsonSchema;
use serde::Serialize;

use super::Ending;
use super::options::Shared;
use super::out::Out;
use super::table::Table;
use crate::archive::{MonthRow, NewspaperTotals, Reader, Totals};

/// Show what is in the archive, by newspaper and month
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// Only these newspapers
    #[arg(value_name = "NEWSPAPER")]
    newspapers: Vec<String>,
    /// Count by month of publication too
    #[arg(long)]
    months: bool,
}

/// What `--json` prints: one object.
#[derive(Debug, Serialize, JsonSchema)]
struct Stats {
    /// The whole archive.
    totals: Totals,
    /// By newspaper.
    newspapers: Vec<NewspaperTotals>,
    /// By newspaper and month of publication.
    months: Vec<MonthRow>,
}

pub(super) fn schema() -> schemars::Schema {
    super::schema::of::<Stats>()
}

pub(super) fn run(args: &Args, shared: &Shared) -> anyhow::Result<Ending> {
    let reader = Reader::open(&shared.archive)?;
    let wanted = |id: &str| args.newspapers.is_empty() || args.newspapers.iter().any(|name| name == id);
    let mut stats =
        Stats { totals: reader.totals()?, newspapers: reader.newspaper_totals()?, months: reader.months()? };
    stats.newspapers.retain(|row| wanted(&row.newspaper));
    stats.months.retain(|row| wanted(&row.newspaper));
    let mut out = Out::stdout();
    if shared.json {
        out.json(&stats)?;
    } else {
        out.text(text(&stats, args.months))?;
    }
    out.finish()?;
    Ok(Ending::done())
}

fn text(stats: &Stats, with_months: bool) -> String {
    let mut table = Table::new(&[
        "newspaper",
        "articles",
        "edited",
        "gone",
        "captions",
        "first",
        "last",
        "due",
        "failing",
    ]);
    for row in &stats.newspapers {
        table.row([
            row.newspaper.clone(),
            row.articles.to_string(),
            row.edited.to_string(),
            row.gone.to_string(),
            row.captions.to_string(),
            day(row.first_published.as_deref()),
            day(row.last_published.as_deref()),
            row.waiting.to_string(),
            row.failing.to_string(),
        ]);
    }
    let totals = &stats.totals;
    let mut text = format!(
        "{table}\n{} articles of {} newspapers from {} captures; {} as received, {} as stored\n",
        totals.articles,
        totals.newspapers,
        totals.captures,
        size(totals.received_bytes),
        size(totals.stored_bytes),
    );
    if with_months {
        let mut table = Table::new(&["newspaper", "month", "articles"]);
        for row in &stats.months {
            let month = row.month.clone().unwrap_or_else(|| "(undated)".into());
            table.row([row.newspaper.clone(), month, row.articles.to_string()]);
        }
        _ = write!(text, "\n{table}\n");
    }
    text
}

/// The day of a publication time.
fn day(time: Option<&str>) -> String {
    time.and_then(|time| time.get(..10)).unwrap_or("-").to_owned()
}

/// A size in decimal units, as disks are sold.
pub(super) fn size(bytes: i64) -> String {
    const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];
    let mut unit = 0;
    let mut tenths = bytes.max(0).saturating_mul(10);
    while tenths >= 10_000 && unit + 1 < UNITS.len() {
        tenths /= 1000;
        unit += 1;
    }
    if unit == 0 { format!("{bytes} B") } else { format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_told_in_decimal_units() {
        assert_eq!(size(999), "999 B");
        assert_eq!(size(149_000), "149.0 kB");
        assert_eq!(size(4_321_000_000), "4.3 GB");
    }
}
