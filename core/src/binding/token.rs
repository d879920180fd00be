//! Splits a chat text into brand names, store codes and device codes.

use crate::domain::text;

/// One piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Brand(String),
    /// The value after a label such as 门店码; may be empty
    Store(String),
    /// The value after a label such as 设备码; may be empty
    Device(String),
    LineEnd,
}

/// A word that announces a code. Long words suffice alone; a short word needs a colon after it.
struct Label {
    word: &'static str,
    is_store: bool,
    needs_sign: bool,
}

const fn label(word: &'static str, is_store: bool, needs_sign: bool) -> Label {
    Label { word, is_store, needs_sign }
}

/// Lower-case, without spaces. A word stands before its own prefixes.
const LABELS: [Label; 32] = [
    label("设备初始code", false, false),
    label("设备初始码", false, false),
    label("设备编号", false, false),
    label("设备编码", false, false),
    label("设备代码", false, false),
    label("设备code", false, false),
    label("设备id", false, false),
    label("设备码", false, false),
    label("设备号", false, false),
    label("设备sn", false, false),
    label("deviceinitcode", false, false),
    label("devicecode", false, false),
    label("deviceid", false, false),
    label("deviceno", false, false),
    label("devicesn", false, false),
    label("device", false, true),
    label("设备", false, true),
    label("门店编号", true, false),
    label("门店编码", true, false),
    label("门店代码", true, false),
    label("门店code", true, false),
    label("门店id", true, false),
    label("门店码", true, false),
    label("门店号", true, false),
    label("店铺id", true, false),
    label("店铺编号", true, false),
    label("storecode", true, false),
    label("storeid", true, false),
    label("storeno", true, false),
    label("shopid", true, false),
    label("store", true, true),
    label("门店", true, true),
];

const STORE_DIGITS: usize = 9;
const DEVICE_CHARS: usize = 10;
/// Longest value kept, in characters: longer than any code, so that a bad one is refused with its beginning
/// shown.
const MAX_VALUE: usize = 80;

pub(super) fn tokens(text: &str) -> Vec<Token> {
    let text: Vec<char> = text.chars().filter(|c| !is_invisible(*c)).map(fold).collect();
    let mut found = Vec::new();
    let mut at = 0;
    // Where the text of a brand may begin
    let mut free_from = 0;
    while at < text.len() {
        if is_line_end(text[at]) {
            found.push(Token::LineEnd);
            at += 1;
            free_from = at;
        } else if let Some((label, end)) = label_at(&text, at) {
            let (value, end) = code_at(&text, end, label.is_store);
            at = end;
            if label.is_store {
                found.push(Token::Store(value));
            } else {
                found.push(Token::Device(value));
                while let Some((value, end)) = another_device(&text, at) {
                    found.push(Token::Device(value));
                    at = end;
                }
            }
            free_from = at;
        } else if let Some(end) = word_at(&text, at, "品牌").or_else(|| word_at(&text, at, "brand")) {
            if let Some((name, end)) = brand_at(&text, free_from, at, end) {
                found.push(Token::Brand(name));
                at = end;
                free_from = end;
            } else {
                at = end;
            }
        } else {
            at += 1;
        }
    }
    found
}

/// Returns the brand before the word 品牌, or the one after it if nothing stands before.
fn brand_at(text: &[char], free_from: usize, word: usize, end: usize) -> Option<(String, usize)> {
    let next = text.get(end).copied().unwrap_or('\n');
    let begin = (free_from..word).rev().find(|i| is_separator(text[*i])).map_or(free_from, |i| i + 1);
    let mut name = &text[begin..word];
    if begin > 0
        && text[begin - 1] == '@'
        && let Some(space) = name.iter().position(|c| *c == ' ')
    {
        // Skip the addressee of the message
        name = &name[space..];
    }
    let before = tidy_brand(name);
    // 品牌方, 品牌的: a word of the sentence, not the end of a name
    let stands_alone = is_separator(next)
        || next.is_whitespace()
        || label_at(text, end).is_some()
        || (next == '的' && label_at(text, end + 1).is_some());
    if !before.is_empty() && stands_alone && text[word] == '品' {
        return Some((before, end));
    }
    let after = ["名称", "名"].iter().find_map(|w| word_at(text, end, w)).unwrap_or(end);
    let sign = skip_spaces(text, after);
    if !before.is_empty() || !text.get(sign).is_some_and(|c| matches!(c, ':' | '=')) {
        return None;
    }
    let start = skip_spaces(text, sign + 1);
    let stop = (start..text.len())
        .find(|i| is_separator(text[*i]) || is_line_end(text[*i]) || label_at(text, *i).is_some())
        .unwrap_or(text.len());
    let mut name: Vec<char> = text[start..stop].to_vec();
    // `品牌：启赋品牌`
    if let Some(stem) = name.strip_suffix(&['品', '牌']) {
        name = stem.to_vec();
    }
    Some((tidy_brand(&name), stop))
}

/// Strips from a name what chat programs and polite phrases put before it.
fn tidy_brand(name: &[char]) -> String {
    let mut name = text::one_line(&name.iter().collect::<String>());
    for opening in ["您好", "你好", "我们是", "我们的", "我是", "这是", "这里是", "以下是", "我们"]
    {
        if let Some(rest) = name.strip_prefix(opening) {
            name = rest.trim_start().to_owned();
        }
    }
    // The seconds of a chat time stamp, or the number of a list: `12. 启赋`
    if let Some((first, rest)) = name.split_once(' ')
        && first.starts_with(|c: char| c.is_ascii_digit())
        && first.trim_end_matches('.').bytes().all(|b| b.is_ascii_digit())
    {
        name = rest.to_owned();
    }
    let quotes = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '"' | '\'' | '“' | '”' | '‘' | '’' | '「' | '」' | '《' | '》' | '-' | '.' | '#' | '*'
            )
    };
    name.trim_matches(quotes).to_owned()
}

/// Returns the label that begins here, and where it ends.
fn label_at(text: &[char], at: usize) -> Option<(&'static Label, usize)> {
    // Not inside a word: `restore: 5`
    if text[at..].first().is_some_and(char::is_ascii) && at > 0 && text[at - 1].is_ascii_alphanumeric() {
        // A code may be glued to the next label: `184454101deviceid`
        if text[at - 1].is_ascii_alphabetic() {
            return None;
        }
    }
    LABELS.iter().find_map(|label| {
        let end = word_at(text, at, label.word)?;
        let sign = skip_spaces(text, end);
        let signed = text.get(sign).is_some_and(|c| matches!(c, ':' | '='));
        // `设备id` may be followed directly by the code, but `storefront` is another word
        let glued = text.get(end).is_some_and(char::is_ascii_alphabetic)
            && label.word.ends_with(|c: char| c.is_ascii_alphabetic())
            && label.is_store;
        let value = text.get(skip_spaces(text, sign + 1)).is_some_and(char::is_ascii_alphanumeric);
        (!glued && (!label.needs_sign || (signed && value))).then_some((label, end))
    })
}

/// Returns the end of a word that begins here, ignoring case and spaces inside it.
fn word_at(text: &[char], at: usize, word: &str) -> Option<usize> {
    let mut end = at;
    for (n, expected) in word.chars().enumerate() {
        if n > 0 {
            while text.get(end).is_some_and(|c| matches!(c, ' ' | '\t' | '_' | '-')) {
                end += 1;
            }
        }
        if simplify(*text.get(end)?) != expected {
            return None;
        }
        end += 1;
    }
    Some(end)
}

/// Returns the code after a label, and where it ends. Drops spaces inside the code as long as what follows
/// can still belong to it.
fn code_at(text: &[char], from: usize, is_store: bool) -> (String, usize) {
    let mut start = from;
    while text.get(start).is_some_and(|c| {
        matches!(
            c,
            ' ' | '\t'
                | ':'
                | '='
                | '.'
                | '"'
                | '\''
                | '“'
                | '”'
                | '('
                | ')'
                | '['
                | ']'
                | '【'
                | '】'
                | '「'
                | '」'
                | '<'
                | '>'
                | '#'
                | '是'
                | '为'
                | '-'
                | '_'
                | '*'
        )
    }) {
        start += 1;
    }
    let run = |from: usize| {
        let is_code = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let mut end = from;
        while end < text.len() && is_code(&text[end]) && (end == from || label_at(text, end).is_none()) {
            end += 1;
        }
        end
    };
    let mut end = run(start);
    let mut value: String = text[start..end].iter().take(MAX_VALUE).collect();
    let full = if is_store { STORE_DIGITS } else { DEVICE_CHARS };
    let fits = |c: &char| if is_store { c.is_ascii_digit() } else { c.is_ascii_hexdigit() };
    while !value.is_empty() && value.len() < full && value.chars().all(|c| fits(&c)) {
        let next = skip_spaces(text, end);
        if next == end || next >= text.len() || label_at(text, next).is_some() {
            break;
        }
        let stop = run(next);
        if stop == next || value.len() + (stop - next) > full || !text[next..stop].iter().all(fits) {
            break;
        }
        value.extend(&text[next..stop]);
        end = stop;
    }
    // `184454101-设备ID`: the joint between two fields belongs to neither
    value.truncate(value.trim_end_matches(['-', '_']).len());
    if value.is_empty() { (value, from) } else { (value, end) }
}

/// Returns a further device code after the first: `8F6A77C73E、049AA6585C`. Accepts only what can't be another
/// kind of number.
fn another_device(text: &[char], from: usize) -> Option<(String, usize)> {
    let start =
        (from..text.len()).find(|i| !matches!(text[*i], ' ' | ',' | '、' | '/' | '和' | '及' | '&' | '+'))?;
    let end = (start..text.len()).find(|i| !text[*i].is_ascii_alphanumeric()).unwrap_or(text.len());
    let code = &text[start..end];
    let is_code = start > from
        && code.len() == DEVICE_CHARS
        && code.iter().all(char::is_ascii_hexdigit)
        && code.iter().any(char::is_ascii_alphabetic);
    is_code.then(|| (code.iter().collect(), end))
}

/// Returns the simplified form of the characters used in labels.
const fn simplify(c: char) -> char {
    match c {
        '門' => '门',
        '設' => '设',
        '備' => '备',
        '碼' => '码',
        '編' => '编',
        '號' => '号',
        c => c.to_ascii_lowercase(),
    }
}

fn skip_spaces(text: &[char], from: usize) -> usize {
    (from..text.len()).find(|i| !matches!(text[*i], ' ' | '\t')).unwrap_or(text.len())
}

const fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{B}' | '\u{C}')
}

const fn is_separator(c: char) -> bool {
    is_line_end(c)
        || matches!(
            c,
            ',' | ';'
                | ':'
                | '|'
                | '/'
                | '!'
                | '?'
                | '。'
                | '、'
                | '('
                | ')'
                | '【'
                | '】'
                | '['
                | ']'
                | '\t'
                | '~'
                | '@'
                | '='
        )
}

/// White space stays, since it separates words and lines.
fn is_invisible(c: char) -> bool {
    text::is_hidden(c) && !c.is_whitespace()
}

/// Folds full-width characters to half-width, so that one comma is a comma.
fn fold(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '\u{3000}' | '\u{A0}' => ' ',
        _ => c,
    }
}
