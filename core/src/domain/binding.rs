//! The binding of a unit, and its two codes: store code (门店码) and device code (设备码).

use super::{Message, text};
use std::fmt;

/// Upper bound: no known code is longer than 10 characters.
const MAX_CHARS: usize = 64;

/// Why a text is not a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    #[error("the code is empty")]
    Empty,
    #[error("the code is longer than {MAX_CHARS} characters")]
    TooLong,
    #[error("the code contains a space or an invisible character")]
    BadCharacter,
    #[error("the code is the template's own placeholder")]
    Placeholder,
}

/// A store code: digits (9 seen). Other forms are accepted with a warning.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StoreId(String);

/// A device code: ten upper-case hexadecimal digits in every sample seen. Other forms are accepted
/// with a warning.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DeviceId(String);

impl StoreId {
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        normalise(text).map(Self)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns a warning if the code looks unusual.
    pub fn warning(&self) -> Option<Message> {
        let usual = self.0.len() == 9 && self.0.bytes().all(|b| b.is_ascii_digit());
        (!usual).then(|| {
            Message::new(
                format!("门店码通常是 9 位数字，请核对：{}", self.0),
                format!("A store code is usually 9 digits; please check: {}", self.0),
            )
        })
    }
}

impl DeviceId {
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        normalise(text).map(Self)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns a warning if the code looks unusual.
    pub fn warning(&self) -> Option<Message> {
        let usual = self.0.len() == 10 && self.0.bytes().all(|b| b.is_ascii_hexdigit());
        (!usual).then(|| {
            Message::new(
                format!("设备码通常是 10 位（数字和 A–F），请核对：{}", self.0),
                format!("A device code is usually 10 characters, 0-9 and A-F; please check: {}", self.0),
            )
        })
    }
}

impl fmt::Display for StoreId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Trims, folds full-width forms, converts to upper case, and refuses what can't be a code.
fn normalise(text: &str) -> Result<String, CodeError> {
    let folded: String = text.trim().chars().map(fold_width).flat_map(char::to_uppercase).collect();
    let folded = folded.trim();
    if folded.is_empty() {
        return Err(CodeError::Empty);
    }
    if folded.chars().count() > MAX_CHARS {
        return Err(CodeError::TooLong);
    }
    if folded.chars().any(|c| text::is_hidden(c) || c.is_whitespace()) {
        return Err(CodeError::BadCharacter);
    }
    if folded.chars().all(|c| c == 'X') {
        return Err(CodeError::Placeholder);
    }
    Ok(folded.to_owned())
}

/// Folds full-width ASCII (U+FF01 to U+FF5E) and the ideographic space to half-width.
fn fold_width(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '\u{3000}' => ' ',
        _ => c,
    }
}

/// A unit's identity: the brand's name and the two codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    pub brand: String,
    pub store: StoreId,
    pub device: DeviceId,
}

impl Binding {
    /// Returns warnings about codes that look unusual.
    pub fn warnings(&self) -> Vec<Message> {
        self.store.warning().into_iter().chain(self.device.warning()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_trimmed_folded_and_upper_cased() {
        for (input, expected) in [
            ("8F6A77C73E", "8F6A77C73E"),
            (" 8f6a77c73e\n", "8F6A77C73E"),
            ("８Ｆ６Ａ７７Ｃ７３Ｅ", "8F6A77C73E"),
            ("\u{3000}049aa6585c\u{3000}", "049AA6585C"),
        ] {
            assert_eq!(DeviceId::parse(input).unwrap().as_str(), expected);
        }
    }

    #[test]
    fn what_can_be_no_code_is_refused() {
        for (input, expected) in [
            ("", CodeError::Empty),
            (" \u{3000} ", CodeError::Empty),
            ("xxx", CodeError::Placeholder),
            ("ＸＸ", CodeError::Placeholder),
            ("12\u{7}34", CodeError::BadCharacter),
            ("12\u{202E}34", CodeError::BadCharacter),
            ("12\u{200B}34", CodeError::BadCharacter),
            ("12 34", CodeError::BadCharacter),
            (&"1".repeat(65), CodeError::TooLong),
        ] {
            assert_eq!(StoreId::parse(input), Err(expected), "{input:?}");
        }
        assert!(StoreId::parse(&"1".repeat(64)).is_ok());
    }

    #[test]
    fn an_unusual_code_warns_and_a_usual_one_does_not() {
        assert!(StoreId::parse("184454101").unwrap().warning().is_none());
        assert!(StoreId::parse("18445410").unwrap().warning().is_some());
        assert!(DeviceId::parse("A6B820BF7E").unwrap().warning().is_none());
        assert!(DeviceId::parse("A6B820BF7G").unwrap().warning().is_some());
    }
}
