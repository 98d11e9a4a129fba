//! Articles and their versions: an article is known by its newspaper and key, and gets a new version when its
//! substance differs from the current one's.

use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::{Connection, OptionalExtension, named_params, params};

use super::index::Waiting;
use super::stored::{self, Body, json};
use super::{blob, moment, substance};
use crate::article::{Article, Dateline};
use crate::target::{Target, TargetKind};

const PUT_VERSION: &str = "
    INSERT INTO version (
      article, number, capture, captured_at, reason, text_sha256, url, id_in_newspaper, published_at,
      updated_at, dateline, dateline_source, dateline_place, part_of_day, event_date, event_date_end,
      date_text, date_confidence, section, authors, tags, source_note, end_mark, language, khobao, layout,
      charset, origin, word_count, title, lead, captions, photos, blocks, body
    ) VALUES (
      :article, :number, :capture, :captured_at, :reason, :text_sha256, :url, :id_in_newspaper,
      :published_at, :updated_at, :dateline, :dateline_source, :dateline_place, :part_of_day, :event_date,
      :event_date_end, :date_text, :date_confidence, :section, :authors, :tags, :source_note, :end_mark,
      :language, :khobao, :layout, :charset, :origin, :word_count, :title, :lead, :captions, :photos, :blocks, :body
    ) ON CONFLICT (article, number) DO UPDATE SET
      text_sha256 = excluded.text_sha256, url = excluded.url, id_in_newspaper = excluded.id_in_newspaper,
      published_at = excluded.published_at, updated_at = excluded.updated_at, dateline = excluded.dateline,
      dateline_source = excluded.dateline_source, dateline_place = excluded.dateline_place,
      part_of_day = excluded.part_of_day, event_date = excluded.event_date,
      event_date_end = excluded.event_date_end, date_text = excluded.date_text,
      date_confidence = excluded.date_confidence, section = excluded.section, authors = excluded.authors,
      tags = excluded.tags, source_note = excluded.source_note, end_mark = excluded.end_mark,
      language = excluded.language, khobao = excluded.khobao, layout = excluded.layout,
      charset = excluded.charset, origin = excluded.origin, word_count = excluded.word_count, title = excluded.title,
      lead = excluded.lead, captions = excluded.captions, photos = excluded.photos,
      blocks = excluded.blocks, body = excluded.body
";

/// Why a version came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    First,
    Edited,
    Reread,
}

impl Reason {
    fn as_str(self) -> &'static str {
        match self {
            Reason::First => "first",
            Reason::Edited => "edited",
            Reason::Reread => "reread",
        }
    }
}

/// What became of a reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kept {
    pub(super) article_id: i64,
    /// The number of the current version.
    pub(super) number: u32,
    /// Why there is a new version; none where the substance is the current one's.
    pub(super) reason: Option<Reason>,
}

/// Where a reading comes from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Source<'a> {
    pub(super) newspaper: i64,
    pub(super) target: &'a Target,
    pub(super) capture: Option<i64>,
    pub(super) captured_at: DateTime<Utc>,
    /// Read in a stored page with other eyes, not in one that was just fetched.
    pub(super) is_reread: bool,
}

impl Source<'_> {
    /// Why a reading that differs makes a version.
    fn reason(&self) -> Reason {
        if self.is_reread { Reason::Reread } else { Reason::Edited }
    }
}

/// What keeping a reading would change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Difference {
    /// Nothing.
    None,
    /// What is no part of the substance: tags, a photo's address, how paragraphs are parted.
    Details,
    /// The substance: there would be a new version.
    Text,
    /// All of it: the article is not in the archive.
    New,
}

/// What keeping a reading would change in the current version.
pub(super) fn difference(current: &Article, article: &Article) -> Difference {
    match substance::differs(current, article) {
        true => Difference::Text,
        false if current == article => Difference::None,
        false => Difference::Details,
    }
}

/// The article that a reading is of, and its current version.
pub(super) fn current(
    connection: &Connection,
    source: Source<'_>,
    article: &Article,
) -> rusqlite::Result<Option<(i64, Article)>> {
    let Some((article_id, _)) = known(connection, source, &key(source.target, article))? else {
        return Ok(None);
    };
    Ok(Some((article_id, stored::current(connection, article_id)?)))
}

/// The article under a key and the number of its versions.
pub(super) fn known(
    connection: &Connection,
    source: Source<'_>,
    key: &str,
) -> rusqlite::Result<Option<(i64, u32)>> {
    connection
        .prepare_cached("SELECT id, version_count FROM article WHERE newspaper = ?1 AND key = ?2")?
        .query_row(params![source.newspaper, key], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
}

/// Keeps a reading: as a new article, as a new version, or as what is there already.
pub(super) fn keep(
    connection: &Connection,
    index: &mut Waiting,
    source: Source<'_>,
    article: &Article,
) -> rusqlite::Result<Kept> {
    let key = key(source.target, article);
    let Some((article_id, number)) = known(connection, source, &key)? else {
        let article_id = insert_article(connection, source, &key)?;
        put_version(connection, index, source, article, (article_id, 1, Reason::First))?;
        return Ok(Kept { article_id, number: 1, reason: Some(Reason::First) });
    };
    if !source.is_reread {
        seen(connection, article_id, source.captured_at)?;
    }
    let current = stored::current(connection, article_id)?;
    if substance::differs(&current, article) {
        index.remove(connection, article_id)?;
        put_version(connection, index, source, article, (article_id, number + 1, source.reason()))?;
        return Ok(Kept { article_id, number: number + 1, reason: Some(source.reason()) });
    }
    if current != *article {
        index.remove(connection, article_id)?;
        put_version(connection, index, source, article, (article_id, number, Reason::Edited))?;
    }
    Ok(Kept { article_id, number, reason: None })
}

/// The key of the article itself: its own address or number, else the number of the address it was found under.
pub(super) fn key(target: &Target, article: &Article) -> String {
    let number = article.id_in_newspaper.as_ref().or(target.id_in_newspaper.as_ref());
    Target {
        newspaper: target.newspaper.clone(),
        kind: TargetKind::Article,
        url: article.url.clone(),
        id_in_newspaper: number.cloned(),
    }
    .key()
}

fn insert_article(connection: &Connection, source: Source<'_>, key: &str) -> rusqlite::Result<i64> {
    connection
        .prepare_cached(
            "INSERT INTO article (newspaper, key, first_seen_at, last_seen_at) VALUES (?1, ?2, ?3, ?3)",
        )?
        .execute(params![source.newspaper, key, moment::text(source.captured_at)])?;
    Ok(connection.last_insert_rowid())
}

/// Writes a version and makes it the current one, in the index too. What was indexed before must have been removed.
fn put_version(
    connection: &Connection,
    index: &mut Waiting,
    source: Source<'_>,
    article: &Article,
    place: (i64, u32, Reason),
) -> rusqlite::Result<()> {
    let body = Body::of(article);
    let version = write(connection, source, article, &body, place)?;
    settle(connection, place.0, version, article)?;
    index.add(connection, place.0, article, &body.text)
}

/// Writes a version and gives its row. One that is there already keeps its place in time: what changes is how it
/// reads.
pub(super) fn write(
    connection: &Connection,
    source: Source<'_>,
    article: &Article,
    body: &Body,
    place: (i64, u32, Reason),
) -> rusqlite::Result<i64> {
    let (article_id, number, reason) = place;
    let dateline = article.dateline.as_ref();
    let text = |take: fn(&Dateline) -> Option<&str>| dateline.and_then(take);
    let day = |take: fn(&Dateline) -> Option<NaiveDate>| dateline.and_then(take).map(|day| day.to_string());
    let lead = article.lead.as_deref();
    connection.prepare_cached(PUT_VERSION)?.execute(named_params! {
        ":article": article_id,
        ":number": number,
        ":capture": source.capture,
        ":captured_at": moment::text(source.captured_at),
        ":reason": reason.as_str(),
        ":text_sha256": substance::text_sha256(&article.title, lead, &body.text, &article.captions),
        ":url": article.url.as_str(),
        ":id_in_newspaper": article.id_in_newspaper,
        ":published_at": article.published_at.map(|when| when.to_string()),
        ":updated_at": article.updated_at.map(|when| when.to_string()),
        ":dateline": text(|dateline| Some(&dateline.text)),
        ":dateline_source": text(|dateline| dateline.source.as_deref()),
        ":dateline_place": text(|dateline| dateline.place.as_deref()),
        ":part_of_day": text(|dateline| dateline.part_of_day.as_deref()),
        ":event_date": day(|dateline| dateline.date),
        ":event_date_end": day(|dateline| dateline.date_end),
        ":date_text": text(|dateline| dateline.date_text.as_deref()),
        ":date_confidence": text(|dateline| Some(stored::confidence(dateline.confidence))),
        ":section": json(&article.section)?,
        ":authors": json(&article.authors)?,
        ":tags": json(&article.tags)?,
        ":source_note": article.source_note,
        ":end_mark": article.end_mark,
        ":language": article.language,
        ":khobao": article.read_by.khobao,
        ":layout": article.read_by.layout,
        ":charset": article.read_by.charset.as_ref().map(json).transpose()?,
        ":origin": json(&article.origin)?,
        ":word_count": blob::count(body.text.split_whitespace().count()),
        ":title": article.title,
        ":lead": lead,
        ":captions": json(&article.captions)?,
        ":photos": json(&stored::photos(&article.images))?,
        ":blocks": json(&body.blocks)?,
        ":body": &body.text,
    })?;
    connection
        .prepare_cached("SELECT id FROM version WHERE article = ?1 AND number = ?2")?
        .query_row(params![article_id, number], |row| row.get(0))
}

/// Makes a version the current one.
fn settle(connection: &Connection, article_id: i64, version: i64, article: &Article) -> rusqlite::Result<()> {
    let dateline = article.dateline.as_ref();
    connection
        .prepare_cached(
            "UPDATE article SET version = ?2, published_at = ?3, event_date = ?4, event_date_end = ?5,
               version_count = (SELECT count(*) FROM version WHERE article = ?1)
             WHERE id = ?1",
        )?
        .execute(params![
            article_id,
            version,
            article.published_at.map(|when| when.to_string()),
            dateline.and_then(|dateline| dateline.date).map(|day| day.to_string()),
            dateline.and_then(|dateline| dateline.date_end).map(|day| day.to_string()),
        ])?;
    Ok(())
}

/// Notes that an article's page stands.
pub(super) fn seen(connection: &Connection, article_id: i64, at: DateTime<Utc>) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "UPDATE article SET last_seen_at = max(last_seen_at, ?2), gone_at = NULL WHERE id = ?1",
        )?
        .execute(params![article_id, moment::text(at)])?;
    Ok(())
}

/// Notes that an article's page is gone; the first time counts.
pub(super) fn gone(connection: &Connection, article_id: i64, at: DateTime<Utc>) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE article SET gone_at = coalesce(gone_at, ?2) WHERE id = ?1")?
        .execute(params![article_id, moment::text(at)])?;
    Ok(())
}
