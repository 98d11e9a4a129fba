//! The answers that people wrote.

use serde::Deserialize;
use url::Url;

use crate::article::Block;
use crate::when::When;

/// The answer for one page.
#[derive(Clone, Debug)]
pub(super) enum Gold {
    /// Of a listing.
    Listing(ListingGold),
    /// Of an article.
    Article(Box<ArticleGold>),
}

impl Gold {
    /// Reads an answer; one that names `article_urls` is of a listing.
    pub(super) fn read(json: &[u8]) -> Result<Gold, serde_json::Error> {
        let keys: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(json)?;
        if keys.contains_key("article_urls") {
            serde_json::from_slice(json).map(Gold::Listing)
        } else {
            serde_json::from_slice(json).map(Gold::Article)
        }
    }
}

/// The article as it should be read. Null, or an absent key, where the page does not say.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ArticleGold {
    pub(super) site: Option<String>,
    pub(super) url: Option<Url>,
    pub(super) title: Option<String>,
    pub(super) lead: Option<String>,
    pub(super) dateline: Option<DatelineGold>,
    pub(super) authors: Vec<String>,
    pub(super) published_at: Option<When>,
    pub(super) section: Option<String>,
    pub(super) tags: Vec<String>,
    pub(super) body: Vec<Block>,
    pub(super) captions: Vec<String>,
    pub(super) images: Vec<ImageGold>,
    pub(super) must_not_contain: Vec<String>,
    pub(super) ambiguous: Vec<String>,
}

/// A dateline; `confidence` is an opinion and not compared.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct DatelineGold {
    pub(super) text: String,
    pub(super) source: Option<String>,
    pub(super) place: Option<String>,
    pub(super) part_of_day: Option<String>,
    pub(super) date: Option<chrono::NaiveDate>,
}

/// A photo and the index of its caption.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct ImageGold {
    pub(super) url: String,
    pub(super) caption: Option<usize>,
}

/// The addresses that a listing should give.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct ListingGold {
    pub(super) base_url: Url,
    pub(super) article_urls: Vec<Url>,
    #[serde(default)]
    pub(super) not_articles: Vec<Url>,
}

impl ArticleGold {
    /// The page's address, or for a fragment without one its newspaper's front page.
    pub(super) fn address(&self) -> Option<Url> {
        self.url.clone().or_else(|| Url::parse(&format!("https://{}/", self.site.as_deref()?)).ok())
    }

    /// Whether the answer says that another is as good for a field, as `title, lead: why`. Nothing at all is as good
    /// only where the reason speaks of it.
    pub(super) fn is_ambiguous(&self, field: &str, is_nothing: bool) -> bool {
        self.ambiguous.iter().filter_map(|said| said.split_once(':')).any(|(fields, reason)| {
            let names = fields.split(',').any(|named| named.trim() == field);
            names && (!is_nothing || ["null", "drop", "not in the"].iter().any(|word| reason.contains(word)))
        })
    }
}
