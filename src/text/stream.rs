//! Lines of text from elsewhere: what khobao makes of each, as values that can be printed as JSON.
//!
//! A line is `TEXT`, or `PUBLISHED<TAB>TEXT` where the time of publication is known: a day (`2021-12-25`), a moment
//! (`2023-09-27T10:09`, with or without offset and seconds) or a month (`2021-12`). A first field that is none of
//! these belongs to the text.

use schemars::JsonSchema;
use serde::Serialize;

use super::date::{self, DateOrderHint};
use super::dateline::{self, Around};
use super::{clean, fold};
use crate::article::Dateline;
use crate::when::{When, vietnam};

/// A line taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// When it was published, if the line says so.
    pub published: Option<Published>,
    /// The text.
    pub text: &'a str,
}

/// A time of publication, which may be known only by its month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Published {
    /// A day or a moment.
    When(When),
    /// A month.
    Month(Around),
}

impl Published {
    fn read(field: &str) -> Option<Published> {
        // A remark may stand behind it: `2021-12 (folder of the address)`.
        let field = field.split(" (").next().unwrap_or(field).trim();
        if let Some(when) = date::machine(field) {
            return Some(Published::When(when));
        }
        let (year, month) =
            field.split_once('-').filter(|(year, month)| year.len() == 4 && month.len() == 2)?;
        Around::month(year.parse().ok()?, month.parse().ok()?).map(Published::Month)
    }

    fn around(self) -> Around {
        match self {
            Published::When(when) => when.into(),
            Published::Month(around) => around,
        }
    }
}

impl<'a> Line<'a> {
    /// Takes a line apart.
    #[must_use]
    pub fn read(line: &'a str) -> Line<'a> {
        let line = line.trim_end_matches(['\r', '\n']);
        match line.split_once('\t') {
            Some((field, text)) if field.trim().is_empty() => Line { published: None, text },
            Some((field, text)) => match Published::read(field) {
                Some(published) => Line { published: Some(published), text },
                None => Line { published: None, text: line },
            },
            None => Line { published: None, text: line },
        }
    }

    /// The dateline of the text.
    #[must_use]
    pub fn dateline(&self) -> DatelineOfLine {
        let around = self.published.map(Published::around);
        DatelineOfLine { dateline: dateline::read_around(self.text, around, &[]) }
    }

    /// The date that the text prints. The time of publication stands for the time at which the line was seen, from
    /// which `4 giờ trước` counts back.
    #[must_use]
    pub fn date(&self) -> DateOfLine {
        let seen = match self.published {
            Some(Published::When(When::Moment(moment))) => {
                Some(When::Moment(moment.with_timezone(&vietnam())))
            }
            Some(Published::When(day)) => Some(day),
            _ => None,
        };
        DateOfLine { date: date::printed_as_of(self.text, DateOrderHint::DayFirst, seen) }
    }

    /// The text cleaned, and as search compares it.
    #[must_use]
    pub fn cleaned(&self) -> TextOfLine {
        let text = clean::line(self.text);
        TextOfLine { folded: fold::fold(&text), text }
    }
}

/// What `parse dateline` makes of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DatelineOfLine {
    /// The dateline; null where the text opens with plain prose.
    pub dateline: Option<Dateline>,
}

/// What `parse date` makes of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DateOfLine {
    /// The moment, or the bare day where no time is given; null where there is none.
    pub date: Option<When>,
}

/// What `parse text` makes of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TextOfLine {
    /// The text cleaned.
    pub text: String,
    /// The form that search compares.
    pub folded: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn published(line: &str) -> Option<String> {
        Line::read(line).published.map(|published| match published {
            Published::When(when) => when.to_string(),
            Published::Month(_) => "a month".to_owned(),
        })
    }

    #[test]
    fn the_first_field_may_say_when_the_text_was_published() {
        assert_eq!(published("2023-05-11\tChiều 10/5, …").as_deref(), Some("2023-05-11"));
        assert_eq!(published("2023-05-11T10:09\tText").as_deref(), Some("2023-05-11T10:09:00+07:00"));
        assert_eq!(published("2023-05-11T10:09+07:00\tText").as_deref(), Some("2023-05-11T10:09:00+07:00"));
        assert_eq!(published("2021-12 (from its address)\tText").as_deref(), Some("a month"));
        assert_eq!(published("2023-05-11T10:09:00Z\tText").as_deref(), Some("2023-05-11T10:09:00+00:00"));
        assert_eq!(published("2021-12\tText").as_deref(), Some("a month"));
        for line in ["\tText", "  \tText", "Text", "2021-13\tText", "Xã\tText"] {
            assert_eq!(published(line), None, "{line}");
        }
        assert_eq!(Line::read("\tText\r\n").text, "Text");
        assert_eq!(Line::read("Xã\tHuyện").text, "Xã\tHuyện");
    }

    #[test]
    fn a_line_is_printed_as_one_json_object() {
        let json = |value: &dyn erased::Printed| value.json();
        let line = Line::read("2022-05-04\t(BHG)- Sáng 3/5, tại xã Nậm Ban, lớp học mở cửa.");
        assert_eq!(
            json(&line.dateline()),
            r#"{"dateline":{"text":"(BHG)- Sáng 3/5","source":"BHG","place":"xã Nậm Ban","part_of_day":"sáng","date":"2022-05-03","date_end":null,"date_text":"3/5","confidence":"high"}}"#
        );
        assert_eq!(json(&Line::read("Mùa lúa chín.").dateline()), r#"{"dateline":null}"#);
        assert_eq!(json(&Line::read("Thứ hai, 09/05/2022").date()), r#"{"date":"2022-05-09"}"#);
        assert_eq!(
            json(&Line::read("2022-05-09T10:00\t2 giờ trước").date()),
            r#"{"date":"2022-05-09T08:00:00+07:00"}"#
        );
        assert_eq!(json(&Line::read("2 giờ trước").date()), r#"{"date":null}"#);
        assert_eq!(
            json(&Line::read(" Ðường&nbsp;làng ").cleaned()),
            r#"{"text":"Đường làng","folded":"duong lang"}"#
        );
    }

    /// Values of several types in one table of cases.
    mod erased {
        pub(super) trait Printed {
            fn json(&self) -> String;
        }
        impl<T: serde::Serialize> Printed for T {
            fn json(&self) -> String {
                serde_json::to_string(self).unwrap()
            }
        }
    }
}
