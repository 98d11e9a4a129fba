//! A query, understood: which words must stand where, and which must not be there.

use super::words::Word;

/// What can be searched by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// The headline.
    Title,
    /// The summary.
    Lead,
    /// The text.
    Body,
    /// The captions.
    Captions,
}

impl Field {
    /// All of them, in the order of the index's columns.
    pub const ALL: [Field; 4] = [Field::Title, Field::Lead, Field::Body, Field::Captions];

    /// The field's name, which is its column's.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Field::Title => "title",
            Field::Lead => "lead",
            Field::Body => "body",
            Field::Captions => "captions",
        }
    }

    /// The field of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Field> {
        let name = name.to_ascii_lowercase();
        let name = if name == "caption" { "captions" } else { &name };
        Field::ALL.into_iter().find(|field| field.as_str() == name)
    }
}

/// A query, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    /// All of the first, none of the second.
    All { with: Vec<Node>, without: Vec<Node> },
    /// One of them at least.
    Any(Vec<Node>),
    /// These words in a row.
    Phrase(Phrase),
}

impl Node {
    /// The query with its words kept to some of the fields they may stand in, where they may stand in `fields`; what
    /// must not be there must still be nowhere. None where words may stand in none of these.
    pub(super) fn within(&self, fields: &[Field], kept: &[Field]) -> Option<Node> {
        let all =
            |nodes: &[Node]| nodes.iter().map(|node| node.within(fields, kept)).collect::<Option<Vec<_>>>();
        Some(match self {
            Node::All { with, without } => Node::All { with: all(with)?, without: without.clone() },
            Node::Any(nodes) => Node::Any(all(nodes)?),
            Node::Phrase(phrase) => {
                let own = if phrase.fields.is_empty() { fields } else { &phrase.fields };
                let fields: Vec<Field> = own.iter().copied().filter(|field| kept.contains(field)).collect();
                if fields.is_empty() {
                    return None;
                }
                Node::Phrase(Phrase { fields, ..phrase.clone() })
            }
        })
    }

    /// Whether anything must not be there.
    pub(super) fn excludes(&self) -> bool {
        match self {
            Node::All { with, without } => !without.is_empty() || with.iter().any(Node::excludes),
            Node::Any(nodes) => nodes.iter().any(Node::excludes),
            Node::Phrase(_) => false,
        }
    }
}

/// Words in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Phrase {
    /// Where they may stand; empty for anywhere.
    pub(super) fields: Vec<Field>,
    pub(super) words: Vec<Word>,
    /// The last word may go on.
    pub(super) is_prefix: bool,
    /// A day and a month, perhaps a year: leading zeros do not count, and only `/`, `-` or `.` stand between.
    pub(super) is_date: bool,
}
