//! The words that bylines are made of.

use std::collections::HashSet;
use std::sync::LazyLock;

/// A list written with commas.
fn listed<C: FromIterator<&'static str>>(written: &'static str) -> C {
    written.split(", ").collect()
}

/// What a person did for the article. Each may stand before a colon, alone or joined with others.
pub(super) const ROLES: &str = concat!(
    r"(?:tin bài|bài viết|tin|bài|ảnh|hình ảnh|hình|clip|video|audio|đồ họa|đồ hoạ|infographics?|thiết kế|",
    r"trình bày|kỹ thuật|dựng phim|dựng|quay phim|nội dung|tác giả|nhóm tác giả|nhóm thực hiện|thực hiện|",
    r"người thực hiện|người viết|biên tập|biên soạn|biên dịch|lược dịch|dịch|tổng hợp|ghi chép|phóng sự|bút ký|tản văn|truyện ngắn|tùy bút|ký|",
    r"ký sự|thơ|lời|nhạc|lời bình|thể hiện|phóng viên|sưu tầm|minh họa|minh hoạ|bút danh|by|author)",
);

/// What a person wrote: `Tản văn của Lan Chi`.
pub(super) const PIECES: &str = r"(?:tản văn|truyện ngắn|tạp bút|tạp văn|tùy bút|tuỳ bút|bút ký|hồi ký|ký sự|phóng sự|ghi chép|thơ|nhạc|trích dịch)";

/// The same behind a name or in brackets: `Lan Chi (tổng hợp)`, `Lan Chi thực hiện`.
pub(super) const ROLES_BEHIND: &str = concat!(
    r"(?:thực hiện|tổng hợp|tổng thuật|lược thuật|lược ghi|ghi chép|ghi|biên dịch|lược dịch|dịch|biên soạn|",
    r"biên tập|sưu tầm|thể hiện|t/h|th|st|bt|tin và ảnh|bài và ảnh|tin, ảnh|bài, ảnh|tin ảnh|ảnh|và nhóm thực hiện)",
);

/// Titles before a name. Abbreviations may be strung together: `PGS.TS.BS`.
pub(super) const TITLES: &str = concat!(
    r"(?:PGS|GS|TSKH|TS|Th\.?[sS]|B[Ss]\.?\s?CK\s?(?:I{1,3}|\d)|B[Ss]CK|B[Ss]|D[Ss]|KTS|KS|LS|CN|NSND|NSƯT|NSNA|NNC|CCB|Dr|",
    r"[Ll]ương y|[Bb]ác s[ĩỹ]|[Dd]ược s[ĩỹ]|[Tt]iến s[ĩỹ]|[Tt]hạc s[ĩỹ]|[Pp]hó giáo sư|[Gg]iáo sư|[Kk]ỹ sư|",
    r"[Ll]uật sư|[Kk]iến trúc sư|[Nn]hà báo|[Nn]hà văn|[Nn]hà thơ|[Nn]hạc s[ĩỹ]|[Nn]hà nghiên cứu|",
    r"[Pp]hóng viên|PV|CTV|BTV|[Cc]ộng tác viên|[Bb]iên tập viên|[Cc]ựu chiến binh|",
    r"[Đđ]ại tá|[Tt]hượng tá|[Tt]rung tá|[Tt]hiếu tá|[Đđ]ại úy|[Tt]hượng úy|[Tt]rung úy|[Tt]hiếu úy|",
    r"[Đđ]ồng chí|[Đđ]/c|Ông|Bà|[Bb]ởi|[Bb]y)",
);

/// Signatures of many: no person, in lower case and without dots.
pub(super) static COLLECTIVES: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    listed(
        "pv, npv, ctv, btv, bbt, bts, phóng viên, cộng tác viên, biên tập viên, nhóm pv, nhóm ctv, \
        nhóm phóng viên, nhóm tác giả, nhiều tác giả, nhóm biên tập, ban biên tập, tòa soạn, toà soạn, \
        tổng hợp, tin tổng hợp, biên tập, internet, nguồn internet, sưu tầm, bạn đọc, t/h",
    )
});

/// How the name of one who publishes begins, in lower case.
pub(super) static PUBLISHERS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    listed(
        "báo, thời báo, tạp chí, đài, ttxvn, thông tấn xã, cổng, trang, website, kênh, bản tin, \
        chuyên trang, nhà xuất bản, nxb, ban biên tập, trung tâm tin tức, trung tâm truyền hình, \
        trung tâm phát thanh, trung tâm văn hóa",
    )
});

/// How the name of a body begins, in lower case: newspapers, agencies, offices.
pub(super) static BODIES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    listed(
        "báo, thời báo, tạp chí, đài, ttxvn, thông tấn xã, cổng, trung tâm, ban, phòng, sở, ubnd, hđnd, \
        ủy ban, uỷ ban, công an, hội, nhóm, trang, website, kênh, văn phòng, bộ, cục, chi cục, \
        tổng cục, viện, trường, bệnh viện, tỉnh đoàn, huyện đoàn, thành đoàn, nhà xuất bản, nxb, \
        bản tin, chuyên trang, tòa án, toà án, viện kiểm sát, liên đoàn, hiệp hội, tổng công ty, \
        công ty, tập đoàn, chi hội, câu lạc bộ, clb, đội, tổ, trạm, đảng ủy, đảng uỷ, tỉnh ủy, tỉnh uỷ, \
        thành ủy, huyện ủy, mttq, ubmttq, quỹ, ban biên tập",
    )
});

/// Words in lower case that go on with a body's name behind its first: `Đài phát thanh`, `Công an huyện`.
pub(super) static BODY_WORDS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    listed(
        "điện, và, phát, truyền, tỉnh, huyện, xã, phường, thị, thành, quận, thông, biên, phóng, chỉ, chấp, \
        nhân, của, nông, phụ, cựu, khu, tin, online",
    )
});

/// Newspapers and agencies whose names could be a person's, in lower case, as they begin.
pub(in crate::text) static PAPERS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    listed(
        "nhân dân, lao động, người lao động, tuổi trẻ, thanh niên, tiền phong, dân trí, dân việt, \
        dân sinh, hà nội mới, hànộimới, sài gòn giải phóng, sggp, quân đội nhân dân, qđnd, \
        công an nhân dân, cand, pháp luật, đại đoàn kết, đời sống, sức khỏe, sức khoẻ, tin tức, \
        thế giới, kinh tế, giáo dục, tri thức, đầu tư, công lý, công luận, công thương, nông nghiệp, \
        nông thôn, phụ nữ, tổ quốc, bảo vệ pháp luật, vietnamnet, vnexpress, vietnam+, vietnamplus, \
        vnews, vov, vtv, zing, znews, ngôi sao, việt nam news, tân hoa xã, reuters, afp, bbc, cnn, \
        xinhua, kyodo, yonhap, bloomberg, người đưa tin, khoa học, văn hóa, văn hoá, thể thao, \
        xây dựng",
    )
});

/// What stands where a name should, in lower case: the system's placeholders and its own users.
pub(super) static PLACEHOLDERS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    listed(
        "bút danh, tác giả, admin, administrator, editor, editors, quản trị, quản trị viên, quantri, \
        webmaster, super user, user, guest, root, test, author, unknown, anonymous, no author, \
        đang cập nhật, chưa cập nhật, chưa có, không có, null, undefined, none, n/a, site admin, \
        quản trị website, ẩn danh",
    )
});

/// How a job begins, in lower case: what stands behind a name and a comma.
pub(super) static JOBS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    listed(
        "chủ tịch, phó, trưởng, giám đốc, tổng giám đốc, tổng biên tập, hiệu trưởng, hiệu phó, bí thư, \
        sinh viên, học sinh, giáo viên, giảng viên, hội viên, nghệ sĩ, nghệ nhân, nguyên, cán bộ, \
        chuyên gia, chuyên viên, đại biểu, ủy viên, uỷ viên, chánh, thư ký, viện trưởng, cựu, \
        người dân, nông dân, bác sĩ, luật sư, kỹ sư, thành viên, và",
    )
});

/// Labels, in lower case, that have the shape of a name.
pub(super) static LABELS: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| listed("bình luận, chia sẻ, liên quan, tin tức, thể thao, văn hóa"));

/// Words (in lower case) that no name has and that sentences, headings and labels have.
pub(super) static NOT_NAMES: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    listed(
        "và, của, là, được, không, các, những, trong, cho, với, này, khi, để, vào, ra, lên, xuống, lại, \
        nhiều, người, đã, đang, sẽ, có, cần, phải, đến, từ, về, tại, theo, nguồn, tin, bài, ảnh, video, \
        clip, xem, đọc, chia, sẻ, bình, luận, liên, quan, thêm, khác, mới, cùng, chuyên, mục, chủ, đề, \
        khóa, khoá, tag, tags, báo, in, trang, đầu, top, một, hai, ba, bốn, năm, sáu, bảy, tám, chín, \
        mười, số, kết, quả, hình, đúng, phơi, làm, đi, ăn, uống, nhìn, nói, biết, cũng, như, thì, mà, \
        hay, hoặc, nếu, vì, do, bị, rất, quá, hơn, nhất, nước, nhà, trời, đất, đường, tỉnh, huyện, xã, \
        phường, thôn, tháng, ngày, giờ, phút, việc, dân, bộ, ngành, cách, nào, gì, sao, đâu, ai, thế, \
        việt",
    )
});

/// The family names that most have, in lower case.
pub(super) static FAMILY_NAMES_COMMON: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    listed(
        "nguyễn, trần, lê, phạm, hoàng, huỳnh, phan, vũ, võ, đặng, bùi, đỗ, hồ, ngô, dương, lý, lí, \
        đinh",
    )
});

/// Family names that are rarer, many of them of the mountain peoples, in lower case.
pub(super) static FAMILY_NAMES_RARE: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    listed(
        "trịnh, đoàn, lương, lưu, mai, đào, cao, tô, tạ, hà, phùng, quách, nông, hứa, triệu, ma, chu, \
        châu, thái, tống, từ, văn, vương, la, lâm, lò, lường, quàng, cầm, hoàn, giàng, sùng, thào, \
        vàng, vừ, lầu, mùa, hạng, bàn, đàm, đồng, kiều, nghiêm, nhữ, ông, phó, quan, tăng, thân, thạch, \
        tiêu, tôn, trang, trương, viên, doãn, khổng, kim, khuất, lại, lục, mạc, mạch, nguỵ, ngụy, \
        thiều, bế, hầu, chẩu, y",
    )
});

/// Syllables of given names, in lower case.
pub(super) static GIVEN_NAMES: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    listed(
        "an, anh, ánh, ân, bách, bảo, bằng, bắc, bích, biên, bình, cảnh, cầm, cẩm, châu, chi, chí, \
        chiến, chinh, chung, chương, công, cúc, cường, danh, diễm, diệp, diệu, doan, doanh, du, dung, \
        dũng, duy, duyên, dương, đăng, đan, đạt, điệp, đình, định, đoan, đoàn, đông, đồng, đức, gia, \
        giang, giao, giáp, hà, hạ, hải, hạnh, hào, hảo, hân, hằng, hậu, hiên, hiền, hiển, hiệp, hiếu, \
        hiệu, hinh, hoa, hòa, hoà, hoài, hoàn, hoàng, hồng, hợp, huân, huấn, huế, huệ, hùng, huy, \
        huyên, huyền, huỳnh, hưng, hương, hướng, hường, hữu, kha, khả, khải, khang, khánh, khắc, khiêm, \
        khoa, khôi, khuê, khương, kiên, kiệt, kiều, kim, kỳ, lam, lan, lành, lâm, lân, lệ, lê, liên, \
        liễu, linh, loan, long, lộc, lợi, luân, luận, luyến, lương, ly, mai, mạnh, mẫn, mến, mi, minh, \
        mỹ, my, na, nam, nga, ngà, ngân, nghi, nghĩa, ngọc, ngôn, nguyên, nguyễn, nguyệt, nhàn, nhã, \
        nhân, nhất, nhật, nhi, nhiên, nhung, như, oanh, phát, phi, phong, phú, phúc, phùng, phước, \
        phương, phượng, quân, quang, quế, quốc, quý, quyên, quyền, quyết, quỳnh, sa, san, sang, sáng, \
        sâm, sinh, sơn, sương, tài, tam, tâm, tấn, tân, thạch, thái, thanh, thành, thạnh, thảo, thắm, \
        thắng, thăng, thế, thi, thị, thiên, thiện, thiệp, thiều, thịnh, thơ, thoa, thoại, thông, thu, \
        thuận, thuần, thục, thùy, thuỳ, thủy, thuỷ, thúy, thuý, thụy, thư, thương, thường, thượng, \
        tiên, tiến, tiếp, tín, tình, tịnh, toàn, toản, tố, tô, trà, trang, trâm, trân, trấn, trí, \
        triều, triệu, trinh, trình, trọng, trúc, trung, trường, tú, tuấn, tuân, tuất, tùng, tuyên, \
        tuyến, tuyền, tuyết, tư, tường, uyên, út, vân, văn, vi, viên, việt, vinh, vĩnh, vọng, vũ, \
        vượng, vy, xuân, xuyến, ý, yên, yến",
    )
});

/// Words (in lower case) by which a line that begins with `Theo` or names a body is a sentence.
pub(super) static SENTENCE_WORDS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    listed(
        "là, đã, sẽ, đang, được, có, cho, biết, thì, phải, những, này, khi, đến, từ, trong, để, không, \
        cần, nếu, rằng, nêu, gồm, đạt, tổ, chức, bị, vừa, tiếp, tục, hiện, nay, sau, trước, khoảng, \
        hơn, tổng, mỗi, kêu, gọi, đề, nghị, yêu, cầu",
    )
});

/// What may follow `Theo` in lower case when a source is meant.
pub(super) static SOURCE_STARTS: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| listed("báo, tạp, đài, trang, kênh, thông, hãng, pv, thời, website"));

/// What follows `Theo` in a sentence, though it has a capital: laws and plans.
pub(super) static RULINGS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    listed(
        "nghị định, nghị quyết, quyết định, luật, chỉ thị, kết luận, thông tư, kế hoạch, quy định, \
        quy hoạch, đề án, dự án, công văn",
    )
});
