//! `khobao newspapers new`: a first selector file, drafted from a few article pages.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Args as ClapArgs;
use url::Url;

use super::Ending;
use super::options::Shared;
use super::out::Out;
use super::table::Table;
use crate::article::Article;
use crate::crawl::{SystemClock, Visits};
use crate::draft::{self, Draft, DraftError, Evidence, FamilyChoice, Options};
use crate::newspaper::{DELAY_DEFAULT, DELAY_MAX, Newspaper, Newspapers, Sources};
use crate::page::Page;
use crate::target::TargetKind;
use crate::when::When;

/// The longest text of a field in the table, in characters.
const CELL_CHARS_MAX: usize = 60;

/// Draft a newspaper's selector file from two or three of its articles
///
/// Give the addresses of articles from different sections, or saved pages with --file. The pages, the front page and
/// robots.txt are fetched politely. A family of newspapers whose system the pages show is built on; otherwise selectors
/// are found from what the pages say. The file goes to stdout; what is read with it, and what it is unsure of, to
/// stderr.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Exit status:
  0  the draft reads every page
  1  there is a draft that falls short, or none
  2  could not run

Examples:
  khobao newspapers new https://baovidu.example/a-post1.html https://baovidu.example/b-post2.html --output my-files
  khobao newspapers new --file a.html b.html c.html --id baovidu > my-files/baovidu.toml
  khobao read --selectors my-files --newspaper baovidu a.html")]
pub(super) struct Args {
    /// The addresses of articles
    #[arg(value_name = "URL", required_unless_present = "file", conflicts_with = "file")]
    urls: Vec<Url>,
    /// Saved article pages
    #[arg(long, value_name = "PAGE", num_args = 1..)]
    file: Vec<PathBuf>,
    /// The address of a saved page, once for each page in their order, where the pages do not say it themselves
    #[arg(long = "url", value_name = "URL", requires = "file")]
    addresses: Vec<Url>,
    /// When saved pages were fetched
    #[arg(long, value_name = "TIME", requires = "file")]
    fetched_at: Option<When>,
    /// The newspaper's id
    #[arg(long, value_name = "ID", value_parser = parse_id)]
    id: Option<String>,
    /// The newspaper's printed name
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The province it writes for, in the borders before July 2025
    #[arg(long, value_name = "PROVINCE")]
    province: Option<String>,
    /// Build on this family; "none" for none
    #[arg(long, value_name = "FAMILY")]
    family: Option<String>,
    /// Write the file here: a new file, or a folder in which it is named by the id
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The least time between two requests
    #[arg(long, value_name = "DURATION", value_parser = parse_delay)]
    delay: Option<Duration>,
    #[command(flatten)]
    network: super::crawl::Network,
}

fn parse_id(text: &str) -> Result<String, String> {
    let is_id =
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if is_id {
        Ok(text.to_owned())
    } else {
        Err("use lower-case letters, digits and hyphens: baobackan".to_owned())
    }
}

fn parse_delay(text: &str) -> Result<Duration, String> {
    let delay = humantime::parse_duration(text).map_err(|error| error.to_string())?;
    if delay > DELAY_MAX {
        return Err(format!("at most {}", humantime::format_duration(DELAY_MAX)));
    }
    Ok(delay)
}

pub(super) fn schema() -> schemars::Schema {
    super::schema::of::<Draft>()
}

/// What was gathered to make a draft of.
#[derive(Default)]
struct Gathered {
    pages: Vec<Page>,
    front: Option<Page>,
    sitemaps: Vec<Url>,
    /// Why pages are missing.
    missing: Vec<String>,
}

pub(super) fn run(args: &Args, shared: &Shared) -> anyhow::Result<Ending> {
    let newspapers = shared.newspapers()?;
    let given = args.urls.len() + args.file.len();
    if given < draft::PAGES_MIN {
        bail!("{}", DraftError::TooFew(given));
    }
    if given > draft::PAGES_MAX {
        bail!("{}", DraftError::TooMany(given));
    }
    let sources = super::newspapers::sources(shared);
    if let Some(file) = args.output.as_deref().filter(|path| path.is_file()) {
        bail!("{}: the file is there already (remove it, or write another)", file.display());
    }
    // As JSON all that is told for people stands in the object.
    let tells = !shared.quiet && !shared.json;
    let gathered = if args.file.is_empty() { fetched(args, &newspapers, tells)? } else { saved(args)? };
    if !shared.quiet {
        for why in &gathered.missing {
            anstream::eprintln!("{why}");
        }
    }
    let evidence =
        Evidence { pages: &gathered.pages, front: gathered.front.as_ref(), sitemaps: &gathered.sitemaps };
    let known = gathered.pages.iter().find_map(|page| newspapers.by_host(page.url.host_str()?));
    let taken_hosts = taken(&gathered.pages, &newspapers, args, known);
    let options = Options { taken_hosts, ..options(args, known) };
    let draft = match draft::draft(&evidence, &sources, &options) {
        Ok(draft) => draft,
        Err(error @ (DraftError::NoArticle(_) | DraftError::TooFew(_))) => {
            return Ok(Ending::fell_short("no draft", error.to_string()));
        }
        Err(error) => return Err(error.into()),
    };
    write(args, shared, &draft)?;
    let conflicts = conflicts(&draft, sources);
    if tells {
        report(&draft, &conflicts);
        if let Some(known) = known.filter(|known| known.id == draft.id) {
            anstream::eprintln!(
                "note: {} is known already; in a folder given with --selectors, {}.toml takes the place of its file",
                known.name,
                draft.id
            );
        }
    }
    Ok(ending(&draft, &gathered, conflicts.len()))
}

/// The hosts of pages that belong to other newspapers than the one that is drafted.
fn taken(pages: &[Page], newspapers: &Newspapers, args: &Args, known: Option<&Newspaper>) -> Vec<String> {
    let own = args.id.as_deref().or(known.map(|newspaper| newspaper.id.as_str()));
    let hosts = pages.iter().filter_map(|page| page.url.host_str());
    hosts
        .filter(|host| newspapers.by_host(host).is_some_and(|other| Some(other.id.as_str()) != own))
        .map(str::to_owned)
        .collect()
}

/// What the user knows better; of a newspaper that is known already, what its file says.
fn options(args: &Args, known: Option<&Newspaper>) -> Options {
    let family = match args.family.as_deref() {
        None => FamilyChoice::Find,
        Some("none") => FamilyChoice::None,
        Some(name) => FamilyChoice::Named(name.to_owned()),
    };
    let of_known = |given: &Option<String>, own: fn(&Newspaper) -> Option<String>| {
        given.clone().or_else(|| known.and_then(own))
    };
    Options {
        id: of_known(&args.id, |newspaper| Some(newspaper.id.clone())),
        name: of_known(&args.name, |newspaper| Some(newspaper.name.clone())),
        province: of_known(&args.province, |newspaper| newspaper.province.clone()),
        family,
        taken_hosts: Vec::new(),
    }
}

fn ending(draft: &Draft, gathered: &Gathered, conflicts: usize) -> Ending {
    let faults = draft.doubts.iter().filter(|doubt| doubt.is_fault).count() + conflicts;
    if faults > 0 {
        return Ending::fell_short(
            "the draft falls short",
            format!("{}.toml: the draft falls short in {faults} points", draft.id),
        );
    }
    if !gathered.missing.is_empty() {
        return Ending::fell_short(
            "pages are missing",
            format!("{} pages could not be had", gathered.missing.len()),
        );
    }
    Ending::done()
}

/// Fetches the articles, then the front page.
fn fetched(args: &Args, newspapers: &Newspapers, tells: bool) -> anyhow::Result<Gathered> {
    let client = args.network.client()?;
    let known = args.urls.iter().find_map(|url| newspapers.by_host(url.host_str()?));
    let delay = args.delay.unwrap_or_else(|| known.map_or(DELAY_DEFAULT, |newspaper| newspaper.crawl.delay));
    super::crawl::runtime()?.block_on(async {
        let mut visits = Visits::new(&client, &SystemClock, delay);
        let mut gathered = Gathered::default();
        for url in &args.urls {
            if tells {
                anstream::eprintln!("fetching {url}");
            }
            match visits.fetch(url, TargetKind::Article).await {
                Ok(page) => gathered.pages.push(page),
                Err(why) => gathered.missing.push(format!("{url}: {why}")),
            }
        }
        let start = gathered.pages.first().and_then(|page| page.url.join("/").ok());
        if let Some(start) = start.filter(|_| gathered.pages.len() >= draft::PAGES_MIN) {
            match visits.fetch(&start, TargetKind::Listing).await {
                Ok(page) => gathered.front = Some(page),
                Err(why) => gathered.missing.push(format!("{start}: {why}")),
            }
            gathered.sitemaps = visits.sitemaps(&start).to_vec();
        }
        Ok(gathered)
    })
}

/// Reads the pages from their files.
fn saved(args: &Args) -> anyhow::Result<Gathered> {
    if !args.addresses.is_empty() && args.addresses.len() != args.file.len() {
        bail!(
            "{} addresses for {} pages (give --url once for each page, in their order)",
            args.addresses.len(),
            args.file.len()
        );
    }
    let page = |(at, file): (usize, &PathBuf)| {
        super::read::saved_page(file, args.addresses.get(at), args.fetched_at)
    };
    let pages = args.file.iter().enumerate().map(page).collect::<anyhow::Result<Vec<Page>>>()?;
    Ok(Gathered { pages, ..Gathered::default() })
}

/// The file to stdout or where it is to stand, or all as JSON to stdout.
fn write(args: &Args, shared: &Shared, draft: &Draft) -> anyhow::Result<()> {
    if let Some(path) = &args.output {
        write_file(path, draft)?;
    }
    let mut out = Out::stdout();
    if shared.json {
        out.json(draft)?;
    } else if args.output.is_none() {
        out.text(&draft.toml)?;
    }
    out.finish()
}

fn write_file(path: &Path, draft: &Draft) -> anyhow::Result<()> {
    let path = if path.is_dir() { path.join(format!("{}.toml", draft.id)) } else { path.to_owned() };
    let file = std::fs::OpenOptions::new().write(true).create_new(true).open(&path);
    let mut file =
        file.with_context(|| format!("cannot write {} (remove it, or write another)", path.display()))?;
    std::io::Write::write_all(&mut file, draft.toml.as_bytes())
        .with_context(|| format!("cannot write {}", path.display()))
}

/// Faults that the file has only among the others: a host that another newspaper has.
fn conflicts(draft: &Draft, mut sources: Sources) -> Vec<String> {
    let name = format!("{}.toml", draft.id);
    sources.add_text(&name, &draft.toml);
    match Newspapers::check(&sources) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.iter().filter(|fault| fault.file == name).map(ToString::to_string).collect(),
    }
}

/// What is read with the draft, and what it is unsure of.
fn report(draft: &Draft, conflicts: &[String]) {
    let mut table = Table::new(&["page", "field", "read", "by"]);
    for (at, page) in draft.pages.iter().enumerate() {
        table.row([(at + 1).to_string(), "url".to_owned(), page.url.to_string(), String::new()]);
        match (&page.article, &page.unfit) {
            (Some(article), _) => rows(at + 1, article, &mut table),
            (None, unfit) => {
                table.row([
                    (at + 1).to_string(),
                    "-".to_owned(),
                    unfit.clone().unwrap_or_default(),
                    String::new(),
                ]);
            }
        }
    }
    anstream::eprintln!("{table}");
    anstream::eprintln!("newspaper {}, family {}", draft.id, draft.family.as_deref().unwrap_or("none"));
    for doubt in &draft.doubts {
        let label = if doubt.is_fault { "wrong" } else { "unsure" };
        anstream::eprintln!("{label}: {}: {}", doubt.key, doubt.what);
    }
    for conflict in conflicts {
        anstream::eprintln!("wrong: {conflict}");
    }
}

/// The rows of one page.
fn rows(number: usize, article: &Article, table: &mut Table) {
    let or_dash =
        |text: Option<String>| text.filter(|text| !text.is_empty()).unwrap_or_else(|| "-".to_owned());
    let words: usize = article.body.iter().map(|block| block.text.split_whitespace().count()).sum();
    let dateline = article.dateline.as_ref().map(|dateline| dateline.text.clone());
    let cells = [
        ("title", "title", Some(article.title.clone())),
        ("lead", "lead", article.lead.clone()),
        ("dateline", "", dateline),
        ("authors", "authors", Some(article.authors.join(", "))),
        ("published", "published_at", article.published_at.map(|when| when.to_string())),
        ("section", "section", Some(article.section.join(" / "))),
        ("tags", "tags", Some(article.tags.join(", "))),
        ("body", "body", Some(format!("{words} words in {} blocks", article.body.len()))),
        ("captions", "", Some(article.captions.len().to_string())),
        ("images", "", Some(article.images.len().to_string())),
    ];
    for (field, key, text) in cells {
        let origin = article.origin.get(key).and_then(|origin| serde_json::to_value(origin).ok());
        let origin = origin.and_then(|origin| origin.as_str().map(str::to_owned)).unwrap_or_default();
        table.row([number.to_string(), field.to_owned(), shortened(&or_dash(text)), origin]);
    }
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= CELL_CHARS_MAX {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(CELL_CHARS_MAX - 1).collect();
    short.push('…');
    short
}
