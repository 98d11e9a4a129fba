//! The counts of a run, for the last line, for programs, and for the run's row in the archive.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

use crate::outcome::Fate;

/// What a run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Tally {
    /// Pages that were answered with a body.
    pub fetched: u64,
    /// Articles that the archive did not have.
    pub new_articles: u64,
    /// Articles whose text had changed.
    pub edited: u64,
    /// Photos that came, where they were asked for.
    pub photos: u64,
    /// Pages that were as before (304, or the same bytes).
    pub unchanged: u64,
    /// Pages that are gone.
    pub gone: u64,
    /// Pages that moved away.
    pub moved: u64,
    /// Pages that robots.txt does not allow.
    pub denied: u64,
    /// Pages that the server refuses.
    pub blocked: u64,
    /// Pages without an article where one was due.
    pub not_articles: u64,
    /// Visits that brought nothing; a page that is tried again counts again.
    pub failed: u64,
}

impl Tally {
    /// Counts a visit. `new` and `edited` tell what the archive made of an article.
    pub fn count(&mut self, fate: &Fate, answered: bool, new: bool, edited: bool) {
        self.fetched += u64::from(answered);
        self.new_articles += u64::from(new);
        self.edited += u64::from(edited);
        match fate {
            Fate::Article(_) | Fate::Links(_) => {}
            Fate::Photo => self.photos += 1,
            Fate::Unchanged => self.unchanged += 1,
            Fate::Moved(_) => self.moved += 1,
            Fate::Gone(_) => self.gone += 1,
            Fate::Denied(_) => self.denied += 1,
            Fate::Blocked(_) => self.blocked += 1,
            Fate::NotArticle(_) => self.not_articles += 1,
            Fate::Failed { .. } => self.failed += 1,
        }
    }

    /// Adds the counts of another run.
    pub fn add(&mut self, other: &Tally) {
        let Tally { fetched, new_articles, edited, unchanged, .. } = other;
        self.fetched += fetched;
        self.new_articles += new_articles;
        self.edited += edited;
        self.unchanged += unchanged;
        self.photos += other.photos;
        self.gone += other.gone;
        self.moved += other.moved;
        self.denied += other.denied;
        self.blocked += other.blocked;
        self.not_articles += other.not_articles;
        self.failed += other.failed;
    }

    /// Pages that fell short, robots.txt's own among them.
    pub(super) fn fallen_short(&self) -> u64 {
        self.failed + self.blocked + self.not_articles + self.denied + self.gone
    }

    /// Whether pages fell short that a user would want to know of.
    #[must_use]
    pub fn fell_short(&self) -> bool {
        self.failed + self.blocked + self.not_articles > 0
    }
}

impl fmt::Display for Tally {
    /// `52 pages: 41 new articles, 2 edited, 5 unchanged, 1 gone`; what is nought is left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pages = self.fetched;
        write!(f, "{pages} page{}", if pages == 1 { "" } else { "s" })?;
        let parts = [
            (self.new_articles, if self.new_articles == 1 { "new article" } else { "new articles" }),
            (self.edited, "edited"),
            (self.photos, if self.photos == 1 { "photo" } else { "photos" }),
            (self.unchanged, "unchanged"),
            (self.moved, "moved"),
            (self.gone, "gone"),
            (self.denied, "denied by robots.txt"),
            (self.blocked, "blocked"),
            (self.not_articles, "without an article"),
            (self.failed, if self.failed == 1 { "failure" } else { "failures" }),
        ];
        let mut between = ": ";
        for (count, name) in parts.into_iter().filter(|(count, _)| *count > 0) {
            write!(f, "{between}{count} {name}")?;
            between = ", ";
        }
        Ok(())
    }
}
