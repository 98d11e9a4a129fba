//! The dateline of an article: in its lead, or in the first blocks of its body.
//!
//! Before the opening may stand a caption or a byline, and the lead may be plain prose while the body opens with
//! the code. So a code is looked for in several blocks, a mere date only in the first that is text: where that is
//! plain prose, a later `Ngày 22/10, …` is prose too.

use super::{coded, digest, read};
use crate::article::Dateline;
use crate::text::{byline, caption, clean};
use crate::when::When;

/// The most blocks that are looked through, the lead included.
const BLOCKS_MAX: usize = 6;

/// A block up to this length may be a caption or a byline.
const ASIDE_CHARS_MAX: usize = 130;

/// Finds the dateline of an article. None for a printed digest, which the title tells best.
#[must_use]
pub fn find<'a>(
    title: Option<&str>,
    lead: Option<&'a str>,
    paragraphs: impl IntoIterator<Item = &'a str>,
    published: Option<When>,
    codes: &[String],
) -> Option<Dateline> {
    let blocks: Vec<&str> = lead.into_iter().chain(paragraphs).take(BLOCKS_MAX).collect();
    if digest::is_digest(title, blocks.iter().copied()) {
        return None;
    }
    let mut known: Option<Dateline> = None;
    let mut is_behind_text = false;
    for (index, block) in blocks.into_iter().enumerate() {
        let is_lead = lead.is_some() && index == 0;
        // Behind plain text nothing counts but a code.
        let found =
            if is_behind_text { coded(block, published, codes) } else { read(block, published, codes) };
        match found {
            Some(found) if found.source.is_some() && found.date_text.is_some() => return Some(found),
            // The code alone: the next block may open with the code and a date.
            Some(found) if found.source.is_some() && known.is_none() => known = Some(found),
            Some(found) if known.is_none() && !is_behind_text && !is_aside(block) => return Some(found),
            _ => is_behind_text = is_behind_text || is_lead || !is_aside(block),
        }
        if known.is_some() && !is_lead {
            break;
        }
    }
    known
}

/// Whether a block stands beside the text: a caption with its credit, a byline, a short line that is no sentence.
fn is_aside(block: &str) -> bool {
    let block = clean::line_cow(block);
    let is_short = block.chars().count() <= ASIDE_CHARS_MAX;
    let is_sentence = block.ends_with(['.', '!', '?', ':', '…', '”', '"']);
    is_short && !is_sentence
        || caption::credit(&block).is_some()
        || is_short && byline::opening(&block).is_some()
}
