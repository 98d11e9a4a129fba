//! The fields of an article that are no text: each from the best of what tells it.
//!
//! A selector of the newspaper's file comes first. Behind it, in the order of trust: metadata that are the article's
//! own ([`super::meta`]), and what the page prints where newspapers print such things ([`super::generic`]).

use url::Url;

use super::document::{Mark, attribute, text};
use super::meta::{self, Meta, Told};
use super::{Reader, generic, json_ld};
use crate::article::Origin;
use crate::newspaper::Field;
use crate::text::byline::{self, Byline};
use crate::text::date::{self, DateOrderHint};
use crate::text::fold::fold;
use crate::text::{clean, letter, syllable};
use crate::when::When;

/// How many of a list of keywords must stand in the text for the list to be the article's tags, in percent.
const KEYWORDS_PERCENT_MIN: usize = 50;

/// The share of letters with Vietnamese marks below which a text is in another language, in percent.
const MARKED_PERCENT_MIN: usize = 3;

/// What is asked of a page beside its selectors.
pub(super) struct Sources {
    pub(super) meta: Meta,
    /// What is found by structure: all of it where no selector finds the body, else what the layout does not name.
    pub(super) found: Option<generic::Found>,
    /// Whether no selector finds the body.
    pub(super) is_searched: bool,
}

impl Reader<'_> {
    /// The printed headline before the one in the metadata.
    pub(super) fn title(&mut self, sources: &Sources) -> Option<String> {
        // Above the headline a page may print the newspaper's name in the same element.
        let mut printed = self.texts(Field::Title).into_iter();
        if let Some(title) = printed.find(|title| !sources.meta.site.is_own(title)) {
            let title = sources.meta.site.without_suffix(&title).to_owned();
            return Some(self.noted("title", Told::new(title, Origin::Selector)));
        }
        let headlines: Vec<String> =
            self.document.marked(Mark::Headline).map(text).filter(|title| !title.is_empty()).collect();
        let told = sources.meta.title.clone();
        let printed = sources.found.as_ref().and_then(|found| found.title.clone()).or_else(|| {
            let wanted = told.as_ref().map(|told| fold(&told.value))?;
            headlines.iter().find(|title| fold(title) == wanted).cloned()
        });
        let title = printed.map(|title| Told::new(title, Origin::Generic)).or(told);
        let title =
            title.or_else(|| headlines.into_iter().next().map(|title| Told::new(title, Origin::Generic)))?;
        Some(self.noted("title", title))
    }

    /// When it was published and when changed.
    pub(super) fn dates(&mut self, sources: &Sources) -> (Option<When>, Option<When>) {
        let mut dates = sources.meta.dates.clone();
        let (published, updated) = (self.times(Field::Published), self.times(Field::Updated));
        let behind = self.texts(Field::Published).iter().find_map(|line| self.update_behind(line));
        dates.published.splice(0..0, published);
        dates.updated.splice(0..0, updated.into_iter().chain(behind));
        let printed = sources.found.as_ref().map(|found| found.dates.as_slice()).unwrap_or_default();
        let published = dates.published(printed).or_else(|| dates.stamped());
        let published = published.map(|told| self.noted("published_at", told));
        let updated = dates.updated(published).map(|told| self.noted("updated_at", told));
        (published, updated)
    }

    /// The times that a field's selectors find.
    fn times(&self, field: Field) -> Vec<Told<When>> {
        let fetched_at = self.page.fetched_at;
        let picks = self.layout.map(|layout| layout.field(field)).unwrap_or_default();
        let times = self.document.picked(field).into_iter().filter_map(|(rank, element)| {
            let value = self.value(field, rank, element)?;
            let is_machine = picks.get(rank).is_some_and(|pick| pick.attribute.is_some());
            if is_machine {
                meta::dates::machine(&value, self.layout, fetched_at)
            } else {
                date::printed(&value, DateOrderHint::DayFirst, Some(fetched_at))
            }
        });
        times.map(|time| Told::new(time, Origin::Selector)).collect()
    }

    /// A time of change that is printed behind the publication's.
    fn update_behind(&self, line: &str) -> Option<Told<When>> {
        let time = date::updated(line, DateOrderHint::DayFirst, Some(self.page.fetched_at))?;
        Some(Told::new(time, Origin::Selector))
    }

    /// The path of sections, from the general to the article's own.
    pub(super) fn section(&mut self, sources: &Sources, title: Option<&str>) -> Vec<String> {
        let mut steps = Vec::new();
        for (value, is_machine) in self.values(Field::Section) {
            if is_machine { steps.extend(meta::sections(&value)) } else { steps.push(value) }
        }
        let selected = Told::new(own_steps(steps, sources, title), Origin::Selector);
        let told = sources.meta.section.clone();
        let told = told.map(|told| Told::new(own_steps(told.value, sources, title), told.origin));
        let found = sources.found.as_ref().map(|found| found.section.clone()).unwrap_or_default();
        let found = Told::new(own_steps(found, sources, title), Origin::Generic);
        let path =
            [Some(selected), told, Some(found)].into_iter().flatten().find(|path| !path.value.is_empty());
        path.map(|path| self.noted("section", path)).unwrap_or_default()
    }

    /// Tags: by selector; printed; keywords of the metadata where the text bears them out.
    pub(super) fn tags(&mut self, sources: &Sources, article: &str) -> Vec<String> {
        let is_named = self.layout.is_some_and(|layout| !layout.tags.is_empty()) && !sources.is_searched;
        let mut selected = Vec::new();
        for (value, is_machine) in self.values(Field::Tags) {
            if is_machine { selected.extend(meta::listed(&value)) } else { selected.push(value) }
        }
        let selected = Told::new(meta::tidied(selected), Origin::Selector);
        if is_named || !selected.value.is_empty() {
            return if selected.value.is_empty() { selected.value } else { self.noted("tags", selected) };
        }
        let printed = sources.found.as_ref().map(|found| found.tags.clone()).unwrap_or_default();
        let printed = Told::new(printed, Origin::Generic);
        let article = if sources.meta.keywords.is_empty() { String::new() } else { fold(article) };
        let is_borne_out = |list: &&Told<Vec<String>>| {
            let present = list.value.iter().filter(|tag| article.contains(&fold(tag))).count();
            present * 100 >= list.value.len() * KEYWORDS_PERCENT_MIN
        };
        let told =
            sources.meta.keywords.iter().filter(is_borne_out).max_by_key(|list| list.value.len()).cloned();
        let tags = [Some(printed), told].into_iter().flatten().find(|tags| !tags.value.is_empty());
        tags.map(|tags| self.noted("tags", tags)).unwrap_or_default()
    }

    /// The values that a field's most preferred selector finds, and whether they are a machine's (an attribute).
    fn values(&self, field: Field) -> Vec<(String, bool)> {
        let picks = self.layout.map(|layout| layout.field(field)).unwrap_or_default();
        let mut values = Vec::new();
        let mut taken = None;
        for (rank, element) in self.document.picked(field) {
            if taken.is_some_and(|taken| taken != rank) {
                break;
            }
            let Some(value) = self.value(field, rank, element).filter(|value| !value.is_empty()) else {
                continue;
            };
            // A title made for the mouse is a text, not a machine's list.
            let is_machine = picks.get(rank).is_some_and(|pick| pick.attribute.as_deref() == Some("content"));
            taken = Some(rank);
            values.push((value, is_machine));
        }
        values
    }

    /// Who wrote it and where it comes from: by the layout, by the names around lines of the body, by the metadata,
    /// by what stands around the body, by the signatures under the text.
    pub(super) fn byline(&mut self, sources: &Sources, named: [&[String]; 2], signed: Byline) -> Byline {
        let gathered = |texts: &[String]| {
            let mut byline = Byline::default();
            for text in texts {
                byline.add(byline::read(text));
            }
            byline.persons.retain(|person| !sources.meta.site.is_own(person));
            byline
        };
        // What a system writes where a name should stand is nothing: the next selector may find the name.
        let selected = |field| {
            let ranks = self.texts_by_rank(field);
            ranks.iter().map(|texts| gathered(texts)).find(|byline| !byline.is_empty()).unwrap_or_default()
        };
        let by_selector = [selected(Field::Author), selected(Field::Source)];
        let around = sources.found.as_ref().map(|found| gathered(&found.bylines)).unwrap_or_default();
        let told = sources.meta.authors.clone().unwrap_or_else(|| Told::new(Vec::new(), Origin::Meta));
        let told_byline = Byline { persons: told.value, source_note: None };
        let [bylines, origins] = named;
        let mut whole = Byline::default();
        let [author, source] = by_selector;
        for (byline, origin) in [
            (author, Origin::Selector),
            (source, Origin::Selector),
            (gathered(bylines), Origin::Generic),
            (gathered(origins), Origin::Generic),
            (told_byline, told.origin),
            (around, Origin::Generic),
            (signed, Origin::Generic),
        ] {
            if whole.persons.is_empty() && !byline.persons.is_empty() {
                whole.persons = self.noted("authors", Told::new(byline.persons, origin));
            }
            if whole.source_note.is_none() && byline.source_note.is_some() {
                whole.source_note = byline.source_note;
                self.note("source_note", origin);
            }
        }
        whole
    }

    /// The canonical address, and the newspaper's own number for the article.
    pub(super) fn address(&mut self, sources: &Sources) -> (Url, Option<String>) {
        let url = self.noted("url", sources.meta.url.clone());
        (url, sources.meta.id_in_newspaper.clone())
    }

    /// The language: Vietnamese by its marks; else what the page declares, else English.
    pub(super) fn language(&self, article: &str) -> String {
        let (mut letters, mut marked) = (0_usize, 0_usize);
        for c in article.chars() {
            letters += usize::from(letter::is_alphabetic(c));
            marked += usize::from(!c.is_ascii() && syllable::is_marked_letter(c));
        }
        if marked * 100 >= letters * MARKED_PERCENT_MIN {
            return "vi".to_owned();
        }
        let declared = attribute(self.document.root(), "lang").map(clean::line).unwrap_or_default();
        let code: String =
            declared.chars().take_while(char::is_ascii_alphabetic).collect::<String>().to_ascii_lowercase();
        if matches!(code.len(), 2 | 3) && code != "vi" { code } else { "en".to_owned() }
    }

    /// Notes what gave a field, and gives it.
    pub(super) fn noted<T>(&mut self, field: &str, told: Told<T>) -> T {
        self.note(field, told.origin);
        told.value
    }
}

/// Without the front page, the site's own name, the headline, and repeats.
fn own_steps(steps: Vec<String>, sources: &Sources, title: Option<&str>) -> Vec<String> {
    let mut own: Vec<String> = Vec::new();
    for step in steps {
        let step = step
            .trim_matches(|c: char| c.is_whitespace() || matches!(c, '>' | '»' | '/' | '|' | '›'))
            .to_owned();
        let is_title = title.is_some_and(|title| fold(title) == fold(&step));
        let is_page = json_ld::is_front_page(&step) || sources.meta.site.is_own(&step);
        if !step.is_empty() && !is_title && !is_page && !own.contains(&step) {
            own.push(step);
        }
    }
    own
}
