//! Values as TOML writes them.

use std::fmt::Write as _;

/// A string as TOML: in the quotes that need no escapes, where there are such.
pub(super) fn quoted(text: &str) -> String {
    let needs_escape = |c: char| c.is_control() || matches!(c, '"' | '\\');
    if !text.contains(needs_escape) {
        return format!("\"{text}\"");
    }
    if !text.contains(|c: char| c.is_control() || c == '\'') {
        return format!("'{text}'");
    }
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => {
                // Writing to a string cannot fail.
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// A list of strings: on one line where it is short, else a line each.
pub(super) fn list(texts: &[String]) -> String {
    let quoted: Vec<String> = texts.iter().map(|text| self::quoted(text)).collect();
    let line = format!("[{}]", quoted.join(", "));
    if line.chars().count() <= LINE_CHARS_MAX {
        return line;
    }
    format!("[\n    {},\n]", quoted.join(",\n    "))
}

/// The longest list on one line.
const LINE_CHARS_MAX: usize = 90;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for text in [
            "Báo Bắc Kạn",
            r#"meta[property="a:b"] @content"#,
            r"-post(?<id>\d+)\.html$",
            "it's \"both\"\\",
            "a\tb",
        ] {
            let table: toml::Table = format!("key = {}", quoted(text)).parse().unwrap();
            assert_eq!(table["key"].as_str(), Some(text));
        }
        let long: Vec<String> = (0..20).map(|n| format!("https://bao.example/bai-{n}.html")).collect();
        let table: toml::Table = format!("key = {}", list(&long)).parse().unwrap();
        assert_eq!(table["key"].as_array().unwrap().len(), 20);
    }
}
