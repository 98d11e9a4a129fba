//! The names of places: administrative units by their words, provinces and large cities by a table.
//!
//! The table holds the 63 provinces before July 2025 (the 34 of today are among them), spelled as newspapers spell
//! them, and the cities that stand alone in datelines. It tells a place from a code, and where an address goes on.

use crate::text::scan::Scan;

/// Provinces and cities, longer ones before those they begin with.
const NAMES: &[&str] = &[
    "thành phố hồ chí minh",
    "tp. hồ chí minh",
    "tp.hồ chí minh",
    "tp hồ chí minh",
    "hồ chí minh",
    "tp.hcm",
    "tp. hcm",
    "tp hcm",
    "tphcm",
    "hcm",
    "bà rịa - vũng tàu",
    "bà rịa – vũng tàu",
    "bà rịa-vũng tàu",
    "bà rịa–vũng tàu",
    "vũng tàu",
    "thừa thiên - huế",
    "thừa thiên – huế",
    "thừa thiên-huế",
    "thừa thiên huế",
    "an giang",
    "bạc liêu",
    "bắc giang",
    "bắc kạn",
    "bắc cạn",
    "bắc ninh",
    "bến tre",
    "bình dương",
    "bình định",
    "bình phước",
    "bình thuận",
    "cà mau",
    "cao bằng",
    "cần thơ",
    "đà nẵng",
    "đắk lắk",
    "đắc lắc",
    "đăk lăk",
    "đắk nông",
    "đắc nông",
    "đăk nông",
    "điện biên phủ",
    "điện biên",
    "đồng nai",
    "đồng tháp",
    "gia lai",
    "hà giang",
    "hà nam",
    "hà nội",
    "hà tĩnh",
    "hải dương",
    "hải phòng",
    "hậu giang",
    "hòa bình",
    "hoà bình",
    "hưng yên",
    "khánh hòa",
    "khánh hoà",
    "kiên giang",
    "kon tum",
    "lai châu",
    "lạng sơn",
    "lào cai",
    "lâm đồng",
    "long an",
    "nam định",
    "nghệ an",
    "ninh bình",
    "ninh thuận",
    "phú thọ",
    "phú yên",
    "quảng bình",
    "quảng nam",
    "quảng ngãi",
    "quảng ninh",
    "quảng trị",
    "sóc trăng",
    "sơn la",
    "tây ninh",
    "thái bình",
    "thái nguyên",
    "thanh hóa",
    "thanh hoá",
    "tiền giang",
    "trà vinh",
    "tuyên quang",
    "vĩnh long",
    "vĩnh phúc",
    "yên bái",
    "sài gòn",
    "huế",
    "đà lạt",
    "nha trang",
    "quy nhơn",
    "pleiku",
    "buôn ma thuột",
    "hạ long",
    "phan thiết",
    "biên hòa",
    "biên hoà",
    "việt trì",
    "bắc kinh",
    "viêng chăn",
    "vientiane",
    "washington",
    "paris",
    "moscow",
    "moskva",
    "tokyo",
    "london",
    "new york",
    "bangkok",
    "singapore",
    "phnom penh",
    "seoul",
    "jakarta",
];

/// The words of units that are named: with a name or a number behind them they are part of an address.
const UNITS: &[&str] = &[
    "thành phố",
    "thị xã",
    "thị trấn",
    "tổ dân phố",
    "khu phố",
    "khu dân cư",
    "khu vực",
    "quốc lộ",
    "tỉnh lộ",
    "tp",
    "tx",
    "tt",
    "q",
    "p",
    "h",
    "x",
    "huyện đảo",
    "huyện",
    "tỉnh",
    "quận",
    "xã",
    "phường",
    "thôn",
    "bản",
    "buôn",
    "làng",
    "ấp",
    "khóm",
    "xóm",
    "tổ",
    "khu",
    "cụm",
    "đường",
    "phố",
    "ngõ",
    "đảo",
    "đặc khu",
    "bang",
    "nước",
];

/// The words of units that open a text before a name. Smaller ones are too like other words there: `Tổ Quốc`.
const OPENING_UNITS: &[&str] =
    &["thành phố", "thị xã", "thị trấn", "tp", "tx", "huyện", "tỉnh", "quận", "xã", "phường", "thôn"];

/// Behind a unit with its name: `huyện Ba Bể`, `TP. Vị Thanh`, `phường 5`. `Huyện ủy` and `UBND` are none.
pub(super) fn unit(scan: Scan<'_>) -> Option<Scan<'_>> {
    let (word, end) = scan.one_of(UNITS)?;
    let is_short = word.len() <= 2 && word.is_ascii();
    // A full word in capitals begins a name or a subject: `Huyện Ba Bể tổ chức`; a short one is written so.
    let is_capital = scan.peek().is_some_and(char::is_uppercase);
    if is_short != is_capital {
        return None;
    }
    name(abbreviated(word, end)?.blanks())
}

/// Behind the dot of an abbreviated unit. A single letter must have one, or a number behind it: `P.2`, `Q5`.
fn abbreviated<'a>(word: &str, end: Scan<'a>) -> Option<Scan<'a>> {
    match end.eat(&['.']) {
        Some(dot) => Some(dot),
        None => (word.len() > 1 || end.number().is_some()).then_some(end),
    }
}

/// The most words of a name.
const NAME_WORDS_MAX: usize = 8;

/// Behind a name: words with capitals, numbers, and the dashes that join them.
pub(super) fn name(scan: Scan<'_>) -> Option<Scan<'_>> {
    let mut end = None;
    let mut at = scan;
    for _ in 0..NAME_WORDS_MAX {
        let rest = at.rest();
        let length = rest.find([' ', ',', ';', '(', ')', ':', '.']).unwrap_or(rest.len());
        let word = &rest[..length];
        if !word.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit()) {
            break;
        }
        let next = at.moved_to(at.at() + length);
        end = Some(next);
        at = next.blanks();
    }
    end
}

/// Behind a province or a city of the table, spelled as a name.
pub(super) fn province(scan: Scan<'_>) -> Option<Scan<'_>> {
    if !scan.peek()?.is_uppercase() {
        return None;
    }
    scan.one_of(NAMES).map(|(_, end)| end)
}

/// Behind a place that opens a text: a province or a city, or a unit with its name.
pub(super) fn named(scan: Scan<'_>) -> Option<Scan<'_>> {
    province(scan).or_else(|| {
        let (word, end) = scan.one_of(OPENING_UNITS)?;
        scan.peek()?.is_uppercase().then(|| name(abbreviated(word, end)?.blanks()))?
    })
}

/// Whether a whole text is the name of a place.
pub(super) fn is_place(text: &str) -> bool {
    named(Scan::new(text)).is_some_and(Scan::is_end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_need_a_name_and_the_case_of_a_unit() {
        for text in
            ["huyện Ba Bể", "TP. Vị Thanh", "TP Vinh", "phường 5", "thôn Nà Ản", "tỉnh Thừa Thiên - Huế"]
        {
            let end = unit(Scan::new(text)).unwrap();
            assert!(!end.rest().contains(char::is_uppercase) || text.contains('-'), "{text}: {}", end.rest());
        }
        for text in ["Huyện ủy Ba Bể", "UBND tỉnh", "tỉnh đã", "xã tổ chức", "Tỉnh đoàn", "bản thân"]
        {
            assert!(unit(Scan::new(text)).is_none(), "{text}");
        }
    }

    #[test]
    fn whole_names_are_places() {
        for text in ["Hà Nội", "TPHCM", "TP. Vinh", "Huyện Ba Bể", "HÀ NỘI", "Bà Rịa – Vũng Tàu"]
        {
            assert!(is_place(text), "{text}");
        }
        for text in ["Ngày Nay", "Hà Nội mới", "Mặt trận", "TP", "Huyện ủy", "BBK", "Tổ Quốc"]
        {
            assert!(!is_place(text), "{text}");
        }
    }
}
