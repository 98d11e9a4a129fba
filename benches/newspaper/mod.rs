//! A loopback newspaper of any size: generated pages of about 150 kB over several hosts (127.0.0.1, 127.0.0.2 …),
//! served gzipped by HTTP/1.1 with entity tags, as a newspaper's server does.
//!
//! The tests serve a small one beside themselves; the bench serves a large one from another process, so that making
//! the pages is not counted as crawling them.

// A test and a bench each leave something unused.
#![allow(clippy::expect_used, dead_code, unreachable_pub)]

#[path = "../site/mod.rs"]
pub mod site;

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::Write as _;
use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Links on a page of a list.
const PER_PAGE: usize = 50;

/// The most bytes of a request's head.
const HEAD_BYTES_MAX: usize = 64 << 10;

/// How the pages look: one design for all.
pub const DESIGN: u64 = 7;

/// A newspaper's size.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Articles in all.
    pub articles: usize,
    /// Hosts that they are spread over, evenly.
    pub hosts: usize,
    /// Whether all articles are made before the first request, so that a server on the same machine takes next to no
    /// processor time from the crawl that is measured.
    pub is_made_ahead: bool,
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
    let press =
        Arc::new(Press { size, port, packed: (0..=size.articles).map(|_| OnceLock::new()).collect() });
    if size.is_made_ahead {
        press.make_all();
    }
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream, Arc::clone(&press), Arc::clone(&counts)));
        }
    });
    port
}

/// The newspaper as it is served.
struct Press {
    size: Size,
    port: u16,
    /// The articles, gzipped, by their numbers from 1.
    packed: Vec<OnceLock<Vec<u8>>>,
}

impl Press {
    fn make_all(&self) {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        std::thread::scope(|scope| {
            for core in 0..cores {
                scope.spawn(move || {
                    (1..=self.size.articles).filter(|id| id % cores == core).for_each(|id| {
                        self.article(id);
                    });
                });
            }
        });
    }

    /// Articles of one host.
    fn count(&self) -> usize {
        self.size.articles / self.size.hosts
    }

    fn article(&self, id: usize) -> &[u8] {
        self.packed.get(id).map_or(&[], |packed| {
            packed.get_or_init(|| {
                let host = (id - 1) / self.count();
                // The boxes of links show the newspaper's own articles only.
                let newest = (host + 1) * self.count();
                let here = self.here(host);
                gzip(site::page(id, newest.max(40), DESIGN).replace("https://baomau.vn", &here).as_bytes())
            })
        })
    }

    fn here(&self, host: usize) -> String {
        format!("http://{}:{}", self::host(host), self.port)
    }
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

async fn answer(mut stream: TcpStream, press: Arc<Press>, counts: Arc<Counts>) {
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
        let reply = reply(&head, &press, &counts);
        if stream.write_all(&reply).await.is_err() {
            return;
        }
    }
}

fn reply(head: &str, press: &Press, counts: &Counts) -> Vec<u8> {
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
    let Some(page) = press.page(path, number, counts) else {
        return b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_vec();
    };
    let tag =
        format!("\"{:x}\"", path.bytes().fold(5381_u64, |sum, byte| sum.wrapping_mul(33) ^ u64::from(byte)));
    if asked == Some(tag.as_str()) {
        return format!("HTTP/1.1 304 Not Modified\r\netag: {tag}\r\n\r\n").into_bytes();
    }
    let mut reply = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\ncontent-encoding: gzip\r\netag: {tag}\r\n\
         content-length: {}\r\n\r\n",
        page.len()
    )
    .into_bytes();
    reply.extend_from_slice(&page);
    reply
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 4), Compression::new(6));
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory takes all")
}

impl Press {
    /// The page at a path, gzipped, where there is one.
    fn page(&self, path: &str, host: usize, counts: &Counts) -> Option<Cow<'_, [u8]>> {
        let first = host * self.count() + 1;
        let article =
            path.rsplit_once("-post").and_then(|(_, rest)| rest.strip_suffix(".html")?.parse().ok());
        if let Some(id) = article {
            counts.articles.fetch_add(1, Ordering::Relaxed);
            let is_here = (first..first + self.count()).contains(&id);
            return is_here.then(|| Cow::Borrowed(self.article(id)));
        }
        let page = match path {
            "/" => 0,
            "/muc/" => 1,
            _ => path.strip_prefix("/muc/?page=")?.parse().ok()?,
        };
        let pages = self.count().div_ceil(PER_PAGE);
        let list = || list(page, pages, first, self.count(), &self.here(host));
        (page <= pages).then(|| Cow::Owned(gzip(list().as_bytes())))
    }
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
