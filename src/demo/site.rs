//! The sample site's files, and what it answers to a request: a pure function, so that it can be tested without a
//! socket.

use std::collections::BTreeMap;
use std::io::Write as _;

use bytes::Bytes;
use chrono::DateTime;
use flate2::Compression;
use flate2::write::GzEncoder;
use rust_embed::RustEmbed;
use sha2::{Digest as _, Sha256};

/// What stands in the files for the address that the site is served on.
const ORIGIN: &str = "{origin}";

/// When the sample was last changed (HTTP-date, RFC 9110 §5.6.7). Fixed, so that every run sees the same site.
const LAST_MODIFIED: &str = "Fri, 10 May 2024 13:06:00 GMT";

/// The pages; the expected articles that lie beside them are for the tests.
#[derive(RustEmbed)]
#[folder = "fixtures/demo/site/"]
#[exclude = "*.json"]
struct Files;

/// The selector file.
#[derive(RustEmbed)]
#[folder = "fixtures/demo/selectors/"]
struct Selectors;

/// A file of the site, ready to send.
struct File {
    body: Bytes,
    content_type: &'static str,
    /// A weak entity tag: both codings of the file share it.
    etag: String,
}

/// The whole site for one origin.
pub(super) struct Site {
    /// By path: `/`, `/xa-hoi/`, `/…-post21406.html`.
    files: BTreeMap<String, File>,
    /// From an article's number to its path.
    articles: BTreeMap<String, String>,
}

/// The request as far as the site looks at it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Request<'a> {
    pub(super) path: &'a str,
    pub(super) accept_encoding: Option<&'a str>,
    pub(super) if_none_match: Option<&'a str>,
    pub(super) if_modified_since: Option<&'a str>,
}

/// The answer: status, headers, body.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Bytes,
}

/// The text of the selector file for an origin; empty only in a binary built without its fixtures.
pub(super) fn selectors(newspaper: &str, origin: &str) -> String {
    Selectors::get(&format!("{newspaper}.toml"))
        .map(|file| String::from_utf8_lossy(&file.data).replace(ORIGIN, origin))
        .unwrap_or_default()
}

impl Site {
    /// The site as served on an origin: `http://127.0.0.1:4000`, without a slash at the end.
    pub(super) fn new(origin: &str) -> Site {
        let mut site = Site { files: BTreeMap::new(), articles: BTreeMap::new() };
        for name in Files::iter() {
            let Some(file) = Files::get(&name) else { continue };
            let path = format!("/{}", name.strip_suffix("index.html").unwrap_or(&name));
            if let Some(id) = article_id(&path) {
                site.articles.insert(id.to_owned(), path.clone());
            }
            let text = String::from_utf8_lossy(&file.data).replace(ORIGIN, origin);
            site.files.insert(path, File::new(&name, text.into()));
        }
        site
    }

    /// What the site says to a request.
    pub(super) fn answer(&self, request: Request<'_>) -> Answer {
        if let Some(file) = self.files.get(request.path) {
            return file.answer(request);
        }
        if let Some(file) = request.path.strip_suffix(".gz").and_then(|path| self.files.get(path)) {
            return file.packed().answer(request);
        }
        // The CMS knows an article by its number: under any other slug it sends the visitor on.
        let moved = article_id(request.path).and_then(|id| self.articles.get(id)).cloned();
        let with_slash = || Some(format!("{}/", request.path)).filter(|path| self.files.contains_key(path));
        if let Some(location) = moved.or_else(with_slash) {
            return Answer { status: 301, headers: vec![("location", location)], body: Bytes::new() };
        }
        let body = self.files.get("/404.html").map(|file| file.body.clone()).unwrap_or_default();
        let headers = vec![("content-type", "text/html; charset=utf-8".to_owned())];
        Answer { status: 404, headers, body }
    }
}

impl File {
    fn new(name: &str, body: Bytes) -> File {
        let digest = Sha256::digest(&body);
        let etag = format!("W/\"{}\"", data_encoding::HEXLOWER.encode(&digest[..8]));
        File { content_type: content_type(name, &body), body, etag }
    }

    /// The file as a `.gz` of its own, which is no content coding.
    fn packed(&self) -> File {
        File { body: gzip(&self.body), content_type: "application/gzip", etag: self.etag.clone() }
    }

    fn answer(&self, request: Request<'_>) -> Answer {
        let mut headers = vec![
            ("etag", self.etag.clone()),
            ("last-modified", LAST_MODIFIED.to_owned()),
            ("vary", "Accept-Encoding".to_owned()),
        ];
        if self.is_known(request) {
            return Answer { status: 304, headers, body: Bytes::new() };
        }
        headers.push(("content-type", self.content_type.to_owned()));
        let is_packed = self.content_type == "application/gzip";
        let body = if !is_packed && request.accept_encoding.is_some_and(takes_gzip) {
            headers.push(("content-encoding", "gzip".to_owned()));
            gzip(&self.body)
        } else {
            self.body.clone()
        };
        Answer { status: 200, headers, body }
    }

    /// Whether the visitor has this file already: `If-None-Match` decides where it is sent (RFC 9110 §13.2.2).
    fn is_known(&self, request: Request<'_>) -> bool {
        if let Some(tags) = request.if_none_match {
            let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
            return tags.split(',').any(|tag| tag.trim() == "*" || opaque(tag) == opaque(&self.etag));
        }
        let moment = |text: &str| DateTime::parse_from_rfc2822(text).ok();
        let since = request.if_modified_since.and_then(moment);
        since.zip(moment(LAST_MODIFIED)).is_some_and(|(since, changed)| changed <= since)
    }
}

/// The number in an article's address: `21406` of `/…-post21406.html`.
fn article_id(path: &str) -> Option<&str> {
    let id = path.strip_suffix(".html")?.rsplit_once("-post")?.1;
    (!id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit())).then_some(id)
}

fn content_type(name: &str, body: &[u8]) -> &'static str {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    match ending {
        _ if body.starts_with(b"%PDF-") => "application/pdf",
        "rss" => "application/rss+xml; charset=utf-8",
        "xml" => "application/xml; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        _ => "text/html; charset=utf-8",
    }
}

/// Whether an `Accept-Encoding` takes gzip: named (or meant by `*`) and not refused by `q=0`.
fn takes_gzip(accepted: &str) -> bool {
    let quality = |wanted: &str| {
        accepted.split(',').find_map(|entry| {
            let mut parts = entry.split(';').map(str::trim);
            let name = parts.next()?;
            let quality = parts.find_map(|part| part.strip_prefix("q=")).unwrap_or("1");
            name.eq_ignore_ascii_case(wanted).then(|| quality.parse::<f32>().unwrap_or(0.0))
        })
    };
    quality("gzip").or_else(|| quality("*")).is_some_and(|quality| quality > 0.0)
}

fn gzip(body: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Writing into memory does not fail; were it to, the file would go out as it is not: empty.
    let packed = encoder.write_all(body).and_then(|()| encoder.finish());
    packed.unwrap_or_default().into()
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    const NEW: &str = "/khoi-cong-nang-cap-duong-tinh-212-doan-ban-chang-pac-le-post21398.html";

    fn get(path: &str) -> Request<'_> {
        Request { path, ..Request::default() }
    }

    fn header(answer: &Answer, name: &str) -> Option<String> {
        answer.headers.iter().find(|(key, _)| *key == name).map(|(_, value)| value.clone())
    }

    #[test]
    fn every_address_in_the_files_is_of_this_origin() {
        let site = Site::new("http://127.0.0.1:4000");
        let front = site.answer(get("/"));
        assert_eq!(front.status, 200);
        let text = String::from_utf8(front.body.to_vec()).unwrap();
        assert!(text.contains("http://127.0.0.1:4000/xa-hoi/"));
        assert!(!text.contains(ORIGIN));
        assert!(!site.files.keys().any(|path| path.contains(".json")));
    }

    #[test]
    fn an_old_slug_leads_to_the_new_one_and_an_unknown_number_nowhere() {
        let site = Site::new("http://127.0.0.1:4000");
        let old = site.answer(get("/khoi-cong-duong-tinh-212-post21398.html"));
        assert_eq!((old.status, header(&old, "location").as_deref()), (301, Some(NEW)));
        assert_eq!(site.answer(get(NEW)).status, 200);
        let bare = site.answer(get("/xa-hoi"));
        assert_eq!((bare.status, header(&bare, "location").as_deref()), (301, Some("/xa-hoi/")));
        let gone = site.answer(get("/gia-vang-tai-khau-luong-tang-tro-lai-post21340.html"));
        assert_eq!(gone.status, 404);
        assert!(!gone.body.is_empty());
    }

    #[test]
    fn a_visitor_who_has_the_page_gets_no_body() {
        let site = Site::new("http://127.0.0.1:4000");
        let first = site.answer(get("/xa-hoi/"));
        let etag = header(&first, "etag").unwrap();
        let among_others = format!("\"other\", {etag}");
        for tags in [etag.as_str(), among_others.as_str(), "*"] {
            let known = Request { if_none_match: Some(tags), ..get("/xa-hoi/") };
            assert_eq!(site.answer(known).status, 304, "{tags}");
        }
        let stale = Request {
            if_none_match: Some("\"other\""),
            if_modified_since: Some(LAST_MODIFIED),
            ..get("/xa-hoi/")
        };
        assert_eq!(site.answer(stale).status, 200, "the tag outweighs the date");
        let since = |date| Request { if_modified_since: Some(date), ..get("/xa-hoi/") };
        assert_eq!(site.answer(since(LAST_MODIFIED)).status, 304);
        assert_eq!(site.answer(since("Thu, 09 May 2024 13:06:00 GMT")).status, 200);
    }

    #[test]
    fn gzip_is_sent_where_it_is_taken_and_unpacks_to_the_same_page() {
        let site = Site::new("http://127.0.0.1:4000");
        let plain = site.answer(get(NEW));
        let packed = site.answer(Request { accept_encoding: Some("br, gzip;q=0.8"), ..get(NEW) });
        assert_eq!(header(&packed, "content-encoding").as_deref(), Some("gzip"));
        let mut unpacked = Vec::new();
        flate2::read::GzDecoder::new(&packed.body[..]).read_to_end(&mut unpacked).unwrap();
        assert_eq!(plain.body, unpacked);
        let refused = site.answer(Request { accept_encoding: Some("gzip;q=0, *;q=0"), ..get(NEW) });
        assert_eq!(header(&refused, "content-encoding"), None);
        let sitemap = site.answer(get("/sitemaps/news-2024-5.xml.gz"));
        assert_eq!(header(&sitemap, "content-type").as_deref(), Some("application/gzip"));
        assert!(sitemap.body.starts_with(&[0x1f, 0x8b]));
    }

    #[test]
    fn each_file_is_sent_as_what_it_is() {
        let site = Site::new("http://127.0.0.1:4000");
        for (path, expected) in [
            ("/rss/tin-moi-1.rss", "application/rss+xml; charset=utf-8"),
            ("/sitemap.xml", "application/xml; charset=utf-8"),
            ("/robots.txt", "text/plain; charset=utf-8"),
            ("/bang-gia-dat-dieu-chinh-ap-dung-tu-thang-5-post21329.html", "application/pdf"),
        ] {
            assert_eq!(header(&site.answer(get(path)), "content-type").as_deref(), Some(expected));
        }
    }
}
