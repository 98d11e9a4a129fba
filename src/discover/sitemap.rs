//! Sitemaps (sitemaps.org): lists of pages, indexes of further sitemaps, the news extension, and plain lists of
//! addresses.

use super::hint::Hints;
use super::links::{Links, Rank};
use super::xml::{self, Piece};
use crate::newspaper::Newspaper;
use crate::page::{Page, Unfit};
use crate::target::{Link, TargetKind};
use crate::text::clean;

/// Reads a sitemap. A broken one gives what stands before the break, and what can be taken up behind it.
pub(super) fn links(newspaper: &Newspaper, page: &Page, text: &str) -> Result<Vec<Link>, Unfit> {
    let links = Links::new(newspaper, TargetKind::Sitemap, &page.url);
    let mut reader = Entries { page, hints: Hints::new(newspaper, page), open: None, links, seen_any: false };
    if text.contains('<') {
        xml::read(text, ["<url>", "<sitemap>"], |path, piece| {
            reader.take(path, &piece);
            !reader.links.is_full()
        });
    } else {
        reader.read_lines(text);
    }
    if !reader.seen_any && !is_sitemap(text) {
        let found = "a document that is no sitemap".to_owned();
        return Err(Unfit::WrongType { expected: "a sitemap", found });
    }
    Ok(reader.links.into_vec())
}

/// Whether a document without entries is a sitemap all the same.
fn is_sitemap(text: &str) -> bool {
    text.contains("<urlset") || text.contains("<sitemapindex")
}

struct Entries<'a> {
    page: &'a Page,
    hints: Hints,
    open: Option<Open>,
    links: Links<'a>,
    seen_any: bool,
}

/// An entry that is being read.
struct Open {
    is_sitemap: bool,
    /// How many elements are open where its fields stand.
    depth: usize,
    location: String,
    changed: String,
    published: String,
    title: String,
}

impl Entries<'_> {
    fn take(&mut self, path: &[String], piece: &Piece<'_, '_>) {
        let name = path.last().map(String::as_str);
        let is_entry = matches!(name, Some("url" | "sitemap"));
        match piece {
            Piece::Open(_) if is_entry => {
                self.seen_any = true;
                self.open = Some(Open {
                    is_sitemap: name == Some("sitemap"),
                    depth: path.len() + 1,
                    location: String::new(),
                    changed: String::new(),
                    published: String::new(),
                    title: String::new(),
                });
            }
            Piece::Text(text) => {
                if let Some(field) = self.open.as_mut().and_then(|open| open.field(path)) {
                    field.push_str(text);
                }
            }
            Piece::Close if is_entry => self.finish(),
            Piece::Broken => self.open = None,
            Piece::Open(_) | Piece::Close => {}
        }
    }

    fn finish(&mut self) {
        let Some(open) = self.open.take() else { return };
        let Ok(url) = self.page.url.join(&clean::line(&open.location)) else { return };
        let place =
            if open.is_sitemap { self.links.add_as(TargetKind::Sitemap, &url) } else { self.links.add(&url) };
        let Some(place) = place else { return };
        self.links.title(place, Rank::Heading, xml::plain(&open.title));
        let date = self.hints.written(&open.published).or_else(|| self.hints.written(&open.changed));
        self.links.date(place, date);
    }

    /// A sitemap of plain text has an address a line.
    fn read_lines(&mut self, text: &str) {
        for line in text.lines().map(str::trim).filter(|line| line.starts_with("http")) {
            if let Ok(url) = line.parse() {
                self.seen_any = true;
                self.links.add(&url);
            }
        }
    }
}

impl Open {
    /// The field whose text stands at a path. Images and videos have titles and locations of their own, deeper.
    fn field(&mut self, path: &[String]) -> Option<&mut String> {
        let below: Vec<&str> = path.get(self.depth - 1..)?.iter().map(String::as_str).collect();
        match below[..] {
            ["loc"] => Some(&mut self.location),
            ["lastmod"] => Some(&mut self.changed),
            ["news", "publication_date"] => Some(&mut self.published),
            ["news", "title"] => Some(&mut self.title),
            _ => None,
        }
    }
}
