//! Path patterns of robots.txt (RFC 9309 §2.2.2, §2.2.3): `*` for anything, `$` for the end, everything else byte
//! for byte once both sides are percent-encoded alike.

use std::fmt::Write;

use url::Url;

/// A path pattern, ready to match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern {
    /// What stands between the stars, in normal form.
    pieces: Vec<String>,
    /// Whether the last piece has to end the path.
    anchored: bool,
    /// The length that decides between patterns.
    octets: usize,
}

impl Pattern {
    /// Reads a pattern. One that begins with neither `/` nor `*` cannot match any path and is none.
    pub(super) fn read(text: &[u8]) -> Option<Pattern> {
        if !matches!(text.first(), Some(b'/' | b'*')) {
            return None;
        }
        let (body, anchored) = match text {
            [body @ .., b'$'] => (body, true),
            _ => (text, false),
        };
        let mut normal = Normal::default();
        let pieces: Vec<String> = body
            .split(|byte| *byte == b'*')
            .map(|piece| {
                normal.push(piece);
                std::mem::take(&mut normal.text)
            })
            .collect();
        let stars = pieces.len() - 1;
        let octets = pieces.iter().map(String::len).sum::<usize>() + stars + usize::from(anchored);
        Some(Pattern { pieces, anchored, octets })
    }

    /// How specific the pattern is: its octets in normal form (RFC 9309 §2.2.2).
    pub(super) fn octets(&self) -> usize {
        self.octets
    }

    /// Tells whether the pattern matches a path in normal form. Taking each piece where it first fits is enough,
    /// since a star may swallow anything; so the time is linear in the path, whatever the pattern.
    pub(super) fn matches(&self, path: &str) -> bool {
        let [first, others @ ..] = self.pieces.as_slice() else { return true };
        let Some(mut rest) = path.strip_prefix(first.as_str()) else { return false };
        let Some((last, middle)) = others.split_last() else { return !self.anchored || rest.is_empty() };
        for piece in middle {
            match rest.find(piece.as_str()) {
                Some(at) => rest = &rest[at + piece.len()..],
                None => return false,
            }
        }
        if self.anchored { rest.ends_with(last.as_str()) } else { rest.contains(last.as_str()) }
    }
}

/// The path and query of an address in normal form. A star or a dollar in it is no wildcard, so it is encoded, as a
/// pattern has to write it to mean it (RFC 9309 §2.2.3).
pub(super) fn path_of(url: &Url) -> String {
    let mut normal = Normal::default();
    for piece in [Some(url.path()), url.query().map(|_| "?"), url.query()].into_iter().flatten() {
        let mut rest = piece.as_bytes();
        while let Some(at) = rest.iter().position(|byte| *byte == b'*') {
            normal.push(&rest[..at]);
            normal.text.push_str("%2A");
            rest = &rest[at + 1..];
        }
        normal.push(rest);
    }
    normal.text
}

/// Text in normal form: unreserved characters plain, everything outside of the characters of an address encoded with
/// upper-case digits, other encodings kept. Behind the question mark `/ : @ ?` may stand plain or encoded (RFC 3986
/// §3.4) and count as the same.
#[derive(Default)]
struct Normal {
    text: String,
    in_query: bool,
}

impl Normal {
    fn push(&mut self, mut bytes: &[u8]) {
        while let [byte, rest @ ..] = bytes {
            bytes = rest;
            match (byte, rest) {
                (b'%', [high, low, rest @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                    bytes = rest;
                    self.encoded(digit(*high) << 4 | digit(*low));
                }
                (b'?', _) => {
                    self.in_query = true;
                    self.text.push('?');
                }
                (b'$', _) => self.escape(b'$'),
                (b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}', _) => self.escape(*byte),
                (0x21..=0x7e, _) => self.text.push(char::from(*byte)),
                _ => self.escape(*byte),
            }
        }
    }

    /// A byte that stood encoded.
    fn encoded(&mut self, byte: u8) {
        let unreserved = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
        if unreserved || (self.in_query && matches!(byte, b'/' | b':' | b'@' | b'?')) {
            self.text.push(char::from(byte));
        } else {
            self.escape(byte);
        }
    }

    fn escape(&mut self, byte: u8) {
        // Writing to a string cannot fail.
        let _ = write!(self.text, "%{byte:02X}");
    }
}

fn digit(hex: u8) -> u8 {
    match hex {
        b'0'..=b'9' => hex - b'0',
        _ => (hex | 0x20) - b'a' + 10,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The definition of matching, without any cleverness: tries every length for every star.
    fn by_definition(pattern: &[u8], path: &[u8]) -> bool {
        match pattern {
            [] => true,
            [b'$'] => path.is_empty(),
            [b'*', rest @ ..] => (0..=path.len()).any(|skip| by_definition(rest, &path[skip..])),
            [byte, rest @ ..] => path.first() == Some(byte) && by_definition(rest, &path[1..]),
        }
    }

    proptest! {
        #[test]
        fn greedy_matching_is_matching(
            pattern in "[/*][ab/*]{0,8}[$]?",
            path in "/[ab/]{0,10}",
        ) {
            let matcher = Pattern::read(pattern.as_bytes()).unwrap();
            prop_assert_eq!(matcher.matches(&path), by_definition(pattern.as_bytes(), path.as_bytes()));
        }

        #[test]
        fn any_pattern_and_address_end(pattern in proptest::collection::vec(any::<u8>(), 0..60), path in "\\PC{0,40}") {
            let url = Url::parse("https://baobackan.vn").unwrap().join(&path);
            if let (Some(pattern), Ok(url)) = (Pattern::read(&pattern), url) {
                pattern.matches(&path_of(&url));
            }
        }

        #[test]
        fn normal_form_is_kept(path in "/[ -~é]{0,30}") {
            let once = path_of(&Url::parse(&format!("https://baobackan.vn{path}")).unwrap());
            let twice = path_of(&Url::parse(&format!("https://baobackan.vn{once}")).unwrap());
            prop_assert_eq!(once, twice);
        }
    }

    #[test]
    fn a_pattern_of_stars_only_costs_its_length() {
        let pattern = Pattern::read(&b"*a".repeat(100_000)).unwrap();
        assert!(!pattern.matches(&format!("/{}", "a".repeat(8_000))));
        let near = Pattern::read(format!("/{}b", "*a".repeat(4_000)).as_bytes()).unwrap();
        assert!(!near.matches(&format!("/{}", "a".repeat(8_000))));
    }
}
