//! Pages that come in an article's place: a challenge of a guard, a shell that only JavaScript fills, "not found"
//! with status 200, a page that breaks off.
//!
//! Archived, each would stand for an article for ever. But newspapers write about captchas and lost pages too, so
//! nothing is judged by a word alone: a guard is known by its own scripts and forms or by its title, word for word;
//! and whatever has an article's worth of text is an article.

use std::sync::LazyLock;

use ego_tree::NodeRef;
use html5ever::{LocalName, local_name};
use memchr::memchr2_iter;
use regex::Regex;
use scraper::{ElementRef, Node};

use super::document::{Document, Mark, is_silent, preorder, text};
use super::lost::says_not_found;
use super::names;
use crate::page::Unfit;
use crate::text::fold::fold;
use crate::text::letter;

/// A page with more letters to read than this is no shell.
const SHELL_LETTERS_MAX: usize = 1_500;

/// An article's text with more letters than this is one, whatever else the page says.
const ARTICLE_LETTERS_MIN: usize = 800;

/// The pages of guards have fewer letters of running text.
const GUARD_LETTERS_MAX: usize = 400;

/// Not-found pages say so within this many lines.
const LINES_MAX: usize = 12;

/// A line that says so is no longer, in characters.
const LINE_CHARS_MAX: usize = 220;

/// How much of the end of a page is searched for its closing tags, in bytes.
const TAIL_BYTES_MAX: usize = 64 << 10;

/// Scripts and forms that only guards have: in addresses of scripts, in ids and classes, in the scripts themselves.
const GUARDS: [(&str, &str); 14] = [
    ("/cdn-cgi/challenge-platform/", "Cloudflare's challenge"),
    ("_cf_chl_opt", "Cloudflare's challenge"),
    ("cf-browser-verification", "Cloudflare's challenge"),
    ("challenge-form", "a challenge"),
    ("cf-error-details", "Cloudflare's refusal"),
    ("_incapsula_resource", "Imperva's challenge"),
    ("ddos-guard", "DDoS-Guard's challenge"),
    ("awswafcookiedomainlist", "AWS's challenge"),
    ("px-captcha", "PerimeterX's captcha"),
    ("captcha-delivery.com", "DataDome's captcha"),
    ("sucuri_cloudproxy_js", "Sucuri's challenge"),
    ("slowaes.decrypt", "a cookie test"),
    ("document.cookie=\"d1n=", "a cookie test"),
    ("geo.captcha", "a captcha"),
];

/// Titles of guards' pages, folded, whole.
static GUARD_TITLE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"^(?:just a moment|one moment,? please|please wait|attention required!?(?: \| cloudflare)?|access denied",
        r"|checking your browser(?: before accessing.*)?|ddos-guard|are you (?:a )?(?:human|robot)\??|robot check",
        r"|human verification|security check(?: required)?|request rejected|403 forbidden|forbidden|429 too many requests",
        r"|too many requests|pardon our interruption|verify(?:ing)? you are (?:a )?human|captcha(?: challenge)?",
        r"|service unavailable|503 service (?:temporarily )?unavailable|502 bad gateway|504 gateway time-?out|bad gateway",
        r"|cho mot chut|vui long (?:cho|doi)(?: trong giay lat)?|dang kiem tra trinh duyet(?: cua ban)?",
        r"|xac (?:minh|thuc) (?:ban )?(?:la (?:con )?nguoi|khong phai (?:la )?(?:robot|nguoi may))|tu choi truy cap|truy cap bi tu choi",
        r"|kiem tra bao mat)[\s.…!]*$",
    ))
    .ok()
});

/// Calls to turn JavaScript or cookies on, folded.
static SCRIPT_CALL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?:enable|turn on|requires?|need(?:s)?|without) (?:the )?(?:javascript|cookies)|javascript (?:is|must be|to be) (?:required|disabled|enabled)",
        r"|(?:bat|kich hoat|cho phep|ho tro) (?:chuc nang )?(?:javascript|cookies?)",
    ))
    .ok()
});

/// Finds why a page is none of an article. `letters` are those of the text found on it, `lines` its first lines.
pub(super) fn unfit<'a>(
    document: &Document,
    letters: usize,
    lines: impl Iterator<Item = &'a str>,
    says_article: bool,
) -> Option<Unfit> {
    if letters >= GUARD_LETTERS_MAX && says_article {
        return None;
    }
    let titles: Vec<String> =
        document.marked(Mark::Title).chain(document.marked(Mark::Headline)).map(text).collect();
    let says_so =
        |title: &&String| Some(bare(title)).filter(|bare| !bare.is_empty()).is_some_and(says_not_found);
    let said = titles.iter().find(says_so);
    if let Some(title) = said.filter(|_| !says_article) {
        return Some(Unfit::SoftNotFound(title.clone()));
    }
    if letters >= ARTICLE_LETTERS_MIN {
        return None;
    }
    let has_line = |line: &&str| line.chars().count() <= LINE_CHARS_MAX && says_not_found(line);
    if let Some(line) = lines.take(LINES_MAX).find(has_line).filter(|_| !says_article) {
        return Some(Unfit::SoftNotFound(line.to_owned()));
    }
    // Looking for a guard's marks costs a walk through the page; there is no need where there is a text.
    if letters >= GUARD_LETTERS_MAX { None } else { blocked(document, &titles) }
}

/// A guard's page, or a shell without text.
fn blocked(document: &Document, titles: &[String]) -> Option<Unfit> {
    let visible = visible(document.root());
    if visible.letters > SHELL_LETTERS_MAX {
        return None;
    }
    if let Some(guard) = guard(document) {
        return Some(Unfit::Blocked(guard.to_owned()));
    }
    if let Some(title) = titles.iter().find(|title| matches(&GUARD_TITLE, title)) {
        return Some(Unfit::Blocked(title.clone()));
    }
    let is_call = || calls_for_scripts(&visible.text) || calls_for_scripts(&visible.noscript);
    if visible.letters < SHELL_LETTERS_MAX / 3 && is_call() {
        return Some(Unfit::Blocked("it asks for JavaScript or cookies".to_owned()));
    }
    let is_empty = visible.letters < SHELL_LETTERS_MAX / 30 && visible.scripts > 0;
    is_empty.then(|| Unfit::Blocked("a shell that JavaScript fills".to_owned()))
}

/// Whether a text asks for JavaScript or cookies.
fn calls_for_scripts(text: &str) -> bool {
    // Neither is named on nearly all pages, and J and K are rare letters of Vietnamese.
    let bytes = text.as_bytes();
    let stands = |word: &str, start: usize| {
        bytes.get(start..start + word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word.as_bytes()))
    };
    let is_named = memchr2_iter(b'j', b'J', bytes).any(|at| stands("javascript", at))
        || memchr2_iter(b'k', b'K', bytes).any(|at| at >= 3 && stands("cookie", at - 3));
    is_named && matches(&SCRIPT_CALL, text)
}

/// What there is to read on a small page.
#[derive(Default)]
struct Visible {
    letters: usize,
    text: String,
    noscript: String,
    scripts: usize,
}

/// Gathers the text that a browser shows; stops when it is more than a shell has.
fn visible(root: ElementRef<'_>) -> Visible {
    let mut visible = Visible::default();
    let is_shown =
        |node: NodeRef<'_, Node>| !node.value().as_element().is_some_and(|inside| is_silent(inside.name()));
    for node in preorder(*root, is_shown) {
        match node.value() {
            Node::Text(text) => {
                visible.letters += text.chars().filter(|c| letter::is_alphabetic(*c)).count();
                visible.text.push_str(text);
                visible.text.push(' ');
            }
            Node::Element(element) if element.name() == "script" => visible.scripts += 1,
            Node::Element(element) if element.name() == "noscript" => {
                visible.noscript.extend(ElementRef::wrap(node).into_iter().flat_map(|inside| inside.text()));
            }
            _ => {}
        }
        if visible.letters > SHELL_LETTERS_MAX {
            break;
        }
    }
    visible
}

/// The guard whose marks stand in the page: in attributes, or in scripts.
fn guard(document: &Document) -> Option<&'static str> {
    document.elements().find_map(|element| {
        let value = element.value();
        let named = match value.name() {
            "body" => None,
            _ => value
                .attrs
                .iter()
                .filter(|(name, _)| is_telling(&name.local))
                .find_map(|(_, value)| named_guard(value)),
        };
        let texts = || element.children().filter_map(|node| node.value().as_text());
        let is_script = value.name() == "script";
        named.or_else(|| if is_script { texts().find_map(|text| named_guard(text)) } else { None })
    })
}

/// Whether guards are known by the attributes of a name.
fn is_telling(name: &LocalName) -> bool {
    [local_name!("src"), local_name!("id"), local_name!("class"), local_name!("action")].contains(name)
}

/// The shortest mark of a guard, in bytes.
const MARK_BYTES_MIN: usize = 10;

/// The letters of each guard's mark.
const GUARD_LETTERS: [u32; GUARDS.len()] = {
    let mut sets = [0; GUARDS.len()];
    let mut index = 0;
    while index < sets.len() {
        sets[index] = names::letters(GUARDS[index].0.as_bytes());
        index += 1;
    }
    sets
};

fn named_guard(text: &str) -> Option<&'static str> {
    // A text that lacks a letter of a mark need not be searched for it.
    let lacks = !names::letters(text.as_bytes());
    if text.len() < MARK_BYTES_MIN || GUARD_LETTERS.iter().all(|needed| needed & lacks != 0) {
        return None;
    }
    let text = text.to_ascii_lowercase();
    let text = if text.contains("document.cookie = ") {
        text.replace("document.cookie = ", "document.cookie=")
    } else {
        text
    };
    GUARDS.iter().find(|(mark, _)| text.contains(mark)).map(|(_, guard)| *guard)
}

/// A title without the site's name behind it.
fn bare(title: &str) -> &str {
    let sign = |place: usize| title[place + 1..].chars().next();
    let is_end = |place: &usize| {
        let end = sign(*place).filter(|sign| matches!(sign, '|' | '-' | '–' | '—'));
        end.is_some_and(|sign| title[*place + 1 + sign.len_utf8()..].starts_with(' '))
    };
    let end = memchr::memchr_iter(b' ', title.as_bytes()).find(is_end);
    title[..end.unwrap_or(title.len())].trim()
}

/// Whether a pattern takes a text, folded.
pub(super) fn matches(pattern: &LazyLock<Option<Regex>>, text: &str) -> bool {
    LazyLock::force(pattern).as_ref().is_some_and(|pattern| pattern.is_match(fold(text).trim()))
}

/// Whether a page's text breaks off: neither its closing tags nor the end of any tag stands at its end.
pub(super) fn is_cut(page: &str) -> bool {
    let page = page.trim_end_matches(|c: char| c.is_whitespace() || c == '\0');
    let tail = &page[page.ceil_char_boundary(page.len().saturating_sub(TAIL_BYTES_MAX))..];
    let closes =
        |tag: &[u8]| tail.as_bytes().windows(tag.len()).any(|window| window.eq_ignore_ascii_case(tag));
    !page.is_empty() && !page.ends_with('>') && !closes(b"</html") && !closes(b"</body")
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;

    fn judged(html: &str, letters: usize, lines: &[&str]) -> Option<Unfit> {
        let document = Document::parse(html, &Url::parse("https://baohoason.example.vn/a").unwrap(), None);
        unfit(&document, letters, lines.iter().copied(), false)
    }

    #[test]
    fn every_pattern_compiles() {
        assert!(GUARD_TITLE.is_some() && SCRIPT_CALL.is_some());
    }

    #[test]
    fn pages_of_guards_are_known() {
        for html in [
            "<title>Just a moment...</title><body><p>Checking if the site connection is secure</p></body>",
            "<title>baohoason.vn</title><body><form id='challenge-form' action='/x'></form></body>",
            "<html><body><script>document.cookie=\"D1N=4f1d2c\"+\"; expires=Fri\";window.location.reload(true);</script></body></html>",
            "<title>Chờ một chút…</title><script src='/cdn-cgi/challenge-platform/h/b/orchestrate'></script>",
            "<body><noscript>Vui lòng bật JavaScript để xem trang này.</noscript><div id=app></div><script src=a.js></script></body>",
            "<title>Báo Hòa Sơn</title><body><p>Please enable JavaScript and cookies to continue</p></body>",
            "<title>Báo Hòa Sơn</title><body><div id=root></div><script src=a.js></script></body>",
        ] {
            assert!(matches!(judged(html, 20, &[]), Some(Unfit::Blocked(_))), "{html}");
        }
    }

    #[test]
    fn pages_that_say_not_found_are_known() {
        for said in [
            "404",
            "404 - Không tìm thấy trang",
            "Không tìm thấy trang",
            "Lỗi 404",
            "Trang không tồn tại | Báo Hòa Sơn",
            "Page not found",
            "Rất tiếc, trang bạn yêu cầu không tồn tại.",
            "Xin lỗi! Bài viết này không tồn tại hoặc đã bị xóa.",
            "Oops! The page you are looking for could not be found",
            "Đường dẫn đã bị xóa",
        ] {
            let html = format!("<title>{said}</title><body></body>");
            assert!(matches!(judged(&html, 40, &[]), Some(Unfit::SoftNotFound(_))), "{said}");
            let html = "<title>Báo Hòa Sơn</title><body></body>";
            let line = said.split(" | ").next().unwrap();
            assert!(matches!(judged(html, 40, &["Trang chủ", line]), Some(Unfit::SoftNotFound(_))), "{said}");
        }
    }

    #[test]
    fn articles_about_guards_and_lost_pages_are_articles() {
        for title in [
            "Trang web không tồn tại lừa hàng trăm người mua vé",
            "Không tìm thấy trang phục cổ trong ngôi mộ ở Bàu Sen",
            "Vì sao trang web nào cũng hỏi bạn có phải là robot",
            "404 hộ dân được cấp nước sạch",
            "Nội dung không có gì mới trong đề án",
        ] {
            let words = "Người dân trong bản vui mừng đón nước về. ".repeat(60);
            let html = format!("<title>{title}</title><body><h1>{title}</h1><p>{words}</p></body>");
            assert_eq!(judged(&html, 2_000, &[title]), None, "{title}");
        }
        let html = "<title>Nước về</title><body><p>Nước về bản.</p><script>let x = 1;</script></body>";
        let lines =
            ["Nhiều trang yêu cầu người dùng chứng minh mình là người bằng cách gõ lại các chữ méo mó."];
        assert_eq!(judged(&html.replace("Nước về bản.", &lines[0].repeat(3)), 260, &lines), None);
    }

    #[test]
    fn a_page_that_breaks_off_is_cut() {
        assert!(is_cut("<html><body><p>Nước về sớm hơn mọi n"));
        assert!(is_cut("<html><body><p>Nước về</p><div class=\"ta"));
        assert!(!is_cut("<html><body><p>Nước về</p></body></html>\n"));
        assert!(!is_cut("<p>Nước về</p>\n"));
        assert!(!is_cut("<html><body>x</BODY></html> 0.123s"));
        assert!(!is_cut(""));
    }
}
