//! Recognizes the Taobao app's share text (淘口令) if it has no address.

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
