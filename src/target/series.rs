//! Rows of pages: the further pages of a listing, and the sitemaps of months and days.
//!
//! A row is known by its addresses alone: they differ in one number. Rows are what a crawl walks back along, one
//! step at a time, so that it need not trust how far a pager claims to reach.

use std::fmt::Write;
use std::ops::Range;
use std::sync::LazyLock;

use chrono::{Datelike, Months, NaiveDate};
use regex::{Captures, Regex};
use url::Url;

use super::{TargetKind, address_key};

/// Query keys that number the pages of a list, in lower case.
const PAGE_KEYS: [&str; 10] =
    ["page", "p", "paged", "pg", "trang", "pageindex", "pagenumber", "page_no", "pageno", "currentpage"];

/// Query keys that tell how many items of a list to pass over.
const OFFSET_KEYS: [&str; 4] = ["start", "offset", "limitstart", "skip"];

/// The number of a page in its path: `/xa-hoi/trang-2.html`, `/xa-hoi/page/2/`, `/12/page/3/xa-hoi.htm`,
/// `/xa-hoi-trang-2.html`, `/xa-hoi/p2`.
static PATH_PAGE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)^(?<head>.*?)(?:/(?:trang|pages?|paged)[-/_]?|/p|-(?:trang|page)-?|-p)(?<place>\d{1,6})(?<tail>/|\.html?|\.aspx|/[^/]+\.(?:html?|aspx|php))?$",
    )
    .ok()
});

/// The year, and perhaps the month and the day, for which a sitemap is.
static PERIOD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?:^|[^0-9])(?<year>(?:19|20)\d\d)(?:(?:[-_/.]|&mm=)?(?<month>1[0-2]|0?[1-9])(?:(?:[-_/.]|&dd=)?(?<day>3[01]|[12]\d|0?[1-9]))?)?(?:[^0-9]|$)",
    )
    .ok()
});

/// The years in which a newspaper can have had a site.
const YEARS: std::ops::RangeInclusive<i32> = 1995..=2100;

/// A page's row, and its place in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// The same for all pages of the row.
    pub key: String,
    /// The number of the page: 0 where the address bears none, as the first page of most lists; for a sitemap the
    /// first day that it is for, as `20260901`.
    pub place: u32,
}

/// The row that a page belongs to. A listing is always of one, if only as its first page; a sitemap where its
/// address names a time; an article and a feed never.
#[must_use]
pub fn of(kind: TargetKind, url: &Url) -> Option<Series> {
    match kind {
        TargetKind::Listing => Some(of_listing(url)),
        TargetKind::Sitemap => {
            let (place, period) = period(url)?;
            let (first, _) = period.days()?;
            let number = u32::try_from(first.year()).ok()? * 10_000 + first.month() * 100 + first.day();
            let text = url.as_str();
            let key = format!("{}*{}", &text[..place.start], &text[place.end..]);
            Some(Series { key, place: number })
        }
        TargetKind::Photo | TargetKind::Feed | TargetKind::Article => None,
    }
}

fn of_listing(url: &Url) -> Series {
    if let Some((at, place)) = query_number(url, &PAGE_KEYS).or_else(|| query_number(url, &OFFSET_KEYS)) {
        let rest: Vec<&str> =
            pairs(url).enumerate().filter(|(n, _)| *n != at).map(|(_, pair)| pair).collect();
        return Series { key: key_of(url, url.path(), &rest.join("&")), place };
    }
    let query = url.query().unwrap_or_default();
    match PATH_PAGE.as_ref().and_then(|pattern| pattern.captures(url.path())) {
        Some(found) => {
            let tail = found.name("tail").map_or("", |tail| tail.as_str());
            let path = format!("{}{tail}", &found["head"]);
            Series { key: key_of(url, &path, query), place: found["place"].parse().unwrap_or(0) }
        }
        None => Series { key: key_of(url, url.path(), query), place: 0 },
    }
}

/// What the pages of a list have in common: `/xa-hoi`, `/xa-hoi/` and `/xa-hoi.html` can all be its first.
fn key_of(url: &Url, path: &str, query: &str) -> String {
    let mut bare = url.clone();
    bare.set_path(path);
    bare.set_query((!query.is_empty()).then_some(query));
    let key = address_key(&bare);
    let (path, query) = key.split_once('?').map_or((key.as_str(), ""), |(path, query)| (path, query));
    let path = path.trim_end_matches(".html").trim_end_matches(".htm").trim_end_matches('/');
    format!("{path}?{query}")
}

fn pairs(url: &Url) -> impl Iterator<Item = &str> {
    url.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty())
}

/// The place of the first pair of a query whose key is one of these and whose value is a number, and the number.
fn query_number(url: &Url, keys: &[&str]) -> Option<(usize, u32)> {
    pairs(url).enumerate().find_map(|(at, pair)| {
        let (key, value) = pair.split_once('=')?;
        let is_number =
            !value.is_empty() && value.len() <= 6 && value.bytes().all(|byte| byte.is_ascii_digit());
        (is_number && keys.contains(&key.to_ascii_lowercase().as_str()))
            .then(|| value.parse().ok().map(|place| (at, place)))
            .flatten()
    })
}

/// The page after a numbered one, where the addresses count pages and not items.
#[must_use]
pub fn after(url: &Url) -> Option<Url> {
    if let Some((at, place)) = query_number(url, &PAGE_KEYS) {
        let with = |(n, pair): (usize, &str)| match pair.split_once('=') {
            Some((key, _)) if n == at => format!("{key}={}", place + 1),
            _ => pair.to_owned(),
        };
        let query: Vec<String> = pairs(url).enumerate().map(with).collect();
        let mut next = url.clone();
        next.set_query(Some(&query.join("&")));
        return Some(next);
    }
    let found = PATH_PAGE.as_ref()?.captures(url.path())?;
    let place = found.name("place")?;
    let number: u32 = place.as_str().parse().ok()?;
    let path = format!("{}{}{}", &url.path()[..place.start()], number + 1, &url.path()[place.end()..]);
    let mut next = url.clone();
    next.set_path(&path);
    Some(next)
}

/// A year, a month or a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Period {
    year: i32,
    month: Option<u32>,
    day: Option<u32>,
}

impl Period {
    /// Its first and last day.
    fn days(self) -> Option<(NaiveDate, NaiveDate)> {
        let first = NaiveDate::from_ymd_opt(self.year, self.month.unwrap_or(1), self.day.unwrap_or(1))?;
        let next = match (self.month, self.day) {
            (_, Some(_)) => first.succ_opt()?,
            (Some(_), None) => first.checked_add_months(Months::new(1))?,
            (None, None) => first.checked_add_months(Months::new(12))?,
        };
        Some((first, next.pred_opt()?))
    }

    /// The period before.
    fn before(self) -> Option<Period> {
        let last = self.days()?.0.pred_opt()?;
        let of = |is_given: Option<u32>, value: u32| is_given.map(|_| value);
        Some(Period { year: last.year(), month: of(self.month, last.month()), day: of(self.day, last.day()) })
    }
}

/// The period in a sitemap's address, with its place in the text of the address.
fn period(url: &Url) -> Option<(Range<usize>, Period)> {
    let text = url.as_str();
    let start = text.len() - url[url::Position::BeforePath..].len();
    let found = PERIOD.as_ref()?.captures(&text[start..])?;
    let period = read_period(&found)?;
    let last = found.name("day").or(found.name("month")).or(found.name("year"))?;
    Some((start + found.name("year")?.start()..start + last.end(), period))
}

fn read_period(found: &Captures<'_>) -> Option<Period> {
    let number = |name| found.name(name).and_then(|part| part.as_str().parse::<u32>().ok());
    let period =
        Period { year: i32::try_from(number("year")?).ok()?, month: number("month"), day: number("day") };
    (YEARS.contains(&period.year) && period.days().is_some()).then_some(period)
}

/// The first and the last day that a sitemap is for, by its address.
#[must_use]
pub fn days(url: &Url) -> Option<(NaiveDate, NaiveDate)> {
    period(url)?.1.days()
}

/// The sitemaps that can be the one for the period before: where it cannot be told whether the site writes
/// September as `9` or as `09`, both.
#[must_use]
pub fn before(url: &Url) -> Vec<Url> {
    let Some((place, own)) = period(url) else { return Vec::new() };
    let Some(before) = own.before().filter(|before| YEARS.contains(&before.year)) else { return Vec::new() };
    let text = url.as_str();
    let mut found: Vec<Url> = Vec::new();
    for is_padded in [true, false] {
        // An address that would not be written so itself is not of this form.
        if written(&text[place.clone()], own, is_padded).as_deref() != Some(&text[place.clone()]) {
            continue;
        }
        let Some(middle) = written(&text[place.clone()], before, is_padded) else { continue };
        let url = Url::parse(&format!("{}{middle}{}", &text[..place.start], &text[place.end..]));
        found.extend(url.ok().filter(|url| !found.contains(url)));
    }
    found
}

/// A period written as another one is written: with the same signs between its numbers.
fn written(model: &str, period: Period, is_padded: bool) -> Option<String> {
    let found = PERIOD.as_ref()?.captures(model)?;
    let mut text = format!("{:04}", period.year);
    let mut end = found.name("year")?.end();
    for (name, number) in [("month", period.month), ("day", period.day)] {
        if let (Some(part), Some(number)) = (found.name(name), number) {
            text.push_str(&model[end..part.start()]);
            let written = if is_padded { write!(text, "{number:02}") } else { write!(text, "{number}") };
            written.ok()?;
            end = part.end();
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn listing(text: &str) -> (String, u32) {
        let series = of(TargetKind::Listing, &url(text)).unwrap();
        (series.key, series.place)
    }

    #[test]
    fn the_pages_of_a_list_are_one_row_however_they_are_numbered() {
        for (first, further, place) in [
            ("https://a.vn/xa-hoi/", "https://a.vn/xa-hoi/?page=2", 2),
            ("https://a.vn/xa-hoi", "https://a.vn/xa-hoi/?p=3&d=", 3),
            ("https://a.vn/xa-hoi.html", "https://a.vn/xa-hoi/trang-12.html", 12),
            ("https://a.vn/xa-hoi.html", "https://www.a.vn/xa-hoi-trang-2.html", 2),
            ("https://a.vn/xa-hoi/", "https://a.vn/xa-hoi/page/7/", 7),
            ("https://a.vn/12/xa-hoi.htm", "https://a.vn/12/page/3/xa-hoi.htm", 3),
            ("https://a.vn/List/kinh-te", "https://a.vn/List/kinh-te?page=4", 4),
            ("https://a.vn/tin?chu-de=5", "https://a.vn/tin?chu-de=5&start=40", 40),
        ] {
            let (key, number) = listing(further);
            let key = key.replace("d=", "");
            assert_eq!((key.as_str(), number), (listing(first).0.as_str(), place), "{further}");
            assert_eq!(listing(first).1, 0, "{first}");
        }
        assert_ne!(listing("https://a.vn/xa-hoi/?page=2").0, listing("https://a.vn/kinh-te/?page=2").0);
    }

    #[test]
    fn the_page_after_is_written_as_the_page_is() {
        for (page, next) in [
            ("https://a.vn/xa-hoi/?page=9", "https://a.vn/xa-hoi/?page=10"),
            ("https://a.vn/xa-hoi/?p=3&d=", "https://a.vn/xa-hoi/?p=4&d="),
            ("https://a.vn/xa-hoi/trang-2.html", "https://a.vn/xa-hoi/trang-3.html"),
            ("https://a.vn/12/page/3/xa-hoi.htm", "https://a.vn/12/page/4/xa-hoi.htm"),
        ] {
            assert_eq!(after(&url(page)).unwrap().as_str(), next);
        }
        assert_eq!(after(&url("https://a.vn/xa-hoi/")), None);
        assert_eq!(after(&url("https://a.vn/xa-hoi/?start=20")), None, "how many are on a page is not known");
    }

    #[test]
    fn a_sitemap_names_its_time_and_the_one_before() {
        for (address, first, last, before_it) in [
            (
                "https://a.vn/sitemaps/news-2026-9.xml",
                "2026-09-01",
                "2026-09-30",
                &["/sitemaps/news-2026-8.xml"][..],
            ),
            ("https://a.vn/sitemap-2026-01.xml", "2026-01-01", "2026-01-31", &["/sitemap-2025-12.xml"]),
            (
                "https://a.vn/sitemap-2026-10.xml",
                "2026-10-01",
                "2026-10-31",
                &["/sitemap-2026-09.xml", "/sitemap-2026-9.xml"],
            ),
            (
                "https://a.vn/sitemap-article-2026-03-01.xml",
                "2026-03-01",
                "2026-03-01",
                &["/sitemap-article-2026-02-28.xml"],
            ),
            ("https://a.vn/sitemap-202403.xml.gz", "2024-03-01", "2024-03-31", &["/sitemap-202402.xml.gz"]),
            (
                "https://a.vn/sitemap.xml?yyyy=2024&mm=03",
                "2024-03-01",
                "2024-03-31",
                &["/sitemap.xml?yyyy=2024&mm=02"],
            ),
            ("https://a.vn/sitemap-2019.xml", "2019-01-01", "2019-12-31", &["/sitemap-2018.xml"]),
        ] {
            let (from, to) = days(&url(address)).unwrap();
            assert_eq!((from.to_string().as_str(), to.to_string().as_str()), (first, last), "{address}");
            let found: Vec<String> =
                before(&url(address)).iter().map(|url| url.as_str()[12..].to_owned()).collect();
            assert_eq!(found, before_it, "{address}");
        }
        let key = |address| of(TargetKind::Sitemap, &url(address)).map(|series| series.key);
        assert_eq!(key("https://a.vn/news-2026-9.xml"), key("https://a.vn/news-2025-12.xml"));
        assert_eq!(key("https://a.vn/sitemap-12.xml"), None);
        assert_eq!(key("https://a.vn/sitemap-post-202613999.xml"), None);
    }
}
