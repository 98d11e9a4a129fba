//! Single values: addresses, hosts, patterns, durations, words with a meaning.

use std::time::Duration;

use chrono::NaiveDate;
use regex::{Regex, RegexBuilder};
use url::Url;

use crate::newspaper::{DELAY_MAX, DateOrder, Rating, Status};

/// The longest pattern that is compiled.
const PATTERN_BYTES_MAX: usize = 500;

/// The most memory that one compiled pattern may take. Real ones take under 100 KiB; a counted repetition of a
/// counted repetition would take the machine's.
const PATTERN_MEMORY_BYTES_MAX: usize = 1 << 20;

/// What is wrong with a value and what to do about it.
pub(super) type Wrong = (String, String);

/// An address to fetch.
pub(super) fn address(text: &str) -> Result<Url, Wrong> {
    let advice = "write a whole address: https://baobackan.vn/".to_owned();
    let url =
        Url::parse(text).map_err(|error| (format!("`{text}` is no address: {error}"), advice.clone()))?;
    if matches!(url.scheme(), "http" | "https") && url.host_str().is_some() {
        Ok(url)
    } else {
        Err((format!("`{text}` is no address of the web"), advice))
    }
}

/// A host as it stands in addresses.
pub(super) fn host(text: &str) -> Result<(), Wrong> {
    let named = Url::parse(&format!("https://{text}/")).ok();
    if named.as_ref().and_then(Url::host_str) == Some(text) {
        return Ok(());
    }
    // A whole address holds the name that was meant.
    let meant = if text.contains("://") { Url::parse(text).ok() } else { named };
    let name = meant.as_ref().and_then(Url::host_str).unwrap_or("baobackan.vn");
    Err((format!("`{text}` is no host"), format!("write only its name, in lower case: {name}")))
}

/// A pattern of addresses. One of articles must say how it knows the article.
pub(super) fn pattern(text: &str, of_articles: bool) -> Result<Regex, Wrong> {
    if text.len() > PATTERN_BYTES_MAX {
        let what = format!("a pattern of {} bytes", text.len());
        return Err((what, format!("keep it within {PATTERN_BYTES_MAX}")));
    }
    let built = RegexBuilder::new(text).size_limit(PATTERN_MEMORY_BYTES_MAX).build();
    let regex = built.map_err(|error| match error {
        regex::Error::CompiledTooBig(bytes) => {
            let what = format!("the pattern needs more than {bytes} bytes once compiled");
            (what, "use fewer counted repetitions".to_owned())
        }
        // The last line of the message says what; the others draw the place.
        other => {
            let message = other.to_string();
            let last = message.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            (format!("the pattern does not compile: {last}"), "see https://docs.rs/regex/#syntax".to_owned())
        }
    })?;
    // Group 0, the whole match, has no name by nature.
    if regex.capture_names().skip(1).any(|name| name.is_none()) {
        let what = "a group without a name".to_owned();
        return Err((what, "write (?:…) to group, (?<id>…) to take the article's number".to_owned()));
    }
    let names: Vec<&str> = regex.capture_names().flatten().collect();
    if of_articles && !names.contains(&"id") && !names.contains(&"slug") {
        let what = "the pattern has no group `id`".to_owned();
        let advice = "write (?<id>\\d+) around the article's number, or (?<slug>…) around what names it \
                      where there is no number";
        return Err((what, advice.to_owned()));
    }
    if let Some(name) = names.iter().find(|name| !matches!(**name, "id" | "slug" | "space")) {
        let what = format!("the pattern has an unknown group `{name}`");
        return Err((what, "the groups are id, space and slug".to_owned()));
    }
    if regex.is_match("/") {
        return Err(("the pattern takes the front page".to_owned(), "make it narrower".to_owned()));
    }
    Ok(regex)
}

/// The longest value of a request header.
const HEADER_BYTES_MAX: usize = 200;

/// Headers that a server may want to see before it answers with JSON, beside those of its own invention (`X-…`).
/// Everything else is the client's: who it is, where the request goes, what it may bring.
const HEADERS: [&str; 4] = ["accept", "accept-language", "origin", "referer"];

/// Headers of that kind that say who asks or from where.
const HEADERS_FORBIDDEN: [&str; 5] = ["x-forwarded", "x-real-ip", "x-api", "x-auth", "x-http-method"];

/// A request header of a JSON listing: `X-Requested-With: XMLHttpRequest`.
pub(super) fn request_header(text: &str) -> Result<(String, String), Wrong> {
    let wrong = |what: &str| {
        Err((format!("`{text}` {what}"), "write \"X-Requested-With: XMLHttpRequest\"".to_owned()))
    };
    let Some((name, value)) = text.split_once(':') else { return wrong("is no header") };
    let (name, value) = (name.trim(), value.trim());
    let lower = name.to_ascii_lowercase();
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return wrong("has no name of a header");
    }
    let is_own = lower.len() > 2 && lower.starts_with("x-");
    if !(is_own || HEADERS.contains(&lower.as_str()))
        || HEADERS_FORBIDDEN.iter().any(|start| lower.starts_with(start))
    {
        return wrong("is a header that is the client's own business");
    }
    let can_be_sent = |byte: u8| (b' '..=b'~').contains(&byte);
    if value.is_empty() || value.len() > HEADER_BYTES_MAX || !value.bytes().all(can_be_sent) {
        return wrong("has no value that can be sent");
    }
    Ok((lower, value.to_owned()))
}

/// The path of an article by its number alone.
pub(super) fn by_id(text: &str) -> Result<String, Wrong> {
    if text.starts_with('/') && text.matches("{id}").count() == 1 {
        return Ok(text.to_owned());
    }
    let advice = "write the path with {id} for the number: /post-{id}.html";
    Err((format!("`{text}` is no path of an article by its number"), advice.to_owned()))
}

/// The time between two requests. How short it may be is the business of whoever writes the file; the lane is slower
/// wherever robots.txt or the server's own answers ask for it.
pub(super) fn delay(text: &str) -> Result<Duration, Wrong> {
    let delay = humantime::parse_duration(text)
        .map_err(|error| (format!("`{text}` is no duration: {error}"), "write delay = \"2s\"".to_owned()))?;
    if delay > DELAY_MAX {
        let most = humantime::format_duration(DELAY_MAX);
        return Err((format!("a delay of {text}"), format!("at most {most}")));
    }
    Ok(delay)
}

/// `live`, `merged into ID on DAY`, `frozen on DAY`; the days may be absent.
pub(super) fn status(text: &str) -> Result<Status, Wrong> {
    let wrong = || {
        let advice =
            "write \"live\", \"merged into baothainguyen on 2025-07-01\" or \"frozen on 2025-07-01\"";
        (format!("`{text}` is no status"), advice.to_owned())
    };
    let (what, on) = match text.split_once(" on ") {
        Some((what, day)) => {
            let day = NaiveDate::parse_from_str(day, "%Y-%m-%d").map_err(|_| wrong())?;
            (what, Some(day))
        }
        None => (text, None),
    };
    match (what, what.strip_prefix("merged into ")) {
        ("live", _) if on.is_none() => Ok(Status::Live),
        ("frozen", _) => Ok(Status::Frozen { on }),
        (_, Some(into)) if is_id(into) => Ok(Status::Merged { into: into.to_owned(), on }),
        _ => Err(wrong()),
    }
}

/// `high`, `medium` or `low`.
pub(super) fn rating(text: &str) -> Result<Rating, Wrong> {
    [Rating::High, Rating::Medium, Rating::Low].into_iter().find(|rating| rating.as_str() == text).ok_or_else(
        || (format!("`{text}` is no confidence"), "write \"high\", \"medium\" or \"low\"".to_owned()),
    )
}

/// `day-first` or `month-first`.
pub(super) fn date_order(text: &str) -> Result<DateOrder, Wrong> {
    match text {
        "day-first" => Ok(DateOrder::DayFirst),
        "month-first" => Ok(DateOrder::MonthFirst),
        _ => {
            let what = format!("`{text}` is no order of day and month");
            Err((what, "write \"day-first\" or \"month-first\"".to_owned()))
        }
    }
}

/// Whether the text can be a newspaper's id: lower-case letters, digits and hyphens.
pub(super) fn is_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}
