//! How well pages are read, told by answers that people wrote beside them.
//!
//! A folder holds saved pages, `x.html` or `x.fragment.html` (the body alone), each with `x.gold.json`: the article
//! as it should be read, or the addresses that a listing should give. Each page is read as `khobao read` reads it,
//! and compared field by field (`score`). Blanks do not count; where the answer says that another is as good
//! (`ambiguous`), a difference is told but not held against the reader.

mod gold;
mod grams;
mod report;
mod score;

use std::io;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use url::Url;

pub use report::{Report, Totals};
pub use score::{BodyScore, FieldScore, ListingScore, PageScore, Verdict};

use self::gold::Gold;
use crate::newspaper::{Newspaper, Newspapers};
use crate::page::Page;
use crate::read::{Reading, read};
use crate::target::TargetKind;

/// The ending of an answer's file name.
const GOLD_ENDING: &str = ".gold.json";

/// Endings of a page's file name, beside that of its answer.
const PAGE_ENDINGS: [&str; 3] = [".html", ".fragment.html", ".htm"];

/// How deep folders are searched.
const FOLDERS_DEPTH_MAX: usize = 8;

/// The longest page that is read.
const PAGE_BYTES_MAX: u64 = 64 << 20;

/// How to evaluate.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Read every page without its selector file.
    pub generic: bool,
    /// The time at which the pages count as fetched; an answer may give its page's own.
    pub fetched_at: DateTime<Utc>,
}

/// Why a folder cannot be evaluated.
#[derive(Debug, thiserror::Error)]
pub enum EvaluateError {
    /// The folder or a file in it cannot be read.
    #[error("{path}: {error} (name a folder of pages with their answers)")]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// An answer is not what it should be.
    #[error("{path}: {error} (an answer is a JSON object with the fields of an article)")]
    WrongAnswer {
        /// The answer's file.
        path: PathBuf,
        /// What is wrong, with line and column.
        error: serde_json::Error,
    },
    /// An answer without its page.
    #[error("{0}: no page beside it (add the .html or .fragment.html file of the same name)")]
    NoPage(PathBuf),
    /// An answer that does not say which newspaper its page is of.
    #[error("{0}: it names neither the page's url nor its site (add one)")]
    NoAddress(PathBuf),
    /// No answers at all.
    #[error("{0}: no answers in it (each page x.html needs a file x.gold.json)")]
    NoAnswers(PathBuf),
}

/// Reads and scores every page in a folder that has an answer beside it, in the order of their paths.
pub fn folder(dir: &Path, newspapers: &Newspapers, options: &Options) -> Result<Report, EvaluateError> {
    let mut answers = Vec::new();
    find_answers(dir, 0, &mut answers)?;
    answers.sort();
    if answers.is_empty() {
        return Err(EvaluateError::NoAnswers(dir.to_owned()));
    }
    let mut report = Report::default();
    for path in answers {
        let gold = Gold::read(&bytes_of(&path)?)
            .map_err(|error| EvaluateError::WrongAnswer { path: path.clone(), error })?;
        let file = page_beside(&path).ok_or_else(|| EvaluateError::NoPage(path.clone()))?;
        let name = file.strip_prefix(dir).unwrap_or(&file).display().to_string();
        let body = bytes_of(&file)?;
        match &gold {
            Gold::Article(gold) => {
                let url = gold.address().ok_or(EvaluateError::NoAddress(path))?;
                let (newspaper, page) = self::page(url, body, TargetKind::Article, newspapers, options);
                let article = match read(&newspaper, &page) {
                    Reading::Article(article) => Ok(*article),
                    Reading::Unfit(unfit) => Err(unfit),
                    Reading::Links(_) | Reading::Photo(_) => continue,
                };
                report.pages.push(score::article(name, gold, article));
            }
            Gold::Listing(gold) => {
                let (newspaper, page) =
                    self::page(gold.base_url.clone(), body, TargetKind::Listing, newspapers, options);
                report.listings.push(score::listing(name, gold, &articles(&newspaper, &page)));
            }
        }
    }
    Ok(report)
}

/// The addresses that a listing gives as articles; none where it is no listing.
fn articles(newspaper: &Newspaper, page: &Page) -> Vec<Url> {
    let Reading::Links(links) = read(newspaper, page) else { return Vec::new() };
    let articles =
        links.into_iter().map(|link| link.target).filter(|target| target.kind == TargetKind::Article);
    articles.map(|target| target.url).collect()
}

/// The page as it would have been fetched, and the newspaper that it is read as.
fn page(
    url: Url,
    body: Vec<u8>,
    kind: TargetKind,
    newspapers: &Newspapers,
    options: &Options,
) -> (Newspaper, Page) {
    let host = url.host_str().unwrap_or_default();
    let known = newspapers.by_host(host).filter(|_| !options.generic);
    let newspaper = known.cloned().unwrap_or_else(|| Newspaper::unknown(host));
    let page = Page {
        kind,
        url,
        status: 200,
        headers: Vec::new(),
        body: Bytes::from(body),
        fetched_at: options.fetched_at,
    };
    (newspaper, page)
}

fn find_answers(dir: &Path, depth: usize, answers: &mut Vec<PathBuf>) -> Result<(), EvaluateError> {
    let unreadable = |error| EvaluateError::Unreadable { path: dir.to_owned(), error };
    for entry in std::fs::read_dir(dir).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.is_dir() && depth < FOLDERS_DEPTH_MAX {
            find_answers(&path, depth + 1, answers)?;
        } else if path.to_str().is_some_and(|name| name.ends_with(GOLD_ENDING)) {
            answers.push(path);
        }
    }
    Ok(())
}

fn page_beside(answer: &Path) -> Option<PathBuf> {
    let stem = answer.to_str()?.strip_suffix(GOLD_ENDING)?;
    PAGE_ENDINGS.iter().map(|ending| PathBuf::from(format!("{stem}{ending}"))).find(|path| path.is_file())
}

fn bytes_of(path: &Path) -> Result<Vec<u8>, EvaluateError> {
    let unreadable = |error| EvaluateError::Unreadable { path: path.to_owned(), error };
    let length = std::fs::metadata(path).map_err(unreadable)?.len();
    if length > PAGE_BYTES_MAX {
        let error = io::Error::other(format!("{length} bytes, more than {PAGE_BYTES_MAX}"));
        return Err(unreadable(error));
    }
    std::fs::read(path).map_err(unreadable)
}

#[cfg(test)]
mod tests;
