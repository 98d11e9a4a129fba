//! Sort-friendly addresses (SURT): `https://www.baobackan.vn/A/?b=2&a=1` becomes `vn,baobackan)/a?a=1&b=2`, so that an
//! index holds a site's pages together and finds a page under all spellings of its address.
//!
//! The rules are those of the Wayback Machine's canonicalizer, which replay tools follow.

use std::fmt::Write;
use std::net::IpAddr;
use std::sync::LazyLock;

use regex::Regex;
use url::{Host, Url};

/// `www.`, `www2.` before a host.
static WWW: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^www\d*\.").ok());

/// Session numbers in a query.
static SESSION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)^(?P<before>.*?)(?:jsessionid=[0-9a-z]{32}|phpsessid=[0-9a-z]{32}|sid=[0-9a-z]{32}",
        r"|aspsessionid[a-z]{8}=[a-z]{24}|cfid=[^&]+&cftoken=[^&]+)(?:&(?P<after>.*))?$"
    ))
    .ok()
});

/// How often escapes are undone, at most: an address that is escaped deeper is nobody's.
const UNESCAPES_MAX: usize = 8;

/// The key of an address.
pub(super) fn surt(url: &Url) -> String {
    let mut key = host(url);
    if let Some(port) = url.port() {
        _ = write!(key, ":{port}");
    }
    key.push(')');
    key.push_str(&path(url));
    if let Some(query) = url.query().map(query).filter(|query| !query.is_empty()) {
        key.push('?');
        key.push_str(&query);
    }
    key
}

/// The host's labels from the general to the special.
fn host(url: &Url) -> String {
    match url.host() {
        Some(Host::Domain(domain)) => {
            let bare = WWW.as_ref().map_or(domain.into(), |www| www.replace(domain, ""));
            bare.trim_matches('.').rsplit('.').collect::<Vec<_>>().join(",")
        }
        Some(Host::Ipv4(address)) => address.to_string().rsplit('.').collect::<Vec<_>>().join(","),
        Some(Host::Ipv6(address)) => format!("[{}]", IpAddr::V6(address)),
        None => String::new(),
    }
}

fn path(url: &Url) -> String {
    let decoded = unescaped(url.path().as_bytes());
    let mut steps: Vec<&[u8]> = Vec::new();
    for step in decoded.split(|byte| *byte == b'/') {
        match step {
            b"" | b"." => {}
            b".." => drop(steps.pop()),
            step => steps.push(step),
        }
    }
    let joined = [b"/".as_slice(), &steps.join(b"/".as_slice())].concat();
    escaped(&joined).to_lowercase()
}

fn query(query: &str) -> String {
    let query = escaped(&unescaped(query.as_bytes()));
    let query = match SESSION.as_ref().and_then(|session| session.captures(&query)) {
        Some(found) => {
            let part = |name| found.name(name).map_or("", |part| part.as_str());
            format!("{}{}", part("before"), part("after"))
        }
        None => query,
    };
    let lower = query.to_lowercase();
    let mut pairs: Vec<(&str, Option<&str>)> = lower
        .split('&')
        .map(|pair| pair.split_once('=').map_or((pair, None), |(key, value)| (key, Some(value))))
        .collect();
    pairs.sort_unstable();
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(key, value)| value.map_or((*key).to_owned(), |value| format!("{key}={value}")))
        .collect();
    pairs.join("&")
}

/// The bytes with escapes undone until none is left.
fn unescaped(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..UNESCAPES_MAX {
        let once = unescaped_once(&bytes);
        if once == bytes {
            break;
        }
        bytes = once;
    }
    bytes
}

fn unescaped_once(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let [first, tail @ ..] = rest {
        let digits = tail.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = digits
            .filter(|digits| *first == b'%' && digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        out.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &tail[2..] } else { tail };
    }
    out
}

/// The bytes with everything escaped that is not printable ASCII, and `#` and `%`.
fn escaped(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for byte in bytes {
        if byte.is_ascii_graphic() && !matches!(byte, b'#' | b'%') {
            out.push(char::from(*byte));
        } else {
            _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_page_have_one_key() {
        let cases = [
            ("https://www.baobackan.vn/", "vn,baobackan)/"),
            ("http://baobackan.vn:80/Xa-Hoi/", "vn,baobackan)/xa-hoi"),
            ("https://baobackan.vn/a//b/./c.html?b=2&a=1&a", "vn,baobackan)/a/b/c.html?a&a=1&b=2"),
            ("https://www2.baobackan.vn/?", "vn,baobackan)/"),
            ("http://127.0.0.1:8080/tin-post1.html", "1,0,0,127:8080)/tin-post1.html"),
            ("https://baobackan.vn/t%C3%ACm%2520ki%E1%BA%BFm", "vn,baobackan)/t%c3%acm%20ki%e1%ba%bfm"),
            ("https://baobackan.vn/x?PHPSESSID=0123456789abcdef0123456789abcdef&p=2", "vn,baobackan)/x?p=2"),
        ];
        for (url, key) in cases {
            assert_eq!(surt(&Url::parse(url).unwrap()), key, "{url}");
        }
    }
}
