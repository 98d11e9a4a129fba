//! The headline's line and the box of the body.

use super::key;
use super::scan::Scan;
use crate::extract::meta::Meta;
use crate::extract::words::Words;
use crate::text::clean;
use crate::text::fold::fold;

/// A page with less running text than this, in letters and signs, has no article.
const BODY_CHARS_MIN: i64 = 80;

/// The share of the best box's text that a box declared as the body must hold, in percent.
const DECLARED_PERCENT_MIN: i64 = 50;

/// The share of words that a headline must have in common with the one in the metadata, in percent.
const LIKE_PERCENT_MIN: usize = 60;

/// The share of its length by which a lead may differ from its description, in percent.
const DESCRIBED_PERCENT_MIN: usize = 75;

/// A description shorter than this, in letters, tells nothing.
const DESCRIPTION_LETTERS_MIN: usize = 30;

/// The headline where it is printed.
pub(super) struct TitleLine {
    pub(super) line: usize,
    pub(super) text: String,
}

/// Finds the printed headline: the line that says what the metadata say, best in a heading and no link; else the
/// `<h1>` that is most like it, or the only one.
pub(super) fn title_line(scan: &Scan, meta: &Meta) -> Option<TitleLine> {
    let told = meta.title.as_ref().map(|title| title.value.as_str());
    let at = told.and_then(|title| exact(scan, title)).or_else(|| likest_heading(scan, told, meta))?;
    let text = clean::line(scan.text(at));
    Some(TitleLine { line: at, text: meta.site.without_suffix(&text).to_owned() })
}

fn exact(scan: &Scan, title: &str) -> Option<usize> {
    let wanted = key(title);
    let length = title.chars().filter(|c| !c.is_whitespace()).count();
    let is_like = |chars: u32| {
        let chars = usize::try_from(chars).unwrap_or(usize::MAX);
        chars <= 2 * length + 8 && length <= 2 * chars + 8
    };
    let found = scan
        .lines
        .iter()
        .enumerate()
        .filter(|(at, line)| is_like(line.chars) && key(scan.text(*at)) == wanted);
    found.map(|(at, _)| at).min_by_key(|at| (rank(scan, *at), *at)).filter(|_| !wanted.is_empty())
}

/// How little a line looks like a headline.
fn rank(scan: &Scan, at: usize) -> u8 {
    let line = &scan.lines[at];
    let level = scan.around(at).take(3).map(|place| scan.boxes[place].heading).find(|level| *level > 0);
    match (level, line.linked > 0) {
        (Some(1), false) => 0,
        (Some(1), true) => 1,
        (Some(_), false) => 2,
        (None, false) => 3,
        (_, true) => 4,
    }
}

fn likest_heading(scan: &Scan, told: Option<&str>, meta: &Meta) -> Option<usize> {
    let headings: Vec<usize> = (0..scan.lines.len())
        .filter(|at| rank(scan, *at) == 0 && !meta.site.is_own(scan.text(*at).trim()))
        .collect();
    match told {
        Some(told) => headings
            .into_iter()
            .map(|at| (likeness(scan.text(at), told), at))
            .filter(|(likeness, _)| *likeness >= LIKE_PERCENT_MIN)
            .max_by_key(|(likeness, at)| (*likeness, usize::MAX - at))
            .map(|(_, at)| at),
        None => headings.into_iter().max_by_key(|at| (scan.lines[*at].chars, usize::MAX - at)),
    }
}

/// The share of words that two texts have in common, in percent of the longer.
fn likeness(one: &str, other: &str) -> usize {
    let words = |text: &str| {
        fold(text)
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let (one, mut other) = (words(one), words(other));
    let longer = one.len().max(other.len()).max(1);
    let mut shared = 0;
    for word in one {
        if let Some(at) = other.iter().position(|found| *found == word) {
            other.swap_remove(at);
            shared += 1;
        }
    }
    shared * 100 / longer
}

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
pub(super) fn find(scan: &Scan, title: Option<usize>, description: &str) -> Option<usize> {
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
    while let Some(inner) = narrower(scan, root, description, &good) {
        root = inner;
    }
    Some(root)
}

/// The child of a box that holds all of its running text but the lead before it.
fn narrower(scan: &Scan, root: usize, description: &str, good: &impl Fn(usize) -> i64) -> Option<usize> {
    let outer = &scan.boxes[root];
    let children = (root + 1..scan.boxes.len())
        .take_while(|place| scan.boxes[*place].first < outer.end)
        .filter(|place| scan.boxes[*place].parent == root);
    let inner = children.max_by_key(|place| good(*place))?;
    if good(inner) * 2 < good(root) {
        return None;
    }
    let found = &scan.boxes[inner];
    let is_left = |at: usize| {
        let line = &scan.lines[at];
        !line.is_prose || line.is_aside || at < found.first && is_lead(scan, at, root, description)
    };
    ((outer.first..found.first).chain(found.end..outer.end)).all(is_left).then_some(inner)
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

    #[test]
    fn headlines_are_alike_by_their_words() {
        assert_eq!(likeness("Nước về sớm", "NƯỚC VỀ SỚM!"), 100);
        assert_eq!(likeness("Nước về sớm ở cù lao", "Nước về sớm"), 50);
        assert_eq!(likeness("Chợ nổi", "Nước về sớm"), 0);
    }
}
