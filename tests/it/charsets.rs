//! What a page declares, what it was read as and what was mended is kept with the article.

use bytes::Bytes;
use khobao::article::{Article, Charset};
use khobao::extract;
use khobao::newspaper::Newspaper;
use khobao::page::Page;
use khobao::target::TargetKind;
use url::Url;

const TITLE: &str = "Con đường mới ở Nà Lẹng";
const FIRST: &str = "Bà con thôn Nà Lẹng góp công làm đường bê tông, con đường mới dài gần hai cây số nối bản với trung tâm xã.";
const SECOND: &str =
    "Từ nay, xe chở ngô và gỗ keo vào được tận ngõ, học sinh không còn phải lội suối đến trường.";

/// The same in the letters of a TCVN3 font.
const TCVN3: [&str; 3] = [
    "Con ®\u{AD}êng míi ë Nµ LÑng",
    "Bµ con th«n Nµ LÑng gãp c«ng lµm ®\u{AD}êng bª t«ng, con ®\u{AD}êng míi dµi gÇn hai c©y sè nèi b¶n víi trung t©m x·.",
    "Tõ nay, xe chë ng« vµ gç keo vµo ®\u{AD}îc tËn ngâ, häc sinh kh«ng cßn ph¶i léi suèi ®Õn tr\u{AD}êng.",
];

/// And in those of a VNI font.
const VNI: [&str; 3] = [
    "Con ñöôøng môùi ôû Naø Leïng",
    "Baø con thoân Naø Leïng goùp coâng laøm ñöôøng beâ toâng, con ñöôøng môùi daøi gaàn hai caây soá noái baûn vôùi trung taâm xaõ.",
    "Töø nay, xe chôû ngoâ vaø goã keo vaøo ñöôïc taän ngoõ, hoïc sinh khoâng coøn phaûi loäi suoái ñeán tröôøng.",
];

fn html(head: &str, [title, first, second]: [&str; 3]) -> String {
    format!(
        "<html><head>{head}</head><body><h1>{title}</h1><div><p>{first}</p><p>{second}</p></div></body></html>"
    )
}

fn read(content_type: &str, body: impl Into<Bytes>) -> Article {
    let page = Page {
        kind: TargetKind::Article,
        url: Url::parse("https://baosuoinga.example/con-duong-moi-7.html").unwrap(),
        status: 200,
        headers: vec![("content-type".into(), content_type.into())],
        body: body.into(),
        fetched_at: "2026-11-24T10:00:00Z".parse().unwrap(),
    };
    extract::article(&Newspaper::unknown("baosuoinga.example"), &page).unwrap()
}

/// Holds that the text came out whole and that this is told of its character set.
#[track_caller]
fn hold(article: &Article, declared: Option<&str>, used: &str, mended: Option<&str>) {
    assert_eq!(article.title, TITLE);
    let texts: Vec<&str> = article.body.iter().map(|block| block.text.as_str()).collect();
    assert_eq!(texts, [FIRST, SECOND]);
    let charset = Charset {
        declared: declared.map(str::to_owned),
        used: used.to_owned(),
        mended: mended.map(str::to_owned),
    };
    assert_eq!(article.read_by.charset.as_ref(), Some(&charset));
}

/// Bytes of one character set taken for those of another.
fn misread(text: &str, as_which: &'static encoding_rs::Encoding) -> String {
    as_which.decode_without_bom_handling(text.as_bytes()).0.into_owned()
}

#[test]
fn utf8_is_read_as_such_whatever_is_declared() {
    let page = html("", [TITLE, FIRST, SECOND]);
    hold(&read("text/html", page.clone()), None, "UTF-8", None);
    hold(&read("text/html; charset=utf-8", page), Some("utf-8"), "UTF-8", None);
    let page = html("<meta charset='Windows-1252'>", [TITLE, FIRST, SECOND]);
    hold(&read("text/html", page), Some("Windows-1252"), "UTF-8", None);
}

#[test]
fn the_fonts_of_the_nineties_are_told_as_mended() {
    for (texts, font) in [(TCVN3, "TCVN3"), (VNI, "VNI")] {
        let page = html("<meta charset=utf-8>", texts);
        hold(&read("text/html", page), Some("utf-8"), "UTF-8", Some(font));
        let page = html("", texts);
        let (bytes, _, has_faults) = encoding_rs::WINDOWS_1252.encode(&page);
        assert!(!has_faults);
        let read = read("text/html; charset=x-user-defined", bytes.into_owned());
        hold(&read, Some("x-user-defined"), "windows-1252", Some(font));
    }
}

#[test]
fn text_that_was_encoded_twice_is_told_as_mended() {
    for (as_which, mended) in [
        (encoding_rs::WINDOWS_1252, "UTF-8 read as windows-1252"),
        (encoding_rs::MACINTOSH, "UTF-8 read as macintosh"),
    ] {
        let page = misread(&html("", [TITLE, FIRST, SECOND]), as_which);
        hold(&read("text/html; charset=utf-8", page), Some("utf-8"), "UTF-8", Some(mended));
    }
}

#[test]
fn an_article_without_a_word_on_its_character_set_is_still_one() {
    let mut kept = serde_json::to_value(read("text/html", html("", [TITLE, FIRST, SECOND]))).unwrap();
    assert_eq!(kept["read_by"]["charset"]["used"], "UTF-8");
    kept["read_by"].as_object_mut().unwrap().remove("charset");
    let old: Article = serde_json::from_value(kept.clone()).unwrap();
    assert_eq!(old.read_by.charset, None);
    assert_eq!(serde_json::to_value(old).unwrap(), kept);
}
