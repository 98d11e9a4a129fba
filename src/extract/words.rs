//! What the names in an element's attributes say of it.
//!
//! No two systems name their boxes alike, but they draw on few words: `article-relate`, `tinlienquan`,
//! `list_news_relation_top` all say what they are. A name alone decides little: the walk weighs it against what the
//! box holds.

use std::collections::HashMap;
use std::ops::BitOr;

use scraper::ElementRef;

use super::names::of_name;

/// A set of findings about one element.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Words(u32);

impl Words {
    /// It is not shown.
    pub(super) const HIDDEN: Words = Words(1);
    /// Advertisement, player, share buttons, poll, comments, menu.
    pub(super) const JUNK: Words = Words(1 << 1);
    /// Links to other articles.
    pub(super) const RELATED: Words = Words(1 << 2);
    /// A box set beside the text, which may hold either.
    pub(super) const NOTE: Words = Words(1 << 3);
    /// A caption.
    pub(super) const CAPTION: Words = Words(1 << 4);
    /// A caption where it stands by a photo.
    pub(super) const CAPTION_BY_PHOTO: Words = Words(1 << 5);
    /// A box for one or more photos.
    pub(super) const PHOTO: Words = Words(1 << 6);
    /// A byline.
    pub(super) const AUTHOR: Words = Words(1 << 7);
    /// A note of the source.
    pub(super) const SOURCE: Words = Words(1 << 8);
    /// The lead.
    pub(super) const LEAD: Words = Words(1 << 9);
    /// Text set in the middle.
    pub(super) const CENTRED: Words = Words(1 << 10);
    /// Text set to the right.
    pub(super) const RIGHT: Words = Words(1 << 11);
    /// Bold text.
    pub(super) const BOLD: Words = Words(1 << 12);
    /// Italic text.
    pub(super) const ITALIC: Words = Words(1 << 13);
    /// An inline element shown as a block.
    pub(super) const BLOCK: Words = Words(1 << 14);
    /// What readers wrote.
    pub(super) const COMMENTS: Words = Words(1 << 15);
    /// The path of sections.
    pub(super) const BREADCRUMB: Words = Words(1 << 16);
    /// A list of tags.
    pub(super) const TAGS: Words = Words(1 << 17);

    /// Whether all the given findings are in the set.
    pub(super) fn has(self, other: Words) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether one of the findings says what the text in the element is.
    pub(super) fn gives_role(self) -> bool {
        let roles = Words::CAPTION | Words::CAPTION_BY_PHOTO | Words::AUTHOR | Words::SOURCE | Words::LEAD;
        self.0 & roles.0 != 0
    }

    /// What the attributes of an element in the text say.
    pub(super) fn of(element: ElementRef<'_>) -> Words {
        Words::read(element, of_names).without_places()
    }

    /// What the attributes of an element around the text say. There are many of these, and they share a few classes.
    pub(super) fn of_next<'p>(element: ElementRef<'p>, known: &mut HashMap<&'p str, Words>) -> Words {
        Words::read(element, |class| *known.entry(class).or_insert_with(|| of_names(class)))
    }

    fn read<'p>(element: ElementRef<'p>, mut of_class: impl FnMut(&'p str) -> Words) -> Words {
        let mut words = Words::default();
        for (name, value) in element.value().attrs() {
            words = words
                | match name {
                    "class" => of_class(value),
                    "id" => of_names(value),
                    "type" | "data-type" | "data-component-type" => of_names(value).without_places(),
                    "style" => of_style(value),
                    "align" if value.trim().eq_ignore_ascii_case("center") => Words::CENTRED,
                    "align" if value.trim().eq_ignore_ascii_case("right") => Words::RIGHT,
                    "hidden" => Words::HIDDEN,
                    _ => continue,
                };
        }
        words
    }

    /// Without what is said by classes and ids alone.
    fn without_places(self) -> Words {
        Words(self.0 & !(Words::BREADCRUMB | Words::TAGS).0)
    }
}

impl BitOr for Words {
    type Output = Words;

    fn bitor(self, other: Words) -> Words {
        Words(self.0 | other.0)
    }
}

/// How many names of one attribute are looked at.
const NAMES_MAX: usize = 32;

/// The longest style that is looked at.
const STYLE_BYTES_MAX: usize = 2_000;

/// What the names in one attribute say.
fn of_names(names: &str) -> Words {
    let words = names.split_ascii_whitespace().take(NAMES_MAX).map(of_name);
    words.fold(Words::default(), BitOr::bitor)
}

/// Declarations of a style attribute that matter to reading.
fn of_style(style: &str) -> Words {
    let mut words = Words::default();
    if style.len() > STYLE_BYTES_MAX {
        return words;
    }
    for declaration in style.split(';') {
        let Some((property, value)) = declaration.split_once(':') else { continue };
        let (property, value) = (property.trim(), value.trim());
        let is = |name: &str| property.eq_ignore_ascii_case(name);
        let starts =
            |with: &str| value.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with));
        words = words
            | match () {
                () if is("display") && starts("none") => Words::HIDDEN,
                () if is("visibility") && starts("hidden") => Words::HIDDEN,
                () if is("display") && starts("block") => Words::BLOCK,
                () if is("text-align") && starts("center") => Words::CENTRED,
                () if is("text-align") && starts("right") => Words::RIGHT,
                () if is("font-weight") && (starts("bold") || starts("700") || starts("600")) => Words::BOLD,
                () if is("font-style") && starts("italic") => Words::ITALIC,
                () => Words::default(),
            };
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_say_whether_and_how_text_is_shown() {
        assert!(of_style("color:red; DISPLAY : none").has(Words::HIDDEN));
        assert!(of_style("text-align: center;font-style:italic").has(Words::CENTRED | Words::ITALIC));
        assert_eq!(of_style("float:none;border-bottom-style:none"), Words::default());
    }
}
