//! The other calendar's date beside a date: `27/9 (nhằm 13/8 âm lịch)`, `27-1 (25 tháng Chạp)`, `30 Tết (ngày 27/1)`,
//! `mùng 6 tháng Giêng, tức 15/2`.

use super::days::{self, Days};
use crate::text::scan::Scan;

/// The words by which one date explains another.
const EXPLAINS: &[&str] = &["tức là", "tức", "nhằm vào", "nhằm"];

/// The most that a gloss in brackets may hold.
const GLOSS_BYTES_MAX: usize = 100;

/// Reads the gloss behind a date. A day of the sun in it takes the place of the moon's; otherwise the date stays
/// and the gloss is passed over.
pub(super) fn behind(days: Days, scan: Scan<'_>) -> (Days, Scan<'_>) {
    let scan = solar(scan);
    let at = scan.blanks();
    if let Some(inside) = at.eat(&['(', '[']) {
        return bracketed(days, inside).unwrap_or((days, scan));
    }
    let explains = at.eat(&[',']).unwrap_or(at).blanks().one_of(EXPLAINS);
    let Some((_, inside)) = explains else { return (days, scan) };
    match days::read(inside.blanks(), false) {
        Some((other, end)) => (choose(days, other), solar(end)),
        None => (days, scan),
    }
}

fn bracketed(days: Days, inside: Scan<'_>) -> Option<(Days, Scan<'_>)> {
    let rest = inside.rest();
    let close = rest.find([')', ']']).filter(|close| *close <= GLOSS_BYTES_MAX)?;
    let end = inside.moved_to(inside.at() + close + 1);
    let inside = inside.blanks();
    let explained = inside.one_of(EXPLAINS);
    let other = days::read(explained.map_or(inside, |(_, behind)| behind.blanks()), false);
    match other {
        Some((other, _)) if days.is_lunar || other.is_lunar || explained.is_some() => {
            Some((choose(days, other), end))
        }
        _ => explained.map(|_| (days, end)),
    }
}

fn choose(days: Days, other: Days) -> Days {
    if days.is_lunar && !other.is_lunar { other } else { days }
}

/// Behind `dương lịch`, the sun's calendar.
fn solar(scan: Scan<'_>) -> Scan<'_> {
    scan.blanks().phrase("dương lịch").unwrap_or(scan)
}
