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

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

mod declared;

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
    Decoded { text, declared, used: encoding.name(), mended: None }
}

fn to_text<'a>(bytes: &'a [u8], declared: Option<&str>) -> (Cow<'a, str>, &'static Encoding) {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return (encoding.decode_without_bom_handling(&bytes[length..]).0, encoding);
    }
    if let Some(encoding) = sixteen_bit(bytes) {
        return (encoding.decode_without_bom_handling(bytes).0, encoding);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (Cow::Borrowed(text), UTF_8);
    }
    let labelled = declared.and_then(|label| Encoding::for_label(label.as_bytes()));
    if let Some(encoding) = labelled.filter(|encoding| *encoding != UTF_8) {
        let (text, has_errors) = encoding.decode_without_bom_handling(bytes);
        if !has_errors {
            return (text, encoding);
        }
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let encoding = detector.guess(Some(b"vn"), Utf8Detection::Allow);
    (encoding.decode_without_bom_handling(bytes).0, encoding)
}

/// The bytes looked at for the zeros of UTF-16.
const ZEROS_BYTES_MAX: usize = 1024;

/// UTF-16 without a byte order mark: every other byte of its markup is zero.
fn sixteen_bit(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(ZEROS_BYTES_MAX)];
    let zeros = |parity: usize| sample.iter().skip(parity).step_by(2).filter(|&&byte| byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let pairs = sample.len() / 2;
    if pairs < 2 || even.max(odd) * 2 < pairs || even.min(odd) * 8 > even.max(odd) {
        return None;
    }
    Some(if odd > even { UTF_16LE } else { UTF_16BE })
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
}
