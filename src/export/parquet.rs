//! Parquet: the articles in columns, for those who count. Built with the feature `parquet`.

use std::path::Path;
use std::sync::Arc;

use ::parquet::basic::{Compression, ZstdLevel};
use ::parquet::data_type::{ByteArray, ByteArrayType, Int32Type, Int64Type};
use ::parquet::errors::ParquetError;
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use ::parquet::schema::parser::parse_message_type;
use chrono::{DateTime, NaiveDate, Utc};

use super::file::NewFile;
use super::{ExportError, Format, Job, Report};
use crate::archive::StoredArticle;
use crate::article::{Article, Dateline};

/// Articles in a row group; so many stand in memory at a time.
const GROUP_ARTICLES: usize = 1000;

/// A value of a column.
enum Cell {
    Text(Option<String>),
    Day(Option<i32>),
    Number(Option<i64>),
}

/// A column: its name, its type in the schema's language, and what stands in it. Any value may be missing.
type Column = (&'static str, &'static str, fn(&StoredArticle) -> Cell);

const TEXT: &str = "BYTE_ARRAY {} (UTF8)";
const DAY: &str = "INT32 {} (DATE)";
const NUMBER: &str = "INT64 {}";
const MOMENT: &str = "INT64 {} (TIMESTAMP(MILLIS,true))";

const COLUMNS: [Column; 24] = [
    ("id", NUMBER, |stored| Cell::Number(Some(stored.id))),
    ("newspaper", TEXT, |stored| Cell::Text(stored.article.newspaper.clone())),
    ("url", TEXT, |stored| text(stored.article.url.as_str())),
    ("title", TEXT, |stored| text(&stored.article.title)),
    ("lead", TEXT, |stored| Cell::Text(stored.article.lead.clone())),
    ("dateline", TEXT, |stored| of_dateline(stored, |dateline| Some(&dateline.text))),
    ("dateline_source", TEXT, |stored| of_dateline(stored, |dateline| dateline.source.as_ref())),
    ("dateline_place", TEXT, |stored| of_dateline(stored, |dateline| dateline.place.as_ref())),
    ("part_of_day", TEXT, |stored| of_dateline(stored, |dateline| dateline.part_of_day.as_ref())),
    ("event_date", DAY, |stored| day(stored.article.dateline.as_ref().and_then(|dateline| dateline.date))),
    ("event_date_end", DAY, |stored| {
        day(stored.article.dateline.as_ref().and_then(|dateline| dateline.date_end))
    }),
    ("published_at", TEXT, |stored| Cell::Text(stored.article.published_at.map(|when| when.to_string()))),
    ("published_on", DAY, |stored| day(stored.article.published_at.map(|when| when.day()))),
    ("section_path", TEXT, |stored| joined(&stored.article.section, " / ")),
    ("authors", TEXT, |stored| joined(&stored.article.authors, "; ")),
    ("tags", TEXT, |stored| joined(&stored.article.tags, "; ")),
    ("source_note", TEXT, |stored| Cell::Text(stored.article.source_note.clone())),
    ("body", TEXT, |stored| text(&body(&stored.article))),
    ("captions", TEXT, |stored| joined(&stored.article.captions, "\n")),
    ("version", NUMBER, |stored| Cell::Number(Some(stored.version.into()))),
    ("version_count", NUMBER, |stored| Cell::Number(Some(stored.version_count.into()))),
    ("first_seen_at", MOMENT, |stored| moment(Some(stored.first_seen_at))),
    ("last_seen_at", MOMENT, |stored| moment(Some(stored.last_seen_at))),
    ("gone_at", MOMENT, |stored| moment(stored.gone_at)),
];

pub(super) fn write(job: &Job<'_>, path: &Path) -> Result<Report, ExportError> {
    let report = Report::new(Format::Parquet);
    if job.selection.articles.is_empty() {
        return Ok(report);
    }
    let fault = |error: ParquetError| ExportError::format(path, error);
    let columns = COLUMNS.map(|(name, kind, _)| format!("OPTIONAL {};", kind.replace("{}", name)));
    let schema =
        parse_message_type(&format!("message article {{ {} }}", columns.join(" "))).map_err(fault)?;
    let level = ZstdLevel::try_new(3).map_err(fault)?;
    let properties = WriterProperties::builder().set_compression(Compression::ZSTD(level)).build();
    job.claim(path)?;
    let file = NewFile::create(path)?;
    let mut writer =
        SerializedFileWriter::new(file, Arc::new(schema), Arc::new(properties)).map_err(fault)?;
    let mut group = Vec::new();
    let articles = job.each_article(0, |_, stored| {
        group.push(stored.clone());
        if group.len() == GROUP_ARTICLES {
            write_group(&mut writer, &mut group).map_err(fault)
        } else {
            Ok(())
        }
    })?;
    write_group(&mut writer, &mut group).map_err(fault)?;
    let bytes = writer.into_inner().map_err(fault)?.finish()?;
    Ok(Report { articles, files: 1, bytes, ..report })
}

fn write_group(
    writer: &mut SerializedFileWriter<NewFile>,
    articles: &mut Vec<StoredArticle>,
) -> Result<(), ParquetError> {
    if articles.is_empty() {
        return Ok(());
    }
    let mut group = writer.next_row_group()?;
    for (_, kind, cell) in COLUMNS {
        let cells = articles.iter().map(cell).collect();
        if let Some(mut column) = group.next_column()? {
            fill(&mut column, kind, cells)?;
            column.close()?;
        }
    }
    group.close()?;
    articles.clear();
    Ok(())
}

/// Writes a column. Only the values that are there are stored; the levels tell where one is missing.
fn fill(column: &mut SerializedColumnWriter<'_>, kind: &str, cells: Vec<Cell>) -> Result<(), ParquetError> {
    let (mut texts, mut days, mut numbers) = (Vec::new(), Vec::new(), Vec::new());
    let mut levels: Vec<i16> = Vec::with_capacity(cells.len());
    for cell in cells {
        let is_there = match cell {
            Cell::Text(value) => value.map(|value| texts.push(ByteArray::from(value.into_bytes()))).is_some(),
            Cell::Day(value) => value.map(|value| days.push(value)).is_some(),
            Cell::Number(value) => value.map(|value| numbers.push(value)).is_some(),
        };
        levels.push(is_there.into());
    }
    match kind {
        TEXT => column.typed::<ByteArrayType>().write_batch(&texts, Some(&levels), None)?,
        DAY => column.typed::<Int32Type>().write_batch(&days, Some(&levels), None)?,
        _ => column.typed::<Int64Type>().write_batch(&numbers, Some(&levels), None)?,
    };
    Ok(())
}

fn text(value: &str) -> Cell {
    Cell::Text(Some(value.to_owned()))
}

fn joined(list: &[String], between: &str) -> Cell {
    Cell::Text((!list.is_empty()).then(|| list.join(between)))
}

fn body(article: &Article) -> String {
    article.body.iter().map(|block| block.text.as_str()).collect::<Vec<_>>().join("\n\n")
}

fn of_dateline(stored: &StoredArticle, take: fn(&Dateline) -> Option<&String>) -> Cell {
    Cell::Text(stored.article.dateline.as_ref().and_then(take).cloned())
}

/// Days since 1970-01-01.
fn day(day: Option<NaiveDate>) -> Cell {
    let since = |day: NaiveDate| (day - NaiveDate::default()).num_days();
    Cell::Day(day.and_then(|day| i32::try_from(since(day)).ok()))
}

/// Milliseconds since 1970.
fn moment(moment: Option<DateTime<Utc>>) -> Cell {
    Cell::Number(moment.map(|moment| moment.timestamp_millis()))
}
