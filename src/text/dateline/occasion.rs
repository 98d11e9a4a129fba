//! When it happened, as the opening says it: `Chiều 10/5`, `Đúng 7 giờ 30 phút sáng nay (23/9)`, `Trong hai ngày
//! 21 và 22/7`, `Ngày 1.3 tới`, `Chiều nay`.
//!
//! The order is fixed: words that lead in, a clock, a part of the day, a word that points (nay, qua), a weekday, the
//! date itself, the moon's date beside it, a mark of the future. Each may be missing; something must say the day.

use super::days::{self, Days};
use super::part::{self, Span, Week};
use super::{gloss, guard};
use crate::text::date::clock;
use crate::text::scan::{DASHES, Scan};

/// An expression of time.
// Each flag is a word that stands there or does not; they do not make up a state.
#[allow(clippy::struct_excessive_bools)]
#[derive(Clone, Copy, Debug)]
pub(super) struct Occasion {
    /// The date as printed, if one is.
    pub(super) days: Option<Days>,
    /// The part of the day as printed.
    pub(super) part: Option<Span>,
    /// The days from the publication to the event by a word that points: -1 for `hôm qua`.
    pub(super) pointer: Option<i64>,
    /// The printed date; the words that point where there is no other.
    pub(super) date_text: Span,
    /// Whether the text says that it is still to come: `tới`, `ngày mai`, `sẽ`.
    pub(super) is_future: bool,
    /// Whether the text says that it lies in the week of the publication: `thứ Bảy tuần này`.
    pub(super) is_this_week: bool,
    /// Whether a clock stands with it.
    pub(super) has_clock: bool,
    /// Only a number says the day, without `ngày` or a part of the day.
    pub(super) is_naked: bool,
    /// From a night into the morning of the day that is named: `đêm qua, rạng sáng nay (5/2)`.
    pub(super) is_overnight: bool,
}

/// What was found before the date.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Signs {
    pub(super) lead: Lead,
    pub(super) has_clock: bool,
    pub(super) part: Option<Span>,
    pub(super) pointer: Option<i64>,
    pub(super) has_weekday: bool,
    /// The week that is named, or a stretch of it: `cuối tuần này`.
    pub(super) week: Option<Week>,
    /// Where the words that point and the part before them begin and end.
    pub(super) pointed: Span,
    /// `đêm qua, rạng sáng nay`.
    pub(super) is_overnight: bool,
}

impl Signs {
    /// Whether a day is said, or half said, before any date: then a comma or a dash may stand before the date.
    fn point(&self) -> bool {
        self.pointer.is_some() || self.has_weekday || self.week.is_some()
    }

    fn is_future(&self) -> bool {
        self.pointer.is_some_and(|pointer| pointer > 0) || self.week == Some(Week::Coming)
    }

    pub(super) fn are_none(&self) -> bool {
        self.part.is_none() && !self.has_clock && !self.point() && !self.lead.is_plural
    }
}

/// The words that lead in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Lead {
    /// `khoảng`, `gần`, `hơn`: also of amounts.
    pub(super) is_rough: bool,
    /// `đến`, `tính đến`: the day of a count.
    pub(super) is_until: bool,
    /// `trong hai ngày`: several days are announced.
    pub(super) is_plural: bool,
}

const LEADS: &[&str] = &[
    "bắt đầu từ",
    "kể từ",
    "ngay trong",
    "ngay từ",
    "vào lúc",
    "vào hồi",
    "từ lúc",
    "trong suốt",
    "liên tiếp",
    "liên tục",
    "vào",
    "lúc",
    "hồi",
    "đúng",
    "trong",
    "từ",
    "ngay",
    "suốt",
];
const ROUGH_LEADS: &[&str] = &["vào khoảng", "khoảng", "tầm", "chừng", "gần", "hơn", "trên"];
const UNTIL_LEADS: &[&str] = &["tính đến", "cho đến", "đến", "tới"];
const COUNTS: &[&str] =
    &["hai", "ba", "bốn", "năm", "sáu", "các", "những", "2", "3", "4", "5", "6", "7", "02", "03"];

/// The most words that lead in: `Ngay từ khoảng …`.
const LEADS_MAX: usize = 4;

/// The most signs before a date: a clock, a part of the day, a pointing word and a weekday, in any order.
const SIGNS_MAX: usize = 6;

/// Reads an expression of time that begins here.
pub(super) fn read(scan: Scan<'_>) -> Option<(Occasion, Scan<'_>)> {
    let (lead, behind) = leads(scan);
    let (signs, behind) = signs(behind, lead);
    let dated =
        dated(behind, &signs).and_then(|(days, end)| guard::date(&signs, &days, end).then_some((days, end)));
    let Some((days, end)) = dated else {
        return pointing(&signs, behind);
    };
    let (days, end) = gloss::behind(days, end);
    let (is_future, end) = future(end);
    let occasion = Occasion {
        days: Some(days),
        part: signs.part,
        pointer: signs.pointer,
        is_overnight: signs.is_overnight,
        has_clock: signs.has_clock,
        date_text: (days.start, days.end),
        is_future: is_future || signs.is_future(),
        is_this_week: signs.week == Some(Week::This),
        is_naked: signs.are_none() && !days.is_worded && lead == Lead::default() && behind.at() == scan.at(),
    };
    Some((occasion, end))
}

/// A mere number before the dash that parts it from the sentence, where a place went before: `Hà Nội, 20/10 - Bộ …`.
pub(super) fn before_dash(scan: Scan<'_>) -> Option<(Occasion, Scan<'_>)> {
    let (days, end) = days::read(scan, false)?;
    end.blanks().eat(&DASHES).filter(|next| next.blanks().peek().is_some_and(char::is_uppercase))?;
    let occasion = Occasion {
        days: Some(days),
        part: None,
        pointer: None,
        is_overnight: false,
        has_clock: false,
        date_text: (days.start, days.end),
        is_future: false,
        is_this_week: false,
        is_naked: true,
    };
    Some((occasion, end))
}

/// An expression without a date: `Chiều nay`, `Hôm qua`, `Sáng thứ Hai`.
fn pointing<'a>(signs: &Signs, end: Scan<'a>) -> Option<(Occasion, Scan<'a>)> {
    let is_said = signs.pointer.is_some() || signs.part.is_some() && signs.has_weekday;
    if !is_said || !guard::pointing(end) {
        return None;
    }
    let (is_future, end) = future(end);
    let occasion = Occasion {
        days: None,
        part: signs.part,
        pointer: signs.pointer,
        is_overnight: signs.is_overnight,
        has_clock: signs.has_clock,
        date_text: signs.pointed,
        is_future: is_future || signs.is_future(),
        is_this_week: signs.week == Some(Week::This),
        is_naked: false,
    };
    Some((occasion, end))
}

fn leads(mut scan: Scan<'_>) -> (Lead, Scan<'_>) {
    let mut lead = Lead::default();
    for _ in 0..LEADS_MAX {
        if let Some(end) = plural(scan) {
            lead.is_plural = true;
            scan = end;
        } else if let Some((_, end)) = scan.one_of(ROUGH_LEADS).filter(|_| part::read(scan).is_none()) {
            lead.is_rough = true;
            scan = end.blanks();
        } else if let Some((_, end)) = scan.one_of(UNTIL_LEADS) {
            lead.is_until = true;
            scan = end.blanks();
        } else if let Some((_, end)) = scan.one_of(LEADS) {
            scan = end.blanks();
        } else {
            break;
        }
    }
    (lead, scan)
}

/// `hai ngày`, `3 ngày liên tiếp`, `các ngày`: several days are announced.
fn plural(scan: Scan<'_>) -> Option<Scan<'_>> {
    let (_, end) = scan.one_of(COUNTS)?;
    let end = end.blanks().phrase("ngày")?;
    let end = end.blanks().one_of(&["liên tiếp", "liền"]).map_or(end, |(_, end)| end);
    Some(end.blanks())
}

fn signs(mut scan: Scan<'_>, lead: Lead) -> (Signs, Scan<'_>) {
    let mut signs = Signs { lead, ..Signs::default() };
    let mut end = scan;
    for _ in 0..SIGNS_MAX {
        let next = if let Some((_, next)) = clock::read(scan).filter(|_| !signs.has_clock) {
            signs.has_clock = true;
            clock_range(next)
        } else if let Some((part, next)) = part::read(scan).filter(|_| signs.part.is_none()) {
            signs.part = Some(part);
            signs.pointed = part;
            next
        } else if let Some((days, next)) =
            part::pointer(scan, signs.part.is_some()).filter(|_| signs.pointer.is_none())
        {
            signs.pointer = Some(days);
            signs.pointed = (signs.part.map_or(scan.at(), |part| part.0), next.at());
            next
        } else if let Some((week, next)) = weekday(scan, &signs) {
            signs.has_weekday = true;
            signs.week = week.or(signs.week);
            signs.pointed = (signs.part.map_or(scan.at(), |part| part.0), next.at());
            next
        } else if let Some((week, next)) = part::week(scan).filter(|_| signs.week.is_none()) {
            signs.week = Some(week);
            next
        } else {
            break;
        };
        end = next;
        scan = gap(next);
    }
    if signs.pointer == Some(-1)
        && let Some(next) = overnight(scan)
    {
        signs.is_overnight = true;
        signs.pointed.1 = next.at();
        end = next;
    }
    (signs, end)
}

/// Behind the morning that ends the night just named: `rạng sáng nay` behind `đêm qua`.
fn overnight(scan: Scan<'_>) -> Option<Scan<'_>> {
    let at = scan.one_of(&["và", "đến"]).map_or(scan, |(_, end)| end.blanks());
    let (_, end) = part::read(at)?;
    part::pointer(end.blanks(), true).filter(|(pointer, _)| *pointer == 0).map(|(_, end)| end)
}

/// Between two signs: blanks, and a comma behind a clock or a weekday (`Lúc 5 giờ, sáng 3/2`).
fn gap(scan: Scan<'_>) -> Scan<'_> {
    let at = scan.blanks();
    let Some(comma) = at.eat(&[',']).map(Scan::blanks) else { return at };
    let goes_on = part::read(comma).is_some()
        || part::pointer(comma, false).is_some()
        || part::weekday(comma).is_some()
        || clock::read(comma).is_some();
    if goes_on { comma } else { at }
}

/// Behind the end of a stretch of time: `13h-15h`, `8 giờ đến 10 giờ`.
fn clock_range(scan: Scan<'_>) -> Scan<'_> {
    let at = scan.blanks();
    let joined = at.eat(&DASHES).or_else(|| at.phrase("đến")).map(Scan::blanks);
    joined.and_then(clock::read).map_or(scan, |(_, end)| end)
}

fn weekday<'a>(scan: Scan<'a>, signs: &Signs) -> Option<(Option<Week>, Scan<'a>)> {
    if signs.has_weekday {
        return None;
    }
    // `ngày thứ hai` counts days of work unless a part of the day goes before it.
    part::weekday(scan)
}

/// The date behind the signs: direct, behind a comma or a dash, or in brackets.
fn dated<'a>(scan: Scan<'a>, signs: &Signs) -> Option<(Days, Scan<'a>)> {
    let at = scan.blanks();
    let is_plural = signs.lead.is_plural;
    if let Some(inside) = at.eat(&['(', '[']) {
        if signs.are_none() {
            return None;
        }
        return bracketed(inside, is_plural);
    }
    if let Some(found) = days::read(said(at), is_plural) {
        return Some(found);
    }
    let comma =
        at.eat(&[',']).filter(|_| signs.point() || is_plural || signs.part.is_some() || signs.has_clock);
    let dash = || at.eat(&DASHES).filter(|_| signs.point() || is_plural);
    match comma.or_else(dash) {
        Some(behind) => days::read(said(behind.blanks()), is_plural),
        None => announced(at).filter(|_| is_plural),
    }
}

/// The most words that may stand between announced days and the brackets in which they are told, in bytes.
const ANNOUNCED_BYTES_MAX: usize = 60;

/// The days in brackets behind what they are days of: `Trong ba ngày nghỉ Tết (30/12 - 1/1)`.
fn announced(scan: Scan<'_>) -> Option<(Days, Scan<'_>)> {
    let rest = scan.rest();
    let open = rest.find(['(', '[', ',', '.', ';', ':']).filter(|open| *open <= ANNOUNCED_BYTES_MAX)?;
    let inside = scan.moved_to(scan.at() + open).eat(&['(', '['])?;
    bracketed(inside, true).filter(|(days, _)| days.last.is_some())
}

/// Behind `tức`, `từ` and a weekday before the date itself.
fn said(scan: Scan<'_>) -> Scan<'_> {
    let at = scan.one_of(&["tức là", "tức", "từ"]).map_or(scan, |(_, end)| end.blanks());
    let Some((_, end)) = part::weekday(at) else { return at };
    let end = end.blanks();
    end.eat(&[',']).unwrap_or(end).blanks()
}

/// The most that may stand between a date in brackets and their end: `(5/2, giờ địa phương)`.
const BRACKET_REST_BYTES_MAX: usize = 60;

/// A date in brackets, behind their end.
fn bracketed(inside: Scan<'_>, is_plural: bool) -> Option<(Days, Scan<'_>)> {
    let inside = inside.blanks();
    let inside = part::read(inside).map_or(inside, |(_, end)| end.blanks());
    let (days, end) = days::read(said(inside), is_plural)?;
    let rest = end.rest();
    let close = rest.find([')', ']']).filter(|close| *close <= BRACKET_REST_BYTES_MAX)?;
    // `(21/6/1925 – 21/6/2022)` has been read whole; another number behind the date is something else.
    if rest.get(..close)?.contains(|c: char| c.is_ascii_digit()) && !rest.starts_with([',', ';', ' ']) {
        return None;
    }
    Some((days, end.moved_to(end.at() + close + 1)))
}

/// Whether a mark of the future stands behind the date; `tới`, `vừa qua` and their like belong to it, `sẽ` does not.
fn future(scan: Scan<'_>) -> (bool, Scan<'_>) {
    let at = scan.blanks();
    if let Some((_, end)) = at.one_of(&["sắp tới", "tới đây", "tới", "sắp đến"]) {
        return (true, end);
    }
    if let Some((_, end)) = at.one_of(&["vừa qua", "vừa rồi", "mới đây"]) {
        return (false, end);
    }
    (at.phrase("sẽ").is_some(), scan)
}
