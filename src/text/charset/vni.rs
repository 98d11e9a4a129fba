//! VNI for Windows, the letters of the `VNI-Times` fonts: a plain letter, and behind it a second character that the
//! font drew as its marks.
//!
//! `tiếng Việt` is shown as `tieáng Vieät`. `ơ` and `ư` are single characters (`ô`, `ö`) that take a tone behind
//! them; `i` has no room for one and its five toned forms are single; so are `đ` and `ỵ`.

use unicode_normalization::char::{compose, decompose_canonical};

/// The tones as second characters, for any vowel: huyền, sắc, hỏi, ngã, nặng.
const TONES: [(char, char); 5] =
    [('ø', '\u{300}'), ('ù', '\u{301}'), ('û', '\u{309}'), ('õ', '\u{303}'), ('ï', '\u{323}')];

/// The circumflex with and without a tone, for `a`, `e`, `o`.
const CIRCUMFLEX: [(char, Option<char>); 6] = [
    ('â', None),
    ('à', Some('\u{300}')),
    ('á', Some('\u{301}')),
    ('å', Some('\u{309}')),
    ('ã', Some('\u{303}')),
    ('ä', Some('\u{323}')),
];

/// The breve with and without a tone, for `a`.
const BREVE: [(char, Option<char>); 6] = [
    ('ê', None),
    ('è', Some('\u{300}')),
    ('é', Some('\u{301}')),
    ('ú', Some('\u{309}')),
    ('ü', Some('\u{303}')),
    ('ë', Some('\u{323}')),
];

/// The letters of one character.
const SINGLES: [(char, char); 9] = [
    ('ô', 'ơ'),
    ('ö', 'ư'),
    ('ñ', 'đ'),
    ('ì', 'ì'),
    ('í', 'í'),
    ('æ', 'ỉ'),
    ('ó', 'ĩ'),
    ('ò', 'ị'),
    ('î', 'ỵ'),
];

/// The text that was meant.
pub(super) fn convert(shown: &str) -> String {
    let mut out = String::with_capacity(shown.len());
    let mut rest = shown.chars().peekable();
    while let Some(first) = rest.next() {
        let letter = single(first).unwrap_or(first);
        match rest.peek().and_then(|second| marked(first, letter, *second)) {
            Some(whole) => {
                rest.next();
                out.push(whole);
            }
            None => out.push(letter),
        }
    }
    out
}

/// The letter that a single character stands for, in its case.
fn single(c: char) -> Option<char> {
    let small = small(c);
    let (_, letter) = SINGLES.iter().find(|(of, _)| *of == small)?;
    Some(in_case_of(c, *letter))
}

/// The letter that a first character (as shown, and the letter it stands for) and a second make together.
fn marked(first: char, letter: char, second: char) -> Option<char> {
    let second = small(second);
    let base = small(letter);
    let tone_of =
        |table: &[(char, Option<char>)]| table.iter().find(|(of, _)| *of == second).map(|(_, tone)| *tone);
    if matches!(base, 'a' | 'e' | 'o' | 'u' | 'y' | 'ơ' | 'ư')
        && let Some((_, tone)) = TONES.iter().find(|(of, _)| *of == second)
    {
        return compose(letter, *tone);
    }
    // A vowel that has its own mark already (`ô` for `ơ`) takes no other.
    let quality = match (first.to_ascii_lowercase(), tone_of(&CIRCUMFLEX), tone_of(&BREVE)) {
        ('a' | 'e' | 'o', Some(tone), _) => Some(('\u{302}', tone)),
        ('a', None, Some(tone)) => Some(('\u{306}', tone)),
        _ => None,
    };
    let (mark, tone) = quality?;
    let with_mark = compose(letter, mark)?;
    tone.map_or(Some(with_mark), |tone| with_tone(with_mark, tone))
}

/// A letter with a tone, also where the composing wants the marks in another order (`ậ` is `ạ` and a circumflex).
fn with_tone(letter: char, tone: char) -> Option<char> {
    compose(letter, tone).or_else(|| {
        let mut parts = Vec::with_capacity(2);
        decompose_canonical(letter, |part| parts.push(part));
        let [base, quality] = parts[..] else { return None };
        compose(compose(base, tone)?, quality)
    })
}

fn small(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

fn in_case_of(c: char, letter: char) -> char {
    if c.is_uppercase() { letter.to_uppercase().next().unwrap_or(letter) } else { letter }
}

/// What a page in the font shows for a text.
#[cfg(test)]
pub(super) fn shown(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        let wanted = small(c);
        let found = "aeouyôö"
            .chars()
            .flat_map(|first| "øùûõïâàáåãäêèéúüë".chars().map(move |second| (first, second)))
            .find(|(first, second)| {
                marked(*first, single(*first).unwrap_or(*first), *second) == Some(wanted)
            });
        let single = SINGLES.iter().find(|(_, of)| *of == wanted);
        match (single, found) {
            (Some((of, _)), _) => out.push(in_case_of(c, *of)),
            (None, Some((first, second))) => out.extend([in_case_of(c, first), in_case_of(c, second)]),
            (None, None) => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_there_is_the_way_back() {
        let text = "Đồng chí Ủy viên nghe: trường học, bệnh viện, ĐƯỜNG SÁ, khuỷu tay, nỗi niềm, Ỷ LẠI, kỹ sư, kỵ binh";
        assert_eq!(convert(&shown(text)), text);
        assert_eq!(shown("tiếng Việt, Đồng Nai"), "tieáng Vieät, Ñoàng Nai");
        assert_eq!(
            convert("TIEÁNG VIEÄT, hoïc sinh, ngöôøi, Baéc Kaïn"),
            "TIẾNG VIỆT, học sinh, người, Bắc Kạn"
        );
    }

    #[test]
    fn every_letter_has_its_own_form() {
        let letters: Vec<char> = ('\u{1EA0}'..='\u{1EF9}').chain("ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝĂĐĨŨƠƯ".chars()).collect();
        for letter in letters {
            let form = shown(&letter.to_string());
            assert_eq!(convert(&form), letter.to_string(), "{form}");
        }
    }
}
