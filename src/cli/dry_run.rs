//! `khobao crawl --dry-run`: what is due, when, and what robots.txt says, with no request for pages.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::Ending;
use super::options::Shared;
use super::out::Out;
use super::table::Table;
use crate::archive::{ArchiveError, Reader};
use crate::crawl::{DryRun, Plan, Planned, SystemClock};
use crate::fetch::Client;

/// Pages that are told where nobody says otherwise.
const PLANNED_COUNT_MAX: usize = 100_000;
/// Addresses of one newspaper that are shown to people; JSON has them all.
const SHOWN_COUNT_MAX: usize = 10;

pub(super) fn schema() -> schemars::Schema {
    super::schema::of::<Planned>()
}

pub(super) fn run(
    plan: &Plan,
    limit: Option<u64>,
    client: &Client,
    shared: &Shared,
) -> anyhow::Result<Ending> {
    let reader = match Reader::open(&shared.archive) {
        Ok(reader) => Some(reader),
        // A first crawl would make it.
        Err(ArchiveError::Missing { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    let count_max = limit.map_or(PLANNED_COUNT_MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
    let dry_run = DryRun { reader: reader.as_ref(), client, clock: &SystemClock };
    let planned = super::crawl::runtime()?.block_on(dry_run.planned(plan, count_max))?;
    let mut out = Out::stdout();
    if shared.json {
        for page in &planned {
            out.json(page)?;
        }
    } else {
        out.text(text(plan, &planned))?;
    }
    out.finish()?;
    let due = planned.iter().filter(|page| page.is_due && page.robots.is_allowed).count();
    Ok(Ending::done_with(
        "dry run",
        format!("{due} page{} would be visited now; none was asked for", if due == 1 { "" } else { "s" }),
    ))
}

fn text(plan: &Plan, planned: &[Planned]) -> String {
    let mut by_newspaper: BTreeMap<&str, Vec<&Planned>> = BTreeMap::new();
    for page in planned {
        by_newspaper.entry(&page.newspaper).or_default().push(page);
    }
    let mut table = Table::new(&["newspaper", "due now", "forbidden", "later", "next", "delay"]);
    for newspaper in &plan.newspapers {
        let Some(pages) = by_newspaper.get(newspaper.id.as_str()) else { continue };
        let due = pages.iter().filter(|page| page.is_due && page.robots.is_allowed).count();
        let forbidden = pages.iter().filter(|page| page.is_due && !page.robots.is_allowed).count();
        let later = pages.iter().filter(|page| !page.is_due).map(|page| page.at);
        let next = later.clone().min().map_or_else(|| "-".to_owned(), moment);
        let asked = pages.iter().filter_map(|page| page.robots.crawl_delay).fold(0.0, f64::max);
        let delay = newspaper.crawl.delay.as_secs_f64().max(asked);
        table.row([
            newspaper.id.clone(),
            due.to_string(),
            forbidden.to_string(),
            later.count().to_string(),
            next,
            format!("{delay} s"),
        ]);
    }
    let mut text = table.to_string();
    for (newspaper, pages) in by_newspaper {
        _ = writeln!(text, "\n{newspaper}");
        for page in pages.iter().take(SHOWN_COUNT_MAX) {
            let at = if page.is_due { "now".to_owned() } else { moment(page.at) };
            let word = page.robots.reason.as_ref().map(|reason| format!("  ({reason})")).unwrap_or_default();
            _ = writeln!(text, "  {at:<17} {:<8} {}{word}", page.kind.as_str(), page.url);
        }
        if pages.len() > SHOWN_COUNT_MAX {
            _ = writeln!(
                text,
                "  … and {} further ones (--json tells them all)",
                pages.len() - SHOWN_COUNT_MAX
            );
        }
    }
    text
}

fn moment(at: chrono::DateTime<chrono::Utc>) -> String {
    at.format("%Y-%m-%d %H:%MZ").to_string()
}
