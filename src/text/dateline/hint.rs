//! The year that a sentence prints beside a date without one: `tháng 5/2023`, `năm 2019`, `quý II/2024`, `(21/6/1925 –
//! 21/6/2022)`.
//!
//! It is asked only where no publication is known. Ranges of years (school years, terms of office) tell nothing,
//! nor do years that the sentence puts at a distance (`tổng kết năm 2023`, `đến năm 2030`), nor two that differ.

use crate::text::scan::{DASHES, Scan};

/// The part of a text in which a year is looked for.
const HINT_BYTES_MAX: usize = 800;

/// The years in which a paper can print its news on the web.
const YEARS: std::ops::RangeInclusive<u32> = 1995..=2099;

/// Words before a year that put it at a distance.
const DISTANT: [&str; 11] = [
    "tổng kết",
    "sơ kết",
    "đến năm",
    "tầm nhìn",
    "từ năm",
    "kế hoạch năm",
    "nhiệm vụ năm",
    "dự toán",
    "trước năm",
    "sau năm",
    "phương hướng",
];

/// How far before a year such words count.
const DISTANT_BYTES_MAX: usize = 60;

/// A year as printed.
#[derive(Clone, Copy)]
struct Year {
    value: u32,
    start: usize,
    end: usize,
    /// The month it stands with: 5 of `tháng 5/2023` and of `13/5/2023`.
    month: Option<u32>,
}

/// The year beside a date of that month, and whether it stands with the very month.
pub(super) fn year(text: &str, month: Option<u32>) -> Option<(i32, bool)> {
    let text = head(text, HINT_BYTES_MAX);
    let years = told(text);
    let of_month =
        years.iter().filter(|year| year.month.is_some() && year.month == month).map(|year| year.value).max();
    if let Some(year) = of_month {
        return Some((i32::try_from(year).ok()?, true));
    }
    let mut near = years.iter().filter(|year| !is_distant(text, year)).map(|year| year.value);
    let first = near.next()?;
    near.all(|other| other == first).then_some((i32::try_from(first).ok()?, false))
}

/// The text up to a number of bytes, cut between characters.
fn head(text: &str, bytes_max: usize) -> &str {
    &text[..text.floor_char_boundary(bytes_max)]
}

/// The years of a text without its ranges; of a pair of dates (`21/6/1925 – 21/6/2022`) only the second.
fn told(text: &str) -> Vec<Year> {
    let mut told: Vec<Year> = Vec::new();
    for year in printed(text) {
        match told.last().and_then(|last| joint(text, last, &year)) {
            Some(Joint::Range) => {
                told.pop();
            }
            Some(Joint::Pair) => {
                told.pop();
                told.push(year);
            }
            None => told.push(year),
        }
    }
    told.retain(|year| YEARS.contains(&year.value));
    told
}

enum Joint {
    Range,
    Pair,
}

/// How a dash joins two years.
fn joint(text: &str, first: &Year, second: &Year) -> Option<Joint> {
    let between = text.get(first.end..second.start)?.trim();
    let behind = between.strip_prefix(DASHES)?.trim();
    if behind.is_empty() {
        return Some(Joint::Range);
    }
    let is_date = behind.chars().all(|c| c.is_ascii_digit() || matches!(c, '/' | '.' | '-' | ' '));
    (is_date && second.month.is_some()).then_some(Joint::Pair)
}

/// The numbers of four digits that a text prints as years.
fn printed(text: &str) -> Vec<Year> {
    let scan = Scan::new(text);
    let mut years = Vec::new();
    let mut at = 0;
    while let Some(offset) = text[at..].find(|c: char| c.is_ascii_digit()) {
        let start = at + offset;
        let digits = text[start..].bytes().take_while(u8::is_ascii_digit).count();
        at = start + digits;
        let Some((number, end)) = scan.moved_to(start).number() else { continue };
        let month = month_before(&text[..start]);
        let is_year = digits == 4
            && (1800..=2099).contains(&number.value)
            && end.peek().is_none_or(|c| !c.is_alphabetic() && c != '%')
            && (month.is_some() || is_placed(&text[..start], end));
        if is_year {
            years.push(Year { value: number.value, start, end: at, month });
        }
    }
    years
}

/// Whether a number stands where a year does: behind `năm`, a name, a dash or a stroke, or at the end of a clause.
/// `2019 hộ` is an amount.
fn is_placed(before: &str, end: Scan<'_>) -> bool {
    let is_last = end.peek().is_none_or(|c| matches!(c, ',' | ';' | ')' | '”' | '"' | '!' | '?' | '…'))
        || end.peek() == Some('.') && !end.bump().peek().is_some_and(|c| c.is_ascii_digit());
    let before = before.trim_end();
    let word = before.rsplit([' ', '(', '“', '"']).next().unwrap_or_default();
    is_last
        || before.ends_with(DASHES)
        || before.ends_with('/')
        || matches!(word, "năm" | "Năm" | "mới")
        || word.starts_with(char::is_uppercase)
        || end.blanks().eat(&DASHES).is_some()
}

/// The month right before a year.
fn month_before(before: &str) -> Option<u32> {
    let before = before.strip_suffix(['/', '-', '.'])?.trim_end();
    let digits = before.len() - before.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let month = before.get(before.len() - digits..).filter(|text| (1..=2).contains(&text.len()))?;
    month.parse().ok().filter(|month| (1..=12).contains(month))
}

/// Whether the words before a year put it at a distance.
fn is_distant(text: &str, year: &Year) -> bool {
    let from = text.floor_char_boundary(year.start.saturating_sub(DISTANT_BYTES_MAX));
    let near = text[from..year.start].to_lowercase();
    DISTANT.iter().any(|word| near.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_beside_the_date_tells() {
        for (text, month, expected) in [
            ("UBND huyện họp phiên tháng 8/2021 để nghe", 8, Some((2021, true))),
            ("Lễ hội lồng tồng năm 2019 khai hội", 2, Some((2019, false))),
            ("báo cáo kết quả quý I/2024.", 4, Some((2024, false))),
            ("nhân Ngày truyền thống (12/9/1930 – 12/9/2017)", 9, Some((2017, true))),
            ("nhân Ngày truyền thống (12/9/1930 – 12/9/2017)", 10, Some((2017, false))),
            ("giải Việt dã lần 9 - 2016 khai mạc", 3, Some((2016, false))),
            ("cuộc thi Giọng hát Ba Bể 2018 đã", 3, Some((2018, false))),
        ] {
            assert_eq!(year(text, Some(month)), expected, "{text}");
        }
    }

    #[test]
    fn ranges_plans_and_quarrels_tell_nothing() {
        for text in [
            "nhiệm kỳ 2020-2025 khai mạc",
            "năm học 2020 – 2021 khai giảng",
            "quy hoạch đến năm 2030",
            "hội nghị tổng kết công tác năm 2023",
            "so năm 2019 với năm 2021",
            "trao quà cho 2019 hộ",
            "tiếp 1.200 lượt",
            "",
        ] {
            assert_eq!(year(text, Some(3)), None, "{text}");
        }
    }
}
