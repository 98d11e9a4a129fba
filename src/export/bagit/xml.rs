//! XML written by hand: the few elements of two small documents.

/// An element with text.
pub(super) fn element(name: &str, text: &str) -> String {
    format!("<{name}>{}</{name}>", escape(text))
}

/// Text in which nothing is taken for markup. Characters that XML 1.0 does not know are left out.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\t' | '\n' => out.push(letter),
            control if control.is_control() => {}
            '\u{fffe}' | '\u{ffff}' => {}
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::element;

    #[test]
    fn text_stays_text() {
        assert_eq!(element("a", "1 < 2 & \u{1}Bắc Kạn"), "<a>1 &lt; 2 &amp; Bắc Kạn</a>");
    }
}
