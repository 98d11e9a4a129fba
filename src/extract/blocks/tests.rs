//! Bodies in the markups of many systems, each read to what a person would copy out of it.

use url::Url;

use super::*;
use crate::extract::document::Document;

/// A body between others' text, read and written down a line each: `p`, `h`, `q`, `li`, `t` for blocks, `cap` for
/// captions, `img` for photos with the number of their caption.
fn read_body(inner: &str) -> Vec<String> {
    let page = format!("<html><body><h1>Tên bài</h1><div id=root>{inner}</div></body></html>");
    let url = Url::parse("https://baobinhtrung.vn/xa-hoi/ten-bai-post7.html").unwrap();
    let document = Document::parse(&page, &url, None);
    let root = scraper::Selector::parse("#root").unwrap();
    let root = document.root().select(&root).next().unwrap();
    let content = read(&document, root, Some("Tên bài"));
    let mut lines: Vec<String> = content
        .paragraphs
        .iter()
        .map(|paragraph| {
            let kind = match paragraph.kind {
                BlockKind::Paragraph => "p",
                BlockKind::Heading => "h",
                BlockKind::Quote => "q",
                BlockKind::ListItem => "li",
                BlockKind::Table => "t",
            };
            format!("{kind} {}", paragraph.text)
        })
        .collect();
    lines.extend(content.leads.iter().map(|lead| format!("lead {lead}")));
    lines.extend(content.bylines.iter().map(|byline| format!("by {byline}")));
    lines.extend(content.sources.iter().map(|source| format!("src {source}")));
    lines.extend(content.photos.captions.iter().map(|caption| format!("cap {caption}")));
    lines.extend(content.photos.images.iter().map(|image| {
        let name = image.url.path().rsplit('/').next().unwrap_or_default().to_owned();
        let caption = image.caption.map_or("-".to_owned(), |index| index.to_string());
        let credit = image.credit.as_deref().map(|credit| format!(" by {credit}")).unwrap_or_default();
        format!("img {name} {caption}{credit}")
    }));
    lines
}

const A: &str = "Sáng sớm, sương còn phủ kín bến đò, ông Sấn đã chống thuyền đưa lũ trẻ sang sông học chữ.";
const B: &str = "Cả bản góp được hơn bốn trăm ngày công, cát sỏi lấy từ dưới suối, xi măng do xã hỗ trợ.";
const C: &str = "Đến cuối tháng, cây cầu dài ba mươi mét bắc xong, học sinh không phải nghỉ học mùa lũ nữa.";

#[test]
fn paragraphs_stand_in_p_in_div_and_bare_between_breaks() {
    let expected = [format!("p {A}"), format!("p {B}"), format!("p {C}")];
    for body in [
        format!("<p>{A}</p><p>{B}</p>\n<p>{C}</p>"),
        format!("<div>{A}</div><div><div>{B}</div><section>{C}</section></div>"),
        format!("{A}<br><br>{B}<br/>\n<br/>{C}"),
        format!("<p>{A}</p>{B}<p></p>{C}"),
        format!("{A}<br>{B}<br>{C}<br>"),
        format!("<p>{A}<br>{B}</p><p>&nbsp;</p><p>{C}<br></p>"),
        format!("<font><p>{A}</p></font><span>{B}</span><p>{C}</p>"),
        format!(
            "<p>{A}<div><ins class=ads-zone-group><script>x()</script></ins></div></p><p>{B}</p><p>{C}</p>"
        ),
        format!("<!DOCTYPE html><html><body><p>{A}</p><p>{B}</p></body></html><p>{C}"),
        format!("<table><tr><td><p>{A}</p><p>{B}</p><p>{C}</p></td></tr></table>"),
        format!("<table width=100%><tr><td>{A}</td></tr><tr><td>{B}</td></tr><tr><td>{C}</td></tr></table>"),
        format!("<p>{A}</p><div class='VCSortableInPreviewMode' type=content><p>{B}</p></div><p>{C}</p>"),
    ] {
        assert_eq!(read_body(&body), expected, "{body}");
    }
}

#[test]
fn inline_tags_neither_glue_nor_part_words() {
    assert_eq!(
        read_body(
            "<p><b>BBT</b> -&nbsp;Chiều <i>10</i>/5,<span> tại </span>U<b>BND</b> xã<em>&nbsp;Bình Trung</em>.</p>"
        ),
        ["p BBT - Chiều 10/5, tại UBND xã Bình Trung."]
    );
    assert_eq!(
        read_body(
            "<p>Mùa mưa<o:p></o:p>kéo dài, <a href='/x.html'>dự báo</a> cho biết.<span>&nbsp;<o:p></o:p></span></p>"
        ),
        ["p Mùa mưakéo dài, dự báo cho biết."]
    );
}

#[test]
fn a_single_break_parts_where_a_sentence_ends_and_joins_where_it_goes_on() {
    assert_eq!(
        read_body("<p>(BTN) -<br>Mừng xuân mới, bà con<br>ra đồng sớm.</p>"),
        ["p (BTN) - Mừng xuân mới, bà con ra đồng sớm."]
    );
    assert_eq!(
        read_body("<p>Bà con cần nhớ<br>- Không đốt rác;<br>- Che chuồng trâu<br>1. Gọi cán bộ thú y</p>"),
        ["p Bà con cần nhớ", "p - Không đốt rác;", "p - Che chuồng trâu", "p 1. Gọi cán bộ thú y"]
    );
    assert_eq!(
        read_body(&format!("<p><b>Giữ nghề dệt</b><br>{A}</p>")),
        ["p Giữ nghề dệt".to_owned(), format!("p {A}")]
    );
}

#[test]
fn headings_quotes_lists_and_tables_keep_their_kind() {
    let body = format!(
        "<h2>Dựng cầu</h2><p>{A}</p><blockquote><p>Có cầu là có chữ.</p></blockquote>\
         <ul><li>Cát: 40 khối</li><li><p>Đá: 25 khối</p></li></ul>\
         <table><tr><th>Năm</th><th>Hộ</th></tr><tr><td>2021</td><td>40</td></tr></table><h4></h4>"
    );
    assert_eq!(
        read_body(&body),
        [
            "h Dựng cầu".to_owned(),
            format!("p {A}"),
            "q Có cầu là có chữ.".to_owned(),
            "li Cát: 40 khối".to_owned(),
            "li Đá: 25 khối".to_owned(),
            "t Năm\tHộ\n2021\t40".to_owned(),
        ]
    );
}

#[test]
fn captions_are_read_in_every_markup() {
    let expected = [
        format!("p {A}"),
        format!("p {B}"),
        "cap Bà con dựng cầu. Ảnh: Nông Khánh".to_owned(),
        "img cau.jpg 0 by Nông Khánh".to_owned(),
    ];
    let caption = "Bà con dựng cầu. Ảnh: Nông Khánh";
    for photo in [
        format!("<figure><img src=/u/cau.jpg><figcaption>{caption}</figcaption></figure>"),
        format!(
            "<figure class=article__avatar><img src=/u/cau.jpg alt='{caption}' cms-photo-caption='{caption}'></figure><p class=imgdesc><em>{caption}</em></p>"
        ),
        format!(
            "<table class='image center'><tr><td><img src=/u/cau.jpg></td></tr><tr><td class=desc>{caption}</td></tr></table>"
        ),
        "<table class=full-img><tr><td><img src=/u/cau.jpg></td></tr>\
         <tr><td class=image_desc> Bà con dựng cầu. Ảnh: Nông Khánh<br></td></tr></table>"
            .to_owned(),
        format!(
            "<table align=center><tr><td><img src=/u/cau.jpg></td></tr><tr><td><p><span style='COLOR: blue'>{caption}</span></p></td></tr></table>"
        ),
        format!("<p><img src=/u/cau.jpg alt=''></p><p><span><em>{caption}</em></span></p>"),
        format!(
            "<p style='text-align:center'><img src=/u/cau.jpg></p><p style='text-align: center'>{caption}</p>"
        ),
        format!("<center><img src=/u/cau.jpg><br>{caption}</center>"),
        format!("<p class='note ignore'><img src=/u/cau.jpg><br />\n{caption}</p>"),
        format!(
            "<div class='wp-caption aligncenter'><img src=/u/cau.jpg><p class=wp-caption-text><span>{caption}</span></p></div>"
        ),
        format!(
            "<figure><div><img src=/u/cau.jpg title='Tên bài - Ảnh 1.' alt='x - Ảnh 1.'></div><figcaption class=PhotoCMS_Caption><p data-placeholder='Nhập chú thích ảnh'>{caption}</p></figcaption></figure>"
        ),
        format!("<p><img src=/u/cau.jpg alt='{caption}'></p><p>{caption}</p><p>{caption}</p>"),
        format!("<p><img src=/u/cau.jpg></p><p>{caption}</p><p>Bà con dựng cầu - Ảnh: Nông Khánh.</p>"),
        format!(
            "<div class=photo><a href=/u/cau.jpg data-title='{caption}'><img src=/u/cau.jpg alt='{caption}'></a></div>"
        ),
        format!("<p><img src=/u/cau.jpg data-caption='{caption}'></p>"),
        format!(
            "<div><div><img src=/u/cau.jpg></div><div style='text-align:center'><i>{caption}</i></div></div>"
        ),
        format!("<p><img src=/u/cau.jpg></p><p class=pCaption>{caption}</p>"),
    ] {
        assert_eq!(read_body(&format!("<p>{A}</p>{photo}<p>{B}</p>")), expected, "{photo}");
    }
}

#[test]
fn a_caption_printed_twice_as_plain_text_is_one_caption() {
    let caption = "Quang cảnh buổi ra quân ở bến đò.";
    let expected = [format!("p {A}"), format!("p {B}"), format!("cap {caption}"), "img a.jpg 0".to_owned()];
    for photo in [
        format!("<p><img src=/u/a.jpg></p><p>{caption}</p><p>{caption}</p>"),
        format!(
            "<figure><img src=/u/a.jpg alt='{caption}'><figcaption>{caption}</figcaption></figure><p>{caption}</p>"
        ),
        format!(
            "<table><tr><td><img src=/u/a.jpg></td></tr><tr><td class=caption><p>{caption}</p></td></tr></table><p>{caption}</p>"
        ),
        format!("<p><img src=/u/a.jpg></p>{caption}<br>{caption}<br>"),
        format!("<p>{caption}</p><p><img src=/u/a.jpg></p><p>{caption}</p>"),
    ] {
        assert_eq!(read_body(&format!("<p>{A}</p>{photo}<p>{B}</p>")), expected, "{photo}");
    }
}

#[test]
fn a_line_under_a_photo_and_a_break_is_its_caption_unless_the_whole_text_is_parted_so() {
    let caption = "Quang cảnh buổi ra quân ở bến đò";
    let photo = format!("<p><img src=/u/a.jpg><br>{caption}</p>");
    assert_eq!(
        read_body(&format!("<p>{A}</p>{photo}<p>{B}</p>")),
        [format!("p {A}"), format!("p {B}"), format!("cap {caption}"), "img a.jpg 0".to_owned()]
    );
    assert_eq!(
        read_body(&format!("<img src=/u/a.jpg><br>{A}<br><br>{B}")),
        [format!("p {A}"), format!("p {B}"), "img a.jpg -".to_owned()]
    );
}

#[test]
fn what_is_no_caption_makes_none_and_stays_out_of_the_text() {
    for photo in [
        "<figure class=noCaption><img src=/u/a.jpg alt='Tên bài - Ảnh 1.'><figcaption><p></p></figcaption></figure>",
        "<table class=image><tr><td><img src=/u/a.jpg alt='a.jpg'></td></tr><tr><td class=desc>&nbsp;</td></tr></table>",
        "<figure><img src=/u/a.jpg alt='Tên bài'><figcaption>phoi-lua-120916.jpg</figcaption></figure>",
        "<p><img src=/u/a.jpg title='Tên bài' alt='ten bai'></p>",
    ] {
        assert_eq!(
            read_body(&format!("<p>{A}</p>{photo}<p>{B}</p>")),
            [format!("p {A}"), format!("p {B}"), "img a.jpg -".to_owned()]
        );
    }
    let credit =
        "<table class=image><tr><td><img src=/u/a.jpg></td></tr><tr><td>Ảnh: Thu Hà</td></tr></table>";
    assert_eq!(
        read_body(&format!("<p>{A}</p>{credit}<p>{B}</p>")),
        [format!("p {A}"), format!("p {B}"), "img a.jpg - by Thu Hà".to_owned()]
    );
}

#[test]
fn a_photo_beside_text_leaves_the_text_alone() {
    let floated = format!("<p><img src=/u/a.jpg align=right>{A}</p><p>{B}</p>");
    assert_eq!(read_body(&floated), [format!("p {A}"), format!("p {B}"), "img a.jpg -".to_owned()]);
    let tabled = format!(
        "<p><table align=right><tr><td><img src=/u/a.jpg></td></tr><tr><td><p>Bến đò cũ.</p></td></tr></table>{A}</p><p>{B}</p>"
    );
    assert_eq!(
        read_body(&tabled),
        [format!("p {A}"), format!("p {B}"), "cap Bến đò cũ.".to_owned(), "img a.jpg 0".to_owned()]
    );
    let short = format!("<p>{A}</p><p><img src=/u/a.jpg></p><p>Bà kể thêm nhiều chuyện.</p><p>{B}</p>");
    assert_eq!(
        read_body(&short),
        [
            format!("p {A}"),
            "p Bà kể thêm nhiều chuyện.".to_owned(),
            format!("p {B}"),
            "img a.jpg -".to_owned()
        ]
    );
}

#[test]
fn photos_share_captions_in_galleries_and_by_repeats() {
    let gallery =
        "<figure><img src=/u/a.jpg><img src=/u/b.jpg><figcaption>Hai bên bến đò.</figcaption></figure>";
    assert_eq!(read_body(gallery), ["cap Hai bên bến đò.", "img a.jpg 0", "img b.jpg 0"]);
    let columns = "<table><tr><td><img src=/u/a.jpg></td><td><img src=/u/b.jpg></td></tr>\
                   <tr><td>Bến đò cũ.</td><td>Cây cầu mới.</td></tr></table>";
    assert_eq!(read_body(columns), ["cap Bến đò cũ.", "cap Cây cầu mới.", "img a.jpg 0", "img b.jpg 1"]);
    let repeated = "<figure><img src=/u/a.jpg><figcaption>Dựng cầu.</figcaption></figure>\
                    <figure><img src=/u/b.jpg><figcaption>Dựng cầu</figcaption></figure>";
    assert_eq!(read_body(repeated), ["cap Dựng cầu.", "img a.jpg 0", "img b.jpg 0"]);
    let stack = "<table><tr><td><img src=/u/a.jpg></td></tr><tr><td>Bến đò cũ.</td></tr>\
                 <tr><td><img src=/u/b.jpg></td></tr><tr><td>Cây cầu mới.</td></tr></table>";
    assert_eq!(read_body(stack), ["cap Bến đò cũ.", "cap Cây cầu mới.", "img a.jpg 0", "img b.jpg 1"]);
}

#[test]
fn boxes_beside_the_article_are_left_out() {
    let expected = [format!("p {A}"), format!("p {B}")];
    for junk in [
        "<div class=related><table class=rl><tr><td><a href=/bai-khac-9.html>Xã bên khánh thành trường mới khang trang</a></td></tr></table></div>",
        "<div type=RelatedOneNews class=VCSortableInPreviewMode><a href=/x-1.htm><img src=/u/t.jpg></a><div><a href=/x-1.htm>Nước sông dâng cao, nhiều bến đò tạm dừng</a><p>Mưa lớn nhiều ngày khiến nước lên nhanh, chính quyền khuyến cáo bà con.</p></div></div>",
        "<p><strong>Tin liên quan:</strong></p><ul><li><a href=/x-1.html>Cầu mới nối đôi bờ sông Nậm</a></li><li><a href=/x-2.html>Trẻ vùng cao tới trường bằng thuyền</a></li></ul>",
        "<p><a href=/x-1.html><b>&gt;&gt; Cầu mới nối đôi bờ sông Nậm</b></a></p>",
        "<p>&gt;&gt; <a href=/x-1.html>Cầu mới nối đôi bờ sông Nậm</a></p>",
        "<p><em>Xem thêm: <a href=/x-1.html>Cầu mới nối đôi bờ sông Nậm</a></em></p>",
        "<div class='notebox cms-note'><a href=/x-1.html>Cầu mới nối đôi bờ sông Nậm</a></div>",
        "<div><a href=/x-1.html><img src=/u/t.jpg></a><div><a href=/x-1.html>Cầu mới nối đôi bờ sông Nậm</a><div>Người dân vui mừng.</div></div></div>",
        "<div class=tts-player><button>Nghe</button><span>Giọng nữ miền Bắc</span><span>0:00</span> / <span>3:12</span></div>",
        "<div id=adsWeb_AdsArticleMiddle class=banner><script>x()</script>Quảng cáo</div>",
        "<div style='display: none'><p>Chỗ này không hiện ra trên trang báo.</p></div>",
        "<div class=hidden>Chỗ này không hiện ra trên trang báo.</div>",
        "<noscript><p>Hãy bật JavaScript.</p></noscript><iframe>x</iframe><style>p{}</style>",
        "<div class=box-vote><p>Bạn thích cây cầu nào?</p><label>Cầu treo</label></div>",
        "<div class=share><a href='https://www.facebook.com/sharer'>Chia sẻ</a></div>",
        "<p>Theo dõi Báo Bình Trung trên Google News</p>",
        "<p>Hotline: 0209 000 111</p><p>{title}</p>",
        "<div class=tags><b>Từ khóa:</b> <a href=/t1>cầu</a> <a href=/t2>bến đò</a></div>",
        "<aside><h3>Đọc thêm</h3><a href=/x-1.html>Cầu mới nối đôi bờ sông Nậm</a></aside>",
        "<blockquote class=fb-post><a href='https://facebook.com/x'>Bài đăng</a></blockquote>",
        "<h1>Tên bài</h1><div><span>14/05/2026 17:02</span></div>",
        "<form><textarea>Ý kiến</textarea><p>Gửi ý kiến của bạn về bài này</p></form>",
        "<div class=comment-list><p>Nguyễn Văn X: Mừng cho bà con quá, ước gì bản tôi cũng có cầu.</p></div>",
    ] {
        assert_eq!(read_body(&format!("<p>{A}</p>{junk}<p>{B}</p>")), expected, "{junk}");
        assert_eq!(read_body(&format!("<p>{A}</p><p>{B}</p>{junk}")), expected, "after: {junk}");
    }
}

#[test]
fn labels_that_may_be_speech_stay_above_text() {
    let body = format!("<p>Hỏi:</p><p>{A}</p><p>Trả lời:</p><p>{B}</p><p>Video</p><p>Đọc báo in</p>");
    assert_eq!(
        read_body(&body),
        ["p Hỏi:".to_owned(), format!("p {A}"), "p Trả lời:".to_owned(), format!("p {B}")]
    );
    let box_of_links = format!(
        "<p>{A}</p><p>Nổi bật</p><ul><li><a href=/x-1.html>Cầu mới nối đôi bờ sông Nậm</a></li></ul><p>{B}</p>"
    );
    assert_eq!(read_body(&box_of_links), [format!("p {A}"), format!("p {B}")]);
}

#[test]
fn comments_under_the_article_are_left_out_however_long_they_are() {
    let comment = format!("<li><b>Người đọc</b><p>{A} {B} {C}</p></li>").repeat(8);
    for comments in [
        format!("<div class=comment-list><ul>{comment}</ul></div>"),
        format!("<section id=binh-luan><h3>Bình luận (8)</h3><ul>{comment}</ul></section>"),
    ] {
        let body = format!("<p>{A}</p>").repeat(1) + &format!("<p>{B} {C} {A} {B} {C} {A} {B}</p>{comments}");
        assert_eq!(read_body(&body).len(), 2, "{comments}");
    }
}

#[test]
fn a_linked_name_under_the_text_is_a_byline() {
    let body = format!(
        "<p>{A}</p><p>{B}</p><p align=right><a href=/tac-gia/hoai-an-12>Hoài An - Diễm My - Quốc Toản</a></p>"
    );
    assert_eq!(
        read_body(&body),
        [format!("p {A}"), format!("p {B}"), "by Hoài An - Diễm My - Quốc Toản".to_owned()]
    );
}

#[test]
fn text_in_boxes_of_the_article_stays() {
    for around in [
        ("<div class='sc-hightlight-box'>", "</div>"),
        ("<table border=1 bgcolor=#ffe><tr><td>", "</td></tr></table>"),
        (
            "<div class='VCSortableInPreviewMode alignCenter' type=content><div placeholder='Nhập nội dung...'>",
            "</div></div>",
        ),
        ("<aside class=box>", "</aside>"),
        ("<div class='td-post-content tagdiv-type posrelative'>", "</div>"),
        ("<div class=content-fck-slider-gallery><div class=photo-content>", "</div></div>"),
    ] {
        let body = format!("{}<p>{A}</p><p>{B}</p><p>{C}</p>{}", around.0, around.1);
        assert_eq!(read_body(&body), [format!("p {A}"), format!("p {B}"), format!("p {C}")], "{around:?}");
    }
    let linked =
        "<p>Theo <a href=/x.html>báo cáo của huyện</a>, <a href=/y.html>năm xã ven sông</a> đã có cầu.</p>";
    assert_eq!(read_body(linked), ["p Theo báo cáo của huyện, năm xã ven sông đã có cầu."]);
}

#[test]
fn named_leads_bylines_and_sources_are_told_apart_from_the_text() {
    let body = format!(
        "<p class=sapo>Cầu mới nối đôi bờ.</p><p>{A}</p><p class='author ignore'>Theo Vườn Nhà</p><p class=source>Báo Xa</p>"
    );
    assert_eq!(
        read_body(&body),
        [
            format!("p {A}"),
            "lead Cầu mới nối đôi bờ.".to_owned(),
            "by Theo Vườn Nhà".to_owned(),
            "src Báo Xa".to_owned()
        ]
    );
}
