//! What came back: the exchanges as they stood on the wire, and the page they amount to.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use url::Url;

use crate::target::TargetKind;

/// Header lines in the order in which they were sent; names in lower case, values byte for byte (as Latin-1).
pub type Headers = Vec<(String, String)>;

/// The first value of a header, by its lower-case name.
#[must_use]
pub fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// What tells the body of a page from another one: XXH3 of 128 bits.
pub type BodyDigest = [u8; 16];

/// The digest of a page's body, by which an unchanged page is known at the next visit. It is quick to make and no
/// proof of anything: what was received is kept under its SHA-256.
#[must_use]
pub fn body_digest(body: &[u8]) -> BodyDigest {
    twox_hash::XxHash3_128::oneshot(body).to_be_bytes()
}

/// One request and its response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// The address that was asked for.
    pub url: Url,
    /// When the request was sent.
    pub requested_at: DateTime<Utc>,
    /// The request's headers as sent; the method is always `GET`.
    pub request_headers: Headers,
    /// The protocol of the answer: `HTTP/1.1`, `HTTP/2.0`.
    pub protocol: String,
    /// The status code.
    pub status: u16,
    /// The response's headers.
    pub response_headers: Headers,
    /// The body as received: transfer coding (chunks) removed, content coding (gzip, br …) kept.
    pub payload: Bytes,
    /// The server's address, where it is known (behind a proxy it is the proxy's).
    pub remote_address: Option<String>,
}

/// A page to be read: the last exchange with its content coding undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// What the page was fetched as.
    pub kind: TargetKind,
    /// The address that answered, after redirects.
    pub url: Url,
    /// The status code.
    pub status: u16,
    /// The response's headers.
    pub headers: Headers,
    /// The body with its content coding undone; its character set is still the page's own.
    pub body: Bytes,
    /// When it was fetched: chooses the layout, and anchors relative times (`4 giờ trước`).
    pub fetched_at: DateTime<Utc>,
}

impl Page {
    /// The value of the `Content-Type` header.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        header(&self.headers, "content-type")
    }
}

/// The first bytes of files that are no pages, with what they are.
const FILES: [(&[u8], &str); 11] = [
    (b"%PDF-", "a PDF file"),
    (b"\xFF\xD8\xFF", "a JPEG image"),
    (b"\x89PNG", "a PNG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a WebP image, a sound or a video"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\xD0\xCF\x11\xE0", "an office document"),
    (b"ID3", "a sound"),
    (b"\x00\x00\x00 ftyp", "a video"),
    (b"\x1A\x45\xDF\xA3", "a video"),
    (b"\x1F\x8B", "a damaged gzip file"),
];

/// What file the bytes are, by how they begin and whatever the headers say; none where they can be a page.
#[must_use]
pub fn file_kind(bytes: &[u8]) -> Option<&'static str> {
    FILES.iter().find(|(start, _)| bytes.starts_with(start)).map(|(_, what)| *what)
}

/// Why a page is not what it was fetched as. Data, not an error: it becomes a row in the archive.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// The body holds nothing.
    #[error("the page is empty")]
    Empty,
    /// The bytes are of another kind than the target's: an image, a PDF, HTML where XML was due.
    #[error("not {expected}: {found}")]
    WrongType {
        /// What was due: `an HTML page`, `a feed`, `a sitemap`.
        expected: &'static str,
        /// What came.
        found: String,
    },
    /// A page of HTML without an article in it: a section, the front page, a video.
    #[error("no article on the page: {0}")]
    NotArticle(String),
    /// A page that says "not found" with status 200.
    #[error("a not-found page with status 200: {0}")]
    SoftNotFound(String),
    /// A challenge, captcha or "please enable JavaScript" shell instead of the page.
    #[error("the server hides the page: {0}")]
    Blocked(String),
    /// The page ends in the middle of the article.
    #[error("the page is cut off: {0}")]
    Cut(String),
}
