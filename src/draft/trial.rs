//! A draft tried out: the pages read with it, and how far that is from what they say.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::flat::key;
use super::sample::Sample;
use super::text::quoted;
use crate::article::{Article, Block};
use crate::extract;
use crate::newspaper::{Field, Newspaper, Sources};
use crate::page::Unfit;
use crate::when::When;

/// What a drafted layout says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Drawn {
    /// The selectors of each field.
    pub(super) fields: BTreeMap<Field, Vec<String>>,
    /// Machines' dates are written month first.
    pub(super) month_first: bool,
    /// Machines' dates mark local time as UTC.
    pub(super) false_utc: bool,
}

impl Drawn {
    /// The keys of the layout, a line each, in the order of a file.
    pub(super) fn keys(&self) -> String {
        let mut text = String::new();
        for field in Field::ALL {
            if let Some(list) = self.fields.get(&field).filter(|list| !list.is_empty()) {
                let list: Vec<String> = list.iter().map(|selector| quoted(selector)).collect();
                // Writing to a string cannot fail.
                let _ = writeln!(text, "{} = [{}]", field.as_str(), list.join(", "));
            }
        }
        if self.month_first {
            text.push_str("date_order = \"month-first\"\n");
        }
        if self.false_utc {
            text.push_str("false_utc = true\n");
        }
        text
    }

    /// The same with one field's selectors.
    pub(super) fn with(&self, field: Field, list: Vec<String>) -> Drawn {
        let mut drawn = self.clone();
        drawn.fields.insert(field, list);
        drawn
    }

    /// The same without a field.
    pub(super) fn without(&self, field: Field) -> Drawn {
        let mut drawn = self.clone();
        drawn.fields.remove(&field);
        drawn
    }
}

/// Reads the pages with a layout and nothing else.
pub(super) fn read(samples: &[Sample<'_>], drawn: &Drawn) -> Vec<Result<Article, Unfit>> {
    let host = samples.first().and_then(|sample| sample.page.url.host_str()).unwrap_or("trial.example");
    let text = format!(
        "name = {}\nhosts = [{}]\n\n[[layout]]\nname = \"trial\"\n{}",
        quoted(host),
        quoted(host),
        drawn.keys()
    );
    let newspaper = match Sources::default().newspaper("trial", &text) {
        Ok(newspaper) => newspaper,
        // A layout without any field of an article is no layout.
        Err(_) => Newspaper::unknown(host),
    };
    samples.iter().map(|sample| extract::article(&newspaper, sample.page)).collect()
}

/// How much of what the pages say is read, over all pages; more is better.
pub(super) fn score(samples: &[Sample<'_>], readings: &[Result<Article, Unfit>]) -> f64 {
    samples
        .iter()
        .zip(readings)
        .filter_map(|(sample, reading)| Some(likeness(reading.as_ref().ok()?, sample.article.as_ref().ok()?)))
        .sum()
}

/// How like an article is to another, each field by its weight.
fn likeness(read: &Article, known: &Article) -> f64 {
    let same = |same: bool, weight: f64| if same { weight } else { 0.0 };
    let text = |text: &Option<String>| text.as_deref().map(key);
    // Where nothing is known, an answer is neither right nor wrong.
    let lead = if known.lead.is_none() && read.lead.is_some() {
        0.5
    } else {
        same(text(&read.lead) == text(&known.lead), 1.0)
    };
    same(key(&read.title) == key(&known.title), 1.0)
        + lead
        + 2.0 * body_likeness(&read.body, &known.body)
        + same(keys(&read.captions) == keys(&known.captions), 1.0)
        + same(same_time(read.published_at, known.published_at), 1.0)
        + same(keys(&read.authors) == keys(&known.authors), 0.5)
        + same(keys(&read.section) == keys(&known.section), 0.25)
        + same(keys(&read.tags) == keys(&known.tags), 0.25)
        + same(read.images.len() == known.images.len(), 0.25)
}

fn keys(texts: &[String]) -> Vec<String> {
    texts.iter().map(|text| key(text)).collect()
}

/// Whether two times are the same to the minute, or the same day where one knows no clock.
pub(super) fn same_time(one: Option<When>, other: Option<When>) -> bool {
    let minute = |when: When| when.moment().map(|moment| moment.timestamp() / 60);
    match (one, other) {
        (None, None) => true,
        (Some(one), Some(other)) => minute(one) == minute(other) && one.day() == other.day(),
        _ => false,
    }
}

/// The share of letters in paragraphs that both bodies have, from 0 to 1.
pub(super) fn body_likeness(read: &[Block], known: &[Block]) -> f64 {
    let keys = |blocks: &[Block]| -> Vec<String> { blocks.iter().map(|block| key(&block.text)).collect() };
    let (read, known) = (keys(read), keys(known));
    let letters = |keys: &[String]| keys.iter().map(String::len).sum::<usize>();
    let shared: usize = read.iter().filter(|key| known.contains(key)).map(String::len).sum();
    let all = letters(&read) + letters(&known);
    if all == 0 {
        return 1.0;
    }
    #[allow(clippy::cast_precision_loss, reason = "a page's letters are far below 2^52")]
    let likeness = (2 * shared) as f64 / all as f64;
    likeness.min(1.0)
}
