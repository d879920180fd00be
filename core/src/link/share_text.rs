//! The Taobao app's share text (淘口令): recognized without an address, and the item's title in it.

use crate::domain::text;

/// Upper bound: a title on the platform has at most 30 characters (60 bytes of GBK).
const MAX_TITLE_CHARS: usize = 120;

pub(super) fn find_title(text: &str) -> Option<String> {
    between(text, '「', '」').or_else(|| between(text, '【', '】')).or_else(|| after_label(text))
}

fn between(text: &str, open: char, close: char) -> Option<String> {
    text.split(open).skip(1).find_map(|rest| {
        let (title, _) = rest.split_once(close)?;
        let title = tidy(title)?;
        const NAMES: [&str; 8] =
            ["淘宝", "天猫", "手机淘宝", "手机天猫", "天猫APP", "淘宝APP", "假一赔四", "包邮"];
        (!NAMES.contains(&title.as_str())).then_some(title)
    })
}

/// The oldest form: `淘宝商品:title http://…`.
fn after_label(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("淘宝商品:").or_else(|| text.split_once("淘宝商品："))?;
    tidy(rest.split_once("http")?.0)
}

fn tidy(title: &str) -> Option<String> {
    let plain = text::one_line(title);
    (!plain.is_empty() && !plain.contains("http") && plain.chars().count() <= MAX_TITLE_CHARS)
        .then_some(plain)
}

/// Delimiters of the code, which have changed over the years.
const FENCES: [char; 12] = ['￥', '¥', '€', '₤', '$', '₳', '₰', '£', '￠', '¢', '₴', '฿'];

pub(super) fn is_share_text(text: &str) -> bool {
    const PHRASES: [&str; 7] =
        ["淘口令", "手机淘宝", "打开淘宝", "打开手淘", "淘宝搜索", "复制这段描述", "点击链接直接打开"];
    PHRASES.iter().any(|phrase| text.contains(phrase)) || has_code(text)
}

/// Whether a text has a code of 8 to 16 letters and digits between two delimiters, or alone in
/// brackets.
fn has_code(text: &str) -> bool {
    let is_code = |s: &str| (8..=16).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_alphanumeric());
    let mut parts = text.split(FENCES);
    // The first and the last part have a delimiter on one side only
    parts.next();
    let mut parts: Vec<_> = parts.collect();
    parts.pop();
    // Letters and digits: a price between two signs is not a code
    parts.iter().any(|part| is_code(part) && part.bytes().any(|b| b.is_ascii_alphabetic()))
        || text
            .split_whitespace()
            .next()
            .filter(|first| first.len() < text.len())
            .is_some_and(|_| text.contains(['「', '【']) && text.contains("淘宝"))
}
