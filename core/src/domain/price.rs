//! Money in integer fen (1/100 yuan).

use std::fmt;

/// Why a text is not a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PriceError {
    #[error("not an amount such as 199 or 199.00")]
    NotAnAmount,
    #[error("the amount is not between 0.01 and {} yuan", MAX_FEN / 100)]
    OutOfRange,
}

/// 9,999,999.99 yuan; a higher price is a typing error.
const MAX_FEN: u32 = 999_999_999;

/// A price in fen, greater than zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Price(u32);

impl Price {
    pub fn from_fen(fen: u64) -> Result<Self, PriceError> {
        match u32::try_from(fen) {
            Ok(fen) if (1..=MAX_FEN).contains(&fen) => Ok(Self(fen)),
            _ => Err(PriceError::OutOfRange),
        }
    }

    /// Parses what people type: `199`, `¥199.00`, `￥1,299.5`, `199元`, full-width digits.
    pub fn parse(text: &str) -> Result<Self, PriceError> {
        let plain: String = text
            .chars()
            .map(|c| match c {
                '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
                _ => c,
            })
            .filter(|c| !c.is_whitespace())
            .collect();
        let plain = plain.trim_start_matches(['¥', '￥', '\u{FFE5}']);
        let plain = plain.strip_prefix("RMB").or_else(|| plain.strip_prefix("CNY")).unwrap_or(plain);
        let plain = plain.strip_suffix('元').unwrap_or(plain).replace(',', "");
        let (yuan, fen) = plain.split_once('.').unwrap_or((&plain, ""));
        let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if yuan.is_empty() || !digits(yuan) || !digits(fen) || yuan.len() > 12 {
            return Err(PriceError::NotAnAmount);
        }
        // A third decimal is an error, unless it is a zero added by a spreadsheet's format
        let (fen, beyond) = fen.split_at(fen.len().min(2));
        if beyond.bytes().any(|b| b != b'0') {
            return Err(PriceError::NotAnAmount);
        }
        let yuan: u64 = yuan.parse().map_err(|_| PriceError::NotAnAmount)?;
        let fen: u64 = format!("{fen:0<2}").parse().map_err(|_| PriceError::NotAnAmount)?;
        Self::from_fen(yuan * 100 + fen)
    }

    pub const fn fen(self) -> u32 {
        self.0
    }

    /// Returns whole yuan and the remaining fen (0 to 99).
    pub const fn parts(self) -> (u32, u32) {
        (self.0 / 100, self.0 % 100)
    }
}

impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (yuan, fen) = self.parts();
        match fen {
            0 => write!(f, "¥{yuan}"),
            _ => write!(f, "¥{yuan}.{fen:02}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_read_as_people_type_them() {
        for (text, fen) in [
            ("199", 19900),
            ("199.00", 19900),
            ("199.5", 19950),
            ("0.01", 1),
            ("¥199", 19900),
            ("￥1,299.50", 129950),
            (" 199 元 ", 19900),
            ("１９９．９", 19990),
            ("199.900", 19990),
            ("199.", 19900),
            ("RMB 88", 8800),
        ] {
            assert_eq!(Price::parse(text).map(Price::fen), Ok(fen), "{text:?}");
        }
    }

    #[test]
    fn what_is_no_price_is_refused() {
        for text in ["", "abc", "-1", "0", "0.00", "1.999", "1.2.3", "99999999999", "1e3", ".5", "面议"] {
            assert!(Price::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_price_is_written_without_idle_zeros() {
        assert_eq!(Price::parse("199").unwrap().to_string(), "¥199");
        assert_eq!(Price::parse("199.5").unwrap().to_string(), "¥199.50");
    }
}
