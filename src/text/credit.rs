//! The credit at the end of a caption: `… Ảnh: Khánh Du`, `(Ảnh TN)`.
//!
//! Every line under a photo is asked for one, and a pattern that is bound to the end of a text has to run backwards
//! through a hundred letters of any kind. So it is read by hand, from the end: the name, the colon, the label, and
//! what must stand before the label.

use super::letter;

/// A credit where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Credit<'t> {
    /// Where it begins, with the sign before it.
    pub(super) start: usize,
    /// The name, without the label.
    pub(super) name: &'t str,
}

/// The longest name behind a label and a colon, in characters.
const NAME_CHARS_MAX: usize = 100;

/// The longest name in brackets without a colon, in characters.
const BRACKETED_CHARS_MAX: usize = 60;

/// Labels, in lower case. They must follow the end of a sentence, a dash or a bracket, or open the text:
/// `hai nguồn: suối và giếng` and `bức ảnh: …` within a sentence are no credits.
const LABELS: [&str; 13] = [
    "nguồn ảnh",
    "nguồn hình",
    "ảnh",
    "hình",
    "photo",
    "clip",
    "video",
    "nguồn",
    "đồ họa",
    "đồ hoạ",
    "infographic",
    "tranh",
    "bản đồ",
];

/// Labels whose capital shows that they begin something of their own: a blank before them is enough.
const CAPITALISED: [&str; 9] =
    ["Nguồn ảnh", "Nguồn", "Ảnh", "ẢNH", "Hình", "Photo", "Clip", "Video", "Đồ họa"];

/// What may stand between a label and its colon, in lower case.
const QUALIFIERS: [&str; 5] = [" và clip", " tư liệu", " chụp màn hình", " minh họa", " minh hoạ"];

/// Labels in brackets that need no colon.
const BRACKETED: [&str; 4] = ["Ảnh", "ảnh", "Nguồn ảnh", "Hình"];

/// What may stand behind `(ảnh …` and names nobody, in lower case.
const NOBODY: [&str; 3] = ["minh họa", "minh hoạ", "chụp "];

/// … but a photo of a screen is of somebody's.
const SCREEN: &str = "chụp màn hình";

/// The credit at the end of a text known to stand as a caption, also where it is all there is.
pub(super) fn at_end(text: &str) -> Option<Credit<'_>> {
    behind_label(text).or_else(|| in_brackets(text))
}

/// A label, a colon and a name: `Ảnh: Thu Hà`, `(nguồn ảnh: TTXVN).`
fn behind_label(text: &str) -> Option<Credit<'_>> {
    let colon = text.rfind([':', '：'])?;
    let start = label_start(text[..colon].trim_end())?;
    let behind = text[colon..].trim_start_matches([':', '：']).trim_start();
    let name = without_end(behind);
    let is_short = name.chars().take(NAME_CHARS_MAX + 1).count() <= NAME_CHARS_MAX;
    is_short.then_some(Credit { start, name: somebody(name)? })
}

/// A name without the bracket and the dots behind it.
fn without_end(name: &str) -> &str {
    let name = name.trim_end_matches(is_dot_or_blank);
    name.strip_suffix([')', ']']).unwrap_or(name).trim_end()
}

fn is_dot_or_blank(c: char) -> bool {
    c == '.' || c.is_whitespace()
}

/// A name without the signs behind it, where it names anybody.
fn somebody(name: &str) -> Option<&str> {
    let name = name.trim().trim_end_matches(['.', ')', ']']).trim_end();
    let is_nobody = NOBODY.iter().any(|nobody| letter::begins(name, nobody)) && !letter::begins(name, SCREEN);
    (!name.is_empty() && !is_nobody).then_some(name)
}

/// Where the label begins that a text ends with, with the sign before it: the furthest to the left that it can.
fn label_start(text: &str) -> Option<usize> {
    let of_whom = [Some(text), without(text, " do")];
    let unqualified = |text| QUALIFIERS.iter().filter_map(move |words| without(text, words));
    let bare = of_whom.into_iter().flatten().flat_map(|text| unqualified(text).chain([text]));
    bare.filter_map(|text| {
        let plain = LABELS.iter().filter_map(|label| sign_before(without(text, label)?));
        let capitalised = CAPITALISED.iter().filter_map(|label| {
            let before = text.strip_suffix(label)?;
            before.strip_suffix(char::is_whitespace).map(str::len)
        });
        plain.chain(capitalised).min()
    })
    .min()
}

/// A text without the words at its end, which are given in lower case.
fn without<'t>(text: &'t str, words: &str) -> Option<&'t str> {
    let mut chars = text.chars();
    let is_same = |c: char, wanted: char| letter::lower(c) == wanted && c != 'İ';
    let is_end = words.chars().rev().all(|wanted| chars.next_back().is_some_and(|c| is_same(c, wanted)));
    is_end.then_some(chars.as_str())
}

/// Where the sign stands behind which a label in lower case may begin; at the start of a text it needs none.
fn sign_before(before: &str) -> Option<usize> {
    let sign = |text: &str| {
        let text = text.trim_end();
        let signs = ['.', ',', ';', '!', '?', '…', '”', '"', '\'', ')', ']', '-', '–', '—', '(', '['];
        text.strip_suffix(signs).map(str::len)
    };
    let opened = before.trim_end().strip_suffix(['(', '[']);
    let behind = |text: &str| if text.is_empty() { Some(0) } else { sign(text) };
    opened.and_then(behind).or_else(|| behind(before))
}

/// A name in brackets without a colon: `(Ảnh TN)`.
fn in_brackets(text: &str) -> Option<Credit<'_>> {
    let inside = text.trim_end_matches(is_dot_or_blank).strip_suffix(')')?;
    let start = inside.rfind('(')?;
    let inside = &inside[start + 1..];
    let name =
        BRACKETED.iter().find_map(|label| inside.strip_prefix(label)?.strip_prefix(char::is_whitespace))?;
    let name = name.trim_start();
    let is_name = !name.contains([')', ':'])
        && name.chars().take(BRACKETED_CHARS_MAX + 1).count() <= BRACKETED_CHARS_MAX;
    is_name.then_some(Credit { start, name: somebody(name)? })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex::Regex;

    use super::*;

    /// The same as patterns.
    fn by_patterns(text: &str) -> Option<Credit<'_>> {
        let behind_label = Regex::new(concat!(
            r"(?:(?:^|[.,;!?…”\x22')\]]\s*|[-–—]\s*|[(\[]\s*)(?:[(\[]\s*)?",
            r"(?i:(?:nguồn )?(?:ảnh|hình)|photo|clip|video|nguồn|đồ họa|đồ hoạ|infographic|tranh|bản đồ)",
            r"|\s(?:Nguồn ảnh|Nguồn|Ảnh|ẢNH|Hình|Photo|Clip|Video|Đồ họa))",
            r"(?i: và clip| tư liệu| chụp màn hình| minh họa| minh hoạ)?(?i: do)?",
            r"\s*[:：]\s*([^:：]{1,100}?)\s*[)\]]?[.\s]*$",
        ));
        let in_brackets = Regex::new(r"\((?:Ảnh|ảnh|Nguồn ảnh|Hình)\s+([^():]{1,60})\)[.\s]*$");
        [behind_label.unwrap(), in_brackets.unwrap()].iter().find_map(|pattern| {
            let found = pattern.captures(text)?;
            Some(Credit { start: found.get(0)?.start(), name: somebody(found.get(1)?.as_str())? })
        })
    }

    proptest! {
        #[test]
        fn a_credit_is_what_the_patterns_find(
            parts in proptest::collection::vec(proptest::sample::select(vec![
                "Cầu mới", " ", ".", "(", ")", "[", "]", "Ảnh", "ảnh", "ẢNH", "Nguồn", "nguồn", "Nguồn ảnh", " do", " tư liệu",
                " Và Clip", "Đồ họa", "bản đồ", ":", "：", "Thu Hà", " - ", "–", "…", "\u{a0}", "TTXVN", "hình", "Photo", "minh họa", "chụp màn hình", "",
            ]), 0..9),
        ) {
            let text = parts.concat();
            prop_assert_eq!(at_end(&text), by_patterns(&text), "{}", text);
        }
    }

    #[test]
    fn a_name_has_its_bounds() {
        for length in [60, 61, 100, 101] {
            for text in
                [format!("Cầu. Ảnh: {}).", "ă".repeat(length)), format!("Cầu (Ảnh {})", "ă".repeat(length))]
            {
                assert_eq!(at_end(&text), by_patterns(&text), "{text}");
            }
        }
    }
}
