//! Tables for spreadsheets and statistics programs: articles, captions and paragraphs, by RFC 4180 in UTF-8. The
//! columns are those of the archive's views of the same names.

use std::io::Write;
use std::path::Path;

use ::csv::{Terminator, Writer, WriterBuilder};

use super::file::NewFile;
use super::{ExportError, Format, Job, Report};
use crate::archive::StoredArticle;
use crate::article::Article;

/// The byte order mark, by which spreadsheets know UTF-8.
const BOM: &[u8] = "\u{feff}".as_bytes();

/// One of the tables.
struct Table {
    name: &'static str,
    columns: &'static [&'static str],
    rows: fn(&StoredArticle) -> Vec<Vec<String>>,
}

const TABLES: [Table; 3] = [
    Table {
        name: "articles.csv",
        columns: &[
            "id",
            "newspaper",
            "url",
            "title",
            "lead",
            "dateline",
            "dateline_source",
            "dateline_place",
            "part_of_day",
            "event_date",
            "event_date_end",
            "published_at",
            "updated_at",
            "section",
            "section_path",
            "authors",
            "tags",
            "source_note",
            "body",
            "word_count",
            "caption_count",
            "version",
            "version_count",
            "first_seen_at",
            "last_seen_at",
            "gone_at",
        ],
        rows: |stored| vec![article_row(stored)],
    },
    Table {
        name: "captions.csv",
        columns: &["article_id", "ordinal", "caption", "photo_count"],
        rows: caption_rows,
    },
    Table {
        name: "paragraphs.csv",
        columns: &["article_id", "ordinal", "kind", "text"],
        rows: paragraph_rows,
    },
];

pub(super) fn write(job: &Job<'_>, path: &Path) -> Result<Report, ExportError> {
    let mut report = Report::new(Format::Csv);
    report.articles = job.selection.articles.len() as u64;
    if report.articles == 0 {
        return Ok(report);
    }
    let form = if job.options.bom { " with a byte order mark" } else { "" };
    let mut folder = job.folder(path, form)?;
    for table in &TABLES {
        if !folder.has(table.name) {
            report.bytes += fill(job, table, folder.create(table.name)?)?;
            folder.finished(table.name, 0)?;
        }
    }
    report.files = folder.files() as u64;
    report.kept = folder.kept() as u64;
    folder.finish()?;
    Ok(report)
}

fn fill(job: &Job<'_>, table: &Table, mut file: NewFile) -> Result<u64, ExportError> {
    let path = file.path().to_owned();
    if job.options.bom {
        file.write_all(BOM).map_err(ExportError::io(&path))?;
    }
    // RFC 4180 §2: lines end with CRLF.
    let mut writer: Writer<NewFile> = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(file);
    let fault = |error: ::csv::Error| ExportError::format(&path, error);
    writer.write_record(table.columns).map_err(fault)?;
    job.each_article(0, |_, stored| {
        (table.rows)(stored).iter().try_for_each(|row| writer.write_record(row)).map_err(fault)
    })?;
    let file = writer.into_inner().map_err(|error| ExportError::format(&path, error))?;
    file.finish()
}

fn article_row(stored: &StoredArticle) -> Vec<String> {
    let Article { lead, dateline, section, authors, tags, body, captions, .. } = &stored.article;
    let article = &stored.article;
    let dateline = dateline.as_ref();
    let text = |value: Option<&String>| value.cloned().unwrap_or_default();
    let words: usize = body.iter().map(|block| block.text.split_whitespace().count()).sum();
    let blocks: Vec<&str> = body.iter().map(|block| block.text.as_str()).collect();
    vec![
        stored.id.to_string(),
        text(article.newspaper.as_ref()),
        article.url.to_string(),
        article.title.clone(),
        text(lead.as_ref()),
        text(dateline.map(|dateline| &dateline.text)),
        text(dateline.and_then(|dateline| dateline.source.as_ref())),
        text(dateline.and_then(|dateline| dateline.place.as_ref())),
        text(dateline.and_then(|dateline| dateline.part_of_day.as_ref())),
        printed(dateline.and_then(|dateline| dateline.date)),
        printed(dateline.and_then(|dateline| dateline.date_end)),
        printed(article.published_at),
        printed(article.updated_at),
        text(section.last()),
        section.join(" / "),
        authors.join("; "),
        tags.join("; "),
        text(article.source_note.as_ref()),
        blocks.join("\n\n"),
        words.to_string(),
        captions.len().to_string(),
        stored.version.to_string(),
        stored.version_count.to_string(),
        moment(stored.first_seen_at),
        moment(stored.last_seen_at),
        stored.gone_at.map(moment).unwrap_or_default(),
    ]
}

fn caption_rows(stored: &StoredArticle) -> Vec<Vec<String>> {
    let photos =
        |index: usize| stored.article.images.iter().filter(|image| image.caption == Some(index)).count();
    let row = |(index, caption): (usize, &String)| {
        vec![stored.id.to_string(), (index + 1).to_string(), caption.clone(), photos(index).to_string()]
    };
    stored.article.captions.iter().enumerate().map(row).collect()
}

fn paragraph_rows(stored: &StoredArticle) -> Vec<Vec<String>> {
    let id = stored.id.to_string();
    let body = stored.article.body.iter().enumerate();
    body.map(|(index, block)| {
        vec![id.clone(), (index + 1).to_string(), block.kind.as_str().to_owned(), block.text.clone()]
    })
    .collect()
}

fn printed(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// A moment as it stands in the views.
pub(super) fn moment(moment: chrono::DateTime<chrono::Utc>) -> String {
    moment.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}
