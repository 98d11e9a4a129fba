//! Words as the index sees them: runs of letters and digits, as written in one tone placement, and folded.

use crate::text::clean;
use crate::text::fold::{fold, tone_placement};
use crate::text::letter;

/// A word of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// In lower case and one tone placement.
    pub(super) written: String,
    /// Without marks.
    pub(super) folded: String,
    /// Which of the two has to be met.
    pub(super) match_by: MatchBy,
}

/// How a word of a query is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MatchBy {
    /// It was typed with marks: these marks are meant.
    Marks,
    /// It was typed without: any marks will do.
    Letters,
    /// It has no letters, so there is no difference.
    Either,
}

/// A word of a text, with its bytes in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) start: usize,
    pub(super) end: usize,
}

/// The words of a piece of a query.
pub(super) fn of_query(text: &str, exact: bool) -> Vec<Word> {
    let text = clean::line(text);
    of_text(&text).map(|found| word(&text[found.start..found.end], exact)).collect()
}

fn word(text: &str, exact: bool) -> Word {
    let written = written(text);
    let folded = fold(text);
    let match_by = if !text.chars().any(char::is_alphabetic) {
        MatchBy::Either
    } else if exact || written != folded {
        MatchBy::Marks
    } else {
        MatchBy::Letters
    };
    Word { written, folded, match_by }
}

/// A word as it is compared where marks count.
pub(super) fn written(word: &str) -> String {
    tone_placement(&word.to_lowercase())
}

/// The words of a text, as the index's tokenizer parts them: marks that stand by themselves belong to the word.
pub(super) fn of_text(text: &str) -> impl Iterator<Item = Found> {
    let mut chars = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let (start, first) = chars.find(|(_, c)| letter::is_alphanumeric(*c))?;
        let mut end = start + first.len_utf8();
        while let Some((at, c)) = chars.next_if(|(_, c)| letter::is_alphanumeric(*c) || is_mark(*c)) {
            end = at + c.len_utf8();
        }
        Some(Found { start, end })
    })
}

fn is_mark(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

/// Tells whether a text is a date as newspapers print it: `10/5`, `10-05`, `10.5.2023`.
pub(super) fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split(is_date_separator).collect();
    let number = |part: &str, digits: std::ops::RangeInclusive<usize>| -> Option<u32> {
        let is_number = digits.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { part.parse().ok() } else { None }
    };
    let in_range = |part: &str, last: u32| number(part, 1..=2).is_some_and(|n| (1..=last).contains(&n));
    match parts[..] {
        [day, month] => in_range(day, 31) && in_range(month, 12),
        [day, month, year] => in_range(day, 31) && in_range(month, 12) && number(year, 4..=4).is_some(),
        _ => false,
    }
}

/// What parts day, month and year.
pub(super) fn is_date_separator(c: char) -> bool {
    matches!(c, '/' | '-' | '.')
}

/// The ways to write a day or a month: `5` and `05`, but `10` only so.
pub(super) fn date_spellings(part: &str) -> Vec<String> {
    match part.trim_start_matches('0') {
        digit if digit.len() == 1 => vec![digit.to_owned(), format!("0{digit}")],
        other => vec![other.to_owned()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_parted_as_the_index_parts_them() {
        let text = "TP.HCM: 10/5, cô-vít 19°C — Đắk Nông";
        let words: Vec<&str> = of_text(text).map(|found| &text[found.start..found.end]).collect();
        assert_eq!(words, ["TP", "HCM", "10", "5", "cô", "vít", "19", "C", "Đắk", "Nông"]);
    }

    #[test]
    fn a_word_is_met_by_what_was_typed() {
        let by = |text| of_query(text, false)[0].match_by;
        assert_eq!(by("đảng"), MatchBy::Marks);
        assert_eq!(by("dang"), MatchBy::Letters);
        assert_eq!(by("2023"), MatchBy::Either);
        assert_eq!(of_query("dang", true)[0].match_by, MatchBy::Marks);
        // Decomposed, and with the Icelandic letter that some fonts put for đ.
        assert_eq!(of_query("Ða\u{300}", false)[0].written, "đà");
    }

    #[test]
    fn dates_are_told_from_other_numbers() {
        for date in ["10/5", "10-05", "1.12.2023", "31/12/2020"] {
            assert!(is_date(date), "{date}");
        }
        for other in ["110/5", "10/13", "0/5", "24/7/3", "10", "10/5/23", "a/5", "10/5/", "+1/5"] {
            assert!(!is_date(other), "{other}");
        }
        assert_eq!(date_spellings("05"), ["5", "05"]);
        assert_eq!(date_spellings("10"), ["10"]);
    }
}
