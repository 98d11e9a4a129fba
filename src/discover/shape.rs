//! What a page is by its first bytes, whatever its headers say.

/// What a text looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Html,
    Xml,
    Json,
    Text,
}

impl Shape {
    /// The shape in the words of a message.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Shape::Html => "an HTML page",
            Shape::Xml => "an XML document",
            Shape::Json => "JSON",
            Shape::Text => "plain text",
        }
    }
}

/// The first of the tags by which XML is told from HTML; others are HTML.
const XML_TAGS: [&str; 6] = ["rss", "feed", "rdf:rdf", "urlset", "sitemapindex", "channel"];

/// What a text is by its first characters, past blanks, comments, declarations and instructions.
pub(super) fn of_text(text: &str) -> Shape {
    let mut rest = text.trim_start_matches(is_blank);
    let mut is_declared_xml = false;
    loop {
        let end = if rest.starts_with("<!--") {
            "-->"
        } else if rest.starts_with("<?") {
            is_declared_xml = true;
            "?>"
        } else {
            break;
        };
        let Some((_, after)) = rest.split_once(end) else { break };
        rest = after.trim_start_matches(is_blank);
    }
    if rest.starts_with(['{', '[']) {
        return Shape::Json;
    }
    let Some(tag) = rest.strip_prefix('<') else {
        // Junk before the markup is common: PHP warnings, a letter lost by an editor.
        return if rest.contains('<') { junk_before(rest) } else { Shape::Text };
    };
    if starts_with(tag, "!doctype html") || starts_with(tag, "html") {
        Shape::Html
    } else if is_declared_xml || XML_TAGS.iter().any(|name| starts_with(tag, name)) {
        Shape::Xml
    } else {
        Shape::Html
    }
}

/// How far junk before the markup is looked through, in bytes.
const JUNK_BYTES_MAX: usize = 4096;

fn junk_before(text: &str) -> Shape {
    let head = &text[..text.floor_char_boundary(JUNK_BYTES_MAX)];
    let starts = |name: &str| head.match_indices('<').any(|(at, _)| starts_with(&head[at + 1..], name));
    if starts("?xml") || XML_TAGS.iter().any(|name| starts(name)) { Shape::Xml } else { Shape::Html }
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{FEFF}' || c == '\0'
}

fn starts_with(text: &str, prefix: &str) -> bool {
    text.as_bytes().get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_known_by_their_first_tag() {
        for (text, shape) in [
            ("\n <!DOCTYPE html><html>", Shape::Html),
            ("<div><a href=/a>a</a></div>", Shape::Html),
            ("<?xml version='1.0'?><!DOCTYPE html PUBLIC \"x\"><html>", Shape::Html),
            ("\u{FEFF}<?xml version='1.0'?><?xml-stylesheet href='a'?><!-- a --><urlset>", Shape::Xml),
            ("<RSS version='2.0'>", Shape::Xml),
            ("Warning: date() in /www <?xml version='1.0'?><rss>", Shape::Xml),
            ("xin chào <b>bạn</b>", Shape::Html),
            (" [1]", Shape::Json),
            ("https://a.vn/a\nhttps://a.vn/b", Shape::Text),
        ] {
            assert_eq!(of_text(text), shape, "{text}");
        }
        assert_eq!(crate::page::file_kind(b"%PDF-1.7"), Some("a PDF file"));
        assert_eq!(crate::page::file_kind("<html>".as_bytes()), None);
    }
}
