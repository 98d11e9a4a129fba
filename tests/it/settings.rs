//! Settings from files: where they may stand, what beats what, what is refused, and that they do what the flag does;
//! and the documentation of a crawl that is left alone, whose command lines and settings are tried here.

use std::path::Path;

use crate::program::Desk;

/// What `khobao config` says of a setting.
fn told(desk: &Desk, arguments: &[&str], name: &str) -> String {
    let run = desk.run(&[&["config"], arguments].concat()).ends(0);
    let head = format!("{name} = ");
    let line = run.stdout.lines().find(|line| line.starts_with(&head));
    line.unwrap_or_else(|| panic!("{name} is not told:\n{}", run.stdout))[head.len()..].to_owned()
}

#[test]
fn every_long_option_of_every_command_may_stand_in_a_file() {
    let desk = Desk::new();
    let listed = desk.run(&["config"]).ends(0).stdout;
    let names: Vec<&str> = listed.lines().filter_map(|line| line.split(" = ").next()).collect();
    for name in [
        "archive",
        "crawl.every",
        "crawl.min-free",
        "crawl.metrics",
        "newspapers.evaluate.min",
        "health.last",
    ] {
        assert!(names.contains(&name), "{name} in {names:?}");
    }
    // Each by a value of a kind that no option takes: known, and refused by its own command.
    for name in names {
        let (table, option) = name.rsplit_once('.').map_or(("", name), |(table, option)| (table, option));
        let head = if table.is_empty() { String::new() } else { format!("[{table}]\n") };
        let file = desk.file("thu.toml", format!("{head}{option} = {{ a = 1 }}\n"));
        let run = desk.run(&["config", "--config", file.to_str().unwrap()]).ends(2);
        // A table under an option's name is taken for a command, which shows that files reach this place.
        assert!(run.stderr.contains(&format!("no command is called '{option}'")), "{name}: {}", run.stderr);
        let file = desk.file("thu.toml", format!("{head}{option} = []\n"));
        let run = desk.run(&["config", "--config", file.to_str().unwrap()]);
        assert!(!run.stderr.contains("no option is called"), "{name}: {}", run.stderr);
    }
}

#[test]
fn the_stronger_file_wins_and_in_one_file_the_narrower_setting() {
    let desk = Desk::new();
    desk.file(".config/khobao/config.toml", "limit = 1\n\n[crawl]\nlimit = 2\nfor = \"2h\"\n");
    assert_eq!(told(&desk, &[], "crawl.limit").split("  #").next(), Some("2"));
    desk.file("khobao.toml", "limit = 3\n");
    assert_eq!(told(&desk, &[], "crawl.limit"), "3  # khobao.toml:1:1");
    desk.file("ten.toml", "[crawl]\nlimit = 4\n");
    assert_eq!(told(&desk, &["--config", "ten.toml"], "crawl.limit"), "4  # ten.toml:2:1");
    assert_eq!(told(&desk, &["--config=ten.toml", "--no-config"], "crawl.limit"), "4  # ten.toml:2:1");
    assert_eq!(told(&desk, &["--no-config"], "crawl.limit"), "(none)  # default");
    assert!(told(&desk, &[], "crawl.for").starts_with("2h  # "));
    assert_eq!(told(&desk, &["--archive", "co.db"], "archive"), "co.db  # the command line: --archive");
    assert!(desk.run(&["config", "--config", "khong-co.toml"]).ends(2).stderr.contains("khong-co.toml"));
}

#[test]
fn a_command_line_is_held_against_the_settings_without_being_run() {
    let desk = Desk::new();
    desk.file("khobao.toml", "limit = 3\ncontact = \"kho@example.org\"\n");
    let line = ["crawl", "baobackan", "--limit", "7", "--allow-private", "--archive", "co.db"];
    assert_eq!(told(&desk, &line, "crawl.limit"), "7  # the command line: --limit");
    assert_eq!(told(&desk, &line, "crawl.allow-private"), "true  # the command line: --allow-private");
    assert_eq!(told(&desk, &line, "archive"), "co.db  # the command line: --archive");
    assert_eq!(told(&desk, &line, "crawl.contact"), "kho@example.org  # khobao.toml:2:1");
    assert!(!desk.path("co.db").exists(), "nothing was run");
    let of_crawl = desk.run(&[&["config"], line.as_slice()].concat()).ends(0).stdout;
    assert!(!of_crawl.contains("health."), "other commands are not asked about: {of_crawl}");

    let line = ["config", "--json", "newspapers", "evaluate", "trang", "--min", "0.9"];
    let rows = desk.run(&line).ends(0).json();
    assert!(
        rows.iter()
            .any(|row| row["command"] == "newspapers evaluate" && row["set_by"] == "the command line: --min")
    );
    desk.assert_schema("config", &rows);
    assert!(desk.run(&["config", "crawl", "--limmit", "7"]).ends(2).stderr.contains("--limmit"));
    assert!(desk.run(&["config", "crawl", "--help"]).ends(0).stdout.contains("--min-free"));
}

#[test]
fn the_units_of_the_documentation_are_what_systemd_understands() {
    let desk = Desk::new();
    // What they start must be there.
    let program = env!("CARGO_BIN_EXE_khobao");
    let units = blocks(&documentation(), "ini");
    assert_eq!(units.len(), 3, "a service that stays up, one that goes once, and its timer");
    for (folder, service, timer) in [("mot", &units[0], None), ("hai", &units[1], Some(&units[2]))] {
        let service = service.replace("/usr/local/bin/khobao", program);
        let mut files = vec![desk.file(&format!("{folder}/khobao.service"), service)];
        files.extend(timer.map(|timer| desk.file(&format!("{folder}/khobao.timer"), timer)));
        let verified = std::process::Command::new("systemd-analyze").arg("verify").args(&files).output();
        let Ok(verified) = verified else {
            eprintln!("NOT TRIED: the program systemd-analyze is not installed");
            return;
        };
        let told = String::from_utf8_lossy(&verified.stderr);
        assert!(verified.status.success() && !told.contains("khobao"), "{told}");
    }
}

#[test]
fn a_value_that_the_option_does_not_take_is_a_fault_at_its_line() {
    let desk = Desk::new();
    desk.file(
        "khobao.toml",
        "json = 3\nlog-format = \"xml\"\nlog_format = \"json\"\n\n[crawl]\nlimit = \"many\"\nallow-private = \"yes\"\nsince = [2024-01-01, 2024-02-01]\n\n[newspapers.evaluate]\nmin = \"low\"\nminn = 1\n",
    );
    let run = desk.run(&["stats"]).ends(2);
    for fault in [
        "khobao.toml:1:1: 'json' must be true or false",
        "khobao.toml:2:1: invalid value 'xml' for '--log-format <FORMAT>'",
        "khobao.toml:3:1: no option is called 'log_format' (did you mean 'log-format'?)",
        "khobao.toml:6:1: invalid value 'many' for '--limit <N>'",
        "khobao.toml:7:1: 'allow-private' must be true or false",
        "khobao.toml:8:1: 'since' takes one value",
        "khobao.toml:11:1: invalid value 'low' for '--min <F1>'",
        "khobao.toml:12:1: no option is called 'minn' (did you mean 'min'?)",
    ] {
        assert!(run.stderr.contains(fault), "{fault} in\n{}", run.stderr);
    }
    let place = |place: &str| run.stderr.find(place).unwrap();
    assert!(
        place("toml:1:1") < place("toml:6:1") && place("toml:6:1") < place("toml:12:1"),
        "in their order"
    );
}

#[test]
fn settings_do_what_their_flags_do() {
    let desk = Desk::new();
    desk.file("khobao.toml", "json = true\nverbose = 2\nno-progress = true\narchive = \"kho.db\"\n");
    let demo = desk.run(&["demo"]).ends(0);
    assert!(demo.json().len() >= 5, "json = true prints JSON");
    assert!(demo.stderr.contains("visiting"), "verbose = 2 logs everything: {}", demo.stderr);
    assert!(desk.path("kho.db").exists());
    let missing = desk.run(&["stats", "--archive", "khong-co.db"]).ends(2);
    let last: serde_json::Value = serde_json::from_str(missing.stderr.lines().last().unwrap()).unwrap();
    assert_eq!(last["exit"], 2, "the last line is JSON too");
}

fn documentation() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/running.md")).unwrap()
}

/// The fenced blocks of a language.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    text.split(&fence).skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

/// The words of a command line as a shell parts them, up to a redirection or another command.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut is_quoted) = (Vec::new(), String::new(), false);
    for letter in line.chars() {
        match letter {
            '\'' => is_quoted = !is_quoted,
            ' ' if !is_quoted => {
                words.extend(Some(std::mem::take(&mut word)).filter(|word| !word.is_empty()));
            }
            _ => word.push(letter),
        }
    }
    words.extend(Some(word).filter(|word| !word.is_empty()));
    let end = words.iter().position(|word| ["||", "&&", ">>", "|"].contains(&word.as_str()));
    words.truncate(end.unwrap_or(words.len()));
    words
}

#[test]
fn the_command_lines_of_the_documentation_are_understood() {
    let desk = Desk::new();
    let text = documentation();
    let all = [blocks(&text, "sh"), blocks(&text, "ini"), blocks(&text, "crontab")].concat().join("\n");
    let mut tried = 0;
    for line in all.lines() {
        let Some(at) = line.find("khobao ").filter(|_| !line.starts_with("Description")) else { continue };
        let line = words(&line[at..]);
        let mut arguments: Vec<&str> = line.iter().skip(1).map(String::as_str).collect();
        // The help of a command is printed once all before it was parsed.
        arguments.push("--help");
        let run = desk.run(&arguments).ends(0);
        assert!(run.stdout.contains("Usage: khobao"), "{line:?}");
        let mut real = arguments.clone();
        real.pop();
        real.extend(["--archive", "/khong/co/khobao.db", "--no-such-option"]);
        let refused = desk.run(&real).ends(2);
        assert!(
            refused.stderr.contains("--no-such-option"),
            "nothing before it is wrong: {}",
            refused.stderr
        );
        tried += 1;
    }
    assert!(tried >= 10, "{tried}");
}

#[test]
fn the_settings_of_the_documentation_are_read() {
    let desk = Desk::new();
    let toml = blocks(&documentation(), "toml").remove(0);
    desk.file("khobao.toml", toml);
    assert_eq!(told(&desk, &[], "crawl.every"), "6h  # khobao.toml:5:1");
    assert_eq!(told(&desk, &[], "crawl.wait"), "true  # khobao.toml:9:1");
}
