//! Bytes that are not UTF-8: the declared character set, or another that makes Vietnamese of them.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, WINDOWS_1258, X_USER_DEFINED,
};

use super::fonts;
use crate::text::syllable::is_syllable;

/// The bytes by which character sets are compared; a page says what it is long before.
const SAMPLE_BYTES_MAX: usize = 256 * 1024;

/// The bytes looked at for the zeros of UTF-16.
const ZEROS_BYTES_MAX: usize = 1024;

/// Letters beyond ASCII for each broken sequence, from which broken UTF-8 is still UTF-8.
const LETTERS_PER_FAULT_MIN: usize = 10;

/// Words with marks from which a share of syllables says something.
const WORDS_MIN: usize = 3;

/// Decodes bytes that are not valid UTF-8; `label` is the declared one.
pub(super) fn decode<'a>(bytes: &'a [u8], label: Option<&str>) -> (Cow<'a, str>, &'static Encoding) {
    let encoding = if is_broken_utf8(bytes) { UTF_8 } else { best(bytes, label.and_then(declared)) };
    (encoding.decode_without_bom_handling(bytes).0, encoding)
}

/// The character set of a label, as far as it can be believed of bytes that are not UTF-8 (HTML §13.2.3.2:
/// `x-user-defined` means Windows-1252; UTF-16 would have shown its zeros).
fn declared(label: &str) -> Option<&'static Encoding> {
    match Encoding::for_label(label.as_bytes())? {
        encoding if encoding == X_USER_DEFINED => Some(WINDOWS_1252),
        encoding if [UTF_8, REPLACEMENT, UTF_16LE, UTF_16BE].contains(&encoding) => None,
        encoding => Some(encoding),
    }
}

/// UTF-8 with a fault here and there, or cut in the middle of a letter.
fn is_broken_utf8(bytes: &[u8]) -> bool {
    let mut letters = 0;
    let mut faults = 0;
    let mut rest = bytes.len();
    for chunk in bytes.utf8_chunks() {
        rest -= chunk.valid().len() + chunk.invalid().len();
        letters += chunk.valid().bytes().filter(|byte| *byte >= 0xC0).count();
        // What is left of a letter at the very end is a cut and no fault.
        faults += usize::from(rest > 0 && !chunk.invalid().is_empty());
    }
    letters > 0 && letters >= faults * LETTERS_PER_FAULT_MIN
}

/// The declared character set where the bytes fit it; another where that makes Vietnamese of them and the declared
/// does not; where none is declared, chardetng's guess stands in its place.
fn best(bytes: &[u8], declared: Option<&'static Encoding>) -> &'static Encoding {
    let sample = &bytes[..bytes.len().min(SAMPLE_BYTES_MAX)];
    let first = declared
        .filter(|encoding| !encoding.decode_without_bom_handling(bytes).1)
        .unwrap_or_else(|| guess(bytes));
    let (text, _) = first.decode_without_bom_handling(sample);
    let first_share = share_of_syllables(&text);
    if first_share.is_none_or(|share| share >= 0.8) {
        return first;
    }
    let (text, has_errors) = WINDOWS_1258.decode_without_bom_handling(sample);
    if !has_errors && share_of_syllables(&text).is_some_and(|share| share >= 0.8) {
        return WINDOWS_1258;
    }
    // The fonts' letters are read off Windows-1252.
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(sample);
    if fonts::undo(&text).is_some() { WINDOWS_1252 } else { first }
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(Some(b"vn"), Utf8Detection::Deny)
}

/// The share of syllables among the words with Latin letters beyond ASCII; none where there are too few to tell.
fn share_of_syllables(text: &str) -> Option<f32> {
    let mut words = 0_u16;
    let mut syllables = 0_u16;
    let is_mark = |c: char| matches!(c, '\u{300}'..='\u{36F}');
    for word in text.split(|c: char| !c.is_alphabetic() && !is_mark(c)) {
        if words < u16::MAX
            && word.contains(|c| matches!(c, '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}') || is_mark(c))
        {
            words += 1;
            syllables += u16::from(is_syllable(word));
        }
    }
    (usize::from(words) >= WORDS_MIN).then(|| f32::from(syllables) / f32::from(words))
}

/// UTF-16 without a byte order mark: every other byte of its markup is zero.
pub(super) fn sixteen_bit(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(ZEROS_BYTES_MAX)];
    memchr::memchr(0, sample)?;
    let zeros = |parity: usize| sample.iter().skip(parity).step_by(2).filter(|&&byte| byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let pairs = sample.len() / 2;
    if pairs < 2 || even.max(odd) * 2 < pairs || even.min(odd) * 8 > even.max(odd) {
        return None;
    }
    Some(if odd > even { UTF_16LE } else { UTF_16BE })
}
