//! What looks like a date behind an opening's first words and is none: `4/12 thôn`, `2/3 số hộ`, `5-7 người`,
//! `20/11 hằng năm`.

use super::days::Days;
use super::occasion::Signs;
use crate::text::date::clock;
use crate::text::scan::{DASHES, Scan};

/// What is counted behind a fraction or a range of numbers.
const COUNTED: &[&str] = &[
    "thôn",
    "xã",
    "phường",
    "thị trấn",
    "huyện",
    "tỉnh",
    "thành phố",
    "bản",
    "làng",
    "buôn",
    "ấp",
    "khóm",
    "xóm",
    "tổ",
    "khu",
    "cụm",
    "hộ",
    "người",
    "đại biểu",
    "đồng chí",
    "phiếu",
    "số",
    "trường",
    "lớp",
    "cơ sở",
    "dự án",
    "tiêu chí",
    "chỉ tiêu",
    "diện tích",
    "dân số",
    "học sinh",
    "ha",
    "héc",
    "công trình",
    "đơn vị",
    "trạm",
    "chi bộ",
    "đảng bộ",
    "đảng viên",
    "cán bộ",
    "giáo viên",
    "sinh viên",
    "bệnh nhân",
    "ca",
    "mẫu",
    "triệu",
    "tỷ",
    "tỉ",
    "nghìn",
    "ngàn",
    "trăm",
    "vạn",
    "tấn",
    "tạ",
    "kg",
    "km",
    "mét",
    "m",
    "con",
    "chiếc",
    "cái",
    "căn",
    "xe",
    "tàu",
    "doanh nghiệp",
    "hợp tác xã",
    "mô hình",
    "sản phẩm",
    "địa phương",
    "phòng",
    "ban",
    "ngành",
    "sở",
    "trong số",
    "tổng số",
    "hạng mục",
    "gói",
    "năm",
    "tháng",
    "tuần",
    "giờ",
    "phút",
    "lần",
    "thành viên",
    "ý kiến",
    "nội dung",
    "nhiệm vụ",
    "quận",
    "nước",
    "quốc gia",
    "tuổi",
    "độ",
    "điểm",
    "bàn",
    "trận",
    "đội",
    "tác phẩm",
    "suất",
    "phần",
    "lượt",
    "vụ",
    "bị cáo",
    "phần trăm",
    "cây",
    "gia đình",
];

/// What makes a day a day of every year, or a day of long ago.
const OTHER_YEARS: &[&str] = &[
    "hằng năm",
    "hàng năm",
    "mỗi năm",
    "năm ngoái",
    "năm trước",
    "năm kia",
    "năm ấy",
    "năm xưa",
    "năm đó",
    "năm nào",
    "lịch sử",
    "là",
    "hằng tháng",
    "hàng tháng",
];

/// Words that begin a tale, not news, behind `chiều nay`.
const TALE: &[&str] = &[
    "tôi", "em", "anh", "mẹ", "cha", "bố", "mình", "ta", "chúng", "trời", "mưa", "nắng", "gió", "con",
    "cháu", "nó", "lòng", "bỗng", "nhớ", "có ai", "ai",
];

/// Whether what was read behind these signs is a date, by what follows it.
pub(super) fn date(signs: &Signs, days: &Days, end: Scan<'_>) -> bool {
    let next = end.blanks();
    let has_year = days.first.year.is_some();
    if !has_year && next.one_of(OTHER_YEARS).is_some() {
        return false;
    }
    if has_year && signs.part.is_none() && (is_page_line(next) || is_page_head(signs, days, next)) {
        return false;
    }
    if days.is_worded || days.is_lunar {
        return !signs.lead.is_until || !signs.are_none();
    }
    if signs.are_none() {
        let is_amount = signs.lead.is_rough || signs.lead.is_until;
        return !is_amount && naked(days, next);
    }
    let is_glued_to_part = signs.part.is_some_and(|part| part.1 + 1 >= days.start);
    is_glued_to_part || signs.lead.is_plural && signs.pointer.is_none() || !is_count(next)
}

/// Whether a whole date is the page's own line: `Thứ Năm, 13/06/2019, 09:12 [GMT+7]`, `07/03/2026 | 08:47`.
fn is_page_line(next: Scan<'_>) -> bool {
    let behind = next.eat(&[',', '|', '-', '–', '[', '(']).unwrap_or(next).blanks();
    next.is_end() || next.peek() == Some('|') || clock::read(behind).is_some_and(|(_, end)| is_alone(end))
}

/// Whether a weekday and a whole date stand in a page's head: `Thứ tư, 22/10/2025 Mới nhất`.
fn is_page_head(signs: &Signs, days: &Days, next: Scan<'_>) -> bool {
    signs.has_weekday && !days.is_worded && next.peek().is_some_and(char::is_uppercase)
}

/// Whether no sentence goes on behind the clock of a page's line.
fn is_alone(end: Scan<'_>) -> bool {
    let next = end.blanks();
    next.peek().is_none_or(|c| !c.is_lowercase() && c != ',')
}

/// Whether a number alone is a date: the sentence goes on behind a comma, or a place follows.
fn naked(days: &Days, next: Scan<'_>) -> bool {
    match next.peek() {
        None | Some('(' | ';') => true,
        Some(',') => goes_on(days, next.bump().blanks()),
        Some(c) if DASHES.contains(&c) || c == ':' => days.first.year.is_some() || days.last.is_some(),
        Some(_) => next.one_of(&["tại", "ở", "tới", "sắp tới", "vừa qua"]).is_some() || is_list(days, next),
    }
}

/// Whether a sentence goes on behind the comma. `20/11, ngày Nhà giáo Việt Nam` explains a feast; `3-1, tỷ số` a score,
/// which is set with a hyphen.
fn goes_on(days: &Days, next: Scan<'_>) -> bool {
    let printed = next.text().get(days.start..days.end).unwrap_or_default();
    let is_sure = printed.contains('/') || days.first.year.is_some() || days.last.is_some();
    let is_subject = next.peek().is_some_and(char::is_uppercase) || next.one_of(&["tại", "ở"]).is_some();
    next.phrase("ngày").is_none() && (is_sure || is_subject)
}

/// A range of days may be followed by the sentence itself: `Từ 14-20/7 nhiều hoạt động…`.
fn is_list(days: &Days, next: Scan<'_>) -> bool {
    days.last.is_some() && !is_count(next)
}

/// Whether something counted follows: `thôn vẫn chưa có điện`. A name behind the word makes it a subject: `huyện Ba
/// Bể tổ chức`.
fn is_count(next: Scan<'_>) -> bool {
    let Some((_, end)) = next.one_of(COUNTED) else { return false };
    if next.peek().is_some_and(char::is_uppercase) {
        return false;
    }
    !end.blanks().peek().is_some_and(char::is_uppercase)
}

/// Whether `chiều nay` without a date opens news.
pub(super) fn pointing(end: Scan<'_>) -> bool {
    end.blanks().one_of(TALE).is_none()
}
