//! A point in time as a newspaper prints it: a moment, or just a day.
//!
//! Many pages print `09/09/2020` and no clock. Writing that down as midnight would be a lie that no later
//! reader could see through, so the two are different values all the way into the archive.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, TimeZone, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Vietnam's offset from UTC in seconds. It has had no daylight saving since 1975.
const VIETNAM_OFFSET_SECONDS: i32 = 7 * 3600;

/// Vietnam's time zone, +07:00: what is meant where a page gives no offset.
#[must_use]
pub fn vietnam() -> FixedOffset {
    FixedOffset::east_opt(VIETNAM_OFFSET_SECONDS).unwrap_or_else(|| chrono::Offset::fix(&Utc))
}

/// A publication time: a moment with its offset, or a day without a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum When {
    /// `2023-05-10T17:45:00+07:00`
    Moment(DateTime<FixedOffset>),
    /// `2020-09-09`
    Day(NaiveDate),
}

impl When {
    /// The local time as Vietnam's clocks showed it, as a moment.
    #[must_use]
    pub fn vietnamese(local: NaiveDateTime) -> When {
        // A fixed offset maps every local time to exactly one moment.
        match vietnam().from_local_datetime(&local) {
            chrono::LocalResult::Single(moment) | chrono::LocalResult::Ambiguous(moment, _) => {
                When::Moment(moment)
            }
            chrono::LocalResult::None => When::Day(local.date()),
        }
    }

    /// The day in the place where it was written: the moment's own offset counts.
    #[must_use]
    pub fn day(&self) -> NaiveDate {
        match self {
            When::Moment(moment) => moment.date_naive(),
            When::Day(day) => *day,
        }
    }

    /// The moment, where there is one.
    #[must_use]
    pub fn moment(&self) -> Option<DateTime<FixedOffset>> {
        match self {
            When::Moment(moment) => Some(*moment),
            When::Day(_) => None,
        }
    }

    /// The instant for ordering: a bare day counts from its midnight in Vietnam.
    #[must_use]
    pub fn instant(&self) -> DateTime<Utc> {
        match self {
            When::Moment(moment) => moment.to_utc(),
            When::Day(day) => {
                let midnight = day.and_time(chrono::NaiveTime::MIN);
                (midnight - chrono::Duration::seconds(i64::from(VIETNAM_OFFSET_SECONDS))).and_utc()
            }
        }
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            When::Moment(moment) => write!(f, "{}", moment.format("%Y-%m-%dT%H:%M:%S%:z")),
            When::Day(day) => write!(f, "{day}"),
        }
    }
}

/// The text is neither `2023-05-10` nor an RFC 3339 moment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is neither a day (2023-05-10) nor a moment (2023-05-10T17:45:00+07:00)")]
pub struct NotAWhen(pub String);

impl FromStr for When {
    type Err = NotAWhen;

    /// Reads what [`fmt::Display`] writes; a moment may also lack its offset (+07:00 is meant) or its seconds.
    fn from_str(text: &str) -> Result<When, NotAWhen> {
        if let Ok(day) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
            return Ok(When::Day(day));
        }
        if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
            return Ok(When::Moment(moment));
        }
        for form in ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"] {
            if let Ok(local) = NaiveDateTime::parse_from_str(text, form) {
                return Ok(When::vietnamese(local));
            }
        }
        Err(NotAWhen(text.to_owned()))
    }
}

impl Serialize for When {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for When {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<When, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl schemars::JsonSchema for When {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "When".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "a moment with its offset (2023-05-10T17:45:00+07:00), or a bare day (2020-09-09) where the page prints no clock",
            "pattern": "^\\d{4}-\\d{2}-\\d{2}(T\\d{2}:\\d{2}:\\d{2}[+-]\\d{2}:\\d{2})?$"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_never_written_as_midnight() {
        let day: When = "2020-09-09".parse().unwrap();
        assert_eq!(day.to_string(), "2020-09-09");
        assert_eq!(day.moment(), None);
        assert_eq!(day.instant().to_rfc3339(), "2020-09-08T17:00:00+00:00");
    }

    #[test]
    fn a_moment_without_an_offset_is_vietnams() {
        let moment: When = "2025-05-23T06:31:28".parse().unwrap();
        assert_eq!(moment.to_string(), "2025-05-23T06:31:28+07:00");
        assert!("23/5/2025".parse::<When>().is_err());
    }
}
