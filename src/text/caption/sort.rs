//! What stands in a caption's place and says only of which sort a photo is: `Ảnh minh họa`, `Ảnh tư liệu`. It is no
//! caption; behind it may stand where the photo comes from.

use crate::text::letter;

/// The sorts, in lower case.
const SORTS: [&str; 13] = [
    "ảnh minh họa",
    "ảnh minh hoạ",
    "hình minh họa",
    "hình minh hoạ",
    "tranh minh họa",
    "tranh minh hoạ",
    "hình ảnh minh họa",
    "hình ảnh minh hoạ",
    "ảnh mang tính minh họa",
    "ảnh mang tính chất minh họa",
    "ảnh chỉ mang tính minh họa",
    "ảnh chỉ mang tính chất minh họa",
    "ảnh tư liệu",
];

/// The end of the one that is a credit itself.
const ARCHIVE: &str = "tư liệu";

/// What may stand before the source, in lower case.
const LABELS: [&str; 6] = ["nguồn ảnh", "nguồn", "theo", "ảnh", "sưu tầm", "st"];

/// The longest source behind a colon.
const SOURCE_CHARS_MAX: usize = 60;

/// A text that says only of which sort a photo is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sort<'a> {
    /// Where the photo comes from, if that is said too.
    pub(super) source: Option<&'a str>,
}

/// Reads a text that says only of which sort a photo is; none for any other text.
pub(super) fn read(text: &str) -> Option<Sort<'_>> {
    let said = text.trim_matches(is_edge);
    let behind = SORTS.iter().find_map(|sort| behind(said, sort))?;
    let source = behind.trim_start_matches(is_edge);
    if source.is_empty() {
        let sort = &said[..said.len() - behind.len()];
        let archive = sort.get(sort.len() - ARCHIVE.len()..).filter(|end| letter::begins(end, ARCHIVE));
        return Some(Sort { source: archive });
    }
    if let Some(name) = LABELS.iter().find_map(|label| self::behind(source, label)) {
        let name = name.trim_start_matches(is_edge);
        return Some(Sort { source: Some(name).filter(|name| !name.is_empty()) });
    }
    let is_named = behind.trim_start().starts_with([':', '：']) && source.chars().count() <= SOURCE_CHARS_MAX;
    (is_named || letter::begins(source, "internet")).then_some(Sort { source: Some(source) })
}

/// What stands behind an opening that ends where a word ends.
fn behind<'a>(text: &'a str, opening: &str) -> Option<&'a str> {
    let rest = letter::begins(text, opening)
        .then(|| text.char_indices().nth(opening.chars().count()).map_or("", |(at, _)| &text[at..]))?;
    (!rest.starts_with(char::is_alphanumeric)).then_some(rest)
}

fn is_edge(c: char) -> bool {
    !c.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sort_names_at_most_its_source() {
        for (text, said) in [
            ("Ảnh minh họa", Some(None)),
            ("(ẢNH MINH HOẠ.)", Some(None)),
            ("Ảnh minh họa (nguồn Internet)", Some(Some("Internet"))),
            ("Ảnh minh họa - Internet", Some(Some("Internet"))),
            ("Ảnh minh họa: Hà Sơn", Some(Some("Hà Sơn"))),
            ("Ảnh chỉ mang tính minh họa. Nguồn: TTXVN", Some(Some("TTXVN"))),
            ("Ảnh tư liệu", Some(Some("tư liệu"))),
            ("Ảnh minh họa cảnh bà con gặt lúa", None),
            ("Ảnh tư liệu về trận lũ năm 1986", None),
            ("Ảnh minh họa, bà con gặt lúa ở Nà Lạn", None),
            ("Bà con gặt lúa", None),
        ] {
            assert_eq!(read(text).map(|sort| sort.source), said, "{text}");
        }
    }
}
