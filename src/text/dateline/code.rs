//! Who reports: the code of the paper or agency before an opening, by its shape.
//!
//! Newspapers have some hundred codes, and change them; so a code is told by its shape and by what follows it, and
//! the few codes that are ordinary words are known by name. Brackets need no dash behind them. Without brackets a
//! code is one word in capitals, a domain or a run-together name, with a dash behind it and a new sentence behind
//! the dash. Labels (`Trực tiếp -`, `Video:`) and places (`Hà Nội -`) are passed over: they are no codes.

use super::codewords::{KNOWN, LABELS, NO_CODES, SUFFIXES};
use super::{occasion, regions};
use crate::text::byline::PAPERS;
use crate::text::scan::{DASHES, Scan};
use crate::text::{letter, syllable};

/// The longest code, in characters.
const CODE_CHARS_MAX: usize = 25;

/// The most words of a code in brackets, unless it is a newspaper's full name.
const CODE_WORDS_MAX: usize = 3;

/// The most words of a label that is not known.
const LABEL_WORDS_MAX: usize = 4;

/// The shortest run-together name (`Kinhtedothi`): a Vietnamese syllable has at most seven letters.
const RUN_TOGETHER_CHARS_MIN: usize = 8;

/// The longest place in brackets behind a code.
const PLACE_BYTES_MAX: usize = 60;

/// What stands before the sentence.
#[derive(Clone, Copy, Debug)]
pub(super) struct Code<'a> {
    /// The code; none for a label, a place, or a dash alone.
    pub(super) source: Option<&'a str>,
    pub(super) place: Option<&'a str>,
    /// Where it ends in print, without the separator.
    pub(super) end: usize,
    /// The sentence.
    pub(super) next: Scan<'a>,
}

/// Reads what stands before the sentence. `codes` are the newspaper's own.
pub(super) fn read<'a>(scan: Scan<'a>, codes: &[String]) -> Option<Code<'a>> {
    let own = Own(codes);
    bracketed(scan, own)
        .or_else(|| known(scan, own))
        .or_else(|| label(scan))
        .or_else(|| bare(scan, own))
        .or_else(|| behind_place(scan, own))
        .or_else(|| dash_only(scan))
        .or_else(|| phrase(scan))
}

/// The codes of the newspaper's own selector file, and those that are known by name.
#[derive(Clone, Copy)]
struct Own<'c>(&'c [String]);

impl Own<'_> {
    fn has(self, code: &str) -> bool {
        self.0.iter().any(|own| own == code) || KNOWN.contains(&code)
    }

    /// The end of a code that stands here, brackets aside.
    fn at(self, scan: Scan<'_>) -> Option<Scan<'_>> {
        let rest = scan.rest();
        let own = self.0.iter().map(String::as_str);
        let first = rest.as_bytes().first();
        let found = own
            .chain(KNOWN.iter().copied())
            .filter(|code| code.as_bytes().first() == first && rest.starts_with(code));
        let end = scan.moved_to(scan.at() + found.map(str::len).max().filter(|length| *length > 0)?);
        end.peek().is_none_or(|c| !letter::is_alphanumeric(c)).then_some(end)
    }
}

/// A separator: a dash with or without blanks, a dot and a dash, a colon.
#[derive(Clone, Copy)]
struct Separator<'a> {
    is_colon: bool,
    /// Blanks on neither side: `BTĐKT-Sáng`.
    is_glued: bool,
    next: Scan<'a>,
}

fn separator(scan: Scan<'_>) -> Option<Separator<'_>> {
    let at = scan.blanks();
    let dotted = at.eat(&['.']).map(Scan::blanks).filter(|dash| dash.eat(&DASHES).is_some());
    let at = dotted.unwrap_or(at);
    if let Some(next) = at.eat(&[':']) {
        return Some(Separator { is_colon: true, is_glued: false, next: next.blanks() });
    }
    let behind = at.eat(&DASHES)?;
    let is_glued = at.before() != Some(' ') && behind.peek().is_some_and(|c| c != ' ');
    let behind = behind.eat(&DASHES).unwrap_or(behind);
    Some(Separator { is_colon: false, is_glued, next: behind.blanks() })
}

/// `(BDO) Theo …`, `(GLO)- Cờ …`, `(SGGP).- Ban …`, `(Ngày Nay) -Chiều …`, `[BBK] - …`.
fn bracketed<'a>(scan: Scan<'a>, own: Own<'_>) -> Option<Code<'a>> {
    let (inside, end) = in_brackets(scan, 4 * CODE_CHARS_MAX)?;
    let separator = separator(end);
    let next = separator.map_or(end.blanks(), |separator| separator.next);
    if is_label(inside) || regions::is_place(inside) {
        let place = regions::is_place(inside).then_some(inside);
        return Some(Code { source: None, place, end: end.at(), next });
    }
    let is_code = own.has(inside) || is_bracket_code(inside) || separator.is_some() && is_paper(inside);
    if !is_code {
        return None;
    }
    let (place, place_end) = place_behind(end).map_or((None, end), |(place, end)| (Some(place), end));
    if place.is_some() {
        return Some(with_place(inside, place, place_end));
    }
    (separator.is_some() || begins_sentence(next) || next.is_end()).then_some(Code {
        source: Some(inside),
        place,
        end: end.at(),
        next,
    })
}

fn with_place<'a>(source: &'a str, place: Option<&'a str>, end: Scan<'a>) -> Code<'a> {
    let next = separator(end).map_or(end.blanks(), |separator| separator.next);
    Code { source: Some(source), place, end: end.at(), next }
}

/// What stands in the brackets here, and the place behind them.
fn in_brackets(scan: Scan<'_>, bytes_max: usize) -> Option<(&str, Scan<'_>)> {
    let close = if scan.peek()? == '[' { ']' } else { ')' };
    let inside = scan.eat(&['(', '['])?;
    let length = inside.rest().find(['(', '[', ')', ']']).filter(|length| *length <= bytes_max)?;
    let end = inside.moved_to(inside.at() + length);
    Some((inside.until(end.at()).trim(), end.eat(&[close])?))
}

/// Whether what stands in brackets has the shape of a code: a few words, the first with a capital, or a domain.
fn is_bracket_code(text: &str) -> bool {
    let words = text.split(' ').count();
    let is_plain = text
        .chars()
        .all(|c| letter::is_alphanumeric(c) || matches!(c, ' ' | '.' | '&' | '+' | '/' | '-' | '_' | '@'));
    is_plain
        && text.chars().count() <= CODE_CHARS_MAX
        && (words <= CODE_WORDS_MAX || text.starts_with("Báo "))
        && text.chars().filter(|c| letter::is_alphabetic(*c)).count() >= 2
        && (text.starts_with(char::is_uppercase) || is_domain(text))
}

/// Whether what stands in brackets is the full name of a newspaper, of more words than a code has: `Sức khỏe & Đời
/// sống`.
fn is_paper(text: &str) -> bool {
    text.chars().count() <= CODE_CHARS_MAX
        && text.starts_with(char::is_uppercase)
        && PAPERS.iter().any(|paper| Scan::new(text).phrase(paper).is_some())
}

/// `Baonghean.vn`, `VOV.VN`: a name, a dot and a known ending.
fn is_domain(word: &str) -> bool {
    let Some((name, ending)) = word.rsplit_once('.') else { return false };
    let is_ending = ["vn", "com", "net", "org", "info", "gov", "edu", "tv"]
        .iter()
        .any(|known| ending.eq_ignore_ascii_case(known));
    is_ending && name.chars().filter(|c| letter::is_alphanumeric(*c)).count() >= 2 && !name.contains(' ')
}

/// `(Quảng Ngãi)` behind a code.
fn place_behind(scan: Scan<'_>) -> Option<(&str, Scan<'_>)> {
    let (inside, end) = in_brackets(scan.blanks(), PLACE_BYTES_MAX)?;
    let is_name = inside.starts_with(char::is_uppercase) && !inside.contains(|c: char| c.is_ascii_digit());
    (is_name && separator(end).is_some()).then_some((inside, end))
}

/// A code that is known by name, which may be ordinary words: `Ngày Nay - Chiều …`.
fn known<'a>(scan: Scan<'a>, own: Own<'_>) -> Option<Code<'a>> {
    let end = own.at(scan)?;
    let source = scan.until(end.at());
    if let Some((place, end)) = place_behind(end) {
        return Some(with_place(source, Some(place), end));
    }
    let Some(separator) = separator(end) else {
        let next = end.blanks();
        let is_own = own.0.iter().any(|code| code == source);
        let is_dated =
            is_own && next.peek().is_some_and(char::is_uppercase) && occasion::read(next).is_some();
        return is_dated.then_some(Code { source: Some(source), place: None, end: end.at(), next });
    };
    // `Tổ Quốc - hai tiếng thiêng liêng` goes on in small letters.
    let is_apart = !separator.is_glued || occasion::read(separator.next).is_some();
    (is_apart && begins_sentence(separator.next)).then_some(Code {
        source: Some(source),
        place: None,
        end: end.at(),
        next: separator.next,
    })
}

/// `Trực tiếp - `, `Video: `.
fn label(scan: Scan<'_>) -> Option<Code<'_>> {
    let (_, end) = scan.one_of(LABELS)?;
    let separator = separator(end)?;
    Some(Code { source: None, place: None, end: end.at(), next: separator.next })
}

fn is_label(text: &str) -> bool {
    Scan::new(text).one_of(LABELS).is_some()
}

/// `BBK - …`, `GD&TĐ - …`, `VOV.VN -Đảng …`, `Kinhtedothi- …`, `QĐND Online - …`, `TT (Quảng Ngãi) - …`.
fn bare<'a>(scan: Scan<'a>, own: Own<'_>) -> Option<Code<'a>> {
    let (word, end) = word(scan)?;
    let shape = shape(word)?;
    let end = if shape == Shape::Capitals { suffix(end).unwrap_or(end) } else { end };
    let source = scan.until(end.at());
    if let Some((place, end)) = place_behind(end) {
        return (shape != Shape::Word).then(|| with_place(source, Some(place), end));
    }
    let is_plain_code = shape == Shape::Capitals && source.chars().count() > 2;
    let Some(separator) = separator(end) else {
        // `BNEWS Ngày 10/5, …`
        let next = end.blanks();
        let fits = is_plain_code && next.at() > end.at() && begins_dated(next) && !is_common(source, next);
        return fits.then_some(Code { source: Some(source), place: None, end: end.at(), next });
    };
    let next = separator.next;
    if regions::is_place(source) || separator.is_colon && shape != Shape::Capitals {
        return None;
    }
    let is_dated = || occasion::read(next).is_some();
    let fits = match shape {
        Shape::Domain => true,
        Shape::Capitals | Shape::Camel => !is_common(source, next),
        Shape::Word => is_run_together(source) || is_dated(),
    };
    let is_word = || source.chars().count() > 2 && begins_plain_sentence(next);
    let is_apart = !separator.is_glued || is_dated() || is_word();
    (fits && is_apart && (begins_sentence(next) || own.has(source))).then_some(Code {
        source: Some(source),
        place: None,
        end: end.at(),
        next,
    })
}

/// The first word: letters, digits and the signs that codes have. A dot at its end belongs to the separator.
fn word(scan: Scan<'_>) -> Option<(&str, Scan<'_>)> {
    let rest = scan.rest();
    let length =
        rest.find(|c: char| !letter::is_alphanumeric(c) && !matches!(c, '.' | '&' | '+' | '_' | '/'))?;
    let word = rest[..length].trim_end_matches('.');
    let count = word.chars().count();
    (2..=CODE_CHARS_MAX).contains(&count).then(|| (word, scan.moved_to(scan.at() + word.len())))
}

/// The shapes of a code without brackets.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// `LCĐT`, `GD&TĐ`, `VOV5`
    Capitals,
    /// `Baonghean.vn`
    Domain,
    /// `PhuthoPortal`, `NDHMoney`
    Camel,
    /// `Kinhtedothi`
    Word,
}

fn shape(word: &str) -> Option<Shape> {
    if is_domain(word) {
        return Some(Shape::Domain);
    }
    if !word.starts_with(char::is_uppercase) || word.contains('.') {
        return None;
    }
    let capitals = word.chars().filter(|c| c.is_uppercase()).count();
    let small = word.chars().filter(|c| c.is_lowercase()).count();
    match (capitals, small) {
        (2.., 0) => Some(Shape::Capitals),
        (2.., 1..) if word.chars().count() >= 4 => Some(Shape::Camel),
        (1, _) if word.is_ascii() && small + 1 >= RUN_TOGETHER_CHARS_MIN => Some(Shape::Word),
        _ => None,
    }
}

/// The second word of a code: `Online`, `News`, `điện tử`.
fn suffix(scan: Scan<'_>) -> Option<Scan<'_>> {
    scan.blanks().one_of(SUFFIXES).map(|(_, end)| end)
}

/// Whether a time that begins with a capital begins here.
fn begins_dated(scan: Scan<'_>) -> bool {
    scan.peek().is_some_and(char::is_uppercase) && occasion::read(scan).is_some()
}

/// Whether a word in capitals is a known abbreviation, or a word of a heading.
fn is_common(word: &str, next: Scan<'_>) -> bool {
    NO_CODES.contains(&word) || is_heading(word, next)
}

/// Whether a word in capitals is a word of a heading: `NGHĨA - TÌNH`, `NÓNG - …`.
fn is_heading(word: &str, next: Scan<'_>) -> bool {
    let is_marked = word
        .chars()
        .any(|c| syllable::is_marked_letter(c) && !matches!(c, 'Đ' | 'Â' | 'Ê' | 'Ô' | 'Ă' | 'Ơ' | 'Ư'));
    let (next_word, _) = next.letters();
    let is_shouted = next_word.chars().count() > 1 && next_word.chars().all(char::is_uppercase);
    syllable::is_syllable(word) && (is_marked || is_shouted && syllable::is_syllable(next_word))
}

/// Whether a word is Vietnamese syllables run together, as in names of sites: `Kinhtedothi`, `Baobackan`.
fn is_run_together(word: &str) -> bool {
    word.starts_with("Bao") && word.len() > 6
        || word.len() > 7 && ["net", "times", "news", "online"].iter().any(|end| word.ends_with(end))
}

/// Whether a sentence begins here: a capital, a quote, a bracket, a number.
fn begins_sentence(scan: Scan<'_>) -> bool {
    scan.peek().is_some_and(|c| {
        c.is_uppercase()
            || c.is_ascii_digit()
            || matches!(c, '“' | '"' | '‘' | '\'' | '«' | '”' | '(' | '[' | '…')
    })
}

/// Whether a sentence begins here that no name begins: a word with a capital, and one without behind it. So a code
/// without any blank (`LSO-Thực hiện kế hoạch`) is told from joined names (`ASEAN-Trung Quốc`, `HĐND-UBND`).
fn begins_plain_sentence(scan: Scan<'_>) -> bool {
    let (word, behind) = scan.letters();
    let mut letters = word.chars();
    letters.next().is_some_and(char::is_uppercase)
        && letters.next().is_some_and(char::is_lowercase)
        && syllable::is_syllable(word)
        && behind.blanks().peek().is_some_and(char::is_lowercase)
}

/// `Hà Nội (TTXVN) - …`: the place before the code.
fn behind_place<'a>(scan: Scan<'a>, own: Own<'_>) -> Option<Code<'a>> {
    let end = regions::named(scan)?;
    let place = scan.until(end.at());
    let (inside, end) = in_brackets(end.blanks(), 4 * CODE_CHARS_MAX)?;
    let is_code = own.has(inside) || is_bracket_code(inside) && !regions::is_place(inside);
    let next = separator(end).map_or(end.blanks(), |separator| separator.next);
    let is_apart = separator(end).is_some() || begins_dated(next);
    (is_code && is_apart).then_some(Code { source: Some(inside), place: Some(place), end: end.at(), next })
}

/// `Báo Quảng Ninh - Sáng 10/5, …`: a newspaper's name. Any other short phrase there is a rubric or a place that is not
/// known; it is passed over for the sake of the date.
fn phrase(scan: Scan<'_>) -> Option<Code<'_>> {
    let rest = scan.rest();
    let length = rest.find(|c: char| !letter::is_alphabetic(c) && c != ' ')?;
    let words = rest[..length].trim_end();
    let end = scan.moved_to(scan.at() + words.len());
    let separator = separator(end).filter(|separator| !separator.is_glued && !separator.is_colon)?;
    let is_label = scan.peek()?.is_uppercase() && (1..=LABEL_WORDS_MAX).contains(&words.split(' ').count());
    if !is_label
        || !begins_dated(separator.next)
        || regions::is_place(words)
        || occasion::read(scan).is_some()
    {
        return None;
    }
    let source = words.starts_with("Báo ").then_some(words);
    Some(Code { source, place: None, end: end.at(), next: separator.next })
}

/// The code in brackets behind a place and a date: `Hà Nội, 10/5 (TTXVN) - …`.
pub(super) fn behind_date<'a>(scan: Scan<'a>, codes: &[String]) -> Option<Code<'a>> {
    let (inside, end) = in_brackets(scan.blanks(), 4 * CODE_CHARS_MAX)?;
    let is_code = Own(codes).has(inside) || is_bracket_code(inside) && !regions::is_place(inside);
    let separator = separator(end).filter(|_| is_code)?;
    Some(Code { source: Some(inside), place: None, end: end.at(), next: separator.next })
}

/// `- Ngày 25/2, …`: the house style of a paper that has no code.
fn dash_only(scan: Scan<'_>) -> Option<Code<'_>> {
    let next = scan.eat(&DASHES)?.blanks();
    Some(Code { source: None, place: None, end: scan.at(), next })
}
