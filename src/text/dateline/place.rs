//! Where it happened, as the opening says it: the words behind `tại` or `ở` right behind the date, up to the comma.
//!
//! The comma does not always end them: an address goes on with the next larger unit (`Khu văn hóa Hồ Sen, TP. Vị
//! Thanh`), while `trụ sở Khối nhà nước tỉnh, UBND tỉnh …` goes on with the subject.

use super::regions;
use crate::text::scan::Scan;

/// The longest place; a text without a comma for so long names none.
const PLACE_BYTES_MAX: usize = 240;

/// The words before a place.
const AT: &[&str] = &["ngay tại", "tại", "ở"];

/// Occasions, and words that only point: `tại Hội nghị`, `tại đây`. They say no place.
const NO_PLACES: &[&str] = &[
    "hội nghị",
    "hội thảo",
    "hội thi",
    "lễ",
    "buổi",
    "phiên",
    "kỳ họp",
    "kì họp",
    "cuộc",
    "đại hội",
    "diễn đàn",
    "chương trình",
    "họp báo",
    "tọa đàm",
    "toạ đàm",
    "sự kiện",
    "giải",
    "thời điểm",
    "vòng loại",
    "vòng chung kết",
    "đêm",
    "ngày hội",
    "lớp tập huấn",
    "đây",
    "đó",
];

/// Words that begin the predicate where no comma parts it from the place. With a capital they are part of a name:
/// `Trung tâm Tổ chức sự kiện`.
const PREDICATES: &[&str] = &[
    "đã",
    "đang",
    "sẽ",
    "vừa",
    "có",
    "diễn ra",
    "xảy ra",
    "tổ chức",
    "phối hợp",
    "khai mạc",
    "khai hội",
    "khai trương",
    "khai giảng",
    "khánh thành",
    "khởi công",
    "khởi động",
    "động thổ",
    "thông xe",
    "bàn giao",
    "phát động",
    "công bố",
    "ký kết",
    "diễn tập",
    "bế giảng",
    "bế mạc",
    "long trọng",
    "trang trọng",
    "tưng bừng",
    "chính thức",
    "bắt đầu",
    "tiến hành",
    "chủ trì",
    "xuất hiện",
    "ra mắt",
    "ra quân",
    "được",
];

/// Predicates that need no subject: what stands before them is still the place.
const SUBJECTLESS: &[&str] =
    &["đã diễn ra", "đã xảy ra", "sẽ diễn ra", "vừa diễn ra", "vừa xảy ra", "diễn ra", "xảy ra", "có"];

/// The place right behind a date, with the place in the text behind it.
pub(super) fn behind(scan: Scan<'_>) -> Option<(&str, Scan<'_>)> {
    let at = aside(scan).blanks();
    let at = at.eat(&[',']).unwrap_or(at).blanks();
    let (_, at) = at.one_of(AT)?;
    read(at.blanks())
}

/// The longest remark in brackets that may stand between a date and its place.
const ASIDE_BYTES_MAX: usize = 60;

/// Behind a remark in brackets: `(giờ địa phương)`.
fn aside(scan: Scan<'_>) -> Scan<'_> {
    let close = scan.blanks().eat(&['(']).and_then(|inside| {
        let close = inside.rest().find(')').filter(|close| *close <= ASIDE_BYTES_MAX)?;
        Some(inside.moved_to(inside.at() + close + 1))
    });
    close.unwrap_or(scan)
}

/// A place that begins here: behind `tại`.
pub(super) fn read(scan: Scan<'_>) -> Option<(&str, Scan<'_>)> {
    if scan.one_of(NO_PLACES).is_some() {
        return None;
    }
    let mut end = part(scan)?;
    let mut joined = 0;
    while let Some(next) = continued(end, joined) {
        end = next;
        joined += 1;
    }
    let place = scan.until(end.at()).trim_end_matches([' ', ',', '-', '–']);
    // `Washington D.C.` keeps its dot, `km 12…` does not.
    let place = if place.ends_with("..") { place.trim_end_matches(['.', ' ']) } else { place };
    (!place.is_empty()).then_some((place, end))
}

/// The end of one part of an address: before a comma, a predicate or the end of the sentence.
fn part(scan: Scan<'_>) -> Option<Scan<'_>> {
    let mut at = scan;
    let mut is_word_start = true;
    while let Some(c) = at.peek() {
        if at.at() - scan.at() > PLACE_BYTES_MAX {
            return None;
        }
        if is_word_start && at.at() > scan.at() && is_predicate(at) {
            break;
        }
        match c {
            ',' | ';' | ':' | '!' | '?' | '…' | ')' => break,
            '(' => at = closed(at)?,
            '.' if ends_sentence(at) => break,
            _ => at = at.bump(),
        }
        is_word_start = c == ' ';
    }
    Some(at)
}

/// Whether a predicate begins here: in small letters, or in capitals throughout.
fn is_predicate(scan: Scan<'_>) -> bool {
    let mut letters = scan.rest().chars();
    let is_name =
        letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase);
    !is_name && scan.one_of(PREDICATES).is_some()
}

/// Behind the bracket that opens here.
fn closed(scan: Scan<'_>) -> Option<Scan<'_>> {
    let length = scan.rest().find(')').filter(|length| *length <= PLACE_BYTES_MAX)?;
    Some(scan.moved_to(scan.at() + length + 1))
}

/// Whether the dot here ends a sentence: no abbreviation (`TP. Vinh`, `P.2`) stands before it.
fn ends_sentence(scan: Scan<'_>) -> bool {
    if scan.bump().peek().is_some_and(|c| c != ' ') {
        return false;
    }
    let before = scan.text().get(..scan.at()).unwrap_or_default();
    let word = before.rsplit([' ', '(', ',', '.']).next().unwrap_or_default();
    let is_abbreviation = word.chars().next().is_some_and(char::is_uppercase)
        && word.chars().count() <= 3
        && (word.chars().all(|c| c.is_uppercase() || c.is_ascii_digit())
            || matches!(word, "Tp" | "Tx" | "Tt"));
    !is_abbreviation
}

/// The end of the next part of an address, where the part behind the comma is one.
fn continued(scan: Scan<'_>, joined: usize) -> Option<Scan<'_>> {
    let at = scan.eat(&[','])?.blanks();
    let name_end = regions::unit(at).or_else(|| regions::province(at)).or_else(|| district(at))?;
    let next = name_end.blanks();
    let end = if next.peek() == Some('(') { closed(next)? } else { name_end };
    let next = end.blanks();
    let is_closed = next.peek().is_none_or(|c| matches!(c, ',' | ';' | '.' | '-' | '–' | ':'));
    // `…, huyện Ba Bể tổ chức`: a single unit before a verb is the subject, a longer chain is the address.
    (is_closed || next.one_of(SUBJECTLESS).is_some() || joined > 0).then_some(end)
}

/// Behind a district without its word, where the province follows: `số 10 Tràng Tiền, Hoàn Kiếm, Hà Nội`.
fn district(scan: Scan<'_>) -> Option<Scan<'_>> {
    let end = regions::name(scan)?;
    let is_short = scan.until(end.at()).split(' ').count() <= 3;
    let next = end.eat(&[',']).filter(|_| is_short)?.blanks();
    let province = regions::province(next).or_else(|| regions::unit(next))?;
    province.peek().is_none_or(|c| matches!(c, ',' | '.' | ';')).then_some(end)
}

/// A place that stands before the date.
#[derive(Clone, Copy, Debug)]
pub(super) struct Before<'a> {
    pub(super) place: &'a str,
    /// Nothing but the capitals say that it is a place: then a dash must follow the date.
    pub(super) is_guess: bool,
}

/// Reads a place before the date, and what parts them: `Hà Nội, ngày 10 tháng 5`, `TP. Vinh - Sáng 8/9`, `Tại xã Cao
/// Trĩ, chiều 10/5`.
pub(super) fn before_date(scan: Scan<'_>) -> Option<(Before<'_>, Scan<'_>)> {
    if let Some((_, at)) = scan.one_of(AT) {
        let (place, end) = read(at.blanks())?;
        return Some((Before { place, is_guess: false }, end.eat(&[','])?.blanks()));
    }
    let known = regions::named(scan);
    let end = known.or_else(|| regions::name(scan))?;
    let next = end.blanks();
    let next = if next.peek() == Some('(') { closed(next)?.blanks() } else { next };
    let parted = if known.is_some() { next.eat(&[',', ':', '-', '–', '—']) } else { next.eat(&[',']) };
    Some((Before { place: scan.until(end.at()), is_guess: known.is_none() }, parted?.blanks()))
}
