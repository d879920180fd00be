//! Texts that are nothing but a number.

use crate::domain::ItemId;

/// Interpretation of a number.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Numeral {
    Item(ItemId),
    /// `7.62E+11`: digits are lost
    Scientific,
    /// A number that is not an item id
    Other,
}

/// Parses a text that is a number, or a number after a label such as `商品ID：`.
pub(super) fn parse(text: &str) -> Option<Numeral> {
    let text = strip_label(text).trim();
    if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.')) {
        return None;
    }
    if is_scientific(text) {
        return Some(Numeral::Scientific);
    }
    let digits = exact_integer(text)?;
    Some(ItemId::parse(&digits).map_or(Numeral::Other, Numeral::Item))
}

/// Whether a text is a number in scientific notation.
pub(super) fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else { return false };
    // `+` becomes a space in a query
    let exponent = exponent.trim_start_matches(['+', ' ', '-']);
    let number = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b',');
    number(mantissa) && !exponent.is_empty() && exponent.bytes().all(|b| b.is_ascii_digit())
}

/// Returns the digits of a number that a spreadsheet wrote as `762123456789.0` or
/// `762,123,456,789`; other numbers are returned unchanged. `None` if the text is not a number.
fn exact_integer(text: &str) -> Option<String> {
    if !text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b'-' | b'+')) {
        return None;
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.bytes().any(|b| b != b'0') {
        return Some(text.to_owned());
    }
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let rest: Vec<_> = groups.collect();
    let grouped = rest.iter().all(|g| g.len() == 3) && (rest.is_empty() || (1..=3).contains(&first.len()));
    Some(if grouped { whole.replace(',', "") } else { text.to_owned() })
}

/// Strips a label that announces an item id.
fn strip_label(text: &str) -> &str {
    const LABELS: [&str; 6] = ["商品", "宝贝", "天猫", "淘宝", "item", "num_i"];
    let text = text.trim();
    let mut rest = text;
    for label in LABELS {
        rest = strip_prefix_ignore_case(rest, label).unwrap_or(rest);
    }
    let rest = rest.trim_start_matches(['_', ' ', '-']);
    match strip_prefix_ignore_case(rest, "id").or_else(|| rest.strip_prefix("编号")) {
        Some(rest) => rest.trim_start_matches([' ', ':', '=', '#']),
        None => text,
    }
}

fn strip_prefix_ignore_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}
