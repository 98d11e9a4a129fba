//! The documentation's queries, each put to real archives by the stock `sqlite3` program.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::program::Desk;

fn document(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name)).unwrap()
}

fn blocks(text: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    text.split(&fence).skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

/// The sample archive, and a copy of it in which some articles were edited, reprinted and lost.
fn archives(desk: &Desk) -> [PathBuf; 2] {
    desk.run(&["demo"]).ends(0);
    let (sample, eventful) = (desk.path("khobao-demo.db"), desk.path("khobao.db"));
    desk.run(&["backup", "khobao.db", "--archive", "khobao-demo.db"]).ends(0);
    desk.archive()
        .execute_batch(
            "UPDATE article SET gone_at = '2026-01-01T00:00:00Z' WHERE id = 2;
             INSERT INTO newspaper (no, id, name, hosts) VALUES (90, 'baokhac', 'Báo Khác', '[]');
             UPDATE article SET newspaper = 90 WHERE id = 3;
             INSERT INTO reprint (article, other, likeness) VALUES (2, 3, 0.91);
             CREATE TEMP TABLE latter AS SELECT * FROM version WHERE article = 4;
             UPDATE latter SET id = (SELECT max(id) + 1 FROM version), number = 2, reason = 'edited';
             INSERT INTO version SELECT * FROM latter;
             UPDATE article SET version = (SELECT max(id) FROM version), version_count = 2 WHERE id = 4;",
        )
        .unwrap();
    [sample, eventful]
}

#[test]
fn every_query_of_the_documentation_finds_something_in_a_stock_sqlite3() {
    let desk = Desk::new();
    let archives = archives(&desk);
    let queries = blocks(&document("queries.md"), "sql");
    assert!(queries.len() >= 20, "{}", queries.len());
    for sql in queries {
        let mut answers = Vec::new();
        for archive in &archives {
            let Some(answer) = Desk::sqlite3(archive, &sql) else { return };
            answers.push(answer);
        }
        assert!(answers.iter().any(|answer| !answer.trim().is_empty()), "finds nothing:\n{sql}");
    }
}

#[test]
fn the_answers_are_right() {
    let desk = Desk::new();
    let archives = archives(&desk);
    let text = document("queries.md");
    let queries = blocks(&text, "sql");
    let answer = |words: &str, archive: usize| {
        let sql = queries.iter().find(|sql| sql.contains(words)).unwrap();
        Desk::sqlite3(&archives[archive], sql).unwrap_or_default()
    };
    if Desk::sqlite3(&archives[0], "SELECT 1").is_none() {
        return;
    }
    // An event of four days is found on its first and its second day.
    assert_eq!(answer("'2024-04-28' BETWEEN", 0).lines().count(), 2);
    assert_eq!(
        answer("HAVING count(articles.id) = 0", 0).trim(),
        "baokhauluong|2024-02\nbaokhauluong|2024-03"
    );
    assert_eq!(answer("gone_at IS NOT NULL", 1).lines().count(), 1);
    assert!(answer("FROM reprints", 1).starts_with("0.91|baokhauluong|baokhac|"));
    assert!(answer("latter.reason = 'edited'", 1).starts_with("4|2|"));
    assert!(answer("AS reporter", 0).contains("Hà Vy|"));
}

#[test]
fn the_metadata_for_datasette_name_what_is_there() {
    let desk = Desk::new();
    let [archive, _] = archives(&desk);
    let metadata: Value = serde_json::from_str(&document("datasette-metadata.json")).unwrap();
    let database = &metadata["databases"]["khobao"];
    for (view, about) in database["tables"].as_object().unwrap() {
        let Some(columns) =
            Desk::sqlite3(&archive, &format!("SELECT group_concat(name) FROM pragma_table_info('{view}')"))
        else {
            return;
        };
        let columns: Vec<&str> = columns.trim().split(',').collect();
        assert!(!columns[0].is_empty(), "{view}");
        let named =
            about["columns"].as_object().into_iter().flat_map(|columns| columns.keys().map(String::as_str));
        let sorted = about["sort_desc"].as_str().into_iter().chain(about["fts_pk"].as_str());
        let facets = about["facets"].as_array().into_iter().flatten().filter_map(Value::as_str);
        for column in named.chain(sorted).chain(facets) {
            assert!(columns.contains(&column), "{view}.{column}");
        }
    }
    for (name, query) in database["queries"].as_object().unwrap() {
        let sql = query["sql"].as_str().unwrap();
        let sql =
            sql.replace(":query", "'ban chang'").replace(":day", "'2024-05-10'").replace(":words", "'Bản'");
        let answer = Desk::sqlite3(&archive, &sql).unwrap_or_default();
        assert!(!answer.is_empty() || matches!(name.as_str(), "edited" | "gone"), "{name}");
    }
}
