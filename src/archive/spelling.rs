//! The other placement of the tone, for clients that know nothing of ours.
//!
//! The index holds text in one placement (hòa), and `khobao search` brings a query into it. A stock client cannot, so
//! what it may look for in the other placement (hoà) stands in the index too, in the column of weight 0: each such
//! word with the words around it, so that phrases are found as well.

use super::search::words_of;

/// Words kept on either side of a word that is spelt in two ways.
const AROUND: usize = 3;
/// Stands before each run of words, so that no phrase reaches from one run into the next.
pub(super) const BETWEEN: &str = "spelt";

/// The runs of words around those that are spelt in two ways, in the other spelling; empty where there are none.
pub(super) fn others(texts: &[&str]) -> String {
    let mut out = String::new();
    for text in texts {
        let words: Vec<&str> = words_of(text).collect();
        let late: Vec<Option<String>> = words.iter().map(|word| late(word)).collect();
        // Up to where the run before reaches.
        let mut end = 0;
        for at in (0..words.len()).filter(|at| late[*at].is_some()) {
            let start = at.saturating_sub(AROUND);
            if end == 0 || start > end {
                out.push(' ');
                out.push_str(BETWEEN);
            }
            let until = (at + AROUND + 1).min(words.len());
            for next in start.max(end)..until {
                out.push(' ');
                match &late[next] {
                    Some(late) => out.push_str(late),
                    None => out.push_str(words[next]),
                }
            }
            end = until;
        }
    }
    out
}

/// A word with its tone on the last vowel, where our spelling has it on the one before: `hòa` → `hoà`, `thủy` →
/// `thuỷ`. None where there is but one spelling.
fn late(word: &str) -> Option<String> {
    let is_likely = word.chars().next_back().is_some_and(|c| matches!(c, 'a' | 'e' | 'y' | 'A' | 'E' | 'Y'));
    if !is_likely {
        return None;
    }
    let mut letters: Vec<char> = word.to_lowercase().chars().collect();
    let last = letters.pop()?;
    let toned = letters.pop()?;
    let is_after_q = letters.last() == Some(&'q');
    let tone = |row: &str| row.chars().position(|c| c == toned);
    let (plain, tone, row) = match last {
        'a' => ('o', tone("òóỏõọ")?, "àáảãạ"),
        'e' => ('o', tone("òóỏõọ")?, "èéẻẽẹ"),
        'y' if !is_after_q => ('u', tone("ùúủũụ")?, "ỳýỷỹỵ"),
        _ => return None,
    };
    letters.push(plain);
    letters.push(row.chars().nth(tone)?);
    Some(letters.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::fold::tone_placement;

    #[test]
    fn the_other_spelling_is_the_one_that_comes_back_to_ours() {
        for word in ["hòa", "Hòa", "khóa", "tọa", "khỏe", "thủy", "úy", "lũy"] {
            let late = late(word).unwrap();
            assert_ne!(late, word.to_lowercase());
            assert_eq!(tone_placement(&late), word.to_lowercase());
        }
        for word in ["hoa", "hoàn", "của", "ủa", "quý", "tuy", "hòn", "a", "", "khai"] {
            assert_eq!(late(word), None, "{word}");
        }
    }

    #[test]
    fn words_around_it_are_kept_and_runs_that_meet_are_one() {
        let text = "một hai ba bốn thành phố Hòa Bình năm sáu bảy tám chín mười mười một khỏe";
        assert_eq!(
            others(&[text, "không có"]),
            " spelt bốn thành phố hoà Bình năm sáu spelt mười mười một khoẻ"
        );
        assert_eq!(others(&["thủy lợi Hòa Bình", "tòa"]), " spelt thuỷ lợi hoà Bình spelt toà");
        assert_eq!(others(&["a b c"]), "");
    }
}
