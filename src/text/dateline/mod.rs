//! Datelines: how an article opens, with who reports, from where, and when it happened.
//!
//! ```text
//! BBK - Chiều 10/5, tại xã Cao Trĩ, huyện Ba Bể, …
//! └┬┘   └─┬─┘ └┬─┘     └──────────┬──────────┘
//! source part date              place
//! ```
//!
//! It is read by its grammar, in the order in which it is printed: a page date that was glued on, who reports (`code`),
//! a place, the time (`occasion`, with its days in `days` and `item`), a place behind it (`place`). Where the time does
//! not open the sentence, it may stand behind a topic (`topic`) or a phrase that leads in (`clause`). From the printed
//! day to a date with its year leads `resolve`. [`find()`] looks through the first blocks of an article.
//!
//! What is kept as the text of a dateline is verbatim: from the start of the opening to the end of the time, or of
//! the code where no time is printed (`(BDO)`). A day that no calendar has (31/4) is no date, so that nothing is
//! right behind it: then no place is taken.

mod clause;
mod code;
mod codewords;
mod days;
mod digest;
mod english;
mod find;
mod gloss;
mod guard;
mod hint;
mod item;
mod lunar;
mod occasion;
mod part;
mod place;
mod regions;
mod resolve;
mod topic;

pub use digest::is_digest;
pub use find::find;
pub use resolve::Around;

use crate::article::Dateline;
use crate::text::clean;
use crate::text::date;
use crate::text::scan::{DASHES, Scan};
use crate::when::When;
use code::Code;
use occasion::Occasion;
use resolve::{Aids, Resolved};

/// The part of an opening that is looked at. A dateline is short; what follows serves the year.
const OPENING_BYTES_MAX: usize = 2_000;

/// Reads the dateline of an opening: of a lead, or of a paragraph.
///
/// `published` gives the year of a day printed without one. `codes` are the newspaper's own codes; others are
/// recognised by their shape. None where the opening is plain prose.
///
/// ```
/// use khobao::text::dateline;
///
/// let published = "2023-01-02".parse().ok();
/// let dateline = dateline::read("BBK - Tối 31/12, tại Quảng trường tỉnh, người dân…", published, &[]).unwrap();
/// assert_eq!(dateline.text, "BBK - Tối 31/12");
/// assert_eq!(dateline.source.as_deref(), Some("BBK"));
/// assert_eq!(dateline.place.as_deref(), Some("Quảng trường tỉnh"));
/// assert_eq!(dateline.date.unwrap().to_string(), "2022-12-31");
/// ```
#[must_use]
pub fn read(text: &str, published: Option<When>, codes: &[String]) -> Option<Dateline> {
    read_around(text, published.map(Around::from), codes)
}

/// Reads the dateline of an opening where the publication may be known only by its month.
#[must_use]
pub fn read_around(text: &str, around: Option<Around>, codes: &[String]) -> Option<Dateline> {
    read_wanted(text, around, codes, Wanted::Any)
}

/// Reads the dateline of an opening, where a code opens it.
fn coded(text: &str, published: Option<When>, codes: &[String]) -> Option<Dateline> {
    read_wanted(text, published.map(Around::from), codes, Wanted::Coded)
}

/// What datelines are asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Any,
    /// Those with a code.
    Coded,
}

fn read_wanted(text: &str, around: Option<Around>, codes: &[String], wanted: Wanted) -> Option<Dateline> {
    let line = clean::line_cow(&text[..text.floor_char_boundary(OPENING_BYTES_MAX)]);
    let line = mended(&line);
    let (page_day, scan) = page_date(Scan::new(&line));
    let around = around.or(page_day);
    let code = code::read(scan, codes);
    // A code that does not stand first stands in brackets.
    if wanted == Wanted::Coded && code.is_none() && !scan.rest().contains(['(', '[']) {
        return None;
    }
    let opening = Opening::at_start(scan, code, codes);
    let is_wanted = wanted == Wanted::Any || opening.is_coded();
    let opening = is_wanted.then(|| opening.completed(around)).flatten()?;
    Some(opening.dateline(scan, around))
}

/// A text in which Đ stands for Ð in codes too, where the cleaning cannot know the word: `ÐBP`.
fn mended(line: &str) -> std::borrow::Cow<'_, str> {
    if line.contains(['Ð', 'Ɖ']) { line.replace(['Ð', 'Ɖ'], "Đ").into() } else { line.into() }
}

/// The parts of an opening.
#[derive(Clone, Copy, Debug)]
struct Opening<'a> {
    code: Option<Code<'a>>,
    place: Option<&'a str>,
    occasion: Option<(Occasion, Scan<'a>)>,
    /// The sentence, behind the code.
    next: Scan<'a>,
}

impl<'a> Opening<'a> {
    /// What stands at the very start: a code, a place, a time.
    fn at_start(scan: Scan<'a>, mut code: Option<Code<'a>>, codes: &[String]) -> Opening<'a> {
        let next = code.map_or(scan, |code| code.next);
        let mut place = code.and_then(|code| code.place);
        let mut occasion = at_once(next);
        if occasion.is_none()
            && let Some((before, found)) = behind_place(next)
        {
            place = place.or(Some(before));
            occasion = Some(found);
            let behind = code::behind_date(found.1, codes).filter(|_| code.is_none());
            code = behind.or(code);
        }
        Opening { code, place, occasion, next }
    }

    fn is_coded(&self) -> bool {
        self.code.is_some_and(|code| code.source.is_some())
    }

    /// With the time behind a topic or a phrase that leads in, where none stands before; none where it is no dateline.
    fn completed(mut self, around: Option<Around>) -> Option<Opening<'a>> {
        let behind = || topic::behind(self.next).or_else(|| clause::later(self.next, around));
        self.occasion = self.occasion.or_else(behind);
        (self.occasion.is_some() || self.is_coded()).then_some(self)
    }

    fn dateline(&self, scan: Scan<'a>, around: Option<Around>) -> Dateline {
        let text = scan.text();
        let resolved = self.resolved(text, around);
        let end = match (self.occasion, self.code) {
            (Some((_, end)), Some(code)) => end.at().max(code.end),
            (Some((_, end)), None) => end.at(),
            (None, Some(code)) => code.end,
            (None, None) => scan.at(),
        };
        let printed = |(start, end): (usize, usize)| text.get(start..end).unwrap_or_default();
        let occasion = self.occasion.map(|(occasion, _)| occasion);
        Dateline {
            text: scan.until(end).trim().to_owned(),
            source: self.code.and_then(|code| code.source).map(str::to_owned),
            place: self.place(&resolved).map(str::to_owned),
            part_of_day: occasion.and_then(|occasion| occasion.part).map(|part| printed(part).to_lowercase()),
            date: resolved.date,
            date_end: resolved.end,
            date_text: occasion.map(|occasion| printed(occasion.date_text).to_owned()),
            confidence: resolved.confidence,
        }
    }

    fn resolved(&self, text: &str, around: Option<Around>) -> Resolved {
        let Some((occasion, end)) = self.occasion else { return Resolved::NOTHING };
        let month = occasion.days.and_then(|days| days.last.unwrap_or(days.first).month);
        let hint = if around.is_none() { hint::year(text, month) } else { None };
        resolve::resolve(&occasion, Aids { around, hint, has_will: has_will(end) })
    }

    /// The place before the date or in the code's brackets; else the one right behind the date.
    fn place(&self, resolved: &Resolved) -> Option<&'a str> {
        if self.place.is_some() || resolved.is_impossible {
            return self.place;
        }
        let (_, end) = self.occasion?;
        place::behind(end).map(|(place, _)| place).or_else(|| english::place(end))
    }
}

/// The time that begins right here.
fn at_once(scan: Scan<'_>) -> Option<(Occasion, Scan<'_>)> {
    occasion::read(scan).or_else(|| english::read(scan))
}

/// A place, and the time behind it.
fn behind_place(scan: Scan<'_>) -> Option<(&str, (Occasion, Scan<'_>))> {
    let (before, next) = place::before_date(scan)?;
    let naked = || occasion::before_dash(next).filter(|_| !before.is_guess);
    let (occasion, end) = occasion::read(next).or_else(naked)?;
    let is_dashed = end.blanks().eat(&DASHES).is_some() || code::behind_date(end, &[]).is_some();
    (!before.is_guess || is_dashed).then_some((before.place, (occasion, end)))
}

/// Whether the sentence says that it will be.
fn has_will(scan: Scan<'_>) -> bool {
    let rest = scan.rest();
    let sentence = rest.find(". ").map_or(rest, |end| &rest[..end]);
    sentence.contains(" sẽ ")
}

/// The page's own date before the text, where a system glued it on: `26/08/2014Ngày 26 …`, `(19/01/2012) Sáng …`.
fn page_date(scan: Scan<'_>) -> (Option<Around>, Scan<'_>) {
    let none = (None, scan);
    let inside = scan.eat(&['(', '[']);
    let Some((day, end)) = date::whole_day(inside.unwrap_or(scan)) else { return none };
    let end = date::clock_behind(end);
    let next = match inside {
        Some(_) => end.blanks().eat(&[')', ']']),
        None => (end.peek().is_some_and(char::is_alphabetic) || is_parted(end)).then_some(end),
    };
    match next {
        Some(next) if !next.blanks().is_end() => {
            let next = next.blanks();
            (Some(Around::day(day)), separated(next))
        }
        _ => none,
    }
}

/// Whether a blank or a dash parts the page's date from an opening with its own date.
fn is_parted(scan: Scan<'_>) -> bool {
    let next = scan.blanks();
    let next = next.eat(&DASHES).map_or(next, Scan::blanks);
    next.at() > scan.at() && next.peek().is_some_and(char::is_alphabetic) && occasion::read(next).is_some()
}

/// Behind a dash that parts the page's date from the text, where a date follows.
fn separated(scan: Scan<'_>) -> Scan<'_> {
    scan.eat(&DASHES).map(Scan::blanks).filter(|next| occasion::read(*next).is_some()).unwrap_or(scan)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_a_code_opens_is_found_without_looking_for_the_rest(
            parts in proptest::collection::vec(proptest::sample::select(vec![
                "BBK", "HSO", "Báo Hòa Sơn", "TTXVN", "(", ")", "[", "]", " ", " - ", "-", ":", ", ", ". ", "Sáng 10/5", "Ngày 3/2",
                "10/5/2023", "tại xã Cao Trĩ", "Hà Nội", "Nhân dịp Năm mới", "bà con ra đồng", "Video", "Baobackan.vn", "hôm nay",
            ]), 0..8),
        ) {
            let text = parts.concat();
            let published = "2023-05-12".parse().ok();
            let with_code = read(&text, published, &[]).filter(|found| found.source.is_some());
            prop_assert_eq!(coded(&text, published, &[]), with_code, "{}", text);
        }
    }
}
