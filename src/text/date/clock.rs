//! Clock times: `17:54`, `9:56:05 AM`, `19h30’`, `7g`, `9 giờ 30 phút`, `15:54'`, `10:7`.

use chrono::NaiveTime;

use crate::text::scan::Scan;

/// Words and letters behind a clock that tell which half of the day it counts.
const MORNING: &[&str] = &["am", "a.m.", "a.m", "sa", "sáng"];
const EVENING: &[&str] = &["pm", "p.m.", "p.m", "ch", "chiều", "tối", "đêm"];

/// The marks of minutes that stand behind a clock.
const MINUTE_MARKS: [char; 6] = ['\'', '’', '‘', '′', '´', '`'];

/// Reads a clock of 24 hours. `24:00` is none.
pub(in crate::text) fn read(scan: Scan<'_>) -> Option<(NaiveTime, Scan<'_>)> {
    let (hour, behind) = scan.number()?;
    if hour.digits > 2 || hour.value > 23 {
        return None;
    }
    if let Some(found) = colons(hour.value, behind) {
        return Some(found);
    }
    spelled(hour.value, behind).or_else(|| lettered(hour.value, behind))
}

/// `17:54`, `17:54:05`, `10:7`, `17:54:05.123`.
fn colons(hour: u32, scan: Scan<'_>) -> Option<(NaiveTime, Scan<'_>)> {
    let (minute, behind) = scan.eat(&[':'])?.number()?;
    if minute.digits > 2 {
        return None;
    }
    let second = behind.eat(&[':']).and_then(Scan::number).filter(|(second, _)| second.digits <= 2);
    let (second, behind) = second.map_or((0, behind), |(second, end)| (second.value, end));
    let fraction = behind.eat(&['.']).and_then(Scan::number).map(|(_, end)| end);
    let time = NaiveTime::from_hms_opt(hour, minute.value, second)?;
    Some((time, minutes_end(fraction.unwrap_or(behind))))
}

/// `9 giờ`, `9 giờ 30`, `9 giờ 30 phút`, `9 giờ rưỡi`.
fn spelled(hour: u32, scan: Scan<'_>) -> Option<(NaiveTime, Scan<'_>)> {
    let behind = scan.blanks().phrase("giờ")?;
    // `4 giờ trước` counts back.
    if behind.blanks().phrase("trước").is_some() {
        return None;
    }
    if let Some(end) = behind.blanks().phrase("rưỡi") {
        return Some((NaiveTime::from_hms_opt(hour, 30, 0)?, end));
    }
    let (minute, end) = minutes(behind.blanks()).unwrap_or((0, behind));
    let end = end.blanks().phrase("phút").unwrap_or(end);
    Some((NaiveTime::from_hms_opt(hour, minute, 0)?, end))
}

/// `19h`, `19h30`, `19h30’`, `7g15`, `19 h 30`, `7H`.
fn lettered(hour: u32, scan: Scan<'_>) -> Option<(NaiveTime, Scan<'_>)> {
    let letter = scan.eat(&['h', 'H', 'g', 'G']).or_else(|| {
        let apart = scan.blanks().eat(&['h'])?;
        apart.peek().is_none_or(|c| c == ' ').then_some(apart)
    })?;
    if letter.peek().is_some_and(char::is_alphabetic) {
        return None;
    }
    let (minute, end) = minutes(letter.blanks()).unwrap_or((0, letter));
    let end = end.one_of(&["phút", "ph", "p"]).map_or(end, |(_, end)| end);
    Some((NaiveTime::from_hms_opt(hour, minute, 0)?, minutes_end(end)))
}

/// The minutes behind an hour, unless the number begins a date.
fn minutes(scan: Scan<'_>) -> Option<(u32, Scan<'_>)> {
    let (number, end) = scan.number()?;
    let is_date = end.blanks().eat(&['/', '-', '.']).is_some_and(|behind| behind.blanks().number().is_some())
        || end.blanks().phrase("tháng").is_some()
        || end.blanks().phrase("và").is_some();
    (number.digits <= 2 && number.value < 60 && !is_date).then_some((number.value, end))
}

fn minutes_end(scan: Scan<'_>) -> Scan<'_> {
    scan.eat(&MINUTE_MARKS).unwrap_or(scan)
}

/// The time by a clock of 12 hours, where the text behind it tells the half of the day.
pub(super) fn halved(time: NaiveTime, scan: Scan<'_>) -> (NaiveTime, Scan<'_>) {
    use chrono::Timelike;
    let at = scan.blanks();
    let hour = time.hour();
    let (hour, end) = if let Some((_, end)) = at.one_of(MORNING) {
        (if hour == 12 { 0 } else { hour }, end)
    } else if let Some((_, end)) = at.one_of(EVENING) {
        (if hour < 12 { hour + 12 } else { hour }, end)
    } else {
        return (time, scan);
    };
    (time.with_hour(hour).unwrap_or(time), end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_in_every_form() {
        for (text, expected) in [
            ("17:54", "17:54:00"),
            ("05:21:36", "05:21:36"),
            ("10:7 |", "10:07:00"),
            ("15:54'(GMT+7)", "15:54:00"),
            ("19h30’", "19:30:00"),
            ("8h", "08:00:00"),
            ("00h30'", "00:30:00"),
            ("7g15", "07:15:00"),
            ("19 h 30", "19:30:00"),
            ("9 giờ", "09:00:00"),
            ("9 giờ 30 sáng", "09:30:00"),
            ("9 giờ 30 phút", "09:30:00"),
            ("9 giờ rưỡi", "09:30:00"),
            ("20 giờ 5/2", "20:00:00"),
            ("20h 5-2", "20:00:00"),
            ("20 giờ 5 tháng 2", "20:00:00"),
        ] {
            let (time, _) = read(Scan::new(text)).unwrap();
            assert_eq!(time.to_string(), expected, "{text}");
        }
        for text in ["24:00", "17", "17:60", "5ha", "17:600", "100:20", "9 giống"] {
            assert!(read(Scan::new(text)).is_none(), "{text}");
        }
    }
}
