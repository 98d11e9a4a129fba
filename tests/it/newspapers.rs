//! Selector files: the shipped ones are sound, wrong ones tell all their faults, and addresses are classed by them.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::path::Path;

use khobao::newspaper::{Class, Newspaper, Newspapers, Sources, Status};
use proptest::prelude::*;
use url::Url;

use crate::program::Desk;

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

fn article(id: &str) -> Class {
    Class::Article { id: Some(id.to_owned()) }
}

#[test]
fn the_shipped_selector_files_have_no_fault() {
    let newspapers = Newspapers::built_in().unwrap_or_else(|faults| panic!("{faults}"));
    assert!(newspapers.get("baobackan").is_some());
}

/// The examples of the shipped files: the newspaper, what the address is, the address.
fn examples() -> Vec<(String, String, Url)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("selectors");
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "toml") {
            continue;
        }
        let file: toml::Table = std::fs::read_to_string(&path).unwrap().parse().unwrap();
        let id = path.file_stem().unwrap().to_str().unwrap();
        for (kind, addresses) in file["examples"].as_table().unwrap() {
            for address in addresses.as_array().unwrap() {
                found.push((id.to_owned(), kind.clone(), url(address.as_str().unwrap())));
            }
        }
    }
    found
}

#[test]
fn every_example_is_classed_by_its_newspaper_and_by_no_other() {
    let newspapers = Newspapers::built_in().unwrap();
    let examples = examples();
    assert!(examples.len() > 200, "{} examples", examples.len());
    for (id, kind, address) in &examples {
        for newspaper in &newspapers {
            let class = newspaper.classify(address);
            let expected = if newspaper.id == *id { kind.as_str() } else { "other" };
            let found = match class {
                Class::Article { .. } => "article",
                Class::Listing => "listing",
                Class::Other => "other",
                Class::Feed | Class::Sitemap => "feed or sitemap",
            };
            let may_be_anothers = newspaper.id != *id && kind == "other";
            assert!(found == expected || may_be_anothers, "{}: {address} is {found}", newspaper.id);
        }
    }
}

#[test]
fn there_is_a_file_for_each_of_the_63_provincial_newspapers() {
    let newspapers = Newspapers::built_in().unwrap();
    let provincial: Vec<&Newspaper> =
        newspapers.iter().filter(|newspaper| newspaper.province.is_some()).collect();
    let provinces: HashSet<&str> =
        provincial.iter().filter_map(|newspaper| newspaper.province.as_deref()).collect();
    let provinces_2025: HashSet<&str> =
        provincial.iter().filter_map(|newspaper| newspaper.province_2025.as_deref()).collect();
    assert_eq!((provincial.len(), provinces.len(), provinces_2025.len()), (63, 63, 34));
    let on_disk: HashSet<String> = examples().into_iter().map(|(id, _, _)| id).collect();
    assert_eq!(on_disk.len(), newspapers.len(), "the binary carries every file");
    for newspaper in &newspapers {
        assert!(newspaper.evidence.is_some(), "{} tells its evidence", newspaper.id);
        assert!(!newspaper.seeds().is_empty(), "{} has a place to start from", newspaper.id);
        if let Status::Merged { into, .. } = &newspaper.status {
            let other = newspapers.get(into).unwrap();
            assert_eq!(other.province_2025, newspaper.province_2025, "{} and {into}", newspaper.id);
        }
    }
}

#[test]
fn two_counts_of_numbers_in_one_newspaper_never_meet() {
    let newspapers = Newspapers::built_in().unwrap();
    let id = |newspaper: &str, address: &str| {
        newspapers.get(newspaper).unwrap().target(&url(address)).unwrap().id_in_newspaper.unwrap()
    };
    assert_eq!(id("baodanang", "https://baodanang.vn/cau-moi-3235682.html"), "3235682");
    assert_eq!(id("baodanang", "https://baodanang.vn/xa-hoi/202101/cau-cu-3235682/"), "202101-3235682");
    assert_eq!(
        id("baogialai", "https://baogialai.com.vn/channel/10042/201903/a-b-5624352/"),
        "channel-5624352"
    );
    assert_eq!(
        id("baonghean", "https://baonghean.vn/a-b-POST256740.html".to_lowercase().as_str()),
        "post256740"
    );
    assert_eq!(id("baosonla", "https://baosonla.vn/a-b/c-d-51YnYvXDR.html"), "51ynyvxdr");
    assert_eq!(
        id("baobinhdinh", "https://baobinhdinh.vn/viewer.aspx?macm=39&mabb=222823&fbclid=x"),
        "222823"
    );
}

#[test]
fn a_json_listing_leads_from_its_start_to_the_articles() {
    let newspapers = Newspapers::built_in().unwrap();
    let paper = newspapers.get("baodienbienphu").unwrap();
    let menu =
        paper.seeds().into_iter().find(|seed| seed.url.host_str() != Some("baodienbienphu.vn")).unwrap();
    let item =
        serde_json::json!({"menu_slug": "kinh-te", "category_slug": "kinh-te", "article_slug": "vu-lua-moi"});
    let section = url(&paper.api(&menu.url).unwrap().link.fill(&item).unwrap());
    assert_eq!(paper.classify(&section), Class::Listing);
    let article = url(&paper.api(&section).unwrap().link.fill(&item).unwrap());
    assert_eq!(
        paper.target(&article).unwrap().url.as_str(),
        "https://baodienbienphu.vn/tin-bai/kinh-te/vu-lua-moi"
    );
    assert_eq!(newspapers.get("baocaobang").unwrap().crawl.apis.len(), 11);
}

#[test]
fn a_file_as_merged_says_where_each_key_comes_from() {
    let mut sources = Sources::default();
    let family = "evidence = \"one page\"\n\n[crawl]\narticle = '-a(?<id>\\d+)\\.html$'\ndelay = \"3s\"\n\n\
                  [[layout]]\nname = \"old\"\nuntil = 2020-12-31\nbody = [\"#content\"]\n\n[[layout]]\nname = \"new\"\n\
                  title = [\"h1\"]\nbody = [\n    \"article\", # its text\n]\ndrop = [\".ads\"]\n";
    sources.add_text("family/fck.toml", family);
    let own = "name = \"Báo Thử\"\nhosts = [\"bao-thu.example\"]\nfamily = \"fck\"\n[crawl]\n\
               start = [\"https://bao-thu.example/\"]\ndelay = \"5s\"\n[[layout]]\nname = \"new\"\n\
               title = [\"h1.title\"]\n";
    sources.add_text("baothu.toml", own);
    insta::assert_snapshot!(sources.merged("baothu").unwrap());
    assert_eq!(sources.merged("baola"), None);
}

#[test]
fn a_file_as_merged_is_the_same_newspaper_without_its_family() {
    let sources = Sources::built_in();
    for newspaper in &Newspapers::built_in().unwrap() {
        let merged = sources.merged(&newspaper.id).unwrap();
        let alone: String = merged
            .lines()
            // Alone it has no family and no other newspaper; its examples were for its own patterns only.
            .take_while(|line| *line != "[examples]")
            .filter(|line| !line.starts_with("family = ") && !line.starts_with("status = "))
            .fold(String::new(), |text, line| text + line + "\n");
        let mut sources = Sources::default();
        sources.add_text(&format!("{}.toml", newspaper.id), &alone);
        let again = Newspapers::check(&sources).unwrap_or_else(|faults| panic!("{faults}\n{alone}"));
        let again = again.get(&newspaper.id).unwrap();
        assert_eq!(format!("{:?}", again.layouts), format!("{:?}", newspaper.layouts), "{}", newspaper.id);
        assert_eq!(format!("{:?}", again.crawl), format!("{:?}", newspaper.crawl), "{}", newspaper.id);
    }
}

#[test]
fn the_file_that_the_description_shows_is_sound() {
    let text =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("selectors/README.md")).unwrap();
    let blocks: Vec<&str> =
        text.split("\n```toml\n").skip(1).map(|block| block.split("```").next().unwrap()).collect();
    let [file, api] = blocks[..] else { panic!("{} files shown", blocks.len()) };
    let (head, rest) = file.split_once("# Pages looked so until").unwrap();
    let paper = Newspaper::from_toml("baovidu", &format!("{head}\n{api}\n# {rest}")).unwrap();
    assert_eq!(paper.crawl.apis.len(), 1);
    let names: Vec<&str> = paper.layouts.iter().map(|layout| layout.name.as_str()).collect();
    assert_eq!(names, ["content-2019", "epi-2023"]);
    let newest = paper.layouts.last().unwrap();
    assert_eq!(newest.tags[0].written, ".article__keywords a");
    assert_eq!(newest.body[0].written, ".article__body.cms-body");
}

/// The words of a command line as a shell parts them.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (at, part) in line.split('"').enumerate() {
        if at % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().filter(|word| *word != "\\").map(str::to_owned));
        }
    }
    words
}

#[test]
fn the_run_that_the_description_shows_is_real() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join("selectors/README.md")).unwrap();
    let desk = Desk::new();
    let mut pages: Vec<_> = std::fs::read_dir(root.join("fixtures/baolangson"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "html"))
        .collect();
    pages.sort();
    for (name, page) in ["a.html", "b.html", "c.html"].into_iter().zip(&pages) {
        desk.file(name, std::fs::read(page).unwrap());
    }
    let mut tried = 0;
    for block in text.split("```console\n").skip(1).map(|block| block.split("```").next().unwrap()) {
        // A block within a list is indented as a whole.
        let indent = block.len() - block.trim_start_matches(' ').len();
        let block: String =
            block.lines().fold(String::new(), |text, line| text + line.get(indent..).unwrap_or("") + "\n");
        let block = block.trim_end_matches(' ').to_owned();
        let end =
            block.match_indices('\n').map(|(at, _)| at).find(|at| !block[..*at].ends_with('\\')).unwrap();
        let (command, printed) = block.split_at(end + 1);
        let words = words(command.trim_start_matches("$ khobao "));
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let run = desk.run(&words).ends(0);
        // How many newspapers there are grows.
        let counted = |text: &str| text.trim_start_matches(|c: char| c.is_ascii_digit()).to_owned();
        match printed.trim_end().strip_suffix('…') {
            Some(start) => assert!(run.stdout.starts_with(start), "{}", run.stdout),
            None => assert_eq!(counted(run.stdout.trim_end()), counted(printed.trim_end())),
        }
        if words[1] == "new" {
            desk.file("my-files/baovidu.toml", &run.stdout);
        }
        tried += 1;
    }
    assert_eq!(tried, 3);
}

#[test]
fn a_layout_without_a_saved_page_is_told() {
    let mut sources = Sources::default();
    let family = "[[layout]]\nname = \"old\"\nuntil = 2019-12-31\nbody = [\"#a\"]\n[[layout]]\nname = \"new\"\nbody = [\"#b\"]\n";
    sources.add_text("family/chung.toml", family);
    let head = |host: &str| format!("name = \"Báo Thử\"\nhosts = [\"{host}\"]\nfamily = \"chung\"\n");
    sources.add_text("bao-mot.toml", &head("mot.example"));
    sources
        .add_text("bao-hai.toml", &(head("hai.example") + "[[layout]]\nname = \"new\"\nlinks = [\"a.x\"]\n"));
    sources.add_text("bao-ba.toml", &(head("ba.example") + "[[layout]]\nname = \"new\"\ntitle = [\"h1\"]\n"));
    let newspapers = Newspapers::check(&sources).unwrap();
    let pages = tempfile::tempdir().unwrap();
    let told = |sources: &Sources| -> Vec<String> {
        let faults = sources.unproven(&newspapers, pages.path());
        faults.iter().map(|fault| format!("{}:{} {}", fault.file, fault.line, fault.what)).collect()
    };
    let old = "family/chung.toml:1 no saved page proves the layout `old`";
    let new = "family/chung.toml:5 no saved page proves the layout `new`";
    let own = "bao-ba.toml:4 no saved page proves the layout `new`";
    assert_eq!(told(&sources), [own, old, new]);
    std::fs::create_dir(pages.path().join("bao-hai")).unwrap();
    std::fs::write(pages.path().join("bao-hai/2024-02-29-mua-xuan.html"), "").unwrap();
    assert_eq!(told(&sources), [own, old]);
    std::fs::create_dir(pages.path().join("bao-mot")).unwrap();
    std::fs::write(pages.path().join("bao-mot/2019-12-31-mua-dong.html"), "").unwrap();
    assert_eq!(told(&sources), [own]);
}

#[test]
fn layouts_without_a_page_are_told_with_all_other_faults() {
    let desk = Desk::new();
    let file = "name = \"Báo Thử\"\nhosts = [\"thu.example\"]\n[[layout]]\nname = \"nay\"\ntitle = [\"h1\"]\nbody = [\"#b\"]\n";
    desk.file("tep/baothu.toml", file);
    desk.file("tep/baokhac.toml", file.replace("thu.example", "khac.example").replace("\"h1\"", "\"h1 >\""));
    let check = |more: &[&str]| {
        let run = desk.run(&[&["newspapers", "check", "--selectors", "tep"], more].concat());
        run.stdout.lines().map(|line| line.split(" (").next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let selector = "tep/baokhac.toml:5:10: `h1 >` is no selector: dangling combinator";
    assert_eq!(check(&[]), [selector]);
    std::fs::create_dir_all(desk.path("trang/baokhac")).unwrap();
    std::fs::write(desk.path("trang/baokhac/2026-02-03-mua-xuan.html"), "").unwrap();
    let unproven = "tep/baothu.toml:3:1: no saved page proves the layout `nay`";
    assert_eq!(check(&["--pages", "trang"]), [selector, unproven]);
    std::fs::rename(desk.path("trang"), desk.path("fixtures")).unwrap();
    assert_eq!(check(&[]), [selector, unproven]);
    desk.run(&["newspapers", "check", "--pages", "khong-co"]).ends(2);
}

#[test]
fn the_project_has_a_page_for_every_layout() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let checked = Newspapers::check_with_pages(&Sources::built_in(), &root.join("fixtures"));
    assert!(checked.is_ok(), "{}", checked.unwrap_err());
}

#[test]
fn the_list_of_newspapers_is_this() {
    let rows: Vec<String> = Newspapers::built_in()
        .unwrap()
        .iter()
        .map(|newspaper| {
            let row = newspaper.summary();
            let province = row.province.unwrap_or_default();
            let reader = if row.generic { "generic" } else { "selectors" };
            format!("{:20} {:18} {:7} {:9} {}", row.id, province, row.confidence, reader, row.status)
        })
        .collect();
    insta::assert_snapshot!(rows.join("\n"));
}

#[test]
fn wrong_files_tell_all_their_faults_with_places_and_advice() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/selectors-wrong");
    let mut sources = Sources::default();
    sources.add_folder(&folder);
    let faults = Newspapers::check(&sources).unwrap_err();
    let mut told = String::new();
    let mut file = "";
    for fault in &faults {
        if fault.file != file {
            told.push('\n');
        }
        file = &fault.file;
        writeln!(told, "{fault}").unwrap();
    }
    let told = told.replace(&format!("{}/", folder.display()), "");
    assert!(!told.contains("sound.toml"), "a sound file stays sound among wrong ones");
    insta::assert_snapshot!(told);
}

#[test]
fn a_hostile_file_is_refused_before_it_is_understood() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    write("large.toml", "# báo\n".repeat(900_000).as_bytes());
    let many: String = (0..10_000).fold(String::new(), |mut list, n| {
        write!(list, "\".c{n}\",").unwrap();
        list
    });
    let many = format!("name = \"A\"\nhosts = [\"a.example\"]\n[[layout]]\nname = \"x\"\nbody = [{many}]\n");
    write("many.toml", many.as_bytes());
    write("latin.toml", b"name = \"B\xe1o\"\n");
    let head = "name = \"A\"\nhosts = [\"a.example\"]\n";
    let pattern = format!("{head}[crawl]\narticle = '^/(?<id>(?:\\w{{900}}){{900}})$'\n");
    write("pattern.toml", pattern.as_bytes());
    let deep = format!(
        "{head}[[layout]]\nname = \"x\"\ntitle = [\"{}p\"]\nbody = [\"p:has(a):has(b):has(i)\"]\n",
        "div ".repeat(100)
    );
    write("deep.toml", deep.as_bytes());
    let nested = format!("name = {}{}\n", "[".repeat(5000), "]".repeat(5000));
    write("nested.toml", nested.as_bytes());
    let mut sources = Sources::default();
    sources.add_folder(folder.path());
    let faults = Newspapers::check(&sources).unwrap_err().to_string();
    let told = |start: &str| faults.lines().any(|line| line.contains(start));
    assert!(told("large.toml:1:1: the file has 6300000 bytes"), "{faults}");
    assert!(told("many.toml:3:1: 10000 selectors in one file"), "{faults}");
    assert!(told("latin.toml:1:10: the file is not UTF-8"), "{faults}");
    assert!(told("nested.toml:1:"), "{faults}");
    assert!(told("pattern.toml:4:11: the pattern needs more than"), "{faults}");
    assert!(told("deep.toml:5:10: ") && told("deep.toml:6:9: "), "{faults}");
}

#[test]
fn a_folder_that_is_not_there_is_a_fault() {
    let faults = Newspapers::load(Some(Path::new("/nowhere/selectors"))).unwrap_err();
    assert_eq!(faults.len(), 1);
    assert!(faults.to_string().starts_with("/nowhere/selectors:1:1: the folder cannot be read"), "{faults}");
}

#[test]
fn a_folder_adds_newspapers_and_overrides_files_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let text = "name = \"Báo Thử\"\nhosts = [\"bao-thu.example\"]\nfamily = \"epi\"\n";
    std::fs::write(folder.path().join("baothu.toml"), text).unwrap();
    let own = "name = \"Bắc Kạn khác\"\nhosts = [\"baobackan.vn\"]\n";
    std::fs::write(folder.path().join("baobackan.toml"), own).unwrap();
    let newspapers = Newspapers::load(Some(folder.path())).unwrap();
    assert_eq!(newspapers.get("baobackan").unwrap().name, "Bắc Kạn khác");
    assert_eq!(newspapers.by_host("WWW.bao-thu.example.").unwrap().id, "baothu");
    assert_eq!(newspapers.get("baothu").unwrap().layouts.last().unwrap().name, "epi-2023");
    assert!(newspapers.by_host("bao-la.example").is_none());
}

#[test]
fn an_article_keeps_its_number_through_hosts_slugs_and_schemes() {
    let newspapers = Newspapers::built_in().unwrap();
    let paper = newspapers.get("baobackan").unwrap();
    let keys: Vec<String> = [
        "https://baobackan.vn/diem-bao-in-post60732.html",
        "http://baobackan.com.vn/Diem-Bao-In-post60732.html",
        "https://m.baobackan.vn/diem-bao-in-bac-kan-post60732.html?utm_source=zalo",
        "https://amp.baobackan.vn/diem-bao-in-post60732.amp",
        "https://www.baobackan.vn/post-60732.html#binh-luan",
    ]
    .iter()
    .map(|address| paper.target(&url(address)).unwrap().key())
    .collect();
    assert_eq!(keys, vec!["id:60732"; 5]);
    // A mobile page is fetched in full dress; a former domain is left alone.
    let fetched = |address: &str| paper.target(&url(address)).unwrap().url.to_string();
    assert_eq!(fetched("https://m.baobackan.vn/a-post7.html"), "https://baobackan.vn/a-post7.html");
    assert_eq!(
        fetched("http://www.baobackan.com.vn/a-post7.html"),
        "http://www.baobackan.com.vn/a-post7.html"
    );
}

#[test]
fn addresses_are_classed_by_what_they_are_for() {
    let newspapers = Newspapers::built_in().unwrap();
    let paper = newspapers.get("baobackan").unwrap();
    let class = |address: &str| paper.classify(&url(address));
    assert_eq!(class("https://baobackan.vn/a-post7.html"), article("7"));
    assert_eq!(class("https://baobackan.vn"), Class::Listing);
    assert_eq!(class("http://www.baobackan.vn/?utm_medium=x"), Class::Listing);
    assert_eq!(class("https://baobackan.vn/xa-hoi/"), Class::Listing);
    assert_eq!(class("https://baobackan.vn/sitemap.xml"), Class::Sitemap);
    assert_eq!(class("https://baobackan.vn/sitemaps/news-2023-5.xml"), Class::Sitemap);
    assert_eq!(class("https://baobackan.vn/rss/xa-hoi-12.rss"), Class::Feed);
    for other in [
        "https://baobackan.vn/pac-nam-tag15.html",
        "https://baobackan.vn/Uploaded/2023/a-post7.jpg",
        "https://baobackan.vn/tu-khoa.html?q=Ba B%E1%BB%83",
        "https://baothainguyen.vn/a-post7.html",
        "mailto:toasoan@baobackan.vn",
        "javascript:void(0)",
    ] {
        assert_eq!(class(other), Class::Other, "{other}");
        assert_eq!(paper.target(&url(other)), None, "{other}");
    }
}

#[test]
fn a_site_without_a_file_is_classed_by_looks() {
    let paper = Newspaper::unknown("Bao-La.example");
    let class = |address: &str| paper.classify(&url(address));
    let likely = Class::Article { id: None };
    assert_eq!(class("https://www.bao-la.example/khanh-thanh-cau-treo-ban-vang-102938.html"), likely);
    assert_eq!(class("https://bao-la.example/xa-hoi/202405/mua-nuoc-noi-den-som-8f03a1c/"), likely);
    assert_eq!(class("https://bao-la.example/xa-hoi?page=2"), Class::Listing);
    assert_eq!(class("https://bao-la.example/sitemap-news.xml"), Class::Sitemap);
    assert_eq!(class("https://bao-la.example/tim-kiem?q=cau"), Class::Other);
    assert_eq!(class("https://bao-khac.example/xa-hoi/"), Class::Other);
    assert_eq!(paper.known_id(), None);
}

#[test]
fn further_pages_of_sections_and_sitemaps_by_date_are_known_in_all_their_forms() {
    let newspapers = Newspapers::built_in().unwrap();
    let mut wrong = Vec::new();
    for (id, address, expected) in [
        ("baodaklak", "https://baodaklak.vn/kinh-te/?paged=3", Class::Listing),
        ("baotuyenquang", "https://baotuyenquang.com.vn/chinh-tri/trang-2.html", Class::Listing),
        ("baoangiang", "https://baoangiang.com.vn/xa-hoi/?p=2&d=", Class::Listing),
        ("baohaiduong", "https://m.baohaiduong.vn/chuyen-muc/kinh-te/1/2", Class::Listing),
        ("baodongthap", "https://www.baodongthap.vn/kinh-te?cate=12&page=3", Class::Listing),
        ("baobinhphuoc", "https://baobinhphuoc.com.vn/List/kinh-te?page=2", Class::Listing),
        ("baothainguyen", "https://baothainguyen.vn/sitemap-article-2026-11-01.xml", Class::Sitemap),
        ("sggp", "https://www.sggp.org.vn/sitemaps/news-2026-11.xml", Class::Sitemap),
        ("sggp", "https://www.sggp.org.vn/sitemaps/sitemap-2026-11.xml.gz", Class::Sitemap),
    ] {
        let found = newspapers.get(id).unwrap().classify(&url(address));
        if found != expected {
            wrong.push(format!("{id}: {address} is {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_day_chooses_the_layout_and_the_others_stand_by() {
    let newspapers = Newspapers::built_in().unwrap();
    let paper = newspapers.get("baobackan").unwrap();
    let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
    let names = |text: &str| -> Vec<&str> {
        paper.layouts_for(day(text)).map(|layout| layout.name.as_str()).collect()
    };
    assert_eq!(names("2019-12-31"), ["dataimages-2019", "epi-2023"]);
    assert_eq!(names("2020-01-01"), ["epi-2023", "dataimages-2019"]);
    assert_eq!(paper.layout_on(day("2030-01-01")).unwrap().name, "epi-2023");
}

#[test]
fn a_newspaper_from_a_text_may_live_on_this_machine_and_be_asked_at_once() {
    let text = "name = \"Báo Thử\"\nhosts = [\"127.0.0.1\"]\nfamily = \"epi\"\n[crawl]\n\
                start = [\"http://127.0.0.1:8080/\"]\ndelay = \"0s\"\n";
    let paper = Newspaper::from_toml("baothu", text).unwrap();
    assert_eq!(paper.crawl.delay, std::time::Duration::ZERO);
    let target = paper.target(&url("http://127.0.0.1:8080/lua-chin-post9.html")).unwrap();
    assert_eq!((target.id_in_newspaper.as_deref(), target.url.port()), (Some("9"), Some(8080)));
    let seeds: Vec<String> = paper.seeds().iter().map(|seed| seed.url.to_string()).collect();
    assert_eq!(seeds, ["http://127.0.0.1:8080/"]);
    let faults = Newspaper::from_toml("baothu", &text.replace("0s", "1h")).unwrap_err();
    assert!(faults.to_string().contains("a delay of 1h"), "{faults}");
}

#[test]
fn the_built_in_files_ask_for_a_second_between_two_requests_at_the_least() {
    let newspapers = Newspapers::built_in().unwrap();
    let hasty: Vec<&str> = newspapers
        .iter()
        .filter(|paper| paper.crawl.delay < std::time::Duration::from_secs(1))
        .map(|paper| paper.id.as_str())
        .collect();
    assert!(hasty.is_empty(), "{hasty:?}");
}

/// A file with everything in it, to be damaged.
const WHOLE: &str = include_str!("../../selectors/baodienbienphu.toml");

/// Checks one file; every fault must stand within it.
fn check_alone(text: &str) -> Result<(), proptest::test_runner::TestCaseError> {
    let mut sources = Sources::default();
    sources.add_text("bao.toml", text);
    if let Err(faults) = Newspapers::check(&sources) {
        for fault in &faults {
            let line = text.split('\n').nth(fault.line - 1);
            let within = line.is_some_and(|line| fault.column <= line.chars().count() + 1);
            prop_assert!(within, "{fault} lies outside of the file");
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_text_is_refused_with_places_inside_it(text in "\\PC{0,200}") {
        check_alone(&text)?;
    }

    #[test]
    fn a_damaged_file_is_refused_or_read_but_never_breaks(
        from in 0..WHOLE.len(),
        length in 0_usize..60,
        patch in "[\\[\\]{}\"'=.,#\\\\()*+?<>@a-zĐ\n 0-9-]{0,20}",
    ) {
        let floor = |at: usize| (0..=at.min(WHOLE.len())).rev().find(|at| WHOLE.is_char_boundary(*at)).unwrap();
        let text = format!("{}{patch}{}", &WHOLE[..floor(from)], &WHOLE[floor(from + length)..]);
        check_alone(&text)?;
    }

    #[test]
    fn any_address_is_classed_and_its_target_keeps_its_class(path in "[a-zA-Z0-9/._?=&%-]{0,60}") {
        let paper = Newspaper::unknown("bao-la.example");
        if let Ok(address) = Url::parse(&format!("https://m.bao-la.example/{path}")) {
            let class = paper.classify(&address);
            let target = paper.target(&address);
            prop_assert_eq!(target.is_none(), class == Class::Other);
            if let Some(target) = target {
                prop_assert_eq!(paper.classify(&target.url), class);
                prop_assert_eq!(paper.target(&target.url).unwrap().key(), target.key());
            }
        }
    }
}
