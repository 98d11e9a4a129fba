//! JSON Schemas: the one of the article that the repository carries, and those that `khobao schema` prints, held
//! against everything that prints JSON.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jsonschema::Validator;
use serde_json::Value;

use crate::program::{Desk, Run};

/// The article's schema in the repository.
const ARTICLE_SCHEMA: &str = "schema/article.schema.json";

/// Commands that print nothing as JSON.
const WITHOUT_JSON: [&str; 4] = ["completions", "help", "man", "schema"];

fn in_repository(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn validator(schema: &Value) -> Validator {
    jsonschema::options().should_validate_formats(true).build(schema).unwrap()
}

/// The validator of the article by the file in the repository.
pub(crate) fn of_article() -> Validator {
    let text = std::fs::read_to_string(in_repository(ARTICLE_SCHEMA)).unwrap();
    validator(&serde_json::from_str(&text).unwrap())
}

/// What a value has against a schema.
pub(crate) fn faults(validator: &Validator, value: &Value) -> Vec<String> {
    validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

fn printed(desk: &Desk, command: &str) -> Value {
    let mut arguments = vec!["schema"];
    arguments.extend(command.split_whitespace());
    serde_json::from_str(&desk.run(&arguments).ends(0).stdout).unwrap()
}

/// Holds every line of a run against the schema of its command, which must know each key.
#[track_caller]
fn hold(desk: &Desk, command: &str, run: &Run, lines_min: usize) {
    let schema = printed(desk, command);
    let validator = validator(&schema);
    let lines = run.json();
    assert!(lines.len() >= lines_min, "{command}: {} lines", lines.len());
    for line in &lines {
        assert_eq!(faults(&validator, line), Vec::<String>::new(), "{command}: {line}");
        for key in line.as_object().unwrap().keys() {
            assert!(schema["properties"].get(key).is_some(), "{command}: the schema does not know '{key}'");
        }
    }
}

#[test]
fn the_schema_in_the_repository_is_the_one_that_the_types_give() {
    let made = Desk::new().run(&["schema"]).ends(0).stdout;
    let kept = std::fs::read_to_string(in_repository(ARTICLE_SCHEMA)).unwrap_or_default();
    assert!(
        made == kept,
        "the article has changed and its schema has not; write it anew with\n  \
         cargo run -- schema > {ARTICLE_SCHEMA}\nand say in CHANGELOG.md what changed"
    );
}

#[test]
fn the_schema_asks_for_every_field_of_the_contract_and_refuses_what_is_no_article() {
    let schema = of_article();
    let answer = "fixtures/baobackan/2024-05-20-dan-lat.json";
    let mut article: Value =
        serde_json::from_str(&std::fs::read_to_string(in_repository(answer)).unwrap()).unwrap();
    article["read_by"]["khobao"] = "0.1.0".into();
    assert_eq!(faults(&schema, &article), Vec::<String>::new());
    for field in article.as_object().unwrap().keys() {
        let mut lacking = article.clone();
        lacking.as_object_mut().unwrap().remove(field);
        assert!(!schema.is_valid(&lacking), "an article without '{field}' is let through");
    }
    for (pointer, wrong) in [
        ("/published_at", Value::from("20/5/2024")),
        ("/body/0/kind", "aside".into()),
        ("/dateline", "BBK".into()),
        ("/url", 7.into()),
        ("/captions", Value::Null),
        ("/origin/title", "guess".into()),
    ] {
        let mut spoilt = article.clone();
        *spoilt.pointer_mut(pointer).unwrap() = wrong;
        assert!(!schema.is_valid(&spoilt), "{pointer} may be anything");
    }
}

#[test]
fn everything_that_is_printed_as_json_has_the_form_that_its_schema_tells() {
    let desk = Desk::new();
    let demo = desk.run(&["demo", "--archive", "kho.db", "--json"]).ends(0);
    hold(&desk, "demo", &demo, 5);
    hold(&desk, "show", &desk.run(&["show", "1", "--archive", "kho.db", "--json"]).ends(0), 1);
    hold(&desk, "stats", &desk.run(&["stats", "--archive", "kho.db", "--json"]).ends(0), 1);
    hold(&desk, "pack", &desk.run(&["pack", "--dry-run", "--archive", "kho.db", "--json"]).ends(0), 1);
    hold(&desk, "pack", &desk.run(&["pack", "--vacuum", "--archive", "kho.db", "--json"]).ends(0), 1);
    let exported = desk.run(&["export", "warc", "a.warc.gz", "--archive", "kho.db", "--json"]).ends(0);
    hold(&desk, "export", &exported, 1);
    let imported =
        desk.run(&["import", "a.warc.gz", "--all-hosts", "--archive", "kho2.db", "--json"]).ends(0);
    hold(&desk, "import", &imported, 1);
    hold(&desk, "config", &desk.run(&["config", "--json"]).ends(0), 5);
    hold(&desk, "newspapers list", &desk.run(&["newspapers", "list", "--json"]).ends(0), 60);
    hold(&desk, "newspapers show", &desk.run(&["newspapers", "show", "baobackan", "--json"]).ends(0), 1);
    desk.file("sai.toml", "name = 7\nnhan = \"x\"\n");
    let faulty = desk.run(&["newspapers", "check", "sai.toml", "--json"]).ends(1);
    hold(&desk, "newspapers check", &faulty, 1);
    let page = |name: &str| in_repository("fixtures/baobackan").join(name).to_str().unwrap().to_owned();
    let pages = [page("2024-02-22-camera-an-ninh.html"), page("2024-03-12-bo-giong.html")];
    let draft = desk.run(&["newspapers", "new", "--json", "--file", &pages[0], &pages[1]]).ends(0);
    hold(&desk, "newspapers new", &draft, 1);
    let gold = in_repository("fixtures/unknown/pages");
    let scores = desk.run(&["newspapers", "evaluate", gold.to_str().unwrap(), "--generic", "--json"]);
    hold(&desk, "newspapers evaluate", &scores.ends(0), 1);
}

#[test]
fn what_is_read_and_parsed_has_the_form_that_its_schema_tells() {
    let desk = Desk::new();
    let page = in_repository("fixtures/baobackan/2024-05-20-dan-lat.html");
    hold(&desk, "read", &desk.run(&["read", page.to_str().unwrap(), "--json"]).ends(0), 1);
    let listing = in_repository("fixtures/baobackan/links/2024-05-20-xa-hoi.listing.html");
    let links =
        ["read", listing.to_str().unwrap(), "--links", "--url", "https://baobackan.vn/xa-hoi/", "--json"];
    hold(&desk, "read --links", &desk.run(&links).ends(0), 5);
    let input =
        "2023-05-10\tBBK - Chiều 10/5, Hội Nông dân xã họp.\nMùa lúa chín.\nThứ tư, 10/05/2023, 17:45\n";
    for what in ["dateline", "date", "text"] {
        let run = desk.run_with_input(&["parse", what], input).ends(0);
        hold(&desk, &format!("parse {what}"), &run, 3);
    }
    let missing = desk.run(&["show", "1", "--json"]).ends(2);
    let ending: Value = serde_json::from_str(missing.stderr.lines().last().unwrap()).unwrap();
    assert_eq!(faults(&validator(&printed(&desk, "ending")), &ending), Vec::<String>::new());
}

#[test]
fn every_command_that_prints_json_has_a_schema() {
    let desk = Desk::new();
    desk.run(&["man", "trang"]).ends(0);
    let pages = std::fs::read_dir(desk.path("trang")).unwrap();
    let names: BTreeSet<String> = pages
        .map(|page| page.unwrap().file_name().to_str().unwrap().trim_end_matches(".1").to_owned())
        .collect();
    let refused = desk.run(&["schema", "khong"]).ends(2).stderr;
    let list = refused.split_once("schemas for: ").unwrap().1.trim_end().trim_end_matches(')');
    let known: Vec<&str> = list.split(", ").collect();
    let mut without = Vec::new();
    for name in &names {
        let is_group = names.iter().any(|other| other.starts_with(&format!("{name}-")));
        let Some(command) = name.strip_prefix("khobao-").filter(|_| !is_group) else { continue };
        let first = command.split('-').next().unwrap();
        let words = command.replacen('-', " ", 1);
        let is_known = known.iter().any(|known| *known == words || known.starts_with(&format!("{words} ")));
        if !WITHOUT_JSON.contains(&first) && !is_known {
            without.push(words);
        }
    }
    assert!(names.len() > 10, "{names:?}");
    assert!(without.is_empty(), "commands without a schema (src/cli/schema.rs): {without:?}");
}
