//! The topic before the time: `COVID-19: Sáng 10/5, …`, `Bão số 3: Từ đêm 7/9, …`, `SEA Games 32 - Tối 10/5, …`.
//!
//! It is a short heading without a verb's punctuation, behind it a colon or a dash with blanks, and behind that the
//! sentence, which begins with its time and so with a capital. Labels of an announcement (`Thời gian: Ngày 10/5`) are
//! none: what follows them is the day of what is announced.

use super::occasion::{self, Occasion};
use crate::text::scan::{DASHES, Scan};

/// The longest topic, in bytes.
const TOPIC_BYTES_MAX: usize = 90;

/// The most words of a topic before a dash, which also joins parts of sentences.
const DASHED_WORDS_MAX: usize = 5;

/// How the labels of an announcement begin.
const ANNOUNCED: &[&str] = &[
    "thời gian",
    "thời điểm",
    "thời hạn",
    "hạn",
    "ngày",
    "lịch",
    "khai mạc",
    "khai giảng",
    "khởi hành",
    "bế mạc",
    "cập nhật",
    "đăng",
    "xuất bản",
    "bắt đầu",
    "kết thúc",
    "từ",
    "lúc",
];

/// Marks that no topic has: the sentence is under way, or somebody speaks.
const NOT_IN_TOPICS: [char; 11] = ['.', '!', '?', ';', '“', '”', '"', '…', '|', '[', '«'];

/// The time behind a topic.
pub(super) fn behind(scan: Scan<'_>) -> Option<(Occasion, Scan<'_>)> {
    if !scan.peek()?.is_uppercase() || scan.one_of(ANNOUNCED).is_some() {
        return None;
    }
    let rest = scan.rest();
    let head = &rest[..rest.floor_char_boundary(TOPIC_BYTES_MAX)];
    let head = &head[..head.find(NOT_IN_TOPICS).unwrap_or(head.len())];
    ends(head).find_map(|at| {
        let next = scan.moved_to(scan.at() + at).blanks();
        let first = next.peek().filter(|c| c.is_uppercase() || c.is_ascii_digit())?;
        let (occasion, end) = occasion::read(next)?;
        // `2 giờ ngày 15/6` has no capital; `10/5` alone may be a score.
        let is_time = if first.is_uppercase() { !occasion.is_naked } else { occasion.has_clock };
        is_time.then_some((occasion, end))
    })
}

/// The places behind the marks that can end a topic.
fn ends(head: &str) -> impl Iterator<Item = usize> {
    head.match_indices([':', '-', '–', '—']).filter_map(move |(at, mark)| {
        let end = at + mark.len();
        let is_apart = head[..at].ends_with(' ') && head[end..].starts_with(' ');
        let is_dash = mark.starts_with(DASHES);
        let may_end = if is_dash { is_apart && words(&head[..at]) <= DASHED_WORDS_MAX } else { at > 0 };
        may_end.then_some(end)
    })
}

fn words(text: &str) -> usize {
    text.split(' ').filter(|word| !word.is_empty()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_stands_before_a_time_that_begins_the_sentence() {
        for text in [
            "COVID-19: Sáng 10/5, cả nước có",
            "Bão số 3: Từ đêm 7/9, mưa to",
            "Họp Ban Chỉ đạo phòng, chống thiên tai: Chiều 10-5, tỉnh nghe",
            "SEA Games 32 - Tối 10/5, đội tuyển",
        ] {
            assert!(behind(Scan::new(text)).is_some(), "{text}");
        }
        for text in [
            "Thời gian: Ngày 10/5 tại nhà văn hóa",
            "Ông nói: “Ngày 10/5 tới, chúng tôi",
            "Ông kể. Về sau: Sáng 10/5, ông",
            "Kết quả: 10/12 thôn có điện",
            "Ghi ở Pác Nặm: sáng 10/5, mưa",
            "Cầu nối hai bờ sông đã lâu năm nay - Sáng 10/5, xã",
        ] {
            assert!(behind(Scan::new(text)).is_none(), "{text}");
        }
    }
}
