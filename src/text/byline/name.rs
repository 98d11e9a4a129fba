//! What is a person's name, a body's name, or neither.

use std::sync::LazyLock;

use regex::Regex;

use super::words::{
    BODIES, BODY_WORDS, COLLECTIVES, FAMILY_NAMES_COMMON, FAMILY_NAMES_RARE, GIVEN_NAMES, JOBS, LABELS,
    NOT_NAMES, PAPERS, PLACEHOLDERS, PUBLISHERS, ROLES_BEHIND, TITLES,
};
use crate::text::letter;
use crate::text::syllable::{is_marked_letter, is_syllable};

/// The longest name: `Nguyễn Phúc Hồng Ngọc Bảo Châu` has six words.
const NAME_WORDS_MAX: usize = 6;

/// The longest name in characters.
const NAME_CHARS_MAX: usize = 48;

/// What a part of a byline is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// A person, without title and role.
    Person(String),
    /// A collective, a newspaper, an agency, a code.
    Body,
    /// A placeholder, a login, a job.
    Nothing,
    /// None of these by its shape.
    Unknown,
}

static TITLE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(&format!(r"^{TITLES}[.,:\s]+")).ok());

static ROLE_BEHIND: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(&format!(r"(?i)\s+(?:-\s+)?{ROLES_BEHIND}$")).ok());

static DOMAIN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:https?://\S+|(?:[a-z0-9-]+\.)+(?:vn|com|net|org|info|tv|gov|edu)(?:/\S*)?)$").ok()
});

static INITIALS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^(?:\p{Lu}\p{Ll}?\.){1,4}(?:\p{Lu}\p{L}{0,7})?\.?$").ok());

/// Whether the text is a web address or a bare host: `baodautu.vn`.
pub(super) fn is_address(text: &str) -> bool {
    // Every address has one of these, and hardly any name.
    let has_sign = || text.contains(['.', '/']);
    has_sign()
        && !text.contains(char::is_whitespace)
        && DOMAIN.as_ref().is_some_and(|domain| domain.is_match(text))
}

/// Classifies one part of a byline, as it stands between separators.
pub(super) fn classify(part: &str) -> Part {
    let part = trim(part);
    let lower = letter::lowercase(part);
    if part.is_empty() || is_placeholder(&lower) {
        return Part::Nothing;
    }
    if is_body(part, &lower) {
        return Part::Body;
    }
    let bare = without_roles(part);
    if bare.len() < part.len() {
        return match classify(bare) {
            Part::Unknown | Part::Nothing => Part::Unknown,
            known => known,
        };
    }
    if is_person(part) {
        return Part::Person(part.to_owned());
    }
    if is_code(part) {
        return Part::Body;
    }
    if starts_with_words(&lower, &JOBS) || is_login(part) { Part::Nothing } else { Part::Unknown }
}

/// Takes off what is printed round a name: stars, bars, bullets, a last dot that is no initial's.
pub(super) fn trim(text: &str) -> &str {
    let text = text.trim_matches(|c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '|' | '*' | '•' | '-' | '–' | '—' | ',' | ';' | ':' | '#' | '·' | '>' | '"' | '“' | '”'
            )
    });
    let Some(without) = text.strip_suffix('.') else { return text };
    let last = without.rsplit(|c: char| c.is_whitespace() || c == '.').next().unwrap_or_default();
    if last.chars().count() <= 2 { text } else { without.trim_end_matches('.') }
}

fn without_roles(part: &str) -> &str {
    let mut bare = part;
    while let Some(title) = TITLE.as_ref().and_then(|title| title.find(bare)) {
        bare = &bare[title.end()..];
    }
    if let Some(role) = ROLE_BEHIND.as_ref().and_then(|role| role.find(bare)) {
        bare = &bare[..role.start()];
    }
    trim(bare)
}

fn is_placeholder(lower: &str) -> bool {
    PLACEHOLDERS.contains(lower) || lower.contains(" tác giả khác")
}

/// A name that systems know their users by: one word of ASCII without a shape of a name, an address of mail.
fn is_login(part: &str) -> bool {
    !part.contains(char::is_whitespace) && (part.is_ascii() && !is_syllable(part) || part.contains('@'))
}

/// Collectives, newspapers, agencies, offices, web addresses.
pub(super) fn is_body(part: &str, lower: &str) -> bool {
    let undotted: String = lower.chars().filter(|c| *c != '.').collect();
    COLLECTIVES.contains(undotted.as_str())
        || is_address(part)
        || starts_with_words(lower, &BODIES) && !is_known_name(part)
        || starts_with_words(lower, &PAPERS)
        || lower.starts_with("theo ")
        || lower.starts_with("nguồn ")
        // `Nhà báo Hà Tư` is a person.
        || lower.contains(" báo ") && !lower.starts_with("nhà báo ")
        || lower.ends_with(" online")
        || lower.ends_with("ttxvn")
}

/// A name in capitals throughout has no more words; a heading has.
const SHOUTED_WORDS_MAX: usize = 5;

/// Words in lower case that may follow the last capital of a body's name: `Trung tâm Tin tức`.
const NAME_TAIL_WORDS_MAX: usize = 1;

/// Whether a text that begins like a body's name is one to its end: `Công an huyện Na Sơn`, and not `Đội nữ Na Sơn vô
/// địch`, `Công an Na Sơn bắt hai đối tượng`, `Báo động nạn trộm`.
pub(super) fn is_body_name(text: &str) -> bool {
    let lower = text.to_lowercase();
    let starts = BODIES.iter().chain(PUBLISHERS.iter()).chain(PAPERS.iter());
    let start =
        starts.copied().filter(|start| starts_with_words(&lower, &[start])).max_by_key(|start| start.len());
    let Some(rest) = start.and_then(|start| lower.get(start.len()..).map(|rest| text.len() - rest.len()))
    else {
        return true;
    };
    let Some(rest) = text.get(rest..).map(str::trim_start).filter(|rest| !rest.is_empty()) else {
        return true;
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() > SHOUTED_WORDS_MAX && !text.chars().any(char::is_lowercase) {
        return false;
    }
    let goes_on = rest.split_whitespace().next().is_some_and(|word| {
        !word.starts_with(char::is_lowercase) || BODY_WORDS.contains(word.trim_end_matches(','))
    });
    let tail = words.iter().rev().take_while(|word| word.starts_with(char::is_lowercase)).count();
    let is_closed = tail <= NAME_TAIL_WORDS_MAX || lower.ends_with("điện tử") || lower.ends_with("tổng hợp");
    goes_on && (is_closed || tail == words.len() - 1)
}

/// Newspapers, agencies, web addresses: those from whom a text can come.
pub(super) fn is_publisher(part: &str) -> bool {
    let lower = letter::lowercase(part);
    starts_with_words(&lower, &PUBLISHERS)
        || starts_with_words(&lower, &PAPERS)
        || is_address(part)
        || is_code(part)
}

/// A name that begins like a body's, `Đài Trang`, `Hội An`: only capitals, family or given names throughout.
fn is_known_name(part: &str) -> bool {
    let count = part.split_whitespace().count();
    (2..=4).contains(&count)
        && part.split_whitespace().all(|word| {
            let lower = letter::lowercase(word);
            starts_upper(word) && is_of_names(&lower)
        })
}

/// Whether a text in lower case begins with one of the phrases, as whole words.
pub(super) fn starts_with_words(lower: &str, phrases: &[&str]) -> bool {
    // Nearly all phrases part from the text at their first byte.
    let first = lower.as_bytes().first();
    phrases.iter().filter(|phrase| phrase.as_bytes().first() == first).any(|phrase| {
        lower.strip_prefix(phrase).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphabetic()))
    })
}

/// A code of a newspaper: `GLO`, `BTNO`, `VOV1`, `VietNam+`.
fn is_code(part: &str) -> bool {
    let mut words = part.split_whitespace();
    let (Some(word), None) = (words.next(), words.next()) else { return false };
    let upper = word.chars().filter(|c| c.is_uppercase()).count();
    let is_code_char = |c: char| c.is_alphanumeric() || matches!(c, '&' | '+' | '-' | '/' | '.');
    upper >= 2 && word.chars().all(is_code_char) && word.chars().count() <= 16 && !is_syllable(word)
}

/// Whether a part has the shape of a name: capitals, letters, syllables or initials.
pub(super) fn is_person(part: &str) -> bool {
    let words: Vec<&str> = part.split_whitespace().collect();
    let count = words.len();
    if count == 0 || count > NAME_WORDS_MAX || part.chars().count() > NAME_CHARS_MAX {
        return false;
    }
    let mut has_name = false;
    for (index, word) in words.iter().enumerate() {
        if is_initials(word) {
            has_name |= count > 1 || word.chars().filter(|c| c.is_alphabetic()).count() > 1;
        } else if is_name_word(word, count) {
            has_name = true;
        } else if !(index > 0 && index + 1 < count && matches!(*word, "văn" | "thị" | "đình" | "de" | "van"))
        {
            return false;
        }
    }
    has_name
}

fn is_initials(word: &str) -> bool {
    word.contains('.') && INITIALS.as_ref().is_some_and(|initials| initials.is_match(word))
}

/// A word of a name: `Vân`, `VÂN`, `H'Linh`, `Anna-Maria`; a word that is no syllable only beside others.
fn is_name_word(word: &str, count: usize) -> bool {
    if !starts_upper(word) {
        return false;
    }
    let mut pieces = word.split(['-', '\'', '’', 'ʼ']).filter(|piece| !piece.is_empty());
    pieces.all(|piece| {
        let letters = piece.chars().all(char::is_alphabetic);
        let single = piece.chars().count() == 1;
        let rest_lower = piece.chars().skip(1).all(char::is_lowercase);
        let rest_upper = piece.chars().skip(1).all(char::is_uppercase);
        let sounds = is_syllable(piece) || piece.chars().any(is_marked_letter);
        letters && (rest_lower || rest_upper) && (sounds || single && count > 1 || rest_lower && count > 1)
    })
}

fn starts_upper(word: &str) -> bool {
    word.starts_with(char::is_uppercase)
}

/// Whether a syllable in lower case stands in names.
fn is_of_names(lower: &str) -> bool {
    GIVEN_NAMES.contains(lower) || is_family_name(lower)
}

fn is_family_name(lower: &str) -> bool {
    FAMILY_NAMES_COMMON.contains(lower) || FAMILY_NAMES_RARE.contains(lower)
}

/// A name of the Central Highlands with its particle: `H'Linh`, `K'Brêu`.
fn is_highland(word: &str) -> bool {
    let mut letters = word.chars();
    matches!(letters.next(), Some('H' | 'K' | 'R'))
        && matches!(letters.next(), Some('\'' | '’' | 'ʼ'))
        && letters.next().is_some_and(char::is_uppercase)
}

/// Whether a part that nothing marks as a byline is surely a name. All of its words must be such as names have
/// (`strict`), or none such as names never have.
pub(super) fn is_surely_person(part: &str, strict: bool) -> bool {
    if !is_person(part) || LABELS.contains(part.to_lowercase().as_str()) {
        return false;
    }
    let words: Vec<String> = part.split_whitespace().map(str::to_lowercase).collect();
    let known = |word: &String| is_of_names(word);
    let initials = part.split_whitespace().any(|word| is_initials(word) || is_highland(word));
    let named = words.iter().filter(|word| known(word)).count();
    let not_names = words.iter().filter(|word| !known(word) && NOT_NAMES.contains(word.as_str())).count();
    let family = words.first().is_some_and(|word| is_family_name(word));
    match words.len() {
        1 => initials || named == 1 && !strict,
        2..=5 if strict => initials || named == words.len(),
        2..=5 => initials || not_names == 0 && (family || 2 * named >= words.len()),
        _ => false,
    }
}

/// Whether a name begins with a family name and has a given one: `Hoàng Thùy`.
pub(super) fn is_full_name(part: &str) -> bool {
    is_surely_person(part, true)
        && part.split_whitespace().count() > 1
        && part
            .split_whitespace()
            .next()
            .is_some_and(|word| FAMILY_NAMES_COMMON.contains(word.to_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        assert!(TITLE.is_some() && ROLE_BEHIND.is_some() && DOMAIN.is_some() && INITIALS.is_some());
    }

    #[test]
    fn parts_are_told_apart() {
        let person = |name: &str| Part::Person(name.to_owned());
        for (part, expected) in [
            ("Thu Hiền", person("Thu Hiền")),
            ("BS.CKII Lò Thị Mến", person("Lò Thị Mến")),
            ("PGS.TS. Quách Văn Định", person("Quách Văn Định")),
            ("PV Trang Nhung", person("Trang Nhung")),
            ("Bế Văn Thiện thực hiện", person("Bế Văn Thiện")),
            ("H'Linh Niê", person("H'Linh Niê")),
            ("N.Đ.C.", person("N.Đ.C.")),
            ("B. THẮM", person("B. THẮM")),
            ("K.Sơn", person("K.Sơn")),
            ("Nguyễn văn Sắt", person("Nguyễn văn Sắt")),
            ("P.V", Part::Body),
            ("VOV.VN", Part::Body),
            ("BTNO", Part::Body),
            ("Đài PTTH Hòa Sơn", Part::Body),
            ("Báo Hòa Sơn", Part::Body),
            ("Tiền phong", Part::Body),
            ("longsontv", Part::Nothing),
            ("admin", Part::Nothing),
            ("Bút danh", Part::Nothing),
            ("và 2 tác giả khác", Part::Nothing),
            ("Trưởng phòng Văn hóa", Part::Nothing),
            ("Nhịp đời miền núi", Part::Unknown),
        ] {
            assert_eq!(classify(part), expected, "{part}");
        }
    }

    #[test]
    fn a_heading_in_capitals_is_not_surely_a_name() {
        for text in ["TIN LIÊN QUAN", "KÊ LẠI KHO", "ĐỌC THÊM", "Video", "Bình Luận", "GIỮ ĐẤT GIỮ NƯỚC"]
        {
            assert!(!is_surely_person(text, false), "{text}");
        }
        for text in ["HỮU THẮNG", "Như Quỳnh", "Bế Thị Sen", "K.Sơn", "Hạnh", "DIỄM"] {
            assert!(is_surely_person(text, false), "{text}");
        }
    }
}
