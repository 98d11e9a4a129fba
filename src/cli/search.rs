//! `khobao search`: articles by their words, with filters, ranked, with snippets of the original text.

use anstyle::{AnsiColor, Style};
use clap::{Args as ClapArgs, ValueEnum};
use schemars::JsonSchema;
use serde::Serialize;

use super::Ending;
use super::filters::Filters;
use super::options::Shared;
use super::out::Out;
use crate::archive::Reader;
use crate::archive::search::{Counted, Hit, Order, Run};

/// Articles shown where nobody says how many.
const LIMIT_DEFAULT: usize = 20;

/// Find articles by their words
///
/// Words typed without marks find every spelling ("bac kan" finds Bắc Kạn); words typed with marks match those marks
/// ("đảng" does not find "dâng"). "Phrases", prefix*, AND, OR, NOT or -word, (groups), title: lead: body: caption:,
/// and dates as text (10/5 finds 10-5 and 10.5, not 110/5).
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Exit status:
  0  found
  1  nothing found
  2  could not run: a wrong query, no archive

Examples:
  khobao search 'hội xuân' --province 'Bắc Kạn' --from 2023-01 --to 2023-03
  khobao search '\"xã Tân Lập\" -\"nông thôn mới\"' --on 2023-05-12
  khobao search 'caption:\"chợ phiên\" OR title:cho*' --newest --json")]
pub(super) struct Args {
    /// What to look for
    #[arg(value_name = "QUERY", required = true)]
    query: Vec<String>,
    #[command(flatten)]
    filters: Filters,
    /// What comes first
    #[arg(long, value_enum, default_value_t = Sort::Rank, value_name = "ORDER")]
    sort: Sort,
    /// What was published last comes first (the same as --sort date)
    #[arg(long, conflicts_with = "sort")]
    newest: bool,
    /// Leave out the first N
    #[arg(long, value_name = "N", default_value_t = 0)]
    offset: usize,
}

/// What comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Sort {
    /// What fits best: rare words, and words in title and lead, count most
    Rank,
    /// What was published last
    Date,
}

/// What `--json` prints: one object for each article found.
#[derive(Debug, Serialize, JsonSchema)]
struct Line<'a> {
    /// The article's number in the archive.
    id: i64,
    /// The newspaper's id.
    newspaper: &'a str,
    /// The article's address.
    url: &'a str,
    /// The headline.
    title: String,
    /// When it was published, as the page says.
    published_at: Option<&'a str>,
    /// The day of the event, by the dateline.
    event_date: Option<&'a str>,
    /// How well it fits: more is better; null where the newest come first.
    score: Option<f64>,
    /// Where the snippet is from: `lead`, `body` or `captions`.
    snippet_from: &'a str,
    /// A few words around what was found.
    snippet: String,
    /// The headline in pieces: what was found, and what lies between.
    title_pieces: &'a [Run],
    /// The snippet in pieces likewise.
    snippet_pieces: &'a [Run],
}

pub(super) fn schema() -> schemars::Schema {
    super::schema::of::<Line<'_>>()
}

pub(super) fn run(args: &Args, shared: &Shared) -> anyhow::Result<Ending> {
    let query = args.query.join(" ");
    let mut search = args.filters.search(Some(&query), Some(LIMIT_DEFAULT))?;
    if args.newest || args.sort == Sort::Date {
        search.order = Order::Newest;
    }
    search.offset = args.offset;
    let reader = Reader::open(&shared.archive)?;
    let hits = reader.search(&search)?;
    // Where all are shown, their number is known.
    let is_all = search.offset == 0 && search.limit.is_none_or(|limit| hits.len() < limit);
    let all = Counted { articles: hits.len() as u64, is_all: true };
    let total = if is_all { all } else { reader.search_count(&search)? };
    let mut out = Out::stdout();
    let mark = Mark::new(out.has_colour());
    for hit in &hits {
        if shared.json {
            out.json(&line(hit))?;
        } else {
            out.text(mark.hit(hit))?;
        }
    }
    out.finish()?;
    Ok(ending(search.offset, hits.len(), total))
}

fn ending(offset: usize, shown: usize, total: Counted) -> Ending {
    let first = offset.saturating_add(1);
    let articles = match total {
        Counted { articles: 1, .. } => "1 article".to_owned(),
        Counted { articles, is_all: true } => format!("{articles} articles"),
        Counted { articles, .. } => format!("more than {articles} articles"),
    };
    match (shown as u64, total.articles) {
        (_, 0) => Ending::fell_short("nothing found", "no article was found"),
        (0, _) => {
            Ending::fell_short("nothing found", format!("{articles} found, none from number {first} on"))
        }
        (shown, total) if shown == total => Ending::done_with("found", format!("{articles} found")),
        _ => Ending::done_with("found", format!("{first} to {} of {articles} found", offset + shown)),
    }
}

fn line(hit: &Hit) -> Line<'_> {
    let plain = |runs: &[Run]| runs.iter().map(|run| run.text.as_str()).collect::<String>();
    Line {
        id: hit.id,
        newspaper: &hit.newspaper,
        url: &hit.url,
        title: plain(&hit.title),
        published_at: hit.published_at.as_deref(),
        event_date: hit.event_date.as_deref(),
        score: hit.score,
        snippet_from: hit.snippet_from,
        snippet: plain(&hit.snippet),
        title_pieces: &hit.title,
        snippet_pieces: &hit.snippet,
    }
}

/// How what was found is marked: in colour on a terminal, in brackets elsewhere.
struct Mark {
    has_colour: bool,
    found: Style,
    faint: Style,
}

impl Mark {
    fn new(has_colour: bool) -> Mark {
        let found = Style::new().bold().fg_color(Some(AnsiColor::Red.into()));
        Mark { has_colour, found, faint: Style::new().dimmed() }
    }

    fn hit(&self, hit: &Hit) -> String {
        let faint = self.faint;
        let published = hit.published_at.as_deref().and_then(|time| time.get(..10)).unwrap_or("undated   ");
        let source = if hit.snippet_from == "captions" { "[photo] " } else { "" };
        format!(
            "{:>6}  {published}  {}  {}\n        {source}{}\n        {faint}{}{faint:#}\n",
            hit.id,
            hit.newspaper,
            self.marked(&hit.title),
            self.marked(&hit.snippet),
            hit.url
        )
    }

    fn marked(&self, runs: &[Run]) -> String {
        let found = self.found;
        let piece = |run: &Run| match (run.is_match, self.has_colour) {
            (false, _) => run.text.clone(),
            (true, true) => format!("{found}{}{found:#}", run.text),
            (true, false) => format!("[{}]", run.text),
        };
        runs.iter().map(piece).collect()
    }
}
