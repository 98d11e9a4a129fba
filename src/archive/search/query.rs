//! The language of queries: words, "phrases", prefix*, AND, OR, NOT, (groups), field: and dates.

use super::node::{Field, Node, Phrase};
use super::words;

/// A longer query is no query but a text.
const QUERY_CHARS_MAX: usize = 1000;
/// Words in one query.
const WORDS_MAX: usize = 64;
/// Groups within groups.
const DEPTH_MAX: usize = 16;

/// Why a query cannot be run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// There is no word in it.
    #[error("the query has no word to look for")]
    Empty,
    /// Only words that must not be there.
    #[error("the query only says what not to find (put a word to look for before NOT)")]
    OnlyNot,
    /// A quotation mark without its partner.
    #[error("the phrase at character {at} has no closing quotation mark (add one at its end)")]
    OpenPhrase {
        /// Where it opens, from 1.
        at: usize,
    },
    /// A parenthesis without its partner.
    #[error("the parenthesis at character {at} has no partner (add or remove one)")]
    Parenthesis {
        /// Where it stands, from 1.
        at: usize,
    },
    /// An operator with nothing to join.
    #[error(
        "{operator} at character {at} needs a word on both sides (for the word itself, put it in quotation marks)"
    )]
    Operand {
        /// `AND`, `OR` or `NOT`.
        operator: &'static str,
        /// Where it stands, from 1.
        at: usize,
    },
    /// A field that the index does not have.
    #[error(
        "there is no field '{name}' as at character {at} (title, lead, body or captions; for the text itself, put it in quotation marks)"
    )]
    NoField {
        /// The name.
        name: String,
        /// Where it stands, from 1.
        at: usize,
    },
    /// A field with nothing behind it.
    #[error(
        "{name}: at character {at} needs a word behind it (for the word itself, put it in quotation marks)"
    )]
    NothingInField {
        /// The field's name.
        name: &'static str,
        /// Where it stands, from 1.
        at: usize,
    },
    /// Too long, too many words, too deep.
    #[error(
        "the query is too long (at most {QUERY_CHARS_MAX} characters, {WORDS_MAX} words and {DEPTH_MAX} groups within groups)"
    )]
    TooLong,
}

/// Understands a query; with `exact`, words without marks do not stand for words with marks.
pub(super) fn parse(query: &str, exact: bool) -> Result<Node, QueryError> {
    if query.chars().count() > QUERY_CHARS_MAX {
        return Err(QueryError::TooLong);
    }
    let tokens = tokens(query)?;
    let mut parser = Parser { tokens: &tokens, next: 0, exact, words: 0 };
    let node = parser.any(&[], 0)?;
    match parser.peek() {
        Some((Token::Close, at)) => Err(QueryError::Parenthesis { at: *at }),
        _ => node.ok_or(QueryError::Empty),
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Open,
    Close,
    And,
    Or,
    Not,
    Field(Field),
    /// Text without blanks, or in quotation marks; whether a star follows it.
    Text(String, bool),
}

/// The tokens of a query, each with its place in characters from 1.
fn tokens(query: &str) -> Result<Vec<(Token, usize)>, QueryError> {
    let chars: Vec<char> = query.chars().map(plain_mark).collect();
    let mut tokens = Vec::new();
    let mut i = 0;
    while i < chars.len() {
        let at = i + 1;
        match chars[i] {
            c if c.is_whitespace() => i += 1,
            '(' => {
                tokens.push((Token::Open, at));
                i += 1;
            }
            ')' => {
                tokens.push((Token::Close, at));
                i += 1;
            }
            '"' => {
                let length =
                    chars[at..].iter().position(|c| *c == '"').ok_or(QueryError::OpenPhrase { at })?;
                i = at + length + 1;
                let is_prefix = chars.get(i) == Some(&'*');
                i += usize::from(is_prefix);
                tokens.push((Token::Text(chars[at..at + length].iter().collect(), is_prefix), at));
            }
            // A hyphen before a word, and not within one, forbids it, as in the search engines.
            '-' if chars.get(at).is_some_and(|c| c.is_alphanumeric() || matches!(c, '"' | '(')) => {
                tokens.push((Token::Not, at));
                i += 1;
            }
            _ => {
                let length = chars[i..].iter().position(|c| is_end(*c)).unwrap_or(chars.len() - i);
                let text: String = chars[i..i + length].iter().collect();
                i += length;
                word(&text, at, &mut tokens)?;
            }
        }
    }
    Ok(tokens)
}

/// Typographic quotation marks are what a copied phrase comes with.
fn plain_mark(c: char) -> char {
    if matches!(c, '“' | '”' | '„' | '«' | '»') { '"' } else { c }
}

fn is_end(c: char) -> bool {
    c.is_whitespace() || matches!(c, '(' | ')' | '"')
}

/// A run of characters without blanks: an operator, a field and what follows it, or a word.
fn word(text: &str, at: usize, tokens: &mut Vec<(Token, usize)>) -> Result<(), QueryError> {
    match text {
        "AND" => tokens.push((Token::And, at)),
        "OR" => tokens.push((Token::Or, at)),
        "NOT" => tokens.push((Token::Not, at)),
        _ => {
            let named = text.split_once(':').filter(|(name, _)| {
                !name.is_empty() && name.chars().all(|c| c.is_ascii_alphabetic() || c == '_')
            });
            let Some((name, rest)) = named else {
                push_text(text, at, tokens);
                return Ok(());
            };
            let field =
                Field::named(name).ok_or_else(|| QueryError::NoField { name: name.to_owned(), at })?;
            tokens.push((Token::Field(field), at));
            if !rest.is_empty() {
                push_text(rest, at + name.len() + 1, tokens);
            }
        }
    }
    Ok(())
}

fn push_text(text: &str, at: usize, tokens: &mut Vec<(Token, usize)>) {
    let bare = text.trim_end_matches('*');
    tokens.push((Token::Text(bare.to_owned(), bare.len() < text.len()), at));
}

struct Parser<'a> {
    tokens: &'a [(Token, usize)],
    next: usize,
    exact: bool,
    words: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&(Token, usize)> {
        self.tokens.get(self.next)
    }

    /// Alternatives joined by OR. None where there is no word.
    fn any(&mut self, fields: &[Field], depth: usize) -> Result<Option<Node>, QueryError> {
        if depth > DEPTH_MAX {
            return Err(QueryError::TooLong);
        }
        let mut alternatives: Vec<Node> = self.all(fields, depth)?.into_iter().collect();
        while let Some((Token::Or, at)) = self.peek() {
            let at = *at;
            self.next += 1;
            let other = self.all(fields, depth)?;
            if other.is_none() || alternatives.is_empty() {
                return Err(QueryError::Operand { operator: "OR", at });
            }
            alternatives.extend(other);
        }
        Ok(if alternatives.len() < 2 { alternatives.pop() } else { Some(Node::Any(alternatives)) })
    }

    /// Parts that must all be there, or, behind NOT, must not.
    fn all(&mut self, fields: &[Field], depth: usize) -> Result<Option<Node>, QueryError> {
        let (mut with, mut without) = (Vec::new(), Vec::new());
        let mut and_at = None;
        loop {
            match self.peek() {
                None | Some((Token::Or | Token::Close, _)) => break,
                Some((Token::And, at)) => {
                    if with.is_empty() || and_at.is_some() {
                        return Err(QueryError::Operand { operator: "AND", at: *at });
                    }
                    and_at = Some(*at);
                    self.next += 1;
                }
                Some((Token::Not, at)) => {
                    let at = *at;
                    self.next += 1;
                    let part = self.part(fields, depth)?;
                    without.push(part.ok_or(QueryError::Operand { operator: "NOT", at })?);
                    and_at = None;
                }
                Some(_) => {
                    let part = self.part(fields, depth)?;
                    if part.is_some() {
                        and_at = None;
                    }
                    with.extend(part);
                }
            }
        }
        if let Some(at) = and_at {
            return Err(QueryError::Operand { operator: "AND", at });
        }
        match (with.len(), without.len()) {
            (0, 0) => Ok(None),
            (0, _) => Err(QueryError::OnlyNot),
            (1, 0) => Ok(with.pop()),
            _ => Ok(Some(Node::All { with, without })),
        }
    }

    /// A word, a phrase or a group, perhaps in a field. None where it holds no word.
    fn part(&mut self, fields: &[Field], depth: usize) -> Result<Option<Node>, QueryError> {
        let Some((token, at)) = self.tokens.get(self.next) else { return Ok(None) };
        match token {
            Token::Field(field) => {
                self.next += 1;
                let part = match self.peek() {
                    Some((Token::Text(..) | Token::Open, _)) => self.part(&[*field], depth)?,
                    _ => None,
                };
                part.map(Some).ok_or(QueryError::NothingInField { name: field.as_str(), at: *at })
            }
            Token::Open => {
                self.next += 1;
                let group = self.any(fields, depth + 1)?;
                match self.peek() {
                    Some((Token::Close, _)) => self.next += 1,
                    _ => return Err(QueryError::Parenthesis { at: *at }),
                }
                Ok(group)
            }
            Token::Text(text, is_prefix) => {
                self.next += 1;
                self.phrase(text, *is_prefix, fields)
            }
            Token::And | Token::Or | Token::Not | Token::Close => Ok(None),
        }
    }

    fn phrase(&mut self, text: &str, is_prefix: bool, fields: &[Field]) -> Result<Option<Node>, QueryError> {
        let words = words::of_query(text, self.exact);
        self.words += words.len();
        if self.words > WORDS_MAX {
            return Err(QueryError::TooLong);
        }
        let is_date = !is_prefix && words::is_date(text.trim());
        let phrase = Phrase { fields: fields.to_vec(), words, is_prefix, is_date };
        Ok((!phrase.words.is_empty()).then_some(Node::Phrase(phrase)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(node: &Node) -> String {
        let list = |nodes: &[Node], between: &str| nodes.iter().map(shown).collect::<Vec<_>>().join(between);
        match node {
            Node::Any(nodes) => format!("({})", list(nodes, " | ")),
            Node::All { with, without } if without.is_empty() => format!("({})", list(with, " & ")),
            Node::All { with, without } => format!("({} - {})", list(with, " & "), list(without, " - ")),
            Node::Phrase(phrase) => {
                let fields =
                    phrase.fields.iter().fold(String::new(), |text, field| text + field.as_str() + ":");
                let words: Vec<&str> = phrase.words.iter().map(|word| word.written.as_str()).collect();
                let star = if phrase.is_prefix { "*" } else { "" };
                format!("{fields}{}{star}", words.join("+"))
            }
        }
    }

    fn read(query: &str) -> String {
        parse(query, false).map_or_else(|error| error.to_string(), |node| shown(&node))
    }

    #[test]
    fn queries_are_understood_as_they_are_meant() {
        let cases = [
            ("bac kan", "(bac & kan)"),
            ("\"bac kan\" hội", "(bac+kan & hội)"),
            ("a OR b c", "(a | (b & c))"),
            ("(a OR b) c", "((a | b) & c)"),
            ("a NOT b", "(a - b)"),
            ("a AND NOT (b OR c)", "(a - (b | c))"),
            ("a -b", "(a - b)"),
            ("covid-19 u23", "(covid+19 & u23)"),
            ("title:hội caption:\"bản Hoa\"", "(title:hội & captions:bản+hoa)"),
            ("title:(hội OR lễ)", "(title:hội | title:lễ)"),
            ("khai* \"mùa xu\"*", "(khai* & mùa+xu*)"),
            ("10/5", "10+5"),
            ("7:30", "7+30"),
            ("Hoà “BÌNH”", "(hòa & bình)"),
            ("&nbsp; a - b !", "(a & b)"),
            ("and or", "(and & or)"),
        ];
        for (query, expected) in cases {
            assert_eq!(read(query), expected, "{query}");
        }
    }

    #[test]
    fn a_wrong_query_is_told_what_is_wrong_and_what_to_do() {
        let cases = [
            ("  ", "the query has no word to look for"),
            ("\"…\" ()", "the query has no word to look for"),
            ("NOT a", "the query only says what not to find (put a word to look for before NOT)"),
            ("a \"b c", "the phrase at character 3 has no closing quotation mark (add one at its end)"),
            ("(a b", "the parenthesis at character 1 has no partner (add or remove one)"),
            ("a b)", "the parenthesis at character 4 has no partner (add or remove one)"),
            (
                "a OR",
                "OR at character 3 needs a word on both sides (for the word itself, put it in quotation marks)",
            ),
            (
                "AND a",
                "AND at character 1 needs a word on both sides (for the word itself, put it in quotation marks)",
            ),
            (
                "a NOT",
                "NOT at character 3 needs a word on both sides (for the word itself, put it in quotation marks)",
            ),
            (
                "titel:a",
                "there is no field 'titel' as at character 1 (title, lead, body or captions; for the text itself, put it in quotation marks)",
            ),
            (
                "a title: OR b",
                "title: at character 3 needs a word behind it (for the word itself, put it in quotation marks)",
            ),
        ];
        for (query, expected) in cases {
            assert_eq!(read(query), expected, "{query}");
        }
        assert_eq!(parse(&"a ".repeat(400), false), Err(QueryError::TooLong));
        assert_eq!(parse(&"(".repeat(400), false), Err(QueryError::TooLong));
    }

    proptest! {
        #[test]
        fn any_text_is_a_query_or_told_wrong(query in "[a-zđ\" ():*\\-/0-9ANDORT]{0,60}") {
            let _ = parse(&query, false);
        }
    }
}
