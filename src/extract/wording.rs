//! Lines that say by their wording that they are no part of the article: labels of boxes, a player's clock, calls
//! to follow, forms of comments, templates that nothing filled.

use std::sync::LazyLock;

use regex::Regex;

use crate::text::letter;

/// Labels are short.
const LABEL_BYTES_MAX: usize = 90;

/// Lines that call the reader to do something are short too.
const FURNITURE_BYTES_MAX: usize = 260;

/// Labels that are no line of an article wherever they stand, in lower case.
static LABEL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"^(?:",
        r"(?:các |những )?(?:tin|bài|tin bài|tin, bài|bài viết|chủ đề|nội dung|video|thông tin)(?: viết)? (?:có )?liên quan(?: khác)?",
        r"|tin (?:khác|mới|mới nhất|mới nhận|nóng|nổi bật|cùng chuyên mục|đọc nhiều|xem nhiều|cũ hơn|mới hơn|tiêu điểm|bài khác)",
        r"|(?:các )?(?:tin|bài|tin bài|tin, bài|bài viết) (?:khác|đã đưa|cùng chuyên mục|cùng chủ đề|đọc nhiều)",
        r"|các tin,? bài đã đưa|(?:cùng|dòng) (?:chuyên mục|chủ đề|sự kiện)",
        r"|có thể bạn (?:quan tâm|thích|chưa biết)|bạn có thể quan tâm|đừng bỏ lỡ",
        r"|(?:tham khảo|xem|đọc|khám phá) thêm|(?:xem|đọc) (?:tiếp|ngay|chi tiết|toàn bộ)",
        r"|mời (?:bạn |quý vị |độc giả )?(?:xem|đọc)(?: thêm)?|đọc báo in",
        r"|bình luận ?\(\d*\)|ý kiến(?: bạn đọc| của bạn| độc giả)? ?\(\d*\)|gửi (?:bình luận|ý kiến)",
        r"|chia sẻ(?: bài viết)?|chia sẻ (?:facebook|zalo|qua facebook|lên facebook)|in bài(?: viết)?|bản in|gửi email|gửi bài viết",
        r"|lên (?:đầu trang|top)|về (?:đầu trang|trang trước|trang chủ)|thu gọn|tải thêm|đang tải(?: dữ liệu)?",
        r"|quảng cáo|advertisement|link bài gốc|lấy link|copy link|sao chép (?:liên kết|link)",
        r")$",
    ))
    .ok()
});

/// Labels that can also be a heading or a turn of speech: they are labels only beside what was thrown out, or at
/// the end. In lower case.
static WEAK_LABEL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"^(?:",
        r"video|multimedia|podcast|phóng sự ảnh|emagazine|infographic|audio|media",
        r"|tiêu điểm|đọc nhiều|xem nhiều|nổi bật|đáng chú ý|mới nhất|nhiều người đọc",
        r"|bình luận|ý kiến(?: bạn đọc| của bạn| độc giả)?|trả lời|phản hồi|đánh giá",
        r"|từ khóa|từ khoá|tags?|thẻ|chủ đề|quay lại|trở lại|more|print|gốc|share|tweet|facebook|zalo|twitter|youtube",
        r")$",
    ))
    .ok()
});

/// Whole lines of furniture, in lower case. What begins otherwise than [`FURNITURE_OPENINGS`] is never asked.
const FURNITURE_LINES: &str = concat!(
    // An audio player: voices, clock, speed.
    r"(?:giọng )?(?:nữ|nam) miền (?:bắc|trung|nam)|giọng (?:nữ|nam)(?: miền .{3,5})?",
    r"|(?:nghe|đọc) (?:bài|báo|bài viết|bài báo|nội dung|tin)(?: này)?|nghe audio|tốc độ đọc|tự động (?:phát|chuyển bài tiếp theo)",
    r"|0{1,2}:00(?::00)?|\d{1,2}:\d{2}(?::\d{2})? ?/ ?\d{1,2}:\d{2}(?::\d{2})?|[\d.,]+ ?x",
    r"|your browser does not support .*|trình duyệt (?:của bạn )?không hỗ trợ .*|no title\.*|image advertisement",
    // The page's own date and clock.
    r"|(?:(?:cập nhật|đăng|ngày đăng|tin đăng)(?: lúc| ngày)? ?:? ?)?(?:thứ .{2,4}|chủ nhật)?[ ,:-]*(?:ngày )?",
    r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}[ ,|–-]+\d{1,2}[:h]\d{2}(?::\d{2})?'?(?: ?[ap]m)?(?: ?[(\[]?gmt ?\+ ?7[)\]]?)?",
    r"|(?:(?:cập nhật|đăng|ngày đăng|tin đăng)(?: lúc| ngày)? ?:? ?)?\d{1,2}[:h]\d{2}(?::\d{2})?[ ,|–-]+(?:ngày )?",
    r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}(?: ?[(\[]?gmt ?\+ ?7[)\]]?)?",
    r"|(?:thứ .{2,4}|chủ nhật),? (?:ngày )?\d{1,2}(?:[/.-]\d{1,2}[/.-]| tháng \d{1,2} năm )\d{4},?",
    // Calls to follow, to call, to write.
    r"|(?:mời |kính mời )?(?:bạn |bạn đọc |độc giả |quý vị |quý độc giả |quý bạn đọc )?(?:hãy |vui lòng )?",
    r"theo dõi .{0,80}(?:trên|tại|qua):?(?: .{0,30})?(?: google ?news| facebook| zalo| youtube| tiktok| fanpage| telegram| ứng dụng .{0,30})\.?",
    r"|theo dõi .{0,60} trên:?",
    r"|(?:hotline|đường dây nóng|điện thoại (?:nóng|tòa soạn)|mail tòa soạn|email tòa soạn|tòa soạn) ?[:：(][^\d@]{0,60}[\d@].{0,120}",
    r"|tải (?:ứng dụng|app)(?: (?:đọc )?báo .{0,60})?:?|đăng ký nhận (?:tin|bản tin).{0,80}",
    r"|(?:vui lòng )?đăng nhập (?:hoặc đăng ký )?để (?:gửi |tham gia |viết )?(?:bình luận|ý kiến|bình chọn).{0,30}|xin chào, ?!",
    r"|mọi (?:ý kiến|thông tin|tin bài|thắc mắc).{0,60}(?:xin |vui lòng )?gửi về.{0,120}",
    r"|(?:hãy )?(?:là|trở thành) người đầu tiên (?:bình luận|tặng sao).{0,60}|(?:hiện )?chưa có bình luận.{0,60}",
    r"|(?:đã xem|lượt xem|lượt đọc|số lượt xem|views?) ?: ?[\d.,]+|[\d.,]+ (?:lượt xem|lượt đọc|bình luận|lượt thích)",
    r"|(?:chia sẻ|share) [\d.]+",
    r"|(?:từ khóa|từ khoá|tags?|keywords?) ?: ?.{0,200}|(?:>>|»|→) ?(?:mời |xem |đọc )(?:.{0,60})",
    r"|email của bạn sẽ không được hiển thị công khai.{0,100}|powered by .{0,60}",
    // The masthead under every page.
    r"|(?:©|copyright).{0,200}|(?:quyền |phó )?tổng biên tập ?:.{0,80}|cơ quan chủ quản ?:.{0,120}|chịu trách nhiệm nội dung ?:.{0,100}",
    r"|giấy phép (?:hoạt động|xuất bản|thiết lập|số|mở chuyên trang).{0,220}|(?:vui lòng )?ghi rõ nguồn.{0,200}|bản quyền thuộc.{0,200}",
);

static FURNITURE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(&format!("^(?:{FURNITURE_LINES})$")).ok());

/// How whole lines of furniture begin, in lower case, by their first letters; a digit or a sign may begin one too.
/// Nearly every line of an article is turned away by this, so that the pattern need not run over it.
const FURNITURE_OPENINGS: [&str; 63] = [
    ">>",
    "bạn ",
    "bản quyền thuộc",
    "cập nhật",
    "chủ nhật",
    "chưa có bình luận",
    "chia sẻ ",
    "copyright",
    "cơ quan chủ quản",
    "chịu trách nhiệm",
    "email tòa soạn",
    "email của bạn",
    "giọng ",
    "giấy phép",
    "ghi rõ nguồn",
    "hãy ",
    "hotline",
    "hiện chưa có",
    "image advertisement",
    "kính mời",
    "keyword",
    "là người đầu tiên",
    "lượt ",
    "mời ",
    "mail tòa soạn",
    "mọi ",
    "nữ miền",
    "nam miền",
    "nghe ",
    "no title",
    "ngày ",
    "phó tổng biên tập",
    "powered by",
    "quý ",
    "quyền tổng biên tập",
    "số lượt xem",
    "share ",
    "tốc độ đọc",
    "tự động ",
    "trình duyệt",
    "tin đăng",
    "thứ ",
    "theo dõi",
    "tòa soạn",
    "tải ",
    "trở thành người",
    "tổng biên tập",
    "từ khóa",
    "từ khoá",
    "tag",
    "vui lòng",
    "view",
    "xin chào",
    "your browser",
    "©",
    "»",
    "đọc ",
    "đăng",
    "độc giả",
    "đường dây nóng",
    "điện thoại",
    "đã xem",
    "→",
];

/// How labels begin, strong or weak, in lower case, by their first letters.
const LABEL_OPENINGS: [&str; 64] = [
    "advertisement",
    "audio",
    "bài",
    "bình luận",
    "bạn có thể",
    "bản in",
    "chia sẻ",
    "chủ đề",
    "copy link",
    "các ",
    "có thể bạn",
    "cùng ",
    "dòng ",
    "emagazine",
    "facebook",
    "gốc",
    "gửi ",
    "in bài",
    "infographic",
    "khám phá",
    "link bài gốc",
    "lên ",
    "lấy link",
    "media",
    "more",
    "multimedia",
    "mới nhất",
    "mời ",
    "nhiều người đọc",
    "những ",
    "nổi bật",
    "nội dung",
    "phóng sự ảnh",
    "phản hồi",
    "podcast",
    "print",
    "quay lại",
    "quảng cáo",
    "sao chép",
    "share",
    "tag",
    "tham khảo",
    "thu gọn",
    "thông tin",
    "thẻ",
    "tin",
    "tiêu điểm",
    "trả lời",
    "trở lại",
    "tweet",
    "twitter",
    "tải thêm",
    "từ kh",
    "video",
    "về ",
    "xem ",
    "youtube",
    "zalo",
    "ý kiến",
    "đang tải",
    "đáng chú ý",
    "đánh giá",
    "đọc ",
    "đừng bỏ lỡ",
];

/// Whether a line begins as one of furniture does.
fn may_be_furniture(text: &str, openings: &[&str]) -> bool {
    let is_sign = |c: char| c.is_numeric() || matches!(c, '.' | ',' | ':' | '-' | ' ');
    text.starts_with(is_sign) || opens(text, openings)
}

/// Whether a text begins with one of the openings of a table, which stand in the order of their first letters.
fn opens(text: &str, openings: &[&str]) -> bool {
    let Some(first) = text.chars().next().map(letter::lower) else { return false };
    let from = openings.partition_point(|opening| initial(opening) < first);
    let mut same = openings[from..].iter().take_while(|opening| initial(opening) == first);
    same.any(|opening| letter::begins(text, opening))
}

fn initial(opening: &str) -> char {
    opening.chars().next().unwrap_or_default()
}

/// A template that nothing filled: `{title} {publish}`, `[[name]]`, `${x}`.
static TEMPLATE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^(?:\$?\{\{?\s*[a-z_.$][\w.$]*\s*\}\}?|\[\[\s*\w+\s*\]\]|<%.*%>|[\s|,:·-])+$").ok()
});

/// Whether a line is nothing but the label of a box or a button.
pub(super) fn is_label(text: &str) -> bool {
    labels(text, &[&LABEL])
}

/// Whether a line may be a label, where what stands beside it says so too.
pub(super) fn may_be_label(text: &str) -> bool {
    labels(text, &[&LABEL, &WEAK_LABEL])
}

fn labels(text: &str, patterns: &[&LazyLock<Option<Regex>>]) -> bool {
    let bare = bare(text);
    if bare.is_empty() || bare.len() > LABEL_BYTES_MAX || !opens(bare, &LABEL_OPENINGS) {
        return false;
    }
    let bare = letter::lowercase(bare);
    patterns.iter().any(|pattern| matches(pattern, &bare))
}

/// Whether a line is furniture of the page that cannot be text of an article wherever it stands.
pub(super) fn is_furniture(text: &str) -> bool {
    if text.len() > FURNITURE_BYTES_MAX {
        return false;
    }
    let text = text.trim();
    text.contains('{') && matches(&TEMPLATE, text)
        || text.contains("[[") && matches(&TEMPLATE, text)
        || may_be_furniture(text, &FURNITURE_OPENINGS) && matches(&FURNITURE, &letter::lowercase(text))
}

/// Whether a line points to another article: `>> …`, `Xem thêm: …`.
pub(super) fn is_pointer(text: &str) -> bool {
    let text = text.trim_start();
    if [">>", "»", "››", "→", "☞", "➤", "►"].iter().any(|arrow| text.starts_with(arrow)) {
        return true;
    }
    text.split_once(':').is_some_and(|(label, _)| is_label(label))
}

/// A line without what stands around a label: arrows, bullets, colons, dots.
fn bare(text: &str) -> &str {
    text.trim_matches(|c: char| {
        c.is_whitespace()
            || matches!(
                c,
                ':' | '>'
                    | '<'
                    | '»'
                    | '«'
                    | '•'
                    | '-'
                    | '–'
                    | '—'
                    | '.'
                    | '…'
                    | '|'
                    | '*'
                    | '#'
                    | '+'
                    | '['
                    | ']'
            )
    })
}

fn matches(pattern: &LazyLock<Option<Regex>>, text: &str) -> bool {
    LazyLock::force(pattern).as_ref().is_some_and(|pattern| pattern.is_match(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::samples;

    #[test]
    fn every_pattern_compiles() {
        assert!(LABEL.is_some() && WEAK_LABEL.is_some() && FURNITURE.is_some() && TEMPLATE.is_some());
    }

    #[test]
    fn the_openings_are_those_of_the_lines_of_furniture() {
        let lines = samples::of(FURNITURE_LINES, 20_000);
        samples::hold(&lines, &FURNITURE_OPENINGS, may_be_furniture);
    }

    #[test]
    fn the_openings_are_those_of_labels() {
        let pattern = |label: &LazyLock<Option<Regex>>| {
            let pattern = label.as_ref().unwrap().as_str();
            pattern.trim_start_matches('^').trim_end_matches('$').to_owned()
        };
        let labels = samples::of(&format!("{}|{}", pattern(&LABEL), pattern(&WEAK_LABEL)), 20_000);
        samples::hold(&labels, &LABEL_OPENINGS, opens);
    }

    #[test]
    fn openings_stand_in_the_order_of_their_first_letters() {
        assert!(FURNITURE_OPENINGS.is_sorted_by_key(|opening| initial(opening)));
        assert!(LABEL_OPENINGS.is_sorted_by_key(|opening| initial(opening)));
    }

    #[test]
    fn labels_of_boxes_are_known() {
        for text in [
            "TIN LIÊN QUAN",
            "Xem thêm:",
            ">> Đọc thêm",
            "Tin cùng chuyên mục",
            "»Cùng chủ đề",
            "CÁC TIN, BÀI ĐÃ ĐƯA",
            "Bình luận (0)",
            "Đọc báo in",
        ] {
            assert!(is_label(text), "{text}");
        }
        for text in ["Xem thêm cách trồng rau của bà con", "Tin tưởng ở lớp trẻ", "Video ghi lại cảnh lũ về"]
        {
            assert!(!is_label(text), "{text}");
        }
    }

    #[test]
    fn furniture_is_known_and_prose_is_not() {
        for text in [
            "Giọng nữ miền Bắc",
            "0:00 / 0:00",
            "1.25x",
            "Theo dõi Báo Bình Trung trên Google News",
            "Hotline: (0209) 3 000 111",
            "{title} {publish} {head}",
            "Vui lòng đăng nhập để gửi bình luận",
            "Lượt xem: 1.082",
            "Từ khóa: ngô lai, lúa nương",
            ">> Mời bạn đọc xem tiếp kỳ sau",
            "Email của bạn sẽ không được hiển thị công khai. Các trường bắt buộc được đánh dấu *",
            "14/05/2026 17:02",
            "Thứ Ba, 08/08/2017, 21:36 (GMT+7)",
            "Cập nhật lúc: 10:09, 27/09/2023",
        ] {
            assert!(is_furniture(text), "{text}");
        }
        for text in [
            "Theo dõi mực nước trên sông, bà con đã chủ động kê cao đồ đạc.",
            "Người dân theo dõi chương trình trên màn hình lớn.",
            "Ông bắt đầu chạy lúc 5:30 sáng.",
            "Quảng cáo là một nghề {khó}.",
            "Tải ứng dụng về máy, bà con đăng nhập bằng số điện thoại.",
            "Theo dõi báo cáo của xã, ông nhận ra giá ngô giảm dần tại các chợ.",
            "8:30",
        ] {
            assert!(!is_furniture(text), "{text}");
        }
    }
}
