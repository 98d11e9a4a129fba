//! Text through the public functions: from bytes of any origin to the same clean line, and from there to the form
//! that search compares.

use khobao::text::charset::{self, Mending};
use khobao::text::{clean, fold};

/// What every twin below comes to.
const LINE: &str = "Chiều 10/5, Đảng ủy xã Thượng Quan – huyện Ngân Sơn – họp “sơ kết” công tác quý I, bàn về đường sá, nước sạch.";

fn cleaned(bytes: &[u8], content_type: Option<&str>) -> String {
    clean::line(&charset::decode(bytes, content_type).text)
}

#[test]
fn twins_of_one_line_come_to_the_same_text() {
    let decomposed: String = LINE.chars().flat_map(apart).collect();
    let icelandic = LINE.replace('Đ', "Ð").replace('đ', "ð");
    let escaped =
        LINE.replace('ơ', "&amp;#417;").replace('ã', "&amp;amp;atilde;").replace('“', "&amp;ldquo;");
    let strewn = LINE.replace(' ', "\u{200b}\u{a0} ").replace("ng", "n\u{ad}g\u{33c}");
    for twin in [LINE.to_owned(), decomposed, icelandic, escaped, strewn, format!("\u{feff} {LINE}\r\n")] {
        assert_eq!(cleaned(twin.as_bytes(), Some("text/html; charset=utf-8")), LINE);
    }
}

#[test]
fn twins_in_other_character_sets_come_to_the_same_text() {
    let utf_16: Vec<u8> = LINE.encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(cleaned(&utf_16, None), LINE);
    // Windows-1258 sets the tones apart and keeps the other marks with their letters.
    let apart: String = LINE.chars().flat_map(tone_apart).collect();
    let (bytes, _, has_errors) = encoding_rs::WINDOWS_1258.encode(&apart);
    assert!(!has_errors);
    assert_eq!(cleaned(&bytes, Some("text/html; charset=windows-1252")), LINE);
    let twice = encoding_rs::WINDOWS_1252.decode_without_bom_handling(LINE.as_bytes()).0;
    assert_eq!(cleaned(twice.as_bytes(), None), LINE);
}

#[test]
fn what_was_declared_and_what_was_used_is_kept() {
    let page = "<meta http-equiv='Content-Type' content='text/html; charset=us-ascii'><p>Bắc Kạn</p>";
    let decoded = charset::decode(page.as_bytes(), Some("text/html"));
    assert_eq!(
        (decoded.declared.as_deref(), decoded.used, decoded.mended),
        (Some("us-ascii"), "UTF-8", None)
    );
    let broken = encoding_rs::MACINTOSH.decode_without_bom_handling(page.as_bytes()).0;
    let decoded = charset::decode(broken.as_bytes(), Some("text/html; charset=utf-8"));
    assert_eq!((decoded.declared.as_deref(), decoded.used), (Some("utf-8"), "UTF-8"));
    assert_eq!((decoded.text.as_ref(), decoded.mended), (page, Some(Mending::MacRoman)));
}

#[test]
fn what_readers_type_folds_to_what_is_printed() {
    for (typed, printed) in [
        ("bac kan", "BẮC KẠN"),
        ("da nang", "Ðà Nẵng"),
        ("hoa binh", "Hoà Bình"),
        ("huyen uy", "Huyện uỷ"),
        ("duong", "đường"),
        ("quy i", "Quý I"),
    ] {
        assert_eq!(fold::fold(typed), fold::fold(printed));
        assert_eq!(fold::fold(typed), fold::fold(&fold::tone_placement(printed)));
    }
    assert_eq!(
        fold::tone_placement("Tỉnh uỷ Hoà Bình, quý III"),
        fold::tone_placement("Tỉnh ủy Hòa Bình, quý III")
    );
    assert_ne!(fold::tone_placement("Kạn"), fold::tone_placement("Kán"));
}

fn apart(c: char) -> Vec<char> {
    let mut parts = Vec::new();
    unicode_normalization::char::decompose_canonical(c, |part| parts.push(part));
    parts
}

fn tone_apart(c: char) -> Vec<char> {
    let mut parts = apart(c);
    let tone = parts.iter().position(|part| "\u{300}\u{301}\u{303}\u{309}\u{323}".contains(*part));
    let tone = tone.map(|at| parts.remove(at));
    let letter = parts
        .into_iter()
        .reduce(|letter, mark| unicode_normalization::char::compose(letter, mark).unwrap_or(letter));
    letter.into_iter().chain(tone).collect()
}
