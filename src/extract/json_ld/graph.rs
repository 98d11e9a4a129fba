//! Finds the article among the things that JSON-LD blocks tell of, and takes from it what is asked for.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::Linked;
use crate::text::byline::{self, Byline};
use crate::text::{clean, fold};

/// How deep things may nest.
const DEPTH_MAX: usize = 32;

/// How many things of one page are looked at.
const THINGS_MAX: usize = 2_000;

/// How many items of a list (tags, authors, steps of a path) are taken.
const ITEMS_MAX: usize = 64;

/// The longest text that is taken as one line; the article's own text may be longer.
const LINE_BYTES_MAX: usize = 4_000;

/// What the front page is called at the head of breadcrumbs, folded.
const FRONT_PAGES: [&str; 7] =
    ["trang chu", "trang nhat", "home", "homepage", "trang dau", "tin tuc trang chu", "index"];

/// Names of members that lead to other articles than the page's own.
const ELSEWHERE: [&str; 14] = [
    "itemListElement",
    "hasPart",
    "isPartOf",
    "mentions",
    "relatedLink",
    "citation",
    "review",
    "comment",
    "video",
    "subjectOf",
    "isBasedOn",
    "about",
    "potentialAction",
    "significantLink",
];

type Thing = Map<String, Value>;

/// What the walk through the blocks finds.
#[derive(Default)]
struct Things<'a> {
    articles: Vec<&'a Thing>,
    pages: Vec<&'a Thing>,
    breadcrumbs: Vec<&'a Thing>,
    by_id: HashMap<&'a str, &'a Thing>,
    count: usize,
}

/// Gathers what the values say of the page's article.
pub(super) fn gather(values: &[Value]) -> Linked {
    let mut things = Things::default();
    for value in values {
        things.find(value, 0);
    }
    let mut linked = Linked::default();
    for article in things.same_article() {
        things.take(article, &mut linked);
        linked.has_article = true;
    }
    for page in &things.pages {
        linked.published = linked.published.or_else(|| text(page, "datePublished"));
        linked.updated = linked.updated.or_else(|| text(page, "dateModified"));
    }
    let path = things.breadcrumbs.iter().map(|list| path(list, linked.title.as_deref()));
    linked.breadcrumbs = path.max_by_key(Vec::len).unwrap_or_default();
    linked
}

impl<'a> Things<'a> {
    fn find(&mut self, value: &'a Value, depth: usize) {
        if depth > DEPTH_MAX || self.count >= THINGS_MAX {
            return;
        }
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.find(item, depth + 1)),
            Value::Object(thing) => {
                self.count += 1;
                self.note(thing);
                let inside = thing.iter().filter(|(name, _)| !ELSEWHERE.contains(&name.as_str()));
                inside.for_each(|(_, value)| self.find(value, depth + 1));
            }
            _ => {}
        }
    }

    fn note(&mut self, thing: &'a Thing) {
        if let Some(id) = thing.get("@id").and_then(Value::as_str)
            && thing.len() > 1
        {
            self.by_id.entry(id).or_insert(thing);
        }
        if is_a(thing, |kind| kind == "BreadcrumbList") {
            self.breadcrumbs.push(thing);
        } else if is_a(thing, is_article) {
            self.articles.push(thing);
        } else if is_a(thing, |kind| kind.ends_with("WebPage")) {
            self.pages.push(thing);
        }
    }

    /// The things that tell of one and the same article: the first with a headline or a text, and all others with
    /// that headline or none.
    fn same_article(&self) -> Vec<&'a Thing> {
        let weight = |thing: &&&Thing| {
            ["headline", "name", "articleBody", "datePublished", "author"]
                .iter()
                .filter(|key| thing.contains_key(**key))
                .count()
        };
        let most = self.articles.iter().map(|thing| weight(&thing)).max().unwrap_or_default();
        let Some(first) = self.articles.iter().find(|thing| weight(thing) + 1 >= most) else {
            return Vec::new();
        };
        let title = headline(first).map(|title| fold::fold(&title));
        let is_same = |thing: &&'a Thing| {
            let other = headline(thing).map(|title| fold::fold(&title));
            !std::ptr::eq(*first, *thing) && (other.is_none() || other == title)
        };
        std::iter::once(*first).chain(self.articles.iter().copied().filter(is_same)).collect()
    }

    /// Takes from a thing what is not known yet.
    fn take(&self, article: &'a Thing, linked: &mut Linked) {
        let fill = |slot: &mut Option<String>, found: Option<String>| {
            if slot.is_none() {
                *slot = found;
            }
        };
        fill(&mut linked.title, headline(article));
        fill(&mut linked.description, text(article, "description"));
        fill(&mut linked.body, article.get("articleBody").and_then(Value::as_str).map(plain));
        fill(&mut linked.published, text(article, "datePublished").or_else(|| text(article, "dateCreated")));
        fill(&mut linked.updated, text(article, "dateModified"));
        let main = article.get("mainEntityOfPage");
        let address = text(article, "url").or_else(|| main.and_then(address));
        fill(&mut linked.url, address);
        fill(&mut linked.publisher, article.get("publisher").and_then(|publisher| self.name_of(publisher)));
        if linked.section.is_empty() {
            linked.section = texts(article.get("articleSection"), ',');
        }
        if linked.tags.is_empty() {
            linked.tags = texts(article.get("keywords"), ',');
        }
        if linked.byline.is_empty() {
            linked.byline = self.authors(article);
        }
    }

    /// Authors and creators; organisations and users of the system are no persons.
    fn authors(&self, article: &'a Thing) -> Byline {
        let mut found = Byline::default();
        for key in ["author", "creator"] {
            for author in listed(article.get(key)) {
                if let Some(name) = self.person(author) {
                    found.add(byline::read(&name));
                }
            }
            if !found.is_empty() {
                break;
            }
        }
        found
    }

    fn person(&self, author: &'a Value) -> Option<String> {
        let known = self.resolved(author);
        if known.is_some_and(|thing| is_a(thing, |kind| kind.contains("Organization"))) {
            return None;
        }
        self.name_of(author)
    }

    /// A thing, also where only its `@id` is given.
    fn resolved(&self, value: &'a Value) -> Option<&'a Thing> {
        let thing = value.as_object()?;
        let id = thing.get("@id").and_then(Value::as_str);
        if thing.contains_key("name") {
            Some(thing)
        } else {
            id.and_then(|id| self.by_id.get(id).copied()).or(Some(thing))
        }
    }

    fn name_of(&self, value: &'a Value) -> Option<String> {
        match value {
            Value::String(name) => line(name),
            Value::Object(_) => self
                .resolved(value)
                .and_then(|thing| listed(thing.get("name")).filter_map(Value::as_str).find_map(line)),
            _ => None,
        }
    }
}

/// Whether one of a thing's types is such; types may be written as addresses (`http://schema.org/Article`).
fn is_a(thing: &Thing, is_such: impl Fn(&str) -> bool) -> bool {
    let kinds = listed(thing.get("@type").or_else(|| thing.get("type")));
    kinds
        .filter_map(Value::as_str)
        .any(|kind| is_such(kind.rsplit(['/', '#', ':']).next().unwrap_or(kind).trim()))
}

fn is_article(kind: &str) -> bool {
    kind.ends_with("Article") || matches!(kind, "BlogPosting" | "LiveBlogPosting" | "Report" | "Reportage")
}

/// A value, or the values of a list.
fn listed(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    let items = match value {
        Some(Value::Array(items)) => items.as_slice(),
        Some(value) => std::slice::from_ref(value),
        None => &[],
    };
    items.iter().take(ITEMS_MAX)
}

fn headline(thing: &Thing) -> Option<String> {
    text(thing, "headline").or_else(|| text(thing, "name"))
}

/// A member as one line of text.
fn text(thing: &Thing, name: &str) -> Option<String> {
    match listed(thing.get(name)).next()? {
        Value::String(text) => line(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A member as a list of texts; a single text is parted. Things in the list give their names.
fn texts(value: Option<&Value>, separator: char) -> Vec<String> {
    let is_list = value.is_some_and(Value::is_array);
    let mut found: Vec<String> = Vec::new();
    for item in listed(value) {
        let text = item.as_str().or_else(|| item.get("name").and_then(Value::as_str)).unwrap_or_default();
        let parts: Vec<&str> =
            if is_list && listed(value).count() > 1 { vec![text] } else { text.split(separator).collect() };
        for part in parts.into_iter().filter_map(line).take(ITEMS_MAX) {
            if !found.contains(&part) {
                found.push(part);
            }
        }
    }
    found
}

/// The address of a thing that may be given by its id alone.
fn address(value: &Value) -> Option<String> {
    value.as_str().or_else(|| value.get("@id").or_else(|| value.get("url"))?.as_str()).and_then(line)
}

/// The names of a breadcrumb list, without the front page and without the article itself.
fn path(list: &Thing, title: Option<&str>) -> Vec<String> {
    let mut steps: Vec<(u64, String)> = Vec::new();
    for (index, step) in listed(list.get("itemListElement")).enumerate() {
        let item = step.get("item");
        let name =
            step.get("name").or_else(|| item.and_then(|item| item.get("name"))).and_then(Value::as_str);
        let Some(name) = name.and_then(line) else { continue };
        let position = step.get("position");
        let position =
            position.and_then(|place| place.as_u64().or_else(|| place.as_str()?.trim().parse().ok()));
        if !is_front_page(&name) {
            steps.push((position.unwrap_or(index as u64 + 1), name));
        }
    }
    steps.sort_by_key(|(position, _)| *position);
    let mut names: Vec<String> = Vec::new();
    for (_, name) in steps {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if let Some(title) = title
        && names.last().is_some_and(|last| fold::fold(last) == fold::fold(title))
    {
        names.pop();
    }
    names
}

/// Whether a name is one of the front page's.
pub(crate) fn is_front_page(name: &str) -> bool {
    FRONT_PAGES.contains(&fold::fold(name).as_str())
}

/// A text as a clean line, if anything is left of it.
fn line(text: &str) -> Option<String> {
    let text = plain(&text[..text.floor_char_boundary(LINE_BYTES_MAX)]);
    (!text.is_empty()).then_some(text)
}

/// Cleans a text and takes tags out of it.
fn plain(text: &str) -> String {
    let cleaned = clean::line(text);
    if !cleaned.contains('<') || !cleaned.contains('>') {
        return cleaned;
    }
    let mut out = String::with_capacity(cleaned.len());
    let mut rest = cleaned.as_str();
    while let Some(start) = rest.find('<') {
        out.push_str(&rest[..start]);
        let tag = &rest[start..];
        let is_tag = tag[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!');
        if let Some(end) = tag.find('>').filter(|_| is_tag) {
            out.push(' ');
            rest = &tag[end + 1..];
        } else {
            out.push('<');
            rest = &tag[1..];
        }
    }
    out.push_str(rest);
    clean::line(&out)
}
