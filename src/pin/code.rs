//! Which PINs are allowed.

use cloud_shelf_core::domain::Message;
use std::{fmt, io};

const MIN_DIGITS: usize = 4;
const MAX_DIGITS: usize = 12;
/// The middle column of a keypad, up and down: often tried first.
const COLUMN: [&str; 2] = ["2580", "0852"];

/// A PIN: 4 to 12 digits, none of the easily guessed combinations.
#[derive(Clone, PartialEq, Eq)]
pub struct Pin(String);

/// Why a text is not a valid PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PinProblem {
    #[error("a PIN has {MIN_DIGITS} to {MAX_DIGITS} digits")]
    Length,
    #[error("a PIN has digits only")]
    NotDigits,
    #[error("the PIN is easily guessed")]
    Trivial,
}

impl PinProblem {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Length => "pin_length",
            Self::NotDigits => "pin_not_digits",
            Self::Trivial => "pin_trivial",
        }
    }

    /// What is wrong and what to type instead.
    pub const fn message(self) -> Message {
        match self {
            Self::Length => Message::fixed("PIN 应为 4 到 12 位数字", "A PIN has 4 to 12 digits"),
            Self::NotDigits => {
                Message::fixed("PIN 只能用数字 0–9，4 到 12 位", "A PIN has 4 to 12 digits and nothing else")
            }
            Self::Trivial => Message::fixed(
                "这个 PIN 太容易猜到（如 1234、0000、1212），请换一个没有规律的",
                "This PIN is easily guessed (such as 1234, 0000, 1212); take one without a pattern",
            ),
        }
    }
}

impl Pin {
    /// Parses the digits as typed; surrounding white space is ignored.
    pub fn parse(text: &str) -> Result<Self, PinProblem> {
        let text = text.trim();
        if !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(PinProblem::NotDigits);
        }
        if !(MIN_DIGITS..=MAX_DIGITS).contains(&text.len()) {
            return Err(PinProblem::Length);
        }
        if is_trivial(text.as_bytes()) || COLUMN.contains(&text) {
            return Err(PinProblem::Trivial);
        }
        Ok(Self(text.to_owned()))
    }

    /// Generates a random PIN with the given number of digits (4 to 12).
    pub fn generate(digits: usize) -> io::Result<Self> {
        loop {
            let mut text = String::new();
            while text.len() < digits.clamp(MIN_DIGITS, MAX_DIGITS) {
                let mut bytes = [0];
                getrandom::fill(&mut bytes).map_err(io::Error::other)?;
                let [byte] = bytes;
                // 250 is a multiple of ten, so all digits are equally likely
                if byte < 250 {
                    text.push(char::from(b'0' + byte % 10));
                }
            }
            if let Ok(pin) = Self::parse(&text) {
                return Ok(pin);
            }
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Hides the digits, so that a PIN is never logged.
impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(…)")
    }
}

/// Returns whether a group of one to three digits repeats, or the digits run up or down in order.
fn is_trivial(digits: &[u8]) -> bool {
    let repeats = |period: usize| {
        digits.len() >= 2 * period && digits.iter().zip(digits.iter().skip(period)).all(|(a, b)| a == b)
    };
    let steps =
        |step: u8| digits.iter().zip(digits.iter().skip(1)).all(|(a, b)| (a - b'0' + step) % 10 == b - b'0');
    (1..=3).any(repeats) || steps(1) || steps(9)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn pins_that_are_tried_first_are_refused() {
        for trivial in [
            "0000",
            "1111",
            "999999999999",
            "1234",
            "4321",
            "0123",
            "6789",
            "7890",
            "9876",
            "3210",
            "8901",
            "1212",
            "123123",
            "565656",
            "121212121212",
            "2580",
            "0852",
            "123456789012",
        ] {
            assert_eq!(Pin::parse(trivial), Err(PinProblem::Trivial), "{trivial}");
        }
        for good in
            ["1357", "8520", "1213", "12341", "4711", "000001", "184454101", " 9306\n", "100100200200"]
        {
            assert_eq!(Pin::parse(good).map(|pin| pin.as_str().to_owned()), Ok(good.trim().to_owned()));
        }
    }

    #[test]
    fn what_has_no_four_to_twelve_digits_is_no_pin() {
        for (text, problem) in [
            ("", PinProblem::Length),
            ("471", PinProblem::Length),
            ("4711471147114", PinProblem::Length),
            ("47 11", PinProblem::NotDigits),
            ("４７１１", PinProblem::NotDigits),
            ("47-1", PinProblem::NotDigits),
            ("pin", PinProblem::NotDigits),
        ] {
            assert_eq!(Pin::parse(text), Err(problem), "{text:?}");
        }
    }

    #[test]
    fn a_pin_is_not_shown_by_accident() {
        assert!(!format!("{:?}", Pin::parse("4711").unwrap()).contains("4711"));
    }

    proptest! {
        #[test]
        fn a_generated_pin_is_a_good_one(digits in 0_usize..20) {
            let pin = Pin::generate(digits).unwrap();
            prop_assert_eq!(Pin::parse(pin.as_str()).unwrap(), pin.clone());
            prop_assert_eq!(pin.as_str().len(), digits.clamp(4, 12));
        }

        #[test]
        fn any_text_is_judged(text in "\\PC{0,20}") {
            if let Ok(pin) = Pin::parse(&text) {
                prop_assert!((4..=12).contains(&pin.as_str().len()));
            }
        }
    }
}
