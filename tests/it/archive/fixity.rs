//! `khobao verify` as an archivist runs it: on a sound archive, on damaged ones, in slices, with a manifest.

use std::process::Command;

use rusqlite::Connection;
use serde_json::Value;

use super::verify::bench;
use super::{Bench, at, number, text};
use crate::program::{Desk, Run};

/// An archive that nobody has open, in a folder of the program's own.
fn desk() -> Desk {
    let desk = Desk::new();
    let Bench { archive, folder, .. } = {
        let mut bench = bench();
        bench.archive.finish_run(bench.run, "nothing is due", at(60)).unwrap();
        bench
    };
    drop(archive);
    std::fs::copy(folder.path().join("khobao.db"), desk.path("khobao.db")).unwrap();
    assert!(!folder.path().join("khobao.db-wal").exists(), "the last to close it clears the log away");
    desk
}

/// What verification says after something was done to the archive behind its back.
fn after(damage: &str) -> Run {
    let desk = desk();
    let stock = desk.archive();
    stock.execute_batch(&format!("PRAGMA foreign_keys = OFF; {damage}")).unwrap();
    drop(stock);
    desk.run(&["verify"]).ends(1)
}

#[test]
fn a_sound_archive_is_told_sound_and_the_run_is_recorded() {
    let desk = desk();
    let run = desk.run(&["verify", "--json"]).ends(0);
    let lines = run.json();
    desk.assert_schema("verify", &lines);
    assert_eq!(lines.len(), 1);
    let summary = &lines[0];
    assert_eq!((&summary["kind"], &summary["payloads"]), (&"summary".into(), &13.into()));
    assert_eq!(
        (&summary["checked"], &summary["headers"], &summary["versions"]),
        (&13.into(), &13.into(), &13.into())
    );
    assert_eq!((&summary["stopped_by"], &summary["is_recorded"]), (&"done".into(), &true.into()));
    assert_eq!(
        desk.column("SELECT scope || ' ' || stopped_by || ' ' || faults FROM verify_run"),
        ["whole done 0"]
    );
    assert_eq!(desk.column("SELECT count(*) FROM fixity WHERE is_sound"), ["13"]);
    let words = desk.run(&["verify"]).ends(0);
    assert_eq!(words.stdout, "");
    assert!(words.stderr.contains("13 headers and 13 texts checked: sound"), "{}", words.stderr);
}

#[test]
fn each_damage_is_named_and_ends_with_1() {
    let cases = [
        (
            "UPDATE version SET title = 'Tin giả' WHERE article = 4",
            "article 4, version 1: the digest of its text is",
        ),
        (
            "DELETE FROM dictionary WHERE id = (SELECT dictionary FROM blob WHERE id = 7)",
            "blob 7 refers to a row of dictionary that is not there",
        ),
        ("DELETE FROM searchable WHERE rowid = 6", "article 6 is not in the search index"),
        ("UPDATE capture SET blob = 999 WHERE id = 2", "capture 2 refers to a row of blob that is not there"),
        ("UPDATE article SET version = 999 WHERE id = 5", "article 5 has no current version of its own"),
        ("UPDATE capture SET heads = x'1234' WHERE id = 8", "headers of capture 8"),
    ];
    for (damage, named) in cases {
        let run = after(damage);
        assert!(run.stdout.contains(named), "{named} in\n{}", run.stdout);
        assert!(run.stderr.contains(" found"), "{}", run.stderr);
    }
}

#[test]
fn a_byte_flipped_in_the_file_is_named_with_its_page() {
    let desk = desk();
    let stored: Vec<u8> =
        desk.archive().query_row("SELECT stored FROM blob WHERE id = 5", [], |row| row.get(0)).unwrap();
    let mut file = std::fs::read(desk.path("khobao.db")).unwrap();
    let found: Vec<usize> =
        (0..file.len() - stored.len()).filter(|start| file[*start..].starts_with(&stored)).collect();
    assert_eq!(found.len(), 1, "the payload stands in one piece in the file");
    file[found[0] + stored.len() / 2] ^= 0x10;
    std::fs::write(desk.path("khobao.db"), file).unwrap();
    let run = desk.run(&["verify"]).ends(1);
    let named = "payload 5 (capture 5, https://baosonla.vn/xa-hoi/tin-post5.html at 2023-05-12T11:05:00Z): ";
    assert!(run.stdout.starts_with(named), "{}", run.stdout);
    let lines = desk.run(&["verify", "--json"]).ends(1).json();
    desk.assert_schema("verify", &lines);
    assert_eq!(
        (&lines[0]["kind"], &lines[0]["part"], &lines[0]["id"]),
        (&"fault".into(), &"payload".into(), &5.into())
    );
    assert_eq!(desk.column("SELECT blob FROM fixity WHERE NOT is_sound"), ["5"]);
}

#[test]
fn a_file_that_was_cut_is_told_how_much_is_missing_and_left_as_it_is() {
    let desk = desk();
    let whole = std::fs::read(desk.path("khobao.db")).unwrap();
    for part in [whole.len() * 2 / 3, whole.len() - 100, 5000, 600] {
        let cut = &whole[..part];
        std::fs::write(desk.path("khobao.db"), cut).unwrap();
        let run = desk.run(&["verify", "--json"]).ends(1);
        let first = &run.json()[0];
        let told = first["what"].as_str().unwrap();
        assert!(
            told.starts_with(&format!(
                "the file is cut off: it has {part} bytes and should have {}",
                whole.len()
            )),
            "{told}"
        );
        assert_eq!(std::fs::read(desk.path("khobao.db")).unwrap(), cut);
    }
    desk.file("khobao.db", "thư");
    assert!(desk.run(&["verify"]).ends(2).stderr.contains("not an archive"));
}

#[test]
fn slices_of_everything_go_on_where_the_last_one_stopped() {
    let desk = desk();
    let seen = || desk.column("SELECT count(*) FROM fixity");
    let stopped = "SELECT last_capture || ' ' || last_version FROM verify_run ORDER BY id DESC LIMIT 1";
    for (payloads, rows) in [("3", "3 3"), ("6", "6 6"), ("9", "9 9"), ("12", "12 12"), ("13", "2 2")] {
        let slice = desk.run(&["verify", "--sample", "20%"]).ends(0);
        assert!(
            slice.stderr.contains("(not the search index, the reprints and SQLite's own checks"),
            "{}",
            slice.stderr
        );
        assert_eq!((seen(), desk.column(stopped)), (vec![payloads.to_owned()], vec![rows.to_owned()]));
    }
    let timed = desk.run(&["verify", "--for", "1m", "--json"]).ends(0).json();
    assert_eq!(timed[0]["stopped_by"], "done", "a small archive is done before the time is over");
    let at_once = desk.run(&["verify", "--for", "0s", "--json"]).ends(0);
    assert_eq!(at_once.json()[0]["stopped_by"], "time");
    assert!(desk.run(&["verify", "--sample", "0%"]).ends(2).stderr.contains("write 5% or 0.5%"));
}

#[test]
fn a_manifest_is_checked_by_sha256sum_and_against_a_copy() {
    let desk = desk();
    let written =
        desk.run(&["verify", "--manifest", "so.sha256", "--unpack", "tep", "--json"]).ends(0).json();
    assert_eq!(written[0]["digests_written"], 26);
    let manifest = std::fs::read_to_string(desk.path("so.sha256")).unwrap();
    assert!(manifest.contains("\n#= capture\t"), "{manifest}");
    let checked = Command::new("sha256sum")
        .args(["--check", "--strict", "--quiet", "../so.sha256"])
        .current_dir(desk.path("tep"))
        .output()
        .unwrap();
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
    desk.run(&["verify", "--manifest", "so.sha256"]).ends(2);

    desk.run(&["backup", "sao.db"]).ends(0);
    let check = ["verify", "--check", "so.sha256", "--archive", "sao.db"];
    assert!(desk.run(&check).ends(0).stderr.contains("26 digests of the manifest: sound"));
    let copy = Connection::open(desk.path("sao.db")).unwrap();
    // A forger who mends the digest too is found out by the manifest alone.
    copy.execute_batch("UPDATE blob SET sha256 = zeroblob(32) WHERE id = 9").unwrap();
    drop(copy);
    let run = desk.run(&check).ends(1);
    let told = "the archive has no such capture ";
    assert!(
        run.stdout.lines().any(|line| line.contains(told) && line.contains("tin-post9.html")),
        "{}",
        run.stdout
    );
    let not_written = desk.run(&["verify", "--manifest", "moi.sha256", "--archive", "sao.db"]).ends(1);
    assert!(not_written.stderr.contains("the manifest was not written"), "{}", not_written.stderr);
    assert!(!desk.path("moi.sha256").exists());
    desk.file("thu.txt", "Đây là một bức thư.\n");
    assert!(
        desk.run(&["verify", "--check", "thu.txt"])
            .ends(1)
            .stdout
            .contains("line 1 is no line of a manifest")
    );
}

#[test]
fn an_interrupted_verification_ends_with_130_and_keeps_what_it_saw() {
    let desk = desk();
    let stock = desk.archive();
    // So many payloads that it is at work for a while.
    stock
        .execute_batch(
            "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 150000)
             INSERT INTO blob (sha256, size, form, content_size, stored)
               SELECT randomblob(32), 3, 'raw', 3, x'616263' FROM n",
        )
        .unwrap();
    let child = desk.start(&["verify", "--for", "10m", "--json"]);
    let start = std::time::Instant::now();
    while number(&stock, "SELECT count(*) FROM fixity") == 0 {
        assert!(start.elapsed() < std::time::Duration::from_mins(1), "nothing is checked");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let run = crate::program::finish(child.wait_with_output().unwrap());
    // The forged payloads are faults, and what the user wished is told all the same.
    let last: Value = serde_json::from_str(run.stdout.lines().last().unwrap()).unwrap();
    assert_eq!(last["stopped_by"], "stopped by the user", "{last}");
    assert_eq!(text(&stock, "SELECT stopped_by FROM verify_run"), "stopped by the user");
    assert_eq!(run.code, Some(130), "{}", run.stderr);
}
