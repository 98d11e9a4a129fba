//! Groups of pages that look alike, and the choice of the dictionary that serves a group now.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

use super::press::Press;
use super::{blob, moment};

/// Shorter texts are not worth a dictionary, longer ones not its time.
const LIKE_BYTES: std::ops::RangeInclusive<usize> = 512..=4_194_304;
/// The pages after a choice that tell what pages take when their dictionary is fresh.
const FIRST_PAGES: i64 = 4;
/// Pages that a dictionary serves at least.
const PAGES_MIN: i64 = 8;

/// A group as it stands in the archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) id: i64,
    pub(super) dictionary: Option<i64>,
    pub(super) pages: i64,
    pub(super) first_mean: i64,
    pub(super) excess: i64,
}

/// A page that becomes a dictionary.
#[derive(Debug)]
pub(super) struct Choice {
    /// The payload whose text it is.
    blob: i64,
    sha256: [u8; 32],
    size: usize,
    base: Option<i64>,
    /// The dictionary's own bytes.
    stored: Vec<u8>,
    /// The payload's bytes from now on: next to nothing, as it is the dictionary.
    blob_stored: Vec<u8>,
}

/// A text compressed as its group suggests.
#[derive(Debug)]
pub(super) struct Squeezed {
    pub(super) stored: Vec<u8>,
    pub(super) dictionary: Option<i64>,
    /// A new dictionary, which is then the one that `stored` needs.
    pub(super) choice: Option<Choice>,
    /// The group after this page.
    pub(super) group: Option<Group>,
}

/// The group of a newspaper and name; none where nothing was stored in it yet.
pub(super) fn find(connection: &Connection, newspaper: i64, name: &str) -> rusqlite::Result<Option<Group>> {
    connection
        .prepare_cached(
            "SELECT id, dictionary, pages, first_mean, excess FROM page_group WHERE newspaper = ?1 AND name = ?2",
        )?
        .query_row(params![newspaper, name], |row| {
            Ok(Group {
                id: row.get(0)?,
                dictionary: row.get(1)?,
                pages: row.get(2)?,
                first_mean: row.get(3)?,
                excess: row.get(4)?,
            })
        })
        .optional()
}

/// The row of a group, made where it is not there.
pub(super) fn find_or_make(connection: &Connection, newspaper: i64, name: &str) -> rusqlite::Result<Group> {
    if let Some(group) = find(connection, newspaper, name)? {
        return Ok(group);
    }
    connection
        .prepare_cached("INSERT INTO page_group (newspaper, name) VALUES (?1, ?2)")?
        .execute(params![newspaper, name])?;
    let id = connection.last_insert_rowid();
    Ok(Group { id, dictionary: None, pages: 0, first_mean: 0, excess: 0 })
}

/// Compresses a text with the dictionary of its group, and sees whether the page stored before it (the last one with
/// a number below `before`) would serve better.
pub(super) fn squeeze(
    connection: &Connection,
    press: &mut Press,
    group: Option<Group>,
    text: &[u8],
    before: i64,
) -> rusqlite::Result<Squeezed> {
    let Some(group) = group.filter(|_| LIKE_BYTES.contains(&text.len())) else {
        return Ok(Squeezed { stored: press.squeeze(text)?, dictionary: None, choice: None, group: None });
    };
    // A dictionary that is damaged must not stop a crawl: the group gets another.
    let dictionary = match group.dictionary.map(|id| (id, press.shelf.take(connection, id))) {
        Some((id, Ok(bytes))) => Some((id, bytes)),
        Some((_, Err(error))) if !blob::is_damage(&error) => return Err(error),
        Some((_, Err(_))) | None => None,
    };
    let stored = match &dictionary {
        Some((_, bytes)) => press.squeeze_with(text, bytes)?,
        None => press.squeeze(text)?,
    };
    let dictionary = dictionary.map(|(id, _)| id);
    let after = Group { dictionary, ..group }.after(stored.len());
    let current = Squeezed { stored, dictionary, choice: None, group: Some(after) };
    if !after.is_worth_a_trial(current.stored.len(), text.len()) {
        return Ok(current);
    }
    try_page_before(connection, press, current, text, before)
}

/// Compresses a text with the page stored before it, and takes that page for the dictionary where it serves better.
fn try_page_before(
    connection: &Connection,
    press: &mut Press,
    current: Squeezed,
    text: &[u8],
    before: i64,
) -> rusqlite::Result<Squeezed> {
    let Some(group) = current.group else { return Ok(current) };
    let renewed = Group { pages: 0, first_mean: 0, excess: 0, ..group };
    let Some(before) = blob::last_in(connection, group.id, before)? else { return Ok(current) };
    let page = match blob::load(connection, &press.shelf, before) {
        Ok(page) if LIKE_BYTES.contains(&page.len()) => page,
        Err(error) if !blob::is_damage(&error) => return Err(error),
        Ok(_) | Err(_) => return Ok(current),
    };
    let tried = press.squeeze_with(text, &page)?;
    if tried.len() * 10 > current.stored.len() * 9 {
        // Not the dictionary has aged; the pages are as they are.
        return Ok(Squeezed { group: Some(Group { excess: 0, ..group }), ..current });
    }
    let choice = choose(connection, press, group, before, &page)?;
    Ok(Squeezed { stored: tried, dictionary: None, choice: Some(choice), group: Some(renewed) })
}

/// Makes a page a dictionary, stored with the help of the group's first one where that helps.
fn choose(
    connection: &Connection,
    press: &mut Press,
    group: Group,
    blob: i64,
    page: &[u8],
) -> rusqlite::Result<Choice> {
    let blob_stored = press.squeeze_with(page, page)?;
    let plain = press.squeeze(page)?;
    let mut choice = Choice {
        blob,
        sha256: Sha256::digest(page).into(),
        size: page.len(),
        base: None,
        stored: plain,
        blob_stored,
    };
    let first: Option<i64> = connection
        .prepare_cached("SELECT max(id) FROM dictionary WHERE page_group = ?1 AND base IS NULL")?
        .query_row([group.id], |row| row.get(0))?;
    if let Some(first) = first
        && let Ok(first_page) = press.shelf.take(connection, first)
    {
        let with_first = press.squeeze_with(page, &first_page)?;
        if with_first.len() * 2 < choice.stored.len() {
            choice.base = Some(first);
            choice.stored = with_first;
        }
    }
    Ok(choice)
}

impl Group {
    /// The group when one more page took so many bytes.
    fn after(self, stored: usize) -> Group {
        let stored = blob::count(stored);
        let pages = self.pages + 1;
        if pages <= FIRST_PAGES {
            let first_mean = self.first_mean + (stored - self.first_mean) / pages;
            return Group { pages, first_mean, ..self };
        }
        Group { pages, excess: (self.excess + stored - self.first_mean).max(0), ..self }
    }

    /// Whether the page before should be tried: there is no dictionary yet and the text can be compressed at all,
    /// or the present one has cost about as much as another one would.
    fn is_worth_a_trial(self, stored: usize, text: usize) -> bool {
        match self.dictionary {
            None => stored * 10 < text * 9,
            Some(_) => self.pages >= PAGES_MIN && self.excess * 2 > self.first_mean,
        }
    }
}

/// Writes down a group as it is after a page, and gives the dictionary that the page was compressed with.
pub(super) fn settle(
    connection: &Connection,
    squeezed: &Squeezed,
    now: DateTime<Utc>,
) -> rusqlite::Result<Option<i64>> {
    let Some(group) = squeezed.group else { return Ok(squeezed.dictionary) };
    let dictionary = match &squeezed.choice {
        Some(choice) => Some(add(connection, group.id, choice, now)?),
        None => squeezed.dictionary,
    };
    connection
        .prepare_cached(
            "UPDATE page_group SET dictionary = ?2, pages = ?3, first_mean = ?4, excess = ?5 WHERE id = ?1",
        )?
        .execute(params![group.id, dictionary, group.pages, group.first_mean, group.excess])?;
    Ok(dictionary)
}

/// Tells whether a dictionary is there.
pub(super) fn has_dictionary(connection: &Connection, id: i64) -> rusqlite::Result<bool> {
    connection.prepare_cached("SELECT 1 FROM dictionary WHERE id = ?1")?.exists([id])
}

/// Makes a page that was chosen a dictionary, and stores the page itself by it.
pub(super) fn add(
    connection: &Connection,
    group: i64,
    choice: &Choice,
    now: DateTime<Utc>,
) -> rusqlite::Result<i64> {
    let id = insert(connection, group, choice.sha256, choice.size, choice.base, &choice.stored, now)?;
    connection
        .prepare_cached("UPDATE blob SET form = 'zstd', dictionary = ?2, stored = ?3 WHERE id = ?1")?
        .execute(params![choice.blob, id, choice.blob_stored])?;
    Ok(id)
}

fn insert(
    connection: &Connection,
    group: i64,
    sha256: [u8; 32],
    size: usize,
    base: Option<i64>,
    stored: &[u8],
    now: DateTime<Utc>,
) -> rusqlite::Result<i64> {
    connection
        .prepare_cached(
            "INSERT INTO dictionary (page_group, made_at, sha256, size, base, stored) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![group, moment::text(now), sha256, blob::count(size), base, stored])?;
    Ok(connection.last_insert_rowid())
}

/// The name of the group that a newspaper's headers are in.
const HEADS: &str = "heads";

/// Compresses the headers of an exchange with those of another exchange of the newspaper.
pub(super) fn squeeze_heads(
    connection: &Connection,
    press: &mut Press,
    newspaper: i64,
    heads: &[u8],
    now: DateTime<Utc>,
) -> rusqlite::Result<(i64, Vec<u8>)> {
    let group = find_or_make(connection, newspaper, HEADS)?;
    if let Some(dictionary) = group.dictionary
        && let Ok(bytes) = press.shelf.take(connection, dictionary)
    {
        let stored = press.squeeze_with(heads, &bytes)?;
        // Other servers, other headers: then these serve the next exchanges.
        if stored.len() * 3 <= heads.len() {
            return Ok((dictionary, stored));
        }
    }
    let plain = press.squeeze(heads)?;
    let id = insert(connection, group.id, Sha256::digest(heads).into(), heads.len(), None, &plain, now)?;
    connection
        .prepare_cached("UPDATE page_group SET dictionary = ?2 WHERE id = ?1")?
        .execute(params![group.id, id])?;
    Ok((id, press.squeeze_with(heads, heads)?))
}
