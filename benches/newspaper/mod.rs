//! A loopback newspaper of any size: generated pages of about 150 kB over several hosts (127.0.0.1, 127.0.0.2 …),
//! served gzipped by HTTP/1.1 with entity tags, as a newspaper's server does.
//!
//! The tests serve a small one beside themselves; the bench serves a large one from another process, so that making
//! the pages is not counted as crawling them.

// A test and a bench each leave something unused.
#![allow(clippy::expect_used, dead_code, unreachable_pub)]

#[path = "../site/mod.rs"]
pub mod site;

use std::fmt::Write as _;
use std::io::Write as _;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Links on a page of a list.
const PER_PAGE: usize = 50;

/// The most bytes of a request's head.
const HEAD_BYTES_MAX: usize = 64 << 10;

/// How the pages look: one design for all.
const DESIGN: u64 = 7;

/// A newspaper's size.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Articles in all.
    pub articles: usize,
    /// Hosts that they are spread over, evenly.
    pub hosts: usize,
}

/// What a server was asked so far.
#[derive(Debug, Default)]
pub struct Counts {
    /// Requests in all.
    pub requests: AtomicUsize,
    /// Those that came with a condition.
    pub conditional: AtomicUsize,
    /// Requests for articles.
    pub articles: AtomicUsize,
}

impl Counts {
    /// The counts as one line, read back by [`Counts::read`].
    pub fn line(&self) -> String {
        let count = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
        format!("{} {} {}", count(&self.requests), count(&self.conditional), count(&self.articles))
    }
}

/// Serves the newspaper on all loopback addresses; gives the port at once and serves on in the background.
pub async fn serve(size: Size, counts: Arc<Counts>) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)).await.expect("a free port");
    let port = listener.local_addr().expect("a bound address").port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream, size, port, Arc::clone(&counts)));
        }
    });
    port
}

/// The address of a host of the newspaper.
pub fn host(number: usize) -> String {
    format!("127.0.0.{}", number + 1)
}

/// The selector file of the newspaper on one host.
pub fn selector_file(number: usize, port: u16) -> String {
    format!(
        "name = \"Báo Mẫu {number}\"\nprovince = \"Bắc Kạn\"\nhosts = [\"{host}\"]\n\n[crawl]\n\
         start = [\"http://{host}:{port}/\"]\narticle = ['-post(?<id>\\d+)\\.html$']\n\
         listing = ['^/muc/(?:\\?page=\\d+)?$']\ndelay = \"0s\"\n\n[[layout]]\nname = \"mau\"\n\
         title = [\"h1.article__title\"]\nlead = [\".article__sapo\"]\nbody = [\".article__body\"]\n\
         published = ['meta[property=\"article:published_time\"] @content']\ncaption = [\"td.caption p\"]\n",
        host = host(number),
    )
}

async fn answer(mut stream: TcpStream, size: Size, port: u16, counts: Arc<Counts>) {
    let _ = stream.set_nodelay(true);
    let mut ahead = Vec::new();
    loop {
        let end = loop {
            if let Some(end) = ahead.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
            match stream.read_buf(&mut ahead).await {
                Ok(read) if read > 0 && ahead.len() <= HEAD_BYTES_MAX => {}
                _ => return,
            }
        };
        let head = String::from_utf8_lossy(&ahead[..end]).into_owned();
        ahead.drain(..end);
        let reply = reply(&head, size, port, &counts);
        if stream.write_all(&reply).await.is_err() {
            return;
        }
    }
}

fn reply(head: &str, size: Size, port: u16, counts: &Counts) -> Vec<u8> {
    let header = |name: &str| {
        head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    };
    let path = head.split(' ').nth(1).unwrap_or("/");
    let number =
        header("host").and_then(|host| host.split([':', '.']).nth(3)?.parse::<usize>().ok()).unwrap_or(1) - 1;
    counts.requests.fetch_add(1, Ordering::Relaxed);
    let asked = header("if-none-match");
    counts.conditional.fetch_add(usize::from(asked.is_some()), Ordering::Relaxed);
    let Some(body) = body(path, number, size, port, counts) else {
        return b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_vec();
    };
    let tag =
        format!("\"{:x}\"", path.bytes().fold(5381_u64, |sum, byte| sum.wrapping_mul(33) ^ u64::from(byte)));
    if asked == Some(tag.as_str()) {
        return format!("HTTP/1.1 304 Not Modified\r\netag: {tag}\r\n\r\n").into_bytes();
    }
    let packed = gzip(&body());
    let mut reply = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\ncontent-encoding: gzip\r\netag: {tag}\r\n\
         content-length: {}\r\n\r\n",
        packed.len()
    )
    .into_bytes();
    reply.extend_from_slice(&packed);
    reply
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 4), Compression::new(6));
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory takes all")
}

/// What makes the page at a path, where there is one.
fn body(
    path: &str,
    host: usize,
    size: Size,
    port: u16,
    counts: &Counts,
) -> Option<Box<dyn FnOnce() -> Vec<u8> + Send>> {
    let here = format!("http://{}:{port}", self::host(host));
    let count = size.articles / size.hosts;
    let first = host * count + 1;
    if let Some(id) = path.rsplit_once("-post").and_then(|(_, rest)| rest.strip_suffix(".html")?.parse().ok())
    {
        counts.articles.fetch_add(1, Ordering::Relaxed);
        let newest = first + count - 1;
        return (first..=newest).contains(&id).then(|| {
            // The boxes of links show the newspaper's own articles only.
            Box::new(move || {
                site::page(id, newest.max(40), DESIGN).replace("https://baomau.vn", &here).into_bytes()
            }) as Box<dyn FnOnce() -> Vec<u8> + Send>
        });
    }
    let page = match path {
        "/" => 0,
        "/muc/" => 1,
        _ => path.strip_prefix("/muc/?page=")?.parse().ok()?,
    };
    let pages = count.div_ceil(PER_PAGE);
    (page <= pages).then(|| {
        Box::new(move || list(page, pages, first, count, &here).into_bytes())
            as Box<dyn FnOnce() -> Vec<u8> + Send>
    })
}

/// A page of the list, the newest first; page 0 is the front page, which leads to the list.
fn list(page: usize, pages: usize, first: usize, count: usize, here: &str) -> String {
    let mut text = String::from(
        "<!DOCTYPE html><html lang=\"vi\"><body><h1>Tin mới</h1>\n<a href=\"/muc/\">Tin tức</a>\n",
    );
    let newest = first + count;
    let from = newest.saturating_sub(page.max(1) * PER_PAGE).max(first);
    let to = newest - (page.max(1) - 1) * PER_PAGE;
    for id in (from..to).rev() {
        let story = site::Story::card(id);
        let address = story.url().replace("https://baomau.vn", here);
        let _ = writeln!(text, "<h3 class=\"story__heading\"><a href=\"{address}\">{}</a></h3>", story.title);
    }
    if page >= 1 && page < pages {
        let _ =
            writeln!(text, "<div class=\"pagination\"><a href=\"/muc/?page={0}\">{0}</a></div>", page + 1);
    }
    text + "</body></html>"
}
