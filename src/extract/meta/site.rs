//! The names by which a site calls itself: to tell the newspaper from an author, and its name from a headline.

use url::Url;

use super::head::Head;
use crate::extract::json_ld::Linked;
use crate::newspaper::Newspaper;
use crate::text::fold::fold;
use crate::text::letter;

/// What parts a headline from the site's name behind it.
const SEPARATORS: [&str; 8] = [" | ", " - ", " – ", " — ", " :: ", " » ", " • ", " · "];

/// How many parts of a title can be the site's.
const SUFFIXES_MAX: usize = 3;

/// Words in folded form that a part of a title has when it names a site.
const SITE_WORDS: [&str; 14] = [
    "bao dien tu",
    "bao online",
    "online",
    "trang chu",
    "tin tuc",
    "tin nhanh",
    "tin moi",
    "cong thong tin",
    "dai phat thanh",
    "truyen hinh",
    "trang thong tin",
    "thong tin dien tu",
    "doc bao",
    "bao moi",
];

/// The names of a site.
#[derive(Clone, Debug, Default)]
pub(crate) struct SiteNames {
    /// Folded and without blanks and signs.
    keys: Vec<String>,
}

impl SiteNames {
    pub(super) fn of(newspaper: &Newspaper, url: &Url, head: &Head<'_>, linked: &Linked) -> SiteNames {
        let mut site = SiteNames::default();
        site.add(&newspaper.name);
        site.add(&newspaper.id);
        for host in newspaper.hosts.iter().map(String::as_str).chain(url.host_str()) {
            site.add(host);
            // The label before the public suffix: `baohoason` of `www.baohoason.com.vn`.
            let longest = host.split('.').max_by_key(|label| label.len());
            site.add(longest.unwrap_or_default());
        }
        for name in ["og:site_name", "site_name", "application-name", "copyright"] {
            site.add(&head.get(name).unwrap_or_default());
        }
        site.add(linked.publisher.as_deref().unwrap_or_default());
        site
    }

    fn add(&mut self, name: &str) {
        let key = key(name);
        if key.len() >= 3 && !self.keys.contains(&key) {
            self.keys.push(key);
        }
    }

    /// Whether a text is one of the names, with or without `Báo` before it.
    pub(crate) fn is_own(&self, text: &str) -> bool {
        let key = key(text);
        let name = bare(&key);
        self.keys.iter().any(|own| *own == key || !name.is_empty() && bare(own) == name)
    }

    /// A title without the site's name behind it: `… - Báo Hòa Sơn điện tử`, `… | Hòa Sơn Online`.
    pub(crate) fn without_suffix<'t>(&self, title: &'t str) -> &'t str {
        let mut title = title.trim();
        for _ in 0..SUFFIXES_MAX {
            match parted(title) {
                Some((before, behind)) if !before.trim().is_empty() && self.names_site(behind) => {
                    title = before.trim_end();
                }
                _ => break,
            }
        }
        title
    }

    /// Whether the last part of a title names the site, or a section of it by the site's name.
    fn names_site(&self, part: &str) -> bool {
        let folded = fold(part);
        let words = folded.split_whitespace().count();
        let key = key(part);
        let own = self.keys.iter().any(|own| key.contains(own.as_str()));
        self.is_own(part)
            || own && words <= 12
            || words <= 10 && folded.starts_with("bao ") && part.starts_with("Báo")
            || words <= 8 && SITE_WORDS.iter().any(|word| names(&folded, word))
    }
}

/// A title parted at its last separator.
fn parted(title: &str) -> Option<(&str, &str)> {
    let is_separator = |place: usize| {
        let rest = &title[place..];
        // Behind nearly all blanks stands a letter.
        let second = rest.as_bytes().get(1).filter(|byte| !byte.is_ascii_alphanumeric())?;
        let mut alike = SEPARATORS.iter().filter(|separator| separator.as_bytes()[1] == *second);
        alike.find_map(|separator| Some((&title[..place], rest.strip_prefix(separator)?)))
    };
    memchr::memrchr_iter(b' ', title.as_bytes()).find_map(is_separator)
}

/// Whether a part of a title is one of the words, or begins or ends with it.
fn names(part: &str, word: &str) -> bool {
    part.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        || part.strip_suffix(word).is_some_and(|rest| rest.ends_with(' '))
}

/// A name's key without `báo` before it and `online` behind it.
fn bare(key: &str) -> &str {
    let mut bare = key;
    while let Some(rest) = bare.strip_prefix("bao") {
        bare = rest;
    }
    while let Some(rest) = bare.strip_suffix("online") {
        bare = rest;
    }
    bare
}

fn key(text: &str) -> String {
    let mut key = fold(text);
    key.retain(letter::is_alphanumeric);
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> SiteNames {
        let mut site = SiteNames::default();
        for name in ["Báo Hòa Sơn", "baohoason", "baohoason.vn"] {
            site.add(name);
        }
        site
    }

    #[test]
    fn the_sites_name_is_taken_off_a_title() {
        for (title, bare) in [
            ("Nước về - Báo Hòa Sơn", "Nước về"),
            ("Nước về | Báo Hòa Sơn Online", "Nước về"),
            ("Nước về - Báo Hòa Sơn Xã hội", "Nước về"),
            ("Nước về - Xã hội - Hòa Sơn online", "Nước về - Xã hội"),
            ("Nước về – Báo Lũng Vân điện tử", "Nước về"),
            ("Nước về - baohoason.vn", "Nước về"),
            ("Hà Nội - Huế - Sài Gòn: một chuyến tàu", "Hà Nội - Huế - Sài Gòn: một chuyến tàu"),
            ("Giữ rừng - giữ nước", "Giữ rừng - giữ nước"),
            ("- Báo Hòa Sơn", "- Báo Hòa Sơn"),
        ] {
            assert_eq!(names().without_suffix(title), bare, "{title}");
        }
    }

    #[test]
    fn the_newspaper_is_known_by_its_names() {
        for name in ["Báo Hòa Sơn", "Hòa Sơn", "BÁO HOÀ SƠN", "HOA SON ONLINE", "baohoason.vn"] {
            assert!(names().is_own(name), "{name}");
        }
        assert!(!names().is_own("Hòa Sơn Hải"));
    }
}
