//! Fixity: a sound archive is found sound, and every kind of damage is named.

use std::ops::ControlFlow;

use khobao::archive::verify::{Event, Fault, Part, Scope, Verified};
use khobao::archive::{Archive, Reader};
use rusqlite::Connection;

use super::{Bench, article, article_target, at, number, read_article, text};

/// A few articles with pages long and alike enough for dictionaries, one of them in two versions.
pub(super) fn bench() -> Bench {
    let mut bench = Bench::new();
    for id in 1..=12 {
        let target = article_target(id);
        let mut entry = article(id);
        entry.title = format!("Tin số {id} về mùa mận Hoà Bình");
        let mut outcome = read_article(&target, &entry, at(i64::from(id)));
        let frame = "<nav>Trang chủ Thời sự Xã hội Kinh tế Văn hoá Đất và người</nav>".repeat(30);
        outcome.exchanges[0].payload = format!("<html>{frame}<h1>{}</h1></html>", entry.title).into();
        bench.visit(&target, &outcome, at(i64::from(id)));
    }
    let mut edited = article(3);
    edited.title = "Tin số ba, đã sửa".into();
    let target = article_target(3);
    bench.visit(&target, &read_article(&target, &edited, at(40)), at(40));
    bench
}

fn verify(archive: &mut Archive, scope: Scope) -> (Verified, Vec<Fault>) {
    let mut faults = Vec::new();
    let verified = archive
        .verify(scope, at(100), |event| {
            if let Event::Fault(fault) = event {
                faults.push(fault.clone());
            }
            ControlFlow::Continue(())
        })
        .unwrap();
    (verified, faults)
}

/// What verification says of the archive after something was done to it behind its back.
fn faults_after(damage: &str) -> Vec<Fault> {
    let mut bench = bench();
    bench.stock().execute_batch(&format!("PRAGMA foreign_keys = OFF; {damage}")).unwrap();
    let (verified, faults) = verify(&mut bench.archive, Scope::Whole);
    assert_eq!(verified.faults, faults.len() as u64);
    assert!(verified.is_done);
    faults
}

fn named(faults: &[Fault]) -> Vec<(Part, Option<i64>)> {
    faults.iter().map(|fault| (fault.part, fault.id)).collect()
}

#[test]
fn a_sound_archive_is_found_sound_and_that_is_recorded() {
    let mut bench = bench();
    let (verified, faults) = verify(&mut bench.archive, Scope::Whole);
    assert_eq!(faults, []);
    assert!(verified.is_done && verified.bytes > 0);
    assert_eq!((verified.payloads, verified.checked), (13, 13));
    bench.archive.finish_verify("done", at(101)).unwrap();
    let stock = bench.stock();
    let run = "SELECT started_at || ' ' || ended_at || ' ' || scope || ' ' || blobs || ' ' || faults FROM verify_run";
    assert_eq!(text(&stock, run), "2023-05-12T12:40:00Z 2023-05-12T12:41:00Z whole 13 0");
    assert_eq!(number(&stock, "SELECT count(*) FROM fixity WHERE is_sound = 1"), 13);
    // Without leave to write, all the same.
    let reader = bench.archive.reader().unwrap();
    assert_eq!(reader.verify(Scope::Whole, |_| ControlFlow::Continue(())), verified);
}

#[test]
fn a_flipped_byte_in_a_payload_is_named() {
    let flip = "UPDATE blob SET stored = CAST(substr(stored, 1, length(stored) - 6) || x'00' || substr(stored, -5) AS BLOB)
                WHERE id = 5";
    let faults = faults_after(flip);
    assert_eq!(named(&faults), [(Part::Payload, Some(5))]);
    assert!(faults[0].what.contains("capture 5, https://baosonla.vn/xa-hoi/tin-post5.html"), "{faults:?}");
    // Bytes that unpack well and are others.
    let other = format!(
        "UPDATE blob SET form = 'raw', dictionary = NULL, stored = x'{}' WHERE id = 6",
        "41".repeat(2000)
    );
    let faults = faults_after(&format!("{other}; UPDATE blob SET size = 2000 WHERE id = 6"));
    assert_eq!(named(&faults), [(Part::Payload, Some(6))]);
    assert!(faults[0].what.contains("its digest is"), "{faults:?}");
    let faults = faults_after(&other);
    assert!(faults[0].what.contains("it has 2000 bytes and should have"), "{faults:?}");
}

#[test]
fn a_deleted_dictionary_is_named_with_what_needs_it() {
    let faults = faults_after("DELETE FROM dictionary WHERE id = (SELECT dictionary FROM blob WHERE id = 7)");
    let parts = named(&faults);
    assert!(parts.contains(&(Part::Payload, Some(7))), "{faults:?}");
    assert!(parts.contains(&(Part::Reference, Some(7))), "{faults:?}");
    assert!(
        faults
            .iter()
            .any(|fault| fault.what.contains("blob 7 refers to a row of dictionary that is not there"))
    );
}

#[test]
fn a_changed_dictionary_is_named() {
    let faults = faults_after("UPDATE dictionary SET sha256 = zeroblob(32) WHERE id = 1");
    assert_eq!(named(&faults), [(Part::Dictionary, Some(1))]);
}

#[test]
fn a_changed_article_text_is_named_as_text_and_in_the_index() {
    let faults = faults_after("UPDATE version SET title = 'Tin giả' WHERE article = 4");
    assert_eq!(named(&faults), [(Part::Version, Some(4)), (Part::Index, Some(4))]);
    insta::assert_snapshot!(faults[1].what, @"article 4 is in the search index with other words than its text has");
    // An older version is not in the index.
    let faults = faults_after("UPDATE version SET body = body || '.' WHERE article = 3 AND number = 1");
    assert_eq!(named(&faults), [(Part::Version, Some(3))]);
    let faults = faults_after("UPDATE version SET blocks = '[[\"paragraph\",1,9999]]' WHERE article = 2");
    assert_eq!(named(&faults), [(Part::Version, Some(2)), (Part::Index, Some(2))]);
}

#[test]
fn an_index_that_does_not_fit_the_texts_is_named_article_by_article() {
    let faults = faults_after("DELETE FROM searchable WHERE rowid = 6");
    assert_eq!(named(&faults), [(Part::Index, Some(6))]);
    assert!(faults[0].what.ends_with("is not in the search index"));
    let faults = faults_after("DELETE FROM search_title WHERE rowid = 6");
    assert_eq!(named(&faults), [(Part::Index, Some(6))]);
    assert!(faults[0].what.ends_with("is not in the index of the headlines"));
    let faults = faults_after("INSERT INTO searchable (rowid, title) VALUES (77, 'không có bài này')");
    assert_eq!(named(&faults), [(Part::Index, Some(77))]);
    let faults = faults_after("UPDATE newspaper SET province = 'Điện Biên'");
    assert_eq!(faults.len(), 12, "the filter tokens are of another province");
}

#[test]
fn broken_references_and_headers_are_named() {
    let faults = faults_after("UPDATE capture SET blob = 999 WHERE id = 2");
    assert_eq!(named(&faults), [(Part::Reference, Some(2))]);
    let faults = faults_after("UPDATE article SET version_count = 5 WHERE id = 3");
    assert!(
        faults.iter().any(|fault| fault.what == "article 3 says it has 5 versions, and has 2"),
        "{faults:?}"
    );
    let faults = faults_after("UPDATE capture SET heads = x'1234' WHERE id = 8");
    assert_eq!(named(&faults), [(Part::Headers, Some(8))]);
}

#[test]
fn a_truncated_file_is_told() {
    let bench = bench();
    let path = bench.archive.path().to_owned();
    let Bench { archive, folder, .. } = bench;
    drop(archive);
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() * 2 / 3]).unwrap();
    let mut faults = 0;
    match Reader::open(&path) {
        Ok(reader) => {
            faults += reader.verify(Scope::Whole, |_| ControlFlow::Continue(())).faults;
        }
        Err(error) => {
            assert!(error.to_string().contains("damaged"), "{error}");
            faults += 1;
        }
    }
    assert!(faults > 0);
    drop(folder);
}

#[test]
fn slices_go_on_where_the_last_one_stopped() {
    let mut bench = bench();
    let fifth = Scope::Slice { per_mille: 200 };
    let checked = |connection: &Connection| number(connection, "SELECT count(*) FROM fixity");
    let stock = bench.stock();
    for expected in [3, 6, 9, 12, 13, 13] {
        let (verified, faults) = verify(&mut bench.archive, fifth);
        assert_eq!((faults.len(), verified.checked <= 3), (0, true));
        assert_eq!(checked(&stock), expected);
    }
    // Then those first that were seen longest ago.
    stock
        .execute_batch("UPDATE fixity SET checked_at = '2020-01-01T00:00:00Z' WHERE blob IN (4, 9)")
        .unwrap();
    verify(&mut bench.archive, fifth);
    assert_eq!(number(&stock, "SELECT count(*) FROM fixity WHERE checked_at < '2021'"), 0);
}

#[test]
fn verification_stops_when_told_and_keeps_what_it_has_seen() {
    let mut bench = bench();
    let verified = bench
        .archive
        .verify(Scope::Slice { per_mille: 1000 }, at(100), |event| match event {
            Event::Step(verified) if verified.checked > 0 => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        })
        .unwrap();
    assert!(verified.checked > 0);
    assert!(!verified.is_done);
    assert_eq!(
        number(&bench.stock(), "SELECT count(*) FROM fixity"),
        i64::try_from(verified.checked).unwrap()
    );
}

#[test]
fn a_manifest_holds_as_long_as_nothing_is_lost_or_changed() {
    let bench = bench();
    let reader = bench.archive.reader().unwrap();
    let mut manifest = Vec::new();
    assert_eq!(reader.write_manifest(&mut manifest, at(50)).unwrap(), 13 + 13);
    let check = || {
        let mut faults = Vec::new();
        let lines = reader
            .check_manifest(&mut manifest.as_slice(), |fault| {
                faults.push(fault.what.clone());
                ControlFlow::Continue(())
            })
            .unwrap();
        (lines, faults)
    };
    assert_eq!(check(), (26, vec![]));
    let stock = bench.stock();
    stock.execute_batch("UPDATE version SET text_sha256 = zeroblob(32) WHERE id = 2").unwrap();
    stock.execute_batch("PRAGMA foreign_keys = OFF; DELETE FROM capture WHERE id = 13").unwrap();
    let (_, faults) = check();
    assert_eq!(faults.len(), 2);
    assert!(faults[0].contains(": the archive has no such capture "), "{faults:?}");
    assert!(faults[1].contains(": the archive has no such version "), "{faults:?}");
    let mut strange = Vec::new();
    reader
        .check_manifest(&mut "x\tabc\n".as_bytes(), |fault| {
            strange.push(fault.what.clone());
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(strange, ["line 1 is no line of a manifest"]);
}
