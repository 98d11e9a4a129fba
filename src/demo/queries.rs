//! Questions in SQL that a newcomer can put to the archive of the sample newspaper.

/// A question and its SQL, which runs in a stock `sqlite3`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Query {
    /// What it asks.
    pub question: &'static str,
    /// The SQL, one statement.
    pub sql: &'static str,
}

/// Three questions that show what the archive holds beyond the pages: datelines resolved to days, captions kept
/// apart from the text, and search with or without marks.
pub const QUERIES: [Query; 3] = [
    Query {
        question: "What happened on which day, and where, by the datelines?",
        sql: "SELECT event_date, part_of_day, dateline_place, title\n  \
              FROM articles\n \
              WHERE event_date IS NOT NULL\n \
              ORDER BY event_date DESC;",
    },
    Query {
        question: "Which articles speak of Bản Chang? (Typed without marks.)",
        sql: "SELECT articles.published_at, articles.title\n  \
              FROM searchable('\"ban chang\"') AS found\n  \
              JOIN articles ON articles.id = found.rowid\n \
              ORDER BY found.rank;",
    },
    Query {
        question: "What do the photos show, and how many share a caption?",
        sql: "SELECT captions.caption, captions.photo_count, articles.title\n  \
              FROM captions\n  \
              JOIN articles ON articles.id = captions.article_id\n \
              ORDER BY captions.photo_count DESC, articles.published_at, captions.ordinal;",
    },
];
