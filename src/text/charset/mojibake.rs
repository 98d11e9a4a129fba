//! UTF-8 that some program took for a single-byte character set and encoded once more: `động` has become
//! `Ä‘á»™ng`, or twice over `Ã„â€˜Ã¡Â»â„¢ng`.
//!
//! The way back is exact where it can be gone: the characters are bytes again, and the bytes must be valid UTF-8.
//! It is gone only where the result is certain. A run that comes back as a letter which only Vietnamese has is
//! certain in a word that becomes a syllable; runs beside it that come back as anything are certain as long as
//! their stretch of text (a text node, an attribute, a line) holds no sound Vietnamese letter, because a text that
//! was encoded twice was so as a whole.

use std::sync::LazyLock;

use encoding_rs::{Encoding, MACINTOSH, WINDOWS_1252};

use super::stretches::stretches;
use crate::text::syllable::{is_own_letter, is_syllable};

/// How often a text may have been encoded over.
const ROUNDS_MAX: usize = 3;

/// The upper half of a single-byte character set, from character to byte, sorted by character.
///
/// Windows-1252 is the WHATWG's: bytes that the original leaves undefined are C1 controls. `Đ` and `ề` need them.
pub(super) struct UpperHalf([(char, u8); 128]);

pub(super) static WINDOWS_1252_UPPER: LazyLock<UpperHalf> = LazyLock::new(|| UpperHalf::of(WINDOWS_1252));
pub(super) static MACINTOSH_UPPER: LazyLock<UpperHalf> = LazyLock::new(|| UpperHalf::of(MACINTOSH));

impl UpperHalf {
    fn of(encoding: &'static Encoding) -> UpperHalf {
        let mut table = [('\0', 0); 128];
        for (byte, slot) in (0x80..=0xFF_u8).zip(&mut table) {
            let (text, _) = encoding.decode_without_bom_handling(std::slice::from_ref(&byte));
            *slot = (text.chars().next().unwrap_or_default(), byte);
        }
        table.sort_unstable();
        UpperHalf(table)
    }

    fn byte(&self, c: char) -> Option<u8> {
        self.0.binary_search_by_key(&c, |(of, _)| *of).ok().map(|found| self.0[found].1)
    }

    /// One step back: the characters as bytes, read as UTF-8.
    fn undo(&self, run: &str) -> Option<String> {
        let bytes: Option<Vec<u8>> = run.chars().map(|c| self.byte(c)).collect();
        String::from_utf8(bytes?).ok()
    }

    /// Whether some steps back there is a letter that only Vietnamese has.
    fn hides_own_letter(&self, run: &str) -> bool {
        let mut text = self.undo(run);
        for _ in 0..ROUNDS_MAX {
            let Some(undone) = text else { return false };
            if undone.contains(is_own_letter) {
                return true;
            }
            text = self.undo(&undone);
        }
        false
    }
}

/// Undoes what can be undone with certainty; none where nothing can.
pub(super) fn undo(text: &str, table: &UpperHalf) -> Option<String> {
    let mut mended: Option<String> = None;
    for _ in 0..ROUNDS_MAX {
        let Some(better) = undo_once(mended.as_deref().unwrap_or(text), table) else { break };
        mended = Some(better);
    }
    mended
}

fn undo_once(text: &str, table: &UpperHalf) -> Option<String> {
    let judged: Vec<Judged<'_>> = stretches(text).map(|stretch| Judged::of(stretch, table)).collect();
    if judged.iter().all(|stretch| stretch.hidden == 0) {
        return None;
    }
    let is_whole = judged.iter().all(|stretch| !stretch.is_sound);
    let mut out = String::with_capacity(text.len());
    for stretch in &judged {
        match stretch.verdict(is_whole) {
            Verdict::Nothing => out.push_str(stretch.text),
            Verdict::EveryRun => undo_runs(stretch.text, table, &mut out),
            Verdict::CertainWords => undo_words(stretch.text, table, &mut out),
        }
    }
    (out != text).then_some(out)
}

/// A stretch of text with what speaks for and against it.
struct Judged<'a> {
    text: &'a str,
    /// Runs that hide a letter which only Vietnamese has.
    hidden: usize,
    /// Runs that do not come back.
    lost: usize,
    /// Whether it holds such a letter openly.
    is_sound: bool,
}

/// How much of a stretch is undone.
enum Verdict {
    Nothing,
    EveryRun,
    CertainWords,
}

impl<'a> Judged<'a> {
    fn of(text: &'a str, table: &UpperHalf) -> Judged<'a> {
        let mut judged = Judged { text, hidden: 0, lost: 0, is_sound: false };
        for (start, run) in runs(text) {
            if run.contains(is_own_letter) {
                judged.is_sound = true;
            } else if table.hides_own_letter(run) {
                judged.hidden += 1;
            } else if table.undo(run).is_none()
                && with_lost_blank(text, start, start + run.len(), table).is_none()
            {
                judged.lost += 1;
            }
        }
        judged
    }

    fn verdict(&self, is_whole: bool) -> Verdict {
        // A letter lost on the way (`?`, U+FFFD) spoils its own run and not the runs beside it.
        let is_mostly_kept = self.lost * 3 <= self.hidden;
        match (self.is_sound, self.hidden > 0) {
            (false, true) if is_mostly_kept => Verdict::EveryRun,
            (_, true) => Verdict::CertainWords,
            (false, false) if is_whole => Verdict::EveryRun,
            (_, false) => Verdict::Nothing,
        }
    }
}

/// The longest stretches of characters beyond ASCII, with their places.
fn runs(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].find(|c: char| !c.is_ascii())?;
        let end = text[start..].find(|c: char| c.is_ascii()).map_or(text.len(), |length| start + length);
        at = end;
        Some((start, &text[start..end]))
    })
}

fn undo_runs(text: &str, table: &UpperHalf, out: &mut String) {
    let mut written = 0;
    for (start, run) in runs(text) {
        let end = start + run.len();
        if let Some(undone) = table.undo(run) {
            out.push_str(&text[written..start]);
            out.push_str(&undone);
            written = end;
        } else if let Some((undone, taken)) = with_lost_blank(text, start, end, table) {
            out.push_str(&text[written..start]);
            out.push_str(&undone);
            written = end + taken;
        }
    }
    out.push_str(&text[written..]);
}

/// A run whose last byte was a no-break space that some program made a common one: `HÃ  Ná»™i` for `Hà Nội`. Gives
/// the run undone, and how much of the blank behind it belongs to it.
fn with_lost_blank(text: &str, start: usize, end: usize, table: &UpperHalf) -> Option<(String, usize)> {
    let behind = text[end..].strip_prefix(' ')?;
    let undone = table.undo(&format!("{}\u{A0}", &text[start..end]))?;
    if behind.starts_with(' ') {
        return Some((undone, 1));
    }
    // Only one blank is left. It parts words, unless what stands around it is one syllable: `ngoÃ i`, `lÃ m`.
    let is_letter = |c: char| c.is_alphanumeric() || !c.is_ascii();
    let before = text[..start].rfind(|c| !is_letter(c)).map_or(0, |at| at + 1);
    let after = behind.find(|c| !is_letter(c)).unwrap_or(behind.len());
    let joined = format!("{}{undone}{}", &text[before..start], &behind[..after]);
    let taken = usize::from(after > 0 && is_syllable(&joined));
    Some((undone, taken))
}

/// Undoes the words that are no syllables and become syllables by a letter which only Vietnamese has.
fn undo_words(text: &str, table: &UpperHalf, out: &mut String) {
    for word in text.split_inclusive(|c: char| c.is_ascii() && !c.is_ascii_alphanumeric()) {
        let mut undone = String::with_capacity(word.len());
        undo_runs(word, table, &mut undone);
        let bare = |word: &str| is_syllable(word.trim_matches(|c: char| !c.is_alphabetic()));
        let is_hidden = || runs(word).any(|(_, run)| table.hides_own_letter(run));
        // A word encoded over more than once becomes a syllable only in a later round.
        let is_nearer = || bare(&undone) || runs(&undone).any(|(_, run)| table.hides_own_letter(run));
        let is_certain = undone != word && is_hidden() && !bare(word) && is_nearer();
        out.push_str(if is_certain { &undone } else { word });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a program does that takes UTF-8 for a single-byte character set.
    fn broken(text: &str, encoding: &'static Encoding) -> String {
        encoding.decode_without_bom_handling(text.as_bytes()).0.into_owned()
    }

    const TEXT: &str =
        "<h1>Động lực phát triển – xã “Đề Thám” ở Tràng Định</h1>\n<p>Ngày 12/3, à… ồ!</p><i>PHƯỜNG, XÃ”</i>";

    #[test]
    fn a_whole_page_comes_back_from_both_character_sets() {
        for (encoding, table) in [(WINDOWS_1252, &*WINDOWS_1252_UPPER), (MACINTOSH, &*MACINTOSH_UPPER)] {
            assert_eq!(undo(&broken(TEXT, encoding), table).as_deref(), Some(TEXT));
        }
    }

    #[test]
    fn a_page_encoded_over_and_over_comes_back() {
        let twice = broken(&broken(TEXT, WINDOWS_1252), WINDOWS_1252);
        assert_eq!(undo(&twice, &WINDOWS_1252_UPPER).as_deref(), Some(TEXT));
        let thrice = broken(&twice, WINDOWS_1252);
        assert_eq!(undo(&thrice, &WINDOWS_1252_UPPER).as_deref(), Some(TEXT));
    }

    #[test]
    fn a_broken_title_in_a_sound_page_comes_back_and_the_page_stays() {
        let title = "Hội nghị sơ kết công tác dân vận";
        let body = "Sáng 3/3, Đảng uỷ xã mở hội nghị “sơ kết”.";
        let page = format!("<title>{}</title><p>{body}</p>", broken(title, WINDOWS_1252));
        assert_eq!(undo(&page, &WINDOWS_1252_UPPER), Some(format!("<title>{title}</title><p>{body}</p>")));
        let mixed = format!("Ảnh: {} (Đà Nẵng)", broken("Nguyễn Đức", WINDOWS_1252));
        assert_eq!(undo(&mixed, &WINDOWS_1252_UPPER).as_deref(), Some("Ảnh: Nguyễn Đức (Đà Nẵng)"));
    }

    #[test]
    fn sound_text_stays() {
        for text in [
            TEXT,
            "CẤP XÃ” và “QUÁ…”, « quá »",
            "<b>XÃ”</b><b>CÔ”</b>",
            "voilà… «déjà»",
            "quá»“hay” Đ",
            "Ã¡ là chữ hỏng của á",
        ] {
            assert_eq!(undo(text, &WINDOWS_1252_UPPER), None, "{text}");
            assert_eq!(undo(text, &MACINTOSH_UPPER), None, "{text}");
        }
    }

    #[test]
    fn a_no_break_space_that_became_a_common_one_still_ends_its_letter() {
        let text = "Hà Nội và làng nghề, ngoài ra là bài toán đã cũ";
        let spaced = broken(text, WINDOWS_1252).replace('\u{A0}', " ");
        assert!(spaced.starts_with("HÃ  Ná»™i vÃ  lÃ ng"), "{spaced}");
        assert_eq!(undo(&spaced, &WINDOWS_1252_UPPER).as_deref(), Some(text));
        let collapsed = spaced.replace("  ", " ");
        assert_eq!(undo(&collapsed, &WINDOWS_1252_UPPER).as_deref(), Some(text));
    }

    #[test]
    fn a_letter_lost_on_the_way_does_not_keep_the_others_broken() {
        let text = broken("Đề nghị phát triển đường bộ, điện, nước sạch ở nông thôn", WINDOWS_1252);
        let lossy = text.replacen('\u{90}', "\u{FFFD}", 1);
        let undone = undo(&lossy, &WINDOWS_1252_UPPER).unwrap();
        assert!(undone.ends_with("nghị phát triển đường bộ, điện, nước sạch ở nông thôn"), "{undone}");
    }
}
