//! A difference as an HTML page of its own: nothing is loaded from elsewhere, and it prints well in black and white.

use super::words::gap;
use super::{Difference, named};
use crate::archive::{Change, PieceKind};

const STYLE: &str = "body{max-width:46em;margin:2em auto;padding:0 1em;font:1.05em/1.55 Georgia,'Times New Roman',serif;color:#1a1a1a}\
h1{font-size:1.3em}h2{font-size:1em;font-family:sans-serif;border-bottom:1px solid #bbb;margin-top:2em}\
dl{font:.85em/1.5 sans-serif;color:#444;display:grid;grid-template-columns:max-content 1fr;gap:0 1em}dd{margin:0;overflow-wrap:anywhere}\
del{background:#fbe3e1;color:#7a1b12}ins{background:#def3df;color:#14501b;text-decoration:underline}.text{white-space:pre-wrap}\
@media(prefers-color-scheme:dark){body{background:#161616;color:#ddd}dl{color:#aaa}del{background:#4a1d19;color:#ffc9c3}ins{background:#173d1b;color:#c3f0c7}}";

/// The page.
pub(super) fn html(difference: &Difference) -> String {
    let safe = |text: &str| html_escape::encode_safe(text).into_owned();
    let title = safe(&difference.to.title);
    let url = safe(&difference.url);
    let fields: String = difference.changes.iter().map(field).collect();
    let fields =
        if fields.is_empty() { "<p>No difference that a reader sees.</p>\n".to_owned() } else { fields };
    format!(
        "<!doctype html>\n<html lang=\"vi\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n\
         <body>\n<h1>{title}</h1>\n<dl>\n<dt>article</dt><dd>{}, <a href=\"{url}\">{url}</a></dd>\n\
         <dt>from</dt><dd>{}</dd>\n<dt>to</dt><dd>{}</dd>\n</dl>\n{fields}</body>\n</html>\n",
        difference.article,
        safe(&named(&difference.from)),
        safe(&named(&difference.to)),
    )
}

fn field(change: &Change) -> String {
    let piece = |kind: PieceKind, text: &str| {
        let text = html_escape::encode_safe(text);
        match kind {
            PieceKind::Same => text.into_owned(),
            PieceKind::Removed => format!("<del>{text}</del>"),
            PieceKind::Added => format!("<ins>{text}</ins>"),
        }
    };
    let mut text = String::new();
    for (at, part) in change.pieces.iter().enumerate() {
        text += gap(change, at);
        text += &piece(part.kind, &part.text);
    }
    format!(
        "<section lang=\"vi\">\n<h2 lang=\"en\">{}</h2>\n<div class=\"text\">{text}</div>\n</section>\n",
        change.field
    )
}
