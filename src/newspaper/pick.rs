//! A selector of a file, compiled: what to find on a page and which part of it to take.

use scraper::error::SelectorErrorKind;
use scraper::{ElementRef, Selector};

use super::chain::Chain;
use super::css;

/// The longest selector that is compiled.
const SELECTOR_BYTES_MAX: usize = 500;

/// The most parts between blanks and signs of one selector. Real ones have up to five.
const COMPOUNDS_MAX: usize = 12;

/// How often a selector may look into an element (`:has`): each look goes through all that is in it.
const LOOKS_MAX: usize = 2;

/// A CSS selector and, where it ends in ` @name`, the attribute to take instead of the text.
#[derive(Clone, Debug)]
pub struct Pick {
    /// The compiled selector: one alone, never a list.
    pub selector: Selector,
    /// The attribute.
    pub attribute: Option<String>,
    /// The selector as written in the file, without its attribute.
    pub written: String,
    /// What an element must have for the selector to be worth trying on it.
    pub anchor: Anchor,
    /// Its plain parts.
    chain: Chain,
}

/// What the rightmost part of a selector asks of the element itself. An index of a page by ids, classes and tags
/// finds the few elements on which the whole selector has to be tried.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Anchor {
    /// The element has this id.
    Id(String),
    /// The element has this class, among others.
    Class(String),
    /// The element is of this tag, in lower case.
    Tag(String),
    /// Any element may do.
    Any,
}

/// Why a text is no selector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unpicked {
    pub(super) what: String,
    pub(super) advice: String,
}

impl Pick {
    /// What the file calls it: the selector and its attribute.
    #[must_use]
    pub fn label(&self) -> String {
        match &self.attribute {
            Some(attribute) => format!("{} @{attribute}", self.written),
            None => self.written.clone(),
        }
    }

    /// One selector, for those who make selectors themselves; none where the text is none, or a list.
    #[must_use]
    pub fn single(text: &str) -> Option<Pick> {
        let mut picks = Pick::compile(text, false).ok()?;
        picks.pop().filter(|_| picks.is_empty())
    }

    /// Whether the selector matches an element, as [`Selector::matches`] says.
    #[must_use]
    pub fn matches(&self, element: ElementRef<'_>) -> bool {
        self.chain.matches(&self.selector, element)
    }

    /// Compiles one string of a file. A list (`h1, h2`) becomes as many picks, in its order; an attribute at the
    /// end of the string is taken for each of them.
    ///
    /// `of_text` says that the field wants text, which elements such as `<meta>` do not have.
    pub(super) fn compile(text: &str, of_text: bool) -> Result<Vec<Pick>, Unpicked> {
        if text.len() > SELECTOR_BYTES_MAX {
            let what = format!("a selector of {} bytes", text.len());
            return Err(Unpicked { what, advice: format!("keep it within {SELECTOR_BYTES_MAX}") });
        }
        let (selectors, attribute) = match text.trim().rsplit_once(" @") {
            Some((before, name)) if is_attribute(name) => (before.trim(), Some(name.to_ascii_lowercase())),
            _ => (text.trim(), None),
        };
        // Parsed whole first: an unclosed bracket would make nonsense of the parting at commas.
        parse(selectors)?;
        css::list(selectors)
            .into_iter()
            .map(|written| {
                let selector = parse(written)?;
                let compounds = css::compounds(written);
                if compounds.len() > COMPOUNDS_MAX || written.matches(":has").count() > LOOKS_MAX {
                    let what = format!("`{written}` asks too much of a page");
                    let advice = format!("keep to {COMPOUNDS_MAX} parts and {LOOKS_MAX} `:has`");
                    return Err(Unpicked { what, advice });
                }
                if let Some(reason) = css::hopeless(&compounds) {
                    let what = format!("`{written}` can never match: {reason}");
                    return Err(Unpicked { what, advice: "mend or remove it".to_owned() });
                }
                if of_text
                    && attribute.is_none()
                    && let Some(tag) = css::is_void(&compounds)
                {
                    let what = format!("`{written}` can never give text: <{tag}> has none");
                    return Err(Unpicked {
                        what,
                        advice: "name the attribute to take: … @content".to_owned(),
                    });
                }
                let anchor = compounds.last().map_or(Anchor::Any, anchor);
                let chain = Chain::of(written, &compounds);
                Ok(Pick {
                    selector,
                    attribute: attribute.clone(),
                    written: written.to_owned(),
                    anchor,
                    chain,
                })
            })
            .collect()
    }
}

fn is_attribute(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':'))
}

fn anchor(compound: &css::Compound) -> Anchor {
    if compound.opaque {
        return Anchor::Any;
    }
    // An id is rarer than a class, a class rarer than a tag.
    match (compound.ids.first(), compound.classes.first(), &compound.tag) {
        (Some(id), _, _) => Anchor::Id(id.clone()),
        (None, Some(class), _) => Anchor::Class(class.clone()),
        (None, None, Some(tag)) => Anchor::Tag(tag.clone()),
        (None, None, None) => Anchor::Any,
    }
}

fn parse(text: &str) -> Result<Selector, Unpicked> {
    Selector::parse(text).map_err(|error| Unpicked {
        what: format!("`{text}` is no selector: {}", in_words(&error)),
        advice: "write a CSS selector, as in a browser's querySelector".to_owned(),
    })
}

/// What the CSS parser says, in words.
fn in_words(error: &SelectorErrorKind) -> String {
    match error {
        SelectorErrorKind::UnexpectedToken => "unexpected character".to_owned(),
        SelectorErrorKind::EndOfLine => "it ends too early".to_owned(),
        SelectorErrorKind::InvalidAtRule | SelectorErrorKind::InvalidAtRuleBody => {
            "`@` stands only before the attribute at the very end".to_owned()
        }
        SelectorErrorKind::QualRuleInvalid => "invalid name".to_owned(),
        SelectorErrorKind::TooManyNestedBlocks => "too many brackets within each other".to_owned(),
        SelectorErrorKind::ExpectedColonOnPseudoElement
        | SelectorErrorKind::ExpectedIdentityOnPseudoElement => "a name is missing after `:`".to_owned(),
        SelectorErrorKind::UnexpectedSelectorParseError(kind) => spaced(&format!("{kind:?}")),
    }
}

/// `UnsupportedPseudoClassOrElement` as words.
fn spaced(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 8);
    for c in name.chars() {
        if c.is_ascii_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.push(c.to_ascii_lowercase());
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Pick {
        let mut picks = Pick::compile(text, false).unwrap();
        assert_eq!(picks.len(), 1);
        picks.remove(0)
    }

    #[test]
    fn an_attribute_at_the_end_is_taken_off_the_selector() {
        let pick = one("meta[property=\"article:published_time\"] @content");
        assert_eq!(pick.attribute.as_deref(), Some("content"));
        assert_eq!(pick.anchor, Anchor::Tag("meta".into()));
        assert_eq!(pick.label(), "meta[property=\"article:published_time\"] @content");
    }

    #[test]
    fn the_anchor_is_the_rarest_mark_of_the_last_part() {
        assert_eq!(one("#content > p:first-child strong").anchor, Anchor::Tag("strong".into()));
        assert_eq!(one("div#content.detail").anchor, Anchor::Id("content".into()));
        assert_eq!(one("td.caption P").anchor, Anchor::Tag("p".into()));
        assert_eq!(one("h1.article__title.cms-title").anchor, Anchor::Class("article__title".into()));
        assert_eq!(one("[itemprop=\"articleBody\"]").anchor, Anchor::Any);
        assert_eq!(one("div :not(.a#b)").anchor, Anchor::Any);
        assert_eq!(one(r"p.a\.b").anchor, Anchor::Any);
    }

    #[test]
    fn a_list_becomes_as_many_picks_that_share_the_attribute() {
        let picks = Pick::compile("a.x, b:is(.y, .z) @title", true).unwrap();
        let labels: Vec<String> = picks.iter().map(Pick::label).collect();
        assert_eq!(labels, ["a.x @title", "b:is(.y, .z) @title"]);
    }

    #[test]
    fn what_is_no_selector_is_told_in_words() {
        let told = |text: &str| Pick::compile(text, true).unwrap_err().what;
        assert_eq!(
            told("p:contains(x)"),
            "`p:contains(x)` is no selector: unsupported pseudo class or element"
        );
        assert!(told("div >").contains("dangling combinator"), "{}", told("div >"));
        assert!(told("").contains("is no selector"));
        assert!(told("meta[name=author]").contains("has none"));
        assert!(told(&"a ".repeat(400)).contains("800 bytes"));
    }

    /// A page with what the selectors below may find.
    const PAGE: &str = "<div id=a class='b c'><p class=b><i id=c>x</i><a class='a b' href=x>y</a><svg><a class=b></svg></p>\
                        <table class=c><tr><td id=b class=a>z<td>w</table></div><p id=b>v</p>";

    fn has(anchor: &Anchor, element: scraper::ElementRef<'_>) -> bool {
        let value = element.value();
        match anchor {
            Anchor::Id(id) => value.attr("id") == Some(id),
            Anchor::Class(class) => value.classes().any(|own| own == class),
            Anchor::Tag(tag) => value.name() == tag,
            Anchor::Any => true,
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_a_selector_finds_has_its_anchor(
            text in "((div|p|a|td|\\*)?([.#][abc])?(:not\\([.#]?[ab]\\)|:is\\(p, a, \\.b\\)|\\[class~=b\\]|:has\\(a\\)|\\[href='x'\\]|\\[href=\"X\"\\])?( |>| > |\\+|~|, ?)){0,2}(p|a|td|i)?([.#][abc]){0,2}(:first-child)?"
        ) {
            let html = scraper::Html::parse_document(PAGE);
            for pick in Pick::compile(&text, false).unwrap_or_default() {
                for element in html.root_element().descendants().filter_map(ElementRef::wrap) {
                    let found = pick.selector.matches(&element);
                    proptest::prop_assert_eq!(pick.matches(element), found, "{}", text);
                    proptest::prop_assert!(!found || has(&pick.anchor, element), "{text}: {:?}", pick.anchor);
                }
            }
        }

        #[test]
        fn any_text_is_a_selector_or_told_to_be_none(text in "\\PC{0,60}") {
            match Pick::compile(&text, true) {
                Ok(picks) => proptest::prop_assert!(!picks.is_empty()),
                Err(wrong) => proptest::prop_assert!(!wrong.what.is_empty() && !wrong.advice.is_empty()),
            }
        }
    }
}
