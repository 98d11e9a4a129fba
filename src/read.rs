//! Reading: bytes in, an article or links out. Pure, so that a saved file, a stored page, a fixture and a page just
//! fetched are all read by the same function.

use crate::article::Article;
use crate::discover;
use crate::extract;
use crate::newspaper::Newspaper;
use crate::page::{Page, Unfit};
use crate::picture;
use crate::target::{Link, TargetKind};

/// What a page says.
#[derive(Clone, Debug, PartialEq)]
pub enum Reading {
    /// An article page's article.
    Article(Box<Article>),
    /// A listing's, feed's or sitemap's links.
    Links(Vec<Link>),
    /// A photo, in the format of this name (`image/jpeg`).
    Photo(&'static str),
    /// The page is not what it was fetched as.
    Unfit(Unfit),
}

/// Reads a page as the kind that it was fetched as, by the newspaper's layout of the day of the fetch.
#[must_use]
pub fn read(newspaper: &Newspaper, page: &Page) -> Reading {
    match page.kind {
        TargetKind::Article => match extract::article(newspaper, page) {
            Ok(article) => Reading::Article(Box::new(article)),
            Err(unfit) => Reading::Unfit(unfit),
        },
        TargetKind::Photo => picture::format(&page.body).map_or_else(
            || {
                Reading::Unfit(Unfit::WrongType {
                    expected: "a photo",
                    found: picture::seems(&page.body).to_owned(),
                })
            },
            Reading::Photo,
        ),
        TargetKind::Listing | TargetKind::Feed | TargetKind::Sitemap => {
            discover::links(newspaper, page).map_or_else(Reading::Unfit, Reading::Links)
        }
    }
}
