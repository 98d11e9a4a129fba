//! An article for people: as text, Markdown or HTML.

use std::fmt::Write;

use crate::article::{Article, BlockKind, Dateline};
use crate::export::markdown::{escape, prose};

/// The article as plain text, in the order in which a newspaper prints it.
pub(super) fn text(article: &Article) -> String {
    let mut out = String::new();
    line(&mut out, &article.title);
    line(&mut out, &"=".repeat(article.title.chars().count().min(78)));
    for (name, value) in facts(article) {
        line(&mut out, &format!("{name:<10} {value}"));
    }
    if let Some(lead) = &article.lead {
        line(&mut out, "");
        line(&mut out, lead);
    }
    for block in &article.body {
        line(&mut out, "");
        match block.kind {
            BlockKind::Heading => line(&mut out, &format!("## {}", block.text)),
            BlockKind::Quote => line(&mut out, &format!("> {}", block.text)),
            BlockKind::ListItem => line(&mut out, &format!("* {}", block.text)),
            BlockKind::Paragraph | BlockKind::Table => line(&mut out, &block.text),
        }
    }
    if !article.captions.is_empty() {
        line(&mut out, "");
        for (index, caption) in article.captions.iter().enumerate() {
            line(&mut out, &format!("[photo {}] {caption}", index + 1));
        }
    }
    out
}

/// The article as Markdown, its photos linked under their captions.
pub(super) fn markdown(article: &Article) -> String {
    let mut out = String::new();
    line(&mut out, &format!("# {}", escape(&article.title)));
    line(&mut out, "");
    for (name, value) in facts(article) {
        line(&mut out, &format!("- {name}: {}", escape(&value)));
    }
    out.push_str(&prose(article));
    out
}

/// The article as an HTML document of its own, in the newspaper's order, with nothing from elsewhere loaded but its
/// photos.
pub(super) fn html(article: &Article) -> String {
    let mut out = String::new();
    let safe = |text: &str| html_escape::encode_safe(text).into_owned();
    line(&mut out, "<!doctype html>");
    line(&mut out, &format!("<html lang=\"{}\">\n<meta charset=\"utf-8\">", safe(&article.language)));
    line(&mut out, &format!("<title>{}</title>\n<article>\n<h1>{0}</h1>", safe(&article.title)));
    line(&mut out, "<dl>");
    for (name, value) in facts(article) {
        line(&mut out, &format!("<dt>{name}</dt><dd>{}</dd>", safe(&value)));
    }
    line(&mut out, "</dl>");
    if let Some(lead) = &article.lead {
        line(&mut out, &format!("<p><strong>{}</strong></p>", safe(lead)));
    }
    let mut in_list = false;
    for block in &article.body {
        let is_item = block.kind == BlockKind::ListItem;
        if is_item != in_list {
            line(&mut out, if is_item { "<ul>" } else { "</ul>" });
            in_list = is_item;
        }
        let text = safe(&block.text);
        match block.kind {
            BlockKind::Heading => line(&mut out, &format!("<h2>{text}</h2>")),
            BlockKind::Quote => line(&mut out, &format!("<blockquote>{text}</blockquote>")),
            BlockKind::ListItem => line(&mut out, &format!("<li>{text}</li>")),
            BlockKind::Paragraph => line(&mut out, &format!("<p>{text}</p>")),
            BlockKind::Table => {
                let rows: Vec<String> = text
                    .lines()
                    .map(|row| format!("<tr><td>{}</td></tr>", row.replace('\t', "</td><td>")))
                    .collect();
                line(&mut out, &format!("<table>{}</table>", rows.join("")));
            }
        }
    }
    if in_list {
        line(&mut out, "</ul>");
    }
    for image in &article.images {
        let caption = image.caption.and_then(|index| article.captions.get(index)).map_or("", String::as_str);
        let (address, caption) = (safe(image.url.as_str()), safe(caption));
        line(
            &mut out,
            &format!("<figure><img src=\"{address}\" alt=\"\"><figcaption>{caption}</figcaption></figure>"),
        );
    }
    line(&mut out, "</article>\n</html>");
    out
}

/// What stands above the text: who, when, where, from.
fn facts(article: &Article) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    let mut add = |name, value: Option<String>| facts.extend(value.map(|value| (name, value)));
    add("newspaper", article.newspaper.clone());
    add("published", article.published_at.map(|when| when.to_string()));
    add("updated", article.updated_at.map(|when| when.to_string()));
    add("dateline", article.dateline.as_ref().map(dateline));
    add("authors", joined(&article.authors, ", "));
    add("section", joined(&article.section, " / "));
    add("tags", joined(&article.tags, ", "));
    add("source", article.source_note.clone());
    add("address", Some(article.url.to_string()));
    facts
}

fn dateline(dateline: &Dateline) -> String {
    let mut text = dateline.text.clone();
    match (dateline.date, dateline.date_end) {
        (Some(first), Some(last)) => _ = write!(text, " (from {first} to {last})"),
        (Some(day), None) => _ = write!(text, " ({day})"),
        _ => {}
    }
    text
}

fn joined(list: &[String], between: &str) -> Option<String> {
    (!list.is_empty()).then(|| list.join(between))
}

fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}
