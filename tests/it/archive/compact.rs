//! Compression by likeness: it is small, it is exact, and it lets nothing else be lost.

use std::io::Write;
use std::ops::ControlFlow;

use khobao::archive::verify::{Event, Part, Scope};
use khobao::archive::{Archive, PACK_LEVEL, Packed, Packing};
use khobao::outcome::Outcome;
use rusqlite::Connection;

use super::{Bench, article, article_target, at, number, read_article, text};

/// A page of a site: a frame that changes with the design, boxes that change with the day, an article.
fn page(id: u32, day: u32, design: u32) -> Vec<u8> {
    let line = |kind: &str, seed: u32, count: u32| -> String {
        let lines = (0..count).map(|n| (seed + n).wrapping_mul(2_654_435_761)).map(|x| {
            let (a, b) = (x >> 9, x >> 5);
            format!("<li class=\"{kind}-{a:x}\"><a href=\"/{kind}/{b:x}.html\">{kind} {x}</a></li>")
        });
        lines.collect::<Vec<_>>().join("\n")
    };
    let (frame, boxes, own) = (
        line("menu", design * 7919, 300),
        line("tin", 50_000 + day * 11, 40),
        line("doan", 900_000 + id * 31, 12),
    );
    format!("<!DOCTYPE html>{frame}<h1>{id}</h1>{own}{boxes}<footer>{frame}</footer>").into_bytes()
}

fn outcome(id: u32, payload: &[u8]) -> Outcome {
    let target = article_target(id);
    let mut outcome = read_article(&target, &article(id), at(i64::from(id)));
    outcome.exchanges[0].payload = payload.to_vec().into();
    outcome
}

/// Records these pages one by one.
fn bench(pages: &[Vec<u8>]) -> Bench {
    let mut bench = Bench::new();
    for (id, payload) in (1..).zip(pages) {
        bench.visit(&article_target(id), &outcome(id, payload), at(i64::from(id)));
    }
    bench
}

fn assert_exact(archive: &Archive, pages: &[Vec<u8>]) {
    let reader = archive.reader().unwrap();
    for (id, payload) in (1..).zip(pages) {
        assert_eq!(&reader.payload(id).unwrap(), payload, "page {id}");
    }
}

fn stored(connection: &Connection) -> i64 {
    number(connection, "SELECT sum(length(stored) + coalesce(length(notes), 0)) FROM blob")
        + number(connection, "SELECT sum(length(stored)) FROM dictionary")
}

fn pack(archive: &mut Archive) -> Packed {
    archive.pack(&Packing::default(), at(500), |_| ControlFlow::Continue(())).unwrap()
}

#[test]
fn pages_of_one_site_take_a_fraction_of_what_they_would_alone() {
    let pages: Vec<Vec<u8>> = (1..=60).map(|id| page(id, id, 1)).collect();
    let bench = bench(&pages);
    assert_exact(&bench.archive, &pages);
    let alone: usize = pages.iter().map(|page| zstd::bulk::compress(page, 9).unwrap().len()).sum();
    let alone = i64::try_from(alone).unwrap();
    let stored = stored(&bench.stock());
    assert!(stored * 4 < alone, "{stored} bytes, alone {alone}");
    assert_eq!(number(&bench.stock(), "SELECT max(depth) FROM dictionary"), 8, "a chain ends");
}

#[test]
fn a_new_design_gets_a_dictionary_of_its_own() {
    let pages: Vec<Vec<u8>> = (1..=60).map(|id| page(id, id, 1 + id / 31)).collect();
    let bench = bench(&pages);
    assert_exact(&bench.archive, &pages);
    let stock = bench.stock();
    let last = number(&stock, "SELECT max(length(stored)) FROM blob WHERE id > 50");
    let alone = zstd::bulk::compress(&pages[55], 9).unwrap().len();
    assert!(last * 3 < i64::try_from(alone).unwrap(), "{last} of {alone}");
    let roots = "SELECT count(*) FROM dictionary WHERE base IS NULL AND page_group = (SELECT page_group FROM blob LIMIT 1)";
    assert_eq!(number(&stock, roots), 2);
    assert!(number(&stock, "SELECT count(*) FROM dictionary WHERE base IS NOT NULL") > 0);
}

#[test]
fn two_kinds_of_pages_that_take_turns_are_both_served() {
    let pages: Vec<Vec<u8>> = (1..=60).map(|id| page(id, id, 1 + id % 2)).collect();
    let bench = bench(&pages);
    assert_exact(&bench.archive, &pages);
    let stored = stored(&bench.stock());
    let alone: usize = pages.iter().map(|page| zstd::bulk::compress(page, 9).unwrap().len()).sum();
    assert!(stored * 4 < i64::try_from(alone).unwrap(), "{stored} bytes, alone {alone}");
}

fn gzip(page: &[u8], level: u32) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(level));
    encoder.write_all(page).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn pages_that_came_as_gzip_are_packed_as_pages_and_given_back_as_they_came() {
    let pages: Vec<Vec<u8>> = (1..=40).map(|id| page(id, id, 1)).collect();
    let mut streams: Vec<Vec<u8>> =
        (1..).zip(&pages).map(|(level, page)| gzip(page, 1 + level % 9)).collect();
    // What is no whole stream stays as it came.
    streams[20].truncate(3000);
    let mut bench = bench(&[]);
    for (id, payload) in (1..).zip(&streams) {
        let mut outcome = outcome(id, payload);
        outcome.exchanges[0].response_headers.push(("content-encoding".into(), "gzip".into()));
        bench.visit(&article_target(id), &outcome, at(i64::from(id)));
    }
    let stock = bench.stock();
    let before = stored(&stock);
    let packed = pack(&mut bench.archive);
    assert_eq!((packed.waiting, packed.rewritten), (40, 39), "{packed:?}");
    let after = stored(&stock);
    assert!(after * 3 < before, "{after} of {before}");
    assert_exact(&bench.archive, &streams);
    assert_eq!(number(&stock, "SELECT count(*) FROM blob WHERE remade = 'preflate1'"), 39);
    assert_eq!(pack(&mut bench.archive).waiting, 0);
    let reader = bench.archive.reader().unwrap();
    let read = reader.page(7).unwrap().unwrap();
    assert_eq!(read.page.body, pages[6], "a page is read without the stream being made again");
}

#[test]
fn what_packing_would_win_is_told_beforehand_by_a_sample() {
    let pages: Vec<Vec<u8>> = (1..=60).map(|id| page(id, id, 1)).collect();
    for is_gzip in [false, true] {
        let mut bench = bench(&[]);
        for (id, page) in (1..).zip(&pages) {
            let mut outcome = outcome(id, page);
            if is_gzip {
                outcome.exchanges[0].payload = gzip(page, 6).into();
                outcome.exchanges[0].response_headers.push(("content-encoding".into(), "gzip".into()));
            }
            bench.visit(&article_target(id), &outcome, at(i64::from(id)));
        }
        let reader = bench.archive.reader().unwrap();
        let before = stored(&bench.stock());
        let sampled = reader.estimate_packing(&Packing::default(), |_| ControlFlow::Continue(())).unwrap();
        assert!(sampled.is_done && (15..=24).contains(&sampled.sampled), "{sampled:?}");
        assert_eq!(stored(&bench.stock()), before, "nothing was written");
        let packed = pack(&mut bench.archive);
        let saved =
            |packed: &Packed| packed.groups.iter().map(|group| group.bytes_before - group.bytes_after).sum();
        let (told, won): (u64, u64) = (saved(&sampled), saved(&packed));
        assert!(won > 0 && told * 10 > won * 6 && told * 10 < won * 14, "{told} told, {won} won ({is_gzip})");
        let sampled = reader.estimate_packing(&Packing::default(), |_| ControlFlow::Continue(())).unwrap();
        assert_eq!((sampled.sampled, saved(&sampled)), (0, 0), "nothing waits any more");
    }
}

#[test]
fn what_harms_a_dictionary_or_notes_is_told_of_every_payload_that_needs_them() {
    let pages: Vec<Vec<u8>> = (1..=12).map(|id| page(id, id, 1)).collect();
    let mut bench = bench(&pages[..11]);
    let stream = gzip(&pages[11], 6);
    bench.visit(&article_target(12), &outcome(12, &stream), at(12));
    pack(&mut bench.archive);
    let stock = bench.stock();
    stock.execute_batch("UPDATE dictionary SET stored = zeroblob(9) WHERE page = 6").unwrap();
    stock.execute_batch("UPDATE blob SET notes = zeroblob(60) WHERE id = 12").unwrap();
    let mut told = Vec::new();
    let reader = bench.archive.reader().unwrap();
    reader.verify(Scope::Whole, |event| {
        if let Event::Fault(fault) = event
            && fault.part == Part::Payload
        {
            told.push(fault.id.unwrap());
        }
        ControlFlow::Continue(())
    });
    let needs = |id: i64| reader.payload(id).is_err();
    let harmed: Vec<i64> = (1..=12).filter(|id| needs(*id)).collect();
    assert_eq!(told, harmed);
    assert!(
        harmed.contains(&6) && harmed.contains(&12) && harmed.len() > 3 && !harmed.contains(&1),
        "{told:?}"
    );
}

#[test]
fn nothing_is_packed_that_is_packed_by_its_own_format() {
    let mut photo = vec![0xff, 0xd8, 0xff, 0xe0];
    photo.extend((0..10_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()));
    let mut bench = bench(&[photo.clone()]);
    assert_eq!(pack(&mut bench.archive).waiting, 0);
    assert_exact(&bench.archive, &[photo]);
}

#[test]
fn packing_at_a_lower_level_leaves_alone_what_is_packed_better() {
    let pages: Vec<Vec<u8>> = (1..=20).map(|id| page(id, id, 1)).collect();
    let mut bench = bench(&pages);
    let low = Packing { level: 3, ..Packing::default() };
    assert_eq!(bench.archive.pack(&low, at(500), |_| ControlFlow::Continue(())).unwrap().waiting, 0);
    let other = Packing { newspapers: vec!["baobackan".into()], level: PACK_LEVEL };
    assert_eq!(bench.archive.pack(&other, at(500), |_| ControlFlow::Continue(())).unwrap().waiting, 0);
    assert_eq!(pack(&mut bench.archive).waiting, 20);
}

#[test]
fn headers_are_stored_as_what_differs() {
    let pages: Vec<Vec<u8>> = (1..=20).map(|id| page(id, id, 1)).collect();
    let bench = bench(&pages);
    assert!(number(&bench.stock(), "SELECT max(length(heads)) FROM capture WHERE id > 1") < 60);
}

#[test]
fn packing_compresses_harder_and_changes_no_byte() {
    let pages: Vec<Vec<u8>> = (1..=60).map(|id| page(id, id, 1)).collect();
    let mut bench = bench(&pages);
    let stock = bench.stock();
    let digests = "SELECT group_concat(hex(sha256) || size) FROM blob";
    let (before, digests_before) = (stored(&stock), text(&stock, digests));
    let packed = pack(&mut bench.archive);
    assert!(packed.is_done && packed.rewritten > 0, "{packed:?}");
    assert_eq!((packed.seen, packed.waiting), (60, 60), "every page, be it a dictionary or not");
    let group = packed.groups.iter().find(|group| group.group.starts_with("article")).unwrap();
    assert_eq!((group.payloads, group.waiting, group.newspaper.as_deref()), (60, 0, Some("baosonla")));
    assert!(group.bytes_after < group.bytes_before);
    let article = "page_group = (SELECT id FROM page_group WHERE name LIKE 'article%')";
    let lies = |table| number(&stock, &format!("SELECT sum(length(stored)) FROM {table} WHERE {article}"));
    assert_eq!(i64::try_from(group.bytes_after).unwrap(), lies("blob") + lies("dictionary"));
    assert!(stored(&stock) < before);
    assert_eq!(text(&stock, digests), digests_before);
    assert_exact(&bench.archive, &pages);
    assert_eq!(text(&stock, "PRAGMA integrity_check"), "ok");
    assert_eq!(number(&stock, "PRAGMA freelist_count"), 0);
    assert_eq!(pack(&mut bench.archive).waiting, 0, "once is enough");
}

#[test]
fn pages_stored_without_dictionaries_get_them() {
    let pages: Vec<Vec<u8>> = (1..=30).map(|id| page(id, id, 1)).collect();
    let mut bench = bench(&pages);
    let stock = bench.stock();
    // As an archive would be that was written without them.
    stock.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    for (id, payload) in (1..).zip(&pages) {
        let plain = zstd::bulk::compress(payload, 3).unwrap();
        let sql = "UPDATE blob SET form = 'zstd', dictionary = NULL, level = 3, stored = ?2 WHERE id = ?1";
        stock.execute(sql, (id, plain)).unwrap();
    }
    stock
        .execute_batch(
            "UPDATE page_group SET dictionary = NULL, other = NULL WHERE name <> 'heads';
             DELETE FROM dictionary WHERE page IS NOT NULL",
        )
        .unwrap();
    let before = stored(&stock);
    let packed = pack(&mut bench.archive);
    assert!(packed.dictionaries_made > 0 && packed.is_done);
    assert!(stored(&stock) * 3 < before);
    assert_exact(&bench.archive, &pages);
}

#[test]
fn packing_goes_on_beside_a_crawl_and_stops_when_told() {
    let pages: Vec<Vec<u8>> = (1..=80).map(|id| page(id, id, 1)).collect();
    let mut bench = bench(&pages[..40]);
    let mut other = Archive::open_existing(bench.archive.path()).unwrap();
    let mut next = 40;
    let packed = other
        .pack(&Packing::default(), at(500), |_| {
            next += 1;
            let id = u32::try_from(next).unwrap();
            bench.visit(&article_target(id), &outcome(id, &pages[next - 1]), at(i64::from(id)));
            if next < 43 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })
        .unwrap();
    assert!(!packed.is_done && packed.seen > 0);
    assert_exact(&bench.archive, &pages[..next]);
}

#[test]
fn a_damaged_dictionary_does_not_stop_a_crawl() {
    let pages: Vec<Vec<u8>> = (1..=30).map(|id| page(id, 1, 1)).collect();
    let mut bench = bench(&pages[..20]);
    let stock = bench.stock();
    stock.execute_batch("UPDATE dictionary SET stored = x'00'").unwrap();
    let mut archive = Archive::open_existing(bench.archive.path()).unwrap();
    std::mem::swap(&mut bench.archive, &mut archive);
    for id in 21..=30 {
        bench.visit(&article_target(id), &outcome(id, &pages[id as usize - 1]), at(i64::from(id)));
    }
    let reader = bench.archive.reader().unwrap();
    assert!(reader.payload(10).is_err());
    for id in 22..=30 {
        assert_eq!(reader.payload(id).unwrap(), pages[usize::try_from(id).unwrap() - 1], "{id}");
    }
}
