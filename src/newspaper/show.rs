//! A newspaper's file as merged with its family's: every key in force, and the file and line that it comes from.
//!
//! The text is a selector file itself, so it can be saved and changed. Values are copied as they are written, with
//! their quotes and the comments inside lists.

use std::fmt::Write as _;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::files::{SourceFile, Sources};
use super::layout::Field;
use super::raw::{API_KEYS, CRAWL_KEYS, EXAMPLE_KEYS, FAMILY_KEYS, LAYOUT_KEYS, NEWSPAPER_KEYS};

/// One file and its tree.
struct Tree<'s> {
    file: &'s SourceFile,
    root: DeTable<'s>,
}

impl<'s> Tree<'s> {
    fn parse(file: &'s SourceFile) -> Option<Tree<'s>> {
        let root = DeTable::parse(&file.text).ok()?.into_inner();
        Some(Tree { file, root })
    }

    fn value(&self, key: &str) -> Option<Value<'_>> {
        self.root.get(key).map(|value| Value { file: self.file, value })
    }

    fn table(&self, key: &str) -> Option<Table<'_>> {
        self.value(key)?.table()
    }

    fn layouts(&self) -> Option<Vec<Table<'_>>> {
        self.value("layout").map(Value::tables)
    }
}

/// A value, where it is written.
#[derive(Clone, Copy)]
struct Value<'t> {
    file: &'t SourceFile,
    value: &'t Spanned<DeValue<'t>>,
}

impl<'t> Value<'t> {
    fn table(self) -> Option<Table<'t>> {
        self.value.get_ref().as_table().map(|table| Table { file: self.file, table })
    }

    fn tables(self) -> Vec<Table<'t>> {
        let items = self.value.get_ref().as_array().into_iter().flat_map(|items| items.iter());
        items.filter_map(|value| Value { file: self.file, value }.table()).collect()
    }
}

/// A table and the file it stands in.
#[derive(Clone, Copy)]
struct Table<'t> {
    file: &'t SourceFile,
    table: &'t DeTable<'t>,
}

impl<'t> Table<'t> {
    fn value(self, key: &str) -> Option<Value<'t>> {
        self.table.get(key).map(|value| Value { file: self.file, value })
    }

    fn name(self) -> Option<&'t str> {
        self.table.get("name").and_then(|name| name.get_ref().as_str())
    }
}

/// The text under way.
struct Writer {
    text: String,
}

impl Writer {
    fn header(&mut self, header: &str) {
        let gap = if self.text.is_empty() { "" } else { "\n" };
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "{gap}{header}");
    }

    /// A key with its value as written and its origin behind it.
    fn key(&mut self, key: &str, value: Option<Value<'_>>) {
        let Some(Value { file, value }) = value else { return };
        let written = file.text.get(value.span()).unwrap_or_default();
        let place = file.place(value.span().start);
        let _ = writeln!(self.text, "{key} = {written}  # {}:{}", file.shown, place.line);
    }

    /// The keys of a table laid over another's.
    fn keys<'k>(
        &mut self,
        keys: impl IntoIterator<Item = &'k str>,
        own: Option<Table<'_>>,
        base: Option<Table<'_>>,
    ) {
        for key in keys {
            let own = own.and_then(|table| table.value(key));
            self.key(key, own.or_else(|| base.and_then(|table| table.value(key))));
        }
    }
}

impl Sources {
    /// The newspaper's file as merged, as TOML with the origin of each key; `None` where there is no such file or it
    /// is no TOML.
    #[must_use]
    pub fn merged(&self, id: &str) -> Option<String> {
        let own = Tree::parse(self.file(false, id)?)?;
        let family = own.root.get("family").and_then(|name| name.get_ref().as_str());
        let family = family.and_then(|name| Tree::parse(self.file(true, name)?));
        let mut writer = Writer { text: String::new() };
        for key in NEWSPAPER_KEYS.into_iter().filter(|key| !matches!(*key, "crawl" | "layout" | "examples")) {
            let inherited = family.as_ref().filter(|_| FAMILY_KEYS.contains(&key));
            writer.key(key, own.value(key).or_else(|| inherited.and_then(|family| family.value(key))));
        }
        crawl(&mut writer, &own, family.as_ref());
        for layout in layouts(&own, family.as_ref()) {
            let (own, base) = layout;
            writer.header("[[layout]]");
            writer.keys(["name", "until", "generic"], Some(own), None);
            writer.keys(Field::ALL.map(Field::as_str), Some(own), base);
            let rest = LAYOUT_KEYS.into_iter().filter(|key| !matches!(*key, "name" | "until" | "generic"));
            writer.keys(rest, Some(own), base);
        }
        if let Some(examples) = own.table("examples") {
            writer.header("[examples]");
            writer.keys(EXAMPLE_KEYS, Some(examples), None);
        }
        Some(writer.text)
    }
}

fn crawl(writer: &mut Writer, own: &Tree<'_>, family: Option<&Tree<'_>>) {
    let (of_own, of_family) = (own.table("crawl"), family.and_then(|family| family.table("crawl")));
    if of_own.is_none() && of_family.is_none() {
        return;
    }
    writer.header("[crawl]");
    writer.keys(CRAWL_KEYS.into_iter().filter(|key| *key != "api"), of_own, of_family);
    let api = |table: Table<'_>| table.value("api").is_some();
    let apis = of_own.filter(|table| api(*table)).or(of_family).and_then(|table| table.value("api"));
    for api in apis.map(Value::tables).unwrap_or_default() {
        writer.header("[[crawl.api]]");
        writer.keys(API_KEYS, Some(api), None);
    }
}

/// The layouts in force, each with the family's of its name.
fn layouts<'t>(own: &'t Tree<'_>, family: Option<&'t Tree<'_>>) -> Vec<(Table<'t>, Option<Table<'t>>)> {
    let of_family = family.and_then(Tree::layouts).unwrap_or_default();
    match own.layouts() {
        None => of_family.into_iter().map(|layout| (layout, None)).collect(),
        Some(layouts) => layouts
            .into_iter()
            .map(|layout| {
                let base =
                    of_family.iter().find(|base| base.name().is_some() && base.name() == layout.name());
                (layout, base.copied())
            })
            .collect(),
    }
}
