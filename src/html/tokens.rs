//! The tokenizer (HTML, §13.2.5): from a page's text to tags, texts and comments.
//!
//! Errors of markup are not told: nobody asks for them, and newspapers' pages have thousands.

use std::cell::RefCell;

use html5ever::LocalName;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, CharacterTokens, CommentToken, Doctype, DoctypeToken, EOFToken, NullCharacterToken, TagKind,
    TagToken, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use memchr::{memchr, memmem};

use super::names::Names;
use super::tag::is_blank;
use super::{comment, raw, reference};

/// The tokens of a page on the way to the tree builder.
pub(super) struct Tokens<'t> {
    text: &'t str,
    /// The same text in the form of which the tree takes shares without copying.
    whole: StrTendril,
    at: usize,
    names: Names,
}

impl<'t> Tokens<'t> {
    /// The tokens of a text whose line breaks are line feeds.
    pub(super) fn of(text: &'t str) -> Tokens<'t> {
        Tokens { text, whole: StrTendril::from(text), at: 0, names: Names::new() }
    }

    /// How much is read, in bytes.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    pub(super) fn skip(&mut self, bytes: usize) {
        self.at += bytes;
    }

    pub(super) fn skip_blanks(&mut self) {
        let blanks = self.text.as_bytes()[self.at..].iter().take_while(|byte| is_blank(**byte)).count();
        self.at += blanks;
    }

    pub(super) fn between(&self, from: usize, to: usize) -> &'t str {
        &self.text[from..to]
    }

    pub(super) fn since(&self, from: usize) -> &'t str {
        self.between(from, self.at)
    }

    /// Reads a name up to a byte that ends it. The first byte ends none.
    pub(super) fn name_until(&mut self, ends: impl Fn(u8) -> bool) -> &'t str {
        let from = self.at;
        let bytes = self.text.as_bytes();
        let is_end = |place: &usize| ends(bytes[*place]);
        self.at = (from + 1..bytes.len()).find(is_end).unwrap_or(bytes.len());
        self.since(from)
    }

    /// The interned form of a tag's or an attribute's name.
    pub(super) fn interned(&mut self, name: &str) -> LocalName {
        if !name.bytes().any(|byte| byte.is_ascii_uppercase() || byte == 0) {
            return self.names.get(name);
        }
        self.names.get(&name.to_ascii_lowercase().replace('\0', "\u{FFFD}"))
    }

    /// A part of the text without copying it.
    pub(super) fn shared(&self, from: usize, to: usize) -> StrTendril {
        // Pages are bounded far below what 32 bits can count; the tendril made of the text has seen to it.
        let narrow = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        self.whole.subtendril(narrow(from), narrow(to - from))
    }

    /// Passes the next token on and tells whether anything is left.
    pub(super) fn pass<Builder: TokenSink>(&mut self, builder: &Builder) -> bool {
        let rest = self.rest().as_bytes();
        if rest.is_empty() {
            return false;
        }
        let length = memchr(b'<', rest).unwrap_or(rest.len());
        if length > 0 {
            self.skip(length);
            self.pass_text(builder, self.at - length, true);
        } else if let Some(raw) = self.markup(builder) {
            self.raw_text(builder, &raw);
        }
        self.at < self.text.len()
    }

    /// Passes on the text from a place to here. A null in it is a token of its own.
    fn pass_text<Builder: TokenSink>(&self, builder: &Builder, mut from: usize, has_references: bool) {
        while let Some(length) = memchr(b'\0', self.since(from).as_bytes()) {
            self.pass_characters(builder, from, from + length, has_references);
            let _ = builder.process_token(NullCharacterToken, 1);
            from += length + 1;
        }
        self.pass_characters(builder, from, self.at, has_references);
    }

    fn pass_characters<Builder: TokenSink>(&self, builder: &Builder, from: usize, to: usize, resolve: bool) {
        let text = self.between(from, to);
        if !text.is_empty() {
            let has_reference = resolve && memchr(b'&', text.as_bytes()).is_some();
            let characters =
                if has_reference { reference::resolved(text, false) } else { self.shared(from, to) };
            let _ = builder.process_token(CharacterTokens(characters), 1);
        }
    }

    /// Passes on what begins with `<`. Gives the kind of text that the tokenizer is to read next, where it is not
    /// markup.
    fn markup<Builder: TokenSink>(&mut self, builder: &Builder) -> Option<Raw> {
        let rest = self.rest();
        match *rest.as_bytes() {
            [_, b'a'..=b'z' | b'A'..=b'Z', ..] => return self.pass_tag(builder, TagKind::StartTag, 1),
            [_, b'/', b'a'..=b'z' | b'A'..=b'Z', ..] => return self.pass_tag(builder, TagKind::EndTag, 2),
            [_, b'/', b'>', ..] => self.skip(3),
            [_, b'/', _, ..] => self.bogus_comment(builder, 2),
            [_, b'!', ..] => self.declaration(builder),
            [_, b'?', ..] => self.bogus_comment(builder, 1),
            // Only at the very end does the slash stand for itself.
            _ => {
                let from = self.at;
                self.skip(if rest == "</" { 2 } else { 1 });
                self.pass_text(builder, from, false);
            }
        }
        None
    }

    fn pass_tag<Builder: TokenSink>(
        &mut self,
        builder: &Builder,
        kind: TagKind,
        before: usize,
    ) -> Option<Raw> {
        self.skip(before);
        let Some(tag) = self.tag(kind) else {
            // What breaks off within a tag is dropped.
            self.at = self.text.len();
            return None;
        };
        let name = tag.name.clone();
        match builder.process_token(TagToken(tag), 1) {
            TokenSinkResult::RawData(kind) => return Some(Raw { kind, name }),
            TokenSinkResult::Plaintext => self.pass_raw(builder, self.text.len(), false),
            // Where html5ever hands over to a script or a change of encoding it begins anew, and drops a mark.
            TokenSinkResult::Script(_) | TokenSinkResult::EncodingIndicator(_) => {
                let is_mark = self.rest().starts_with('\u{FEFF}');
                self.skip(if is_mark { '\u{FEFF}'.len_utf8() } else { 0 });
            }
            TokenSinkResult::Continue => {}
        }
        None
    }

    /// Passes on the insides of an element that holds no markup.
    fn raw_text<Builder: TokenSink>(&mut self, builder: &Builder, raw: &Raw) {
        let is_script = matches!(raw.kind, RawKind::ScriptData | RawKind::ScriptDataEscaped(_));
        let length = raw::end(self.rest().as_bytes(), &raw.name, is_script);
        let end = length.map_or(self.text.len(), |length| self.at + length);
        self.pass_raw(builder, end, raw.kind == RawKind::Rcdata);
    }

    /// Passes on the text up to a place, with a replacement for every null.
    fn pass_raw<Builder: TokenSink>(&mut self, builder: &Builder, end: usize, has_references: bool) {
        let from = self.at;
        self.at = end;
        if memchr(b'\0', self.since(from).as_bytes()).is_none() {
            return self.pass_characters(builder, from, end, has_references);
        }
        let text = self.since(from).replace('\0', "\u{FFFD}");
        let text = if has_references { reference::resolved(&text, false) } else { StrTendril::from(text) };
        let _ = builder.process_token(CharacterTokens(text), 1);
    }

    /// What begins with `<!`.
    fn declaration<Builder: TokenSink>(&mut self, builder: &Builder) {
        let rest = self.rest();
        if let Some(text) = rest.strip_prefix("<!--") {
            let (text, length) = comment::read(text);
            let from = self.at + 4;
            self.skip(4 + length);
            self.pass_comment(builder, from, from + text.len());
        } else if rest.as_bytes().get(2..9).is_some_and(|word| word.eq_ignore_ascii_case(b"doctype")) {
            self.doctype(builder);
        } else if rest.starts_with("<![CDATA[")
            && builder.adjusted_current_node_present_but_not_in_html_namespace()
        {
            self.skip(9);
            let from = self.at;
            let length = memmem::find(self.rest().as_bytes(), b"]]>");
            self.at = length.map_or(self.text.len(), |length| from + length);
            self.pass_text(builder, from, false);
            self.skip(if length.is_some() { 3 } else { 0 });
        } else {
            self.bogus_comment(builder, 2);
        }
    }

    /// What is no tag and ends at the next `>` is a comment.
    fn bogus_comment<Builder: TokenSink>(&mut self, builder: &Builder, before: usize) {
        self.skip(before);
        let from = self.at;
        let length = memchr(b'>', self.rest().as_bytes());
        let to = length.map_or(self.text.len(), |length| from + length);
        self.at = to + usize::from(length.is_some());
        self.pass_comment(builder, from, to);
    }

    fn pass_comment<Builder: TokenSink>(&self, builder: &Builder, from: usize, to: usize) {
        let text = self.between(from, to);
        let comment = if text.contains('\0') {
            StrTendril::from(text.replace('\0', "\u{FFFD}"))
        } else {
            self.shared(from, to)
        };
        let _ = builder.process_token(CommentToken(comment), 1);
    }

    /// A page has one of these at most, of many forms: html5ever's tokenizer reads it. It ends at the next `>`.
    fn doctype<Builder: TokenSink>(&mut self, builder: &Builder) {
        let rest = self.rest();
        let length = memchr(b'>', rest.as_bytes()).map_or(rest.len(), |at| at + 1);
        self.skip(length);
        let tokenizer = Tokenizer::new(Declared::default(), TokenizerOpts::default());
        let input = BufferQueue::default();
        input.push_back(StrTendril::from(&rest[..length]));
        let _ = tokenizer.feed(&input);
        tokenizer.end();
        if let Some(doctype) = tokenizer.sink.0.take() {
            let _ = builder.process_token(DoctypeToken(doctype), 1);
        }
    }
}

/// Tells the builder that the page ends.
pub(super) fn end<Builder: TokenSink>(builder: &Builder) {
    let _ = builder.process_token(EOFToken, 1);
    builder.end();
}

/// An element whose insides are no markup: how they are read, and the name that ends them.
struct Raw {
    kind: RawKind,
    name: LocalName,
}

/// Keeps the doctype among tokens.
#[derive(Default)]
struct Declared(RefCell<Option<Doctype>>);

impl TokenSink for Declared {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        if let DoctypeToken(doctype) = token {
            self.0.replace(Some(doctype));
        }
        TokenSinkResult::Continue
    }
}
