//! What pictures look like: their first bytes. A server that has lost a photo often sends a page of HTML in its place,
//! with status 200 and whatever type; so the bytes are asked and not the header.

/// The signatures of the formats that newspapers print photos in (WHATWG MIME Sniffing §6.1, and ISO/IEC 23008-12
/// for HEIF): where they stand, what they are, and the format's name.
const SIGNATURES: [(usize, &[u8], &str); 12] = [
    (0, b"\xFF\xD8\xFF", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1A\n", "image/png"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBPVP", "image/webp"),
    (4, b"ftypavif", "image/avif"),
    (4, b"ftypavis", "image/avif"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypmif1", "image/heif"),
    (0, b"BM", "image/bmp"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
];

/// The format of a picture; none where the bytes are no picture.
#[must_use]
pub fn format(bytes: &[u8]) -> Option<&'static str> {
    let stands =
        |at: usize, signature: &[u8]| bytes.get(at..).is_some_and(|rest| rest.starts_with(signature));
    let signed = SIGNATURES.iter().find(|(at, signature, _)| stands(*at, signature)).map(|(.., name)| *name);
    signed.or_else(|| is_svg(bytes).then_some("image/svg+xml"))
}

/// What bytes that are no picture seem to be, in words.
#[must_use]
pub fn seems(bytes: &[u8]) -> &'static str {
    let start = bytes.trim_ascii_start();
    match start.first() {
        None => "an empty file",
        Some(b'<') => "a page of HTML",
        Some(b'{' | b'[') => "JSON",
        Some(_) => "other bytes",
    }
}

/// Bytes at the start in which an SVG names its root element.
const SVG_START_BYTES: usize = 1024;

/// SVG is text: its root element is `svg`, behind a declaration and comments.
fn is_svg(bytes: &[u8]) -> bool {
    let start = bytes.get(..SVG_START_BYTES).unwrap_or(bytes);
    let start = String::from_utf8_lossy(start);
    let start = start.trim_start_matches('\u{feff}').trim_start();
    (start.starts_with("<?xml") || start.starts_with("<!--") || start.starts_with("<svg"))
        && start.contains("<svg")
        && !start.contains("<html")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_told_by_their_first_bytes() {
        assert_eq!(format(b"\xFF\xD8\xFF\xE0\0\x10JFIF"), Some("image/jpeg"));
        assert_eq!(format(b"RIFF\x24\0\0\0WEBPVP8 "), Some("image/webp"));
        assert_eq!(format(b"\0\0\0\x1cftypavif"), Some("image/avif"));
        assert_eq!(
            format(b"<?xml version='1.0'?>\n<svg xmlns='http://www.w3.org/2000/svg'/>"),
            Some("image/svg+xml")
        );
        assert_eq!(format(b"<!DOCTYPE html><html><svg></svg></html>"), None);
        assert_eq!((format(b""), seems(b"")), (None, "an empty file"));
        assert_eq!(seems(b"\n <!DOCTYPE html>"), "a page of HTML");
    }
}
