//! Tags and their attributes (HTML, §13.2.5.8 and §13.2.5.32 to §13.2.5.40).

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Tag, TagKind};
use html5ever::{Attribute, QualName, ns};
use memchr::{memchr, memchr2};

use super::reference;
use super::tokens::Tokens;

pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | b'\x0C' | b' ')
}

impl Tokens<'_> {
    /// Reads the tag whose name begins here; none where the page ends within it.
    pub(super) fn tag(&mut self, kind: TagKind) -> Option<Tag> {
        let name = self.name_until(|byte| is_blank(byte) || matches!(byte, b'/' | b'>'));
        let name = self.interned(name);
        let mut tag =
            Tag { kind, name, self_closing: false, attrs: Vec::new(), had_duplicate_attributes: false };
        loop {
            self.skip_blanks();
            match *self.rest().as_bytes() {
                [] => return None,
                [b'>', ..] => {
                    self.skip(1);
                    return Some(tag);
                }
                [b'/', b'>', ..] => {
                    tag.self_closing = true;
                    self.skip(2);
                    return Some(tag);
                }
                [b'/', ..] => self.skip(1),
                _ => self.attribute(&mut tag)?,
            }
        }
    }

    /// Reads an attribute; none where the page ends within it.
    fn attribute(&mut self, tag: &mut Tag) -> Option<()> {
        // An equals sign at the start belongs to the name.
        let name = self.name_until(|byte| is_blank(byte) || matches!(byte, b'/' | b'>' | b'='));
        self.skip_blanks();
        let value = if self.rest().starts_with('=') {
            self.skip(1);
            self.skip_blanks();
            self.value()?
        } else {
            (self.at(), self.at())
        };
        // An end tag has none.
        if tag.kind == TagKind::EndTag {
            return Some(());
        }
        let name = self.interned(name);
        if tag.attrs.iter().any(|known| known.name.local == name) {
            tag.had_duplicate_attributes = true;
        } else {
            let value = self.value_text(value);
            tag.attrs.push(Attribute { name: QualName::new(None, ns!(), name), value });
        }
        Some(())
    }

    /// The bounds of the value that begins here. Left is the place behind it.
    fn value(&mut self) -> Option<(usize, usize)> {
        let rest = self.rest().as_bytes();
        let first = *rest.first()?;
        let (start, length, behind) = match first {
            b'"' | b'\'' => (1, memchr(first, &rest[1..])?, 1),
            b'>' => (0, 0, 0),
            _ => (0, rest.iter().position(|byte| is_blank(*byte) || *byte == b'>')?, 0),
        };
        let from = self.at() + start;
        self.skip(start + length + behind);
        Some((from, from + length))
    }

    fn value_text(&self, (from, to): (usize, usize)) -> StrTendril {
        let text = self.between(from, to);
        match memchr2(b'&', b'\0', text.as_bytes()) {
            None => self.shared(from, to),
            Some(_) if text.contains('\0') => reference::resolved(&text.replace('\0', "\u{FFFD}"), true),
            Some(_) => reference::resolved(text, true),
        }
    }
}
