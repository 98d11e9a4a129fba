//! How long a server asks to wait: `Retry-After` (RFC 9110 §10.2.3), in seconds or as a date.

use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};

use crate::page::header;

/// The longest wait that a server can ask for. Longer ones are cut to it: a mistaken year should not silence a
/// newspaper for good.
pub const RETRY_AFTER_MAX: Duration = Duration::from_hours(24);

/// The wait that an answer asks for. A date counts from the server's own `Date`, so that a wrong clock on either side
/// does no harm, else from `now`; a date gone by asks for no wait. What is neither seconds nor a date asks for
/// nothing.
#[must_use]
pub fn wait(headers: &[(String, String)], now: DateTime<Utc>) -> Option<Duration> {
    let value = header(headers, "retry-after")?.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        let seconds = value.parse().unwrap_or(u64::MAX);
        return Some(Duration::from_secs(seconds).min(RETRY_AFTER_MAX));
    }
    let until = date(value)?;
    let from = header(headers, "date").and_then(date).unwrap_or(now);
    Some((until - from).to_std().unwrap_or_default().min(RETRY_AFTER_MAX))
}

/// A date in one of the three forms of RFC 9110 §5.6.7, or with a numeric offset as RFC 5322 has it, which some
/// servers send.
fn date(value: &str) -> Option<DateTime<Utc>> {
    let value = value.trim();
    let strict: Option<SystemTime> = httpdate::parse_http_date(value).ok();
    strict.map(DateTime::from).or_else(|| DateTime::parse_from_rfc2822(value).ok().map(|date| date.to_utc()))
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    fn now() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(1994, 11, 6, 8, 49, 0).unwrap()
    }

    fn asked(value: &str) -> Option<u64> {
        wait(&[("retry-after".into(), value.into())], now()).map(|wait| wait.as_secs())
    }

    #[test]
    fn seconds_and_all_three_forms_of_a_date_are_read() {
        assert_eq!(asked("120"), Some(120));
        assert_eq!(asked("0"), Some(0));
        assert_eq!(asked("Sun, 06 Nov 1994 08:49:37 GMT"), Some(37));
        assert_eq!(asked("Sunday, 06-Nov-94 08:49:37 GMT"), Some(37));
        assert_eq!(asked("Sun Nov  6 08:49:37 1994"), Some(37));
        assert_eq!(asked("Sun, 06 Nov 1994 15:49:37 +0700"), Some(37));
    }

    #[test]
    fn a_date_gone_by_asks_for_no_wait_and_a_far_one_is_cut() {
        assert_eq!(asked("Sun, 06 Nov 1994 08:00:00 GMT"), Some(0));
        assert_eq!(asked("Sat, 06 Nov 2094 08:49:37 GMT"), Some(86_400));
        assert_eq!(asked("99999999999999999999999999"), Some(86_400));
    }

    #[test]
    fn what_is_neither_seconds_nor_a_date_asks_for_nothing() {
        for value in ["", "soon", "-5", "1.5", "12h", "Sun, 99 Nov 1994 08:49:37 GMT"] {
            assert_eq!(asked(value), None, "{value}");
        }
        assert_eq!(wait(&[], now()), None);
    }

    #[test]
    fn a_date_counts_from_the_clock_of_the_server() {
        let headers = [
            ("date".to_owned(), "Sun, 06 Nov 1994 03:00:00 GMT".to_owned()),
            ("retry-after".to_owned(), "Sun, 06 Nov 1994 03:02:00 GMT".to_owned()),
        ];
        assert_eq!(wait(&headers, now()), Some(Duration::from_mins(2)));
    }
}
