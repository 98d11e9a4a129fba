//! An article as a row, and back again without loss.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rusqlite::types::{Type, ValueRef};
use rusqlite::{Connection, Row};
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::Url;

use crate::article::{Article, Block, BlockKind, Confidence, Dateline, Image, ReadBy};
use crate::when::When;

/// What parts the blocks of a body.
const BETWEEN_BLOCKS: &str = "\n\n";

/// The columns that [`article`] reads, in its order, from a version `v` of an article `a` of a newspaper `n`.
pub(super) const COLUMNS: &str = "n.id, v.url, v.id_in_newspaper, v.title, v.lead, v.dateline, v.dateline_source,
    v.dateline_place, v.part_of_day, v.event_date, v.event_date_end, v.date_text, v.date_confidence, v.authors,
    v.published_at, v.updated_at, v.section, v.tags, v.body, v.blocks, v.captions, v.photos, v.source_note,
    v.end_mark, v.language, v.khobao, v.layout, v.origin, v.charset";

/// How many columns [`COLUMNS`] names; what a query adds stands behind them.
pub(super) const COLUMN_COUNT: usize = 29;

/// Which of [`COLUMNS`] is the body.
pub(super) const BODY_COLUMN: usize = 18;

/// A body as one text, with the place of each block in it.
#[derive(Debug)]
pub(super) struct Body {
    /// The blocks, an empty line between them.
    pub(super) text: String,
    /// `[kind, first character from 1, length in characters]` for each block.
    pub(super) blocks: Vec<(BlockKind, usize, usize)>,
}

impl Body {
    pub(super) fn of(article: &Article) -> Body {
        let mut text = String::with_capacity(article.body.iter().map(|block| block.text.len() + 2).sum());
        let mut blocks = Vec::with_capacity(article.body.len());
        let mut next = 1;
        for (index, block) in article.body.iter().enumerate() {
            if index > 0 {
                text.push_str(BETWEEN_BLOCKS);
                next += BETWEEN_BLOCKS.len();
            }
            let length = block.text.chars().count();
            blocks.push((block.kind, next, length));
            next += length;
            text.push_str(&block.text);
        }
        Body { text, blocks }
    }

    /// The blocks again; none where their places do not lie in the text.
    fn apart(text: &str, blocks: &[(BlockKind, usize, usize)]) -> Option<Vec<Block>> {
        let mut parted = Vec::with_capacity(blocks.len());
        let mut rest = text.chars();
        let mut at = 1;
        for &(kind, first, length) in blocks {
            for _ in at..first {
                rest.next()?;
            }
            let from = rest.as_str();
            let bytes: usize = (0..length).map(|_| rest.next().map(char::len_utf8)).sum::<Option<usize>>()?;
            parted.push(Block::new(kind, from.get(..bytes)?));
            at = first + length;
        }
        Some(parted)
    }
}

/// A value as JSON text. Our own types always have one.
pub(super) fn json<T: Serialize>(value: &T) -> rusqlite::Result<String> {
    serde_json::to_string(value).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

/// Photos as they are stored: address, caption, credit.
pub(super) fn photos(images: &[Image]) -> Vec<(&str, Option<usize>, Option<&str>)> {
    images.iter().map(|image| (image.url.as_str(), image.caption, image.credit.as_deref())).collect()
}

/// The current version of an article.
pub(super) fn current(connection: &Connection, article_id: i64) -> rusqlite::Result<Article> {
    let sql = format!(
        "SELECT {COLUMNS} FROM article a JOIN version v ON v.id = a.version JOIN newspaper n ON n.no = a.newspaper
         WHERE a.id = ?1"
    );
    connection.prepare_cached(&sql)?.query_row([article_id], article)
}

/// The article of a row of [`COLUMNS`].
pub(super) fn article(row: &Row<'_>) -> rusqlite::Result<Article> {
    let body: String = row.get(BODY_COLUMN)?;
    let blocks: Vec<(BlockKind, usize, usize)> = parse(row, 19)?;
    let photos: Vec<(Url, Option<usize>, Option<String>)> = parse(row, 21)?;
    Ok(Article {
        newspaper: Some(row.get(0)?),
        url: Url::parse(&row.get::<_, String>(1)?).map_err(|error| wrong(1, error))?,
        id_in_newspaper: row.get(2)?,
        title: row.get(3)?,
        lead: row.get(4)?,
        dateline: dateline(row)?,
        authors: parse(row, 13)?,
        published_at: when(row, 14)?,
        updated_at: when(row, 15)?,
        section: parse(row, 16)?,
        tags: parse(row, 17)?,
        body: Body::apart(&body, &blocks).ok_or_else(|| wrong(19, "blocks lie outside of the body"))?,
        captions: parse(row, 20)?,
        images: photos.into_iter().map(|(url, caption, credit)| Image { url, caption, credit }).collect(),
        source_note: row.get(22)?,
        end_mark: row.get(23)?,
        language: row.get(24)?,
        read_by: ReadBy {
            khobao: row.get(25)?,
            layout: row.get(26)?,
            charset: match row.get_ref(28)? {
                ValueRef::Null => None,
                _ => Some(parse(row, 28)?),
            },
        },
        origin: parse::<BTreeMap<_, _>>(row, 27)?,
    })
}

fn dateline(row: &Row<'_>) -> rusqlite::Result<Option<Dateline>> {
    let Some(text) = row.get(5)? else { return Ok(None) };
    Ok(Some(Dateline {
        text,
        source: row.get(6)?,
        place: row.get(7)?,
        part_of_day: row.get(8)?,
        date: day(row, 9)?,
        date_end: day(row, 10)?,
        date_text: row.get(11)?,
        confidence: match row.get::<_, Option<String>>(12)?.as_deref() {
            Some("low") => Confidence::Low,
            _ => Confidence::High,
        },
    }))
}

/// The name of a confidence in the archive.
pub(super) fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::High => "high",
        Confidence::Low => "low",
    }
}

fn parse<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    serde_json::from_str(row.get_ref(column)?.as_str()?).map_err(|error| wrong(column, error))
}

fn when(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<When>> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| text.parse().map_err(|error: crate::when::NotAWhen| wrong(column, error))).transpose()
}

fn day(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<NaiveDate>> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| text.parse().map_err(|error: chrono::ParseError| wrong(column, error))).transpose()
}

fn wrong(column: usize, why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, why.into())
}
