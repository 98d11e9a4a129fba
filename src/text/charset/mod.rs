//! Bytes to text: what the page declares, what it really is, and what went wrong before it was sent.
//!
//! Vietnamese pages are UTF-8 in the great majority, and then decoding is one validation and no copy. The rest is
//! old and broken in a few known ways: declarations left over from an earlier server, Windows-1258, UTF-8 that some
//! program took for Windows-1252 and encoded once more, and the fonts of the nineties (TCVN3, VNI), whose letters
//! were never any standard's.
//!
//! The order of belief: a byte order mark; bytes that are valid UTF-8 with letters beyond ASCII (nothing else looks
//! like that); what the header, the `meta` element or the XML declaration says, where the bytes fit it; a guess by
//! chardetng with Vietnam in mind.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8};

mod declared;
mod escapes;
mod fonts;
mod guess;
mod mojibake;
mod signs;
mod stretches;
mod tcvn3;
mod vni;
mod windows1258;

pub use declared::declaration;

/// A text with how it was come by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// The text, without its byte order mark. Borrowed where the bytes were UTF-8 already.
    pub text: Cow<'a, str>,
    /// The label that was declared, as written: in the `Content-Type` header, else in the page.
    pub declared: Option<String>,
    /// The character set that was used, by its name in the WHATWG Encoding Standard: `UTF-8`, `windows-1258`.
    pub used: &'static str,
    /// What was mended after decoding.
    pub mended: Option<Mending>,
}

/// What was wrong with a text before it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mending {
    /// UTF-8 taken for Windows-1252 and encoded again.
    Windows1252,
    /// UTF-8 taken for MacRoman and encoded again.
    MacRoman,
    /// Windows-1258 taken for Windows-1252.
    Windows1258,
    /// Letters of a TCVN3 (ABC) font.
    Tcvn3,
    /// Letters of a VNI font.
    Vni,
}

impl Mending {
    /// The name of what was undone.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Mending::Windows1252 => "UTF-8 read as windows-1252",
            Mending::MacRoman => "UTF-8 read as macintosh",
            Mending::Windows1258 => "windows-1258 read as windows-1252",
            Mending::Tcvn3 => "TCVN3",
            Mending::Vni => "VNI",
        }
    }
}

/// Decodes a page or a feed; `content_type` is the value of its `Content-Type` header.
///
/// Never fails: bytes that fit nothing become U+FFFD.
#[must_use]
pub fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Decoded<'a> {
    let declared = declaration(bytes, content_type);
    let (text, encoding) = to_text(bytes, declared.as_deref());
    let (text, mended) = match mend(&text) {
        Some((mended, mending)) => (Cow::Owned(mended), Some(mending)),
        None => (text, None),
    };
    Decoded { text, declared, used: encoding.name(), mended }
}

fn to_text<'a>(bytes: &'a [u8], declared: Option<&str>) -> (Cow<'a, str>, &'static Encoding) {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return (encoding.decode_without_bom_handling(&bytes[length..]).0, encoding);
    }
    if let Some(encoding) = guess::sixteen_bit(bytes) {
        return (encoding.decode_without_bom_handling(bytes).0, encoding);
    }
    match simdutf8::basic::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), UTF_8),
        Err(_) => guess::decode(bytes, declared),
    }
}

/// Signs of a font below which a page is not weighed: copyright marks and foreign names are on every page.
const FONT_SIGNS_MIN: usize = 4;

/// Undoes what was done to a text before it was sent; none where it is sound.
///
/// [`decode`] does this for whole pages. It is of use by itself for text that a page kept in escapes, such as the
/// strings of JSON-LD.
#[must_use]
pub fn mend(text: &str) -> Option<(String, Mending)> {
    mend_letters(text).or_else(|| {
        let has_signs = escapes::signs(text) >= FONT_SIGNS_MIN;
        has_signs.then(|| escapes::resolved(text)).and_then(|resolved| mend_letters(&resolved))
    })
}

fn mend_letters(text: &str) -> Option<(String, Mending)> {
    let signs = signs::signs(text);
    if signs.windows_1252 > 0
        && let Some(mended) = mojibake::undo(text, &mojibake::WINDOWS_1252_UPPER)
    {
        return Some((mended, Mending::Windows1252));
    }
    if signs.mac_roman > 0
        && let Some(mended) = mojibake::undo(text, &mojibake::MACINTOSH_UPPER)
    {
        return Some((mended, Mending::MacRoman));
    }
    let font_signs = signs.tcvn3.max(signs.vni).max(signs.windows_1258);
    if font_signs >= FONT_SIGNS_MIN { fonts::undo(text) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn valid_utf8_is_not_copied_whatever_is_declared() {
        let page = "<meta charset='iso-8859-1'><p>Bắc Kạn".as_bytes();
        let decoded = decode(page, Some("text/html"));
        assert!(matches!(decoded.text, Cow::Borrowed(_)));
        assert_eq!((decoded.declared.as_deref(), decoded.used), (Some("iso-8859-1"), "UTF-8"));
    }

    #[test]
    fn utf_16_is_known_with_and_without_its_mark() {
        let text = "<p>Hồ Ba Bể</p>";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!((decode(&little, None).text.as_ref(), decode(&little, None).used), (text, "UTF-16LE"));
        assert_eq!((decode(&big, None).text.as_ref(), decode(&big, None).used), (text, "UTF-16BE"));
        let marked = [&[0xFE, 0xFF], &big[..]].concat();
        assert_eq!(decode(&marked, Some("text/html; charset=utf-8")).text, text);
    }

    const TEXT: &str = "<p>Chiều 10/5, Huyện ủy Ngân Sơn tổ chức hội nghị “sơ kết” công tác xây dựng Đảng, đường \
                        giao thông và nước sạch ở nông thôn; các đồng chí dự đông đủ.</p>";

    fn in_1258(text: &str) -> Vec<u8> {
        // Quality marks stay with their letters, tones stand behind them.
        let toneless = |c: char| {
            let mut parts = Vec::new();
            unicode_normalization::char::decompose_canonical(c, |part| parts.push(part));
            let tone = parts.iter().position(|c| "\u{300}\u{301}\u{303}\u{309}\u{323}".contains(*c));
            let tone = tone.map(|at| parts.remove(at));
            let letter: String =
                unicode_normalization::UnicodeNormalization::nfc(parts.into_iter()).collect();
            letter.chars().chain(tone).collect::<String>()
        };
        let taken_apart: String = text.chars().map(toneless).collect();
        let (bytes, _, has_errors) = encoding_rs::WINDOWS_1258.encode(&taken_apart);
        assert!(!has_errors);
        bytes.into_owned()
    }

    #[test]
    fn windows_1258_is_known_by_its_words_whatever_is_declared() {
        let bytes = in_1258(TEXT);
        for declared in
            [None, Some("windows-1258"), Some("iso-8859-1"), Some("utf-8"), Some("x-user-defined")]
        {
            let header = declared.map(|label| format!("text/html; charset={label}"));
            let decoded = decode(&bytes, header.as_deref());
            assert_eq!(decoded.used, "windows-1258", "declared {declared:?}");
            assert_eq!(crate::text::clean::line(&decoded.text), crate::text::clean::line(TEXT));
            assert_eq!(decoded.declared.as_deref(), declared);
        }
    }

    #[test]
    fn the_fonts_are_known_as_bytes_and_as_unicode() {
        for (shown, mending) in [(tcvn3::shown(TEXT), Mending::Tcvn3), (vni::shown(TEXT), Mending::Vni)] {
            let as_unicode = decode(shown.as_bytes(), None);
            assert_eq!((as_unicode.text.as_ref(), as_unicode.mended), (TEXT, Some(mending)));
            let (bytes, _, has_errors) = encoding_rs::WINDOWS_1252.encode(&shown);
            assert!(!has_errors);
            for declared in
                [None, Some("text/html; charset=x-user-defined"), Some("text/html; charset=utf-8")]
            {
                let as_bytes = decode(&bytes, declared);
                assert_eq!((as_bytes.text.as_ref(), as_bytes.mended), (TEXT, Some(mending)), "{declared:?}");
                assert_eq!(as_bytes.used, "windows-1252");
            }
        }
    }

    #[test]
    fn broken_letters_written_as_references_are_mended_too() {
        let referenced = |text: &str| -> String {
            let of = |c: char| if c.is_ascii() { c.to_string() } else { format!("&#{};", u32::from(c)) };
            text.chars().map(of).collect()
        };
        let broken = encoding_rs::WINDOWS_1252.decode_without_bom_handling(TEXT.as_bytes()).0;
        let named = html_escape_names(&broken);
        assert_eq!(mend(&named), Some((TEXT.to_owned(), Mending::Windows1252)));
        for (shown, mending) in [(tcvn3::shown(TEXT), Mending::Tcvn3), (vni::shown(TEXT), Mending::Vni)] {
            assert_eq!(mend(&html_escape_names(&shown)), Some((TEXT.to_owned(), mending)));
        }
        assert_eq!(mend(&referenced(TEXT)), None);
        assert_eq!(mend(&html_escape_names(TEXT)), None);
    }

    /// As editors of many systems write it: letters and signs with a name in HTML 4 as references.
    fn html_escape_names(text: &str) -> String {
        let name = |c: char| {
            let named = |(_, of): &&(&[u8], &str)| of.chars().eq([c]);
            let found = html_escape::NAMED_ENTITIES.iter().filter(named).map(|(name, _)| *name);
            found.filter(|name| name.len() <= 8).min_by_key(|name| (name.contains(&b'.'), name.len()))
        };
        let written =
            |c: char| match name(c).filter(|_| !c.is_ascii() && !('\u{100}'..='\u{24F}').contains(&c)) {
                Some(name) => format!("&{};", String::from_utf8_lossy(name)),
                None => c.to_string(),
            };
        text.chars().map(written).collect()
    }

    #[test]
    fn utf8_that_is_cut_or_has_a_fault_is_still_utf8() {
        let bytes = TEXT.as_bytes();
        let end = TEXT.find('ở').unwrap() + 1;
        let cut = decode(&bytes[..end], Some("text/html; charset=windows-1252"));
        assert_eq!(cut.used, "UTF-8");
        assert!(cut.text.ends_with("nước sạch \u{FFFD}"), "{}", cut.text);
        let mut faulty = bytes.to_vec();
        faulty[3] = 0xFF;
        let decoded = decode(&faulty, None);
        assert_eq!(decoded.used, "UTF-8");
        assert!(decoded.text.starts_with("<p>\u{FFFD}hiều 10/5"));
    }

    #[test]
    fn a_declared_character_set_that_fits_is_believed() {
        let (bytes, _, _) = encoding_rs::GBK.encode("越南通讯社河内电");
        let decoded = decode(&bytes, Some("text/html; charset=gb2312"));
        assert_eq!((decoded.text.as_ref(), decoded.used), ("越南通讯社河内电", "GBK"));
        let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode("L’été déjà à la forêt, où l’élève étudie");
        assert_eq!(decode(&bytes, Some("text/html; charset=iso-8859-1")).used, "windows-1252");
    }

    #[test]
    fn text_encoded_twice_is_mended_after_decoding() {
        let broken = encoding_rs::WINDOWS_1252.decode_without_bom_handling(TEXT.as_bytes()).0;
        let decoded = decode(broken.as_bytes(), Some("text/html; charset=utf-8"));
        assert_eq!((decoded.text.as_ref(), decoded.mended), (TEXT, Some(Mending::Windows1252)));
        let broken = encoding_rs::MACINTOSH.decode_without_bom_handling(TEXT.as_bytes()).0;
        assert_eq!(decode(broken.as_bytes(), None).mended, Some(Mending::MacRoman));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_decoded(bytes: Vec<u8>, content_type: Option<String>) {
            let decoded = decode(&bytes, content_type.as_deref());
            proptest::prop_assert!(!decoded.used.is_empty());
        }

        #[test]
        fn bytes_like_those_of_broken_pages_are_decoded(
            parts in proptest::collection::vec(
                proptest::sample::select(vec![
                    &b"\xC3\xA1\xC2\xBA"[..], b"\xC3\x83", b"\xC2\xA0", b"\xE1\xBB\x99", b"\xE2\x88\x9A", b"<p>", b" ", b"a",
                    b"\xB8", b"\xD2", b"\0", b"\xFF", b"\xC3", b"<meta charset=", b"windows-1258>", b"\xC2\xB7\xC2\xAA", b"x\xC2\xB7",
                ]),
                0..60,
            ),
        ) {
            let bytes = parts.concat();
            let decoded = decode(&bytes, None);
            proptest::prop_assert!(decoded.text.len() <= bytes.len() * 4);
        }
    }
}
