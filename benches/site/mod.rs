//! A made-up newspaper's site, page by page: as long and as alike as the pages of one real site are.
//!
//! Most of a page is the frame that all pages share: styles, scripts, menus, footer. In it stand one article, boxes
//! of links to others (the newest of the day, so that pages fetched close together share them and pages fetched
//! months apart do not), and what is different on every page by its nature: addresses with the article's number,
//! the time, a token.

// Text is built here, not measured; what one user of this file leaves unused, another uses.
#![allow(
    clippy::format_push_string,
    clippy::format_collect,
    clippy::type_complexity,
    dead_code,
    unreachable_pub
)]

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// How many words the site uses.
const WORDS: usize = 9000;

/// Numbers that look random and are the same on every run.
pub struct Dice(u64);

impl Dice {
    /// Dice that roll the same for the same seed.
    pub fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `below`.
    pub fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or_default() % below
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.roll(from.len())]
    }

    /// Small numbers more often than great ones, as words are in a text.
    fn rare(&mut self, below: usize) -> usize {
        let (a, b, c) = (self.roll(below), self.roll(below), self.roll(below));
        a.min(b).min(c)
    }
}

const ONSETS: [&str; 24] = [
    "b", "c", "ch", "d", "đ", "g", "h", "k", "kh", "l", "m", "n", "ng", "nh", "ph", "qu", "r", "s", "t",
    "th", "tr", "v", "x", "gi",
];
const RIMES: [&str; 40] = [
    "a", "à", "án", "ăng", "âm", "ấp", "em", "en", "ệnh", "ề", "ình", "iếng", "iệt", "o", "ong", "ốc", "ôi",
    "ộng", "ờ", "ời", "ợp", "u", "ung", "ước", "ường", "ưới", "ức", "ạnh", "ao", "ải", "ay", "ây", "ên",
    "iều", "oàn", "uyện", "uất", "ùa", "ủ", "ôn",
];

/// The words, made once.
static WORD_LIST: LazyLock<Vec<String>> = LazyLock::new(|| (0..WORDS).map(make_word).collect());

fn word(number: usize) -> &'static str {
    &WORD_LIST[number % WORDS]
}

fn make_word(number: usize) -> String {
    let mut dice = Dice::new(number as u64 + 77);
    let syllable = |dice: &mut Dice| format!("{}{}", dice.pick(&ONSETS), dice.pick(&RIMES));
    let first = syllable(&mut dice);
    if number.is_multiple_of(3) { first } else { format!("{first} {}", syllable(&mut dice)) }
}

/// A sentence or a title of about so many words.
pub fn sentence(dice: &mut Dice, words: usize) -> String {
    let words: Vec<&str> = (0..words.max(3)).map(|_| word(dice.rare(WORDS))).collect();
    let text = words.join(" ");
    let mut chars = text.chars();
    let first: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
    first + chars.as_str()
}

/// One article of the site.
pub struct Story {
    pub id: usize,
    pub title: String,
    pub lead: String,
    pub paragraphs: Vec<String>,
    pub captions: Vec<String>,
}

impl Story {
    /// The article of a number.
    pub fn new(id: usize) -> Story {
        Story::with(id, true)
    }

    /// The article of a number as a list shows it: without its text.
    pub fn card(id: usize) -> Story {
        Story::with(id, false)
    }

    fn with(id: usize, text: bool) -> Story {
        let mut dice = Dice::new(id as u64 + 1000);
        let paragraphs = 6 + dice.roll(12);
        let captions = 1 + dice.roll(4);
        let (paragraphs, captions) = if text { (paragraphs, captions) } else { (0, 0) };
        Story {
            id,
            title: sentence(&mut dice, 8),
            lead: sentence(&mut dice, 24),
            paragraphs: (0..paragraphs)
                .map(|_| {
                    let words = 25 + dice.roll(30);
                    sentence(&mut dice, words) + "."
                })
                .collect(),
            captions: (0..captions).map(|_| sentence(&mut dice, 10)).collect(),
        }
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("https://baomau.vn/xa-hoi/{}-post{}.html", slug(&self.title), self.id)
    }
}

fn slug(title: &str) -> String {
    khobao::text::fold::fold(title).replace(' ', "-")
}

/// The frames made so far, by kind and design.
static FRAMES: LazyLock<Mutex<HashMap<(String, u64), Arc<str>>>> = LazyLock::new(Mutex::default);

/// The frame that all pages share, until the site is redesigned.
fn frame(kind: &str, bytes: usize, design: u64) -> Arc<str> {
    let mut frames = FRAMES.lock().unwrap_or_else(PoisonError::into_inner);
    let made = frames.entry((kind.to_owned(), design));
    Arc::clone(made.or_insert_with(|| make_frame(kind, bytes, design).into()))
}

fn make_frame(kind: &str, bytes: usize, design: u64) -> String {
    let mut dice = Dice::new(design + kind.len() as u64);
    let mut text = String::with_capacity(bytes + 200);
    let mut number = 0;
    while text.len() < bytes {
        number += 1;
        let (a, b) = (dice.roll(9000), dice.roll(9000));
        let name = khobao::text::fold::fold(word(a)).replace(' ', "-");
        match kind {
            "style" => text.push_str(&format!(
                ".{name}__{number}{{margin:{}px {}px;color:#{:06x};font:{}px/1.4 Arial}}\n",
                dice.roll(40), dice.roll(40), dice.roll(0xff_ffff), 10 + dice.roll(20)
            )),
            "script" => text.push_str(&format!(
                "function f{number}(e,t){{var n=document.getElementById('{name}-{b}');if(n&&t>{}){{n.style.top=e+{}+'px'}}return n}}\n",
                dice.roll(900), dice.roll(900)
            )),
            _ => text.push_str(&format!(
                "<li class=\"menu__item\"><a href=\"/{name}/\" title=\"{0}\" class=\"menu__link\">{0}</a></li>\n", word(a)
            )),
        }
    }
    text
}

/// A box of links to the articles around `newest`.
fn links(title: &str, newest: usize, count: usize, step: usize) -> String {
    let mut text = format!("<section class=\"box-content\"><h3 class=\"box-heading\">{title}</h3>\n");
    for place in 0..count {
        let story = Story::card(newest.saturating_sub(place * step));
        text.push_str(&format!(
            "<article class=\"story\" data-id=\"{0}\"><figure class=\"story__thumb\"><a class=\"cms-link\" href=\"{1}\" title=\"{2}\"><img class=\"lazyload\" src=\"/web/images/blank.gif\" data-src=\"https://image.baomau.vn/w300/Uploaded/2026/{0}/{3:x}.jpg\" alt=\"{2}\"></a></figure><h4 class=\"story__heading\"><a class=\"cms-link\" href=\"{1}\">{2}</a></h4><div class=\"story__summary\">{4}</div></article>\n",
            story.id, story.url(), story.title, story.id * 2_654_435_761, story.lead
        ));
    }
    text + "</section>\n"
}

/// The page of an article, fetched on the day when article `newest` is the newest.
pub fn page(id: usize, newest: usize, design: u64) -> String {
    let story = Story::new(id);
    let url = story.url();
    let mut dice = Dice::new(id as u64 * 31 + newest as u64);
    let figures: String = story.captions.iter().enumerate().map(|(place, caption)| format!(
        "<table class=\"picture\"><tbody><tr><td><img src=\"https://image.baomau.vn/w1000/Uploaded/2026/{id}/{place}.jpg\" alt=\"{caption}\"></td></tr><tr><td class=\"caption\"><p>{caption}</p></td></tr></tbody></table>\n"
    )).collect();
    let paragraphs: String = story.paragraphs.iter().map(|text| format!("<p>{text}</p>\n")).collect();
    format!(
        "<!DOCTYPE html><html lang=\"vi\"><head><meta charset=\"utf-8\"><title>{title} | Báo Mẫu</title>\n<link rel=\"canonical\" href=\"{url}\"><meta property=\"og:url\" content=\"{url}\"><meta property=\"og:title\" content=\"{title}\"><meta name=\"description\" content=\"{lead}\"><meta property=\"article:published_time\" content=\"2026-05-{day:02}T{hour:02}:15:00+07:00\">\n<style>{style}</style><script>var token=\"{a:016x}{b:016x}\",now={now};\n{script}</script></head><body data-id=\"{id}\"><header><nav><ul>{menu}</ul></nav></header>\n<main><div class=\"article\"><h1 class=\"article__title\">{title}</h1><div class=\"article__meta\"><time datetime=\"2026-05-{day:02}\">{day}/5/2026 {hour}:15</time><a href=\"https://www.facebook.com/sharer.php?u={url}\">f</a><a href=\"https://zalo.me/share?u={url}\">z</a></div><div class=\"article__sapo\">{lead}</div><div class=\"article__body\">{figures}{paragraphs}</div></div>\n{related}</main><aside>{latest}{read}</aside><footer>{foot}</footer></body></html>",
        title = story.title,
        lead = story.lead,
        day = 1 + id % 28,
        hour = id % 24,
        style = frame("style", 40_000, design),
        script = frame("script", 45_000, design),
        menu = frame("menu", 12_000, design),
        foot = frame("foot", 6_000, design),
        a = dice.roll(usize::MAX >> 34),
        b = dice.roll(usize::MAX >> 34),
        now = 1_770_000_000 + newest * 61 + dice.roll(60),
        related = links("Tin liên quan", id.saturating_sub(3), 6, 7),
        latest = links("Tin mới", newest, 14, 1),
        read = links("Đọc nhiều", newest - newest % 40, 12, 3),
    )
}
