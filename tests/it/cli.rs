//! The command line: help, usage, settings, reading saved pages, and how results and reasons are told apart.

use crate::program::Desk;

/// An article page with no newspaper of ours behind it.
const STRANGE_PAGE: &str = r#"<!DOCTYPE html><html><head><meta charset="utf-8"><title>Hội thi cấy lúa | Báo Lạ</title>
<link rel="canonical" href="https://baola.example/hoi-thi-cay-lua-12.html"></head><body>
<h1>Hội thi cấy lúa xuân</h1><p class="sapo"><strong>Hội thi cấy lúa xuân thu hút 12 đội của các thôn.</strong></p>
<div class="content"><p>Sáng 3/2, hội thi cấy lúa xuân diễn ra trên cánh đồng thôn Nà Mèo, với sự tham gia của 12 đội.</p>
<p>Mỗi đội cấy một thửa ruộng rộng 200 m², ban giám khảo chấm theo thời gian, độ thẳng hàng và mật độ mạ.</p>
<p>Đội thôn Pác Nà về nhất, nhận giải thưởng một con nghé và cờ lưu niệm của xã.</p></div></body></html>"#;

#[test]
fn a_page_of_no_known_newspaper_is_read_by_its_own_structure() {
    let desk = Desk::new();
    desk.file("trang.html", STRANGE_PAGE);
    let run = desk.run(&["read", "trang.html", "--json"]).ends(0);
    let article = &run.json()[0];
    assert_eq!(article["url"], "https://baola.example/hoi-thi-cay-lua-12.html");
    assert_eq!(article["newspaper"], serde_json::Value::Null);
    assert_eq!(article["title"], "Hội thi cấy lúa xuân");
    assert_eq!(article["body"].as_array().unwrap().len(), 3, "{article}");
    let text = desk.run_with_input(&["read", "-"], STRANGE_PAGE).ends(0);
    assert!(text.stdout.starts_with("Hội thi cấy lúa xuân\n===="), "{}", text.stdout);
}

#[test]
fn a_page_without_an_article_falls_short_and_says_why() {
    let desk = Desk::new();
    desk.file("trang.html", "<html><body><ul><li><a href=/a>A</a></ul></body></html>");
    let run = desk.run(&["read", "trang.html", "--json"]).ends(1);
    assert_eq!(run.stdout, "");
    let last: serde_json::Value = serde_json::from_str(run.stderr.lines().last().unwrap()).unwrap();
    assert_eq!(last["reason"], "not read");
}

#[test]
fn a_wrong_usage_ends_with_2_and_under_json_as_json() {
    let desk = Desk::new();
    let run = desk.run(&["crawl", "--limit", "many", "--json"]).ends(2);
    assert_eq!(run.stdout, "");
    let last: serde_json::Value = serde_json::from_str(&run.stderr).unwrap();
    assert_eq!((&last["exit"], &last["reason"]), (&2.into(), &"usage".into()));
    assert!(last["message"].as_str().unwrap().contains("--limit"), "{last}");
    let run = desk.run(&["crawl", "baobakcan"]).ends(2);
    assert!(run.stderr.contains("did you mean 'baobackan'?"), "{}", run.stderr);
    let run = desk.run(&["show", "1"]).ends(2);
    assert!(run.stderr.contains("there is no archive here"), "{}", run.stderr);
}

#[test]
fn settings_come_from_the_flag_then_the_environment_then_the_files() {
    let desk = Desk::new();
    desk.file("khobao.toml", "archive = \"tu-tep.db\"\n\n[crawl]\nlimit = 7\nallow-private = true\n");
    desk.file(".config/khobao/config.toml", "archive = \"tu-nha.db\"\ncontact = \"toa@soan.example\"\n");
    let told = |arguments: &[&str], variable: Option<&str>| {
        let mut command = desk.command(arguments);
        command.envs(variable.map(|value| ("KHOBAO_ARCHIVE", value)));
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    let settings = told(&["config"], None);
    assert!(settings.contains("archive = tu-tep.db  # khobao.toml:1:1"), "{settings}");
    assert!(settings.contains("crawl.limit = 7  # khobao.toml:4:1"), "{settings}");
    assert!(settings.contains("crawl.contact = toa@soan.example  # "), "{settings}");
    assert!(
        told(&["config"], Some("tu-moi-truong.db"))
            .contains("archive = tu-moi-truong.db  # the environment: KHOBAO_ARCHIVE")
    );
    assert!(told(&["config", "--no-config"], None).contains("archive = khobao.db  # default"));
    let missing = desk.run(&["stats"]).ends(2);
    assert!(missing.stderr.contains("tu-tep.db"), "{}", missing.stderr);
    let flag = desk.run(&["stats", "--archive", "tu-co.db"]).ends(2);
    assert!(flag.stderr.contains("tu-co.db"), "{}", flag.stderr);
}

#[test]
fn an_unknown_setting_is_a_fault_with_a_suggestion() {
    let desk = Desk::new();
    desk.file("khobao.toml", "archvie = \"x.db\"\n\n[crawl]\nlimitt = 3\n\n[crwal]\nlimit = 2\n");
    let run = desk.run(&["stats"]).ends(2);
    for fault in [
        "khobao.toml:1:1: no option is called 'archvie' (did you mean 'archive'?)",
        "khobao.toml:4:1: no option is called 'limitt' (did you mean 'limit'?)",
        "khobao.toml:6:2: no command is called 'crwal' (did you mean 'crawl'?)",
    ] {
        assert!(run.stderr.contains(fault), "{fault} in\n{}", run.stderr);
    }
}

#[test]
fn completions_and_man_pages_cover_every_command() {
    let desk = Desk::new();
    for shell in ["bash", "zsh", "fish"] {
        let script = desk.run(&["completions", shell]).ends(0).stdout;
        for word in ["newspapers", "health", "every", "min-free", "dry-run", "metrics"] {
            assert!(script.contains(word), "{shell} completes {word}");
        }
    }
    desk.run(&["man", "trang"]).ends(0);
    for page in ["khobao.1", "khobao-crawl.1", "khobao-newspapers-check.1"] {
        assert!(desk.path("trang").join(page).exists(), "{page}");
    }
    let crawl = std::fs::read_to_string(desk.path("trang/khobao-crawl.1")).unwrap();
    for word in ["every", "SIGHUP", "Exit status"] {
        assert!(crawl.contains(word), "the man page of crawl tells {word}");
    }
}

#[test]
fn help_is_as_it_was_reviewed() {
    let desk = Desk::new();
    let commands: [&[&str]; 7] = [
        &["--help"],
        &["demo", "--help"],
        &["crawl", "--help"],
        &["read", "--help"],
        &["show", "--help"],
        &["newspapers", "--help"],
        &["parse", "--help"],
    ];
    let text: Vec<String> = commands
        .into_iter()
        .map(|command| format!("$ khobao {}\n{}", command.join(" "), desk.run(command).ends(0).stdout))
        .collect();
    insta::assert_snapshot!(text.join("\n"));
}
