//! JSON as people and templates write it: a parser that never gives up on the whole for a fault in a part.
//!
//! What it forgives: wrappers (`<!-- -->`, CDATA, `var x =`), the whole block escaped as HTML, comments, commas too
//! many or too few, names and strings in single quotes or none, line breaks and unescaped quotes in strings,
//! unknown escapes, and a missing end. It reads every character a bounded number of times, and nests no deeper
//! than [`DEPTH_MAX`].

use serde_json::{Map, Number, Value};

/// How deep values may nest; what is deeper is left out.
const DEPTH_MAX: usize = 48;

/// How many values are read in all.
const VALUES_MAX: usize = 20_000;

/// How far is looked ahead to tell a quote within a string from its end, in bytes.
const LOOKAHEAD_BYTES_MAX: usize = 96;

/// Reads the values in a block.
pub(super) fn parse(block: &str) -> Vec<Value> {
    let unescaped;
    let mut text = block;
    if !text.contains('"') && text.contains("&quot;") || text.contains("{&quot;") {
        unescaped = html_escape::decode_html_entities(block);
        text = &unescaped;
    }
    let mut parser = Parser { text, at: 0, values_left: VALUES_MAX };
    let mut values = Vec::new();
    while let Some(start) = parser.rest().find(['{', '[']) {
        parser.at += start;
        // `<![CDATA[` opens no list.
        if parser.rest().starts_with("[CDATA[") {
            parser.at += "[CDATA[".len();
            continue;
        }
        match parser.value(0) {
            Some(value) => values.push(value),
            None => break,
        }
    }
    values
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    values_left: usize,
}

/// Where a string stands: decides what may follow its end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Name,
    InObject,
    InArray,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    /// Skips blanks and comments.
    fn skip(&mut self) {
        loop {
            let rest = self.rest();
            let blank =
                rest.len() - rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}').len();
            self.at += blank;
            let rest = self.rest();
            let comment = if rest.starts_with("/*") {
                rest.find("*/").map_or(rest.len(), |end| end + 2)
            } else if rest.starts_with("//") {
                rest.find('\n').unwrap_or(rest.len())
            } else {
                0
            };
            if comment == 0 {
                return;
            }
            self.at += comment;
        }
    }

    /// A value; `None` at the end of the text, or where a bound is reached.
    fn value(&mut self, depth: usize) -> Option<Value> {
        self.value_in(depth, Place::InArray)
    }

    fn value_in(&mut self, depth: usize, place: Place) -> Option<Value> {
        self.skip();
        self.values_left = self.values_left.checked_sub(1)?;
        if depth > DEPTH_MAX {
            return None;
        }
        match self.peek()? {
            '{' => Some(self.object(depth)),
            '[' => Some(self.array(depth)),
            quote @ ('"' | '\'') => {
                self.bump();
                Some(Value::String(self.string(quote, place)))
            }
            _ => Some(self.word()),
        }
    }

    fn object(&mut self, depth: usize) -> Value {
        self.bump();
        let mut members = Map::new();
        loop {
            self.skip();
            match self.peek() {
                // A bracket here closes something outside: the brace is missing.
                None | Some(']') => break,
                Some('}') => {
                    self.bump();
                    break;
                }
                Some(',' | ':' | '{' | '[' | ';') => {
                    self.bump();
                    continue;
                }
                Some(_) => {}
            }
            let name = self.name();
            self.skip();
            if self.peek() == Some(':') {
                self.bump();
                let Some(value) = self.value_in(depth + 1, Place::InObject) else { break };
                members.entry(name).or_insert(value);
            }
        }
        Value::Object(members)
    }

    fn array(&mut self, depth: usize) -> Value {
        self.bump();
        let mut items = Vec::new();
        loop {
            self.skip();
            match self.peek() {
                None | Some('}') => break,
                Some(']') => {
                    self.bump();
                    break;
                }
                Some(',' | ':' | ';') => {
                    self.bump();
                }
                Some(_) => match self.value(depth + 1) {
                    Some(item) => items.push(item),
                    None => break,
                },
            }
        }
        Value::Array(items)
    }

    fn name(&mut self) -> String {
        match self.peek() {
            Some(quote @ ('"' | '\'')) => {
                self.bump();
                self.string(quote, Place::Name)
            }
            _ => self.bare(&[':', ',', '}', ']']).to_owned(),
        }
    }

    /// `true`, `null`, a number, or text without quotes.
    fn word(&mut self) -> Value {
        let word = self.bare(&[',', '}', ']']);
        match word {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "" | "null" | "undefined" | "NaN" => Value::Null,
            _ => word.parse::<Number>().map_or_else(|_| Value::String(word.to_owned()), Value::Number),
        }
    }

    /// What stands up to one of the ends; at least one character, so that reading goes on.
    fn bare(&mut self, ends: &[char]) -> &'a str {
        let rest = self.rest();
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let length = rest.char_indices().find(|(at, c)| *at >= first && (ends.contains(c) || *c == '\n'));
        let length = length.map_or(rest.len(), |(at, _)| at);
        self.at += length;
        rest[..length].trim()
    }

    /// The rest of a string whose opening quote is read.
    fn string(&mut self, quote: char, place: Place) -> String {
        let mut string = String::new();
        while let Some(c) = self.bump() {
            match c {
                '\\' => self.escape(&mut string),
                _ if c == quote && self.closes(quote, place) => break,
                '\n' | '\r' | '\t' => string.push(' '),
                _ => string.push(c),
            }
        }
        string
    }

    fn escape(&mut self, string: &mut String) {
        match self.bump() {
            Some('n' | 'r' | 't') => string.push(' '),
            Some('b' | 'f') | None => {}
            Some('u') => self.unicode_escape(string),
            Some(c) => string.push(c),
        }
    }

    /// `\u1ec7`, or a pair of surrogates (RFC 8259, §7); what is neither is dropped.
    fn unicode_escape(&mut self, string: &mut String) {
        let Some(first) = self.hex() else { return };
        let mut units = vec![first];
        if (0xD800..0xDC00).contains(&first) && self.rest().starts_with("\\u") {
            let before = self.at;
            self.at += 2;
            match self.hex() {
                Some(second) if (0xDC00..0xE000).contains(&second) => units.push(second),
                _ => self.at = before,
            }
        }
        string.extend(char::decode_utf16(units).filter_map(Result::ok));
    }

    fn hex(&mut self) -> Option<u16> {
        let digits = self.rest().get(..4)?;
        let unit = u16::from_str_radix(digits, 16).ok()?;
        self.at += 4;
        Some(unit)
    }

    /// Whether a quote just read ends its string. One within the text is followed by text; one at the end, by what
    /// the place asks for.
    fn closes(&self, quote: char, place: Place) -> bool {
        let ahead = self.rest();
        let ahead = &ahead[..ahead.floor_char_boundary(LOOKAHEAD_BYTES_MAX)];
        let next = ahead.trim_start();
        let Some(first) = next.chars().next() else { return true };
        match (place, first) {
            (Place::Name, ':' | ',' | '}') | (Place::InObject, '}') | (Place::InArray, ']') => true,
            (Place::InArray, ',') => {
                let item = next[1..].trim_start();
                item.is_empty()
                    || item.starts_with([quote, '{', '[', ']', '-'])
                    || item.starts_with(|c: char| c.is_ascii_digit())
            }
            (Place::InObject, ',') => begins_member(&next[1..]),
            // The comma is missing.
            (Place::InObject, _) if first == quote => begins_member(next),
            (Place::InObject, ']') | (Place::InArray, '}') => next[1..].trim_start().is_empty(),
            (Place::InArray, _) if first == quote => true,
            _ => false,
        }
    }
}

/// Whether a text begins with a name and a colon, or ends the object; also when the look ahead ends first.
fn begins_member(text: &str) -> bool {
    let text = text.trim_start();
    let Some(first) = text.chars().next() else { return true };
    if matches!(first, '}' | '/' | ',') {
        return true;
    }
    let name = text.trim_start_matches(['"', '\'']);
    let end = name.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '@' | '_' | '-' | ':' | '$')));
    match end {
        None => true,
        Some(end) => {
            let behind = name[end..].trim_start_matches(['"', '\'']).trim_start();
            !name[..end].is_empty() && (behind.starts_with(':') || behind.is_empty())
        }
    }
}
