//! A byline above the text, where nothing but its shape tells that it is one: `Xuân Dương` before `(GDVN) - …`,
//! `Tác giả: Đặng Tiến` before the first paragraph.

use super::blocks::Paragraph;
use super::pieces::Align;
use crate::article::BlockKind;
use crate::text::byline::{self, Byline};
use crate::text::dateline;

/// Takes a byline off the top of the body. A name alone counts only right above a dateline: elsewhere it may be a
/// heading, or set to the right, the reader who asks.
pub(super) fn take(body: &mut Vec<Paragraph>, codes: &[String]) -> Byline {
    let [first, second, ..] = body.as_slice() else { return Byline::default() };
    if first.kind != BlockKind::Paragraph || first.align == Align::Right {
        return Byline::default();
    }
    let Some(byline) = byline::opening(&first.text) else { return Byline::default() };
    if first.text.contains(':') || dateline::read(&second.text, None, codes).is_some() {
        body.remove(0);
        return byline;
    }
    Byline::default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATED: &str = "(HSO) - Sáng 11/6, tại xã Lũng Vài, bà con ra đồng gặt lúa giúp ba hộ neo người.";
    const PLAIN: &str = "Bà con ra đồng gặt lúa giúp ba hộ neo người, xong trước cơn mưa chiều.";

    fn take_off(texts: &[&str]) -> (Vec<String>, usize) {
        let mut body: Vec<Paragraph> = texts.iter().map(|text| Paragraph::plain(text)).collect();
        (take(&mut body, &[]).persons, body.len())
    }

    #[test]
    fn a_name_above_a_dateline_is_the_author() {
        assert_eq!(take_off(&["Hoàng Lộc", DATED]), (vec!["Hoàng Lộc".to_owned()], 1));
        assert_eq!(take_off(&["Tác giả: Hoàng Lộc", PLAIN]), (vec!["Hoàng Lộc".to_owned()], 1));
        assert_eq!(take_off(&["Hoàng Lộc", PLAIN]), (vec![], 2));
        assert_eq!(take_off(&["Gặt lúa giúp nhau", DATED]), (vec![], 2));
        let mut right = vec![Paragraph::plain("Hoàng Lộc"), Paragraph::plain(DATED)];
        right[0].align = Align::Right;
        assert!(take(&mut right, &[]).is_empty());
    }
}
