//! What parts one name from the next: commas and bars, dashes, `và` and its like.

/// Signs that part names whatever stands around them.
const SIGNS: [char; 9] = [',', ';', '|', '/', '+', '·', '•', '–', '—'];

/// Words that part names, between blanks.
const WORDS: [&str; 5] = ["và", "cùng", "với", "&", "and"];

/// The texts between separators, with the blanks around them. A hyphen needs a blank on one side, so that `Anna-Maria`
/// stays whole.
pub(super) fn parted(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let piece = rest?.trim_start();
        let found = piece.char_indices().find_map(|(at, c)| Some((at, separator(piece, at, c)?)));
        rest = found.map(|(at, length)| &piece[at + length..]);
        Some(found.map_or(piece, |(at, _)| &piece[..at]))
    })
}

/// The length in bytes of the separator that begins with a character of a text.
fn separator(text: &str, at: usize, c: char) -> Option<usize> {
    let behind = |length: usize| text[at + length..].starts_with(char::is_whitespace);
    let is_behind_blank = || text[..at].ends_with(char::is_whitespace);
    match c {
        '-' => (is_behind_blank() || behind(1)).then_some(1),
        'v' | 'c' | '&' | 'a' => {
            let word = WORDS.iter().find(|word| text[at..].starts_with(**word))?;
            (is_behind_blank() && behind(word.len())).then_some(word.len())
        }
        _ => SIGNS.contains(&c).then(|| c.len_utf8()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex::Regex;

    use super::*;

    proptest! {
        #[test]
        fn names_are_parted_where_the_pattern_parts_them(
            parts in proptest::collection::vec(proptest::sample::select(vec![
                "Hoài An", "Anna", " ", "\u{a0}", "-", "–", "—", ",", ";", "|", "/", "+", "·", "•", "và", "cùng", "với", "&", "and",
                "vàng", "TTXVN", "a", "",
            ]), 0..12),
        ) {
            let text = parts.concat();
            let pattern = Regex::new(
                r"\s*[,;|/+·•]\s*|\s+[-–—]\s*|\s*[-–—]\s+|\s+(?:và|cùng|với|&|and)\s+|\s*[–—]\s*",
            )
            .unwrap();
            let whole = text.trim();
            let by_pattern: Vec<&str> =
                pattern.split(whole).map(str::trim).filter(|piece| !piece.is_empty()).collect();
            let pieces: Vec<&str> = parted(whole).map(str::trim).filter(|piece| !piece.is_empty()).collect();
            prop_assert_eq!(pieces, by_pattern, "{}", text);
        }
    }
}
