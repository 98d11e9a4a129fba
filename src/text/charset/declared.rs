//! The character set that a page declares: in its `Content-Type` header, in a `meta` element, or in its XML
//! declaration.

use encoding_rs::Encoding;

/// How far a page is searched for its declaration, in bytes. HTML asks for 1024; pages with scripts before their
/// `meta` elements need more.
const DECLARATION_BYTES_MAX: usize = 64 * 1024;

/// The longest label looked at, in bytes.
const LABEL_BYTES_MAX: usize = 40;

/// The label that is declared, as written: by the header, else by the page itself.
///
/// A label that names no character set (`utf8mb4`) is given only where no other is declared.
#[must_use]
pub fn declaration(bytes: &[u8], content_type: Option<&str>) -> Option<String> {
    let by_header = content_type.and_then(|value| label_after_charset(value.as_bytes()));
    if by_header.as_deref().is_some_and(is_known) {
        return by_header;
    }
    let by_page = in_page(&bytes[..bytes.len().min(DECLARATION_BYTES_MAX)]);
    match (by_header, by_page) {
        (Some(unknown), Some(label)) => Some(if is_known(&label) { label } else { unknown }),
        (by_header, by_page) => by_header.or(by_page),
    }
}

fn is_known(label: &str) -> bool {
    Encoding::for_label(label.as_bytes()).is_some()
}

/// Reads the markup as far as its comments and its `meta` and `<?xml` tags (HTML §13.2.3.2, the prescan).
fn in_page(head: &[u8]) -> Option<String> {
    let mut unknown = None;
    let mut rest = head;
    while let Some(found) = rest.iter().position(|&byte| byte == b'<') {
        rest = &rest[found..];
        if rest.starts_with(b"<!--") {
            // `<!-->` is a whole comment.
            let end = position(&rest[2..], b"-->").map_or(rest.len(), |at| at + 5);
            rest = &rest[end..];
            continue;
        }
        let tag = &rest[..rest.iter().position(|&byte| byte == b'>').unwrap_or(rest.len())];
        let label = match tag {
            [b'<', b'?', b'x' | b'X', b'm' | b'M', b'l' | b'L', ..] => label_after(tag, b"encoding"),
            _ if is_meta(tag) => label_after_charset(tag),
            _ => None,
        };
        match label {
            Some(label) if is_known(&label) => return Some(label),
            Some(label) => unknown = unknown.or(Some(label)),
            None => {}
        }
        rest = &rest[1..];
    }
    unknown
}

fn is_meta(tag: &[u8]) -> bool {
    tag.len() > 5
        && tag[1..5].eq_ignore_ascii_case(b"meta")
        && (tag[5].is_ascii_whitespace() || tag[5] == b'/')
}

fn label_after_charset(text: &[u8]) -> Option<String> {
    label_after(text, b"charset")
}

/// The value after `name =`, in quotes or not. A name without an equals sign is passed over.
fn label_after(text: &[u8], name: &[u8]) -> Option<String> {
    let mut rest = text;
    while let Some(found) = position_ignoring_case(rest, name) {
        rest = rest[found + name.len()..].trim_ascii_start();
        let Some(value) = rest.strip_prefix(b"=") else { continue };
        let value = value.trim_ascii_start();
        let value =
            value.strip_prefix(b"\"").or(value.strip_prefix(b"'")).unwrap_or(value).trim_ascii_start();
        let is_end = |byte: &u8| byte.is_ascii_whitespace() || b"\"';,/>?".contains(byte);
        let length = value.iter().take(LABEL_BYTES_MAX).position(is_end);
        let label = &value[..length.unwrap_or(value.len().min(LABEL_BYTES_MAX))];
        if !label.is_empty() && label.is_ascii() {
            return std::str::from_utf8(label).ok().map(str::to_owned);
        }
    }
    None
}

fn position(text: &[u8], sought: &[u8]) -> Option<usize> {
    text.windows(sought.len()).position(|window| window == sought)
}

fn position_ignoring_case(text: &[u8], sought: &[u8]) -> Option<usize> {
    text.windows(sought.len()).position(|window| window.eq_ignore_ascii_case(sought))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declared(page: &str) -> Option<String> {
        declaration(page.as_bytes(), None)
    }

    #[test]
    fn the_header_stands_before_the_page() {
        let page = b"<meta charset=utf-8>";
        assert_eq!(
            declaration(page, Some("text/html; Charset=\"windows-1258\"")).as_deref(),
            Some("windows-1258")
        );
        assert_eq!(declaration(page, Some("text/html")).as_deref(), Some("utf-8"));
        assert_eq!(declaration(page, Some("text/html; charset=utf8mb4")).as_deref(), Some("utf-8"));
        assert_eq!(declaration(b"", Some("text/html; charset=utf8mb4")).as_deref(), Some("utf8mb4"));
    }

    #[test]
    fn every_form_of_declaration_is_read() {
        for page in [
            "<META CHARSET = 'Windows-1258' >",
            "<meta http-equiv=Content-Type content=\"text/html; charset=Windows-1258\">",
            "<meta content='text/html;charset=Windows-1258' http-equiv='content-type'/>",
            "<?xml version=\"1.0\" encoding='Windows-1258'?><rss>",
            "<title>a < b</title><meta name=charset content=x><meta charset=Windows-1258/>",
        ] {
            assert_eq!(declared(page).as_deref(), Some("Windows-1258"), "{page}");
        }
    }

    #[test]
    fn what_only_looks_like_a_declaration_is_passed_over() {
        assert_eq!(declared("<!-- <meta charset=utf-16> --><metadata charset=a>"), None);
        assert_eq!(declared("<!--><meta charset=utf-8>").as_deref(), Some("utf-8"));
        assert_eq!(declared("<p>charset=utf-8</p>"), None);
    }

    #[test]
    fn a_late_declaration_is_found_and_a_too_late_one_is_not() {
        let late =
            format!("<script>{}</script><meta charset=utf-8>", " ".repeat(DECLARATION_BYTES_MAX - 100));
        assert_eq!(declared(&late).as_deref(), Some("utf-8"));
        let too_late = format!("<script>{}</script><meta charset=utf-8>", " ".repeat(DECLARATION_BYTES_MAX));
        assert_eq!(declared(&too_late), None);
    }
}
