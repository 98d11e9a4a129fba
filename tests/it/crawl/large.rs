//! The generated newspaper of the bench, small: several lanes at once, pages as long as real ones.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::newspaper_tool::{Counts, Size, selector_file, serve};
use crate::program::Desk;

#[tokio::test(flavor = "multi_thread")]
async fn a_second_crawl_of_many_hosts_asks_with_conditions_only() {
    let (size, counts) =
        (Size { articles: 160, hosts: 4, is_made_ahead: false }, Arc::new(Counts::default()));
    let port = serve(size, Arc::clone(&counts)).await;
    let desk = Desk::new();
    let names: Vec<String> = (0..size.hosts).map(|number| format!("mau{number}")).collect();
    for (number, name) in names.iter().enumerate() {
        desk.file(&format!("selectors/{name}.toml"), selector_file(number, port));
    }
    let mut arguments = vec!["crawl", "--selectors", "selectors", "--allow-private"];
    arguments.extend(names.iter().map(String::as_str));
    desk.run(&arguments).ends(0);
    assert_eq!(desk.column("SELECT count(*) FROM articles"), ["160"]);
    assert_eq!(
        desk.column("SELECT count(*) FROM articles WHERE title = '' OR lead IS NULL OR word_count < 100"),
        ["0"]
    );
    assert_eq!(counts.articles.load(Ordering::Relaxed), 160, "each is asked for once");
    assert_eq!(counts.conditional.load(Ordering::Relaxed), 0);

    let before = counts.requests.load(Ordering::Relaxed);
    desk.archive().execute("UPDATE target SET next_at = '2020-01-01T00:00:00Z'", []).unwrap();
    let run = desk.run(&[&arguments[..], &["--json"]].concat()).ends(0);
    let asked = counts.requests.load(Ordering::Relaxed) - before;
    assert_eq!(
        counts.conditional.load(Ordering::Relaxed),
        asked,
        "every page is asked for with its entity tag"
    );
    assert!(asked >= 160, "{asked} requests");
    assert_eq!(run.json()[0]["new_articles"], 0);
    assert_eq!(desk.column("SELECT count(*) FROM versions"), ["160"]);
}
