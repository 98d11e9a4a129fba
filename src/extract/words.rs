//! What the names in an element's attributes say of it.
//!
//! No two systems name their boxes alike, but they draw on few words: `article-relate`, `tinlienquan`,
//! `list_news_relation_top` all say what they are. A name alone decides little: the walk weighs it against what the
//! box holds.

use std::ops::BitOr;

use scraper::ElementRef;

/// A set of findings about one element.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Words(u16);

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

    /// Whether all the given findings are in the set.
    pub(super) fn has(self, other: Words) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether one of the findings says what the text in the element is.
    pub(super) fn gives_role(self) -> bool {
        let roles = Words::CAPTION | Words::CAPTION_BY_PHOTO | Words::AUTHOR | Words::SOURCE | Words::LEAD;
        self.0 & roles.0 != 0
    }

    /// What the attributes of an element say.
    pub(super) fn of(element: ElementRef<'_>) -> Words {
        let mut words = Words::default();
        let mut joined = String::new();
        for (name, value) in element.value().attrs() {
            match name {
                "class" | "id" | "type" | "data-type" | "data-component-type" => {
                    for token in value.split_ascii_whitespace().take(NAMES_MAX) {
                        words = words | of_name(token, &mut joined);
                    }
                }
                "style" => words = words | of_style(value),
                "align" if value.trim().eq_ignore_ascii_case("center") => words = words | Words::CENTRED,
                "align" if value.trim().eq_ignore_ascii_case("right") => words = words | Words::RIGHT,
                "hidden" => words = words | Words::HIDDEN,
                _ => {}
            }
        }
        words
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

/// One name of a class, id or type: first its words, then what it is without its separators, which `joined` is room
/// for.
fn of_name(name: &str, joined: &mut String) -> Words {
    if name.len() > NAME_BYTES_MAX {
        return Words::default();
    }
    joined.clear();
    let mut words = match name {
        "hidden" | "hide" | "d-none" | "sr-only" | "visually-hidden" | "display-none" | "invisible" => {
            Words::HIDDEN
        }
        "rl" => Words::RELATED,
        "text-center" | "align-center" | "center" => Words::CENTRED,
        "text-right" | "align-right" | "text-end" => Words::RIGHT,
        _ => Words::default(),
    };
    let mut word_start = 0;
    let mut before = ' ';
    for c in name.chars() {
        let humps = before.is_ascii_lowercase() && c.is_ascii_uppercase();
        if humps || !c.is_ascii_alphanumeric() {
            words = words | of_word(&joined[word_start..]);
            word_start = joined.len();
        }
        if c.is_ascii_alphanumeric() {
            joined.push(c.to_ascii_lowercase());
        }
        before = c;
    }
    words | of_word(&joined[word_start..]) | of_compound(joined)
}

/// What one word says.
fn of_word(word: &str) -> Words {
    match word {
        "ads" | "ad" | "adv" | "adsense" | "adsbygoogle" | "qc" | "banner" | "sponsor" | "share"
        | "sharing" | "social" | "socials" | "addthis" | "fb" | "zalo" | "tts" | "player" | "audio"
        | "poll" | "vote" | "survey" | "rating" | "breadcrumb" | "breadcrumbs" | "pagination" | "paging"
        | "tag" | "tags" | "keyword" | "keywords" | "subscribe" | "popup" | "modal" | "tooltip"
        | "toolbar" | "fontsize" | "print" | "menu" | "nav" | "navbar" | "copyright" | "hotline"
        | "sticky" | "login" | "reaction" | "advert" | "adsweb" | "oneads" => Words::JUNK,
        "cmt" => Words::COMMENTS,
        "notebox" => Words::NOTE,
        "caption" | "captions" | "imgdesc" | "imagedesc" | "imgnote" | "pcaption" => Words::CAPTION,
        "desc" | "note" | "fig" | "credit" | "image" | "hinh" => Words::CAPTION_BY_PHOTO | photo(word),
        "photo" | "photos" | "img" | "picture" | "pic" | "picbox" | "gallery" | "album" | "slideshow"
        | "thumb" | "thumbnail" | "avatar" => Words::PHOTO,
        "author" | "authors" | "tacgia" | "butdanh" | "pseudonym" | "pauthor" | "byline" => Words::AUTHOR,
        "source" | "nguon" | "nguontin" => Words::SOURCE,
        "sapo" | "lead" | "chapeau" | "chapo" | "standfirst" | "headlines" => Words::LEAD,
        _ => Words::default(),
    }
}

fn photo(word: &str) -> Words {
    if matches!(word, "image" | "hinh") { Words::PHOTO } else { Words::default() }
}

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

fn of_compound(joined: &str) -> Words {
    if joined.len() < 6 {
        return Words::default();
    }
    let letters = letters(joined);
    COMPOUNDS
        .iter()
        .zip(&LETTERS)
        .filter(|((part, _), needed)| **needed & letters == **needed && joined.contains(part))
        .fold(Words::default(), |words, ((_, finding), _)| words | *finding)
}

/// The letters of each of the [`COMPOUNDS`]: a name that lacks one of them need not be searched for it.
const LETTERS: [u32; COMPOUNDS.len()] = {
    let mut sets = [0; COMPOUNDS.len()];
    let mut index = 0;
    while index < sets.len() {
        sets[index] = letters(COMPOUNDS[index].0);
        index += 1;
    }
    sets
};

/// Which of the letters from a to z stand in a name, of either case, a bit each.
pub(super) const fn letters(name: &str) -> u32 {
    let bytes = name.as_bytes();
    let mut set = 0;
    let mut index = 0;
    while index < bytes.len() {
        if bytes[index].is_ascii_alphabetic() {
            set |= 1 << (bytes[index].to_ascii_lowercase() - b'a');
        }
        index += 1;
    }
    set
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_name(name: &str) -> Words {
        super::of_name(name, &mut String::new())
    }

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
