//! What a robots.txt says to this crawler.

use std::fmt;
use std::time::Duration;

use url::Url;

use super::pattern::{self, Pattern};
use super::product_token;
use crate::fetch::limits::ROBOTS_BYTES_MAX;

/// The longest `Crawl-delay` that is taken at its word; a longer one is cut to it.
pub const CRAWL_DELAY_MAX: Duration = Duration::from_hours(24);

/// The most `Sitemap` lines that are kept.
const SITEMAPS_MAX: usize = 1000;

/// The rules of a robots.txt that are meant for this crawler.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// The most specific first, and among equals those that allow.
    by_weight: Vec<Rule>,
    crawl_delay: Option<Duration>,
    sitemaps: Vec<Url>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Rule {
    allows: bool,
    pattern: Pattern,
    line: usize,
    text: String,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = if self.allows { "Allow" } else { "Disallow" };
        write!(f, "robots.txt line {}: {word}: {}", self.line, self.text)
    }
}

/// A group: rules with the crawlers they are for.
#[derive(Default)]
struct Group {
    for_us: bool,
    for_all: bool,
    has_rules: bool,
    rules: Vec<Rule>,
    crawl_delay: Option<Duration>,
}

/// The lines that count.
enum Line<'a> {
    UserAgent(&'a [u8]),
    Rule { allows: bool, path: &'a [u8] },
    CrawlDelay(&'a [u8]),
    Sitemap(&'a [u8]),
}

impl Rules {
    /// Reads a file as it speaks to a crawler with these names. Of a file beyond 500 KiB the whole lines within the
    /// first 500 KiB count (RFC 9309 §2.5). What is no record is passed over; no file is wrong as a whole.
    #[must_use]
    pub fn parse(file: &[u8], names: &[String]) -> Rules {
        let mut groups: Vec<Group> = Vec::new();
        let mut sitemaps = Vec::new();
        for (at, line) in lines(file).enumerate() {
            match record(line) {
                Some(Line::UserAgent(name)) => {
                    // A line after rules opens the next group; lines in a row share one.
                    if groups.last().is_none_or(|group| group.has_rules) {
                        groups.push(Group::default());
                    }
                    if let Some(group) = groups.last_mut() {
                        group.for_us |= is_one_of(name, names);
                        group.for_all |= name == b"*" || name.starts_with(b"* ") || name.starts_with(b"*\t");
                    }
                }
                Some(Line::Rule { allows, path }) => {
                    // A rule before any group is for nobody.
                    if let Some(group) = groups.last_mut() {
                        group.has_rules = true;
                        if group.for_us || group.for_all {
                            group.rules.extend(rule(allows, path, at + 1));
                        }
                    }
                }
                Some(Line::CrawlDelay(value)) => {
                    if let Some(group) = groups.last_mut() {
                        group.crawl_delay = group.crawl_delay.max(seconds(value));
                    }
                }
                Some(Line::Sitemap(value)) if sitemaps.len() < SITEMAPS_MAX => {
                    sitemaps.extend(std::str::from_utf8(value).ok().and_then(|value| Url::parse(value).ok()));
                }
                Some(Line::Sitemap(_)) | None => {}
            }
        }
        Rules::of(groups, sitemaps)
    }

    /// The groups that count, as one: those that name us, else those for all (RFC 9309 §2.2.1).
    fn of(groups: Vec<Group>, sitemaps: Vec<Url>) -> Rules {
        let named = groups.iter().any(|group| group.for_us);
        let mut rules = Rules { sitemaps, ..Rules::default() };
        for group in groups.into_iter().filter(|group| if named { group.for_us } else { group.for_all }) {
            rules.by_weight.extend(group.rules);
            rules.crawl_delay = rules.crawl_delay.max(group.crawl_delay);
        }
        rules.by_weight.sort_by_key(|rule| (std::cmp::Reverse(rule.pattern.octets()), !rule.allows));
        rules
    }

    /// Tells whether an address of the host may be fetched.
    #[must_use]
    pub fn allows(&self, url: &Url) -> bool {
        self.denial(url).is_none()
    }

    /// The line that forbids an address, if one does: the most specific rule that matches decides, and of equals the
    /// one that allows (RFC 9309 §2.2.2). robots.txt itself may always be fetched.
    #[must_use]
    pub fn denial(&self, url: &Url) -> Option<String> {
        let path = pattern::path_of(url);
        if path == "/robots.txt" {
            return None;
        }
        let rule = self.by_weight.iter().find(|rule| rule.pattern.matches(&path))?;
        (!rule.allows).then(|| rule.to_string())
    }

    /// The least time between two requests that the file asks for. No part of the RFC, but widely used.
    #[must_use]
    pub fn crawl_delay(&self) -> Option<Duration> {
        self.crawl_delay
    }

    /// The sitemaps that the file names, whoever it speaks to (sitemaps.org).
    #[must_use]
    pub fn sitemaps(&self) -> &[Url] {
        &self.sitemaps
    }
}

/// The lines of a file, ended by LF, CR or both (RFC 9309 §2.2), without a byte order mark in front.
fn lines(file: &[u8]) -> impl Iterator<Item = &[u8]> {
    let whole = match file.get(..ROBOTS_BYTES_MAX) {
        None => file,
        // The last line may be cut, and half a rule is another rule.
        Some(head) => {
            head.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')).map_or(&[][..], |end| &head[..end])
        }
    };
    let whole = whole.strip_prefix(b"\xef\xbb\xbf").unwrap_or(whole);
    let mut after_return = false;
    whole.split_inclusive(|byte| matches!(byte, b'\n' | b'\r')).filter_map(move |line| {
        // The LF of a CR LF ends no line of its own: line numbers are those of an editor.
        let is_tail = after_return && line == b"\n";
        after_return = line.ends_with(b"\r");
        (!is_tail).then(|| line.trim_ascii_end())
    })
}

/// The record on a line. Names are taken in any case and with the misspellings that Google's parser forgives, for
/// those who wrote them meant what they say (github.com/google/robotstxt).
fn record(line: &[u8]) -> Option<Line<'_>> {
    let line = line.split(|byte| *byte == b'#').next()?;
    let colon = line.iter().position(|byte| *byte == b':')?;
    let value = line[colon + 1..].trim_ascii();
    match line[..colon].trim_ascii().to_ascii_lowercase().as_slice() {
        b"user-agent" | b"useragent" | b"user agent" => Some(Line::UserAgent(value)),
        b"disallow" | b"dissallow" | b"dissalow" | b"disalow" | b"diasllow" | b"disallaw" => {
            Some(Line::Rule { allows: false, path: value })
        }
        b"allow" => Some(Line::Rule { allows: true, path: value }),
        b"crawl-delay" | b"crawldelay" => Some(Line::CrawlDelay(value)),
        b"sitemap" | b"site-map" => Some(Line::Sitemap(value)),
        _ => None,
    }
}

/// Tells whether a `User-agent` line names one of our names: by its product token, in any case.
fn is_one_of(value: &[u8], names: &[String]) -> bool {
    let text = String::from_utf8_lossy(value);
    let token = product_token(&text);
    names.iter().any(|name| name.eq_ignore_ascii_case(token))
}

/// A rule with its pattern; an empty one forbids nothing (RFC 9309 §2.2.2).
fn rule(allows: bool, path: &[u8], line: usize) -> Option<Rule> {
    let pattern = Pattern::read(path)?;
    let text = String::from_utf8_lossy(path).chars().take(200).collect();
    Some(Rule { allows, pattern, line, text })
}

/// The number at the head of a value, in seconds; fractions with point or comma.
fn seconds(value: &[u8]) -> Option<Duration> {
    let number: String = value
        .iter()
        .map(|byte| if *byte == b',' { '.' } else { char::from(*byte) })
        .take_while(|c| c.is_ascii_digit() || *c == '.')
        .collect();
    let seconds: f64 = number.parse().ok()?;
    Some(Duration::try_from_secs_f64(seconds).unwrap_or(CRAWL_DELAY_MAX).min(CRAWL_DELAY_MAX))
}
