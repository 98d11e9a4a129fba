//! Photos: asked for only where they are wanted, each once, from whatever host they stand on, and kept byte for byte.

use super::{arguments, article_page, listing, path_of, selectors};
use crate::loopback::{Reply, Server, Site, Step};
use crate::program::Desk;

/// The bytes of a picture as far as anybody looks at them here: a JPEG's first ones, and so many more.
fn jpeg(seed: u8, bytes: usize) -> Vec<u8> {
    let noise = (0..bytes).map(|at| (at * 31 + usize::from(seed) * 17).to_le_bytes()[0]);
    b"\xFF\xD8\xFF\xE0\0\x10JFIF\0".iter().copied().chain(noise).collect()
}

fn picture(bytes: Vec<u8>) -> Reply {
    Reply::status(200).header("Content-Type", "image/jpeg").body(bytes)
}

/// An article with these photos.
fn story(number: usize, photos: &[String]) -> String {
    let figure = |(index, photo): (usize, &String)| {
        format!(
            "<figure><img src=\"{photo}\"><figcaption>Bà con gặt lúa ở thửa thứ {index}.</figcaption></figure>"
        )
    };
    let figures: String = photos.iter().enumerate().map(figure).collect();
    article_page(
        &format!("Xã Nà Phặc vào vụ gặt thứ {number}"),
        &format!(
            "<p>BTN - Sáng 10/5, bà con xã Nà Phặc ra đồng gặt vụ lúa xuân thứ {number} trong năm.</p>{figures}\
             <p>Năm nay lúa được mùa, mỗi sào cho hơn hai tạ thóc.</p>"
        ),
    )
}

/// A newspaper of two stories; some of their photos stand on another server.
async fn press() -> (Server, Server) {
    let elsewhere = Site::new()
        .page("/robots.txt", Reply::text("User-agent: *\nDisallow: /kin/\n"))
        .page("/b.jpg", Reply::redirect(302, "/2024/b.jpg"))
        .page("/2024/b.jpg", picture(jpeg(2, 900)))
        .page("/kin/c.jpg", picture(jpeg(3, 900)));
    let elsewhere = Server::start(elsewhere).await;
    let far = |path: &str| elsewhere.url(path).to_string();
    let one = ["/anh/a.jpg".to_owned(), far("/b.jpg"), "/anh/mat.jpg".to_owned(), far("/kin/c.jpg")];
    let two = ["/anh/a-lan-nua.jpg".to_owned(), "/anh/trang.jpg".to_owned(), far("/b.jpg")];
    let site = Site::new()
        .page("/robots.txt", Reply::status(404))
        .page("/", Reply::html(listing(&[path_of(1), path_of(2)])))
        .page(&path_of(1), Reply::html(story(1, &one)))
        .page(&path_of(2), Reply::html(story(2, &two)))
        .page("/anh/a.jpg", picture(jpeg(1, 5000)))
        .page("/anh/a-lan-nua.jpg", picture(jpeg(1, 5000)))
        .page("/anh/trang.jpg", Reply::html("<!DOCTYPE html><p>Trang chủ</p>".to_owned()));
    (Server::start(site).await, elsewhere)
}

/// How often each photo was asked for.
fn photos_asked(server: &Server) -> Vec<String> {
    let mut paths = server.paths();
    paths.retain(|path| path.contains(".jpg"));
    paths.sort();
    paths
}

#[tokio::test(flavor = "multi_thread")]
async fn photos_are_asked_for_where_they_are_wanted_and_each_once() {
    let (server, elsewhere) = press().await;
    let desk = Desk::new();
    selectors(&desk, &server, "0s");

    desk.run(&arguments(&[])).ends(0);
    assert!(photos_asked(&server).is_empty(), "nobody wanted photos");
    assert_eq!(elsewhere.paths().len(), 0);
    assert_eq!(desk.column("SELECT count(*) FROM photos WHERE capture_id IS NULL"), ["7"]);

    // The articles were read before: their photos are asked for all the same.
    let run = desk.run(&arguments(&["--images", "--json"])).ends(1);
    assert_eq!(run.json()[0]["photos"], 3);
    assert_eq!(run.json()[0]["new_articles"], 0);
    assert_eq!(photos_asked(&server), ["/anh/a-lan-nua.jpg", "/anh/a.jpg", "/anh/mat.jpg", "/anh/trang.jpg"]);
    assert_eq!(photos_asked(&elsewhere), ["/2024/b.jpg", "/b.jpg"], "robots.txt of the other host is obeyed");

    assert_eq!(
        desk.column(
            "SELECT p.article_id || ' ' || c.size FROM photos p JOIN captures c ON c.id = p.capture_id
             ORDER BY p.article_id, p.ordinal"
        ),
        // The same bytes under two addresses, and one address in two articles.
        ["1 5011", "1 911", "2 5011", "2 911"]
    );
    assert_eq!(
        desk.column(
            "SELECT count(*) || ' ' || count(DISTINCT sha256) FROM captures WHERE content_type = 'image/jpeg'"
        ),
        ["3 2"]
    );
    assert_eq!(
        desk.column("SELECT what FROM failures WHERE url LIKE '%.jpg' ORDER BY what"),
        [
            "denied: robots.txt line 2: Disallow: /kin/",
            "gone: status 404",
            "not an article: not a photo: a page of HTML"
        ]
    );
    desk.run(&["verify"]).ends(0);

    let asked = server.log().len();
    desk.run(&arguments(&["--images"])).ends(0);
    assert_eq!(server.paths()[asked..], ["/"], "a photo that is there is not asked for again");
}

#[tokio::test(flavor = "multi_thread")]
async fn photos_follow_the_article_that_shows_them_and_one_too_large_is_told() {
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: 90000000\r\n\r\n\xFF\xD8\xFF"
        .to_vec();
    let huge = Reply::steps(vec![Step::Send(head), Step::Close]);
    let site = Site::new()
        .page("/robots.txt", Reply::status(404))
        .page("/", Reply::html(listing(&[path_of(1), path_of(2)])))
        .page(&path_of(1), Reply::html(story(1, &["/anh/mot.jpg".to_owned()])))
        .page(&path_of(2), Reply::html(story(2, &["/anh/hai.jpg".to_owned(), "/anh/lon.jpg".to_owned()])))
        .page("/anh/mot.jpg", picture(jpeg(1, 40)))
        .page("/anh/hai.jpg", picture(jpeg(2, 40)))
        .page("/anh/lon.jpg", huge);
    let server = Server::start(site).await;
    let desk = Desk::new();
    selectors(&desk, &server, "0s");
    desk.run(&arguments(&["--images", "--limit", "7"])).ends(1);
    assert_eq!(desk.column("SELECT count(*) FROM articles"), ["2"]);
    assert_eq!(
        desk.column("SELECT count(*) FROM captures WHERE content_type = 'image/jpeg' AND size > 0"),
        ["2"]
    );
    assert_eq!(
        desk.column("SELECT what FROM failures WHERE url LIKE '%/lon.jpg'"),
        ["failed: the body is larger than 16777216 bytes"]
    );
}
