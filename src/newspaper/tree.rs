//! Typed values out of a TOML tree that knows where each of them stands.
//!
//! serde would stop at the first wrong value and the first unknown key. Here every wrong value becomes a
//! [`Fault`] and is then treated as absent, so that one reading of a file finds all that is wrong with it.

use std::ops::Range;

use chrono::NaiveDate;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fault::Fault;
use super::files::SourceFile;

/// A string and its place.
pub(super) type Text = Spanned<String>;

/// How like an unknown key must be to a known one to be suggested: 1 is the same word.
const LIKENESS_MIN: f32 = 0.6;

/// Reads values of one file and gathers its faults.
pub(super) struct Reader<'a> {
    pub(super) file: &'a SourceFile,
    pub(super) faults: &'a mut Vec<Fault>,
}

impl Reader<'_> {
    /// Tells a fault.
    pub(super) fn fault(&mut self, at: &Range<usize>, what: impl Into<String>, advice: impl Into<String>) {
        self.faults.push(self.file.fault(at, what, advice));
    }

    /// Tells every key of the table that is not known there.
    pub(super) fn unknown_keys(&mut self, table: &DeTable<'_>, known: &[&str], place: &str) {
        for (key, _) in table {
            let name: &str = key.get_ref();
            if !known.contains(&name) {
                self.fault(&key.span(), format!("unknown key `{name}` {place}"), suggestion(name, known));
            }
        }
    }

    /// A string.
    pub(super) fn text(&mut self, table: &DeTable<'_>, key: &str) -> Option<Text> {
        let value = table.get(key)?;
        match value.get_ref() {
            DeValue::String(text) => Some(Spanned::new(value.span(), text.clone().into_owned())),
            other => {
                self.wrong_type(value.span(), key, other, &format!("a string: {key} = \"…\""));
                None
            }
        }
    }

    /// A list of strings; a single string is a list of one.
    pub(super) fn texts(&mut self, table: &DeTable<'_>, key: &str) -> Option<Vec<Text>> {
        let value = table.get(key)?;
        let expected = format!("a list of strings: {key} = [\"…\"]");
        match value.get_ref() {
            DeValue::String(text) => Some(vec![Spanned::new(value.span(), text.clone().into_owned())]),
            DeValue::Array(items) => {
                let mut texts = Vec::with_capacity(items.len());
                for item in items {
                    match item.get_ref() {
                        DeValue::String(text) => {
                            texts.push(Spanned::new(item.span(), text.clone().into_owned()));
                        }
                        other => self.wrong_type(item.span(), key, other, &expected),
                    }
                }
                Some(texts)
            }
            other => {
                self.wrong_type(value.span(), key, other, &expected);
                None
            }
        }
    }

    /// True or false.
    pub(super) fn flag(&mut self, table: &DeTable<'_>, key: &str) -> Option<bool> {
        let value = table.get(key)?;
        match value.get_ref() {
            DeValue::Boolean(flag) => Some(*flag),
            other => {
                self.wrong_type(value.span(), key, other, &format!("true or false: {key} = true"));
                None
            }
        }
    }

    /// A day without a clock.
    pub(super) fn day(&mut self, table: &DeTable<'_>, key: &str) -> Option<Spanned<NaiveDate>> {
        let value = table.get(key)?;
        let advice = format!("write a day without quotes: {key} = 2025-06-30");
        let DeValue::Datetime(written) = value.get_ref() else {
            let what = format!("`{key}` is {}, not a day", kind(value.get_ref()));
            self.fault(&value.span(), what, advice);
            return None;
        };
        let day = match (written.date, written.time) {
            (Some(date), None) => {
                NaiveDate::from_ymd_opt(i32::from(date.year), date.month.into(), date.day.into())
            }
            _ => None,
        };
        if day.is_none() {
            self.fault(&value.span(), format!("`{key}` is {written}, not a day"), advice);
        }
        day.map(|day| Spanned::new(value.span(), day))
    }

    /// A table.
    pub(super) fn table<'t>(&mut self, table: &'t DeTable<'t>, key: &str) -> Option<&'t DeTable<'t>> {
        let value = table.get(key)?;
        match value.get_ref() {
            DeValue::Table(inner) => Some(inner),
            other => {
                self.wrong_type(value.span(), key, other, &format!("a table: [{key}]"));
                None
            }
        }
    }

    /// Tables of the same kind, each with its place.
    pub(super) fn tables<'t>(
        &mut self,
        table: &'t DeTable<'t>,
        key: &str,
    ) -> Option<Vec<(Range<usize>, &'t DeTable<'t>)>> {
        let value = table.get(key)?;
        let expected = format!("a list of tables: [[{key}]]");
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong_type(value.span(), key, value.get_ref(), &expected);
            return None;
        };
        let mut tables = Vec::with_capacity(items.len());
        for item in items {
            match item.get_ref() {
                DeValue::Table(inner) => tables.push((item.span(), inner)),
                other => self.wrong_type(item.span(), key, other, &expected),
            }
        }
        Some(tables)
    }

    fn wrong_type(&mut self, at: Range<usize>, key: &str, found: &DeValue<'_>, expected: &str) {
        self.fault(&at, format!("`{key}` has {}", kind(found)), format!("it is {expected}"));
    }
}

/// A value's kind in words.
fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// The known word nearest to an unknown one.
pub(super) fn nearest<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    similar::get_close_matches(name, known, 1, LIKENESS_MIN).first().copied()
}

/// What to write instead of an unknown word.
pub(super) fn suggestion(name: &str, known: &[&str]) -> String {
    match nearest(name, known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known are {}", known.join(", ")),
    }
}
