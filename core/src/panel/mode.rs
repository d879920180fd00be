//! Display modes: size and refresh rate.

use std::{fmt, str::FromStr};

/// Size in pixels, and refresh rate if it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mode {
    pub width: u16,
    pub height: u16,
    /// `None` for the highest available
    pub hertz: Option<u16>,
}

/// Error: not of the form `1920x1080` or `1920x1080@60`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a mode is written as 1920x1080 or 1920x1080@60")]
pub struct ModeError;

/// Sides from the smallest that the pages have a layout for to the largest panel expected.
const SIDE: std::ops::RangeInclusive<u16> = 320..=7680;

impl FromStr for Mode {
    type Err = ModeError;

    fn from_str(text: &str) -> Result<Self, ModeError> {
        let (size, hertz) = match text.trim().split_once('@') {
            Some((size, hertz)) => (size, Some(hertz)),
            None => (text.trim(), None),
        };
        let (width, height) = size.split_once(['x', 'X', '×']).ok_or(ModeError)?;
        let side = |text: &str| text.parse().ok().filter(|side| SIDE.contains(side)).ok_or(ModeError);
        let hertz = hertz
            .map(|hertz| hertz.parse().ok().filter(|hertz| (1..=500).contains(hertz)).ok_or(ModeError))
            .transpose()?;
        Ok(Self { width: side(width)?, height: side(height)?, hertz })
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.width, self.height)?;
        self.hertz.map_or(Ok(()), |hertz| write!(f, "@{hertz}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn forms() {
        let mode = |width, height, hertz| Ok(Mode { width, height, hertz });
        for (text, expected) in [
            ("1920x1080", mode(1920, 1080, None)),
            (" 1080×1920@60 ", mode(1080, 1920, Some(60))),
            ("800X480@0", Err(ModeError)),
            ("1920", Err(ModeError)),
            ("1x1", Err(ModeError)),
            ("99999x1080", Err(ModeError)),
            ("1920x1080@", Err(ModeError)),
        ] {
            assert_eq!(text.parse(), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_is_written_alike(text in "\\PC{0,20}|[0-9]{1,5}[xX×][0-9]{1,5}(@[0-9]{1,4})?") {
            if let Ok(mode) = text.parse::<Mode>() {
                prop_assert_eq!(mode.to_string().parse(), Ok(mode));
            }
        }
    }
}
