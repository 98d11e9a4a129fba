//! Parts of the day, weekdays, and the words that point from the day of writing: sáng, thứ hai, hôm qua.

use crate::text::scan::Scan;

/// The parts of the day, longer ones before those they begin with. `rạng sang` is a frequent slip.
const PARTS: &[&str] = &[
    "đầu giờ sáng",
    "đầu giờ chiều",
    "cuối giờ sáng",
    "cuối giờ chiều",
    "đầu buổi sáng",
    "đầu buổi chiều",
    "cuối buổi sáng",
    "cuối buổi chiều",
    "sáng tinh mơ",
    "tờ mờ sáng",
    "mờ sáng",
    "gần sáng",
    "hừng sáng",
    "hửng sáng",
    "tảng sáng",
    "rạng sáng",
    "rạng sang",
    "sáng sớm",
    "chiều tối",
    "chiều muộn",
    "xế chiều",
    "gần trưa",
    "giữa trưa",
    "xế trưa",
    "quá trưa",
    "gần tối",
    "chập tối",
    "tối muộn",
    "tối khuya",
    "đêm muộn",
    "đêm khuya",
    "nửa đêm",
    "giữa đêm",
    "cả ngày",
    "sáng",
    "trưa",
    "chiều",
    "tối",
    "đêm",
    "khuya",
    "sớm",
];

/// The parts that can be the second of a pair: `sáng và chiều`.
const SECOND_PARTS: &[&str] = &["sáng", "trưa", "chiều", "tối", "đêm"];

/// Words that point from the day of writing, and by how many days.
const POINTERS: &[(&str, i64)] = &[
    ("ngày hôm nay", 0),
    ("ngày hôm qua", -1),
    ("hôm nay", 0),
    ("hôm qua", -1),
    ("hôm kia", -2),
    ("ngày mai", 1),
    ("ngày kia", 2),
    ("bữa nay", 0),
    ("bữa qua", -1),
];

/// The short ones, which stand only behind a part of the day: `sáng nay`. `Ngày nay` means nowadays.
const SHORT_POINTERS: &[(&str, i64)] = &[("nay", 0), ("qua", -1), ("mai", 1)];

const WEEKDAYS: &[&str] = &[
    "thứ hai",
    "thứ ba",
    "thứ tư",
    "thứ năm",
    "thứ sáu",
    "thứ bảy",
    "thứ bẩy",
    "chủ nhật",
    "chúa nhật",
    "thứ 2",
    "thứ 3",
    "thứ 4",
    "thứ 5",
    "thứ 6",
    "thứ 7",
];

/// Words that say which week is meant.
const WEEKS: &[(&str, Week)] = &[
    ("tuần này", Week::This),
    ("tuần trước", Week::Past),
    ("tuần qua", Week::Past),
    ("tuần rồi", Week::Past),
    ("tuần vừa qua", Week::Past),
    ("tuần vừa rồi", Week::Past),
    ("tuần tới", Week::Coming),
    ("tuần sau", Week::Coming),
];

/// The same right behind a weekday: `thứ Bảy tới`.
const WEEKS_SHORT: &[(&str, Week)] = &[
    ("vừa qua", Week::Past),
    ("vừa rồi", Week::Past),
    ("tới đây", Week::Coming),
    ("sắp tới", Week::Coming),
    ("tới", Week::Coming),
    ("này", Week::This),
];

/// A stretch of a week.
const PARTS_OF_WEEK: &[&str] = &["đầu tuần", "giữa tuần", "cuối tuần"];

/// Which week is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Week {
    /// That of the publication: the day may lie before or behind it.
    This,
    Past,
    Coming,
    /// Only a stretch is named: `cuối tuần`.
    Unsaid,
}

/// A stretch of the text, in bytes.
pub(super) type Span = (usize, usize);

/// A part of the day; `buổi` before it does not belong to it.
pub(super) fn read(scan: Scan<'_>) -> Option<(Span, Scan<'_>)> {
    let at = scan.phrase("buổi").map_or(scan, Scan::blanks);
    let (_, end) = at.one_of(PARTS)?;
    let end = second(end).unwrap_or(end);
    Some(((at.at(), end.at()), end))
}

/// Behind the second of two parts: `sáng và chiều`, and `sáng, chiều` where a date follows.
fn second(scan: Scan<'_>) -> Option<Scan<'_>> {
    let at = scan.blanks();
    if let Some(behind) = at.phrase("và") {
        return behind.blanks().one_of(SECOND_PARTS).map(|(_, end)| end);
    }
    let (_, end) = at.eat(&[','])?.blanks().one_of(SECOND_PARTS)?;
    let next = end.blanks();
    (next.phrase("ngày").is_some() || next.number().is_some()).then_some(end)
}

/// A word that points from the day of writing, and by how many days.
pub(super) fn pointer(scan: Scan<'_>, is_behind_part: bool) -> Option<(i64, Scan<'_>)> {
    let among =
        |table: &[(&str, i64)]| table.iter().find_map(|(phrase, days)| Some((*days, scan.phrase(phrase)?)));
    if let Some(found) = among(POINTERS) {
        return Some(found);
    }
    if !is_behind_part {
        return None;
    }
    // `Chiều Mai Châu mờ sương`: a name, unless all is in capitals.
    let letters: Vec<char> = scan.letters().0.chars().take(2).collect();
    let is_name = matches!(letters[..], [first, second] if first.is_uppercase() && second.is_lowercase());
    among(SHORT_POINTERS).filter(|_| !is_name)
}

/// Behind a weekday, and which week it is of, where that is said.
pub(super) fn weekday(scan: Scan<'_>) -> Option<(Option<Week>, Scan<'_>)> {
    let at = scan.phrase("hôm").map_or(scan, Scan::blanks);
    let (_, end) = at.one_of(WEEKDAYS)?;
    let week = week_of(end.blanks(), WEEKS).or_else(|| week_of(end.blanks(), WEEKS_SHORT));
    Some(week.map_or((None, end), |(week, end)| (Some(week), end)))
}

/// Behind a week or a stretch of one: `tuần này`, `cuối tuần tới`, `cuối tuần`.
pub(super) fn week(scan: Scan<'_>) -> Option<(Week, Scan<'_>)> {
    if let Some(named) = week_of(scan, WEEKS) {
        return Some(named);
    }
    let (part, end) = scan.one_of(PARTS_OF_WEEK)?;
    // `cuối tuần này`: the word for the week serves both.
    let at = scan.moved_to(scan.at() + scan.until(end.at()).rfind(' ').map_or(part.len(), |blank| blank + 1));
    Some(week_of(at, WEEKS).unwrap_or((Week::Unsaid, end)))
}

fn week_of<'a>(scan: Scan<'a>, table: &[(&str, Week)]) -> Option<(Week, Scan<'a>)> {
    table.iter().find_map(|(phrase, week)| Some((*week, scan.phrase(phrase)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_part_is_taken() {
        for (text, part) in [
            ("Chiều tối ngày", "Chiều tối"),
            ("rạng sáng 3/4", "rạng sáng"),
            ("Buổi sáng nay", "sáng"),
            ("Đầu giờ chiều", "Đầu giờ chiều"),
            ("Sáng và chiều 3/4", "Sáng và chiều"),
            ("Sáng, chiều 3/4", "Sáng, chiều"),
            ("Sáng, chiều lòng khách", "Sáng"),
            ("TỐI NAY", "TỐI"),
        ] {
            let ((start, end), _) = read(Scan::new(text)).unwrap();
            assert_eq!(&text[start..end], part);
        }
        assert!(read(Scan::new("Sángtạo")).is_none());
        assert!(read(Scan::new("Một chiều")).is_none());
    }

    #[test]
    fn nay_qua_and_mai_need_a_part_of_the_day_and_are_no_names() {
        assert_eq!(pointer(Scan::new("nay"), true).map(|found| found.0), Some(0));
        assert!(pointer(Scan::new("nay"), false).is_none());
        assert!(pointer(Scan::new("Mai Châu"), true).is_none());
        assert_eq!(pointer(Scan::new("MAI"), true).map(|found| found.0), Some(1));
        assert_eq!(pointer(Scan::new("Hôm kia"), false).map(|found| found.0), Some(-2));
        assert!(pointer(Scan::new("ngày nay"), false).is_none());
    }

    #[test]
    fn weeks_are_known_with_and_without_their_parts() {
        for (text, week, rest) in [
            ("tuần này, 5/6", Week::This, ", 5/6"),
            ("Cuối tuần này (5/6)", Week::This, " (5/6)"),
            ("cuối tuần (5/6)", Week::Unsaid, " (5/6)"),
            ("Giữa tuần sau, 5/6", Week::Coming, ", 5/6"),
        ] {
            let (found, end) = super::week(Scan::new(text)).unwrap();
            assert_eq!((found, end.rest()), (week, rest), "{text}");
        }
        assert!(super::week(Scan::new("Tuần lễ áo dài")).is_none());
        let (week, end) = weekday(Scan::new("Hôm thứ Tư tới (5/6)")).unwrap();
        assert_eq!((week, end.rest()), (Some(Week::Coming), " (5/6)"));
    }
}
