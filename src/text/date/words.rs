//! The names of months: `tháng Năm`, `tháng Mười Một`, `tháng Chạp`, `July`.

use crate::text::scan::Scan;

/// Months in words behind `tháng`, longer ones before those they begin with. `Giêng` and `Chạp` are the moon's.
const MONTHS: &[(&str, u32)] = &[
    ("mười một", 11),
    ("mười hai", 12),
    ("mười", 10),
    ("một", 1),
    ("hai", 2),
    ("ba", 3),
    ("tư", 4),
    ("bốn", 4),
    ("năm", 5),
    ("sáu", 6),
    ("bảy", 7),
    ("bẩy", 7),
    ("tám", 8),
    ("chín", 9),
];

/// The first and the last month of the moon.
const LUNAR_MONTHS: &[(&str, u32)] = &[("giêng", 1), ("chạp", 12)];

const ENGLISH_MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Small numbers in words, longer ones before those they begin with.
const ONES: &[(&str, u32)] = &[
    ("một", 1),
    ("mốt", 1),
    ("hai", 2),
    ("ba", 3),
    ("bốn", 4),
    ("tư", 4),
    ("năm", 5),
    ("lăm", 5),
    ("sáu", 6),
    ("bảy", 7),
    ("bẩy", 7),
    ("tám", 8),
    ("chín", 9),
];

const TENS: &[(&str, u32)] = &[("hai mươi", 20), ("ba mươi", 30), ("mười", 10)];

fn among<'a>(scan: Scan<'a>, table: &[(&str, u32)]) -> Option<(u32, Scan<'a>)> {
    table.iter().find_map(|(name, month)| Some((*month, scan.phrase(name)?)))
}

/// The month behind `tháng`, in digits or words.
pub(in crate::text) fn month(scan: Scan<'_>) -> Option<(u32, Scan<'_>)> {
    match scan.number() {
        Some((number, end)) => {
            (number.digits <= 2 && (1..=12).contains(&number.value)).then_some((number.value, end))
        }
        None => among(scan, MONTHS),
    }
}

/// The moon's month behind `tháng`, where only the moon has one of that name.
pub(in crate::text) fn lunar_month(scan: Scan<'_>) -> Option<(u32, Scan<'_>)> {
    among(scan, LUNAR_MONTHS)
}

/// The number of a day in words: `mùng Một`, `ngày hai mươi mốt`.
pub(in crate::text) fn day(scan: Scan<'_>) -> Option<(u32, Scan<'_>)> {
    let Some((tens, end)) = among(scan, TENS) else { return among(scan, ONES) };
    let (ones, end) = among(end.blanks(), ONES).unwrap_or((0, end));
    (tens + ones <= 31).then_some((tens + ones, end))
}

/// A month with its word before it, in every way that systems write: `Tháng Tư`, `Thg 4`, `Th4`, `April`.
pub(in crate::text) fn named_month(scan: Scan<'_>) -> Option<(u32, Scan<'_>)> {
    if let Some(behind) = scan.phrase("tháng") {
        return month(behind.blanks());
    }
    let Some((_, behind)) = scan.one_of(&["thg", "th"]) else { return english_month(scan) };
    month(behind.eat(&['.']).unwrap_or(behind).blanks())
}

/// An English month, whole or by its first letters: `July`, `Jul`, `Sept.`
pub(in crate::text) fn english_month(scan: Scan<'_>) -> Option<(u32, Scan<'_>)> {
    let (word, end) = scan.letters();
    if word.len() < 3 || !word.is_ascii() {
        return None;
    }
    let lower = word.to_ascii_lowercase();
    let index = ENGLISH_MONTHS.iter().position(|name| {
        *name == lower || name.starts_with(lower.as_str()) && (lower.len() == 3 || lower == "sept")
    })?;
    let end = if word.len() < 5 { end.eat(&['.']).unwrap_or(end) } else { end };
    Some((u32::try_from(index).ok()? + 1, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_month_is_taken() {
        for (text, expected) in [
            ("Mười Một, 2019", 11),
            ("mười", 10),
            ("Mười Hai", 12),
            ("Năm", 5),
            ("10", 10),
            ("1", 1),
            ("07", 7),
        ] {
            assert_eq!(month(Scan::new(text)).map(|found| found.0), Some(expected), "{text}");
        }
        for text in ["Giêng", "13", "0", "011", "nămm"] {
            assert!(month(Scan::new(text)).is_none(), "{text}");
        }
    }

    #[test]
    fn days_in_words() {
        for (text, expected) in [
            ("Một", 1),
            ("mười", 10),
            ("mười lăm tháng", 15),
            ("hai mươi", 20),
            ("hai mươi mốt", 21),
            ("Ba mươi", 30),
            ("ba", 3),
        ] {
            assert_eq!(day(Scan::new(text)).map(|found| found.0), Some(expected), "{text}");
        }
        assert!(day(Scan::new("ba mươi hai")).is_none() && day(Scan::new("mộtt")).is_none());
    }

    #[test]
    fn months_with_their_word() {
        for (text, expected) in [("Tháng Tư", 4), ("Th4,", 4), ("thg 12", 12), ("Thg. 4", 4), ("April", 4)]
        {
            assert_eq!(named_month(Scan::new(text)).map(|found| found.0), Some(expected), "{text}");
        }
        for text in ["Thứ", "Th", "tháng", "Th13", "thì"] {
            assert!(named_month(Scan::new(text)).is_none(), "{text}");
        }
    }

    #[test]
    fn english_months_may_be_cut() {
        for (text, expected) in [("July 5", 7), ("jul", 7), ("Sept. 5", 9), ("May", 5), ("DEC", 12)] {
            assert_eq!(english_month(Scan::new(text)).map(|found| found.0), Some(expected), "{text}");
        }
        for text in ["Ju", "Marc", "Mayor", "Đec"] {
            assert!(english_month(Scan::new(text)).is_none(), "{text}");
        }
    }
}
