//! Moments as they stand in the archive: UTC text to the second, `2023-05-10T10:45:00Z`, whose order is time order.

use chrono::{DateTime, NaiveDateTime, Utc};
use rusqlite::types::Type;

const FORM: &str = "%Y-%m-%dT%H:%M:%SZ";

/// A moment as text; fractions of a second fall away.
pub(super) fn text(moment: DateTime<Utc>) -> String {
    moment.format(FORM).to_string()
}

/// Reads what [`text`] wrote in column `column`.
pub(super) fn read(column: usize, text: &str) -> rusqlite::Result<DateTime<Utc>> {
    NaiveDateTime::parse_from_str(text, FORM)
        .map(|moment| moment.and_utc())
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error)))
}

/// [`read`] for a column that may be null.
pub(super) fn read_optional(column: usize, text: Option<String>) -> rusqlite::Result<Option<DateTime<Utc>>> {
    text.map(|text| read(column, &text)).transpose()
}
