//! The words that names of classes and ids are made of.
//!
//! Of the thousands of names on a page most say nothing of what a box is for, and most are the same few: they are asked
//! for once each ([`Words::of_next`]).

use super::words::Words;

/// The longest name that is looked at.
const NAME_BYTES_MAX: usize = 64;

/// One name of a class, id or type: first its words, then what it is without its separators.
pub(super) fn of_name(name: &str) -> Words {
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

/// What one word, in small letters, says.
fn of_word(word: &[u8]) -> Words {
    match word {
        b"ads" | b"ad" | b"adv" | b"adsense" | b"adsbygoogle" | b"qc" | b"banner" | b"sponsor" | b"share"
        | b"sharing" | b"social" | b"socials" | b"addthis" | b"fb" | b"zalo" | b"tts" | b"player"
        | b"audio" | b"poll" | b"vote" | b"survey" | b"rating" | b"breadcrumb" | b"breadcrumbs"
        | b"pagination" | b"paging" | b"tag" | b"tags" | b"keyword" | b"keywords" | b"subscribe"
        | b"popup" | b"modal" | b"tooltip" | b"toolbar" | b"fontsize" | b"print" | b"menu" | b"nav"
        | b"navbar" | b"copyright" | b"hotline" | b"sticky" | b"login" | b"reaction" | b"advert"
        | b"adsweb" | b"oneads" => Words::JUNK,
        b"cmt" => Words::COMMENTS,
        b"notebox" => Words::NOTE,
        b"caption" | b"captions" | b"imgdesc" | b"imagedesc" | b"imgnote" | b"pcaption" => Words::CAPTION,
        b"desc" | b"note" | b"fig" | b"credit" => Words::CAPTION_BY_PHOTO,
        b"image" | b"hinh" => Words::CAPTION_BY_PHOTO | Words::PHOTO,
        b"photo" | b"photos" | b"img" | b"picture" | b"pic" | b"picbox" | b"gallery" | b"album"
        | b"slideshow" | b"thumb" | b"thumbnail" | b"avatar" => Words::PHOTO,
        b"author" | b"authors" | b"tacgia" | b"butdanh" | b"pseudonym" | b"pauthor" | b"byline" => {
            Words::AUTHOR
        }
        b"source" | b"nguon" | b"nguontin" => Words::SOURCE,
        b"sapo" | b"lead" | b"chapeau" | b"chapo" | b"standfirst" | b"headlines" => Words::LEAD,
        _ => Words::default(),
    }
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
    fn places_are_named_by_whole_parts() {
        assert!(
            of_name("breadCrumb").has(Words::BREADCRUMB) && of_name("c-breadcrumbs").has(Words::BREADCRUMB)
        );
        assert!(of_name("detail__tags").has(Words::TAGS) && of_name("tukhoa").has(Words::TAGS));
        assert!(!of_name("bread-crumb").has(Words::BREADCRUMB) && !of_name("stage").has(Words::TAGS));
    }
}
