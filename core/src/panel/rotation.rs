//! Rotation of the panel.

use std::{fmt, str::FromStr};

/// Rotation of the picture, clockwise as seen by a person in front of the panel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rotation {
    #[default]
    None,
    Quarter,
    Half,
    ThreeQuarters,
}

/// Error: not one of 0, 90, 180 and 270.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a rotation is 0, 90, 180 or 270")]
pub struct RotationError;

impl Rotation {
    pub const ALL: [Self; 4] = [Self::None, Self::Quarter, Self::Half, Self::ThreeQuarters];

    pub const fn degrees(self) -> u16 {
        match self {
            Self::None => 0,
            Self::Quarter => 90,
            Self::Half => 180,
            Self::ThreeQuarters => 270,
        }
    }

    /// Returns the next rotation clockwise.
    pub const fn next(self) -> Self {
        match self {
            Self::None => Self::Quarter,
            Self::Quarter => Self::Half,
            Self::Half => Self::ThreeQuarters,
            Self::ThreeQuarters => Self::None,
        }
    }

    /// Whether width and height are swapped.
    pub const fn is_sideways(self) -> bool {
        matches!(self, Self::Quarter | Self::ThreeQuarters)
    }

    /// Returns the picture's size for a panel of `(width, height)`, or the other way round.
    pub const fn turn_size(self, (width, height): (u16, u16)) -> (u16, u16) {
        if self.is_sideways() { (height, width) } else { (width, height) }
    }

    /// Converts a touch position on the panel to the picture's; both as fractions from 0 to 1.
    pub fn to_picture(self, (x, y): (f64, f64)) -> (f64, f64) {
        match self {
            Self::None => (x, y),
            Self::Quarter => (y, 1.0 - x),
            Self::Half => (1.0 - x, 1.0 - y),
            Self::ThreeQuarters => (1.0 - y, x),
        }
    }
}

impl TryFrom<u16> for Rotation {
    type Error = RotationError;

    fn try_from(degrees: u16) -> Result<Self, RotationError> {
        Self::ALL.into_iter().find(|rotation| rotation.degrees() == degrees).ok_or(RotationError)
    }
}

impl FromStr for Rotation {
    type Err = RotationError;

    fn from_str(text: &str) -> Result<Self, RotationError> {
        text.trim().parse::<u16>().map_err(|_| RotationError)?.try_into()
    }
}

impl fmt::Display for Rotation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.degrees().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_right_angles_are_rotations() {
        for rotation in Rotation::ALL {
            assert_eq!(rotation.to_string().parse(), Ok(rotation));
        }
        for text in ["", "45", "-90", "360", "90°", "ninety"] {
            assert_eq!(text.parse::<Rotation>(), Err(RotationError), "{text}");
        }
    }

    #[test]
    fn four_quarters_lead_back() {
        for start in Rotation::ALL {
            assert_eq!(start.next().next().next().next(), start);
        }
    }

    #[test]
    fn a_touch_of_the_panels_corner_is_a_corner_of_the_picture() {
        // If the picture is turned clockwise by a quarter, its top left corner is at the panel's
        // top right, and so on
        let panel_corners = [
            (Rotation::None, (0.0, 0.0)),
            (Rotation::Quarter, (1.0, 0.0)),
            (Rotation::Half, (1.0, 1.0)),
            (Rotation::ThreeQuarters, (0.0, 1.0)),
        ];
        for (rotation, corner) in panel_corners {
            assert_eq!(rotation.to_picture(corner), (0.0, 0.0), "{rotation}");
        }
    }
}
