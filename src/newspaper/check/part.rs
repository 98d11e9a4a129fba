//! One file checked on its own: every value compiled, nothing yet taken from a family.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;

use regex::Regex;
use url::Url;

use super::values::{self, Wrong};
use crate::newspaper::fault::Fault;
use crate::newspaper::files::SourceFile;
use crate::newspaper::layout::Field;
use crate::newspaper::raw::{self, Raw, RawApi, RawLayout};
use crate::newspaper::tree::Text;
use crate::newspaper::{Api, DateOrder, Pick, Rating, Status, Template};

/// The most selectors in one file. The largest real family has about 120.
const SELECTORS_MAX: usize = 500;

/// The most patterns, addresses, hosts or examples in one list.
const LIST_MAX: usize = 200;

/// The most layouts in one file.
const LAYOUTS_MAX: usize = 30;

/// A value and its place.
#[derive(Clone, Debug)]
pub(super) struct Placed<T> {
    pub(super) value: T,
    pub(super) at: Range<usize>,
}

/// A file, checked on its own.
pub(super) struct Part<'s> {
    pub(super) file: &'s SourceFile,
    pub(super) raw: Raw,
    pub(super) hosts: Vec<Placed<String>>,
    pub(super) status: Option<Status>,
    pub(super) confidence: Option<Rating>,
    pub(super) start: Option<Vec<Placed<Url>>>,
    pub(super) feeds: Option<Vec<Placed<Url>>>,
    pub(super) sitemaps: Option<Vec<Placed<Url>>>,
    pub(super) article: Option<Vec<Placed<Regex>>>,
    pub(super) listing: Option<Vec<Placed<Regex>>>,
    pub(super) ignore: Option<Vec<Placed<Regex>>>,
    pub(super) apis: Option<Vec<Placed<Api>>>,
    pub(super) by_id: Option<String>,
    pub(super) delay: Option<Duration>,
    pub(super) layouts: Option<Vec<LayoutPart>>,
    /// Whether the file has no fault of its own.
    pub(super) sound: bool,
}

/// A layout, checked on its own.
#[derive(Clone, Debug)]
pub(super) struct LayoutPart {
    pub(super) at: Range<usize>,
    pub(super) name: String,
    pub(super) until: Option<chrono::NaiveDate>,
    pub(super) has_until: bool,
    pub(super) generic: bool,
    pub(super) picks: BTreeMap<Field, Vec<Pick>>,
    pub(super) date_order: Option<DateOrder>,
    pub(super) false_utc: Option<bool>,
}

/// Checks values of one file and gathers their faults.
struct Checker<'a> {
    file: &'a SourceFile,
    faults: &'a mut Vec<Fault>,
}

impl<'s> Part<'s> {
    /// Reads and checks a file; `None` where it is no TOML.
    pub(super) fn read(file: &'s SourceFile, faults: &mut Vec<Fault>) -> Option<Part<'s>> {
        let before = faults.len();
        let raw = raw::read(file, faults)?;
        let mut check = Checker { file, faults };
        if !values::is_id(&file.name) {
            let advice = "use lower-case letters, digits and hyphens: baobackan.toml";
            check.fault(&(0..0), format!("`{}` is no name of a selector file", file.name), advice);
        }
        let crawl = &raw.crawl;
        let hosts = check.list(raw.hosts.as_deref(), |text| values::host(text).map(|()| text.to_owned()));
        let hosts = hosts.unwrap_or_default();
        let mut part = Part {
            file,
            status: check.one(raw.status.as_ref(), values::status),
            confidence: check.one(raw.confidence.as_ref(), values::rating),
            start: check.list(crawl.start.as_deref(), values::address),
            feeds: check.list(crawl.feeds.as_deref(), values::address),
            sitemaps: check.list(crawl.sitemaps.as_deref(), values::address),
            article: check.list(crawl.article.as_deref(), |text| values::pattern(text, true)),
            listing: check.list(crawl.listing.as_deref(), |text| values::pattern(text, false)),
            ignore: check.list(crawl.ignore.as_deref(), |text| values::pattern(text, false)),
            apis: crawl.apis.as_deref().map(|apis| apis.iter().flat_map(|api| check.api(api)).collect()),
            by_id: check.one(crawl.by_id.as_ref(), values::by_id),
            delay: check.one(crawl.delay.as_ref(), values::delay),
            layouts: check.layouts(raw.layouts.as_deref()),
            sound: false,
            hosts,
            raw,
        };
        part.sound = faults.len() == before;
        Some(part)
    }
}

impl Checker<'_> {
    fn fault(&mut self, at: &Range<usize>, what: impl Into<String>, advice: impl Into<String>) {
        self.faults.push(self.file.fault(at, what, advice));
    }

    /// One value.
    fn one<T>(&mut self, text: Option<&Text>, read: impl Fn(&str) -> Result<T, Wrong>) -> Option<T> {
        let text = text?;
        match read(text.get_ref()) {
            Ok(value) => Some(value),
            Err((what, advice)) => {
                self.fault(&text.span(), what, advice);
                None
            }
        }
    }

    /// A list of values; the same text twice is a fault.
    fn list<T>(
        &mut self,
        texts: Option<&[Text]>,
        read: impl Fn(&str) -> Result<T, Wrong>,
    ) -> Option<Vec<Placed<T>>> {
        let texts = texts?;
        if let Some(first) = texts.get(LIST_MAX) {
            self.fault(&first.span(), format!("a list of {}", texts.len()), format!("keep to {LIST_MAX}"));
        }
        let mut values = Vec::with_capacity(texts.len().min(LIST_MAX));
        for (index, text) in texts.iter().enumerate().take(LIST_MAX) {
            if texts[..index].iter().any(|earlier| earlier.get_ref() == text.get_ref()) {
                let what = format!("`{}` is listed twice", text.get_ref());
                self.fault(&text.span(), what, "remove one");
            } else if let Some(value) = self.one(Some(text), &read) {
                values.push(Placed { value, at: text.span() });
            }
        }
        Some(values)
    }

    /// The listings of one `[[crawl.api]]`: as many as it has addresses.
    fn api(&mut self, api: &RawApi) -> Vec<Placed<Api>> {
        self.one(api.kind.as_ref(), |kind| match kind {
            "json" => Ok(()),
            _ => Err((format!("`{kind}` is no kind of listing"), "write kind = \"json\"".to_owned())),
        });
        let template = |text: &str| {
            Template::parse(text).map_err(|what| {
                let advice = "write a JSON pointer, or a text with pointers in braces: \"/a/{/slug}\"";
                (format!("`{text}` makes no value: {what}"), advice.to_owned())
            })
        };
        let link = self.one(api.link.as_ref(), template);
        let title = self.one(api.title.as_ref(), template);
        let date = self.one(api.date.as_ref(), template);
        let items = self.one(api.items.as_ref(), |text| {
            let is_pointer = text.is_empty() || text.starts_with('/');
            let advice = "write one like \"/data/list\", or \"\" for the whole".to_owned();
            if is_pointer {
                Ok(text.to_owned())
            } else {
                Err((format!("`{text}` is no JSON pointer"), advice))
            }
        });
        let present = [
            ("kind", api.kind.is_some()),
            ("url", api.url.as_ref().is_some_and(|urls| !urls.is_empty())),
            ("items", api.items.is_some()),
            ("link", api.link.is_some()),
        ];
        for (key, _) in present.iter().filter(|(_, is_present)| !is_present) {
            let what = format!("a JSON listing without `{key}`");
            self.fault(&api.at, what, "kind, url, items and link must all stand in [[crawl.api]]");
        }
        let headers = self.list(api.headers.as_deref(), values::request_header).unwrap_or_default();
        let headers: Vec<(String, String)> = headers.into_iter().map(|header| header.value).collect();
        let (Some(urls), Some(items), Some(link)) = (&api.url, items, link) else { return Vec::new() };
        let listings = self.list(Some(urls), |text| {
            let api = Api::new(text, items.clone(), link.clone(), title.clone(), date.clone());
            let mut api = api.map_err(|what| {
                let advice = "write a whole address, with {page} for the number of the page";
                (format!("`{text}` is no address of a listing: {what}"), advice.to_owned())
            })?;
            api.headers.clone_from(&headers);
            Ok(api)
        });
        listings.unwrap_or_default()
    }

    fn layouts(&mut self, layouts: Option<&[RawLayout]>) -> Option<Vec<LayoutPart>> {
        let layouts = layouts?;
        let count: usize = layouts.iter().flat_map(|layout| layout.picks.values()).map(Vec::len).sum();
        if let Some(first) = layouts.first().filter(|_| count > SELECTORS_MAX) {
            self.fault(
                &first.at,
                format!("{count} selectors in one file"),
                format!("keep to {SELECTORS_MAX}"),
            );
            return Some(Vec::new());
        }
        if let Some(first) = layouts.get(LAYOUTS_MAX) {
            self.fault(&first.at, format!("{} layouts", layouts.len()), format!("keep to {LAYOUTS_MAX}"));
        }
        let mut checked: Vec<LayoutPart> = Vec::with_capacity(layouts.len().min(LAYOUTS_MAX));
        for layout in layouts.iter().take(LAYOUTS_MAX) {
            let part = self.layout(layout);
            if checked.iter().any(|earlier| !part.name.is_empty() && earlier.name == part.name) {
                let at = layout.name.as_ref().map_or(layout.at.clone(), Text::span);
                self.fault(&at, format!("two layouts are called `{}`", part.name), "give each its own name");
            }
            checked.push(part);
        }
        Some(checked)
    }

    fn layout(&mut self, layout: &RawLayout) -> LayoutPart {
        let name = self.one(layout.name.as_ref(), |text| {
            let advice = "use lower-case letters, digits and hyphens: epi-2023".to_owned();
            if values::is_id(text) {
                Ok(text.to_owned())
            } else {
                Err((format!("`{text}` is no name"), advice))
            }
        });
        if layout.name.is_none() {
            self.fault(&layout.at, "a layout without a name", "write name = \"epi-2023\"");
        }
        let picks = layout.picks.iter().map(|(field, texts)| (*field, self.picks(*field, texts)));
        LayoutPart {
            at: layout.at.clone(),
            name: name.unwrap_or_default(),
            until: layout.until.as_ref().map(|until| *until.get_ref()),
            has_until: layout.has_until,
            generic: layout.generic.unwrap_or_default(),
            picks: picks.collect(),
            date_order: self.one(layout.date_order.as_ref(), values::date_order),
            false_utc: layout.false_utc,
        }
    }

    fn picks(&mut self, field: Field, texts: &[Text]) -> Vec<Pick> {
        let of_text = !matches!(field, Field::Photo | Field::Drop);
        let mut picks = Vec::with_capacity(texts.len());
        for (index, text) in texts.iter().enumerate() {
            if texts[..index].iter().any(|earlier| earlier.get_ref() == text.get_ref()) {
                let what = format!("`{}` is listed twice", text.get_ref());
                self.fault(&text.span(), what, "remove one");
                continue;
            }
            match Pick::compile(text.get_ref(), of_text) {
                Ok(compiled) => picks.extend(compiled),
                Err(wrong) => self.fault(&text.span(), wrong.what, wrong.advice),
            }
        }
        picks
    }
}
