//! Parquet, read back and held against the views: in builds with that feature.

use bytes::Bytes;
use chrono::NaiveDate;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;

use super::exports::demo;
use crate::program::Desk;

/// A value as it is compared: as the views write it.
fn shown(field: &Field) -> String {
    match field {
        Field::Null => String::new(),
        Field::Str(text) => text.clone(),
        Field::Long(number) => number.to_string(),
        Field::Date(days) => (NaiveDate::default() + chrono::TimeDelta::days(i64::from(*days))).to_string(),
        Field::TimestampMillis(millis) => {
            let moment = chrono::DateTime::from_timestamp_millis(*millis).unwrap();
            moment.format("%Y-%m-%dT%H:%M:%SZ").to_string()
        }
        other => panic!("{other} has a type that no column has"),
    }
}

/// The columns of a file by name, each with its values from top to bottom.
fn columns(desk: &Desk, name: &str) -> Vec<(String, Vec<String>)> {
    let bytes = Bytes::from(std::fs::read(desk.path(name)).unwrap());
    let reader = SerializedFileReader::new(bytes).unwrap();
    let names = reader
        .metadata()
        .file_metadata()
        .schema_descr()
        .columns()
        .iter()
        .map(|column| column.name().to_owned());
    let mut columns: Vec<(String, Vec<String>)> = names.map(|name| (name, Vec::new())).collect();
    for row in reader.get_row_iter(None).unwrap() {
        for (column, (name, field)) in columns.iter_mut().zip(row.unwrap().get_column_iter()) {
            assert_eq!(&column.0, name);
            column.1.push(shown(field));
        }
    }
    columns
}

#[test]
fn every_column_says_what_the_views_say() {
    let desk = demo();
    desk.run(&["export", "parquet", "a.parquet"]).ends(0);
    let columns = columns(&desk, "a.parquet");
    assert_eq!(columns.len(), 24);
    for (name, values) in &columns {
        let expression = match name.as_str() {
            "published_on" => "substr(published_at, 1, 10)".to_owned(),
            "captions" => {
                "(SELECT group_concat(caption, char(10)) FROM (SELECT caption FROM captions WHERE article_id = id ORDER BY ordinal))"
                    .to_owned()
            }
            // No view has it: it is of the article's JSON.
            "source_note" => "(SELECT source_note FROM version JOIN article ON article.version = version.id WHERE article.id = articles.id)".to_owned(),
            name => name.to_owned(),
        };
        let told = desk.column(&format!("SELECT coalesce({expression}, '') FROM articles ORDER BY id"));
        assert_eq!(values, &told, "{name}");
        assert_eq!(values.len(), 16);
    }
    let has_some = |name: &str| {
        columns.iter().any(|(own, values)| own == name && values.iter().any(|text| !text.is_empty()))
    };
    for name in ["lead", "event_date", "published_at", "authors", "body", "captions", "first_seen_at"] {
        assert!(has_some(name), "{name}");
    }
}

#[test]
fn the_filters_select_and_an_unfinished_file_is_begun_anew() {
    let desk = demo();
    desk.file("a.parquet.part", "half a row group");
    desk.run(&["export", "parquet", "a.parquet", "--query", "\"mưa đá\""]).ends(0);
    let columns = columns(&desk, "a.parquet");
    assert_eq!(columns[0].1.len(), 1);
    assert!(!desk.path("a.parquet.part").exists());
    assert!(desk.run(&["export", "parquet", "a.parquet"]).ends(2).stderr.contains("already there"));
}
