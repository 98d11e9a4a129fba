//! Where the text of scripts, styles and titles ends: elements whose insides are no markup.

use memchr::{memchr, memchr2};

/// The place of the end tag `</name` that ends such an element; none where the page ends first.
pub(super) fn end(text: &[u8], name: &str, is_script: bool) -> Option<usize> {
    if is_script { script_end(text, name) } else { plain_end(text, name) }
}

fn plain_end(text: &[u8], name: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr(b'<', &text[at..])?;
        if closes(&text[at..], name) {
            return Some(at);
        }
        at += 1;
    }
}

/// Whether `</name` stands here as a whole word.
fn closes(text: &[u8], name: &str) -> bool {
    text.get(1) == Some(&b'/') && is_word(&text[2..], name)
}

/// Whether a text begins with a name, in any case, and with what may stand behind it.
fn is_word(text: &[u8], name: &str) -> bool {
    text.len() > name.len()
        && text[..name.len()].eq_ignore_ascii_case(name.as_bytes())
        && matches!(text[name.len()], b'\t' | b'\n' | b'\x0C' | b' ' | b'/' | b'>')
}

/// Where in a script its end is looked for (HTML, §13.2.5.15 to §13.2.5.31): within a comment that opens another
/// script, that one's end is no end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Script,
    Comment,
    InnerScript,
}

fn script_end(text: &[u8], name: &str) -> Option<usize> {
    let mut within = Within::Script;
    let mut at = 0;
    loop {
        at += match within {
            Within::Script => memchr(b'<', &text[at..])?,
            Within::Comment | Within::InnerScript => memchr2(b'<', b'-', &text[at..])?,
        };
        let rest = &text[at..];
        if rest[0] == b'-' {
            if rest.starts_with(b"-->") {
                within = Within::Script;
            }
        } else if within != Within::InnerScript && closes(rest, name) {
            return Some(at);
        } else if within == Within::Script && rest.starts_with(b"<!--") {
            within = Within::Comment;
            // Its dashes may be those of its end: `<!-->`.
            at += 1;
        } else if within == Within::Comment && is_word(&rest[1..], "script") {
            within = Within::InnerScript;
        } else if within == Within::InnerScript && closes(rest, "script") {
            within = Within::Comment;
        }
        at += 1;
    }
}
