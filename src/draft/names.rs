//! Which ids and classes make good selectors: words that say what a thing is, never what a machine numbered, hashed,
//! or what only says how a thing looks.

use crate::newspaper::Field;

/// The longest name that is worth writing down.
const NAME_CHARS_MAX: usize = 40;

/// A name with more digits is a number: of an article, of an advertisement, of a build.
const DIGITS_MAX: usize = 2;

/// A word without a vowel from this length on is a hash or nothing a person can remember.
const CONSONANTS_MIN: usize = 5;

/// Names that say how a thing looks or behaves and not what it is: of Bootstrap, Tailwind and their kin.
const LOOKS: [&str; 62] = [
    "row",
    "container",
    "container-fluid",
    "clearfix",
    "clear",
    "cf",
    "active",
    "show",
    "shown",
    "hide",
    "hidden",
    "fade",
    "in",
    "open",
    "left",
    "right",
    "fl",
    "fr",
    "center",
    "bold",
    "first",
    "last",
    "even",
    "odd",
    "lazy",
    "lazyload",
    "lazyloaded",
    "loaded",
    "wow",
    "animated",
    "flex",
    "d-flex",
    "d-block",
    "d-none",
    "relative",
    "pull-left",
    "pull-right",
    "float-left",
    "float-right",
    "no-padding",
    "nopadding",
    "no-margin",
    "img-fluid",
    "img-responsive",
    "responsive",
    "w-full",
    "wrap",
    "inner",
    "block",
    "outer",
    "odd-row",
    "sticky",
    "fixed",
    "visible",
    "collapse",
    "col",
    "cols",
    "column",
    "align-items-center",
    "table-responsive",
    "one",
    "two",
];

/// Beginnings of names of the same kind, before a dash or a number: `col-md-8`, `mt-3`, `text-center`.
const LOOKS_PREFIXES: [&str; 34] = [
    "col-",
    "mt",
    "mb",
    "ml",
    "mr",
    "mx",
    "my",
    "pt",
    "pb",
    "pl",
    "pr",
    "px",
    "py",
    "m-",
    "p-",
    "w-",
    "h-",
    "fs-",
    "fw-",
    "text-",
    "bg-",
    "d-",
    "justify-",
    "align-",
    "order-",
    "offset-",
    "float-",
    "grid-cols-",
    "gap-",
    "css-",
    "jsx-",
    "sc-",
    "fa-",
    "js-",
];

/// Names that could stand on any box of any page: last resorts.
const VAGUE: [&str; 16] = [
    "main", "wrapper", "box", "item", "page", "body", "section", "module", "area", "panel", "list", "group",
    "title", "text", "info", "link",
];

/// What a name costs a selector; none where it is not to be used. The less, the better.
pub(super) fn cost(name: &str, field: Field) -> Option<u32> {
    if !is_stable(name) {
        return None;
    }
    let lower = name.to_ascii_lowercase();
    let mut cost = 10;
    if says(&lower, field) {
        cost -= 4;
    }
    if VAGUE.contains(&lower.as_str()) {
        cost += 3;
    }
    if name.bytes().any(|byte| byte.is_ascii_digit()) {
        cost += 4;
    }
    // Of two names that say the same, the shorter.
    Some(cost + u32::try_from(name.len() / 16).unwrap_or_default())
}

/// Whether a name is a word that will still stand there tomorrow, on every page of its kind.
pub(super) fn is_stable(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if !(2..=NAME_CHARS_MAX).contains(&name.len())
        || !name.starts_with(|c: char| c.is_ascii_alphabetic())
        || !name.chars().all(plain)
        || name.bytes().filter(u8::is_ascii_digit).count() > DIGITS_MAX
    {
        return false;
    }
    let lower = name.to_ascii_lowercase();
    !is_looks(&lower) && !name.split(['-', '_']).any(is_hash)
}

fn is_looks(name: &str) -> bool {
    LOOKS.contains(&name)
        || ["margin", "padding", "fontsize", "font-size"].iter().any(|look| name.contains(look))
        || LOOKS_PREFIXES.iter().any(|prefix| {
            name.strip_prefix(prefix).is_some_and(|rest| {
                // `mt20`, `mt-3`, but not `mteam`; a prefix with its dash is enough by itself.
                prefix.ends_with('-') && !is_word_of_content(rest)
                    || !rest.is_empty() && rest.trim_start_matches('-').bytes().all(|b| b.is_ascii_digit())
            })
        })
}

/// `text-content` and `d-body` say what they are, whatever stands before.
fn is_word_of_content(rest: &str) -> bool {
    ["content", "body", "detail", "title", "sapo", "caption", "author"].iter().any(|word| rest.contains(word))
}

/// A word with digits among its letters, with capitals scattered through it, or without vowels.
fn is_hash(word: &str) -> bool {
    let bytes = word.as_bytes();
    let digit_inside = bytes.windows(3).any(|three| {
        three[0].is_ascii_alphabetic() && three[1].is_ascii_digit() && three[2].is_ascii_alphabetic()
    });
    let turns =
        bytes.windows(2).filter(|two| two[0].is_ascii_uppercase() && two[1].is_ascii_lowercase()).count();
    let lone =
        bytes.windows(2).filter(|two| two[0].is_ascii_lowercase() && two[1].is_ascii_uppercase()).count();
    let has_vowel = word.to_ascii_lowercase().contains(['a', 'e', 'i', 'o', 'u', 'y']);
    digit_inside && word.len() >= 5
        || turns + lone > 6 && word.len() < 3 * turns
        || !has_vowel && word.len() >= CONSONANTS_MIN
}

/// Whether a name has one of the words by which things of a field are called, in English or in Vietnamese.
pub(super) fn says(name: &str, field: Field) -> bool {
    let words: &[&str] = match field {
        Field::Title => &["title", "headline", "tieude", "tieu-de", "heading", "detail-head"],
        Field::Lead => &["sapo", "lead", "summary", "chapeau", "intro", "headlines", "desc", "trichdan"],
        Field::Body => &[
            "content", "body", "detail", "article", "entry", "post", "noidung", "noi-dung", "fck", "newstext",
        ],
        Field::Author => &["author", "tacgia", "tac-gia", "butdanh", "pseudonym", "byline", "writer"],
        Field::Source => &["source", "nguon"],
        Field::Published | Field::Updated => &["date", "time", "publish", "pub", "ngay", "clock"],
        Field::Section => {
            &["breadcrumb", "cate", "category", "section", "chuyenmuc", "chuyen-muc", "path", "zone"]
        }
        Field::Tags => &["tag", "keyword", "tukhoa", "tu-khoa", "topic"],
        Field::Caption => &["caption", "desc", "fig", "chuthich", "chu-thich", "note"],
        Field::Photo => &["avatar", "cover", "photo", "image", "thumb"],
        Field::Drop => &[
            "relat",
            "share",
            "social",
            "ads",
            "banner",
            "tag",
            "comment",
            "lien-quan",
            "lienquan",
            "more",
            "other",
            "print",
            "author",
            "tool",
            "rl",
        ],
        Field::Links | Field::Next => &["title", "story", "news", "item", "article", "post", "card", "name"],
    };
    words.iter().any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_stable_and_numbers_hashes_and_looks_are_not() {
        for name in [
            "article__body",
            "content-fck",
            "newscontents",
            "h1-title",
            "PhotoCMS_Caption",
            "detail-title",
            "pubdate",
            "text-content",
        ] {
            assert!(is_stable(name), "{name}");
        }
        for name in [
            "col-md-8",
            "mt20",
            "mt-3",
            "clearfix",
            "css-1q2w3e",
            "post-123456",
            "sc-bdvvtL",
            "a3Xk9",
            "text-center",
            "d-flex",
            "x",
            "box:1",
            "pppppp",
        ] {
            assert!(!is_stable(name), "{name}");
        }
    }

    #[test]
    fn names_of_the_field_are_preferred() {
        assert!(cost("article__sapo", Field::Lead) < cost("article__intr", Field::Lead));
        assert!(cost("content", Field::Body) < cost("main", Field::Body));
        assert_eq!(cost("col-8", Field::Body), None);
    }
}
