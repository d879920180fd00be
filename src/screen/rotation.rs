//! By how much the panel is turned.

use std::{fmt, str::FromStr};

/// Clockwise, as a person in front of the panel sees the picture turn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rotation {
    #[default]
    None,
    Quarter,
    Half,
    ThreeQuarters,
}

/// Not one of 0, 90, 180 and 270.
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

    /// The next one clockwise.
    pub const fn next(self) -> Self {
        match self {
            Self::None => Self::Quarter,
            Self::Quarter => Self::Half,
            Self::Half => Self::ThreeQuarters,
            Self::ThreeQuarters => Self::None,
        }
    }

    /// Whether width and height change places.
    pub const fn is_sideways(self) -> bool {
        matches!(self, Self::Quarter | Self::ThreeQuarters)
    }

    /// The size of the picture on a panel of `(width, height)`, or of the panel for a picture.
    pub const fn turn_size(self, (width, height): (u16, u16)) -> (u16, u16) {
        if self.is_sideways() { (height, width) } else { (width, height) }
    }

    /// Where a touch of the panel, as shares of its width and height from 0 to 1, is in the picture.
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
        // The picture's top left corner is, on a panel whose picture is turned clockwise by a
        // quarter, at the panel's top right, and so on around
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
