//! Removes what copying, chat programs and spreadsheets add around a link.

use super::LinkProblem;
use crate::domain::text;

/// Upper bound for a link or share text. A spreadsheet's own limit is 32,767.
const MAX_BYTES: usize = 32 * 1024;

/// Folds full-width letters and address punctuation to half-width, removes invisible characters and
/// outer quotation marks, and decodes HTML escapes.
pub(super) fn clean(text: &str) -> Result<String, LinkProblem> {
    if text.len() > MAX_BYTES {
        return Err(LinkProblem::too_long());
    }
    let mut plain: String = text.chars().filter(|c| !is_invisible(*c)).map(fold_width).collect();
    // Text from web pages pasted into mail may be escaped twice
    for _ in 0..3 {
        let Some(unescaped) = unescape(&plain) else { break };
        plain = unescaped;
    }
    let trimmed = plain.trim_matches(|c: char| c.is_whitespace() || c.is_control() || is_quote(c));
    if trimmed.is_empty() { Err(LinkProblem::empty()) } else { Ok(trimmed.to_owned()) }
}

/// Whether a character is zero-width: joiners, direction marks, soft hyphen, byte order mark. Line
/// ends and other control characters separate words and do not count.
fn is_invisible(c: char) -> bool {
    text::is_hidden(c) && !c.is_control() && !c.is_whitespace()
}

pub(super) fn is_quote(c: char) -> bool {
    matches!(
        c,
        '"' | '\''
            | '`'
            | '<'
            | '>'
            | '“'
            | '”'
            | '‘'
            | '’'
            | '「'
            | '」'
            | '『'
            | '』'
            | '《'
            | '》'
            | '〈'
            | '〉'
            | '【'
            | '】'
            | '（'
            | '）'
            | '('
            | ')'
            | '['
            | ']'
            | '，'
            | '。'
            | '；'
            | '、'
    )
}

/// Folds letters, digits and address punctuation. Full-width commas, stops and brackets stay: they
/// end an address.
fn fold_width(c: char) -> char {
    match c {
        '\u{3000}' | '\u{A0}' => ' ',
        '０'..='９'
        | 'Ａ'..='Ｚ'
        | 'ａ'..='ｚ'
        | '：'
        | '／'
        | '．'
        | '？'
        | '＝'
        | '＆'
        | '＿'
        | '－'
        | '％'
        | '＃'
        | '＠'
        | '＋' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

/// Decodes HTML's escapes for `&` and for punctuation around links; `None` if there are none.
fn unescape(text: &str) -> Option<String> {
    const ESCAPES: [(&str, &str); 10] = [
        ("&amp;", "&"),
        ("&AMP;", "&"),
        ("&#38;", "&"),
        ("&#x26;", "&"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&#61;", "="),
        ("&nbsp;", " "),
    ];
    let mut plain = None::<String>;
    for (escape, sign) in ESCAPES {
        let current = plain.as_deref().unwrap_or(text);
        if current.contains(escape) {
            plain = Some(current.replace(escape, sign));
        }
    }
    plain
}
