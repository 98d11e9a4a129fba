//! `khobao health`: how well each newspaper is being read now.

use std::fmt::Write;

use clap::Args as ClapArgs;

use super::options::Shared;
use super::out::Out;
use super::table::Table;
use super::{Ending, newspapers};
use crate::archive::{HEALTH_RECENT_DEFAULT, HealthQuestion, NewspaperHealth, Reader};
use crate::newspaper::Status;

/// Tell how well each newspaper is being read now, against its own past
///
/// For each newspaper and field the share of the latest articles that had it, beside the share before; and in words
/// what needs a person: a field that is no longer found, a newspaper that fell silent, pages that fail, are refused
/// or forbidden. Small numbers and chance raise no alarm.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Exit status:
  0  all is well
  1  something needs a person
  2  could not run

Example:
  khobao health || mail -s 'khobao needs you' me@example.org < /dev/null")]
pub(super) struct Args {
    /// Only these newspapers
    #[arg(value_name = "NEWSPAPER")]
    newspapers: Vec<String>,
    /// Only this newspaper (may be given several times)
    #[arg(long, value_name = "NEWSPAPER")]
    newspaper: Vec<String>,
    /// How many of the latest articles are the present
    #[arg(long, value_name = "N", default_value_t = HEALTH_RECENT_DEFAULT)]
    last: usize,
}

pub(super) fn schema() -> schemars::Schema {
    super::schema::of::<NewspaperHealth>()
}

pub(super) fn run(args: &Args, shared: &Shared) -> anyhow::Result<Ending> {
    anyhow::ensure!(args.last > 0, "--last 0 leaves nothing to look at (give at least 1)");
    let known = shared.newspapers()?;
    let reader = Reader::open(&shared.archive)?;
    let only: Vec<String> = args.newspapers.iter().chain(&args.newspaper).cloned().collect();
    let still: Vec<String> = known
        .iter()
        .filter(|newspaper| newspaper.status != Status::Live)
        .map(|newspaper| newspaper.id.clone())
        .collect();
    let question = HealthQuestion { recent: args.last, now: chrono::Utc::now(), still: &still };
    let rows = reader.health(&only, question)?;
    for id in &only {
        let is_there = rows.iter().any(|row| row.newspaper == *id) || known.get(id).is_some();
        anyhow::ensure!(is_there, "{}", newspapers::unknown(&known, id));
    }
    let mut out = Out::stdout();
    if shared.json {
        for row in &rows {
            out.json(row)?;
        }
    } else {
        out.text(text(&rows))?;
    }
    out.finish()?;
    let ill = rows.iter().filter(|row| !row.verdicts.is_empty()).count();
    Ok(match ill {
        0 => Ending::done(),
        1 => Ending::fell_short("needs a person", "1 newspaper needs a person"),
        _ => Ending::fell_short("needs a person", format!("{ill} newspapers need a person")),
    })
}

fn text(rows: &[NewspaperHealth]) -> String {
    if rows.is_empty() {
        return "no newspaper was visited yet\n".to_owned();
    }
    let fields = rows[0].fields.iter().map(|field| field.field);
    let heads: Vec<&str> =
        ["newspaper", "articles"].into_iter().chain(fields).chain(["last article"]).collect();
    let mut table = Table::new(&heads);
    for row in rows {
        let mut cells = vec![row.newspaper.clone(), row.articles.to_string()];
        cells.extend(row.fields.iter().map(|field| cell(field.recent, field.past)));
        cells.push(row.last_article.map_or_else(|| "-".to_owned(), |day| day.to_string()));
        table.row(cells);
    }
    let mut text = table.to_string();
    for verdict in rows.iter().flat_map(|row| &row.verdicts) {
        _ = write!(text, "\n{}", verdict.message);
    }
    let ill = rows.iter().any(|row| !row.verdicts.is_empty());
    text.push_str(if ill { "\n" } else { "\nall is well\n" });
    text
}

/// The share now, and the one before where it was another.
fn cell(recent: Option<f64>, past: Option<f64>) -> String {
    /// Shares that differ by less look the same.
    const NOTABLE: f64 = 0.1;
    let percent = |share: f64| format!("{:.0}%", share * 100.0);
    match (recent, past) {
        (None, _) => "-".to_owned(),
        (Some(now), Some(before)) if (now - before).abs() >= NOTABLE => {
            format!("{} ({})", percent(now), percent(before))
        }
        (Some(now), _) => percent(now),
    }
}
