//! Reprints: one text in two newspapers is a pair, whatever each has cut or changed; forms of words make none.

use std::ops::ControlFlow;

use khobao::archive::verify::{Event, Part, Scope};
use khobao::archive::{LIKENESS_MIN, Packing};
use khobao::article::{Article, Block, BlockKind};
use khobao::target::{Target, TargetKind};
use rusqlite::Connection;

use super::{Bench, at, newspaper, number, read_article, url};

const WHO: [&str; 12] = [
    "Bộ Nông nghiệp và Môi trường",
    "lực lượng kiểm lâm địa bàn",
    "hợp tác xã chè vùng cao",
    "đoàn viên thanh niên xã",
    "ngành điện lực miền Bắc",
    "các hộ nuôi cá lồng",
    "cán bộ khuyến nông huyện",
    "đội ngũ giáo viên cắm bản",
    "trạm khí tượng thủy văn",
    "bộ đội biên phòng tuyến đầu",
    "nghệ nhân làng dệt thổ cẩm",
    "chủ rừng và các tổ bảo vệ",
];
const DOES: [&str; 12] = [
    "kiểm tra thực địa tại các thôn",
    "đề nghị sớm bố trí nguồn vốn",
    "thống nhất lịch mở nước đổ ải",
    "khuyến cáo bà con giữ ấm cho trâu bò",
    "hoàn thành tuyến đường dài mười hai cây số",
    "trao học bổng cho học sinh vượt khó",
    "ghi nhận lượng mưa cao nhất trong tháng",
    "ký kết hợp đồng bao tiêu sản phẩm",
    "tổ chức lớp tập huấn kỹ thuật ghép cành",
    "thả hàng vạn con giống xuống lòng hồ",
    "phục dựng lễ cầu mùa sau nhiều năm",
    "rà soát các điểm có nguy cơ sạt lở",
];
const WHEN: [&str; 10] = [
    "trước ngày rằm",
    "ngay sau đợt rét đậm",
    "trong quý hai",
    "khi nước hồ lên cao",
    "từ đầu vụ xuân",
    "vào phiên chợ cuối tháng",
    "sau ba năm thí điểm",
    "nhân ngày hội đại đoàn kết",
    "giữa mùa thu hoạch",
    "theo kế hoạch đã phê duyệt",
];

/// A sentence of its own for every number.
fn sentence(number: u32) -> String {
    let mixed = number.wrapping_mul(2_654_435_761);
    let pick = |words: &[&'static str], shift: u32| words[((mixed >> shift) as usize) % words.len()];
    format!(
        "{} {} {}, với {} lượt người và {} ha.",
        pick(&WHO, 3),
        pick(&DOES, 11),
        pick(&WHEN, 19),
        mixed >> 22,
        (mixed >> 7) & 0xfff
    )
}

fn text(numbers: impl IntoIterator<Item = u32>) -> Vec<String> {
    numbers.into_iter().map(sentence).collect()
}

fn target_of(paper: &str, id: u32) -> Target {
    Target {
        newspaper: paper.into(),
        kind: TargetKind::Article,
        url: url(&format!("https://{paper}.vn/tin-post{id}.html")),
        id_in_newspaper: Some(id.to_string()),
    }
}

/// Records an article of these paragraphs.
fn print(bench: &mut Bench, paper: &str, id: u32, lead: Option<&str>, paragraphs: &[String]) -> i64 {
    let target = target_of(paper, id);
    let article = Article {
        newspaper: Some(paper.into()),
        url: target.url.clone(),
        id_in_newspaper: target.id_in_newspaper.clone(),
        lead: lead.map(str::to_owned),
        body: paragraphs.iter().map(|text| Block::new(BlockKind::Paragraph, text.clone())).collect(),
        ..super::article(id)
    };
    let now = at(i64::from(id));
    bench.visit(&target, &read_article(&target, &article, now), now).article_id.unwrap()
}

fn bench() -> Bench {
    let mut bench = Bench::new();
    let papers = [
        newspaper("baosonla", "Sơn La"),
        newspaper("baobackan", "Bắc Kạn"),
        newspaper("baohagiang", "Hà Giang"),
    ];
    bench.archive.sync_newspapers(&papers).unwrap();
    bench
}

fn pairs(stock: &Connection) -> Vec<(i64, i64, f64)> {
    stock
        .prepare("SELECT article_id, other_id, likeness FROM reprints ORDER BY 1, 2")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .unwrap()
        .collect::<rusqlite::Result<_>>()
        .unwrap()
}

#[test]
fn an_agencys_piece_in_two_newspapers_is_a_pair_both_ways_round() {
    let mut bench = bench();
    let piece = text(1..=14);
    let one = print(&mut bench, "baosonla", 1, Some(&piece[0]), &piece[1..]);
    let other = print(&mut bench, "baobackan", 2, None, &piece);
    print(&mut bench, "baohagiang", 3, None, &text(100..=114));
    assert_eq!(pairs(&bench.stock()), [(one, other, 1.0), (other, one, 1.0)]);
}

#[test]
fn a_piece_that_was_cut_and_changed_is_less_alike_and_one_that_shares_a_third_is_none() {
    let mut bench = bench();
    let piece = text(1..=16);
    let one = print(&mut bench, "baosonla", 1, None, &piece);
    let mut edited = text(1..=13);
    edited[4] = edited[4].to_uppercase().replace("NGƯỜI", "KHÁCH");
    edited.push("Theo TTXVN".into());
    let other = print(&mut bench, "baobackan", 2, Some("Tin tổng hợp trong ngày."), &edited);
    print(&mut bench, "baohagiang", 3, None, &text((1..=8).chain(200..=208)));
    let found = pairs(&bench.stock());
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!((found[0].0, found[0].1), (one, other));
    assert!((LIKENESS_MIN..0.9).contains(&found[0].2), "{found:?}");
}

#[test]
fn a_text_twice_in_one_newspaper_is_no_reprint_and_neither_is_a_short_one() {
    let mut bench = bench();
    print(&mut bench, "baosonla", 1, None, &text(1..=14));
    print(&mut bench, "baosonla", 2, None, &text(1..=14));
    print(&mut bench, "baohagiang", 3, None, &["Ảnh: bà con xuống đồng đầu xuân.".into()]);
    print(&mut bench, "baobackan", 4, None, &["Ảnh: bà con xuống đồng đầu xuân.".into()]);
    assert_eq!(pairs(&bench.stock()), []);
}

#[test]
fn pairs_follow_what_the_newspapers_change() {
    let mut bench = bench();
    let one = print(&mut bench, "baosonla", 1, None, &text(1..=14));
    let other = print(&mut bench, "baobackan", 2, None, &text(20..=33));
    assert_eq!(pairs(&bench.stock()), []);
    print(&mut bench, "baobackan", 2, None, &text(1..=14));
    assert_eq!(pairs(&bench.stock()), [(one, other, 1.0), (other, one, 1.0)]);
    print(&mut bench, "baosonla", 1, None, &text(40..=52));
    assert_eq!(pairs(&bench.stock()), []);
    assert_eq!(
        number(&bench.stock(), "SELECT max(n) FROM (SELECT count(*) AS n FROM shingle GROUP BY article)"),
        8
    );
}

#[test]
fn a_form_of_words_in_very_many_articles_makes_no_pairs_and_stays_bounded() {
    let mut bench = bench();
    let form: Vec<String> = text(9000..=9005);
    for id in 0..400 {
        let paper = ["baosonla", "baobackan", "baohagiang"][id as usize % 3];
        let own = text(10_000 + id * 16..10_010 + id * 16);
        print(&mut bench, paper, id + 1, None, &[own, form.clone()].concat());
    }
    let stock = bench.stock();
    assert_eq!(pairs(&stock), []);
    let most = number(&stock, "SELECT max(n) FROM (SELECT count(*) AS n FROM shingle GROUP BY hash)");
    assert!(most <= 128, "{most} articles under one hash");
    // And a real pair is still found among them.
    let own = text(50_000..50_014);
    let one = print(&mut bench, "baosonla", 901, None, &[own.clone(), form.clone()].concat());
    let other = print(&mut bench, "baobackan", 902, None, &[own, form].concat());
    assert_eq!(pairs(&stock), [(one, other, 1.0), (other, one, 1.0)]);
}

#[test]
fn packing_compares_articles_that_never_were() {
    let mut bench = bench();
    let one = print(&mut bench, "baosonla", 1, None, &text(1..=14));
    let other = print(&mut bench, "baobackan", 2, None, &text(1..=14));
    let stock = bench.stock();
    stock.execute_batch("DELETE FROM reprint; DELETE FROM shingle").unwrap();
    let packed = bench.archive.pack(&Packing::default(), at(9), |_| ControlFlow::Continue(())).unwrap();
    assert_eq!(packed.articles_compared, 2);
    assert_eq!(pairs(&stock), [(one, other, 1.0), (other, one, 1.0)]);
    let again = bench.archive.pack(&Packing::default(), at(9), |_| ControlFlow::Continue(())).unwrap();
    assert_eq!(again.articles_compared, 0);
}

#[test]
fn verifying_holds_pairs_against_the_texts_and_names_those_that_are_none() {
    let faults = |damage: &str| -> Vec<(Option<i64>, String)> {
        let mut bench = bench();
        print(&mut bench, "baosonla", 1, None, &text(1..=14));
        print(&mut bench, "baobackan", 2, None, &text(1..=12));
        print(&mut bench, "baosonla", 3, None, &text(60..=70));
        bench.stock().execute_batch(&format!("PRAGMA foreign_keys = OFF; {damage}")).unwrap();
        let mut faults = Vec::new();
        let verified = bench.archive.reader().unwrap().verify(Scope::Whole, |event| {
            if let Event::Fault(fault) = event {
                faults.push((fault.id.filter(|_| fault.part == Part::Reprint), fault.what.clone()));
            }
            ControlFlow::Continue(())
        });
        assert!(verified.is_done && verified.reprints > 0);
        faults
    };
    assert_eq!(faults(""), []);
    let told = faults("UPDATE reprint SET likeness = 1");
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].0, Some(1));
    assert!(
        told[0].1.starts_with("articles 1 and 2 are told to be alike by 1.000, and are by 0.8"),
        "{told:?}"
    );
    let told = faults("INSERT INTO reprint VALUES (1, 3, 0.9)");
    assert_eq!(
        told,
        [(Some(1), "articles 1 and 3 are told as reprints, and are of one newspaper".to_owned())]
    );
    let told = faults("UPDATE shingle SET hash = hash - 1 WHERE article = 3");
    let what = "article 3 is compared with others by words that its text does not have";
    assert_eq!(told, [(Some(3), what.to_owned())]);
    let told = faults("INSERT INTO reprint VALUES (2, 999, 0.7)");
    assert!(
        told.iter().any(|(_, what)| what.contains("refers to a row of article that is not there")),
        "{told:?}"
    );
}
