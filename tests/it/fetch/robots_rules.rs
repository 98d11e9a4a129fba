//! What robots.txt allows, case by case, each with the source of the rule: RFC 9309 by section, or Google's public
//! description ("How Google interprets the robots.txt specification") where the RFC leaves a choice.

use khobao::fetch::limits::ROBOTS_BYTES_MAX;
use khobao::fetch::robots::{Rules, product_token};
use url::Url;

/// A file, and for each path whether it may be fetched.
struct Case {
    source: &'static str,
    file: &'static str,
    paths: &'static [(&'static str, bool)],
}

const CASES: &[Case] = &[
    Case {
        source: "RFC 9309 §2.2.1: groups by product token, in any case",
        file: "User-Agent: KhoBao\nDisallow: /a\n\nuser-agent: *\ndisallow: /b\n",
        paths: &[("/a", false), ("/b", true), ("/c", true)],
    },
    Case {
        source: "RFC 9309 §2.2.1: without a group of its own a crawler obeys the group for all",
        file: "User-agent: otherbot\nDisallow: /a\n\nUser-agent: *\nDisallow: /b\n",
        paths: &[("/a", true), ("/b", false)],
    },
    Case {
        source: "RFC 9309 §2.2.1: neither a group of its own nor one for all",
        file: "User-agent: otherbot\nDisallow: /\n",
        paths: &[("/", true), ("/a", true)],
    },
    Case {
        source: "RFC 9309 §2.2.1: several groups for one crawler are one",
        file: "User-agent: khobao\nDisallow: /a\n\nUser-agent: other\nDisallow: /\n\nUser-agent: khobao\nDisallow: /b\n",
        paths: &[("/a", false), ("/b", false), ("/c", true)],
    },
    Case {
        source: "RFC 9309 §2.2.1: a group may have several names",
        file: "User-agent: other\nUser-agent: khobao\nDisallow: /a\n",
        paths: &[("/a", false), ("/b", true)],
    },
    Case {
        source: "Google: a version behind the product token does not count",
        file: "User-agent: khobao/1.0\nDisallow: /a\n\nUser-agent: *\nDisallow: /\n",
        paths: &[("/a", false), ("/b", true)],
    },
    Case {
        source: "Google: a star behind the product token does not count",
        file: "User-agent: khobao*\nDisallow: /a\n",
        paths: &[("/a", false), ("/b", true)],
    },
    Case {
        source: "RFC 9309 §2.2.1: the whole token has to match, not a part of it",
        file: "User-agent: khobao-images\nDisallow: /a\nUser-agent: kho\nDisallow: /b\n",
        paths: &[("/a", true), ("/b", true)],
    },
    Case {
        source: "RFC 9309 §2.2.1: a group of its own without rules sets a crawler free",
        file: "User-agent: khobao\nDisallow:\n\nUser-agent: *\nDisallow: /\n",
        paths: &[("/", true), ("/a", true)],
    },
    Case {
        source: "RFC 9309 §2.2: rules before any group are for nobody",
        file: "Disallow: /a\nUser-agent: *\nDisallow: /b\n",
        paths: &[("/a", true), ("/b", false)],
    },
    Case {
        source: "Google: a Crawl-delay or Sitemap line does not end the names of a group",
        file: "User-agent: khobao\nCrawl-delay: 5\nSitemap: https://baobackan.vn/s.xml\nUser-agent: other\nDisallow: /a\n",
        paths: &[("/a", false), ("/b", true)],
    },
    Case {
        source: "RFC 9309 §2.2: blank lines do not end a group",
        file: "User-agent: *\n\n\nDisallow: /a\n\nDisallow: /b\n",
        paths: &[("/a", false), ("/b", false), ("/c", true)],
    },
    Case {
        source: "RFC 9309 §2.2.2: an empty pattern forbids nothing",
        file: "User-agent: *\nDisallow:\nAllow:\n",
        paths: &[("/", true), ("/a", true)],
    },
    Case {
        source: "RFC 9309 §2.2.2: a rule matches from the first octet on",
        file: "User-agent: *\nDisallow: /tin\n",
        paths: &[
            ("/tin", false),
            ("/tin-tuc.html", false),
            ("/tin/a?b=1", false),
            ("/Tin", true),
            ("/bai/tin", true),
            ("/?id=tin", true),
        ],
    },
    Case {
        source: "Google: /fish/ matches what lies below, not the name itself",
        file: "User-agent: *\nDisallow: /tin/\n",
        paths: &[
            ("/tin/", false),
            ("/tin/?p=2", false),
            ("/tin/a.htm", false),
            ("/tin", true),
            ("/tin.html", true),
        ],
    },
    Case {
        source: "RFC 9309 §2.2.2: the longest match counts, wherever it stands",
        file: "User-agent: *\nAllow: /a/b\nDisallow: /a\nAllow: /a/b/c/d\nDisallow: /a/b/c\n",
        paths: &[("/a", false), ("/a/b", true), ("/a/b/c", false), ("/a/b/c/d", true)],
    },
    Case {
        source: "RFC 9309 §2.2.2: of equal matches the one that allows counts",
        file: "User-agent: *\nDisallow: /bao\nAllow: /bao\n",
        paths: &[("/bao", true), ("/bao/1", true)],
    },
    Case {
        source: "Google, precedence: allow /p, disallow /",
        file: "User-agent: *\nAllow: /p\nDisallow: /\n",
        paths: &[("/page", true), ("/q", false)],
    },
    Case {
        source: "Google, precedence: allow /page, disallow /*.ph: equally long, so allowed",
        file: "User-agent: *\nAllow: /page\nDisallow: /*.ph\n",
        paths: &[("/page.php5", true)],
    },
    Case {
        source: "Google, precedence: allow /page, disallow /*.htm: the longer one counts",
        file: "User-agent: *\nAllow: /page\nDisallow: /*.htm\n",
        paths: &[("/page.htm", false)],
    },
    Case {
        source: "Google, precedence: allow /$, disallow /",
        file: "User-agent: *\nAllow: /$\nDisallow: /\n",
        paths: &[("/", true), ("/page.htm", false), ("/?p=1", false)],
    },
    Case {
        source: "RFC 9309 §2.2.3: $ is the end",
        file: "User-agent: *\nDisallow: /*.php$\n",
        paths: &[
            ("/a.php", false),
            ("/b/a.php", false),
            ("/a.php?x=1", true),
            ("/a.php5", true),
            ("/a.PHP", true),
            ("/a.php.php", false),
        ],
    },
    Case {
        source: "RFC 9309 §2.2.3: * is any number of octets, none included",
        file: "User-agent: *\nDisallow: /a*z/b*c\n",
        paths: &[("/az/bc", false), ("/a-x-z/b-y-c", false), ("/a/z/b/c/d", false), ("/az/b", true)],
    },
    Case {
        source: "Google: a star at the end changes nothing",
        file: "User-agent: *\nDisallow: /tin*\n",
        paths: &[("/tin", false), ("/tin/a", false), ("/ti", true)],
    },
    Case {
        source: "RFC 9309 §5.1: a pattern may begin with a star",
        file: "User-Agent: *\nDisallow: *.gif$\nDisallow: /example/\nAllow: /publications/\n",
        paths: &[("/a/b.gif", false), ("/example/x", false), ("/publications/", true), ("/a.gif?x", true)],
    },
    Case {
        source: "Google: a path that does not begin with / or * matches nothing",
        file: "User-agent: *\nDisallow: tin\nDisallow: x\n",
        paths: &[("/tin", true), ("/x", true), ("/", true)],
    },
    Case {
        source: "RFC 9309 §2.2.3: a dollar elsewhere is itself",
        file: "User-agent: *\nDisallow: /gia$/usd\n",
        paths: &[("/gia$/usd", false), ("/gia%24/usd", false), ("/gia/usd", true)],
    },
    Case {
        source: "RFC 9309 §2.2.3: %2A and %24 mean the star and the dollar themselves",
        file: "User-agent: *\nDisallow: /a%2A.html\nDisallow: /b%24\n",
        paths: &[("/a*.html", false), ("/ax.html", true), ("/b$", false), ("/b$c", false), ("/b", true)],
    },
    Case {
        source: "RFC 9309 §2.2.2, table: octets outside of ASCII count as encoded",
        file: "User-agent: *\nDisallow: /mưa\nDisallow: /n%E1%BA%AFng\n",
        paths: &[
            ("/mưa", false),
            ("/m%C6%B0a", false),
            ("/m%c6%b0a/1", false),
            ("/nắng", false),
            ("/mua", true),
        ],
    },
    Case {
        source: "RFC 9309 §2.2.2, table: an encoded unreserved character counts as itself",
        file: "User-agent: *\nDisallow: /foo/bar/%62%61%7A\n",
        paths: &[("/foo/bar/baz", false), ("/foo/bar/%62az", false), ("/foo/bar/ba", true)],
    },
    Case {
        source: "RFC 9309 §2.2.2, table: in a query https://x and https%3A%2F%2Fx count as the same",
        file: "User-agent: *\nDisallow: /foo/bar?baz=https://foo.bar\n",
        paths: &[
            ("/foo/bar?baz=https://foo.bar", false),
            ("/foo/bar?baz=https%3A%2F%2Ffoo.bar", false),
            ("/foo/bar?baz=http://foo.bar", true),
        ],
    },
    Case {
        source: "RFC 9309 §2.2.2: an encoded reserved character is not the plain one",
        file: "User-agent: *\nDisallow: /a%2Fb\nDisallow: /c/d\n",
        paths: &[("/a%2fb", false), ("/a/b", true), ("/c%2Fd", true)],
    },
    Case {
        source: "RFC 9309 §2.2.2: the query belongs to what is matched",
        file: "User-agent: *\nDisallow: /*?s=\nDisallow: /tim?\n",
        paths: &[("/a/b?s=1", false), ("/tim?q=x", false), ("/tim", true), ("/a/b?p=1&s=1", true)],
    },
    Case {
        source: "RFC 9309 §2.2.2: the file itself may always be fetched",
        file: "User-agent: *\nDisallow: /\n",
        paths: &[("/robots.txt", true), ("/robots.txt.html", false), ("/", false)],
    },
    Case {
        source: "RFC 9309 §2.2: comments, at the end of a line too",
        file: "# all\nUser-agent: * # everybody\nDisallow: /a # not this\n#Disallow: /b\n",
        paths: &[("/a", false), ("/b", true)],
    },
    Case {
        source: "RFC 9309 §2.2: blanks around names and values",
        file: "  User-agent :\t*  \n\tDisallow  :   /a \t\n",
        paths: &[("/a", false), ("/b", true)],
    },
    Case {
        source: "RFC 9309 §2.2: lines end with CR, LF or both",
        file: "User-agent: *\rDisallow: /a\r\nDisallow: /b\nDisallow: /c\r\rDisallow: /d",
        paths: &[("/a", false), ("/b", false), ("/c", false), ("/d", false), ("/e", true)],
    },
    Case {
        source: "Google: a byte order mark at the head is passed over",
        file: "\u{feff}User-agent: *\nDisallow: /a\n",
        paths: &[("/a", false), ("/b", true)],
    },
    Case {
        source: "RFC 9309 §2.2.4: records that are not known are passed over",
        file: "User-agent: *\nNoindex: /a\nHost: baobackan.vn\nDisallow: /b\nRequest-rate: 1/5\nDisallow: /c\n",
        paths: &[("/a", true), ("/b", false), ("/c", false)],
    },
    Case {
        source: "RFC 9309 §2.2.4: lines that are no records are passed over",
        file: "xin chào\nUser-agent: *\nDisallow /a\n::\n: x\nDisallow: /b\n",
        paths: &[("/a", true), ("/b", false)],
    },
    Case {
        source: "Google's parser: common misspellings are taken as meant",
        file: "Useragent: *\nDissallow: /a\nDisalow: /b\n",
        paths: &[("/a", false), ("/b", false), ("/c", true)],
    },
    Case {
        source: "Google: a page of HTML instead of the file holds no rules",
        file: "<!doctype html>\n<html><head><title>Không tìm thấy</title></head></html>\n",
        paths: &[("/", true), ("/a", true)],
    },
    Case { source: "RFC 9309 §2.2: an empty file allows everything", file: "", paths: &[("/", true)] },
    Case {
        source: "RFC 9309 §2.2.1: the star names all crawlers only when it stands alone",
        file: "User-agent: *bot\nDisallow: /a\n\nUser-agent: * everybody\nDisallow: /b\n",
        paths: &[("/a", true), ("/b", false)],
    },
];

fn names() -> Vec<String> {
    vec!["khobao".to_owned()]
}

fn url(path: &str) -> Url {
    Url::parse(&format!("https://baobackan.vn{path}")).unwrap()
}

fn rules(file: &str) -> Rules {
    Rules::parse(file.as_bytes(), &names())
}

#[test]
fn every_case_of_the_table_is_judged_as_its_source_says() {
    let mut wrong = Vec::new();
    let mut judged = 0;
    for case in CASES {
        let rules = rules(case.file);
        for (path, allowed) in case.paths {
            judged += 1;
            if rules.allows(&url(path)) != *allowed {
                wrong.push(format!(
                    "{}: {path} should be {}",
                    case.source,
                    if *allowed { "free" } else { "shut" }
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {judged} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(judged >= 60, "{judged} cases");
}

#[test]
fn the_denial_names_the_line() {
    let rules = rules("# tin\r\nUser-agent: *\r\nAllow: /tim\r\nDisallow: /tim-kiem # no search\r\n");
    assert_eq!(
        rules.denial(&url("/tim-kiem?q=a")).as_deref(),
        Some("robots.txt line 4: Disallow: /tim-kiem")
    );
    assert_eq!(rules.denial(&url("/tim")), None);
}

#[test]
fn the_crawler_obeys_what_is_said_to_any_of_its_names() {
    let names = ["khobao".to_owned(), "thu-vien".to_owned()];
    let file = "User-agent: Thu-Vien/3\nDisallow: /a\n\nUser-agent: khobao\nDisallow: /b\n\nUser-agent: *\nDisallow: /c";
    let rules = Rules::parse(file.as_bytes(), &names);
    let shut: Vec<&str> = ["/a", "/b", "/c"].into_iter().filter(|path| !rules.allows(&url(path))).collect();
    assert_eq!(shut, ["/a", "/b"]);
}

#[test]
fn product_tokens_are_letters_dashes_and_underscores() {
    for (text, token) in [
        ("khobao/0.1 (+x)", "khobao"),
        ("Thu-Vien_Bot2/1", "Thu-Vien_Bot"),
        ("*", ""),
        ("báo", "b"),
        ("", ""),
    ] {
        assert_eq!(product_token(text), token);
    }
}

#[test]
fn crawl_delays_are_read_for_the_group_that_counts() {
    let delay = |file: &str| rules(file).crawl_delay().map(|delay| delay.as_secs_f64());
    assert_eq!(delay("User-agent: *\nCrawl-delay: 10\nDisallow: /a"), Some(10.0));
    assert_eq!(delay("User-agent: *\nDisallow: /a\nCrawl-Delay: 0.5"), Some(0.5));
    assert_eq!(delay("User-agent: *\nCrawl-delay: 1,5 giây"), Some(1.5));
    assert_eq!(delay("User-agent: khobao\nDisallow:\n\nUser-agent: *\nCrawl-delay: 9"), None);
    assert_eq!(
        delay("User-agent: khobao\nDisallow:\nCrawl-delay: 3\nUser-agent: *\nCrawl-delay: 9"),
        Some(3.0)
    );
    // Lines that are no rules part no groups: these two names share what follows.
    assert_eq!(delay("User-agent: khobao\nCrawl-delay: 3\nUser-agent: other\nCrawl-delay: 9"), Some(9.0));
    assert_eq!(delay("User-agent: *\nCrawl-delay: 3\n\nUser-agent: *\nCrawl-delay: 7"), Some(7.0));
    assert_eq!(delay("Crawl-delay: 9\nUser-agent: *\nDisallow:"), None);
    for nonsense in ["", "-5", "mười", ".", "1.2.3"] {
        assert_eq!(delay(&format!("User-agent: *\nCrawl-delay: {nonsense}")), None, "{nonsense}");
    }
    assert_eq!(delay("User-agent: *\nCrawl-delay: 1e9"), Some(1.0));
    assert_eq!(delay(&format!("User-agent: *\nCrawl-delay: {}", "9".repeat(400))), Some(86_400.0));
}

#[test]
fn sitemaps_are_read_whoever_the_file_speaks_to() {
    let file = "Sitemap: https://baobackan.vn/sitemap.xml # all\nUser-agent: other\nDisallow: /\n\
                site-map:https://baobackan.vn/tin.xml\nSitemap: /relative.xml\nSitemap: \n";
    let rules = rules(file);
    let found: Vec<&str> = rules.sitemaps().iter().map(Url::as_str).collect();
    assert_eq!(found, ["https://baobackan.vn/sitemap.xml", "https://baobackan.vn/tin.xml"]);
    let many = Rules::parse("Sitemap: https://a.vn/\n".repeat(20_000).as_bytes(), &names());
    assert_eq!(many.sitemaps().len(), 1000);
}

#[test]
fn of_a_long_file_the_whole_lines_within_the_bound_count() {
    let head = "User-agent: *\nDisallow: /dau\n";
    let filler = "# ".to_owned() + &"x".repeat(97) + "\n";
    let mut file = head.to_owned();
    while file.len() + filler.len() < ROBOTS_BYTES_MAX - 20 {
        file.push_str(&filler);
    }
    file.push_str(&"#".repeat(ROBOTS_BYTES_MAX - 13 - file.len()));
    file.push('\n');
    // The bound falls into the middle of this line: what is left of it would forbid far more than it means.
    file.push_str("Disallow: /a-long-path-behind-the-bound\nDisallow: /cuoi\n");
    assert!(file.len() > ROBOTS_BYTES_MAX);
    let rules = rules(&file);
    assert!(!rules.allows(&url("/dau")));
    assert!(rules.allows(&url("/a")));
    assert!(rules.allows(&url("/cuoi")));
}

#[test]
fn a_hostile_file_costs_no_more_than_its_length() {
    let patterns = format!("Disallow: /{}x$\n", "*a".repeat(200)).repeat(1000);
    let rules = rules(&format!("User-agent: *\n{patterns}"));
    assert!(rules.allows(&url(&format!("/{}", "a".repeat(8000)))));
    let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    assert!(Rules::parse(&bytes, &names()).allows(&url("/a")));
}
