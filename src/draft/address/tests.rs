//! Patterns of addresses as newspapers build them.

use super::*;

fn pattern_of(paths: &[&str]) -> String {
    let urls: Vec<Url> =
        paths.iter().map(|path| Url::parse(&format!("https://bao.example{path}")).unwrap()).collect();
    pattern(&urls).map(|pattern| pattern.text).unwrap_or_default()
}

#[test]
fn the_number_is_found_wherever_newspapers_put_it() {
    for (paths, expected) in [
        (&["/mua-lon-post123.html", "/cau-moi-post4567.html"][..], r"^/[^/]*-post(?<id>\d+)\.html$"),
        (
            &["/xa-hoi/mua-lon-a123.html", "/kinh-te/cau-moi-a4567.html"],
            r"^(?:/[^/]+){1,2}/[^/]*-a(?<id>\d+)\.html$",
        ),
        (
            &["/xa-hoi/202604/mua-lon-3ac6d79/", "/kinh-te/xay/202511/cau-0b1c2d3/"],
            r"^(?:/[^/]+){1,3}/\d{6}/[^/]*-(?<id>[0-9a-f]{7})/?$",
        ),
        (&["/mua-lon-3161421.html", "/cau-moi-3161599.html"], r"^/[^/]*-(?<id>\d{5,})\.html$"),
        (
            &["/xa-hoi/mua-lon.123456.html", "/kinh-te/cau-moi.654321.html"],
            r"^/[^/]+/[^/]*\.(?<id>\d{4,})\.html$",
        ),
        (&["/215/123456/Mua-lon.htm", "/12/123999/Cau-moi.htm"], r"^/\d+/(?<id>\d+)/[^/]+\.htm$"),
        (
            &["/viewer.aspx?macm=39&mabb=222823", "/viewer.aspx?macm=5&mabb=222824"],
            r"^/viewer\.aspx\?(?:.*&)?mabb=(?<id>\d+)",
        ),
        (
            &["/tin-bai/xa-hoi/nuoc-ve-som-hon", "/tin-bai/kinh-te/gia-lua-tang-manh-lai"],
            r"^/tin-bai/[^/]+/(?<slug>[A-Za-z0-9]+(?:-[A-Za-z0-9]+){3,})$",
        ),
        (&["/a-b/c-d-51YnYvXDR.html", "/a/c-4DnMvk2Ng.html"], r"^/[^/]+/[^/]*-(?<id>[A-Za-z0-9]{9,})\.html$"),
    ] {
        assert_eq!(pattern_of(paths), expected);
    }
}

#[test]
fn addresses_of_several_hosts_may_have_a_pattern_each() {
    let urls = ["https://mot.example/mua-lon-a123.html", "https://hai.example/xa-hoi/cau-moi-58666.html"]
        .map(|url| Url::parse(url).unwrap());
    let texts: Vec<String> = patterns(&urls).into_iter().map(|pattern| pattern.text).collect();
    assert_eq!(texts, [r"^/[^/]*-a(?<id>\d+)\.html$", r"^/[^/]+/[^/]*-(?<id>\d{3,})\.html$"]);
}

#[test]
fn addresses_with_nothing_in_common_have_no_pattern() {
    assert_eq!(pattern_of(&["/gioi-thieu", "/lien-he.html"]), "");
    assert_eq!(pattern_of(&["/a-post1.html", "/a-post1.html"]), r"");
}
