//! Text in the fonts of the nineties, recognised by what its words become.
//!
//! There is no mark by which such a page could be known: its bytes are Latin letters and signs. But nearly every
//! Vietnamese word has marks, and almost no word of another language becomes a Vietnamese syllable when it is read
//! through the fonts' tables. So the words decide: many of them, nearly all, and only in stretches where they were
//! no syllables before.

use super::stretches::stretches;
use super::{Mending, tcvn3, vni, windows1258};
use crate::text::syllable::{is_own_letter, is_syllable};

/// Words that must become syllables before a page is held to be in a font, in words.
const WORDS_MIN: usize = 8;

/// For each word that becomes none there must be this many that do.
const GAINS_PER_LOSS_MIN: usize = 9;

/// Reads what a page shows as what was meant.
type Convert = fn(&str) -> String;

/// The ways to read a page. Windows-1258 is no font, but betrays itself in the same manner.
const WAYS: [(Convert, Mending); 3] = [
    (tcvn3::convert, Mending::Tcvn3),
    (vni::convert, Mending::Vni),
    (windows1258::convert, Mending::Windows1258),
];

/// Reads a page through the table of its font; none where it is not in one.
pub(super) fn undo(text: &str) -> Option<(String, Mending)> {
    let doubtful: Vec<&str> = stretches(text).filter(|stretch| is_doubtful(stretch)).collect();
    if doubtful.is_empty() {
        return None;
    }
    WAYS.iter()
        .copied()
        .map(|(convert, mending)| (Weighed::of(&doubtful, convert), convert, mending))
        .filter(|(weighed, ..)| weighed.is_certain())
        .max_by_key(|(weighed, ..)| weighed.gains)
        .map(|(_, convert, mending)| (converted(text, convert), mending))
}

/// Whether a stretch can be in a font: it has letters beyond ASCII, and none that only Vietnamese in Unicode has.
fn is_doubtful(stretch: &str) -> bool {
    !stretch.is_ascii() && !stretch.contains(is_own_letter)
}

/// What reading through a table does to the words with letters beyond ASCII.
#[derive(Clone, Copy, Debug, Default)]
struct Weighed {
    /// No syllables before, syllables after.
    gains: usize,
    /// No syllables after.
    losses: usize,
    /// Syllables before.
    sound: usize,
}

impl Weighed {
    fn of(doubtful: &[&str], convert: Convert) -> Weighed {
        let mut whole = Weighed::default();
        for part in doubtful.iter().map(|stretch| Weighed::of_stretch(stretch, convert)) {
            if part.is_in_font() {
                whole.gains += part.gains;
                whole.losses += part.losses;
            }
        }
        whole
    }

    fn of_stretch(stretch: &str, convert: Convert) -> Weighed {
        let mut weighed = Weighed::default();
        for word in stretch.split(is_between_words).filter(|word| !word.is_ascii()) {
            if is_syllable(word) {
                weighed.sound += 1;
            } else if is_syllable(&convert(word)) {
                weighed.gains += 1;
            } else {
                weighed.losses += 1;
            }
        }
        weighed
    }

    /// Whether a stretch is more likely in the font than not, given that the page has text in it.
    fn is_in_font(&self) -> bool {
        self.gains > self.sound && self.gains > self.losses
    }

    fn is_certain(&self) -> bool {
        self.gains >= WORDS_MIN && self.gains >= self.losses * GAINS_PER_LOSS_MIN
    }
}

/// What parts words: blanks, ASCII signs, and the typographic signs that no font put a letter on.
fn is_between_words(c: char) -> bool {
    if c.is_ascii() {
        !c.is_ascii_alphabetic()
    } else {
        c == '\u{A0}' || ('\u{2010}'..='\u{2040}').contains(&c)
    }
}

fn converted(text: &str, convert: Convert) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    for stretch in stretches(text) {
        if is_doubtful(stretch) && Weighed::of_stretch(stretch, convert).is_in_font() {
            out.push_str(&convert(stretch));
        } else {
            out.push_str(stretch);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "Sáng 15/4, Hội đồng nhân dân huyện khai mạc kỳ họp thứ tám, bàn về đường giao thông nông thôn";

    #[test]
    fn text_in_both_fonts_is_recognised() {
        assert_eq!(undo(&tcvn3::shown(TEXT)), Some((TEXT.to_owned(), Mending::Tcvn3)));
        assert_eq!(undo(&vni::shown(TEXT)), Some((TEXT.to_owned(), Mending::Vni)));
    }

    #[test]
    fn windows_1258_taken_for_1252_is_recognised() {
        let shown = "Ðaòi hôòi Ðaìng bôò huyêòn Ngân Sõn ðýõòc tôÒ chýìc troòng thêÒ, viÞnh viêÞn";
        let (text, mending) = undo(shown).unwrap();
        assert_eq!(mending, Mending::Windows1258);
        let composed: String = unicode_normalization::UnicodeNormalization::nfc(text.chars()).collect();
        assert_eq!(composed, "Đại hội Đáng bộ huyện Ngân Sơn được tổ chức trọng thể, vĩnh viễn");
    }

    #[test]
    fn a_sound_frame_around_it_stays() {
        let frame = |inner: &str| {
            format!(
                "<title>Báo điện tử</title><a>Giáo dục</a><p>{inner}</p><i>Góc ảnh Café Müller © 2001</i>"
            )
        };
        assert_eq!(undo(&frame(&vni::shown(TEXT))), Some((frame(TEXT), Mending::Vni)));
        assert_eq!(undo(&frame(&tcvn3::shown(TEXT))), Some((frame(TEXT), Mending::Tcvn3)));
    }

    #[test]
    fn a_few_words_and_other_languages_are_no_proof() {
        for text in [
            "x· héi vµ v¨n ho¸",
            TEXT,
            "Die Häuser stehen schön über dem Fluß, für Gäste geöffnet, während Bäcker Brötchen auswählen können müssen",
            "À l'été, où déjà la forêt s'étend, l'élève a reçu des gâteaux très sucrés, âgés, près du château où naît l'été",
            "Það er gott að ræða við góða vini um íslensk málefni, þótt rigni á Suðurlandi í ágúst og síðar á árinu",
            "Não são três cães à porta; são irmãos, mães, avós e também crianças que já estão lá, após a lição de português",
        ] {
            assert_eq!(undo(text), None, "{text}");
        }
    }
}
