//! What a Vietnamese syllable (âm tiết) can look like.
//!
//! The language writes every syllable apart, and only some thousands can occur: an onset (âm đầu), a rime (vần)
//! and a tone (thanh). So letters can be tested for being Vietnamese without a word list, which is what decides
//! whether a repair of an encoding or of a letter is certain.

use std::collections::HashSet;
use std::sync::LazyLock;

use unicode_normalization::char::{compose, decompose_canonical};

/// The marks of the five written tones: huyền, sắc, ngã, hỏi, nặng.
const TONES: [char; 5] = ['\u{300}', '\u{301}', '\u{303}', '\u{309}', '\u{323}'];

/// The marks of the tones that a syllable ending in a stop can have: sắc, nặng.
const STOP_TONES: [char; 2] = ['\u{301}', '\u{323}'];

/// The onsets. `k`, `q` and the rest are as written: `gi` and `qu` count as onsets.
const ONSETS: [&str; 29] = [
    "", "b", "c", "ch", "d", "đ", "g", "gh", "gi", "h", "k", "kh", "l", "m", "n", "ng", "ngh", "nh", "p",
    "ph", "qu", "r", "s", "t", "th", "tr", "v", "x", "kr",
];

/// The rimes without their tone.
static RIMES: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    "a ac ach ai am an ang anh ao ap at au ay \
     ăc ăk ăm ăn ăng ăp ăt \
     âc âm ân âng âp ât âu ây \
     e ec em en eng eo ep et \
     ê êch êm ên êng ênh êp êt êu \
     i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu \
     o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong ooc \
     oong op ot \
     ô ôc ôi ôm ôn ông ôp ôt \
     ơ ơi ơm ơn ơp ơt \
     u ua uân uâng uât uây uc uê uêch uên uênh uêt ui um un ung uơ uôc uôi uôm uôn uông uôt up ut uy uya uych \
     uyên uyêt uyn uynh uyp uyt uyu \
     ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu \
     y ych yêm yên yêng yêt yêu yn ynh yp yt"
        .split_ascii_whitespace()
        .collect()
});

/// A word taken apart: its letters in lower case without the tone, and the tone's mark.
struct Toneless {
    letters: String,
    tone: Option<char>,
}

/// Takes the tone off a word; none where it has two tones or a mark that Vietnamese does not write.
fn toneless(word: &str) -> Option<Toneless> {
    let mut letters = String::with_capacity(word.len());
    let mut tone = None;
    let mut sound = true;
    for c in word.chars().flat_map(char::to_lowercase) {
        decompose_canonical(c, |part| {
            if TONES.contains(&part) {
                sound &= tone.replace(part).is_none();
            } else if let Some(letter) = letters.chars().last().and_then(|last| compose(last, part)) {
                letters.pop();
                letters.push(letter);
            } else {
                letters.push(part);
            }
        });
    }
    sound.then_some(Toneless { letters, tone })
}

/// Tells whether a word can be one Vietnamese syllable: letters, quality marks and tone together.
///
/// Case does not count. `Đắk` and `Krông` pass, `Guð` and `staff` do not.
#[must_use]
pub fn is_syllable(word: &str) -> bool {
    let Some(Toneless { letters, tone }) = toneless(word) else { return false };
    let is_stopped = letters.ends_with(['c', 'p', 't']) || letters.ends_with("ch");
    if is_stopped && !tone.is_some_and(|tone| STOP_TONES.contains(&tone)) {
        return false;
    }
    onset_lengths(&letters).any(|length| RIMES.contains(&letters[length..]))
}

/// Tells whether letters in lower case are an onset, or nothing.
pub(super) fn is_onset(letters: &str) -> bool {
    ONSETS.contains(&letters)
}

fn onset_lengths(letters: &str) -> impl Iterator<Item = usize> {
    ONSETS.iter().filter(|onset| letters.starts_with(**onset)).map(|onset| onset.len())
}

/// Tells whether a letter (composed, of either case) is written in Vietnamese and in hardly any other language:
/// `ă`, `ơ`, `ư`, `đ`, and every letter with a tone that Latin-1 lacks.
#[must_use]
pub fn is_own_letter(c: char) -> bool {
    matches!(
        c,
        'Ă' | 'ă' | 'Đ' | 'đ' | 'Ĩ' | 'ĩ' | 'Ũ' | 'ũ' | 'Ơ' | 'ơ' | 'Ư' | 'ư' | '\u{1EA0}'..='\u{1EF9}'
    )
}

/// Tells whether a letter (composed, of either case) has a mark or stroke and is written in Vietnamese.
#[must_use]
pub fn is_marked_letter(c: char) -> bool {
    is_own_letter(c)
        || matches!(
            c,
            'À'..='Ã' | 'È'..='Ê' | 'Ì' | 'Í' | 'Ò'..='Õ' | 'Ù' | 'Ú' | 'Ý'
                | 'à'..='ã' | 'è'..='ê' | 'ì' | 'í' | 'ò'..='õ' | 'ù' | 'ú' | 'ý'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syllables_of_all_shapes_are_known() {
        for word in
            "Đảng nghiêng giếng gì quý quỳnh khuỷu uỷ ủy hoà hòa thuở ươn yêu Đắk ngoằn ngoèo loong coong \
                     quyết huỵch giường xoáy quốc ĐƯỜNG Nguyễn ơi và y"
                .split_whitespace()
        {
            assert!(is_syllable(word), "{word}");
        }
    }

    #[test]
    fn what_cannot_be_said_is_no_syllable() {
        for word in
            "Guð Sigurður staff Reykjavík góða cac bàch ngd hòá ß Müller th¸ng Q§ Háº¡ 12".split_whitespace()
        {
            assert!(!is_syllable(word), "{word}");
        }
    }

    #[test]
    fn letters_may_come_decomposed() {
        assert!(is_syllable("nghie\u{302}\u{323}p"));
        assert!(is_syllable("nghi\u{1EB9}\u{302}p"));
        assert!(!is_syllable("nghie\u{302}\u{323}\u{301}p"));
    }
}
