//! The one path by which printed text becomes an article's text.
//!
//! The steps, in this order, each on what the one before left:
//!
//! 1. **Characters**, in one pass (`sieve`): what is invisible is dropped (controls, zero-width characters, bidi
//!    marks, soft hyphens, byte order marks, overlays strewn in against filters); every kind of blank becomes a
//!    space, runs of blanks one space; mathematical letters and digits become plain ones; and as each semicolon
//!    comes, a character reference that ends with it is resolved, so that text which was escaped twice or five
//!    times comes out in the same pass.
//! 2. **Marks** (`marks`): letters and combining marks are composed (NFC), after marks that were typed in the
//!    wrong order (tone before circumflex, as text from Windows-1258 and bad converters has them) are set right.
//! 3. **Đ** (`dstroke`): Icelandic `Ð` and African `Ɖ` become `Đ` in words that are Vietnamese.
//!
//! All else stays as printed: curly quotes, dashes, spelling, case. Doing it twice changes nothing. Text with
//! nothing to do, which is nearly all text, is recognised in one pass and handed back as it is.

use std::borrow::Cow;

mod dstroke;
mod marks;
mod sieve;

use sieve::Keep;

/// Cleans a text into one line.
///
/// ```
/// use khobao::text::clean;
///
/// assert_eq!(clean::line(" Ðảng bộ\u{a0}&amp;nbsp;t\u{1ec9}nh\u{200b}\n"), "Đảng bộ tỉnh");
/// ```
#[must_use]
pub fn line(text: &str) -> String {
    line_cow(text).into_owned()
}

/// Cleans a text into one line; borrows it where there is nothing to do.
#[must_use]
pub fn line_cow(text: &str) -> Cow<'_, str> {
    clean(text, Keep::Nothing)
}

/// Cleans a text and keeps its line breaks: blank lines are dropped, each line is as [`line()`] gives it.
#[must_use]
pub fn lines(text: &str) -> String {
    clean(text, Keep::Lines).into_owned()
}

/// Cleans a table whose rows are parted by newlines and whose cells by tabs: both stay, also around empty cells.
#[must_use]
pub fn table(text: &str) -> String {
    clean(text, Keep::LinesAndTabs).into_owned()
}

fn clean(text: &str, keep: Keep) -> Cow<'_, str> {
    // Blanks around a text go whatever else is to be done; most texts have nothing but these too much.
    let text = if keep == Keep::Nothing { text.trim_ascii() } else { text };
    if sieve::is_settled(text, keep) {
        return Cow::Borrowed(text);
    }
    let sieved = sieve::sieve(text, keep);
    let composed = marks::compose(sieved);
    Cow::Owned(dstroke::mend(composed))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn clean_text_is_handed_back_as_it_is() {
        let text = "Sáng 12/3, “Ngày hội” tại huyện Ngân Sơn – nơi có 1.200 hộ…";
        assert!(matches!(line_cow(text), Cow::Borrowed(_)));
        assert!(matches!(line_cow(""), Cow::Borrowed(_)));
        assert!(matches!(line_cow("\n  hai dấu cách "), Cow::Borrowed("hai dấu cách")));
        assert!(matches!(line_cow("hai  dấu cách"), Cow::Owned(_)));
    }

    #[test]
    fn references_are_resolved_however_often_they_were_escaped() {
        assert_eq!(line("V&acirc;n Kh&aacute;nh"), "Vân Khánh");
        assert_eq!(line("&amp;amp;amp;quot;Về nguồn&amp;quot;"), "\"Về nguồn\"");
        assert_eq!(line("&#272;&#x1ED3;ng &#38;#272;&#38;amp;#7893;i"), "Đồng Đổi");
        assert_eq!(line("5&nbsp;&amp;nbsp;kg"), "5 kg");
        assert_eq!(line("năm 2020 &#150; 2025"), "năm 2020 – 2025");
        assert_eq!(line("&am&#8203;p;ocirc;ng"), "ông");
    }

    #[test]
    fn what_is_no_reference_stays() {
        for text in ["R&D; và A&B", "&khongphai;", "AT&T;", "&#xZZ;", "&;", "a=1&b=2;", "&#1114112;"] {
            assert_eq!(line(text), text);
        }
    }

    #[test]
    fn a_text_with_bare_angle_brackets_shows_its_references_on_purpose() {
        assert_eq!(line("Dấu < viết là &lt; trong HTML"), "Dấu < viết là &lt; trong HTML");
        assert_eq!(line("&lt;5 tuổi và &amp;gt;60 tuổi"), "<5 tuổi và >60 tuổi");
    }

    #[test]
    fn decomposed_and_half_decomposed_letters_are_composed() {
        assert_eq!(line("Ba\u{306}\u{301}c Ka\u{323}n"), "Bắc Kạn");
        assert_eq!(line("hu\u{79}ê\u{323}n uỷ Nguyê\u{303}n"), "huyện uỷ Nguyễn");
        assert_eq!(line("đươ\u{300}ng nu\u{301}\u{31B}t"), "đường nứt");
    }

    #[test]
    fn marks_in_the_wrong_order_are_set_right() {
        assert_eq!(line("ca\u{301}\u{302}p bá\u{306}c hé\u{302}t"), "cấp bắc hết");
        assert_eq!(line("cá\u{301}c"), "các");
    }

    #[test]
    fn invisible_characters_go_and_blanks_become_spaces() {
        assert_eq!(
            line("\u{FEFF}Bắc\u{200B} Kạn\u{200D}\u{2060}, \u{202A}Ba\u{AD} Bể\u{202C}"),
            "Bắc Kạn, Ba Bể"
        );
        assert_eq!(line("\u{A0}một\u{2003}hai\u{3000}\tba\r\nbốn\u{2028}năm\u{85}"), "một hai ba bốn năm");
        assert_eq!(line("xã\u{0} Thượng\u{7F} Quan\u{9D}"), "xã Thượng Quan");
    }

    #[test]
    fn overlays_go_and_the_marks_of_letters_stay() {
        assert_eq!(line("C\u{33C}á\u{33C}o\u{33C} \u{33C}t\u{34F}r\u{333}ạ\u{17B4}ng"), "Cáo trạng");
        assert_eq!(line("a \u{2260} b, c =\u{338} d"), "a ≠ b, c ≠ d");
        assert_eq!(line("Dvor\u{30C}ák, Müller, Łódź"), "Dvořák, Müller, Łódź");
    }

    #[test]
    fn mathematical_letters_and_digits_become_plain() {
        assert_eq!(line("𝟷𝟿/𝟷𝟸, 𝐓𝐡ô𝐧𝐠"), "19/12, Thông");
    }

    #[test]
    fn a_kept_line_break_parts_rows_and_a_kept_tab_cells() {
        assert_eq!(lines(" một \r\n\r\n hai\tba \u{2029}"), "một\nhai ba");
        assert_eq!(table("STT \t Xã\t\n\t&nbsp;Cốc Đán \t12\n"), "STT\tXã\t\n\tCốc Đán\t12");
    }

    #[test]
    fn every_character_is_settled_after_one_cleaning() {
        // The first two planes hold all that is written; the others have ideographs, tags and private use.
        for start in (0..0x2_0000_u32).chain(0xE_0000..0xE_0200).step_by(64) {
            let text: String = (start..start + 64)
                .filter_map(char::from_u32)
                .flat_map(|c| ['e', c, '\u{302}', ';', c])
                .collect();
            let once = line(&text);
            assert_eq!(line(&once), once, "from U+{start:04X}");
        }
    }

    proptest! {
        #[test]
        fn cleaning_is_idempotent(text in "\\PC*") {
            let once = line(&text);
            prop_assert_eq!(line(&once), once);
        }

        #[test]
        fn cleaning_is_idempotent_on_broken_vietnamese(
            text in "([ \t\n\u{a0}aeiouydđðÐƉɖăâêôơưáéíớnghtcpGU&;#<>x0-9]|&amp;|&lt;|&#60;|amp;|lt;|&#3|8;|&nbsp;\
                     |[\u{300}\u{301}\u{303}\u{309}\u{323}\u{302}\u{306}\u{31b}\u{338}\u{333}\u{34f}\u{200b}\u{37e}\u{ad}]){0,40}",
        ) {
            let once = line(&text);
            prop_assert_eq!(line(&once), once);
            let kept = lines(&text);
            prop_assert_eq!(lines(&kept), kept);
            let cells = table(&text);
            prop_assert_eq!(table(&cells), cells);
        }

        #[test]
        fn what_is_settled_is_what_cleaning_leaves_alone(text in "[ a-zA-ZÀ-ỹ“”–,.]{0,30}") {
            if let Cow::Borrowed(kept) = line_cow(&text) {
                prop_assert_eq!(dstroke::mend(marks::compose(sieve::sieve(kept, Keep::Nothing))), kept);
            }
        }
    }
}
