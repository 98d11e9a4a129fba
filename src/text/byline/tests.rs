//! Bylines of every kind that newspapers print, and texts that are none.

use proptest::prelude::*;

use super::*;

fn byline(persons: &[&str], note: Option<&str>) -> Byline {
    Byline {
        persons: persons.iter().map(|name| (*name).to_owned()).collect(),
        source_note: note.map(str::to_owned),
    }
}

#[test]
fn persons_are_read_without_roles_and_titles() {
    for (text, persons) in [
        ("Thu Hiền", &["Thu Hiền"] as &[&str]),
        ("LƯƠNG BẢO", &["LƯƠNG BẢO"]),
        ("Tin, ảnh: BÍCH HẢO", &["BÍCH HẢO"]),
        ("Tin, ảnh:\u{a0}Bích Hảo", &["Bích Hảo"]),
        ("Tin và ảnh: Đức Kiệm", &["Đức Kiệm"]),
        ("Bài, ảnh: NGỌC DIỆP", &["NGỌC DIỆP"]),
        ("Bài và ảnh Ngọc Diệp", &["Ngọc Diệp"]),
        ("Tin: Văn Thiệp - Ảnh: Thế Đại", &["Văn Thiệp", "Thế Đại"]),
        ("Nội dung: Lục Hường\nẢnh: Vi Hà Sáng", &["Lục Hường", "Vi Hà Sáng"]),
        ("Tác giả: Quàng Văn Hặc", &["Quàng Văn Hặc"]),
        ("Tổng hợp: THANH TRÚC", &["THANH TRÚC"]),
        ("HOÀI AN – DIỄM MY – QUỐC TOẢN", &["HOÀI AN", "DIỄM MY", "QUỐC TOẢN"]),
        ("LAN ANH- MẠNH TÙNG- NGỌC YẾN (thực hiện)", &["LAN ANH", "MẠNH TÙNG", "NGỌC YẾN"]),
        ("Lê Hà và Thu Cúc", &["Lê Hà", "Thu Cúc"]),
        ("Lê Hà, Thu Cúc; Đỗ Biên & Vy An", &["Lê Hà", "Thu Cúc", "Đỗ Biên", "Vy An"]),
        ("Vũ Đoàn - Tô Lam          Vũ Đoàn - Tô Lam", &["Vũ Đoàn", "Tô Lam"]),
        ("BS LÒ THỊ MẾN", &["LÒ THỊ MẾN"]),
        ("Luật sư Phùng Gia Bách", &["Phùng Gia Bách"]),
        ("K.Sơn", &["K.Sơn"]),
        ("Tin, ảnh: B.NGA", &["B.NGA"]),
        ("T.Q.B", &["T.Q.B"]),
        ("H. LIỄU |", &["H. LIỄU"]),
        ("Hà Vi (Tổng hợp)", &["Hà Vi"]),
        ("Hà Vi (Trường THPT Hòa Sơn)", &["Hà Vi"]),
        ("Hà Vi, Phó trưởng Ban Dân tộc", &["Hà Vi"]),
        ("NHẬT LINH và 1 tác giả khác", &["NHẬT LINH"]),
        ("Thực hiện: Kiều Oanh", &["Kiều Oanh"]),
        ("PV Hoàng Lam", &["Hoàng Lam"]),
        ("Tản văn của Phạm Khải Hoàn", &["Phạm Khải Hoàn"]),
        ("Bút ký: Lò Thị Mến", &["Lò Thị Mến"]),
        ("Ghi chép của LÒ MẾN", &["LÒ MẾN"]),
    ] {
        assert_eq!(read(text), byline(persons, None), "{text}");
    }
}

#[test]
fn who_is_no_person_is_a_source() {
    for text in [
        "PV",
        "P.V",
        "NPV",
        "Nhóm phóng viên",
        "Nhóm PV - CTV",
        "Ban Biên tập",
        "Ban Biên tập Báo và phát thanh, truyền hình Hòa Sơn",
        "Báo Hòa Sơn",
        "Tổng hợp",
        "TTXVN",
        "(TTXVN/Vietnam+)",
        "(Vnews/Vietnam+)",
        "GLO",
        "BTNO",
        "Trung tâm Tin tức",
        "Theo TTXVN",
        "(Theo Vườn quê)",
        "Theo PV (TTXVN/Vietnam+)",
        "Theo Nhịp đời miền núi",
        "Nguồn: Hòa Sơn TTV",
        "Nguồn tin: Báo Sức khỏe & Đời sống",
        "Nguồn HSTV: https://hoason.example.vn/tin/1",
        "https://hoason.example.vn/tin/1",
        "baohoason.vn",
        "Sức khỏe & Đời sống",
        "Nhịp đời miền núi",
    ] {
        assert_eq!(read(text), byline(&[], Some(text)), "{text}");
    }
}

#[test]
fn a_person_and_a_source_are_both_read() {
    for (text, person, note) in [
        ("Dư Hà Trâm/Báo Tin tức", "Dư Hà Trâm", "Báo Tin tức"),
        ("Vũ Lam/VOV-Tây Bắc", "Vũ Lam", "VOV-Tây Bắc"),
        ("Theo Hoàng Thơ/Báo VnExpress", "Hoàng Thơ", "Theo Hoàng Thơ/Báo VnExpress"),
        ("LÊ VĂN HẢO (Theo Vườn quê)", "LÊ VĂN HẢO", "(Theo Vườn quê)"),
        ("T.Q.B\n(Theo Vườn quê)", "T.Q.B", "(Theo Vườn quê)"),
        ("Tác giả: Đặng Tiệp\nNguồn tin: media.hoason.vn", "Đặng Tiệp", "Nguồn tin: media.hoason.vn"),
        ("Lê Hà và nhóm PV", "Lê Hà", "nhóm PV"),
        ("Khánh Du / baohoason.vn", "Khánh Du", "baohoason.vn"),
        ("Hà Vi (TTXVN)", "Hà Vi", "(TTXVN)"),
    ] {
        assert_eq!(read(text), byline(&[person], Some(note)), "{text}");
    }
}

#[test]
fn what_systems_write_is_nothing() {
    for text in [
        "",
        " Bút danh ",
        "admin",
        "longsontv",
        "hoason_editor",
        "Super User",
        "a@hoason.vn",
        "Tác giả:",
        "Đang cập nhật",
    ] {
        assert_eq!(read(text), Byline::default(), "{text}");
    }
}

#[test]
fn a_headline_that_begins_like_the_name_of_a_body_is_no_signature() {
    for text in [
        "Đội nữ Na Sơn vô địch giải bóng chuyền",
        "Công an Na Sơn bắt hai đối tượng",
        "Báo động nạn trộm trâu ở Pác Nà",
        "Hội thi cấy lúa xuân ở Nà Mèo",
        "Trang trại dê của ông Lò Văn Sấn",
        "Phòng cháy rừng mùa khô ở Mường Lũng",
        "ĐỘI NỮ NA SƠN VÔ ĐỊCH GIẢI HUYỆN",
        "Văn hóa đọc ở trường bản",
    ] {
        assert_eq!(ending(text), None, "{text}");
    }
    for text in [
        "Công an huyện Na Sơn",
        "Trung tâm Truyền thông huyện Na Sơn",
        "Cổng thông tin điện tử Chính phủ",
        "Đài phát thanh truyền hình Hòa Sơn",
        "Đội Quản lý thị trường số 3",
        "Báo Hòa Sơn điện tử",
        "Nhóm phóng viên Báo Hòa Sơn",
        "BAN BIÊN TẬP",
    ] {
        assert_eq!(ending(text), Some(byline(&[], Some(text))), "{text}");
    }
}

#[test]
fn signatures_are_known_by_their_shape() {
    for (text, expected) in [
        ("HỮU TƯỜNG", byline(&["HỮU TƯỜNG"], None)),
        ("Như Quỳnh", byline(&["Như Quỳnh"], None)),
        ("PHẠM THỊ NGUYỆT", byline(&["PHẠM THỊ NGUYỆT"], None)),
        ("Lệ Thu – Văn Thuyên – Quang Sáng", byline(&["Lệ Thu", "Văn Thuyên", "Quang Sáng"], None)),
        ("Tin, ảnh: B.NG", byline(&["B.NG"], None)),
        ("D.Khoa", byline(&["D.Khoa"], None)),
        ("P.V", byline(&[], Some("P.V"))),
        ("GLO", byline(&[], Some("GLO"))),
        ("Báo Hòa Sơn", byline(&[], Some("Báo Hòa Sơn"))),
        ("(TTXVN/Vietnam+)", byline(&[], Some("(TTXVN/Vietnam+)"))),
        ("Theo Tiền phong,", byline(&[], Some("Theo Tiền phong"))),
        ("Theo báo Hòa Sơn", byline(&[], Some("Theo báo Hòa Sơn"))),
        ("Theo TTXVN.", byline(&[], Some("Theo TTXVN."))),
        ("Theo baohoason.vn", byline(&[], Some("Theo baohoason.vn"))),
        (
            "Tác giả: Bạch Hiên\nNguồn tin: Báo Đời sống",
            byline(&["Bạch Hiên"], Some("Nguồn tin: Báo Đời sống")),
        ),
        ("https://hoason.example.vn/tin/1", byline(&[], Some("https://hoason.example.vn/tin/1"))),
        ("BS LÒ THỊ MẾN", byline(&["LÒ THỊ MẾN"], None)),
        ("Bs. Lò Thị Mến", byline(&["Lò Thị Mến"], None)),
        ("H'Linh Niê", byline(&["H'Linh Niê"], None)),
        ("T.Q.B\n(Theo Vườn quê)", byline(&["T.Q.B"], Some("(Theo Vườn quê)"))),
    ] {
        assert_eq!(ending(text), Some(expected), "{text}");
    }
}

#[test]
fn a_sentence_is_no_signature() {
    for text in [
        "Theo kế hoạch, đến ngày 30-6, các xã hoàn thành việc rà soát.",
        "Theo Sở Y tế, đến nay đã có 20 xã đạt chuẩn.",
        "Theo Luật Đất đai, người dân được bồi thường.",
        "Theo báo cáo của huyện, vụ này được mùa.",
        "Theo đó, giá điện giữ nguyên.",
        "Báo Hòa Sơn sẽ tiếp tục thông tin đến bạn đọc.",
        "Nguồn nước ở đây rất sạch.",
        "Nguồn vốn vay ưu đãi",
        "Hội nghị kết thúc lúc 17 giờ.",
        "Ảnh đẹp mùa lúa chín",
        "TIN LIÊN QUAN",
        "Xem thêm",
        "Video",
        "GIỮ ĐẤT GIỮ NƯỚC",
        "Hà Vi là người đầu tiên đến.",
        "Số điện thoại: 0209 3 000 111",
        "",
    ] {
        assert_eq!(ending(text), None, "{text}");
    }
}

#[test]
fn a_long_block_is_no_signature() {
    let names = ["Lê Hà"; 40].join(" - ");
    assert_eq!(ending(&names), None);
}

#[test]
fn before_the_lead_only_sure_names_are_bylines() {
    assert_eq!(opening("Xuân Cường"), Some(byline(&["Xuân Cường"], None)));
    assert_eq!(opening("Tin, ảnh: K.Sơn"), Some(byline(&["K.Sơn"], None)));
    for text in ["PHƠI LÚA MUỘN", "Mùa nước nổi", "(TTXVN)", "Hòa Sơn hôm nay"] {
        assert_eq!(opening(text), None, "{text}");
    }
}

#[test]
fn a_signature_is_parted_from_the_last_sentence() {
    let text = "Buổi sinh hoạt để lại cho các em nhỏ nhiều ý nghĩa";
    for (tail, rest_tail, expected) in [
        (".K.Sơn", ".", byline(&["K.Sơn"], None)),
        (".Hồng Thắm", ".", byline(&["Hồng Thắm"], None)),
        ("./.LÊ HÀ - THU CÚC", "./.", byline(&["LÊ HÀ", "THU CÚC"], None)),
        ("./. Lê Hà", "./.", byline(&["Lê Hà"], None)),
        (". Tin, ảnh: Lê Hà", ".", byline(&["Lê Hà"], None)),
        (". (TTXVN/Vietnam+)", ".", byline(&[], Some("(TTXVN/Vietnam+)"))),
        (".(Theo TTXVN)", ".", byline(&[], Some("(Theo TTXVN)"))),
        (".                P.V", ".", byline(&[], Some("P.V"))),
        ("                 Vũ Hùng - Thanh Loan", "", byline(&["Vũ Hùng", "Thanh Loan"], None)),
        (".\nLê Hà", ".", byline(&["Lê Hà"], None)),
        ("”.PV", "”.", byline(&[], Some("PV"))),
    ] {
        let whole = format!("{text}{tail}");
        let rest = format!("{text}{rest_tail}");
        assert_eq!(glued(&whole), Some((rest.as_str(), expected)), "{whole}");
    }
}

#[test]
fn text_that_ends_in_a_name_stays_whole() {
    for text in [
        "Đoàn xe chở hàng cứu trợ của thanh niên đã về đến TP.Vinh",
        "Anh bắt đầu gắn bó với vùng đất mới ở Q.Tân Bình, TP.Hồ Chí Minh.",
        "Người dẫn đường cho cả đoàn hôm ấy là già làng Hồ Văn Hiên.",
        "Ống nước của xã dài 212 km, gấp đôi năm ngoái. (Theo báo cáo thường niên của đơn vị)",
        "Chị cười hiền khi kể lại những ngày đầu lên bản. Chị là Hà Vi.",
        "Họ gọi nhau í ới khi trời vừa sáng trên dòng sông quê. Thế là vui.",
        "Ngắn.K.Sơn",
    ] {
        assert_eq!(glued(text), None, "{text}");
    }
}

proptest! {
    #[test]
    fn nothing_panics(text in "\\PC{0,200}") {
        let _ = (read(&text), ending(&text), opening(&text), glued(&text));
    }

    #[test]
    fn bylines_of_any_make_give_clean_names(text in "[A-ZĐÂa-zàáêươ .,;:/()|&\\n\u{a0}–-]{0,120}") {
        let byline = read(&text);
        for person in &byline.persons {
            prop_assert!(!person.trim().is_empty() && !person.contains('\n'));
        }
        if let Some((rest, byline)) = glued(&text) {
            prop_assert!(text.starts_with(rest) && !byline.is_empty());
        }
    }
}
