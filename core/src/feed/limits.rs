//! Size limits of a feed. Part of the specification: publishers must stay within them.

/// A pointer; a typical one has about 1 KiB
pub const POINTER_BYTES: usize = 16 << 10;
/// A catalog document; 500 items take about 350 KiB
pub const CATALOG_BYTES: usize = 16 << 20;
/// One picture, or the logo
pub const PICTURE_BYTES: u64 = 20 << 20;
/// Longest side of a picture, in pixels
pub const PICTURE_SIDE: u32 = 16_384;
/// Pixels of a picture
pub const PICTURE_PIXELS: u64 = 40_000_000;
/// Items in a catalog
pub const ITEMS: usize = 10_000;
/// Pictures per item
pub const PICTURES: usize = 12;
pub const CATEGORIES: usize = 1_000;
/// Selling points per item
pub const SELLING_POINTS: usize = 10;
/// Keys that a unit trusts at one time
pub const KEYS: usize = 4;
/// Languages that a unit offers
pub const LANGUAGES: usize = 8;
/// A feed address, including its keys
pub const ADDRESS_BYTES: usize = 1024;
/// Opening hours, as compact JSON
pub const HOURS_BYTES: usize = 8 << 10;

/// Characters (not bytes) of an item's title, a category's name, a selling point, a barcode; the
/// limits for a brand's name and a phone number are in `domain::bounds`
pub const TITLE_CHARS: usize = 200;
pub const CATEGORY_CHARS: usize = 60;
pub const SELLING_POINT_CHARS: usize = 200;
pub const BARCODE_CHARS: usize = 64;

/// Larger numbers are not exact in every JSON reader (2^53 − 1)
pub const MAX_VERSION: u64 = (1 << 53) - 1;
/// The last second of the year 9999
pub const MAX_TIME: i64 = 253_402_300_799;
/// Upper bound from a pointer's `iat` to its `exp`: 400 days
pub const LIFETIME_S: i64 = 400 * 86_400;

/// Members of one JSON object
pub(super) const MEMBERS: usize = 1024;
/// A pointer's header, decoded
pub(super) const HEADER_BYTES: usize = 512;
