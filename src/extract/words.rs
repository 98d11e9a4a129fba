//! What the names in an element's attributes say of it.
//!
//! No two systems name their boxes alike, but they draw on few words: `article-relate`, `tinlienquan`,
//! `list_news_relation_top` all say what they are. A name alone decides little: the walk weighs it against what the
//! box holds.

use std::collections::HashMap;
use std::ops::BitOr;

use scraper::ElementRef;

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

/// The longest name that is looked at.
const NAME_BYTES_MAX: usize = 64;

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

/// One name of a class, id or type: first its words, then what it is without its separators.
fn of_name(name: &str) -> Words {
    if name.len() > NAME_BYTES_MAX {
        return Words::default();
    }
    let mut words = match name {
        "hidden" | "hide" | "d-none" | "sr-only" | "visually-hidden" | "display-none" | "invisible" => {
            Words::HIDDEN
        }
        "rl" => Words::RELATED,
        "text-center" | "align-center" | "center" => Words::CENTRED,
        "text-right" | "align-right" | "text-end" => Words::RIGHT,
        _ => Words::default(),
    };
    let mut joined = [0; NAME_BYTES_MAX];
    let (mut length, mut word_start, mut part_start) = (0, 0, 0);
    let mut before = b' ';
    for byte in name.bytes() {
        let humps = before.is_ascii_lowercase() && byte.is_ascii_uppercase();
        if humps || !byte.is_ascii_alphanumeric() {
            words = words | of_word(&joined[word_start..length]);
            word_start = length;
        }
        if byte.is_ascii_alphanumeric() {
            joined[length] = byte.to_ascii_lowercase();
            length += 1;
        } else {
            words = words | of_part(&joined[part_start..length]);
            part_start = length;
        }
        before = byte;
    }
    words
        | of_word(&joined[word_start..length])
        | of_part(&joined[part_start..length])
        | of_compound(&joined[..length])
}

/// What a part of a name between two separators says, in small letters: `breadCrumb` is one part of two words.
fn of_part(part: &[u8]) -> Words {
    match part {
        b"breadcrumb" | b"breadcrumbs" => Words::BREADCRUMB,
        b"tag" | b"tags" | b"keyword" | b"keywords" | b"tukhoa" | b"taglist" | b"tagdetail" => Words::TAGS,
        _ => Words::default(),
    }
}

/// What words of names say, with these words.
const WORDS: [(Words, &[&str]); 10] = [
    (
        Words::JUNK,
        &[
            "ads",
            "ad",
            "adv",
            "adsense",
            "adsbygoogle",
            "qc",
            "banner",
            "sponsor",
            "share",
            "sharing",
            "social",
            "socials",
            "addthis",
            "fb",
            "zalo",
            "tts",
            "player",
            "audio",
            "poll",
            "vote",
            "survey",
            "rating",
            "breadcrumb",
            "breadcrumbs",
            "pagination",
            "paging",
            "tag",
            "tags",
            "keyword",
            "keywords",
            "subscribe",
            "popup",
            "modal",
            "tooltip",
            "toolbar",
            "fontsize",
            "print",
            "menu",
            "nav",
            "navbar",
            "copyright",
            "hotline",
            "sticky",
            "login",
            "reaction",
            "advert",
            "adsweb",
            "oneads",
        ],
    ),
    (Words::COMMENTS, &["cmt"]),
    (Words::NOTE, &["notebox"]),
    (Words::CAPTION, &["caption", "captions", "imgdesc", "imagedesc", "imgnote", "pcaption"]),
    (Words::CAPTION_BY_PHOTO, &["desc", "note", "fig", "credit"]),
    (Words(Words::CAPTION_BY_PHOTO.0 | Words::PHOTO.0), &["image", "hinh"]),
    (
        Words::PHOTO,
        &[
            "photo",
            "photos",
            "img",
            "picture",
            "pic",
            "picbox",
            "gallery",
            "album",
            "slideshow",
            "thumb",
            "thumbnail",
            "avatar",
        ],
    ),
    (Words::AUTHOR, &["author", "authors", "tacgia", "butdanh", "pseudonym", "pauthor", "byline"]),
    (Words::SOURCE, &["source", "nguon", "nguontin"]),
    (Words::LEAD, &["sapo", "lead", "chapeau", "chapo", "standfirst", "headlines"]),
];

/// What one word, in small letters, says.
fn of_word(word: &[u8]) -> Words {
    let can_be =
        matches!(word, [first, ..] if BEGINNINGS.get(word.len()).is_some_and(|set| set & bit(*first) != 0));
    if !can_be {
        return Words::default();
    }
    let found = WORDS.iter().find(|(_, known)| known.iter().any(|known| known.as_bytes() == word));
    found.map_or(Words::default(), |(finding, _)| *finding)
}

/// The first letters of the [`WORDS`] of each length: nearly all words of names are none of them, and known by it.
const BEGINNINGS: [u32; WORD_BYTES_MAX + 1] = {
    let mut sets = [0; WORD_BYTES_MAX + 1];
    let mut group = 0;
    while group < WORDS.len() {
        let words = WORDS[group].1;
        let mut index = 0;
        while index < words.len() {
            sets[words[index].len()] |= bit(words[index].as_bytes()[0]);
            index += 1;
        }
        group += 1;
    }
    sets
};

/// The longest of the [`WORDS`]. One that is longer than this fails to compile.
const WORD_BYTES_MAX: usize = 11;

/// Parts of names that say the same wherever they stand, with what they say.
const COMPOUNDS: [(&str, Words); 36] = [
    ("relate", Words::RELATED),
    ("relation", Words::RELATED),
    ("lienquan", Words::RELATED),
    ("xemthem", Words::RELATED),
    ("docthem", Words::RELATED),
    ("doctiep", Words::RELATED),
    ("readmore", Words::RELATED),
    ("readalso", Words::RELATED),
    ("cungchuyenmuc", Words::RELATED),
    ("samecate", Words::RELATED),
    ("mostread", Words::RELATED),
    ("mostview", Words::RELATED),
    ("docnhieu", Words::RELATED),
    ("xemnhieu", Words::RELATED),
    ("recommend", Words::RELATED),
    ("morenews", Words::RELATED),
    ("othernews", Words::RELATED),
    ("newsother", Words::RELATED),
    ("tinkhac", Words::RELATED),
    ("tinmoi", Words::RELATED),
    ("quangcao", Words::JUNK),
    ("advertis", Words::JUNK),
    ("comment", Words::COMMENTS),
    ("binhluan", Words::COMMENTS),
    ("sharelike", Words::JUNK),
    ("sharemxh", Words::JUNK),
    ("newsletter", Words::JUNK),
    ("binhchon", Words::JUNK),
    ("thamdo", Words::JUNK),
    ("tukhoa", Words::JUNK),
    ("googlenews", Words::JUNK),
    ("adszone", Words::JUNK),
    ("chuthich", Words::CAPTION),
    ("caption", Words::CAPTION),
    ("imagedesc", Words::CAPTION),
    ("tacgia", Words::AUTHOR),
];

fn of_compound(joined: &[u8]) -> Words {
    if joined.len() < 6 {
        return Words::default();
    }
    let letters = letters(joined);
    let holds = |part: &str| joined.windows(part.len()).any(|window| window == part.as_bytes());
    COMPOUNDS
        .iter()
        .zip(&LETTERS)
        .filter(|((part, _), needed)| **needed & letters == **needed && holds(part))
        .fold(Words::default(), |words, ((_, finding), _)| words | *finding)
}

/// The letters of each of the [`COMPOUNDS`]: a name that lacks one of them need not be searched for it.
const LETTERS: [u32; COMPOUNDS.len()] = {
    let mut sets = [0; COMPOUNDS.len()];
    let mut index = 0;
    while index < sets.len() {
        sets[index] = letters(COMPOUNDS[index].0.as_bytes());
        index += 1;
    }
    sets
};

/// Which of the letters from a to z stand in a name, of either case, a bit each.
pub(super) const fn letters(name: &[u8]) -> u32 {
    let mut set = 0;
    let mut index = 0;
    while index < name.len() {
        set |= bit(name[index]);
        index += 1;
    }
    set
}

/// The bit of a letter from a to z, of either case; none for another byte.
const fn bit(byte: u8) -> u32 {
    if byte.is_ascii_alphabetic() { 1 << (byte.to_ascii_lowercase() - b'a') } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_boxes_are_read_by_their_words() {
        for name in ["article-relate", "RelatedOneNews", "list_news_relation_top", "box-tin-lien-quan", "rl"]
        {
            assert!(of_name(name).has(Words::RELATED), "{name}");
        }
        for name in ["c-comments", "box-binh-luan", "cmt_list"] {
            assert!(of_name(name).has(Words::COMMENTS), "{name}");
        }
        for name in ["adsWeb_AdsArticleMiddle", "tts-player", "box_share", "detail-tag"] {
            assert!(of_name(name).has(Words::JUNK), "{name}");
        }
        for name in ["PhotoCMS_Caption", "image_desc", "wp-caption-text", "chu-thich-anh"] {
            assert!(of_name(name).has(Words::CAPTION), "{name}");
        }
    }

    #[test]
    fn names_that_only_sound_alike_say_nothing() {
        for name in ["posrelative", "relative", "tagdiv-type", "td-post-content", "shadow", "load", "header"]
        {
            assert_eq!(of_name(name), Words::default(), "{name}");
        }
    }

    #[test]
    fn styles_say_whether_and_how_text_is_shown() {
        assert!(of_style("color:red; DISPLAY : none").has(Words::HIDDEN));
        assert!(of_style("text-align: center;font-style:italic").has(Words::CENTRED | Words::ITALIC));
        assert_eq!(of_style("float:none;border-bottom-style:none"), Words::default());
    }
}
