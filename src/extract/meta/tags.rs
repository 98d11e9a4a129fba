//! Lists of tags, and what is none.

use super::Told;
use super::head::Head;
use crate::article::Origin;
use crate::extract::json_ld::Linked;
use crate::text::clean;
use crate::text::fold::fold;

/// How many tags an article can have.
const TAGS_MAX: usize = 40;

/// The longest tag, in characters.
const TAG_CHARS_MAX: usize = 80;

/// Names of `<meta>` elements that may list tags, the most trusted first.
const NAMES: [&str; 5] = ["article:tag", "its_tag", "news_keywords", "keywords", "parsely-tags"];

/// The lists that metadata give. `article:tag` may stand once for each tag.
pub(super) fn read(head: &Head<'_>, linked: &Linked) -> Vec<Told<Vec<String>>> {
    let mut lists: Vec<Told<Vec<String>>> = Vec::new();
    for name in NAMES {
        let tags = tidied(head.all(name).flat_map(listed));
        lists.push(Told::new(tags, Origin::Meta));
    }
    lists.insert(1, Told::new(tidied(linked.tags.iter().cloned()), Origin::JsonLd));
    lists.retain(|list| !list.value.is_empty());
    lists
}

/// The tags in one text: parted by commas or semicolons.
pub(crate) fn listed(text: &str) -> Vec<String> {
    text.split([',', ';']).map(str::to_owned).collect()
}

/// Tags as printed, without the `#` before them and the comma behind, each once, whatever its case.
pub(crate) fn tidied(tags: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut seen: Vec<String> = Vec::new();
    let mut tidy: Vec<String> = Vec::new();
    for tag in tags {
        let tag = clean::line(&tag);
        let tag = tag.trim_matches(|c: char| c.is_whitespace() || matches!(c, '#' | ',' | ';' | '|' | '•'));
        let folded = fold(tag);
        if tag.is_empty() || tag.chars().count() > TAG_CHARS_MAX || seen.contains(&folded) {
            continue;
        }
        seen.push(folded);
        tidy.push(tag.to_owned());
        if tidy.len() == TAGS_MAX {
            break;
        }
    }
    tidy
}
