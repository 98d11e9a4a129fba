//! The pattern of article addresses, from two or three of them: what they have in common, and where their number is.

use std::collections::HashSet;
use std::fmt::Write as _;

use regex::Regex;
use url::{Position, Url};

use crate::target::{bare_host, canonical};

/// How far from its end a path is searched for the number, in steps.
const STEPS_BACK_MAX: usize = 4;

/// The longest word that stands as a mark before the number: `-post`, `-a`, `/c`.
const MARK_CHARS_MAX: usize = 8;

/// Shorter numbers are pages or sections.
const ID_DIGITS_MIN: usize = 3;

/// A hexadecimal number has so many digits.
const HEX_DIGITS: std::ops::RangeInclusive<usize> = 6..=16;

/// How many words a slug has that names an article by itself.
const SLUG_WORDS_MIN: usize = 4;

/// Steps of a path that are the same on every page because the system puts them there.
const FIXED: [&str; 20] = [
    "news", "tin-bai", "bai-viet", "article", "articles", "post", "posts", "detail", "chi-tiet", "channel",
    "tin", "story", "content", "p", "a", "vi", "vn", "tin-tuc", "blog", "view",
];

/// A pattern of article addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern {
    /// As it stands in a file.
    pub(super) text: String,
    /// Whether it names a number, and not the whole address.
    pub(super) has_id: bool,
    /// Whether something beside a row of digits marks it, so that sections and tags are not taken.
    pub(super) is_marked: bool,
}

/// What stands where the number is.
enum Number {
    /// Behind a dash and perhaps a mark: `…-post123`.
    Behind { separator: char, mark: String, digits: usize },
    /// A row of hexadecimal digits behind a dash.
    Hex { digits: usize },
    /// Letters of both cases and digits behind a dash.
    Mixed { least: usize },
    /// Alone between two slashes.
    Alone,
    /// Before the slug: `123-…`.
    Before { digits: usize },
}

/// The patterns that take all the addresses: one where they have a form in common, else one for each host's; none where
/// there is no form.
pub(super) fn patterns(addresses: &[Url]) -> Vec<Pattern> {
    let whole = pattern(addresses);
    if let Some(whole) = whole.clone().filter(|pattern| pattern.has_id) {
        return vec![whole];
    }
    let mut hosts: Vec<(&str, Vec<Url>)> = Vec::new();
    for url in addresses {
        let host = bare_host(url.host_str().unwrap_or_default());
        match hosts.iter_mut().find(|(own, _)| *own == host) {
            Some((_, urls)) => urls.push(url.clone()),
            None => hosts.push((host, vec![url.clone()])),
        }
    }
    let each: Option<Vec<Pattern>> = hosts.iter().map(|(_, urls)| pattern(urls)).collect();
    let mut each = each.filter(|_| hosts.len() > 1).unwrap_or_else(|| whole.into_iter().collect());
    let mut seen = HashSet::new();
    each.retain(|pattern| seen.insert(pattern.text.clone()));
    each
}

/// The pattern that takes all the addresses; none where they have nothing in common.
fn pattern(addresses: &[Url]) -> Option<Pattern> {
    let addresses: Vec<Url> = addresses.iter().map(canonical).collect();
    let found = by_query(&addresses).or_else(|| by_path(&addresses))?;
    let compiled = Regex::new(&found.text).ok()?;
    let seen = |url: &Url| url[Position::BeforePath..Position::AfterQuery].to_owned();
    let ids: Option<HashSet<String>> = addresses
        .iter()
        .map(|url| {
            let address = seen(url);
            let captures = compiled.captures(&address)?;
            let named = captures.name("id").map(|id| id.as_str().to_owned());
            Some(named.unwrap_or_else(|| address.clone()))
        })
        .collect();
    let different: HashSet<String> = addresses.iter().map(seen).collect();
    (ids?.len() == different.len()).then_some(found)
}

/// `viewer.aspx?macm=39&mabb=222823`
fn by_query(addresses: &[Url]) -> Option<Pattern> {
    let first = addresses.first()?;
    let value = |url: &Url, key: &str| {
        url.query_pairs().find(|(name, _)| name == key).map(|(_, value)| value.into_owned())
    };
    let is_id = |key: &String| {
        let values: Option<Vec<String>> = addresses.iter().map(|url| value(url, key)).collect();
        values.is_some_and(|values| {
            let numbers =
                values.iter().all(|value| !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit()));
            let different: HashSet<&String> = values.iter().collect();
            numbers && different.len() == values.len()
        })
    };
    let keys: Vec<String> = first.query_pairs().map(|(key, _)| key.into_owned()).collect();
    let key = keys.into_iter().rev().find(is_id)?;
    let path = first.path();
    let start = if addresses.iter().all(|url| url.path() == path) {
        format!("^{}\\?(?:.*&)?", regex::escape(path))
    } else {
        "[?&]".to_owned()
    };
    Some(Pattern {
        text: format!("{start}{}=(?<id>\\d+)", regex::escape(&key)),
        has_id: true,
        is_marked: true,
    })
}

/// A path in its steps, without the slash and the ending at its end.
struct Path<'u> {
    steps: Vec<&'u str>,
    ending: &'u str,
    has_slash: bool,
}

impl<'u> Path<'u> {
    fn of(url: &'u Url) -> Path<'u> {
        let path = url.path();
        let has_slash = path.len() > 1 && path.ends_with('/');
        let bare = path.trim_matches('/');
        let is_ending = |at: &usize| {
            let ending = &bare[at + 1..];
            (2..=5).contains(&ending.len())
                && ending.bytes().all(|b| b.is_ascii_alphanumeric())
                && !ending.bytes().all(|b| b.is_ascii_digit())
        };
        let at = bare.rfind('.').filter(is_ending).unwrap_or(bare.len());
        Path { steps: bare[..at].split('/').collect(), ending: &bare[at..], has_slash }
    }

    /// A step, counted from the end.
    fn back(&self, back: usize) -> Option<&'u str> {
        self.steps.len().checked_sub(back + 1).map(|at| self.steps[at])
    }
}

fn by_path(addresses: &[Url]) -> Option<Pattern> {
    let paths: Vec<Path<'_>> = addresses.iter().map(Path::of).collect();
    let ending = paths.first()?.ending;
    if paths.iter().any(|path| path.ending != ending) {
        return None;
    }
    let places = (0..STEPS_BACK_MAX).filter_map(|back| {
        let steps: Vec<&str> = paths.iter().map(|path| path.back(back)).collect::<Option<_>>()?;
        number(&steps).map(|number| (back, number))
    });
    let best = places.max_by_key(|(back, number)| (worth(number), STEPS_BACK_MAX - back));
    match best {
        Some((back, number)) => Some(numbered(&paths, back, &number)),
        None => slug(&paths),
    }
}

/// How sure a number is to be the article's.
fn worth(number: &Number) -> usize {
    match number {
        Number::Behind { mark, .. } if !mark.is_empty() => 40,
        Number::Hex { .. } => 30,
        Number::Mixed { .. } => 5,
        Number::Behind { digits, .. } | Number::Before { digits } => 10 + digits,
        Number::Alone => 14,
    }
}

/// The number that all of these steps have in the same place.
fn number(steps: &[&str]) -> Option<Number> {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if different(steps)
        && steps.iter().all(|step| is_digits(step) && step.len() >= ID_DIGITS_MIN && !is_date(step))
    {
        return Some(Number::Alone);
    }
    let tails: Vec<(char, &str)> = steps
        .iter()
        .map(|step| {
            let at = step.rfind(['-', '_', '.'])?;
            Some((step[at..].chars().next()?, &step[at + 1..]))
        })
        .collect::<Option<_>>()
        .unwrap_or_default();
    if let Some((separator, _)) = tails.first()
        && tails.iter().all(|(own, _)| own == separator)
        && let Some(found) = behind(*separator, &tails.iter().map(|(_, tail)| *tail).collect::<Vec<_>>())
    {
        return Some(found);
    }
    let heads: Option<Vec<&str>> =
        steps.iter().map(|step| step.split_once('-').map(|(head, _)| head)).collect();
    let heads = heads.filter(|heads| {
        different(heads)
            && heads.iter().all(|head| is_digits(head) && head.len() > ID_DIGITS_MIN && !is_date(head))
    })?;
    Some(Number::Before { digits: shortest(&heads) })
}

/// The number among the last words of slugs.
fn behind(separator: char, tails: &[&str]) -> Option<Number> {
    if !different(tails) {
        return None;
    }
    let parted: Vec<(&str, &str)> = tails
        .iter()
        .map(|tail| tail.split_at(tail.find(|c: char| c.is_ascii_digit()).unwrap_or(tail.len())))
        .collect();
    let (mark, _) = *parted.first()?;
    let numbers: Vec<&str> = parted.iter().map(|(_, digits)| *digits).collect();
    let is_number = |text: &&&str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let same_mark = parted.iter().all(|(own, _)| *own == mark) && mark.len() <= MARK_CHARS_MAX;
    if same_mark && numbers.iter().filter(is_number).count() == numbers.len() {
        let digits = shortest(&numbers);
        let can_be = !mark.is_empty() || digits >= ID_DIGITS_MIN;
        return can_be.then(|| Number::Behind { separator, mark: mark.to_owned(), digits });
    }
    let is_hex = |tail: &&str| tail.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    let digits = tails.first()?.len();
    let has_digit = |tail: &&str| tail.bytes().any(|b| b.is_ascii_digit());
    if tails.iter().all(is_hex)
        && tails.iter().all(|tail| tail.len() == digits)
        && HEX_DIGITS.contains(&digits)
        && tails.iter().any(has_digit)
    {
        return Some(Number::Hex { digits });
    }
    let is_mixed = |tail: &&str| {
        let has = |kind: fn(&u8) -> bool| tail.as_bytes().iter().any(kind);
        tail.len() >= *HEX_DIGITS.start()
            && has(u8::is_ascii_uppercase)
            && (has(u8::is_ascii_lowercase) || has(u8::is_ascii_digit))
    };
    (tails.iter().all(is_mixed) && tails.iter().all(|tail| tail.bytes().all(|b| b.is_ascii_alphanumeric())))
        .then(|| Number::Mixed { least: shortest(tails) })
}

fn different(texts: &[&str]) -> bool {
    texts.iter().collect::<HashSet<_>>().len() == texts.len()
}

fn shortest(texts: &[&str]) -> usize {
    texts.iter().map(|text| text.len()).min().unwrap_or_default()
}

/// A year, a month or a day between slashes.
fn is_date(step: &str) -> bool {
    let number: u32 = step.parse().unwrap_or_default();
    match step.len() {
        4 => (1990..2100).contains(&number),
        6 => (199_001..=209_912).contains(&number) && (1..=12).contains(&(number % 100)),
        8 => (19_900_101..=20_991_231).contains(&number) && (1..=12).contains(&(number / 100 % 100)),
        _ => false,
    }
}

/// A step in pattern form, from what stands there on every page.
fn step(steps: &[&str]) -> String {
    let first = steps.first().copied().unwrap_or_default();
    let is_digits = |step: &&str| !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit());
    if steps.iter().all(is_digits) {
        let length = first.len();
        let same = steps.iter().all(|step| step.len() == length);
        return if same && (length <= 2 || is_date(first)) {
            format!("/\\d{{{length}}}")
        } else {
            "/\\d+".to_owned()
        };
    }
    if steps.iter().all(|step| *step == first) && FIXED.contains(&first) {
        // Letters and dashes need no escape.
        return format!("/{first}");
    }
    "/[^/]+".to_owned()
}

/// What stands before a step that is counted from the end: as many steps as there are, or may be.
fn before(paths: &[Path<'_>], back: usize, is_marked: bool) -> String {
    let counts: Vec<usize> = paths.iter().map(|path| path.steps.len() - back - 1).collect();
    let least = counts.iter().copied().min().unwrap_or_default();
    let most = counts.iter().copied().max().unwrap_or_default();
    let known: Vec<String> = (0..least)
        .rev()
        .map(|far| step(&paths.iter().filter_map(|path| path.back(back + 1 + far)).collect::<Vec<_>>()))
        .collect();
    // Sections stand before the rest, and an article may be one section deeper than those at hand.
    let sections = known.iter().take_while(|step| *step == "/[^/]+").count();
    let rest = known[sections..].concat();
    let (low, high) = (sections, sections + most - least + usize::from(is_marked && sections > 0));
    let sections = match (low, high) {
        (0, 0) => String::new(),
        (1, 1) => "/[^/]+".to_owned(),
        (0, 1) => "(?:/[^/]+)?".to_owned(),
        (low, high) if low == high => format!("(?:/[^/]+){{{low}}}"),
        (low, high) => format!("(?:/[^/]+){{{low},{high}}}"),
    };
    format!("^{sections}{rest}")
}

fn numbered(paths: &[Path<'_>], back: usize, number: &Number) -> Pattern {
    let (own, is_marked) = match number {
        Number::Behind { separator, mark, digits } => {
            let marked = !mark.is_empty();
            // Without a mark, a row of digits must be as long as an article's, for sections are numbered too.
            let count = if marked {
                "+".to_owned()
            } else {
                format!("{{{},}}", digits.saturating_sub(2).max(ID_DIGITS_MIN).min(*digits))
            };
            let separator = if *separator == '.' { "\\.".to_owned() } else { separator.to_string() };
            (format!("/[^/]*{separator}{}(?<id>\\d{count})", regex::escape(mark)), marked)
        }
        Number::Hex { digits } => (format!("/[^/]*-(?<id>[0-9a-f]{{{digits}}})"), true),
        Number::Mixed { least } => (format!("/[^/]*-(?<id>[A-Za-z0-9]{{{least},}})"), false),
        Number::Alone => ("/(?<id>\\d+)".to_owned(), back > 0),
        Number::Before { digits } => {
            (format!("/(?<id>\\d{{{},}})-[^/]+", digits.saturating_sub(2).max(ID_DIGITS_MIN)), false)
        }
    };
    let mut text = before(paths, back, is_marked);
    text.push_str(&own);
    for behind in (0..back).rev() {
        text.push_str(&step(&paths.iter().filter_map(|path| path.back(behind)).collect::<Vec<_>>()));
    }
    text.push_str(&end(paths));
    Pattern { text, has_id: true, is_marked: is_marked || paths.iter().all(|path| !path.ending.is_empty()) }
}

/// Addresses without a number: a slug of several words.
fn slug(paths: &[Path<'_>]) -> Option<Pattern> {
    let words = |path: &Path<'_>| path.back(0).map_or(0, |slug| slug.split('-').count());
    if paths.iter().any(|path| words(path) < SLUG_WORDS_MIN) {
        return None;
    }
    let mut text = before(paths, 0, false);
    let _ = write!(text, "/(?<slug>[A-Za-z0-9]+(?:-[A-Za-z0-9]+){{{},}}){}", SLUG_WORDS_MIN - 1, end(paths));
    Some(Pattern { text, has_id: false, is_marked: false })
}

fn end(paths: &[Path<'_>]) -> String {
    let ending = regex::escape(paths.first().map_or("", |path| path.ending));
    let slash = if paths.iter().any(|path| path.has_slash) { "/?" } else { "" };
    format!("{ending}{slash}$")
}

#[cfg(test)]
mod tests;
