//! Pages of links through the public function: listings of HTML and JSON, feeds and sitemaps, whole and broken.

use std::io::Write;
use std::sync::LazyLock;

use bytes::Bytes;
use khobao::discover;
use khobao::newspaper::Newspaper;
use khobao::page::{Page, Unfit};
use khobao::target::{Link, TargetKind};
use proptest::prelude::*;
use url::Url;

const HOUSE: &str = r#"
name = "Báo Thử"
hosts = ["baothu.vn", "www.baothu.vn"]
confidence = "high"
evidence = "a newspaper of the tests"

[crawl]
start = ["https://baothu.vn/"]
article = ['-post(?<id>\d+)\.html$']
listing = ['^/[a-z-]+/$', '^/[a-z-]+/trang-\d+\.html$']
ignore = ['^/quang-cao/']

[[crawl.api]]
kind = "json"
url = "https://baothu.vn/danh-sach?page={page}&limit=12"
items = "/data"
link = "/link"
title = "/title"
date = "/publish_date"

[[layout]]
name = "nay"
title = ["h1"]
body = [".body"]
links = ["article.story h2 a"]
next = [".xem-tiep @data-url"]
"#;

fn house() -> &'static Newspaper {
    static READ: LazyLock<Newspaper> =
        LazyLock::new(|| Newspaper::from_toml("baothu", HOUSE).unwrap_or_else(|faults| panic!("{faults}")));
    &READ
}

fn page(kind: TargetKind, url: &str, body: impl Into<Bytes>) -> Page {
    Page {
        kind,
        url: Url::parse(url).unwrap(),
        status: 200,
        headers: Vec::new(),
        body: body.into(),
        fetched_at: "2026-03-07T05:00:00Z".parse().unwrap(),
    }
}

fn read(kind: TargetKind, url: &str, body: &str) -> Vec<Link> {
    discover::links(house(), &page(kind, url, body.to_owned())).unwrap()
}

fn listing(body: &str) -> Vec<Link> {
    read(TargetKind::Listing, "https://baothu.vn/xa-hoi/", body)
}

/// One line a link: kind, address, title, date.
fn lines(links: &[Link]) -> Vec<String> {
    let line = |link: &Link| {
        let title = link.title.as_deref().unwrap_or("-");
        let date = link.date.map_or_else(|| "-".to_owned(), |date| date.to_string());
        format!("{} {} | {title} | {date}", link.target.kind, link.target.url)
    };
    links.iter().map(line).collect()
}

const CARDS: &str = r##"
<!DOCTYPE html><html><head><base href="https://anh.baothu-cdn.vn/static/v1/"><link rel="next" href="/xa-hoi/?trang=2"></head><body>
<nav><a href="/kinh-te/">Kinh tế</a> <a href="https://www.facebook.com/baothu">Facebook</a> <a href="#">Đầu trang</a></nav>
<aside><ul><li><a href="/cau-treo-ban-khuoi-slien-post901.html" title="Cầu treo bản Khuổi Sliến thông xe trước mùa lũ">Cầu treo bản Khuổi Sliến...</a></li></ul></aside>
<div class="danh-sach">
 <article class="story">
  <a href="/hop-tac-xa-che-post902.html?utm_source=home"><img src="a.jpg" alt="Đồi chè"></a>
  <h2><a href=" /hop-tac-xa-che-post902.html
  ">Hợp tác xã chè &amp;quot;Bằng&nbsp;Phúc&amp;quot; đón đoàn&#8203; khách đầu năm</a></h2>
  <div class="meta"><time datetime="2026-03-06T08:15:00+07:00">06/03/2026 08:15</time></div>
  <p class="sapo"><a href="/hop-tac-xa-che-post902.html">Sáng 6/3, gần 200 du khách đã lên đồi chè cùng bà con.</a></p>
  <a href="/hop-tac-xa-che-post902.html">Xem thêm</a>
 </article>
 <article class="story">
  <h2><a href="cau-treo-ban-khuoi-slien-post901.html">Cầu treo bản Khuổi Sliến thông xe</a></h2>
  <span class="time" data-time="1772791200"></span>
 </article>
 <article class="story"><h2><a href="/quang-cao/nem-post903.html">Nệm ngon ngủ sâu</a></h2></article>
 <article class="story"><h2><a href="https://baobancung.vn/tin-post904.html">Tin báo bạn</a></h2></article>
 <div class="the" data-href="/le-hoi-long-tong-post905.html"><h3>Lễ hội Lồng tồng: còn mãi tiếng then</h3></div>
 <a href="/tag/che-tag77.html">chè</a> <a href="javascript:void(0)">x</a> <a href="mailto:toasoan@baothu.vn">thư</a>
 <button class="xem-tiep" data-url="/ajax/xa-hoi/2">Xem thêm</button>
 <a href="/xa-hoi/trang-3.html">3</a>
</div></body></html>"##;

#[test]
fn a_listing_gives_each_target_once_with_its_best_title_and_date() {
    assert_eq!(
        lines(&listing(CARDS)),
        [
            "article https://baothu.vn/hop-tac-xa-che-post902.html | Hợp tác xã chè \"Bằng Phúc\" đón đoàn khách đầu năm | 2026-03-06T08:15:00+07:00",
            "article https://baothu.vn/xa-hoi/cau-treo-ban-khuoi-slien-post901.html | Cầu treo bản Khuổi Sliến thông xe | 2026-03-06T17:00:00+07:00",
            "listing https://baothu.vn/ajax/xa-hoi/2 | - | -",
            "listing https://baothu.vn/xa-hoi/?trang=2 | - | -",
            "listing https://baothu.vn/kinh-te/ | - | -",
            "article https://baothu.vn/le-hoi-long-tong-post905.html | Lễ hội Lồng tồng: còn mãi tiếng then | -",
            "listing https://baothu.vn/xa-hoi/trang-3.html | - | -",
        ]
    );
    assert_eq!(listing(CARDS)[0].target.id_in_newspaper.as_deref(), Some("902"));
}

#[test]
fn a_date_belongs_to_the_card_it_is_printed_in() {
    let body = r#"<div>
        <article class="story"><h2><a href="/a-post1.html">Bài thứ nhất trong danh sách</a></h2>
            <div class="meta"><time datetime="2026-03-06T20:36:49+0700"></time></div>
            <div class="refer"><a href="/b-post2.html">Bài liên quan của bài thứ nhất</a></div></article>
        <article class="item" data-publishtime="1772789449"><h3><a href="/c-post3.html">Bài thứ ba trong danh sách</a></h3></article>
        <ul><li><a href="/d-post4.html">Bài thứ tư trong danh sách</a> <span class="ngay-dang">2 giờ trước</span></li>
        <li><a href="/e-post5.html">Bài thứ năm, sinh ngày 1/2/1999 ở bản Cám</a></li>
        <li><a href="/g-post6.html">Bài thứ sáu trong danh sách</a> <p>Thứ Năm, 05/03/2026 | 09:10</p></li></ul></div>"#;
    assert_eq!(
        lines(&listing(body)),
        [
            "article https://baothu.vn/a-post1.html | Bài thứ nhất trong danh sách | 2026-03-06T20:36:49+07:00",
            "article https://baothu.vn/b-post2.html | Bài liên quan của bài thứ nhất | -",
            "article https://baothu.vn/c-post3.html | Bài thứ ba trong danh sách | 2026-03-06T16:30:49+07:00",
            "article https://baothu.vn/d-post4.html | Bài thứ tư trong danh sách | 2026-03-07T10:00:00+07:00",
            "article https://baothu.vn/e-post5.html | Bài thứ năm, sinh ngày 1/2/1999 ở bản Cám | -",
            "article https://baothu.vn/g-post6.html | Bài thứ sáu trong danh sách | 2026-03-05T09:10:00+07:00",
        ]
    );
}

#[test]
fn links_of_a_listing_start_from_the_newspapers_own_base() {
    let body = "<base href='/tin/'><a href='a-post1.html'>Một bài có tên khá dài</a>";
    assert_eq!(
        lines(&listing(body)),
        ["article https://baothu.vn/tin/a-post1.html | Một bài có tên khá dài | -"]
    );
}

#[test]
fn a_title_shortened_with_dots_is_made_whole_by_its_attribute() {
    let body =
        "<a href='/a-post1.html' title='Mùa hoa lê trên cao nguyên đá'><h3>Mùa hoa lê trên...</h3></a>";
    assert_eq!(listing(body)[0].title.as_deref(), Some("Mùa hoa lê trên cao nguyên đá"));
}

#[test]
fn a_site_without_a_file_is_followed_by_the_looks_of_its_links() {
    let body = "<a href='/doan-vien-thanh-nien-ra-quan-trong-cay-20260306110500.htm'>Đoàn viên thanh niên ra quân trồng cây</a>
                <div class='pagination'><a href='/danh-muc/tin?so=2'>2</a> <a href='/danh-muc/tin?so=2'>»</a></div>
                <a href='/lien-he'>Liên hệ</a>";
    let links = discover::links(
        &Newspaper::unknown("trangtin.example"),
        &page(TargetKind::Listing, "https://trangtin.example/", body.to_owned()),
    )
    .unwrap();
    assert_eq!(
        lines(&links),
        [
            "article https://trangtin.example/doan-vien-thanh-nien-ra-quan-trong-cay-20260306110500.htm | Đoàn viên thanh niên ra quân trồng cây | 2026-03-06T11:05:00+07:00",
            "listing https://trangtin.example/danh-muc/tin?so=2 | - | -",
        ]
    );
}

#[test]
fn what_is_no_page_of_links_is_told_apart() {
    let unfit = |kind, body: &'static [u8]| {
        discover::links(house(), &page(kind, "https://baothu.vn/x", Bytes::from_static(body))).unwrap_err()
    };
    assert_eq!(unfit(TargetKind::Listing, b" \n "), Unfit::Empty);
    assert_eq!(unfit(TargetKind::Listing, b"%PDF-1.7 x").to_string(), "not an HTML page: a PDF file");
    assert_eq!(unfit(TargetKind::Feed, b"<!doctype html><html>").to_string(), "not a feed: an HTML page");
    assert_eq!(unfit(TargetKind::Sitemap, b"{\"a\": 1}").to_string(), "not a sitemap: JSON");
    assert_eq!(
        unfit(TargetKind::Feed, b"<?xml version='1.0'?><urlset/>").to_string(),
        "not a feed: an XML document that is no feed"
    );
    let wall =
        b"<html><title>Just a moment...</title><script src='/cdn-cgi/challenge-platform/x.js'></script>";
    assert!(matches!(unfit(TargetKind::Listing, wall), Unfit::Blocked(_)));
}

#[test]
fn a_json_listing_gives_its_items_and_the_page_after_it() {
    let body = r#"{"data": [
        {"link": "/mua-xuan-ban-cao-post11.html", "title": "Mùa xuân b&#7843;n cao", "publish_date": "2026-03-05T07:00:00"},
        {"link": "/mua-xuan-ban-cao-post11.html"}, {"title": "Không có liên kết"}, {"link": "https://bao-khac.vn/a-post1.html"}
    ]}"#;
    let url = "https://baothu.vn/danh-sach?page=3&limit=12";
    assert_eq!(
        lines(&read(TargetKind::Listing, url, body)),
        [
            "article https://baothu.vn/mua-xuan-ban-cao-post11.html | Mùa xuân bản cao | 2026-03-05T07:00:00+07:00",
            "listing https://baothu.vn/danh-sach?page=4&limit=12 | - | -",
        ]
    );
    assert!(read(TargetKind::Listing, url, r#"{"data": []}"#).is_empty());
    let cut = discover::links(house(), &page(TargetKind::Listing, url, &body.as_bytes()[..80]));
    assert!(matches!(cut, Err(Unfit::Cut(_))), "{cut:?}");
    let other = discover::links(house(), &page(TargetKind::Listing, url, "{\"error\": 5}"));
    assert_eq!(other.unwrap_err().to_string(), "not a JSON listing: JSON without a list at `/data`");
}

fn feed(body: &str) -> Vec<String> {
    lines(&read(TargetKind::Feed, "https://baothu.vn/rss/xa-hoi.rss", body))
}

const RSS: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>Báo Thử</title><link>https://baothu.vn</link>
<item><title>Thầy giáo <![CDATA[& lớp học]]> bên suối</title><link>https://baothu.vn/thay-giao-post21.html</link>
 <media:content url="https://baothu.vn/anh-post99.html"><media:title>Ảnh</media:title></media:content>
 <pubDate>Fri, 06 Mar 2026 09:30:00 +0700</pubDate></item>
<item><title>Trồng quế</title><guid isPermaLink="true">https://baothu.vn/trong-que-post22.html</guid><pubDate>2026-03-05</pubDate></item>
</channel></rss>"#;

const RSS_LINES: [&str; 2] = [
    "article https://baothu.vn/thay-giao-post21.html | Thầy giáo & lớp học bên suối | 2026-03-06T09:30:00+07:00",
    "article https://baothu.vn/trong-que-post22.html | Trồng quế | 2026-03-05",
];

#[test]
fn a_feed_gives_its_items() {
    assert_eq!(feed(RSS), RSS_LINES);
}

#[test]
fn an_atom_feed_gives_its_entries() {
    let atom = r#"<feed xmlns="http://www.w3.org/2005/Atom"><title>Báo Thử</title><id>x</id><updated>2026-03-06T00:00:00Z</updated>
        <entry><title type="html">Đường lên &lt;b&gt;bản mới&lt;/b&gt;</title><id>tag:baothu.vn,2026:31</id>
        <link rel="enclosure" href="https://baothu.vn/a.mp3"/><link rel="alternate" href="/duong-len-ban-post31.html"/>
        <updated>2026-03-06T02:00:00+07:00</updated></entry></feed>"#;
    let expected = [
        "article https://baothu.vn/duong-len-ban-post31.html | Đường lên bản mới | 2026-03-06T02:00:00+07:00",
    ];
    assert_eq!(feed(atom), expected);
    assert_eq!(feed(&atom.replace("</feed>", "<entry><title>cụt")), expected);
}

#[test]
fn a_feed_that_breaks_the_rules_gives_its_items_all_the_same() {
    let broken = [
        format!("\n\n  {RSS}"),
        RSS.replace("Trồng quế", "Tr&#7891;ng&nbsp;qu&#7871;"),
        RSS.replace(
            "https://baothu.vn/trong-que-post22.html",
            "https://baothu.vn/trong-que-post22.html?a=1&fbclid=2",
        )
        .replace("?a=1&fbclid", "?fbclid"),
        RSS.replace("utf-8", "utf-16"),
        RSS.replace("</channel></rss>", ""),
        RSS.replace(
            "</channel></rss>",
            "<item><title>Bài bị c\u{1}ắt</title><link>https://baothu.vn/cut-post23.ht",
        ),
        RSS.replace("<channel>", "<channel><description>Giá < 5 & > 3 <br></description>"),
        RSS.replace("</media:content>", "</media:group>"),
    ];
    for body in broken {
        assert_eq!(feed(&body), RSS_LINES, "{body}");
    }
    let encoded = encoding_rs::UTF_8.encode(RSS).0.into_owned();
    let marked = [b"\xEF\xBB\xBF".to_vec(), encoded].concat();
    let links =
        discover::links(house(), &page(TargetKind::Feed, "https://baothu.vn/rss/a.rss", marked)).unwrap();
    assert_eq!(lines(&links), RSS_LINES);
}

#[test]
fn a_feed_without_items_is_empty_and_no_fault() {
    assert!(feed("<rss version='2.0'><channel><title>x</title></channel></rss>").is_empty());
}

fn sitemap(body: impl Into<Bytes>) -> Vec<String> {
    let url = "https://baothu.vn/sitemap-2026-3.xml";
    lines(&discover::links(house(), &page(TargetKind::Sitemap, url, body)).unwrap())
}

const SITEMAP: &str = r#"<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc>https://baothu.vn</loc><lastmod>2026-03-06T10:00:00+07:00</lastmod></url>
<url><loc> https://baothu.vn/a-post41.html </loc><lastmod>2026-03-04</lastmod><image:image><image:loc>https://baothu.vn/b-post42.html</image:loc><image:title>Ảnh</image:title></image:image></url>
<url><loc>https://baothu.vn/c-post43.html?x=1&amp;y=2</loc><news:news><news:publication><news:name>Báo Thử</news:name></news:publication>
<news:publication_date>2026-03-05T06:00:00+07:00</news:publication_date><news:title>Chợ phiên &amp;quot;vùng cao&amp;quot;</news:title></news:news><lastmod>2026-03-06</lastmod></url>
</urlset>"#;

const SITEMAP_LINES: [&str; 3] = [
    "listing https://baothu.vn/ | - | 2026-03-06T10:00:00+07:00",
    "article https://baothu.vn/a-post41.html | - | 2026-03-04",
    "article https://baothu.vn/c-post43.html?x=1&y=2 | Chợ phiên \"vùng cao\" | 2026-03-05T06:00:00+07:00",
];

#[test]
fn a_sitemap_gives_its_pages_with_dates_and_the_titles_of_news() {
    assert_eq!(sitemap(SITEMAP), SITEMAP_LINES);
    assert_eq!(sitemap(SITEMAP.replace("&amp;y", "&y")), SITEMAP_LINES);
}

#[test]
fn a_packed_sitemap_is_unpacked_also_where_it_is_cut_off() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(SITEMAP.as_bytes()).unwrap();
    let packed = encoder.finish().unwrap();
    assert_eq!(sitemap(packed.clone()), SITEMAP_LINES);
    let mut stored = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
    stored.write_all(SITEMAP.as_bytes()).unwrap();
    let stored = stored.finish().unwrap();
    assert_eq!(sitemap(stored[..stored.len() - 300].to_vec()), SITEMAP_LINES[..2]);
}

#[test]
fn a_sitemap_with_a_broken_tail_gives_what_stands_before_it() {
    let end = SITEMAP.find("<news:title>").unwrap();
    assert_eq!(sitemap(SITEMAP[..end].to_owned()), SITEMAP_LINES[..2]);
    let garbled = SITEMAP.replacen("<url><loc> ", "<url><loc a=\"> ", 1);
    assert_eq!(sitemap(garbled), [SITEMAP_LINES[0], SITEMAP_LINES[2]]);
}

#[test]
fn an_index_gives_sitemaps_of_the_newspapers_own_hosts_alone() {
    let index =
        "<sitemapindex><sitemap><loc>https://baothu.vn/sm/2026-2</loc><lastmod>2026-03-01</lastmod></sitemap>
        <sitemap><loc>https://en.bao-khac.vn/sitemap.xml</loc></sitemap></sitemapindex>";
    assert_eq!(sitemap(index), ["sitemap https://baothu.vn/sm/2026-2 | - | 2026-03-01"]);
}

#[test]
fn a_sitemap_of_plain_lines_is_read() {
    assert_eq!(
        sitemap("https://baothu.vn/a-post1.html\r\n\r\nhttps://baothu.vn/b-post2.html\n"),
        ["article https://baothu.vn/a-post1.html | - | -", "article https://baothu.vn/b-post2.html | - | -"]
    );
}

#[test]
fn the_links_of_one_page_are_bounded() {
    let lines: Vec<String> =
        (0..discover::LINKS_MAX + 500).map(|n| format!("https://baothu.vn/a-post{n}.html")).collect();
    assert_eq!(sitemap(lines.join("\n")).len(), discover::LINKS_MAX);
}

#[test]
fn hostile_pages_end() {
    let deep = format!("{}<a href='/a-post1.html'>Một bài nằm rất sâu</a>", "<div>".repeat(500));
    assert_eq!(listing(&deep).len(), 1);
    assert!(listing(&"<div>".repeat(100_000)).is_empty());
    let deep = format!("<urlset>{}", "<url>".repeat(100_000));
    assert!(sitemap(deep).is_empty());
    let broken = format!("<urlset>{}", "<url><loc <".repeat(20_000));
    assert!(sitemap(broken).is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_feed_or_sitemap_cut_anywhere_gives_no_link_that_the_whole_does_not(at in 0..SITEMAP.len()) {
        for (kind, whole) in [(TargetKind::Feed, RSS), (TargetKind::Sitemap, SITEMAP)] {
            let all = read(kind, "https://baothu.vn/x.xml", whole);
            let cut = &whole.as_bytes()[..at.min(whole.len())];
            let found = discover::links(house(), &page(kind, "https://baothu.vn/x.xml", cut.to_vec()));
            for link in found.unwrap_or_default() {
                prop_assert!(all.iter().any(|known| known.target == link.target), "{link:?} at {at}");
            }
        }
    }

    #[test]
    fn pages_with_bytes_gone_wrong_are_read_or_refused(
        kind in prop::sample::select(vec![TargetKind::Listing, TargetKind::Feed, TargetKind::Sitemap]),
        flips in prop::collection::vec((0..4096_usize, any::<u8>()), 1..20),
    ) {
        let mut bytes = match kind {
            TargetKind::Feed => RSS,
            TargetKind::Sitemap => SITEMAP,
            _ => CARDS,
        }
        .as_bytes()
        .to_vec();
        for (at, byte) in flips {
            let at = at % bytes.len();
            bytes[at] = byte;
        }
        let newspaper = house();
        let links = discover::links(newspaper, &page(kind, "https://baothu.vn/xa-hoi/", bytes));
        for link in links.unwrap_or_default() {
            prop_assert!(newspaper.owns(&link.target.url), "{}", link.target.url);
        }
    }
}
