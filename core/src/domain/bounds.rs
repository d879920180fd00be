//! Ranges and choices of settings, whoever makes them: an installer on the unit, or an operator in the
//! feed.

use std::ops::RangeInclusive;

/// Seconds without a touch after which the shopper is considered gone; ten days means never.
pub const IDLE_S: RangeInclusive<u32> = 1..=864_000;
/// Lower bound for values from a feed, which are raised to it: nobody could read a page that closes
/// sooner. Does not apply to an installer, who stands at the unit.
pub const MIN_IDLE_S: u32 = 10;
pub const MIN_ITEM_S: u32 = 20;
/// Seconds that "still looking?" counts down; 0 disables the question.
pub const COUNTDOWN_S: RangeInclusive<u32> = 0..=60;
/// Seconds that the attract page shows one item.
pub const SLIDE_S: RangeInclusive<u32> = 2..=3600;
/// Side of a QR code in millimetres.
pub const QR_MM: RangeInclusive<u32> = 15..=150;
/// Characters of a support phone number.
pub const MAX_PHONE_CHARS: usize = 40;
/// Characters of a brand's name.
pub const MAX_BRAND_CHARS: usize = 60;

/// How shoppers are told to scan. The code is the same in both modes: it holds the item's canonical
/// `https` address and never an app's own scheme, which most scanners do not open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LinkMode {
    /// With the Taobao or Tmall app, which opens its own addresses
    #[default]
    App,
    /// With any camera, which opens a browser
    Web,
}

impl LinkMode {
    pub const ALL: [Self; 2] = [Self::App, Self::Web];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Web => "web",
        }
    }

    /// Returns the mode of a name; `None` for one that this version does not know.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == name)
    }
}
