//! Markdown: one file an article, in folders by year and month of publication, with its facts as YAML before the
//! text.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use super::csv::moment;
use super::{ExportError, Format, Job, Report};
use crate::archive::StoredArticle;
use crate::article::{Article, BlockKind};
use crate::text::fold::fold;

/// After so many articles the folder notes how far it is.
const NOTE_EVERY: usize = 256;
/// Letters of a title in a file's name: no system's longest name is reached.
const SLUG_LETTERS_MAX: usize = 80;

pub(super) fn write(job: &Job<'_>, path: &Path) -> Result<Report, ExportError> {
    let mut report = Report::new(Format::Markdown);
    report.articles = job.selection.articles.len() as u64;
    if report.articles == 0 {
        return Ok(report);
    }
    let mut folder = job.folder(path, "")?;
    let from = usize::try_from(folder.place()).unwrap_or_default();
    report.kept = from as u64;
    job.each_article(from, |place, stored| {
        let mut file = folder.create(&file_name(stored))?;
        let path = file.path().to_owned();
        file.write_all(document(stored).as_bytes()).map_err(ExportError::io(&path))?;
        report.bytes += file.finish()?;
        if (place + 1).is_multiple_of(NOTE_EVERY) {
            folder.reached(i64::try_from(place + 1).unwrap_or(i64::MAX))?;
        }
        Ok(())
    })?;
    report.files = report.articles;
    folder.finish()?;
    Ok(report)
}

/// `2023/05/baobackan-12-hoi-thi-cay-lua.md`: the archive's number keeps names apart.
fn file_name(stored: &StoredArticle) -> String {
    let article = &stored.article;
    let folder = match article.published_at {
        Some(when) => when.day().format("%Y/%m").to_string(),
        None => "undated".to_owned(),
    };
    let newspaper = article.newspaper.as_deref().unwrap_or("unknown");
    format!("{folder}/{newspaper}-{}{}.md", stored.id, slug(&article.title))
}

/// A title in letters and digits that every file system knows, with a hyphen before each word.
fn slug(title: &str) -> String {
    let mut slug = String::new();
    let folded = fold(title);
    for word in folded.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        if slug.len() + word.len() >= SLUG_LETTERS_MAX {
            break;
        }
        slug.push('-');
        slug.push_str(word);
    }
    slug
}

/// The file of an article.
fn document(stored: &StoredArticle) -> String {
    let mut out = front_matter(stored);
    _ = write!(out, "\n# {}\n", escape(&stored.article.title));
    out.push_str(&prose(&stored.article));
    out
}

/// The facts as YAML. A JSON value is a YAML value, so quoting needs no rules of its own.
fn front_matter(stored: &StoredArticle) -> String {
    let article = &stored.article;
    let dateline = article.dateline.as_ref();
    let facts: [(&str, Value); 21] = [
        ("title", json!(article.title)),
        ("newspaper", json!(article.newspaper)),
        ("url", json!(article.url)),
        ("id_in_newspaper", json!(article.id_in_newspaper)),
        ("published_at", json!(article.published_at)),
        ("updated_at", json!(article.updated_at)),
        ("dateline", json!(dateline.map(|dateline| &dateline.text))),
        ("dateline_place", json!(dateline.and_then(|dateline| dateline.place.as_ref()))),
        ("event_date", json!(dateline.and_then(|dateline| dateline.date))),
        ("event_date_end", json!(dateline.and_then(|dateline| dateline.date_end))),
        ("authors", json!(article.authors)),
        ("section", json!(article.section)),
        ("tags", json!(article.tags)),
        ("source_note", json!(article.source_note)),
        ("language", json!(article.language)),
        ("archive_id", json!(stored.id)),
        ("version", json!(stored.version)),
        ("captured_at", json!(moment(stored.captured_at))),
        ("first_seen_at", json!(moment(stored.first_seen_at))),
        ("last_seen_at", json!(moment(stored.last_seen_at))),
        ("gone_at", json!(stored.gone_at.map(moment))),
    ];
    let mut out = "---\n".to_owned();
    for (name, value) in facts {
        let is_nothing = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
        if !is_nothing {
            _ = writeln!(out, "{name}: {value}");
        }
    }
    out.push_str("---\n");
    out
}

/// What stands below the headline: lead, body, and the photos under their captions.
#[must_use]
pub fn prose(article: &Article) -> String {
    let mut out = String::new();
    if let Some(lead) = &article.lead {
        _ = writeln!(out, "\n**{}**", escape(lead));
    }
    let mut was_item = false;
    for block in &article.body {
        let safe = escape(&block.text);
        let is_item = block.kind == BlockKind::ListItem;
        let before = if is_item && was_item { "" } else { "\n" };
        let text = match block.kind {
            BlockKind::Heading => format!("## {safe}"),
            BlockKind::Quote => format!("> {safe}"),
            BlockKind::ListItem => format!("- {safe}"),
            BlockKind::Paragraph => safe,
            BlockKind::Table => table(&block.text),
        };
        _ = writeln!(out, "{before}{text}");
        was_item = is_item;
    }
    for image in &article.images {
        let caption = image.caption.and_then(|index| article.captions.get(index)).map_or("", String::as_str);
        _ = writeln!(out, "\n![{}]({})", escape(caption), image.url);
    }
    out
}

/// Text in which nothing is taken for Markdown.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|') {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

fn table(text: &str) -> String {
    let mut rows = Vec::new();
    for (index, row) in text.lines().enumerate() {
        let cells: Vec<String> = row.split('\t').map(escape).collect();
        rows.push(format!("| {} |", cells.join(" | ")));
        if index == 0 {
            rows.push(format!("|{}", " --- |".repeat(cells.len())));
        }
    }
    rows.join("\n")
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn a_file_is_named_by_the_words_of_the_title() {
        assert_eq!(slug("Đà Nẵng: \"Hội thi\" cấy lúa – 2023"), "-da-nang-hoi-thi-cay-lua-2023");
        assert!(slug(&"dài ".repeat(60)).len() <= 80);
    }
}
