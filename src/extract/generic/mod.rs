//! Reading a page of which nothing is known: where its article is, and what stands around it.
//!
//! The page is scanned once for its lines and the boxes that hold them ([`scan`]). The body is the box with the most
//! running text and the least of anything else ([`body`]); what an article has besides is looked for around it, where
//! newspapers print it: the headline ([`title`]), lead and date ([`mod@around`]), byline, section and tags ([`look`]).
//! Metadata tell what to look for and are checked against what is printed. How the body is read is the same as
//! everywhere.

mod around;
mod body;
mod look;
mod scan;
mod title;

use chrono::{DateTime, Utc};
use ego_tree::NodeId;
use scraper::ElementRef;

use self::around::Around;
pub(crate) use self::look::Wants;
use self::scan::Scan;

use super::document::Document;
use super::meta::{Meta, Told};
use crate::text::fold::fold;
use crate::text::letter;
use crate::when::When;

/// What is found on a page.
#[derive(Debug)]
pub(crate) struct Found {
    /// The element that holds the text.
    pub(crate) root: NodeId,
    /// The headline as printed.
    pub(crate) title: Option<String>,
    /// Texts that can be the lead, the likeliest first.
    pub(crate) leads: Vec<String>,
    /// Texts that stand where bylines stand.
    pub(crate) bylines: Vec<String>,
    /// Times printed near the headline, the nearest first.
    pub(crate) dates: Vec<Told<When>>,
    /// The path of sections.
    pub(crate) section: Vec<String>,
    /// Tags.
    pub(crate) tags: Vec<String>,
    /// Whether what is there is a list of links and not a text: the box is full of them, or the page is and has no
    /// headline of its own.
    pub(crate) is_listing: bool,
    /// Elements within the body's that are no part of it: headline, date line, buttons.
    pub(crate) furniture: Vec<NodeId>,
}

/// Looks for the article on a page; none where there is hardly any text.
pub(crate) fn find(document: &Document, meta: &Meta, fetched_at: DateTime<Utc>) -> Option<Found> {
    let scan = Scan::of(document.root());
    let title = title::printed(&scan, meta);
    let description = meta.description.as_deref().map(key).unwrap_or_default();
    let line = title.as_ref().map(|title| title.line);
    let root = body::find(&scan, document, line, &description)?;
    let is_told = meta.title.is_some() && !meta.is_title_loose;
    let title = title.or_else(|| title::named(&scan, document, root).filter(|_| !is_told));
    let line = title.as_ref().map(|title| title.line);
    let around = Around { document, scan: &scan, root, title: line, description: &description };
    let mut found = Found {
        root: scan.boxes[root].node,
        title: title.map(|title| title.text),
        leads: around.leads(),
        bylines: Vec::new(),
        dates: around.dates(fetched_at),
        section: Vec::new(),
        tags: Vec::new(),
        is_listing: body::is_listing(&scan, root) || line.is_none() && body::has_headlines(&scan, root),
        furniture: around.furniture(),
    };
    let (section, bylines) = (meta.section.is_none(), meta.authors.is_none());
    around.look(&mut found, Wants { section, bylines, ..Wants::ALL });
    Some(found)
}

/// Looks within an element for what is wanted around a body that is known, below a headline that is known.
pub(crate) fn around(
    document: &Document,
    (within, body): (ElementRef<'_>, NodeId),
    title: Option<&str>,
    description: Option<&str>,
    fetched_at: DateTime<Utc>,
    wants: Wants,
) -> Option<Found> {
    let scan = Scan::of(within);
    let root = scan.boxes.iter().position(|found| found.node == body)?;
    let title = title.and_then(|title| title::line_of(&scan, title));
    let description = description.map(key).unwrap_or_default();
    let around = Around { document, scan: &scan, root, title, description: &description };
    let mut found = Found {
        root: body,
        title: None,
        leads: if wants.lead { around.leads() } else { Vec::new() },
        bylines: Vec::new(),
        dates: if wants.dates { around.dates(fetched_at) } else { Vec::new() },
        section: Vec::new(),
        tags: Vec::new(),
        is_listing: false,
        furniture: Vec::new(),
    };
    around.look(&mut found, wants);
    Some(found)
}

/// Whether a text has this key. Most part from it at their first letter, and cost no more than that.
fn has_key(text: &str, wanted: &str) -> bool {
    let first = text.chars().find(|c| letter::is_alphanumeric(*c)).unwrap_or_default();
    let opening = fold(first.encode_utf8(&mut [0; 4])).chars().next().filter(|c| c.is_alphanumeric());
    opening.is_none_or(|opening| wanted.starts_with(opening)) && key(text) == wanted
}

/// A text's letters and digits without marks and case: what stays equal between a page and its metadata.
fn key(text: &str) -> String {
    let mut key = fold(text);
    key.retain(letter::is_alphanumeric);
    key
}
