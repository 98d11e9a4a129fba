//! The end of an article: the end mark, and what stands under the text.

use super::blocks::Paragraph;

/// Takes the end mark `./.` off the last paragraph and tells whether there was one.
pub(super) fn take_mark(body: &mut Vec<Paragraph>) -> bool {
    let Some(last) = body.last_mut() else { return false };
    let Some(before) = before_mark(&last.text) else { return false };
    if before.is_empty() {
        body.pop();
    } else {
        last.text = before.to_owned();
    }
    true
}

/// The text before an end mark at its very end: `./.`, also with blanks in it or without one of its dots.
fn before_mark(text: &str) -> Option<&str> {
    let rest = text.trim_end().strip_suffix('.')?.trim_end();
    let rest = rest.strip_suffix('/')?.trim_end();
    let closed = rest.strip_suffix('.').unwrap_or(rest).trim_end();
    (!closed.ends_with(|c: char| c.is_ascii_digit()) || rest.ends_with('.')).then_some(closed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_mark_is_the_last_thing_in_the_text() {
        assert_eq!(before_mark("… giai đoạn (2018 - 2022)./."), Some("… giai đoạn (2018 - 2022)"));
        assert_eq!(before_mark("bà con phấn khởi. /."), Some("bà con phấn khởi"));
        assert_eq!(before_mark("bà con phấn khởi/."), Some("bà con phấn khởi"));
        assert_eq!(before_mark("bà con phấn khởi."), None);
        assert_eq!(before_mark("đạt 12./. Sau đó mưa."), None);
    }
}
