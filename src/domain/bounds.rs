//! What a setting may be, whoever sets it: an installer on the unit, or an operator in the feed.

use std::ops::RangeInclusive;

/// Seconds without a touch until a shopper is thought to have left; ten days is never.
pub const IDLE_S: RangeInclusive<u32> = 1..=864_000;
/// What a feed sets below these is taken for these: a page that closes sooner was never read. They
/// do not bind an installer, who stands before the unit.
pub const IDLE_LEAST_S: u32 = 10;
pub const ITEM_LEAST_S: u32 = 20;
/// Seconds that "still looking?" counts down; 0 does not ask.
pub const COUNTDOWN_S: RangeInclusive<u32> = 0..=60;
/// Seconds that the attract page shows one item.
pub const SLIDE_S: RangeInclusive<u32> = 2..=3600;
/// Side of a code in millimetres.
pub const QR_MM: RangeInclusive<u32> = 15..=150;
/// Characters of a support phone's number.
pub const PHONE_CHARS: usize = 40;
/// Characters of a brand's name.
pub const BRAND_CHARS: usize = 60;
