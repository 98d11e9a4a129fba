//! The English editions of provincial papers: `On December 7, at Hoa Binh Square, …`.

use super::days::{self, Day, Days};
use super::occasion::Occasion;
use crate::text::date::words;
use crate::text::scan::Scan;

const PARTS: &[&str] = &["morning", "afternoon", "evening", "night"];

/// Reads `On December 7`, `On the morning of December 7, 2019`, `On 7 December`, `This morning (May 5)`, `On 7/12`.
pub(super) fn read(scan: Scan<'_>) -> Option<(Occasion, Scan<'_>)> {
    let (word, behind) = scan.one_of(&["on", "in", "this"])?;
    let at = behind.blanks();
    let at = at.phrase("the").map_or(at, Scan::blanks);
    let part = at.one_of(PARTS).map(|(_, end)| ((at.at(), end.at()), end));
    let behind = part.map_or(at, |(_, end)| end.blanks());
    let behind = behind.one_of(&["of", "on"]).map_or(behind, |(_, end)| end.blanks());
    let behind = behind.eat(&[',']).unwrap_or(behind).blanks();
    let open = behind.eat(&['(']);
    let (days, end) = date(open.unwrap_or(behind))?;
    let end = if open.is_some() { end.eat(&[')'])? } else { end };
    if word != "on" && part.is_none() {
        return None;
    }
    let occasion = Occasion {
        days: Some(days),
        part: part.map(|(part, _)| part),
        pointer: None,
        date_text: (days.start, days.end),
        is_future: false,
        is_this_week: false,
        is_naked: false,
        is_overnight: false,
        has_clock: false,
    };
    Some((occasion, end))
}

fn date(scan: Scan<'_>) -> Option<(Days, Scan<'_>)> {
    let month_first = words::english_month(scan).and_then(|(month, behind)| {
        let (day, end) = ordinal(behind.blanks())?;
        Some((day, month, end))
    });
    if month_first.is_none()
        && let Some(found) = days::read(scan, false)
    {
        return Some(found);
    }
    let (day, month, end) = month_first.or_else(|| {
        let (day, behind) = ordinal(scan)?;
        let behind = behind.blanks().phrase("of").map_or(behind, |end| end).blanks();
        let (month, end) = words::english_month(behind)?;
        Some((day, month, end))
    })?;
    let year = end.eat(&[',']).unwrap_or(end).blanks().number().filter(|(year, _)| year.digits == 4);
    let (year, end) = match year {
        Some((number, end)) => (i32::try_from(number.value).ok(), end),
        None => (None, end),
    };
    let first = Day { number: day, month: Some(month), year };
    let days = Days { first, last: None, is_lunar: false, is_worded: true, start: scan.at(), end: end.at() };
    Some((days, end))
}

/// `7`, `7th`.
fn ordinal(scan: Scan<'_>) -> Option<(u32, Scan<'_>)> {
    let (number, end) = scan.number()?;
    let end = end.one_of(&["st", "nd", "rd", "th"]).map_or(end, |(_, end)| end);
    let is_day = number.digits <= 2 && (1..=31).contains(&number.value);
    (is_day && end.peek().is_none_or(|c| !c.is_alphanumeric())).then_some((number.value, end))
}

/// The place behind an English date: `, at Hoa Binh Square`.
pub(super) fn place(scan: Scan<'_>) -> Option<&str> {
    let at = scan.blanks();
    let at = at.eat(&[',']).unwrap_or(at).blanks();
    let (_, at) = at.one_of(&["at", "in"])?;
    let at = at.blanks();
    let at = at.phrase("the").map_or(at, Scan::blanks);
    let rest = at.rest();
    let length = rest.find([',', ';', ':', '(']).unwrap_or(rest.len());
    let place = rest[..length].trim_end_matches([' ', '.']);
    place.starts_with(char::is_uppercase).then_some(place)
}
