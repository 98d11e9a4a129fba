//! A selector file as written: every value with its place, nothing checked but its type.

use std::collections::BTreeMap;
use std::ops::Range;

use chrono::NaiveDate;
use toml::Spanned;
use toml::de::DeTable;

use super::fault::Fault;
use super::files::SourceFile;
use super::layout::Field;
use super::tree::{Reader, Text, suggestion};

/// The keys at the top of a newspaper's file.
pub(super) const NEWSPAPER_KEYS: [&str; 13] = [
    "name",
    "province",
    "province_2025",
    "hosts",
    "codes",
    "family",
    "status",
    "confidence",
    "evidence",
    "server",
    "crawl",
    "layout",
    "examples",
];

/// Those that a family's file may have too.
pub(super) const FAMILY_KEYS: [&str; 5] = ["confidence", "evidence", "server", "crawl", "layout"];

/// The keys of `[crawl]`.
pub(super) const CRAWL_KEYS: [&str; 9] =
    ["start", "feeds", "sitemaps", "article", "listing", "ignore", "by_id", "delay", "api"];

/// The keys of `[[crawl.api]]`.
pub(super) const API_KEYS: [&str; 7] = ["kind", "url", "items", "link", "title", "date", "headers"];

/// The keys of `[examples]`.
pub(super) const EXAMPLE_KEYS: [&str; 3] = ["article", "listing", "other"];

/// The keys of `[[layout]]` that are no fields.
pub(super) const LAYOUT_KEYS: [&str; 5] = ["name", "until", "generic", "date_order", "false_utc"];

/// A file as written. What is absent or of a wrong type is `None`.
#[derive(Clone, Debug, Default)]
pub(super) struct Raw {
    pub(super) name: Option<Text>,
    pub(super) province: Option<Text>,
    pub(super) province_2025: Option<Text>,
    pub(super) hosts: Option<Vec<Text>>,
    pub(super) codes: Option<Vec<Text>>,
    pub(super) family: Option<Text>,
    pub(super) status: Option<Text>,
    pub(super) confidence: Option<Text>,
    pub(super) evidence: Option<Text>,
    pub(super) server: Option<Text>,
    pub(super) crawl: RawCrawl,
    pub(super) layouts: Option<Vec<RawLayout>>,
    /// Whether a key at the top is unknown: it may be the misspelt one that seems to be missing.
    pub(super) has_unknown_keys: bool,
    pub(super) examples: RawExamples,
}

/// `[crawl]`
#[derive(Clone, Debug, Default)]
pub(super) struct RawCrawl {
    pub(super) start: Option<Vec<Text>>,
    pub(super) feeds: Option<Vec<Text>>,
    pub(super) sitemaps: Option<Vec<Text>>,
    pub(super) article: Option<Vec<Text>>,
    pub(super) listing: Option<Vec<Text>>,
    pub(super) ignore: Option<Vec<Text>>,
    pub(super) by_id: Option<Text>,
    pub(super) delay: Option<Text>,
    pub(super) apis: Option<Vec<RawApi>>,
}

/// `[[crawl.api]]`
#[derive(Clone, Debug)]
pub(super) struct RawApi {
    pub(super) at: Range<usize>,
    pub(super) kind: Option<Text>,
    pub(super) url: Option<Vec<Text>>,
    pub(super) items: Option<Text>,
    pub(super) link: Option<Text>,
    pub(super) title: Option<Text>,
    pub(super) date: Option<Text>,
    pub(super) headers: Option<Vec<Text>>,
}

/// `[[layout]]`
#[derive(Clone, Debug)]
pub(super) struct RawLayout {
    pub(super) at: Range<usize>,
    pub(super) name: Option<Text>,
    pub(super) until: Option<Spanned<NaiveDate>>,
    /// Whether the key is there, be its value right or wrong.
    pub(super) has_until: bool,
    pub(super) generic: Option<bool>,
    pub(super) picks: BTreeMap<Field, Vec<Text>>,
    pub(super) date_order: Option<Text>,
    pub(super) false_utc: Option<bool>,
}

/// `[examples]`: addresses and what they are.
#[derive(Clone, Debug, Default)]
pub(super) struct RawExamples {
    pub(super) article: Vec<Text>,
    pub(super) listing: Vec<Text>,
    pub(super) other: Vec<Text>,
}

/// Reads a file; `None` where it is no TOML at all.
pub(super) fn read(file: &SourceFile, faults: &mut Vec<Fault>) -> Option<Raw> {
    let (tree, errors) = DeTable::parse_recoverable(&file.text);
    let mut last_line = 0;
    for error in &errors {
        let what = format!("not TOML: {}", error.message().replace('\n', ", "));
        let fault = file.fault(&error.span().unwrap_or_default(), what, "mend the line");
        // The parser stumbles on over a line that it has not understood: its first word about it is enough.
        if fault.line != last_line {
            last_line = fault.line;
            faults.push(fault);
        }
    }
    // After a fault of syntax the rest of the tree is a guess, and guesses would bring faults that are none.
    if !errors.is_empty() {
        return None;
    }
    Some(top(&mut Reader { file, faults }, tree.get_ref()))
}

fn top(reader: &mut Reader<'_>, table: &DeTable<'_>) -> Raw {
    if reader.file.is_family {
        family_keys(reader, table);
    } else {
        reader.unknown_keys(table, &NEWSPAPER_KEYS, "in a newspaper's file");
    }
    Raw {
        name: reader.text(table, "name"),
        province: reader.text(table, "province"),
        province_2025: reader.text(table, "province_2025"),
        hosts: reader.texts(table, "hosts"),
        codes: reader.texts(table, "codes"),
        family: reader.text(table, "family"),
        status: reader.text(table, "status"),
        confidence: reader.text(table, "confidence"),
        evidence: reader.text(table, "evidence"),
        server: reader.text(table, "server"),
        crawl: reader.table(table, "crawl").map(|inner| crawl(reader, inner)).unwrap_or_default(),
        layouts: reader
            .tables(table, "layout")
            .map(|inner| inner.into_iter().map(|(at, table)| layout(reader, at, table)).collect()),
        has_unknown_keys: table.keys().any(|key| !NEWSPAPER_KEYS.contains(&key.get_ref().as_ref())),
        examples: reader.table(table, "examples").map(|inner| examples(reader, inner)).unwrap_or_default(),
    }
}

fn family_keys(reader: &mut Reader<'_>, table: &DeTable<'_>) {
    for (key, _) in table {
        let name: &str = key.get_ref();
        if FAMILY_KEYS.contains(&name) {
            continue;
        }
        if NEWSPAPER_KEYS.contains(&name) {
            let what = format!("`{name}` in a family's file");
            reader.fault(&key.span(), what, "it belongs in the files of the newspapers");
        } else {
            let what = format!("unknown key `{name}` in a family's file");
            reader.fault(&key.span(), what, suggestion(name, &FAMILY_KEYS));
        }
    }
}

fn crawl(reader: &mut Reader<'_>, table: &DeTable<'_>) -> RawCrawl {
    reader.unknown_keys(table, &CRAWL_KEYS, "in [crawl]");
    RawCrawl {
        start: reader.texts(table, "start"),
        feeds: reader.texts(table, "feeds"),
        sitemaps: reader.texts(table, "sitemaps"),
        article: reader.texts(table, "article"),
        listing: reader.texts(table, "listing"),
        ignore: reader.texts(table, "ignore"),
        by_id: reader.text(table, "by_id"),
        delay: reader.text(table, "delay"),
        apis: reader
            .tables(table, "api")
            .map(|inner| inner.into_iter().map(|(at, table)| api(reader, at, table)).collect()),
    }
}

fn api(reader: &mut Reader<'_>, at: Range<usize>, table: &DeTable<'_>) -> RawApi {
    reader.unknown_keys(table, &API_KEYS, "in [[crawl.api]]");
    RawApi {
        at,
        kind: reader.text(table, "kind"),
        url: reader.texts(table, "url"),
        items: reader.text(table, "items"),
        link: reader.text(table, "link"),
        title: reader.text(table, "title"),
        date: reader.text(table, "date"),
        headers: reader.texts(table, "headers"),
    }
}

fn layout(reader: &mut Reader<'_>, at: Range<usize>, table: &DeTable<'_>) -> RawLayout {
    let fields: Vec<&str> = Field::ALL.iter().map(|field| field.as_str()).collect();
    let known: Vec<&str> = LAYOUT_KEYS.iter().copied().chain(fields).collect();
    reader.unknown_keys(table, &known, "in [[layout]]");
    let mut picks = BTreeMap::new();
    for field in Field::ALL.into_iter().filter(|field| table.contains_key(field.as_str())) {
        let texts = reader.texts(table, field.as_str());
        if matches!(field, Field::Title | Field::Body) && texts.as_ref().is_some_and(Vec::is_empty) {
            let what = format!("`{}` is empty", field.as_str());
            reader.fault(&at, what, "write a selector, or leave the key out");
        }
        // A value of a wrong type is told already; the key counts as written all the same.
        picks.insert(field, texts.unwrap_or_default());
    }
    RawLayout {
        at,
        name: reader.text(table, "name"),
        until: reader.day(table, "until"),
        has_until: table.contains_key("until"),
        generic: reader.flag(table, "generic"),
        picks,
        date_order: reader.text(table, "date_order"),
        false_utc: reader.flag(table, "false_utc"),
    }
}

fn examples(reader: &mut Reader<'_>, table: &DeTable<'_>) -> RawExamples {
    reader.unknown_keys(table, &EXAMPLE_KEYS, "in [examples]");
    RawExamples {
        article: reader.texts(table, "article").unwrap_or_default(),
        listing: reader.texts(table, "listing").unwrap_or_default(),
        other: reader.texts(table, "other").unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_description_of_the_files_names_every_key() {
        let text = include_str!("../../selectors/README.md");
        let fields = Field::ALL.map(Field::as_str);
        let keys = NEWSPAPER_KEYS.iter().chain(&FAMILY_KEYS).chain(&CRAWL_KEYS).chain(&API_KEYS);
        let keys = keys.chain(&EXAMPLE_KEYS).chain(&LAYOUT_KEYS).chain(&fields);
        let in_a_table = |key: &str| {
            ["| `", ", `"].iter().any(|before| text.contains(&format!("{before}{key}`")))
                || text.contains(&format!("[{key}]"))
                || text.contains(&format!("[crawl.{key}]"))
        };
        let missing: Vec<&&str> = keys.filter(|key| !in_a_table(key)).collect();
        assert!(missing.is_empty(), "selectors/README.md does not describe {missing:?}");
    }
}
