//! The full-text index: what stands in it for an article, and keeping it in step with the article.
//!
//! The index does not hold the text itself (`schema/0003-search.sql`): an entry can be taken out only while the
//! text it was made from still stands. So an article leaves the index before its text changes, and comes in again
//! after. The folded text also serves the comparison of articles across newspapers, which goes along.

use chrono::{Datelike, NaiveDate};
use rusqlite::{Connection, params};

use super::reprint;
use super::spelling;
use super::stored::{self, Body};
use crate::article::Article;
use crate::text::fold::{fold, tone_placement};

/// What parts captions in their column.
const BETWEEN_CAPTIONS: &str = "\n";
/// An event of more months than these has, behind those of the first, one token for all that follow.
const EVENT_MONTHS_MAX: usize = 12;
/// That token.
pub(super) const LONG_EVENT: &str = "eventlong";

/// The indexes: all texts, and the headlines once more by themselves.
const LEAVE: [&str; 2] =
    ["DELETE FROM searchable WHERE rowid = ?1", "DELETE FROM search_title WHERE rowid = ?1"];
const ENTER: [&str; 2] = [
    "INSERT INTO searchable (rowid, title, lead, body, captions, title_folded, lead_folded, body_folded,
       captions_folded, filters)
     SELECT id, title, lead, body, captions, title_folded, lead_folded, body_folded, captions_folded, filters
     FROM search_content WHERE id IN (SELECT value FROM json_each(?1))",
    "INSERT INTO search_title (rowid, title, title_folded)
     SELECT id, title, title_folded FROM search_content WHERE id IN (SELECT value FROM json_each(?1))",
];

/// Articles whose text stands ready and that come into the index at the end of the transaction, all at once: each
/// statement that SQLite might have to undo makes the index write down what it has gathered, as a part of its own
/// that must be merged with the others later.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    articles: Vec<i64>,
}

impl Waiting {
    /// Takes an article out of the index, where it is in it.
    pub(super) fn remove(&mut self, connection: &Connection, article_id: i64) -> rusqlite::Result<()> {
        match self.articles.iter().position(|waiting| *waiting == article_id) {
            Some(at) => drop(self.articles.swap_remove(at)),
            None => {
                for sql in LEAVE {
                    connection.prepare_cached(sql)?.execute([article_id])?;
                }
            }
        }
        connection.prepare_cached("DELETE FROM search_text WHERE article = ?1")?.execute([article_id])?;
        reprint::remove(connection, article_id)
    }

    /// Makes the current version of an article ready for the index.
    pub(super) fn add(
        &mut self,
        connection: &Connection,
        article_id: i64,
        article: &Article,
        body: &str,
    ) -> rusqlite::Result<()> {
        add(connection, article_id, article, body)?;
        self.articles.push(article_id);
        Ok(())
    }

    /// Brings all that wait into the index: the last step of a transaction.
    pub(super) fn enter(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        let mut articles = std::mem::take(&mut self.articles);
        if articles.is_empty() {
            return Ok(());
        }
        articles.sort_unstable();
        ENTER.iter().try_for_each(|sql| enter(connection, sql, &articles))
    }

    /// Forgets those that wait: the transaction is taken back.
    pub(super) fn forget(&mut self) {
        self.articles.clear();
    }
}

/// What stands in the index for an article, column for column.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) title: String,
    pub(super) lead: Option<String>,
    pub(super) body: String,
    pub(super) captions: Option<String>,
    pub(super) title_folded: String,
    pub(super) lead_folded: Option<String>,
    pub(super) body_folded: String,
    pub(super) captions_folded: Option<String>,
    pub(super) filters: String,
}

impl Entry {
    fn of(article: &Article, body: &str, mut filters: String) -> Entry {
        let captions = Some(article.captions.join(BETWEEN_CAPTIONS)).filter(|text| !text.is_empty());
        let lead = article.lead.as_deref();
        let written = Some(tone_placement(&article.title));
        let written = [
            written,
            lead.map(tone_placement),
            Some(tone_placement(body)),
            captions.as_deref().map(tone_placement),
        ];
        filters += &spelling::others(&written.each_ref().map(|text| text.as_deref().unwrap_or_default()));
        let [title, written_lead, written_body, written_captions] = written;
        Entry {
            title: title.unwrap_or_default(),
            lead: written_lead,
            body: written_body.unwrap_or_default(),
            captions: written_captions,
            title_folded: fold(&article.title),
            lead_folded: lead.map(fold),
            body_folded: fold(body),
            captions_folded: captions.as_deref().map(fold),
            filters,
        }
    }
}

/// What should stand in the index for an article, made from its current version.
pub(super) fn entry(connection: &Connection, article_id: i64) -> rusqlite::Result<Option<Entry>> {
    let found: Option<(Article, String)> = match stored::current(connection, article_id) {
        Ok(article) => {
            let body = Body::of(&article).text;
            Some((article, body))
        }
        // No current version, or one that cannot be put together.
        Err(rusqlite::Error::QueryReturnedNoRows | rusqlite::Error::FromSqlConversionFailure(..)) => None,
        Err(error) => return Err(error),
    };
    let Some((article, body)) = found else { return Ok(None) };
    let filters = filters_of(connection, article_id, &article)?;
    Ok(Some(Entry::of(&article, &body, filters)))
}

/// Writes what is to stand in the index for the current version of an article.
fn add(connection: &Connection, article_id: i64, article: &Article, body: &str) -> rusqlite::Result<()> {
    let filters = filters_of(connection, article_id, article)?;
    let entry = Entry::of(article, body, filters);
    connection
        .prepare_cached(
            "INSERT INTO search_text (article, title, lead, body, captions, filters, title_folded, lead_folded,
               captions_folded, body_folded)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            article_id,
            Some(&entry.title).filter(|title| **title != article.title),
            entry.lead.as_ref().filter(|lead| Some(lead.as_str()) != article.lead.as_deref()),
            Some(&entry.body).filter(|text| text.as_str() != body),
            entry.captions,
            entry.filters,
            entry.title_folded,
            entry.lead_folded,
            entry.captions_folded,
            entry.body_folded,
        ])?;
    reprint::add(connection, article_id, entry.lead_folded.as_deref(), &entry.body_folded)
}

/// The filter tokens of an article as its newspaper is described now.
fn filters_of(connection: &Connection, article_id: i64, article: &Article) -> rusqlite::Result<String> {
    let (newspaper, province): (String, Option<String>) = connection
        .prepare_cached(
            "SELECT n.id, n.province FROM article a JOIN newspaper n ON n.no = a.newspaper WHERE a.id = ?1",
        )?
        .query_row([article_id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let published = article.published_at.map(|when| when.day().to_string());
    let event = article.dateline.as_ref().and_then(|dateline| Some((dateline.date?, dateline.date_end)));
    Ok(filters(&newspaper, province.as_deref(), published.as_deref(), event))
}

fn enter(connection: &Connection, sql: &str, articles: &[i64]) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([stored::json(&articles)?])?;
    Ok(())
}

/// Writes the filter tokens of a newspaper's articles anew, after its description changed.
pub(super) fn renew_newspaper(connection: &Connection, newspaper: i64) -> rusqlite::Result<()> {
    let (id, province): (String, Option<String>) = connection
        .prepare_cached("SELECT id, province FROM newspaper WHERE no = ?1")?
        .query_row([newspaper], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut articles = connection.prepare_cached(
        "SELECT a.id, substr(a.published_at, 1, 10), a.event_date, a.event_date_end, s.filters
         FROM article a JOIN search_text s ON s.article = a.id WHERE a.newspaper = ?1",
    )?;
    let mut rows = articles.query([newspaper])?;
    while let Some(row) = rows.next()? {
        let article_id: i64 = row.get(0)?;
        let published: Option<String> = row.get(1)?;
        let day = |column| -> rusqlite::Result<Option<NaiveDate>> {
            Ok(row.get_ref(column)?.as_str_or_null()?.and_then(|day| day.parse().ok()))
        };
        let (event, event_end) = (day(2)?, day(3)?);
        let before: String = row.get(4)?;
        let event = event.map(|first| (first, event_end));
        let mut filters = filters(&id, province.as_deref(), published.as_deref(), event);
        // What follows the tokens is of the text, which is as it was.
        let spelt = before.find(&format!(" {}", spelling::BETWEEN)).and_then(|at| before.get(at..));
        filters += spelt.unwrap_or_default();
        // The headlines have no filters.
        connection.prepare_cached(LEAVE[0])?.execute([article_id])?;
        connection
            .prepare_cached("UPDATE search_text SET filters = ?2 WHERE article = ?1")?
            .execute(params![article_id, filters])?;
        enter(connection, ENTER[0], &[article_id])?;
    }
    Ok(())
}

/// The filter tokens of an article; the day of publication is `2023-05-10`, those of the event are the first and,
/// of several, the last.
fn filters(
    newspaper: &str,
    province: Option<&str>,
    published: Option<&str>,
    event: Option<(NaiveDate, Option<NaiveDate>)>,
) -> String {
    let mut tokens = vec![newspaper_token(newspaper)];
    tokens.extend(province.map(province_token));
    if let Some(day) = published {
        tokens.push(month_token(day));
        tokens.push(format!("year{}", &day[..4]));
    }
    if let Some((first, last)) = event {
        let mut months = months(first, last.unwrap_or(first));
        tokens.extend(months.by_ref().take(EVENT_MONTHS_MAX).map(|month| event_token(&month)));
        tokens.extend(months.next().map(|_| LONG_EVENT.to_owned()));
    }
    tokens.join(" ")
}

/// `newspaperbaobackan`
pub(super) fn newspaper_token(id: &str) -> String {
    token("newspaper", id)
}

/// `provincebackan`
pub(super) fn province_token(province: &str) -> String {
    token("province", province)
}

/// `month202305` of `2023-05-10`
pub(super) fn month_token(day: &str) -> String {
    token("month", &day[..day.len().min(7)])
}

/// `eventmonth202305` of `2023-05-10`
pub(super) fn event_token(day: &str) -> String {
    format!("event{}", month_token(day))
}

/// The months from one day to another, as `2023-05`; the first at least.
pub(super) fn months(from: NaiveDate, to: NaiveDate) -> impl Iterator<Item = String> {
    let number = |day: NaiveDate| day.year() * 12 + i32::try_from(day.month0()).unwrap_or_default();
    (number(from)..=number(to).max(number(from)))
        .map(|month| format!("{:04}-{:02}", month.div_euclid(12), month.rem_euclid(12) + 1))
}

/// One token of the index: letters and digits only, which its tokenizer does not part.
fn token(kind: &str, value: &str) -> String {
    kind.chars().chain(fold(value).chars().filter(char::is_ascii_alphanumeric)).collect()
}
