//! `khobao newspapers new` as its user runs it: from addresses over HTTP, from saved pages, and what it says where it
//! cannot help.

use khobao::demo::SampleSite;
use serde_json::Value;

use crate::loopback::{Reply, Server, Site};
use crate::program::Desk;

/// An article page on a system of nobody's, with names that mean something among names that do not.
fn page(number: usize) -> String {
    let words = ["lúa", "ngô", "chè", "mía"][number % 4];
    format!(
        r#"<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>Được mùa {words} vụ thứ {number} | Báo Lũng Vân</title>
<meta property="og:site_name" content="Báo Lũng Vân"><link rel="alternate" type="application/rss+xml" href="/tin-moi.rss"></head>
<body class="css-1x2y3z"><div class="row clearfix"><ul class="menu-chinh"><li><a href="/">Trang chủ</a></li><li><a href="/xa-hoi">Xã hội</a></li>
<li><a href="/kinh-te">Kinh tế</a></li><li><a href="/van-hoa">Văn hóa</a></li></ul><span class="dong-ho">Thứ Sáu, 27/11/2026</span></div>
<div class="col-md-8 bai-viet" id="b{number}7654"><h1 class="mt-3 ten-bai css-9q8w7e">Được mùa {words} vụ thứ {number}</h1>
<div class="dong-thoi-gian">Thứ Hai, 0{number}/06/2026 07:3{number}</div>
<p class="tom-tat sapo-bai"><b>Vụ thứ {number}, bà con xã Lũng Vân được mùa {words}, năng suất cao hơn mọi năm gần {number}5%.</b></p>
<div class="sc-a1b2c3 noi-dung-bai"><p>LV - Sáng 0{number}/6, xã Lũng Vân họp mừng được mùa {words}, có đủ mặt bà con của {number} thôn trong xã.</p>
<div class="khung-anh"><img src="/anh/{number}.jpg"><p class="chu-thich-anh">Bà con thu hoạch {words} ở thôn thứ {number}.</p></div>
<p>Giá {words} bán tại ruộng đang ở mức {number}.500 đồng một cân, thương lái vào tận nơi thu mua nên ai cũng phấn khởi.</p>
<div class="tin-lien-quan"><a href="/tin/dat-lua-chin-som-hon-moi-nam-{number}111.html">Đất lúa chín sớm hơn mọi năm</a></div>
<p>Xã sẽ mở thêm {number} tuyến đường nội đồng để xe vào chở {words} được thuận tiện hơn trong vụ tới.</p></div>
<div class="nguoi-viet">Hoàng Thị Lệ</div></div></body></html>"#
    )
}

fn path(number: usize) -> String {
    format!("/tin/duoc-mua-vu-thu-{number}-20{number}731.html")
}

fn site() -> Site {
    let links: Vec<String> = (1..=4)
        .map(|number| format!(r#"<li class="o-tin"><a class="ten-tin" href="{}">Được mùa vụ thứ {number} ở xã Lũng Vân</a></li>"#, path(number)))
        .collect();
    let front = format!(
        r#"<!DOCTYPE html><html><body><ul class="menu-chinh"><li><a href="/">Trang chủ</a></li><li><a href="/xa-hoi">Xã hội</a></li>
<li><a href="/kinh-te">Kinh tế</a></li><li><a href="/van-hoa">Văn hóa</a></li></ul><ul class="ds-tin">{}</ul></body></html>"#,
        links.join("\n")
    );
    let robots = Reply::status(200).body("User-agent: *\nDisallow: /kin/\nSitemap: {origin}/so-do.xml\n");
    let mut site = Site::new().page("/robots.txt", robots).page("/", Reply::html(front));
    for number in 1..=4 {
        site = site.page(&path(number), Reply::html(page(number)));
    }
    site.page("/kin/mat-20731.html", Reply::html(page(1)))
}

/// The arguments of a draft from these addresses, and further ones.
fn arguments<'a>(urls: &'a [String], more: &[&'a str]) -> Vec<&'a str> {
    let mut all = vec!["newspapers", "new", "--allow-private", "--delay", "0s"];
    all.extend(urls.iter().map(String::as_str));
    all.extend(more);
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newspaper_of_no_family_is_drafted_from_three_addresses_and_read_with_the_draft() {
    let server = Server::start(site()).await;
    let urls: Vec<String> = (1..=3).map(|number| server.url(&path(number)).to_string()).collect();
    let desk = Desk::new();
    std::fs::create_dir(desk.path("tep")).unwrap();
    let more = ["--id", "baolungvan", "--province", "Hòa Bình", "--output", "tep"];
    let run = desk.run(&arguments(&urls, &more)).ends(0);
    assert_eq!(run.stdout, "");
    assert!(
        run.stderr.contains("Được mùa ngô vụ thứ 1") && run.stderr.contains("unsure: "),
        "{}",
        run.stderr
    );
    assert_eq!(server.paths()[..2], ["/robots.txt".to_owned(), path(1)], "robots.txt is asked first");
    assert_eq!(server.paths().last().unwrap(), "/", "and the front page last");

    let text = std::fs::read_to_string(desk.path("tep/baolungvan.toml")).unwrap();
    let file: toml::Table = text.parse().unwrap();
    let layout = &file["layout"][0];
    let first = |key: &str| layout[key][0].as_str().unwrap().to_owned();
    assert_eq!(file["name"].as_str(), Some("Báo Lũng Vân"));
    assert_eq!(file["crawl"]["article"].as_str(), Some(r"^/tin/[^/]*-(?<id>\d{4,})\.html$"));
    for (key, expected) in [
        ("title", "h1.ten-bai"),
        ("lead", ".sapo-bai"),
        ("body", ".noi-dung-bai"),
        ("published", ".dong-thoi-gian"),
        ("author", ".nguoi-viet"),
        ("caption", ".chu-thich-anh"),
        ("drop", ".tin-lien-quan"),
        ("links", ".ten-tin"),
    ] {
        assert_eq!(first(key), expected, "{key} in\n{text}");
    }
    assert_eq!(file["crawl"]["feeds"][0].as_str().unwrap(), server.url("/tin-moi.rss").as_str());
    for name in ["css-", "sc-a1", "col-md", "mt-3", "b17654", "clearfix"] {
        assert!(!text.contains(name), "{name} in\n{text}");
    }

    desk.run(&["newspapers", "check", "--selectors", "tep"]).ends(0);
    let fourth = server.url(&path(4)).to_string();
    let read =
        ["read", "--selectors", "tep", "--newspaper", "baolungvan", "--allow-private", "--json", &fourth];
    let article = desk.run(&read).ends(0).json().remove(0);
    assert_eq!(article["title"], "Được mùa lúa vụ thứ 4");
    assert_eq!(article["id_in_newspaper"], "204731");
    assert_eq!(
        article["lead"],
        "Vụ thứ 4, bà con xã Lũng Vân được mùa lúa, năng suất cao hơn mọi năm gần 45%."
    );
    assert_eq!(article["published_at"], "2026-06-04T07:34:00+07:00");
    assert_eq!(article["authors"][0], "Hoàng Thị Lệ");
    assert_eq!(article["captions"][0], "Bà con thu hoạch lúa ở thôn thứ 4.");
    assert_eq!(article["body"].as_array().unwrap().len(), 3, "{article}");
    for field in ["title", "lead", "body", "published_at", "authors"] {
        assert_eq!(article["origin"][field], "selector", "{field}");
    }
    let front = server.url("/").to_string();
    let links = [
        "read",
        "--links",
        "--selectors",
        "tep",
        "--newspaper",
        "baolungvan",
        "--allow-private",
        "--json",
        &front,
    ];
    let links = desk.run(&links).ends(0).json();
    let kind = |kind: &str| links.iter().filter(|link| link["kind"] == kind).count();
    assert_eq!((kind("article"), kind("listing")), (4, 3), "{links:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_family_of_the_sample_newspaper_is_found_by_its_pages() {
    let site = SampleSite::start().await.unwrap();
    let urls: Vec<String> = [
        "khai-mac-le-hoi-hoa-gao-van-mong-post21360.html",
        "mua-da-lam-hu-hong-hon-300-ngoi-nha-o-thach-lam-post21401.html",
        "mien-dong-ban-chang-tim-duong-vao-sieu-thi-post21377.html",
    ]
    .iter()
    .map(|name| format!("{}/{name}", site.origin()))
    .collect();
    let desk = Desk::new();
    let run = desk.run(&arguments(&urls, &["--json"])).ends(0);
    let draft = run.json().remove(0);
    assert_eq!(draft["family"], "epi", "{}", run.stderr);
    assert_eq!(draft["pages"].as_array().unwrap().len(), 3);
    let file: toml::Table = draft["toml"].as_str().unwrap().parse().unwrap();
    assert!(file["crawl"].get("article").is_none(), "the family's pattern does: {file}");
    assert!(file["crawl"]["sitemaps"][0].as_str().unwrap().ends_with("/sitemap.xml"), "{file}");
    site.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_robots_txt_forbids_is_not_fetched_and_the_rest_is_drafted() {
    let server = Server::start(site()).await;
    let mut urls: Vec<String> = (1..=2).map(|number| server.url(&path(number)).to_string()).collect();
    urls.push(server.url("/kin/mat-20731.html").to_string());
    let desk = Desk::new();
    let run = desk.run(&arguments(&urls, &[])).ends(1);
    assert!(run.stdout.contains("noi-dung-bai"), "{}", run.stdout);
    assert!(run.stderr.contains("/kin/mat-20731.html: "), "{}", run.stderr);
    assert!(!server.paths().iter().any(|path| path.starts_with("/kin/")));
}

#[test]
fn saved_pages_are_drafted_without_the_network() {
    let desk = Desk::new();
    let urls: Vec<String> =
        (1..=3).map(|number| format!("https://baolungvan.example{}", path(number))).collect();
    for number in 1..=3 {
        desk.file(&format!("{number}.html"), page(number));
    }
    let files = ["newspapers", "new", "--file", "1.html", "2.html", "3.html"];
    let run = desk.run(&files).ends(1);
    assert!(run.stderr.contains("wrong: hosts: the pages do not say their own addresses"), "{}", run.stderr);
    assert!(run.stdout.contains("body = [\".noi-dung-bai\"]"), "{}", run.stdout);
    let mut with_urls = files.to_vec();
    for url in &urls {
        with_urls.extend(["--url", url]);
    }
    let run = desk.run(&with_urls).ends(0);
    let file: toml::Table = run.stdout.parse().unwrap();
    assert_eq!(file["hosts"][0].as_str(), Some("baolungvan.example"));
    assert!(run.stderr.contains("newspaper baolungvan, family none"), "{}", run.stderr);
}

#[test]
fn a_host_of_another_newspaper_is_not_claimed() {
    let desk = Desk::new();
    let page = |folder: &str, start: &str| {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(folder);
        let mut files =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path().display().to_string());
        files
            .find(|name| name.contains(start) && !name.contains(".json") && !name.contains("/links"))
            .unwrap()
    };
    let (one, two) = (page("baobackan", "/2024-02-22"), page("baobackan", "/2024-03-12"));
    let other = page("tinnhanhchungkhoan", "/20");
    std::fs::create_dir(desk.path("tep")).unwrap();
    let run = desk.run(&["newspapers", "new", "--output", "tep", "--file", &one, &two, &other]).ends(0);
    assert!(run.stderr.contains("1 hosts belong to other newspapers and are left out"), "{}", run.stderr);
    assert!(run.stderr.contains("note: Báo Bắc Kạn is known already"), "{}", run.stderr);
    desk.run(&["newspapers", "check", "--selectors", "tep"]).ends(0);
    let run = desk.run(&["newspapers", "new", "--id", "baomoi", "--file", &one, &two]).ends(1);
    assert!(run.stderr.contains("is also in selectors/baobackan.toml"), "{}", run.stderr);
}

#[test]
fn what_cannot_be_drafted_is_told() {
    let desk = Desk::new();
    let told = |arguments: &[&str], code: i32| desk.run(arguments).ends(code).stderr;
    let one = told(&["newspapers", "new", "https://bao.example/a-1.html"], 2);
    assert!(one.contains("1 article page(s) are too few"), "{one}");
    desk.file("a.html", "<html><body><ul><li><a href=/a>A</a></li></ul></body></html>");
    let urls = ["--url", "https://bao.example/a-1.html", "--url", "https://bao.example/b-2.html"];
    let none = [&["newspapers", "new", "--file", "a.html", "a.html"][..], &urls].concat();
    let run = desk.run(&[&none[..], &["--json"]].concat()).ends(1);
    assert_eq!(run.stdout, "");
    let last: Value = serde_json::from_str(run.stderr.lines().last().unwrap()).unwrap();
    assert_eq!(last["reason"], "no draft");
    desk.file("b.html", page(1));
    desk.file("co-roi.toml", "");
    let pages = [&["newspapers", "new", "--file", "b.html", "b.html"][..], &urls].concat();
    let there = told(&[&pages[..], &["--output", "co-roi.toml"]].concat(), 2);
    assert!(there.contains("the file is there already"), "{there}");
    let family = told(&[&pages[..], &["--family", "epj"]].concat(), 2);
    assert!(family.contains("there is no family 'epj'"), "{family}");
}
