//! Datelines and dates through the public functions, each kind by cases of its own in `fixtures/text`.

use chrono::{DateTime, NaiveDate, Utc};
use khobao::article::{Confidence, Dateline};
use khobao::text::date::{self, DateOrderHint, Stamp};
use khobao::text::dateline;
use khobao::text::stream::Line;
use khobao::when::When;
use unicode_normalization::UnicodeNormalization;
use url::Url;

const DATELINES: &str = include_str!("../../fixtures/text/datelines.tsv");
const DATE_LINES: &str = include_str!("../../fixtures/text/date-lines.tsv");

/// The rows of a table below its head.
fn rows<const N: usize>(table: &str) -> impl Iterator<Item = [&str; N]> {
    table.lines().skip(1).map(|line| {
        let fields: Vec<&str> = line.split('\t').collect();
        fields.try_into().unwrap_or_else(|_| panic!("a row of {N} fields: {line}"))
    })
}

/// What the table says of a dateline: source, place, part of day, date.
fn summary(dateline: Option<&Dateline>) -> [String; 4] {
    let field = |field: fn(&Dateline) -> Option<String>| dateline.and_then(field).unwrap_or_default();
    let date = field(|dateline| {
        let date = dateline.date?;
        Some(dateline.date_end.map_or(date.to_string(), |end| format!("{date}..{end}")))
    });
    [field(|it| it.source.clone()), field(|it| it.place.clone()), field(|it| it.part_of_day.clone()), date]
}

fn dateline_of(published: &str, opening: &str) -> Option<Dateline> {
    Line::read(&format!("{published}\t{opening}")).dateline().dateline
}

#[test]
fn every_kind_of_opening_is_read() {
    let mut faults = Vec::new();
    for [published, opening, source, place, part, date, kind] in rows(DATELINES) {
        let read = summary(dateline_of(published, opening).as_ref());
        if read != [source, place, part, date] {
            faults.push(format!("{kind}: {opening} ({published})\n  gives {read:?}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn an_opening_reads_the_same_in_every_normal_form_and_with_every_blank() {
    for [published, opening, ..] in rows::<7>(DATELINES) {
        let expected = dateline_of(published, opening);
        let decomposed: String = opening.nfd().collect();
        let twins = [
            decomposed,
            opening.replace(' ', "\u{a0}"),
            opening.replace(' ', " \u{200b} "),
            opening.replace(" - ", " -\r"),
            opening.replace('Đ', "Ð"),
            format!("\u{feff}{opening} "),
        ];
        for twin in twins {
            assert_eq!(dateline_of(published, &twin), expected, "{twin:?}");
        }
    }
}

#[test]
fn the_text_of_a_dateline_is_what_the_opening_prints() {
    for [published, opening, ..] in rows::<7>(DATELINES) {
        let Some(dateline) = dateline_of(published, opening) else { continue };
        let clean = khobao::text::clean::line(opening).replace('Ð', "Đ");
        assert!(clean.contains(&dateline.text), "{opening}: {}", dateline.text);
        if let Some(date_text) = &dateline.date_text {
            assert!(dateline.text.contains(date_text), "{opening}: {date_text}");
        }
        assert!(!dateline.text.ends_with([' ', ',', '-', '–']), "{opening}: {}", dateline.text);
    }
}

#[test]
fn the_dateline_ends_with_its_date_and_keeps_the_date_as_printed() {
    for (opening, text, date_text) in [
        ("BBK - Chiều 10/5, Huyện ủy họp.", "BBK - Chiều 10/5", "10/5"),
        ("(BBK) Chiều nay (10/5), Huyện ủy họp.", "(BBK) Chiều nay (10/5)", "10/5"),
        ("Ngày 20/5 tới, Huyện ủy họp.", "Ngày 20/5 tới", "20/5"),
        ("Từ ngày 8 đến ngày 10/5, tại Na Rì, …", "Từ ngày 8 đến ngày 10/5", "8 đến ngày 10/5"),
        ("Tối 29/9 (tức 15/8 âm lịch), trẻ em rước đèn.", "Tối 29/9 (tức 15/8 âm lịch)", "29/9"),
        ("Chiều 30 Tết (21/1), chợ hoa tan sớm.", "Chiều 30 Tết (21/1)", "21/1"),
        ("Tối 15/8 âm lịch, trẻ em rước đèn.", "Tối 15/8 âm lịch", "15/8 âm lịch"),
        ("TTXVN - Chiều qua, Quốc hội họp.", "TTXVN - Chiều qua", "Chiều qua"),
        (
            "Hà Nội, ngày 10 tháng 5 năm 2023 - Bộ họp.",
            "Hà Nội, ngày 10 tháng 5 năm 2023",
            "10 tháng 5 năm 2023",
        ),
        ("11/05/2023Chiều 10/5, Huyện ủy họp.", "Chiều 10/5", "10/5"),
        ("Nhân Ngày hội, sáng 10/5, Huyện ủy họp.", "Nhân Ngày hội, sáng 10/5", "10/5"),
    ] {
        let dateline = dateline_of("2023-05-11", opening).unwrap();
        assert_eq!((dateline.text.as_str(), dateline.date_text.as_deref()), (text, Some(date_text)));
    }
    let code = dateline_of("2023-05-11", "TT (Lâm Đồng) - Mùa hoa về.").unwrap();
    assert_eq!((code.text.as_str(), code.date_text), ("TT (Lâm Đồng)", None));
    let code = dateline_of("2023-05-11", "(SGGP).- Mùa hoa về.").unwrap();
    assert_eq!(code.text, "(SGGP)");
}

#[test]
fn a_weak_date_is_marked() {
    for (published, opening, confidence) in [
        ("2023-05-11", "Chiều 10/5, Huyện ủy họp.", Confidence::High),
        ("2023-05-11", "BBK - Mùa hoa về.", Confidence::High),
        ("2023-05-11", "Ngày 9-5-1954, pháo ta rền vang.", Confidence::High),
        ("2023-05-11", "Ngày 20/5 tới, Huyện ủy họp.", Confidence::High),
        ("2023-05-11", "Tối 15/8 âm lịch, trẻ em rước đèn.", Confidence::High),
        ("", "Ngày 9/5, huyện họp phiên tháng 5/2022.", Confidence::High),
        ("2023-05-11", "Chiều 10/1, Huyện ủy họp.", Confidence::Low),
        ("2023-05-11", "Chiều 12/5, Huyện ủy họp.", Confidence::Low),
        ("2023-05-11", "Chiều 20/5, Huyện ủy họp.", Confidence::Low),
        ("2023-05-11", "Chiều 31/4, Huyện ủy họp.", Confidence::Low),
        ("", "Ngày 9/5, Ba Bể khai hội xuân năm 2021.", Confidence::Low),
    ] {
        assert_eq!(dateline_of(published, opening).unwrap().confidence, confidence, "{opening}");
    }
}

#[test]
fn the_newspapers_own_codes_are_codes_whatever_their_shape() {
    let codes = ["Vùng cao".to_owned(), "Bắc Kạn".to_owned(), "Q".to_owned()];
    for (opening, source) in [
        ("Vùng cao - Chiều 10/5, Huyện ủy họp.", Some("Vùng cao")),
        ("(Bắc Kạn) - Chiều 10/5, Huyện ủy họp.", None),
        ("Bắc Kạn - Chiều 10/5, Huyện ủy họp.", Some("Bắc Kạn")),
        ("(Q) Chiều 10/5, Huyện ủy họp.", Some("Q")),
        ("Vùng cao Chiều 10/5, Huyện ủy họp.", Some("Vùng cao")),
        ("Vùng cao - nơi mây ngủ.", None),
    ] {
        let dateline = dateline::read(opening, None, &codes);
        assert_eq!(dateline.and_then(|dateline| dateline.source).as_deref(), source, "{opening}");
    }
}

/// The text of the dateline of an article.
fn found(title: &str, lead: Option<&str>, paragraphs: &[&str]) -> Option<String> {
    let published: Option<When> = "2023-05-11".parse().ok();
    let found = dateline::find(Some(title), lead, paragraphs.iter().copied(), published, &[]);
    found.map(|dateline| dateline.text)
}

#[test]
fn the_dateline_is_found_in_the_lead_or_the_first_blocks() {
    let long = "Mùa này, các bản vùng cao của huyện Pác Nặm bước vào vụ thu hoạch mận, những vườn mận trĩu quả phủ kín sườn đồi.";
    let dated = "Chiều 10/5, Huyện ủy Ba Bể tổ chức hội nghị bàn cách giữ rừng đầu nguồn, có hơn 200 người đến dự và cho ý kiến.";
    let coded = "BBK - Chiều 10/5, Huyện ủy Ba Bể tổ chức hội nghị bàn cách giữ rừng đầu nguồn, có hơn 200 người đến dự.";
    let caption = "Quang cảnh vườn mận ở xã Cổ Linh, chụp sáng 9/5. Ảnh: Thu Hà";
    let day = Some("Chiều 10/5".to_owned());
    let whole = Some("BBK - Chiều 10/5".to_owned());
    assert_eq!(found("Giữ rừng", Some(coded), &[long]), whole);
    assert_eq!(found("Giữ rừng", Some(long), &[coded]), whole);
    assert_eq!(found("Giữ rừng", Some(dated), &[long]), day);
    assert_eq!(found("Giữ rừng", Some(long), &[dated]), None, "the article opens with prose");
    assert_eq!(found("Giữ rừng", None, &["Thứ Năm, 11/05/2023, 09:12 [GMT+7]", dated]), day);
    assert_eq!(found("Giữ rừng", None, &[caption, dated]), day);
    assert_eq!(found("Giữ rừng", None, &["Lường Thị Thu", coded]), whole);
    assert_eq!(found("Giữ rừng", None, &[caption, "Lường Thị Thu", coded]), whole);
    assert_eq!(found("Giữ rừng", Some("(BBK) - Rừng đầu nguồn đang xanh lại."), &[coded]), whole);
    assert_eq!(
        found("Giữ rừng", Some("(BBK) - Rừng đầu nguồn đang xanh lại."), &[long]),
        Some("(BBK)".to_owned())
    );
    assert_eq!(found("Giữ rừng", None, &[long, dated]), None, "a later paragraph opens nothing");
    assert_eq!(found("Giữ rừng", None, &[long, coded]), whole, "a long caption without credit goes before");
    assert_eq!(found("Giữ rừng", None, &[caption]), None);
    assert_eq!(found("Giữ rừng", None, &[]), None);
}

#[test]
fn a_digest_of_a_printed_issue_has_no_dateline() {
    let teaser =
        "Sáng 10/5, Huyện ủy Ba Bể tổ chức hội nghị bàn cách giữ rừng đầu nguồn, có hơn 200 người đến dự.";
    assert_eq!(found("Điểm báo in Bắc Kạn ngày 12/5/2023", None, &[teaser]), None);
    assert_eq!(found("Đón đọc Báo Bắc Kạn số ra ngày 12-5", None, &[teaser]), None);
    assert_eq!(found("Đọc gì trên Báo Bắc Kạn ngày mai", Some(teaser), &[]), None);
    let opening = "Trên số báo in Bắc Kạn phát hành ngày 12/05/2023 có một số thông tin đáng chú ý như sau:";
    assert_eq!(found("Báo Bắc Kạn", Some(opening), &[teaser]), None);
    let opening = "Mời bạn đọc đón đọc báo Bắc Kạn số ra ngày 12-5, với những bài nổi bật:";
    assert_eq!(found("Báo Bắc Kạn", None, &[opening, teaser]), None);
    assert_eq!(found("Báo Bắc Kạn", None, &[">> Sáng 10/5, mở hội thi (Trang 1, 3)", teaser]), None);
    assert!(found("Báo Bắc Kạn tăng trang", None, &[teaser]).is_some());
}

#[test]
fn every_form_of_a_date_line_is_read() {
    let mut faults = Vec::new();
    for [fetched_at, line, expected, kind] in rows(DATE_LINES) {
        let fetched_at: Option<DateTime<Utc>> = fetched_at.parse().ok();
        let read = date::printed(line, DateOrderHint::DayFirst, fetched_at);
        let read = read.map_or_else(String::new, |when| when.to_string());
        if read != expected {
            faults.push(format!("{kind}: {line}\n  gives {read}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_date_line_reads_the_same_in_every_normal_form_and_with_every_blank() {
    for [fetched_at, line, ..] in rows::<4>(DATE_LINES) {
        let fetched_at: Option<DateTime<Utc>> = fetched_at.parse().ok();
        let expected = date::printed(line, DateOrderHint::DayFirst, fetched_at);
        let decomposed: String = line.nfd().collect();
        for twin in [decomposed, line.replace(' ', "\u{a0}"), format!("\u{feff}\n{line}\r\n")] {
            assert_eq!(date::printed(&twin, DateOrderHint::DayFirst, fetched_at), expected, "{twin:?}");
        }
    }
}

#[test]
fn the_order_of_day_and_month_is_a_hint() {
    let read = |text, order| date::printed(text, order, None).unwrap().day().to_string();
    assert_eq!(read("5/9/2026 3:00 PM", DateOrderHint::MonthFirst), "2026-05-09");
    assert_eq!(read("5/9/2026 3:00 PM", DateOrderHint::DayFirst), "2026-09-05");
    assert_eq!(read("25/9/2026", DateOrderHint::MonthFirst), "2026-09-25");
    assert_eq!(read("9/25/2026", DateOrderHint::DayFirst), "2026-09-25");
}

#[test]
fn the_time_of_the_last_change_is_told_apart() {
    let read = |text: &str| date::updated(text, DateOrderHint::DayFirst, None).map(|when| when.to_string());
    assert_eq!(
        read("Thứ hai, 08/04/2024 17:54 | Cập nhật: 18:20, 09/04/2024").as_deref(),
        Some("2024-04-09T18:20:00+07:00")
    );
    assert_eq!(read("Cập nhật: 18:20, 09/04/2024"), None, "the only date is that of publication");
    assert_eq!(read("Đăng 08/04/2024"), None);
}

#[test]
fn the_clock_of_a_header_is_told_by_its_day_and_its_place() {
    let when: When = "2026-01-05T08:27:00+07:00".parse().unwrap();
    let fetched = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    assert!(date::is_header_clock(&when, fetched("2026-01-05T01:30:00Z"), true));
    assert!(date::is_header_clock(&when, fetched("2026-01-04T10:00:00Z"), true));
    assert!(!date::is_header_clock(&when, fetched("2026-01-05T01:30:00Z"), false));
    assert!(!date::is_header_clock(&when, fetched("2026-02-05T01:30:00Z"), true));
}

#[test]
fn addresses_give_away_their_month_day_or_moment() {
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    for (address, expected) in [
        ("https://bao.vn/xa-hoi/202112/van-tai-tet-785426", Some(Stamp::Month(day("2021-12-01")))),
        ("https://bao.vn/channel/1601/202001/chao-nam-moi-5663632/", Some(Stamp::Month(day("2020-01-01")))),
        ("https://bao.vn/2021/12/25/van-tai-tet/", Some(Stamp::Day(day("2021-12-25")))),
        ("https://bao.vn/2021/12/van-tai-tet.html", Some(Stamp::Month(day("2021-12-01")))),
        ("https://bao.vn/20211225/van-tai-tet.html", Some(Stamp::Day(day("2021-12-25")))),
        ("https://bao.vn/2021-12-25/van-tai-tet.html", Some(Stamp::Day(day("2021-12-25")))),
        ("https://bao.vn/202113/van-tai-tet.html", None),
        ("https://bao.vn/van-tai-tet-post60732.html", None),
        ("https://bao.vn/van-tai-tet-d202112.html", None),
        ("https://bao.vn/anh-1597236947-15-6322-1597239999.jpg", None),
        ("https://bao.vn/", None),
    ] {
        assert_eq!(date::stamp(&Url::parse(address).unwrap()), expected, "{address}");
    }
    for (address, expected) in [
        ("https://bao.vn/mo-hoi-2023092809535526.htm", "2023-09-28 09:53:55"),
        ("https://bao.vn/mo-hoi-20251119155710181.htm", "2025-11-19 15:57:10"),
        ("https://bao.vn/News/20081114/mo-hoi-20081114150838.aspx", "2008-11-14 15:08:38"),
        ("https://bao.vn/mo-hoi-196250414092848101.htm", "2025-04-14 09:28:48"),
        ("https://bao.vn/mo-hoi-2220193112202919815.htm", "2019-12-31 20:29:19"),
    ] {
        let Some(Stamp::Moment(moment)) = date::stamp(&Url::parse(address).unwrap()) else {
            panic!("no moment in {address}");
        };
        assert_eq!(moment.to_string(), expected);
    }
    let december = Stamp::Month(day("2021-12-01"));
    assert_eq!(december.days_off(day("2021-12-31")), 0);
    assert_eq!(december.days_off(day("2022-01-02")), 2);
    assert_eq!(december.days_off(day("2021-11-30")), 1);
}

mod properties {
    use super::*;
    use chrono::{Datelike, NaiveTime, Timelike};
    use proptest::prelude::*;

    fn day() -> impl Strategy<Value = NaiveDate> {
        (1995..2030_i32, 1..=366_u32)
            .prop_filter_map("a day of the year", |(year, day)| NaiveDate::from_yo_opt(year, day))
    }

    fn month_word(month: u32) -> &'static str {
        ["Một", "Hai", "Ba", "Tư", "Năm", "Sáu", "Bảy", "Tám", "Chín", "Mười", "Mười Một", "Mười Hai"]
            [usize::try_from(month - 1).unwrap_or_default()]
    }

    proptest! {
        #[test]
        fn no_text_is_too_strange(text in "\\PC{0,60}", published in proptest::option::of(day())) {
            let published = published.map(When::Day);
            let _ = dateline::read(&text, published, &["BBK".to_owned()]);
            let _ = date::printed(&text, DateOrderHint::MonthFirst, None);
            let _ = date::updated(&text, DateOrderHint::DayFirst, None);
            let _ = dateline::find(Some(&text), Some(&text), [text.as_str()], published, &[]);
        }

        #[test]
        fn no_text_of_the_right_words_is_too_strange(
            words in proptest::collection::vec(
                prop_oneof![
                    Just("BBK"), Just("("), Just(")"), Just("-"), Just("–"), Just(","), Just("."), Just("/"), Just("Sáng"),
                    Just("nay"), Just("ngày"), Just("tháng"), Just("năm"), Just("tại"), Just("TP."), Just("Hà Nội"), Just("huyện"),
                    Just("từ"), Just("đến"), Just("và"), Just("mùng"), Just("Tết"), Just("âm lịch"), Just("tức"), Just("giờ"), Just("h"),
                    Just(":"), Just("5"), Just("12"), Just("31"), Just("2023"), Just("\u{a0}"), Just("Ð"), Just("trước"), Just("GMT+7"),
                    Just("hai"), Just("rằm"), Just("On"), Just("May"), Just("AM"), Just("Cập nhật"), Just("thứ hai"), Just("99999999999"),
                ],
                0..14,
            ),
            glue in prop_oneof![Just(""), Just(" ")],
            published in proptest::option::of(day()),
        ) {
            let text = words.join(glue);
            let published = published.map(When::Day);
            if let Some(dateline) = dateline::read(&text, published, &[]) {
                prop_assert!(dateline.date_end.is_none_or(|end| dateline.date.is_some_and(|date| date < end)));
                prop_assert!(!dateline.text.is_empty());
                let decomposed: String = text.nfd().collect();
                prop_assert_eq!(dateline::read(&decomposed, published, &[]), Some(dateline));
            }
            let _ = date::printed(&text, DateOrderHint::DayFirst, None);
        }

        #[test]
        fn a_date_in_every_form_is_read_back(day in day(), seconds in 0..86_400_u32, form in 0..16_usize) {
            let time = NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0).unwrap();
            let local = day.and_time(time);
            let minute = day.and_hms_opt(time.hour(), time.minute(), 0).unwrap();
            let month = month_word(day.month());
            let (text, expected) = match form {
                0 => (local.format("%H:%M, %d/%m/%Y (GMT+7)").to_string(), minute),
                1 => (local.format("%d-%m-%Y %H:%M:%S").to_string(), local),
                2 => (local.format("Cập nhật: %-H:%-M ngày %-d.%-m.%Y").to_string(), minute),
                3 => (local.format("%d/%m/%Y | %I:%M:%S %p").to_string(), local),
                4 => (local.format("%-I:%M %p - %d/%m/%Y").to_string(), minute),
                5 => (local.format("%-d/%-m/%Y %Hh%M’").to_string(), minute),
                6 => (local.format("%H giờ %M phút, ngày %-d tháng %-m năm %Y").to_string(), minute),
                7 => (local.format(&format!("%-d Tháng {month}, %Y lúc %H:%M")).to_string(), minute),
                8 => (local.format("%Y-%m-%dT%H:%M:%S+0700").to_string(), local),
                9 => (local.format("%Y-%m-%dT%H:%M:%S").to_string(), local),
                10 => (local.format("%a, %d %b %Y %H:%M:%S +0700").to_string(), local),
                11 => (local.format("%A, %B %-d, %Y %-I:%M %p").to_string(), minute),
                12 => (local.format("%Y%m%d%H%M%S").to_string(), local),
                13 => (local.format("%H:%M | %d/%m/%y").to_string(), minute),
                14 => (local.and_utc().checked_sub_signed(chrono::TimeDelta::hours(7)).unwrap().to_rfc3339(), local),
                _ => ((local.and_utc().timestamp() - 7 * 3600).to_string(), local),
            };
            // A year of two digits is of the past hundred years.
            prop_assume!(form != 13 || day.year() > 1999);
            // Before September 2001 the seconds had nine digits.
            prop_assume!(form != 15 || day.year() > 2001);
            let read = date::printed(&text, DateOrderHint::DayFirst, None);
            prop_assert_eq!(read.map(|when| when.instant()), Some(When::vietnamese(expected).instant()), "{}", text);
        }

        #[test]
        fn a_day_in_every_form_is_read_back(day in day(), form in 0..6_usize) {
            let month = month_word(day.month());
            let text = match form {
                0 => day.format("Chủ nhật, ngày %d/%m/%Y").to_string(),
                1 => day.format("%-d-%-m-%Y").to_string(),
                2 => day.format("(%d.%m.%Y)").to_string(),
                3 => day.format("Thứ Bảy, %-d tháng %m, %Y").to_string(),
                4 => day.format(&format!("Ngày %-d tháng {month} năm %Y")).to_string(),
                _ => day.to_string(),
            };
            prop_assert_eq!(date::printed(&text, DateOrderHint::DayFirst, None), Some(When::Day(day)), "{}", text);
        }

        #[test]
        fn an_opening_with_any_day_is_read_back(
            day in day(),
            ago in 0..60_u64,
            date in prop_oneof![
                Just("%-d/%-m"), Just("%d/%m"), Just("%-d-%-m"), Just("%-d- %-m"), Just("%-d.%-m"), Just("%-d/%-m/%Y"), Just("%d.%m.%Y"),
                Just("%-d-%-m-%Y"), Just("ngày %-d/%-m"), Just("ngày %-d tháng %-m"), Just("ngày %d tháng %m năm %Y"), Just("nay (%-d/%-m)"),
                Just("nay, %-d-%-m"), Just("nay %-d.%-m"),
            ],
            code in prop_oneof![
                Just(("", "")), Just(("BBK - ", "BBK")), Just(("(BBK)- ", "BBK")), Just(("(BBK) ", "BBK")), Just(("Baobackan.vn – ", "Baobackan.vn")),
                Just(("- ", "")), Just(("LCĐT -", "LCĐT")), Just(("QĐND Online - ", "QĐND Online")),
            ],
            part in prop_oneof![Just("Sáng"), Just("Chiều tối"), Just("Rạng sáng"), Just("Đêm")],
            place in prop_oneof![Just(""), Just("Na Rì"), Just("xã Cao Trĩ, huyện Ba Bể"), Just("TP. Vinh")],
        ) {
            let published = day.checked_add_days(chrono::Days::new(ago)).unwrap();
            let (code, source) = code;
            let at = if place.is_empty() { String::new() } else { format!(" tại {place},") };
            let opening = format!("{code}{part} {},{at} Huyện đoàn ra quân.", day.format(date));
            let read = dateline::read(&opening, Some(When::Day(published)), &[]);
            let some = |text: &str| text.to_owned();
            prop_assert_eq!(
                summary(read.as_ref()),
                [some(source), some(place), part.to_lowercase(), day.to_string()],
                "{} ({})", opening, published
            );
        }
    }
}
