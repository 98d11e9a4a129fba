//! A query held against the text itself: to make sure of what the index finds too widely, and to show where the
//! words stand in the original.

use std::ops::Range;

use super::node::{Field, Node, Phrase};
use super::words::{self, MatchBy, Word};
use crate::text::fold::fold;

/// One field of an article, parted into words.
#[derive(Debug)]
pub(super) struct Text<'a> {
    pub(super) text: &'a str,
    pub(super) words: Vec<TextWord>,
}

/// A word of a text in the forms that are compared.
#[derive(Debug)]
pub(super) struct TextWord {
    pub(super) start: usize,
    pub(super) end: usize,
    written: String,
    folded: String,
}

impl<'a> Text<'a> {
    pub(super) fn new(text: &'a str) -> Text<'a> {
        let word = |found: words::Found| {
            let word = &text[found.start..found.end];
            TextWord { start: found.start, end: found.end, written: words::written(word), folded: fold(word) }
        };
        Text { text, words: words::of_text(text).map(word).collect() }
    }

    /// Where a phrase stands: ranges of words.
    pub(super) fn find(&self, phrase: &Phrase) -> Vec<Range<usize>> {
        let length = phrase.words.len();
        let last_start = (self.words.len() + 1).saturating_sub(length);
        (0..last_start)
            .map(|start| start..start + length)
            .filter(|at| self.is_phrase(phrase, at.clone()))
            .collect()
    }

    fn is_phrase(&self, phrase: &Phrase, at: Range<usize>) -> bool {
        let found = &self.words[at];
        if phrase.is_date {
            return self.is_date(&phrase.words, found);
        }
        let last = phrase.words.len() - 1;
        found.iter().zip(&phrase.words).enumerate().all(|(index, (found, word))| {
            let (is, should) = match word.match_by {
                MatchBy::Letters => (&found.folded, &word.folded),
                MatchBy::Marks | MatchBy::Either => (&found.written, &word.written),
            };
            if phrase.is_prefix && index == last { is.starts_with(should.as_str()) } else { is == should }
        })
    }

    fn is_date(&self, words: &[Word], found: &[TextWord]) -> bool {
        let bare = |number: &str| number.trim_start_matches('0').to_owned();
        let are_equal =
            found.iter().zip(words).all(|(found, word)| bare(&found.written) == bare(&word.written));
        let are_joined = found.windows(2).all(|pair| {
            let mut between = self.text[pair[0].end..pair[1].start].chars();
            between.next().is_some_and(words::is_date_separator) && between.next().is_none()
        });
        are_equal && are_joined
    }
}

/// An article's fields, parted into words.
#[derive(Debug)]
pub(super) struct Texts<'a> {
    fields: [Text<'a>; 4],
}

impl<'a> Texts<'a> {
    /// The texts in the order of [`Field::ALL`].
    pub(super) fn new(texts: [&'a str; 4]) -> Texts<'a> {
        Texts { fields: texts.map(Text::new) }
    }

    pub(super) fn field(&self, field: Field) -> &Text<'a> {
        &self.fields[field as usize]
    }

    /// Tells whether the article is what a query asks for.
    pub(super) fn meet(&self, node: &Node, fields: &[Field]) -> bool {
        match node {
            Node::All { with, without } => {
                with.iter().all(|node| self.meet(node, fields))
                    && !without.iter().any(|node| self.meet(node, fields))
            }
            Node::Any(nodes) => nodes.iter().any(|node| self.meet(node, fields)),
            Node::Phrase(phrase) => {
                let fields = if phrase.fields.is_empty() { fields } else { &phrase.fields };
                fields.iter().any(|field| !self.field(*field).find(phrase).is_empty())
            }
        }
    }
}

/// The phrases of a query that an article may hold, each with the fields it may stand in.
pub(super) fn phrases<'a>(node: &'a Node, found: &mut Vec<&'a Phrase>) {
    match node {
        Node::All { with, .. } => with.iter().for_each(|node| phrases(node, found)),
        Node::Any(nodes) => nodes.iter().for_each(|node| phrases(node, found)),
        Node::Phrase(phrase) => found.push(phrase),
    }
}
