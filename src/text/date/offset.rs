//! Offsets from UTC behind a clock: `+07:00`, `+0700`, `Z`, `(GMT+7)`, `[GMT+7]`, `UTC +7`, `GMT`.

use chrono::FixedOffset;

use crate::text::scan::Scan;

/// The largest offset in the world, in hours.
const HOURS_MAX: u32 = 14;

/// Reads the offset here, which may stand in brackets.
pub(super) fn read(scan: Scan<'_>) -> Option<FixedOffset> {
    let at = scan.blanks();
    let at = at.eat(&['(', '[', ',', '|']).map_or(at, Scan::blanks);
    let at = at.eat(&['(', '[']).unwrap_or(at);
    if let Some((_, behind)) = at.one_of(&["gmt", "utc"]) {
        return signed(behind.blanks()).or_else(|| FixedOffset::east_opt(0).filter(|_| !begins_sign(behind)));
    }
    if at.phrase("z").is_some() {
        return FixedOffset::east_opt(0);
    }
    signed(at)
}

fn begins_sign(scan: Scan<'_>) -> bool {
    scan.blanks().eat(&['+', '-', '−']).is_some()
}

/// `+07:00`, `+0700`, `+07`, `+7`.
fn signed(scan: Scan<'_>) -> Option<FixedOffset> {
    let behind = scan.eat(&['+', '-', '−'])?;
    let is_west = scan.peek() != Some('+');
    let (number, end) = behind.number()?;
    // `12:01 AM -01/03/2021`: a dash, and the date.
    if end.peek().is_some_and(|c| matches!(c, '/' | '-' | '.')) {
        return None;
    }
    let (hours, minutes) = match number.digits {
        1 | 2 => {
            let minutes = end.eat(&[':']).and_then(Scan::number).filter(|(minutes, _)| minutes.digits == 2);
            (number.value, minutes.map_or(0, |(minutes, _)| minutes.value))
        }
        4 => (number.value / 100, number.value % 100),
        _ => return None,
    };
    if hours > HOURS_MAX || minutes > 59 {
        return None;
    }
    let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
    FixedOffset::east_opt(if is_west { -seconds } else { seconds })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_in_every_form() {
        for (text, expected) in [
            ("+07:00", 7 * 3600),
            ("+0700", 7 * 3600),
            (" (GMT+7)", 7 * 3600),
            ("[GMT+7]", 7 * 3600),
            (" GMT+0700 (Indochina Time)", 7 * 3600),
            (", UTC +08:30", 8 * 3600 + 1800),
            ("Z", 0),
            (" GMT", 0),
            ("-05:00", -5 * 3600),
        ] {
            assert_eq!(
                read(Scan::new(text)).map(|offset| offset.local_minus_utc()),
                Some(expected),
                "{text}"
            );
        }
        for text in ["", "+25", " - 17/09/2021", "+07:75", "Zalo", "(GMT+99)"] {
            assert_eq!(read(Scan::new(text)), None, "{text}");
        }
    }
}
