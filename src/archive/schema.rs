//! The schema: an append-only list of numbered migrations.
//!
//! A file is never edited once a version of the program with it was released; what changes comes as a new file at
//! the end of the list. The number of migrations applied stands in the database's `user_version`.

use rusqlite_migration::{M, Migrations};

/// Marks our files in SQLite's header: "khob" in ASCII.
pub const APPLICATION_ID: i64 = 0x6B68_6F62;

const STEPS: &[M<'static>] = &[
    M::up(include_str!("schema/0001-tables.sql")),
    M::up(include_str!("schema/0002-views.sql")),
    M::up(include_str!("schema/0003-search.sql")),
    M::up(include_str!("schema/0004-about.sql")),
];

/// All steps, oldest first.
pub(super) const MIGRATIONS: Migrations<'static> = Migrations::from_slice(STEPS);

/// The schema that this version of the program writes: the number of its steps.
pub const SCHEMA_VERSION: i64 = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_numbered_by_its_steps_and_they_apply() {
        assert_eq!(i64::try_from(STEPS.len()), Ok(SCHEMA_VERSION));
        assert_eq!(MIGRATIONS.validate(), Ok(()));
    }
}
