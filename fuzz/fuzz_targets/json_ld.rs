//! JSON-LD as careless systems write it, in a page whose article is sound.
#![no_main]

use khobao::extract;
use khobao::target::TargetKind;
use khobao_fuzz::{hold, newspaper, page};
use libfuzzer_sys::fuzz_target;

const BEFORE: &str = "<html><head><title>Cầu bản Vàng</title><script type=\"application/ld+json\">";
const BEHIND: &str = "</script></head><body><h1>Cầu bản Vàng</h1><div class=content><p>Sáng sớm, sương còn phủ \
     kín bến đò, ông Sấn đã chống thuyền đưa lũ trẻ sang sông học chữ.</p><p>Cả bản góp được hơn bốn trăm ngày công, \
     cát sỏi lấy từ dưới suối lên.</p></div></body></html>";

fuzz_target!(|bytes: &[u8]| {
    let body = [BEFORE.as_bytes(), bytes, BEHIND.as_bytes()].concat();
    let unknown = newspaper(u8::MAX);
    if let Ok(article) = extract::article(&unknown, &page(&unknown, TargetKind::Article, &body)) {
        hold(&article);
    }
});
