//! The end of an article: the end mark `./.`, the word that more follows (`(Còn nữa)`), and the signatures under the
//! text.

use super::blocks::Paragraph;
use crate::article::BlockKind;
use crate::text::byline::{self, Byline};
use crate::text::letter;

/// How many lines under the text are looked at as signatures.
const SIGNATURES_MAX: usize = 5;

/// The words that more follows, in lower case.
const CONTINUATIONS: [&str; 4] = ["còn nữa", "còn tiếp", "còn tiếp kỳ sau", "kỳ sau đăng tiếp"];

/// They are short.
const CONTINUATION_BYTES_MAX: usize = 60;

/// What stood at the end of a body.
#[derive(Debug, Default)]
pub(super) struct Ending {
    /// Who signed.
    pub(super) byline: Byline,
    /// Whether the text ended with `./.`.
    pub(super) has_mark: bool,
}

/// Takes signatures and end mark off the end of the body.
pub(super) fn take(body: &mut Vec<Paragraph>) -> Ending {
    let mut ending = Ending::default();
    let mut signatures = Vec::new();
    while signatures.len() < SIGNATURES_MAX && body.len() > 1 {
        take_continuation(body);
        ending.has_mark |= take_mark(body);
        let Some(signature) =
            body.last().filter(|last| can_sign(last)).and_then(|last| byline::ending(&last.text))
        else {
            break;
        };
        signatures.push(signature);
        body.pop();
    }
    take_continuation(body);
    ending.has_mark |= take_mark(body);
    if let Some(last) = body.last_mut().filter(|last| can_sign(last))
        && let Some((rest, signature)) = byline::glued(&last.text)
    {
        let rest = rest.trim_end().to_owned();
        last.text = rest;
        signatures.push(signature);
        ending.has_mark |= take_mark(body);
    }
    for signature in signatures.into_iter().rev() {
        ending.byline.add(signature);
    }
    ending
}

/// Items of lists, quotes and tables are not signed.
fn can_sign(paragraph: &Paragraph) -> bool {
    matches!(paragraph.kind, BlockKind::Paragraph | BlockKind::Heading)
}

/// Takes the end mark `./.` off the last paragraph and tells whether there was one.
fn take_mark(body: &mut Vec<Paragraph>) -> bool {
    let Some(last) = body.last_mut() else { return false };
    let Some(before) = before_mark(&last.text) else { return false };
    if before.is_empty() {
        body.pop();
    } else {
        let before = before.to_owned();
        last.text = before;
    }
    true
}

/// Takes the word that more follows off the end, as a line of its own or in brackets behind the text.
fn take_continuation(body: &mut Vec<Paragraph>) {
    let Some(last) = body.last_mut().filter(|last| can_sign(last)) else { return };
    let Some(before) = before_continuation(&last.text) else { return };
    if !before.is_empty() {
        let before = before.to_owned();
        last.text = before;
    } else if body.len() > 1 {
        body.pop();
    }
}

/// The text before such a word: `(Còn nữa)`, `[Còn tiếp…]`, `- Hết -`, `(Xem tiếp kỳ sau)`. Without brackets or dashes
/// `hết` is a word like any other.
fn before_continuation(text: &str) -> Option<&str> {
    let text = text.trim_end();
    if text.ends_with([')', ']']) {
        let start = text.rfind(['(', '['])?;
        return says_continuation(&text[start..], true).then(|| text[..start].trim_end());
    }
    let is_marked = !text.starts_with(char::is_alphanumeric);
    (text.len() <= CONTINUATION_BYTES_MAX && says_continuation(text, is_marked)).then_some("")
}

fn says_continuation(text: &str, is_marked: bool) -> bool {
    if text.len() > CONTINUATION_BYTES_MAX {
        return false;
    }
    let said = letter::lowercase(text.trim_matches(|c: char| !c.is_alphanumeric()));
    let is_said = CONTINUATIONS.contains(&said.as_str()) || said.starts_with("xem tiếp ") && is_marked;
    is_said || is_marked && matches!(said.as_str(), "hết" | "tiếp theo và hết" | "kỳ cuối và hết")
}

/// The text before an end mark at its very end: `./.`, also with blanks in it or without its first dot.
fn before_mark(text: &str) -> Option<&str> {
    let rest = text.trim_end().strip_suffix('.')?.trim_end();
    let rest = rest.strip_suffix('/')?.trim_end();
    let closed = rest.strip_suffix('.').unwrap_or(rest).trim_end();
    (!closed.ends_with(|c: char| c.is_ascii_digit()) || rest.ends_with('.')).then_some(closed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(paragraphs: &[&str]) -> (Vec<String>, Ending) {
        let mut body: Vec<Paragraph> = paragraphs.iter().map(|text| Paragraph::plain(text)).collect();
        let ending = take(&mut body);
        (body.into_iter().map(|paragraph| paragraph.text).collect(), ending)
    }

    const TEXT: &str = "Đến cuối tháng, cây cầu bắc xong, học sinh không phải nghỉ học mùa lũ nữa";

    #[test]
    fn the_end_mark_is_the_last_thing_in_the_text() {
        assert_eq!(before_mark("… giai đoạn (2018 - 2022)./."), Some("… giai đoạn (2018 - 2022)"));
        assert_eq!(before_mark("bà con phấn khởi. /."), Some("bà con phấn khởi"));
        assert_eq!(before_mark("bà con phấn khởi/."), Some("bà con phấn khởi"));
        assert_eq!(before_mark("bà con phấn khởi."), None);
        assert_eq!(before_mark("đạt 12./. Sau đó mưa."), None);
    }

    #[test]
    fn signatures_come_off_in_their_order_and_the_mark_above_them_is_seen() {
        for lines in [
            &[
                "Bà con mừng lắm.",
                "Đến cuối tháng, cây cầu bắc xong, học sinh không phải nghỉ học mùa lũ nữa./.",
                "Hoài An - Diễm My",
                "(TTXVN/Vietnam+)",
            ][..],
            &[
                "Bà con mừng lắm.",
                "Đến cuối tháng, cây cầu bắc xong, học sinh không phải nghỉ học mùa lũ nữa",
                "./.",
                "Hoài An - Diễm My (TTXVN/Vietnam+)",
            ],
        ] {
            let (body, ending) = end(lines);
            assert_eq!(body, ["Bà con mừng lắm.", TEXT]);
            assert!(ending.has_mark);
            assert_eq!(ending.byline.persons, ["Hoài An", "Diễm My"]);
            assert_eq!(ending.byline.source_note.as_deref(), Some("(TTXVN/Vietnam+)"));
        }
    }

    #[test]
    fn the_word_that_more_follows_is_no_text() {
        for word in ["(Còn nữa)", "Còn nữa...", "[CÒN TIẾP]", "- Hết -", "(Xem tiếp trang 3)", "(Hết)"]
        {
            for lines in [vec![TEXT, word], vec![TEXT, "HOÀI AN", word], vec![TEXT, word, "HOÀI AN"]] {
                let (body, _) = end(&[&["Bà con mừng lắm."], lines.as_slice()].concat());
                assert_eq!(body, ["Bà con mừng lắm.", TEXT], "{word}");
            }
            if word.ends_with([')', ']']) {
                let (body, _) = end(&["Bà con mừng lắm.", &format!("{TEXT}. {word}")]);
                assert_eq!(body[1], format!("{TEXT}."), "{word}");
            }
        }
        for word in ["Hết", "Còn nữa thì sao?", "Xem tiếp đi, ông bảo.", "(hết năm 2023)", "(còn 3 hộ)"]
        {
            let (body, _) = end(&[TEXT, word]);
            assert_eq!(body, [TEXT, word]);
        }
    }

    #[test]
    fn a_name_glued_to_the_last_word_is_parted_from_it() {
        let (body, ending) = end(&["Bà con mừng lắm.", &format!("{TEXT}.K.Sơn")]);
        assert_eq!(body[1], format!("{TEXT}."));
        assert_eq!(ending.byline.persons, ["K.Sơn"]);
        let (body, ending) = end(&["Bà con mừng lắm.", &format!("{TEXT}./.LÊ HÀ")]);
        assert_eq!(body[1], TEXT);
        assert!(ending.has_mark);
        assert_eq!(ending.byline.persons, ["LÊ HÀ"]);
    }

    #[test]
    fn text_that_only_begins_like_a_signature_stays() {
        let last = "Theo kế hoạch, đến ngày 30-6, các xã hoàn thành việc rà soát.";
        let (body, ending) = end(&[TEXT, last]);
        assert_eq!(body, [TEXT, last]);
        assert!(ending.byline.is_empty() && !ending.has_mark);
    }
}
