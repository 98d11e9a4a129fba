//! A selector's own text, taken apart far enough to index it and to see that it can never match.
//!
//! The CSS parser keeps what it understood to itself, so its input is scanned once more. The scan runs only over
//! text that the parser has accepted, and gives up (`opaque`) on escapes, comments and namespaces.

/// Elements that hold neither text nor other elements (HTML, §13.1.2, void elements).
const VOID: [&str; 13] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];

/// Elements that stand in no other than `html`.
const TOP: [&str; 3] = ["html", "head", "body"];

/// What stands between two combinators: `td.caption`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Compound {
    /// The combinator before it: a blank, `>`, `+` or `~`; a blank too for the first.
    pub(super) combinator: char,
    /// The tag's name in lower case.
    pub(super) tag: Option<String>,
    /// Ids.
    pub(super) ids: Vec<String>,
    /// Classes.
    pub(super) classes: Vec<String>,
    /// The insides of its brackets.
    pub(super) attributes: Vec<String>,
    /// Pseudo-classes with their arguments.
    pub(super) pseudos: Vec<String>,
    /// Whether the scan gave up on it.
    pub(super) opaque: bool,
}

/// Where a scan stands: inside quotes, brackets or parentheses nothing parts a selector.
#[derive(Default)]
struct Nesting {
    depth: usize,
    quote: Option<char>,
    escaped: bool,
}

impl Nesting {
    /// Takes the next character and tells whether it stands outside of everything.
    fn outside(&mut self, c: char) -> bool {
        if self.escaped {
            self.escaped = false;
            return false;
        }
        if c == '\\' {
            self.escaped = true;
            return false;
        }
        if let Some(quote) = self.quote {
            if c == quote {
                self.quote = None;
            }
            return false;
        }
        match c {
            '"' | '\'' => {
                self.quote = Some(c);
                false
            }
            '(' | '[' => {
                self.depth += 1;
                false
            }
            ')' | ']' => {
                self.depth = self.depth.saturating_sub(1);
                false
            }
            _ => self.depth == 0,
        }
    }
}

/// The selectors of a list, parted at its outer commas.
pub(super) fn list(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut nesting = Nesting::default();
    let mut start = 0;
    for (index, c) in text.char_indices() {
        if nesting.outside(c) && c == ',' {
            parts.push(text[start..index].trim());
            start = index + 1;
        }
    }
    parts.push(text[start..].trim());
    parts
}

/// The compounds of one selector, from the left.
pub(super) fn compounds(selector: &str) -> Vec<Compound> {
    let opaque = selector.contains(['\\', '|']) && !selector.contains("|=") || selector.contains("/*");
    let mut found = Vec::new();
    let mut nesting = Nesting::default();
    let mut combinator = ' ';
    let mut start = None;
    for (index, c) in selector.char_indices() {
        let parts = nesting.outside(c) && (c.is_whitespace() || matches!(c, '>' | '+' | '~'));
        if !parts {
            start.get_or_insert(index);
            continue;
        }
        if let Some(from) = start.take() {
            found.push(Compound { combinator, opaque, ..compound(&selector[from..index]) });
            combinator = ' ';
        }
        if !c.is_whitespace() {
            combinator = c;
        }
    }
    if let Some(from) = start {
        found.push(Compound { combinator, opaque, ..compound(&selector[from..]) });
    }
    found
}

fn compound(text: &str) -> Compound {
    let mut found = Compound::default();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let body = &rest[first.len_utf8()..];
        let name_length = |text: &str| text.find(|c: char| !is_name(c)).unwrap_or(text.len());
        match first {
            '#' | '.' => {
                let (name, after) = body.split_at(name_length(body));
                let names = if first == '#' { &mut found.ids } else { &mut found.classes };
                names.push(name.to_owned());
                rest = after;
            }
            '[' => {
                let end = closing(rest);
                found.attributes.push(rest[1..end].to_owned());
                rest = &rest[(end + 1).min(rest.len())..];
            }
            ':' => {
                let name = body.trim_start_matches(':');
                let length = name_length(name);
                let end = if name[length..].starts_with('(') {
                    (length + closing(&name[length..]) + 1).min(name.len())
                } else {
                    length
                };
                found.pseudos.push(name[..end].to_owned());
                rest = &name[end..];
            }
            '*' => rest = body,
            _ if is_name(first) => {
                let (name, after) = rest.split_at(name_length(rest));
                found.tag = Some(name.to_ascii_lowercase());
                rest = after;
            }
            _ => {
                found.opaque = true;
                rest = body;
            }
        }
    }
    found
}

/// Where the bracket that opens the text is closed.
fn closing(text: &str) -> usize {
    let mut nesting = Nesting::default();
    for (index, c) in text.char_indices() {
        nesting.outside(c);
        if nesting.depth == 0 && nesting.quote.is_none() {
            return index;
        }
    }
    text.len()
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '-' || c == '_'
}

/// Why a selector that parses can match nothing, where that is so.
pub(super) fn hopeless(compounds: &[Compound]) -> Option<String> {
    compounds.iter().enumerate().find_map(|(index, compound)| {
        if compound.opaque {
            return None;
        }
        if compound.ids.windows(2).any(|pair| pair[0] != pair[1]) {
            return Some(format!("no element has two ids: #{}", compound.ids.join("#")));
        }
        if compound.pseudos.iter().any(|pseudo| pseudo == "not(*)") {
            return Some(":not(*) leaves no element".to_owned());
        }
        // Selectors Level 4, §6.1 and §6.2: with an empty value these match nothing.
        let empty = |attribute: &String| {
            ["~=", "^=", "$=", "*="].iter().any(|operator| {
                attribute.split_once(operator).is_some_and(|(_, value)| matches!(value.trim(), "\"\"" | "''"))
            })
        };
        if let Some(attribute) = compound.attributes.iter().find(|attribute| empty(attribute)) {
            return Some(format!("[{attribute}] matches no value"));
        }
        let tag = compound.tag.as_deref()?;
        let next = compounds.get(index + 1)?;
        if VOID.contains(&tag) && matches!(next.combinator, ' ' | '>') {
            return Some(format!("<{tag}> holds no other element"));
        }
        let below = next.tag.as_deref().filter(|below| TOP.contains(below))?;
        (tag != "html").then(|| format!("<{below}> stands in no <{tag}>"))
    })
}

/// Whether the element that the selector finds has no text of its own kind.
pub(super) fn is_void(compounds: &[Compound]) -> Option<&str> {
    let tag = compounds.last()?.tag.as_deref()?;
    VOID.contains(&tag).then_some(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_parts_at_its_outer_commas_only() {
        assert_eq!(list("a, b:is(c, d),[x=\"1,2\"]"), ["a", "b:is(c, d)", "[x=\"1,2\"]"]);
    }

    #[test]
    fn a_selector_comes_apart_into_compounds() {
        let found = compounds("table.image > tr:nth-child(2) td[style*=\"a > b\"]#x.desc");
        assert_eq!(found.len(), 3);
        assert_eq!(
            (found[0].tag.as_deref(), found[0].classes.as_slice()),
            (Some("table"), &["image".to_owned()][..])
        );
        assert_eq!((found[1].combinator, found[1].pseudos[0].as_str()), ('>', "nth-child(2)"));
        assert_eq!(found[2].ids, ["x"]);
        assert_eq!(found[2].attributes, ["style*=\"a > b\""]);
        assert_eq!(found[2].classes, ["desc"]);
    }

    #[test]
    fn what_can_never_match_is_seen() {
        for wrong in
            ["img figcaption", "p#a#b", "div:not(*)", "a[href*='']", "div > body", "meta > span", "p html"]
        {
            assert!(hopeless(&compounds(wrong)).is_some(), "{wrong}");
        }
        for right in ["html body", "img + p", "p#a", "a[href*='x']", "body div", "figure:not(.x) img"] {
            assert_eq!(hopeless(&compounds(right)), None, "{right}");
        }
    }
}
