//! Broken letters that an editor wrote as character references.
//!
//! The editors of many systems write every letter of Latin-1 as a reference and leave all others bare. Text in an old font,
//! or UTF-8 taken for Windows-1252, consists of just those letters, so in pages of such systems it stands as
//! `x&middot; h&eacute;i` or `&Auml;&lsquo;&aacute;&raquo;&trade;ng`.

use html_escape::NAMED_ENTITIES;
use memchr::memchr_iter;

/// The longest name of a reference that stands for a letter of Windows-1252, in bytes: `thetasym`.
const NAME_BYTES_MAX: usize = 8;

/// References that in Vietnamese never stand right behind an ASCII letter (the signs that the fonts put letters on),
/// or right before another reference of the second list.
const SIGNS_BEHIND_LETTERS: [&str; 22] = [
    "micro", "cedil", "sup1", "uml", "reg", "para", "middot", "copy", "laquo", "not", "shy", "ordf",
    "oslash", "ucirc", "iuml", "auml", "aring", "euml", "uuml", "ouml", "ntilde", "Oslash",
];

/// Pairs of references that UTF-8 taken for Windows-1252 leaves.
const SIGN_PAIRS: [&str; 6] =
    ["&aacute;&raquo;", "&aacute;&ordm;", "&Auml;&lsquo;", "&AElig;&deg;", "&AElig;&iexcl;", "&acirc;&euro;"];

/// How many signs of broken letters stand as references in a text.
pub(super) fn signs(text: &str) -> usize {
    let is_sign = |at: usize| {
        let rest = &text[at..];
        let before = at.checked_sub(1).map_or(0, |before| text.as_bytes()[before]);
        let is_behind_letter = || {
            before.is_ascii_alphabetic()
                && name(rest).is_some_and(|name| SIGNS_BEHIND_LETTERS.contains(&name))
        };
        // All pairs begin so; a page holds hundreds of other references.
        let can_be_pair = || rest.starts_with("&a") || rest.starts_with("&A");
        is_behind_letter() || can_be_pair() && SIGN_PAIRS.iter().any(|pair| rest.starts_with(pair))
    };
    memchr_iter(b'&', text.as_bytes()).filter(|at| is_sign(*at)).count()
}

/// The name of the reference at the start of a text.
fn name(text: &str) -> Option<&str> {
    let body = text.as_bytes().get(1..)?;
    let length = body.iter().take(NAME_BYTES_MAX + 1).position(|byte| *byte == b';')?;
    text.get(1..=length)
}

/// The text with the references to letters and signs beyond ASCII resolved; those that mean markup stay.
pub(super) fn resolved(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let reference = name(rest).and_then(|name| Some((character(name)?, name.len() + 2)));
        let (c, taken) = reference.unwrap_or(('&', 1));
        out.push(c);
        rest = &rest[taken..];
    }
    out.push_str(rest);
    out
}

/// The character beyond ASCII that a reference stands for.
fn character(name: &str) -> Option<char> {
    let c = if let Some(number) = name.strip_prefix('#') {
        char::from_u32(number.parse().ok()?)?
    } else {
        let found = NAMED_ENTITIES.binary_search_by(|(known, _)| (*known).cmp(name.as_bytes())).ok()?;
        NAMED_ENTITIES[found].1.chars().next()?
    };
    Some(c).filter(|c| !c.is_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_of_sound_vietnamese_are_no_signs() {
        let text = "C&ocirc;ng an x&atilde;, to&agrave; &aacute;n &laquo;V&otilde; Nhai&raquo; &copy; 2024, 5m&sup2;, R&D";
        assert_eq!(signs(text), 0);
        assert_eq!(resolved(text), "Công an xã, toà án «Võ Nhai» © 2024, 5m², R&D");
    }

    #[test]
    fn references_of_broken_letters_are_signs() {
        assert!(signs("x&middot; h&eacute;i v&micro; v&uml;n ho&cedil;") >= 4);
        assert!(signs("&Auml;&lsquo;&aacute;&raquo;&trade;ng l&aacute;&raquo;&plusmn;c") >= 3);
        assert_eq!(resolved("&lt;b&gt; &amp;nbsp; &#181;"), "&lt;b&gt; &amp;nbsp; µ");
    }
}
