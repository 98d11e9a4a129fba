//! One fast look over a text for the letter pairs that broken encodings leave, so that a sound page is told from a
//! suspect one before anything is weighed.

use memchr::{memchr_iter, memchr3_iter};

/// How many pairs of each kind stand in a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Signs {
    /// `Ã¡`, `áº`, `Ä‘`, `Æ°`, `â€`: UTF-8 taken for Windows-1252.
    pub(super) windows_1252: usize,
    /// `√≠`, `·ª`, `ƒë`: UTF-8 taken for MacRoman.
    pub(super) mac_roman: usize,
    /// `aì`, `uÒ`: Windows-1258 taken for Windows-1252.
    pub(super) windows_1258: usize,
    /// `t¸`, `c¹`, `n¨`: a TCVN3 font.
    pub(super) tcvn3: usize,
    /// `aø`, `eä`, `oû`: a VNI font.
    pub(super) vni: usize,
}

/// Counts the pairs. Bytes, not characters, found in wide steps by those that begin a pair: this is done on every page.
pub(super) fn signs(text: &str) -> Signs {
    let bytes = text.as_bytes();
    let mut signs = Signs::default();
    for at in memchr3_iter(0xC2, 0xC3, 0xC6, bytes).chain(memchr_iter(0xE2, bytes)) {
        count(&bytes[at..], at.checked_sub(1).map_or(0, |before| bytes[before]), &mut signs);
    }
    signs
}

/// Counts the pair that begins here, if one does.
fn count(rest: &[u8], before: u8, signs: &mut Signs) {
    match rest {
        [0xC3, 0xA1, 0xC2, 0xBA | 0xBB, ..]
        | [0xC3, 0x83, 0xC2, ..]
        | [0xC3, 0x84, 0xC2, 0x90, ..]
        | [0xC3, 0x84, 0xE2, 0x80, 0x98 | 0x9A, ..]
        | [0xC3, 0x84, 0xC6, 0x92, ..]
        | [0xC3, 0x86, 0xC2, 0xA0 | 0xA1 | 0xAF | 0xB0, ..]
        | [0xC3, 0xA2, 0xE2, 0x82, 0xAC, ..] => signs.windows_1252 += 1,
        [0xC2, 0xB7, 0xC2, 0xAA, ..]
        | [0xC2, 0xB7, 0xE2, 0x88, 0xAB, ..]
        | [0xE2, 0x88, 0x9A | 0x86, 0x80..=0xFF, ..]
        | [0xC6, 0x92, 0xC3, ..] => signs.mac_roman += 1,
        [0xC2, 0xA7..=0xAE | 0xB5..=0xB9 | 0xBB..=0xBE, ..] if before.is_ascii_alphabetic() => {
            signs.tcvn3 += 1;
        }
        [
            0xC3,
            0x84..=0x86
            | 0x8B
            | 0x8F
            | 0x96
            | 0x98
            | 0x9B
            | 0x9C
            | 0xA4..=0xA6
            | 0xAB
            | 0xAF
            | 0xB6
            | 0xB8
            | 0xBB
            | 0xBC,
            ..,
        ] if before.is_ascii_alphabetic() => signs.vni += 1,
        // Sound Vietnamese: quì, luì.
        [0xC3, 0xAC, ..] if matches!(before, b'u' | b'U') => {}
        // The hook, the tilde, the acute and the dot of Windows-1258 behind a vowel.
        [0xC3, 0x92 | 0x9E | 0xAC | 0xB2, ..] if b"aeouyAEOUY".contains(&before) => signs.windows_1258 += 1,
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sound_vietnamese_has_no_signs() {
        let text =
            "“Toà án” xã Mỹ Thành: 25 °C, 30 m², ‘áo xanh’, quì gối, « quá » – Đồng chí Ðinh Thị Ỷ… © 2024";
        assert_eq!(signs(text), Signs::default());
    }

    #[test]
    fn every_kind_of_break_shows() {
        assert!(signs("Ä‘á»™ng lá»±c phÃ¡t triá»ƒn â€“ nÆ°á»›c").windows_1252 >= 5);
        assert!(signs("t√≠ch c·ª±c, ti√™u ƒëi·ªÉm").mac_roman >= 4);
        assert!(signs("Ðaòi hôòi Ðaìng bôò huyêòn, vaÌ tiêìp tuòc").windows_1258 >= 3);
        assert!(signs("x· héi vµ c¸c c¬ quan").tcvn3 >= 3);
        assert!(signs("Toång keát naêm hoïc, caùc em hoïc sinh ngheøo").vni >= 3);
    }
}
