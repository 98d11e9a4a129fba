//! The README tells the truth: its usage is the program's, its queries and examples give what it prints.

use std::path::Path;

use rusqlite::Connection;
use rusqlite::types::Value;

use crate::program::Desk;

fn readme(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

/// The fenced blocks of a language.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    text.split(&fence).skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

/// Rows as `sqlite3` prints them.
fn rows(archive: &Connection, sql: &str) -> String {
    let mut statement = archive.prepare(sql).unwrap();
    let width = statement.column_count();
    let mut rows = statement.query([]).unwrap();
    let mut text = String::new();
    while let Some(row) = rows.next().unwrap() {
        let cells: Vec<String> = (0..width)
            .map(|at| match row.get::<_, Value>(at).unwrap() {
                Value::Null => String::new(),
                Value::Integer(number) => number.to_string(),
                Value::Real(number) => number.to_string(),
                Value::Text(text) => text,
                Value::Blob(bytes) => String::from_utf8(bytes).unwrap(),
            })
            .collect();
        text.push_str(&cells.join("|"));
        text.push('\n');
    }
    text
}

#[test]
fn the_queries_give_what_the_readme_prints() {
    let desk = Desk::new();
    let demo = desk.run(&["demo"]).ends(0);
    assert!(demo.stdout.contains("Khau Luông sơ kết ba năm phát triển kinh tế tập thể"), "{}", demo.stdout);
    let archive = Connection::open(desk.path("khobao-demo.db")).unwrap();
    let text = readme("README.md");
    let mut tried = 0;
    for block in blocks(&text, "console") {
        let (command, printed) = block.split_once('\n').unwrap();
        let Some(sql) = command.strip_prefix("$ sqlite3 khobao-demo.db ") else { continue };
        let sql = sql.trim_matches('"').replace("\\\"", "\"");
        assert_eq!(rows(&archive, &sql), printed, "{sql}");
        tried += 1;
    }
    assert_eq!(tried, 3);
    for query in khobao::demo::QUERIES {
        assert!(!rows(&archive, query.sql).is_empty(), "{}", query.question);
        assert!(demo.stdout.contains(query.sql), "the demo shows it: {}", query.question);
    }
}

#[test]
fn the_example_of_parse_gives_what_the_readme_prints() {
    let desk = Desk::new();
    let text = readme("README.md");
    let block =
        blocks(&text, "console").into_iter().find(|block| block.contains("khobao parse dateline")).unwrap();
    let (command, printed) = block.split_once('\n').unwrap();
    let input = command.split('\'').nth(1).unwrap().replace("\\t", "\t").replace("\\n", "\n");
    assert_eq!(desk.run_with_input(&["parse", "dateline"], &input).ends(0).stdout, printed);
}

#[test]
fn the_commands_are_those_of_help() {
    let desk = Desk::new();
    let help = desk.run(&["--help"]).ends(0).stdout;
    let commands = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let text = readme("README.md");
    let shown = blocks(&text, "text").into_iter().find(|block| block.starts_with("Commands:")).unwrap();
    assert_eq!(shown.trim_end(), format!("Commands:\n{commands}"));
    for option in ["--archive", "--limit", "--json", "--selectors", "--url"] {
        assert!(text.contains(option));
        let known =
            ["crawl", "read"].iter().any(|command| desk.run(&[command, "--help"]).stdout.contains(option));
        assert!(known, "{option}");
    }
}

#[test]
fn the_example_newspaper_has_no_fault() {
    let desk = Desk::new();
    let toml = blocks(&readme("README.md"), "toml").remove(0);
    desk.file("my-files/baokhauluong.toml", toml);
    let run = desk.run(&["newspapers", "check", "--selectors", "my-files"]).ends(0);
    assert!(run.stdout.contains("no fault"), "{}", run.stdout);
}

#[test]
fn both_readmes_open_with_the_two_commands() {
    for name in ["README.md", "README.vi.md"] {
        let text = readme(name);
        let first = blocks(&text, "sh").remove(0);
        assert!(first.contains("cargo run --release -- demo") && first.contains("cargo test"), "{name}");
        assert!(text.find("```sh").unwrap() < 400, "{name}: the commands stand at the top");
    }
}
