//! Character references (HTML, §13.2.5.72 to §13.2.5.80): `&amp;`, `&eacute`, `&#272;`, `&#x110;`.

use html5ever::data::{C1_REPLACEMENTS, NAMED_ENTITIES};
use html5ever::tendril::StrTendril;

/// The longest name that is a reference without a semicolon, in bytes: `frac12`.
const BARE_NAME_BYTES_MAX: usize = 6;

/// The longest name of a reference, in bytes; longer runs of letters are none.
const NAME_BYTES_MAX: usize = 32;

/// What a reference stands for, and how many bytes it takes.
struct Meaning {
    chars: [Option<char>; 2],
    length: usize,
}

/// A text with its references resolved. In the value of an attribute, a name without a semicolon is none where a
/// letter, a digit or an equals sign goes on behind it: `?a=1&copy=2`.
pub(super) fn resolved(text: &str, in_attribute: bool) -> StrTendril {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(meaning) = meaning(rest, in_attribute) {
            out.extend(meaning.chars.into_iter().flatten());
            rest = &rest[meaning.length..];
        } else {
            out.push('&');
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    StrTendril::from(out)
}

/// The meaning of the reference that a text begins with.
fn meaning(text: &str, in_attribute: bool) -> Option<Meaning> {
    if text.as_bytes().get(1) == Some(&b'#') { numeric(text) } else { named(&text[1..], in_attribute) }
}

fn numeric(text: &str) -> Option<Meaning> {
    let (radix, start) = if matches!(text.as_bytes().get(2), Some(b'x' | b'X')) { (16, 3) } else { (10, 2) };
    let digits = text[start..].bytes().take_while(|byte| char::from(*byte).is_digit(radix));
    let (mut number, mut count) = (0_u32, 0);
    for digit in digits {
        number = number.saturating_mul(radix).saturating_add(char::from(digit).to_digit(radix).unwrap_or(0));
        count += 1;
    }
    if count == 0 {
        return None;
    }
    let end = start + count;
    let length = end + usize::from(text.as_bytes().get(end) == Some(&b';'));
    Some(Meaning { chars: [Some(character(number)), None], length })
}

/// The character of a number; what is none, and the controls that Windows-1252 meant otherwise, replaced.
fn character(number: u32) -> char {
    let control =
        number.checked_sub(0x80).and_then(|index| C1_REPLACEMENTS.get(usize::try_from(index).ok()?));
    match (number, control) {
        (0, _) => char::REPLACEMENT_CHARACTER,
        (_, Some(Some(replaced))) => *replaced,
        _ => char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER),
    }
}

fn named(text: &str, in_attribute: bool) -> Option<Meaning> {
    let run = text.bytes().take(NAME_BYTES_MAX).take_while(u8::is_ascii_alphanumeric).count();
    if text.as_bytes().get(run) == Some(&b';')
        && let Some(chars) = entity(&text[..=run])
    {
        return Some(Meaning { chars, length: run + 2 });
    }
    let (length, chars) = (1..=run.min(BARE_NAME_BYTES_MAX))
        .rev()
        .find_map(|length| Some((length, entity(&text[..length])?)))?;
    let goes_on =
        text.as_bytes().get(length).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'=');
    (!in_attribute || !goes_on).then_some(Meaning { chars, length: length + 1 })
}

/// The characters of a name of the standard's table. The table holds the beginnings of names too, without characters.
fn entity(name: &str) -> Option<[Option<char>; 2]> {
    let (first, second) = NAMED_ENTITIES.get(name).copied().filter(|(first, _)| *first != 0)?;
    Some([char::from_u32(first), char::from_u32(second).filter(|c| *c != '\0')])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bounds_of_names_are_those_of_the_table() {
        let names = || NAMED_ENTITIES.entries().filter(|(_, (first, _))| *first != 0).map(|(name, _)| *name);
        assert!(names().all(|name| name.len() <= NAME_BYTES_MAX));
        let longest = names().filter(|name| !name.ends_with(';')).map(str::len).max();
        assert_eq!(longest, Some(BARE_NAME_BYTES_MAX));
    }
}
