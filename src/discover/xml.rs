//! XML as newspapers send it: mended where it breaks the rules, and read past what cannot be mended.

use html_escape::NAMED_ENTITIES;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::text::clean;

/// The longest name of a reference, in bytes.
const NAME_BYTES_MAX: usize = 32;

/// The deepest nesting that is followed, in elements.
const DEPTH_MAX: usize = 64;

/// How much reading is spent on a broken document, in times its length: a tag without an end is looked for to the
/// end of the text, each time that reading is taken up again.
const READINGS_MAX: u64 = 8;

/// Mends what is not XML in a text that is meant as such, and takes off what is no use: everything before the first
/// tag, the declaration (its character set has been dealt with), comments, document types, and characters that XML
/// forbids. References that only HTML knows become their characters; bare `&` and `<` are escaped. CDATA is left
/// alone.
pub(super) fn mended(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    let mut rest = &text[text.find('<').unwrap_or(text.len())..];
    while let Some(at) = rest.find(is_special) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let taken = match rest.as_bytes()[0] {
            b'<' => mend_markup(rest, &mut out),
            b'&' => mend_reference(rest, &mut out),
            _ => rest.chars().next().map_or(1, char::len_utf8),
        };
        rest = &rest[taken..];
    }
    out.push_str(rest);
    out
}

fn is_special(c: char) -> bool {
    matches!(c, '<' | '&') || is_forbidden(c)
}

/// XML 1.0 §2.2.
fn is_forbidden(c: char) -> bool {
    matches!(c, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}')
}

/// Writes what stands for the markup at the start of `rest`; gives how many bytes that took.
fn mend_markup(rest: &str, out: &mut String) -> usize {
    let through = |end: &str| rest.find(end).map_or(rest.len(), |at| at + end.len());
    if rest.starts_with("<![CDATA[") {
        let taken = through("]]>");
        out.extend(rest[..taken].chars().filter(|c| !is_forbidden(*c)));
        return taken;
    }
    if rest.starts_with("<!--") {
        return through("-->");
    }
    if rest.starts_with("<?") {
        return through("?>");
    }
    if rest.starts_with("<!") {
        let end = through(">");
        return if rest[..end].contains('[') { through("]>") } else { end };
    }
    let is_tag = rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '_'));
    out.push_str(if is_tag { "<" } else { "&lt;" });
    1
}

/// Writes what stands for the ampersand at the start of `rest`; gives how many bytes that took.
fn mend_reference(rest: &str, out: &mut String) -> usize {
    let body = &rest.as_bytes()[1..];
    let length = body.iter().take(NAME_BYTES_MAX).position(|byte| *byte == b';');
    let Some(name) = length.and_then(|length| rest.get(1..=length)) else {
        out.push_str("&amp;");
        return 1;
    };
    let taken = name.len() + 2;
    if OWN_NAMES.contains(&name) {
        out.push_str(&rest[..taken]);
    } else if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16).ok(),
            None => number.parse().ok(),
        };
        match code.map(char::from_u32) {
            Some(Some(c)) if !is_forbidden(c) => out.push_str(&rest[..taken]),
            Some(_) => {}
            None => {
                out.push_str("&amp;");
                return 1;
            }
        }
    } else if let Ok(found) = NAMED_ENTITIES.binary_search_by(|(known, _)| (*known).cmp(name.as_bytes())) {
        out.push_str(NAMED_ENTITIES[found].1);
    } else {
        out.push_str("&amp;");
        return 1;
    }
    taken
}

/// The references that XML itself knows.
const OWN_NAMES: [&str; 5] = ["amp", "lt", "gt", "quot", "apos"];

/// What stands in a document, in its order.
pub(super) enum Piece<'a, 'b> {
    /// An element opens; the path ends with its own name.
    Open(&'b BytesStart<'a>),
    /// Text within the element that is open, its references as written.
    Text(&'b str),
    /// The element that is open closes.
    Close,
    /// The document is broken here.
    Broken,
}

/// Reads a document leniently; the reader of the pieces also gets the local names of the open elements, outermost
/// first, and says whether to go on.
///
/// Wrong closing tags close what they can. Where the markup is broken, reading goes on at the next of `tags`.
pub(super) fn read(text: &str, tags: [&str; 2], mut visit: impl FnMut(&[String], Piece<'_, '_>) -> bool) {
    let mut path: Vec<String> = Vec::new();
    let mut from = text.find('<').unwrap_or(text.len());
    let mut budget = READINGS_MAX * text.len() as u64;
    loop {
        let mut reader = lenient(&text[from..]);
        let broken_at = loop {
            let goes_on = match reader.read_event() {
                Ok(Event::Start(tag)) => open(&mut path, &tag, &mut visit),
                Ok(Event::Empty(tag)) => {
                    open(&mut path, &tag, &mut visit) && close(&mut path, None, &mut visit)
                }
                Ok(Event::End(tag)) => close(&mut path, Some(tag.local_name().as_ref()), &mut visit),
                Ok(Event::Text(text)) => visit(&path, Piece::Text(&text)),
                Ok(Event::CData(text)) => visit(&path, Piece::Text(&text)),
                Ok(Event::GeneralRef(name)) => visit(&path, Piece::Text(&format!("&{};", &*name))),
                Ok(Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_)) => true,
                Ok(Event::Eof) => return,
                Err(_) => break usize::try_from(reader.error_position()).unwrap_or(usize::MAX),
            };
            if !goes_on {
                return;
            }
        };
        if !visit(&path, Piece::Broken) {
            return;
        }
        path.clear();
        let after = text.len().min(from.saturating_add(broken_at).saturating_add(1));
        let after = text.ceil_char_boundary(after);
        let next = tags.iter().filter_map(|tag| text[after..].find(tag)).min();
        let spent = reader.buffer_position().max(broken_at as u64) + 1;
        match (next, budget.checked_sub(spent)) {
            (Some(next), Some(left)) => (from, budget) = (after + next, left),
            _ => return,
        }
    }
}

fn lenient(text: &str) -> Reader<&[u8]> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    reader
}

fn open(
    path: &mut Vec<String>,
    tag: &BytesStart<'_>,
    visit: &mut impl FnMut(&[String], Piece<'_, '_>) -> bool,
) -> bool {
    if path.len() >= DEPTH_MAX {
        return false;
    }
    path.push(tag.local_name().as_ref().to_owned());
    visit(path, Piece::Open(tag))
}

/// Closes the elements up to the last one of a name; none where there is no such element. Without a name it closes
/// the last.
fn close(
    path: &mut Vec<String>,
    name: Option<&str>,
    visit: &mut impl FnMut(&[String], Piece<'_, '_>) -> bool,
) -> bool {
    let depth = match name {
        Some(name) => path.iter().rposition(|open| open == name),
        None => path.len().checked_sub(1),
    };
    let Some(depth) = depth else { return true };
    while path.len() > depth {
        if !visit(path, Piece::Close) {
            return false;
        }
        path.pop();
    }
    true
}

/// A title without the markup that some systems put into it.
pub(super) fn plain(title: &str) -> String {
    let line = clean::line(title);
    if !line.contains('<') {
        return line;
    }
    let mut out = String::with_capacity(line.len());
    let mut rest = line.as_str();
    while let Some(at) = rest.find('<') {
        let is_tag = rest[at + 1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
        let end = rest[at..].find('>').filter(|_| is_tag);
        out.push_str(&rest[..at]);
        if end.is_none() {
            out.push('<');
        }
        rest = &rest[at + end.unwrap_or_default() + 1..];
    }
    out.push_str(rest);
    clean::line(&out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_xml_is_mended() {
        for (broken, whole) in [
            ("  \n<?xml version='1.0' encoding='x'?><a>b</a>", "<a>b</a>"),
            (
                "<a>Giá < 5 & > 3&nbsp;tỷ &amp; &khong; &#0;&#233;</a>",
                "<a>Giá &lt; 5 &amp; > 3\u{a0}tỷ &amp; &amp;khong; &#233;</a>",
            ),
            ("<a><![CDATA[x & < y\u{1}]]>\u{8}</a>", "<a><![CDATA[x & < y]]></a>"),
            ("<!DOCTYPE rss [<!ENTITY a \"b\">]><a/><!-- c -->", "<a/>"),
            ("<a href='?x=1&y=2'/>", "<a href='?x=1&amp;y=2'/>"),
            ("<a><![CDATA[cut", "<a><![CDATA[cut"),
            ("&#x;<a>&#x;&ơ;", "<a>&amp;#x;&amp;ơ;"),
        ] {
            assert_eq!(mended(broken), whole);
        }
    }

    #[test]
    fn markup_in_a_title_is_no_part_of_it() {
        assert_eq!(plain("<b>Giá vàng</b> <i>hôm nay</i>"), "Giá vàng hôm nay");
        assert_eq!(plain("&lt;b&gt;Giá vàng&lt;/b&gt; &lt;br/&gt;hôm nay"), "Giá vàng hôm nay");
        assert_eq!(plain("Trẻ &lt; 5 tuổi &amp;amp; người &gt; 60"), "Trẻ < 5 tuổi & người > 60");
        assert_eq!(plain("a <b"), "a <b");
    }

    #[test]
    fn reading_goes_on_behind_what_is_broken() {
        let mut seen = Vec::new();
        read("<r><i>a</x></i><i <<>b</i><i>c</i></r>", ["<i>", "<i "], |path, piece| {
            if let Piece::Text(text) = piece
                && path.last().is_some_and(|name| name == "i")
            {
                seen.push(text.to_owned());
            }
            true
        });
        assert_eq!(seen.first().map(String::as_str), Some("a"));
        assert_eq!(seen.last().map(String::as_str), Some("c"));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_mended_and_read(text in "([<>&;#/!?\\[\\]\"'=aix ơ]|<!\\[CDATA\\[|]]>|<i>|</i>|<!--|&amp;){0,40}") {
            let whole = mended(&text);
            let mut pieces = 0;
            read(&whole, ["<i>", "<a"], |_, _| { pieces += 1; true });
            proptest::prop_assert!(pieces <= 3 * whole.len() + 3);
            let _ = plain(&text);
        }
    }
}
