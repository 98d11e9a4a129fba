//! Where comments end (HTML, §13.2.5.43 to §13.2.5.52).

use memchr::memmem;

/// The text of the comment that begins behind `<!--`, and how much it takes with its end.
pub(super) fn read(text: &str) -> (&str, usize) {
    // `<!-->` and `<!--->` are whole comments.
    for end in [">", "->"] {
        if text.starts_with(end) {
            return ("", end.len());
        }
    }
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(dashes) = memmem::find(&bytes[from..], b"--").map(|at| from + at) {
        match bytes[dashes + 2..] {
            [b'>', ..] => return (&text[..dashes], dashes + 3),
            [b'!', b'>', ..] => return (&text[..dashes], dashes + 4),
            _ => from = dashes + 1,
        }
    }
    (unfinished(text), text.len())
}

/// The text of a comment that the page breaks off: without what would have been its end.
fn unfinished(text: &str) -> &str {
    ["--!", "--", "-"].iter().find_map(|end| text.strip_suffix(end)).unwrap_or(text)
}
