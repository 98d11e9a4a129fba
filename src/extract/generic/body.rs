//! The box of the body.

use ego_tree::NodeId;

use super::key;
use super::scan::{Line, Scan};
use crate::extract::document::{Document, attribute};
use crate::extract::words::Words;

/// A page with less running text than this, in letters and signs, has no article.
const BODY_CHARS_MIN: i64 = 80;

/// The share of the best box's text that a box declared as the body must hold, in percent.
const DECLARED_PERCENT_MIN: i64 = 50;

/// The share of a box's text that may stand in one box beside the article, in percent.
const BESIDE_PERCENT_MAX: i64 = 35;

/// A line in a link of so many letters and signs is the headline of another article.
const HEADLINE_CHARS_MIN: u32 = 20;

/// A box with so many of them may be a listing.
const HEADLINES_MIN: usize = 6;

/// A text of fewer letters and signs may be a teaser.
const TEXT_CHARS_MIN: u32 = 600;

/// A box below a lead has so many paragraphs.
const LEAD_BEFORE_MIN: usize = 2;

/// The share of its length by which a lead may differ from its description, in percent.
const DESCRIBED_PERCENT_MIN: usize = 75;

/// A description shorter than this, in letters, tells nothing.
const DESCRIPTION_LETTERS_MIN: usize = 30;

/// The running text and the rest up to each line.
struct Sums {
    good: Vec<i64>,
    bad: Vec<i64>,
}

impl Sums {
    fn of(scan: &Scan, title: Option<usize>) -> Sums {
        let (mut good, mut bad) = (vec![0], vec![0]);
        let (mut good_sum, mut bad_sum) = (0, 0);
        for (at, line) in scan.lines.iter().enumerate() {
            let (chars, linked) = (i64::from(line.chars), i64::from(line.linked));
            let counts = line.is_prose && !line.is_aside && title.is_none_or(|title| at > title);
            if counts {
                good_sum += chars - linked;
            }
            // Boxes beside the article will be left out of the body in any case, and an article has short lines too.
            bad_sum += match (counts, line.is_aside) {
                (true, _) => linked / 2,
                (false, true) => chars / 4,
                (false, false) => linked + (chars - linked) / 4,
            };
            good.push(good_sum);
            bad.push(bad_sum);
        }
        Sums { good, bad }
    }

    fn good(&self, first: usize, end: usize) -> i64 {
        self.good[end] - self.good[first]
    }

    fn score(&self, first: usize, end: usize) -> i64 {
        self.good(first, end) - (self.bad[end] - self.bad[first])
    }
}

/// Finds the box of the body.
pub(super) fn find(
    scan: &Scan,
    document: &Document,
    title: Option<usize>,
    description: &str,
) -> Option<usize> {
    let sums = Sums::of(scan, title);
    let good = |place: usize| sums.good(scan.boxes[place].first, scan.boxes[place].end);
    let best = (0..scan.boxes.len()).max_by_key(|place| {
        let found = &scan.boxes[*place];
        (sums.score(found.first, found.end), *place)
    })?;
    if good(best) < BODY_CHARS_MIN {
        return None;
    }
    let declared = (0..scan.boxes.len())
        .filter(|place| {
            scan.boxes[*place].is_declared && good(*place) * 100 >= good(best) * DECLARED_PERCENT_MIN
        })
        .max_by_key(|place| (good(*place), *place));
    let mut root = declared.unwrap_or(best);
    while let Some(inner) = narrower(scan, document, root, description, &good) {
        root = inner;
    }
    Some(root)
}

/// The child of a box that holds its article: all of its running text but the lead, or all but little in boxes that
/// stand beside it.
fn narrower(
    scan: &Scan,
    document: &Document,
    root: usize,
    description: &str,
    good: &impl Fn(usize) -> i64,
) -> Option<usize> {
    let outer = &scan.boxes[root];
    let children: Vec<usize> = scan.children(root).filter(|place| good(*place) > 0).collect();
    let inner = children.iter().copied().max_by_key(|place| good(*place))?;
    let found = &scan.boxes[inner];
    let is_left = |at: usize| {
        let line = &scan.lines[at];
        !line.is_prose || line.is_aside || at < found.first && is_lead(scan, at, root, description)
    };
    let mut direct = (outer.first..outer.end).filter(|at| scan.lines[*at].within == root);
    if good(inner) * 2 < good(root) || !direct.all(is_left) {
        return None;
    }
    // A single paragraph above a box of paragraphs is the lead, whatever it is called.
    let outside: Vec<usize> =
        (outer.first..found.first).chain(found.end..outer.end).filter(|at| !is_left(*at)).collect();
    let texts = (found.first..found.end).filter(|at| scan.lines[*at].is_prose).count();
    if let [lead] = outside.as_slice()
        && *lead < found.first
        && texts >= LEAD_BEFORE_MIN
    {
        return Some(inner);
    }
    let mut beside = 0;
    for place in children.into_iter().filter(|place| *place != inner) {
        let other = &scan.boxes[place];
        if (other.first..other.end).all(is_left) {
            continue;
        }
        if good(place) * 100 > good(root) * BESIDE_PERCENT_MAX || is_part(document, other.node, found.node) {
            return None;
        }
        beside += good(place);
    }
    (beside * 2 <= good(root)).then_some(inner)
}

/// Whether a box beside another is a part of the same text: a paragraph, or a box of the same name.
fn is_part(document: &Document, other: NodeId, inner: NodeId) -> bool {
    let (Some(other), Some(inner)) = (document.element(other), document.element(inner)) else { return true };
    let class = |element| attribute(element, "class").unwrap_or_default().trim();
    other.value().name() != "div" && is_text(other.value().name())
        || !class(other).is_empty() && class(other) == class(inner)
}

fn is_text(tag: &str) -> bool {
    matches!(
        tag,
        "p" | "blockquote" | "ul" | "ol" | "dl" | "pre" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "center"
    )
}

/// Whether a box holds headlines in links rather than a text.
pub(super) fn is_listing(scan: &Scan, root: usize) -> bool {
    let lines = &scan.lines[scan.boxes[root].first..scan.boxes[root].end];
    let texts = lines.iter().filter(|line| line.is_prose && !line.is_aside);
    let headlines = lines.iter().filter(|line| is_headline(line)).count();
    headlines >= HEADLINES_MIN && headlines * 2 > texts.count()
}

/// Whether a page without a headline of its own is full of headlines in links, beside a text that may be a teaser.
pub(super) fn has_headlines(scan: &Scan, root: usize) -> bool {
    let lines = &scan.lines[scan.boxes[root].first..scan.boxes[root].end];
    let text: u32 = lines.iter().filter(|line| line.is_prose).map(|line| line.chars).sum();
    let least = if text < TEXT_CHARS_MIN { HEADLINES_MIN } else { 2 * HEADLINES_MIN };
    scan.lines.iter().filter(|line| is_headline(line)).count() >= least
}

/// Whether a line is a link that reads like a headline.
pub(super) fn is_headline(line: &Line) -> bool {
    line.chars >= HEADLINE_CHARS_MIN && line.linked * 10 >= line.chars * 9
}

/// Whether a line below a box is the lead by the names around it or by the page's description.
pub(super) fn is_lead(scan: &Scan, at: usize, root: usize, description: &str) -> bool {
    let named = scan
        .around(at)
        .take_while(|place| *place != root)
        .any(|place| scan.boxes[place].words.has(Words::LEAD));
    named || is_described(scan.text(at), description)
}

/// Whether a text is what the description says: the same, or the same behind a dateline's code.
pub(super) fn is_described(text: &str, description: &str) -> bool {
    if description.len() < DESCRIPTION_LETTERS_MIN {
        return false;
    }
    let text = key(text);
    let (shorter, longer) = if text.len() < description.len() {
        (text.as_str(), description)
    } else {
        (description, text.as_str())
    };
    longer.contains(shorter) && shorter.len() * 100 >= longer.len() * DESCRIBED_PERCENT_MIN
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_description_may_lack_the_code_but_not_half_the_lead() {
        let description = key("Nước về sớm hơn mọi năm, bà con các xã cù lao kịp xuống giống.");
        assert!(is_described(
            "HSO - Nước về sớm hơn mọi năm, bà con các xã cù lao kịp xuống giống",
            &description
        ));
        assert!(!is_described(
            "Nước về sớm hơn mọi năm, bà con các xã cù lao kịp xuống giống. Năm nay nước lên từ giữa tháng bảy, sớm hơn mười ngày.",
            &description
        ));
        assert!(!is_described("Nước về", &description));
        assert!(!is_described("Nước về", &key("Nước về")));
    }
}
