//! An item's id on Tmall: a string of digits, never a number, so that no digit is lost.

use std::fmt;

/// Why a text is not an item id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ItemIdError {
    #[error("an item id consists of digits only")]
    NotDigits,
    #[error("an item id has {MIN_DIGITS} to {MAX_DIGITS} digits")]
    Length,
}

/// Known ids have 10 to 13 digits; older ones had fewer, newer ones may have more.
const MIN_DIGITS: usize = 5;
const MAX_DIGITS: usize = 20;

/// Id of an item or of one of its SKUs: 5 to 20 digits, no leading zero.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ItemId(Box<str>);

impl ItemId {
    pub fn parse(text: &str) -> Result<Self, ItemIdError> {
        if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) || text.starts_with('0') {
            return Err(ItemIdError::NotDigits);
        }
        if !(MIN_DIGITS..=MAX_DIGITS).contains(&text.len()) {
            return Err(ItemIdError::Length);
        }
        Ok(Self(text.into()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_digits_of_a_sane_length_are_an_id() {
        assert_eq!(ItemId::parse("1052534376394").unwrap().as_str(), "1052534376394");
        for bad in ["", "1234", "123456789012345678901", "12345a", "１２３４５６", "-12345", "012345"] {
            assert!(ItemId::parse(bad).is_err(), "{bad:?}");
        }
    }
}
