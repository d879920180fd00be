//! The item's title in a share text: `「…」`, or `【…】` that is not the app's own name.

use crate::domain::text;

/// Upper bound: a title on the platform has at most 30 characters (60 bytes of GBK).
const MAX_CHARS: usize = 120;

pub(super) fn find(text: &str) -> Option<String> {
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
    (!plain.is_empty() && !plain.contains("http") && plain.chars().count() <= MAX_CHARS).then_some(plain)
}
