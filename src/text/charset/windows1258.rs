//! Windows-1258 that was taken for Windows-1252 and encoded as UTF-8: `Bắc Kạn` is shown as `Bãìc Kaòn`.
//!
//! The two sets differ in fourteen letters, among them the five tones, which in Windows-1258 stand behind their
//! letter. The letters come back with their tones apart; cleaning composes them.

/// The characters that Windows-1252 shows, with what Windows-1258 has in their places.
const PLACES: [(char, char); 14] = [
    ('Ã', 'Ă'),
    ('Ì', '\u{300}'),
    ('Ð', 'Đ'),
    ('Ò', '\u{309}'),
    ('Õ', 'Ơ'),
    ('Ý', 'Ư'),
    ('Þ', '\u{303}'),
    ('ã', 'ă'),
    ('ì', '\u{301}'),
    ('ð', 'đ'),
    ('ò', '\u{323}'),
    ('õ', 'ơ'),
    ('ý', 'ư'),
    ('þ', '₫'),
];

/// The text that was meant.
pub(super) fn convert(shown: &str) -> String {
    shown.chars().map(|c| PLACES.iter().find(|(of, _)| *of == c).map_or(c, |(_, meant)| *meant)).collect()
}

#[cfg(test)]
mod tests {
    use encoding_rs::{WINDOWS_1252, WINDOWS_1258};

    use super::*;

    #[test]
    fn the_table_holds_all_differences_of_the_letters() {
        for byte in 0xA0..=0xFF_u8 {
            let read = |encoding: &'static encoding_rs::Encoding| {
                encoding.decode_without_bom_handling(std::slice::from_ref(&byte)).0.into_owned()
            };
            assert_eq!(convert(&read(WINDOWS_1252)), read(WINDOWS_1258), "{byte:02X}");
        }
    }
}
