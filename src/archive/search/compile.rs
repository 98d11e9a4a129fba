//! From a query to an expression of FTS5.
//!
//! Each word is looked for in the one set of columns where it can be met: typed with marks, in the text as written;
//! typed without, in the folded text. Words of a phrase must stand in one column, so a phrase of both kinds is
//! looked for folded, its marked words once more as written, and what is found is read to make sure.

use super::node::{Field, Node, Phrase};
use super::words::{MatchBy, Word, date_spellings};

/// An expression for `MATCH`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Compiled {
    pub(super) expression: String,
    /// Whether the expression finds more than was asked for, so that each article must be read to make sure.
    pub(super) is_wide: bool,
}

/// Compiles a query whose words may stand in `fields`, where they do not say otherwise.
pub(super) fn compile(node: &Node, fields: &[Field]) -> Compiled {
    match node {
        Node::Phrase(phrase) => compile_phrase(phrase, fields),
        Node::Any(nodes) => join(nodes, " OR ", fields),
        Node::All { with, without } => {
            let mut all = join(with, " AND ", fields);
            for node in without {
                let other = compile(node, fields);
                // What is taken away must not be too wide; then nothing is taken away but by reading.
                if !other.is_wide {
                    all.expression = format!("({} NOT {})", all.expression, other.expression);
                }
                all.is_wide |= other.is_wide;
            }
            all
        }
    }
}

fn join(nodes: &[Node], operator: &str, fields: &[Field]) -> Compiled {
    let parts: Vec<Compiled> = nodes.iter().map(|node| compile(node, fields)).collect();
    let is_wide = parts.iter().any(|part| part.is_wide);
    let expressions: Vec<String> = parts.into_iter().map(|part| part.expression).collect();
    Compiled { expression: format!("({})", expressions.join(operator)), is_wide }
}

fn compile_phrase(phrase: &Phrase, fields: &[Field]) -> Compiled {
    let fields = if phrase.fields.is_empty() { fields } else { &phrase.fields };
    if phrase.is_date {
        return Compiled { expression: date(&phrase.words, fields), is_wide: true };
    }
    let is_any = |by: MatchBy| phrase.words.iter().any(|word| word.match_by == by);
    let (has_marked, has_plain) = (is_any(MatchBy::Marks), is_any(MatchBy::Letters));
    let folded = || {
        let words: Vec<&str> = phrase.words.iter().map(|word| word.folded.as_str()).collect();
        format!("{} : {}", columns(fields, "_folded"), quoted(&words, phrase.is_prefix))
    };
    if !has_plain {
        return Compiled { expression: written(&phrase.words, phrase.is_prefix, fields), is_wide: false };
    }
    if !has_marked {
        return Compiled { expression: folded(), is_wide: false };
    }
    let mut expression = folded();
    let last = phrase.words.len() - 1;
    for run in marked_runs(&phrase.words) {
        let is_prefix = phrase.is_prefix && run.end() == &last;
        expression.push_str(" AND ");
        expression.push_str(&written(&phrase.words[run], is_prefix, fields));
    }
    Compiled { expression: format!("({expression})"), is_wide: true }
}

fn written(words: &[Word], is_prefix: bool, fields: &[Field]) -> String {
    let words: Vec<&str> = words.iter().map(|word| word.written.as_str()).collect();
    format!("{} : {}", columns(fields, ""), quoted(&words, is_prefix))
}

/// The runs of words, none of them typed without marks, that hold at least one typed with.
fn marked_runs(words: &[Word]) -> Vec<std::ops::RangeInclusive<usize>> {
    let mut runs = Vec::new();
    let mut start = 0;
    for end in 0..words.len() {
        if words[end].match_by == MatchBy::Letters {
            start = end + 1;
        } else if words.get(end + 1).is_none_or(|next| next.match_by == MatchBy::Letters)
            && words[start..=end].iter().any(|word| word.match_by == MatchBy::Marks)
        {
            runs.push(start..=end);
        }
    }
    runs
}

fn date(words: &[Word], fields: &[Field]) -> String {
    let spellings = |at: usize| words.get(at).map(|word| date_spellings(&word.written)).unwrap_or_default();
    let year = words.get(2).map(|word| word.written.as_str());
    let mut alternatives = Vec::new();
    for day in spellings(0) {
        for month in spellings(1) {
            let parts: Vec<&str> = [day.as_str(), month.as_str()].into_iter().chain(year).collect();
            alternatives.push(quoted(&parts, false));
        }
    }
    format!("{} : ({})", columns(fields, ""), alternatives.join(" OR "))
}

fn columns(fields: &[Field], ending: &str) -> String {
    let names: Vec<String> = fields.iter().map(|field| format!("{}{ending}", field.as_str())).collect();
    format!("{{{}}}", names.join(" "))
}

/// A phrase of FTS5. Words hold letters and digits only, so there is no quotation mark in them.
fn quoted(words: &[&str], is_prefix: bool) -> String {
    let star = if is_prefix { " *" } else { "" };
    format!("\"{}\"{star}", words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::search::query::parse;

    fn compiled(query: &str, exact: bool) -> String {
        let compiled = compile(&parse(query, exact).unwrap(), &Field::ALL);
        let mark = if compiled.is_wide { "~ " } else { "" };
        let text = compiled.expression.replace("title lead body captions", "*");
        format!("{mark}{}", text.replace("title_folded lead_folded body_folded captions_folded", "*_"))
    }

    #[test]
    fn each_word_is_looked_for_where_it_can_be_met() {
        let cases = [
            ("bac kan", "({*_} : \"bac\" AND {*_} : \"kan\")"),
            ("Đảng", "{*} : \"đảng\""),
            ("dang* 2023", "({*_} : \"dang\" * AND {*} : \"2023\")"),
            ("title:\"Hoà Bình\"", "{title} : \"hòa bình\""),
            ("hội NOT (xuan OR tết)", "({*} : \"hội\") NOT"),
            (
                "\"thành phố Lai Châu\"",
                "~ ({*_} : \"thanh pho lai chau\" AND {*} : \"thành phố\" AND {*} : \"châu\")",
            ),
            ("\"xa Tân L\"*", "~ ({*_} : \"xa tan l\" * AND {*} : \"tân\")"),
            ("10/5", "~ {*} : (\"10 5\" OR \"10 05\")"),
            ("\"1.2.2023\"", "~ {*} : (\"1 2 2023\" OR \"1 02 2023\" OR \"01 2 2023\" OR \"01 02 2023\")"),
        ];
        for (query, expected) in cases {
            let found = compiled(query, false);
            assert!(found == expected || found.contains(expected), "{query}: {found}");
        }
        assert_eq!(compiled("\"dang bo\"", true), "{*} : \"dang bo\"");
        assert_eq!(compiled("hội -10/5", false), "~ ({*} : \"hội\")");
    }
}
