//! Kinds of openings, endings and captions in whole pages without a selector file, each by cases of its own: what a
//! line alone says is tested elsewhere, here that it stays so between a headline, a date and other paragraphs.

use khobao::article::Article;
use khobao::newspaper::Newspaper;
use khobao::page::Page;
use khobao::target::TargetKind;
use url::Url;

const PARAGRAPHS: [&str; 3] = [
    "Từ mờ sáng, sương còn phủ kín bến đò, ông Sấn đã chống thuyền đưa lũ trẻ sang sông học chữ ở điểm trường bên kia.",
    "Cả bản góp được hơn bốn trăm ngày công, cát sỏi lấy từ dưới suối lên, xi măng do huyện cấp theo kế hoạch năm.",
    "Đến cuối mùa khô, cây cầu bắc xong, học sinh không phải nghỉ học mùa lũ nữa, bà con ai cũng phấn khởi.",
];

/// The article of a page with these blocks in its body, published on this day.
fn read(blocks: &[String], published: &str) -> Article {
    let body = blocks.concat();
    read_page(&format!(
        "<html><head><title>Cây cầu mới ở bản Pác Nà</title>\
         <meta property=\"article:published_time\" content=\"{published}T17:00:00+07:00\"></head>\
         <body><h1>Cây cầu mới ở bản Pác Nà</h1><div class=\"content\">{body}</div></body></html>"
    ))
}

fn read_page(html: &str) -> Article {
    let unknown = Newspaper::unknown("baohoason.example.vn");
    let page = Page {
        kind: TargetKind::Article,
        url: Url::parse("https://baohoason.example.vn/cay-cau-moi-12345.html").unwrap(),
        status: 200,
        headers: vec![("content-type".to_owned(), "text/html; charset=utf-8".to_owned())],
        body: html.to_owned().into(),
        fetched_at: "2026-11-24T10:00:00Z".parse().unwrap(),
    };
    khobao::extract::article(&unknown, &page).unwrap()
}

fn paragraph(text: &str) -> String {
    format!("<p>{text}</p>")
}

fn paragraphs() -> Vec<String> {
    PARAGRAPHS.iter().map(|text| paragraph(text)).collect()
}

fn texts(article: &Article) -> Vec<&str> {
    article.body.iter().map(|block| block.text.as_str()).collect()
}

#[test]
fn openings_with_topics_weeks_and_traps() {
    for (published, opening, text, date) in [
        (
            "2021-05-10",
            "COVID-19: Sáng 10/5, cả nước có thêm 28 ca mắc mới.",
            "COVID-19: Sáng 10/5",
            "2021-05-10",
        ),
        (
            "2024-09-08",
            "Bão số 3: Từ đêm 7/9, các huyện vùng cao có mưa rất to.",
            "Bão số 3: Từ đêm 7/9",
            "2024-09-07",
        ),
        (
            "2023-05-11",
            "SEA Games 32 - Tối 10/5, đội điền kinh giành hai huy chương vàng.",
            "SEA Games 32 - Tối 10/5",
            "2023-05-10",
        ),
        (
            "2024-06-10",
            "Thứ Bảy tuần này (15/6), nhà thi đấu tỉnh mở cửa đón khách.",
            "Thứ Bảy tuần này (15/6)",
            "2024-06-15",
        ),
        (
            "2024-12-30",
            "Sáng thứ Năm tới (2/1), học sinh toàn tỉnh trở lại trường.",
            "Sáng thứ Năm tới (2/1)",
            "2025-01-02",
        ),
        (
            "2024-06-13",
            "Cuối tuần này (15 và 16/6), phố đi bộ có hội chợ nông sản.",
            "Cuối tuần này (15 và 16/6)",
            "2024-06-15",
        ),
        (
            "2024-06-13",
            "Hôm thứ Tư (12/6), giá cà phê lập đỉnh mới ở các huyện.",
            "Hôm thứ Tư (12/6)",
            "2024-06-12",
        ),
        (
            "2024-06-13",
            "BBK.- Chiều 12/6, Huyện ủy họp bàn việc chống hạn.",
            "BBK.- Chiều 12/6",
            "2024-06-12",
        ),
    ] {
        let article = read(&[vec![paragraph(opening)], paragraphs()].concat(), published);
        let dateline = article.dateline.as_ref().unwrap_or_else(|| panic!("{opening}"));
        assert_eq!((dateline.text.as_str(), dateline.date.unwrap().to_string().as_str()), (text, date));
        let body = article.lead.as_deref().into_iter().chain(texts(&article)).collect::<Vec<_>>();
        assert_eq!(body, [&[opening], PARAGRAPHS.as_slice()].concat(), "the opening stays in the text");
    }
    for opening in [
        "Đường 30/4 qua trung tâm thị xã xuống cấp nhiều năm nay.",
        "Hơn 10/12 xã của huyện đã có nước sạch về tận nhà.",
        "Cuối tuần, bà con xuống chợ đông hơn ngày thường.",
        "Ông kể: “Ngày 10/5 ấy, cả bản ra suối khuân đá”.",
    ] {
        let article = read(&[vec![paragraph(opening)], paragraphs()].concat(), "2024-06-13");
        assert_eq!(article.dateline.map(|dateline| dateline.text), None, "{opening}");
    }
}

#[test]
fn endings_of_every_kind() {
    for (lines, authors, note) in [
        (&["(Còn nữa)"][..], &[][..], None),
        (&["HÀ VĂN TƯ", "(Còn nữa)"], &["HÀ VĂN TƯ"], None),
        (&["Còn tiếp…", "Hà Văn Tư"], &["Hà Văn Tư"], None),
        (&["- Hết -"], &[], None),
        (&["(Xem tiếp kỳ sau)"], &[], None),
        (&["HÀ VĂN TƯ - LÒ THỊ MAI"], &["HÀ VĂN TƯ", "LÒ THỊ MAI"], None),
        (&["Bài và ảnh: H.T"], &["H.T"], None),
        (&["Hà Tư (thực hiện)"], &["Hà Tư"], None),
        (&["Nội dung: Lê Nhung", "Ảnh: Hồ Xuân Thành"], &["Lê Nhung", "Hồ Xuân Thành"], None),
        (&["Lê Nhung – Hồ Xuân Thành"], &["Lê Nhung", "Hồ Xuân Thành"], None),
        (&["NPV"], &[], Some("NPV")),
        (&["Ban Biên tập"], &[], Some("Ban Biên tập")),
        (&["Báo Sơn La"], &[], Some("Báo Sơn La")),
        (&["Nguồn: Báo Nhân Dân"], &[], Some("Nguồn: Báo Nhân Dân")),
        (&["(TTXVN/Vietnam+)"], &[], Some("(TTXVN/Vietnam+)")),
        (&["Ghi chép của Hà Tư"], &["Hà Tư"], None),
        (&["PGS.TS Trần Văn Tư"], &["Trần Văn Tư"], None),
        (&["D.Khang"], &["D.Khang"], None),
        (&["Nhà báo Hà Tư"], &["Hà Tư"], None),
        (&["Hội Nhà báo tỉnh Bắc Kạn"], &[], Some("Hội Nhà báo tỉnh Bắc Kạn")),
        (&["Bài: Hà Tư; ảnh: Lò Mai"], &["Hà Tư", "Lò Mai"], None),
        (&["Công an tỉnh Bắc Kạn"], &[], Some("Công an tỉnh Bắc Kạn")),
        (&["Theo baochinhphu.vn"], &[], Some("Theo baochinhphu.vn")),
        (&["(Tiếp theo và hết)"], &[], None),
    ] {
        let blocks = [paragraphs(), lines.iter().map(|line| paragraph(line)).collect()].concat();
        let article = read(&blocks, "2024-06-13");
        assert_eq!(texts(&article), PARAGRAPHS, "{lines:?}");
        assert_eq!(
            (article.authors.as_slice(), article.source_note.as_deref()),
            (&authors.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>()[..], note),
            "{lines:?}"
        );
    }
    for last in [
        "Theo kế hoạch, công trình sẽ hoàn thành trong năm nay.",
        "Nguồn nước được dẫn từ đầu nguồn về tận bản.",
        "Ảnh hưởng của bão khiến đường bị sạt nhiều đoạn.",
        "Còn nữa, bà con mong có thêm một điểm trường.",
        "Công an huyện đang điều tra vụ việc.",
        "Tổng hợp lại, cả bản được 400 ngày công.",
    ] {
        let article = read(&[paragraphs(), vec![paragraph(last)]].concat(), "2024-06-13");
        assert_eq!(texts(&article), [PARAGRAPHS.as_slice(), &[last]].concat());
        assert!(article.authors.is_empty() && article.source_note.is_none(), "{last}");
    }
}

#[test]
fn captions_and_what_is_none() {
    const CAPTION: &str = "Bà con bản Nà Lạn gặt lúa nương";
    let figure = |said: &str| {
        format!(
            "<figure><img src=\"https://baohoason.example.vn/anh/gat.jpg\" alt=\"\"><figcaption>{said}</figcaption></figure>"
        )
    };
    let below = |said: &str| {
        format!(
            "<p style=\"text-align:center\"><img src=\"https://baohoason.example.vn/anh/gat.jpg\"></p>\
             <p style=\"text-align:center\"><em>{said}</em></p>"
        )
    };
    let taken = "(Ảnh chụp lúc 7 giờ 10 phút ngày 31-8-2020 tại ngã tư Bản Vén)";
    for (said, captions, credit) in [
        ("Ảnh minh họa", &[][..], None),
        ("(Ảnh minh hoạ)", &[], None),
        ("Hình minh họa.", &[], None),
        ("Ảnh minh họa (nguồn Internet)", &[], Some("Internet")),
        ("Nguồn ảnh: Internet", &[], Some("Internet")),
        ("Ảnh tư liệu", &[], Some("tư liệu")),
        ("Bà con bản Nà Lạn gặt lúa nương", &[CAPTION], None),
        (
            "Bà con bản Nà Lạn gặt lúa nương (ảnh minh họa)",
            &["Bà con bản Nà Lạn gặt lúa nương (ảnh minh họa)"],
            None,
        ),
        (
            "Bà con bản Nà Lạn gặt lúa nương. (Ảnh TN)",
            &["Bà con bản Nà Lạn gặt lúa nương. (Ảnh TN)"],
            Some("TN"),
        ),
        (taken, &[taken], None),
    ] {
        for block in [figure(said), below(said)] {
            for place in [0, 1] {
                let mut blocks = paragraphs();
                blocks.insert(place, block.clone());
                let article = read(&blocks, "2024-06-13");
                assert_eq!(texts(&article), PARAGRAPHS, "{said}");
                assert_eq!(article.captions, captions, "{said}");
                let credits: Vec<Option<&str>> =
                    article.images.iter().map(|image| image.credit.as_deref()).collect();
                assert_eq!(credits, [credit], "{said}");
                assert_eq!(
                    article.dateline.map(|dateline| dateline.text),
                    None,
                    "a caption is no dateline: {said}"
                );
            }
        }
    }
}

#[test]
fn the_headline_is_the_one_that_is_printed_and_the_masthead_signs_nothing() {
    let body = paragraphs().concat();
    let article = read_page(&format!(
        "<html><head><title>Bàn giao cây cầu mới ở bản Pác Nà | Báo Hòa Sơn</title>\
         <meta property=\"og:title\" content=\"Báo Hòa Sơn - Niềm vui bên sông\"></head>\
         <body><main><h1>Bàn giao cây cầu mới ở bản Pác Nà</h1><div class=\"content\">{body}</div></main>\
         <footer>Tổng Biên tập: Lê Hà<br>Phó Tổng Biên tập: Vũ Sơn<br>Giấy phép số 12/GP-BTTTT ngày 10/05/2023</footer></body></html>"
    ));
    assert_eq!(article.title, "Bàn giao cây cầu mới ở bản Pác Nà");
    assert_eq!(texts(&article), PARAGRAPHS);
    assert!(article.authors.is_empty(), "{:?}", article.authors);
    assert_eq!(article.published_at, None, "the day of the licence is none of the article's");
}
